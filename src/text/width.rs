//! How many columns of a terminal a text takes: counted character by character,
//! as the line editor does.

use unicode_width::UnicodeWidthChar;

/// The columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// The columns of a character; none of one that is not drawn.
pub fn of(c: char) -> usize {
    c.width().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(width("aé用户"), 6);
        assert_eq!(width("e\u{301}\u{202e}"), 1);
    }
}
