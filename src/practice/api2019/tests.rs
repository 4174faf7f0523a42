//! What requests do to the data, at a given time.

use hyper::{Method, Uri};
use serde_json::{Value, json};

use super::route::{Request, reply};
use super::world::World;
use crate::practice::options::Data;

/// A world and its time.
struct Trial {
    world: World,
    now: i64,
}

/// The time in the documentation of the Python client.
const START: i64 = 1_564_696_159_605;

const CONNECTIONS: &str = "/api/v1/sftp_connection";
const SCANS: &str = "/api/v1/quota_scan";

impl Trial {
    fn new(data: Data) -> Self {
        Self {
            world: World::new(data, START),
            now: START,
        }
    }

    /// An empty server with one user, `a`, whose id is 1.
    fn with_a_user() -> Self {
        let mut trial = Self::new(Data::Empty);
        let user = json!({"username": "a", "home_dir": "/a", "password": "p", "uid": 5,
            "quota_files": 9, "permissions": ["list", "upload"]});
        assert_eq!(trial.send("POST", "/api/v1/user", &user.to_string()).0, 200);
        trial
    }

    fn wait(&mut self, milliseconds: i64) {
        self.now += milliseconds;
    }

    fn send(&mut self, method: &str, target: &str, body: &str) -> (u16, Value) {
        let request = Request {
            method: &method.parse::<Method>().unwrap(),
            uri: &target.parse::<Uri>().unwrap(),
            body: body.as_bytes(),
            now: self.now,
        };
        let reply = reply(&mut self.world, &request);
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    fn get(&mut self, target: &str) -> Value {
        let (status, value) = self.send("GET", target, "");
        assert_eq!(status, 200, "{target}: {value}");
        value
    }

    /// The status, and whichever of error and message is not empty.
    fn note(&mut self, method: &str, target: &str, body: &str) -> (u16, String) {
        let (status, value) = self.send(method, target, body);
        let parts = [&value["error"], &value["message"]];
        (status, parts.map(|part| part.as_str().unwrap()).concat())
    }

    fn change(&mut self, body: &str) -> (u16, String) {
        self.note("PUT", "/api/v1/user/1", body)
    }
}

fn note(status: u16, text: &str) -> (u16, String) {
    (status, text.to_owned())
}

#[test]
fn an_update_merges() {
    let mut trial = Trial::with_a_user();
    let updated = note(200, "User updated");
    assert_eq!(trial.change("{}"), updated);
    assert_eq!(
        trial.change(r#"{"ID":1,"UID":6,"quota_files":null}"#),
        updated
    );
    assert_eq!(
        trial.change(r#"{"username":"b","used_quota_files":3}"#),
        updated
    );
    assert_eq!(trial.change(r#"{"permissions":["delete",null]}"#), updated);
    let user = trial.get("/api/v1/user/1");
    assert_eq!(user["username"], "a");
    assert_eq!(user["uid"], 6);
    assert_eq!(user["quota_files"], 9);
    assert_eq!(user["used_quota_files"], 0);
    assert_eq!(user["permissions"], json!(["delete", "upload"]));
}

#[test]
fn a_refused_update_changes_nothing() {
    let mut trial = Trial::with_a_user();
    let before = trial.get("/api/v1/user/1");
    let missing = "Validation error: Mandatory parameters missing";
    let other_id = "user ID in request body does not match user ID in path parameter";
    for (body, error) in [
        (
            r#"{"uid":6,"gid":"x"}"#,
            "json: cannot unmarshal string into Go struct field User.gid of type int",
        ),
        (r#"{"uid":6"#, "unexpected EOF"),
        (r#"{"uid":6,"id":2,"home_dir":""}"#, other_id),
        (r#"{"uid":6,"username":""}"#, missing),
        (
            r#"{"uid":6,"permissions":null}"#,
            "Validation error: Please grant some permissions to this user",
        ),
    ] {
        assert_eq!(trial.change(body), note(400, error), "{body}");
    }
    assert_eq!(trial.get("/api/v1/user/1"), before);
}

#[test]
fn a_key_may_take_the_passwords_place() {
    let mut trial = Trial::with_a_user();
    let refused = note(400, "Validation error: Please set password or public_key");
    assert_eq!(trial.change(r#"{"password":""}"#), refused);
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEMVHdMFLVVQmvCbKQsJzW4sZLmZ5XhLvkZmQXkDqfWN";
    let body = json!({"password": "", "public_key": [key]}).to_string();
    assert_eq!(trial.change(&body), note(200, "User updated"));
    assert_eq!(trial.change(r#"{"public_key":null}"#), refused);
}

#[test]
fn segments_are_split_before_they_are_decoded() {
    let mut trial = Trial::with_a_user();
    assert_eq!(trial.get("/api/v1/user/%31")["id"], 1);
    let not_found = note(404, "Not Found");
    assert_eq!(trial.note("GET", "/api/v1/user/1/2", ""), not_found);
    assert_eq!(
        trial.note("DELETE", "/api/v1/sftp_connection/a%2Fb", ""),
        not_found
    );
    assert_eq!(trial.note("GET", "/api/v1/%75ser", ""), not_found);
    let invalid = note(400, "Invalid userID");
    assert_eq!(trial.note("GET", "/api/v1/user/1%2F2", ""), invalid);
    assert_eq!(trial.note("GET", "/api/v1/user/%zz", ""), invalid);
    assert_eq!(trial.note("BREW", "/", ""), note(405, "Method not allowed"));
}

#[test]
fn the_upload_grows_with_the_clock() {
    let mut trial = Trial::new(Data::Sample);
    for (wait, size) in [
        (0, 1_146_880),
        (49, 1_146_880),
        (1, 1_179_648),
        (950, 1_802_240),
    ] {
        trial.wait(wait);
        let connection = &trial.get(CONNECTIONS)[0];
        assert_eq!(connection["active_transfers"][0]["size"], size);
        assert_eq!(connection["last_activity"], trial.now);
        assert_eq!(connection["connection_time"], START - 21_634);
    }
    trial.wait(-10_000);
    assert_eq!(
        trial.get(CONNECTIONS)[0]["active_transfers"][0]["size"],
        1_146_880
    );
}

#[test]
fn a_closed_connection_lingers() {
    let mut trial = Trial::new(Data::Sample);
    let target = format!(
        "{CONNECTIONS}/{}",
        trial.get(CONNECTIONS)[0]["connection_id"].as_str().unwrap()
    );
    let closed = note(200, "Connection closed");
    assert_eq!(trial.note("DELETE", &target, ""), closed);
    let left = trial.get(CONNECTIONS);
    trial.wait(1_499);
    assert_eq!(trial.get(CONNECTIONS), left);
    assert_eq!(trial.note("DELETE", &target, ""), closed);
    trial.wait(1);
    assert_eq!(trial.get(CONNECTIONS), json!([]));
    assert_eq!(trial.note("DELETE", &target, ""), note(404, "Not Found"));
}

#[test]
fn the_big_scan_runs_from_the_start_for_a_minute() {
    let mut trial = Trial::new(Data::Sample);
    let before = trial.get("/api/v1/user?username=backup");
    let running = json!([{"username": "backup", "start_time": START}]);
    assert_eq!(trial.get(SCANS), running);
    trial.wait(59_999);
    assert_eq!(trial.get(SCANS), running);
    assert_eq!(trial.get("/api/v1/user?username=backup"), before);
    trial.wait(1);
    assert_eq!(trial.get(SCANS), json!([]));
    let after = &trial.get("/api/v1/user?username=backup")[0];
    assert!(after["used_quota_files"].as_i64() > before[0]["used_quota_files"].as_i64());
    assert_eq!(after["last_quota_update"], START + 60_000);
}

#[test]
fn a_scan_takes_four_seconds_and_counts_within_the_quota() {
    let mut trial = Trial::new(Data::Sample);
    let user = json!({"username": "new", "home_dir": "/n", "password": "p", "quota_files": 4, "permissions": ["*"]});
    trial.send("POST", "/api/v1/user", &user.to_string());
    let start = r#"{"username":"new"}"#;
    assert_eq!(trial.note("POST", SCANS, start), note(201, "Scan started"));
    let refused = note(409, "Another scan is already in progress");
    assert_eq!(trial.note("POST", SCANS, start), refused);
    assert_eq!(
        trial.get(SCANS)[1],
        json!({"username": "new", "start_time": START})
    );
    // However late it is looked at, it ended when it ended.
    trial.wait(30_000);
    assert_eq!(trial.get(SCANS).as_array().unwrap().len(), 1);
    let user = trial.get("/api/v1/user/5140");
    assert_eq!(user["used_quota_files"], 4);
    assert_eq!(user["used_quota_size"], 4 * 48_611);
    assert_eq!(user["last_quota_update"], START + 4_000);
    assert_eq!(trial.note("POST", SCANS, start), note(201, "Scan started"));
}

#[test]
fn the_scan_of_a_deleted_user_just_ends() {
    let mut trial = Trial::new(Data::Sample);
    let id = trial.get("/api/v1/user?username=press")[0]["id"].clone();
    assert_eq!(trial.note("POST", SCANS, r#"{"username":"press"}"#).0, 201);
    assert_eq!(
        trial.note("DELETE", &format!("/api/v1/user/{id}"), "").0,
        200
    );
    assert_eq!(trial.get(SCANS)[1]["username"], "press");
    trial.wait(4_000);
    assert_eq!(trial.get(SCANS).as_array().unwrap().len(), 1);
    assert_eq!(trial.get("/api/v1/user?username=press"), json!([]));
}

#[test]
fn pages() {
    let mut trial = Trial::new(Data::Empty);
    for number in 0..501 {
        let user = json!({"username": format!("u{number:03}"), "home_dir": "/n", "password": "p", "permissions": ["*"]});
        assert_eq!(trial.send("POST", "/api/v1/user", &user.to_string()).0, 200);
    }
    for (query, length, first) in [
        ("", 100, "u000"),
        ("limit=500", 500, "u000"),
        ("limit=501&order=DESC", 500, "u500"),
        ("limit=-1", 501, "u000"),
        ("limit=2&limit=3&offset=499", 2, "u499"),
        ("username=u007&offset=0", 1, "u007"),
    ] {
        let users = trial.get(&format!("/api/v1/user?{query}"));
        assert_eq!(users.as_array().unwrap().len(), length, "{query}");
        assert_eq!(users[0]["username"], first, "{query}");
    }
    assert_eq!(trial.get("/api/v1/user?username=u007&offset=1"), json!([]));
}
