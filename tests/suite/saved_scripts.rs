//! `save --as curl`: the script does what the session did, with sh, curl and jq.

use crate::curl::{same_but_for_layout, send, server};
use crate::random_calls::{Case, calls, some};
use crate::support::{Run, SAMPLED, found, has};
use sftpgo_shell::practice::{ADMIN, Api, Clock, Options, PASSWORD, Practice, Seen};
use std::process::{Command, Output};

/// A practice server whose answers do not depend on the time.
pub(crate) fn fixed(api: Api) -> Practice {
    Practice::start(Options {
        api,
        clock: Clock::Fixed(SAMPLED),
        record: true,
        ..Options::default()
    })
    .expect("a free port")
}

/// Whether the programs of a script are there.
fn can_run() -> bool {
    has("curl", "curl") && has("jq", "jq")
}

/// The script of a session at a server.
#[track_caller]
fn script(practice: &Practice, login: &[(&str, &str)], lines: &[&str]) -> String {
    let api = if login.is_empty() { "2019" } else { "v2" };
    let mut args = vec!["--api", api, "--read-ahead", "1"];
    for line in lines.iter().chain(&["save a.sh --as curl --force"]) {
        args.extend(["-c", line]);
    }
    let mut run = Run::at(practice, &args).file("a.sh", "");
    for (name, value) in login {
        run = run.env(name, value);
    }
    let path = run.home.path().join("a.sh");
    let (ran, text) = run.leaving(&path);
    assert_eq!((ran.code, text.is_empty()), (0, false), "{ran:?}");
    assert!(!text.contains("hunter2"), "{text}");
    text
}

/// Runs a script against a server.
fn run(script: &str, practice: &Practice, variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("a.sh");
    std::fs::write(&path, script).expect("a file in a temporary folder");
    Command::new(found("sh").expect("a shell"))
        .arg(&path)
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("SFTPGO_HOST", practice.url())
        .envs(variables.iter().copied())
        .current_dir(home.path())
        .output()
        .expect("sh runs")
}

#[track_caller]
fn succeeds(script: &str, practice: &Practice, variables: &[(&str, &str)]) {
    let ran = run(script, practice, variables);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.is_empty(), "{said}\n{script}");
}

/// What a server holds, as text.
fn state(practice: &Practice, login: &[(&str, &str)], paths: &[&str]) -> String {
    let api = if login.is_empty() { "2019" } else { "v2" };
    let mut args = vec!["--api".to_owned(), api.to_owned()];
    for path in paths {
        args.extend(["-c".to_owned(), format!("get {path}")]);
    }
    let mut run = Run::at(practice, &args);
    for (name, value) in login {
        run = run.env(name, value);
    }
    let ran = run.go();
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out
}

/// The requests that write: those before a login are not the same.
fn writes(practice: &Practice) -> Vec<Seen> {
    let mut all = practice.seen();
    all.retain(|seen| seen.method != "GET");
    all
}

pub(crate) const LOGIN: &[(&str, &str)] =
    &[("SFTPGO_USERNAME", ADMIN), ("SFTPGO_PASSWORD", PASSWORD)];

const WORK: &str = "\
add_user \"o'brien\" --home_dir '/srv/a \"b\" $x \\' --password 'hunter2\"\\' --permissions list
add_user dora --home_dir /srv/dora --password hunter2 --permissions list download
update_user dora --quota_size 20G --permissions '/in \"box\"=list,upload' --password hunter2-new
update_user carla --set public_keys=null --max_sessions 2
update_user backup --set filesystem.s3config.access_secret=hunter2-key
add_user \"o'brien\" --if-exists update --home_dir /srv/a --permissions list --status disabled
add_group 'a b$c' --set user_settings.quota_size=5 --set description=ü
get_user_by_username dora
delete_user press
start_user_quota_scan dora
";

#[test]
fn a_script_does_what_a_session_of_today_did() {
    if !can_run() {
        return;
    }
    let first = fixed(Api::V2);
    let mut lines: Vec<&str> = WORK.lines().collect();
    lines.extend(["echo one", "get users?limit=1"]);
    let script = script(&first, LOGIN, &lines);
    assert_eq!(
        script.matches("# left out, since no curl").count(),
        1,
        "{script}"
    );
    let again = fixed(Api::V2);
    let secrets = [
        ("PASSWORD", "hunter2\"\\"),
        ("PASSWORD_2", "hunter2"),
        ("PASSWORD_3", "hunter2-new"),
        ("ACCESS_SECRET", "hunter2-key"),
    ];
    let variables = [LOGIN, &secrets[..]].concat();
    succeeds(&script, &again, &variables);
    let (ours, theirs) = (writes(&first), writes(&again));
    assert_eq!(ours.len(), theirs.len(), "{script}");
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let theirs = Seen {
            credentials: ours.credentials.clone(),
            ..theirs.clone()
        };
        assert!(
            same_but_for_layout(ours, &theirs),
            "{ours:?}\n{theirs:?}\n{script}"
        );
    }
    let paths = ["users?limit=500", "groups", "quotas/users/scans"];
    assert_eq!(state(&first, LOGIN, &paths), state(&again, LOGIN, &paths));
}

#[test]
fn a_script_does_what_a_session_of_2019_did() {
    if !can_run() {
        return;
    }
    let work = "\
add_user dora --password hunter2 --home_dir /srv/dora --permissions list
get_user_by_id
update_user 5140 dora --home_dir \"/srv/it's\" --permissions list --quota-files 7
add_user emil --password hunter2 --home_dir /srv/emil --permissions list
update_user emil --home_dir /srv/emil --permissions '*'
get_users --username press
delete_user
delete_user 5134
";
    let first = fixed(Api::Api2019);
    let script = script(&first, &[], &work.lines().collect::<Vec<_>>());
    let again = fixed(Api::Api2019);
    succeeds(
        &script,
        &again,
        &[("PASSWORD", "hunter2"), ("PASSWORD_2", "hunter2")],
    );
    assert_eq!(state(&first, &[], &["user"]), state(&again, &[], &["user"]));
    // Ids come from the answers: elsewhere they are others.
    assert_eq!(script.matches("\nid=$(").count(), 3, "{script}");
    for id in ["5140", "5141", "5138"] {
        assert!(!script.contains(id), "{script}");
    }
    assert!(
        script.contains("api DELETE /api/v1/user/5134\n"),
        "{script}"
    );
}

#[test]
fn any_command_is_the_same_in_a_script() {
    if !can_run() {
        return;
    }
    let practice = server();
    let cases: Vec<Case> = some(calls(), 40);
    send(&practice.url(), &cases);
    let ours = practice.seen();
    let lines: Vec<&str> = cases.iter().map(|case| case.line.as_str()).collect();
    let script = script(&practice, &[], &lines);
    let before = practice.seen().len();
    let secrets: Vec<String> = ours
        .iter()
        .filter_map(|seen| {
            let body: serde_json::Value = serde_json::from_slice(&seen.body).ok()?;
            body["password"].as_str().map(str::to_owned)
        })
        .filter(|secret| !secret.is_empty())
        .collect();
    let names: Vec<&str> = script
        .lines()
        .filter_map(|line| line.strip_prefix(": \"${")?.split(':').next())
        .collect();
    assert_eq!(names.len(), secrets.len(), "{script}");
    let variables: Vec<(&str, &str)> = names
        .into_iter()
        .zip(secrets.iter().map(String::as_str))
        .collect();
    succeeds(&script, &practice, &variables);
    let theirs = practice.seen().split_off(before);
    assert_eq!(ours.len(), theirs.len(), "{script}");
    for ((ours, theirs), case) in ours.iter().zip(&theirs).zip(&cases) {
        let same = ours == theirs || same_but_for_layout(ours, theirs);
        assert!(same, "{case:?}\n{ours:?}\n{theirs:?}");
    }
}

#[test]
fn a_key_is_no_argument_and_nothing_is_sent_without_a_variable() {
    if !can_run() {
        return;
    }
    let practice = fixed(Api::V2);
    let key = [("SFTPGO_API_KEY", "Zq3kV9mXw2LbT7dRnC5yHp.practice")];
    let script = script(&practice, &key, &["get_users"]);
    assert!(!script.contains(key[0].1), "{script}");
    succeeds(&script, &practice, &key);
    let before = practice.seen().len();
    let ran = run(&script, &practice, &[]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        !ran.status.success() && said.contains("SFTPGO_API_KEY"),
        "{said}"
    );
    assert_eq!(practice.seen().len(), before);
    // A refusal ends the script.
    let ran = run(&script, &practice, &[("SFTPGO_API_KEY", "wrong\"key")]);
    assert!(!ran.status.success());
}

#[test]
fn what_has_no_request_is_a_comment() {
    let practice = fixed(Api::V2);
    let lines = [
        "echo one",
        "update_user --where 'username ~ a' --max_sessions 3 --yes",
        "set output compact",
    ];
    let script = script(&practice, LOGIN, &lines);
    assert_eq!(script.matches("# left out, since").count(), 3, "{script}");
    for line in script.lines() {
        assert!(line.is_empty() || line.starts_with('#'), "{line}");
    }
    for (line, why) in [
        ("save a.sh --as perl", "must be one of `commands`, `curl`"),
        ("save a.sh --as", "`--as` needs a value"),
        ("save a.sh --answers --as curl", "cannot be used together"),
        ("record a.sh --as curl --answers", "cannot be used together"),
    ] {
        let ran = Run::new(&["-c", "echo one", "-c", line]).go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(why), "{ran:?}");
    }
    let run = Run::at(&practice, &["--api", "2019"]).input("record b.sh --as curl\nget_users\n");
    let path = run.home.path().join("b.sh");
    let (ran, text) = run.leaving(&path);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        text.contains("\n# get_users\napi GET '/api/v1/user?"),
        "{text}"
    );
}
