//! Variables in words: `$id`, `$_[0].username`, `${id}`, `$env.NAME`.
//!
//! Not in single quotes, and not after a backslash. An unknown variable is an
//! error: it never becomes an empty text.

use crate::error::Error;
use crate::secret::line::{Secret, Watch};
use crate::text::lex::{Quote, Word};
use serde_json::Value as Json;
use std::ops::Range;

/// A word after its variables are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// What it says.
    pub text: String,
    /// Where it stands in the line, in bytes.
    pub span: Range<usize>,
    /// What it says before its variables are replaced.
    pub typed: String,
    /// Whether it holds a variable that has no value yet: its text is not known.
    pub later: bool,
    /// Whether it holds a variable with a path that leads nowhere.
    pub missing: bool,
    /// The variables that stand in it as they are typed, in their order.
    pub open: Vec<String>,
}

impl From<&Word> for Arg {
    /// A word as it is.
    fn from(word: &Word) -> Self {
        Self {
            text: word.text(),
            span: word.span.clone(),
            typed: word.text(),
            later: false,
            missing: false,
            open: Vec::new(),
        }
    }
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Text(String),
    /// Nothing yet, for this reason.
    NotYet(Error),
    /// Nothing: its path leads nowhere.
    Missing(Error),
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

/// The variables that may have no value: they then stay as they are typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unset {
    /// Those that may get one by the time the command runs.
    pub later: bool,
    /// Those whose path leads nowhere.
    pub missing: bool,
}

/// Replaces the variables of each word; one without a value is an error.
pub fn expand(words: &[Word], scope: &dyn Scope) -> Result<Vec<Arg>, Error> {
    expand_but(words, scope, Unset::default())
}

/// The same, where some variables may have no value.
pub fn expand_but(words: &[Word], scope: &dyn Scope, unset: Unset) -> Result<Vec<Arg>, Error> {
    let mut watch = Watch::default();
    words
        .iter()
        .map(|word| {
            let secret = watch.read(&word.text());
            expand_word(word, scope, unset).map_err(|error| match secret {
                Secret::No => error,
                // The name may be a part of the secret.
                _ => Error::typed("an unknown variable in a secret")
                    .hint("`\\$` is the character; in single quotes nothing is a variable")
                    .at(word.span.clone()),
            })
        })
        .collect()
}

fn expand_word(word: &Word, scope: &dyn Scope, unset: Unset) -> Result<Arg, Error> {
    let mut arg = Arg {
        text: String::new(),
        ..Arg::from(word)
    };
    for piece in &word.pieces {
        if matches!(piece.quote, Quote::Single | Quote::Escaped) {
            arg.text.push_str(&piece.text);
        } else {
            expand_piece(&piece.text, scope, unset, &mut arg)
                .map_err(|error| error.at(word.span.clone()))?;
        }
    }
    Ok(arg)
}

/// No word becomes longer: it is no value of this API, and a variable that
/// doubles itself must not take all memory.
const LONGEST: usize = 64 * 1024 * 1024;

/// Adds a piece with its variables replaced to an argument.
fn expand_piece(piece: &str, scope: &dyn Scope, unset: Unset, arg: &mut Arg) -> Result<(), Error> {
    let mut rest = piece;
    while let Some(at) = rest.find('$') {
        arg.text.push_str(&rest[..at]);
        let from = &rest[at..];
        rest = &from[1..];
        let Some((name, path, after)) = reference(rest) else {
            if rest.starts_with('{') {
                return Err(malformed("`${` without a name and a `}`"));
            }
            arg.text.push('$');
            continue;
        };
        if name == "_" && after.starts_with('[') {
            return Err(malformed("`$_[` without an index and a `]`"));
        }
        let typed = &from[..from.len() - after.len()];
        match scope.variable(name, &path)? {
            Found::Text(value) if arg.text.len() + value.len() > LONGEST => {
                let most = LONGEST >> 20;
                return Err(Error::typed(format!(
                    "the word becomes longer than {most} MiB"
                )));
            }
            Found::Text(value) => arg.text.push_str(&value),
            Found::NotYet(_) if unset.later => {
                arg.later = true;
                arg.open.push(typed.to_owned());
                arg.text.push_str(typed);
            }
            Found::Missing(_) if unset.missing => {
                arg.missing = true;
                arg.open.push(typed.to_owned());
                arg.text.push_str(typed);
            }
            Found::NotYet(why) | Found::Missing(why) => return Err(why),
        }
        rest = after;
    }
    arg.text.push_str(rest);
    Ok(())
}

/// The part of a JSON value that a path leads to, as a word; `nowhere` makes
/// the error of a step that leads nowhere.
pub fn follow(json: &Json, path: &[Step], nowhere: &dyn Fn(&str) -> Error) -> Found {
    let mut here = json;
    for step in path {
        let next = match step {
            Step::Key(key) => here.get(key),
            Step::Index(index) => here.get(index),
        };
        let Some(next) = next else {
            return Found::Missing(nowhere(&match step {
                Step::Key(key) => format!("`.{key}`"),
                Step::Index(index) => format!("`[{index}]`"),
            }));
        };
        here = next;
    }
    Found::Text(
        here.as_str()
            .map_or_else(|| here.to_string(), str::to_owned),
    )
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

/// Whether a text can be the name of a variable.
pub fn is_identifier(text: &str) -> bool {
    identifier(text).is_some_and(|(_, rest)| rest.is_empty())
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
    use super::*;
    use crate::text::lex::lex;

    struct Known;

    impl Scope for Known {
        fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
            match name {
                "id" => Ok(Found::Text("5140".to_owned())),
                "_" => Ok(Found::Text(format!("{path:?}"))),
                "later" => Ok(Found::NotYet(Error::typed("later"))),
                "none" => Ok(Found::Missing(Error::typed("none"))),
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
    fn one_without_a_value_stays_as_it_is_typed() {
        let lexed = lex("a$later[0].x ${none}b $id");
        let words = &lexed.commands[0];
        let unset = |later, missing| expand_but(words, &Known, Unset { later, missing });
        let args = unset(true, true).unwrap();
        let all: Vec<_> = args
            .iter()
            .map(|arg| (arg.text.as_str(), arg.later, arg.missing))
            .collect();
        assert_eq!(
            all,
            [
                ("a$later[0].x", true, false),
                ("${none}b", false, true),
                ("5140", false, false)
            ]
        );
        assert_eq!(args[2].typed, "$id");
        let open = |at: usize| args[at].open.join(" ");
        assert_eq!([open(0), open(1), open(2)], ["$later[0].x", "${none}", ""]);
        assert_eq!(unset(false, true).unwrap_err().message, "later");
        assert_eq!(unset(true, false).unwrap_err().message, "none");
    }

    #[test]
    fn an_unknown_one_is_an_error_with_its_place() {
        assert_eq!(texts("a b$nope").unwrap_err().span, Some(2..8));
    }
}
