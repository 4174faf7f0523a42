//! Fields given as JSON: one value over another, and what a file cannot carry.

use crate::catalog::Release;
use crate::catalog::schema::{self, ENVELOPE, FieldRef, Path, Sealed, Step, Type};
use crate::text::path::member;
use serde_json::Value as Json;

/// Merges `over` into `base`, member by member. Lists and secrets are replaced as a whole.
pub(super) fn merge(kind: &Type, base: &mut Json, over: &Json) {
    let (Some(into), Some(members)) = (base.as_object_mut(), over.as_object()) else {
        over.clone_into(base);
        return;
    };
    let kind_of = |name: &str| match kind {
        Type::Object(ENVELOPE) => None,
        Type::Object(object) => {
            let field = schema::schema(object).and_then(|schema| schema.own(name));
            Some(field.map_or(Type::Any, |field| field.kind.clone()))
        }
        Type::Map(values) => Some((**values).clone()),
        Type::Any | Type::Free => Some(Type::Any),
        _ => None,
    };
    for (name, value) in members {
        let Some(kind) = kind_of(name) else {
            over.clone_into(base);
            return;
        };
        match into.get_mut(name) {
            Some(there) => merge(&kind, there, value),
            None => drop(into.insert(name.clone(), value.clone())),
        }
    }
}

/// Puts a value at a path, over what is there.
pub(super) fn put(kind: &Type, body: &mut Json, path: &Path, value: &Json) {
    let mut whole = value.clone();
    for step in path.0.iter().rev() {
        whole = match step {
            Step::Key(key) => Json::Object([(key.clone(), whole)].into_iter().collect()),
            Step::Index(_) => Json::Array(vec![whole]),
        };
    }
    merge(kind, body, &whole);
}

/// A value whose secrets may be plain texts, as in a cell.
pub(super) fn enveloped(kind: &Type, json: &Json) -> Json {
    match (kind, json) {
        (Type::Object(ENVELOPE), Json::String(text)) if !text.is_empty() => schema::envelope(text),
        (Type::Object(object), Json::Object(members)) => {
            let own = |key: &str| schema::schema(object).and_then(|schema| schema.own(key));
            let members = members.iter().map(|(key, value)| {
                let value =
                    own(key).map_or_else(|| value.clone(), |field| enveloped(&field.kind, value));
                (key.clone(), value)
            });
            Json::Object(members.collect())
        }
        (Type::List(items), Json::Array(list)) => {
            list.iter().map(|item| enveloped(items, item)).collect()
        }
        _ => json.clone(),
    }
}

/// The fields that a row can carry: without what only the server sets, the empty fields
/// that the release lacks, and the secrets that a server shows without
/// their value. The paths of these secrets are returned.
pub(super) fn split_row_fields(kind: &Type, json: &Json, release: Release) -> (Json, Vec<String>) {
    let json = schema::writable(kind, &enveloped(kind, json));
    let mut json = schema::without_absent(&FieldRef::root(kind), &json, release);
    let mut hidden = Vec::new();
    schema::each_sealed(kind, &json, &mut |path, _, how| {
        if how == Sealed::Hidden {
            hidden.push(path.to_owned());
        }
    });
    if !hidden.is_empty() {
        remove(kind, &mut json, "", &hidden);
    }
    // What is linked keeps its own secrets.
    hidden.retain(|path| !path.contains("]."));
    (json, hidden)
}

/// Removes the members at these paths. A list item that loses one of another object's
/// members loses all of that object's: only the reference stays.
fn remove(kind: &Type, json: &mut Json, path: &str, gone: &[String]) {
    let below = |name: &str| member(path, name);
    match (kind, json) {
        (Type::Object(object), Json::Object(members)) => {
            let fields = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
            let is_below = |name: &str| gone.iter().any(|path| path.starts_with(&below(name)));
            if fields
                .iter()
                .any(|field| field.linked && is_below(field.name))
            {
                members.retain(|name, _| {
                    !fields
                        .iter()
                        .any(|field| field.linked && field.name == name)
                });
            }
            members.retain(|name, _| !gone.contains(&below(name)));
            for field in fields {
                if let Some(value) = members.get_mut(field.name) {
                    remove(&field.kind, value, &below(field.name), gone);
                }
            }
        }
        (Type::List(items), Json::Array(list)) => {
            for (at, item) in list.iter_mut().enumerate() {
                remove(items, item, &format!("{path}[{at}]"), gone);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const USER: Type = Type::Object("User");

    #[test]
    fn members_override_and_the_others_are_kept() {
        let mut base = json!({
            "filters": {"allowed_ip": ["a", "b"], "hooks": {"pre_login_disabled": true}},
            "permissions": {"/": ["*"], "/in": ["list"]},
            "filesystem": {"s3config": {"access_secret": {"status": "AWS", "payload": "x", "key": "k"}}},
        });
        let over = json!({
            "filters": {"allowed_ip": ["c"]}, "permissions": {"/": ["list"]}, "uid": 1,
            "filesystem": {"s3config": {"access_secret": {"status": "Plain", "payload": "y"}}},
        });
        merge(&USER, &mut base, &over);
        assert_eq!(
            base,
            json!({
                "filters": {"allowed_ip": ["c"], "hooks": {"pre_login_disabled": true}},
                "permissions": {"/": ["list"], "/in": ["list"]},
                "filesystem": {"s3config": {"access_secret": {"status": "Plain", "payload": "y"}}},
                "uid": 1,
            })
        );
    }

    #[test]
    fn read_only_fields_are_left_out() {
        let sealed = json!({"status": "Secretbox", "payload": "x", "key": "", "mode": 0});
        let user = json!({
            "id": 4, "uid": 1, "used_quota_size": 5,
            "filters": {"totp_config": {"enabled": true}, "allowed_ip": []},
            "filesystem": {"s3config": {"access_secret": sealed, "bucket": "b"}},
            "virtual_folders": [
                {"id": 1, "name": "f", "mapped_path": "/f", "virtual_path": "/f",
                 "filesystem": {"sftpconfig": {"password": sealed}}},
                {"id": 2, "name": "g", "mapped_path": "/g", "virtual_path": "/g"},
            ],
        });
        let (carried, hidden) = split_row_fields(&USER, &user, Release::new(2, 7, 5));
        assert_eq!(
            carried,
            json!({
                "uid": 1, "filters": {"allowed_ip": []}, "filesystem": {"s3config": {"bucket": "b"}},
                "virtual_folders": [
                    {"name": "f", "virtual_path": "/f"},
                    {"name": "g", "mapped_path": "/g", "virtual_path": "/g"},
                ],
            })
        );
        assert_eq!(hidden, ["filesystem.s3config.access_secret"]);
    }
}
