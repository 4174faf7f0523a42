//! CSV: the header, the position of each row, and the cells of a row.

use super::columns::{COMMAND, Column, Columns};
use super::error::Wrong;
use super::value::{Cell, Record, empty};
use crate::error::Error;
use crate::text::words::position;
use csv::{Reader, ReaderBuilder, StringRecord};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// A header and its rows.
pub(super) struct Sheet {
    /// The names as written in the file.
    pub(super) names: Vec<String>,
    /// Their meanings.
    pub(super) columns: Vec<Column>,
    /// The positions of the rows.
    pub(super) rows: Vec<Range<usize>>,
    /// The rows with a wrong number of cells.
    pub(super) wrong: Vec<Wrong>,
}

/// The cells are counted here: a row with a wrong number is an error,
/// but the rows after it are read as well.
fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(text.len().clamp(64, 64 * 1024))
        .from_reader(text.as_bytes())
}

/// Divides the file into rows.
pub(super) fn sheet(text: &str, columns: &Columns) -> Result<Sheet, Vec<Wrong>> {
    let mut reader = reader(text);
    let mut cells = StringRecord::new();
    let mut sheet = Sheet {
        names: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        wrong: Vec::new(),
    };
    let mut at = 0..0;
    while next(&mut reader, &mut cells, &mut at).map_err(|wrong| vec![wrong])? {
        if sheet.names.is_empty() {
            sheet.names = cells.iter().map(|name| name.trim().to_owned()).collect();
            sheet.columns = header(&sheet.names, columns)?;
            continue;
        }
        sheet.rows.push(at.clone());
        if cells.len() != sheet.names.len() {
            let error = miscounted(cells.len(), sheet.names.len());
            sheet.wrong.push(Wrong::row(sheet.rows.len(), error));
        }
    }
    if sheet.names.is_empty() {
        let error = Error::typed("there is no header line");
        return Err(vec![Wrong::file(error.hint(columns.listed()))]);
    }
    if is_open(&text[at.clone()]) {
        let start = at.end - text[at.clone()].trim_start().len();
        let row = Some(sheet.rows.len()).filter(|row| *row > 0);
        // Its number of cells is wrong for the same reason.
        sheet.wrong.retain(|wrong| wrong.row != row);
        sheet.wrong.push(Wrong {
            row,
            ..Wrong::at(
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
) -> Result<bool, Wrong> {
    let place = |reader: &Reader<&[u8]>| usize::try_from(reader.position().byte()).unwrap_or(0);
    let start = place(reader);
    match reader.read_record(cells) {
        Ok(true) => {
            *at = start..place(reader);
            Ok(true)
        }
        Ok(false) => Ok(false),
        Err(why) => Err(Wrong::file(Error::typed(format!("not valid CSV: {why}")))),
    }
}

/// The meanings of the names in the header.
fn header(names: &[String], columns: &Columns) -> Result<Vec<Column>, Vec<Wrong>> {
    // A file without a header has a user there, whose secrets must not be shown.
    if !names.iter().any(|name| columns.find(name).is_some()) {
        let other = names.iter().any(|name| name.contains([';', '\t']));
        let error = Error::typed(format!("the first line names no parameter of `{COMMAND}`"));
        return Err(vec![Wrong::file(error.hint(if other {
            "cells are separated by commas".to_owned()
        } else {
            format!("the first line is the header; {}", columns.listed())
        }))]);
    }
    let all = columns.all(names.iter().map(String::as_str));
    all.map_err(|errors| errors.into_iter().map(Wrong::file).collect())
}

fn miscounted(count: usize, expected: usize) -> Error {
    let cells = |count| format!("{count} cell{}", if count == 1 { "" } else { "s" });
    Error::typed(format!("{}; the header has {expected}", cells(count)))
        .hint("put a value with a comma in quotes: `\"a, b\"`")
}

/// Whether a row ends within quotes: the csv crate reads the rest of the file as
/// one cell without an error.
fn is_open(row: &str) -> bool {
    let text = format!("{row}\nx\n");
    !row.is_empty() && reader(&text).records().count() < 2
}

/// Reads rows at known positions, one by one.
///
/// The csv crate's own reader builds its tables again each time, which takes
/// longer than reading a row. This one keeps them. (A clone would lose them:
/// csv-core 0.1.13 copies half of the table.)
pub(super) struct Cutter(Box<Mutex<csv_core::Reader>>);

impl Cutter {
    pub(super) fn new() -> Self {
        Self(Box::new(Mutex::new(csv_core::Reader::new())))
    }

    /// The cells of the row at `at`.
    pub(super) fn cells(&self, text: &str, at: &Range<usize>) -> Vec<String> {
        let own = &text[at.clone()];
        // The reader drops a byte order mark at the start of what it reads.
        // Here it belongs to a value; a blank line before it is not a row.
        let own = if own.starts_with('\u{feff}') {
            Cow::Owned(format!("\n{own}"))
        } else {
            Cow::Borrowed(own)
        };
        let mut core = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        core.reset();
        // Enough room: a byte or an end for each byte, and one more.
        let (mut bytes, mut ends) = (vec![0; own.len() + 1], vec![0; own.len() + 1]);
        let (_, _, written, ended) = core.read_record(own.as_bytes(), &mut bytes, &mut ends);
        // The end of the input ends the last cell, if no line break did.
        let (_, _, _, more) = core.read_record(b"", &mut bytes[written..], &mut ends[ended..]);
        let mut start = 0;
        let cells = ends[..ended + more].iter().map(|end| {
            let cell = String::from_utf8_lossy(&bytes[start..*end]).into_owned();
            start = *end;
            cell
        });
        cells.collect()
    }
}

/// The values of the cells.
pub(super) fn record(
    columns: &Columns,
    header: &[Column],
    cells: &[String],
) -> Result<Record, Error> {
    let mut record = empty(columns);
    for (column, cell) in header.iter().zip(cells) {
        if let Column::Param(at) = *column {
            record[at] = Cell::from_text(columns.params[at], cell)?;
        }
    }
    Ok(record)
}
