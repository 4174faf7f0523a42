//! The template: default values for rows.
//!
//! In its texts `{name}` is the row's own value of that name; `{{` and `}}`
//! are literal braces. A row overrides it member by member.

use super::columns::{Column, Columns};
use super::error::RowError;
use super::merge::{enveloped, put};
use super::objects::{Object, not_json, place};
use super::value::{Cell, Record};
use crate::catalog::schema::{Path, Step};
use crate::catalog::{Api, Kind, schema};
use crate::error::Error;
use serde_json::{Map, Value as Json};

/// Default values for rows.
pub struct Template {
    pub(super) columns: Columns,
    /// One for each parameter.
    fills: Vec<Option<DefaultValue>>,
    /// The fields of the body that are not parameters, with names in their texts.
    body: Json,
}

/// The default value of a parameter.
enum DefaultValue {
    Text(Pattern),
    List(Vec<Pattern>),
}

/// A text with names in it.
struct Pattern(Vec<PatternPart>);

enum PatternPart {
    Text(String),
    /// The row's value of the parameter of this index.
    Value(usize),
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may contain a secret.
        f.write_str("Template")
    }
}

impl Template {
    /// An empty template: rows get the defaults of the command.
    pub fn none(api: &'static Api) -> Self {
        let columns = Columns::of(api);
        let fills = columns.params.iter().map(|_| None).collect();
        Self {
            columns,
            fills,
            body: Json::Object(Map::new()),
        }
    }

    /// Reads a template from a JSON object.
    pub fn parse(text: &str, api: &'static Api) -> Result<Self, Vec<RowError>> {
        let mut template = Self::none(api);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object: Object = serde_json::from_str(text).map_err(|why| {
            vec![if why.is_data() {
                RowError::file(
                    Error::typed("the template is not a JSON object")
                        .hint("write `{\"name\": value, …}`, with the same names as in a row"),
                )
            } else {
                RowError::at(place(text, 0..text.len(), &why), not_json(&why))
            }]
        })?;
        let columns = &template.columns;
        let names = object.0.iter().map(|(name, _)| name.as_str());
        let (found, mut wrong) = columns.all(names);
        for (column, (_, value)) in found.iter().zip(&object.0) {
            let given = match column {
                Column::Param(at) => template.give(*at, value),
                Column::Field(path) => template.give_field(path, value),
                Column::Ignored => Ok(()),
            };
            wrong.extend(given.err().into_iter().flatten());
        }
        if wrong.is_empty() {
            Ok(template)
        } else {
            Err(each(wrong))
        }
    }

    /// Sets the value of a parameter. An error that is the same in all rows is reported once.
    fn give(&mut self, at: usize, value: &Json) -> Result<(), Vec<Error>> {
        let (columns, param) = (&self.columns, self.columns.params[at]);
        let named = |error: Error| {
            vec![Error {
                message: format!("in `{}`: {}", param.name, error.message),
                ..error
            }]
        };
        let cell = match Cell::from_member(&self.columns, param, value).map_err(named)? {
            None => return Ok(()),
            Some(Cell::Object(value)) => return self.give_field(param.key, &value),
            Some(cell) => cell,
        };
        let fill = DefaultValue::new(columns, &cell).map_err(named)?;
        if let Some(plain) = fill.plain() {
            plain.check(columns, param).map_err(|error| vec![error])?;
        }
        self.fills[at] = Some(fill);
        Ok(())
    }

    /// Sets the value of a field of the body.
    fn give_field(&mut self, path: &str, value: &Json) -> Result<(), Vec<Error>> {
        let columns = &self.columns;
        let (Some(body), Some(field)) = (&columns.body, columns.field(path)) else {
            return Ok(());
        };
        let release = columns.api.release;
        if value.is_null() || schema::is_absent(&field, value, release) {
            return Ok(());
        }
        let value = &enveloped(&field.kind, &schema::without_absent(&field, value, release));
        if path.contains('[') {
            let error = Error::typed(format!("in `{path}`: a template cannot use indexes"));
            return Err(vec![error.hint("give the whole list")]);
        }
        let mut has_names = false;
        texts(value, &mut |text| {
            let pattern = Pattern::parse(columns, text)?;
            has_names |= pattern.plain().is_none();
            Ok(pattern.plain().unwrap_or_default())
        })
        .map_err(|error| {
            vec![Error {
                message: format!("in `{path}`: {}", error.message),
                ..error
            }]
        })
        .and_then(|plain| {
            // What depends on the row is checked with the row.
            if has_names {
                return Ok(());
            }
            let checked = schema::checked_all(&field, &plain, Some(columns.api.release));
            let errors =
                |all: Vec<schema::ValueError>| all.into_iter().map(schema::ValueError::error);
            checked.map(drop).map_err(|all| errors(all).collect())
        })?;
        put(body, &mut self.body, &field.path, value);
        Ok(())
    }

    /// The fields of the body for a row.
    pub(super) fn body(&self, row: &Record) -> Result<Json, Error> {
        texts(&self.body, &mut |text| {
            Pattern::parse(&self.columns, text)?.filled(&self.columns, row)
        })
    }

    /// How many items its list at a path has.
    pub(super) fn list_len(&self, path: &Path) -> usize {
        list_len(&self.body, path)
    }

    /// Whether it has a value for the parameter of this index.
    pub(super) fn has(&self, at: usize) -> bool {
        self.fills[at].is_some()
    }

    /// The value of the parameter of this index, for a row without it.
    pub(super) fn value(&self, at: usize, row: &Record) -> Result<Option<Cell>, Error> {
        let text = |pattern: &Pattern| pattern.filled(&self.columns, row);
        Ok(match &self.fills[at] {
            None => None,
            Some(DefaultValue::Text(pattern)) => Some(Cell::Text(text(pattern)?)),
            Some(DefaultValue::List(list)) => {
                Some(Cell::List(list.iter().map(text).collect::<Result<_, _>>()?))
            }
        })
    }
}

/// The length of the list at a path; 0 if there is none.
pub(super) fn list_len(body: &Json, path: &Path) -> usize {
    let at = path.0.iter().try_fold(body, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Index(index) => at.get(index),
    });
    at.and_then(Json::as_array).map_or(0, Vec::len)
}

/// A value with each text in it replaced.
fn texts(json: &Json, with: &mut dyn FnMut(&str) -> Result<String, Error>) -> Result<Json, Error> {
    Ok(match json {
        Json::String(text) => with(text)?.into(),
        Json::Array(items) => {
            let items = items.iter().map(|item| texts(item, with));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Ok((name.clone(), texts(value, with)?)));
            Json::Object(members.collect::<Result<_, Error>>()?)
        }
        other => other.clone(),
    })
}

fn each(errors: Vec<Error>) -> Vec<RowError> {
    errors.into_iter().map(RowError::file).collect()
}

impl DefaultValue {
    fn new(columns: &Columns, cell: &Cell) -> Result<Self, Error> {
        let pattern = |text: &String| Pattern::parse(columns, text);
        Ok(match cell {
            Cell::Text(text) => Self::Text(pattern(text)?),
            Cell::List(list) => Self::List(list.iter().map(pattern).collect::<Result<_, _>>()?),
            // It is a field of the body.
            Cell::Object(_) => Self::List(Vec::new()),
        })
    }
}

impl DefaultValue {
    /// Its value, if that is the same in all rows.
    fn plain(&self) -> Option<Cell> {
        match self {
            Self::Text(text) => text.plain().map(Cell::Text),
            Self::List(list) => list
                .iter()
                .map(Pattern::plain)
                .collect::<Option<_>>()
                .map(Cell::List),
        }
    }
}

impl Pattern {
    /// Its text, if there are no names in it.
    fn plain(&self) -> Option<String> {
        let parts = self.0.iter().map(|part| match part {
            PatternPart::Text(text) => Some(text.as_str()),
            PatternPart::Value(_) => None,
        });
        parts.collect()
    }

    fn parse(columns: &Columns, text: &str) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let (name, after) = match rest.split_once('}') {
                Some(inside) if brace == "{" => inside,
                _ => return Err(alone(brace)),
            };
            parts.push(PatternPart::Text(std::mem::take(&mut plain)));
            parts.push(PatternPart::Value(named(columns, name)?));
            rest = after;
        }
        plain.push_str(rest);
        parts.push(PatternPart::Text(plain));
        Ok(Self(parts))
    }

    fn filled(&self, columns: &Columns, row: &Record) -> Result<String, Error> {
        let mut text = String::new();
        for part in &self.0 {
            let at = match part {
                PatternPart::Text(plain) => {
                    text.push_str(plain);
                    continue;
                }
                PatternPart::Value(at) => *at,
            };
            let Some(Cell::Text(value)) = &row.cells[at] else {
                let name = columns.params[at].name;
                return Err(Error::typed(format!(
                    "the template uses `{name}`, but the row has no value for it"
                ))
                .hint(format!(
                    "`{{{name}}}` in a template is replaced by the value in the row"
                )));
            };
            text.push_str(value);
        }
        Ok(text)
    }
}

/// The parameter in braces.
fn named(columns: &Columns, name: &str) -> Result<usize, Error> {
    let Some(Column::Param(at)) = columns.find(name) else {
        let error = columns.unknown(name);
        return Err(Error {
            message: format!("{} in braces", error.message),
            ..error
        });
    };
    let param = columns.params[at];
    // The secret would become part of a shown value.
    if param.kind == Kind::Secret {
        return Err(Error::typed(format!(
            "`{name}` is secret and cannot be part of another value"
        )));
    }
    if param.kind.is_many() {
        return Err(Error::typed(format!(
            "`{name}` is a list and cannot be part of a text"
        )));
    }
    Ok(at)
}

fn alone(brace: &str) -> Error {
    Error::typed(format!("unmatched `{brace}`")).hint(format!(
        "write `{brace}{brace}` for a literal brace; `{{name}}` is replaced by the value in the row"
    ))
}
