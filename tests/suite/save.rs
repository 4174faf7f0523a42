//! `save` and `record`: the commands of a session, as a file that runs again.

use crate::saved_scripts::{LOGIN, fixed};
use crate::support::{Ran, Run};
use sftpgo_shell::practice::Api;
use std::fs;

/// A session on a practice server of its own, in this API.
fn session(api: &str, lines: &str) -> Run {
    Run::new(&["--practice", "--api", api]).input(lines)
}

/// What a session leaves in the file, without its first line, and what it printed.
fn saved(api: &str, lines: &str) -> (String, crate::support::Ran) {
    let run = session(api, lines);
    let path = run.home.path().join("a.sftpgo");
    let (ran, text) = run.leaving(&path);
    let (head, rest) = text.split_once('\n').expect("a first line");
    assert!(
        head.starts_with(&format!("# API {api}, http://127.0.0.1:")),
        "{head}"
    );
    (rest.to_owned(), ran)
}

const WORK: &str = "\
add_user dora --password hunter2-for-dora --home_dir /srv/dora --permissions list # hunter2
-get_user_by_id 77
get_user_by_id 5140
update_user 5140 dora --home_dir /srv/dora --permissions list --quota-files 7
add_user emil --password=hunter2-for-emil --home_dir /srv/emil --permissions list
get_users --limit 1
delete_user 5141
help get_users
";

#[test]
fn a_replay_on_a_fresh_server_gets_the_same_answers() {
    let (text, first) = saved("2019", &format!("{WORK}save a.sftpgo\n"));
    assert_eq!(
        text,
        "# set these in the environment: PASSWORD, PASSWORD_2\n\
         add_user dora --password $env.PASSWORD --home_dir /srv/dora --permissions list\n\
         get_user_by_id $id\n\
         update_user $id dora --home_dir /srv/dora --permissions list --quota-files 7\n\
         add_user emil --password=$env.PASSWORD_2 --home_dir /srv/emil --permissions list\n\
         get_users --limit 1\n\
         delete_user 5141\n"
    );
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.err.contains("6 commands in `a.sftpgo`"), "{first:?}");
    let again = Run::new(&["--practice", "--api", "2019", "--file", "a.sftpgo"])
        .file("a.sftpgo", &text)
        .env("PASSWORD", "hunter2-for-dora")
        .env("PASSWORD_2", "hunter2-for-emil")
        .go();
    assert_eq!(again.code, 0, "{again:?}");
    // The first run also printed a help page.
    let answers = &first.out[..first.out.find("get_users:").expect("a help page")];
    assert_eq!(accepted(answers), accepted(&again.out));
    assert_eq!(accepted(answers).len(), 6);
}

/// The answers in an output, without those that are errors.
fn accepted(out: &str) -> Vec<String> {
    let all = serde_json::Deserializer::from_str(out).into_iter::<serde_json::Value>();
    let all = all.map(|json| json.expect("JSON"));
    let all = all.filter(|json| json["error"].as_str().is_none_or(str::is_empty));
    all.map(|json| json.to_string()).collect()
}

const WORK_OF_TODAY: &str = "\
-get_user_by_username nobody
add_user dora --password 'hunter2 for dora' --home_dir /srv/dora --permissions list # hunter2
update_user --quota_size 20G --permissions /inbox=list,upload
add_group editors --set user_settings.quota_size=5
update_user dora --group editors --password=hunter2-new
effective_user dora
get_connections
close_connection $connection
delete_user press
update_user --where 'status = enabled and quota_size < 1G' --max_sessions 3 --yes
get_users --where 'max_sessions = 3' --columns username,groups
start_user_quota_scan dora
let home = $_.message
echo $home
get_users_quota_scans
";

#[test]
fn a_replay_of_todays_api_gets_the_same_answers() {
    let (first, again) = (fixed(Api::V2), fixed(Api::V2));
    let login = |mut run: Run| {
        for (name, value) in LOGIN {
            run = run.env(name, value);
        }
        run
    };
    let run = login(Run::at(&first, &["--api", "v2"]));
    let path = run.home.path().join("a.sftpgo");
    let (ran, text) = run
        .input(format!("{WORK_OF_TODAY}save a.sftpgo\n"))
        .leaving(&path);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!text.contains("hunter2"), "{text}");
    let saved: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    // All but what failed.
    assert_eq!(saved.len(), WORK_OF_TODAY.lines().count() - 1, "{text}");
    let replayed: Ran = login(Run::at(&again, &["--api", "v2", "--file", "a.sftpgo"]))
        .file("a.sftpgo", &text)
        .env("PASSWORD", "hunter2 for dora")
        .env("PASSWORD_2", "hunter2-new")
        .go();
    assert_eq!(replayed.code, 0, "{replayed:?}");
    let refused = "{\n  \"error\": \"Not Found\",\n  \"message\": \"\"\n}\n";
    assert_eq!(ran.out.replacen(refused, "", 1), replayed.out);
    let state = |practice| {
        let dump = ["--api", "v2", "get", "dumpdata?output_data=1"];
        login(Run::at(practice, &dump)).go().out
    };
    assert_eq!(state(&first), state(&again));
}

#[test]
fn answers_are_comments_and_never_secret() {
    let lines = "\
add_user dora --password hunter2-for-dora --home_dir /srv/dora --permissions list
get_quota_scans
let token = hunter2-of-mine
let home = /srv
save a.sftpgo --answers
";
    let (text, _) = saved("2019", lines);
    assert!(!text.contains("hunter2"), "{text}");
    assert!(
        text.contains("--permissions list\n# answered 200\nget_quota_scans\n# answered 200\n#   "),
        "{text}"
    );
    assert!(text.contains("\n# left out: `let`: "), "{text}");
    assert!(text.ends_with("\nlet home = /srv\n"), "{text}");
}

#[test]
fn the_last_ones_and_those_of_lines() {
    let work = "echo one\necho two\n-get_user_by_id 9\necho three\n";
    for (wanted, expected) in [
        ("--last 2", "echo two\necho three\n"),
        ("--last 9", "echo one\necho two\necho three\n"),
        ("2-4", "echo two\necho three\n"),
        ("1", "echo one\n"),
    ] {
        let (text, _) = saved("2019", &format!("{work}save a.sftpgo {wanted}\n"));
        assert_eq!(text, expected, "{wanted}");
    }
}

#[test]
fn what_cannot_be_saved() {
    for (line, code, why) in [
        ("save a.sftpgo 4-2", 2, "LINES must be a number or a range"),
        ("save a.sftpgo two", 2, "LINES must be a number or a range"),
        ("save a.sftpgo 1 --last 1", 2, "cannot be used together"),
        ("save -", 2, "needs the name of a file"),
        ("save no/a.sftpgo", 1, "cannot write `no/a.sftpgo`"),
        (
            "save a.sftpgo 7-9",
            1,
            "there are no successful commands to save",
        ),
        ("save old.sftpgo", 1, "`old.sftpgo` already exists"),
        ("record old.sftpgo", 1, "`old.sftpgo` already exists"),
        ("record stop", 2, "nothing is being recorded"),
        ("record a.sftpgo; record b.sftpgo", 2, "is being recorded"),
        ("history grep", 2, "needs a text"),
        ("history word", 2, "expects a number"),
    ] {
        let run = session("v2", &format!("echo one\n{line}\n")).file("old.sftpgo", "old");
        let path = run.home.path().join("old.sftpgo");
        let (ran, old) = run.leaving(&path);
        assert_eq!((ran.code, old.as_str()), (code, "old"), "{line}: {ran:?}");
        assert!(ran.err.contains(why), "{line}: {ran:?}");
    }
    let run = session("v2", "echo one\nsave a.sftpgo --force\n").file("a.sftpgo", "old");
    let path = run.home.path().join("a.sftpgo");
    assert!(run.leaving(&path).1.ends_with("\necho one\n"));
}

#[test]
fn a_recording_is_complete_after_each_command() {
    let (text, ran) = saved(
        "v2",
        "echo before\nrecord a.sftpgo\necho one\n-get /nowhere\necho two\n",
    );
    assert_eq!(
        (text.as_str(), ran.code),
        ("echo one\necho two\n", 0),
        "{ran:?}"
    );
    let lines = "record a.sftpgo\necho one\nrecord stop\necho two\n";
    let (text, ran) = saved("v2", lines);
    assert_eq!(text, "echo one\n", "{ran:?}");
    assert!(ran.err.contains("1 command in `"), "{ran:?}");
}

#[test]
#[cfg(unix)]
fn the_file_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let mut run = session("v2", "");
    let path = run.home.path().join("a.sftpgo");
    let mut child = run.spawn();
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, b"echo one\nsave a.sftpgo\n").expect("it reads");
    drop(stdin);
    assert_eq!(crate::support::end(child).code, 0);
    let mode = fs::metadata(path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
