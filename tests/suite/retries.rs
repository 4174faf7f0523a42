//! `--retry`: retries only what is safe to repeat, and exactly as often as set.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, v2, v2_on};
use sftpgo_shell::practice::{ADMIN, Options, PASSWORD, Practice};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ADD: &str = "add_user bob --home_dir /h --permissions '*' --password p";

fn run(proxy: &Proxy, args: &[&str], lines: &str) -> Ran {
    Run::new(args)
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .input(lines)
        .go()
}

fn busy(status: &str, retry_after: &str) -> Act {
    let header = match retry_after {
        "" => String::new(),
        time => format!("Retry-After: {time}\r\n"),
    };
    Act::Say(answer(
        status,
        &format!("{JSON}{header}"),
        "{\"error\":\"busy\"}",
    ))
}

/// A proxy that does this with the first so many requests.
fn first(count: usize, act: Act) -> Proxy {
    Proxy::new(move |number, _| {
        if number < count {
            act.clone()
        } else {
            Act::Pass
        }
    })
}

/// The port of a server that is not there yet; what connects to it is refused.
/// None that the system gives out by itself: another test might get it.
fn free_port(from: u16) -> u16 {
    let first = from + u16::try_from(std::process::id() % 10_000).expect("small");
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (first..first + 1000).find(is_free).expect("a free port")
}

#[test]
fn one_retry_is_enough_if_the_server_comes_back() {
    // Read ahead, other threads send the requests.
    for (line, request, read_ahead) in [
        ("get_quota_scans", "GET /api/v1/quota_scan", "1"),
        ("get_quota_scans", "GET /api/v1/quota_scan", "4"),
        ("delete_user 5136", "DELETE /api/v1/user/5136", "1"),
    ] {
        let port = free_port(18_000);
        let url = format!("http://127.0.0.1:{port}");
        let args = ["--retry", "3", "--read-ahead", read_ahead, "-c", line];
        let mut run = Run::new(&args).env("SFTPGO_HOST", &url);
        let mut child = run.spawn();
        let mut err = BufReader::new(child.stderr.take().expect("piped"));
        let mut told = String::new();
        err.read_line(&mut told).expect("text");
        assert_eq!(told, "connection refused; trying again in 1 s (1 of 3)\n");
        let server = Practice::start(Options {
            port,
            record: true,
            ..Options::default()
        });
        let server = server.expect("the port is still free");
        let mut rest = String::new();
        err.read_to_string(&mut rest).expect("text");
        assert_eq!(
            (child.wait().expect("it ends").code(), rest.as_str()),
            (Some(0), "")
        );
        assert_eq!(asked(&server), [request]);
    }
}

#[test]
fn retry_after_is_honoured() {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (status, after, seconds) in [
        ("503 Busy", "0", 0),
        ("429 Slow", past, 0),
        ("502 No", "1", 1),
        ("504 No", "", 1),
        ("503 Busy", "soon", 1),
    ] {
        let proxy = first(1, busy(status, after));
        let begun = Instant::now();
        let ran = run(&proxy, &["--retry", "2"], "get_quota_scans\n");
        assert!(begun.elapsed() >= Duration::from_secs(seconds), "{after}");
        let number = &status[..3];
        let said = format!("the server answered {number}; trying again in {seconds} s (1 of 2)\n");
        assert_eq!((ran.code, ran.err.as_str()), (0, said.as_str()));
        assert_eq!(proxy.requests().len(), 2, "{status} {after}");
    }
}

#[test]
fn the_number_of_retries_is_limited() {
    for (act, args, count) in [
        (busy("503 Busy", "0"), &["--retry", "3"][..], 4),
        (busy("503 Busy", "0"), &["--retry", "0"], 1),
        (busy("503 Busy", "0"), &[], 1),
        // Longer than anybody waits.
        (busy("503 Busy", "301"), &["--retry", "3"], 1),
        (
            busy("503 Busy", "99999999999999999999"),
            &["--retry", "3"],
            1,
        ),
        (
            busy("503 Busy", "Fri, 31 Dec 9999 23:59:59 GMT"),
            &["--retry", "3"],
            1,
        ),
        // These are not for later.
        (busy("500 No", "0"), &["--retry", "3"], 1),
        (busy("404 No", "0"), &["--retry", "3"], 1),
        (Act::Refuse, &["--retry", "1"], 2),
        (
            Act::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".to_vec()),
            &["--retry", "1"],
            2,
        ),
    ] {
        let proxy = first(usize::MAX, act.clone());
        let ran = run(&proxy, args, "get_quota_scans\n");
        assert_ne!(ran.code, 0);
        assert_eq!(proxy.requests().len(), count, "{act:?} {args:?}");
        assert_eq!(ran.err.matches("trying again").count(), count - 1);
    }
}

#[test]
fn a_write_that_left_is_never_sent_again() {
    for act in [
        Act::Refuse,
        Act::Lose,
        busy("503 Busy", "0"),
        busy("429 Slow", "0"),
        Act::Cut(b"HTTP/1.1 200 OK\r\n".to_vec()),
    ] {
        for jobs in ["1", "8"] {
            let proxy = first(usize::MAX, act.clone());
            let lines = format!("{ADD}\ndelete user/5134\nput user/5135 --json '{{}}'\n");
            let ran = run(
                &proxy,
                &["--retry", "5", "--jobs", jobs, "--keep-going"],
                &lines,
            );
            assert_eq!(ran.code, 6);
            let mut requests = proxy.requests();
            requests.sort();
            requests.dedup();
            assert_eq!((proxy.requests().len(), requests.len()), (3, 3), "{act:?}");
            assert!(!ran.err.contains("trying again"), "{}", ran.err);
        }
    }
}

#[test]
fn parallel_requests_are_retried_separately() {
    let lines: Vec<String> = (1..=12).map(|n| format!("get user?limit={n}\n")).collect();
    let lines = lines.concat();
    let outs: Vec<Ran> = ["1", "4", "16"]
        .into_iter()
        .map(|ahead| {
            let met = Mutex::new(Vec::new());
            let proxy = Proxy::new(move |_, request| {
                let mut met = met.lock().expect("no panic");
                let before = met.iter().filter(|one| *one == request).count();
                met.push(request.to_owned());
                if before < 2 {
                    busy("503 Busy", "0")
                } else {
                    Act::Pass
                }
            });
            let ran = run(&proxy, &["--retry", "2", "--read-ahead", ahead], &lines);
            for n in 1..=12 {
                let request = format!("GET /api/v1/user?limit={n}");
                let count = proxy
                    .requests()
                    .iter()
                    .filter(|one| **one == request)
                    .count();
                assert_eq!(count, 3, "{request}");
            }
            ran
        })
        .collect();
    assert_eq!((outs[0].code, outs[0].out.lines().count()), (0, 12));
    for ran in &outs[1..] {
        ran.is(outs[0].code, &outs[0].out, &outs[0].err);
    }
}

/// A run with a login, and retries.
fn with_login(url: &str, args: &[&str]) -> Run {
    let run = Run::new(args).env("SFTPGO_HOST", url);
    run.env("SFTPGO_SHELL_RETRY", "3")
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_USERNAME", ADMIN)
}

#[test]
fn a_login_is_retried_until_the_server_is_ready() {
    for status in [
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let act = busy(status, "0");
        let proxy = Proxy::before(&Arc::new(v2()), move |number, _| {
            if number < 2 { act.clone() } else { Act::Pass }
        });
        let run = with_login(&proxy.url, &["get_roles"]).env("SFTPGO_PASSWORD", PASSWORD);
        let ran = run.go();
        assert_eq!(ran.code, 0, "{ran:?}");
        let (code, _) = status.split_once(' ').expect("a code");
        let said = format!(
            "the server answered {code}; trying again in 0 s (1 of 3)\nthe server answered {code}; trying again in 0 s (2 of 3)\n"
        );
        assert_eq!(ran.err, said);
        let token = "GET /api/v2/token";
        let asked = proxy.requests();
        assert_eq!(asked[..3], [token; 3]);
        assert_eq!(asked.len(), 4, "{asked:?}");
    }
}

#[test]
fn a_login_waits_for_a_server_that_starts() {
    let port = free_port(19_000);
    let url = format!("http://127.0.0.1:{port}");
    let mut run = with_login(&url, &["add_role", "ops"]).env("SFTPGO_PASSWORD", PASSWORD);
    let mut child = run.spawn();
    let mut err = BufReader::new(child.stderr.take().expect("piped"));
    let mut told = String::new();
    err.read_line(&mut told).expect("text");
    assert_eq!(told, "connection refused; trying again in 1 s (1 of 3)\n");
    let server = v2_on(port).expect("the port is still free");
    let mut rest = String::new();
    err.read_to_string(&mut rest).expect("text");
    let code = child.wait().expect("it ends").code();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert_eq!(server.logins().attempts, 1);
}

#[test]
fn a_login_that_may_have_been_counted_is_not_repeated() {
    let server = v2();
    let ran = with_login(&server.url(), &["get_roles"])
        .env("SFTPGO_PASSWORD", "wrong")
        .go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(server.logins().attempts, 1);
    for act in [Act::Lose, Act::Say(answer("500 Oops", JSON, "{}"))] {
        let proxy = Proxy::before(&Arc::new(v2()), move |_, _| act.clone());
        let run = with_login(&proxy.url, &["get_roles"]).env("SFTPGO_PASSWORD", PASSWORD);
        let ran = run.go();
        assert_ne!(ran.code, 0, "{ran:?}");
        assert_eq!(proxy.requests().len(), 1, "{ran:?}");
    }
}
