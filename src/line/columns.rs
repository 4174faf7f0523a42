//! The fields that a call selects by `--columns`.

use super::call::{Call, ValueOrigin};
use super::view;
use crate::catalog::{COLUMNS_PARAM, Route};
use crate::error::Error;
use crate::query::Columns;

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
    let slot = call.slot(COLUMNS_PARAM);
    let Some(slot) = slot.filter(|slot| slot.from == ValueOrigin::Typed) else {
        return Ok(None);
    };
    let read = Columns::read(object, call.text(COLUMNS_PARAM));
    read.map(Some).map_err(|wrong| view::error(wrong, slot))
}
