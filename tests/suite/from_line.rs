//! `--from-line`: a run that starts in the middle of a file.

use crate::support::{PIPED, Ran, Run, asked, practice};
use sftpgo_shell::practice::Practice;

fn from(server: &Practice, line: &str, text: &str) -> Ran {
    Run::at(server, &["--from-line", line, "--file", "a"])
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .file("a", text)
        .file(
            "lets",
            "let sourced = yes\nget_users\nset timeout 7s\nexit 3\n",
        )
        .file("sub", "source lets\n")
        .go()
}

#[test]
fn commands_before_it_are_not_run() {
    let server = practice();
    let text = "echo a; delete_user 5136\nget_users\nput user/1 --json '{}'\nexpect status 404\nsleep 1h\nexit 9\nhelp\nset\n\
                set output\nlast\nsource sub\necho z\n";
    from(&server, "12", text).is(0, "z\n", "");
    assert!(server.seen().is_empty());
    let all = "echo a\necho b\n";
    from(&server, "1", all).is(0, "a\nb\n", "");
    from(&server, "2", all).is(0, "b\n", "");
}

#[test]
fn a_line_must_begin_a_command() {
    let server = practice();
    let text = "echo a; echo b; \\\n  echo c \\\n  d; echo e\n\n# comment\necho f\n";
    for (line, out) in [
        ("1", "a\nb\nc d\ne\nf\n"),
        ("2", "c d\ne\nf\n"),
        ("3", "e\nf\n"),
        ("4", "f\n"),
        ("6", "f\n"),
    ] {
        from(&server, line, text).is(0, out, "");
    }
}

#[test]
fn settings_and_variables_are_as_if_they_had_run() {
    let server = practice();
    let text = "let home = /srv; let n=1\nset output json; set timeout 5s\nlet n = 2$n\nsource sub\necho $home $n $sourced\n\
                set output; set timeout\n";
    from(&server, "5", text).is(0, "/srv 21 yes\njson\n7s\n", "");
}

#[test]
fn a_skipped_connect_still_selects_the_server() {
    let (here, there) = (practice(), practice());
    let url = there.url();
    for text in [
        format!("connect {url}\nget_users\ndelete_user 5136\n"),
        format!("let u = {url}\nset base_url $u\ndelete_user 5137\n"),
        format!("echo a\n--debug connect {url}\ndelete_user 5138\n"),
    ] {
        let ran = from(&here, "3", &text);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let sourced = Run::at(&here, &["--from-line", "2", "-f", "a"])
        .file("a", "--output compact source b\ndelete_user 5139\n")
        .file("b", format!("connect {url}\n"));
    assert_eq!(sourced.go().code, 0);
    assert!(here.seen().is_empty());
    assert_eq!(
        asked(&there),
        [5136, 5137, 5138, 5139].map(|id| format!("DELETE /api/v1/user/{id}"))
    );
}

#[test]
fn a_server_named_by_an_answer_is_an_error() {
    let server = practice();
    for text in [
        "connect $_.url\nget_users\ndelete_user 5136\n",
        "-connect $_.url\nget_users\ndelete_user 5136\n",
        "let u = $_.url; let v = http://$u\nconnect $v\ndelete_user 5136\n",
        "set on_error continue\nset base_url \"http://$username\"\ndelete_user 5136\n",
        "set on_error continue\nsource $_.file\ndelete_user 5136\n",
    ] {
        let ran = from(&server, "3", text);
        assert_eq!(ran.code, 2, "{text}: {ran:?}");
        assert!(
            ran.err
                .contains(" has no value: lines before 3 are skipped\n")
                && ran.err.contains("; 0 commands done, "),
            "{}",
            ran.err
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_variable_from_an_answer_has_no_value() {
    let server = practice();
    let text = "get_user_by_id 5134\nlet name = $_.username; let more = $name-x\necho $id\n";
    for use_it in [
        "echo $name",
        "delete_user $name",
        "echo $more",
        "get_user_by_id",
    ] {
        let ran = from(&server, "4", &format!("{text}{use_it}\n"));
        assert!(
            ran.code == 2
                && (ran
                    .err
                    .contains(" has no value yet: the request it comes from has not run\n")
                    || ran.err.contains("no user has been looked up yet")),
            "{ran:?}"
        );
    }
    // One that had a value before has none either: it would be another's.
    let text = format!("let name = other\n{text}echo $name\n");
    assert_eq!(from(&server, "5", &text).code, 2);
    // Who gives it a value again can go on.
    from(
        &server,
        "5",
        &format!("{text}let name = new\necho $name\n").replace("echo $name\nlet", "let"),
    )
    .is(0, "new\n", "");
    assert!(server.seen().is_empty());
}

#[test]
fn the_summary_counts_from_the_line() {
    let server = practice();
    let text = "echo a\necho b\nsource sub\nget_quota_scans\nget_user_by_id 1\necho z\n";
    let ran = from(&server, "4", text);
    assert!(
        ran.err
            .ends_with("stopped at a:5; 1 command done, 1 not run\n"),
        "{}",
        ran.err
    );
    let ran = from(&server, "5", "echo a\n\n\n\nget_user_by_id 1\n");
    assert!(
        ran.err
            .ends_with("stopped at a:5; 0 commands done, 0 not run\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_line_after_the_last_command_is_an_error() {
    let server = practice();
    for text in [
        "get_users\n",
        "",
        "get_users\n# comment\n\n",
        "set timeout 5s\n",
    ] {
        from(&server, "2", text).is(
            2,
            "",
            "error: `--from-line 2`: there is no command at or after that line\nhint: nothing was sent\n",
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn it_needs_exactly_one_file() {
    let server = practice();
    let said = "error: `--from-line` works with exactly one file\nhint: line numbers refer to `--file` or standard input\n";
    for args in [
        &["--from-line", "2", "-f", "a", "-f", "a"][..],
        &["--from-line", "2", "-c", "get_users"],
        &["--from-line", "2", "get_users"],
    ] {
        let ran = Run::at(&server, args)
            .file("a", "get_users\nget_users")
            .go();
        assert!(ran.code == 2 && ran.err.contains(said), "{args:?}: {ran:?}");
    }
    for value in ["-1", "x", "1.5", ""] {
        let arg = format!("--from-line={value}");
        let ran = Run::at(&server, &[&*arg, "-f", "a"])
            .file("a", "get_users")
            .go();
        assert_eq!(ran.code, 2, "{value}: {ran:?}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn standard_input_has_lines_too() {
    let server = practice();
    let text = "nosuch\nlet a = 1\nexit 9\necho $a\n";
    let piped = Run::at(&server, &["--from-line", "4"]).input(text).go();
    piped.is(0, "1\n", "");
    // A file is checked whole all the same.
    let file = Run::at(&server, &["--from-line", "4"])
        .file("a", text)
        .input_file("a");
    assert_eq!(file.go().code, 2);
    Run::at(&server, &["--from-line", "1"])
        .input("echo a")
        .go()
        .is(0, "a\n", "");
    assert_eq!(Run::at(&server, &PIPED).input("").go().code, 0);
}
