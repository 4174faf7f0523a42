//! `add_users`: the requests and messages for each row, and the file of failed
//! rows.

mod fields;
mod invalid;
mod items;
mod messages;
mod outcomes;
mod property;

use crate::support::{Ran, Run, SAMPLED, asked, start, words};
use sftpgo_shell::practice::{Clock, Data, Practice};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CSV: &str = "username,home_dir,permissions,password\n\
    ada,/srv/ada,list download,hunter2\n\
    carla,/srv/carla,*,hunter3\n\
    bea,srv/bea,*,hunter4\n";

/// The hint about the file of failed rows.
const LEFT: &str =
    "hint: `users.failed.csv` contains the rows that did not succeed, without secrets; ";

/// A folder that several runs share, and a server without users.
struct Site {
    practice: Practice,
    folder: TempDir,
}

impl Site {
    fn new() -> Self {
        Self::with(start(Data::Empty, Clock::Fixed(SAMPLED)))
    }

    fn with(practice: Practice) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { practice, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), text).expect("a file in a temporary folder");
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the run made it")
    }

    /// The names of the files that are there.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("UTF-8");
        let mut names: Vec<String> = entries.map(|entry| name(entry.expect("a file"))).collect();
        names.sort();
        names
    }

    /// A run of the words of a line, in the folder.
    fn run(&self, line: &str) -> Run {
        let mut run = Run::at(&self.practice, &words(line));
        run.command.current_dir(self.folder.path());
        run
    }

    fn go(&self, line: &str) -> Ran {
        self.run(line).go()
    }

    /// What was asked since the last time, `METHOD TARGET BODY`.
    fn asked_since(&self, before: usize) -> Vec<String> {
        asked(&self.practice).split_off(before)
    }

    /// How many requests there were so far.
    fn count(&self) -> usize {
        self.practice.seen().len()
    }

    /// The users on the server, a JSON object each.
    fn users(&self) -> Vec<serde_json::Value> {
        let ran = self.go("--output compact get_users --limit 500");
        serde_json::from_str(&ran.out).expect("a list of users")
    }
}

/// What the server answers to a user that is new.
fn added(id: usize, name: &str, home: &str, permissions: &str) -> String {
    format!(
        "{{\"id\":{id},\"username\":\"{name}\",\"home_dir\":\"{home}\",\"uid\":0,\"gid\":0,\"max_sessions\":0,\
         \"quota_size\":0,\"quota_files\":0,\"permissions\":{permissions},\"used_quota_size\":0,\
         \"used_quota_files\":0,\"last_quota_update\":0,\"upload_bandwidth\":0,\"download_bandwidth\":0}}\n"
    )
}

fn post(name: &str, home: &str, permissions: &str, password: &str) -> String {
    format!(
        "POST /api/v1/user {{\"id\":0,\"username\":\"{name}\",\"home_dir\":\"{home}\",\"uid\":0,\"gid\":0,\
         \"max_sessions\":0,\"quota_size\":0,\"quota_files\":0,\"permissions\":{permissions},\
         \"upload_bandwidth\":0,\"download_bandwidth\":0,\"password\":\"{password}\"}}"
    )
}

fn find(name: &str) -> String {
    format!("GET /api/v1/user?limit=100&offset=0&order=ASC&username={name}")
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0o600
}

const HOME_IS_RELATIVE: &str =
    "Validation error: home_dir must be an absolute path, actual value: srv/bea";

#[test]
fn refused_rows_succeed_in_a_second_run() {
    let site = Site::with(crate::support::practice());
    site.write("users.csv", CSV);
    let taken = "the server answered 500: the server failed; usually the username is already taken \
        (UNIQUE constraint failed: users.username)";
    let refused =
        format!("the server answered 400: the server rejected the object ({HOME_IS_RELATIVE})");
    site.go("--output compact add_users --from users.csv").is(
        6,
        &format!(
            "{}{{\"error\":\"UNIQUE constraint failed: users.username\",\"message\":\"\",\"status\":500}}\n\
             {{\"error\":\"{HOME_IS_RELATIVE}\",\"message\":\"\",\"status\":400}}\n",
            added(5140, "ada", "/srv/ada", "[\"list\",\"download\"]")
        ),
        &format!(
            "users.csv: row 2: error: user `carla`: {taken}\n\
             hint: `get_users --username carla` shows whether the user exists\n\
             users.csv: row 3: error: user `bea`: {refused}\n\
             error: users.csv: 1 added, 2 failed\n\
             {LEFT}the whole file can be run again with `--skip-existing`\n"
        ),
    );
    assert_eq!(
        site.asked_since(0),
        [
            post("ada", "/srv/ada", "[\"list\",\"download\"]", "hunter2"),
            post("carla", "/srv/carla", "[\"*\"]", "hunter3"),
            post("bea", "srv/bea", "[\"*\"]", "hunter4"),
        ]
    );
    assert_eq!(
        site.read("users.failed.csv"),
        format!(
            "username,home_dir,permissions,password,row,error\n\
             carla,/srv/carla,*,,2,{taken}\n\
             bea,srv/bea,*,,3,\"{refused}\"\n"
        )
    );
    assert_eq!(mode(&site.path("users.failed.csv")), 0o600);

    // The row is fixed; finished rows are left alone, and the old file is removed.
    let before = site.count();
    site.write("users.csv", CSV.replace("srv/bea", "/srv/bea"));
    site.go("--output compact add_users --from users.csv --skip-existing")
        .is(
            0,
            &added(5141, "bea", "/srv/bea", "[\"*\"]"),
            "users.csv: 1 added, 2 unchanged\n",
        );
    assert_eq!(
        site.asked_since(before),
        [
            find("ada"),
            find("carla"),
            find("bea"),
            post("bea", "/srv/bea", "[\"*\"]", "hunter4"),
        ]
    );
    assert_eq!(site.files(), ["users.csv"]);

    // A third run sends nothing that writes.
    let before = site.count();
    site.go("--jobs 8 --quiet add_users --from users.csv --skip-existing")
        .is(0, "", "");
    assert!(
        site.asked_since(before)
            .iter()
            .all(|one| one.starts_with("GET "))
    );
}

#[test]
fn every_format_gives_the_same_users() {
    let objects = "{\"username\":\"ada\",\"home_dir\":\"/srv/ada\",\"permissions\":[\"list\",\"download\"],\"password\":\"p\"}";
    let crlf = "\u{feff}username,home_dir,permissions,password\r\nada,/srv/ada,list download,p\r\n";
    for (name, text, flags) in [
        ("u.csv", crlf.to_owned(), "--from u.csv"),
        ("u.json", format!("[{objects}]"), "--from u.json"),
        ("u.NDJSON", format!("\n{objects}\n\n"), "--from u.NDJSON"),
        ("u", crlf.to_owned(), "--from u --format csv"),
        ("piped", format!("{objects}\n"), "--from - --format ndjson"),
    ] {
        let site = Site::new();
        site.write(name, &text);
        let run = site.run(&format!("--output ndjson add_users {flags}"));
        let said = if name == "piped" { "stdin" } else { name };
        run.input(if name == "piped" { &text } else { "" }).go().is(
            0,
            &added(1, "ada", "/srv/ada", "[\"list\",\"download\"]"),
            &format!("{said}: 1 added\n"),
        );
        let expected = [post("ada", "/srv/ada", "[\"list\",\"download\"]", "p")];
        assert_eq!(site.asked_since(0), expected, "{name}");
        assert_eq!(site.files(), [name]);
    }
}

/// Neither what the row leaves out nor what the template has is changed.
#[test]
fn an_update_changes_only_the_fields_of_the_row() {
    let site = Site::new();
    site.write(
        "base.json",
        r#"{"home_dir": "/srv/{username}", "permissions": ["list", "download"], "quota_files": 5, "password": "initial"}"#,
    );
    site.write(
        "users.csv",
        "username,uid,gid,password\nada,1,,\nbea,2,9,\n",
    );
    site.go("add_users --from users.csv --template base.json")
        .is(
            0,
            &site_answers(&[(1, "ada", 1, 0, 5), (2, "bea", 2, 9, 5)]),
            "users.csv: 2 added\n",
        );
    // By hand: the template must not undo it.
    let put = "put user/1 --json '{\"quota_files\":7,\"password\":\"her own\"}'";
    assert_eq!(site.go(put).code, 0);
    let again =
        "--output compact add_users --from users.csv --template base.json --update-existing";
    let before = site.count();
    site.go(again).is(0, "", "users.csv: 2 unchanged\n");
    assert_eq!(site.asked_since(before), [find("ada"), find("bea")]);

    // A permission in another order is no change; a password cannot be compared.
    site.write(
        "users.csv",
        "username,uid,gid,password,permissions,home_dir\n\
         ada,3,,,download list,\nbea,,,new,,\ncy,4,,pw,,\n",
    );
    let before = site.count();
    let done = "{\"error\":\"\",\"message\":\"User updated\",\"status\":200}\n";
    let ran = site.go(again);
    assert!(ran.out.starts_with(&done.repeat(2)), "{}", ran.out);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "users.csv: 1 added, 1 changed, 1 sent again (the server never shows passwords and keys, so they cannot be compared)\n"
        )
    );
    assert_eq!(
        site.asked_since(before)[..5],
        [
            find("ada"),
            "PUT /api/v1/user/1 {\"id\":1,\"username\":\"ada\",\"uid\":3,\"permissions\":[\"download\",\"list\"]}"
                .to_owned(),
            find("bea"),
            "PUT /api/v1/user/2 {\"id\":2,\"username\":\"bea\",\"password\":\"new\"}".to_owned(),
            find("cy"),
        ]
    );
    let users = site.users();
    let of = |at: usize, name: &str| users[at][name].clone();
    assert_eq!(of(0, "quota_files"), 7);
    assert_eq!((of(0, "uid"), of(0, "gid")), (3.into(), 0.into()));
    assert_eq!((of(1, "uid"), of(1, "gid")), (2.into(), 9.into()));
    assert_eq!(of(2, "home_dir"), "/srv/cy");
}

/// Names that would be something else as words of a line.
#[test]
fn names_of_digits_and_dashes() {
    let site = Site::new();
    let rows = |uid| {
        format!(
            "username,home_dir,permissions,uid,password\n1,/a,*,{uid},p\n-1,/a,*,{uid},p\n--uid,/a,*,{uid},p\n"
        )
    };
    site.write("users.csv", rows(1));
    assert_eq!(site.go("add_users --from users.csv").code, 0);
    let ran = site.go("add_users --from users.csv");
    assert!(
        ran.err.contains("`get_users --username 1` ")
            && ran.err.contains("`get_users --username=--uid` "),
        "{}",
        ran.err
    );
    site.go("add_users --from users.csv --skip-existing")
        .is(0, "", "users.csv: 3 unchanged\n");
    site.write("users.csv", rows(2));
    let before = site.count();
    let ran = site.go("add_users --from users.csv --update-existing");
    assert_eq!(ran.err, "users.csv: 3 changed\n");
    let puts: Vec<String> = site
        .asked_since(before)
        .into_iter()
        .filter(|one| one.starts_with("PUT"))
        .collect();
    assert!(
        puts[1].starts_with("PUT /api/v1/user/2 {\"id\":2,\"username\":\"-1\","),
        "{puts:?}"
    );
    assert!(site.users().iter().all(|user| user["uid"] == 2));
}

/// The answers, indented, to users with the values of the template.
fn site_answers(users: &[(i32, &str, i32, i32, i32)]) -> String {
    let one = |(id, name, uid, gid, files): &(i32, &str, i32, i32, i32)| {
        format!(
            "{{\n  \"id\": {id},\n  \"username\": \"{name}\",\n  \"home_dir\": \"/srv/{name}\",\n  \"uid\": {uid},\n  \
             \"gid\": {gid},\n  \"max_sessions\": 0,\n  \"quota_size\": 0,\n  \"quota_files\": {files},\n  \
             \"permissions\": [\n    \"list\",\n    \"download\"\n  ],\n  \"used_quota_size\": 0,\n  \
             \"used_quota_files\": 0,\n  \"last_quota_update\": 0,\n  \"upload_bandwidth\": 0,\n  \
             \"download_bandwidth\": 0\n}}\n"
        )
    };
    users.iter().map(one).collect()
}

#[test]
fn dry_run_sends_nothing() {
    let site = Site::new();
    site.write("users.csv", CSV)
        .write("f", "add_users --from users.csv\n");
    let ran = site.go("add_users --from users.csv --dry-run");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "users.csv: 3 rows checked, no errors; nothing was sent\n"
        )
    );
    assert_eq!(ran.out.matches("POST /api/v1/user HTTP/1.1\n").count(), 3);
    assert!(ran.out.contains("\"password\": \"********\""));
    assert_eq!(ran.out.matches("\n\nPOST").count(), 2);
    for line in ["--dry-run --file f", "--check --file f"] {
        assert_eq!(site.go(line).code, 0, "{line}");
    }
    let ran = site.go("--echo only add_users --from users.csv --update-existing");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("curl -sS -X POST ") && line.contains("\"$PASSWORD\""))
    );
    assert!(site.asked_since(0).is_empty());
    assert_eq!(site.files(), ["f", "users.csv"]);
}

#[test]
fn lookup_requests_are_shown() {
    let site = Site::new();
    site.write(
        "users.csv",
        "username,home_dir,permissions,password\nada,/a,*,hunter2\n",
    );
    let url = site.practice.url();
    let look = format!("{url}/api/v1/user?limit=100&offset=0&order=ASC&username=ada");
    let ran =
        site.go("--debug --echo on --output compact add_users --from users.csv --skip-existing");
    assert!(
        ran.err.starts_with(&format!(
            "curl -sS '{look}'\n\
             executed request: GET {look} - status code: 200 request body: \n\
             got response, status code: 200 body:\n\
             curl -sS -X POST {url}/api/v1/user "
        )),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("hunter2"));
    site.go("--echo on add_users --from users.csv --skip-existing")
        .is(
            0,
            "",
            &format!("curl -sS '{look}'\nusers.csv: 1 unchanged\n"),
        );
}

#[test]
fn in_a_file_the_report_lists_each_row() {
    let site = Site::new();
    site.write("users.csv", CSV);
    site.write(
        "f",
        "add_users --from users.csv\necho on\nget_quota_scans\n",
    );
    let ran = site.go("--keep-going --output compact --report json r.json --jobs 8 --file f");
    assert_eq!(ran.code, 6);
    assert!(ran.out.ends_with("on\n[]\n"), "{}", ran.out);
    assert!(
        ran.err.ends_with(&format!(
            "f:1:1: error: users.csv: 2 added, 1 failed\n  add_users --from users.csv\n  ^^^^^^^^^\n\
             {LEFT}the whole file can be run again with `--skip-existing`\n1 of 3 commands failed\n"
        )),
        "{}",
        ran.err
    );
    let report: serde_json::Value = serde_json::from_str(&site.read("r.json")).expect("JSON");
    let commands = report["commands"].as_array().expect("a list");
    let said: Vec<String> = commands
        .iter()
        .map(|one| {
            assert!(one["seconds"].is_number(), "{one}");
            format!(
                "{} {} {} {} {}",
                one["file"], one["line"], one["command"], one["outcome"], one["status"]
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            r#""users.csv" 1 "ada" "done" 200"#,
            r#""users.csv" 2 "carla" "done" 200"#,
            r#""users.csv" 3 "bea" "failed" 400"#,
            r#""f" 1 "add_users --from users.csv" "failed" null"#,
            r#""f" 2 "echo on" "done" null"#,
            r#""f" 3 "get_quota_scans" "done" 200"#,
        ]
    );
    // A pipe is read once: by `--check` not at all, and not twice by a file.
    #[cfg(unix)]
    {
        let rows = CSV.replace("srv/bea", "/srv/bea");
        let run = site
            .run("-c 'add_users --from /dev/stdin --format csv --skip-existing --failed left.csv'");
        let ran = run.input(rows).go();
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, "/dev/stdin: 1 added, 2 unchanged\n")
        );
    }
}
