//! Runs with parallel requests that stop in the middle: at a failure, at
//! Ctrl-C, or when stdout is closed. Everything started is reported with its
//! outcome, and nothing new is started.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, practice};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// A run of a file `w` against a proxy, with a report.
fn run(proxy: &Proxy, args: &[&str], lines: &str) -> Run {
    Run::new(&[args, &["--report", "json", "report", "-f", "w"]].concat())
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .file("w", lines)
}

fn go(run: Run) -> (Ran, Value) {
    let path = run.home.path().join("report");
    let (ran, report) = run.leaving(&path);
    (ran, serde_json::from_str(&report).expect("JSON"))
}

/// `LINE OUTCOME` of each command of a report.
fn outcomes(report: &Value) -> Vec<String> {
    let commands = report["commands"].as_array().expect("a list");
    let one = |entry: &Value| {
        let outcome = entry["outcome"].as_str().expect("an outcome");
        let file = entry["file"].as_str().expect("a file");
        format!("{file}:{} {outcome}", entry["line"])
    };
    commands.iter().map(one).collect()
}

/// The counts of a report: done, failed, unknown, not run, exit code.
fn counts(report: &Value) -> [i64; 5] {
    let names = ["done", "failed", "unknown", "not_run", "exit"];
    names.map(|name| report[name].as_i64().expect("a count"))
}

fn adds(names: &[&str]) -> String {
    let one =
        |name: &&str| format!("add_user {name} --home_dir /h --permissions '*' --password p\n");
    names.iter().map(one).collect()
}

#[test]
fn results_are_in_the_order_of_the_file() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    // The first answers come last.
    let proxy = Proxy::new(|number, _| match number {
        0 => Act::After(7),
        1 => Act::After(6),
        _ => Act::Pass,
    });
    let (ran, report) = go(run(&proxy, &["--jobs", "8"], &adds(&names)));
    let shown = ran.out.lines().map(|line| {
        let user: Value = serde_json::from_str(line).expect("JSON");
        user["username"].as_str().expect("a name").to_owned()
    });
    assert_eq!(shown.collect::<Vec<_>>(), names);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(counts(&report), [8, 0, 0, 0, 0]);
}

#[test]
fn commands_wait_for_the_answers_they_use() {
    let lines = format!(
        "{}get_user_by_id $id\n{}expect $_.username == b\n",
        adds(&["a"]),
        adds(&["b"])
    );
    let proxy = Proxy::new(|_, _| Act::Pass);
    let (ran, report) = go(run(&proxy, &["--jobs", "8"], &lines));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(counts(&report), [4, 0, 0, 0, 0]);
    assert!(proxy.requests()[1].starts_with("GET /api/v1/user/5140"));
}

#[test]
fn requests_about_one_user_are_sequential() {
    // A scan of a user who is added just before, and names that come free.
    let lines = "add_user neu --home_dir /h --permissions '*' --password p\n\
                 start_quota_scan neu\n\
                 delete_user 5136\n\
                 add_user anna.nowak --home_dir /h --permissions '*' --password p\n\
                 post quota_scan --json '{\"username\":\"anna.nowak\"}'\n\
                 delete user/5134\n\
                 add_user carla --home_dir /h --permissions '*' --password p\n";
    // Each is late, so that the next would overtake it.
    let proxy = Proxy::new(|_, _| Act::Late(Duration::from_millis(5)));
    let (ran, report) = go(run(&proxy, &["--jobs", "8"], lines));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(counts(&report), [7, 0, 0, 0, 0]);
}

#[test]
fn a_failure_starts_nothing_new() {
    let html = answer("200 OK", "Content-Type: text/html\r\n", "<b>");
    for bad in [
        answer("500 No", JSON, "{\"error\":\"no\"}"),
        answer("403 No", "", "no"),
        html,
        b"garbage\r\n\r\n".to_vec(),
    ] {
        // The second fails at once, the first is late: a third would come meanwhile.
        let proxy = Proxy::new(move |_, request| {
            if request.contains("\"a\"") {
                Act::Late(Duration::from_millis(300))
            } else {
                Act::Cut(bad.clone())
            }
        });
        let lines = adds(&["a", "b", "c", "d", "e"]);
        let (ran, report) = go(run(&proxy, &["--jobs", "2"], &lines));
        assert_eq!(proxy.requests().len(), 2, "{}", ran.err);
        assert_eq!(report["done"], 1, "{}", ran.err);
        assert_eq!(report["not_run"], 3, "{}", ran.err);
        let said = "stopped at w:2; 1 command done, 3 not run\n";
        assert!(ran.err.ends_with(said), "{}", ran.err);
    }
}

#[test]
fn a_failure_ends_retries() {
    // The third cannot be connected to; the first fails once that is so.
    let proxy = Proxy::new(|_, _| Act::Late(Duration::from_millis(100)));
    let lines = "put user/1 --json '{}'\n\
                 --base_url http://127.0.0.1:1 put user/5134 --json '{}'\n\
                 put user/5135 --json '{}'\n";
    let run = run(&proxy, &["--jobs", "2", "--retry", "20"], lines);
    let begun = std::time::Instant::now();
    let (ran, report) = go(run);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(
        outcomes(&report),
        ["w:1 failed", "w:2 failed", "w:3 not_run"]
    );
    let said =
        "stopped at w:1; 0 commands done, 1 not run\nalso running at that point: failed w:2\n";
    assert!(ran.err.ends_with(said), "{}", ran.err);
}

#[test]
fn a_sourced_file_that_fails_leaves_nothing_in_flight() {
    let second = "get_quota_scans\nget_user_by_id 1\nget_users\nget_sftp_connections\n";
    let files = |lines: &str, args: &[&str]| {
        let proxy = Proxy::new(|_, _| Act::Pass);
        let run = run(&proxy, args, lines).file("second", second);
        let third = "get_users\nsource fourth\n";
        go(run.file("third", third).file("fourth", "get_users\n"))
    };
    for args in [
        &["--read-ahead", "1"][..],
        &["--read-ahead", "8"],
        &["--jobs", "8"],
    ] {
        let (ran, report) = files("-source second\necho on\n", args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines.len(), 3, "{args:?} {lines:?}");
        assert_eq!(lines[2], "on");
        let all = outcomes(&report);
        assert!(all.contains(&"second:4 not_run".to_owned()), "{all:?}");

        let (ran, report) = files("source second; get_users\nsource third\n", args);
        assert_eq!(ran.code, 4, "{}", ran.err);
        let all = [
            "second:1 done",
            "second:2 failed",
            "second:3 not_run",
            "second:4 not_run",
            "w:1 not_run",
            "third:1 not_run",
            "fourth:1 not_run",
        ];
        assert_eq!(outcomes(&report), all, "{args:?}");
    }
}

#[test]
fn a_dash_before_a_sourced_file_ignores_an_answer_that_is_lost() {
    for args in [&[][..], &["--keep-going"], &["--jobs", "8"]] {
        let proxy = Proxy::new(|_, request| {
            if request.starts_with("PUT") {
                Act::Lose
            } else {
                Act::Pass
            }
        });
        let run = run(&proxy, args, "-source second\nget_users\n");
        let (ran, report) = go(run.file("second", "put user/5134 --json '{}'\n"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(outcomes(&report), ["second:1 unknown", "w:2 done"]);
        assert_eq!(counts(&report), [2, 0, 0, 0, 0]);
    }
}

#[test]
fn commands_without_a_request_have_no_status() {
    let proxy = Proxy::new(|_, _| Act::Pass);
    let text = "get_users\n'open\nget_users\nsource second\n";
    let run = Run::new(&["--report", "json", "report", "--keep-going"])
        .env("SFTPGO_HOST", &proxy.url)
        .file("second", "get_quota_scans")
        .input(text);
    let (_, report) = go(run);
    let commands = report["commands"].as_array().expect("a list");
    for command in commands {
        let asks = command["command"]
            .as_str()
            .expect("a text")
            .starts_with("get_");
        assert_eq!(command["status"] == 200, asks, "{command}");
    }
    assert!(commands.len() > 3);
}

#[cfg(unix)]
mod signals {
    use super::*;
    use crate::support::end;
    use std::process::{Child, Command};

    /// Three in progress: one hangs, so do two that were begun once two others were answered.
    fn in_the_middle(args: &[&str]) -> (Proxy, Child, tempfile::TempDir) {
        let proxy = Proxy::new(|_, request| {
            let hangs = ["/5134 ", "/5136 ", "/5137 "];
            if hangs.iter().any(|hang| request.contains(hang)) {
                Act::Hold
            } else {
                Act::Pass
            }
        });
        let lines = "put user/5134 --json '{}'\n\
                     update_user 5135 backup --home_dir /h --permissions '*'\n\
                     -put user/1 --json '{}'\n\
                     put user/5136 --json '{}'\n\
                     update_user 5137 x --home_dir /h --permissions '*'\n\
                     get_users\n";
        let mut run = run(&proxy, &[args, &["--jobs", "3"]].concat(), lines);
        let child = run.spawn();
        proxy.wait(5);
        (proxy, child, run.home)
    }

    fn signal(child: &Child, name: &str) {
        let kill = format!("kill -{name} {}", child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell").success());
    }

    #[test]
    fn a_signal_reports_each_write() {
        for name in ["INT", "TERM"] {
            let (proxy, child, home) = in_the_middle(&[]);
            signal(&child, name);
            let unknown = "was interrupted: it may or may not have been applied";
            end(child).is(
                130,
                "",
                &format!(
                    "interrupted at w:1; 1 command done, 1 failed, 1 not run\n\
                     w:1: `put` {unknown}\n\
                     w:2: `update_user` succeeded (the server answered 200)\n\
                     w:3: `put` was rejected (the server answered 404)\n\
                     w:4: `put` {unknown}\n\
                     w:5: `update_user` {unknown}: check with `get_user_by_id 5137`\n"
                ),
            );
            let report = std::fs::read_to_string(home.path().join("report")).expect("a report");
            let report: Value = serde_json::from_str(&report).expect("JSON");
            let all = [
                "w:1 unknown",
                "w:2 done",
                "w:3 failed",
                "w:4 unknown",
                "w:5 unknown",
            ];
            assert_eq!(outcomes(&report), all);
            assert_eq!(counts(&report), [1, 1, 3, 1, 130]);
            assert_eq!(proxy.requests().len(), 5);
        }
    }

    #[test]
    fn a_kill_leaves_no_half_report() {
        let (_proxy, mut child, home) = in_the_middle(&[]);
        std::fs::write(home.path().join("report"), "old").expect("a file");
        signal(&child, "KILL");
        child.wait().expect("it ends");
        let names = names(home.path());
        let (temporary, others): (Vec<String>, Vec<String>) = names
            .into_iter()
            .partition(|name| name.starts_with(".report."));
        assert!(temporary.len() < 2, "{temporary:?}");
        assert_eq!(others, ["report", "w"]);
        let report = std::fs::read_to_string(home.path().join("report")).expect("a file");
        assert_eq!(report, "old");
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("a file")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

/// A run of sh in a folder with `w`; `$0` is the shell.
#[cfg(unix)]
fn sh(server: &sftpgo_shell::practice::Practice, script: &str, lines: &str) -> (Ran, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("w"), lines).expect("a file");
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sftpgo-shell")])
        .current_dir(folder.path())
        .env("SFTPGO_HOST", server.url())
        .output()
        .expect("sh runs");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    let ran = Ran {
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: read("err"),
        code: read("code").trim().parse().expect("an exit code"),
    };
    (ran, serde_json::from_str(&read("report")).expect("JSON"))
}

/// Nobody reads the results, or they have no place: what is in progress is
/// waited for, and told as done. Each that was sent is done.
#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written() {
    let names: Vec<String> = (0..40).map(|at| format!("u{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let full = "\"$0\" --jobs 4 --report json report -f w >/dev/full 2>err; echo $? >code";
    let closed = "mkfifo gone; { read x <gone; \"$0\" --jobs 4 --report json report -f w 2>err; echo $? >code; } \
                  | { exec <&-; echo >gone; }";
    for (script, why) in [
        (full, "cannot write to stdout: no space left on device"),
        (closed, "stdout was closed by its reader"),
    ] {
        let server = practice();
        let (ran, report) = sh(&server, script, &adds(&names));
        let sent = asked(&server).len();
        assert!((1..40).contains(&sent), "{sent}");
        let first = format!("w:1:1: error: `add_user` succeeded, but {why}\n");
        assert!(ran.err.starts_with(&first), "{}", ran.err);
        let sent = i64::try_from(sent).expect("few");
        assert_eq!(counts(&report), [sent, 0, 0, 40 - sent, 1], "{}", ran.err);
        let mut said = format!(
            "stopped at w:1; {sent} command{} done, {} not run\n",
            if sent == 1 { "" } else { "s" },
            40 - sent
        );
        if sent > 1 {
            let lines: Vec<String> = (2..=sent).map(|line| format!("w:{line}")).collect();
            said.push_str(&format!(
                "also running at that point: done {}\n",
                lines.join(", ")
            ));
        }
        assert!(ran.err.ends_with(&said), "{}", ran.err);
    }
    // To go on does not make it good.
    let going = full.replace("--jobs", "--keep-going --jobs");
    let server = practice();
    let (ran, report) = sh(&server, &going, &adds(&["a", "b"]));
    assert_eq!(
        (ran.code, counts(&report)),
        (1, [2, 0, 0, 0, 1]),
        "{}",
        ran.err
    );
}
