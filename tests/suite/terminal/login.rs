//! The login at a terminal: what is asked, and what a failed one leaves behind.

use super::setup::Setup;
use crate::raw_server::{Act, Hostile};
use crate::support::{asked, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};

#[test]
fn a_failed_login_keeps_the_one_before() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .size(200, 400)
        .start();
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    terminal.press("login nobody\r");
    let question = format!("password of nobody at {}", server.addr());
    terminal.secret(&question, "wrong\r");
    let said = terminal.prompt();
    assert!(
        said.contains("error: cannot log in as `nobody`")
            && said.contains("; you are still logged in as `admin`\n"),
        "{said}"
    );
    assert!(
        terminal
            .run("whoami --output compact")
            .contains("\"user\":\"admin\"")
    );
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    assert_eq!(server.logins().attempts, 2);
    terminal.leave();
}

#[test]
fn in_a_file_nothing_runs_as_the_admin_before() {
    let server = v2();
    let lines = "get_users --offset 50\n-login nobody\nget_users --offset 50\n";
    let run = crate::support::Run::at(&server, &["--output", "compact"]);
    let ran = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_PASSWORD_COMMAND", "echo wrong")
        .input(lines)
        .go();
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, "[]\n");
}

#[test]
fn no_password_is_asked_for_an_unreachable_server() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_HOST", "http://127.0.0.1:1")
        .env("SFTPGO_USERNAME", ADMIN)
        .start();
    let said = terminal.run("get_users");
    assert!(
        said.contains("error: cannot connect to http://127.0.0.1:1"),
        "{said}"
    );
    terminal.leave();
}

#[test]
fn closing_a_connection_asks_for_confirmation() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .start();
    terminal.press("close_connection FTP_0_17\r");
    assert_eq!(
        terminal.question(),
        "close_connection FTP_0_17: a transfer in progress is cut off. Continue? [y/N]"
    );
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    assert!(!asked(&server).iter().any(|one| one.starts_with("DELETE")));
    terminal.leave();
}

#[test]
fn a_v1_server_without_logins_is_named_before_a_password_is_asked() {
    let server = Hostile::saying_json(r#"{"version": "1.2.2"}"#);
    let mut terminal = Setup::at(&v2())
        .env("SFTPGO_HOST", &server.url)
        .env("SFTPGO_SHELL_API", "v1")
        .size(200, 400)
        .start();
    let said = terminal.run("login ops");
    assert!(
        said.contains("error: this server has no logins: it answers without a name and a password"),
        "{said}"
    );
    assert_eq!(server.asked(), ["GET /api/v1/version"]);
    let who = terminal.run("whoami --output compact");
    assert!(who.contains("\"by\":\"nothing\""), "{who}");
    terminal.leave();
}

#[test]
fn a_failed_login_by_password_keeps_the_one_before() {
    let answer = |status: &str| {
        let body = r#"{"version": "1.2.2"}"#;
        let length = body.len();
        Act::Say(
            format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    };
    let (right, wrong) = (answer("200 OK"), answer("401 Unauthorized"));
    // Each login is preceded by a request without credentials.
    let server = Hostile::new(vec![wrong.clone(), right, wrong]);
    let address = server.url.trim_start_matches("http://");
    let mut terminal = Setup::at(&v2())
        .env("SFTPGO_HOST", &server.url)
        .env("SFTPGO_SHELL_API", "v1")
        .size(200, 400)
        .start();
    terminal.press("login ops\r");
    terminal.secret(&format!("password of ops at {address}"), "hidden\r");
    terminal.prompt();
    terminal.press("login nobody\r");
    terminal.secret(&format!("password of nobody at {address}"), "wrong\r");
    let said = terminal.prompt();
    assert!(
        said.contains("error: cannot log in as `nobody`")
            && said.contains("; you are still logged in as `ops`\n"),
        "{said}"
    );
    let who = terminal.run("whoami --output compact");
    assert!(who.contains("\"user\":\"ops\""), "{who}");
    assert_eq!(server.asked().len(), 4);
    terminal.leave();
}
