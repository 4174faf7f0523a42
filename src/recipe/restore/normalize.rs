//! Prepares objects of a backup for comparison and for sending.

use super::stored::{as_stored, without_anonymous};
use crate::catalog::backup::{BackupKind, Reference};
use crate::catalog::is_zero;
use crate::catalog::schema::{self, Type};
use crate::text::words::marks_a_comment;
use serde_json::Value as Json;

/// An object as the server stores it, without read-only fields, fields of referenced
/// objects, and zero values, which differ between releases and between stored and
/// displayed objects.
pub(super) fn normalized(kind: &BackupKind, object: &Json) -> Json {
    let mut object = object.clone();
    for reference in kind.refers {
        trim(&mut object, reference, &[]);
    }
    let fields = kind.object.and_then(schema::schema);
    if let Some(members) = object.as_object_mut() {
        members.retain(|key, _| {
            let own = fields.and_then(|fields| fields.own(key));
            !kind.counted.contains(&key.as_str()) && !own.is_some_and(|field| field.read_only)
        });
    }
    without_anonymous(kind, &mut object);
    prune(&mut object, &kind.object.map_or(Type::Any, Type::Object));
    object
}

/// An object as it is sent, so that it does not change other objects. Those that are
/// created with it are sent whole, by their names.
pub(super) fn to_send(kind: &BackupKind, mut object: Json, whole: &[String]) -> Json {
    for reference in kind.refers.iter().filter(|reference| reference.written) {
        trim(&mut object, reference, whole);
    }
    object
}

/// Keeps only the names of referenced objects, and the fields of the reference
/// itself, which the schema of the other object does not have.
fn trim(object: &mut Json, reference: &Reference, whole: &[String]) {
    let items = object.get_mut(reference.list).and_then(Json::as_array_mut);
    let fields = schema::schema(reference.object);
    let is_whole = |item: &Json| {
        let name = item["name"].as_str();
        name.is_some_and(|name| whole.iter().any(|whole| whole == name))
    };
    for item in items.into_iter().flatten().filter(|item| !is_whole(item)) {
        if let Some(members) = item.as_object_mut() {
            let own = |key: &str| fields.is_some_and(|fields| fields.own(key).is_some());
            members.retain(|key, _| key == "name" || !own(key));
        }
    }
}

/// Turns values into those that the server stores, and removes empty values where the
/// schema says they mean nothing: in a map, such as permissions, an empty list has a meaning.
fn prune(value: &mut Json, kind: &Type) {
    match (value, kind) {
        (Json::Object(members), Type::Object(name)) => {
            let fields = schema::schema(name);
            for (key, value) in members.iter_mut() {
                as_stored(name, key, value);
                if let Some(field) = fields.and_then(|fields| fields.own(key)) {
                    prune(value, &field.kind);
                }
            }
            members.retain(|key, value| !is_zero(value) && !marks_a_comment(key));
        }
        (Json::Object(members), Type::Map(kind)) => {
            for value in members.values_mut() {
                prune(value, kind);
            }
        }
        (Json::Array(items), Type::List(kind)) => {
            for item in items {
                prune(item, kind);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::backup::STORED;
    use serde_json::json;

    fn kind(list: &str) -> &'static BackupKind {
        let kind = STORED.iter().find(|kind| kind.list == list);
        kind.expect("a kind")
    }

    #[test]
    fn values_set_by_the_server_are_no_difference() {
        let one = json!({
            "id": 1, "username": "a", "last_login": 5, "used_quota_size": 7, "status": 0, "uid": 3,
            "permissions": {"/": ["*"], "/x": []}, "email": "", "_note": "x",
            "filters": {"hooks": {"pre_login_disabled": false}, "recovery_codes": []},
            "virtual_folders": [{"name": "f", "id": 9, "mapped_path": "/f", "virtual_path": "/v", "of_later": 1}],
        });
        assert_eq!(
            normalized(kind("users"), &one),
            json!({
                "username": "a", "uid": 3, "permissions": {"/": ["*"], "/x": []},
                "virtual_folders": [{"name": "f", "virtual_path": "/v", "of_later": 1}],
            })
        );
        // It is ignored when it is put, but a backup brings it back.
        let codes = json!({"filters": {"recovery_codes": [{"used": true}]}});
        assert_eq!(normalized(kind("users"), &codes), codes);
    }

    #[test]
    fn what_the_server_stores_otherwise_is_no_difference() {
        let path = "/srv//x/../y/";
        for (list, sent, stored) in [
            (
                "users",
                json!({"home_dir": path}),
                json!({"home_dir": "/srv/y"}),
            ),
            (
                "folders",
                json!({"mapped_path": "/m/"}),
                json!({"mapped_path": "/m"}),
            ),
            (
                "groups",
                json!({"user_settings": {"home_dir": "/g/", "permissions": {"/a/": ["list", "list"]}}}),
                json!({"user_settings": {"home_dir": "/g", "permissions": {"/a": ["list"]}}}),
            ),
            (
                "users",
                json!({"permissions": {"/": ["list", "*", "upload"], "/b/./": ["chown", "list", "chown"], "/c": []}}),
                json!({"permissions": {"/": ["*"], "/b": ["chown", "list"], "/c": []}}),
            ),
            (
                "users",
                json!({"filesystem": {"provider": 5, "sftpconfig": {"endpoint": "192.0.2.9", "prefix": ""}}}),
                json!({"filesystem": {"provider": 5, "sftpconfig": {"endpoint": "192.0.2.9:22", "prefix": "/"}}}),
            ),
            (
                "folders",
                json!({"filesystem": {"provider": 1, "s3config": {"key_prefix": "a//b"}}}),
                json!({"filesystem": {"provider": 1, "s3config": {"key_prefix": "a/b/"}}}),
            ),
            (
                "users",
                json!({"virtual_folders": [{"name": "f", "virtual_path": "pub\\in/"}], "oidc_custom_fields": {"a": 1}}),
                json!({"virtual_folders": [{"name": "f", "virtual_path": "/pub/in"}]}),
            ),
            (
                "users",
                json!({"filters": {"start_directory": "/", "denied_ip": ["192.0.2.0/24", "192.0.2.0/24"],
                    "file_patterns": [{"path": "/in/", "denied_patterns": ["*.EXE", "*.exe"]}]}}),
                json!({"filters": {"denied_ip": ["192.0.2.0/24"],
                    "file_patterns": [{"path": "/in", "denied_patterns": ["*.exe"]}]}}),
            ),
            (
                "users",
                json!({"permissions": {"/": ["*"]}, "filters": {"is_anonymous": true, "denied_protocols": ["DAV"]}}),
                json!({"permissions": {"/": ["list", "download"]}, "filters": {"is_anonymous": true,
                    "denied_protocols": ["DAV", "SSH", "HTTP"], "denied_login_methods": ["publickey", "TLSCertificate"]}}),
            ),
        ] {
            assert_eq!(
                normalized(kind(list), &sent),
                normalized(kind(list), &stored),
                "{sent}"
            );
        }
        // What is another value stays one.
        for (one, other) in [
            (json!({"home_dir": "/a"}), json!({"home_dir": "/A"})),
            (
                json!({"permissions": {"/": ["list"], "/a": []}}),
                json!({"permissions": {"/": ["list"]}}),
            ),
            (
                json!({"filters": {"denied_protocols": ["DAV"]}}),
                json!({"filters": {"denied_protocols": ["DAV", "SSH"]}}),
            ),
        ] {
            assert_ne!(
                normalized(kind("users"), &one),
                normalized(kind("users"), &other)
            );
        }
    }

    #[test]
    fn actions_admins_and_shares_are_compared_as_stored() {
        for (list, sent, stored) in [
            (
                "event_actions",
                json!({"options": {"fs_config": {"type": 1, "renames": [{"key": " a//b ", "value": "\\c/"}],
                    "mkdirs": ["x/", " /x", "/y"], "copy": [{"key": "a/", "value": "b"}],
                    "compress": {"name": "z.zip", "paths": ["/p/../q", "q"]}}}}),
                json!({"options": {"fs_config": {"type": 1, "renames": [{"key": "/a/b", "value": "/c"}],
                    "mkdirs": ["/x", "/y"], "copy": [{"key": "/a/", "value": "/b"}],
                    "compress": {"name": "/z.zip", "paths": ["/q"]}}}}),
            ),
            (
                "event_actions",
                json!({"options": {"retention_config": {"folders": [{"path": "in/", "retention": 1}]},
                    "email_config": {"recipients": ["a@b", "a@b"], "bcc": ["c@d", "c@d"], "attachments": ["f", "/f"]},
                    "cmd_config": {"args": [" x", "x"]},
                    "http_config": {"parts": [{"name": "p", "filepath": "a/../b"}]}}}),
                json!({"options": {"retention_config": {"folders": [{"path": "/in", "retention": 1}]},
                    "email_config": {"recipients": ["a@b"], "bcc": ["c@d"], "attachments": ["/f"]},
                    "cmd_config": {"args": ["x"]},
                    "http_config": {"parts": [{"name": "p", "filepath": "/b"}]}}}),
            ),
            (
                "admins",
                json!({"permissions": ["view_users", "view_users"], "filters": {"allow_list": ["192.0.2.0/24", "192.0.2.0/24"]}}),
                json!({"permissions": ["view_users"], "filters": {"allow_list": ["192.0.2.0/24"]}}),
            ),
            (
                "shares",
                json!({"id": "s", "paths": ["a/", "/a", ""], "allow_from": ["192.0.2.0/24", "192.0.2.0/24"]}),
                json!({"id": "s", "paths": ["/a"], "allow_from": ["192.0.2.0/24"]}),
            ),
        ] {
            let sent = normalized(kind(list), &sent);
            assert_eq!(sent, normalized(kind(list), &stored));
        }
    }

    #[test]
    fn objects_without_a_schema_are_compared_unchanged() {
        let one = json!({"updated_at": 4, "smtp": {"host": "", "port": 0}});
        let left = json!({"smtp": {"host": "", "port": 0}});
        assert_eq!(normalized(kind("configs"), &one), left);
        let rule = json!({"name": "r", "actions": [{"name": "a", "type": 1, "order": 1}]});
        assert_eq!(to_send(kind("event_rules"), rule.clone(), &[]), rule);
        let left = json!({"name": "r", "actions": [{"name": "a", "order": 1}]});
        assert_eq!(normalized(kind("event_rules"), &rule), left);
    }

    #[test]
    fn every_kind_is_as_the_schema_has_it() {
        for kind in &STORED {
            let Some(fields) = kind.object else { continue };
            let fields = schema::schema(fields).expect(kind.list);
            for (name, _) in kind.names {
                assert!(fields.own(name).is_some(), "{} {name}", kind.list);
            }
            for reference in kind.refers {
                assert!(fields.own(reference.list).is_some(), "{}", reference.list);
                let other = schema::schema(reference.object).expect(reference.object);
                assert!(other.own("name").is_some(), "{}", reference.object);
            }
        }
    }
}
