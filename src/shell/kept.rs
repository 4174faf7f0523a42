//! What of an object is sent back to the server, what of it is shown, and what
//! cannot be changed: facts of the schema.

use crate::catalog::schema::{self, Schema, Type};
use crate::catalog::{Command, Release};
use crate::error::Error;
use crate::render::clean;
use serde_json::Value as Json;

/// What the body of a row is.
fn body_of(row: &Command) -> Option<&'static Schema> {
    match Type::read(row.route()?.body?) {
        Type::Object(name) => schema::schema(name),
        _ => None,
    }
}

/// An object as it is to be sent: without what belongs to other objects that it
/// names. The server has it, and before 2.6.0 it would change them by it.
/// Trimmed first, so that a change may name any member.
pub(super) fn trimmed(row: &Command, object: &Json) -> Json {
    let mut object = object.clone();
    for (list, linked) in body_of(row).into_iter().flat_map(Schema::links) {
        let items = object.get_mut(list).and_then(Json::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Json::as_object_mut) {
            item.retain(|key, _| !linked.own(key).is_some_and(|field| field.linked));
        }
    }
    object
}

/// Whether a release shows what is at a path of the object, if there is something.
pub(super) fn is_shown(row: &Command, path: &str, release: Release) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let field = body_of(row).and_then(|body| body.own(name));
    let unshown = field.and_then(|field| field.unshown);
    !unshown.is_some_and(|span| span.holds(release))
}

/// What cannot be changed must be as it is: another object may be meant.
pub(super) fn keeps_fixed(row: &Command, before: &Json, after: &Json) -> Result<(), Error> {
    let fields = body_of(row).map_or(&[][..], |body| body.fields.as_slice());
    let differs = |name: &str| after.get(name).is_some() && before.get(name) != after.get(name);
    let mut fields = fields.iter();
    let Some(field) = fields.find(|field| field.fixed && differs(field.name)) else {
        return Ok(());
    };
    let shown = |json: &Json| {
        let value = json.get(field.name);
        value.map_or_else(String::new, Json::to_string)
    };
    Err(Error::typed(format!(
        "the server has {} as `{}`, not {}, and keeps it; nothing was sent",
        clean::line(&shown(before)),
        field.name,
        clean::line(&shown(after)),
    ))
    .hint(row.hint_of(404)))
}
