use super::*;
use crate::catalog::backup;
use crate::recipe::restore::options::only;
use serde_json::json;

const V2_7_5: Release = Release::new(2, 7, 5);

/// A dump whose bytes are never freed.
fn dump(json: &Json) -> Dump<'static> {
    let bytes = Box::leak(json.to_string().into_bytes().into_boxed_slice());
    Dump::of(bytes).unwrap_or_else(|why| panic!("{why}"))
}

/// A server that has one of each kind.
fn server() -> Dump<'static> {
    dump(&json!({
        "version": 17, "folders": [{"name": "f"}], "groups": [{"name": "Staff"}],
        "roles": [{"name": "r"}], "users": [{"username": "u"}], "admins": [{"username": "a"}],
        "event_actions": [{"name": "act"}], "api_keys": [], "event_rules": [], "shares": [],
    }))
}

/// The findings of an object, as `kind path`, and the folders that come with it.
fn findings(list: &str, mut object: Json, release: Release, other: Option<&Json>) -> Vec<String> {
    let check = BackupCheck::new(
        &dump(&json!({"version": 17})),
        &server(),
        &RestoreOptions::default(),
        release,
    );
    let kind = backup::kind(list).expect(list);
    let checked = check.object(kind, 3, &mut object, other);
    let found = checked.findings.iter().map(|one| {
        assert!(
            one.path.to_string().starts_with(&format!("{list}[3].")),
            "{one:?}"
        );
        format!("{:?} {}", one.kind, inside(one))
    });
    let folders = checked.folders.iter().map(|name| format!("folder {name}"));
    found.chain(folders).collect()
}

#[test]
fn refused_and_ignored_values() {
    for (list, object, found) in [
        (
            "users",
            json!({"username": "x", "uidd": 1, "gidd": 0, "later": null}),
            &["Ignored uidd"][..],
        ),
        ("users", json!({"uid": "1000"}), &["Refused uid"]),
        (
            "users",
            json!({"uid": 1.5, "gid": 7.0}),
            &["Refused uid", "Refused gid"],
        ),
        (
            "users",
            json!({"permissions": {"/": ["list", "lst"], "/x": []}}),
            &["Refused permissions./[1]"],
        ),
        (
            "users",
            json!({"filters": {"denied_protocols": ["SSH", "SCP"], "hooks": {"pre_login": true}}}),
            &[
                "Refused filters.denied_protocols[1]",
                "Ignored filters.hooks.pre_login",
            ],
        ),
        ("users", json!({"filters": "none"}), &["Refused filters"]),
        (
            "users",
            json!({"filesystem": {"provider": 1, "s3config": {"access_secret": {"status": "Redacted"}}}}),
            &["Refused filesystem.s3config.access_secret"],
        ),
        (
            "users",
            json!({"filesystem": {"s3config": {"access_secret": "$aes$12"}}}),
            &["Refused filesystem.s3config.access_secret"],
        ),
        (
            "folders",
            json!({"filesystem": {"cryptconfig": {"passphrase": {"status": "Secretbox", "payload": "x"}}}}),
            &["Refused filesystem.cryptconfig.passphrase"],
        ),
        (
            "users",
            json!({"uid": -5, "id": "x", "used_quota_size": "y"}),
            &["Doubtful uid"],
        ),
        (
            "admins",
            json!({"username": "x", "permissions": ["*", "manage_admins"]}),
            &["Refused permissions[1]"],
        ),
        (
            "event_actions",
            json!({"name": "x", "type": 10}),
            &["Refused type"],
        ),
        (
            "event_rules",
            json!({"name": "x", "conditions": {"options": {"provider_objects": ["folder", "rule"]}}}),
            &["Refused conditions.options.provider_objects[1]"],
        ),
        // A dump has the whole action in the rule.
        (
            "event_rules",
            json!({"actions": [{"name": "act", "type": 10, "options": {"http_config": {"timeout": 500, "x": 1}}}]}),
            &["Ignored actions[0].options.http_config.x"],
        ),
        (
            "folders",
            json!({"name": "x", "users": ["a"], "mapped_pth": "/x"}),
            &["Ignored mapped_pth"],
        ),
    ] {
        assert_eq!(
            findings(list, object.clone(), V2_7_5, None),
            found,
            "{object}"
        );
    }
}

#[test]
fn checks_depend_on_the_release() {
    let user = json!({"permissions": {"/": ["copy"]}, "role": "r", "groups": [{"name": "staff", "type": 1}]});
    for (release, found) in [
        (
            Release::new(2, 0, 4),
            &["Refused permissions./[0]", "Ignored role", "Ignored groups"][..],
        ),
        (
            Release::new(2, 3, 6),
            &["Refused permissions./[0]", "Ignored role"],
        ),
        (Release::new(2, 5, 6), &["Refused permissions./[0]"]),
        (V2_7_5, &[]),
    ] {
        assert_eq!(
            findings("users", user.clone(), release, None),
            found,
            "{release}"
        );
    }
    // What the server maintains is not missed; what a backup brings back is.
    let factor = json!({"created_at": 1, "has_password": true, "filters": {"totp_config": {"enabled": true},
        "recovery_codes": [{"used": true}]}});
    let found = [
        "Ignored filters.totp_config",
        "Ignored filters.recovery_codes",
    ];
    assert_eq!(
        findings("users", factor.clone(), Release::new(2, 0, 4), None),
        found
    );
    assert_eq!(
        findings("users", factor, Release::new(2, 3, 6), None),
        [""; 0]
    );
    // A server newer than the table may have anything.
    let later = json!({"filters": {"later": 1, "denied_protocols": ["QUIC"]}});
    assert_eq!(
        findings("users", later.clone(), Release::new(2, 9, 0), None),
        [""; 0]
    );
    assert_eq!(findings("users", later, V2_7_5, None).len(), 2);
    // SFTPGo 1 had secrets as texts.
    let old = json!({"filesystem": {"s3config": {"access_secret": "$aes$12"}}});
    assert_eq!(findings("users", old, Release::new(2, 0, 4), None), [""; 0]);
}

#[test]
fn references_to_objects_on_the_server_are_valid() {
    let user = json!({"later": {"a": 1}, "permissions": {"/": ["mount"]}, "uid": -5});
    assert_eq!(
        findings("users", user.clone(), V2_7_5, Some(&user)),
        [""; 0]
    );
    let other = json!({"permissions": {"/": ["list"]}, "later": {}});
    let found = ["Ignored later", "Refused permissions./[0]", "Doubtful uid"];
    assert_eq!(findings("users", user, V2_7_5, Some(&other)), found);
}

#[test]
fn words_become_numbers() {
    let check = BackupCheck::new(
        &dump(&json!({"version": 17})),
        &server(),
        &RestoreOptions::default(),
        V2_7_5,
    );
    let kind = backup::kind("users").expect("a kind");
    let mut user = json!({"status": "enabled", "filesystem": {"provider": "s3"}});
    let checked = check.object(kind, 0, &mut user, None);
    assert!(checked.findings.is_empty(), "{checked:?}");
    assert_eq!(user, json!({"status": 1, "filesystem": {"provider": 1}}));
}

#[test]
fn unknown_names() {
    let folder =
        |name: &str, path: &str| json!({"virtual_folders": [{"name": name, "mapped_path": path}]});
    let v2_5_6 = Release::new(2, 5, 6);
    for (list, object, release, found) in [
        ("users", folder("f", ""), V2_7_5, &[][..]),
        (
            "users",
            folder("g", "/g"),
            V2_7_5,
            &["Refused virtual_folders[0]"],
        ),
        ("users", folder("g", "/g"), v2_5_6, &["folder g"]),
        (
            "groups",
            folder("g", ""),
            v2_5_6,
            &["Refused virtual_folders[0]"],
        ),
        (
            "users",
            json!({"groups": [{"name": "STAFF"}, {"name": "x"}]}),
            V2_7_5,
            &["Refused groups[1]"],
        ),
        (
            "admins",
            json!({"role": "x", "groups": [{"name": "y"}]}),
            v2_5_6,
            &["Refused groups[0]", "Refused role"],
        ),
        (
            "api_keys",
            json!({"user": "u", "admin": "x"}),
            V2_7_5,
            &["Refused admin"],
        ),
        (
            "shares",
            json!({"username": "x"}),
            V2_7_5,
            &["Refused username"],
        ),
        (
            "event_rules",
            json!({"actions": [{"name": "x"}, {"name": "act"}]}),
            V2_7_5,
            &["Refused actions[0]"],
        ),
    ] {
        assert_eq!(
            findings(list, object.clone(), release, None),
            found,
            "{object}"
        );
    }
}

#[test]
fn only_referenced_kinds_are_requested() {
    let backup = dump(&json!({
        "version": 17, "users": [{"username": "x", "groups": [{"name": "g"}], "role": ""}],
        "api_keys": [{"id": "k", "admin": "a"}],
    }));
    for (kinds, lists) in [
        (&[][..], &[][..]),
        (&["users"], &["groups", "users"]),
        (&["api_keys", "roles"], &["admins", "api_keys", "roles"]),
    ] {
        assert_eq!(needed(&backup, &only(kinds)), lists);
    }
}
