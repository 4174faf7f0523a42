//! `doctor` and `wait_ready`: what is checked and awaited, and the exit codes.

use crate::raw_server::{Act, Hostile};
use crate::support::{Ran, Run, asked, practice, v2, v2_on};
use serde_json::Value as Json;
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::time::Duration;

/// The outcome of each check, as `NAME OUTCOME`.
fn outcomes(ran: &Ran) -> Vec<String> {
    let json: Json = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let text = |one: &Json, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let rows = json.as_array().expect("a list");
    rows.iter()
        .map(|one| format!("{} {}", text(one, "check"), text(one, "outcome")))
        .collect()
}

fn answer(head: &str, body: &str) -> Act {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    Act::Say(text.into_bytes())
}

#[test]
fn doctor_finds_nothing_wrong() {
    let server = v2();
    let run = Run::at(&server, &["doctor"]).env("SFTPGO_USERNAME", ADMIN);
    let ran = run.env("SFTPGO_PASSWORD", PASSWORD).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(
        outcomes(&ran),
        [
            "config ok",
            "server ok",
            "release ok",
            "clock ok",
            "certificate skipped",
            "login ok",
            "permissions ok",
            "terminal skipped",
        ]
    );
    assert!(ran.out.contains("\"SFTPGo 2.7.5, API v2\""), "{}", ran.out);
    assert_eq!(asked(&server), ["GET /healthz", "GET /api/v2/token"]);
    assert!(server.seen()[0].credentials.is_empty());
}

#[test]
fn doctor_without_a_login_or_a_server() {
    let server = practice();
    let ran = Run::at(&server, &["doctor"]).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(outcomes(&ran)[5], "login skipped");
    // The clock of this server is that of 2019.
    assert!(ran.out.contains("\"API 2019; "), "{}", ran.out);
    let run = Run::at(&server, &["doctor", "--output", "compact"]);
    let ran = run.env("SFTPGO_HOST", "http://127.0.0.1:1").go();
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("error: failed checks: server"), "{ran:?}");
    assert_eq!(outcomes(&ran)[1..3], ["server failed", "release skipped"]);
}

#[test]
fn doctor_says_what_failed() {
    let server = v2();
    let run = Run::at(&server, &["doctor"]).env("SFTPGO_USERNAME", ADMIN);
    let ran = run.env("SFTPGO_PASSWORD", "wrong").go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("failed checks: login"), "{ran:?}");
    assert_eq!(
        outcomes(&ran)[5..7],
        ["login failed", "permissions skipped"]
    );
    assert_eq!(server.logins().attempts, 1);
    let run = Run::at(&server, &["doctor"]).env("SFTPGO_API_KEY", "wrong.key");
    let ran = run.go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(!format!("{ran:?}").contains("wrong.key"));
    // Another API than the one that was chosen.
    let ran = Run::at(&server, &["--api", "v1", "doctor"]).go();
    assert_eq!((ran.code, &*outcomes(&ran)[2]), (0, "release warning"));
    // A file that a profile names.
    let config = "[profile.a]\nurl = \"http://h\"\ncacert = \"nowhere.pem\"\n";
    let ran = Run::at(&server, &["doctor"]).config(config).go();
    assert_eq!((ran.code, &*outcomes(&ran)[0]), (1, "config failed"));
    assert!(ran.out.contains("nowhere.pem"), "{}", ran.out);
}

#[test]
fn a_broken_config_file_is_reported_by_doctor_and_does_not_stop_help() {
    let server = v2();
    let run = |words: &[&str]| Run::at(&server, words).config("x [").go();
    let ran = run(&["doctor"]);
    assert_eq!((ran.code, &*outcomes(&ran)[0]), (2, "config failed"));
    assert!(
        ran.out.contains("config.toml:1:3: not valid TOML"),
        "{ran:?}"
    );
    for words in [&["help"][..], &["help", "get_users"], &["cheat", "users"]] {
        let ran = run(words);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{words:?}");
    }
    let asked = server.seen().len();
    assert_eq!(run(&["get_users"]).code, 2);
    assert_eq!(server.seen().len(), asked);
}

#[test]
fn doctor_looks_at_the_clock_and_the_product() {
    let late = "200 OK\r\nServer: SFTPGo/2.7.5\r\nDate: Sun, 06 Nov 2044 08:49:37 GMT";
    let server = Hostile::new(vec![answer(late, "ok")]);
    let ran = server.run(&[], "doctor");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(outcomes(&ran)[3], "clock warning");
    assert!(ran.out.contains(" s ahead of this machine's"), "{ran:?}");
    let other = Hostile::new(vec![answer("200 OK\r\nContent-Type: text/html", "<p>")]);
    let ran = other.run(&[], "doctor");
    assert_eq!((ran.code, &*outcomes(&ran)[2]), (3, "release failed"));
    let banned = Hostile::new(vec![answer("403 Forbidden", "")]);
    assert_eq!(banned.run(&[], "doctor").code, 4);
}

#[test]
fn wait_ready_waits_for_an_answer_of_sftpgo() {
    let json = "200 OK\r\nContent-Type: application/json";
    let server = Hostile::new(vec![
        answer("503 Service Unavailable", ""),
        Act::Say(Vec::new()),
        answer("200 OK\r\nContent-Type: text/html", "starting"),
        answer("404 Not Found", ""),
        answer("404 Not Found", ""),
        answer("404 Not Found", ""),
        answer("200 OK\r\nServer: SFTPGo/2.6.4", "ok"),
        answer(json, "[]"),
    ]);
    let ran = server.run(&[], "wait_ready --timeout 20s");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    let host = server.url.trim_start_matches("http://");
    let ready = format!("{host} is ready: SFTPGo 2.6.4, API v2\n");
    assert_eq!(ran.err, ready);
    assert_eq!(server.asked().len(), 7, "{:?}", server.asked());
}

#[test]
fn wait_ready_of_each_api() {
    for (server, api) in [
        (v2(), "SFTPGo 2.7.5, API v2"),
        (practice(), "SFTPGo, API 2019"),
    ] {
        let run = Run::at(&server, &["-c", "wait_ready; echo done"]);
        let ran = run.env("SFTPGO_PASSWORD", "unsent").go();
        assert_eq!((ran.code, ran.out.as_str()), (0, "done\n"), "{ran:?}");
        assert!(ran.err.ends_with(&format!("is ready: {api}\n")), "{ran:?}");
        assert!(server.seen().iter().all(|one| one.credentials.is_empty()));
    }
}

#[test]
fn wait_ready_waits_for_a_port() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("bound").port();
    drop(free);
    let url = format!("http://127.0.0.1:{port}");
    let mut run = Run::new(&["wait_ready", "--timeout", "30s"]).env("SFTPGO_HOST", &url);
    let child = run.spawn();
    std::thread::sleep(Duration::from_millis(700));
    let server = v2_on(port);
    let ran = crate::support::end(child);
    // Another test may have taken the port meanwhile.
    if server.is_ok() {
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[test]
fn wait_ready_ends() {
    let gone =
        Run::new(&["wait_ready", "--timeout", "200ms"]).env("SFTPGO_HOST", "http://127.0.0.1:1");
    let ran = gone.go();
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    let why = "error: http://127.0.0.1:1 is not ready after 0.2 s: cannot connect to http://127.0.0.1:1: connection refused\n";
    assert!(ran.err.starts_with(why), "{ran:?}");
    // One that accepts and says nothing.
    let silent = Hostile::new(vec![Act::Hang(Vec::new())]);
    let ran = silent.run(&[], "wait_ready --timeout 1s");
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("it does not answer within 1 s"), "{ran:?}");
    for wrong in ["x", "-1", "1h2"] {
        let ran = Run::new(&["wait_ready", &format!("--timeout={wrong}")]).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong}: {ran:?}");
    }
    // A file is checked before anything runs.
    let run = Run::new(&["--file", "f"]).file("f", "echo a\nwait_ready --timeout soon\n");
    let ran = run.go();
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("f:2:"), "{ran:?}");
}

#[test]
fn a_start_without_a_terminal_asks_nothing_more() {
    let server = v2();
    for (args, input) in [
        (&["get_users", "--offset", "50"][..], ""),
        (&["-c", "get_users --offset 50"], ""),
        (&[], "get_users --offset 50\n"),
    ] {
        let before = asked(&server).len();
        let run = Run::at(&server, args)
            .input(input)
            .env("SFTPGO_USERNAME", ADMIN);
        let ran = run.env("SFTPGO_PASSWORD", PASSWORD).go();
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(
            asked(&server)[before..],
            ["GET /api/v2/token", "GET /api/v2/users?offset=50"]
        );
    }
    // There, a scheme is not searched for.
    let run = Run::at(&server, &["-c", "connect 127.0.0.1:1"]);
    let ran = run.go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("the `http://` is missing"), "{ran:?}");
}
