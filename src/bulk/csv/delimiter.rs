//! What separates the cells of a CSV file.

use crate::error::Error;
use crate::text::words::this_is;

/// The byte between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Default for Delimiter {
    fn default() -> Self {
        Self(b',')
    }
}

impl Delimiter {
    /// The delimiter of this name: one character, or `tab`.
    pub fn named(text: &str) -> Result<Self, Error> {
        match text.as_bytes() {
            b"tab" | b"\\t" => Ok(Self(b'\t')),
            [byte] if *byte == b'\t' || (byte.is_ascii_punctuation() && *byte != b'"') => {
                Ok(Self(*byte))
            }
            _ => Err(Error::typed(format!(
                "`--delimiter` must be `tab` or one punctuation character; {}",
                this_is(text)
            ))
            .hint("for example `--delimiter ';'`")),
        }
    }

    pub(in crate::bulk) fn byte(self) -> u8 {
        self.0
    }

    /// As it is written after `--delimiter`.
    pub(super) fn shown(self) -> String {
        match self.0 {
            b'\t' => "tab".to_owned(),
            byte => format!("'{}'", char::from(byte)),
        }
    }

    /// The delimiter that the first line names as spreadsheets do, `sep=;`, and the text
    /// of that line.
    pub(super) fn of_first_line(text: &str) -> Option<(Self, &str)> {
        let line = text.split_inclusive('\n').next().unwrap_or_default();
        let bare = line.trim_end_matches(['\r', '\n']).trim_matches('"');
        let prefix = bare.get(..4)?;
        let named = bare
            .get(4..)
            .filter(|_| prefix.eq_ignore_ascii_case("sep="))?;
        let delimiter = Self::named(named).ok()?;
        Some((delimiter, line))
    }

    /// Another delimiter that a text seems to have.
    pub(super) fn other_in(self, text: &str) -> Option<Self> {
        let others = [b';', b'\t', b',', b'|'].map(Self);
        let mut others = others.into_iter().filter(|other| *other != self);
        others.find(|other| text.contains(char::from(other.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_or_a_sep_line() {
        for (text, byte) in [
            (";", b';'),
            ("tab", b'\t'),
            ("\\t", b'\t'),
            ("|", b'|'),
            (",", b','),
        ] {
            assert_eq!(Delimiter::named(text), Ok(Delimiter(byte)), "{text}");
        }
        for text in ["", "\"", "a", ";;", "é", "\n", " "] {
            assert!(Delimiter::named(text).is_err(), "{text}");
        }
        for (text, byte) in [
            ("sep=;\r\na;b\n", b';'),
            ("SEP=\t\n", b'\t'),
            ("\"sep=|\"\n", b'|'),
        ] {
            let (delimiter, line) = Delimiter::of_first_line(text).expect("it names one");
            assert_eq!(delimiter, Delimiter(byte), "{text}");
            assert!(text.starts_with(line) && line.ends_with('\n'));
        }
        for text in ["", "sep", "sep=", "sep=ab\n", "username;sep=;\n", "é"] {
            assert_eq!(Delimiter::of_first_line(text), None, "{text}");
        }
    }
}
