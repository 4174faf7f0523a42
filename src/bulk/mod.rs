//! Users from a file: each row becomes the words of an `add_user`.
//!
//! ```text
//! users.csv, .json, .ndjson ──► rows ──► words ──► the parser of typed lines
//!                 template ──────────────┘
//! ```
//!
//! The names of columns and members are the parameters of the command, and a
//! row is checked by the parser and the kinds as a typed line is. Rows count
//! from 1, the first user; a header and blank lines do not count.
//!
//! Only the text of the file and the place of each row are kept: the words are
//! made when a row's turn comes.

mod columns;
mod csv;
mod error;
mod failed;
mod format;
mod objects;
mod read;
mod template;
mod unchanged;
mod value;
mod words;

pub use columns::{COMMAND, UPDATE};
pub use error::Wrong;
pub use failed::Failed;
pub use format::Format;
pub use read::read;
pub use template::Template;
pub use unchanged::{Difference, difference};
pub use words::word;

use crate::error::Error;
use crate::line::variables::Arg;
use crate::text::clean;
use columns::Column;
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;

/// The rows of a file, checked.
pub struct Rows {
    /// In the order of the file.
    pub rows: Vec<Row>,
    text: String,
    shape: Shape,
    template: Template,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, counted from 1.
    pub number: usize,
    /// The user's name.
    pub username: String,
    /// Where it stands in the text.
    at: Range<usize>,
}

/// What a row of the text looks like.
enum Shape {
    /// Cells, under these names.
    Cells {
        names: Vec<String>,
        columns: Vec<Column>,
        cutter: csv::Cutter,
    },
    /// An object; with the others it makes an array, or each has a line.
    Object { array: bool },
}

impl Row {
    /// The error with the user it is about.
    pub fn named(&self, error: Error) -> Error {
        about(&self.username, error)
    }
}

/// The error with the user it is about.
fn about(username: &str, error: Error) -> Error {
    let name = clean::line(columns::shortened(username).as_str()).into_owned();
    Error {
        message: format!("user `{name}`: {}", error.message),
        ..error
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text holds secrets.
        write!(f, "Rows({})", self.rows.len())
    }
}

impl Rows {
    /// The words of the command that adds the user of a row. They have no
    /// place in a line. It is no error in a row that [`read`] has checked.
    pub fn args(&self, row: &Row) -> Result<Vec<Arg>, Error> {
        let record = self.record(&row.at).map_err(|wrong| wrong.error)?;
        words::args(&self.template, &record, words::Fill::Template)
    }

    /// The same without what the template fills in.
    pub fn own_args(&self, row: &Row) -> Result<Vec<Arg>, Error> {
        let record = self.record(&row.at).map_err(|wrong| wrong.error)?;
        words::args(&self.template, &record, words::Fill::Nothing)
    }

    /// The name that stands in a row, whatever else is wrong there.
    fn name_at(&self, at: &Range<usize>) -> Option<String> {
        let (identity, _) = self.template.columns.identity()?;
        let is_it = |column: Column| column == Column::Param(identity);
        match &self.shape {
            Shape::Cells {
                columns, cutter, ..
            } => {
                let at_column = columns.iter().position(|column| is_it(*column))?;
                cutter.cells(&self.text, at).into_iter().nth(at_column)
            }
            Shape::Object { .. } => {
                let members = objects::object(&self.text, at).ok()?.0;
                let known = &self.template.columns;
                let named = |(name, value): (String, Json)| {
                    let is_it = known.find(&name).is_some_and(is_it);
                    value.as_str().filter(|_| is_it).map(str::to_owned)
                };
                members.into_iter().find_map(named)
            }
        }
        .filter(|name| !name.is_empty())
    }

    /// The values of the row that stands at `at`.
    fn record(&self, at: &Range<usize>) -> Result<value::Record, Wrong> {
        let known = &self.template.columns;
        match &self.shape {
            Shape::Cells {
                columns, cutter, ..
            } => csv::record(known, columns, &cutter.cells(&self.text, at)),
            Shape::Object { .. } => objects::record(known, &objects::object(&self.text, at)?),
        }
        .map_err(Wrong::file)
    }
}

#[cfg(test)]
mod tests;
