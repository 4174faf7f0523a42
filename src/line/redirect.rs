//! `COMMAND | PROGRAM`, `COMMAND > FILE`, `COMMAND >> FILE`: where the output of
//! a command goes.

use super::outline::{Role, outline};
use crate::catalog::{Api, Verb};
use crate::error::Error;
use crate::text::lex::Word;
use crate::text::operator::Operator;
use crate::text::words::shortened;
use std::fmt;
use std::ops::Range;

/// Where the output of a command goes.
pub struct Redirect {
    pub target: Target,
    /// Where it stands in the line.
    pub span: Range<usize>,
}

/// A program or a file.
pub enum Target {
    /// A line for `sh`, as typed.
    Program(String),
    File {
        /// Its name, whose variables are not replaced yet.
        name: Word,
        /// Whether the output is added to its end.
        append: bool,
    },
}

impl fmt::Debug for Redirect {
    /// Without the text, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redirect({:?})", self.span)
    }
}

/// What programs there are for an output, as messages name them.
const EXAMPLE: &str = "for example `COMMAND | less`, `COMMAND > FILE.json`";

/// The words of a command, and the words from its first operator on.
pub fn parts<'a>(words: &'a [Word], api: &'static Api) -> (&'a [Word], &'a [Word]) {
    let is_plain = words.iter().all(|word| Operator::of(word).is_none());
    let first = (!is_plain).then(|| Operator::first(words, compares(words, api)));
    let first = first.flatten().map(|(at, _)| at);
    words.split_at(first.unwrap_or(words.len()))
}

/// Splits the words of a command of `text` from where its output goes.
pub fn split<'a>(
    text: &str,
    words: &'a [Word],
    api: &'static Api,
) -> Result<(&'a [Word], Option<Redirect>), Error> {
    let (command, rest) = parts(words, api);
    let Some((first, more)) = rest.split_first() else {
        return Ok((words, None));
    };
    let Some(operator) = Operator::of(first) else {
        return Ok((words, None));
    };
    let span = first.span.start..words.last().map_or(first.span.end, |word| word.span.end);
    let sign = operator.sign();
    if command.is_empty() {
        return Err(Error::typed(format!("a command must precede `{sign}`"))
            .hint(EXAMPLE)
            .at(first.span.start..first.span.start + sign.len()));
    }
    let target = if operator == Operator::Pipe {
        program(text, first, span.clone())?
    } else {
        file(operator, first, more)?
    };
    Ok((command, Some(Redirect { target, span })))
}

/// Whether `>` compares in this command.
fn compares(words: &[Word], api: &'static Api) -> bool {
    let verb = |role: Role| match role {
        Role::Command(command) => command?.verb(),
        _ => None,
    };
    let mut verbs = outline(words, api).roles.into_iter().filter_map(verb);
    verbs.any(|verb| verb == Verb::Expect)
}

/// The line of a program: all that follows the `|`.
fn program(text: &str, first: &Word, span: Range<usize>) -> Result<Target, Error> {
    known(first, Operator::Pipe)?;
    let line = text[span.start + 1..span.end].trim();
    if line.is_empty() {
        return Err(Error::typed("a program must follow `|`")
            .hint(EXAMPLE)
            .at(first.span.clone()));
    }
    Ok(Target::Program(line.to_owned()))
}

/// The file of `> FILE` or `>FILE`, and nothing after it.
fn file(operator: Operator, first: &Word, more: &[Word]) -> Result<Target, Error> {
    known(first, operator)?;
    let sign = operator.sign();
    let joined = operator.removed_from(first);
    let (name, more) = if joined.pieces.is_empty() && joined.span.is_empty() {
        let missing = || {
            let error = Error::typed(format!("a file name must follow `{sign}`"));
            error.hint(EXAMPLE).at(first.span.clone())
        };
        let (name, more) = more.split_first().ok_or_else(missing)?;
        (name.clone(), more)
    } else {
        (joined, more)
    };
    if name.text().is_empty() {
        return Err(Error::typed("the file name is empty").at(name.span));
    }
    if Operator::of(&name).is_some() {
        return Err(unknown(&name));
    }
    let Some(next) = more.first() else {
        let append = operator == Operator::Append;
        return Ok(Target::File { name, append });
    };
    Err(if Operator::of(next).is_some() {
        Error::typed("only one `|` or `>` may follow a command")
            .hint("`COMMAND | tee FILE | PROGRAM` does both")
    } else {
        let word = shortened(&next.text());
        Error::typed(format!("unexpected argument `{word}` after the file name"))
            .hint("put flags before the `>`; put a name with spaces in quotes")
    }
    .at(next.span.clone()))
}

/// An error for operators of other shells: `||`, `|&`, `>&`, `>|`.
fn known(first: &Word, operator: Operator) -> Result<(), Error> {
    let rest = &first.unquoted_start()[operator.sign().len()..];
    if rest.starts_with(['|', '&', '>', '(']) {
        return Err(unknown(first));
    }
    Ok(())
}

fn unknown(word: &Word) -> Error {
    let start = word.unquoted_start();
    let end = start.find(|c| !"|&>(".contains(c)).unwrap_or(start.len());
    Error::typed(format!("`{}` is not possible here", &start[..end]))
        .hint(EXAMPLE)
        .at(word.span.start..word.span.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::text::lex::lex;

    /// `command words -> target`, or the error and what it is about.
    fn shown(line: &str) -> String {
        let words = lex(line).commands.remove(0);
        match split(line, &words, &catalog::APIS[0]) {
            Ok((command, redirect)) => {
                let command: Vec<String> = command.iter().map(Word::text).collect();
                let target = redirect.map_or_else(String::new, |redirect| match redirect.target {
                    Target::Program(line) => format!(" -> sh {line}"),
                    Target::File { name, append } => {
                        let sign = if append { "+" } else { "" };
                        format!(" -> {sign}{}", name.text())
                    }
                });
                command.join(" ") + &target
            }
            Err(error) => {
                let span = error.span.unwrap_or(0..0);
                format!("{}: {}", &line[span], error.message)
            }
        }
    }

    #[test]
    fn programs_and_files() {
        for (line, expected) in [
            ("get_users --limit 1", "get_users --limit 1"),
            (
                "get_users | jq -r '.[].email' | sort > m.txt; echo $x # c",
                "get_users -> sh jq -r '.[].email' | sort > m.txt; echo $x",
            ),
            ("get_users |jq", "get_users -> sh jq"),
            ("get_users > u.csv", "get_users -> u.csv"),
            ("get_users >u.csv", "get_users -> u.csv"),
            ("get_users >'a b'c", "get_users -> a bc"),
            ("get_users >>\"a b\"", "get_users -> +a b"),
            ("get_users >> a\\ b", "get_users -> +a b"),
            ("echo 'a | b' a|b x>y \\> z", "echo a | b a|b x>y > z"),
            ("expect $_.uid > 5", "expect $_.uid > 5"),
            ("expect 5 > 4 | cat", "expect 5 > 4 -> sh cat"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn errors_have_their_place() {
        for (line, expected) in [
            ("get_users |", "|: a program must follow `|`"),
            ("get_users | # c", "|: a program must follow `|`"),
            ("get_users >", ">: a file name must follow `>`"),
            ("get_users >>", ">>: a file name must follow `>>`"),
            ("get_users > ''", "'': the file name is empty"),
            ("> f", ">: a command must precede `>`"),
            ("| f", "|: a command must precede `|`"),
            (
                "get_users > f --limit 1",
                "--limit: unexpected argument `--limit` after the file name",
            ),
            (
                "get_users > f | jq",
                "|: only one `|` or `>` may follow a command",
            ),
            ("get_users || x", "||: `||` is not possible here"),
            ("get_users >& x", ">&: `>&` is not possible here"),
            ("get_users >| x", ">|: `>|` is not possible here"),
            ("get_users > | x", "|: `|` is not possible here"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
