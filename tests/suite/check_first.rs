//! Sources that can be read twice are checked completely before they run.

use crate::support::{Run, practice};
use std::fmt::Write as _;
use std::fs::File;
use std::process::Stdio;

const LATE: &str = "get_users --limit 1\ndelete_user 5136\nset api v1\nget_version\nget_usrs\n";
const SAID: &str = "late:5:1: error: unknown command `get_usrs`\n  get_usrs\n  ^^^^^^^^\nhint: did you mean `get_users`?\nnothing was run\n";

#[test]
fn a_late_syntax_error_prevents_the_run() {
    let server = practice();
    let late = || Run::at(&server, &["--file", "late"]).file("late", LATE);
    late().go().is(2, "", SAID);
    let second = Run::at(&server, &["-f", "first", "-f", "late"]).file("late", LATE);
    second.file("first", "get_users\n").go().is(2, "", SAID);
    Run::at(&server, &["-c", "delete_user 5136", "-c", "nonsense"])
        .go()
        .is(
            2,
            "",
            "-c:2:1: error: unknown command `nonsense`\n  nonsense\n  ^^^^^^^^\nhint: `help` lists the commands\nnothing was run\n",
        );
    assert!(server.seen().is_empty());
}

#[test]
fn a_file_on_standard_input_is_a_file() {
    let server = practice();
    let mut run = Run::at(&server, &["--output", "compact"]).file("late", LATE);
    let file = File::open(run.home.path().join("late")).expect("just written");
    let ran = run
        .command
        .stdin(Stdio::from(file))
        .output()
        .expect("it runs");
    let said = String::from_utf8(ran.stderr).expect("UTF-8");
    assert_eq!(said, SAID.replace("late:", "stdin:"));
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(2), 0));
    assert!(server.seen().is_empty());
}

#[test]
fn a_pipe_is_read_once() {
    let server = practice();
    let ran = Run::at(&server, &["--output", "json"])
        .input("get_quota_scans\nget_usrs\n")
        .go();
    assert_eq!((ran.code, server.seen().len()), (2, 1));
    assert!(
        ran.err
            .ends_with("stopped at stdin:2; 1 command done, the rest not run\n")
    );
}

#[test]
fn check_needs_no_server_and_sends_nothing() {
    let good = "get_users --limit $_.n\nget_user_by_id $id\nupdate_user bob --uid $_[0].uid\nset timeout 5s\nset base_url http://x\n\
                set api v1; get_version\nput user/$id --json @not-there-yet\nexplain get_users\nclose_connection $connection\n";
    let check = |text: &str| Run::new(&["--check"]).input(text).go();
    check(good).is(0, "", "10 commands, no errors\n");
    check("").is(0, "", "0 commands, no errors\n");
    for (line, message) in [
        (
            "set timeout soon",
            "`timeout` expects a duration such as `500ms`, `10s` or `2m`; this is `soon`",
        ),
        (
            "set color blue",
            "`color` must be one of `auto`, `always`, `never`; this is `blue`",
        ),
        (
            "explain get_users --limit 0",
            "`--limit` must be a whole number from 1 to 500; this is `0`",
        ),
        (
            "post user --json '{'",
            "`--json` expects JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            "add_user x --password",
            "`--password` needs a value (cannot prompt without a terminal)",
        ),
        ("echo $nobody", "unknown variable `$nobody`"),
        (
            "echo $env.NOT_THERE",
            "`NOT_THERE` is not in the environment",
        ),
        ("echo 'a", "this `'` is never closed"),
    ] {
        let ran = check(&format!("get_users\n{line}\n"));
        assert!(
            ran.err.contains(&format!(": error: {message}\n")),
            "{}",
            ran.err
        );
        assert!(
            ran.err.ends_with("\nnothing was run\n") && ran.err.starts_with("stdin:2:"),
            "{}",
            ran.err
        );
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    }
    let once = Run::new(&["--check", "get_users", "--limit", "0"]).go();
    assert_eq!(once.code, 2, "{}", once.err);
}

#[test]
fn errors_are_reported_up_to_a_limit() {
    let mut text = String::new();
    for n in 0..30 {
        writeln!(text, "wrong{n}").expect("a string");
    }
    let ran = Run::new(&["--check"]).input(text).go();
    assert_eq!(ran.err.matches("error: ").count(), 20);
    assert!(
        ran.err.ends_with("… and 10 more\nnothing was run\n"),
        "{}",
        ran.err
    );
}

#[test]
fn the_check_changes_nothing_for_the_run() {
    let server = practice();
    let text = "set api v1\nset api 2019\nset output compact\nget_quota_scans\n";
    let ran = Run::at(&server, &["-f", "a"]).file("a", text).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert_eq!(server.seen().len(), 1);
}
