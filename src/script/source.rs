//! Where the commands of a run come from, opened before the first one runs.

use crate::env::Input;
use crate::error::{Error, system};
use crate::input::reader::{ReadError, Reader, Text};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::SystemTime;

/// A file of up to this size is kept in memory.
const SMALL: u64 = 1024 * 1024;

/// A source of commands, with its name for messages.
pub(super) struct Source {
    pub(super) name: String,
    /// Whether the name is a file name.
    named: bool,
    input: SourceKind,
}

enum SourceKind {
    /// The bytes of a small regular file: what is checked is what runs.
    Kept(Vec<u8>),
    /// A larger file, which can be read twice from this offset as long as it does not change.
    File(File, u64, Stamp),
    /// A pipe or a device: it can be read once.
    Stream(Box<dyn Read + Send>),
    /// Texts, each a line.
    Texts(Vec<String>),
}

/// The command lines of a source.
pub(super) struct Lines<'a>(LineReader<'a>);

enum LineReader<'a> {
    Kept(Reader<&'a [u8]>),
    File(Reader<Unchanged<'a>>),
    Stream(Reader<&'a mut Box<dyn Read + Send>>),
    Texts(std::iter::Enumerate<std::slice::Iter<'a, String>>),
    Failed(Option<ReadError>),
}

impl Lines<'_> {
    /// Whether the next line is available without waiting. The writer of a pipe
    /// may wait for the answer to its last line first.
    pub(super) fn is_ready(&self) -> bool {
        match &self.0 {
            LineReader::Stream(reader) => reader.is_ready(),
            _ => true,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Text, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            LineReader::Kept(reader) => reader.next(),
            LineReader::File(reader) => reader.next(),
            LineReader::Stream(reader) => reader.next(),
            LineReader::Texts(texts) => texts.next().map(|(at, text)| {
                Ok(Text {
                    text: text.clone(),
                    line: at + 1,
                })
            }),
            LineReader::Failed(why) => why.take().map(Err),
        }
    }
}

/// Detects that a file has changed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp(u64, Option<SystemTime>);

impl Stamp {
    fn of(file: &File) -> io::Result<Self> {
        let meta = file.metadata()?;
        Ok(Self(meta.len(), meta.modified().ok()))
    }
}

/// A file that is read only while it is unchanged: unchecked lines must not
/// run.
struct Unchanged<'a> {
    file: &'a mut File,
    stamp: Stamp,
}

impl Read for Unchanged<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if Stamp::of(self.file)? != self.stamp {
            return Err(io::Error::other("it has changed since it was checked"));
        }
        Ok(count)
    }
}

/// A regular file as a source. Anything else is an error.
fn regular(file: &mut File) -> io::Result<SourceKind> {
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let start = file.stream_position()?;
    let stamp = Stamp::of(file)?;
    let mut bytes = Vec::new();
    file.take(SMALL + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= SMALL {
        return Ok(SourceKind::Kept(bytes));
    }
    let file = file.try_clone()?;
    Ok(SourceKind::File(file, start, stamp))
}

impl Source {
    /// The files of these names; `-` is standard input.
    pub(super) fn files(names: Vec<String>, stdin: Input) -> Result<Vec<Self>, Error> {
        let mut stdin = Some(stdin);
        let open = |name: String| match stdin.take_if(|_| name == "-") {
            Some(stdin) => Ok(Self::stdin(stdin)),
            None if name == "-" => Err(Error::typed(
                "`--file -` is given twice: standard input can only be read once",
            )),
            None => match File::open(&name) {
                Ok(file) => Ok(Self::file(name, file)),
                Err(why) => Err(Error::local(format!(
                    "cannot open `{name}`: {}",
                    system(&why)
                ))),
            },
        };
        names.into_iter().map(open).collect()
    }

    /// Standard input.
    pub(super) fn stdin(stdin: Input) -> Self {
        let name = "stdin".to_owned();
        match stdin {
            Input::File(file) => Self {
                named: false,
                ..Self::file(name, file)
            },
            Input::Stream(stream) => Self {
                name,
                named: false,
                input: SourceKind::Stream(stream),
            },
        }
    }

    /// The texts given by `-c`.
    pub(super) fn texts(texts: Vec<String>) -> Self {
        Self {
            name: "-c".to_owned(),
            named: false,
            input: SourceKind::Texts(texts),
        }
    }

    /// An open file.
    pub(super) fn file(name: String, mut file: File) -> Self {
        let input = regular(&mut file).unwrap_or_else(|_| SourceKind::Stream(Box::new(file)));
        Self {
            name,
            named: true,
            input,
        }
    }

    /// Its path, if it is a named file.
    pub(super) fn path(&self) -> Option<&str> {
        self.named.then_some(self.name.as_str())
    }

    /// Its lines, for the check; `None` if it can be read only once.
    pub(super) fn first_reading(&mut self) -> Option<Lines<'_>> {
        match &mut self.input {
            SourceKind::Stream(_) => None,
            _ => Some(self.lines()),
        }
    }

    /// Its lines; from the beginning if it can be read twice.
    pub(super) fn lines(&mut self) -> Lines<'_> {
        Lines(match &mut self.input {
            SourceKind::Kept(bytes) => LineReader::Kept(Reader::new(bytes.as_slice())),
            SourceKind::File(file, start, stamp) => match file.seek(SeekFrom::Start(*start)) {
                Ok(_) => LineReader::File(Reader::new(Unchanged {
                    file,
                    stamp: *stamp,
                })),
                Err(why) => LineReader::Failed(Some(ReadError::system(&why))),
            },
            SourceKind::Stream(stream) => LineReader::Stream(Reader::new(stream)),
            SourceKind::Texts(texts) => LineReader::Texts(texts.iter().enumerate()),
        })
    }
}
