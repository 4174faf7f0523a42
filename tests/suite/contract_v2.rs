//! The API `v2` of the practice server against the recorded responses of the real one.
//!
//! `data/contract-v2.jsonl` was recorded from `SFTPGo` 2.7.5. Every line is replayed, in order; none is
//! left out. JSON is compared as text, so that the order of keys counts too. What differs from run to
//! run is compared by what it looks like: times, tokens, hashes, sealed secrets, the ids of API keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, Api, Clock, Data, Options, PASSWORD, Practice};

use crate::raw_http::{Answer, Client};

const RECORD: &str = include_str!("data/contract-v2.jsonl");

/// Recorded in the same way from another new server: what it checks, and in which order.
const CHECKS: &str = include_str!("data/contract-v2-checks.jsonl");

/// A Monday in November 2026.
pub(crate) const NOW: i64 = 1_795_446_541_000;

/// A server, a connection to it, and who is sending.
pub(crate) struct Trial {
    pub(crate) practice: Practice,
    pub(crate) client: Client,
    time: Arc<AtomicI64>,
    pub(crate) token: String,
    key: String,
}

impl Trial {
    pub(crate) fn new(data: Data) -> Self {
        Self::start(data, false)
    }

    /// The same; the server has this API only, or both.
    fn start(data: Data, single: bool) -> Self {
        let time = Arc::new(AtomicI64::new(NOW));
        let practice = Practice::start(Options {
            api: Api::V2,
            single,
            data,
            clock: Clock::Manual(Arc::clone(&time)),
            record: true,
            ..Options::default()
        })
        .unwrap();
        let client = Client::new(practice.addr());
        Self {
            practice,
            client,
            time,
            token: String::new(),
            key: String::new(),
        }
    }

    /// The same with the admin logged in.
    pub(crate) fn logged_in(data: Data) -> Self {
        let mut trial = Self::new(data);
        trial.become_admin(ADMIN);
        trial
    }

    /// From now on, the admin of this name sends, with the sample password.
    pub(crate) fn become_admin(&mut self, name: &str) {
        let token = self.login(name, PASSWORD, "").json();
        let token = token["access_token"].as_str().unwrap();
        token.clone_into(&mut self.token);
    }

    pub(crate) fn login(&mut self, name: &str, password: &str, more: &str) -> Answer {
        let headers = basic(name, password) + more;
        self.client.send("GET", "/api/v2/token", &headers, b"")
    }

    pub(crate) fn send(&mut self, method: &str, target: &str, body: &Value) -> Answer {
        let headers = format!("Authorization: Bearer {}\r\n", self.token);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.client.send(method, target, &headers, body.as_bytes())
    }

    pub(crate) fn json(&mut self, method: &str, target: &str, body: &Value) -> (u64, Value) {
        let answer = self.send(method, target, body);
        (answer.status, answer.json())
    }

    pub(crate) fn get(&mut self, target: &str) -> Value {
        let (status, value) = self.json("GET", target, &Value::Null);
        assert_eq!(status, 200, "{target}: {value}");
        value
    }

    /// The status, and whichever of error and message is not empty.
    pub(crate) fn note(&mut self, method: &str, target: &str, body: &Value) -> (u64, String) {
        let (status, value) = self.json(method, target, body);
        let parts = [&value["error"], &value["message"]];
        (
            status,
            parts.map(|part| part.as_str().unwrap_or_default()).concat(),
        )
    }

    pub(crate) fn wait(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        self.time.fetch_add(time, Ordering::Relaxed);
    }

    /// Sends a recorded request, with what this server gave in the place of what that one had given.
    fn replay(&mut self, line: &Value) -> Answer {
        let mut headers = match line["auth"].as_str().unwrap_or("token") {
            "none" => String::new(),
            "token" => format!("Authorization: Bearer {}\r\n", self.token),
            "admin" => basic(ADMIN, PASSWORD),
            "key" => format!("X-SFTPGO-API-KEY: {}\r\n", self.key),
            "key+admin" => format!("X-SFTPGO-API-KEY: {}.{ADMIN}\r\n", self.key),
            other => {
                let (name, password) = other["basic ".len()..].split_once(':').unwrap();
                basic(name, password)
            }
        };
        for (name, value) in line["headers"].as_object().into_iter().flatten() {
            headers += &[name, ": ", value.as_str().unwrap(), "\r\n"].concat();
        }
        let body = match (&line["raw"], &line["body"]) {
            (Value::String(raw), _) => raw.clone(),
            (_, Value::Null) => String::new(),
            (_, body) => body.to_string(),
        };
        let [method, path] = ["method", "path"].map(|key| line[key].as_str().unwrap());
        let answer = self.client.send(method, path, &headers, body.as_bytes());
        if let Ok(value) = serde_json::from_slice::<Value>(&answer.body) {
            if let Some(token) = value["access_token"].as_str() {
                token.clone_into(&mut self.token);
            }
            if let Some(key) = value["key"].as_str() {
                key.clone_into(&mut self.key);
            }
        }
        answer
    }
}

fn basic(name: &str, password: &str) -> String {
    let encoded = STANDARD.encode(format!("{name}:{password}"));
    format!("Authorization: Basic {encoded}\r\n")
}

fn read(record: &str) -> Vec<Value> {
    let lines = record.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

/// A value with what differs from run to run replaced by what it looks like.
fn levelled(name: &str, value: &Value) -> Value {
    const TIMES: [&str; 4] = [
        "created_at",
        "updated_at",
        "last_login",
        "last_password_change",
    ];
    match value {
        Value::Number(time) if TIMES.contains(&name) => {
            json!(if time.as_i64() > Some(0) {
                "a time"
            } else {
                "no time"
            })
        }
        Value::String(text) => match name {
            "expires_at" => text.chars().map(digit_as_0).collect::<String>().into(),
            "access_token" | "password" | "key" => json!("a secret"),
            "payload" | "id" => json!(format!("{} characters", text.len())),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| levelled(name, item)).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), levelled(name, value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn digit_as_0(letter: char) -> char {
    if letter.is_ascii_digit() { '0' } else { letter }
}

/// The methods of an `Allow` header; Go gives them in any order.
fn methods(allow: Option<&str>) -> Vec<&str> {
    let mut methods: Vec<&str> = allow
        .into_iter()
        .flat_map(|text| text.split(", "))
        .collect();
    methods.sort_unstable();
    methods
}

#[test]
fn every_recorded_line_in_order() {
    replay(RECORD, true);
}

#[test]
fn every_recorded_check() {
    replay(CHECKS, true);
}

#[test]
fn every_recorded_line_with_both_apis_enabled() {
    replay(RECORD, false);
}

/// Sends the recorded requests to a server that has this API only, or both.
fn replay(record: &str, single: bool) {
    let mut trial = Trial::start(Data::Empty, single);
    for line in read(record) {
        if !single && line["path"] == "/api/v1/user" {
            continue;
        }
        let answer = trial.replay(&line);
        let expected = &line["answer"];
        let header = |name: &str| expected[name].as_str();
        assert_eq!(answer.status, expected["status"], "{line}");
        assert_eq!(
            answer.header("Content-Type"),
            header("content_type"),
            "{line}"
        );
        for (name, key) in [
            ("Server", "server"),
            ("Www-Authenticate", "www-authenticate"),
            ("Content-Disposition", "content-disposition"),
        ] {
            assert_eq!(answer.header(name), header(key), "{line}");
        }
        assert_eq!(
            methods(answer.header("Allow")),
            methods(header("allow")),
            "{line}"
        );
        match (answer.header("Location"), header("location")) {
            // Ids are long and follow from nothing that was recorded.
            (Some(ours), Some(theirs)) if theirs.starts_with("/api/v2/apikeys/") => {
                assert_eq!(ours.len(), theirs.len(), "{line}");
            }
            (ours, theirs) => assert_eq!(ours, theirs, "{line}"),
        }
        match expected.get("json") {
            Some(theirs) => {
                let [ours, theirs] = [&answer.json(), theirs].map(|json| levelled("", json));
                assert_eq!(ours.to_string(), theirs.to_string(), "{line}");
                assert!(answer.body.ends_with(b"\n"), "{line}");
            }
            None => assert_eq!(answer.body, expected["text"].as_str().unwrap().as_bytes()),
        }
    }
}
