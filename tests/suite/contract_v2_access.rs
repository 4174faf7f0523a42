//! Authentication and permissions of the v2 practice server, where no answer
//! was recorded.

use std::time::Duration;

use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, Data, Logins, PASSWORD};

use crate::contract_v2::Trial;

const USERS: &str = "/api/v2/users";
const VERSION: &str = "/api/v2/version";
const MINUTE: Duration = Duration::from_mins(1);

fn refused(status: u64, text: &str) -> (u64, String) {
    (status, text.to_owned())
}

fn without_token() -> (u64, String) {
    refused(401, "no token foundUnauthorized")
}

#[test]
fn a_token_is_valid_for_twenty_minutes() {
    let mut trial = Trial::logged_in(Data::Sample);
    trial.wait(19 * MINUTE);
    trial.get(VERSION);
    trial.wait(MINUTE);
    assert_eq!(trial.note("GET", VERSION, &Value::Null), without_token());
    trial.become_admin(ADMIN);
    trial.get(VERSION);
    trial.practice.expire_tokens();
    assert_eq!(trial.note("GET", VERSION, &Value::Null), without_token());
}

#[test]
fn a_reset_restores_the_data_and_keeps_sessions() {
    let mut trial = Trial::logged_in(Data::Sample);
    let before = trial.get(USERS);
    assert_eq!(
        trial.json("DELETE", "/api/v2/users/carla", &Value::Null).0,
        200
    );
    assert_ne!(trial.get(USERS), before);
    trial.practice.reset();
    assert_eq!(trial.get(USERS), before);
    assert_eq!(trial.practice.logins().attempts, 1);
}

#[test]
fn logins_are_counted() {
    let mut trial = Trial::new(Data::Sample);
    for (name, password, status) in [
        (ADMIN, PASSWORD, 200),
        (ADMIN, "", 401),
        ("nosuch", PASSWORD, 401),
        ("helper", PASSWORD, 200),
    ] {
        assert_eq!(
            trial.login(name, password, "").status,
            status,
            "{name} {password}"
        );
    }
    // Neither a request without credentials nor a broken one is an attempt.
    for headers in [
        "",
        "Authorization: Basic !\r\n",
        "Authorization: Bearer x\r\n",
    ] {
        let answer = trial.client.send("GET", "/api/v2/token", headers, b"");
        assert_eq!(
            (answer.status, answer.json()),
            (401, json!({"message": "Unauthorized"}))
        );
    }
    trial
        .client
        .send("GET", VERSION, "X-SFTPGO-API-KEY: a.b\r\n", b"");
    let logins = Logins {
        attempts: 4,
        failures: 2,
        bad_keys: 1,
    };
    assert_eq!(trial.practice.logins(), logins);
    let seen = trial.practice.seen();
    let key = ("x-sftpgo-api-key".to_owned(), "a.b".to_owned());
    assert_eq!(seen.last().unwrap().credentials, [key]);
    assert!(seen[0].credentials[0].1.starts_with("Basic "));
}

#[test]
fn disabled_admins_and_other_addresses_are_refused() {
    let mut trial = Trial::logged_in(Data::Sample);
    for (change, status) in [
        (json!({"status": 0}), 401),
        (
            json!({"status": 1, "filters": {"allow_list": ["192.0.2.0/24"]}}),
            401,
        ),
        (
            json!({"status": 1, "filters": {"allow_list": ["192.0.2.0/24", "127.0.0.0/8"]}}),
            200,
        ),
    ] {
        let mut admin = json!({"permissions": ["view_users"]});
        admin
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(trial.json("PUT", "/api/v2/admins/helper", &admin).0, 200);
        assert_eq!(
            trial.login("helper", PASSWORD, "").status,
            status,
            "{admin}"
        );
    }
}

#[test]
fn admin_permissions_are_enforced() {
    let mut trial = Trial::logged_in(Data::Sample);
    trial.become_admin("helper");
    for target in [
        USERS,
        VERSION,
        "/api/v2/status",
        "/api/v2/connections",
        "/api/v2/users/carla",
    ] {
        trial.get(target);
    }
    for (method, target) in [
        ("POST", USERS),
        ("PUT", "/api/v2/users/carla"),
        ("DELETE", "/api/v2/users/carla"),
        ("GET", "/api/v2/groups"),
        ("GET", "/api/v2/folders"),
        ("GET", "/api/v2/admins"),
        ("GET", "/api/v2/apikeys"),
        ("GET", "/api/v2/events/fs"),
        ("GET", "/api/v2/dumpdata"),
        ("DELETE", "/api/v2/connections/x"),
    ] {
        let answer = trial.send(method, target, &Value::Null);
        assert_eq!(
            (answer.status, answer.json()),
            (403, json!({"message": "Forbidden"})),
            "{target}"
        );
    }
    // All that there is, is for one who may do all.
    let user = trial.get("/api/v2/users/carla?confidential_data=1");
    assert_eq!(user.get("password"), None);
    // What is not there is not there for anyone, and without asking who it is.
    trial.token.clear();
    assert_eq!(
        trial.note("GET", "/api/v2/nosuch", &Value::Null),
        refused(404, "Not Found")
    );
    assert_eq!(trial.send("PATCH", USERS, &Value::Null).status, 405);
}

#[test]
fn an_admin_with_a_role_sees_only_its_users() {
    let mut trial = Trial::logged_in(Data::Sample);
    let admin = json!({"username": "desk", "password": PASSWORD, "status": 1, "role": "helpdesk",
        "permissions": ["view_users", "add_users", "del_users"]});
    assert_eq!(trial.json("POST", "/api/v2/admins", &admin).0, 201);
    let role = trial.get("/api/v2/roles/helpdesk");
    assert_eq!(role["admins"], json!(["desk"]));
    trial.become_admin("desk");
    let users = trial.get(USERS);
    assert_eq!(users.as_array().unwrap().len(), 1);
    assert_eq!(users[0]["username"], "j\u{fc}rgen");
    let not_found = refused(404, "Not Found");
    assert_eq!(
        trial.note("GET", "/api/v2/users/carla", &Value::Null),
        not_found
    );
    assert_eq!(
        trial.note("DELETE", "/api/v2/users/carla", &Value::Null),
        not_found
    );
    let user = json!({"username": "new", "home_dir": "/n", "permissions": {"/": ["*"]}});
    assert_eq!(trial.json("POST", USERS, &user).1["role"], "helpdesk");
}

/// Makes an API key; the whole of it.
fn make_key(trial: &mut Trial, key: &Value) -> String {
    let (status, made) = trial.json("POST", "/api/v2/apikeys", key);
    assert_eq!(status, 201, "{made}");
    made["key"].as_str().unwrap().to_owned()
}

fn with_key(trial: &mut Trial, method: &str, target: &str, key: &str) -> (u64, Value) {
    let headers = format!("X-SFTPGO-API-KEY: {key}\r\nAuthorization: Bearer nonsense\r\n");
    let answer = trial.client.send(method, target, &headers, b"{}");
    (answer.status, answer.json())
}

#[test]
fn api_keys_are_bound_to_an_admin_or_name_one() {
    let mut trial = Trial::logged_in(Data::Sample);
    let bound = make_key(
        &mut trial,
        &json!({"name": "b", "scope": 1, "admin": "helper"}),
    );
    let free = make_key(&mut trial, &json!({"name": "f", "scope": 1}));
    for key in [
        &bound,
        &format!("{bound}.{ADMIN}"),
        &format!("{free}.helper"),
    ] {
        assert_eq!(with_key(&mut trial, "GET", USERS, key).0, 200);
        assert_eq!(with_key(&mut trial, "GET", "/api/v2/groups", key).0, 403);
        let (status, answer) = with_key(&mut trial, "GET", "/api/v2/admin/profile", key);
        assert_eq!(
            (status, answer),
            (
                403,
                json!({"message": "API key authentication is not allowed"})
            )
        );
    }
    // The admin has not allowed it; the secret is wrong; there is no such key; it is half a key.
    let (id, _) = bound.split_once('.').unwrap();
    for (key, status, error) in [
        (
            format!("{free}.{ADMIN}"),
            401,
            "the admin associated with the provided api key cannot be authenticated",
        ),
        (
            format!("{id}.wrong"),
            401,
            "the provided api key cannot be authenticated",
        ),
        (
            "no.such".to_owned(),
            400,
            "the provided api key is not valid",
        ),
        ("half".to_owned(), 400, "the provided api key is not valid"),
    ] {
        let expected = (status, json!({"error": error, "message": ""}));
        assert_eq!(with_key(&mut trial, "GET", USERS, &key), expected);
    }
    assert_eq!(trial.practice.logins().bad_keys, 4);
    let stored = trial.get(&format!("/api/v2/apikeys/{id}"));
    assert_eq!(stored["admin"], "helper");
    assert!(stored["last_use_at"].as_i64() > Some(0));
    assert_eq!(stored.get("key"), None);
}

#[test]
fn api_keys_expire_and_work_for_users() {
    let mut trial = Trial::logged_in(Data::Sample);
    let soon = crate::contract_v2::NOW + 1_000;
    let key = json!({"name": "s", "scope": 1, "admin": "helper", "expires_at": soon});
    let short = make_key(&mut trial, &key);
    assert_eq!(with_key(&mut trial, "GET", USERS, &short).0, 200);
    trial.wait(Duration::from_millis(1_001));
    assert_eq!(with_key(&mut trial, "GET", USERS, &short).0, 401);
    let users = make_key(
        &mut trial,
        &json!({"name": "u", "scope": 2, "user": "carla"}),
    );
    assert_eq!(with_key(&mut trial, "GET", USERS, &users).0, 403);
    for (key, reason) in [
        (json!({"scope": 1}), "name is mandatory"),
        (json!({"name": "x"}), "invalid scope: 0"),
        (
            json!({"name": "x", "scope": 1, "user": "carla", "admin": "helper"}),
            "an API key can be related to a user or an admin, not both",
        ),
    ] {
        let refusal = refused(400, &format!("Validation error: {reason}"));
        assert_eq!(trial.note("POST", "/api/v2/apikeys", &key), refusal);
    }
    let id = users.split('.').next().unwrap();
    let target = format!("/api/v2/apikeys/{id}");
    let renamed = json!({"name": "renamed", "scope": 2});
    assert_eq!(
        trial.note("PUT", &target, &renamed),
        (200, "API key updated".to_owned())
    );
    assert_eq!(trial.get(&target)["name"], "renamed");
    assert_eq!(
        trial.note("DELETE", &target, &Value::Null),
        (200, "API key deleted".to_owned())
    );
    assert_eq!(trial.json("GET", &target, &Value::Null).0, 404);
}

#[test]
fn a_second_factor_is_asked_for_once_it_is_saved() {
    let mut trial = Trial::logged_in(Data::Sample);
    assert_eq!(trial.practice.passcode(ADMIN), None);
    let configs = trial.get("/api/v2/admin/totp/configs");
    let ask = json!({"config_name": configs[0]["name"]});
    let (status, made) = trial.json("POST", "/api/v2/admin/totp/generate", &ask);
    assert_eq!(status, 200, "{made}");
    let secret = made["secret"].as_str().unwrap();
    let codes = "/api/v2/admin/2fa/recoverycodes";
    assert_eq!(trial.json("GET", codes, &Value::Null).0, 403);
    let config = json!({"enabled": true, "config_name": "Default",
        "secret": {"status": "Plain", "payload": secret}});
    let saved = (200, "TOTP configuration saved".to_owned());
    assert_eq!(
        trial.note("POST", "/api/v2/admin/totp/save", &config),
        saved
    );

    assert_eq!(trial.login(ADMIN, PASSWORD, "").status, 401);
    let wrong = trial.login(ADMIN, PASSWORD, "X-SFTPGO-OTP: 12345\r\n");
    assert_eq!(wrong.json()["error"], "invalid credentials");
    let code = trial.practice.passcode(ADMIN).unwrap();
    let header = format!("X-SFTPGO-OTP: {code}\r\n");
    assert_eq!(trial.login(ADMIN, PASSWORD, &header).status, 200);
    let check = json!({"config_name": "Default", "secret": secret, "passcode": code});
    let right = (200, "Passcode successfully validated".to_owned());
    assert_eq!(
        trial.note("POST", "/api/v2/admin/totp/validate", &check),
        right
    );
    trial.wait(2 * MINUTE);
    assert_eq!(trial.login(ADMIN, PASSWORD, &header).status, 401);

    let left = trial.get(codes);
    assert_eq!(left.as_array().unwrap().len(), 12);
    assert!(left[0]["code"].as_str().unwrap().starts_with("RC-"));
    let (_, new) = trial.json("POST", codes, &Value::Null);
    assert_eq!(trial.get(codes)[11]["code"], new[11]);
    let shown = trial.get("/api/v2/admins/admin").to_string();
    assert!(!shown.contains(secret), "{shown}");
    let off = (200, "2FA disabled".to_owned());
    assert_eq!(
        trial.note("PUT", "/api/v2/admins/admin/2fa/disable", &Value::Null),
        off
    );
    assert_eq!(trial.login(ADMIN, PASSWORD, "").status, 200);
}

#[test]
fn required_actions_come_first() {
    let mut trial = Trial::logged_in(Data::Sample);
    let mut admin = json!({"status": 1, "permissions": ["view_users"],
        "filters": {"require_password_change": true}});
    assert_eq!(trial.json("PUT", "/api/v2/admins/helper", &admin).0, 200);
    trial.become_admin("helper");
    let (status, message) = trial.note("GET", USERS, &Value::Null);
    assert!(
        status == 403 && message.starts_with("Password change required"),
        "{message}"
    );
    // It is in the member for errors.
    let answer = trial.json("GET", USERS, &Value::Null).1;
    assert_eq!(
        (&answer["error"], &answer["message"]),
        (&json!(message), &json!(""))
    );
    let change = json!({"current_password": PASSWORD, "new_password": "another"});
    assert_eq!(trial.json("PUT", "/api/v2/admin/changepwd", &change).0, 200);
    // The token that was used is no longer valid.
    assert_eq!(trial.json("GET", USERS, &Value::Null).0, 401);
    assert_eq!(trial.login("helper", "another", "").status, 200);

    trial.become_admin(ADMIN);
    admin["filters"] = json!({"require_two_factor": true});
    admin["password"] = json!(PASSWORD);
    assert_eq!(trial.json("PUT", "/api/v2/admins/helper", &admin).0, 200);
    trial.become_admin("helper");
    let (status, message) = trial.note("GET", USERS, &Value::Null);
    assert!(
        status == 403 && message.starts_with("Two-factor"),
        "{message}"
    );
}

#[test]
fn admins_cannot_lock_themselves_out() {
    let mut trial = Trial::logged_in(Data::Sample);
    let own = "/api/v2/admins/admin";
    for (body, error) in [
        (
            json!({"status": 1, "permissions": ["view_users"]}),
            "you cannot change your permissions",
        ),
        (
            json!({"status": 0, "permissions": ["*"]}),
            "you cannot disable yourself",
        ),
        (
            json!({"status": 1, "permissions": ["*"], "role": "helpdesk"}),
            "you cannot add/change your role",
        ),
    ] {
        assert_eq!(trial.note("PUT", own, &body), refused(400, error));
    }
    assert_eq!(
        trial.note("DELETE", own, &Value::Null),
        refused(400, "you cannot delete yourself")
    );
    for (change, reason) in [
        (
            json!({}),
            "please provide the current password and the new one two times",
        ),
        (
            json!({"current_password": "a", "new_password": "a"}),
            "the new password must be different from the current one",
        ),
        (
            json!({"current_password": "a", "new_password": "b"}),
            "current password does not match",
        ),
    ] {
        let refusal = refused(400, &format!("Validation error: {reason}"));
        assert_eq!(
            trial.note("PUT", "/api/v2/admin/changepwd", &change),
            refusal
        );
    }
    let profile = json!({"email": "a@example.com", "allow_api_key_auth": true});
    assert_eq!(trial.json("PUT", "/api/v2/admin/profile", &profile).0, 200);
    assert_eq!(trial.get("/api/v2/admin/profile"), profile);
}

#[test]
fn injected_failures() {
    let mut trial = Trial::logged_in(Data::Sample);
    trial.practice.limit_rate(2, Duration::from_millis(1_500));
    for target in [USERS, "/healthz"] {
        let answer = trial.send("GET", target, &Value::Null);
        assert_eq!(answer.status, 429);
        assert_eq!(answer.header("Retry-After"), Some("2"));
        assert_eq!(answer.header("X-Retry-In"), Some("1.5s"));
        assert_eq!(answer.json()["message"], "Too Many Requests");
    }
    trial.get(USERS);
    trial.practice.set_failure(Some(503));
    let answer = trial.send("DELETE", "/api/v2/users/carla", &Value::Null);
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.json(),
        json!({"error": "practice failure", "message": ""})
    );
    assert_eq!(answer.header("Server"), Some("SFTPGo/2.7.5"));
    trial.practice.set_failure(None);
    trial.get("/api/v2/users/carla");
}
