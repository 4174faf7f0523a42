//! The operators that send the output of a command elsewhere: `|`, `>` and `>>`.
//! One counts only without quotes, at the start of a word.

use super::lex::Word;

/// Where an output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `|`: to a program.
    Pipe,
    /// `>`: into a file.
    Write,
    /// `>>`: to the end of a file.
    Append,
}

impl Operator {
    /// The operator that a word begins with; a `>=` compares.
    pub fn of(word: &Word) -> Option<Self> {
        let text = word.unquoted_start();
        if text.starts_with('|') {
            Some(Self::Pipe)
        } else if text.starts_with(">>") {
            Some(Self::Append)
        } else if text.starts_with('>') && !text.starts_with(">=") {
            Some(Self::Write)
        } else {
            None
        }
    }

    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Pipe => "|",
            Self::Write => ">",
            Self::Append => ">>",
        }
    }

    /// The word without its operator.
    pub fn removed_from(self, word: &Word) -> Word {
        let mut rest = word.clone();
        let count = self.sign().len();
        if let Some(first) = rest.pieces.first_mut() {
            first.text.drain(..count.min(first.text.len()));
            rest.span.start += count;
            if first.text.is_empty() {
                rest.pieces.remove(0);
            }
        }
        rest
    }

    /// The first operator of a command; `compares` is whether `>` has another
    /// meaning in it.
    pub fn first(words: &[Word], compares: bool) -> Option<(usize, Self)> {
        let found = |(at, word)| Some((at, Self::of(word)?));
        let counts = |(_, operator): &(usize, Self)| *operator == Self::Pipe || !compares;
        words.iter().enumerate().filter_map(found).find(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lex::lex;
    use crate::text::words::quoted;

    #[test]
    fn quoted_words_are_no_operators() {
        for text in ["|", "|a", ">", ">> a", ">=", "a|b > c"] {
            let words = lex(&format!("x {}", quoted(text))).commands.remove(0);
            assert_eq!(words.len(), 2, "{text}");
            assert_eq!(words[1].text(), text);
            assert_eq!(Operator::first(&words, false), None, "{text}");
        }
    }

    #[test]
    fn operators_stand_at_the_start_of_a_word() {
        for (line, found) in [
            ("a | b", Some((1, Operator::Pipe))),
            ("a |b", Some((1, Operator::Pipe))),
            ("a > b | c", Some((1, Operator::Write))),
            ("a >>b", Some((1, Operator::Append))),
            ("a '|' \">\" \\| b|c x>y", None),
            ("a >= b", None),
            ("a '>'> b", None),
        ] {
            let words = lex(line).commands.remove(0);
            assert_eq!(Operator::first(&words, false), found, "{line}");
        }
        let words = lex("a > 5 | b").commands.remove(0);
        assert_eq!(Operator::first(&words, true), Some((3, Operator::Pipe)));
    }
}
