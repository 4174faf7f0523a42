//! The name of an object, which `--json` may give instead of the line.

use crate::catalog::schema::ValueError;
use crate::catalog::{Kind, Line, Need, Param};
use crate::error::Error;
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::line::slot::no_segment;
use serde_json::Value as Json;

/// The fields that name an object, on the line and in its body.
const NAMES: [&str; 2] = ["username", "name"];

/// Whether a position that is left out may be in the body of `--json`.
pub(in crate::line) fn may_be_in_json(param: &Param) -> bool {
    param.line == Line::Position && param.need == Need::Required && param.place.in_body()
}

/// The error if `--json` or `--set` names another object than the line.
pub(super) fn differs(call: &Call, json: &Json, flag: &str) -> Option<ValueError> {
    let is_name = |slot: &&Slot| {
        let param = slot.param;
        let names = may_be_in_json(param) || param.place.in_path() && NAMES.contains(&param.key);
        names && param.kind == Kind::Text && slot.from == ValueOrigin::Typed
    };
    call.slots.iter().filter(is_name).find_map(|slot| {
        let typed = call.text(slot.param.name);
        let own = json.get(slot.param.key)?.as_str()?;
        // JSON from a template may leave the name empty.
        let is_empty = own.is_empty() && flag == "--json";
        (own != typed && !is_empty).then(|| {
            let (shown, key) = (slot.param.shown(), slot.param.key);
            let wrong = ValueError::new(format!(
                "`{shown}` is `{typed}`, but `{key}` in `{flag}` is `{own}`"
            ));
            wrong.hint(if slot.param.place.in_path() {
                format!("leave `{key}` out of `{flag}`, or name that object")
            } else {
                format!("leave `{shown}` out, or correct one of them")
            })
        })
    })
}

/// Takes the names that the line leaves out from the body. Does nothing as long as the
/// file of `--json` is not read.
pub(in crate::line) fn fill_in(call: &mut Call) -> Result<(), Error> {
    let is_in_json = |slot: &Slot| slot.from == ValueOrigin::Json;
    if !call.slots.iter().any(is_in_json) {
        return Ok(());
    }
    let is_read = super::json_is_read(call);
    let body = call.change.body();
    let mut missing = Vec::new();
    for slot in call.slots.iter_mut().filter(|slot| is_in_json(slot)) {
        let word = match body.get(slot.param.key) {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if word.is_empty() {
            missing.push((slot.param.shown(), slot.param.key));
        } else if let Some(why) = no_segment(call.command, slot.param, &word) {
            let error = format!("`{}` in `--json` {why}", slot.param.key);
            return Err(Error::typed(error).at(call.span.clone()));
        } else {
            let value = slot.param.kind.check(&[word]);
            slot.value = value.ok();
        }
    }
    match missing.first() {
        Some((shown, key)) if is_read => Err(Error::typed(format!(
            "`{shown}` is missing, and `--json` has no `{key}` either"
        ))
        .hint(format!("give it on the line, or as `{key}` in the JSON"))
        .at(call.span.clone())),
        _ => Ok(()),
    }
}
