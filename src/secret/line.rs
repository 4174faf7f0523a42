//! Finds the secrets in a line, so that they are neither shown nor kept.
//!
//! Looks only at words, not at the grammar: a line that does not parse may
//! contain a secret as well.

use crate::catalog::VARIABLES;
use crate::catalog::{self, schema};
use crate::settings::{self, START};
use crate::text::lex::{Opener, Word, lex};
use crate::text::near::near;
use crate::text::secret::MASK;
use crate::text::words::password_in_url;
use std::ops::Range;

/// The secret part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Nothing.
    No,
    /// All of it: the value of this flag.
    Whole(String),
    /// The text after its `=`.
    AfterEquals,
    /// The text after its second `=`: `--set=PATH=VALUE`.
    AfterSecondEquals,
}

/// Reads the words of a command and finds the secret part of each.
///
/// Everything from a secret's flag to the next flag counts: a value with a
/// space may have lost its quotes. So does what follows a flag that is near to
/// a secret's, as `--pasword`, and a word with dashes that no flag begins with.
#[derive(Debug, Default)]
pub struct Watch {
    flag: Option<String>,
    json: bool,
    sets: bool,
}

impl Watch {
    /// Reads the next word.
    pub fn read(&mut self, said: &str) -> Secret {
        let (name, value) = match said.strip_prefix("--") {
            Some(flag) => flag
                .split_once('=')
                .map_or((Some(flag), None), |(name, value)| {
                    (Some(name), Some(value))
                }),
            None => (None, Some(said)),
        };
        let begins_one = |name: &&str| self.flag.is_none() || is_flag(name);
        let name = name.filter(begins_one);
        if let Some(name) = name {
            self.json = false;
            self.sets = name == "set";
            self.flag = is_secret(name).then(|| name.to_owned());
        }
        let value = if name.is_some() { value } else { Some(said) };
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Secret::No;
        };
        if self.sets && self.flag.is_none() {
            match self.assignment(value) {
                Some(false) => return Secret::No,
                Some(true) if name.is_some() => return Secret::AfterSecondEquals,
                Some(true) => return Secret::AfterEquals,
                None => {}
            }
        }
        if self.flag.is_none() && self.holds_secret_json(value) {
            let whole = serde_json::from_str::<serde_json::Value>(value).is_ok();
            self.flag = (!whole).then(|| "json".to_owned());
        } else if self.flag.is_none() || is_variable(value) {
            return Secret::No;
        }
        match name {
            Some(_) => Secret::AfterEquals,
            None => Secret::Whole(self.flag.clone().unwrap_or_else(|| "json".to_owned())),
        }
    }

    /// Whether `PATH=VALUE` sets a secret, as every unknown path does;
    /// `None` if the word has another form, or its value is JSON.
    fn assignment(&mut self, said: &str) -> Option<bool> {
        let (path, value) = said.split_once('=')?;
        if value.contains('{') && schema::is_secret(path) == Some(false) {
            return None;
        }
        let secret =
            !is_variable(value) && !value.is_empty() && schema::is_secret(path) != Some(false);
        // A value with a space may have lost its quotes.
        let is_file = value.starts_with('@') && !value.starts_with("@@");
        self.flag = (secret && !is_file).then(|| "set".to_owned());
        Some(self.flag.is_some())
    }

    /// Whether a JSON text, or a part of one that lost its quotes, has a
    /// member with the name of a secret.
    fn holds_secret_json(&mut self, said: &str) -> bool {
        self.json |= said.contains('{');
        self.json && (names_a_secret(said) || said.contains("\\u"))
    }
}

/// Whether a word with dashes begins a flag, possibly a mistyped one.
fn is_flag(name: &str) -> bool {
    let settings = settings::TABLE.iter().map(|setting| &setting.param);
    let names = settings
        .chain(START)
        .map(|param| param.name)
        .chain(catalog::flags());
    let is_one = |name: &str| catalog::is_flag(&name.replace('-', "_"));
    matches!(name, "" | "help") || is_one(name) || !near(name, names).is_empty()
}

/// Whether a flag is that of a secret, possibly mistyped or shortened: `--pasword`, `--pass`.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    if catalog::secret_names().any(|secret| secret == name) {
        return true;
    }
    let mut settings = settings::TABLE.iter().map(|setting| setting.param.name);
    let other = catalog::is_flag(&name) || settings.any(|setting| setting == name);
    let begun = |secret: &str| !name.is_empty() && secret.starts_with(&name);
    !other
        && (catalog::secret_names().any(begun) || !near(&name, catalog::secret_names()).is_empty())
}

/// The parts of a line that hold secrets, in order, in bytes. A variable is
/// not a secret, its value is.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let lexed = lex(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for words in &lexed.commands {
        let mut watch = Watch::default();
        let values = values_from(words).unwrap_or(words.len());
        for (at, word) in words.iter().enumerate() {
            match watch.read(&word.text()) {
                Secret::No if at >= values => found.extend(own_value(text, word)),
                Secret::No => {
                    if let Some(password) = password_in_url(&text[word.span.clone()]) {
                        let start = word.span.start;
                        found.push(start + password.start..start + password.end);
                    }
                }
                Secret::Whole(_) => found.push(word.span.clone()),
                Secret::AfterEquals => found.push(after_equals(text, word)),
                Secret::AfterSecondEquals => {
                    let first = after_equals(text, word);
                    let second = text[first.clone()].find('=').map_or(0, |at| at + 1);
                    found.push(first.start + second..first.end);
                }
            }
        }
    }
    // After an open quote everything may be part of the secret.
    if let Some(open) = lexed.open.filter(|open| open.what != Opener::Backslash) {
        if let Some(first) = found.iter_mut().find(|span| span.end > open.at) {
            first.end = text.len();
        } else if names_a_secret(&text[open.at..]) {
            found.push(open.at..text.len());
        }
    }
    found
}

/// Where the values begin in a command that names a secret and may contain it
/// itself: `let password = x`, `expect $_.password == x`.
fn values_from(words: &[Word]) -> Option<usize> {
    let text = |word: &Word| word.text().trim_start_matches('-').to_owned();
    let at = words
        .iter()
        .position(|word| matches!(text(word).as_str(), "let" | "expect"))?;
    let named = words.iter().any(|word| names_a_secret(&word.text()));
    // `let` is followed by a name.
    let name = text(&words[at]) == "let"
        && words
            .get(at + 1)
            .is_some_and(|word| !text(word).contains('='));
    named.then_some(at + 1 + usize::from(name))
}

/// Whether a word may be the value in such a command: not a name of a secret, a variable
/// or an operator.
fn own_value(text: &str, word: &Word) -> Option<Range<usize>> {
    let said = word.text();
    let joint = said.chars().all(|c| matches!(c, '=' | '!' | '<' | '>'))
        || ["contains", "exists", "missing", "error"].contains(&said.as_str());
    match said.split_once('=') {
        _ if joint || is_variable(&said) => None,
        Some((name, value)) if names_a_secret(name) => {
            let span = after_equals(text, word);
            (!is_variable(value) && !span.is_empty()).then_some(span)
        }
        _ if names_a_secret(&said) => None,
        _ => Some(word.span.clone()),
    }
}

/// Whether a text contains the name of a secret.
pub fn names_a_secret(text: &str) -> bool {
    let text = text.to_lowercase().replace('-', "_");
    catalog::secret_names().any(|name| text.contains(name))
}

/// Whether a word is an existing variable; a password may begin with a `$`.
fn is_variable(said: &str) -> bool {
    let names = |name: &str| {
        let first = name.split(['.', '[']).next().unwrap_or_default();
        VARIABLES.contains(&first)
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
    };
    said.strip_prefix('$').is_some_and(|name| {
        let braced = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        names(braced.unwrap_or(name))
    })
}

fn after_equals(text: &str, word: &Word) -> Range<usize> {
    let at = text[word.span.clone()]
        .find('=')
        .map_or(word.span.start, |at| word.span.start + at + 1);
    at..word.span.end
}

/// The line with each secret masked, and the new position of a position in it.
pub fn masked(text: &str) -> (String, impl Fn(usize) -> usize) {
    let spans = spans(text);
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for span in &spans {
        out.push_str(&text[last..span.start]);
        out.push_str(MASK);
        last = span.end;
    }
    out.push_str(&text[last..]);
    let moved = move |at: usize| {
        let mut moved = at;
        for span in &spans {
            if at >= span.end {
                moved = moved + MASK.len() - span.len();
            } else if at > span.start {
                moved -= at - span.start;
            }
        }
        moved
    };
    (out, moved)
}

/// The line as the history file keeps it: without the values of secrets, so that
/// the recalled line asks for them. `None` if the secret part is unknown:
/// a line with an open quote, or with a secret inside a JSON text.
pub fn for_history(text: &str) -> Option<String> {
    let spans = spans(text);
    if spans.is_empty() {
        return Some(text.to_owned());
    }
    let in_json = |span: &Range<usize>| text[span.clone()].contains('{');
    if lex(text).open.is_some() || spans.iter().any(in_json) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for span in &spans {
        out.push_str(text[last..span.start].trim_end_matches([' ', '\t', '=']));
        last = span.end;
    }
    out.push_str(&text[last..]);
    // A quote around flag and value has lost its end.
    lex(&out).open.is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let cases = [
            (
                "add_user x --password hunter2 --uid 1",
                "add_user x --password ******** --uid 1",
            ),
            (
                "add_user x --password='hun ter2'",
                "add_user x --password=********",
            ),
            (
                "add_user x --password \"hun ter2",
                "add_user x --password ********",
            ),
            (
                "add_user x --password hun ter2 --uid 1",
                "add_user x --password ******** ******** --uid 1",
            ),
            (
                "explain add_user x \\\n --password p",
                "explain add_user x \\\n --password ********",
            ),
            ("add_user 'x --password hunter2", "add_user ********"),
            (
                "add_user x --password $env.PW --uid 1",
                "add_user x --password $env.PW --uid 1",
            ),
            ("add_user x --password", "add_user x --password"),
            (
                "post user --json '{\"Password\":\"p\"}'",
                "post user --json ********",
            ),
            (
                "add_user x --pasword hunter2 --pass hunter2 --uid 1",
                "add_user x --pasword ******** --pass ******** --uid 1",
            ),
            (
                "add_user x --password --hunter2 y --uid 1",
                "add_user x --password ******** ******** --uid 1",
            ),
            (
                "add_user x --password --quota-size 1",
                "add_user x --password --quota-size 1",
            ),
            (
                "connect http://u:hunter2@h:1/x",
                "connect http://u:********@h:1/x",
            ),
            (
                "let password = hunter2; let db_password='hunter2'",
                "let password = ********; let db_password=********",
            ),
            ("let home = $_.password", "let home = $_.password"),
            ("expect $_.password exists", "expect $_.password exists"),
            (
                "--debug let password=$env.PW",
                "--debug let password=$env.PW",
            ),
            ("-let db_password=a=b", "-let db_password=********"),
            (
                "expect $_.password == 'hunter2'; expect hunter2 != $env.PASSWORD",
                "expect $_.password == ********; expect ******** != $env.PASSWORD",
            ),
            (
                "let home = /srv; expect $_.x == y",
                "let home = /srv; expect $_.x == y",
            ),
            (
                "get_users; add_user x --pass'word' p; get_users",
                "get_users; add_user x --pass'word' ********; get_users",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(masked(line).0, expected, "{line}");
        }
    }

    #[test]
    fn places_move_with_the_mask() {
        let line = "a --password xy --uid q";
        let (shown, moved) = masked(line);
        let at = |text: &str| line.find(text).unwrap();
        assert_eq!(&shown[moved(at("--uid"))..], "--uid q");
        assert_eq!(moved(0), 0);
        assert_eq!(moved(at("y")), shown.find(MASK).unwrap());
    }

    #[test]
    fn history_keeps_the_flag_without_the_value() {
        let cases = [
            (
                "add_user x --password hunter2 --uid 1",
                Some("add_user x --password --uid 1"),
            ),
            (
                "add_user x --password=hunter2",
                Some("add_user x --password"),
            ),
            ("add_user x --password 'hunter2", None),
            ("post user --json '{\"password\":\"p\"}'", None),
            ("get_users # 'open", Some("get_users # 'open")),
        ];
        for (line, expected) in cases {
            assert_eq!(for_history(line).as_deref(), expected, "{line}");
        }
    }
}
