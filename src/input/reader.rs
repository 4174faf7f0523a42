//! The reader for files and pipes. The line editor cannot be used for them, as
//! it would read their bytes as keys.

use crate::text::lex::{Opener, lex};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

/// Maximum length of a line.
pub const LONGEST: usize = 1024 * 1024;

/// Reads command lines.
pub struct Reader<R> {
    inner: BufReader<R>,
    line: usize,
}

/// A command line: one line of the file, or several joined by a backslash at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The text, without its last newline.
    pub text: String,
    /// The number of its first line, counted from 1.
    pub line: usize,
}

/// Why a line cannot be read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// The text of the line, as far as it is valid; may be empty.
    pub text: String,
}

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// It cannot be read; with the system's message.
    System(String),
    /// It is longer than [`LONGEST`].
    TooLong,
    /// It contains a NUL byte.
    Nul,
    /// It contains this byte, which is not valid UTF-8.
    NotUtf8(u8),
}

impl fmt::Debug for Text {
    /// Without the text, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text(line {}, {} bytes)", self.line, self.text.len())
    }
}

impl fmt::Debug for ReadError {
    /// Without the text, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            kind,
            text,
        } = self;
        write!(
            f,
            "ReadError({line}:{column}, {kind:?}, {} bytes)",
            text.len()
        )
    }
}

impl ReadError {
    /// A file that cannot be read at all.
    pub fn system(why: &io::Error) -> Self {
        Self {
            line: 1,
            column: 1,
            kind: ReadErrorKind::System(crate::error::system(why)),
            text: String::new(),
        }
    }
}

impl<R: Read> Reader<R> {
    /// A reader of `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner: BufReader::with_capacity(64 * 1024, inner),
            line: 0,
        }
    }

    /// Whether the next line, with its continuation lines, is already buffered.
    pub fn is_ready(&self) -> bool {
        let lines = self.inner.buffer().split_inclusive(|byte| *byte == b'\n');
        lines
            .take_while(|line| line.ends_with(b"\n"))
            .any(|line| !line.ends_with(b"\\\n") && !line.ends_with(b"\\\r\n"))
    }

    /// The next line of the file, without its end.
    fn physical(&mut self) -> Option<Result<String, ReadError>> {
        let mut bytes = Vec::new();
        let most = LONGEST as u64 + 2;
        let read = self.inner.by_ref().take(most).read_until(b'\n', &mut bytes);
        self.line += 1;
        match read {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                return Some(Err(
                    self.error(1, ReadErrorKind::System("it is a directory".to_owned()))
                ));
            }
            Err(error) => {
                let why = crate::error::system(&error);
                return Some(Err(self.error(1, ReadErrorKind::System(why))));
            }
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        if bytes.len() > LONGEST {
            return Some(Err(self.error(1, ReadErrorKind::TooLong)));
        }
        if self.line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Some(self.text(bytes))
    }

    fn text(&self, bytes: Vec<u8>) -> Result<String, ReadError> {
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(self.error_at(&bytes, at, ReadErrorKind::Nul));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            self.error_at(error.as_bytes(), at, ReadErrorKind::NotUtf8(byte))
        })
    }

    fn error_at(&self, bytes: &[u8], at: usize, kind: ReadErrorKind) -> ReadError {
        let column = String::from_utf8_lossy(&bytes[..at]).chars().count() + 1;
        ReadError {
            text: String::from_utf8_lossy(bytes).into_owned(),
            ..self.error(column, kind)
        }
    }

    fn error(&self, column: usize, kind: ReadErrorKind) -> ReadError {
        ReadError {
            line: self.line,
            column,
            kind,
            text: String::new(),
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Text, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut whole = match self.physical()? {
            Ok(text) => Text {
                text,
                line: self.line,
            },
            Err(wrong) => return Some(Err(wrong)),
        };
        let mut in_word = false;
        let mut joins = continues(&whole.text, &mut in_word);
        while joins {
            match self.physical() {
                Some(Ok(text)) => {
                    joins = continues(&text, &mut in_word);
                    whole.text.push('\n');
                    whole.text.push_str(&text);
                    if whole.text.len() > LONGEST {
                        return Some(Err(self.error(1, ReadErrorKind::TooLong)));
                    }
                }
                Some(Err(wrong)) => return Some(Err(wrong)),
                // The lexer reports a backslash at the end of the input.
                None => break,
            }
        }
        Some(Ok(whole))
    }
}

/// Whether a line ends in a backslash that joins it to the next. Looks only at
/// this line, so that a long command is not scanned again for each line. The
/// only state carried across a join is whether it was inside a word; it is
/// never inside a quote.
fn continues(line: &str, in_word: &mut bool) -> bool {
    if !line.ends_with('\\') {
        return false;
    }
    let begun = if *in_word { "x" } else { "" };
    let lexed = lex(&format!("{begun}{line}"));
    let Some(open) = lexed.open.filter(|open| open.what == Opener::Backslash) else {
        return false;
    };
    let last = lexed.commands.last().and_then(|words| words.last());
    *in_word = last.is_some_and(|word| word.span.start < open.at);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> Vec<Result<(usize, String), (usize, usize)>> {
        Reader::new(bytes)
            .map(|text| {
                text.map(|text| (text.line, text.text))
                    .map_err(|wrong| (wrong.line, wrong.column))
            })
            .collect()
    }

    #[test]
    fn line_ends() {
        let ok = |line: usize, text: &str| Ok((line, text.to_owned()));
        assert_eq!(
            read(b"\xef\xbb\xbfa\r\n\nb"),
            [ok(1, "a"), ok(2, ""), ok(3, "b")]
        );
        assert_eq!(
            read(b"a \\\nb \\\r\nc\nd"),
            [ok(1, "a \\\nb \\\nc"), ok(4, "d")]
        );
        assert_eq!(
            read(b"a \\\\\n'b\\\nc \\"),
            [ok(1, "a \\\\"), ok(2, "'b\\"), ok(3, "c \\")]
        );
        assert_eq!(read(b"# c \\\nb"), [ok(1, "# c \\"), ok(2, "b")]);
    }

    proptest::proptest! {
        /// Line by line is as the lexer sees the whole.
        #[test]
        fn lines_join_as_the_lexer_joins_them(text in r#"[ax #;'"\\\\\n]{0,24}"#) {
            let bytes: &'static [u8] = Box::leak(text.clone().into_bytes().into_boxed_slice());
            let mut lines = text.split('\n');
            for read in Reader::new(bytes) {
                let read = read.expect("text").text;
                let mut whole = lines.next().expect("as many lines").to_owned();
                while matches!(lex(&whole).open, Some(open) if open.what == Opener::Backslash) {
                    let Some(next) = lines.next() else { break };
                    whole = format!("{whole}\n{next}");
                }
                // After a backslash at the very end the reader sees no empty line.
                proptest::prop_assert_eq!(whole.trim_end_matches('\n'), read.trim_end_matches('\n'));
            }
        }
    }

    #[test]
    fn buffered_lines_are_ready() {
        for (bytes, ready) in [
            (&b"a\nb"[..], false),
            (b"a\nb\n", true),
            (b"a\nb \\\n", false),
            (b"a\nb \\\r\nc", false),
            (b"a\nb \\\r\nc\n", true),
        ] {
            let mut reader = Reader::new(bytes);
            assert!(!reader.is_ready());
            assert!(reader.next().is_some());
            assert_eq!(reader.is_ready(), ready, "{bytes:?}");
        }
    }

    #[test]
    fn invalid_bytes_have_a_position() {
        assert_eq!(
            read(b"a\n\xc3\xa9x\xff\nb"),
            [
                Ok((1, "a".to_owned())),
                Err((2, 3)),
                Ok((3, "b".to_owned()))
            ]
        );
        assert_eq!(read(b"a\0"), [Err((1, 2))]);
        let long: &'static [u8] = Box::leak(vec![b'x'; LONGEST + 1].into_boxed_slice());
        assert_eq!(read(long)[0], Err((1, 1)));
    }
}
