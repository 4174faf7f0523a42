//! A file of users to its rows: everything that is wrong is found here, before
//! anything is sent.

use super::columns::Column;
use super::error::{Wrong, position};
use super::{Format, Row, Rows, Shape, Template, about, csv, objects, words};
use crate::error::Error;
use crate::line::call::What;
use crate::line::parse::Parser;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Reads a file of users. What is wrong is told in the order of the rows; a
/// wrong name alone, before any row.
pub fn read(bytes: Vec<u8>, format: Format, template: Template) -> Result<Rows, Vec<Wrong>> {
    let text = utf8(bytes).map_err(|wrong| vec![wrong])?;
    let mut wrong = Vec::new();
    let (shape, at) = match format {
        Format::Csv => {
            let sheet = csv::sheet(&text, &template.columns)?;
            check_identity(&sheet.columns, &template)?;
            wrong = sheet.wrong;
            let shape = Shape::Cells {
                names: sheet.names,
                columns: sheet.columns,
                cutter: csv::Cutter::new(),
            };
            (shape, sheet.rows)
        }
        Format::Json => {
            let at = objects::elements(&text).map_err(|wrong| vec![wrong])?;
            (Shape::Object { array: true }, at)
        }
        Format::Ndjson => (Shape::Object { array: false }, objects::lines(&text)),
    };
    if matches!(shape, Shape::Object { .. }) {
        check_names(&text, &at, &template)?;
    }
    let mut rows = Rows {
        rows: Vec::with_capacity(at.len()),
        text,
        shape,
        template,
    };
    check(&mut rows, at, &mut wrong);
    if wrong.is_empty() {
        return Ok(rows);
    }
    wrong.sort_by_key(|wrong| wrong.row);
    Err(wrong)
}

/// The text of the file, without a mark at its beginning.
fn utf8(bytes: Vec<u8>) -> Result<String, Wrong> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let error = Error::typed("the file is UTF-16").hint("save it as UTF-8");
        return Err(Wrong::file(error));
    }
    let mut text = String::from_utf8(bytes).map_err(|why| {
        let at = why.utf8_error().valid_up_to();
        let (before, byte) = (&why.as_bytes()[..at], why.as_bytes()[at]);
        let error = Error::typed(format!("the byte {byte:#04x} is no UTF-8"));
        Wrong::at(
            position(&String::from_utf8_lossy(before)),
            error.hint("save the file as UTF-8"),
        )
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// Without a column for it every row would lack it.
fn check_identity(columns: &[Column], template: &Template) -> Result<(), Vec<Wrong>> {
    match template.columns.identity() {
        Some((at, param)) if !columns.contains(&Column::Param(at)) && !template.has(at) => {
            let error = Error::typed(format!("the header has no `{}`", param.name));
            let hint = "the first line names the columns; every row needs this one";
            Err(vec![Wrong::file(error.hint(hint))])
        }
        _ => Ok(()),
    }
}

/// Each name of a member that is wrong, once, with the first row that has it.
fn check_names(text: &str, at: &[Range<usize>], template: &Template) -> Result<(), Vec<Wrong>> {
    let mut seen = HashSet::new();
    let mut wrong = Vec::new();
    for (index, at) in at.iter().enumerate() {
        // An object that cannot be read is told with the rows.
        let Ok(object) = objects::object(text, at) else {
            continue;
        };
        let names = object.0.iter().map(|(name, _)| name.as_str());
        for error in template.columns.all(names).err().into_iter().flatten() {
            if seen.insert(error.message.clone()) {
                wrong.push(Wrong::row(index + 1, error));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Checks each row and keeps it. Of a row that is known to be wrong nothing more is told.
fn check(rows: &mut Rows, at: Vec<Range<usize>>, wrong: &mut Vec<Wrong>) {
    let known: HashSet<usize> = wrong.iter().filter_map(|wrong| wrong.row).collect();
    let mut parser = Parser::default();
    let mut names: HashMap<String, usize> = HashMap::new();
    for (index, at) in at.into_iter().enumerate() {
        let number = index + 1;
        if known.contains(&number) {
            continue;
        }
        let result = username(rows, &at, &mut parser).and_then(|username| {
            if let Some(first) = names.get(&username) {
                return Err(Wrong::file(twice(rows, *first)));
            }
            names.insert(username.clone(), number);
            Ok(username)
        });
        match result {
            Ok(username) => rows.rows.push(Row {
                number,
                username,
                at,
            }),
            Err(mut why) => {
                let name = rows.name_at(&at);
                why.row = Some(number);
                why.error.span = None;
                // Where it cannot be read there is a place in place of a name.
                if let (None, Some(name)) = (why.position, name) {
                    why.error = about(&name, why.error);
                }
                wrong.push(why);
            }
        }
    }
}

/// The name of the user of a row, after the row is checked as a typed line is.
fn username(rows: &Rows, at: &Range<usize>, parser: &mut Parser) -> Result<String, Wrong> {
    let columns = &rows.template.columns;
    let record = rows.record(at)?;
    let args = words::args(&rows.template, &record, words::Fill::Template).map_err(Wrong::file)?;
    let parsed = parser.parse(&args, columns.api).map_err(Wrong::file)?;
    let name = columns.identity().map_or("", |(_, param)| param.name);
    match parsed.what {
        What::Call(call) => Ok(call.text(name).to_owned()),
        What::Nothing | What::Help(_) => {
            Err(Wrong::file(Error::typed("this row is not a command")))
        }
    }
}

fn twice(rows: &Rows, first: usize) -> Error {
    let name = rows
        .template
        .columns
        .identity()
        .map_or("", |(_, param)| param.name);
    Error::typed(format!("`{name}` is that of row {first} too"))
        .hint("take one of the two rows out")
}
