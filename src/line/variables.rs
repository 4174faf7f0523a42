//! Variables in words: `$id`, `$_[0].username`, `${id}`, `$env.NAME`.
//!
//! Not in single quotes, and not after a backslash. An unknown variable is an
//! error: it never becomes an empty text.

use super::lex::{Quote, Word};
use super::secrets::{Secret, Watch};
use crate::error::Error;
use std::ops::Range;

/// The variables there are: what [`Scope`] knows, Tab offers, and is no secret.
pub const NAMES: &[&str] = &["id", "username", "connection", "_", "env"];

/// A word after its variables are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// What it says.
    pub text: String,
    /// Where it stands in the line, in bytes.
    pub span: Range<usize>,
    /// Whether it holds a variable that has no value yet: its text is not known.
    pub later: bool,
}

impl From<&Word> for Arg {
    /// A word as it is.
    fn from(word: &Word) -> Self {
        Self {
            text: word.text(),
            span: word.span.clone(),
            later: false,
        }
    }
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This text.
    Text(String),
    /// Nothing yet, for this reason.
    NotYet(Error),
}

/// One step of a path into an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Key(String),
    /// An element of a list.
    Index(usize),
}

/// Where variables get their values.
pub trait Scope {
    /// The value of `$name` followed by `path`. The error says what is wrong.
    fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error>;
}

/// Replaces the variables of each word; one without a value is an error.
pub fn expand(words: &[Word], scope: &dyn Scope) -> Result<Vec<Arg>, Error> {
    replaced(words, scope, &Err)
}

/// The same before anything runs: a variable that may get a value stays.
pub fn expand_known(words: &[Word], scope: &dyn Scope) -> Result<Vec<Arg>, Error> {
    replaced(words, scope, &|_| Ok(()))
}

fn replaced(
    words: &[Word],
    scope: &dyn Scope,
    not_yet: &dyn Fn(Error) -> Result<(), Error>,
) -> Result<Vec<Arg>, Error> {
    let mut watch = Watch::default();
    words
        .iter()
        .map(|word| {
            let secret = watch.read(&word.text());
            expand_word(word, scope, not_yet).map_err(|error| match secret {
                Secret::No => error,
                // The name may be a part of the secret.
                _ => Error::typed("an unknown variable in a secret")
                    .hint("`\\$` is the character; in single quotes nothing is a variable")
                    .at(word.span.clone()),
            })
        })
        .collect()
}

fn expand_word(
    word: &Word,
    scope: &dyn Scope,
    not_yet: &dyn Fn(Error) -> Result<(), Error>,
) -> Result<Arg, Error> {
    let mut text = String::new();
    let mut later = false;
    for piece in &word.pieces {
        if matches!(piece.quote, Quote::Single | Quote::Escaped) {
            text.push_str(&piece.text);
            continue;
        }
        let mut rest = piece.text.as_str();
        while let Some(at) = rest.find('$') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let here = |error: Error| error.at(word.span.clone());
            let Some((name, path, after)) = reference(rest) else {
                if rest.starts_with('{') {
                    return Err(here(malformed("`${` without a name and a `}`")));
                }
                text.push('$');
                continue;
            };
            if name == "_" && after.starts_with('[') {
                return Err(here(malformed("`$_[` without an index and a `]`")));
            }
            match scope.variable(name, &path).map_err(here)? {
                Found::Text(value) => text.push_str(&value),
                Found::NotYet(why) => {
                    not_yet(why).map_err(here)?;
                    later = true;
                    text.push('$');
                    text.push_str(name);
                }
            }
            rest = after;
        }
        text.push_str(rest);
    }
    Ok(Arg {
        text,
        span: word.span.clone(),
        later,
    })
}

fn malformed(what: &str) -> Error {
    Error::typed(what).hint("as `${id}` or `$_[0].username`; `\\$` is the character")
}

/// Splits what follows a `$` into name, path and the rest; none if no name follows.
fn reference(text: &str) -> Option<(&str, Vec<Step>, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let (inside, after) = braced.split_once('}')?;
        let (name, path, left) = bare(inside)?;
        return left.is_empty().then_some((name, path, after));
    }
    bare(text)
}

fn bare(text: &str) -> Option<(&str, Vec<Step>, &str)> {
    let (name, mut rest) = identifier(text)?;
    let mut path = Vec::new();
    loop {
        if let Some((key, after)) = rest.strip_prefix('.').and_then(identifier) {
            path.push(Step::Key(key.to_owned()));
            rest = after;
        } else if let Some((index, after)) = rest
            .strip_prefix('[')
            .and_then(|inside| inside.split_once(']'))
            && let Ok(index) = index.parse()
        {
            path.push(Step::Index(index));
            rest = after;
        } else {
            return Some((name, path, rest));
        }
    }
}

fn identifier(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    struct Known;

    impl Scope for Known {
        fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
            match name {
                "id" => Ok(Found::Text("5140".to_owned())),
                "_" => Ok(Found::Text(format!("{path:?}"))),
                _ => Err(Error::typed("no")),
            }
        }
    }

    fn texts(line: &str) -> Result<Vec<String>, Error> {
        let lexed = lex(line);
        let words: Vec<_> = lexed.commands.into_iter().flatten().collect();
        Ok(expand(&words, &Known)?
            .into_iter()
            .map(|arg| arg.text)
            .collect())
    }

    #[test]
    fn where_they_stand() {
        let cases: &[(&str, &[&str])] = &[
            ("$id", &["5140"]),
            ("a${id}b \"x ${id}y\"", &["a5140b", "x 5140y"]),
            (r"'$id' \$id $ $5 $$", &["$id", "$id", "$", "$5", "$$"]),
            ("$_[0].username!", &["[Index(0), Key(\"username\")]!"]),
            ("$id. $id[x]", &["5140.", "5140[x]"]),
        ];
        for (line, expected) in cases {
            assert_eq!(texts(line).unwrap(), *expected, "{line}");
        }
    }

    #[test]
    fn a_malformed_one_is_an_error() {
        for line in [
            "x${id",
            "${",
            "${-}",
            "\"${id x}\"",
            "$_[-1]",
            "$_[x]",
            "$_[0",
        ] {
            assert!(texts(line).is_err(), "{line}");
        }
        assert_eq!(texts("'${id' \\${id").unwrap(), ["${id", "${id"]);
    }

    #[test]
    fn an_unknown_one_is_an_error_with_its_place() {
        assert_eq!(texts("a b$nope").unwrap_err().span, Some(2..8));
    }
}
