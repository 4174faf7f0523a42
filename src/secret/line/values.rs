//! `let` and `expect`: their names may be those of secrets, and then the values
//! are secrets. `let password = x`, `expect $_.password == x`.

use super::is_variable;
use super::names::{is_secret_name, names_a_secret};
use crate::text::lex::Word;
use std::ops::Range;

/// The operators of `expect`; `=` is a common mistake.
const SIGNS: [&str; 4] = ["==", "!=", ">=", "<="];
const WORDS: [&str; 4] = ["contains", "exists", "missing", "error"];

/// What such a command says of itself.
pub(super) struct Values {
    /// Where its own words begin.
    pub(super) from: usize,
    /// The places of its secrets.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether another rule may find more in it.
    pub(super) is_open: bool,
}

/// The secrets of a `let` or an `expect`; `None` for other commands.
pub(super) fn of(text: &str, words: &[Word]) -> Option<Values> {
    let name = |word: &Word| word.text().trim_start_matches('-').to_owned();
    let at = words
        .iter()
        .position(|word| matches!(name(word).as_str(), "let" | "expect"))?;
    let rest = &words[at + 1..];
    let is_let = name(&words[at]) == "let";
    let spans = if is_let {
        assigned(text, rest)
    } else {
        compared(text, rest)
    };
    Some(Values {
        from: at + 1,
        is_open: is_let && spans.is_empty(),
        spans,
    })
}

/// Whether the command is one in which `>` compares.
pub(super) fn compares(words: &[Word]) -> bool {
    words
        .iter()
        .any(|word| word.text().trim_start_matches('-') == "expect")
}

/// `NAME = VALUE`: the name decides whether the value is a secret.
fn assigned(text: &str, words: &[Word]) -> Vec<Range<usize>> {
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let typed = first.text();
    let (name, joined) = match typed.split_once('=') {
        Some((name, value)) => {
            let is_value = !value.is_empty() && !is_variable(value);
            (name, is_value.then(|| after(text, first, "=")))
        }
        None => (typed.as_str(), None),
    };
    if !names_a_secret(name) && !is_secret_name(name) {
        return Vec::new();
    }
    joined.into_iter().chain(values(text, rest)).collect()
}

/// `LEFT == RIGHT`: the name is on the left, or it is a variable on the right.
fn compared(text: &str, words: &[Word]) -> Vec<Range<usize>> {
    let is_sign = |word: &Word| is_operator(&word.text());
    if let Some(at) = words.iter().position(is_sign) {
        let (left, right) = (&words[..at], &words[at + 1..]);
        let mut found = Vec::new();
        if right.iter().any(|word| is_variable_of_secret(&word.text())) {
            found.extend(values(text, left));
        }
        if left.iter().any(|word| names(&word.text())) {
            found.extend(values(text, right));
        }
        return found;
    }
    // `$_.password==x`, or no operator at all.
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let typed = first.text();
    let sign = SIGNS
        .iter()
        .chain(&["=", ">", "<"])
        .find(|sign| typed.contains(**sign));
    let split = sign.and_then(|sign| typed.split_once(*sign));
    let (name, value) = split.unwrap_or((&typed, ""));
    if !names(name) {
        return Vec::new();
    }
    let joined = sign.filter(|_| !value.is_empty() && !is_variable(value));
    let joined = joined.map(|sign| after(text, first, sign));
    joined.into_iter().chain(values(text, rest)).collect()
}

fn is_operator(typed: &str) -> bool {
    SIGNS.contains(&typed) || WORDS.contains(&typed) || matches!(typed, "=" | ">" | "<")
}

fn names(typed: &str) -> bool {
    names_a_secret(typed) || typed.rsplit('.').next().is_some_and(is_secret_name)
}

fn is_variable_of_secret(typed: &str) -> bool {
    typed.starts_with('$') && names(typed)
}

/// The places of words that may be values: no variables and no operators.
fn values(text: &str, words: &[Word]) -> impl Iterator<Item = Range<usize>> {
    words.iter().filter_map(|word| {
        let typed = word.text();
        let begins = typed
            .strip_prefix('=')
            .map(|value| (after(text, word, "="), value));
        let (span, value) = begins.unwrap_or((word.span.clone(), &typed));
        (!value.is_empty() && !is_variable(value) && !is_operator(&typed)).then_some(span)
    })
}

/// The position of a word's text after a sign.
fn after(text: &str, word: &Word, sign: &str) -> Range<usize> {
    let at = text[word.span.clone()].find(sign);
    let start = at.map_or(word.span.start, |at| word.span.start + at + sign.len());
    start..word.span.end
}
