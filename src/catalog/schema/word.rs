//! The JSON that a word from the line stands for.

use super::check::{wrong_kind, wrong_unit};
use super::{ENVELOPE, FieldRef, Release, Type, ValueError, can_be_set, checked};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

/// The JSON for a word from the line: a string if the field is a string, an
/// envelope if it is a secret, otherwise the word is parsed as JSON.
///
/// `null` clears a secret.
pub fn from_text(
    found: &FieldRef,
    text: &str,
    release: Option<Release>,
) -> Result<Json, ValueError> {
    can_be_set(found, release)?;
    let parsed = || serde_json::from_str::<Json>(text);
    let json = match &found.kind {
        _ if text == "null" && found.is_secret() => return cleared(found),
        // A choice is a string as well.
        Type::Text | Type::Bytes => text.into(),
        Type::Object(ENVELOPE) => match parsed() {
            Ok(Json::Object(members)) if !members.is_empty() => Json::Object(members),
            Ok(Json::Object(_)) => return Err(needs_value(found)),
            _ if text.is_empty() => return Err(needs_value(found)),
            _ => envelope(text),
        },
        // A word that stands for a number, or a number, perhaps with a unit.
        Type::Int => match parsed() {
            Ok(json) if !is_choice(found, text) => {
                check_bare(found, &json, text)?;
                json
            }
            _ => text.into(),
        },
        Type::Bool if matches!(text, "on" | "off") => (text == "on").into(),
        _ => parsed().map_err(|_| wrong_kind(found, &this_is(found, text), release))?,
    };
    let as_typed = |mut wrong: ValueError| {
        // Quote the word from the line instead of the JSON.
        let is_refused = wrong.message.contains("` must be ");
        if is_refused && matches!(found.kind, Type::Int | Type::Bool | Type::Text) {
            let end = wrong
                .message
                .find("; this is")
                .unwrap_or(wrong.message.len());
            wrong.message.truncate(end);
            wrong.message.push_str(&this_is(found, text));
        }
        wrong
    };
    checked(found, &json, release).map_err(as_typed)
}

/// The value that clears a secret. A text is cleared by the empty one: `null` changes
/// nothing where a body is merged into the object.
fn cleared(found: &FieldRef) -> Result<Json, ValueError> {
    if matches!(found.kind, Type::Object(_)) {
        return Ok(Json::Null);
    }
    if found.path.0.len() == 1 {
        let path = &found.path;
        return Err(ValueError::new(format!(
            "`{path}` cannot be cleared: the server keeps the old one"
        ))
        .hint(format!(
            "leave it out, or give a new one; `{path}=@FILE` reads any text from a file, also this word"
        )));
    }
    Ok("".into())
}

fn needs_value(found: &FieldRef) -> ValueError {
    let path = &found.path;
    ValueError::new(format!("`{path}` needs a value")).hint(format!(
        "`{path}=@FILE` reads it from a file, `{path}=$env.NAME` from the environment; `{path}=null` clears it"
    ))
}

/// Checks a number that was typed without a unit.
fn check_bare(found: &FieldRef, json: &Json, text: &str) -> Result<(), ValueError> {
    match (found.field, json.as_i64()) {
        (Some(field), Some(number)) => field
            .check_bare(number)
            .map_err(|why| wrong_unit(found, text, &why)),
        _ => Ok(()),
    }
}

fn is_choice(found: &FieldRef, text: &str) -> bool {
    let mut choices = found.field.iter().flat_map(|field| &field.choices);
    choices.any(|choice| choice.word == text)
}

fn this_is(found: &FieldRef, text: &str) -> String {
    if found.is_secret() || text.contains('{') {
        return String::new();
    }
    format!("; {}", crate::text::words::this_is(text))
}

/// The envelope of a new secret.
pub fn envelope(text: &str) -> Json {
    let members = [("status", "Plain"), ("payload", text)];
    let members = members.map(|(key, value)| (key.to_owned(), value.into()));
    Json::Object(Map::from_iter(members))
}

/// The content of a file in base64, for a field of bytes.
pub fn encoded(held: &str) -> String {
    STANDARD.encode(held)
}
