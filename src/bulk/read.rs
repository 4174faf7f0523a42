//! Reads a file of users into rows: all its errors are found here, before
//! anything is sent.

use super::columns::Column;
use super::error::RowError;
use super::value::Record;
use super::{
    FileFormat, FileOptions, LeftOut, Row, Rows, Shape, Template, about, csv, indexes, objects,
    words,
};
use crate::error::Error;
use crate::line::call::Content;
use crate::line::change;
use crate::line::parse::Parser;
use crate::text::encoding;
use crate::text::words::position;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Reads a file of users. Errors are reported in the order of the rows; a wrong name once,
/// at the first row that has it. Without the column of names, no row is checked.
pub fn read(
    bytes: Vec<u8>,
    form: impl Into<FileOptions>,
    template: Template,
) -> Result<Rows, Vec<RowError>> {
    read_while(bytes, form, template, &|| true)
}

/// The same as long as `goes_on`, which is asked at each row; the rest is not checked.
pub fn read_while(
    bytes: Vec<u8>,
    form: impl Into<FileOptions>,
    template: Template,
    goes_on: &dyn Fn() -> bool,
) -> Result<Rows, Vec<RowError>> {
    let FileOptions { format, delimiter } = form.into();
    let text = utf8(bytes).map_err(|wrong| vec![wrong])?;
    let mut wrong = Vec::new();
    let (shape, at) = match format {
        FileFormat::Csv => {
            let sheet = csv::sheet(&text, &template.columns, delimiter)?;
            wrong = sheet.wrong;
            if let Err(missing) = check_identity(&sheet.columns, &template) {
                // The name is probably one of those that are wrong.
                wrong.retain(|wrong| wrong.row.is_none());
                return Err(if wrong.is_empty() { missing } else { wrong });
            }
            let shape = Shape::Cells {
                names: sheet.names,
                columns: sheet.columns,
                cutter: csv::Cutter::new(sheet.delimiter),
                first_line: sheet.first_line,
            };
            (shape, sheet.rows)
        }
        FileFormat::Json => {
            let at = objects::elements(&text).map_err(|wrong| vec![wrong])?;
            (Shape::Object { array: true }, at)
        }
        FileFormat::Ndjson => (Shape::Object { array: false }, objects::lines(&text)),
    };
    let names = match shape {
        Shape::Object { .. } => check_names(&text, &at, &template),
        Shape::Cells { .. } => Vec::new(),
    };
    let mut rows = Rows {
        rows: Vec::with_capacity(at.len()),
        text,
        shape,
        template,
        left_out: Vec::new(),
    };
    check(&mut rows, at, &mut wrong, goes_on);
    wrong.splice(0..0, names);
    if wrong.is_empty() {
        return Ok(rows);
    }
    wrong.sort_by_key(|wrong| wrong.row);
    Err(wrong)
}

/// The text of the file, without a byte order mark.
fn utf8(bytes: Vec<u8>) -> Result<String, RowError> {
    if encoding::is_utf16(&bytes) {
        let error = Error::typed(encoding::UTF_16).hint(encoding::SAVE_AS_UTF_8);
        return Err(RowError::file(error));
    }
    let mut text = String::from_utf8(bytes).map_err(|why| {
        let at = why.utf8_error().valid_up_to();
        let (before, byte) = (&why.as_bytes()[..at], why.as_bytes()[at]);
        let error = Error::typed(format!("invalid UTF-8: byte {byte:#04x}"));
        RowError::at(
            position(&String::from_utf8_lossy(before)),
            error.hint("save the file as UTF-8"),
        )
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The error of a header without the required column, which every row needs.
fn check_identity(columns: &[Column], template: &Template) -> Result<(), Vec<RowError>> {
    match template.columns.identity() {
        Some((at, param)) if !columns.contains(&Column::Param(at)) && !template.has(at) => {
            let error = Error::typed(format!("the header has no `{}`", param.name));
            let hint = "the first line must contain the column names; this one is required";
            Err(vec![RowError::file(error.hint(hint))])
        }
        _ => Ok(()),
    }
}

/// Each wrong member name, once, with the first row that has it.
fn check_names(text: &str, at: &[Range<usize>], template: &Template) -> Vec<RowError> {
    let mut seen = HashSet::new();
    let mut wrong = Vec::new();
    for (index, at) in at.iter().enumerate() {
        // An object that cannot be read is reported with the rows.
        let Ok(object) = objects::object(text, at) else {
            continue;
        };
        let names = object.0.iter().map(|(name, _)| name.as_str());
        for error in template.columns.all(names).1 {
            if seen.insert(error.message.clone()) {
                wrong.push(RowError::row(index + 1, error));
            }
        }
    }
    wrong
}

/// Checks each row and keeps it.
fn check(
    rows: &mut Rows,
    at: Vec<Range<usize>>,
    wrong: &mut Vec<RowError>,
    goes_on: &dyn Fn() -> bool,
) {
    let known: HashSet<usize> = wrong.iter().filter_map(|wrong| wrong.row).collect();
    let mut parser = Parser::default();
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut of_template = TemplateErrors::default();
    for (index, at) in at.into_iter().enumerate() {
        if !goes_on() {
            break;
        }
        let number = index + 1;
        if known.contains(&number) {
            continue;
        }
        let record = rows.record(&at).map_err(|wrong| vec![wrong]);
        let result = record.and_then(|record| checked(&rows.template, &record, &mut parser));
        let result = result.and_then(|checked| {
            if let Some(first) = names.get(&checked.username) {
                return Err(vec![RowError::file(twice(rows, *first))]);
            }
            names.insert(checked.username.clone(), number);
            Ok(checked)
        });
        match result {
            Ok(checked) => {
                let left_out = checked.hidden.into_iter().map(|path| LeftOut {
                    row: number,
                    username: checked.username.clone(),
                    path,
                });
                rows.left_out.extend(left_out);
                rows.rows.push(Row {
                    number,
                    username: checked.username,
                    names_files: checked.names_files,
                    at,
                });
            }
            Err(all) => {
                let name = rows.name_at(&at);
                for mut why in all {
                    if !of_template.is_first(&why, rows, &mut parser, wrong.len()) {
                        continue;
                    }
                    why.row = Some(number);
                    why.error.span = None;
                    // A row that cannot be read has a position instead of a name.
                    if let (None, Some(name)) = (why.position, &name) {
                        why.error = Box::new(about(name, *why.error));
                    }
                    wrong.push(why);
                }
            }
        }
    }
    of_template.count(wrong);
}

/// The errors that the template alone makes: of a row that is empty but for the template.
/// Each is reported once, at the first row that has it.
#[derive(Default)]
struct TemplateErrors {
    /// By message; `None` until a row is wrong.
    known: Option<HashMap<String, SharedError>>,
}

#[derive(Default)]
struct SharedError {
    /// How many rows have it.
    rows: usize,
    /// Its place among all errors.
    at: usize,
}

impl TemplateErrors {
    /// Whether an error is to be reported, as number `at`: none of a row before it is the same
    /// one of the template.
    fn is_first(&mut self, error: &RowError, rows: &Rows, parser: &mut Parser, at: usize) -> bool {
        let known = self.known.get_or_insert_with(|| {
            let empty = Record::empty(&rows.template.columns);
            let errors = checked(&rows.template, &empty, parser).err();
            let messages = errors.into_iter().flatten().map(|one| one.error.message);
            messages
                .map(|message| (message, SharedError::default()))
                .collect()
        });
        let Some(shared) = known.get_mut(&error.error.message) else {
            return true;
        };
        shared.rows += 1;
        if shared.rows == 1 {
            shared.at = at;
        }
        shared.rows == 1
    }

    /// Adds to each error of several rows how many there are.
    fn count(self, wrong: &mut [RowError]) {
        for shared in self.known.into_iter().flat_map(HashMap::into_values) {
            if shared.rows > 1 {
                let message = &mut wrong[shared.at].error.message;
                message.push_str(&format!(" (the same in {} rows)", shared.rows));
            }
        }
    }
}

/// A row without errors.
struct CheckedRow {
    /// The name of its user.
    username: String,
    /// The secrets that are left out.
    hidden: Vec<String>,
    names_files: bool,
}

/// Checks a row like a typed line.
fn checked(
    template: &Template,
    record: &Record,
    parser: &mut Parser,
) -> Result<CheckedRow, Vec<RowError>> {
    let columns = &template.columns;
    let args = words::args(template, record, words::Fill::Template);
    let (mut wrong, mut words) = (args.wrong, args.words);
    if args.nameless {
        // The rest is checked although the name is missing.
        words.push(words::word("x".to_owned()));
    }
    let name = columns.identity();
    match parser.parse(&words, columns.api) {
        // A wrong name was probably meant to be its name.
        Ok(_) if args.nameless => {}
        Ok(parsed) if wrong.is_empty() => match parsed.content {
            Content::Call(call) => {
                let name = name.map_or("", |(_, param)| param.name);
                return Ok(CheckedRow {
                    username: call.text(name).to_owned(),
                    hidden: args.hidden,
                    names_files: words.iter().any(|word| word.text.contains("=@"))
                        && !change::files(&call).is_empty(),
                });
            }
            Content::Nothing | Content::Help(_) => {
                wrong.push(Error::typed("this row is not a command"));
            }
        },
        Ok(_) => {}
        Err(error) => {
            let errors = error.each().into_iter();
            wrong.extend(errors.map(|error| indexes::as_written(error, &record.moved)));
        }
    }
    Err(wrong.into_iter().map(RowError::file).collect())
}

fn twice(rows: &Rows, first: usize) -> Error {
    let name = rows
        .template
        .columns
        .identity()
        .map_or("", |(_, param)| param.name);
    Error::typed(format!(
        "duplicate `{name}`: row {first} has the same value"
    ))
    .hint("remove one of the two rows")
}
