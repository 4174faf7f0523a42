//! A call about several objects: named one after the other, or selected by `--where`.

use super::call::{Call, Slot, ValueOrigin};
use super::complaint::FLAGS_BEFORE;
use crate::catalog::many::{PARAMS as MANY, PLAN_PARAM, YES_PARAM};
use crate::catalog::{Need, Value, WHERE_PARAM};
use crate::error::Error;
use crate::query::View;
use std::sync::Arc;

impl Call {
    /// Whether it is about several objects, or a plan of what it would do is to be shown.
    pub fn is_many(&self) -> bool {
        let takes_many = self.command.takes_many();
        takes_many && (!self.more.is_empty() || self.selects() || self.is_on(PLAN_PARAM))
    }

    /// Whether its objects are those that meet a condition.
    pub fn selects(&self) -> bool {
        self.command.takes_many()
            && self
                .slot(WHERE_PARAM)
                .is_some_and(|slot| slot.from != ValueOrigin::Default)
    }

    /// Whether what it does to several objects was confirmed on the line.
    pub fn is_confirmed(&self) -> bool {
        self.command.takes_many() && self.is_on(YES_PARAM)
    }

    /// The names that were given, each once.
    pub fn names(&self) -> Vec<Slot> {
        let own = self.slots.iter().filter(|slot| is_name(self, slot));
        let mut names: Vec<Slot> = Vec::new();
        for slot in own.chain(&self.more) {
            let is_again = |other: &Slot| other.value == slot.value && other.later == slot.later;
            if !names.iter().any(is_again) {
                names.push(slot.clone());
            }
        }
        names
    }

    /// The same for one object.
    pub fn about(&self, name: &Slot) -> Self {
        let mut one = self.clone();
        one.more = Vec::new();
        one.view = Arc::new(View::default());
        for slot in &mut one.slots {
            let param = slot.param;
            if Some(param.name) == self.command.many().map(|many| many.name) {
                *slot = name.clone();
            } else if MANY.iter().any(|many| many.name == param.name) {
                *slot = Slot::left_out(param);
            }
        }
        one
    }

    /// The same for one object, which is only read if a plan is to be shown.
    pub fn planned_about(&self, name: &Slot) -> Self {
        let mut one = self.about(name);
        for (slot, own) in one.slots.iter_mut().zip(&self.slots) {
            if own.param.name == PLAN_PARAM {
                *slot = own.clone();
            }
        }
        one
    }

    /// The same without the flag that confirms it.
    pub fn unconfirmed(mut self) -> Self {
        let flag = self.slots.iter_mut().find(|it| it.param.name == YES_PARAM);
        if let Some(slot) = flag {
            *slot = Slot::left_out(slot.param);
        }
        self
    }

    /// The same with what it does to several objects confirmed.
    pub fn confirmed(mut self) -> Self {
        let is_many = self.is_many();
        let flag = self.slots.iter_mut().find(|it| it.param.name == YES_PARAM);
        if let Some(slot) = flag.filter(|_| is_many) {
            slot.value = Some(Value::Switch(true));
        }
        self
    }

    /// The same for one object that stands for all: the first that was named, or each that
    /// meets the condition.
    pub fn example(&self) -> Self {
        let name = self.names().into_iter().find(|_| !self.selects());
        let each = || {
            self.about_name(&format!(
                "${}",
                self.command.many().map_or("", |it| it.name)
            ))
        };
        name.map_or_else(each, |name| self.about(&name))
    }

    /// The same for the object of this name.
    pub fn about_name(&self, name: &str) -> Self {
        let Some(param) = self.command.many() else {
            return self.clone();
        };
        self.about(&Slot {
            param,
            value: Some(Value::Text(name.to_owned())),
            from: ValueOrigin::Typed,
            ..Slot::left_out(param)
        })
    }
}

fn is_name(call: &Call, slot: &Slot) -> bool {
    call.command.many().map(|many| many.name) == Some(slot.param.name)
}

/// Whether a parameter that was given changes the objects.
fn is_change(call: &Call, slot: &Slot) -> bool {
    let is_own = MANY.iter().any(|many| many.name == slot.param.name);
    let is_left_out = matches!(slot.from, ValueOrigin::Default | ValueOrigin::Json);
    !is_left_out && !is_own && !is_name(call, slot)
}

/// Checks that several objects are changed at all: two names alone are more likely a name and
/// a word that was to be something else.
pub(super) fn check_change(call: &Call) -> Result<(), Error> {
    let is_update = call.is_many() && call.command.is_change();
    if is_update && !call.slots.iter().any(|slot| is_change(call, slot)) {
        let name = call.command.name;
        let why = format!("`{name}` for several objects needs at least one change");
        let is_flag = |slot: &Slot| {
            let word = slot.value.as_ref().map(Value::to_word);
            word.is_some_and(|word| word.starts_with("--"))
        };
        let hint = if call.more.iter().any(is_flag) {
            FLAGS_BEFORE.to_owned()
        } else {
            format!("`help {name}` lists the flags")
        };
        return Err(Error::typed(why).hint(hint).at(call.span.clone()));
    }
    Ok(())
}

/// Checks how the objects of a call are given.
pub(super) fn check(call: &mut Call) -> Result<(), Error> {
    if !call.is_many() {
        return Ok(());
    }
    if call.is_on("replace") {
        let why = "`--replace` cannot be used for several objects or with `--plan`: it clears the fields that are not given";
        return Err(Error::typed(why).at(call.place("replace")));
    }
    if !call.selects() {
        return Ok(());
    }
    let is_left_out = |slot: &Slot| {
        matches!(
            slot.from,
            ValueOrigin::LastUsername | ValueOrigin::LastUserId | ValueOrigin::Default
        )
    };
    let named = call.names().into_iter().find(|slot| !is_left_out(slot));
    if let Some(slot) = named {
        let why = format!("`--{WHERE_PARAM}` and a name cannot be used together");
        let at = slot.span.unwrap_or_else(|| call.place(WHERE_PARAM));
        return Err(Error::typed(why)
            .hint(format!(
                "a condition can name them: `{} in (a, b)`",
                slot.param.name
            ))
            .at(at));
    }
    // The last user is not meant.
    let many = call.command.many().map(|many| many.name);
    let mut slots = call.slots.iter_mut();
    if let Some(slot) = slots.find(|slot| Some(slot.param.name) == many) {
        debug_assert_ne!(slot.param.need, Need::LastUserId);
        slot.from = ValueOrigin::Default;
    }
    Ok(())
}
