//! Nothing from outside steers the terminal: control characters, C1, DEL and
//! the marks that change the direction of text are shown as escapes.
//!
//! serde_json escapes U+0000 to U+001F alone; the rest passes through it raw.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character may steer a terminal or hide what is there.
pub const fn is_unsafe(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// JSON text, with what serde_json lets through escaped as JSON does it: the
/// value stays the same. Control characters below U+0020 are left alone: in
/// JSON text they are layout.
pub fn json(text: &str) -> Cow<'_, str> {
    replaced(
        text,
        |c| c > '\x1f' && is_unsafe(c),
        |out, unit| {
            let _ = write!(out, "\\u{unit:04x}");
        },
    )
}

/// Any text for the terminal; newlines and tabs stay.
pub fn text(text: &str) -> Cow<'_, str> {
    replaced(
        text,
        |c| !matches!(c, '\n' | '\t') && is_unsafe(c),
        |out, unit| {
            let _ = write!(out, "\\u{unit:04x}");
        },
    )
}

/// Any text on one line of the terminal.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, is_unsafe, |out, unit| match unit {
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        unit => {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn replaced(
    text: &str,
    wrong: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, u16),
) -> Cow<'_, str> {
    if !text.contains(&wrong) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if wrong(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .for_each(|unit| escape(&mut out, *unit));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_the_same_value() {
        let text = "\"a\u{1b}\u{7f}\u{9b}31m\u{202e}é日\u{200b}\"".replace('\u{1b}', "\\u001b");
        let shown = json(&text);
        assert_eq!(shown, "\"a\\u001b\\u007f\\u009b31m\\u202eé日\\u200b\"");
        let before: serde_json::Value = serde_json::from_str(&text).unwrap();
        let after: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(before, after);
    }

    #[test]
    fn layout_stays_where_it_may() {
        assert_eq!(text("a\n\tb\r\x1b"), "a\n\tb\\u000d\\u001b");
        assert_eq!(line("a\n\tb"), "a\\n\\tb");
    }
}
