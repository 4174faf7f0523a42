//! The parts of a request, each with what it is and what it means.

use super::super::help;
use crate::body::list_edit::ListEdit;
use crate::catalog::schema::{self, FieldRef, Type};
use crate::catalog::{Api, Clock, Command, Items, Kind, Method, ParamPlace, Send, Value};
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::request::RequestSpec;
use crate::request::curl;
use crate::secret::MASK;
use crate::text::clean;
use serde_json::Value as Json;

/// The width of the column of values.
const VALUE_COLUMNS: usize = 32;

/// One part of a request.
pub(super) struct Part {
    name: String,
    value: String,
    about: String,
    /// What its value can be.
    facts: String,
}

impl Part {
    fn new(name: &str, value: &str, about: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            about: about.to_owned(),
            facts: String::new(),
        }
    }
}

/// The parts in three columns; the facts are below the meaning.
pub(super) fn table(parts: &[Part]) -> String {
    let columns = |of: fn(&Part) -> &str| {
        let all = parts.iter().map(|part| of(part).chars().count());
        all.max().unwrap_or(0)
    };
    let wide = columns(|part| &part.name);
    let middle = columns(|part| &part.value).min(VALUE_COLUMNS);
    let mut text = String::new();
    for part in parts {
        let Part {
            name, value, about, ..
        } = part;
        text.push_str(&format!("  {name:wide$}  {value:middle$}  {about}\n"));
        if !part.facts.is_empty() {
            // Indented further: otherwise it would be the rest of the line before.
            text.push_str(&format!("  {:wide$}    ({})\n", "", part.facts));
        }
    }
    text
}

/// All parts of a request; `body` is the type of its body.
pub(super) fn of(
    call: &Call,
    spec: &RequestSpec,
    body: Option<&Type>,
    api: &'static Api,
) -> Vec<Part> {
    let mut parts = first_parts(call, spec, api);
    let clock = Clock::system();
    let is_typed = |slot: &&Slot| slot.param.place.in_body() && body.is_some();
    let slots = call
        .slots
        .iter()
        .filter(|slot| !is_typed(slot) || slot.param.place.in_path());
    parts.extend(slots.filter_map(|slot| of_slot(call.command, slot, api, &clock)));
    let Some((body, sent)) = body.zip(spec.body.as_ref()) else {
        return parts;
    };
    let sent = sent.masked();
    let root = FieldRef::root(body);
    let leaves = schema::leaves(&root, &sent);
    // An edit of a list that is read first is shown instead of the items that are sent.
    let reads = call.is_change() || call.has_model();
    let edits: Vec<&ListEdit> = call.change.edits.iter().filter(|_| reads).collect();
    let is_edited = |found: &FieldRef| {
        let mut paths = edits.iter().map(|edit| &edit.path.0);
        paths.any(|path| found.path.0.starts_with(path))
    };
    let fields = leaves
        .iter()
        .filter(|(found, _)| !found.path.0.is_empty() && !is_edited(found));
    parts.extend(fields.map(|(found, value)| of_field(call, found, value, api, &clock)));
    parts.extend(edits.into_iter().flat_map(|edit| of_edit(edit, body)));
    parts
}

/// What is done to the items of a list, one by one.
fn of_edit(edit: &ListEdit, body: &Type) -> Vec<Part> {
    let path = edit.path.to_string();
    let help = schema::found(body, &path).and_then(|found| Some(found.field?.help));
    let part = |sign: &str, item: &str, does: &str| {
        let about = format!("{does}: {}", help.unwrap_or_default());
        Part::new(&path, &shortened(&format!("{sign}{item}")), &about)
    };
    let (sign, adds) = if edit.replaces {
        ("", "replaces the old items of the list")
    } else {
        ("+ ", "added to the list")
    };
    let is_empty = edit.replaces && edit.add.is_empty();
    let empty = is_empty.then(|| part("", "[]", "the old items are removed"));
    let added = edit.add.iter();
    let added = added.map(|item| part(sign, &item.to_string(), adds));
    let removed = edit.remove.iter();
    let removed = removed.map(|item| part("- ", item, "removed from the list"));
    empty.into_iter().chain(added).chain(removed).collect()
}

/// The request line and the headers.
fn first_parts(call: &Call, spec: &RequestSpec, api: &Api) -> Vec<Part> {
    let unnamed = || call.command.unnamed(api.release);
    let method = match spec.method {
        Method::Get => "reads; changes nothing",
        Method::Post if call.if_exists().is_some() => {
            "adds an object; the shell first checks whether it exists"
        }
        Method::Post => "creates or starts something; sending it twice does it twice",
        Method::Put if call.is_change() => {
            "replaces the object: the shell reads it first and keeps the fields you do not give"
        }
        Method::Put if call.is_on("replace") => unnamed().consequence(),
        Method::Put => "changes an object",
        Method::Patch => "changes part of an object",
        Method::Delete => "deletes something",
    };
    let base = &spec.url[..url::Position::BeforePath];
    let mut parts = vec![
        Part::new("method", spec.method.as_str(), method),
        Part::new(
            "server",
            base,
            "`base_url`: `set base_url` or `connect` changes it",
        ),
        Part::new(
            "path",
            spec.url.path(),
            "the resource (ids are percent-encoded)",
        ),
    ];
    if let Some((name, form)) = curl::header(spec) {
        let about = "authentication; `whoami` shows the current login";
        parts.push(Part::new(name, &form, about));
    }
    if spec.body.is_some() {
        let about = "the format of the body";
        parts.push(Part::new("Content-Type", "application/json", about));
    }
    parts
}

/// A parameter of the path or the query, or of a body without a type.
fn of_slot(command: &Command, slot: &Slot, api: &Api, clock: &Clock) -> Option<Part> {
    let param = slot.param;
    let place = match (param.place.in_path(), param.place.in_body()) {
        (true, true) => "path and body",
        (true, false) => "path",
        (false, true) => "body",
        (false, false) if param.place == ParamPlace::Query => "query",
        _ => return None,
    };
    let value = match &slot.value {
        Some(value) if param.send == Send::NonEmpty && value.is_empty() => return None,
        Some(_) if param.kind == Kind::Secret => MASK.to_owned(),
        Some(_) if param.send == Send::Typed && slot.from == ValueOrigin::Default => return None,
        Some(value) if matches!(param.send, Send::On(_)) && *value != Value::Switch(true) => {
            return None;
        }
        Some(value @ (Value::Text(_) | Value::List(_))) => {
            shortened(&Json::to_string(&value.to_json()))
        }
        Some(Value::Int(number)) => in_words(*number, command.words_for(param, *number, clock)),
        Some(value) => value.to_word(),
        None => return None,
    };
    let from = match slot.from {
        ValueOrigin::Default => ", default",
        ValueOrigin::LastUserId | ValueOrigin::LastUsername => ", left out",
        ValueOrigin::Json => ", from `--json`",
        ValueOrigin::Typed | ValueOrigin::Ask | ValueOrigin::Later => "",
    };
    let facts = help::values(command, param, api.release);
    Some(Part {
        name: param.key.to_owned(),
        value,
        about: format!("{place}{from}: {}", param.help),
        // A text can be anything.
        facts: if facts == "text" {
            String::new()
        } else {
            facts
        },
    })
}

/// A field of the body, whatever gave it: its flag, `--set`, `--json`, or the default.
fn of_field(call: &Call, found: &FieldRef, value: &Json, api: &Api, clock: &Clock) -> Part {
    let path = found.path.to_string();
    // A flag for some items of a list, `--group`, is not about the whole list.
    let own = |slot: &&Slot| {
        let param = slot.param;
        param.place.in_body() && param.key == path && param.items == Items::Words
    };
    let slot = call.slots.iter().find(own);
    let shown = match (value.as_i64(), found.field) {
        _ if found.is_secret() && !value.is_null() => MASK.to_owned(),
        (Some(number), Some(field)) => in_words(number, field.words_for(number, clock)),
        _ => shortened(&value.to_string()),
    };
    // What is given again replaces the default.
    let times = call.change.set.iter();
    let times = times.filter(|(other, _)| *other == found.path).count();
    let is_default = times == 1 && slot.is_some_and(is_sent_by_default);
    let from = if is_default { ", default" } else { "" };
    let about = slot.map(|slot| slot.param.help);
    let about = about.or_else(|| found.field.map(|field| field.help));
    let about = match (about, found.field) {
        (Some(about), Some(_)) => about,
        _ => "this field is unknown; the server may ignore it",
    };
    Part {
        name: path,
        value: shown,
        about: format!("body{from}: {about}"),
        facts: found
            .field
            .map_or_else(String::new, |_| found.facts(api.release)),
    }
}

/// Whether a parameter that was left out is sent all the same.
fn is_sent_by_default(slot: &Slot) -> bool {
    let is_empty = || slot.value.as_ref().is_none_or(Value::is_empty);
    let is_sent = match slot.param.send {
        Send::Always => true,
        Send::NonEmpty => !is_empty(),
        Send::Typed | Send::On(_) => false,
    };
    slot.from == ValueOrigin::Default && is_sent
}

/// A number, and what it means to a person.
fn in_words(number: i64, words: Option<String>) -> String {
    match words {
        Some(words) => format!("{number} ({words})"),
        None => number.to_string(),
    }
}

fn shortened(text: &str) -> String {
    let text = clean::line(text);
    if text.chars().count() <= VALUE_COLUMNS {
        return text.into_owned();
    }
    text.chars().take(VALUE_COLUMNS - 1).chain(['…']).collect()
}
