//! The practice server over HTTP: its two APIs, connections, limits, and how it stops.

use std::io::Read;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use sftpgo_shell::practice::{Api, Options, Practice, Seen};

use crate::contract::{CONNECTION, CONNECTIONS, SCANS, USERS, sample};
use crate::raw_http::Client;
use crate::support::SAMPLED;

const JSON: &str = "application/json; charset=utf-8";

#[test]
fn answers_look_like_those_of_go() {
    let (_practice, mut client, _) = sample();
    let answer = client.send("GET", SCANS, "", b"");
    assert!(
        answer.head.starts_with("HTTP/1.1 200 OK\r\n"),
        "{}",
        answer.head
    );
    assert_eq!(answer.header("Content-Type"), Some(JSON));
    // The seed's moment, by the server's own clock.
    assert_eq!(answer.header("Date"), Some("Thu, 01 Aug 2019 21:49:19 GMT"));
    assert!(answer.body.ends_with(b"\n"));
}

#[test]
fn a_reset_restores_the_start() {
    let (practice, mut client, time) = sample();
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
    let (practice, mut client, _) = sample();
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
fn each_path_is_handled_by_its_api() {
    let form = |answer: &crate::raw_http::Answer| {
        let v2 = answer.header("Server") == Some("SFTPGo/2.7.5");
        (answer.status, if v2 { "v2" } else { "2019" })
    };
    for (api, other) in [
        (Api::Api2019, [(404, "2019"), (404, "2019"), (404, "2019")]),
        (Api::V2, [(200, "v2"), (302, "v2"), (404, "v2")]),
    ] {
        let practice = Practice::start(Options {
            api,
            ..Options::default()
        })
        .unwrap();
        let mut client = Client::new(practice.addr());
        let mut sent = |path: &str| form(&client.send("GET", path, "", b""));
        assert_eq!(sent(USERS), (200, "2019"));
        assert_eq!(sent("/api/v1"), (404, "2019"));
        assert_eq!(sent("/api/v1/nosuch"), (404, "2019"));
        assert_eq!(sent("/api/v2/users"), (401, "v2"));
        assert_eq!(sent("/api/v2"), (404, "v2"));
        // What is below neither prefix looks like the server of one API.
        assert_eq!(["/healthz", "/", "/api/v22/users"].map(sent), other);

        practice.set_failure(Some(503));
        let mut sent = |path: &str| form(&client.send("GET", path, "", b""));
        assert_eq!(sent(USERS), (503, "2019"));
        assert_eq!(sent("/api/v2/users"), (503, "v2"));
    }
}

#[test]
fn latency_delays_the_answer() {
    let (practice, mut client, _) = sample();
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
fn requests_are_recorded_unchanged() {
    let practice = Practice::start(Options {
        record: true,
        ..Options::default()
    })
    .unwrap();
    let mut client = Client::new(practice.addr());
    client.send("GET", "/api/v1/user?limit=%31&x", "", b"");
    client.send("POST", "/nosuch", "Content-Type: text/plain\r\n", b"a\0b");
    let seen = |method: &str, target: &str, content_type: Option<&str>, body: &[u8], status| Seen {
        method: method.to_owned(),
        target: target.to_owned(),
        content_type: content_type.map(str::to_owned),
        credentials: Vec::new(),
        body: body.to_vec(),
        status,
    };
    let expected = [
        seen("GET", "/api/v1/user?limit=%31&x", None, b"", 200),
        seen("POST", "/nosuch", Some("text/plain"), b"a\0b", 404),
    ];
    assert_eq!(practice.seen(), expected);

    let (practice, mut client, _) = sample();
    client.get(USERS);
    assert_eq!(practice.seen(), []);
}

#[test]
fn bodies_come_in_any_form_up_to_a_limit() {
    let (_practice, mut client, _) = sample();
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
    let (_practice, mut client, _) = sample();
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
    let (_practice, mut client, _) = sample();
    for _ in 0..1000 {
        assert_eq!(client.get("/api/v1/user/5134")["id"], 5134);
    }
}

#[test]
fn eight_connections_at_once() {
    let (practice, mut client, _) = sample();
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
fn a_malformed_request_closes_only_its_connection() {
    let (practice, mut client, _) = sample();
    client.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n");
    // It may get a 400 before the connection is cut.
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
    let (practice, mut idle, _) = sample();
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
    let (practice, _, _) = sample();
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
    let (practice, _, _) = sample();
    let addr = practice.addr();
    let waiting = thread::spawn(move || practice.wait());
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished());
    assert_eq!(Client::new(addr).get("/api/v1/user/5134")["id"], 5134);
}
