//! `expect` makes a file a test; `sleep` waits.

use crate::support::{PIPED, Ran, Run, practice, words};
use std::time::{Duration, Instant};

/// What a file of these lines does on a fresh practice server.
fn file(text: &str) -> Ran {
    let server = practice();
    let run = Run::at(&server, &["--output", "compact", "-f", "f"]);
    run.file("f", text).go()
}

#[test]
fn a_true_expectation_is_silent() {
    let ran = file(
        "-get_user_by_id 1\nexpect status 404\nexpect status 4xx\nexpect error\nexpect error 'no user has this id'\n\
         let refused = $_\nexpect $_.status == 404.0\nexpect $_.error contains rows\nexpect $_ contains '{\"status\":404}'\n\
         get_users --username carla\nexpect ok\nexpect status 200\nexpect status 2xx\nexpect $_[0].id > $refused.status\n\
         expect $_[0].id >= 5134\nexpect $_[0].id <= 5134\nexpect $_[0].uid < 1e4\nexpect $_ contains carla\n\
         expect $_ contains 5134\nexpect $_ contains permissions\nexpect $_[0].permissions == '[\"*\"]'\n\
         expect $_[0].username != Carla\nexpect $_[0].public_key missing\nexpect $_[1] missing\nexpect $_[0] exists\n\
         expect $env.NOPE missing\nexpect $env.HOME exists\n-post user --json '{}'\nexpect status 400\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    // The three that were refused are reported, and nothing else.
    assert_eq!(ran.err.matches("error: ").count(), 2, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
}

#[test]
fn a_false_expectation_fails_and_shows_both_sides() {
    let before = "get_users --username carla\nlet n = 4";
    for (line, said) in [
        (
            "expect $_[0].uid == 4",
            "`$_[0].uid == 4`; the left side is `1001`",
        ),
        (
            "expect $n == $_[0].uid",
            "`$n == $_[0].uid`; the left side is `4`, the right side is `1001`",
        ),
        ("expect 4 == 5", "`4 == 5`; the comparison is false"),
        (
            "expect $_[0].nope == 4",
            "`$_[0].nope == 4`; the left side is missing",
        ),
        (
            "expect $_[0].nope != 4",
            "`$_[0].nope != 4`; the left side is missing",
        ),
        (
            "expect 1 < $_[7].id",
            "`1 < $_[7].id`; the right side is missing",
        ),
        (
            "expect $_[0].nope exists",
            "`$_[0].nope exists`; it is missing",
        ),
        ("expect $_[0].id missing", "`$_[0].id missing`; it exists"),
        (
            "expect $_[0].username contains ''x",
            "`$_[0].username contains x`; the left side is `carla`",
        ),
        ("expect '' == $n", "`'' == $n`; the right side is `4`"),
        ("expect status 404", "status `404`; it is `200`"),
        ("expect status 5xx", "status `5xx`; it is `200`"),
        ("expect error", "an error; the last command succeeded"),
        (
            "expect error 'no user'",
            "an error with `no user` in it; the last command succeeded",
        ),
        (
            "-delete_user 1; expect ok",
            "no error; it is: `delete_user`: the server answered 404: no user has this id",
        ),
        (
            "-delete_user 1; expect error x",
            "an error with `x` in it; it is: `delete_user`: the server answered 404: no user has this id",
        ),
    ] {
        let ran = file(&format!("{before}\n{line}\necho never\n"));
        let place = line.find("expect ").expect("each") + 8;
        let said = format!("f:3:{place}: error: expected {said}\n");
        assert!(ran.err.contains(&said), "{said}{}", ran.err);
        assert!(ran.err.ends_with("not run\n"), "{}", ran.err);
        assert!(ran.code == 1 && !ran.out.contains("never"), "{ran:?}");
    }
    let long = file("get_users\nexpect $_ contains nobody");
    let said = long.err.lines().next().unwrap_or_default();
    assert!(said.ends_with("…`") && said.len() < 300, "{said}");
}

#[test]
fn secrets_are_not_shown() {
    let ran = Run::new(&["--keep-going", "--echo"])
        .env("PASSWORD", "hunter2")
        .input(
            "let pw = $env.PASSWORD\nexpect $pw == hunter3\nlet password = hunter3\nlet other = ${pw}x\nexpect $other == hunter3x\n\
             expect '{\"password\":\"hunter2\"}' == $pw\nexpect $password contains $env.PASSWORD\nhistory",
        )
        .go();
    assert_eq!(ran.code, 6);
    assert_eq!(
        ran.err.matches("error: expected ").count(),
        4,
        "{}",
        ran.err
    );
    let shown = ran
        .err
        .replace("$pw == hunter3\n", "")
        .replace("$other == hunter3x\n", "");
    assert!(!shown.contains("hunter"), "{}", ran.err);
    assert!(
        ran.err
            .contains("`$pw == ********`; the left side is `********`\n"),
        "{}",
        ran.err
    );
}

#[test]
fn usage_errors() {
    let forms = "for example `expect status 404`, `expect $_.uid == 33` or `expect $_ contains carla`; `help expect` lists the forms";
    for (line, column, message, hint) in [
        ("expect", 1, "this is not a valid condition", forms),
        ("expect $id", 8, "this is not a valid condition", forms),
        (
            "expect 1 = 1",
            10,
            "unknown comparison operator `=`",
            "did you mean `==`?",
        ),
        (
            "expect 1 contain 1",
            10,
            "unknown comparison operator `contain`",
            "did you mean `contains`?",
        ),
        (
            "expect 1 exist",
            10,
            "unknown comparison operator `exist`",
            "did you mean `exists`?",
        ),
        (
            "expect 1 ~ 1",
            10,
            "unknown comparison operator `~`",
            "the operators are `==`, `!=`, `<`, `<=`, `>`, `>=` and `contains`",
        ),
        (
            "expect 1 ==",
            8,
            "the right side of `==` is missing",
            "write `''` for an empty text",
        ),
        (
            "expect == 1",
            8,
            "the left side of `==` is missing",
            "write `''` for an empty text",
        ),
        (
            "expect 1 == a b",
            15,
            "unexpected argument",
            "put a side with spaces in quotes",
        ),
        (
            "expect status",
            8,
            "`status` needs a status",
            "for example `expect status 404` or `expect status 4xx`",
        ),
        (
            "expect status == 404",
            8,
            "`status` needs a status",
            "for example `expect status 404` or `expect status 4xx`",
        ),
        (
            "expect error a b",
            8,
            "`error` takes one argument",
            "put a text with spaces in quotes",
        ),
        (
            "expect ok 1",
            8,
            "`ok` takes no arguments",
            "`expect ok` checks that the last command did not fail",
        ),
    ] {
        let checked = Run::new(&["--check"]).input(line).go();
        let said = format!("stdin:1:{column}: error: {message}\n");
        assert!(checked.err.starts_with(&said), "{line}: {}", checked.err);
        assert!(
            checked.err.contains(&format!("\nhint: {hint}\n")),
            "{line}: {}",
            checked.err
        );
        assert_eq!(checked.code, 2, "{line}");
    }
}

#[test]
fn expectations_are_not_checked_before_the_run() {
    let status = Run::new(&words("expect status 600")).go();
    status.is(
        2,
        "",
        "error: `status` expects a status such as `404` or `4xx`; this is `600`\n",
    );
    let ran = file("get_users\nexpect $_[0].username < 4");
    assert_eq!(ran.code, 2);
    let said = "f:2:8: error: `<` compares numbers; this is `anna.nowak`\n";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    for line in ["expect ok", "expect error", "expect status 200"] {
        Run::new(&words(line)).go().is(
            2,
            "",
            "error: no command has sent a request yet\nhint: `expect status`, `expect error` and `expect ok` check the last command that sent one\n",
        );
    }
    let good = "get_users\nexpect status $_.s\nexpect $_.a $_.op $_.b\nexpect $_.a exists\nexpect error $_.x\n";
    Run::new(&["--check"])
        .input(good)
        .go()
        .is(0, "", "5 commands, no errors\n");
}

#[test]
fn status_is_of_the_last_request() {
    let server = practice();
    // `let`, `echo`, `set` and `expect` are none, whether they are done or not.
    let text = "-get_user_by_id 1\nlet x = 1\nset timeout 5s\n-expect ok\n-set color blue\n-let x = $nope\nexpect status 404\n\
                expect error 'no user has this id'\n-get_users --limit 0\nexpect error 'must be a whole number'\n\
                -get_user_by_id $nope\nexpect error 'unknown variable'\n-get user/1\nexpect status 404\n\
                -expect status 200\nset base_url http://127.0.0.1:1\n-get_users\nexpect error 'cannot connect'\nexpect status 404\n";
    let ran = Run::at(&server, &PIPED).input(text).go();
    assert_eq!(ran.code, 1);
    let last = ran.err.lines().rev().nth(3).unwrap_or_default();
    assert_eq!(
        last,
        "stdin:19:8: error: expected status `404`; no answer: cannot connect to http://127.0.0.1:1: connection refused; \
         nothing was sent"
    );
    // A request that is only shown has no outcome.
    let shown = Run::at(&server, &["--echo", "only"])
        .input("get_users\nexpect ok\n")
        .go();
    assert_eq!(shown.code, 2);
}

#[test]
fn sleep_waits() {
    let begun = Instant::now();
    Run::new(&["-c", "sleep 200ms; let t = 0.1s; sleep $t; echo done"])
        .go()
        .is(0, "done\n", "");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    Run::new(&["--check", "-c", "sleep 1; sleep soon"]).go().is(
        2,
        "",
        "-c:1:16: error: `sleep` expects a duration such as `500ms`, `10s` or `2m`; this is `soon`\n  sleep 1; sleep soon\n                 \
         ^^^^\nnothing was run\n",
    );
}
