//! Users, secrets and storage of the v2 practice server, where no answer was
//! recorded.

use serde_json::{Value, json};
use sftpgo_shell::practice::{Data, PASSWORD};

use crate::contract_v2::Trial;

const USERS: &str = "/api/v2/users";

fn invalid(reason: &str) -> (u64, String) {
    (400, format!("Validation error: {reason}"))
}

fn done(text: &str) -> (u64, String) {
    (200, text.to_owned())
}

/// A user with a secret.
fn s3_user(secret: &Value) -> Value {
    json!({"username": "s", "status": 1, "home_dir": "/s", "permissions": {"/": ["*"]},
        "filesystem": {"provider": 1, "s3config": {"bucket": "b", "region": "r",
            "access_key": "k", "access_secret": secret}}})
}

#[test]
fn an_admin_gives_new_users_an_end_and_must_exist() {
    let mut trial = Trial::logged_in(Data::Empty);
    let filters = json!({"preferences": {"default_users_expiration": 7}});
    let mut admin = json!({"username": "ops", "password": PASSWORD, "status": 1,
        "permissions": ["*"], "filters": filters});
    assert_eq!(trial.json("POST", "/api/v2/admins", &admin).0, 201);
    admin["username"] = json!("gone");
    assert_eq!(trial.json("POST", "/api/v2/admins", &admin).0, 201);
    let mut user = json!({"username": "u", "home_dir": "/u", "permissions": {"/": ["*"]}});
    trial.become_admin("ops");
    let (status, added) = trial.json("POST", USERS, &user);
    let week = 7 * 24 * 60 * 60 * 1000;
    let end = added["created_at"].as_i64().unwrap() + week;
    assert_eq!((status, &added["expiration_date"]), (201, &json!(end)));
    // What the body says counts.
    user["username"] = json!("v");
    user["expiration_date"] = json!(0);
    let added = trial.json("POST", USERS, &user).1;
    assert_eq!(added.get("expiration_date"), None);
    // A token outlives its admin, but adds no users.
    trial.become_admin("gone");
    let token = trial.token.clone();
    trial.become_admin("ops");
    assert_eq!(
        trial.json("DELETE", "/api/v2/admins/gone", &json!({})).0,
        200
    );
    trial.token = token;
    assert_eq!(
        trial.note("POST", USERS, &json!({})),
        (404, "Not Found".to_owned())
    );
}

#[test]
fn a_secret_is_set_changed_and_cleared() {
    let mut trial = Trial::logged_in(Data::Empty);
    let of = |user: &Value| user["filesystem"]["s3config"]["access_secret"].clone();
    for status in ["Redacted", "Secretbox", "nonsense"] {
        let secret = json!({"status": status, "payload": "x"});
        assert_eq!(
            trial.json("POST", USERS, &s3_user(&secret)).0,
            400,
            "{status}"
        );
    }
    let redacted = json!({"status": "Redacted"});
    let reason = "cannot save a user with a redacted secret";
    assert_eq!(
        trial.note("POST", USERS, &s3_user(&redacted)),
        invalid(reason)
    );

    let plain = json!({"status": "Plain", "payload": "first"});
    let sealed = of(&trial.json("POST", USERS, &s3_user(&plain)).1);
    assert_eq!(sealed["status"], "Secretbox");
    let target = "/api/v2/users/s";
    // What GET gave keeps the secret, as does saying that there is one.
    for secret in [&sealed, &redacted] {
        assert_eq!(
            trial.note("PUT", target, &s3_user(secret)),
            done("User updated")
        );
        assert_eq!(of(&trial.get(target)), sealed);
    }
    let second = json!({"status": "Plain", "payload": "second"});
    assert_eq!(trial.json("PUT", target, &s3_user(&second)).0, 200);
    assert_ne!(of(&trial.get(target)), sealed);
    let reason =
        "could not validate s3config: access_secret cannot be empty with access_key not empty";
    assert_eq!(
        trial.note("PUT", target, &s3_user(&json!({}))),
        invalid(reason)
    );
    // Without key and secret, or with other storage, the secret goes.
    let mut user = s3_user(&Value::Null);
    user["filesystem"] = json!({"provider": 0});
    assert_eq!(trial.json("PUT", target, &user).0, 200);
    assert_eq!(trial.get(target)["filesystem"]["s3config"], json!({}));
    assert_eq!(
        trial.note("PUT", target, &s3_user(&redacted)),
        invalid(reason)
    );
}

#[test]
fn other_storage_is_checked_too() {
    let mut trial = Trial::logged_in(Data::Empty);
    let strong = json!({"status": "Plain", "payload": "kZ8#qW2!mN5@xC9$vB3^"});
    for (filesystem, reason) in [
        (
            json!({"provider": 1, "s3config": {"bucket": "b"}}),
            "s3config: region cannot be empty",
        ),
        (
            json!({"provider": 1, "s3config": {"bucket": "b", "region": "r", "key_prefix": "/a"}}),
            "s3config: key_prefix cannot start with /",
        ),
        (
            json!({"provider": 2, "gcsconfig": {"bucket": "b"}}),
            "GCS config: invalid credentials",
        ),
        (
            json!({"provider": 3}),
            "Azure Blob config: container cannot be empty",
        ),
        (
            json!({"provider": 4}),
            "crypt fs config: invalid passphrase",
        ),
        (
            json!({"provider": 5}),
            "SFTP fs config: endpoint cannot be empty",
        ),
        (
            json!({"provider": 6}),
            "HTTP fs config: httpfs: endpoint cannot be empty",
        ),
    ] {
        let user = json!({"username": "u", "home_dir": "/u", "permissions": {"/": ["*"]},
            "filesystem": filesystem});
        let reason = format!("could not validate {reason}");
        assert_eq!(trial.note("POST", USERS, &user), invalid(&reason));
    }
    let user = json!({"username": "u", "home_dir": "/u", "permissions": {"/": ["*"]},
        "filesystem": {"provider": 4, "cryptconfig": {"passphrase": strong},
            "s3config": {"bucket": "dropped"}}});
    let (status, made) = trial.json("POST", USERS, &user);
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        made["filesystem"]["cryptconfig"]["passphrase"]["status"],
        "Secretbox"
    );
    assert_eq!(made["filesystem"]["s3config"], json!({}));
}

#[test]
fn a_put_keeps_the_password_and_what_is_counted() {
    let mut trial = Trial::logged_in(Data::Sample);
    let target = "/api/v2/users/backup";
    let before = trial.get(target);
    let least = json!({"home_dir": "/b", "permissions": {"/": ["*", "list"]}});
    assert_eq!(trial.note("PUT", target, &least), done("User updated"));
    let after = trial.get(target);
    for name in [
        "id",
        "has_password",
        "used_quota_size",
        "created_at",
        "last_quota_update",
    ] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(after["status"], 0);
    assert_eq!(after["permissions"], json!({"/": ["*"]}));
    assert_eq!(after.get("description"), None);
    let cleared = json!({"home_dir": "/b", "permissions": {"/": ["*"]}, "password": ""});
    assert_eq!(trial.json("PUT", target, &cleared).0, 200);
    assert_eq!(trial.get(target).get("has_password"), None);
}

#[test]
fn users_are_checked_in_the_servers_order() {
    let mut trial = Trial::logged_in(Data::Sample);
    let user = |change: Value| {
        let mut user = json!({"username": "u", "home_dir": "/u", "permissions": {"/": ["*"]}});
        let Value::Object(change) = change else {
            unreachable!()
        };
        user.as_object_mut().unwrap().extend(change);
        user
    };
    for (change, reason) in [
        (json!({"username": " "}), "username is mandatory"),
        (json!({"email": "x"}), "email \"x\" is not valid"),
        (
            json!({"permissions": {"/": []}}),
            "no permissions granted for the directory: \"/\"",
        ),
        (
            json!({"groups": [{"name": "staff", "type": 4}]}),
            "invalid group type: 4",
        ),
        (
            json!({"groups": [{"name": "staff", "type": 1}, {"name": "partners", "type": 1}]}),
            "only one primary group is allowed",
        ),
        (
            json!({"virtual_folders": [{"virtual_path": "/v"}]}),
            "folder name is mandatory",
        ),
        (
            json!({"virtual_folders": [{"name": "shared", "virtual_path": "/a"},
                {"name": "invoices", "virtual_path": "/a/"}]}),
            "invalid virtual folder \"/a/\", it overlaps with virtual folder \"/a\"",
        ),
        (
            json!({"filters": {"denied_protocols": ["ftp"]}}),
            "invalid denied protocol \"ftp\"",
        ),
        (
            json!({"filters": {"allowed_ip": ["x"]}}),
            "could not parse allowed IP/Mask \"x\": invalid CIDR address: x",
        ),
    ] {
        assert_eq!(trial.note("POST", USERS, &user(change)), invalid(reason));
    }
    let nowhere = user(json!({"groups": [{"name": "nosuch", "type": 1}]}));
    assert_eq!(trial.json("POST", USERS, &nowhere).0, 500);
    let missing = "json: cannot unmarshal string into Go struct field ";
    for (change, field) in [
        (
            json!({"filters": {"hooks": {"pre_login_disabled": "x"}}}),
            "HooksFilter.filters.BaseUserFilters.hooks.pre_login_disabled of type bool",
        ),
        (
            json!({"filesystem": {"s3config": {"access_secret": "x"}}}),
            "S3FsConfig.filesystem.s3config.access_secret of type kms.BaseSecret",
        ),
        (
            json!({"groups": "x"}),
            "User.groups of type []sdk.GroupMapping",
        ),
    ] {
        let refusal = (400, format!("{missing}{field}"));
        assert_eq!(trial.note("POST", USERS, &user(change)), refusal);
    }
}

#[test]
fn members_and_folders_are_shown_where_they_are_used() {
    let mut trial = Trial::logged_in(Data::Sample);
    assert_eq!(trial.get("/api/v2/groups/staff")["users"], json!(["carla"]));
    assert_eq!(
        trial.get("/api/v2/folders/invoices")["users"],
        json!(["anna.nowak"])
    );
    assert_eq!(
        trial.get("/api/v2/folders/shared")["groups"],
        json!(["staff"])
    );
    assert_eq!(
        trial.get("/api/v2/eventactions/backup-data")["rules"],
        json!(["nightly"])
    );
    // Of a folder in a user, only four members count.
    let mut anna = trial.get("/api/v2/users/anna.nowak");
    anna["virtual_folders"][0]["mapped_path"] = json!("/elsewhere");
    assert_eq!(trial.json("PUT", "/api/v2/users/anna.nowak", &anna).0, 200);
    assert_eq!(
        trial.get("/api/v2/folders/invoices")["mapped_path"],
        "/srv/sftp/invoices"
    );
    let referenced = "the event action `backup-data` is referenced, it cannot be removed";
    let delete = trial.note("DELETE", "/api/v2/eventactions/backup-data", &Value::Null);
    assert_eq!(delete, invalid(referenced));
}
