//! Values in the words of a person: `20 GiB`, `enabled`, `in 65 days`.

use crate::catalog::schema::{self, ENVELOPE, Field, Schema, Type};
use crate::catalog::{Clock, Unit};
use crate::query::FieldPath;
use crate::secret::{MASK, json};
use jiff::Timestamp;
use serde_json::{Number, Value as Json};
use std::fmt::Write;

/// How points in time are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// `in 65 days`.
    Distance,
    /// `2027-01-31 18:00`.
    Date,
    /// `2027-01-31 18:00 (in 65 days)`.
    Both,
}

/// Turns values into words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    pub clock: &'a Clock,
    pub times: Times,
}

impl Words<'_> {
    /// The value at a path of an object; empty if it has none.
    pub fn at(self, path: &FieldPath, object: &Json) -> String {
        if path.is_secret() {
            let value = path.value(object);
            let is_there = value.is_some_and(|value| !crate::catalog::is_all_zero(&value));
            return if is_there { MASK } else { "" }.to_owned();
        }
        match path.value(object) {
            Some(value) => self.of(path.kind(), path.field(), &value),
            None => missing(path.kind(), path.field()),
        }
    }

    /// A value of this type.
    pub fn of(self, kind: &Type, field: Option<&Field>, value: &Json) -> String {
        match (value, kind) {
            (Json::Null, _) => missing(kind, field),
            (Json::Bool(on), _) => on.to_string(),
            (Json::Number(number), _) => self.number(field, number),
            (Json::String(text), _) => self.text(field, text),
            (Json::Array(items), _) => {
                // Otherwise a field of each object of a list.
                let kind = match kind {
                    Type::List(kind) => kind,
                    kind => kind,
                };
                let words = items.iter().map(|item| self.of(kind, field, item));
                let words: Vec<String> = words.filter(|words| !words.is_empty()).collect();
                let has_members = *kind == Type::Any && items.iter().any(Json::is_object);
                words.join(if has_members { "; " } else { ", " })
            }
            (Json::Object(members), _) if members.is_empty() => String::new(),
            (Json::Object(_), Type::Object(ENVELOPE)) => MASK.to_owned(),
            (Json::Object(_), Type::Object(name)) => match schema::schema(name) {
                Some(schema) => self.label(schema, value),
                None => members(value),
            },
            (Json::Object(members), Type::Map(kind)) => {
                let one = |(key, value)| format!("{key}: {}", self.of(kind, field, value));
                members.iter().map(one).collect::<Vec<_>>().join("; ")
            }
            (Json::Object(_), _) => members(value),
        }
    }

    /// A text; that of a time is as short as other times.
    fn text(self, field: Option<&Field>, text: &str) -> String {
        let unit = field.and_then(|field| field.unit.filter(|unit| unit.is_time()));
        let time = unit.and_then(|unit| {
            let at: Timestamp = text.parse().ok()?;
            Some(unit.show(at.as_millisecond(), self.clock))
        });
        time.unwrap_or_else(|| text.to_owned())
    }

    fn number(self, field: Option<&Field>, number: &Number) -> String {
        let words = field.and_then(|field| {
            let value = number.as_i64()?;
            match (field.unit, self.times) {
                (Some(Unit::Time), Times::Distance) if value != 0 => {
                    Some(self.clock.distance(value))
                }
                (Some(Unit::Time), Times::Both) if value != 0 => {
                    let date = field.words_for(value, self.clock)?;
                    let distance = self.clock.distance(value);
                    // Both are the number, if it is no date.
                    Some(if date == distance {
                        date
                    } else {
                        format!("{date} ({distance})")
                    })
                }
                _ => field.words_for(value, self.clock),
            }
        });
        words.unwrap_or_else(|| number.to_string())
    }

    /// The fields that stand for an object in a cell.
    fn label(self, schema: &Schema, object: &Json) -> String {
        let names = match schema.layout.label.as_slice() {
            [] => &["name"][..],
            names => names,
        };
        let own = names.iter().filter_map(|name| schema.own(name));
        let fields: Vec<&Field> = own.collect();
        if fields.is_empty() {
            return members(object);
        }
        let object = &*json::without_pair(object);
        let mut label = String::new();
        for field in fields {
            let value = object.get(field.name).unwrap_or(&Json::Null);
            let words = if field.secret {
                MASK.to_owned()
            } else {
                self.of(&field.kind, Some(field), value)
            };
            if !words.is_empty() {
                let blank = if label.is_empty() { "" } else { " " };
                let _ = write!(label, "{blank}{words}");
            }
        }
        if let Some(mark) = &schema.layout.mark
            && let Some(field) = schema.own(mark.field)
            && let Some(value) = object.get(mark.field)
            && self.of(&field.kind, Some(field), value) == mark.word
        {
            match self.times {
                // A table explains the sign below it.
                Times::Distance => label.push_str(mark.sign),
                _ => label.push_str(&format!(" ({})", mark.word)),
            }
        }
        label
    }

    /// An amount and its limit: `640 KiB / 10 GiB`, `1/8000`, `0 / -`.
    pub fn pair(self, used: &FieldPath, limit: &FieldPath, object: &Json) -> String {
        let used_words = if is_zero_at(used, object) {
            "0".to_owned()
        } else {
            self.at(used, object)
        };
        let limit_words = if is_zero_at(limit, object) {
            "-".to_owned()
        } else {
            self.at(limit, object)
        };
        let has_unit = limit.field().is_some_and(|field| field.unit.is_some());
        let slash = if has_unit { " / " } else { "/" };
        format!("{used_words}{slash}{limit_words}")
    }
}

/// Whether an object lacks a field, or it is zero or empty.
pub(super) fn is_zero_at(path: &FieldPath, object: &Json) -> bool {
    let value = path.value(object);
    value.is_none_or(|value| crate::catalog::is_all_zero(&value))
}

/// The meaning of a number that a server leaves out.
fn missing(kind: &Type, field: Option<&Field>) -> String {
    let zero = field
        .filter(|_| *kind == Type::Int)
        .and_then(|field| field.zero);
    zero.unwrap_or_default().to_owned()
}

/// An object of no known type in a cell: `address: 127.0.0.1, port: 2022`.
fn members(value: &Json) -> String {
    fn told(value: &Json) -> String {
        match value {
            Json::String(text) => text.clone(),
            Json::Array(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
            Json::Object(members) => {
                let one = |(key, value)| format!("{key}: {}", told(value));
                members.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            value => value.to_string(),
        }
    }
    told(&json::masked(value))
}
