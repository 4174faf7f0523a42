//! Interrupted runs: stdout closed by its reader, Ctrl-C during a request.

use crate::support::{PIPED, Ran, Run, asked, end, practice};
use sftpgo_shell::practice::Practice;
use std::io::Write;
#[cfg(unix)]
use std::{
    thread,
    time::{Duration, Instant},
};

/// A run with answers on one line each.
fn compact(server: &Practice, args: &[&str]) -> Run {
    let run = Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact");
    // What is asked is looked at: one after another.
    run.env("SFTPGO_SHELL_READ_AHEAD", "1")
}

/// A run whose reader of stdout leaves. The reader is a process of sh's own: a
/// pipe of this process is for a moment open in whatever other tests start.
/// `$0` is the shell, `$REST` is `rest`; `gone` can be read once the reader is gone.
#[cfg(unix)]
fn left_by_its_reader(server: &Practice, script: &str, rest: &str, reader: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = format!(
        "mkfifo gone; {{ {script}; echo $? >code; }} 2>err | {{ {reader}; exec <&-; echo >gone; }}; cat code"
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_sftpgo-shell")])
        .current_dir(folder.path())
        .env("SFTPGO_HOST", server.url())
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_SHELL_READ_AHEAD", "1")
        .env("REST", rest)
        .output()
        .expect("sh runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let err = std::fs::read(folder.path().join("err")).expect("what was said");
    Ran {
        out: String::new(),
        err: text(err),
        code: text(output.stdout).trim().parse().expect("an exit code"),
    }
}

#[cfg(unix)]
#[test]
fn a_closed_stdout_ends_a_run_quietly() {
    let server = practice();
    let after_first = |rest: &str| {
        let script = "{ echo get_quota_scans; read x <gone; printf %s \"$REST\"; } | \"$0\"";
        left_by_its_reader(&server, script, rest, "head -n 1 >/dev/null")
    };
    after_first("get_quota_scans\nget_users\n").is(
        1,
        "",
        "stopped at stdin:2: stdout was closed by its reader; 1 command done, the rest not run\n",
    );
    after_first("start_quota_scan carla\nget_users\n").is(
        1,
        "",
        "stdin:2:1: error: `start_quota_scan` succeeded, but stdout was closed by its reader\n  start_quota_scan carla\n  \
         ^^^^^^^^^^^^^^^^\nstopped at stdin:2; 2 commands done, the rest not run\n",
    );
    after_first("post quota_scan --json '{\"username\":\"press\"}'\nget_users\n")
    .is(
        1,
        "",
        "stdin:2:1: error: `post` succeeded, but stdout was closed by its reader\n  \
         post quota_scan --json '{\"username\":\"press\"}'\n  ^^^^\nstopped at stdin:2; 2 commands done, the rest not run\n",
    );
    assert!(!asked(&server).iter().any(|asked| asked.contains("user?")));
    // A single command has nothing left to run: the reader had what it wanted, in any form.
    for flags in [
        "",
        "--output json",
        "--output compact",
        "--output ndjson",
        "--output table",
    ] {
        let script = format!("read x <gone; \"$0\" get_quota_scans {flags}");
        left_by_its_reader(&server, &script, "", "true").is(0, "", "");
    }
    left_by_its_reader(&server, "read x <gone; \"$0\" --help", "", "true").is(0, "", "");
}

#[cfg(target_os = "linux")]
#[test]
fn full_stdout_is_reported() {
    let server = practice();
    for arg in ["--help", "--version", "get_quota_scans"] {
        let shell = env!("CARGO_BIN_EXE_sftpgo-shell");
        let run = std::process::Command::new("sh")
            .args(["-c", "\"$0\" \"$1\" >/dev/full", shell, arg])
            .env("SFTPGO_HOST", server.url())
            .output()
            .expect("a shell");
        let said = "error: cannot write to stdout: no space left on device\n";
        assert_eq!(
            (run.status.code(), &*run.stderr),
            (Some(1), said.as_bytes())
        );
    }
}

/// Interrupts a run that waits for the answer to `line`.
#[cfg(unix)]
fn interrupted(args: &[&str], input: &str) -> Ran {
    let server = practice();
    server.set_latency(Duration::from_secs(30));
    let mut child = compact(&server, args).spawn();
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    let end_of_wait = Instant::now() + Duration::from_secs(10);
    while server.seen().is_empty() && Instant::now() < end_of_wait {
        thread::sleep(Duration::from_millis(5));
    }
    let kill = format!("kill -INT {}", child.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.expect("a shell").success());
    let ran = end(child);
    assert_eq!(asked(&server).len(), 1);
    ran
}

#[cfg(unix)]
#[test]
fn ctrl_c_during_a_request_names_it() {
    interrupted(&PIPED, "echo a\n\nget_users\nget_users\n").is(
        130,
        "a\n",
        "interrupted at stdin:3; 1 command done\n",
    );
    interrupted(&PIPED, "delete_user 5136\nget_users\n").is(
        130,
        "",
        "interrupted at stdin:1; 0 commands done; `delete_user` was interrupted: it may or may not have been applied: \
         check with `get_user_by_id 5136`\n",
    );
    interrupted(&["start_quota_scan", "carla"], "").is(
        130,
        "",
        "interrupted; 0 commands done; `start_quota_scan` was interrupted: it may or may not have been applied: check \
         with `get_quota_scans`\n",
    );
}
