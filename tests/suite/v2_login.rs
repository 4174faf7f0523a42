//! Other ways to log in to the API v2: a command's password, a flag before a
//! command, a token that expires between two lines, messages of refusals.

use crate::support::{Run, end, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::io::Write;
use std::time::Duration;

const VERSION: &str = "get_version\n";

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
fn an_expired_token_is_renewed_once_and_a_write_is_done_once() {
    for args in [&[][..], &["--jobs", "4"]] {
        let server = v2();
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
fn a_command_gives_the_password() {
    let server = v2();
    let by_command = Run::at(&server, &["--user", ADMIN, "get_version"]);
    let command = format!("echo {PASSWORD}");
    let ran = by_command
        .env("SFTPGO_SHELL_PASSWORD_COMMAND", &command)
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn a_base_url_flag_takes_no_credentials_along() {
    let (first, second) = (v2(), v2());
    let text = format!("get_version\n--base_url {} get_version\n", second.url());
    let ran = run(&first, PASSWORD, &[]).input(text).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(second.seen().iter().all(|seen| seen.credentials.is_empty()));
    assert_eq!(second.seen().len(), 1);
}

#[test]
fn a_refusal_names_what_is_missing() {
    let server = v2();
    let helper = Run::at(&server, &["delete_role", "x"]).env("SFTPGO_PASSWORD", PASSWORD);
    let ran = helper.env("SFTPGO_USERNAME", "helper").go();
    assert_eq!(ran.code, 4, "{ran:?}");
    let hint = "hint: this needs the permission `*`; `whoami` lists your permissions\n";
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
