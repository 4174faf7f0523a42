//! Servers of other protocols, tokens without an end, connections that are never made.

use crate::raw_server::{Act, Hostile};
use crate::support::{Run, end};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

/// A server that says this at once, to each of a few clients.
fn greeting(text: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            let mut stream = stream.expect("a client");
            thread::spawn(move || {
                let _ = stream.write_all(text.as_bytes());
                // Until the client is gone.
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}

#[test]
fn an_ssh_server_is_named() {
    let address = greeting("SSH-2.0-SFTPGo_2.7.5\r\n");
    let hint = "hint: the admin API has another port, usually 8080\n";
    for line in ["get_quota_scans", "add_user bob --password hunter2pw"] {
        let plain = Run::new(&["-c", line]).env("SFTPGO_HOST", &format!("http://{address}"));
        let plain = plain.go();
        assert_eq!((plain.code, plain.out.as_str()), (3, ""));
        let said = format!("error: no answer from http://{address}: that is an SSH server");
        assert!(
            plain.err.contains(&said) && plain.err.ends_with(hint),
            "{}",
            plain.err
        );
    }
    let url = format!("https://{address}");
    let login = Run::new(&["get_roles"])
        .env("SFTPGO_HOST", &url)
        .env("SFTPGO_USERNAME", "admin")
        .env("SFTPGO_PASSWORD", "hunter2pw")
        .go();
    login.is(
        3,
        "",
        &format!("error: cannot connect to {url}: that is an SSH server; nothing was sent\n{hint}"),
    );
}

#[test]
fn another_greeting_is_not_ssh() {
    let address = greeting("220 ftp.example ready\r\n");
    let url = format!("http://{address}");
    let ran = Run::new(&["get_quota_scans"]).env("SFTPGO_HOST", &url).go();
    ran.is(
        3,
        "",
        &format!(
            "error: no answer from {url}: the answer is not HTTP/1.1\n\
             hint: for TLS use `https://`; for an SSH or SFTP port: the admin API has another port, usually 8080\n"
        ),
    );
}

#[test]
fn a_token_without_an_end_is_used() {
    let body = r#"{"access_token":"a.b.c","expires_at":"9999-12-31T23:59:59Z"}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let server = Hostile::new(vec![Act::Keep(answer.into_bytes())]);
    let args = [
        "--api",
        "2.7.5",
        "--output",
        "raw",
        "--read-ahead",
        "1",
        "-c",
    ];
    let ran = Run::new(&[&args[..], &["get_roles; get_roles"]].concat())
        .env("SFTPGO_HOST", &server.url)
        .env("SFTPGO_USERNAME", "admin")
        .env("SFTPGO_PASSWORD", "hunter2pw")
        .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = server.asked();
    let logins = asked.iter().filter(|asked| asked.ends_with("/token"));
    assert_eq!(logins.count(), 1, "{asked:?}");
}

#[test]
fn a_base_url_with_a_path_is_suspected_at_the_login() {
    let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    let server = Hostile::saying(head);
    let url = format!("{}/sftpgo", server.url);
    let ran = Run::new(&["--base_url", &url, "get_roles"])
        .env("SFTPGO_USERNAME", "admin")
        .env("SFTPGO_PASSWORD", "hunter2pw")
        .go();
    ran.is(
        4,
        "",
        "error: cannot log in: the server has no `/token`\n\
         hint: is this SFTPGo 2? Leave `/sftpgo` out of the base URL, unless it is a prefix of the server or of a proxy before it\n",
    );
}

/// A port whose queue of connections is full: no connection to it is ever made.
#[cfg(target_os = "linux")]
fn full() -> (Vec<std::net::TcpStream>, TcpListener, String) {
    use std::net::TcpStream;
    use std::time::Duration;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let patience = Duration::from_millis(300);
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, patience) {
        waiting.push(stream);
        assert!(waiting.len() < 10_000, "the queue has an end");
    }
    (waiting, listener, format!("http://{address}"))
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_while_connecting_sent_nothing() {
    let (_waiting, _listener, url) = full();
    let mut child = Run::new(&[
        "--connect_timeout",
        "0",
        "--debug",
        "-c",
        "add_user bob --password p; get_users",
    ])
    .env("SFTPGO_HOST", &url)
    .spawn();
    // The system's list of sockets says when the connection is being made.
    let port = url
        .rsplit(':')
        .next()
        .and_then(|port| port.parse::<u16>().ok());
    let entry = format!(":{:04X} 02 ", port.expect("a port"));
    let path = format!("/proc/{}/fd", child.id());
    let began = std::time::Instant::now();
    let connecting = || {
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let mine = |line: &&str| line.contains(&entry) && owns(&path, line);
        sockets.lines().any(|line| mine(&line))
    };
    while !connecting() {
        assert!(began.elapsed().as_secs() < 20, "it never connects");
        thread::yield_now();
    }
    let kill = format!("kill -INT {}", child.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.expect("a shell").success());
    drop(child.stdin.take());
    let ran = end(child);
    assert_eq!(ran.code, 130, "{}", ran.err);
    let said = "interrupted at -c:1; 0 commands done, 2 not run; `add_user` was not sent\n";
    assert!(ran.err.ends_with(said), "{}", ran.err);
}

/// Whether a process has the socket of a line of `/proc/net/tcp`.
#[cfg(target_os = "linux")]
fn owns(fds: &str, line: &str) -> bool {
    let inode = line.split_whitespace().nth(9).unwrap_or_default();
    let socket = format!("socket:[{inode}]");
    let fds = std::fs::read_dir(fds).into_iter().flatten().flatten();
    let links = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok());
    links
        .into_iter()
        .any(|link| link.to_string_lossy() == socket)
}
