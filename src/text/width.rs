//! How many columns of a terminal a text takes: counted character by character,
//! as the line editor does.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// The columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// The columns of a character; none of one that is not drawn.
pub fn of(c: char) -> usize {
    c.width().unwrap_or_default()
}

/// The text in at most `columns` columns; what is left out is shown by `…`.
pub fn fitted(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += of(*c);
        used < columns
    };
    let cut: String = text.chars().take_while(fits).collect();
    Cow::Owned(if columns == 0 {
        String::new()
    } else {
        cut + "…"
    })
}

/// The same for a text whose end says most, such as a path.
pub fn fitted_end(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let backwards: String = text.chars().rev().collect();
    Cow::Owned(fitted(&backwards, columns).chars().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(width("aé用户"), 6);
        assert_eq!(width("e\u{301}\u{202e}"), 1);
    }

    #[test]
    fn a_text_is_cut_to_its_columns() {
        for (text, columns, start, end) in [
            ("abc", 3, "abc", "abc"),
            ("abcd", 3, "ab…", "…cd"),
            ("用户名", 6, "用户名", "用户名"),
            ("用户名", 5, "用户…", "…户名"),
            ("用户名", 4, "用…", "…名"),
            ("用户", 1, "…", "…"),
            ("用户", 0, "", ""),
            ("ab", 0, "", ""),
            ("anna", 4, "anna", "anna"),
            ("anna", 3, "an…", "…na"),
            ("anna", 0, "", ""),
            ("用户名", 1, "…", "…"),
            ("abcdef", 4, "abc…", "…def"),
            ("abcd", 4, "abcd", "abcd"),
        ] {
            assert_eq!(fitted(text, columns), start, "{text} {columns}");
            assert_eq!(fitted_end(text, columns), end, "{text} {columns}");
        }
    }
}
