//! The flags of a command that choose what is shown of its answer, read when the line is
//! parsed: what is wrong with them is found before anything is sent.

use super::call::{Call, Slot, ValueOrigin};
use crate::catalog::{
    ALL_PARAM, Clock, JQ_PARAM, OfList, Release, SORT_PARAM, WHERE_PARAM, is_view,
};
use crate::error::Error;
use crate::query::{Condition, Jq, Order, QueryError, View};

/// The flags of a call; those with a variable that has no value yet are left out.
pub(super) fn of(call: &Call, release: Release) -> Result<View, Error> {
    check_all(call)?;
    let mut view = View::default();
    let is_typed = |slot: &&Slot| is_view(slot.param) && slot.from == ValueOrigin::Typed;
    let item = call.command.listed();
    for slot in call.slots.iter().filter(is_typed) {
        let text = call.text(slot.param.name);
        let at = |wrong: QueryError| error(wrong, slot);
        match (slot.param.name, item) {
            (WHERE_PARAM, Some(item)) => {
                let read = Condition::read(text, item, release, &Clock::system());
                view.condition = Some(read.map_err(at)?);
            }
            (SORT_PARAM, Some(item)) => {
                view.order = Some(Order::read(text, item, release).map_err(at)?);
            }
            (JQ_PARAM, _) => view.filter = Some(Jq::read(text).map_err(at)?),
            _ => {}
        }
    }
    let csv = call.of_list(OfList::Csv).map(|slot| slot.param);
    match csv.filter(|csv| call.is_on(csv.name) && view.is_any()) {
        Some(csv) => {
            let message = format!(
                "`{}` returns CSV, which is not filtered or sorted",
                csv.flag()
            );
            Err(Error::typed(message).at(call.place(csv.name)))
        }
        None => Ok(view),
    }
}

/// All pages have no limit and no beginning.
fn check_all(call: &Call) -> Result<(), Error> {
    let is_all = call.command.route().is_some() && call.is_on(ALL_PARAM);
    let is_typed = |slot: &&Slot| slot.param.list.is_some() && slot.from == ValueOrigin::Typed;
    let mut beside = call.slots.iter().filter(is_typed).map(|slot| slot.param);
    match beside.next().filter(|_| is_all) {
        Some(param) => {
            let flag = param.flag();
            let message = format!("`--{ALL_PARAM}` and `{flag}` cannot be used together");
            Err(Error::typed(message).at(call.place(param.name)))
        }
        None => Ok(()),
    }
}

/// The error of the text of a flag, at the place in the line of what is wrong in it.
pub(crate) fn error(wrong: QueryError, slot: &Slot) -> Error {
    let at = slot.part(&wrong.span);
    let error = Error::typed(format!("`{}`: {}", slot.param.flag(), wrong.message));
    let error = match wrong.hint {
        Some(hint) => error.hint(hint),
        None => error,
    };
    match at {
        Some(at) => error.at(at),
        None => error,
    }
}
