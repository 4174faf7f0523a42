use super::*;

fn server(name: &str, release: Release, backup: &Json) -> ServerData {
    ServerData {
        name: name.to_owned(),
        release,
        bytes: backup.to_string().into_bytes(),
    }
}

#[track_caller]
fn assert_differ(first: &ServerData, second: &ServerData, expected: &Json) {
    let compared = Comparison::new([first, second], &[]).expect("two backups");
    assert_eq!(compared.to_json(), *expected);
    assert!(!format!("{expected}{}", compared.text()).contains("Marker7431"));
}

#[test]
fn secrets_that_both_have_are_the_same_and_none_is_shown() {
    let sealed =
        |payload: &str| json!({"status": "Secretbox", "payload": payload, "key": "Marker7431"});
    let user = |hash: &str, secret: Json| {
        let storage = json!({"provider": 1, "s3config": {"bucket": "b", "access_secret": secret}});
        json!({"version": 17, "users": [{"username": "anna", "password": hash, "filesystem": storage}]})
    };
    let release = Release::new(2, 7, 5);
    let with = |hash: &str, secret| server("a", release, &user(hash, secret));
    let one = with("$2a$10$Marker7431", sealed("Marker7431x"));
    assert_differ(&one, &with("$argon2id$Marker7431", sealed("y")), &json!([]));
    let fields = json!([
        {"field": "filesystem.s3config.access_secret", "first": {"status": "Redacted"}, "second": null},
        {"field": "password", "first": MASK, "second": ""},
    ]);
    let missing = with("", json!({}));
    let compared = Comparison::new([&one, &missing], &[]).expect("two backups");
    let found = &compared.to_json()[0]["fields"];
    let of = |json: &Json| {
        let fields = json.as_array().expect("a list").iter();
        let mut fields: Vec<String> = fields.map(Json::to_string).collect();
        fields.sort();
        fields
    };
    assert_eq!(of(found), of(&fields));
    assert!(
        !compared.text().contains("Marker7431"),
        "{}",
        compared.text()
    );
}

#[test]
fn what_a_release_does_not_know_is_said() {
    let new = json!({
        "version": 17, "groups": [], "roles": [{"name": "support"}],
        "users": [{"username": "anna", "uid": 5, "role": "support", "has_password": true}],
    });
    let old = json!({"version": 12, "groups": null, "users": [{"username": "anna", "uid": 6}]});
    let new = server("new", Release::new(2, 7, 5), &new);
    let old = server("old", Release::new(2, 3, 6), &old);
    let why = "`old` (SFTPGo 2.3.6) does not know this kind of object";
    let role = json!([{"field": "role", "by": "old"}]);
    let kind = json!({"kind": "roles", "on": "new", "objects": 1, "why": why});
    let anna = |first: i64, second: i64| {
        let uid = json!({"field": "uid", "first": first, "second": second});
        json!({"kind": "users", "name": "anna", "on": "both", "fields": [uid], "unknown": role})
    };
    assert_differ(&new, &old, &json!([kind, anna(5, 6)]));
    assert_differ(&old, &new, &json!([kind, anna(6, 5)]));
    let compared = Comparison::new([&new, &old], &[]).expect("two backups");
    assert_eq!(
        compared.text(),
        "roles: 1 object only on `new`: `old` (SFTPGo 2.3.6) does not know this kind of object\n\
         user `anna`:\n  uid: 5 -> 6\n  role: `old` (SFTPGo 2.3.6) does not know it\n"
    );
    assert_eq!(
        compared.summary(),
        "1 object only on `new`, 1 differs, 0 objects are the same"
    );
    let users = Comparison::new([&new, &new], &["users".to_owned()]).expect("two backups");
    assert!(users.is_equal());
}
