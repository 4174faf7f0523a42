//! Where the secrets stand in a line, so that they are neither shown nor kept.
//!
//! Looks at words alone, not at the grammar: a line that does not parse may
//! hold a secret as well.

use super::lex::{Opener, Word, lex};
use super::near::near;
use crate::{catalog, settings};
use std::ops::Range;

/// What a secret is shown as.
pub const MASK: &str = "********";

/// The parts of a line that hold secrets, in order, in bytes. Everything from
/// a secret's flag to the next flag counts: a value with a space may have lost
/// its quotes. A variable is not a secret, its value is.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let lexed = lex(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for words in &lexed.commands {
        // Within what follows a secret's flag, and right behind that flag.
        let (mut secret, mut behind) = (false, false);
        for word in words {
            let said = word.text();
            let just_behind = std::mem::take(&mut behind);
            if let Some(flag) = said.strip_prefix("--") {
                let (name, value) = flag
                    .split_once('=')
                    .map_or((flag, None), |(name, value)| (name, Some(value)));
                // A password may begin with dashes.
                if just_behind && !name.is_empty() && !is_flag(name) {
                    found.push(word.span.clone());
                    continue;
                }
                secret = means_a_secret(name);
                behind = secret && value.is_none();
                if secret && value.is_some_and(|value| !value.is_empty() && !is_variable(value)) {
                    found.push(after_equals(text, word));
                }
            } else if (secret && !is_variable(&said)) || holds_secret_json(&said) {
                found.push(word.span.clone());
            } else if let Some(password) = password_in_url(&text[word.span.clone()]) {
                found.push(word.span.start + password.start..word.span.start + password.end);
            }
        }
    }
    // Behind an open quote everything may be part of the secret.
    if let Some(open) = lexed.open.filter(|open| open.what != Opener::Backslash) {
        if let Some(first) = found.iter_mut().find(|span| span.end > open.at) {
            first.end = text.len();
        } else if names_a_secret(&text[open.at..]) {
            found.push(open.at..text.len());
        }
    }
    found
}

/// Whether a flag is a secret's, or a mistyped or shortened one: `--pasword`, `--pass`.
fn means_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    let mut secrets = catalog::secrets().map(|param| param.name);
    catalog::is_secret_flag(&name)
        || !name.is_empty()
            && !is_flag(&name)
            && (secrets.any(|secret| secret.starts_with(&name))
                || !near(&name, catalog::secrets().map(|param| param.name)).is_empty())
}

fn is_flag(name: &str) -> bool {
    let name = name.replace('-', "_");
    catalog::is_flag(&name) || settings::find(&name).is_some()
}

/// Where the password of a URL stands: `http://user:password@host`.
fn password_in_url(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + 3;
    let authority = &text[start..];
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    let end = authority.rfind('@')?;
    let colon = authority[..end].find(':')?;
    (colon + 1 < end).then(|| start + colon + 1..start + end)
}

/// A word with the password of a URL masked.
pub fn without_password(word: &str) -> String {
    password_in_url(word).map_or_else(
        || word.to_owned(),
        |password| format!("{}{MASK}{}", &word[..password.start], &word[password.end..]),
    )
}

fn names_a_secret(text: &str) -> bool {
    let text = text.to_lowercase().replace('-', "_");
    catalog::secrets().any(|param| text.contains(param.name))
}

fn is_variable(said: &str) -> bool {
    said.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '{' | '}'))
    })
}

fn after_equals(text: &str, word: &Word) -> Range<usize> {
    let at = text[word.span.clone()]
        .find('=')
        .map_or(word.span.start, |at| word.span.start + at + 1);
    at..word.span.end
}

/// A JSON text with a member whose name is a secret's.
fn holds_secret_json(said: &str) -> bool {
    said.contains('{') && {
        let lower = said.to_lowercase();
        catalog::secrets()
            .any(|param| lower.contains(&format!("\"{}\"", param.key)) || lower.contains("\\u"))
    }
}

/// The line with each secret masked, and where a place of the line went.
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

/// The line as history keeps it on disk: each secret's value left out, so that
/// the recalled line asks for it. None if it cannot be told what is secret:
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
    Some(out)
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
