//! JSON: the position of each object in a file, and the members of an object.

use super::columns::{Column, Columns};
use super::error::RowError;
use super::merge::put;
use super::value::{Cell, Record};
use crate::error::Error;
use crate::line::change;
use crate::text::words::{marks_a_comment, position};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// The members of an object in their order. A map would silently keep the last of two
/// with the same name.
pub(super) struct Object(pub(super) Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Json>()? {
                    // A comment, as in a backup.
                    if !marks_a_comment(&name) {
                        members.push((name, value));
                    }
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// The positions of the elements of an array.
pub(super) fn elements(text: &str) -> Result<Vec<Range<usize>>, RowError> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|why| {
        if why.is_data() {
            return RowError::file(
                Error::typed("this is not a list of users")
                    .hint("write `[{…}, {…}]`, or use `--format ndjson` for one object per line"),
            );
        }
        RowError::at(place(text, 0..text.len(), &why), not_json(&why))
    })?;
    let start = text.as_ptr() as usize;
    Ok(elements
        .iter()
        .map(|element| {
            let element = element.get();
            let at = element.as_ptr() as usize - start;
            at..at + element.len()
        })
        .collect())
}

/// The positions of the objects on the lines that are not blank. A line may be a list of
/// objects: so an answer is printed.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut all = Vec::new();
    for line in text.split_inclusive('\n') {
        let here = at..at + line.trim_end().len();
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match elements(&text[here.clone()]) {
            Ok(inside) if line.trim_start().starts_with('[') => {
                let moved = inside.into_iter();
                all.extend(moved.map(|one| here.start + one.start..here.start + one.end));
            }
            _ => all.push(here),
        }
    }
    all
}

/// The members of the object at `at`.
pub(super) fn object(text: &str, at: &Range<usize>) -> Result<Object, RowError> {
    let own = &text[at.clone()];
    serde_json::from_str(own).map_err(|why| {
        if why.is_data() {
            return RowError::file(
                Error::typed("this is not an object").hint("a user is `{\"name\": value, …}`"),
            );
        }
        RowError::at(place(text, at.clone(), &why), not_json(&why))
    })
}

/// The line and column, in the whole text, of an error in the part `at`.
pub(super) fn place(text: &str, at: Range<usize>, why: &serde_json::Error) -> (usize, usize) {
    let lines = text[at.clone()].split_inclusive('\n');
    let before = lines.take(why.line().saturating_sub(1));
    let start = at.start + before.map(str::len).sum::<usize>();
    // serde_json counts bytes, and counts the wrong one.
    let end = (start + why.column().saturating_sub(1)).min(at.end);
    position(&text[..text.floor_char_boundary(end)])
}

/// serde_json's message without its position.
pub(super) fn not_json(why: &serde_json::Error) -> Error {
    let said = why.to_string();
    let cause = said.split(" at line ").next().unwrap_or_default();
    let cause = cause.replace("EOF", "the text ends");
    Error::typed(format!("not valid JSON: {}", cause.to_lowercase()))
}

/// The values of the members. Those with a wrong name are left out: it is reported once.
pub(super) fn record(columns: &Columns, object: &Object) -> Record {
    let names = object.0.iter().map(|(name, _)| name.as_str());
    let mut record = Record::empty(columns);
    let (found, wrong) = columns.all(names);
    record.has_wrong_names = !wrong.is_empty();
    for (column, (_, value)) in found.iter().zip(&object.0) {
        match column {
            Column::Param(at) => {
                record.give(*at, Cell::from_member(columns, columns.params[*at], value));
            }
            Column::Field(path) if !value.is_null() => {
                let (Some(body), Some(field)) = (&columns.body, columns.field(path)) else {
                    continue;
                };
                if path.contains('[') {
                    record.sets.push((path.clone(), as_text(value)));
                } else {
                    put(body, &mut record.body, &field.path, value);
                }
            }
            Column::Field(path) if path.contains('[') => record.empty_items.push(path.clone()),
            Column::Field(_) | Column::Ignored => {}
        }
    }
    record
}

/// A value as `--set` takes it. JSON never names a file.
fn as_text(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), change::literal)
}
