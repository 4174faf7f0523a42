//! Texts in `$'…'`, as in bash: characters that no line shows are written as escapes.

use super::ansi::ESC;
use super::clean::is_unsafe;
use std::fmt::Write;

/// The escapes with a letter.
const LETTERS: [(char, char); 6] = [
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('e', ESC),
    ('\\', '\\'),
    ('\'', '\''),
];

/// The escapes with the number of a character, and the most digits that it has.
const NUMBERS: [(char, usize); 2] = [('u', 4), ('U', 8)];

/// A text as it is written on a line.
pub fn written(text: &str) -> String {
    let mut out = "$'".to_owned();
    for c in text.chars() {
        let number = u32::from(c);
        let letter = LETTERS.iter().find(|(_, meant)| *meant == c);
        let _ = match letter {
            Some((letter, _)) => write!(out, "\\{letter}"),
            None if !is_unsafe(c) => write!(out, "{c}"),
            None if number <= 0xffff => write!(out, "\\u{number:04x}"),
            None => write!(out, "\\U{number:08x}"),
        };
    }
    out + "'"
}

/// The character of the escape with which `rest` begins, after its backslash, and its length
/// in bytes; `None` if it is no escape, which stands for itself.
pub(super) fn read(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    if let Some((letter, meant)) = LETTERS.iter().find(|(letter, _)| *letter == first) {
        return Some((*meant, letter.len_utf8()));
    }
    let (_, most) = NUMBERS.iter().find(|(letter, _)| *letter == first)?;
    let digits = rest[1..].bytes().take(*most);
    let count = digits.take_while(u8::is_ascii_hexdigit).count();
    let number = u32::from_str_radix(&rest[1..=count], 16).ok()?;
    Some((char::from_u32(number)?, 1 + count))
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn read_back(line: &str) -> String {
        let lexed = lex(line);
        assert!(lexed.open.is_none(), "{line}");
        lexed.commands[0][0].text()
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "a\nb",
            "\u{1b}[2J",
            "it's\r\t\\n",
            "\u{202e}x 日",
            "\u{e0041}1",
            "\0",
            "$id;|>",
            "",
        ] {
            let line = written(text);
            assert!(!line.contains(is_unsafe), "{line}");
            assert_eq!(read_back(&line), text, "{line}");
        }
        assert_eq!(written("a\n'\u{7}1"), r"$'a\n\'\u00071'");
    }

    #[test]
    fn what_is_no_escape_stands_for_itself() {
        for (line, text) in [
            (r"$'a\qb'", r"a\qb"),
            (r"$'\u'x", r"\ux"),
            (r"$'\ud800'", r"\ud800"),
            (r"$'\U00110000'", r"\U00110000"),
            (r"$'\u41g'", "Ag"),
            (r"x$'\t'y", "x\ty"),
            ("\"$'\\n'\"", r"$'\n'"),
            (r"'$'\n''", "$n"),
        ] {
            assert_eq!(read_back(line), text, "{line}");
        }
        assert!(lex(r"$'a\'").open.is_some() && lex("$'a\\").open.is_some());
    }
}
