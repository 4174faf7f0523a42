//! Whatever goes wrong in a line with a secret, the secret is never printed.

use crate::support::{PIPED, Ran, Run, asked, practice, start, words};
use sftpgo_shell::practice::{Clock, Data};

#[track_caller]
fn hidden(ran: &Ran, line: &str) {
    let said = format!("{}{}", ran.out, ran.err);
    assert!(!said.contains("unter2"), "{line}: {said}");
}

/// Lines that fail, each with its exit code.
const WRONG: &[(&str, i32)] = &[
    ("add_user bob --password hunter2", 4),
    ("add_user bob --password hunter2 --uid x", 2),
    ("add_user bob --password hunter2 --uid", 2),
    ("add_user bob --password hunter2 --bogus", 2),
    ("add_user bob --password hunter2 --permissions fly", 2),
    ("add_user bob --password hun hunter2", 2),
    ("add_user bob --password hun hunter2 hunter2 --uid x", 2),
    ("add_user --password hunter2", 2),
    ("add_user bob rob --password hunter2", 2),
    ("add_user bob --password=hunter2 --uid x", 2),
    ("add_user bob --password -hunter2", 2),
    ("add_user bob --password --hunter2", 2),
    ("add_user bob --password -unter2", 2),
    ("add_user bob --pasword hunter2", 2),
    ("add_user bob --pass hunter2", 2),
    ("add_user bob --PASSWORD hunter2", 2),
    ("ad_user bob --password hunter2", 2),
    ("update_user bob --password hunter2", 2),
    ("update_user 5140 --password hunter2", 2),
    ("update_user 9 bob --password hunter2", 4),
    ("start_quota_scan nobody --password hunter2", 4),
    ("--password hunter2 add_user bob", 2),
    ("explain add_user bob --password hunter2 --uid x", 2),
    ("curl ad_user bob --password hunter2", 2),
    ("get_users --password hunter2", 2),
    ("post user --json '{\"password\": \"hunter2\"}'", 4),
    ("post user --json '{\"password\": \"hunter2\"'", 2),
    (
        "post nowhere --json '{\"a\": [{\"PassWord\": \"hunter2\"}]}'",
        4,
    ),
    ("set base_url http://admin:hunter2@h", 2),
    ("--base_url http://admin:hunter2@h get_users", 2),
    ("connect 'http://admin:hunter2@h?x'", 2),
];

#[test]
fn secrets_in_syntax_errors() {
    let server = practice();
    for (line, code) in WRONG {
        let ran = Run::at(&server, &PIPED).input(line).go();
        assert_eq!(ran.code, *code, "{line}: {ran:?}");
        hidden(&ran, line);
        let ran = Run::at(&server, &words(line)).go();
        assert_eq!(ran.code, *code, "{line}: {ran:?}");
        hidden(&ran, line);
    }
    for request in asked(&server) {
        assert!(
            request.contains("hunter2") || request.starts_with("POST /api/v1/quota_scan"),
            "{request}"
        );
    }
}

#[test]
fn secrets_in_lines_that_cannot_be_split() {
    let server = practice();
    for line in [
        "add_user bob --password 'hunter2",
        "add_user bob --password \"hunter2",
        "add_user 'bob --password hunter2",
        "add_user bob --password hunter2 \\",
        "add_user bob --password hunter2 --home_dir 'x",
        "add_user $nope --password hunter2",
    ] {
        let ran = Run::at(&server, &PIPED).input(line).go();
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        hidden(&ran, line);
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn secrets_in_shown_requests() {
    let good = "add_user bob --password hunter2 --home_dir /x --permissions list";
    for (args, line) in [
        (&["--debug"][..], good),
        (&["--echo", "on"], good),
        (&["--echo", "only"], good),
        (&["--debug", "--echo", "on", "--output", "raw"], good),
        (&["--color", "always", "--debug", "--echo", "on"], good),
        (&[], &format!("explain {good}")),
        (&[], &format!("curl {good}")),
        (
            &[],
            &format!("{good}; last; last --output raw; history; set"),
        ),
        (
            &["--debug", "--echo", "on"],
            "post user --json '{\"password\": \"hunter2\"}'",
        ),
    ] {
        let server = practice();
        let ran = Run::at(&server, args).input(line).go();
        let failed = line.starts_with("post");
        assert_eq!(ran.code, if failed { 4 } else { 0 }, "{line}: {ran:?}");
        hidden(&ran, line);
    }
}

#[test]
fn secrets_from_the_environment() {
    let server = start(Data::Empty, Clock::Fixed(0));
    let line = "add_user bob --password $env.PW --home_dir /x --permissions list --uid x";
    let ran = Run::at(&server, &PIPED)
        .env("PW", "hunter2")
        .input(line)
        .go();
    ran.is(
        2,
        "",
        "stdin:1:72: error: `--uid` must be a whole number; this is `x`\n  …rd $env.PW --home_dir /x --permissions list --uid \
         x\n                                                     ^\nstopped at stdin:1; 0 commands done, the rest not run\n",
    );
    let host = Run::new(&["get_users"])
        .env("SFTPGO_HOST", "http://u:hunter2@h")
        .go();
    host.is(
        2,
        "",
        "error: the environment's `SFTPGO_HOST` expects a URL such as `http://HOST:PORT`, without user and password; this \
         is `http://u:********@h`\nhint: `base_url`: server URL; a path in it is kept as a prefix\n",
    );
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn curl_lines_take_secrets_from_the_environment() {
    let server = practice();
    let url = server.url();
    let line = "curl add_user bob --password 'hun\"ter2'";
    let expected = format!(
        "curl -sS -X POST {url}/api/v1/user -H 'Content-Type: application/json' --data-raw \
         '{{\"id\":0,\"username\":\"bob\",\"home_dir\":\"\",\"uid\":0,\"gid\":0,\"max_sessions\":0,\"quota_size\":0,\"quota_files\":0,\"permissions\":[],\"upload_bandwidth\":0,\"download_bandwidth\":0,\"password\":\"'\"$(printf \
         %s \"$PASSWORD\" | sed 's/[\"\\\\]/\\\\&/g')\"'\"}}'\n"
    );
    Run::at(&server, &PIPED)
        .input(line)
        .go()
        .is(0, &expected, "");
    assert_eq!(asked(&server), [""; 0]);
}
