//! Finds the secrets in a line, so that they are neither shown nor kept.
//!
//! Looks only at words, not at the grammar: a line that does not parse may
//! contain a secret as well.

mod names;
mod others;
mod program;
mod shape;
mod values;
pub(crate) mod variables;
mod watch;

pub use names::names_a_secret;
pub use others::is_code;
pub use shape::takes_a_secret;
pub use watch::{SecretSpan, Watch};

use crate::catalog::VARIABLES;
use crate::text::lex::{Opener, Word, lex};
use crate::text::operator::Operator;
use crate::text::secret::{MASK, Secret as SecretText};
use crate::text::words::{password_in_url, shortened};
use std::ops::Range;

/// A part of a line that is not shown.
#[derive(Clone, PartialEq, Eq)]
struct SecretPart {
    span: Range<usize>,
    kind: SecretPartKind,
    /// Its text, without quotes.
    text: String,
}

impl SecretPart {
    fn new(text: &str, span: Range<usize>, kind: SecretPartKind) -> Self {
        Self {
            text: unquoted(&text[span.clone()]),
            span,
            kind,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SecretPartKind {
    /// The value of a flag, or a part of it.
    Value,
    /// A password in a URL.
    Url,
    /// A secret in another place.
    Other,
    /// A word too many.
    Surplus,
    /// A comment that may hold one.
    Remark,
    /// Another comment.
    Comment,
}

/// The parts of a line that hold secrets, in order, in bytes. A variable is
/// not a secret, its value is.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let secret = |part: &SecretPart| part.kind != SecretPartKind::Comment;
    let parts = secret_parts(text).into_iter().filter(secret);
    parts.map(|part| part.span).collect()
}

/// The secrets of a line, as messages may repeat them.
pub fn secrets(text: &str) -> Vec<SecretText> {
    let secret = |part: &SecretPart| part.kind != SecretPartKind::Comment;
    let texts = secret_parts(text)
        .into_iter()
        .filter(secret)
        .map(|part| part.text);
    texts
        .flat_map(|text| [shortened(&text), text])
        .map(SecretText::new)
        .collect()
}

/// The parts of a line that are not shown, in order.
fn secret_parts(text: &str) -> Vec<SecretPart> {
    let lexed = lex(text);
    let mut found: Vec<SecretPart> = Vec::new();
    for words in &lexed.commands {
        let before = found.len();
        let mut watch = Watch::default();
        let operator = Operator::first(words, values::compares(words));
        let (words, rest) = words.split_at(operator.map_or(words.len(), |(at, _)| at));
        let values = values::of(text, words);
        for (at, word) in words.iter().enumerate() {
            let typed = word.text();
            let secret = watch.read(&typed);
            let part = match &values {
                Some(values)
                    if at >= values.from
                        && !values.is_open
                        && matches!(
                            secret,
                            SecretSpan::No | SecretSpan::From(_) | SecretSpan::Surplus
                        ) =>
                {
                    let mut spans = values.spans.iter();
                    let own = spans.find(|span| word.span.contains(&span.start));
                    own.map(|span| (span.clone(), SecretPartKind::Other))
                }
                _ => part_of(text, word, &secret),
            };
            found.extend(part.map(|(span, kind)| SecretPart::new(text, span, kind)));
        }
        if watch.names_many() {
            let own = found.split_off(before).into_iter();
            found.extend(own.filter(|part| part.kind != SecretPartKind::Surplus));
        }
        // A program is called in its own way, and so may be what takes a secret.
        for (word, secret) in program::secrets(rest) {
            let part = part_of(text, &word, &secret);
            found.extend(part.map(|(span, kind)| SecretPart::new(text, span, kind)));
        }
    }
    // After an open quote everything may be part of the secret.
    if let Some(open) = lexed.open.filter(|open| open.what != Opener::Backslash) {
        if let Some(first) = found.iter_mut().find(|part| part.span.end > open.at) {
            first.span.end = text.len();
        } else if names_a_secret(&text[open.at..]) {
            found.push(SecretPart {
                span: open.at..text.len(),
                kind: SecretPartKind::Other,
                text: text[open.at + 1..].to_owned(),
            });
        }
    }
    let comments = lexed.comments.iter().map(|span| SecretPart {
        span: span.start + 1..span.end,
        kind: if names::mentions_a_secret(&text[span.clone()]) {
            SecretPartKind::Remark
        } else {
            SecretPartKind::Comment
        },
        text: String::new(),
    });
    found.extend(comments);
    found.sort_by_key(|part| part.span.start);
    found
}

/// The secret part of a word, and what it is.
fn part_of(text: &str, word: &Word, secret: &SecretSpan) -> Option<(Range<usize>, SecretPartKind)> {
    Some(match secret {
        SecretSpan::No => return None,
        SecretSpan::Whole(_) => (word.span.clone(), SecretPartKind::Value),
        SecretSpan::Surplus => (word.span.clone(), SecretPartKind::Surplus),
        SecretSpan::FlagFrom(from) => (text_from(text, word, *from), SecretPartKind::Value),
        SecretSpan::From(from) => (text_from(text, word, *from), SecretPartKind::Other),
        SecretSpan::InUrl => (in_url(text, word)?, SecretPartKind::Url),
    })
}

/// The text of a part of a word; quotes may be open at its edges.
fn unquoted(part: &str) -> String {
    let commands = lex(part).commands;
    let words = commands.iter().flatten().map(Word::text);
    words.collect::<Vec<_>>().join(" ")
}

/// The place of a word's text from a byte of it on; quotes before it are skipped.
fn text_from(text: &str, word: &Word, from: usize) -> Range<usize> {
    let typed = word.text();
    let mut left = typed[..from].chars().peekable();
    let mut start = word.span.start;
    for c in text[word.span.clone()].chars() {
        match left.peek() {
            None => break,
            Some(next) if *next == c => drop(left.next()),
            Some(_) => {}
        }
        start += c.len_utf8();
    }
    start..word.span.end
}

fn in_url(text: &str, word: &Word) -> Option<Range<usize>> {
    let start = word.span.start;
    let password = password_in_url(&text[word.span.clone()])?;
    Some(start + password.start..start + password.end)
}

/// Whether a word is an existing variable; a password may begin with a `$`.
fn is_variable(typed: &str) -> bool {
    let names = |name: &str| {
        let first = name.split(['.', '[']).next().unwrap_or_default();
        VARIABLES.contains(&first)
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
    };
    typed.strip_prefix('$').is_some_and(|name| {
        let braced = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        names(braced.unwrap_or(name))
    })
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

/// The line as the history file keeps it: without comments and the values of
/// secrets, so that the recalled line asks for them. `None` if the secret part is
/// unknown, or is not the value of a flag: the line would say something else.
pub fn for_history(text: &str) -> Option<String> {
    let text = &without_comments(text);
    let mut parts = secret_parts(text);
    // Only of lines that are right, and those have no word too many.
    parts.retain(|part| part.kind != SecretPartKind::Surplus);
    let unknown = |part: &SecretPart| {
        part.kind == SecretPartKind::Other || text[part.span.clone()].contains('{')
    };
    let lexed = lex(text);
    if !parts.is_empty() && (lexed.open.is_some() || parts.iter().any(unknown)) {
        return None;
    }
    // Such as `--description 'password: x'`, which may be shown: it is sent as it is.
    let has_one = |word: &Word| {
        let is_known = |part: &SecretPart| word.span.contains(&part.span.start);
        names::assigned(&word.text()).is_some() && !parts.iter().any(is_known)
    };
    let mut others = lexed
        .commands
        .iter()
        .filter(|words| values::of(text, words).is_none());
    if others.any(|words| words.iter().any(has_one)) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for part in &parts {
        let before = &text[last..part.span.start];
        out.push_str(match part.kind {
            SecretPartKind::Value => before.trim_end_matches([' ', '\t', '=', ':']),
            _ => before,
        });
        last = part.span.end;
    }
    out.push_str(&text[last..]);
    // A quote around flag and value has lost its end.
    let is_whole = parts.is_empty() || lex(&out).open.is_none();
    (is_whole && !out.trim().is_empty()).then_some(out)
}

fn without_comments(text: &str) -> String {
    let lexed = lex(text);
    let ends = || lexed.commands.iter().flatten().map(|word| word.span.end);
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for comment in &lexed.comments {
        // With the blanks before it; an escaped one belongs to its word.
        let blank = text[..comment.start].trim_end_matches([' ', '\t']).len();
        let word = ends().rfind(|end| *end <= comment.start);
        out.push_str(&text[last..blank.max(word.unwrap_or_default()).max(last)]);
        last = comment.end;
    }
    out.push_str(&text[last..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_everywhere() {
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
            ("connect u:hunter2@h:1/x", "connect u:********"),
            ("connect web1:8080/x", "connect web1:8080/x"),
            (
                "on @a,@b connect u:hunter2@h; --debug on @a,@b connect u:hunter2@h",
                "on @a,@b connect u:********; --debug on @a,@b connect u:********",
            ),
            (
                "on --yes all connect u:hunter2@h; --debug on all connect u:hunter2@h",
                "on --yes all connect u:********; --debug on all connect u:********",
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
                "add_user x --password p | jq -c .id > f; wc -l",
                "add_user x --password ******** | jq -c .id > f; wc -l",
            ),
            (
                "get_users | curl -u admin:hunter2 -d @- http://h",
                "get_users | curl -u admin:******** -d @- http://h",
            ),
            (
                "login admin >> f; expect $_.password > x",
                "login admin >> f; expect $_.password > ********",
            ),
            ("login --otp 123456", "login --otp ********"),
            ("login --otp=123456", "login --otp=********"),
            ("login admin --otp 123456", "login admin --otp ********"),
            ("login admin --otp=off", "login admin --otp=off"),
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
    fn positions_follow_the_mask() {
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
            ("get_users # 'open", Some("get_users")),
            (
                "add_user x --password p | sort -k 2 | jq -c '.[].email' > 'a b'",
                Some("add_user x --password | sort -k 2 | jq -c '.[].email' > 'a b'"),
            ),
            ("get_users | mysql -u root x", None),
            ("get_users | PGPASSWORD=x cat", None),
        ];
        for (line, expected) in cases {
            assert_eq!(for_history(line).as_deref(), expected, "{line}");
        }
    }
}
