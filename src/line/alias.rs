//! Aliases: words of the user's own for a command with some of its arguments. An alias
//! is replaced by its words before anything else is done with a line.

use super::split;
use crate::catalog::{self, ALL_SERVERS};
use crate::error::Error;
use crate::secret;
use crate::settings::AliasEntry;
use crate::text::lex::{Lexed, Piece, Quote, Word, lex};
use crate::text::near::near;
use crate::text::operator::Operator;
use crate::text::words::{did_you_mean, plural, shortened};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The aliases of a user. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Aliases(Arc<BTreeMap<String, Alias>>);

/// The words that an alias stands for.
#[derive(Debug)]
struct Alias {
    text: String,
    words: Vec<Word>,
}

/// The most steps from an alias to the command that it stands for.
const MOST_STEPS: usize = 20;

impl Aliases {
    /// The aliases of a config file; an error has the place there.
    pub fn new(entries: &[AliasEntry]) -> Result<Self, Error> {
        let placed = |entry: &AliasEntry, error: Error| Error {
            message: format!("{}: {}", entry.place, error.message),
            ..error
        };
        let mut all = BTreeMap::new();
        for entry in entries {
            let alias = read(entry).map_err(|error| placed(entry, error))?;
            all.insert(entry.name.clone(), alias);
        }
        let aliases = Self(Arc::new(all));
        for entry in entries {
            let checked = aliases.check_end(&entry.name);
            checked.map_err(|error| placed(entry, error))?;
        }
        Ok(aliases)
    }

    /// With more of the shell's own; they win.
    pub(crate) fn with(&self, more: impl Iterator<Item = (&'static str, String)>) -> Self {
        let copied = |(name, alias): (&String, &Alias)| {
            let (text, words) = (alias.text.clone(), alias.words.clone());
            (name.clone(), Alias { text, words })
        };
        let own = self.0.iter().map(copied);
        let more = more.map(|(name, text)| {
            let words = lex(&text).commands.into_iter().flatten().collect();
            (name.to_owned(), Alias { text, words })
        });
        Self(Arc::new(own.chain(more).collect()))
    }

    /// The names of the aliases, each with the text that it stands for.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter();
        all.map(|(name, alias)| (name.as_str(), alias.text.as_str()))
    }

    /// The text of an alias.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|alias| alias.text.as_str())
    }

    /// The commands of a text, with aliases replaced.
    pub fn split(&self, text: &str) -> Result<Vec<Vec<Word>>, Error> {
        let commands = split(text)?;
        if self.0.is_empty() {
            return Ok(commands);
        }
        let each = commands.into_iter().map(|words| self.replaced(words));
        each.collect()
    }

    /// The words of a command, with an alias at its beginning replaced.
    fn replaced(&self, words: Vec<Word>) -> Result<Vec<Word>, Error> {
        let mut words = words;
        for _ in 0..MOST_STEPS {
            let Some((name, alias, dash)) = self.at(&words) else {
                break;
            };
            let (arguments, rest) = arguments(&words);
            let missing = alias.needs().saturating_sub(arguments.len());
            if missing > 0 {
                let usage = format!("{name} = {}", alias.text);
                let needs = plural(alias.needs(), "argument");
                return Err(Error::typed(format!("the alias `{name}` needs {needs}"))
                    .hint(format!("`{usage}`"))
                    .at(words[0].span.clone()));
            }
            let mut made = alias.with(arguments, &words[0]);
            made.extend_from_slice(rest);
            if dash && let Some(first) = made.first_mut() {
                *first = Word::bare(&format!("-{}", first.text()), first.span.clone());
            }
            words = made;
        }
        Ok(words)
    }

    /// The words of an unfinished command, with an alias at its beginning replaced as far
    /// as its arguments are there: what comes next is its next argument.
    pub fn begun(&self, words: Vec<Word>) -> Vec<Word> {
        let mut words = words;
        for _ in 0..MOST_STEPS {
            let Some((_, alias, _)) = self.at(&words) else {
                break;
            };
            let (arguments, rest) = arguments(&words);
            let mut known = alias.words.iter();
            let is_known = |word: &&Word| highest(word) <= arguments.len();
            let known: Vec<Word> = known.by_ref().take_while(is_known).cloned().collect();
            let known = Alias {
                text: String::new(),
                words: known,
            };
            let mut made = known.with(arguments, &words[0]);
            made.extend_from_slice(rest);
            words = made;
        }
        words
    }

    /// The alias that words begin with, and whether a `-` stands before its name.
    fn at(&self, words: &[Word]) -> Option<(&str, &Alias, bool)> {
        let text = words.first().filter(|_| !self.0.is_empty())?.text();
        let (name, dash) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        let (name, alias) = self.0.get_key_value(name)?;
        Some((name, alias, dash))
    }

    /// Checks that an alias ends in a command, and not in itself.
    fn check_end(&self, name: &str) -> Result<(), Error> {
        let mut seen = vec![name];
        let mut at = name;
        loop {
            let first = self.0[at].words.first().map(Word::text).unwrap_or_default();
            let Some((next, _)) = self.0.get_key_value(&first) else {
                return is_command(&first, name);
            };
            if seen.contains(&next.as_str()) {
                seen.push(next);
                let chain: Vec<&str> = seen;
                return Err(Error::typed(format!("the alias `{name}` calls itself"))
                    .hint(chain.join(" → ")));
            }
            seen.push(next);
            at = next;
        }
    }
}

impl Alias {
    /// How many arguments it needs.
    fn needs(&self) -> usize {
        self.words.iter().map(highest).max().unwrap_or_default()
    }

    /// Its words with these arguments; those that it does not name come last. All of its
    /// words stand where the whole call stands.
    fn with(&self, arguments: &[Word], name: &Word) -> Vec<Word> {
        let end = arguments.last().map_or(name.span.end, |word| word.span.end);
        let span = name.span.start..end;
        let named = self.needs().min(arguments.len());
        let rest = &arguments[named..];
        let mut made = Vec::new();
        let mut is_rest_placed = false;
        for word in &self.words {
            if is_all(word) {
                made.extend_from_slice(rest);
                is_rest_placed = true;
                continue;
            }
            let pieces = word
                .pieces
                .iter()
                .flat_map(|piece| replaced(piece, arguments));
            made.push(Word {
                span: span.clone(),
                pieces: pieces.collect(),
            });
        }
        if !is_rest_placed {
            made.extend_from_slice(rest);
        }
        made
    }
}

/// The words after a name up to an operator, and those from there on.
fn arguments(words: &[Word]) -> (&[Word], &[Word]) {
    let after = &words[1..];
    let end = after.iter().position(|word| Operator::of(word).is_some());
    after.split_at(end.unwrap_or(after.len()))
}

/// Whether a word is `$@`.
fn is_all(word: &Word) -> bool {
    word.text() == "$@" && !word.starts_literal()
}

/// The highest number of the arguments that a word names: 2 for `$2`.
fn highest(word: &Word) -> usize {
    let pieces = word.pieces.iter().filter(|piece| may_name(piece));
    let numbers = pieces.flat_map(|piece| numbers(&piece.text));
    numbers.map(|(_, number)| number).max().unwrap_or_default()
}

fn may_name(piece: &Piece) -> bool {
    matches!(piece.quote, Quote::None | Quote::Double)
}

/// The arguments that a text names, each with the place of its `$`.
fn numbers(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let all = text.match_indices('$');
    all.filter_map(|(at, _)| {
        let digit = text[at + 1..].chars().next()?.to_digit(10)?;
        (digit > 0).then_some((at, digit as usize))
    })
}

/// A piece with the arguments that it names in their place, quoted as they were typed.
fn replaced(piece: &Piece, arguments: &[Word]) -> Vec<Piece> {
    if !may_name(piece) {
        return vec![piece.clone()];
    }
    let mut made = Vec::new();
    let mut last = 0;
    let text = |from: usize, to: usize, made: &mut Vec<Piece>| {
        if from < to || piece.text.is_empty() {
            made.push(Piece {
                text: piece.text[from..to].to_owned(),
                quote: piece.quote,
            });
        }
    };
    for (at, number) in numbers(&piece.text) {
        text(last, at, &mut made);
        let argument = arguments.get(number - 1);
        made.extend(argument.into_iter().flat_map(|word| word.pieces.clone()));
        last = at + 2;
    }
    text(last, piece.text.len(), &mut made);
    made
}

/// Reads an alias: its name hides no command, and its text is one command without secrets.
fn read(entry: &AliasEntry) -> Result<Alias, Error> {
    let name = shortened(&entry.name);
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    if !entry.name.starts_with(|c: char| c.is_ascii_lowercase()) || !entry.name.chars().all(is_word)
    {
        return Err(
            Error::typed(format!("`{name}` cannot be the name of an alias"))
                .hint("use lower-case letters, digits, `_` and `-`, with a letter first"),
        );
    }
    if entry.name == ALL_SERVERS {
        let why = format!("`{name}` cannot be the name of an alias");
        return Err(Error::typed(why).hint("it stands for the servers of all profiles"));
    }
    let underscored = entry.name.replace('-', "_");
    if catalog::every().any(|command| command.is_called(&underscored)) {
        return Err(Error::typed(format!(
            "the alias `{name}` would hide the command `{name}`"
        ))
        .hint("choose another name"));
    }
    let Lexed {
        mut commands,
        open,
        comment,
        ..
    } = lex(&entry.text);
    let only = commands.pop().filter(|_| commands.is_empty());
    let has_operator = |words: &Vec<Word>| words.iter().any(|word| Operator::of(word).is_some());
    let words = only.filter(|words| open.is_none() && comment.is_none() && !has_operator(words));
    let Some(words) = words else {
        return Err(
            Error::typed(format!("the alias `{name}` must be one command"))
                .hint("without `;`, `|`, `>` and `#`, and with its quotes closed"),
        );
    };
    if !secret::line::secrets(&entry.text).is_empty() {
        return Err(Error::typed(format!(
            "the alias `{name}` contains a secret, or uses an argument as one"
        ))
        .hint("leave the flag without a value: the shell asks for it"));
    }
    Ok(Alias {
        text: entry.text.trim().to_owned(),
        words,
    })
}

/// Checks that the first word of an alias is a command, of any release.
fn is_command(word: &str, alias: &str) -> Result<(), Error> {
    let name = word.replace('-', "_");
    if catalog::every().any(|command| command.is_called(&name)) {
        return Ok(());
    }
    let names = near(word, catalog::every().map(|command| command.name));
    let error = Error::typed(format!(
        "the alias `{alias}` begins with an unknown command `{}`",
        shortened(word)
    ));
    Err(error.hint(if names.is_empty() {
        "`help` lists the commands".to_owned()
    } else {
        did_you_mean(&names)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(all: &[(&str, &str)]) -> Result<Aliases, Error> {
        let entry = |(name, text): &(&str, &str)| AliasEntry {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
            place: "c:1:1".to_owned(),
        };
        Aliases::new(&all.iter().map(entry).collect::<Vec<_>>())
    }

    fn shown(words: &[Word]) -> String {
        let texts: Vec<String> = words.iter().map(Word::text).collect();
        texts.join("|")
    }

    #[test]
    fn arguments_take_their_places() {
        let aliases = aliases(&[
            ("off", "update_user $1 --status disabled --disconnect"),
            ("both", "get_users --where 'a == \"$1\"' --sort \"$2-$1\""),
            ("around", "echo begin $@ end"),
            ("out", "off $1"),
        ])
        .unwrap();
        for (line, expected) in [
            ("off bob", "update_user|bob|--status|disabled|--disconnect"),
            (
                "off 'b o' --output json",
                "update_user|b o|--status|disabled|--disconnect|--output|json",
            ),
            (
                "-off bob",
                "-update_user|bob|--status|disabled|--disconnect",
            ),
            (
                "out bob | jq .",
                "update_user|bob|--status|disabled|--disconnect|||jq|.",
            ),
            ("both x y", "get_users|--where|a == \"$1\"|--sort|y-x"),
            ("around a b", "echo|begin|a|b|end"),
            ("around", "echo|begin|end"),
            ("echo off", "echo|off"),
        ] {
            let commands = aliases.split(line).unwrap();
            assert_eq!(shown(&commands[0]), expected, "{line}");
        }
        let quoted = aliases.split("off '$id'").unwrap();
        assert!(quoted[0][1].starts_literal(), "its quotes stay");
        assert_eq!(
            quoted[0].last().unwrap().span,
            0..9,
            "the place is that of the call"
        );
        let error = aliases.split("off").unwrap_err();
        assert_eq!(error.message, "the alias `off` needs 1 argument");
        let begun = |line: &str| shown(&aliases.begun(split(line).unwrap().pop().unwrap()));
        assert_eq!(begun("off"), "update_user");
        assert_eq!(begun("out"), "update_user");
        assert_eq!(
            begun("off bob"),
            "update_user|bob|--status|disabled|--disconnect"
        );
    }

    #[test]
    fn what_no_alias_may_be() {
        for (alias, message) in [
            (
                ("get_users", "get_version"),
                "c:1:1: the alias `get_users` would hide the command",
            ),
            (
                ("get-users", "get_version"),
                "c:1:1: the alias `get-users` would hide",
            ),
            (
                ("quit", "get_version"),
                "c:1:1: the alias `quit` would hide",
            ),
            (("A", "get_version"), "c:1:1: `A` cannot be the name"),
            (("all", "get_version"), "c:1:1: `all` cannot be the name"),
            (("a", "b; c"), "c:1:1: the alias `a` must be one command"),
            (("a", "get_users | sh"), "c:1:1: the alias `a` must be one"),
            (("a", "get_users 'x"), "c:1:1: the alias `a` must be one"),
            (("a", ""), "c:1:1: the alias `a` must be one"),
            (
                ("a", "update_user $1 --password hunter2"),
                "c:1:1: the alias `a` contains a secret",
            ),
            (
                ("a", "update_user $1 --password $2"),
                "c:1:1: the alias `a` contains a secret",
            ),
            (("a", "a --limit 1"), "c:1:1: the alias `a` calls itself"),
            (
                ("a", "get_usres"),
                "c:1:1: the alias `a` begins with an unknown command",
            ),
        ] {
            let error = aliases(&[alias]).expect_err(alias.1);
            assert!(error.message.starts_with(message), "{}", error.message);
            assert!(!error.message.contains("hunter2"));
        }
        let error = aliases(&[("a", "b"), ("b", "a")]).unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("a → b → a"));
    }
}
