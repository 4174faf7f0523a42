//! JSON: where each object of a file stands, and the members of one.

use super::columns::{Column, Columns};
use super::error::{Wrong, position};
use super::value::{Cell, Record, empty};
use crate::error::Error;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// The members of an object in their order. A map would keep the last of two
/// of one name and say nothing.
pub(super) struct Object(pub(super) Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Where the elements of an array stand.
pub(super) fn elements(text: &str) -> Result<Vec<Range<usize>>, Wrong> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|why| {
        if why.is_data() {
            return Wrong::file(
                Error::typed("this is no list of users")
                    .hint("`[{…}, {…}]`; an object on each line is `--format ndjson`"),
            );
        }
        Wrong::at(place(text, 0..text.len(), &why), not_json(&why))
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

/// Where the lines that hold something stand.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .filter_map(|line| {
            let here = at..at + line.trim_end().len();
            at += line.len();
            (!line.trim().is_empty()).then_some(here)
        })
        .collect()
}

/// The members of the object that stands at `at`.
pub(super) fn object(text: &str, at: &Range<usize>) -> Result<Object, Wrong> {
    let own = &text[at.clone()];
    serde_json::from_str(own).map_err(|why| {
        if why.is_data() {
            return Wrong::file(
                Error::typed("this is no object").hint("a user is `{\"name\": value, …}`"),
            );
        }
        Wrong::at(place(text, at.clone(), &why), not_json(&why))
    })
}

/// The line and column of the whole text at which the part `at` is wrong.
pub(super) fn place(text: &str, at: Range<usize>, why: &serde_json::Error) -> (usize, usize) {
    let lines = text[at.clone()].split_inclusive('\n');
    let before = lines.take(why.line().saturating_sub(1));
    let start = at.start + before.map(str::len).sum::<usize>();
    // serde_json counts bytes, and counts the wrong one.
    let end = (start + why.column().saturating_sub(1)).min(at.end);
    position(&text[..text.floor_char_boundary(end)])
}

/// serde_json's words without its place.
pub(super) fn not_json(why: &serde_json::Error) -> Error {
    let said = why.to_string();
    let cause = said.split(" at line ").next().unwrap_or_default();
    let cause = cause.replace("EOF", "the text ends");
    Error::typed(format!("not valid JSON: {}", cause.to_lowercase()))
}

/// The values of the members.
pub(super) fn record(columns: &Columns, object: &Object) -> Result<Record, Error> {
    let names = object.0.iter().map(|(name, _)| name.as_str());
    let mut record = empty(columns);
    let found = columns.all(names).map_err(first)?;
    for (column, (_, value)) in found.iter().zip(&object.0) {
        if let Column::Param(at) = *column {
            record[at] = Cell::from_json(columns.params[at], value)?;
        }
    }
    Ok(record)
}

/// The first of several errors.
fn first(errors: Vec<Error>) -> Error {
    let first = errors.into_iter().next();
    first.unwrap_or_else(|| Error::typed("a name is wrong"))
}
