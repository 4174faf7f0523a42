//! The files that the words of a call name: `--json @FILE`, `--set PATH=@FILE`, and
//! `@FILE` after the flag of a list, one item a line.
//!
//! What begins with `@@` is a text that begins with `@`.

use crate::catalog::items::signed;
use crate::catalog::schema::{self, FieldRef, Type};
use crate::catalog::{Items, Kind, Param, Value};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::change::storage;
use crate::text::encoding;
use crate::text::words::shortened;
use serde_json::Value as Json;

/// Begins a value that a file holds: it is the text itself, whatever it looks like. No
/// line can contain it.
pub(super) const LITERAL: char = '\0';

/// Which words of a call name files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// The parameter.
    pub param: &'static str,
    /// The file; `-` is standard input.
    pub file: String,
}

/// Reads a file for a parameter.
type Read<'a> = &'a mut dyn FnMut(&'static str, &str) -> Result<String, String>;

/// The file that `--json` names: `@FILE`, `-`, or a word that does not begin JSON.
pub(super) fn file_of_json(text: &str) -> Option<&str> {
    if let Some(file) = text.strip_prefix('@') {
        return Some(file);
    }
    let begins = text.trim_start().starts_with(['{', '[', '"']);
    let other = serde_json::from_str::<Json>(text).is_ok();
    (!begins && !other && !text.is_empty()).then_some(text)
}

/// The file that a value names: `@FILE`.
pub(super) fn file_of_value(text: &str) -> Option<&str> {
    text.strip_prefix('@').filter(|rest| !rest.starts_with('@'))
}

/// A text as a word that names no file.
pub fn literal(text: &str) -> String {
    let escape = if text.starts_with('@') { "@" } else { "" };
    format!("{escape}{text}")
}

/// Whether the words of a parameter may name files: a list of any texts.
pub(super) fn may_name_files(param: &Param) -> bool {
    param.kind == Kind::List(&[]) && param.place.in_body() && param.items == Items::Words
}

/// The files that a call names.
pub fn files(call: &Call) -> Vec<FileOf> {
    let mut files = Vec::new();
    let mut copy = call.clone();
    let noted = load(&mut copy, &mut |param, file| {
        files.push(FileOf {
            param,
            file: file.to_owned(),
        });
        Ok("{}".to_owned())
    });
    let _ = noted;
    files
}

/// Replaces the files that a call names by their contents: `read` gets the parameter
/// and the file. Returns whether there were any: then the change is to be
/// computed again.
pub fn load(call: &mut Call, read: Read<'_>) -> Result<bool, Error> {
    let mut loaded = false;
    let body = call.command.route().and_then(|route| route.body);
    let body = body.map(Type::read);
    let command = call.span.clone();
    for slot in &mut call.slots {
        let span = slot.span.clone().unwrap_or_else(|| command.clone());
        let done = match (&mut slot.value, &body) {
            (Some(Value::List(words)), _) if may_name_files(slot.param) => {
                items(words, slot.param, read)
            }
            (Some(value @ Value::Secret(_)), _) => secret_file(value, slot.param, read),
            (Some(Value::Text(text)), Some(_)) if slot.param.kind == Kind::Json => {
                json_file(text, read)
            }
            (Some(Value::List(words)), Some(body)) if slot.param.kind == Kind::Sets => {
                assignments(words, body, read)
            }
            _ => Ok(false),
        };
        loaded |= done.map_err(|error| error.or_at(span))?;
    }
    Ok(loaded)
}

/// Reads the file of a secret.
fn secret_file(value: &mut Value, param: &'static Param, read: Read<'_>) -> Result<bool, Error> {
    let Some(file) = storage::file_of(param, value) else {
        return Ok(false);
    };
    let held = content(param.name, &file, read)?;
    *value = Value::Secret(storage::literal(param, one_line(&held)));
    Ok(true)
}

/// Reads the file of `--json`.
fn json_file(text: &mut String, read: Read<'_>) -> Result<bool, Error> {
    let Some(file) = file_of_json(text).map(str::to_owned) else {
        return Ok(false);
    };
    let held = content("json", &file, read)?;
    let held = held.trim().to_owned();
    // A text that is not JSON must not be read as a file again.
    is_json(&held, "--json", &file)?;
    *text = held;
    Ok(true)
}

/// Reads the files of a list, one item a line.
fn items(words: &mut Vec<String>, param: &'static Param, read: Read<'_>) -> Result<bool, Error> {
    if !words.iter().any(|word| signed(word).1.starts_with('@')) {
        return Ok(false);
    }
    let mut all = Vec::new();
    for word in words.iter() {
        let (sign, bare) = signed(word);
        let sign = sign.map_or_else(String::new, String::from);
        match file_of_value(bare) {
            Some(file) => {
                let held = content(param.name, file, read)?;
                let lines = lines(&held, file)?.into_iter();
                all.extend(lines.map(|line| format!("{sign}{line}")));
            }
            None => all.push(format!("{sign}{}", bare.strip_prefix('@').unwrap_or(bare))),
        }
    }
    *words = all;
    Ok(true)
}

/// Reads the files of `PATH=@FILE`.
fn assignments(words: &mut [String], body: &Type, read: Read<'_>) -> Result<bool, Error> {
    let mut loaded = false;
    for word in words {
        let Some((path, text)) = word.split_once('=') else {
            continue;
        };
        let (Ok(found), Some(file)) = (schema::find(body, path), file_of_value(text)) else {
            continue;
        };
        let held = content("set", file, read)?;
        *word = format!("{path}={}", value(&found, &held, file)?);
        loaded = true;
    }
    Ok(loaded)
}

/// The value that a file holds for a field.
fn value(found: &FieldRef, held: &str, file: &str) -> Result<String, Error> {
    let is_list = found.kind == Type::List(Box::new(Type::Text));
    Ok(match &found.kind {
        Type::Object(schema::ENVELOPE) => schema::envelope(one_line(held)).to_string(),
        Type::Bytes => format!("{LITERAL}{}", schema::encoded(held)),
        Type::Text => format!("{LITERAL}{}", one_line(held)),
        Type::Int | Type::Bool => held.trim().to_owned(),
        _ if is_list && !held.trim_start().starts_with('[') => {
            lines(held, file)?.into_iter().collect::<Json>().to_string()
        }
        _ => {
            is_json(held, &format!("--set {}", found.path), file)?;
            held.trim().to_owned()
        }
    })
}

/// The content of a file, without a byte order mark.
fn content(param: &'static str, file: &str, read: Read<'_>) -> Result<String, Error> {
    let held = read(param, file).map_err(|why| {
        let error = Error::local(format!("cannot read `{}`: {why}", shortened(file)));
        if encoding::is_about_encoding(&why) {
            error.hint(encoding::SAVE_AS_UTF_8)
        } else {
            error
        }
    })?;
    Ok(held.trim_start_matches('\u{feff}').to_owned())
}

/// The lines of a file, without those that are blank or begin with `#`.
fn lines(held: &str, file: &str) -> Result<Vec<String>, Error> {
    if let Some(wrong) = schema::no_public_key(held, Some(file)) {
        return Err(wrong.error());
    }
    let lines = held.lines().map(str::trim);
    let items = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(items.map(str::to_owned).collect())
}

/// The text may contain a secret: only the position of an error is reported.
fn is_json(held: &str, what: &str, file: &str) -> Result<(), Error> {
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(held);
    parsed.map(drop).map_err(|why| {
        let file = shortened(file);
        Error::typed(format!(
            "`{what}` expects JSON, and `{file}` is not JSON: {why}"
        ))
    })
}

/// A text without its line break, if it has only one line: that of a key is kept.
pub(crate) fn one_line(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains('\n') { text } else { line }
}
