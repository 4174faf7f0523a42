//! Text that may stand in XML, whatever it is.

use crate::text::clean;

/// Text between tags.
pub(super) fn text(text: &str) -> String {
    escaped(text, false)
}

/// Text between the quotes of an attribute, where a parser would make a space
/// of a newline.
pub(super) fn attribute(text: &str) -> String {
    escaped(text, true)
}

/// XML 1.0 forbids most control characters even as references: those, and what would control a
/// terminal, are shown as [`clean`] shows them.
fn escaped(text: &str, attribute: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in clean::text(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_forbidden_in_xml_are_shown() {
        assert_eq!(text("a<b & \"c\"\n]]>"), "a&lt;b &amp; \"c\"\n]]&gt;");
        assert_eq!(attribute("\"\n\t"), "&quot;&#10;&#9;");
        assert_eq!(
            text("\u{1b}\0\r\u{ffff}é"),
            "\\u001b\\u0000\\u000d\u{fffd}é"
        );
    }
}
