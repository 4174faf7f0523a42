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
//! Only the text of the file and the position of each row are kept: the words are
//! built when the row is used.

mod columns;
mod csv;
mod error;
mod failed;
mod format;
mod indexes;
mod merge;
mod objects;
mod read;
mod template;
mod unchanged;
mod value;
mod words;

pub use columns::{COMMAND, UPDATE};
pub use csv::Delimiter;
pub use error::RowError;
pub use failed::FailedRows;
pub use format::{FileFormat, FileOptions};
pub use read::{read, read_while};
pub use template::Template;
pub use unchanged::{UserDiff, difference};
pub use words::word;

use crate::error::Error;
use crate::line::variables::Arg;
use crate::text::clean;
use crate::text::words::shortened;
use columns::Column;
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;

/// The rows of a file, checked.
pub struct Rows {
    /// In the order of the file.
    pub rows: Vec<Row>,
    /// The secrets that the file shows without their value.
    pub left_out: Vec<LeftOut>,
    text: String,
    shape: Shape,
    template: Template,
}

/// A secret that a row shows as a server does, without its value: it is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The number of the row.
    pub row: usize,
    /// The user's name.
    pub username: String,
    pub path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, counted from 1.
    pub number: usize,
    /// The user's name.
    pub username: String,
    /// Whether one of its values is in a file: `@FILE`.
    pub names_files: bool,
    /// Its position in the text.
    at: Range<usize>,
}

/// The shape of a row in the text.
enum Shape {
    /// Cells, under these names.
    Cells {
        names: Vec<String>,
        columns: Vec<Column>,
        cutter: csv::Cutter,
        /// The line above the names, if it names the delimiter.
        first_line: String,
    },
    /// An object; the objects form an array, or each has its own line.
    Object { array: bool },
}

impl Row {
    /// Adds the name of the user to the error.
    pub fn named(&self, error: Error) -> Error {
        about(&self.username, error)
    }

    /// An error of the row, with its place and the name of the user.
    pub fn error(&self, mut error: Error) -> RowError {
        error.span = None;
        RowError::row(self.number, self.named(error))
    }
}

/// Adds the name of the user to the error.
fn about(username: &str, error: Error) -> Error {
    let name = clean::line(&shortened(username)).into_owned();
    Error {
        message: format!("user `{name}`: {}", error.message),
        ..error
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text contains secrets.
        write!(f, "Rows({})", self.rows.len())
    }
}

impl Rows {
    /// The words of the command that adds the user of a row. They have no
    /// position in a line. Never fails for a row that [`read`] has checked.
    pub fn args(&self, row: &Row) -> Result<Vec<Arg>, Error> {
        self.words(row, words::Fill::Template)
    }

    /// The words without the values of the template.
    pub fn own_args(&self, row: &Row) -> Result<Vec<Arg>, Error> {
        self.words(row, words::Fill::Nothing)
    }

    fn words(&self, row: &Row, fill: words::Fill) -> Result<Vec<Arg>, Error> {
        let record = self.record(&row.at).map_err(|wrong| *wrong.error)?;
        let args = words::args(&self.template, &record, fill);
        Error::joined(args.wrong).map_or(Ok(args.words), Err)
    }

    /// The name in a row, even if the rest of the row is invalid.
    fn name_at(&self, at: &Range<usize>) -> Option<String> {
        let (identity, _) = self.template.columns.identity()?;
        let is_it = |column: &Column| *column == Column::Param(identity);
        match &self.shape {
            Shape::Cells {
                columns, cutter, ..
            } => {
                let at_column = columns.iter().position(is_it)?;
                let mut cells = cutter.cells(&self.text, at).into_iter();
                cells.nth(at_column).map(|cell| cell.value().to_owned())
            }
            Shape::Object { .. } => {
                let members = objects::object(&self.text, at).ok()?.0;
                let known = &self.template.columns;
                let named = |(name, value): (String, Json)| {
                    let is_it = known.find(&name).is_some_and(|column| is_it(&column));
                    value.as_str().filter(|_| is_it).map(str::to_owned)
                };
                members.into_iter().find_map(named)
            }
        }
        .filter(|name| !name.is_empty())
    }

    /// The values of the row at `at`.
    fn record(&self, at: &Range<usize>) -> Result<value::Record, RowError> {
        let known = &self.template.columns;
        let mut record = match &self.shape {
            Shape::Cells {
                columns, cutter, ..
            } => csv::record(known, columns, &cutter.cells(&self.text, at)),
            Shape::Object { .. } => {
                let object = objects::object(&self.text, at)?;
                objects::record(known, &object)
            }
        };
        indexes::close_up(&mut record, &self.template);
        Ok(record)
    }
}

#[cfg(test)]
mod tests;
