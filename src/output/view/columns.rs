//! The columns of a list: the usual ones of its type, or those that were asked for.

use super::words::{Words, is_zero_at};
use crate::catalog::schema::{self, ENVELOPE, Type};
use crate::query::{Columns, FieldPath};
use serde_json::Value as Json;

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: Option<&'static str>,
    pub(super) path: FieldPath,
    /// The limit in the same cell.
    pub(super) limit: Option<FieldPath>,
    /// Whether it was asked for: then it is shown even if it is empty.
    pub(super) is_asked: bool,
}

impl Column {
    fn new(path: FieldPath, is_asked: bool) -> Self {
        Self {
            heading: None,
            path,
            limit: None,
            is_asked,
        }
    }

    /// Its name for `--columns`.
    pub(super) fn name(&self) -> String {
        match &self.limit {
            Some(limit) => format!("{},{}", self.path.text(), limit.text()),
            None => self.path.text().to_owned(),
        }
    }

    /// Its label, in a card.
    pub(super) fn label(&self) -> &str {
        self.heading.unwrap_or(self.path.text())
    }

    /// Its heading, in a table.
    pub(super) fn heading(&self) -> String {
        let label = self.label();
        let is_plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.' | '[' | ']');
        if label.chars().all(is_plain) {
            label.to_uppercase()
        } else {
            label.to_owned()
        }
    }

    /// The cell of an object.
    pub(super) fn words(&self, object: &Json, words: Words<'_>) -> String {
        match &self.limit {
            Some(limit) => words.pair(&self.path, limit, object),
            None => words.at(&self.path, object),
        }
    }

    /// Whether the cell of an object counts as empty: it is 0 or has no value. A 0 that stands
    /// for a word of a choice does not count as empty.
    pub(super) fn is_empty_in(&self, object: &Json) -> bool {
        let is_choice =
            |field: &schema::Field| field.choices.iter().any(|one| one.number.is_some());
        let says = self
            .path
            .field()
            .is_some_and(|field| field.switch && is_choice(field));
        let limit = self.limit.as_ref();
        !(says && self.path.value(object).is_some())
            && is_zero_at(&self.path, object)
            && limit.is_none_or(|limit| is_zero_at(limit, object))
    }

    /// Whether its cells are objects with fields of their own.
    pub(super) fn is_object(&self) -> bool {
        match self.path.kind() {
            Type::Object(object) => *object != ENVELOPE,
            Type::Free => true,
            _ => false,
        }
    }

    /// Whether its cells are numbers, which are aligned on the right.
    pub(super) fn is_number(&self) -> bool {
        let field = self.path.field();
        *self.path.kind() == Type::Int
            && self.limit.is_none()
            && field.is_some_and(|field| {
                field.choices.is_empty() && !field.unit.is_some_and(crate::catalog::Unit::is_time)
            })
    }
}

/// The columns of these objects. `object` is their type, if it is known.
pub(super) fn chosen(
    object: Option<&'static str>,
    columns: Option<&Columns>,
    items: &[Json],
) -> Vec<Column> {
    let asked = columns.map_or(&[][..], Columns::fields);
    let asked = asked.iter().map(|field| Column {
        heading: field.heading,
        limit: field.limit.clone(),
        ..Column::new(field.path.clone(), true)
    });
    if columns.is_some_and(|columns| !columns.adds()) {
        return asked.collect();
    }
    let usual = match object {
        Some(object) => usual(object),
        None => of_members(items),
    };
    let asked: Vec<Column> = asked.collect();
    let is_asked = |column: &Column| {
        let is_it = |asked: &Column| {
            asked.path.text() == column.path.text()
                && asked.limit.is_some() == column.limit.is_some()
        };
        asked.iter().any(is_it)
    };
    let mut usual = usual.into_iter().filter(|column| !is_asked(column));
    // What was added comes right after the name, so that there is room for it.
    let first = usual.next();
    let mut all: Vec<Column> = first.into_iter().collect();
    all.extend(asked.iter().cloned());
    all.extend(usual);
    all
}

/// The usual columns of a type.
pub(super) fn usual(object: &'static str) -> Vec<Column> {
    let Some(schema) = schema::schema(object) else {
        return Vec::new();
    };
    let read = |path: &str| FieldPath::read(object, path).ok();
    if schema.layout.columns.is_empty() {
        let own = schema.fields.iter().filter_map(|field| read(field.name));
        let own = own.filter(|path| !path.is_secret());
        return own.map(|path| Column::new(path, false)).collect();
    }
    let columns = schema.layout.columns.iter().filter_map(|usual| {
        Some(Column {
            heading: usual.heading,
            path: read(usual.path)?,
            limit: usual.limit.and_then(read),
            is_asked: false,
        })
    });
    columns.collect()
}

/// The members of objects of no known type, in the order in which they come.
fn of_members(items: &[Json]) -> Vec<Column> {
    let mut names: Vec<&str> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for item in items.iter().filter_map(Json::as_object) {
        let new = item.keys().filter(|name| known.insert(name.as_str()));
        names.extend(new.map(String::as_str));
    }
    let path = |name: &&str| Column::new(FieldPath::of_member(name), false);
    names.iter().map(path).collect()
}
