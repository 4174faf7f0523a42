//! The file of the rows that failed: the same form and columns, with the row's
//! number and what went wrong, to be mended and read again.
//!
//! Secrets never reach the disk: their cells are empty, their members left out.

use super::columns::{Column, Columns, ERROR, ROW};
use super::{Row, Rows, Shape, objects};
use crate::atomic::{Access, Atomic};
use crate::catalog::Kind;
use crate::error::{Error, system};
use crate::secret::MASK;
use serde_json::{Map, Value as Json};
use std::io::{self, Write};
use std::path::Path;

/// A file of failed rows under way. Dropped before it is finished, it leaves
/// no file.
pub struct Failed<'a> {
    rows: &'a Rows,
    file: Atomic,
    first: bool,
}

impl std::fmt::Debug for Failed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Failed")
    }
}

impl<'a> Failed<'a> {
    /// Begins the file that will be at `path`, readable by its owner alone. It
    /// may be the file that the rows are from.
    pub fn create(path: &Path, rows: &'a Rows) -> Result<Self, Error> {
        let begin = || {
            let mut failed = Self {
                rows,
                file: Atomic::create(path, Access::Owner)?,
                first: true,
            };
            failed.head()?;
            Ok(failed)
        };
        begin().map_err(|why| {
            cannot_write(&why).hint(format!(
                "`{}` must be a file in a folder that can be written to",
                path.display()
            ))
        })
    }

    /// Adds a row with what went wrong.
    pub fn add(&mut self, row: &Row, why: &str) -> Result<(), Error> {
        let why = self.masked(row, why);
        self.body(row, &why).map_err(|why| cannot_write(&why))
    }

    /// Puts the file in its place, also if no row failed.
    pub fn finish(mut self) -> Result<(), Error> {
        let end = match self.rows.shape {
            Shape::Object { array: true } if self.first => "]\n",
            Shape::Object { array: true } => "\n]\n",
            _ => "",
        };
        let written = self.file.write_all(end.as_bytes());
        written
            .and_then(|()| self.file.finish())
            .map_err(|why| cannot_write(&why))
    }

    fn columns(&self) -> &'a Columns {
        &self.rows.template.columns
    }

    fn head(&mut self) -> io::Result<()> {
        match &self.rows.shape {
            Shape::Cells { names, columns, .. } => {
                let names = names.iter().map(String::as_str);
                let known = without_ignored(columns, names);
                line(
                    &mut self.file,
                    known.map(|(_, name)| name).chain([ROW, ERROR]),
                )
            }
            Shape::Object { array } => self.file.write_all(if *array { b"[" } else { b"" }),
        }
    }

    fn body(&mut self, row: &Row, why: &str) -> io::Result<()> {
        match &self.rows.shape {
            Shape::Cells {
                columns, cutter, ..
            } => {
                let params = &self.columns().params;
                let cells = cutter.cells(&self.rows.text, &row.at);
                let cells =
                    without_ignored(columns, cells.iter().map(String::as_str)).map(|(at, cell)| {
                        if params[at].kind == Kind::Secret {
                            ""
                        } else {
                            cell
                        }
                    });
                line(
                    &mut self.file,
                    cells.chain([row.number.to_string().as_str(), why]),
                )
            }
            Shape::Object { array } => {
                let object = Json::Object(self.object(row, why));
                let between = match (array, self.first) {
                    (true, true) => "\n",
                    (true, false) => ",\n",
                    (false, _) => "",
                };
                self.first = false;
                let end = if *array { "" } else { "\n" };
                write!(self.file, "{between}{object}{end}")
            }
        }
    }

    fn object(&self, row: &Row, why: &str) -> Map<String, Json> {
        let object = objects::object(&self.rows.text, &row.at);
        let members = object.map_or_else(|_| Vec::new(), |object| object.0);
        let columns = self.columns();
        let mut kept: Map<String, Json> = members
            .into_iter()
            .filter(|(name, _)| {
                !columns.is_secret(name) && columns.find(name) != Some(Column::Ignored)
            })
            .collect();
        kept.insert(ROW.to_owned(), row.number.into());
        kept.insert(ERROR.to_owned(), why.into());
        kept
    }

    /// What went wrong, without the row's secrets: a server may give back what it was sent.
    fn masked(&self, row: &Row, why: &str) -> String {
        let args = self.rows.args(row).unwrap_or_default();
        let secrets = self
            .columns()
            .params
            .iter()
            .filter(|param| param.kind == Kind::Secret);
        let mut text = why.to_owned();
        for flag in secrets.map(|param| format!("--{}=", param.name)) {
            let values = args.iter().filter_map(|arg| arg.text.strip_prefix(&flag));
            // Shorter ones are parts of other words.
            for value in values.filter(|value| value.chars().count() > 2) {
                // As JSON writes it, without the quotes.
                let written = Json::from(value).to_string();
                text = text.replace(value, MASK);
                text = text.replace(&written[1..written.len() - 1], MASK);
            }
        }
        text
    }
}

/// The cells of the columns that mean something, with the index of the parameter.
fn without_ignored<'a>(
    columns: &'a [Column],
    cells: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str)> {
    columns
        .iter()
        .zip(cells)
        .filter_map(|(column, cell)| match column {
            Column::Param(at) => Some((*at, cell)),
            Column::Ignored => None,
        })
}

/// Writes one line of cells.
fn line<'a>(file: &mut Atomic, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    let bytes = writer
        .into_inner()
        .map_err(|why| io::Error::other(why.to_string()))?;
    file.write_all(&bytes)
}

fn cannot_write(why: &io::Error) -> Error {
    Error::local(format!(
        "cannot write the file of failed rows: {}",
        system(why)
    ))
}
