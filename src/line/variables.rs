//! Variables in words: `$id`, `$_[0].username`, `${id}`, `$env.NAME`.
//!
//! Single quotes and a backslash disable them. An unknown variable is an
//! error: it never becomes an empty text.

use crate::error::Error;
use crate::secret;
use crate::secret::line::{SecretSpan, Watch};
use crate::text::clean;
use crate::text::lex::{Quote, Word};
use crate::text::words::quoted;
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;

/// A word after its variables are replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Arg {
    pub text: String,
    /// Its position in the line, in bytes.
    pub span: Range<usize>,
    /// Its text before its variables are replaced.
    pub typed: String,
    /// Whether it contains a variable without a value yet: its text is unknown.
    pub later: bool,
    /// Whether it contains a variable with a path that does not exist.
    pub missing: bool,
    /// The variables that are kept as typed, in their order.
    pub open: Vec<String>,
}

/// The words of a command as they can be shown.
pub fn shown(words: &[Arg]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(&word.text)).collect();
    let masked = secret::line::masked(&words.join(" ")).0;
    clean::line(&masked).into_owned()
}

impl Arg {
    /// Where a text at its end begins in the line, if the word is typed as it is: with a pair
    /// of quotes around the text, or around the whole word, or none.
    pub(super) fn begin_of(&self, text: &str) -> Option<usize> {
        let quotes = self.span.len().checked_sub(self.text.len())?;
        let is_plain = self.typed == self.text && matches!(quotes, 0 | 2);
        let flag = self.text.len().checked_sub(text.len())?;
        is_plain.then_some(self.span.start + quotes / 2 + flag)
    }
}

impl fmt::Debug for Arg {
    /// Only the position: any word may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Arg({:?}, {} open)", self.span, self.open.len())
    }
}

impl From<&Word> for Arg {
    /// A word without variables.
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
#[derive(Clone, PartialEq, Eq)]
pub enum VariableValue {
    Text(String),
    /// Nothing yet, for this reason.
    NotYet(Error),
    /// Nothing: its path does not exist.
    Missing(Error),
}

impl fmt::Debug for VariableValue {
    /// Without the value, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::NotYet(why) => f.debug_tuple("NotYet").field(why).finish(),
            Self::Missing(why) => f.debug_tuple("Missing").field(why).finish(),
        }
    }
}

/// One step of a path into an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// A member of an object.
    Key(String),
    /// An element of a list.
    Index(usize),
}

/// The source of the values of variables.
pub trait Scope {
    /// The value of `$name` followed by `path`.
    fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error>;
}

/// The variables that may have no value: they are then kept as typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unset {
    /// Variables that may get one by the time the command runs.
    pub later: bool,
    /// Variables whose path does not exist.
    pub missing: bool,
}

/// Replaces the variables of each word; a variable without a value is an error.
pub fn expand(words: &[Word], scope: &dyn Scope) -> Result<Vec<Arg>, Error> {
    expand_but(words, scope, Unset::default())
}

/// Replaces the variables of each word; some may have no value.
pub fn expand_but(words: &[Word], scope: &dyn Scope, unset: Unset) -> Result<Vec<Arg>, Error> {
    let expanded = words.iter().enumerate().map(|(at, word)| {
        let expanded = expand_word(word, scope, unset);
        expanded.map_err(|error| {
            if !is_in_secret(words, at) {
                return error;
            }
            // The name may be a part of the secret.
            Error::typed("unknown variable in a secret value")
                .hint("write `\\$` for a literal dollar sign; single quotes disable variables")
                .at(word.span.clone())
        })
    });
    expanded.collect()
}

/// Whether the word at this index is, or has in it, a secret. All words before it decide,
/// and to read them takes longer than to expand them.
fn is_in_secret(words: &[Word], at: usize) -> bool {
    let mut watch = Watch::default();
    let read = words[..=at].iter().map(|word| watch.read(&word.text()));
    read.last().is_some_and(|secret| secret != SecretSpan::No)
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

/// The maximum length of a word: no value of this API is longer, and a variable that
/// doubles itself must not use up the memory.
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
            VariableValue::Text(value) if arg.text.len() + value.len() > LONGEST => {
                let most = LONGEST >> 20;
                return Err(Error::typed(format!(
                    "the expanded word is longer than {most} MiB"
                )));
            }
            VariableValue::Text(value) => arg.text.push_str(&value),
            VariableValue::NotYet(_) if unset.later => {
                arg.later = true;
                arg.open.push(typed.to_owned());
                arg.text.push_str(typed);
            }
            VariableValue::Missing(_) if unset.missing => {
                arg.missing = true;
                arg.open.push(typed.to_owned());
                arg.text.push_str(typed);
            }
            VariableValue::NotYet(why) | VariableValue::Missing(why) => return Err(why),
        }
        rest = after;
    }
    arg.text.push_str(rest);
    Ok(())
}

/// The part of a JSON value that a path leads to, as a word; `nowhere` makes
/// the error for a step that does not exist.
pub fn follow(json: &Json, path: &[PathPart], nowhere: &dyn Fn(&str) -> Error) -> VariableValue {
    let mut here = json;
    for step in path {
        let next = match step {
            PathPart::Key(key) => here.get(key),
            PathPart::Index(index) => here.get(index),
        };
        let Some(next) = next else {
            return VariableValue::Missing(nowhere(&match step {
                PathPart::Key(key) => format!("`.{key}`"),
                PathPart::Index(index) => format!("`[{index}]`"),
            }));
        };
        here = next;
    }
    VariableValue::Text(
        here.as_str()
            .map_or_else(|| here.to_string(), str::to_owned),
    )
}

fn malformed(what: &str) -> Error {
    Error::typed(what)
        .hint("for example `${id}` or `$_[0].username`; write `\\$` for a literal dollar sign")
}

/// Splits the text after a `$` into name, path and rest; `None` if no name follows.
fn reference(text: &str) -> Option<(&str, Vec<PathPart>, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let (inside, after) = braced.split_once('}')?;
        let (name, path, left) = bare(inside)?;
        return left.is_empty().then_some((name, path, after));
    }
    bare(text)
}

fn bare(text: &str) -> Option<(&str, Vec<PathPart>, &str)> {
    let (name, mut rest) = identifier(text)?;
    let mut path = Vec::new();
    loop {
        if let Some((key, after)) = rest.strip_prefix('.').and_then(identifier) {
            path.push(PathPart::Key(key.to_owned()));
            rest = after;
        } else if let Some((index, after)) = rest
            .strip_prefix('[')
            .and_then(|inside| inside.split_once(']'))
            && let Ok(index) = index.parse()
        {
            path.push(PathPart::Index(index));
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
        fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error> {
            match name {
                "id" => Ok(VariableValue::Text("5140".to_owned())),
                "_" => Ok(VariableValue::Text(format!("{path:?}"))),
                "later" => Ok(VariableValue::NotYet(Error::typed("later"))),
                "none" => Ok(VariableValue::Missing(Error::typed("none"))),
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
    fn positions_of_variables() {
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
    fn malformed_variables_are_errors() {
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
    fn variables_without_a_value_are_kept_as_typed() {
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
    fn an_unknown_variable_in_a_secret_is_not_named() {
        let error = |line: &str| texts(line).unwrap_err();
        for line in [
            "add_user x --password a$hunter2",
            "add_user x --password=a$hunter2 --uid 5",
            "add_user x --uid $id --set filesystem.s3config.access_secret=a$hunter2",
        ] {
            let error = error(line);
            assert_eq!(
                error.message, "unknown variable in a secret value",
                "{line}"
            );
            assert!(
                error
                    .span
                    .is_some_and(|span| line[span].contains("hunter2"))
            );
        }
        // The next flag ends the secret.
        assert_eq!(error("add_user x --password a --uid $nope").message, "no");
    }

    #[test]
    fn unknown_variables_are_errors_with_a_position() {
        assert_eq!(texts("a b$nope").unwrap_err().span, Some(2..8));
    }
}
