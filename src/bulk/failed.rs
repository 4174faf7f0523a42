//! The file of failed rows: the same format and columns, with the row's
//! number and error, to be corrected and read again.
//!
//! Secrets never reach the disk: their cells are empty, their members omitted.

use super::columns::{Column, Columns, ERROR, ROW};
use super::{Row, Rows, Shape, csv, objects};
use crate::atomic::{Access, Atomic};
use crate::catalog::{Kind, is_secret_key};
use crate::error::{Error, system};
use crate::secret::{self, Secret};
use serde_json::{Map, Value as Json};
use std::io::{self, Write};
use std::path::Path;

/// A file of failed rows that is being written. Dropped before it is finished, it leaves
/// no file.
pub struct FailedRows<'a> {
    rows: &'a Rows,
    file: Atomic,
    first: bool,
}

impl std::fmt::Debug for FailedRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FailedRows")
    }
}

impl<'a> FailedRows<'a> {
    /// Starts the file that will be at `path`, readable only by its owner. It
    /// may be the input file.
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

    /// Adds a row with its error.
    pub fn add(&mut self, row: &Row, why: &str) -> Result<(), Error> {
        let why = self.masked(row, why);
        self.body(row, &why).map_err(|why| cannot_write(&why))
    }

    /// Puts the file in its place, even if no row failed.
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
            Shape::Cells {
                names,
                columns,
                cutter,
                first_line,
            } => {
                self.file.write_all(first_line.as_bytes())?;
                let names = names.iter().map(String::as_str);
                let known = without_ignored(columns, names);
                let cells = known.map(|(_, name)| name).chain([ROW, ERROR]);
                let line = csv::line(cells, cutter.delimiter());
                self.file.write_all(line.as_bytes())
            }
            Shape::Object { array } => self.file.write_all(if *array { b"[" } else { b"" }),
        }
    }

    fn body(&mut self, row: &Row, why: &str) -> io::Result<()> {
        match &self.rows.shape {
            Shape::Cells {
                columns, cutter, ..
            } => {
                let cells = cutter.cells(&self.rows.text, &row.at);
                let cells = cells.iter().map(csv::CsvCell::value);
                let cells = without_ignored(columns, cells).map(|(column, cell)| {
                    let secret = self.columns().is_secret(column) || holds_secret(cell);
                    if secret { "" } else { cell }
                });
                let number = row.number.to_string();
                let cells = cells.chain([number.as_str(), why]);
                let line = csv::line(cells, cutter.delimiter());
                self.file.write_all(line.as_bytes())
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
        let kept = members.into_iter().filter(|(name, _)| {
            let column = columns.find(name);
            !matches!(name.as_str(), ROW | ERROR)
                && !column.is_some_and(|column| columns.is_secret(&column))
        });
        let mut kept: Map<String, Json> = kept
            .map(|(name, value)| (name, without_secrets(value)))
            .collect();
        kept.insert(ROW.to_owned(), row.number.into());
        kept.insert(ERROR.to_owned(), why.into());
        kept
    }

    /// The error without the row's secrets: a server may repeat what it was sent.
    fn masked(&self, row: &Row, why: &str) -> String {
        let args = self.rows.args(row).unwrap_or_default();
        let params = self.columns().params.iter();
        let flags = params.filter(|param| param.kind == Kind::Secret);
        let flags: Vec<String> = flags.map(|param| format!("--{}=", param.name)).collect();
        let mut secrets: Vec<Secret> = Vec::new();
        for arg in &args {
            let value = |flag: &String| arg.text.strip_prefix(flag.as_str());
            secrets.extend(flags.iter().find_map(value).map(Secret::new));
            if let Some(json) = arg.text.strip_prefix("--json=") {
                secrets_of(json, &mut secrets);
            }
            let set = arg.text.strip_prefix("--set=");
            if let Some((path, value)) = set.and_then(|set| set.split_once('=')) {
                if self.columns().is_secret(&Column::Field(path.to_owned())) {
                    secrets.push(Secret::new(value));
                }
                secrets_of(value, &mut secrets);
            }
        }
        secret::text::masked(why, &secrets, &[&row.username])
    }
}

/// The cells of the columns that are read, with their meaning.
fn without_ignored<'a>(
    columns: &'a [Column],
    cells: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (&'a Column, &'a str)> {
    let all = columns.iter().zip(cells);
    all.filter(|(column, _)| **column != Column::Ignored)
}

/// Whether a cell is JSON with a secret in it.
fn holds_secret(cell: &str) -> bool {
    let json: Option<Json> = serde_json::from_str(cell).ok();
    json.is_some_and(|json| without_secrets(json.clone()) != json)
}

/// A value without its secret members.
fn without_secrets(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| !is_secret_key(name));
            Json::Object(
                kept.map(|(name, value)| (name, without_secrets(value)))
                    .collect(),
            )
        }
        Json::Array(items) => items.into_iter().map(without_secrets).collect(),
        other => other,
    }
}

/// Adds the secrets of a JSON text.
fn secrets_of(text: &str, secrets: &mut Vec<Secret>) {
    let Ok(mut json) = serde_json::from_str::<Json>(text) else {
        return;
    };
    secret::json::replace(&mut json, &mut |_, value| {
        let text = value.as_str().map(str::to_owned);
        secrets.push(Secret::new(text.unwrap_or_else(|| value.to_string())));
        Json::Null
    });
}

fn cannot_write(why: &io::Error) -> Error {
    Error::local(format!("cannot write the failed rows: {}", system(why)))
}
