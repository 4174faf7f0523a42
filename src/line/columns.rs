//! The fields that a call selects by `--columns`.

use super::call::Call;
use crate::catalog::{COLUMNS_PARAM, Route};
use crate::error::Error;
use crate::query::{Columns, WrongColumn};
use std::ops::Range;

/// Checks the fields that a call selects against the type of its answer.
pub(super) fn check(call: &Call) -> Result<(), Error> {
    let object = call.command.route().and_then(Route::object);
    match object {
        Some(object) => columns(call, Some(object)).map(drop),
        // It depends on the answer.
        None => Ok(()),
    }
}

/// The fields that a call asks for, of objects of this type.
pub fn columns(call: &Call, object: Option<&'static str>) -> Result<Option<Columns>, Error> {
    if !call.typed(COLUMNS_PARAM) {
        return Ok(None);
    }
    let text = call.text(COLUMNS_PARAM);
    let wrong = |wrong: WrongColumn| {
        let span = part(call, COLUMNS_PARAM, wrong.at, wrong.length);
        wrong.error.error().at(span)
    };
    Columns::read(object, text).map(Some).map_err(wrong)
}

/// The place of a part of a flag's value; of the whole word if there is more in it than the
/// value, quotes around it and `--columns=`.
pub fn part(call: &Call, name: &str, at: usize, length: usize) -> Range<usize> {
    let (word, value) = (call.place(name), call.text(name));
    let flag = name.len() + "--=".len();
    let before = match word.len().checked_sub(value.len()) {
        Some(0) => 0,
        Some(2) => 1,
        Some(more) if more == flag => flag,
        Some(more) if more == flag + 2 => flag + 1,
        _ => return word,
    };
    let start = word.start + before + at;
    start..start + length.max(1)
}
