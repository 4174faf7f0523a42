//! The words of a command line out of the values of a row.

use super::columns::COMMAND;
use super::template::Template;
use super::value::Record;
use crate::catalog::{Line, Need};
use crate::error::Error;
use crate::line::variables::Arg;

/// What stands where a row leaves something out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// What the template has.
    Template,
    /// Nothing; but for what no row can be without.
    Nothing,
}

/// The words of the command: its name, the flags, and behind `--` the
/// positions, so that any value may begin with a dash.
pub(super) fn args(template: &Template, row: &Record, fill: Fill) -> Result<Vec<Arg>, Error> {
    let mut flags = vec![word(COMMAND.to_owned())];
    let mut positions = vec![word("--".to_owned())];
    for (at, param) in template.columns.params.iter().enumerate() {
        let cell = match &row[at] {
            Some(cell) => Some(cell.clone()),
            None if fill == Fill::Template || param.need == Need::Required => {
                template.value(at, row)?
            }
            None => None,
        };
        let Some(cell) = cell else {
            if param.need == Need::Required {
                return Err(Error::typed(format!("`{}` is missing", param.name))
                    .hint("every row needs one of its own"));
            }
            continue;
        };
        cell.check(param).map_err(|error| match &row[at] {
            Some(_) => error,
            None => made_by_template(error),
        })?;
        if param.line == Line::Position {
            positions.extend(cell.texts().iter().cloned().map(word));
        } else if cell.texts().is_empty() {
            flags.push(word(format!("--{}=", param.name)));
        } else {
            let flag = |text: &String| word(format!("--{}={text}", param.name));
            flags.extend(cell.texts().iter().map(flag));
        }
    }
    flags.append(&mut positions);
    Ok(flags)
}

fn made_by_template(error: Error) -> Error {
    Error {
        message: format!("{}, as the template makes it", error.message),
        ..error
    }
}

/// A word that has no place in a line.
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
