//! Validation of requests by the v2 practice server, where no answer was
//! recorded.

use std::time::Duration;

use serde_json::{Value, json};
use sftpgo_shell::practice::{Data, PASSWORD};

use crate::contract_v2::{NOW, Trial};

const USERS: &str = "/api/v2/users";
const SCANS: &str = "/api/v2/quotas/users/scans";

fn invalid(reason: &str) -> (u64, String) {
    (400, format!("Validation error: {reason}"))
}

fn done(text: &str) -> (u64, String) {
    (200, text.to_owned())
}

#[test]
fn a_scan_takes_its_time() {
    let mut trial = Trial::logged_in(Data::Sample);
    assert_eq!(
        trial.get(SCANS),
        json!([{"username": "backup", "start_time": NOW}])
    );
    let start = "/api/v2/quotas/users/carla/scan";
    assert_eq!(
        trial.note("POST", start, &Value::Null),
        (202, "Scan started".to_owned())
    );
    let again = "Another scan is already in progress for user \"carla\"".to_owned();
    assert_eq!(trial.note("POST", start, &Value::Null), (409, again));
    let usage = json!({"used_quota_size": 5, "used_quota_files": 1});
    let target = "/api/v2/quotas/users/carla/usage";
    let busy = "A quota scan is in progress for this user".to_owned();
    assert_eq!(trial.note("PUT", target, &usage), (409, busy));
    let folder = "/api/v2/quotas/folders/shared/scan";
    assert_eq!(trial.json("POST", folder, &Value::Null).0, 202);
    let folders = trial.get("/api/v2/quotas/folders/scans");
    assert_eq!(folders, json!([{"name": "shared", "start_time": NOW}]));
    trial.wait(Duration::from_secs(4));
    assert_eq!(trial.get(SCANS).as_array().unwrap().len(), 1);
    let carla = trial.get("/api/v2/users/carla");
    assert!(carla["used_quota_files"].as_i64() > Some(0));
    assert_eq!(carla["last_quota_update"], NOW + 4_000);
    assert_eq!(
        trial.get("/api/v2/folders/shared")["last_quota_update"],
        NOW + 4_000
    );
}

#[test]
fn usage_is_set_and_added_to() {
    let mut trial = Trial::logged_in(Data::Sample);
    let anna = "/api/v2/users/anna.nowak";
    let target = "/api/v2/quotas/users/anna.nowak/usage";
    let usage = json!({"used_quota_size": 5, "used_quota_files": 2});
    for (mode, size) in [("reset", 5), ("add", 10)] {
        let updated = trial.note("PUT", &format!("{target}?mode={mode}"), &usage);
        assert_eq!(updated, done("Quota updated"));
        assert_eq!(trial.get(anna)["used_quota_size"], size);
    }
    // What is not said is nothing.
    assert_eq!(trial.json("PUT", target, &json!({})).0, 200);
    assert_eq!(trial.get(anna).get("used_quota_size"), None);
    let transfer = json!({"used_upload_data_transfer": 7, "used_download_data_transfer": 8});
    let target = "/api/v2/quotas/users/anna.nowak/transfer-usage?mode=add";
    assert_eq!(trial.note("PUT", target, &transfer), done("Quota updated"));
    assert_eq!(trial.get(anna)["used_download_data_transfer"], 8);
    let target = "/api/v2/quotas/users/carla/transfer-usage?mode=add";
    assert_eq!(trial.json("PUT", target, &transfer).0, 400);
    let target = "/api/v2/quotas/folders/shared/usage";
    assert_eq!(trial.json("PUT", target, &usage).0, 200);
    assert_eq!(trial.get("/api/v2/folders/shared")["used_quota_files"], 2);
}

#[test]
fn connections_transfer_and_close() {
    let mut trial = Trial::logged_in(Data::Sample);
    let target = "/api/v2/connections";
    let before = trial.get(target);
    assert_eq!(before.as_array().unwrap().len(), 2);
    trial.wait(Duration::from_secs(1));
    let after = trial.get(target);
    let size = |list: &Value| list[0]["active_transfers"][0]["size"].as_i64().unwrap();
    assert_eq!(size(&after), size(&before) + 10 * 65_536);
    let id = after[0]["connection_id"].as_str().unwrap();
    let close = format!("{target}/{id}");
    assert_eq!(
        trial.note("DELETE", &close, &Value::Null),
        done("Connection closed")
    );
    assert_eq!(trial.json("DELETE", &close, &Value::Null).0, 404);
    let anna = trial.get("/api/v2/users/anna.nowak");
    assert_eq!(trial.json("PUT", "/api/v2/users/anna.nowak", &anna).0, 200);
    assert_eq!(trial.get(target).as_array().unwrap().len(), 1);
    assert_eq!(
        trial
            .json("PUT", "/api/v2/users/anna.nowak?disconnect=1", &anna)
            .0,
        200
    );
    assert_eq!(trial.get(target), json!([]));
}

#[test]
fn a_dump_can_be_loaded_into_another_server() {
    let mut trial = Trial::logged_in(Data::Sample);
    let dump = trial.get("/api/v2/dumpdata?output-data=1");
    let mut other = Trial::logged_in(Data::Empty);
    assert_eq!(
        other.note("POST", "/api/v2/loaddata", &dump),
        done("Data restored")
    );
    for list in [
        "users",
        "groups",
        "folders",
        "roles",
        "eventactions",
        "eventrules",
        "iplists/2",
    ] {
        let [ours, theirs] = [&mut trial, &mut other]
            .map(|trial| without_times(trial.get(&format!("/api/v2/{list}"))));
        assert_eq!(ours, theirs, "{list}");
    }
    assert_eq!(other.login("helper", PASSWORD, "").status, 200);

    let change = json!({"folders": [{"name": "shared", "mapped_path": "/new"}]});
    for (mode, path) in [(1, "/srv/sftp/shared"), (0, "/new")] {
        let target = format!("/api/v2/loaddata?mode={mode}");
        assert_eq!(other.json("POST", &target, &change).0, 200);
        assert_eq!(other.get("/api/v2/folders/shared")["mapped_path"], path);
    }
    let wrong = json!({"folders": [{"name": "a", "mapped_path": "/a"}, {"name": "b"}]});
    let error = "unable to restore folder \"b\": Validation error: invalid folder mapped path \"\"";
    assert_eq!(
        other.note("POST", "/api/v2/loaddata", &wrong),
        (400, error.to_owned())
    );
    // What came before the error stays.
    other.get("/api/v2/folders/a");
}

/// A list of objects without ids and what a restore resets.
fn without_times(mut list: Value) -> Value {
    for object in list.as_array_mut().unwrap() {
        let object = object.as_object_mut().unwrap();
        for name in [
            "created_at",
            "updated_at",
            "last_password_change",
            "last_quota_update",
        ] {
            object.remove(name);
        }
        for name in ["id", "used_quota_size", "used_quota_files"] {
            object.remove(name);
        }
        for folder in object
            .get_mut("virtual_folders")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            folder["id"].take();
        }
        for action in object
            .get_mut("actions")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            action["id"].take();
        }
    }
    list
}

#[test]
fn ip_lists_are_tidied_and_paged_by_entry() {
    let mut trial = Trial::logged_in(Data::Empty);
    let list = "/api/v2/iplists/2";
    for address in ["192.0.2.1", "192.0.2.0/24", "2001:db8::1", "10.0.0.0/8"] {
        let entry = json!({"ipornet": address, "type": 2, "mode": 2, "protocols": 15});
        assert_eq!(trial.json("POST", list, &entry).0, 201);
    }
    let names = |list: Value| -> Vec<String> {
        let entries = list.as_array().unwrap().iter();
        entries
            .map(|entry| entry["ipornet"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = names(trial.get(list));
    assert_eq!(
        all,
        [
            "10.0.0.0/8",
            "192.0.2.0/24",
            "192.0.2.1/32",
            "2001:db8::1/128"
        ]
    );
    let page = format!("{list}?from=192.0.2.0%2F24&limit=1&offset=7");
    assert_eq!(names(trial.get(&page)), all[2..3]);
    assert_eq!(
        names(trial.get(&format!("{list}?filter=192.&order=DESC"))),
        ["192.0.2.1/32", "192.0.2.0/24"]
    );
    let entry = "/api/v2/iplists/2/10.0.0.0%2F8";
    assert_eq!(trial.get(entry)["protocols"], 0);
    let changed = json!({"mode": 1, "description": "ours"});
    assert_eq!(trial.note("PUT", entry, &changed), done("Entry updated"));
    assert_eq!(trial.get(entry)["description"], "ours");
    for (entry, reason) in [
        (
            json!({"ipornet": "x", "type": 2, "mode": 2}),
            "invalid IP \"x\"",
        ),
        (
            json!({"ipornet": "10.0.0.1", "type": 1, "mode": 2}),
            "invalid list mode",
        ),
        (
            json!({"ipornet": "10.0.0.1", "type": 2, "mode": 3}),
            "invalid list mode: 3",
        ),
    ] {
        assert_eq!(trial.note("POST", list, &entry), invalid(reason));
    }
    let twice = json!({"ipornet": "192.0.2.1", "type": 2, "mode": 2});
    assert_eq!(trial.json("POST", list, &twice).0, 409);
}

#[test]
fn rules_and_actions_are_checked_and_run() {
    let mut trial = Trial::logged_in(Data::Sample);
    let actions = "/api/v2/eventactions";
    for (action, reason) in [
        (json!({"name": "a"}), "invalid action type: 0"),
        (json!({"name": "a", "type": 1}), "HTTP endpoint is required"),
        (
            json!({"name": "a", "type": 2, "options": {"cmd_config": {"cmd": "ls"}}}),
            "command \"ls\" is not allowed",
        ),
        (
            json!({"name": "a", "type": 3}),
            "at least one email recipient is required",
        ),
    ] {
        assert_eq!(trial.note("POST", actions, &action), invalid(reason));
    }
    let action = json!({"name": "call", "type": 1, "options": {
        "http_config": {"endpoint": "https://example.com/", "timeout": 20, "method": "POST",
            "password": {"status": "Plain", "payload": "p"}},
        "cmd_config": {"cmd": "/dropped"}}});
    let (status, made) = trial.json("POST", actions, &action);
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["options"]["cmd_config"], json!({}));
    assert_eq!(
        made["options"]["http_config"]["password"]["status"],
        "Secretbox"
    );

    let rules = "/api/v2/eventrules";
    let rule = |actions: Value| json!({"name": "r", "status": 1, "trigger": 6, "actions": actions});
    for (actions, reason) in [
        (json!([]), "at least one action is required"),
        (
            json!([{"name": "call"}, {"name": "backup-data"}]),
            "duplicated order 0 for action \"backup-data\"",
        ),
        (
            json!([{"name": "call", "relation_options": {"is_failure_action": true}}]),
            "at least a non-failure action is required",
        ),
    ] {
        assert_eq!(trial.note("POST", rules, &rule(actions)), invalid(reason));
    }
    let made = trial.json("POST", rules, &rule(json!([{"name": "call", "order": 1}])));
    assert_eq!(made.0, 201, "{}", made.1);
    assert_eq!(made.1["actions"][0]["type"], 1);
    let run = |name: &str| format!("/api/v2/eventrules/run/{name}");
    let started = (202, "Event rule started".to_owned());
    assert_eq!(trial.note("POST", &run("r"), &Value::Null), started);
    let reason = "rule \"nightly\" is not defined as on-demand";
    assert_eq!(
        trial.note("POST", &run("nightly"), &Value::Null),
        invalid(reason)
    );
    assert_eq!(trial.json("POST", &run("nosuch"), &Value::Null).0, 404);
}

#[test]
fn features_missing_in_a_plain_installation() {
    let mut trial = Trial::logged_in(Data::Sample);
    let host = "/api/v2/defender/hosts/3132372e302e302e31";
    assert_eq!(trial.json("GET", host, &Value::Null).0, 500);
    let broken = (400, "invalid host id".to_owned());
    assert_eq!(
        trial.note("GET", "/api/v2/defender/hosts/xyz", &Value::Null),
        broken
    );
    let range = invalid("limit is out of the 1-1000 range: 0");
    assert_eq!(
        trial.note("GET", "/api/v2/events/logs?limit=0", &Value::Null),
        range
    );
    let mail = (400, "No SMTP configuration".to_owned());
    let forgot = "/api/v2/admins/admin/forgot-password";
    assert_eq!(trial.note("POST", forgot, &Value::Null), mail);
}

#[test]
fn bodies_and_paths() {
    let mut trial = Trial::logged_in(Data::Sample);
    let big = json!({"username": "x".repeat(1 << 20)});
    let too_large = (400, "http: request body too large".to_owned());
    assert_eq!(trial.note("POST", USERS, &big), too_large);
    let dump = json!({"unknown": "x".repeat(2 << 20)});
    assert_eq!(trial.json("POST", "/api/v2/loaddata", &dump).0, 200);
    let dump = json!({"unknown": "x".repeat(20 << 20)});
    assert_eq!(trial.note("POST", "/api/v2/loaddata", &dump), too_large);

    assert_eq!(
        trial.get("/api/v2/users/j%C3%BCrgen")["username"],
        "j\u{fc}rgen"
    );
    trial.get("/api/v2/users/");
    assert_eq!(trial.send("HEAD", USERS, &Value::Null).status, 200);
    assert_eq!(trial.json("GET", "/api/v2/users/a/b", &Value::Null).0, 404);
    let answer = trial.send("BREW", USERS, &Value::Null);
    assert_eq!((answer.status, answer.body.len()), (405, 0));
    let group = json!({"name": "a & b/c"});
    assert_eq!(trial.json("POST", "/api/v2/groups", &group).0, 400);
    let group = json!({"name": " a & b "});
    let answer = trial.send("POST", "/api/v2/groups", &group);
    assert_eq!(answer.header("Location"), Some("/api/v2/groups/a%20&%20b"));
}

#[test]
fn the_same_requests_have_the_same_answers() {
    let [one, other] = [0, 1].map(|_| {
        let mut trial = Trial::logged_in(Data::Sample);
        let key = trial.json("POST", "/api/v2/apikeys", &json!({"name": "k", "scope": 1}));
        let dump = trial.get("/api/v2/dumpdata?output-data=1");
        (trial.token, key, dump.to_string())
    });
    assert_eq!(one, other);
}
