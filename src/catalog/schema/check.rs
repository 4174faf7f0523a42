//! Checks JSON values for a body against the table.

use super::super::{Clock, unavailable};
use super::members::{each, inside};
use super::path::unknown_in;
use super::{Choice, Field, FieldRef, Release, Span, Step, Type, schema};
use crate::error::Error;
use crate::text::near::near;
use crate::text::words::did_you_mean;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// The field of public keys.
const PUBLIC_KEYS: &str = "public_keys";

/// An error in a path or value, with a hint. Never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    pub message: String,
    pub hint: Option<String>,
    /// If a field is unknown, the object type that lacks it.
    pub lacked_by: Option<&'static str>,
}

impl ValueError {
    /// An error without a hint.
    pub fn new(message: String) -> Self {
        Self {
            message,
            hint: None,
            lacked_by: None,
        }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The error for a secret that no server could open.
    pub fn unusable(path: &str, why: &str) -> Self {
        Self::new(format!("`{path}` cannot be used: {why}")).hint(format!(
            "give the secret itself: `--set {path}=@FILE`, or leave it out"
        ))
    }

    /// As a usage error.
    pub fn error(self) -> Error {
        let error = Error::typed(self.message);
        match self.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Checks that a release has a field or word.
pub(super) fn in_release(
    what: &str,
    span: Span,
    release: Option<Release>,
) -> Result<(), ValueError> {
    let Some(release) = release.filter(|release| !span.holds(*release)) else {
        return Ok(());
    };
    Err(ValueError::new(unavailable(what, span, release)))
}

/// Checks that a field can be set in a release.
pub fn can_be_set(found: &FieldRef, release: Option<Release>) -> Result<(), ValueError> {
    let path = &found.path;
    in_release(&format!("`{path}`"), found.span, release)?;
    if found.is_read_only() {
        return Err(ValueError::new(format!(
            "`{path}` is read-only; the server would ignore it"
        )));
    }
    Ok(())
}

/// What is wrong with a text that should be a public key, or a file of them, if it is
/// clearly something else. The text itself may be secret.
pub fn no_public_key(text: &str, file: Option<&str>) -> Option<ValueError> {
    let name = file.unwrap_or("FILE");
    let what = file.map_or_else(|| "this".to_owned(), |file| format!("`{file}`"));
    if text.contains("BEGIN SSH2 PUBLIC KEY") {
        let wrong = ValueError::new(format!("{what} is a key in SSH2 format"));
        return Some(wrong.hint(format!(
            "`ssh-keygen -i -f {name}` converts it to OpenSSH format"
        )));
    }
    if text.contains("PRIVATE KEY-----") {
        let wrong = ValueError::new(format!(
            "{what} is a private key; the server needs the public key"
        ));
        return Some(wrong.hint(format!("`ssh-keygen -y -f {name}` prints the public key")));
    }
    None
}

pub(super) fn wrong_kind(found: &FieldRef, this: &str, release: Option<Release>) -> ValueError {
    let name = match found.path.to_string() {
        path if path.is_empty() => "--json".to_owned(),
        path => path,
    };
    let wrong = ValueError::new(format!("`{name}` must be {}{this}", found.kind.describe()));
    match &found.kind {
        Type::List(items) if **items == Type::Text => {
            wrong.hint(format!(r#"for example `{}='["a","b"]'`"#, found.path))
        }
        Type::List(items) => match example_of(items, release) {
            Some(example) => wrong.hint(format!("for example `{}='[{example}]'`", found.path)),
            None => wrong,
        },
        Type::Object(_) if matches!(found.path.0.last(), Some(Step::Index(_))) => {
            match example_of(&found.kind, release) {
                Some(example) => wrong.hint(format!("for example {example}")),
                None => wrong,
            }
        }
        _ => wrong,
    }
}

/// An example of an object with all members that can be set, for a message.
fn example_of(kind: &Type, release: Option<Release>) -> Option<Json> {
    let Type::Object(object) = kind else {
        return None;
    };
    let fields = schema(object)?.fields.iter();
    let own = fields.filter(|field| {
        let is_there = release.is_none_or(|release| field.span.holds(release));
        !field.read_only && !field.linked && is_there
    });
    let members = own.filter_map(|field| Some((field.name.to_owned(), example_value(field)?)));
    Some(Json::Object(members.collect()))
}

fn example_value(field: &Field) -> Option<Json> {
    let word = field.choices.iter().find(|choice| !choice.word.is_empty());
    let text = Json::from(word.map_or("…", |choice| choice.word));
    Some(match &field.kind {
        Type::Text => text,
        Type::Int if word.is_some() => text,
        Type::Int => 1.into(),
        Type::Bool => false.into(),
        Type::List(items) if **items == Type::Text => Json::Array(vec![text]),
        _ => return None,
    })
}

/// The type of a JSON value, for messages.
pub fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "`null`",
        Json::Bool(true) => "`true`",
        Json::Bool(false) => "`false`",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// Checks a value and replaces words by the numbers that they stand for.
/// Read-only fields are accepted, so that an object from the server can be
/// sent back. The error is the first one.
pub fn checked(
    found: &FieldRef,
    json: &Json,
    release: Option<Release>,
) -> Result<Json, ValueError> {
    checked_all(found, json, release).map_err(|mut all| all.swap_remove(0))
}

/// Like [`checked`], with all errors, of which there is at least one.
pub fn checked_all(
    found: &FieldRef,
    json: &Json,
    release: Option<Release>,
) -> Result<Json, Vec<ValueError>> {
    let mut wrong = Vec::new();
    let checked = walk(found, json, release, &mut wrong);
    if wrong.is_empty() {
        Ok(checked)
    } else {
        Err(wrong)
    }
}

/// The checked value; what is wrong in it stays as it is, and its error is added.
fn walk(
    found: &FieldRef,
    json: &Json,
    release: Option<Release>,
    wrong: &mut Vec<ValueError>,
) -> Json {
    if let Err(why) = in_release(&format!("`{}`", found.path), found.span, release) {
        wrong.push(why);
        return json.clone();
    }
    match (&found.kind, json) {
        (Type::List(kind), Json::Array(items)) => {
            let checked = items.iter().enumerate().map(|(at, item)| {
                let inside = found.inside(Step::Index(at), (**kind).clone());
                walk(&inside, item, release, wrong)
            });
            checked.collect()
        }
        (Type::Map(kind), Json::Object(members)) => each(members, |key, value| {
            let inside = found.inside(Step::Key(key.to_owned()), (**kind).clone());
            walk(&inside, value, release, wrong)
        }),
        (Type::Object(object), Json::Object(members)) => each(members, |key, value| {
            let own = schema(object).and_then(|schema| schema.own(key));
            let Some(field) = own else {
                wrong.push(unknown_in(found, key));
                return value.clone();
            };
            walk(&inside(found, field), value, release, wrong)
        }),
        _ => plain(found, json, release).unwrap_or_else(|why| {
            wrong.push(why);
            json.clone()
        }),
    }
}

/// Checks a value that is not a list or an object with known members.
fn plain(found: &FieldRef, json: &Json, release: Option<Release>) -> Result<Json, ValueError> {
    let wrong_type = || Err(wrong_type(found, json, release));
    match (&found.kind, json) {
        (_, Json::Null)
        | (Type::Any, _)
        | (Type::Free, Json::Object(_))
        | (Type::Bool, Json::Bool(_)) => Ok(json.clone()),
        (Type::Text, Json::String(text)) => {
            choose(found, text, release)?;
            let is_key = found.field.is_some_and(|field| field.name == PUBLIC_KEYS);
            match no_public_key(text, None).filter(|_| is_key) {
                Some(wrong) => Err(wrong),
                None => Ok(json.clone()),
            }
        }
        (Type::Bytes, Json::String(text)) => match STANDARD.decode(text) {
            Ok(_) => Ok(json.clone()),
            Err(_) => Err(wrong_kind(found, "", release).hint(format!(
                "`{}=@FILE` encodes the content of a file",
                found.path
            ))),
        },
        (Type::Int, Json::String(text)) if !text.is_empty() => {
            let in_words = || found.field?.number(text, &Clock::system());
            let number = match choose(found, text, release)? {
                Some(number) => return Ok(number.into()),
                None => {
                    in_words().map(|number| number.map_err(|why| wrong_unit(found, text, &why)))
                }
            };
            number.map_or_else(wrong_type, |number| {
                let number = number?;
                bounded(found, number, release).map(|()| number.into())
            })
        }
        (Type::Int, Json::Number(number)) => number.as_i64().map_or_else(wrong_type, |number| {
            bounded(found, number, release)?;
            Ok(json.clone())
        }),
        _ => wrong_type(),
    }
}

/// What does not fit into the 64 bits of a whole number.
const MOST: f64 = 9_223_372_036_854_775_808.0;

/// A value of another type. A number is shown: it is no secret.
pub(super) fn wrong_type(found: &FieldRef, json: &Json, release: Option<Release>) -> ValueError {
    let this = match json {
        Json::Number(number) if found.kind == Type::Int => {
            let text = number.to_string();
            let shown = crate::text::words::shortened(&text);
            match text.parse::<f64>() {
                Ok(size) if size.abs() >= MOST => format!("`{shown}`, which is too large"),
                _ => format!("`{shown}`"),
            }
        }
        _ => kind_of(json).to_owned(),
    };
    wrong_kind(found, &format!("; this is {this}"), release)
}

/// A text that is no number in the unit of a field.
pub(super) fn wrong_unit(found: &FieldRef, text: &str, why: &str) -> ValueError {
    let this = crate::text::words::this_is(text);
    ValueError::new(format!("`{}` {why}; {this}", found.path))
}

/// The number that a word stands for. The error lists the allowed words.
pub(super) fn choose(
    found: &FieldRef,
    word: &str,
    release: Option<Release>,
) -> Result<Option<i64>, ValueError> {
    let choices = found
        .field
        .map_or(&[][..], |field| field.choices.as_slice());
    if choices.is_empty() {
        return Ok(None);
    }
    if let Some(choice) = choices.iter().find(|choice| choice.word == word) {
        in_release(
            &format!("`{word}` of `{}`", found.path),
            choice.span,
            release,
        )?;
        return Ok(choice.number);
    }
    let words: Vec<&str> = found
        .field
        .into_iter()
        .flat_map(|field| field.words(release))
        .collect();
    let shown: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let wrong = ValueError::new(format!(
        "`{}` must be one of {}; {}",
        found.path,
        shown.join(", "),
        crate::text::words::this_is(word)
    ));
    Err(match near(word, words.iter().copied()).as_slice() {
        [] => wrong,
        near => wrong.hint(did_you_mean(near)),
    })
}

pub(super) fn bounded(
    found: &FieldRef,
    number: i64,
    release: Option<Release>,
) -> Result<(), ValueError> {
    let Some(field) = found.field else {
        return Ok(());
    };
    let is_it = |choice: &&Choice| {
        choice
            .number
            .map_or_else(|| choice.word.parse() == Ok(number), |own| own == number)
    };
    let named = field.choices.iter().find(is_it);
    if let Some(choice) = named {
        let what = format!("`{}` of `{}`", choice.word, found.path);
        return in_release(&what, choice.span, release);
    }
    if !field.choices.is_empty() {
        let all = field
            .choices
            .iter()
            .filter(|choice| release.is_none_or(|release| choice.span.holds(release)));
        let all: Vec<String> = all
            .map(|choice| match choice.number {
                Some(number) => format!("`{}` ({number})", choice.word),
                None => format!("`{}`", choice.word),
            })
            .collect();
        let path = &found.path;
        return Err(ValueError::new(format!(
            "`{path}` must be one of {}; this is `{number}`",
            all.join(", ")
        )));
    }
    if (field.min..=field.max).contains(&number) {
        return Ok(());
    }
    let kind = crate::catalog::Kind::Int {
        min: field.min,
        max: field.max,
    };
    Err(ValueError::new(format!(
        "`{}` must be a {}; this is `{number}`",
        found.path,
        kind.describe()
    )))
}
