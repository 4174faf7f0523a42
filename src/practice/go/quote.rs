//! Go's `%q`: a text in quotes, with escapes for what cannot be printed.

use std::fmt::Write as _;

/// The text as `%q` prints it.
pub(in crate::practice) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        let _ = match letter {
            '"' | '\\' => write!(quoted, "\\{letter}"),
            '\u{7}' => write!(quoted, "\\a"),
            '\u{8}' => write!(quoted, "\\b"),
            '\u{c}' => write!(quoted, "\\f"),
            '\n' => write!(quoted, "\\n"),
            '\r' => write!(quoted, "\\r"),
            '\t' => write!(quoted, "\\t"),
            '\u{b}' => write!(quoted, "\\v"),
            ..' ' | '\u{7f}' => write!(quoted, "\\x{:02x}", u32::from(letter)),
            _ if is_hidden(letter) && u32::from(letter) > 0xffff => {
                write!(quoted, "\\U{:08x}", u32::from(letter))
            }
            _ if is_hidden(letter) => write!(quoted, "\\u{:04x}", u32::from(letter)),
            _ => write!(quoted, "{letter}"),
        };
    }
    quoted.push('"');
    quoted
}

/// Whether a letter is a control character, a format character, or a separator of lines: what the
/// server refuses in names, and `%q` escapes.
pub(in crate::practice) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_prints_it() {
        for (text, printed) in [
            ("a'b", "\"a'b\""),
            ("a\"\\", r#""a\"\\""#),
            ("\u{0}\u{7}\t\u{1b}", r#""\x00\a\t\x1b""#),
            ("\u{fc}\u{200b}\u{e0001}", "\"\u{fc}\\u200b\\U000e0001\""),
        ] {
            assert_eq!(quoted(text), printed);
        }
    }
}
