//! What a call does if its object already exists or is not there, and the password that
//! it makes.

use super::call::{Call, Slot, ValueOrigin};
use crate::catalog::upsert::{GENERATE_PARAM, IF_EXISTS_PARAM, IF_MISSING_PARAM, SKIP, UPDATE};
use crate::error::Error;

impl Call {
    /// What to do if the object that it adds already exists, other than to fail.
    pub fn if_exists(&self) -> Option<&'static str> {
        let chosen = self.text(IF_EXISTS_PARAM);
        [UPDATE, SKIP].into_iter().find(|word| *word == chosen)
    }

    /// Whether it succeeds if the object that it deletes does not exist.
    pub fn skips_missing(&self) -> bool {
        self.text(IF_MISSING_PARAM) == SKIP
    }

    /// The same without the flag for an object that already exists.
    pub fn without_if_exists(&self) -> Self {
        let mut call = self.clone();
        let mut slots = call.slots.iter_mut();
        if let Some(slot) = slots.find(|slot| slot.param.name == IF_EXISTS_PARAM) {
            *slot = Slot::left_out(slot.param);
        }
        call
    }

    /// Whether it makes a password.
    pub fn generates(&self) -> bool {
        self.is_on(GENERATE_PARAM)
    }
}

/// Checks how the password of a call is given; one that is to be made is asked for from
/// whoever sends the call.
pub(super) fn check(call: &mut Call) -> Result<(), Error> {
    if !call.generates() {
        return Ok(());
    }
    if call.is_many() {
        let why = "`--generate` makes one password: it cannot be used for several objects";
        return Err(Error::typed(why).at(call.place(GENERATE_PARAM)));
    }
    let Some(param) = call.command.chosen_password() else {
        return Ok(());
    };
    let at = call.place(GENERATE_PARAM);
    let mut slots = call.slots.iter_mut();
    let Some(slot) = slots.find(|slot| slot.param.name == param.name) else {
        return Ok(());
    };
    if matches!(slot.from, ValueOrigin::Typed | ValueOrigin::Later) {
        let why = format!(
            "`{}` and `--generate` cannot be used together",
            param.flag()
        );
        return Err(Error::typed(why).at(at));
    }
    *slot = Slot {
        value: None,
        from: ValueOrigin::Ask,
        ..Slot::left_out(param)
    };
    Ok(())
}
