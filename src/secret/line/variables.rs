//! Variables in place of the secrets of a line, so that a file can keep it.

use super::{SecretPartKind, for_history, secret_parts, spans, without_comments};
use crate::text::lex::lex;
use crate::text::operator::Operator;
use std::ops::Range;

/// Where the secrets of one command are, each with the name of a variable, without numbers.
/// `None` if a secret is not the value of a flag: then no variable can stand for it.
/// The text has no comments: see `plain`.
pub(crate) fn secrets_as_variables(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    for_history(text)?;
    let lexed = lex(text);
    let words = lexed.commands.iter().flatten();
    // What follows is for a program, which reads other variables.
    let end = words
        .filter(|word| Operator::of(word).is_some())
        .map(|word| word.span.start)
        .min()
        .unwrap_or(text.len());
    let mut found = Vec::new();
    for part in secret_parts(text) {
        match part.kind {
            SecretPartKind::Comment | SecretPartKind::Surplus => continue,
            SecretPartKind::Value if part.span.end <= end => {}
            _ => return None,
        }
        let flag = &text[..part.span.start];
        let flag = flag.rfind("--").map(|at| &flag[at + 2..])?;
        let flag = flag.trim_end_matches([' ', '\t', '=', ':', '\\', '\n']);
        found.push((part.span, variable(flag)?));
    }
    Some(found)
}

/// A command without its comments, which may hold a secret.
pub(crate) fn plain(text: &str) -> String {
    without_comments(text)
}

/// Whether a text has no secret and no open quote.
pub(crate) fn has_no_secret(text: &str) -> bool {
    spans(text).is_empty() && lex(text).open.is_none()
}

/// The name of the variable for the secret of a flag.
pub(crate) fn variable(flag: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let named = !flag.is_empty() && flag.chars().all(is_name);
    named.then(|| flag.replace('-', "_").to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_stands_for_the_value_of_a_flag_only() {
        let cases = [
            ("get_users", Some("get_users")),
            (
                "add_user x --password hunter2 --uid 1",
                Some("add_user x --password PASSWORD --uid 1"),
            ),
            (
                "add_user x --password='hun ter2'",
                Some("add_user x --password=PASSWORD"),
            ),
            (
                "add_user x --password $env.PW",
                Some("add_user x --password $env.PW"),
            ),
            (
                "add_user x --password hunter2 > f.json",
                Some("add_user x --password PASSWORD > f.json"),
            ),
            ("let password = hunter2", None),
            ("connect http://u:hunter2@h:1/x", None),
            ("post user --json '{\"password\":\"hunter2\"}'", None),
            ("get_users | curl -u admin:hunter2 http://h", None),
            ("get_users | mysql --password hunter2", None),
            ("add_user 'x --password hunter2", None),
        ];
        for (line, expected) in cases {
            let kept = secrets_as_variables(line).map(|found| {
                let mut text = line.to_owned();
                for (span, name) in found.into_iter().rev() {
                    text.replace_range(span, &name);
                }
                text
            });
            assert_eq!(kept.as_deref(), expected, "{line}");
        }
    }
}
