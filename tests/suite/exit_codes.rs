//! Every exit code of the table, each with more than one cause.

use crate::raw_server::Hostile;
use crate::support::{PIPED, Run, practice};
use sftpgo_shell::practice::Practice;

const NOBODY: &str = "--base_url=http://127.0.0.1:1";

/// The exit code of a run by arguments.
fn by_args(server: &Practice, args: &[&str]) -> i32 {
    Run::at(server, args).go().code
}

/// The exit code of a file of commands; read from a pipe, it must be the same.
#[track_caller]
fn by_file(server: &Practice, text: &str) -> i32 {
    let file = Run::at(server, &["--file", "a"]).file("a", text).go();
    let pipe = Run::at(server, &PIPED).input(text).go();
    assert_eq!(file.code, pipe.code, "{text}: {file:?}\n{pipe:?}");
    file.code
}

#[test]
fn zero_on_success() {
    let server = practice();
    for args in [
        &["get_users"][..],
        &["--help"],
        &["--version"],
        &["help", "get_users"],
        &["exit"],
        &["exit", "0"],
        &["--check", "delete_user", "5136"],
        &["--dry-run", "delete_user", "5136"],
        &["--echo", "only", NOBODY, "get_users"],
        &["-c", "-get_user_by_id 1"],
        &["--keep-going", "-c", "-get_user_by_id 1; get_users"],
    ] {
        assert_eq!(by_args(&server, args), 0, "{args:?}");
    }
    for text in ["", "# nothing", "get_users\nexit\nget_user_by_id 1\n"] {
        assert_eq!(by_file(&server, text), 0, "{text}");
    }
}

#[test]
fn one_for_local_errors() {
    let server = practice();
    for args in [
        &["--file", "nowhere"][..],
        &["--file", "."],
        &["--check", "--file", "nowhere"],
        &["--vars-file", "nowhere", "get_users"],
        &["source", "nowhere"],
        &["-c", "source ."],
        &["post", "user", "--json", "@nowhere"],
        &["--dry-run", "post", "user", "--json", "@nowhere"],
        &["-c", "get_users; expect status 404"],
        &["-c", "expect 1 == 2"],
    ] {
        assert_eq!(by_args(&server, args), 1, "{args:?}");
    }
    assert_eq!(
        by_file(&server, "get_user_by_id 5134\nexpect $_.uid < 0"),
        1
    );
    assert_eq!(by_file(&server, "source nowhere"), 1);
}

#[test]
fn two_for_usage_errors() {
    let server = practice();
    for args in [
        &["get_usrs"][..],
        &["get_users", "--limit", "0"],
        &["get_users", "--nosuch"],
        &["get_user_by_id"],
        &["--output", "xml", "get_users"],
        &["--nosuch", "get_users"],
        &["--file", "a", "get_users"],
        &["--from-line", "2", "get_users"],
        &["--as", "curl", "get_users"],
        &["--dry-run", "--as", "json", "get_users"],
        &["--var", "novalue", "get_users"],
        &["-c", "get_users 'open"],
        &["-c", "echo $nobody"],
        &["-c", "echo $env.NOT_THERE"],
        &["put", "user/1", "--json", "{"],
        &["add_user", "x", "--password"],
        &["--check", "get_usrs"],
    ] {
        assert_eq!(by_args(&server, args), 2, "{args:?}");
    }
    assert_eq!(by_file(&server, "get_usrs"), 2);
    assert_eq!(by_file(&server, "delete_user $id"), 2);
    let bytes = Run::at(&server, &PIPED).input(b"echo \xff\n").go();
    assert_eq!(bytes.code, 2);
    let behind = Run::at(&server, &["--from-line", "9", "-f", "a"]).file("a", "get_users");
    assert_eq!(behind.go().code, 2);
    let wrong = Run::at(&server, &["get_users"]).env("SFTPGO_SHELL_TIMEOUT", "soon");
    assert_eq!(wrong.go().code, 2);
    assert!(server.seen().is_empty());
}

#[test]
fn three_without_a_usable_answer() {
    let server = practice();
    for args in [
        &[NOBODY, "get_users"][..],
        &[NOBODY, "get", "user"],
        &[NOBODY, "-c", "get_users; echo never"],
        &["--base_url=http://sftpgo.invalid", "get_users"],
    ] {
        assert_eq!(by_args(&server, args), 3, "{args:?}");
    }
    for answer in [
        "",
        "SSH-2.0-OpenSSH_8.0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[",
        "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
    ] {
        let hostile = Hostile::saying(answer);
        let ran = Run::new(&["--base_url", &hostile.url, "get_users"]).go();
        assert_eq!(ran.code, 3, "{answer}: {ran:?}");
    }
    server.set_latency(std::time::Duration::from_secs(20));
    assert_eq!(by_args(&server, &["--timeout", "100ms", "get_users"]), 3);
}

#[test]
fn four_and_five_by_the_status() {
    let server = practice();
    for args in [
        &["get_user_by_id", "1"][..],
        &["delete_user", "1"],
        &["get", "nosuch"],
        &["source", "a"],
        &["-c", "get_user_by_id 1; get_users"],
    ] {
        let run = Run::at(&server, args).file("a", "get_user_by_id 1");
        assert_eq!(run.go().code, 4, "{args:?}");
    }
    assert_eq!(by_file(&server, "get_users\nstart_quota_scan nobody"), 4);
    for status in [500, 503, 599] {
        server.set_failure(Some(status));
        for args in [&["get_users"][..], &["delete", "user/5136"]] {
            assert_eq!(by_args(&server, args), 5, "{status} {args:?}");
        }
        assert_eq!(by_file(&server, "echo a\nget_users"), 5);
    }
}

#[test]
fn six_with_keep_going() {
    let server = practice();
    let going = |args: &[&str]| by_args(&server, &[&["--keep-going"], args].concat());
    assert_eq!(going(&["-c", "get_user_by_id 1; get_users"]), 6);
    assert_eq!(going(&["-c", "expect 1 == 2"]), 6);
    assert_eq!(going(&[NOBODY, "-c", "get_users"]), 6);
    assert_eq!(
        by_args(
            &server,
            &["--on_error", "continue", "-c", "get_user_by_id 1"]
        ),
        6
    );
    for text in [
        "set on_error continue\nget_user_by_id 1",
        "set on_error continue\nget_user_by_id 1\nget_users\nset on_error stop\nget_users",
    ] {
        assert_eq!(by_file(&server, text), 6, "{text}");
    }
    let sourced = Run::at(&server, &["--keep-going", "-c", "source a; get_users"]);
    assert_eq!(sourced.file("a", "get_user_by_id 1").go().code, 6);
    // A single command has nothing to go on to.
    assert_eq!(going(&["get_user_by_id", "1"]), 4);
    // What is typed wrong is found before the first command runs.
    assert_eq!(going(&["-c", "get_users; get_usrs"]), 2);
}

#[test]
fn any_code_with_exit() {
    let server = practice();
    for code in [0, 1, 6, 99, 255] {
        assert_eq!(by_args(&server, &["exit", &code.to_string()]), code);
        let text = format!("get_users\nexit {code}\nget_usrs_after");
        assert_eq!(
            Run::at(&server, &PIPED).input(text).go().code,
            code,
            "{code}"
        );
        let sourced = Run::at(&server, &["-c", "source a; get_user_by_id 1"]);
        assert_eq!(sourced.file("a", format!("exit {code}")).go().code, code);
    }
    assert_eq!(by_args(&server, &["exit", "256"]), 2);
}

#[cfg(unix)]
#[test]
fn a_hundred_and_thirty_when_interrupted() {
    use crate::support::end;
    use std::time::{Duration, Instant};
    for (signal, args, text) in [
        ("INT", &["get_users"][..], ""),
        ("TERM", &["-f", "a"], "get_users"),
        ("INT", &["--keep-going", "-f", "a"], "source b"),
        ("TERM", &PIPED, "-get_users\necho never"),
        ("INT", &["practice_server"], ""),
    ] {
        let server = practice();
        server.set_latency(Duration::from_secs(30));
        let mut run = Run::at(&server, args)
            .file("a", text)
            .file("b", "get_users");
        let mut child = run.spawn();
        std::io::Write::write_all(&mut child.stdin.take().expect("piped"), text.as_bytes())
            .expect("room for a line");
        let alone = args == ["practice_server"];
        if alone {
            let mut line = [0; 7];
            let out = child.stdout.as_mut().expect("piped");
            std::io::Read::read_exact(out, &mut line).expect("its address");
        }
        let until = Instant::now() + Duration::from_secs(10);
        while !alone && server.seen().is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let kill = format!("kill -{signal} {}", child.id());
        let sent = std::process::Command::new("sh")
            .args(["-c", &kill])
            .status();
        assert!(sent.expect("a shell").success());
        let ran = end(child);
        // To interrupt a server is how it is ended.
        let wanted = if alone { 0 } else { 130 };
        assert_eq!(ran.code, wanted, "{args:?}: {ran:?}");
    }
}
