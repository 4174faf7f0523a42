//! The tables of answers in `docs/security.md`: each is given to the program, and
//! what it says is the table.

use super::{is_up_to_date, read, regenerated, root};
use crate::raw_server::{Act, Hostile};
use crate::support::Run;

const PAGE: &str = "docs/security.md";

const JSON: &str = "Content-Type: application/json\r\n";

/// An answer with a body of its length.
fn answer(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    Act::Say(
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
            .into_bytes(),
    )
}

fn say(bytes: &str) -> Act {
    Act::Say(bytes.as_bytes().to_vec())
}

/// What a server does, for readers, and how it does it.
fn answers() -> Vec<(&'static str, Act)> {
    let many = "X-Header: 1\r\n".repeat(200);
    let gzip = "Content-Encoding: gzip\r\n";
    let large = format!("[{}0]", "0,".repeat(9 << 20));
    let plain = "Client sent an HTTP request to an HTTPS server.";
    vec![
        (
            "a page of a proxy, with 200",
            answer("200 OK", "Content-Type: text/html\r\n", "Sign in"),
        ),
        (
            "a page of a proxy, with 502",
            answer(
                "502 Bad Gateway",
                "Content-Type: text/html\r\n",
                "Bad gateway",
            ),
        ),
        (
            "a page of a proxy, with 403",
            answer("403 Forbidden", "Content-Type: text/html\r\n", "Denied"),
        ),
        (
            "a redirect",
            answer(
                "301 Moved Permanently",
                "Location: https://sso.example/\r\n",
                "",
            ),
        ),
        ("a redirect without a target", answer("302 Found", "", "")),
        ("304", answer("304 Not Modified", "", "")),
        ("no content", answer("200 OK", JSON, "")),
        ("JSON that is cut off", answer("200 OK", JSON, "[1,")),
        (
            "JSON that needs too much memory",
            answer("200 OK", JSON, &large),
        ),
        (
            "a compressed body",
            answer("200 OK", &format!("{JSON}{gzip}"), "\u{1f}\u{8}"),
        ),
        (
            "a body shorter than its length",
            say(&format!(
                "HTTP/1.1 200 OK\r\n{JSON}Content-Length: 9\r\n\r\n[1,"
            )),
        ),
        (
            "200 headers",
            answer("200 OK", &format!("{JSON}{many}"), "[]"),
        ),
        ("the connection is closed", say("")),
        (
            "a greeting of SSH after the request",
            say("SSH-2.0-OpenSSH_9.9\r\n"),
        ),
        (
            "a TLS alert",
            Act::Say(b"\x15\x03\x01\x00\x02\x02\x46".to_vec()),
        ),
        (
            "HTTP/2",
            Act::Say(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\xff\xff".to_vec()),
        ),
        ("HTTP/0.9", say("[]\n")),
        (
            "a TLS port, asked by `http://`",
            answer("400 Bad Request", "", plain),
        ),
        (
            "429, `Retry-After: 7`",
            answer(
                "429 Too Many Requests",
                &format!("{JSON}Retry-After: 7\r\n"),
                "{}",
            ),
        ),
        (
            "429, an odd `Retry-After`",
            answer(
                "429 Too Many Requests",
                &format!("{JSON}Retry-After: {}\r\n", "x".repeat(900)),
                "{}",
            ),
        ),
    ]
}

/// The same for a login.
fn logins() -> Vec<(&'static str, Act)> {
    let token = |token: &str, ends: &str| {
        let body = format!(r#"{{"access_token":"{token}","expires_at":"{ends}"}}"#);
        answer("200 OK", JSON, &body)
    };
    let soon = "2030-01-01T00:00:00Z";
    vec![
        (
            "a redirect",
            answer(
                "307 Temporary Redirect",
                "Location: https://127.0.0.1:8443/api/v2/token?x=1\r\n",
                "",
            ),
        ),
        (
            "a page with 200",
            answer("200 OK", "Content-Type: text/html\r\n", "Sign in"),
        ),
        ("no `/token`", answer("404 Not Found", "", "not found")),
        ("an empty token", token("", soon)),
        ("a token with a line break", token(r"a\r\nX-Evil: 1", soon)),
        ("a token with NUL", token(r"a\u0000", soon)),
        ("a token without its end", token("a.b.c", "soon")),
        (
            "a TLS port, asked by `http://`",
            answer(
                "400 Bad Request",
                "",
                "The plain HTTP request was sent to HTTPS port",
            ),
        ),
        (
            "429, `Retry-After` with the password",
            answer("429 Too Many Requests", "Retry-After: hunter2pw\r\n", ""),
        ),
    ]
}

/// The message and the hint, as cells of a table.
fn said(err: &str, server: &Hostile) -> (String, String) {
    let cell = |text: &str| {
        text.replace(&server.url, "URL")
            .replace('<', "\\<")
            .replace('|', "\\|")
    };
    let mut lines = err.lines();
    let message = lines.next().and_then(|line| line.strip_prefix("error: "));
    let hint = lines.next().and_then(|line| line.strip_prefix("hint: "));
    assert_eq!(lines.next(), None, "{err}");
    assert!(err.len() < 600 && !err.contains("hunter2pw"), "{err}");
    (
        cell(message.expect("an error")),
        cell(hint.unwrap_or_default()),
    )
}

fn table_of_answers() -> String {
    let mut table =
        "| answer | message to a read | hint | exit code | a write |\n|---|---|---|---|---|\n"
            .to_owned();
    for (name, act) in answers() {
        let server = Hostile::new(vec![act.clone()]);
        let ran = server.run(&[], "get_quota_scans");
        let (message, hint) = said(&ran.err, &server);
        let server = Hostile::new(vec![act]);
        let write = server.run(&[], "add_user bob --password hunter2pw");
        assert_eq!(server.asked().len(), 1, "{name}: a write is sent once");
        assert_eq!(write.code, ran.code, "{name}");
        let is_unknown = write.err.contains("it may or may not have been applied");
        let outcome = match write.code {
            _ if is_unknown => "not known",
            4 => "refused",
            _ if write.err.contains("was done") => "done",
            _ => panic!("{name}: {}", write.err),
        };
        table += &format!(
            "| {name} | {message} | {hint} | {} | {outcome} |\n",
            ran.code
        );
    }
    table
}

fn table_of_logins() -> String {
    let mut table = "| answer | message | hint | exit code |\n|---|---|---|---|\n".to_owned();
    for (name, act) in logins() {
        let server = Hostile::new(vec![act]);
        let ran = Run::new(&["get_roles"])
            .env("SFTPGO_HOST", &server.url)
            .env("SFTPGO_USERNAME", "admin")
            .env("SFTPGO_PASSWORD", "hunter2pw")
            .go();
        assert_eq!(server.asked(), ["GET /api/v2/token"], "{name}");
        let (message, hint) = said(&ran.err, &server);
        table += &format!("| {name} | {message} | {hint} | {} |\n", ran.code);
    }
    table
}

#[test]
fn the_tables_of_answers_are_up_to_date() {
    let page = read(&root().join(PAGE));
    let parts = [
        ("answers", table_of_answers()),
        ("logins", table_of_logins()),
    ];
    is_up_to_date(PAGE, &regenerated(&page, &parts));
}
