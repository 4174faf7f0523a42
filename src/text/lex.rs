//! Splits text into words, with the position and the quoting of every piece.
//!
//! The words are those of the `shlex` crate (a property test compares the
//! two); ours keep spans and quotes, which carets, completion and variables
//! need. Beyond shlex, a `;` or a newline outside quotes ends a command. What
//! follows a `|` at a word's start is for another shell: there a `;` is part of it. And as
//! in bash, a text in `$'…'` may have escapes.

use super::escape;
use std::fmt;
use std::ops::Range;

/// How a piece of a word was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Unquoted.
    None,
    /// In single quotes, also those of `$'…'`.
    Single,
    /// In double quotes.
    Double,
    /// A character after a backslash.
    Escaped,
}

/// A run of characters of a word that were written the same way.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text, unquoted.
    pub text: String,
    /// How it was written.
    pub quote: Quote,
}

/// One word.
#[derive(Clone, PartialEq, Eq)]
pub struct Word {
    /// Its position in the text, quotes included, in bytes.
    pub span: Range<usize>,
    /// Its pieces; empty for `""`.
    pub pieces: Vec<Piece>,
}

impl fmt::Debug for Piece {
    /// Without the text, which may be part of a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.quote)
    }
}

impl fmt::Debug for Word {
    /// Only the position: any word may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Word({:?}, {:?})", self.span, self.pieces)
    }
}

impl Word {
    /// A word without quotes.
    pub fn bare(text: &str, span: Range<usize>) -> Self {
        let piece = Piece {
            text: text.to_owned(),
            quote: Quote::None,
        };
        Self {
            span,
            pieces: vec![piece],
        }
    }

    /// Its text, unquoted.
    pub fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect()
    }

    /// Its text without quotes, up to the first quote: where an operator stands.
    pub fn unquoted_start(&self) -> &str {
        let first = self.pieces.first();
        let first = first.filter(|piece| piece.quote == Quote::None);
        first.map_or("", |piece| &piece.text)
    }

    /// Whether a `$` at its beginning is a literal dollar sign.
    pub fn starts_literal(&self) -> bool {
        let first = self.pieces.first().map(|piece| piece.quote);
        matches!(first, Some(Quote::Single | Quote::Escaped))
    }

    fn push(&mut self, c: char, quote: Quote) {
        match self.pieces.last_mut() {
            Some(piece) if piece.quote == quote => piece.text.push(c),
            _ => self.pieces.push(Piece {
                text: c.into(),
                quote,
            }),
        }
    }
}

/// A quote or backslash that was still open when the text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Where it was opened, in bytes.
    pub at: usize,
    pub what: Opener,
}

/// The kinds of quotes and backslashes that can be left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// A `'`.
    Single,
    /// A `"`.
    Double,
    /// A backslash with nothing after it.
    Backslash,
}

/// A text split into words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexed {
    /// The commands, each with at least one word.
    pub commands: Vec<Vec<Word>>,
    /// What was left open; then the last word is incomplete.
    pub open: Option<Open>,
    /// Where a comment begins, if the text ends in one.
    pub comment: Option<usize>,
    /// All comments, in bytes.
    pub comments: Vec<Range<usize>>,
}

/// Splits a text into commands and words. Never fails: an open quote is part of the result.
pub fn lex(text: &str) -> Lexed {
    Lexer {
        text,
        chars: text.char_indices().peekable(),
        lexed: Lexed::default(),
        words: Vec::new(),
        in_program: false,
    }
    .run()
}

struct Lexer<'a> {
    text: &'a str,
    chars: std::iter::Peekable<std::str::CharIndices<'a>>,
    lexed: Lexed,
    words: Vec<Word>,
    /// Whether the words are those of a program behind a `|`.
    in_program: bool,
}

impl Lexer<'_> {
    fn run(mut self) -> Lexed {
        while let Some(&(at, c)) = self.chars.peek() {
            match c {
                ' ' | '\t' => drop(self.chars.next()),
                ';' if self.in_program => drop(self.chars.next()),
                '\n' | ';' => {
                    self.chars.next();
                    self.end_command();
                }
                '#' => self.comment(at),
                '\\' if self.text[at + 1..].starts_with('\n') => {
                    self.chars.next();
                    self.chars.next();
                }
                _ => {
                    let (word, open) = self.word(at);
                    self.in_program |=
                        !self.words.is_empty() && word.unquoted_start().starts_with('|');
                    self.words.push(word);
                    self.lexed.open = open;
                }
            }
        }
        self.end_command();
        self.lexed
    }

    fn end_command(&mut self) {
        self.in_program = false;
        if !self.words.is_empty() {
            self.lexed.commands.push(std::mem::take(&mut self.words));
        }
    }

    fn comment(&mut self, at: usize) {
        self.lexed.comment = Some(at);
        let end = self.text[at..].find('\n');
        let end = end.map_or(self.text.len(), |length| at + length);
        self.lexed.comments.push(at..end);
        while let Some(&(_, c)) = self.chars.peek() {
            if c == '\n' {
                self.lexed.comment = None;
                return;
            }
            self.chars.next();
        }
    }

    fn word(&mut self, start: usize) -> (Word, Option<Open>) {
        let mut word = Word {
            span: start..start,
            pieces: Vec::new(),
        };
        let mut open = None;
        while let Some(&(at, c)) = self.chars.peek() {
            if matches!(c, ' ' | '\t' | '\n' | ';') {
                break;
            }
            self.chars.next();
            open = match c {
                '\'' => self.single(&mut word, at),
                '$' if self.text[at + 1..].starts_with('\'') => {
                    self.chars.next();
                    self.with_escapes(&mut word, at + 1)
                }
                '"' => self.double(&mut word, at),
                '\\' => self.escaped(&mut word, at),
                _ => {
                    word.push(c, Quote::None);
                    None
                }
            };
        }
        word.span.end = self.chars.peek().map_or(self.text.len(), |&(at, _)| at);
        (word, open)
    }

    fn escaped(&mut self, word: &mut Word, at: usize) -> Option<Open> {
        match self.chars.next() {
            // A backslash before a newline joins the lines.
            Some((_, '\n')) => None,
            Some((_, c)) => {
                word.push(c, Quote::Escaped);
                None
            }
            None => Some(Open {
                at,
                what: Opener::Backslash,
            }),
        }
    }

    fn single(&mut self, word: &mut Word, at: usize) -> Option<Open> {
        for (_, c) in self.chars.by_ref() {
            if c == '\'' {
                return None;
            }
            word.push(c, Quote::Single);
        }
        Some(Open {
            at,
            what: Opener::Single,
        })
    }

    /// What follows `$'`.
    fn with_escapes(&mut self, word: &mut Word, at: usize) -> Option<Open> {
        while let Some((here, c)) = self.chars.next() {
            let read = match c {
                '\'' => return None,
                '\\' => escape::read(&self.text[here + 1..]),
                _ => None,
            };
            let (c, length) = read.unwrap_or((c, 0));
            word.push(c, Quote::Single);
            // The rest of the escape.
            while self
                .chars
                .next_if(|(next, _)| *next <= here + length)
                .is_some()
            {}
        }
        Some(Open {
            at,
            what: Opener::Single,
        })
    }

    fn double(&mut self, word: &mut Word, at: usize) -> Option<Open> {
        let open = Some(Open {
            at,
            what: Opener::Double,
        });
        while let Some((_, c)) = self.chars.next() {
            match c {
                '"' => return None,
                '\\' => match self.chars.next() {
                    Some((_, '\n')) => {}
                    Some((_, c @ ('$' | '`' | '"' | '\\'))) => word.push(c, Quote::Escaped),
                    Some((_, c)) => {
                        word.push('\\', Quote::Double);
                        word.push(c, Quote::Double);
                    }
                    None => return open,
                },
                _ => word.push(c, Quote::Double),
            }
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        lex(text)
            .commands
            .iter()
            .map(|words| words.iter().map(Word::text).collect())
            .collect()
    }

    #[test]
    fn words_and_commands() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("", &[]),
            ("  # only a comment", &[]),
            ("a b", &[&["a", "b"]]),
            ("a ''", &[&["a", ""]]),
            ("a=\"b c\"d'e'", &[&["a=b cde"]]),
            ("a#b #c", &[&["a#b"]]),
            (r"a\ b \#c", &[&["a b", "#c"]]),
            (r#""a\"b\c""#, &[&["a\"b\\c"]]),
            (
                "a; b;;c ';' \";\" \\;",
                &[&["a"], &["b"], &["c", ";", ";", ";"]],
            ),
            ("a\nb # x\nc", &[&["a"], &["b"], &["c"]]),
            ("a \\\n  b", &[&["a", "b"]]),
            ("a\\\nb", &[&["ab"]]),
            ("'a\nb'", &[&["a\nb"]]),
            (
                "a |b; c\nd; e '|' f; g",
                &[&["a", "|b", "c"], &["d"], &["e", "|", "f"], &["g"]],
            ),
            ("| a; b", &[&["|", "a"], &["b"]]),
            ("a|b c; d", &[&["a|b", "c"], &["d"]]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn open_quotes_are_reported_with_their_position() {
        let open = |text: &str| lex(text).open.map(|open| (open.at, open.what));
        assert_eq!(open("a 'b c"), Some((2, Opener::Single)));
        assert_eq!(open("a x\"b"), Some((3, Opener::Double)));
        assert_eq!(open("a \\"), Some((2, Opener::Backslash)));
        assert_eq!(open("é 'b'"), None);
        assert_eq!(open("'a' \"b\\\""), Some((4, Opener::Double)));
    }

    #[test]
    fn spans_cover_the_quotes() {
        let lexed = lex("é 'b c'd ;x");
        let spans: Vec<_> = lexed
            .commands
            .iter()
            .flatten()
            .map(|word| word.span.clone())
            .collect();
        assert_eq!(spans, [0..2, 3..9, 11..12]);
    }

    #[test]
    fn a_comment_at_the_end_is_reported() {
        assert_eq!(lex("a # b").comment, Some(2));
        assert_eq!(lex("a # b\nc").comment, None);
        assert_eq!(lex("a # b\nc#d #e").comments, [2..5, 10..12]);
    }
}
