//! `save --as curl`: the script does what the session did, with sh, curl and jq.

use crate::curl::{same_but_for_layout, send, server};
use crate::random_calls::{Case, calls, some};
use crate::raw_server::Hostile;
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
fn run(script: &str, url: &str, variables: &[(&str, &str)]) -> Output {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("a.sh");
    std::fs::write(&path, script).expect("a file in a temporary folder");
    Command::new(found("sh").expect("a shell"))
        .arg(&path)
        .arg(url)
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        // It is the variable of the shell, not of the script.
        .env("SFTPGO_HOST", "http://127.0.0.1:9")
        .envs(variables.iter().copied())
        .current_dir(home.path())
        .output()
        .expect("sh runs")
}

#[track_caller]
fn succeeds(script: &str, practice: &Practice, variables: &[(&str, &str)]) {
    let ran = run(script, &practice.url(), variables);
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
    // A text that looks like a secret may be left out.
    let blocks = script.split("\n\n# ").skip(1);
    let blocks = blocks.filter(|block| !block.starts_with(char::is_uppercase));
    let is_left_out = |block: &str| block.starts_with("left out, since it may hold a secret");
    let is_in: Vec<bool> = blocks.map(|block| !is_left_out(block)).collect();
    assert_eq!(is_in.len(), cases.len(), "{script}");
    let mut with_cases: Vec<(Seen, &Case)> = ours.into_iter().zip(&cases).collect();
    let mut is_in = is_in.into_iter();
    with_cases.retain(|_| is_in.next() == Some(true));
    assert!(with_cases.len() * 2 > cases.len(), "{script}");
    let before = practice.seen().len();
    let secrets: Vec<String> = with_cases
        .iter()
        .filter_map(|(seen, _)| {
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
    assert_eq!(with_cases.len(), theirs.len(), "{script}");
    for ((ours, case), theirs) in with_cases.iter().zip(&theirs) {
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
    let ran = run(&script, &practice.url(), &[]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        !ran.status.success() && said.contains("SFTPGO_API_KEY"),
        "{said}"
    );
    assert_eq!(practice.seen().len(), before);
    // A refusal ends the script.
    let ran = run(
        &script,
        &practice.url(),
        &[("SFTPGO_API_KEY", "wrong\"key")],
    );
    assert!(!ran.status.success());
}

/// Whether a line of a script sends a request.
fn is_sent(line: &str) -> bool {
    line.starts_with("api ") || line.starts_with("send ") && line != "send() {"
}

const REASONS: [&str; 6] = [
    "no curl command stands for it:\n# echo one\n",
    "it changes several objects:\n# update_user --where",
    "nothing had to be sent:\n# update_user carla --status",
    "nothing had to be sent:\n# add_user carla --if-exists skip",
    "it judges the answers to several requests:\n# effective_user",
    "# get_users --limit 2 --columns username\n# The script prints the whole answer",
];

/// Lines whose secret no variable of a script can replace.
const HIDDEN: &str = r#"let db_password = hunter2-a
get users?limit=1&access_token=hunter2-b
post folders --json '{"name":"f1","mapped_path":"/srv/f1","1password":"hunter2-c"}'
add_event_action hook --type http --set 'options.http_config={"endpoint":"http://127.0.0.1:1/x","method":"POST","timeout":20,"headers":[{"key":"Authorization","value":"Bearer hunter2-d"}]}'
add_user u1 --home_dir /srv/u1 --permissions list --password hunter2 --description "pw is $db_password"
update_user carla --description "$env.MYTOK"
let x = $env.MYTOK
update_user carla --description "$x"
update_user backup --set filesystem.s3config.access_secret=hunter2-e
add_user u2 --home_dir /srv/u2 --permissions list --password $env.MYTOK --description fine
"#;

#[test]
fn a_secret_is_in_no_script() {
    let practice = fixed(Api::V2);
    let lines: Vec<&str> = HIDDEN.lines().collect();
    let env = [LOGIN, &[("MYTOK", "hunter2-f")]].concat();
    let script = script(&practice, &env, &lines);
    let why = "# left out, since it may hold a secret that a variable cannot replace";
    assert_eq!(script.matches(why).count(), lines.len() - 1, "{script}");
    let sent: Vec<&str> = script.lines().filter(|line| is_sent(line)).collect();
    assert_eq!(sent, ["send POST /api/v2/users \"$body\""], "{script}");
    assert!(script.contains("s1=$(json PASSWORD)\n"), "{script}");
}

#[test]
fn a_failure_of_jq_sends_nothing_and_a_redirect_is_a_failure() {
    if !can_run() {
        return;
    }
    let practice = fixed(Api::V2);
    let lines = [
        "add_user dora --home_dir /srv/dora --password hunter2 --permissions list",
        "update_user carla --max_sessions 2",
    ];
    let stubs = tempfile::tempdir().expect("a temporary folder");
    let jq = stubs.path().join("jq");
    let real = found("jq").expect("jq");
    // The login needs the real one.
    let text = format!(
        "#!/bin/sh\ncase $2 in .access_token) exec '{}' \"$@\" ;; esac\nexit 5\n",
        real.display()
    );
    std::fs::write(&jq, text).expect("a file in a temporary folder");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&jq, mode).expect("a file of this test");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", stubs.path().display());
    for line in lines {
        let script = script(&practice, LOGIN, &[line]);
        let before = writes(&practice).len();
        let variables = [LOGIN, &[("PASSWORD", "hunter2"), ("PATH", &path)]].concat();
        let ran = run(&script, &practice.url(), &variables);
        assert_eq!(ran.status.code(), Some(5), "{ran:?}\n{script}");
        assert_eq!(writes(&practice).len(), before, "{script}");
    }
    let practice = fixed(Api::Api2019);
    let script = script(&practice, &[], &["get_quota_scans", "delete_user 5134"]);
    let moved = "HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";
    let server = Hostile::saying(moved);
    let ran = run(&script, &server.url, &[]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(!ran.status.success(), "{ran:?}");
    assert_eq!(said, "GET /api/v1/quota_scan: 301\n");
    assert_eq!(server.asked().len(), 1);
    let login = fixed(Api::V2);
    let script = self::script(&login, LOGIN, &["delete_user press"]);
    let server = Hostile::saying(moved);
    let ran = run(&script, &server.url, LOGIN);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        !ran.status.success() && said == "cannot log in\n",
        "{ran:?}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn requests_of_another_admin_are_left_out() {
    let practice = fixed(Api::V2);
    let lines = [
        "add_admin bob --password hunter2 --permissions *",
        "connect @bob",
        "delete_user press",
        "save a.sh --as curl",
    ];
    let mut args = vec!["--api", "v2"];
    args.extend(lines.iter().flat_map(|line| ["-c", *line]));
    let config = format!(
        "[profile.bob]\nurl = \"{}\"\nuser = \"bob\"\npassword_command = \"echo hunter2\"\n",
        practice.url()
    );
    let run = Run::at(&practice, &args).config(&config);
    let path = run.home.path().join("a.sh");
    let (ran, text) = run
        .env(LOGIN[0].0, ADMIN)
        .env(LOGIN[1].0, PASSWORD)
        .leaving(&path);
    assert_eq!(ran.code, 0, "{ran:?}");
    let why = "# left out, since it was sent with another login:\n# delete_user press\n";
    assert!(text.contains(why), "{text}");
    assert!(!text.contains("api DELETE"), "{text}");
}

#[test]
fn a_file_that_needs_a_program_says_so() {
    let practice = fixed(Api::V2);
    let args = [
        "--allow-shell",
        "-c",
        "get_users > u.json",
        "-c",
        "save a.sftpgo",
    ];
    let run = Run::at(&practice, &args);
    let path = run.home.path().join("a.sftpgo");
    let (ran, text) = run.leaving(&path);
    let said = "it has `|` or `>`: run it with `--allow-shell`\n";
    assert!(ran.code == 0 && ran.err.contains(said), "{ran:?}");
    assert!(text.contains(&format!("\n# {said}")), "{text}");
}

#[test]
fn what_has_no_request_is_a_comment() {
    let practice = fixed(Api::V2);
    let lines = [
        "echo one",
        "update_user --where 'username ~ a' --max_sessions 3 --yes",
        "update_user carla --status enabled",
        "add_user carla --if-exists skip --home_dir /srv/carla --permissions list",
        "effective_user carla",
        "get_users --limit 2 --columns username",
    ];
    let env = LOGIN;
    let script = script(&practice, env, &lines);
    for why in REASONS {
        assert!(script.contains(why), "{why}\n{script}");
    }
    let sent: Vec<&str> = script.lines().filter(|line| is_sent(line)).collect();
    assert_eq!(sent, ["api GET '/api/v2/users?limit=2'"], "{script}");
    for (line, why) in [
        (
            "save a.sh --as curl",
            "none of the commands can be in a script",
        ),
        ("save a.sh --as perl", "must be one of `commands`, `curl`"),
        ("save a.sh --as", "`--as` needs a value"),
        ("save a.sh --answers --as curl", "cannot be used together"),
        ("record a.sh --as curl --answers", "cannot be used together"),
    ] {
        let ran = Run::new(&["-c", "echo one", "-c", line]).go();
        let code = if why.starts_with("none") { 1 } else { 2 };
        assert_eq!(ran.code, code, "{ran:?}");
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
