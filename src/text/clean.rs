//! No text from outside controls the terminal: control characters, C1, DEL and
//! the marks that change the direction of text are shown as escapes.
//!
//! serde_json only escapes U+0000 to U+001F; it passes on the rest unchanged.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character may control a terminal or hide text: a control
/// character, a mark of direction, or one that is not drawn at all.
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    // These are in no table of what is ignored; U+2800 is drawn as a blank.
    matches!(c, '\u{2800}' | '\u{80}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{fff9}'..='\u{fffb}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether it is a blank that looks like a space but is another character, such as U+00A0.
pub fn is_odd_blank(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace()
}

/// JSON text in which the characters that serde_json lets through are escaped: the
/// value stays the same. Control characters below U+0020 are left alone: in
/// JSON text they are layout.
pub fn json(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c > '\x1f' && is_unsafe(c), escaped)
}

/// Makes any text safe for the terminal; keeps newlines and tabs.
pub fn text(text: &str) -> Cow<'_, str> {
    replaced(text, |c| !matches!(c, '\n' | '\t') && is_unsafe(c), escaped)
}

/// Makes any text safe for one line of the terminal.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, is_unsafe, in_line)
}

/// Like [`text`], for an error: it also shows blanks other than spaces.
pub fn error(text: &str) -> Cow<'_, str> {
    replaced(
        text,
        |c| !matches!(c, '\n' | '\t') && is_unsafe(c) || is_odd_blank(c),
        escaped,
    )
}

/// Like [`line`], for the line of an error: it also shows blanks other than spaces.
pub fn error_line(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_unsafe(c) || is_odd_blank(c), in_line)
}

fn in_line(out: &mut String, unit: u16) {
    match unit {
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        unit => escaped(out, unit),
    }
}

fn escaped(out: &mut String, unit: u16) {
    let _ = write!(out, "\\u{unit:04x}");
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
    fn invisible_characters_are_shown() {
        for c in [
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200f}',
            '\u{2028}',
            '\u{2060}',
            '\u{2069}',
            '\u{2800}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{e0001}',
            '\u{e0020}',
            '\u{e007f}',
            '\u{e0100}',
            '\u{e01ef}',
            '\u{7f}',
            '\u{80}',
            '\u{9f}',
            '\0',
            '\u{1b}',
        ] {
            assert!(is_unsafe(c), "{c:?}");
        }
        for c in "aé日👍\u{301}\u{a0}\u{3000}-~".chars() {
            assert!(!is_unsafe(c), "{c:?}");
        }
        assert_eq!(text("a\u{e0041}b"), "a\\udb40\\udc41b");
        assert_eq!(text("a\u{a0}b"), "a\u{a0}b");
        assert_eq!(error("a\u{a0}b\u{3000}\n"), "a\\u00a0b\\u3000\n");
    }

    #[test]
    fn layout_is_kept_where_allowed() {
        assert_eq!(text("a\n\tb\r\x1b"), "a\n\tb\\u000d\\u001b");
        assert_eq!(line("a\n\tb"), "a\\n\\tb");
    }
}
