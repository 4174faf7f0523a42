//! A value of a row, before its kind is checked.

use super::columns::Columns;
use crate::catalog::{Kind, Param, Section, schema};
use crate::error::Error;
use crate::line::change;
use crate::text::lex;
use crate::text::near::near;
use crate::text::words::{did_you_mean, this_is};
use serde_json::{Map, Value as Json};

/// A value that is given.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text, or the digits of a number.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A value as the API has it, such as lists of permissions by folder.
    Object(Json),
}

/// The values of a row.
#[derive(Clone)]
pub(super) struct Record {
    /// One for each parameter; `None` if it is not given.
    pub(super) cells: Vec<Option<Cell>>,
    /// The fields of the body that are given as JSON.
    pub(super) body: Json,
    /// The fields of the body that are given as text, by path, as `--set` takes them.
    pub(super) sets: Vec<(String, String)>,
    /// The paths of list items that have no value here.
    pub(super) empty_items: Vec<String>,
    /// The items that moved up, and their own paths.
    pub(super) moved: Vec<(String, String)>,
    /// What is wrong with its values.
    pub(super) wrong: Vec<Error>,
    /// Whether it has names that mean nothing.
    pub(super) has_wrong_names: bool,
    /// The parameters whose values are wrong.
    pub(super) unread: Vec<usize>,
}

impl Record {
    /// An empty row.
    pub(super) fn empty(columns: &Columns) -> Self {
        Self {
            cells: vec![None; columns.params.len()],
            body: Json::Object(Map::new()),
            sets: Vec::new(),
            empty_items: Vec::new(),
            moved: Vec::new(),
            wrong: Vec::new(),
            has_wrong_names: false,
            unread: Vec::new(),
        }
    }

    /// Gives the parameter of this index its value, or notes what is wrong with it.
    pub(super) fn give(&mut self, at: usize, cell: Result<Option<Cell>, Error>) {
        match cell {
            Ok(cell) => self.cells[at] = cell,
            Err(error) => {
                self.unread.push(at);
                self.wrong.push(error);
            }
        }
    }
}

impl Cell {
    /// The value of a cell of a CSV file. An empty cell counts as not given.
    pub(super) fn from_text(param: &Param, text: &str) -> Result<Option<Self>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        let cell = if let Some(json) = list_or_object(param, text) {
            return Self::from_json(param, &json);
        } else if param.kind.is_many() {
            Self::List(words(param.name, text)?)
        } else {
            Self::Text(text.to_owned())
        };
        cell.checked(param).map(Some)
    }

    /// The value of a member of an object, by its parameter. A number that only people do not
    /// mean, such as a time long ago, is sent as it is, as in `--json`.
    pub(super) fn from_member(
        columns: &Columns,
        param: &Param,
        json: &Json,
    ) -> Result<Option<Self>, Error> {
        let cell = Self::from_json(param, json)?;
        let is_odd = |cell: &Self| {
            let texts = cell.texts();
            json.is_number()
                && columns.check(param, texts).is_err()
                && param.kind.check(texts).is_ok()
        };
        if columns.field(param.key).is_some() && cell.as_ref().is_some_and(is_odd) {
            return Ok(Some(Self::Object(json.clone())));
        }
        Ok(cell)
    }

    /// The value of a member of an object. `null` counts as not given.
    fn from_json(param: &Param, json: &Json) -> Result<Option<Self>, Error> {
        let many = param.kind.is_many();
        // JSON never names a file.
        let literal = |text: &String| match param.kind {
            Kind::List([]) => change::literal(text),
            Kind::Secret if param.section == Section::Storage => change::literal(text),
            _ => text.clone(),
        };
        let cell = match json {
            Json::Null => return Ok(None),
            Json::String(text) if many => Self::List(vec![literal(text)]),
            Json::String(text) => Self::Text(literal(text)),
            Json::Bool(on) if param.kind == Kind::Switch => {
                Self::Text(if *on { "on" } else { "off" }.to_owned())
            }
            Json::Number(number) if !many => Self::Text(number.to_string()),
            Json::Object(_) if matches!(param.kind, Kind::Permissions(_)) => {
                return Ok(Some(Self::Object(json.clone())));
            }
            Json::Array(items) if many => Self::List(
                items
                    .iter()
                    .map(|item| match item {
                        Json::String(text) => Ok(literal(text)),
                        other => Err(must_be(param, "a list of strings", other)),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            other if many => return Err(must_be(param, "a list of strings", other)),
            other => {
                let number = matches!(param.kind, Kind::Int { .. });
                let one = if number { "a whole number" } else { "a string" };
                return Err(must_be(param, one, other));
            }
        };
        cell.checked(param).map(Some)
    }

    fn checked(self, param: &Param) -> Result<Self, Error> {
        if self.texts().iter().any(|text| text.contains('\0')) {
            return Err(
                Error::typed(format!("`{}` contains a NUL character", param.name))
                    .hint("a file of users is UTF-8 text without NUL characters"),
            );
        }
        Ok(self)
    }

    pub(super) fn texts(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(list) => list,
            Self::Object(_) => &[],
        }
    }

    /// Checks the value by the kind of the parameter.
    pub(super) fn check(&self, columns: &Columns, param: &Param) -> Result<(), Error> {
        // No words are the empty list.
        if self.texts().is_empty() {
            return Ok(());
        }
        columns
            .check(param, self.texts())
            .map(drop)
            .map_err(|(at, why)| {
                let word = self.texts().get(at).map_or("", String::as_str);
                let error = Error::typed(format!("`{}` {why}; {}", param.name, this_is(word)));
                match near(word, param.kind.choices().iter().copied()).as_slice() {
                    [] => error,
                    names => error.hint(did_you_mean(names)),
                }
            })
    }
}

/// A list or an object as `--output csv` writes it into a cell.
fn list_or_object(param: &Param, text: &str) -> Option<Json> {
    if !param.kind.is_many() || !text.starts_with(['[', '{']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The words of a list in a cell, as shlex splits them.
pub(super) fn words(name: &str, text: &str) -> Result<Vec<String>, Error> {
    let lexed = lex::lex(text);
    // shlex would silently drop the rest.
    if lexed.comment.is_some() {
        return Err(Error::typed(format!("`#` starts a comment in `{name}`"))
            .hint("put the value in single quotes"));
    }
    shlex::split(text).ok_or_else(|| {
        Error::typed(format!("a quote is never closed in `{name}`")).hint(
            "the words of a list are split as on the command line; write `\\'` for a literal quote",
        )
    })
}

/// A value has the wrong type; it may be a secret and is not shown.
fn must_be(param: &Param, what: &str, json: &Json) -> Error {
    let this = schema::kind_of(json);
    Error::typed(format!("`{}` must be {what}; this is {this}", param.name))
}
