//! The practice server against the recorded responses of the real one.
//!
//! `data/contract-2019.jsonl` was recorded from `SFTPGo` at commit fe3e1db1. JSON is compared as
//! text, so that the order of keys and the numbers as written count too.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use sftpgo_shell::practice::{Clock, Data, Options, Practice};

use crate::raw_http::Client;
use crate::support::SAMPLED;

const RECORD: &str = include_str!("data/contract-2019.jsonl");

/// The last lines were recorded on another day's server, with other users and a connection.
const ANOTHER_DAY: usize = 5;

pub(crate) const USERS: &str = "/api/v1/user";
pub(crate) const CONNECTIONS: &str = "/api/v1/sftp_connection";
pub(crate) const SCANS: &str = "/api/v1/quota_scan";

/// The connection of the seed's sample.
pub(crate) const CONNECTION: &str =
    "/api/v1/sftp_connection/76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c";

fn practice(data: Data, clock: Clock, single: bool) -> Practice {
    Practice::start(Options {
        data,
        clock,
        single,
        ..Options::default()
    })
    .unwrap()
}

/// A server with sample data at the seed's moment, a connection to it, and its time.
pub(crate) fn sample() -> (Practice, Client, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(SAMPLED));
    let practice = practice(Data::Sample, Clock::Manual(Arc::clone(&time)), false);
    let client = Client::new(practice.addr());
    (practice, client, time)
}

fn record() -> Vec<Value> {
    RECORD
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The recorded answer of the line whose note begins so.
fn recorded(note: &str) -> Value {
    let is_it = |line: &Value| {
        line["note"]
            .as_str()
            .is_some_and(|text| text.starts_with(note))
    };
    record().into_iter().find(is_it).unwrap()["answer"]["json"].take()
}

/// A value with its texts and numbers blanked: what is left is keys, their order, and lists.
fn shape(value: &Value) -> Value {
    match value {
        Value::Number(_) => json!(0),
        Value::String(_) => json!(""),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), shape(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn assert_same_shape(ours: &Value, theirs: &Value) {
    assert_eq!(shape(ours).to_string(), shape(theirs).to_string());
}

#[test]
fn every_recorded_line_in_order() {
    replay(true);
}

#[test]
fn every_recorded_line_with_both_apis_enabled() {
    replay(false);
}

/// Sends the recorded requests to a server that has this API only, or both.
fn replay(single: bool) {
    let practice = practice(Data::Empty, Clock::System, single);
    let mut client = Client::new(practice.addr());
    let record = record();
    for line in &record[..record.len() - ANOTHER_DAY] {
        let body = match (&line["raw"], &line["body"]) {
            (Value::String(raw), _) => raw.clone(),
            (_, Value::Null) => String::new(),
            (_, body) => body.to_string(),
        };
        let headers = line["headers"].as_object().into_iter().flatten();
        let headers: String = headers
            .map(|(name, value)| [name, ": ", value.as_str().unwrap(), "\r\n"].concat())
            .collect();
        let [method, path] = ["method", "path"].map(|key| line[key].as_str().unwrap());

        if !single && path.starts_with("/api/v2") {
            continue;
        }
        let answer = client.send(method, path, &headers, body.as_bytes());
        let expected = &line["answer"];
        assert_eq!(answer.status, expected["status"], "{line}");
        assert_eq!(
            answer.header("Content-Type").unwrap(),
            expected["content_type"],
            "{line}"
        );
        match expected.get("json") {
            Some(json) => assert_eq!(answer.json().to_string(), json.to_string(), "{line}"),
            None => assert!(answer.body.is_empty(), "{line}"),
        }
    }
}

#[test]
fn an_id_is_never_given_again() {
    let (_practice, mut client, _) = sample();
    let add = |client: &mut Client, name: &str| {
        let user = json!({"username": name, "home_dir": "/tmp/min", "permissions": ["list"], "password": "p"});
        client.json("POST", USERS, &user.to_string())
    };
    assert_eq!(add(&mut client, "before").1["id"], 5140);
    assert_eq!(client.json("DELETE", "/api/v1/user/5140", "").0, 200);
    let (status, user) = add(&mut client, "after");
    let mut expected = recorded("a new user after a delete");
    expected["id"] = json!(5141);
    assert_eq!((status, user.to_string()), (200, expected.to_string()));
}

#[test]
fn the_live_connection_has_the_recorded_shape_and_closes_as_recorded() {
    let (_practice, mut client, time) = sample();
    assert_same_shape(
        &client.get(CONNECTIONS),
        &recorded("a live connection, uploading"),
    );
    let closed = (200, recorded("close it: it lingers"));
    assert_eq!(client.json("DELETE", CONNECTION, ""), closed);
    assert_eq!(client.json("DELETE", CONNECTION, ""), closed);
    assert_same_shape(
        &client.get(CONNECTIONS),
        &recorded("a live connection, uploading"),
    );
    time.fetch_add(2_000, Ordering::Relaxed);
    assert_eq!(client.get(CONNECTIONS), json!([]));
    assert_eq!(client.json("DELETE", CONNECTION, "").0, 404);
}

#[test]
fn a_scan_is_refused_listed_and_counted_as_recorded() {
    let (_practice, mut client, time) = sample();
    let start = r#"{"username":"backup"}"#;
    let refused = (409, recorded("a scan that takes a while"));
    assert_eq!(client.json("POST", SCANS, start), refused);
    assert_same_shape(&client.get(SCANS), &recorded("while it runs"));
    time.fetch_add(60_000, Ordering::Relaxed);
    assert_eq!(client.get(SCANS), json!([]));
    let user = &client.get("/api/v1/user?username=backup")[0];
    assert_eq!(user["last_quota_update"], SAMPLED + 60_000);
    let mut expected = recorded("after it ended");
    expected["permissions"] = user["permissions"].clone();
    assert_same_shape(user, &expected);
}

#[test]
fn the_samples_of_the_python_client() {
    let practice = practice(Data::Sample, Clock::Fixed(SAMPLED), false);
    let mut client = Client::new(practice.addr());
    let connections = r#"[
  {
    "username": "test_username",
    "connection_id": "76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
    "client_version": "SSH-2.0-OpenSSH_8.0",
    "remote_address": "127.0.0.1:41622",
    "connection_time": 1564696137971,
    "last_activity": 1564696159605,
    "active_transfers": [
      {
        "operation_type": "upload",
        "start_time": 1564696149783,
        "size": 1146880,
        "last_activity": 1564696159605
      }
    ]
  }
]"#;
    assert_eq!(format!("{:#}", client.get(CONNECTIONS)), connections);

    let added = r#"{"id":5140,"username":"test_username","home_dir":"/tmp/test_home_dir","uid":33,"gid":1000,"max_sessions":2,"quota_size":0,"quota_files":3,"permissions":["list","download","upload","delete","rename","create_dirs"],"used_quota_size":0,"used_quota_files":0,"last_quota_update":0,"upload_bandwidth":100,"download_bandwidth":60}"#;
    let mut user: Value = serde_json::from_str(added).unwrap();
    user["password"] = json!("test_pwd");
    let (status, answer) = client.json("POST", USERS, &user.to_string());
    assert_eq!((status, answer.to_string()), (200, added.to_owned()));

    let body = r#"{"id":5140,"uid":0,"gid":33,"quota_files":4,"permissions":["*"],"upload_bandwidth":90,"download_bandwidth":80}"#;
    let updated = json!({"error": "", "message": "User updated", "status": 200});
    assert_eq!(
        client.json("PUT", "/api/v1/user/5140", body),
        (200, updated)
    );
    let changed = r#"{"id":5140,"username":"test_username","home_dir":"/tmp/test_home_dir","uid":0,"gid":33,"max_sessions":2,"quota_size":0,"quota_files":4,"permissions":["*"],"used_quota_size":0,"used_quota_files":0,"last_quota_update":0,"upload_bandwidth":90,"download_bandwidth":80}"#;
    assert_eq!(client.get("/api/v1/user/5140").to_string(), changed);
    let page = client.get("/api/v1/user?limit=1&offset=0&order=DESC&username=test_username");
    assert_eq!(page.to_string(), format!("[{changed}]"));

    assert_eq!(
        client
            .json("POST", SCANS, r#"{"username":"test_username"}"#)
            .0,
        201
    );
    assert_eq!(
        client.json("DELETE", "/api/v1/user/5140", "").1["message"],
        "User deleted"
    );
}
