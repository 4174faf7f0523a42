//! Answers that are too large, and lists without an end: no memory is taken
//! without a limit, and the program never aborts.

use crate::raw_server::Hostile;
use crate::support::{Run, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::io::Write;
use std::process::Command;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/// A server whose every answer is this JSON.
fn saying(body: &str) -> Hostile {
    let length = body.len();
    Hostile::saying(format!("{HEAD}Content-Length: {length}\r\n\r\n{body}"))
}

fn list_of(item: &str, bytes: usize) -> String {
    format!(
        "[{}{item}]",
        format!("{item},").repeat(bytes / (item.len() + 1))
    )
}

#[test]
fn a_list_too_large_for_memory() {
    let body = list_of("0", 18 << 20);
    // A server each: they do not live long.
    let ran = saying(&body).run(&[], "get_quota_scans");
    ran.is(
        3,
        "",
        "error: `get_quota_scans`: its answer takes about 1170 MiB of memory as JSON, and the limit is 1024 MiB\n\
         hint: `--output raw` prints it unchanged\n",
    );
    // As it came it needs no JSON.
    let ran = saying(&body).run(&["--output", "raw"], "get_quota_scans");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.trim_end() == body);
    // It was done, and is not to be done again.
    let server = saying(&body);
    server.run(&[], "delete_user 7").is(
        3,
        "",
        "error: `delete_user` succeeded, but its answer takes about 1170 MiB of memory as JSON, and the limit is 1024 MiB\n",
    );
    assert_eq!(server.asked().len(), 1);
    // What is invalid stays so however large it is.
    let server = saying(&body[..body.len() - 1]);
    let ran = server.run(&["--output", "raw"], "get_quota_scans");
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    let said = "the body is not valid JSON: EOF";
    assert!(ran.err.contains(said), "{}", ran.err);
}

/// In a shell that has 1.5 GiB of memory, and no more.
#[cfg(target_os = "linux")]
#[test]
fn a_large_list_fits_into_memory() {
    let body = list_of("0", 24 << 20);
    let limited = "ulimit -v 1500000; exec \"$@\"";
    for (format, code) in [("json", 3), ("raw", 0)] {
        // A server each: they do not live long.
        let server = saying(&body);
        let ran = Command::new("sh")
            .args(["-c", limited, "sh", env!("CARGO_BIN_EXE_sftpgo-shell")])
            .args([
                "--base_url",
                &server.url,
                "--output",
                format,
                "get_quota_scans",
            ])
            .env_clear()
            .output()
            .expect("sh runs");
        let err = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(code), "{err}");
    }
}

/// Requests and answers of a list of users, page by page.
#[test]
fn a_long_list_says_how_much_was_read() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        let mut reader = std::io::BufReader::new(stream);
        let mut pages = 0;
        while let Some(request) = crate::proxy::Message::read(&mut reader) {
            let text = String::from_utf8_lossy(&request.bytes).into_owned();
            let is_list = text.starts_with("GET /api/v2/users?");
            let digits = text.split("offset=").nth(1).unwrap_or_default();
            let digits = digits.split(|c: char| !c.is_ascii_digit()).next();
            let offset: usize = digits.unwrap_or_default().parse().unwrap_or(0);
            let body = if is_list && offset < 120_000 {
                pages += 1;
                let user = |n| format!("{{\"username\":\"u{n}\"}}");
                let users: Vec<String> = (offset..offset + 500).map(user).collect();
                format!("[{}]", users.join(","))
            } else {
                "[]".to_owned()
            };
            let length = body.len();
            let answer = format!("{HEAD}Content-Length: {length}\r\n\r\n{body}");
            if reader.get_mut().write_all(answer.as_bytes()).is_err() {
                break;
            }
        }
        pages
    });
    let ran = Run::new(&["--api", "v2", "--base_url", &url, "expiring"]).go();
    assert_eq!((ran.code, ran.out.as_str()), (0, "[]\n"));
    assert_eq!(
        ran.err,
        "50000 read so far with `get_users`\n100000 read so far with `get_users`\n"
    );
    assert_eq!(server.join().expect("no panic"), 240);
}

#[test]
fn a_large_backup_is_not_parsed() {
    let server = v2();
    let run = Run::at(&server, &["--output", "compact", "backup", "b.json"]);
    let run = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let ran = run.go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("\"users\":6"), "{}", ran.out);
}
