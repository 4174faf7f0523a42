//! The types of parameters, and the check of a given value.

use crate::text::secret::Secret;
use serde_json::{Map, Value as Json};
use std::num::IntErrorKind;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any string.
    Text,
    /// A whole number within bounds.
    Int {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of an API version, or a release.
    Api,
    /// A list of these words; of anything if there are none.
    List(&'static [&'static str]),
    /// One of these words, which stand for numbers; the number is accepted as well.
    Named(&'static Names),
    /// A map of lists of these words: `list download` for `/`, `/in=upload,list` for a folder.
    Permissions(&'static [&'static str]),
    /// Fields of the body, as `PATH=VALUE`.
    Sets,
    /// JSON, or `@FILE`, `FILE` or `-`.
    Json,
    /// A string that is never shown.
    Secret,
    /// On or off.
    Switch,
    /// On, off, or for how long: `10m`.
    Wait,
    /// The rest of the line as words, which the command checks.
    Words,
    /// A whole command: the rest of the line.
    Command,
}

/// Words that stand for numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    pub words: &'static [&'static str],
    /// The number of each.
    pub numbers: &'static [i64],
}

impl Names {
    /// The number that a word stands for, or that it is.
    pub fn number(&self, word: &str) -> Option<i64> {
        let number = || word.parse().ok().filter(|n| self.numbers.contains(n));
        let at = self.words.iter().position(|known| *known == word);
        at.map(|at| self.numbers[at]).or_else(number)
    }
}

/// Lists by name, in the order in which they were given.
pub type Lists = Vec<(String, Vec<String>)>;

/// A checked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(i64),
    Text(String),
    /// A text that cannot be printed.
    Secret(Secret),
    /// A list of texts.
    List(Vec<String>),
    /// On or off.
    Switch(bool),
    /// Lists by name.
    Map(Lists),
}

impl Value {
    /// Whether it is `""` or an empty list or map.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Secret(secret) => secret.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Int(_) | Self::Switch(_) => false,
        }
    }

    /// As JSON, to be sent.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Int(n) => (*n).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Secret(secret) => secret.reveal().into(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
            Self::Switch(on) => (*on).into(),
            Self::Map(map) => {
                let list = |list: &[String]| list.iter().map(String::as_str).collect::<Json>();
                let members = map.iter().map(|(name, words)| (name.clone(), list(words)));
                Json::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// As one word, for paths, queries and messages; a secret is masked.
    pub fn to_word(&self) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Text(text) => text.clone(),
            Self::Secret(secret) => secret.to_string(),
            Self::List(list) => list.join(" "),
            Self::Switch(on) => if *on { "on" } else { "off" }.to_owned(),
            Self::Map(map) => {
                let words =
                    |(name, words): &(String, Vec<String>)| format!("{name}={}", words.join(","));
                map.iter().map(words).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

impl Kind {
    /// The largest whole number.
    pub fn most(self) -> Option<i64> {
        match self {
            Self::Int { max, .. } => Some(max),
            _ => None,
        }
    }

    /// Checks the words given for a parameter. The error is the index of the
    /// wrong word and what it must be.
    pub fn check(self, words: &[String]) -> Result<Value, (usize, String)> {
        let one = || words.first().cloned().unwrap_or_default();
        match self {
            Self::Text | Self::Json => Ok(Value::Text(one())),
            Self::Secret => Ok(Value::Secret(Secret::new(one()))),
            Self::Named(names) => {
                let expected = || known(&one(), names.words).expect_err("it is not one of them");
                let number = names.number(&one());
                number.map(Value::Int).ok_or_else(|| (0, expected()))
            }
            Self::Permissions(choices) => permissions(words, choices).map(Value::Map),
            Self::Int { min, max } => int(&one(), min, max)
                .map(Value::Int)
                .map_err(|why| (0, why)),
            Self::Api => {
                super::chosen(&one()).map_err(|why| (0, why))?;
                Ok(Value::Text(one()))
            }
            Self::Choice(choices) => {
                known(&one(), choices).map_err(|why| (0, why))?;
                Ok(Value::Text(one()))
            }
            Self::List(choices) => {
                // A single empty word is the empty list: `--permissions ''`.
                if words.len() == 1 && words[0].is_empty() {
                    return Ok(Value::List(Vec::new()));
                }
                listed(words, choices).map(Value::List)
            }
            Self::Switch => match one().as_str() {
                "on" | "true" | "yes" | "1" => Ok(Value::Switch(true)),
                "off" | "false" | "no" | "0" => Ok(Value::Switch(false)),
                _ => Err((0, "must be `on` or `off`".to_owned())),
            },
            Self::Wait => match Self::Switch.check(words) {
                Ok(on) => Ok(Value::Text(on.to_word())),
                Err(_) if is_span(&one()) => Ok(Value::Text(one())),
                Err((at, why)) => Err((at, format!("{why}, or a duration such as `10m`"))),
            },
            Self::Sets if matches!(words, [word] if word.is_empty()) => Ok(Value::List(Vec::new())),
            Self::Words | Self::Command | Self::Sets => Ok(Value::List(words.to_vec())),
        }
    }

    /// The words that it can be, if there is a fixed list.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Choice(choices) | Self::List(choices) | Self::Permissions(choices) => choices,
            Self::Named(names) => names.words,
            Self::Api => super::API_NAMES,
            Self::Switch | Self::Wait => &["on", "off"],
            _ => &[],
        }
    }

    /// Whether its flag accepts several words.
    pub const fn is_many(self) -> bool {
        matches!(self, Self::List(_) | Self::Permissions(_) | Self::Sets)
    }

    /// Whether it is the rest of the line.
    pub const fn is_rest(self) -> bool {
        matches!(self, Self::Words | Self::Command)
    }

    /// Whether a word after its flag is its value, which may be left out.
    pub fn is_optional_value(self, word: &str) -> bool {
        self.choices().contains(&word) || self == Self::Wait && is_span(word)
    }

    /// Its values for help: `number from 1 to 500`.
    pub fn describe(self) -> String {
        self.describe_if(|_| true)
    }

    /// The same with only some of its words.
    pub fn describe_if(self, has: impl Fn(&str) -> bool) -> String {
        let join = |words: &[&str], between: &str| {
            let words = words.iter().copied().filter(|word| has(word));
            words.collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Text => "text".to_owned(),
            Self::Int {
                min: i64::MIN,
                max: i64::MAX,
            } => "whole number".to_owned(),
            Self::Int { min, max: i64::MAX } => format!("whole number, {min} or more"),
            Self::Int { min, max } => format!("whole number from {min} to {max}"),
            Self::Choice(choices) => join(choices, " | "),
            Self::Api => format!("{} | a release", super::API_NAMES.join(" | ")),
            Self::List([]) => "one or more strings".to_owned(),
            Self::List(choices) => format!("one or more of {}", join(choices, " ")),
            Self::Named(names) => {
                let words = names.words.iter().zip(names.numbers);
                let words = words.filter(|(word, _)| has(word));
                let words = words.map(|(word, number)| format!("{word}: {number}"));
                words.collect::<Vec<_>>().join(" | ")
            }
            Self::Permissions(choices) => {
                format!(
                    "one or more of {}, or /FOLDER=WORD,WORD",
                    join(choices, " ")
                )
            }
            Self::Sets => "one or more of PATH=VALUE".to_owned(),
            Self::Json => "JSON, @FILE, FILE or -".to_owned(),
            Self::Secret => "secret text".to_owned(),
            Self::Switch => "on | off".to_owned(),
            Self::Wait => "on | off | a duration such as 10m".to_owned(),
            Self::Words => "words".to_owned(),
            Self::Command => "a command with its arguments".to_owned(),
        }
    }
}

/// Whether a word looks like a duration: a number and its unit.
fn is_span(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// The words of a list, separate or with commas: `users,groups`. Commas only
/// separate if the list has fixed choices.
fn listed(words: &[String], choices: &[&str]) -> Result<Vec<String>, (usize, String)> {
    if choices.is_empty() {
        return Ok(words.to_vec());
    }
    let mut all = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut parts = word.split(',').filter(|part| !part.is_empty()).peekable();
        if parts.peek().is_none() {
            known(word, choices).map_err(|why| (at, why))?;
        }
        for part in parts {
            known(part, choices).map_err(|why| {
                let whole = part == word;
                let not = format!("{why}, not `{part}`");
                (at, if whole { why } else { not })
            })?;
            all.push(part.to_owned());
        }
    }
    Ok(all)
}

fn known(word: &str, choices: &[&str]) -> Result<(), String> {
    if choices.contains(&word) {
        return Ok(());
    }
    let ticked: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    Err(format!("must be one of {}", ticked.join(", ")))
}

/// The words for `/`, and those for folders: `/in=upload,list`.
fn permissions(words: &[String], choices: &[&str]) -> Result<Lists, (usize, String)> {
    let mut map = Lists::new();
    let mut add = |folder: &str, word: &str| {
        let at = map.iter().position(|(known, _)| known == folder);
        let at = at.unwrap_or_else(|| {
            map.push((folder.to_owned(), Vec::new()));
            map.len() - 1
        });
        if !word.is_empty() {
            map[at].1.push(word.to_owned());
        }
    };
    for (at, word) in words.iter().enumerate() {
        let (folder, list) = match word.split_once('=') {
            Some((folder, list)) if folder.starts_with('/') => (folder, list),
            _ => ("/", word.as_str()),
        };
        if folder == "/" && list.is_empty() {
            let all = choices.iter().map(|choice| format!("`{choice}`"));
            let all = all.collect::<Vec<_>>().join(", ");
            return Err((at, format!("needs at least one of {all} for `/`")));
        }
        add(folder, "");
        for part in list.split(',').filter(|part| !part.is_empty()) {
            known(part, choices).map_err(|why| (at, why))?;
            add(folder, part);
        }
    }
    Ok(map)
}

fn int(word: &str, min: i64, max: i64) -> Result<i64, String> {
    let expected = || format!("must be a {}", Kind::Int { min, max }.describe());
    let n: i64 = word
        .parse()
        .map_err(|why: std::num::ParseIntError| match why.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                format!("{}; this number does not fit into 64 bits", expected())
            }
            _ => expected(),
        })?;
    if (min..=max).contains(&n) {
        Ok(n)
    } else {
        Err(expected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_words_or_separated_by_commas() {
        const OF: Kind = Kind::List(&["users", "groups"]);
        let check = |kind: Kind, words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            kind.check(&words)
        };
        for words in [
            &["groups", "users"][..],
            &["groups,users"],
            &["groups,", "users"],
        ] {
            let list = Value::List(vec!["groups".to_owned(), "users".to_owned()]);
            assert_eq!(check(OF, words), Ok(list), "{words:?}");
        }
        let takes = "must be one of `users`, `groups`";
        for (words, why) in [
            (&["users", "roles"][..], (1, takes.to_owned())),
            (&["users,roles"], (0, format!("{takes}, not `roles`"))),
            (&["users", ","], (1, takes.to_owned())),
            (&["users", ""], (1, takes.to_owned())),
        ] {
            assert_eq!(check(OF, words), Err(why), "{words:?}");
        }
        // Without fixed choices, a comma is part of the value.
        let kept = Value::List(vec!["a,b".to_owned()]);
        assert_eq!(check(Kind::List(&[]), &["a,b"]), Ok(kept));
    }
}
