//! Output: NDJSON, echoed commands, and `--quiet`.

use crate::raw_server::Hostile;
use crate::support::{PIPED, Run, practice, words};
use serde_json::Value;

const SCANS: &str = "[{\"username\":\"backup\",\"start_time\":1564696159605}]\n";

#[test]
fn every_line_of_ndjson_is_one_document() {
    let server = practice();
    let text = "get_quota_scans\necho 'a  \"b\"'; echo\nhelp sleep\nexplain get_users\ncurl get_quota_scans\nset\nset output\n\
                last\nlast --output ndjson\n-get_user_by_id 1\n--echo only delete_user 1\n-get /nowhere\nhistory\n\
                get user --query limit=1\n";
    let ran = Run::at(&server, &["--color", "always", "--output", "ndjson"])
        .input(text)
        .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}")))
        .collect();
    assert_eq!(lines.len(), 15, "{}", ran.out);
    let starts: Vec<&str> = ran
        .out
        .lines()
        .map(|line| &line[..line.len().min(12)])
        .collect();
    assert_eq!(lines[1], "a  \"b\"");
    assert_eq!(lines[2], "");
    assert!(lines[3].as_str().is_some_and(|page| {
        page.starts_with("sleep: pause for a while\n\nusage:") && page.ends_with("sleep 10ms")
    }));
    assert_eq!(
        lines[5],
        format!("curl -sS {}/api/v1/quota_scan", server.url())
    );
    assert_eq!(lines[7], "ndjson");
    assert_eq!(lines[0], lines[8]);
    assert_eq!(lines[10]["status"], 404, "{starts:?}");
    // An item of the list.
    let item = SCANS.trim_end().trim_matches(['[', ']']);
    assert!(ran.out.starts_with(&format!("{item}\n")), "{}", ran.out);
}

#[test]
fn ndjson_of_other_answers() {
    let run = |answer: &[u8], line: &str| {
        let server = Hostile::saying(answer);
        server.run(&["--output", "ndjson", "-c"], &format!("'{line}'"))
    };
    let plain = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na\nb\n";
    run(plain, "get /x; last; last --output raw; echo").is(
        0,
        "\"a\\nb\\n\"\n\"a\\nb\\n\"\na\nb\n\"\"\n",
        "",
    );
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\xffb";
    run(bytes, "get /x").is(0, "\"a\u{fffd}b\"\n", "");
    let empty = b"HTTP/1.1 204 No Content\r\n\r\n";
    run(empty, "get /x; last").is(0, "", "");
}

#[test]
fn the_commands_are_shown_before_their_results() {
    let server = practice();
    let text = "get_quota_scans   # why\n\n# a comment\necho a;  echo 'b  c' \\\n  d\n-get_user_by_id 1\n\
                explain add_user x --password hunter2 --uid 1\nset echo off; echo e\n";
    let shown = "get_quota_scans\necho a\necho 'b  c' \\\n  d\n-get_user_by_id 1\nstdin:6:2: error: `get_user_by_id`: the server \
                 answered 404: no user has this id\n  -get_user_by_id 1\n   ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with \
                 their ids\nexplain add_user x --password ******** --uid 1\nset echo off\n";
    for flag in ["--echo", "--echo=commands"] {
        let ran = Run::at(&server, &["--output", "compact", flag])
            .input(text)
            .go();
        assert_eq!((ran.code, ran.err.as_str()), (0, shown));
        assert!(
            ran.out.starts_with(&format!("{SCANS}a\nb  c d\n")),
            "{}",
            ran.out
        );
    }
    // A single command stands above already.
    let once = Run::at(
        &server,
        &["--echo", "--output", "compact", "get_quota_scans"],
    );
    once.go().is(0, SCANS, "");
    let by_c = Run::at(
        &server,
        &[
            "--output",
            "compact",
            "--echo",
            "commands",
            "-c",
            "get_quota_scans",
        ],
    );
    by_c.go().is(0, SCANS, "get_quota_scans\n");
}

#[test]
fn a_flag_with_and_without_its_value() {
    let set = |line: &str, name: &str| {
        let mut args = words(line);
        args.extend(words(&format!("set {name}")));
        Run::new(&args).go()
    };
    for (flags, name, value) in [
        ("--echo", "echo", "commands"),
        ("--echo on", "echo", "on"),
        ("--echo only", "echo", "only"),
        ("--echo=off", "echo", "off"),
        ("--echo off --debug", "debug", "on"),
        ("--debug on", "debug", "on"),
        ("--debug off", "debug", "off"),
        ("--debug=yes", "debug", "on"),
        ("--confirm off", "confirm", "off"),
        ("--quiet on --keep-going on", "on_error", "continue"),
    ] {
        set(flags, name).is(0, &format!("{value}\n"), "");
    }
    set("--echo loud", "echo").is(
        2,
        "",
        "error: unknown command `loud`\nhint: `help` lists the commands\n",
    );
    set("--echo=loud", "echo").is(
        2,
        "",
        "error: `--echo` must be one of `off`, `commands`, `on`, `only`; this is `loud`\n",
    );
    // On a line too, and in the middle of it.
    let line = "--debug on --echo only --output compact set echo\n--echo set echo\n";
    Run::new(&PIPED)
        .input(line)
        .go()
        .is(0, "only\ncommands\n", "");
}

#[test]
fn quiet_prints_only_errors() {
    Run::new(&["--quiet", "--check", "-c", "get_users"])
        .go()
        .is(0, "", "");
    let quiet = Run::new(&[
        "--practice",
        "--quiet",
        "--output",
        "compact",
        "-c",
        "get_user_by_id 1; echo",
    ]);
    quiet.go().is(
        4,
        "{\"error\":\"sql: no rows in result set\",\"message\":\"\",\"status\":404}\n",
        "-c:1:1: error: `get_user_by_id`: the server answered 404: no user has this id\n  get_user_by_id 1; echo\n  \
         ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with their ids\nstopped at -c:1; 0 commands done, 1 not run\n",
    );
    let wrong = Run::new(&["--quiet", "--check", "-c", "nosuch"]).go();
    assert!(wrong.err.ends_with("nothing was run\n"), "{}", wrong.err);
    // What is asked for by name is shown all the same.
    Run::new(&["--quiet", "--echo", "-c", "echo a"])
        .go()
        .is(0, "a\n", "echo a\n");
}
