//! Builds the words of a command line from the values of a row.

use super::columns::COMMAND;
use super::merge::{merge, put, split_row_fields};
use super::template::Template;
use super::value::{Cell, Record};
use crate::catalog::{Line, Need};
use crate::error::Error;
use crate::line::variables::Arg;
use serde_json::{Map, Value as Json};

/// The source of values that a row does not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    Template,
    /// None, except for required values.
    Nothing,
}

/// The words of the command, without the values that are wrong.
#[derive(Default)]
pub(super) struct RowArgs {
    /// Its name, the flags, and after `--` the positions, so that any value may begin
    /// with a dash.
    pub(super) words: Vec<Arg>,
    /// What is wrong with the values.
    pub(super) wrong: Vec<Error>,
    /// The secrets that the file shows without their value.
    pub(super) hidden: Vec<String>,
    /// Whether the name of the user is missing.
    pub(super) nameless: bool,
}

pub(super) fn args(template: &Template, row: &Record, fill: Fill) -> RowArgs {
    let mut args = RowArgs {
        wrong: row.wrong.clone(),
        ..RowArgs::default()
    };
    let mut flags = vec![word(COMMAND.to_owned())];
    let mut positions = vec![word("--".to_owned())];
    for (at, param) in template.columns.params.iter().enumerate() {
        let filled = match &row.cells[at] {
            Some(cell) => Ok(Some(cell.clone())),
            // What cannot be read is not what the template has either.
            None if row.unread.contains(&at) => Ok(None),
            None if fill == Fill::Template || param.need == Need::Required => {
                template.value(at, row)
            }
            None => Ok(None),
        };
        let missing =
            || Error::typed(format!("`{}` is missing", param.name)).hint("every row needs its own");
        let checked = filled.and_then(|cell| match cell {
            // It may be what a wrong name was meant to be.
            None if row.has_wrong_names => Ok(None),
            None if param.need == Need::Required && !row.unread.contains(&at) => Err(missing()),
            None => Ok(None),
            Some(cell) => match cell.check(&template.columns, param) {
                Ok(()) => Ok(Some(cell)),
                Err(error) if row.cells[at].is_some() => Err(error),
                Err(error) => Err(made_by_template(error)),
            },
        });
        match checked {
            Ok(Some(Cell::Object(_)) | None) => {}
            Ok(Some(cell)) if param.line == Line::Position => {
                positions.extend(cell.texts().iter().cloned().map(word));
            }
            Ok(Some(cell)) if cell.texts().is_empty() => {
                flags.push(word(format!("--{}=", param.name)));
            }
            Ok(Some(cell)) => {
                let flag = |text: &String| word(format!("--{}={text}", param.name));
                flags.extend(cell.texts().iter().map(flag));
            }
            Err(error) => args.wrong.push(error),
        }
    }
    fields(template, row, fill, &mut flags, &mut args);
    args.nameless = positions.len() == 1;
    flags.append(&mut positions);
    args.words = flags;
    args
}

/// Adds the fields that have no flag: those given as JSON, then those given by path.
fn fields(template: &Template, row: &Record, fill: Fill, flags: &mut Vec<Arg>, args: &mut RowArgs) {
    let Some(kind) = &template.columns.body else {
        return;
    };
    let mut body = Json::Object(Map::new());
    if fill == Fill::Template {
        match template.body(row) {
            Ok(filled) => body = filled,
            Err(error) => args.wrong.push(error),
        }
    }
    merge(kind, &mut body, &row.body);
    for (at, param) in template.columns.params.iter().enumerate() {
        if let Some(Cell::Object(value)) = &row.cells[at]
            && let Some(found) = template.columns.field(param.key)
        {
            put(kind, &mut body, &found.path, value);
        }
    }
    let (body, hidden) = split_row_fields(kind, &body, template.columns.api.release);
    args.hidden = hidden;
    if body.as_object().is_some_and(|members| !members.is_empty()) {
        flags.push(word(format!("--json={body}")));
    }
    let sets = row.sets.iter();
    flags.extend(sets.map(|(path, text)| word(format!("--set={path}={text}"))));
}

fn made_by_template(error: Error) -> Error {
    Error {
        message: format!("{} (after the template was applied)", error.message),
        ..error
    }
}

/// A word without a position in a line.
pub fn word(text: String) -> Arg {
    Arg {
        typed: text.clone(),
        text,
        span: 0..0,
        later: false,
        missing: false,
        open: Vec::new(),
    }
}
