//! Reads the words of one command and finds the secret part of each.

use super::is_variable;
use super::names::{
    assigned, is_flag, is_name_alone, is_secret_flag, is_secret_name, joined, names_a_secret,
};
use super::others::{
    Habits, behind_scheme, has_port, is_address, is_bearer, is_code, is_login, is_user_flag,
    password_behind_user, password_in_pair, takes_pair,
};
use super::shape::{WordRole, WordRoles};
use crate::catalog::{Verb, schema};
use crate::text::words::{is_dash, password_in_url};

/// The secret part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSpan {
    /// Nothing.
    No,
    /// All of it: the value of this flag.
    Whole(String),
    /// All of it: a word more than a command takes that has a secret flag.
    Surplus,
    /// The password of a URL in it.
    InUrl,
    /// The text from this byte on: the value in `--flag=VALUE`.
    FlagFrom(usize),
    /// The text from this byte on, in another form.
    From(usize),
}

/// Reads the words of a command and finds the secret part of each.
///
/// Everything from a secret's flag to the next flag counts: a value with a
/// space may have lost its quotes. So does what follows a flag that is near to
/// a secret's, as `--pasword` and `-p`, a word with dashes that no flag begins
/// with, and a word more than a command takes that could have a secret.
#[derive(Debug, Default)]
pub struct Watch {
    /// The secret flag whose values come.
    flag: Option<String>,
    /// Whether no flag began them, but a word alone, or another dash.
    loose: bool,
    json: bool,
    sets: bool,
    path: SetPosition,
    habits: Habits,
    shape: WordRoles,
}

/// A word with dashes, read as a flag.
struct DashWord<'a> {
    name: &'a str,
    /// Where its value begins in the word, and the value.
    value: Option<(usize, &'a str)>,
}

impl<'a> DashWord<'a> {
    fn read(word: &'a str, rest: &'a str) -> Self {
        let split = |at: usize| Self {
            name: &rest[..at],
            value: Some((word.len() - rest.len() + at + 1, &rest[at + 1..])),
        };
        match (rest.find('='), rest.find(':')) {
            (_, Some(colon)) if is_secret_flag(&rest[..colon]) => split(colon),
            (Some(equals), _) => split(equals),
            _ => Self {
                name: rest,
                value: None,
            },
        }
    }
}

impl Watch {
    /// Whether words that are too many for one object name others.
    pub(super) const fn names_many(&self) -> bool {
        self.shape.names_many()
    }

    /// Reads the next word.
    pub fn read(&mut self, word: &str) -> SecretSpan {
        if let Some(rest) = word.strip_prefix("--").filter(|rest| !is_dash_first(rest)) {
            let flag = DashWord::read(word, rest);
            if self.flag.is_none() || is_flag(flag.name) {
                return self.flag(&flag, word.len() - rest.len());
            }
        } else if self.flag.is_none()
            && let Some(secret) = self.other_dash_flag(word)
        {
            return secret;
        }
        if word.is_empty() {
            return SecretSpan::No;
        }
        self.value(word, None)
    }

    fn flag(&mut self, flag: &DashWord<'_>, start: usize) -> SecretSpan {
        self.json = false;
        self.loose = false;
        self.path = SetPosition::Nothing;
        self.sets = flag.name == "set";
        if let Some(secret) = self.in_name(flag, start) {
            return secret;
        }
        self.habits.pair = takes_pair(flag.name) || !is_flag(flag.name);
        self.habits.user |= is_user_flag(flag.name) && self.shape.has_command();
        self.flag = is_secret_flag(flag.name).then(|| flag.name.to_owned());
        if self.flag.is_none() {
            self.shape.flag(flag.name, flag.value.is_some());
        }
        match flag.value {
            // `--otp=CODE`: the flag has no value, so this may be the code.
            Some((at, value)) if is_secret_name(flag.name) && is_code(value) => {
                SecretSpan::FlagFrom(at)
            }
            Some((at, value)) if !value.is_empty() => self.value(value, Some(at)),
            _ => SecretSpan::No,
        }
    }

    /// What the name of a flag holds: `--passwordSECRET`, `--user:SECRET`.
    fn in_name(&mut self, flag: &DashWord<'_>, start: usize) -> Option<SecretSpan> {
        let value = joined(flag.name);
        if let Some(at) = value {
            self.flag = Some(flag.name[..at].to_owned());
            self.loose = true;
        }
        let at = value.or_else(|| password_in_pair(flag.name))?;
        Some(SecretSpan::From(start + at))
    }

    /// A word with one dash, or with another kind of dash: `-p`, `—password`.
    fn other_dash_flag(&mut self, word: &str) -> Option<SecretSpan> {
        let rest = word.trim_start_matches(is_dash);
        if rest.len() == word.len() || !rest.starts_with(char::is_alphabetic) {
            return None;
        }
        let flag = DashWord::read(word, rest);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        if is_secret_flag(flag.name) || is_flag(flag.name) {
            let secret = self.flag(&flag, word.len() - rest.len());
            self.loose = true;
            return Some(match secret {
                // `-pSECRET` with the name of a secret in it.
                SecretSpan::No
                    if rest.len() > first
                        && rest.starts_with(['p', 'P'])
                        && !is_flag(flag.name)
                        && !is_name_alone(flag.name) =>
                {
                    SecretSpan::From(word.len() - rest.len() + first)
                }
                SecretSpan::FlagFrom(at) => SecretSpan::From(at),
                secret => secret,
            });
        }
        if self.shape.expects_value() {
            return None;
        }
        self.habits.pair = true;
        self.habits.login |= self.shape.is_curl();
        if is_user_flag(flag.name) {
            self.habits.user = true;
            self.shape.flag(flag.name, flag.value.is_some());
        }
        // `-pSECRET`, as mysql takes it.
        let joined =
            rest.len() > first && (rest.starts_with(['p', 'P']) || self.shape.takes_a_secret());
        Some(if joined {
            SecretSpan::From(word.len() - rest.len() + first)
        } else {
            SecretSpan::No
        })
    }

    /// Reads a value: a word, or the text from `at` on, after the name of a flag.
    fn value(&mut self, word: &str, at: Option<usize>) -> SecretSpan {
        let from = |offset: usize| match at {
            Some(at) => SecretSpan::FlagFrom(at + offset),
            None => SecretSpan::From(offset),
        };
        if self.sets && self.flag.is_none() {
            self.shape.word(word);
            match self.assignment(word) {
                Some(Assigned::Plain) => return SecretSpan::No,
                Some(Assigned::Secret(offset)) => return from(offset),
                None => {}
            }
        }
        if self.flag.is_none() && self.holds_secret_json(word) {
            let whole = serde_json::from_str::<serde_json::Value>(word).is_ok();
            self.flag = (!whole).then(|| "json".to_owned());
            if at.is_none() {
                self.shape.word(word);
            }
        } else if self.flag.is_none() {
            let part = match at {
                Some(_) => WordRole::Value,
                None if self.sets => WordRole::Value,
                None => self.shape.word(word),
            };
            return self.plain_word(word, part, from);
        } else if is_variable(word) {
            return SecretSpan::No;
        }
        match at {
            Some(at) => SecretSpan::FlagFrom(at),
            None if self.loose => SecretSpan::From(0),
            None => SecretSpan::Whole(self.flag.clone().unwrap_or_else(|| "json".to_owned())),
        }
    }

    /// A word that does not follow a secret flag.
    fn plain_word(
        &mut self,
        word: &str,
        part: WordRole,
        from: impl Fn(usize) -> SecretSpan,
    ) -> SecretSpan {
        let may_be_pair = std::mem::take(&mut self.habits.pair);
        if is_variable(word) {
            return SecretSpan::No;
        }
        if password_in_url(word).is_some() {
            return SecretSpan::InUrl;
        }
        if self.habits.login && !word.contains("://") {
            return from(0);
        }
        let named = assigned(word).or_else(|| behind_scheme(word));
        if let Some(at) = named.filter(|at| !is_variable(&word[*at..])) {
            return from(at);
        }
        let is_open = matches!(
            part,
            WordRole::Position(Some(Verb::Set), 0) | WordRole::Unknown | WordRole::Surplus
        );
        // `set password SECRET`, `Authorization: SECRET`
        if is_name(word) && (is_open || word.ends_with([':', '='])) || is_bearer(word) {
            self.flag = Some(word.to_owned());
            self.loose = true;
            let is_more = part == WordRole::Surplus && self.shape.takes_a_secret();
            return if is_more && !is_name_alone(word) {
                SecretSpan::Surplus
            } else {
                SecretSpan::No
            };
        }
        self.habits.login |= part == WordRole::Unknown && is_login(word);
        self.in_place(word, part, may_be_pair, from)
    }

    /// The secret of a word by its place.
    fn in_place(
        &self,
        word: &str,
        part: WordRole,
        may_be_pair: bool,
        from: impl Fn(usize) -> SecretSpan,
    ) -> SecretSpan {
        let takes_a_secret = self.shape.takes_a_secret();
        let at = match part {
            // `login --user admin SECRET`
            WordRole::Position(Some(Verb::Login), 0) if self.habits.user => {
                return SecretSpan::Surplus;
            }
            // `login --otp CODE`
            WordRole::Position(Some(Verb::Login), 0) if is_code(word) => Some(0),
            WordRole::Position(Some(Verb::Connect), 0) if self.habits.user && !is_address(word) => {
                return SecretSpan::Surplus;
            }
            WordRole::Surplus if self.habits.user || takes_a_secret => return SecretSpan::Surplus,
            // `login admin:SECRET`, `connect admin:SECRET@host`.
            WordRole::Position(Some(Verb::Login), 0) => password_behind_user(word),
            WordRole::Position(Some(Verb::Connect), 0) => {
                let user = word.rfind('@').map(|end| &word[..end]);
                let pair = || password_in_pair(word).filter(|_| !has_port(word));
                user.and_then(colon).or_else(pair)
            }
            WordRole::Unknown | WordRole::Surplus | WordRole::Position(Some(Verb::Set), 1) => {
                password_in_pair(word)
            }
            // `add_user bob:SECRET`
            WordRole::Position(None, _) if takes_a_secret => password_in_pair(word),
            _ if may_be_pair => password_in_pair(word),
            _ => None,
        };
        at.map_or(SecretSpan::No, from)
    }

    /// What `PATH=VALUE` sets: every unknown path counts as a secret's. `None`
    /// if the value is JSON.
    fn assignment(&mut self, word: &str) -> Option<Assigned> {
        let before = std::mem::take(&mut self.path);
        let split = word.split_once('=').filter(|(path, _)| !path.contains(':'));
        let Some((path, value)) = split.or_else(|| word.split_once(':')) else {
            return Some(self.path_without_value(word, before));
        };
        let known = schema::is_secret(path);
        let value = match before {
            // `--set PATH = VALUE`
            SetPosition::Path if path.is_empty() => value,
            SetPosition::Equals if known.is_none() => word,
            _ if path.is_empty() => return Some(Assigned::Plain),
            _ if known == Some(false) && value.contains('{') => return None,
            _ if known == Some(false) => return Some(Assigned::Plain),
            _ => value,
        };
        if value.is_empty() {
            self.path = SetPosition::Equals;
            return Some(Assigned::Plain);
        }
        // `@@` is a text that begins with `@`.
        let is_file = value.starts_with('@') && !value.starts_with("@@");
        // `null` clears a secret.
        let clears = known == Some(true) && value == "null";
        if is_variable(value) || is_file || clears {
            return Some(Assigned::Plain);
        }
        // A value with a space may have lost its quotes.
        self.flag = Some("set".to_owned());
        Some(Assigned::Secret(word.len() - value.len()))
    }

    /// A word after `--set` without a `=`.
    fn path_without_value(&mut self, word: &str, before: SetPosition) -> Assigned {
        let last = word.rsplit('.').next().unwrap_or_default();
        if before == SetPosition::Equals && !is_variable(word) {
            self.flag = Some("set".to_owned());
            return Assigned::Secret(0);
        }
        match schema::is_secret(word) {
            Some(false) => {}
            None if !is_secret_name(last) => self.path = SetPosition::Path,
            _ => self.flag = Some("set".to_owned()),
        }
        Assigned::Plain
    }

    /// Whether a JSON text, or a part of one that lost its quotes, has a
    /// member with the name of a secret.
    fn holds_secret_json(&mut self, word: &str) -> bool {
        self.json |= word.contains('{');
        self.json && (names_a_secret(word) || word.contains("\\u"))
    }
}

/// The word before in a `--set`, if it may belong to a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SetPosition {
    #[default]
    Nothing,
    /// `PATH`
    Path,
    /// `PATH=`, without its value.
    Equals,
}

/// What a `PATH=VALUE` holds.
enum Assigned {
    Plain,
    /// A secret, from this byte on.
    Secret(usize),
}

/// Whether a word is the name of a secret, and nothing else: `password`, `pw:`.
fn is_name(word: &str) -> bool {
    let name = word.trim_end_matches([':', '=']);
    !name.is_empty() && !name.contains([' ', '/', '?']) && is_secret_name(name)
}

/// Where the text after the first colon begins.
fn colon(word: &str) -> Option<usize> {
    let at = word.find(':')? + 1;
    (at < word.len()).then_some(at)
}

fn is_dash_first(text: &str) -> bool {
    text.starts_with(is_dash)
}
