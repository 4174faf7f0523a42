//! The login for API v2, against the practice server of it.

use crate::support::{PIPED, Run, end};
use sftpgo_shell::practice::{ADMIN, Api, Options, PASSWORD, Practice};
use std::io::Write;
use std::time::Duration;

const VERSION: &str = "get_version\n";

fn server() -> Practice {
    Practice::start(Options {
        api: Api::V2,
        record: true,
        ..Options::default()
    })
    .expect("a free port")
}

/// A run as this admin.
fn run(server: &Practice, password: &str, args: &[&str]) -> Run {
    let run = Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", password)
}

/// The requests, without those for a token.
fn asked(server: &Practice) -> Vec<String> {
    let all = server.seen().into_iter();
    let line = all.map(|seen| format!("{} {}", seen.method, seen.target));
    line.filter(|line| !line.ends_with("/token")).collect()
}

#[test]
fn one_login_for_all_of_a_run() {
    let server = server();
    let ran = run(&server, PASSWORD, &[]).input(VERSION.repeat(20)).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.lines().count(), 20);
    assert_eq!((server.logins().attempts, asked(&server).len()), (1, 20));
}

#[test]
fn a_wrong_password_is_sent_once() {
    for args in [
        &["--keep-going"][..],
        &["--keep-going", "--jobs", "8"],
        &["--keep-going", "--read-ahead", "1", "--retry", "3"],
    ] {
        let server = server();
        let ran = run(&server, "hunter2", args).input(VERSION.repeat(9)).go();
        assert_eq!(ran.code, 6, "{ran:?}");
        assert_eq!(server.logins().attempts, 1, "{args:?}");
        assert!(asked(&server).is_empty());
        let first = "stdin:1:1: error: cannot log in as `admin`: name, password or code is wrong\n";
        assert!(ran.err.starts_with(first), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
}

#[test]
fn a_token_that_ended_is_fetched_anew_once_and_a_write_is_done_once() {
    for args in [&[][..], &["--jobs", "4"]] {
        let server = server();
        let mut shell = run(&server, PASSWORD, args);
        let mut child = shell.spawn();
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(VERSION.as_bytes()).expect("it reads");
        while asked(&server).is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.expire_tokens();
        let rest = "add_role ops\nget_version\nget_roles\n";
        stdin.write_all(rest.as_bytes()).expect("it reads");
        drop(stdin);
        let ran = end(child);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        assert_eq!(ran.out.lines().count(), 4, "{}", ran.out);
        assert_eq!(server.logins().attempts, 2);
        assert_eq!(
            ran.out.matches("\"name\":\"ops\"").count(),
            2,
            "{}",
            ran.out
        );
    }
}

#[test]
fn nobody_is_asked_without_a_terminal() {
    let server = server();
    let run = Run::at(&server, &PIPED).env("SFTPGO_USERNAME", ADMIN);
    run.input("get_users\n").go().is(
        2,
        "",
        "stdin:1:1: error: there is no password for `admin`\n  get_users\n  ^^^^^^^^^\nhint: `export SFTPGO_PASSWORD=…` before the \
         start\nstopped at stdin:1; 0 commands done, the rest not run\n",
    );
    assert!(server.seen().is_empty());
    let by_command = Run::at(&server, &["--user", ADMIN, "get_version"]);
    let command = format!("echo {PASSWORD}");
    let ran = by_command
        .env("SFTPGO_SHELL_PASSWORD_COMMAND", &command)
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn what_proves_who_asks_is_shown_nowhere() {
    let server = server();
    let text = "--debug get_version\n--echo on get_version\nexplain get_users\ncurl get_users\nwhoami\nlogout\n";
    let args = ["--report", "json", "r", "-f", "f"];
    let shell = run(&server, PASSWORD, &args).file("f", text);
    let path = shell.home.path().join("r");
    let (ran, report) = shell.leaving(&path);
    assert_eq!(ran.code, 0, "{ran:?}");
    let tokens: Vec<String> = server
        .seen()
        .iter()
        .flat_map(|seen| &seen.credentials)
        .filter_map(|(_, value)| value.split(' ').nth(1).map(str::to_owned))
        .collect();
    assert!(tokens.len() > 3);
    for secret in tokens.iter().map(String::as_str).chain([PASSWORD]) {
        for text in [&ran.out, &ran.err, &report] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let last = asked(&server).pop();
    assert_eq!(last.as_deref(), Some("GET /api/v2/logout"));
}

#[test]
fn another_server_gets_no_credentials() {
    let (first, second) = (server(), server());
    let text = format!("get_version\nconnect {}\nget_version\n", second.url());
    let ran = run(&first, PASSWORD, &[]).input(text).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("there is no password"), "{}", ran.err);
    assert!(second.seen().is_empty());
    // Nor by a flag before a command, though it is asked.
    let text = format!("get_version\n--base_url {} get_version\n", second.url());
    let ran = run(&first, PASSWORD, &[]).input(text).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(second.seen().iter().all(|seen| seen.credentials.is_empty()));
    assert_eq!(second.seen().len(), 1);
}

#[test]
fn a_refusal_names_what_is_missing() {
    let server = server();
    let helper = Run::at(&server, &["delete_role", "x"]).env("SFTPGO_PASSWORD", PASSWORD);
    let ran = helper.env("SFTPGO_USERNAME", "helper").go();
    assert_eq!(ran.code, 4, "{ran:?}");
    let hint = "hint: it needs the permission `*`; `whoami` shows what this admin may\n";
    assert!(ran.err.ends_with(hint), "{}", ran.err);
    let nobody = Run::at(&server, &["--api", "v2", "get_version"]).go();
    assert_eq!(nobody.code, 4, "{nobody:?}");
    assert!(nobody.err.contains("`login NAME`"), "{}", nobody.err);
    let by_key = Run::at(&server, &["get_version"]).env("SFTPGO_API_KEY", "a.hidden");
    let ran = by_key.go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(!format!("{ran:?}").contains("hidden"));
    let by_key = Run::at(&server, &["get_api_keys"]).env("SFTPGO_API_KEY", "a.hidden");
    let ran = by_key.go();
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_key_is_enough() {
    let server = server();
    let add = "add_api_key ci --scope admin --admin helper\n";
    let ran = run(&server, PASSWORD, &["--output", "raw"]).input(add).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let key = json["key"].as_str().expect("a key").to_owned();
    let by_key = Run::at(&server, &["get_users", "--limit", "1"]).env("SFTPGO_API_KEY", &key);
    let ran = by_key.go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}
