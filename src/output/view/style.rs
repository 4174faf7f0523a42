//! Colours for the state of objects: expired, disabled, nearly full.

use super::columns::Column;
use crate::catalog::schema::{self, Schema};
use crate::query::FieldPath;
use crate::text::ansi;
use crate::text::width;
use jiff::Timestamp;
use serde_json::Value as Json;

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A heading or a label.
    Heading,
    /// Expired, such as an account.
    Over,
    /// Disabled, such as an account.
    Off,
    /// Nearly full, such as a quota.
    Full,
}

impl Style {
    /// As the terminal knows it.
    const fn code(self) -> &'static str {
        match self {
            Self::Heading => ansi::style::BOLD,
            Self::Over => ansi::style::RED,
            Self::Off => ansi::style::DIM,
            Self::Full => ansi::style::YELLOW,
        }
    }

    /// A text in this style.
    pub(super) fn paint(self, text: &str) -> String {
        ansi::paint(self.code(), text)
    }
}

/// The state of an object.
pub(super) fn of_object(object: &'static str, json: &Json, now: Timestamp) -> Option<Style> {
    let schema = schema::schema(object)?;
    let has = |is: fn(&schema::Field) -> bool, holds: &dyn Fn(i64) -> bool| {
        any_number(schema, json, is, holds)
    };
    if has(|field| field.ends, &|end| {
        end > 0 && end < now.as_millisecond()
    }) {
        return Some(Style::Over);
    }
    has(|field| field.switch, &|on| on == 0).then_some(Style::Off)
}

fn any_number(
    schema: &Schema,
    json: &Json,
    is: fn(&schema::Field) -> bool,
    holds: &dyn Fn(i64) -> bool,
) -> bool {
    let mut fields = schema.fields.iter().filter(|field| is(field));
    fields.any(|field| {
        let number = json.get(field.name).and_then(Json::as_i64);
        number.is_some_and(holds)
    })
}

/// The state of a field of an object.
pub(super) fn of_field(column: &Column, json: &Json, now: Timestamp) -> Option<Style> {
    if let Some(limit) = &column.limit {
        return is_nearly_full(&column.path, limit, json).then_some(Style::Full);
    }
    let field = column.path.field()?;
    let number = column.path.value(json)?.as_i64()?;
    match number {
        0 if field.switch => Some(Style::Off),
        end if field.ends && end > 0 && end < now.as_millisecond() => Some(Style::Over),
        _ => None,
    }
}

/// Whether more than 90 % is used.
fn is_nearly_full(used: &FieldPath, limit: &FieldPath, json: &Json) -> bool {
    let number = |path: &FieldPath| path.value(json)?.as_i64();
    match (number(used), number(limit)) {
        (Some(used), Some(limit)) if limit > 0 => i128::from(used) * 10 > i128::from(limit) * 9,
        _ => false,
    }
}

/// A line in a style, with a part of it, from one column of the terminal to another, in
/// styles of their own.
pub(super) fn painted(line: &str, style: Option<Style>, parts: &[(usize, usize, Style)]) -> String {
    let mut out = String::new();
    let start = |style: Style| ansi::start(style.code());
    let whole = style.map(start).unwrap_or_default();
    out.push_str(&whole);
    let (mut at, mut open) = (0, None);
    for c in line.chars() {
        let inside = parts
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&at));
        let inside = inside.map(|(_, _, style)| *style);
        if inside != open {
            if open.is_some() {
                out.push_str(ansi::RESET);
                out.push_str(&whole);
            }
            out.push_str(&inside.map(start).unwrap_or_default());
            open = inside;
        }
        out.push(c);
        at += width::of(c);
    }
    if style.is_some() || open.is_some() {
        out.push_str(ansi::RESET);
    }
    out
}
