//! Rows and columns of the commands of a text, counted once along the text: a
//! line may hold a hundred thousand commands.

/// A position that moves along a text.
pub(super) struct Rows<'a> {
    text: &'a str,
    at: usize,
    row: usize,
    column: usize,
}

impl<'a> Rows<'a> {
    /// The beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            row: 0,
            column: 1,
        }
    }

    /// Moves to a byte offset; returns its row, counted from 0, and its column, from 1.
    pub(super) fn to(&mut self, at: usize) -> (usize, usize) {
        if at < self.at {
            *self = Self::new(self.text);
        }
        for c in self.text[self.at..at].chars() {
            if c == '\n' {
                self.row += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at = at;
        (self.row, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns() {
        let text = "a; \u{e9}b\n\nc;d\n";
        let mut rows = Rows::new(text);
        let at = |found: &str| text.find(found).expect("it is there");
        assert_eq!(rows.to(0), (0, 1));
        assert_eq!(rows.to(at("b")), (0, 5));
        assert_eq!(rows.to(at("c")), (2, 1));
        assert_eq!(rows.to(at("d")), (2, 3));
        assert_eq!(rows.to(at("d")), (2, 3));
        assert_eq!(rows.to(at(";")), (0, 2));
        assert_eq!(rows.to(text.len()), (3, 1));
    }
}
