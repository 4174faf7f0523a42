//! CSV: the header, the position of each row, and the cells of a row.

mod cells;
mod delimiter;

pub(super) use cells::{CsvCell, Cutter, line};
pub use delimiter::Delimiter;

use super::columns::{COMMAND, Column, Columns};
use super::error::RowError;
use super::value::{Cell, Record, words};
use crate::catalog::schema::{self, Type};
use crate::error::Error;
use crate::text::words::{plural, position};
use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::Value as Json;
use std::ops::Range;

/// A header and its rows.
pub(super) struct Sheet {
    /// The names as written in the file.
    pub(super) names: Vec<String>,
    /// Their meanings.
    pub(super) columns: Vec<Column>,
    /// The positions of the rows.
    pub(super) rows: Vec<Range<usize>>,
    /// The wrong names, and the rows with a wrong number of cells.
    pub(super) wrong: Vec<RowError>,
    /// What separates its cells.
    pub(super) delimiter: Delimiter,
    /// The first line, if it names the delimiter.
    pub(super) first_line: String,
}

/// The cells are counted here: a row with a wrong number is an error,
/// but the rows after it are read as well.
fn reader(text: &str, delimiter: Delimiter) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter.byte())
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(text.len().clamp(64, 64 * 1024))
        .from_reader(text.as_bytes())
}

/// Divides the file into rows. A delimiter that was asked for wins over that of the
/// first line.
pub(super) fn sheet(
    text: &str,
    columns: &Columns,
    asked: Option<Delimiter>,
) -> Result<Sheet, Vec<RowError>> {
    let named = Delimiter::of_first_line(text);
    let first_line = named.map_or("", |(_, line)| line);
    let delimiter = asked.or(named.map(|(delimiter, _)| delimiter));
    let delimiter = delimiter.unwrap_or_default();
    let mut reader = reader(text, delimiter);
    let mut cells = StringRecord::new();
    let mut sheet = Sheet {
        names: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        wrong: Vec::new(),
        delimiter,
        first_line: first_line.to_owned(),
    };
    let mut at = 0..0;
    if !first_line.is_empty() {
        next(&mut reader, &mut cells, &mut at).map_err(|wrong| vec![wrong])?;
    }
    while next(&mut reader, &mut cells, &mut at).map_err(|wrong| vec![wrong])? {
        if sheet.names.is_empty() {
            sheet.names = cells.iter().map(|name| name.trim().to_owned()).collect();
            sheet.columns = header(&sheet.names, columns, delimiter, &mut sheet.wrong)?;
            continue;
        }
        sheet.rows.push(at.clone());
        if cells.len() != sheet.names.len() {
            let error = miscounted(cells.len(), sheet.names.len(), delimiter);
            sheet.wrong.push(RowError::row(sheet.rows.len(), error));
        }
    }
    if sheet.names.is_empty() {
        let error = Error::typed("there is no header line");
        return Err(vec![RowError::file(error.hint(columns.listed()))]);
    }
    if is_open(&text[at.clone()], delimiter) {
        let start = at.end - text[at.clone()].trim_start().len();
        let row = Some(sheet.rows.len()).filter(|row| *row > 0);
        // Its number of cells is wrong for the same reason.
        sheet.wrong.retain(|wrong| wrong.row != row);
        sheet.wrong.push(RowError {
            row,
            ..RowError::at(
                position(&text[..start]),
                Error::typed("a `\"` in this row is never closed")
                    .hint("inside a quoted cell, write a quote as `\"\"`"),
            )
        });
    }
    Ok(sheet)
}

/// Reads a row and its position; false at the end.
fn next(
    reader: &mut Reader<&[u8]>,
    cells: &mut StringRecord,
    at: &mut Range<usize>,
) -> Result<bool, RowError> {
    let place = |reader: &Reader<&[u8]>| usize::try_from(reader.position().byte()).unwrap_or(0);
    let start = place(reader);
    match reader.read_record(cells) {
        Ok(true) => {
            *at = start..place(reader);
            Ok(true)
        }
        Ok(false) => Ok(false),
        Err(why) => Err(RowError::file(Error::typed(format!(
            "not valid CSV: {why}"
        )))),
    }
}

/// The meanings of the names in the header. Wrong names are noted.
fn header(
    names: &[String],
    columns: &Columns,
    delimiter: Delimiter,
    wrong: &mut Vec<RowError>,
) -> Result<Vec<Column>, Vec<RowError>> {
    // A file without a header has a user there, whose secrets must not be shown.
    if !names.iter().any(|name| columns.find(name).is_some()) {
        let other = names.iter().find_map(|name| delimiter.other_in(name));
        let error = Error::typed(format!(
            "the first line contains no column name of `{COMMAND}`"
        ));
        return Err(vec![RowError::file(error.hint(
            if let Some(other) = other {
                let here = match delimiter.shown().as_str() {
                    "','" => "commas".to_owned(),
                    shown => shown.to_owned(),
                };
                format!(
                    "cells are separated by {here}; for this file, use `--delimiter {}`",
                    other.shown()
                )
            } else {
                format!("the first line is the header; {}", columns.listed())
            },
        ))]);
    }
    let (found, errors) = columns.all(names.iter().map(String::as_str));
    wrong.extend(errors.into_iter().map(RowError::file));
    Ok(found)
}

fn miscounted(count: usize, expected: usize, delimiter: Delimiter) -> Error {
    let cells = plural(count, "cell");
    Error::typed(format!("{cells}; the header has {expected}")).hint(
        match delimiter.shown().as_str() {
            "','" => "put a value with a comma in quotes: `\"a, b\"`".to_owned(),
            shown => format!("put a value that contains {shown} in double quotes"),
        },
    )
}

/// Whether a row ends within quotes: the csv crate reads the rest of the file as
/// one cell without an error.
fn is_open(row: &str, delimiter: Delimiter) -> bool {
    let text = format!("{row}\nx\n");
    !row.is_empty() && reader(&text, delimiter).records().count() < 2
}

/// The values of the cells.
pub(super) fn record(columns: &Columns, header: &[Column], cells: &[CsvCell]) -> Record {
    let mut record = Record::empty(columns);
    for (column, cell) in header.iter().zip(cells) {
        let name = match column {
            Column::Param(at) => columns.params[*at].name,
            Column::Field(path) => path.as_str(),
            Column::Ignored => continue,
        };
        let value = value(cell, name, columns.is_secret(column));
        match (column, value) {
            (Column::Param(at), value) => {
                let param = columns.params[*at];
                record.give(*at, value.and_then(|value| Cell::from_text(param, value)));
            }
            (Column::Field(path), Ok(value)) if !value.is_empty() => {
                match as_set(columns, path, value) {
                    Ok(text) if is_absent(columns, path, &text) => {}
                    Ok(text) => record.sets.push((path.clone(), text)),
                    Err(error) => record.wrong.push(error),
                }
            }
            (_, Err(error)) => record.wrong.push(error),
            (Column::Field(path), Ok(_)) if path.contains('[') => {
                record.empty_items.push(path.clone());
            }
            _ => {}
        }
    }
    record
}

/// The value of a cell: without the blanks at its edges, unless it is in quotes. In a
/// secret they may be meant, so they are refused.
fn value<'a>(cell: &'a CsvCell, name: &str, secret: bool) -> Result<&'a str, Error> {
    if cell.has_late_quote() {
        return Err(
            Error::typed(format!("`{name}` has whitespace before its opening quote"))
                .hint("remove the whitespace: a quote must directly follow the delimiter"),
        );
    }
    if secret && cell.has_loose_blanks() && !cell.value().is_empty() {
        return Err(Error::typed(format!(
            "`{name}` is secret, and begins or ends with whitespace"
        ))
        .hint("remove the whitespace, or put the value in double quotes to keep it"));
    }
    Ok(cell.value())
}

/// Whether the release lacks the field, and the cell says nothing: `0`, `{}`, `false`.
fn is_absent(columns: &Columns, path: &str, text: &str) -> bool {
    columns.field(path).is_some_and(|found| {
        let value = schema::from_text(&found, text, None);
        value.is_ok_and(|value| schema::is_absent(&found, &value, columns.api.release))
    })
}

/// A cell as `--set` takes it. A list of texts may be words, as in any other list.
fn as_set(columns: &Columns, path: &str, text: &str) -> Result<String, Error> {
    let is_list = columns
        .field(path)
        .is_some_and(|found| found.kind == Type::List(Box::new(Type::Text)));
    if !is_list || text.starts_with(['[', '@']) || text == "null" {
        return Ok(text.to_owned());
    }
    let words = words(path, text)?.into_iter();
    Ok(words.collect::<Json>().to_string())
}
