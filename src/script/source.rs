//! Where the commands of a run come from, opened before the first one runs.

use crate::env::Input;
use crate::error::{Error, system};
use crate::input::reader::{Reader, Text, Unreadable};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::SystemTime;

/// A file of at most so many bytes is kept.
const SMALL: u64 = 1024 * 1024;

/// A source of commands, with its name for messages.
pub(super) struct Source {
    pub(super) name: String,
    /// Whether the name is that of a file.
    named: bool,
    input: From,
}

enum From {
    /// The bytes of a small regular file: what is checked is what runs.
    Kept(Vec<u8>),
    /// A larger one: it can be read twice, from here, as long as it stays the same.
    File(File, u64, Stamp),
    /// A pipe or a device: it can be read once.
    Stream(Box<dyn Read + Send>),
    /// Texts, each a line.
    Texts(Vec<String>),
}

/// The command lines of a source.
pub(super) struct Lines<'a>(Kind<'a>);

enum Kind<'a> {
    Kept(Reader<&'a [u8]>),
    File(Reader<Unchanged<'a>>),
    Stream(Reader<&'a mut Box<dyn Read + Send>>),
    Texts(std::iter::Enumerate<std::slice::Iter<'a, String>>),
    Unreadable(Option<Unreadable>),
}

impl Lines<'_> {
    /// Whether the next line need not be waited for. Who writes into a pipe may
    /// wait for the answer to its last line first.
    pub(super) fn is_ready(&self) -> bool {
        match &self.0 {
            Kind::Stream(reader) => reader.is_ready(),
            _ => true,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Text, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Kind::Kept(reader) => reader.next(),
            Kind::File(reader) => reader.next(),
            Kind::Stream(reader) => reader.next(),
            Kind::Texts(texts) => texts.next().map(|(at, text)| {
                Ok(Text {
                    text: text.clone(),
                    line: at + 1,
                })
            }),
            Kind::Unreadable(why) => why.take().map(Err),
        }
    }
}

/// What tells that a file is no longer what it was.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp(u64, Option<SystemTime>);

impl Stamp {
    fn of(file: &File) -> io::Result<Self> {
        let meta = file.metadata()?;
        Ok(Self(meta.len(), meta.modified().ok()))
    }
}

/// A file that is read as long as it stays the same: what was not checked must
/// not run.
struct Unchanged<'a> {
    file: &'a mut File,
    stamp: Stamp,
}

impl Read for Unchanged<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if Stamp::of(self.file)? != self.stamp {
            return Err(io::Error::other("it was changed after it was checked"));
        }
        Ok(count)
    }
}

/// A regular file as a source. The error is that it is none.
fn regular(file: &mut File) -> io::Result<From> {
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let start = file.stream_position()?;
    let stamp = Stamp::of(file)?;
    let mut bytes = Vec::new();
    file.take(SMALL + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= SMALL {
        return Ok(From::Kept(bytes));
    }
    let file = file.try_clone()?;
    Ok(From::File(file, start, stamp))
}

impl Source {
    /// The files of these names; `-` is standard input.
    pub(super) fn files(names: Vec<String>, stdin: Input) -> Result<Vec<Self>, Error> {
        let mut stdin = Some(stdin);
        let open = |name: String| match stdin.take_if(|_| name == "-") {
            Some(stdin) => Ok(Self::stdin(stdin)),
            None if name == "-" => Err(Error::typed(
                "`--file -` is given twice: standard input is read once",
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
                input: From::Stream(stream),
            },
        }
    }

    /// The texts given by `-c`.
    pub(super) fn texts(texts: Vec<String>) -> Self {
        Self {
            name: "-c".to_owned(),
            named: false,
            input: From::Texts(texts),
        }
    }

    /// An open file.
    pub(super) fn file(name: String, mut file: File) -> Self {
        let input = regular(&mut file).unwrap_or_else(|_| From::Stream(Box::new(file)));
        Self {
            name,
            named: true,
            input,
        }
    }

    /// Its path, if it is a file that was named.
    pub(super) fn path(&self) -> Option<&str> {
        self.named.then_some(self.name.as_str())
    }

    /// Its lines, for a first reading; none if it can be read only once.
    pub(super) fn first_reading(&mut self) -> Option<Lines<'_>> {
        match &mut self.input {
            From::Stream(_) => None,
            _ => Some(self.lines()),
        }
    }

    /// Its lines, from the beginning where it can be read twice.
    pub(super) fn lines(&mut self) -> Lines<'_> {
        Lines(match &mut self.input {
            From::Kept(bytes) => Kind::Kept(Reader::new(bytes.as_slice())),
            From::File(file, start, stamp) => match file.seek(SeekFrom::Start(*start)) {
                Ok(_) => Kind::File(Reader::new(Unchanged {
                    file,
                    stamp: *stamp,
                })),
                Err(why) => Kind::Unreadable(Some(Unreadable::system(&why))),
            },
            From::Stream(stream) => Kind::Stream(Reader::new(stream)),
            From::Texts(texts) => Kind::Texts(texts.iter().enumerate()),
        })
    }
}
