//! What of an object is sent back to the server, what of it is shown, and what
//! cannot be changed: facts of the schema.

use crate::catalog::schema::{self, Schema, Type};
use crate::catalog::{Command, Release, Unnamed, is_secret_key};
use crate::error::Error;
use crate::text::clean;
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
pub(crate) fn trimmed(row: &Command, object: &Json) -> Json {
    let mut object = object.clone();
    for (list, linked) in body_of(row).into_iter().flat_map(Schema::links) {
        let items = object.get_mut(list).and_then(Json::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Json::as_object_mut) {
            item.retain(|key, _| !linked.own(key).is_some_and(|field| field.linked));
        }
    }
    object
}

/// Gives the items of lists the members that they have lost. A server that lays
/// a body upon what it has lays each item upon the old one in its place, which
/// may be another: what the body does not name there would stay.
pub(crate) fn complete(row: &Command, base: &Json, after: &mut Json, release: Release) {
    if row.unnamed(release) != Unnamed::Cleared {
        complete_lists(base, after);
    }
}

fn complete_lists(base: &Json, after: &mut Json) {
    match (base, after) {
        (Json::Object(base), Json::Object(after)) => {
            let both = after
                .iter_mut()
                .filter_map(|(key, after)| Some((base.get(key)?, after)));
            both.for_each(|(base, after)| complete_lists(base, after));
        }
        (Json::Array(base), Json::Array(after)) => {
            for (base, after) in base.iter().zip(after) {
                complete_item(base, after);
            }
        }
        _ => {}
    }
}

fn complete_item(base: &Json, after: &mut Json) {
    if let (Json::Object(base), Json::Object(after)) = (base, &mut *after) {
        for (key, value) in base.iter().filter(|(key, _)| !is_secret_key(key)) {
            if let (false, Some(none)) = (after.contains_key(key), none_of(value)) {
                after.insert(key.clone(), none);
            }
        }
    }
    complete_lists(base, after);
}

/// What stands for nothing among values of this kind; of objects nothing does.
fn none_of(value: &Json) -> Option<Json> {
    match value {
        Json::Null | Json::Object(_) => None,
        Json::Bool(_) => Some(false.into()),
        Json::Number(_) => Some(0.into()),
        Json::String(_) => Some("".into()),
        Json::Array(_) => Some(Json::Array(Vec::new())),
    }
}

/// Whether a release shows what is at a path of the object, if there is something.
pub(crate) fn is_shown(row: &Command, path: &str, release: Release) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let field = body_of(row).and_then(|body| body.own(name));
    let unshown = field.and_then(|field| field.unshown);
    !unshown.is_some_and(|span| span.holds(release))
}

/// What cannot be changed must be as it is: another object may be meant.
pub(crate) fn keeps_fixed(row: &Command, before: &Json, after: &Json) -> Result<(), Error> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use serde_json::json;

    #[test]
    fn an_item_inherits_nothing_from_the_one_in_its_place() {
        let base = json!({"filters": {"file_patterns": [
            {"path": "/a", "allowed_patterns": ["*.jpg"], "n": 1, "on": true, "in": {"x": 1}},
        ]}, "uid": 1});
        let short = json!({"filters": {"file_patterns": [
            {"path": "/b", "denied_patterns": ["*.zip"]}, {"path": "/c"},
        ]}});
        let whole = json!({"filters": {"file_patterns": [
            {"path": "/b", "denied_patterns": ["*.zip"], "allowed_patterns": [], "n": 0, "on": false},
            {"path": "/c"},
        ]}});
        for (api, release, expected) in [
            ("v1", Release::LAST_V1, &whole),
            ("v2", Release::new(2, 4, 6), &whole),
            ("v2", Release::new(2, 5, 0), &short),
        ] {
            let row = catalog::find(catalog::at(api, release), "update_user").expect("a row");
            let mut after = short.clone();
            complete(row, &base, &mut after, release);
            assert_eq!(after, *expected, "{release}");
        }
    }
}
