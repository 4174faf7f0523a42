//! State left by an earlier line must not be used for a later line that failed.

use crate::proxy::{Act, Proxy};
use crate::support::{Run, asked, practice};
use std::fmt::Write as _;
use std::time::Duration;

/// The writes of a run with `--keep-going`, where the request for user 5137 is cut off.
fn written(text: &str) -> (Vec<String>, i32, String) {
    let proxy = Proxy::new(|_, request| {
        if request.contains("/5137") {
            Act::Refuse
        } else {
            Act::Pass
        }
    });
    let run = Run::new(&["--keep-going", "-f", "f"]).file("f", text);
    let ran = run.env("SFTPGO_HOST", &proxy.url).go();
    let asked = proxy.requests().into_iter();
    let writes = asked.filter(|request| !request.starts_with("GET "));
    (writes.collect(), ran.code, ran.err)
}

#[test]
fn no_command_uses_a_stale_user_id() {
    for text in [
        "get_user_by_id 5136\nget_user_by_id 5137\ndelete_user $_.id",
        "get_user_by_id 5136\nget_user_by_id 5137\nlet t = $_.id\ndelete_user $t",
        "get_user_by_id 5136\nget user/5137\ndelete_user $id",
        "get_user_by_id 5136\nget user/5137\ndelete_user",
        "let t = 5136\nget_user_by_id 1\nlet t = $_.id\ndelete_user $t",
    ] {
        let (writes, code, err) = written(text);
        assert_eq!((writes.len(), code), (0, 6), "{text}\n{writes:?}\n{err}");
    }
}

#[test]
fn no_command_is_sent_to_the_previous_server() {
    let server = practice();
    for text in [
        "connect htp://other\ndelete_user 5136",
        "-connect htp://other\ndelete_user 5136",
        "set base_url nowhere\ndelete_user 5136",
        "get_users --limit 1\nconnect $_[0].home_dir\ndelete_user 5136",
    ] {
        let ran = Run::at(&server, &["--keep-going"]).input(text).go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("stopped at stdin:"), "{}", ran.err);
    }
    let deletes = asked(&server).iter().any(|line| line.starts_with("DELETE"));
    assert!(!deletes);
}

#[test]
fn a_file_runs_as_it_was_checked_or_not_at_all() {
    let server = practice();
    server.set_latency(Duration::from_millis(20));
    let evil = "# no longer: ; delete_user 5136 ;\n";
    // A small one is kept; a large one is read again, and stops.
    for lines in [40, 60_000] {
        let mut text = "get_quota_scans\n".repeat(20);
        for n in 0..lines {
            writeln!(text, "echo a line of the file that was checked {n}").expect("a string");
        }
        let mut run = Run::at(&server, &["--read-ahead", "1", "-f", "f"]).file("f", &text);
        let before = asked(&server).len();
        let child = run.spawn();
        while asked(&server).len() < before + 2 {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::fs::write(run.home.path().join("f"), evil.repeat(90_000)).expect("the test's own");
        let ran = crate::support::end(child);
        if lines == 40 {
            assert_eq!((ran.code, ran.err.as_str()), (0, ""));
            assert!(ran.out.ends_with("that was checked 39\n"));
        } else {
            assert_eq!(ran.code, 1, "{}", ran.err);
            let why = "cannot read `f`: it has changed since it was checked";
            assert!(ran.err.contains(why), "{}", ran.err);
        }
    }
    assert!(asked(&server).iter().all(|line| line.starts_with("GET ")));
}

#[test]
fn exit_does_not_hide_what_failed() {
    let server = practice();
    let code = |text: &str| Run::at(&server, &["--keep-going", "-c", text]).go().code;
    assert_eq!(code("get_user_by_id 1; exit"), 6);
    assert_eq!(code("get_user_by_id 1; exit 0"), 0);
    assert_eq!(code("get_quota_scans; exit"), 0);
}

#[test]
fn no_output_is_written_over_an_input() {
    let server = practice();
    let users = "username,home_dir,permissions,password\nada,/a,list,hunter2\n";
    let files = |args: &[&str]| {
        let run = Run::at(&server, args).file("u.csv", users);
        run.file("f", "get_users\n").file("t.json", "{}")
    };
    for args in [
        &["--report", "json", "u.csv", "add_users", "--from", "u.csv"][..],
        &["--report", "junit", "f", "-f", "f"],
        &[
            "add_users",
            "--from",
            "u.csv",
            "--template",
            "t.json",
            "--failed",
            "./t.json",
        ],
        &["--dry-run", "--report", "json", "r", "-f", "f"],
    ] {
        let run = files(args);
        let path = run.home.path().join("u.csv");
        let (ran, left) = run.leaving(&path);
        assert_eq!(
            (ran.code, left.as_str()),
            (2, users),
            "{args:?} {}",
            ran.err
        );
    }
    assert!(server.seen().is_empty());
}
