//! The template: the values that rows leave out.
//!
//! In its texts `{name}` is the row's own value of that name, `{{` and `}}`
//! are the characters.

use super::columns::{Column, Columns};
use super::error::Wrong;
use super::objects::{Object, not_json, place};
use super::value::{Cell, Record};
use crate::catalog::{Api, Kind};
use crate::error::Error;

/// The values that rows leave out.
pub struct Template {
    pub(super) columns: Columns,
    /// One for each parameter.
    fills: Vec<Option<Fill>>,
}

/// What a parameter is filled with.
enum Fill {
    Text(Pattern),
    List(Vec<Pattern>),
}

/// A text with names in it.
struct Pattern(Vec<Part>);

enum Part {
    Text(String),
    /// The row's value of the parameter of this index.
    Value(usize),
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may hold a secret.
        f.write_str("Template")
    }
}

impl Template {
    /// No values: rows get the defaults of the command.
    pub fn none(api: &'static Api) -> Self {
        let columns = Columns::of(api);
        let fills = columns.params.iter().map(|_| None).collect();
        Self { columns, fills }
    }

    /// The template that is a JSON object.
    pub fn parse(text: &str, api: &'static Api) -> Result<Self, Vec<Wrong>> {
        let mut template = Self::none(api);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let object: Object = serde_json::from_str(text).map_err(|why| {
            vec![if why.is_data() {
                Wrong::file(
                    Error::typed("the template is no JSON object")
                        .hint("`{\"name\": value, …}`, with the names of a row"),
                )
            } else {
                Wrong::at(place(text, 0..text.len(), &why), not_json(&why))
            }]
        })?;
        let columns = &template.columns;
        let names = object.0.iter().map(|(name, _)| name.as_str());
        let found = columns.all(names).map_err(each)?;
        let mut wrong = Vec::new();
        for (column, (_, value)) in found.iter().zip(&object.0) {
            let Column::Param(at) = *column else { continue };
            let cell = Cell::from_json(columns.params[at], value);
            match cell.and_then(|cell| cell.map(|cell| Fill::new(columns, &cell)).transpose()) {
                // What is wrong in all rows is not told with each of them.
                Ok(fill) => {
                    let checked = fill.as_ref().and_then(Fill::plain);
                    let checked = checked.map(|cell| cell.check(columns.params[at]));
                    wrong.extend(checked.and_then(Result::err));
                    template.fills[at] = fill;
                }
                Err(error) => {
                    let name = columns.params[at].name;
                    wrong.push(Error {
                        message: format!("in `{name}`: {}", error.message),
                        ..error
                    });
                }
            }
        }
        if wrong.is_empty() {
            Ok(template)
        } else {
            Err(each(wrong))
        }
    }

    /// Whether it has a value for the parameter of this index.
    pub(super) fn has(&self, at: usize) -> bool {
        self.fills[at].is_some()
    }

    /// The value of the parameter of this index, for a row that leaves it out.
    pub(super) fn value(&self, at: usize, row: &Record) -> Result<Option<Cell>, Error> {
        let text = |pattern: &Pattern| pattern.filled(&self.columns, row);
        Ok(match &self.fills[at] {
            None => None,
            Some(Fill::Text(pattern)) => Some(Cell::Text(text(pattern)?)),
            Some(Fill::List(list)) => {
                Some(Cell::List(list.iter().map(text).collect::<Result<_, _>>()?))
            }
        })
    }
}

fn each(errors: Vec<Error>) -> Vec<Wrong> {
    errors.into_iter().map(Wrong::file).collect()
}

impl Fill {
    fn new(columns: &Columns, cell: &Cell) -> Result<Self, Error> {
        let pattern = |text: &String| Pattern::parse(columns, text);
        Ok(match cell {
            Cell::Text(text) => Self::Text(pattern(text)?),
            Cell::List(list) => Self::List(list.iter().map(pattern).collect::<Result<_, _>>()?),
        })
    }
}

impl Fill {
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
            Part::Text(text) => Some(text.as_str()),
            Part::Value(_) => None,
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
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Value(named(columns, name)?));
            rest = after;
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }

    fn filled(&self, columns: &Columns, row: &Record) -> Result<String, Error> {
        let mut text = String::new();
        for part in &self.0 {
            let at = match part {
                Part::Text(plain) => {
                    text.push_str(plain);
                    continue;
                }
                Part::Value(at) => *at,
            };
            let Some(Cell::Text(value)) = &row[at] else {
                let name = columns.params[at].name;
                return Err(Error::typed(format!(
                    "the template needs `{name}`, and the row has none"
                ))
                .hint(format!("`{{{name}}}` in a template is the row's own value")));
            };
            text.push_str(value);
        }
        Ok(text)
    }
}

/// The parameter that is meant in braces.
fn named(columns: &Columns, name: &str) -> Result<usize, Error> {
    let Some(Column::Param(at)) = columns.find(name) else {
        let error = columns.unknown(name);
        return Err(Error {
            message: format!("{} in braces", error.message),
            ..error
        });
    };
    let param = columns.params[at];
    // It would get into what is shown.
    if param.kind == Kind::Secret {
        return Err(Error::typed(format!(
            "`{name}` is secret: it cannot be a part of another value"
        )));
    }
    if param.kind.is_many() {
        return Err(Error::typed(format!(
            "`{name}` is a list: it cannot be a part of a text"
        )));
    }
    Ok(at)
}

fn alone(brace: &str) -> Error {
    Error::typed(format!("a `{brace}` stands alone")).hint(format!(
        "`{brace}{brace}` is the character, `{{name}}` the row's value"
    ))
}
