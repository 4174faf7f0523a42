//! The values of conditions, read by the type of the field that they are compared with.

use super::super::number::Number;
use super::super::{FieldPath, QueryError};
use crate::catalog::Clock;
use crate::catalog::schema::{Field, Type, schema};
use crate::text::near::near;
use crate::text::words::{did_you_mean, listed, shortened, this_is};
use std::ops::Range;

/// The words that mean that there is nothing.
pub(super) const NOTHING: &str = "null";

/// The number that a word stands for: one of the field's choices, an amount in its unit, or
/// a plain number. `is_plain` says that neither it nor the field is multiplied.
pub(super) fn number(
    path: &FieldPath,
    word: &str,
    is_plain: bool,
    clock: &Clock,
) -> Option<Number> {
    let field = path.field();
    let choice = field.and_then(|field| field.choices.iter().find(|choice| choice.word == word));
    if let Some(number) = choice.and_then(|choice| choice.number) {
        return Some(Number::whole(number.into()));
    }
    if let Some(number) = Number::read(word) {
        return Some(number).filter(|_| !is_plain || no_time(path, word).is_none());
    }
    let number = field?.number(word, clock)?.ok()?;
    Some(Number::whole(number.into()))
}

/// Why a number is not meant as a time: it is a year, or has another unit.
fn no_time(path: &FieldPath, word: &str) -> Option<String> {
    let unit = path.field()?.unit?;
    unit.check_bare(word.parse().ok()?).err()
}

/// The error of a word that is no number of a field.
pub(super) fn no_number(
    path: &FieldPath,
    word: &str,
    span: Range<usize>,
    clock: &Clock,
) -> QueryError {
    let why = || path.field()?.number(word, clock)?.err();
    let must = match path.field() {
        Some(field) if !field.choices.is_empty() => {
            let words: Vec<&str> = field.words(None).collect();
            format!("must be {} or a number", listed(&words))
        }
        Some(Field {
            unit: Some(unit),
            zero,
            ..
        }) => match (why().filter(|why| *why != unit.expected()), zero) {
            (Some(why), _) => why,
            (None, Some(zero)) => format!("{}, or `{zero}`", unit.expected()),
            (None, None) => unit.expected(),
        },
        Some(Field {
            zero: Some(zero), ..
        }) => format!("must be a number or `{zero}`"),
        _ => "must be a number".to_owned(),
    };
    let message = format!("`{}` {must}; {}", path.text(), this_is(word));
    let wrong = QueryError::new(message, span);
    let words = path.field().into_iter().flat_map(|field| field.words(None));
    match near(word, words).as_slice() {
        [] => wrong,
        near => wrong.hint(did_you_mean(near)),
    }
}

/// Whether a switch is on.
pub(super) fn switch(path: &FieldPath, word: &str, span: Range<usize>) -> Result<bool, QueryError> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" => Ok(true),
        "false" | "off" | "no" => Ok(false),
        _ => Err(QueryError::new(
            format!(
                "`{}` must be `true` or `false`; {}",
                path.text(),
                this_is(word)
            ),
            span,
        )),
    }
}

/// Checks that a word without quotes is one of a field's choices; in quotes it may be anything.
pub(super) fn choice(
    path: &FieldPath,
    word: &str,
    is_quoted: bool,
    span: Range<usize>,
) -> Result<(), QueryError> {
    let Some(field) = path
        .field()
        .filter(|field| !field.choices.is_empty() && !is_quoted)
    else {
        return Ok(());
    };
    let words: Vec<&str> = field.words(None).collect();
    // The keys of a map are names of folders.
    let is_key = matches!(field.kind, Type::Map(_)) && word.starts_with('/');
    if is_key || words.contains(&word) {
        return Ok(());
    }
    let wrong = QueryError::new(
        format!("`{}` is never `{}`", path.text(), shortened(word)),
        span,
    );
    Err(match near(word, words.iter().copied()).as_slice() {
        [] => wrong.hint(format!("it is one of {}", listed(&words))),
        near => wrong.hint(did_you_mean(near)),
    })
}

/// The member by which an object in a list is meant: its name, or else its first text.
pub(super) fn naming(object: &str) -> Option<&'static str> {
    let fields = &schema(object)?.fields;
    let is_name = |field: &&Field| field.name == "name";
    let is_text = |field: &&Field| field.kind == Type::Text && !field.secret;
    let found = fields.iter().find(is_name);
    found
        .or_else(|| fields.iter().find(is_text))
        .map(|field| field.name)
}
