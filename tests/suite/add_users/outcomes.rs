//! Runs that do not come to their end: no server, a lost answer, a reader of
//! stdout that leaves, Ctrl-C.

use super::{CSV, LEFT, Site, added, post};
use crate::raw_server::{Act, Hostile};
use crate::support::{Run, end, words};
use std::io::{BufRead, BufReader};
use std::time::Duration;

/// Many rows, all of them right.
fn many(count: usize) -> String {
    let row = |at| format!("user{at},/srv/user{at},*,hunter{at}x\n");
    let rows: String = (1..=count).map(row).collect();
    format!("username,home_dir,permissions,password\n{rows}")
}

/// A run against a server of bytes.
fn against(site: &Site, server: &Hostile, line: &str) -> Run {
    let mut run = Run::new(&words(line));
    run.command
        .current_dir(site.folder.path())
        .env("SFTPGO_HOST", &server.url);
    run
}

/// An answer that keeps the connection.
fn json(status: &str, body: &str) -> Act {
    let length = body.len();
    Act::Keep(
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
            .into_bytes(),
    )
}

#[test]
fn unreachable_server() {
    let site = Site::new();
    site.write("users.csv", CSV);
    for jobs in [1, 8] {
        let ran = site.go(&format!(
            "--base_url http://127.0.0.1:1 --jobs {jobs} add_users --from users.csv"
        ));
        ran.is(
            3,
            "",
            &format!(
                "users.csv: row 1: error: user `ada`: cannot connect to http://127.0.0.1:1: connection refused; \
                 nothing was sent\n\
                 hint: is the server running? Set its address with `connect URL`, `--base_url` or SFTPGO_HOST, \
                 or try `--practice`\n\
                 error: users.csv: 1 failed, 2 not run\n\
                 {LEFT}the whole file can be run again with `--skip-existing`\n"
            ),
        );
    }
    assert_eq!(
        site.read("users.failed.csv"),
        "username,home_dir,permissions,password,row,error\n\
         ada,/srv/ada,list download,,1,cannot connect to http://127.0.0.1:1: connection refused; nothing was sent\n\
         carla,/srv/carla,*,,2,not run\n\
         bea,srv/bea,*,,3,not run\n"
    );
}

#[test]
fn lost_answer() {
    let site = Site::new();
    site.write("users.csv", CSV);
    let user = added(1, "ada", "/srv/ada", "[]");
    let server = Hostile::new(vec![json("200 OK", &user), Act::Say(Vec::new())]);
    let ran = against(
        &site,
        &server,
        "--output compact add_users --from users.csv",
    )
    .go();
    let url = &server.url;
    let (before, after) = ran
        .err
        .split_once(&format!("no answer from {url}: "))
        .expect("it says so");
    assert_eq!((ran.code, ran.out.as_str()), (6, user.as_str()));
    assert_eq!(before, "users.csv: row 2: error: user `carla`: ");
    assert!(
        after.ends_with(&format!(
            "; it may or may not have been applied\nhint: `get_users --username carla` shows it\n\
             error: users.csv: 1 added, 1 unknown, 1 not run\n\
             {LEFT}the whole file can be run again with `--skip-existing`\n"
        )),
        "{after}"
    );
    // Nothing that writes is sent twice.
    assert_eq!(server.asked(), ["POST /api/v1/user", "POST /api/v1/user"]);
    let failed = site.read("users.failed.csv");
    let rows: Vec<&str> = failed.lines().collect();
    assert!(rows[1].starts_with("carla,/srv/carla,*,,2,"), "{failed}");
    assert!(
        rows[1].contains("it may or may not have been applied"),
        "{failed}"
    );
    assert_eq!(rows[2..], ["bea,srv/bea,*,,3,not run"]);
}

#[test]
fn secrets_in_answers_and_wrong_users() {
    let site = Site::new();
    site.write("users.csv", "username,home_dir,password\nada,/a,hunter2\n");
    let server = Hostile::new(vec![
        json("200 OK", "[{\"id\":7,\"username\":\"Ada\"}]"),
        json(
            "500 Oops",
            "{\"error\":\"cannot hash \\u001b[31mhunter2\",\"status\":500}",
        ),
    ]);
    let ran = against(
        &site,
        &server,
        "--output compact add_users --from users.csv --update-existing",
    )
    .go();
    assert_eq!(server.asked()[1..], ["POST /api/v1/user"]);
    assert_eq!(ran.code, 5);
    assert!(
        !ran.err.contains("hunter2") && !ran.err.contains('\u{1b}'),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("(cannot hash \\u{1b}[31m********)") || ran.err.contains("********)"),
        "{}",
        ran.err
    );
    assert!(!site.read("users.failed.csv").contains("hunter2"));
}

#[test]
fn failed_lookup() {
    let site = Site::new();
    site.write("users.csv", CSV);
    let server = Hostile::new(vec![json("200 OK", "{}")]);
    let ran = against(
        &site,
        &server,
        "--output compact add_users --from users.csv --skip-existing",
    )
    .go();
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.starts_with(
            "users.csv: row 1: error: user `ada`: could not check whether the user exists\n"
        ),
        "{}",
        ran.err
    );
    assert_eq!(server.asked().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn stdout_is_full_or_closed() {
    use std::process::Stdio;
    let site = Site::new();
    site.write("users.csv", many(50));
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let mut run = site.run("--output compact add_users --from users.csv");
    let child = run
        .command
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .spawn();
    let ran = end(child.expect("the binary starts"));
    ran.is(
        6,
        "",
        &format!(
            "users.csv: row 1: error: user `user1`: `add_user` succeeded, but cannot write to stdout: \
             no space left on device\n\
             error: users.csv: 1 added, 49 not run\n\
             {LEFT}the whole file can be run again with `--skip-existing`\n"
        ),
    );
    assert_eq!(
        site.asked_since(0),
        [post("user1", "/srv/user1", "[\"*\"]", "hunter1x")]
    );
    assert!(site.read("users.failed.csv").starts_with(
        "username,home_dir,permissions,password,row,error\nuser2,/srv/user2,*,,2,not run\n"
    ));

    let mut run = site.run("--output compact --jobs 4 add_users --from users.csv --skip-existing");
    let mut child = run.spawn();
    drop(child.stdout.take());
    let ran = end(child);
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert_eq!(
        ran.err
            .matches("`add_user` succeeded, but stdout was closed by its reader")
            .count(),
        1
    );
    assert!(
        ran.err.contains(" not run\n") && !ran.err.contains("failed,"),
        "{}",
        ran.err
    );
}

/// Starts a run of many rows with slow answers, and Ctrl-C when the first are there.
#[cfg(unix)]
fn interrupted(site: &Site, line: &str) -> crate::support::Ran {
    site.practice.set_latency(Duration::from_millis(300));
    let mut run = site.run(line);
    let mut child = run.spawn();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    out.read_line(&mut first).expect("a line");
    let kill = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status();
    assert!(kill.expect("sh runs").success());
    let rest = std::thread::spawn(move || {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut out, &mut text).expect("UTF-8");
        text
    });
    let mut ran = end(child);
    ran.out = first + &rest.join().expect("no panic");
    ran
}

#[cfg(unix)]
#[test]
fn ctrl_c_writes_the_file_of_failed_rows() {
    for (jobs, line) in [
        (
            1,
            "--output compact --report json r.json --jobs 1 add_users --from users.csv",
        ),
        (
            4,
            "--output compact --report json r.json --jobs 4 -c 'add_users --from users.csv; get_users'",
        ),
    ] {
        let site = Site::new();
        site.write("users.csv", many(40));
        let ran = interrupted(&site, line);
        assert_eq!(ran.code, 130, "{}", ran.err);
        let added = ran.out.lines().count();
        let unknown = ran
            .err
            .matches("interrupted; it may or may not have been applied\n")
            .count();
        // None, if it came just as all that was in progress was done.
        assert!(added < 40 && unknown <= jobs, "{}", ran.err);
        assert_eq!(
            ran.err.matches("hint: `get_users --username user").count(),
            unknown
        );
        let rest = 40 - added - unknown;
        let unknown_said = match unknown {
            0 => String::new(),
            _ => format!("{unknown} unknown, "),
        };
        let said = format!("users.csv: {added} added, {unknown_said}{rest} not run\n");
        assert!(ran.err.contains(&said), "{}", ran.err);
        // In the order of the file, and nothing else is left in the folder.
        let failed = site.read("users.failed.csv");
        let rows: Vec<&str> = failed.lines().skip(1).collect();
        let numbers = rows
            .iter()
            .map(|row| row.split(',').nth(4).expect("a cell"));
        let numbers: Vec<usize> = numbers
            .map(|cell| cell.parse().expect("a number"))
            .collect();
        assert_eq!(numbers.len(), 40 - added);
        assert!(numbers.is_sorted());
        assert_eq!(numbers.last(), Some(&40));
        assert_eq!(site.files(), ["r.json", "users.csv", "users.failed.csv"]);
        let report: serde_json::Value = serde_json::from_str(&site.read("r.json")).expect("JSON");
        let commands = report["commands"].as_array().expect("a list");
        let count = |how: &str| {
            commands
                .iter()
                .filter(|one| one["outcome"] == how && one["file"] == "users.csv")
                .count()
        };
        assert_eq!(
            (count("done"), count("unknown"), count("not_run")),
            (added, unknown, rest)
        );
        assert_eq!(report["exit"], 130);
        // The whole file again.
        site.practice.set_latency(Duration::ZERO);
        let ran = site.go("--jobs 8 add_users --from users.csv --skip-existing");
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(site.users().len(), 40);
    }
}

/// A server that is gone in the middle: no more than what is in progress is sent.
#[test]
fn server_stops_in_the_middle() {
    let mut site = Site::new();
    site.write("users.csv", many(2000));
    let url = site.practice.url();
    site.practice.set_latency(Duration::from_millis(5));
    let mut run = site.run("--jobs 8 --output compact add_users --from users.csv");
    let mut child = run.spawn();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    out.read_line(&mut first).expect("a line");
    let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).count());
    // The one in its place has another port.
    site.practice = super::start(super::Data::Empty, super::Clock::Fixed(super::SAMPLED));
    let ran = end(child);
    let added = 1 + reader.join().expect("no panic");
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert!(added < 2000, "the server ended too late");
    let unknown = ran
        .err
        .matches("; it may or may not have been applied\n")
        .count();
    let failed = ran
        .err
        .matches(&format!("cannot connect to {url}: "))
        .count();
    assert!((1..=8).contains(&(unknown + failed)), "{}", ran.err);
    let rest = 2000 - added - unknown - failed;
    assert!(
        ran.err.contains(&format!(", {rest} not run\n")),
        "{}",
        ran.err
    );
    assert_eq!(
        site.read("users.failed.csv").lines().count(),
        1 + 2000 - added
    );
}
