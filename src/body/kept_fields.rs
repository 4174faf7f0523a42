//! Which fields of an object are sent back to the server, which are shown, and which
//! cannot be changed: facts of the schema.

use super::diff::{FieldDiff, diff};
use crate::catalog::schema::{self, Schema, Sealed, Type, ValueError};
use crate::catalog::{self, Command, Release, Unnamed, is_secret_key};
use crate::error::Error;
use crate::text::clean;
use serde_json::Value as Json;

/// The schema of the body of a row.
fn body_of(row: &Command) -> Option<&'static Schema> {
    match Type::read(row.route()?.body?) {
        Type::Object(name) => schema::schema(name),
        _ => None,
    }
}

/// The type of the body of a row.
pub(crate) fn type_of(row: &Command) -> Type {
    let body = row.route().and_then(|route| route.body);
    body.map_or(Type::Any, Type::read)
}

/// An object as it is sent: without the fields of other objects that it
/// names. Before 2.6.0 the server would change those objects.
/// It is trimmed first, so that a change may name any member.
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

/// Restores members that list items lost in a change. A server that merges
/// a body into the stored object merges each item into the old one at its index, which
/// may be a different item: members that the body does not name would stay.
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

/// The empty value of this kind; objects have none.
fn none_of(value: &Json) -> Option<Json> {
    match value {
        Json::Null | Json::Object(_) => None,
        Json::Bool(_) => Some(false.into()),
        Json::Number(_) => Some(0.into()),
        Json::String(_) => Some("".into()),
        Json::Array(_) => Some(Json::Array(Vec::new())),
    }
}

/// Whether a release shows the value at a path of the object, if it is set.
pub(crate) fn is_shown(row: &Command, path: &str, release: Release) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let field = body_of(row).and_then(|body| body.own(name));
    let unshown = field.and_then(|field| field.unshown);
    !unshown.is_some_and(|span| span.holds(release))
}

/// Whether a client can set the value at a path of the object, and only a client changes it.
pub(crate) fn is_writable(row: &Command, path: &str) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let field = body_of(row).and_then(|body| body.own(name));
    field.is_some_and(|field| !field.read_only) && !catalog::SERVER_COUNTED_FIELDS.contains(&name)
}

/// An object with the lists sorted whose order means nothing; some releases sort them by name.
pub(crate) fn in_order(object: &Json) -> Json {
    let mut object = object.clone();
    for name in catalog::UNORDERED_FIELDS {
        if let Some(items) = object.get_mut(name).and_then(Json::as_array_mut) {
            items.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
        }
    }
    object
}

/// The places where an object that is to be sent differs from the server's. The server
/// omits what is 0 or empty, so that is no difference to a missing field, unless the
/// release never shows the field.
pub(crate) fn changes(
    row: &Command,
    base: &Json,
    after: &Json,
    release: Release,
) -> Vec<FieldDiff> {
    let mut changes = diff(base, after);
    changes.retain(|change| {
        let unseen = change.before.is_none() && !is_shown(row, &change.path, release);
        unseen || !is_same(change.before.as_ref(), change.after.as_ref())
    });
    changes
}

/// Whether two values are equal for the server.
fn is_same(one: Option<&Json>, other: Option<&Json>) -> bool {
    match (one, other) {
        (Some(Json::Object(one)), Some(Json::Object(other))) => {
            let names = one.keys().chain(other.keys());
            let mut names = names.collect::<std::collections::BTreeSet<_>>().into_iter();
            names.all(|name| is_same(one.get(name), other.get(name)))
        }
        (Some(Json::Array(one)), Some(Json::Array(other))) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| is_same(Some(one), Some(other)))
        }
        _ => one == other || (is_nothing(one) && is_nothing(other)),
    }
}

/// Whether a value is the same as no value.
pub(crate) fn is_nothing(value: Option<&Json>) -> bool {
    value.is_none_or(catalog::is_all_zero)
}

/// Checks that fixed fields are unchanged: a different one may mean another object.
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
        "`{}` cannot be changed (it is {} on the server, not {}); nothing was sent",
        field.name,
        clean::line(&shown(before)),
        clean::line(&shown(after)),
    ))
    .hint(row.hint_of(404)))
}

/// Checks that secrets which the server shows without their key are where they were: in
/// another place they would be ignored.
pub(crate) fn keeps_sealed(row: &Command, base: &Json, after: &Json) -> Result<(), Error> {
    let Some(body) = row.route().and_then(|route| route.body).map(Type::read) else {
        return Ok(());
    };
    let mut there = Vec::new();
    schema::each_own_sealed(&body, base, &mut |path, value, _| {
        there.push((path.to_owned(), value));
    });
    let mut foreign = Vec::new();
    schema::each_own_sealed(&body, after, &mut |path, value, how| {
        let is_same = |(at, old): &(String, &Json)| at == path && *old == value;
        if how == Sealed::Hidden && !there.iter().any(is_same) {
            foreign.push(
                ValueError::unusable(
                    path,
                    "it is encrypted, and is not the secret of this object",
                )
                .error(),
            );
        }
    });
    Error::joined(foreign).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use serde_json::json;

    #[test]
    fn groups_and_folders_have_no_order() {
        let one = serde_json::json!({"groups": [{"name": "b"}, {"name": "a"}], "other": [2, 1]});
        let two = serde_json::json!({"groups": [{"name": "a"}, {"name": "b"}], "other": [2, 1]});
        assert_eq!(in_order(&one), two);
    }

    #[test]
    fn a_replaced_item_inherits_nothing() {
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
