//! Where the commands of a run come from, opened before the first one runs.

use crate::env::Input;
use crate::error::{Error, system};
use crate::input::reader::{Reader, Text, Unreadable};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// A source of commands, with its name for messages.
pub(super) struct Source {
    /// The name.
    pub(super) name: String,
    /// Whether the name is that of a file.
    named: bool,
    input: From,
}

enum From {
    /// A regular file: it can be read twice, from here.
    File(File, u64),
    /// A pipe or a device: it can be read once.
    Stream(Box<dyn Read + Send>),
    /// Texts, each a line.
    Texts(Vec<String>),
}

/// The command lines of a source.
pub(super) struct Lines<'a>(Kind<'a>);

enum Kind<'a> {
    File(Reader<&'a mut File>),
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

impl Source {
    /// The files of these names; `-` is standard input.
    pub(super) fn files(names: Vec<String>, stdin: Input) -> Result<Vec<Self>, Error> {
        let mut stdin = Some(stdin);
        let open = |name: String| match stdin.take_if(|_| name == "-") {
            Some(stdin) => Ok(Self::stdin(stdin)),
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
        let regular = file.metadata().is_ok_and(|meta| meta.is_file());
        let input = match file.stream_position() {
            Ok(start) if regular => From::File(file, start),
            _ => From::Stream(Box::new(file)),
        };
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
            From::File(file, start) => match file.seek(SeekFrom::Start(*start)) {
                Ok(_) => Kind::File(Reader::new(file)),
                Err(why) => Kind::Unreadable(Some(Unreadable::system(&why))),
            },
            From::Stream(stream) => Kind::Stream(Reader::new(stream)),
            From::Texts(texts) => Kind::Texts(texts.iter().enumerate()),
        })
    }
}
