//! Secrets that were copied from another object, which no server could open.

use crate::body::change::BodyChange;
use crate::catalog::Method;
use crate::catalog::schema::{Sealed, Type, ValueError, each_own_sealed};
use crate::line::call::{Call, Slot};
use crate::line::change::identity::may_be_in_json;

/// The secrets of a change that are sealed for another object. One that the server shows
/// without its key can only stay in the object that has it, so a new object cannot
/// have it.
pub(super) fn foreign(call: &Call, kind: &Type, change: &BodyChange) -> Vec<ValueError> {
    if change.is_empty() {
        return Vec::new();
    }
    let body = change.body();
    let is_new = call
        .command
        .route()
        .is_some_and(|route| route.method == Method::Post);
    let is_name = |slot: &&Slot| may_be_in_json(slot.param) || slot.param.place.in_path();
    let named = call.slots.iter().find(is_name);
    let own = named.and_then(|slot| {
        let typed = call.text(slot.param.name);
        let body = || body.get(slot.param.key)?.as_str();
        (!typed.is_empty()).then_some(typed).or_else(body)
    });
    let mut all = Vec::new();
    each_own_sealed(kind, &body, &mut |path, _, how| match (how, own) {
        (Sealed::Of(other), Some(own)) if other != own => {
            all.push(ValueError::unusable(
                path,
                &format!("it is encrypted for `{other}`, not for `{own}`"),
            ));
        }
        (Sealed::Hidden, _) if is_new => {
            all.push(ValueError::unusable(
                path,
                "it is encrypted, and its key is missing",
            ));
        }
        _ => {}
    });
    all
}
