//! The members of objects in a value: which ones are sent, and which are missing.

use super::{Field, FieldRef, Release, Step, Type, ValueError, find, schema};
use crate::catalog::is_all_zero;
use crate::text::words::ticked;
use serde_json::{Map, Value as Json};

/// A value without its read-only members, which the server sets itself.
pub fn writable(kind: &Type, json: &Json) -> Json {
    match (kind, json) {
        (Type::List(items), Json::Array(list)) => {
            list.iter().map(|item| writable(items, item)).collect()
        }
        (Type::Map(values), Json::Object(members)) => {
            each(members, |_, value| writable(values, value))
        }
        (Type::Object(object), Json::Object(members)) => {
            let own = |key: &str| schema(object).and_then(|schema| schema.own(key));
            let kept = members.iter().filter_map(|(key, value)| match own(key) {
                Some(field) if field.read_only => None,
                Some(field) => Some((key.clone(), writable(&field.kind, value))),
                None => Some((key.clone(), value.clone())),
            });
            Json::Object(kept.collect())
        }
        _ => json.clone(),
    }
}

/// The required members that objects in a value do not have.
pub fn missing_members(found: &FieldRef, json: &Json, all: &mut Vec<ValueError>) {
    match (&found.kind, json) {
        (Type::List(items), Json::Array(list)) => {
            for (at, item) in list.iter().enumerate() {
                let inside = found.inside(Step::Index(at), (**items).clone());
                missing_members(&inside, item, all);
            }
        }
        (Type::Object(object), Json::Object(members)) => {
            for field in schema(object).map_or(&[][..], |schema| schema.fields.as_slice()) {
                let at = inside(found, field);
                match members.get(field.name) {
                    None | Some(Json::Null) if field.required => {
                        let words: Vec<&str> = field.words(None).collect();
                        let wrong = ValueError::new(format!("`{}` is missing", at.path));
                        all.push(wrong.hint(format!("it is one of {}", ticked(&words))));
                    }
                    Some(value) => missing_members(&at, value, all),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// A value without the empty members that a release lacks: they say nothing, and newer
/// servers print them.
pub fn without_absent(found: &FieldRef, json: &Json, release: Release) -> Json {
    match (&found.kind, json) {
        (Type::List(items), Json::Array(list)) => {
            let items = list.iter().enumerate().map(|(at, item)| {
                let inside = found.inside(Step::Index(at), (**items).clone());
                without_absent(&inside, item, release)
            });
            items.collect()
        }
        (Type::Map(values), Json::Object(members)) => each(members, |key, value| {
            let inside = found.inside(Step::Key(key.to_owned()), (**values).clone());
            without_absent(&inside, value, release)
        }),
        (Type::Object(object), Json::Object(members)) => {
            let own = |key: &str| schema(object).and_then(|schema| schema.own(key));
            let kept = members.iter().filter_map(|(key, value)| {
                let Some(field) = own(key) else {
                    return Some((key.clone(), value.clone()));
                };
                let at = inside(found, field);
                let kept = !is_absent(&at, value, release);
                kept.then(|| (key.clone(), without_absent(&at, value, release)))
            });
            Json::Object(kept.collect())
        }
        _ => json.clone(),
    }
}

/// Whether a release lacks a field, and its value is empty.
pub fn is_absent(found: &FieldRef, value: &Json, release: Release) -> bool {
    !found.span.holds(release) && is_all_zero(value)
}

/// A field of an object.
pub(super) fn inside(found: &FieldRef, field: &'static Field) -> FieldRef {
    found.further(find(&found.kind, field.name).expect("a field of this type"))
}

/// An object with other values.
pub(super) fn each(members: &Map<String, Json>, mut make: impl FnMut(&str, &Json) -> Json) -> Json {
    let checked = members.iter();
    let checked = checked.map(|(key, value)| (key.clone(), make(key, value)));
    Json::Object(checked.collect())
}
