//! `--dry-run`: shows the requests of a run without sending them.

use crate::support::{Ran, Run, practice};

const NOBODY: &str = "http://127.0.0.1:1";

/// A dry run without a server.
fn dry(args: &[&str], input: &str) -> Ran {
    Run::new(&[&["--dry-run"], args].concat())
        .env("SFTPGO_HOST", NOBODY)
        .env("SECRET", "hunter2")
        .file("a", input)
        .input(input)
        .go()
}

/// The curl lines of commands, and what is said.
fn lines(text: &str) -> Ran {
    dry(&["--as", "curl", "-f", "a"], text)
}

#[test]
fn each_command_of_the_table_and_each_method() {
    let said = lines(
        "get_users --limit 1\nget_user_by_id 5\ndelete_user 5\nget_sftp_connections\nclose_sftp_connection abc\nget_quota_scans\n\
         get /x --query a=b\npost x --json '{}'\nput x\npatch x\ndelete x\nset api v1; get_version; get_connections\n",
    );
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let shown = said.out.replace("curl -sS ", "").replace(NOBODY, "");
    assert_eq!(
        shown,
        "'/api/v1/user?limit=1&offset=0&order=ASC&username='\n/api/v1/user/5\n-X DELETE /api/v1/user/5\n/api/v1/sftp_connection\n\
         -X DELETE /api/v1/sftp_connection/abc\n/api/v1/quota_scan\n'/x?a=b'\n-X POST /api/v1/x -H 'Content-Type: \
         application/json' --data-raw '{}'\n-X PUT /api/v1/x\n-X PATCH /api/v1/x\n-X DELETE /api/v1/x\n/api/v1/version\n\
         /api/v1/connection\n"
    );
}

#[test]
fn nothing_is_sent_from_any_source() {
    let server = practice();
    let text =
        "get_users\ndelete_user 5136\n-delete_user 5137\n--debug delete user/5138\nsource b\n";
    for args in [
        &["-f", "a"][..],
        &["-f", "a", "-f", "a"],
        &["-f", "-"],
        &["--as", "curl"],
        &["--jobs", "4", "-f", "a"],
        &["--keep-going", "--debug", "-f", "a"],
        &["--echo", "on", "-f", "a"],
        &["--from-line", "2", "-f", "a"],
        &["-c", "delete_user 5136; source a"],
        &["delete_user", "5136"],
        &["source", "a"],
        &["delete", "user/5136"],
    ] {
        let ran = Run::at(&server, &[&["--dry-run"], args].concat())
            .file("a", text)
            .file("b", "delete_user 5139\n")
            .input(text)
            .go();
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        assert!(ran.out.contains("DELETE"), "{args:?}: {ran:?}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn raw_requests_are_set_apart_by_an_empty_line() {
    let text = "get_quota_scans\necho not shown\ndelete_user 5\n";
    dry(&[], text).is(
        0,
        "GET /api/v1/quota_scan HTTP/1.1\nHost: 127.0.0.1:1\n\nDELETE /api/v1/user/5 HTTP/1.1\nHost: 127.0.0.1:1\n",
        "",
    );
    dry(&["--output", "ndjson"], text).is(
        0,
        "\"GET /api/v1/quota_scan HTTP/1.1\\nHost: 127.0.0.1:1\"\n\"DELETE /api/v1/user/5 HTTP/1.1\\nHost: 127.0.0.1:1\"\n",
        "",
    );
}

#[test]
fn variables_from_answers_are_shown_as_typed() {
    let body = |text: &str| {
        let ran = lines(text);
        assert_eq!(ran.code, 0, "{text}: {ran:?}");
        (ran.out.trim_end().to_owned(), ran.err)
    };
    let known = |names: &str| format!("a:1: {names} only known during a real run\n");
    for (text, shown, names) in [
        ("get_user_by_id $id", "/user/$id'", "`$id` is"),
        ("get_user_by_id", "/user/$id'", "`$id` is"),
        ("delete_user", "/user/$id'", "`$id` is"),
        (
            "get_users --username $_[0].username",
            "username=%24_%5B0%5D.username'",
            "`$_[0].username` is",
        ),
        ("get user/$_[0].id", "/user/$_[0].id'", "`$_[0].id` is"),
        (
            "close_sftp_connection $connection",
            "/$connection'",
            "`$connection` is",
        ),
        (
            "let u = $_.x; start_quota_scan ${u}y$id",
            "\"username\":\"${u}y$id\"",
            "`${u}`, `$id` are",
        ),
        (
            "update_user $id bob --uid $_.uid",
            "{\"id\":\"$id\",\"username\":\"bob\"",
            "`$id`, `$_.uid` are",
        ),
        ("put user/5 --json $_", "--data-raw '\"$_\"'", "`$_` is"),
        (
            "put user/5 --json \"{\\\"id\\\":$id,\\\"s\\\":\\\"$id\\\"}\"",
            "'{\"id\":\"$id\",\"s\":\"$id\"}'",
            "`$id` is",
        ),
        (
            "put user/5 --json \"@$_.file\"",
            "'\"@$_.file\"'",
            "`$_.file` is",
        ),
    ] {
        let (out, err) = body(text);
        assert!(out.contains(shown), "{text}: {out}");
        assert_eq!(err, known(names), "{text}");
    }
    // What is known is replaced.
    let ran = lines(
        "let u = carla\nlet v = $u-x\nstart_quota_scan $v\nget_users --username $env.SECRET\n",
    );
    assert!(
        ran.out.contains("\"carla-x\"")
            && ran.out.contains("username=hunter2")
            && ran.err.is_empty(),
        "{ran:?}"
    );
}

#[test]
fn the_server_may_be_known_only_in_a_run() {
    let ran = lines("connect $_.url\nsource $_.file\nset timeout $_.t\nget_quota_scans\n");
    let left_out = |line: usize, name: &str| {
        format!("a:{line}: `{name}` is only known during a real run; the command is skipped\n")
    };
    let said = left_out(1, "$_.url") + &left_out(2, "$_.file") + &left_out(3, "$_.t");
    ran.is(0, &format!("curl -sS {NOBODY}/api/v1/quota_scan\n"), &said);
}

#[test]
fn secrets_are_masked() {
    let text = "add_user a --home_dir / --permissions list --password hunter2\nlet p = hunter2\nadd_user a --password $p --home_dir \
                / --permissions list\nupdate_user 5 a --password \"$env.SECRET$id\"\npost user --json \
                '{\"password\":\"hunter2\"}'\nput user/$id --json \"{\\\"password\\\":\\\"hunter2\\\",\\\"id\\\":$id}\"\nput user/5 \
                --json @a.json\n";
    let file = "{\"users\":[{\"password\":\"hunter2\"}]}";
    for args in [
        &["-f", "a"][..],
        &["--as", "curl", "-f", "a"],
        &["--debug", "--echo"],
    ] {
        let ran = Run::new(&[&["--dry-run"], args].concat())
            .env("SECRET", "hunter2")
            .file("a", text)
            .file("a.json", file)
            .input(text)
            .go();
        assert_eq!(ran.code, 0, "{ran:?}");
        // A `let` is echoed unchanged: nothing in it says that it is a secret.
        let err = ran.err.replace("let p = hunter2", "");
        assert!(
            !ran.out.contains("hunter2") && !err.contains("hunter2"),
            "{ran:?}"
        );
        let masked = ran.out.matches("********").count() + ran.out.matches("\"$PASSWORD\"").count();
        assert_eq!(masked, 6, "{}", ran.out);
    }
}

#[test]
fn a_dry_run_shows_only_what_a_run_would_send() {
    for (text, message) in [
        ("add_user x --password", "`--password` needs a value"),
        (
            "get_users --username $env.NOT_THERE",
            "`NOT_THERE` is not in the environment",
        ),
        ("get_usrs", "unknown command `get_usrs`"),
        ("put user/$id --json '{'", "`--json` expects JSON"),
        ("sleep soon", "`sleep` expects a duration"),
        ("expect foo", "this is not a valid condition"),
        ("set colour red", "unknown setting `colour`"),
    ] {
        let piped = dry(&[], &format!("get_users\n{text}\nget_users\n"));
        assert_eq!(piped.code, 2, "{text}: {piped:?}");
        assert_eq!(piped.out.matches("GET").count(), 1);
        assert!(
            piped.err.contains(message)
                && piped
                    .err
                    .ends_with("stopped at stdin:2; nothing was sent\n"),
            "{text}: {}",
            piped.err
        );
        let file = lines(&format!("get_users\n{text}\n"));
        assert!(
            file.code == 2 && file.err.ends_with("nothing was run\n") && file.out.is_empty(),
            "{text}: {file:?}"
        );
    }
    let going = dry(&["--keep-going"], "get_usrs\nget_users\n");
    assert_eq!(going.code, 6);
    assert!(
        going.err.ends_with("1 of 2 commands failed\n"),
        "{}",
        going.err
    );
    let json = dry(&["put", "x", "--json", "@nowhere"], "");
    assert!(
        json.code == 1 && json.err.contains("cannot read `nowhere`"),
        "{json:?}"
    );
}

#[test]
fn one_command() {
    let shown = "DELETE /api/v1/user/5 HTTP/1.1\nHost: 127.0.0.1:1\n";
    dry(&["delete_user", "5"], "").is(0, shown, "");
    dry(&["--dry-run=on", "--quiet", "delete_user", "5"], "").is(0, shown, "");
    dry(
        &[
            "--as",
            "curl",
            "--base-url",
            "http://h/p",
            "delete_user",
            "5",
        ],
        "",
    )
    .is(0, "curl -sS -X DELETE http://h/p/api/v1/user/5\n", "");
    dry(&["echo", "hi"], "").is(0, "", "`echo` sends no request\n");
    dry(&["--quiet", "echo", "hi"], "").is(0, "", "");
    dry(&["exit", "3"], "").is(3, "", "");
    // No answer came before it that could bring an id.
    let id = dry(&["delete_user"], "");
    assert!(
        id.code == 2
            && id
                .err
                .contains("`ID` is missing, and no user has been looked up yet"),
        "{id:?}"
    );
    let secret = dry(&["add_user", "x", "--password"], "");
    assert!(
        secret.code == 2 && secret.err.contains("`-c 'add_user … "),
        "{secret:?}"
    );
}

#[test]
fn as_without_it_sends_nothing() {
    let server = practice();
    for args in [
        &["--as", "curl", "delete_user", "5136"][..],
        &["--as", "raw", "-c", "get_users"],
    ] {
        let ran = Run::at(&server, args).go();
        assert!(
            ran.code == 2 && ran.err.contains("`--as` requires `--dry-run`"),
            "{ran:?}"
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn results_other_than_requests_are_not_shown() {
    let text = "set\nset timeout\nset timeout 5s\nhelp\nhistory\nlast\nexplain get_users\ncurl get_users\necho x\npractice reset\n\
                expect status 200\nsleep 1h\nexit 4\nget_users\n";
    dry(&["-f", "a"], text).is(4, "", "");
    dry(&[], text).is(4, "", "");
}

#[test]
fn a_flag_before_a_command_holds_for_its_request() {
    let ran = lines(
        "--base-url http://other/p get_quota_scans\nget_quota_scans\n--api v1 get_version\n--api v1 source b\n",
    );
    assert_eq!(ran.code, 1, "{ran:?}");
    let ran = lines("--base-url http://other/p get_quota_scans\nget_quota_scans\n");
    ran.is(
        0,
        &format!(
            "curl -sS http://other/p/api/v1/quota_scan\ncurl -sS {NOBODY}/api/v1/quota_scan\n"
        ),
        "",
    );
}
