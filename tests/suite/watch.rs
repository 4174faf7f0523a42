//! `watch` where nothing is drawn: documents, conditions, failures, and what is refused.

use crate::raw_server::{Act, Hostile};
use crate::support::{Ran, Run, asked, end, practice, v2, words};
use serde_json::Value as Json;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn run(server: &Practice, line: &str) -> Run {
    Run::at(server, &words(line))
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
}

fn documents(ran: &Ran) -> Vec<Json> {
    let one = |line| serde_json::from_str(line).expect("a document on each line");
    ran.out.lines().map(one).collect()
}

/// Requests that change nothing and are no login.
fn gets(server: &Practice, path: &str) -> usize {
    let path = format!("GET {path}");
    let all = asked(server);
    all.iter().filter(|one| one.starts_with(&path)).count()
}

#[test]
fn each_round_prints_a_document_on_one_line() {
    let server = v2();
    let ran = run(&server, "watch 100ms --count 3 get_connections").go();
    let all = documents(&ran);
    assert_eq!((ran.code, all.len(), ran.err.as_str()), (0, 3, ""));
    let size = |at: usize| all[at][0]["active_transfers"][0]["size"].as_u64().unwrap();
    assert!(size(0) < size(1) && size(1) < size(2), "{ran:?}");
    // The format that was chosen is used, wherever it stands.
    for line in [
        "watch 100ms --count=2 get_user_by_username carla --output json",
        "--output json watch 100ms --count 2 get_user_by_username carla",
    ] {
        let ran = run(&server, line).go();
        let starts = ran.out.lines().filter(|line| *line == "{").count();
        assert_eq!((ran.code, starts), (0, 2), "{ran:?}");
    }
    // A recipe, a raw path, every page of a list, and another server's API.
    for line in [
        "watch 100ms --count 1 effective_user carla",
        "watch 100ms --count 1 get version",
        "watch 100ms --count 1 get_users --all",
    ] {
        let ran = run(&server, line).go();
        assert_eq!((ran.code, documents(&ran).len()), (0, 1), "{line}: {ran:?}");
    }
    let seed = practice();
    let ran = Run::at(&seed, &words("watch 100ms --count 2 get_quota_scans")).go();
    assert_eq!((ran.code, documents(&ran).len()), (0, 2), "{ran:?}");
}

#[test]
fn a_condition_ends_it() {
    let server = v2();
    let ran = run(
        &server,
        "watch 100ms --until '$_[0].active_transfers[0].size > 0' get_connections",
    )
    .go();
    assert_eq!((ran.code, documents(&ran).len()), (0, 1), "{ran:?}");
    // A path that is missing holds nothing, and is no error.
    let ran = run(
        &server,
        "watch 100ms --timeout 400ms --until '$_[77].username == carla' get_connections",
    )
    .go();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(
        ran.err,
        "error: `watch` ended after 400ms: the condition did not hold\n"
    );
    let lines = documents(&ran).len();
    assert!((2..=5).contains(&lines), "{lines}");
    // It is not about the answer before.
    let script =
        "get_users\nwatch 100ms --count 1 --until '$_[0].username == backup' get_version\n";
    let ran = run(&server, "--output compact").input(script).go();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("the condition did not hold"), "{ran:?}");
    // Without a variable it is a condition of `--where`: of one item of a list, or of an object.
    for (line, code) in [
        (
            "watch 100ms --count 1 --until 'username = anna.nowak and protocol = FTP' get_connections",
            0,
        ),
        (
            "watch 100ms --count 1 --until 'username = press' get_connections",
            1,
        ),
        (
            "watch 100ms --count 1 --until 'status = disabled' get_user_by_username press",
            0,
        ),
        (
            "watch 100ms --count 1 --until 'status = enabled' get_user_by_username press",
            1,
        ),
        ("watch 100ms --count 1 --until 'days_left < 0' expiring", 0),
        // A refusal is not a disabled user.
        (
            "watch 100ms --count 1 --until 'status = disabled' get_user_by_username nobody",
            4,
        ),
    ] {
        let ran = run(&server, line).go();
        assert_eq!(ran.code, code, "{line}: {ran:?}");
    }
    // A refusal may be what is waited for.
    let ran = run(
        &server,
        "watch 100ms --until 'status 404' get_user_by_username nobody",
    )
    .go();
    ran.is(0, "", "");
}

#[test]
fn a_condition_holds_once_another_client_has_changed_it() {
    let server = v2();
    let line = "watch 100ms --timeout 9s --until '$_.status == 0' get_user_by_username carla";
    let mut watching = run(&server, line);
    let child = watching.spawn();
    while gets(&server, "/api/v2/users/carla") < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(
        run(&server, "update_user carla --status disabled")
            .go()
            .code,
        0
    );
    let ran = end(child);
    let all = documents(&ran);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(all[0]["status"], 1);
    assert_eq!(all.last().unwrap()["status"], 0);
}

#[test]
fn a_round_that_fails_is_told_and_the_next_one_is_tried() {
    let ok = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let answers = vec![
        Act::Say(ok("[1]").into_bytes()),
        // It dies in between.
        Act::Say(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n[".to_vec()),
        Act::Say(b"HTTP/1.1 500 X\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"error\":\"x\"}".to_vec()),
        Act::Say(ok("[2]").into_bytes()),
    ];
    let server = Hostile::new(answers);
    let ran = Run::new(&words("watch 100ms --until '$_[0] == 2' get_users"))
        .env("SFTPGO_HOST", &server.url)
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (0, "[1]\n[2]\n"), "{ran:?}");
    assert_eq!(ran.err.matches("error: ").count(), 2, "{}", ran.err);
}

#[test]
fn a_first_round_without_hope_ends_it() {
    let server = v2();
    let ran = run(&server, "watch 100ms get_user_by_username nobody").go();
    assert_eq!(ran.code, 4, "{ran:?}");
    let gone = Run::new(&words("watch 100ms get_users")).env("SFTPGO_HOST", "http://127.0.0.1:1");
    let ran = gone.go();
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
    // What is waited for may still come.
    let ran = run(
        &server,
        "watch 100ms --timeout 300ms get_user_by_username nobody",
    )
    .go();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.err.contains(
            "hint: the last round failed: `get_user_by_username`: the server answered 404"
        ),
        "{ran:?}"
    );
}

#[test]
fn the_last_of_the_rounds_decides() {
    let server = Hostile::saying("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
    let ran = Run::new(&words("watch 100ms --count 2 get_users"))
        .env("SFTPGO_HOST", &server.url)
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (5, ""), "{ran:?}");
    // Once for each round.
    assert_eq!(ran.err.matches("error: ").count(), 2, "{}", ran.err);
}

#[test]
fn a_rejected_login_ends_it() {
    let server = v2();
    let ran = run(&server, "watch 100ms get_users")
        .env("SFTPGO_PASSWORD", "wrong")
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    assert_eq!(server.logins().failures, 1);
}

/// Wrong lines, and what is said of them.
const WRONG: &[(&str, &str)] = &[
    (
        "watch delete_user carla",
        "error: `watch` does not repeat `delete_user`, which changes something; nothing was sent\n",
    ),
    ("watch 1s backup f.json", "`watch` does not repeat `backup`"),
    ("watch restore f.json", "`watch` does not repeat `restore`"),
    (
        "watch quota_scan_all",
        "`watch` does not repeat `quota_scan_all`",
    ),
    (
        "watch post users --json '{}'",
        "`watch` does not repeat `post`",
    ),
    (
        "watch dumpdata --output_data",
        "`watch` does not repeat `dumpdata`",
    ),
    (
        "watch whoami",
        "`watch` repeats requests to the server, and `whoami` sends none",
    ),
    (
        "watch watch get_users",
        "`watch` repeats requests to the server, and `watch` sends none",
    ),
    ("watch nosuch", "error: unknown command `nosuch`\n"),
    ("watch get_user", "did you mean"),
    (
        "watch 0 get_users",
        "error: the interval of `watch` must be at least 100ms; this is `0`\n",
    ),
    (
        "watch 99ms get_users",
        "must be at least 100ms; this is `99ms`\n",
    ),
    (
        "watch 2x get_users",
        "the interval of `watch` expects a duration",
    ),
    ("watch", "error: `watch` needs a command\n"),
    ("watch 5s", "error: `watch` needs a command\n"),
    (
        "watch --until 'status 200'",
        "error: `watch` needs a command\n",
    ),
    ("watch --until", "error: `--until` needs a value\n"),
    (
        "watch --until '' get_users",
        "error: this is not a condition\n",
    ),
    (
        "watch --until '$_ =' get_users",
        "unknown comparison operator `=`",
    ),
    (
        "watch --until '$nosuch == 1' get_users",
        "error: unknown variable `$nosuch`\n",
    ),
    (
        "watch --until 'status 99' get_users",
        "`status` expects a status",
    ),
    ("watch --until \"'\" get_users", "is never closed"),
    (
        "watch --until 'ok; ok' get_users",
        "error: this is not a condition\n",
    ),
    (
        "watch --until 'usrname = x' get_users",
        "error: `--until`: unknown field `usrname`\n",
    ),
    (
        "watch --until 'status = disbled' get_users",
        "did you mean `disabled`?",
    ),
    (
        "watch --until 'password = x' get_users",
        "`password` is secret",
    ),
    ("watch --count 0 get_users", "`--count`"),
    ("watch --count x get_users", "`--count`"),
    (
        "watch --timeout x get_users",
        "`--timeout` expects a duration",
    ),
    ("watch --untill x get_users", "did you mean `--until`?"),
    (
        "watch --limit 3 get_users",
        "flags of the command that `watch` runs must come after its name",
    ),
    ("watch get_users --limit 0x", "`--limit`"),
];

#[test]
fn what_is_wrong_sends_nothing() {
    let server = v2();
    for &(line, expected) in WRONG {
        let ran = run(&server, line).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(expected), "{line}: {}", ran.err);
        // The same before a file runs.
        let ran = run(&server, "--file f")
            .file("f", format!("get_version\n{line}\n"))
            .go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn its_own_flags_stand_before_the_command() {
    let server = v2();
    for (line, flag) in [
        ("watch 1s get_users --until 1", "until"),
        ("watch get_users --limit 2 --count=3", "count"),
        ("watch get_user_by_username carla --count 1", "count"),
    ] {
        let ran = run(&server, line).go();
        assert_eq!(ran.code, 2, "{ran:?}");
        let expected =
            format!("error: `--{flag}` is a flag of `watch`: it must come before `get_user");
        assert!(ran.err.starts_with(&expected), "{ran:?}");
    }
    assert_eq!(gets(&server, "/api/v2/user"), 0);
    // That of a setting is the command's.
    let ran = run(&server, "watch 100ms --count 1 get_version --timeout 5s").go();
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_condition_that_compares_texts_as_numbers_ends_it() {
    let server = v2();
    let ran = run(&server, "watch 100ms --until '$_.version > 3' get_version").go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("`>` compares numbers"), "{}", ran.err);
}

#[test]
fn a_dry_run_shows_its_request_once() {
    let server = v2();
    let ran = run(
        &server,
        "--dry-run --as curl watch 1s --count 5 get_users --limit 3",
    )
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.starts_with("curl ") && ran.out.contains("limit=3"),
        "{ran:?}"
    );
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn its_words_are_masked_and_kept_as_others_are() {
    use sftpgo_shell::secret::line::{for_history, masked};
    for line in [
        "watch 2 get_users --limit 3",
        "watch 500ms --until '$_[0].username == carla' --count 3 get_connections",
    ] {
        assert_eq!(masked(line).0, line);
        assert_eq!(for_history(line).as_deref(), Some(line));
    }
    let line = "watch 2 --until ok add_user x --password hunter2";
    assert!(!masked(line).0.contains("hunter2"));
    assert_eq!(
        for_history(line).as_deref(),
        Some("watch 2 --until ok add_user x --password")
    );
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    for signal in ["INT", "TERM"] {
        let server = v2();
        let mut watching = run(&server, "watch 100ms get_version");
        let child = watching.spawn();
        while gets(&server, "/api/v2/version") < 4 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let pid = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &pid])
            .status();
        assert!(sent.expect("kill runs").success());
        let ran = end(child);
        assert_eq!(ran.code, 130, "{signal}: {ran:?}");
        assert!(documents(&ran).len() > 1, "{ran:?}");
    }
}
