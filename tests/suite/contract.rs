//! The practice server against what the real one answered, and as a server among others.
//!
//! `data/contract-2019.jsonl` was recorded from `SFTPGo` at commit fe3e1db1. JSON is compared as
//! text, so that the order of keys and the numbers as written count too.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sftpgo_shell::practice::{Clock, Data, Options, Practice, Seen};

const RECORD: &str = include_str!("data/contract-2019.jsonl");

/// The last lines were recorded on another day's server, with other users and a connection.
const ANOTHER_DAY: usize = 5;

const JSON: &str = "application/json; charset=utf-8";
const USERS: &str = "/api/v1/user";
const CONNECTIONS: &str = "/api/v1/sftp_connection";
const SCANS: &str = "/api/v1/quota_scan";

/// The connection of the seed's sample, and its moment.
const CONNECTION: &str =
    "/api/v1/sftp_connection/76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c";
const SAMPLED: i64 = 1_564_696_159_605;

/// One connection to a server, kept alive.
pub(crate) struct Client(BufReader<TcpStream>);

pub(crate) struct Answer {
    pub(crate) status: u64,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> Answer {
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: practice\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        self.write(&[head.as_bytes(), body].concat());
        self.answer(method)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    fn answer(&mut self, method: &str) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(
                self.0.read_line(&mut head).unwrap(),
                0,
                "cut off after {head:?}"
            );
        }
        let mut answer = Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: Vec::new(),
        };
        if method != "HEAD" {
            let length = answer.header("Content-Length").unwrap().parse().unwrap();
            answer.body = vec![0; length];
            self.0.read_exact(&mut answer.body).unwrap();
        }
        answer
    }

    fn json(&mut self, method: &str, target: &str, body: &str) -> (u64, Value) {
        let answer = self.send(method, target, "", body.as_bytes());
        (answer.status, answer.json())
    }

    fn get(&mut self, target: &str) -> Value {
        let (status, value) = self.json("GET", target, "");
        assert_eq!(status, 200, "{target}: {value}");
        value
    }
}

impl Answer {
    /// Names as Go writes them.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn practice(data: Data, clock: Clock) -> Practice {
    Practice::start(Options {
        data,
        clock,
        ..Options::default()
    })
    .unwrap()
}

/// A server of made-up data at the seed's moment, a connection to it, and its time.
fn made_up() -> (Practice, Client, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(SAMPLED));
    let practice = practice(Data::MadeUp, Clock::Manual(Arc::clone(&time)));
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
    let practice = practice(Data::Empty, Clock::System);
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
    let (_practice, mut client, _) = made_up();
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
    let (_practice, mut client, time) = made_up();
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
    let (_practice, mut client, time) = made_up();
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
fn the_samples_of_the_seed() {
    let practice = practice(Data::MadeUp, Clock::Fixed(SAMPLED));
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

#[test]
fn answers_look_like_gos() {
    let (_practice, mut client, _) = made_up();
    let answer = client.send("GET", SCANS, "", b"");
    assert!(
        answer.head.starts_with("HTTP/1.1 200 OK\r\n"),
        "{}",
        answer.head
    );
    assert_eq!(answer.header("Content-Type"), Some(JSON));
    assert!(answer.header("Date").unwrap().ends_with(" GMT"));
    assert!(answer.body.ends_with(b"\n"));
}

#[test]
fn a_reset_brings_back_the_start() {
    let (practice, mut client, time) = made_up();
    let before = [USERS, CONNECTIONS, SCANS].map(|path| client.get(path).to_string());
    assert_eq!(client.json("DELETE", "/api/v1/user/5134", "").0, 200);
    assert_eq!(client.json("DELETE", CONNECTION, "").0, 200);
    time.fetch_add(60_000, Ordering::Relaxed);
    assert_eq!(client.get(CONNECTIONS), json!([]));
    time.store(SAMPLED, Ordering::Relaxed);
    practice.reset();
    let after = [USERS, CONNECTIONS, SCANS].map(|path| client.get(path).to_string());
    assert_eq!(after, before);
}

#[test]
fn a_failure_changes_nothing_and_passes() {
    let (practice, mut client, _) = made_up();
    practice.set_failure(Some(503));
    let failure = json!({"error": "practice failure", "message": "", "status": 503});
    assert_eq!(
        client.json("DELETE", "/api/v1/user/5134", ""),
        (503, failure)
    );
    practice.set_failure(Some(99));
    assert_eq!(client.json("GET", USERS, "").0, 500);
    practice.set_failure(None);
    assert_eq!(client.get("/api/v1/user/5134")["id"], 5134);
}

#[test]
fn latency_delays_the_answer() {
    let (practice, mut client, _) = made_up();
    practice.set_latency(Duration::from_millis(200));
    let start = Instant::now();
    client.get(SCANS);
    assert!(start.elapsed() >= Duration::from_millis(200));
    practice.set_latency(Duration::ZERO);
    let start = Instant::now();
    client.get(SCANS);
    assert!(start.elapsed() < Duration::from_millis(200));
}

#[test]
fn requests_are_seen_as_they_were_sent() {
    let practice = Practice::start(Options {
        record: true,
        ..Options::default()
    })
    .unwrap();
    let mut client = Client::new(practice.addr());
    client.send("GET", "/api/v1/user?limit=%31&x", "", b"");
    client.send("POST", "/nosuch", "Content-Type: text/plain\r\n", b"a\0b");
    let seen = |method: &str, target: &str, content_type: Option<&str>, body: &[u8]| Seen {
        method: method.to_owned(),
        target: target.to_owned(),
        content_type: content_type.map(str::to_owned),
        credentials: Vec::new(),
        body: body.to_vec(),
    };
    let expected = [
        seen("GET", "/api/v1/user?limit=%31&x", None, b""),
        seen("POST", "/nosuch", Some("text/plain"), b"a\0b"),
    ];
    assert_eq!(practice.seen(), expected);

    let (practice, mut client, _) = made_up();
    client.get(USERS);
    assert_eq!(practice.seen(), []);
}

#[test]
fn bodies_come_in_any_form_up_to_a_limit() {
    let (_practice, mut client, _) = made_up();
    client.write(
        b"POST /api/v1/quota_scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    client.write(b"f\r\n{\"username\":\"pr\r\n6\r\ness\"} \r\n0\r\n\r\n");
    assert_eq!(client.answer("POST").status, 201);

    let mut body = vec![b' '; 16 << 20];
    assert_eq!(client.send("POST", USERS, "", &body).json()["error"], "EOF");
    body.push(b' ');
    let answer = client.send("POST", USERS, "", &body);
    let error = json!({"error": "http: request body too large", "message": "", "status": 413});
    assert_eq!((answer.status, answer.json()), (413, error));
    assert_eq!(client.send("GET", SCANS, "", b"").status, 200);
}

#[test]
fn pipelined_requests_and_http_1_0() {
    let (_practice, mut client, _) = made_up();
    let request = "GET /api/v1/quota_scan HTTP/1.1\r\nHost: x\r\n\r\n";
    client.write(request.repeat(3).as_bytes());
    for _ in 0..3 {
        assert_eq!(client.answer("GET").status, 200);
    }
    client.write(b"GET /api/v1/quota_scan HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer("GET").status, 200);
    assert_eq!(client.0.read(&mut [0]).unwrap(), 0);
}

#[test]
fn a_thousand_requests_on_one_connection() {
    let (_practice, mut client, _) = made_up();
    for _ in 0..1000 {
        assert_eq!(client.get("/api/v1/user/5134")["id"], 5134);
    }
}

#[test]
fn eight_connections_at_once() {
    let (practice, mut client, _) = made_up();
    let addr = practice.addr();
    let one = move |thread: usize| {
        let mut client = Client::new(addr);
        for number in 0..50 {
            let user = json!({"username": format!("u{thread}-{number}"), "home_dir": "/h",
                "permissions": ["*"], "password": "p"});
            assert_eq!(client.json("POST", USERS, &user.to_string()).0, 200);
        }
    };
    let threads: Vec<_> = (0..8)
        .map(|number| thread::spawn(move || one(number)))
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let users = client.get("/api/v1/user?limit=-1");
    assert_eq!(users.as_array().unwrap().len(), 6 + 400);
}

#[test]
fn a_broken_request_ends_its_own_connection_only() {
    let (practice, mut client, _) = made_up();
    client.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n");
    // It may be told 400 before it is cut off.
    let _ = client.0.read_to_end(&mut Vec::new());
    let mut half = Client::new(practice.addr());
    half.write(b"POST /api/v1/user HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
    drop(half);
    assert_eq!(
        Client::new(practice.addr()).get("/api/v1/user/5134")["id"],
        5134
    );
}

#[test]
fn dropping_stops_at_once_and_frees_the_port() {
    let (practice, mut idle, _) = made_up();
    idle.get(SCANS);
    practice.set_latency(Duration::from_mins(1));
    let mut asleep = Client::new(practice.addr());
    asleep.write(b"GET /api/v1/quota_scan HTTP/1.1\r\nHost: x\r\n\r\n");
    thread::sleep(Duration::from_millis(50));

    let addr = practice.addr();
    let start = Instant::now();
    drop(practice);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(asleep.0.read(&mut [0]).unwrap_or(0), 0);
    assert!(TcpStream::connect(addr).is_err());
    let again = Practice::start(Options {
        port: addr.port(),
        ..Options::default()
    })
    .unwrap();
    assert_eq!(again.url(), format!("http://127.0.0.1:{}", addr.port()));
}

#[test]
fn a_taken_port_is_an_error() {
    let (practice, _, _) = made_up();
    let port = practice.addr().port();
    let error = Practice::start(Options {
        port,
        ..Options::default()
    })
    .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn waiting_blocks_while_the_server_runs() {
    let (practice, _, _) = made_up();
    let addr = practice.addr();
    let waiting = thread::spawn(move || practice.wait());
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished());
    assert_eq!(Client::new(addr).get("/api/v1/user/5134")["id"], 5134);
}
