//! Pipes, files, `-c` and one command: where a run stops, what it says, where
//! settings come from, and how output is shown.

use crate::support::{PIPED, Ran, Run, asked, practice};
use sftpgo_shell::practice::Practice;

const SCANS: &str = "[{\"username\":\"backup\",\"start_time\":1564696159605}]\n";
const SCANS_INDENTED: &str =
    "[\n  {\n    \"username\": \"backup\",\n    \"start_time\": 1564696159605\n  }\n]\n";
const NOT_FOUND: &str =
    "{\"error\":\"sql: no rows in result set\",\"message\":\"\",\"status\":404}\n";

/// A run with answers on one line each.
fn compact(server: &Practice, args: &[&str]) -> Run {
    Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact")
}

fn piped(server: &Practice, input: &str) -> Ran {
    compact(server, &PIPED).input(input).go()
}

#[test]
fn the_first_failure_ends_a_run() {
    let server = practice();
    let text = "get_quota_scans\n\n# a comment\n  get_user_by_id 1 # why\ndelete_user 5136\n";
    let said = |name: &str, rest: &str| {
        format!(
            "{name}:4:3: error: `get_user_by_id`: the server answered 404: no user has this id\n    get_user_by_id 1 # why\n    \
             ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with their ids\nstopped at {name}:4; 1 command done, {rest} not \
             run\n"
        )
    };
    let out = format!("{SCANS}{NOT_FOUND}");
    piped(&server, text).is(4, &out, &said("stdin", "the rest"));
    let by_file = compact(&server, &["-f", "a"]).file("a", text);
    by_file.go().is(4, &out, &said("a", "1"));
    let by_stdin = compact(&server, &PIPED).file("a", text).input_file("a");
    by_stdin.go().is(4, &out, &said("stdin", "1"));
    assert!(
        !asked(&server)
            .iter()
            .any(|asked| asked.starts_with("DELETE"))
    );
}

#[test]
fn a_servers_failure_is_5() {
    let server = practice();
    server.set_failure(Some(503));
    let out = "{\"error\":\"practice failure\",\"message\":\"\",\"status\":503}\n";
    let ran = compact(&server, &["get_quota_scans"]).go();
    ran.is(
        5,
        out,
        "error: `get_quota_scans`: the server answered 503\n",
    );
}

#[test]
fn exit_ends_a_run_with_its_code() {
    let server = practice();
    let end = |text: &str, code: i32| piped(&server, text).is(code, SCANS, "");
    end("get_quota_scans; exit; get_users", 0);
    end("get_quota_scans\nexit 7\nget_users", 7);
    end("get_quota_scans\nquit 255\nfrobnicate 'never read", 255);
    compact(&server, &["exit", "3"]).go().is(3, "", "");
    let files = compact(&server, &["-f", "a", "-f", "b"]);
    files
        .file("a", "exit 9")
        .file("b", "get_users")
        .go()
        .is(9, "", "");
    let texts = compact(
        &server,
        &["-c", "get_quota_scans", "-c", "exit 7; get_users"],
    );
    texts.go().is(7, SCANS, "");
}

#[test]
fn all_syntax_of_command_files() {
    let server = practice();
    for text in [
        "get_quota_scans",
        "\u{feff}get_quota_scans\n",
        "\r\n  get_quota_scans  \r\n# end",
        "# first\n\n\tget_quota_scans # last \\\n",
        ";; get_quota_scans ;\n;",
        "get_quota\\\n_scans",
        "\\\nget_quota_scans \\\r\n\\\n\n",
        "'get_quota_scans'\n#'",
        "--output \\\n compact \\\n get_quota_scans",
    ] {
        piped(&server, text).is(0, SCANS, "");
    }
    let lines = "echo a; echo 'b;c' ; echo \"d#e\" f#g #h\necho i \\\n  j; echo k";
    piped(&server, lines).is(0, "a\nb;c\nd#e f#g\ni j\nk\n", "");
    for text in ["", "\n", "# only this", "\u{feff}", " ; ;"] {
        piped(&server, text).is(0, "", "");
    }
    assert_eq!(asked(&server).len(), 9);
}

#[test]
fn the_place_in_a_joined_line_is_the_true_one() {
    let server = practice();
    let text = "echo a\necho b; get_users \\\n  --limit \\\n  é --order x\n";
    piped(&server, text).is(
        2,
        "a\nb\n",
        "stdin:4:3: error: `--limit` must be a whole number from 1 to 500; this is `é`\n    é --order x\n    ^\nstopped at \
         stdin:2; 2 commands done, the rest not run\n",
    );
}

#[test]
fn several_files_and_texts_are_one_run() {
    let server = practice();
    let files = compact(&server, &["--file", "a", "-f", "b"]);
    let files = files
        .file("a", "get_user_by_id 5136 > x")
        .file("b", "echo $id");
    assert_eq!(files.go().code, 2, "redirections are not a feature yet");
    let files = compact(&server, &["--file", "a", "-f", "b"]);
    let files = files
        .file("a", "get_users --limit 1")
        .file("b", "echo $id $username");
    let ran = files.go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.ends_with("]\n5136 anna.nowak\n"), "{}", ran.out);
    let texts = compact(
        &server,
        &["-c", "get_users --limit 1", "-c", "echo $id; nonsense"],
    );
    let ran = texts.go();
    assert_eq!(ran.code, 2);
    assert_eq!(ran.out, "");
    assert_eq!(
        ran.err,
        "-c:2:11: error: unknown command `nonsense`\n  echo $id; nonsense\n            ^^^^^^^^\nhint: `help` lists the \
         commands\nnothing was run\n"
    );
    let texts = compact(&server, &["-c", "get_users --limit 1", "-c", "echo $id"]);
    let ran = texts.go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.ends_with("]\n5136\n"), "{}", ran.out);
}

#[test]
fn a_dash_before_a_command_ignores_its_failure() {
    let server = practice();
    let run = |text: &str| compact(&server, &["-f", "a"]).file("a", text).go();
    run("-get_user_by_id 1\n-get_quota_scans; -get_user_by_id 2").is(
        0,
        &format!("{NOT_FOUND}{SCANS}{NOT_FOUND}"),
        "a:1:2: error: `get_user_by_id`: the server answered 404: no user has this id\n  -get_user_by_id 1\n   \
         ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with their ids\na:2:20: error: `get_user_by_id`: the server \
         answered 404: no user has this id\n  -get_quota_scans; -get_user_by_id 2\n                     ^^^^^^^^^^^^^^\nhint: \
         `get_users` lists the users with their ids\n",
    );
    for text in ["-get_usrs", "- get_users", "--get_users"] {
        assert_eq!(run(text).code, 2, "{text}");
    }
}

#[test]
fn keep_going_reports_how_many_failed() {
    let server = practice();
    let text =
        "get_user_by_id 5136\nget_user_by_id 1\ndelete_user\nget_quota_scans\n-get_user_by_id 2\n";
    let by_flag = compact(&server, &["--keep-going", "-f", "a"])
        .file("a", text)
        .go();
    assert_eq!(by_flag.code, 6);
    assert!(
        by_flag.err.ends_with("2 of 5 commands failed\n"),
        "{}",
        by_flag.err
    );
    assert!(
        by_flag.out.ends_with(&format!("{SCANS}{NOT_FOUND}")),
        "{}",
        by_flag.out
    );
    // The id is not another's: nothing was deleted.
    assert!(!asked(&server).iter().any(|line| line.starts_with("DELETE")));
    let by_set = format!(
        "set on_error continue\n{text}nosuch\nset on_error stop\nget_user_by_id 3\nget_quota_scans\n"
    );
    let piped = piped(&server, &by_set);
    assert_eq!(piped.code, 4);
    assert!(
        piped
            .err
            .contains("stdin:7:1: error: unknown command `nosuch`"),
        "{}",
        piped.err
    );
    assert!(
        piped
            .err
            .ends_with("stopped at stdin:9; 5 commands done, the rest not run\n"),
        "{}",
        piped.err
    );
    let all_done = compact(
        &server,
        &["--keep-going", "-c", "get_quota_scans; exit 3; get_users"],
    )
    .go();
    all_done.is(3, SCANS, "");
}

#[test]
fn flag_beats_environment_and_set_beats_flag() {
    let server = practice();
    let url = server.url();
    let nowhere = "http://127.0.0.1:1";
    let run = |args: &[&str], host: &str, input: &str| {
        let run = Run::new(args).env("SFTPGO_HOST", host);
        run.env("SFTPGO_SHELL_OUTPUT", "compact").input(input).go()
    };
    run(&PIPED, &url, "get_quota_scans").is(0, SCANS, "");
    run(&["--base_url", &url], nowhere, "get_quota_scans").is(0, SCANS, "");
    run(
        &["--base-url", nowhere],
        nowhere,
        &format!("set base_url {url}\nget_quota_scans"),
    )
    .is(0, SCANS, "");
    run(
        &["--base_url", nowhere],
        nowhere,
        &format!("connect {url}/\nget_quota_scans"),
    )
    .is(0, SCANS, "");
    run(&["--output=json"], &url, "get_quota_scans").is(0, SCANS_INDENTED, "");
    run(
        &["--output=json"],
        &url,
        "set output compact; get_quota_scans",
    )
    .is(0, SCANS, "");
    let own = Run::new(&["get_quota_scans"]).env("SFTPGO_SHELL_BASE_URL", &url);
    own.go().is(0, SCANS_INDENTED, "");
    let empty = Run::new(&["set", "base_url"]).env("SFTPGO_HOST", "");
    empty.go().is(0, "http://127.0.0.1:8080\n", "");
    let both = Run::new(&["set", "base_url"]).env("SFTPGO_SHELL_BASE_URL", nowhere);
    both.env("SFTPGO_HOST", "http://h/p/")
        .go()
        .is(0, "http://h/p\n", "");
}

#[test]
fn set_says_where_values_come_from() {
    let run = Run::new(&["--timeout", "5s"]).env("SFTPGO_SHELL_DEBUG", "on");
    let run = run
        .env("SFTPGO_SHELL_HISTORY_FILE", "/h")
        .input("set color never; set");
    run.go().is(
        0,
        "base_url          http://127.0.0.1:8080  (default)\n\
         api               2019                   (default)\n\
         debug             on                     (environment, SFTPGO_SHELL_DEBUG)\n\
         echo              off                    (default)\n\
         output            auto                   (default)\n\
         color             never                  (set)\n\
         connect_timeout   10s                    (default)\n\
         timeout           5s                     (flag)\n\
         cacert                                   (default)\n\
         client_cert                              (default)\n\
         client_key                               (default)\n\
         insecure          off                    (default)\n\
         read_only         off                    (default)\n\
         confirm           on                     (default)\n\
         on_error          stop                   (default)\n\
         read_ahead        8                      (default)\n\
         jobs              1                      (default)\n\
         retry             0                      (default)\n\
         pager             auto                   (default)\n\
         timing            off                    (default)\n\
         edit_mode         emacs                  (default)\n\
         live_names        on                     (default)\n\
         password_command                         (default)\n\
         history_file      /h                     (environment, SFTPGO_SHELL_HISTORY_FILE)\n",
        "",
    );
}

/// What debug says of a request without a body.
fn trace(server: &Practice, request: &str, status: u16) -> String {
    let url = format!("{}{request}", server.url());
    format!(
        "executed request: GET {url} - status code: {status} request body: \ngot response, status code: {status} body:\n"
    )
}

#[test]
fn debug_output_is_on_stderr_in_the_python_clients_format() {
    let server = practice();
    let said = trace(&server, "/api/v1/quota_scan", 200);
    compact(&server, &["--debug", "get_quota_scans"])
        .go()
        .is(0, SCANS, &said);
    let env = compact(&server, &["get_quota_scans"]).env("SFTPGO_SHELL_DEBUG", "1");
    env.go().is(0, SCANS, &said);
    piped(
        &server,
        "set debug on\nget_quota_scans\nset debug off\nget_quota_scans",
    )
    .is(0, &SCANS.repeat(2), &said);
    let body = "{\n  \"username\": \"carla\",\n  \"password\": \"********\"\n}";
    let line = "post quota_scan --json '{\"username\": \"carla\", \"password\": \"p\"}'";
    let ran = compact(&server, &["--debug", "-c", line]).go();
    let url = server.url();
    ran.is(
        0,
        "{\"error\":\"\",\"message\":\"Scan started\",\"status\":201}\n",
        &format!(
            "executed request: POST {url}/api/v1/quota_scan - status code: 201 request body: {body}\ngot response, status code: \
             201 body:\n"
        ),
    );
}

#[test]
fn settings_before_a_command_apply_to_it_only() {
    let server = practice();
    let text = "--debug get_quota_scans\nget_quota_scans\n--debug --output json get_user_by_id 1";
    let ran = piped(&server, text);
    let out = format!(
        "{SCANS}{SCANS}{{\n  \"error\": \"sql: no rows in result set\",\n  \"message\": \"\",\n  \"status\": 404\n}}\n"
    );
    let rest = "stdin:3:23: error: `get_user_by_id`: the server answered 404: no user has this id\n  --debug --output json \
                get_user_by_id 1\n                        ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with their \
                ids\nstopped at stdin:3; 2 commands done, the rest not run\n";
    let said =
        trace(&server, "/api/v1/quota_scan", 200) + &trace(&server, "/api/v1/user/1", 404) + rest;
    ran.is(4, &out, &said);
    piped(&server, "--output=json set output; set output").is(0, "json\ncompact\n", "");
}

#[test]
fn echo_on_and_echo_only() {
    let server = practice();
    let line = format!("curl -sS {}/api/v1/quota_scan\n", server.url());
    compact(&server, &["--echo", "on", "get_quota_scans"])
        .go()
        .is(0, SCANS, &line);
    assert_eq!(asked(&server).len(), 1);
    compact(&server, &["--echo", "only", "get_quota_scans"])
        .go()
        .is(0, &line, "");
    let gone = format!("curl -sS -X DELETE {}/api/v1/user/5136\n", server.url());
    piped(&server, "set echo only\ndelete_user 5136; delete user/5136").is(0, &gone.repeat(2), "");
    assert_eq!(asked(&server).len(), 1);
}

#[test]
fn output_formats_and_last() {
    let server = practice();
    let once = |args: &[&str]| Run::at(&server, args).go();
    once(&["get_quota_scans"]).is(0, SCANS_INDENTED, "");
    once(&["--output", "compact", "get_quota_scans"]).is(0, SCANS, "");
    once(&["--output", "raw", "get_quota_scans"]).is(0, SCANS, "");
    let text = "get_quota_scans\nlast --output json; set output json\nlast; last --output=raw\necho $_[0].username ${_[0].start_time}x";
    let out = [
        SCANS,
        SCANS_INDENTED,
        SCANS_INDENTED,
        SCANS,
        "backup 1564696159605x\n",
    ]
    .concat();
    piped(&server, text).is(0, &out, "");
    assert_eq!(asked(&server).len(), 4);
    let colored = once(&[
        "--color",
        "always",
        "--output",
        "compact",
        "get_quota_scans",
    ]);
    assert!(colored.out.contains("\x1b["), "{}", colored.out);
}

#[test]
fn the_last_id_is_forgotten_when_a_user_command_fails() {
    let server = practice();
    let ran = piped(&server, "get_user_by_id 5136\ndelete_user\ndelete_user");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .starts_with("stdin:3:1: error: `ID` is missing, and no user has been looked up yet"),
        "{}",
        ran.err
    );
    let sent = ["GET /api/v1/user/5136", "DELETE /api/v1/user/5136"];
    assert_eq!(asked(&server), sent);
    // A run ends at the failure, so that nothing can follow it.
    let ran = piped(
        &server,
        "get_users --limit 1\nget_user_by_id 1\ndelete_user\n",
    );
    assert_eq!(ran.code, 4);
    for text in [
        "get_users --limit 1; connect http://127.0.0.1:1; delete_user",
        // Who was looked for is not there: the one before is not meant.
        "get_users --limit 1; get_users --username nobody; delete_user",
        "get_user_by_id 5137; delete user/5137; delete_user",
    ] {
        let ran = piped(&server, text);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.contains("no user has been looked up yet"),
            "{}",
            ran.err
        );
    }
    let deleted = asked(&server);
    let deleted = deleted.iter().filter(|line| line.starts_with("DELETE"));
    assert_eq!(deleted.count(), 2);
}

#[test]
fn practice_starts_its_own_server() {
    let text = "practice fail 503\nget_quota_scans";
    let ran = Run::new(&["--practice"]).input(text).go();
    assert_eq!(ran.code, 5, "{ran:?}");
    let text = "delete_user 5136\npractice reset\npractice fail 500; practice fail off; practice latency 1ms\n--output raw get user/5136 \
                ; set base_url";
    let ran = Run::new(&["--practice"]).input(text).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("\"anna.nowak\"") && ran.out.contains("http://127.0.0.1:"),
        "{}",
        ran.out
    );
    assert!(
        ran.err.starts_with("practice server on http://127.0.0.1:"),
        "{}",
        ran.err
    );
}
