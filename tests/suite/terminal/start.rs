//! The start on a terminal, and `connect`: what is asked, what is said, what the prompt shows.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::raw_server::{Act, Hostile};
use crate::support::{Run, asked, v2, words};
use crate::tls::{CA, Front, SERVER};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::time::Duration;

fn http(head: &str, body: &str) -> Act {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    Act::Say(text.into_bytes())
}

/// A start as an admin whose password is asked for.
fn named(server: &Practice) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .size(120, 60)
}

#[track_caller]
fn is_alive(terminal: &mut Terminal) {
    assert_eq!(terminal.run("echo here").trim(), "here");
}

#[test]
fn a_named_admin_logs_in_at_once() {
    let server = v2();
    let mut terminal = named(&server).spawn();
    let question = format!("password of {ADMIN} at {}", server.addr());
    terminal.secret(&question, &format!("{PASSWORD}\r"));
    let said = terminal.prompt();
    let addr = server.addr();
    let line = format!("SFTPGo 2.7.5 (API v2) at {addr}: logged in as admin; permissions: all\n");
    assert!(said.contains(&line), "{said}");
    terminal.sees_row(&format!("admin@{addr} 2.7.5>"));
    assert_eq!(asked(&server), ["GET /healthz", "GET /api/v2/token"]);
    assert!(server.seen()[0].credentials.is_empty());
    terminal.run("logout");
    terminal.sees_row(&format!("{addr} 2.7.5>"));
    terminal.leave();
}

#[test]
fn what_the_admin_may_is_said() {
    let server = v2();
    let add = "add_admin clerk --password clerk-password-1 --permissions view_users manage_groups";
    let run = Run::at(&server, &words(add)).env("SFTPGO_USERNAME", ADMIN);
    assert_eq!(run.env("SFTPGO_PASSWORD", PASSWORD).go().code, 0);
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", "clerk")
        .env("SFTPGO_PASSWORD", "clerk-password-1")
        .size(160, 45)
        .spawn();
    let said = terminal.prompt();
    let who = "logged in as clerk; permissions: view_users, manage_groups\n";
    assert!(said.contains(who), "{said}");
    terminal.leave();
}

#[test]
fn a_wrong_password_leaves_a_prompt() {
    let server = v2();
    let mut terminal = named(&server).env("SFTPGO_PASSWORD", "wrong").spawn();
    let said = terminal.prompt();
    assert!(said.contains("error: cannot log in as `admin`"), "{said}");
    terminal.sees_row(&format!("{} 2.7.5>", server.addr()));
    is_alive(&mut terminal);
    assert_eq!(server.logins().attempts, 1);
    terminal.leave();
}

#[test]
fn ctrl_c_at_the_password_leaves_a_prompt() {
    let server = v2();
    let mut terminal = named(&server).spawn();
    let question = format!("password of {ADMIN} at {}", server.addr());
    terminal.secret(&question, CTRL_C);
    let said = terminal.prompt();
    assert!(
        said.contains("not logged in; `login` tries again"),
        "{said}"
    );
    is_alive(&mut terminal);
    assert_eq!(server.logins().attempts, 0);
    terminal.leave();
}

#[test]
fn ctrl_c_before_the_first_answer_leaves_a_prompt() {
    let server = v2();
    server.set_latency(Duration::from_mins(1));
    let mut terminal = named(&server).spawn();
    terminal.wait("the sign of life", |terminal| {
        terminal.row().starts_with("waiting for ")
    });
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(said.contains("interrupted\n"), "{said}");
    is_alive(&mut terminal);
    terminal.leave();
}

#[test]
fn no_password_is_asked_where_no_sftpgo_answers() {
    for (act, says) in [
        (
            http("200 OK\r\nContent-Type: text/html", "<p>hello"),
            "does not look like SFTPGo",
        ),
        (
            http("403 Forbidden", "banned"),
            "the server currently rejects requests (status 403)",
        ),
        (Act::Say(Vec::new()), "error: no answer from"),
        (Act::Say(b"SSH-2.0-OpenSSH\r\n".to_vec()), "error: "),
        (
            http("302 Found\r\nLocation: http://127.0.0.1:1/", ""),
            "does not look like SFTPGo",
        ),
    ] {
        let server = Hostile::new(vec![act]);
        let mut terminal = named(&v2()).env("SFTPGO_HOST", &server.url).spawn();
        let said = terminal.prompt();
        assert!(said.contains(says), "{said}");
        assert!(!said.contains("password of"), "{said}");
        is_alive(&mut terminal);
        terminal.leave();
    }
}

#[test]
fn a_hostile_release_is_no_part_of_the_prompt() {
    let server = Hostile::new(vec![http(
        "200 OK\r\nServer: SFTPGo/2.7.5\x1b]0;evil\x07\r\nContent-Type: text/plain",
        "ok",
    )]);
    let mut terminal = Setup::at(&v2())
        .env("SFTPGO_HOST", &server.url)
        .detecting()
        .spawn();
    terminal.prompt();
    assert!(!terminal.raw().contains("evil"));
    terminal.leave();
}

#[test]
fn a_chosen_api_is_not_asked_for() {
    let server = v2();
    let mut terminal = Setup::at(&server).env("SFTPGO_SHELL_API", "v2").start();
    assert_eq!(asked(&server), [""; 0]);
    terminal.sees_row(&format!("{}>", server.addr()));
    // But `connect` always asks.
    let said = terminal.run(&format!("connect {}", server.url()));
    assert!(
        said.contains("SFTPGo 2.7.5 (API v2)") && said.contains("`login NAME` logs in"),
        "{said}"
    );
    terminal.leave();
}

#[test]
fn connect_needs_no_scheme() {
    let (server, other) = (v2(), v2());
    let mut terminal = named(&server).env("SFTPGO_PASSWORD", PASSWORD).start();
    let said = terminal.run(&format!("connect {}", other.addr()));
    assert!(said.contains("SFTPGo 2.7.5 (API v2) at "), "{said}");
    assert_eq!(asked(&other), ["GET /healthz", "GET /healthz"]);
    assert!(other.seen().iter().all(|seen| seen.credentials.is_empty()));
    assert_eq!(
        terminal.run("set base_url").trim(),
        format!("http://{}", other.addr())
    );
    terminal.run(&format!("connect {}", server.url()));
    terminal.run("login");
    // To the server that it is at already, nobody logs out.
    let said = terminal.run(&format!("connect {}", server.addr()));
    assert!(said.contains("logged in as admin"), "{said}");
    for wrong in ["u:p4ss@h", "h?x", "[::1", "ftp://h", "h:99999", "''"] {
        let said = terminal.run(&format!("connect {wrong}"));
        assert!(said.contains("error: "), "{wrong}: {said}");
        assert!(!said.contains("p4ss"), "{said}");
    }
    terminal.sees_row(&format!("admin@{} 2.7.5>", server.addr()));
    // A host and its port are no name and password.
    terminal.run("connect localhost:1");
    let kept = std::fs::read_to_string(terminal.history_file()).expect("a history");
    assert!(kept.contains("connect localhost:1\n"), "{kept}");
    assert!(!kept.contains("p4ss"), "{kept}");
    terminal.leave();
}

#[test]
fn a_port_that_speaks_tls_is_asked_by_it() {
    let front = Front::new(SERVER, false);
    let host = front.url.trim_start_matches("https://").to_owned();
    let mut terminal = Setup::at(&v2())
        .with_file("ca.pem", CA)
        .env("SFTPGO_SHELL_CACERT", "ca.pem")
        .start();
    let said = terminal.run(&format!("connect {host}"));
    assert!(said.contains("SFTPGo (API 2019) at "), "{said}");
    assert_eq!(
        terminal.run("set base_url").trim(),
        format!("https://{host}")
    );
    // A certificate that is not trusted is no reason to go on without TLS.
    terminal.run("set cacert ''");
    let said = terminal.run(&format!("connect {}/x", front.url));
    // The line wraps at a place that depends on the port.
    let said = said.replace("\n  ", " ");
    assert!(said.contains("certificate is not trusted"), "{said}");
    let before = front.practice.seen().len();
    terminal.run(&format!("connect {host}"));
    assert_eq!(front.practice.seen().len(), before);
    terminal.leave();
}

#[test]
fn the_prompt_of_a_practice_server_has_its_admin() {
    let mut terminal = Setup::at(&v2())
        .arg("--practice")
        .arg("--api")
        .arg("v2")
        .spawn();
    let said = terminal.prompt();
    assert!(!said.contains("logged in"), "its greeting says it: {said}");
    terminal.sees_row("admin@practice 2.7.5>");
    terminal.run("set api 2019");
    assert!(terminal.row().starts_with("practice 127.0.0.1:"));
    terminal.leave();
}

#[test]
fn waiting_for_a_server_ends_by_ctrl_c() {
    let mut terminal = Setup::at(&v2())
        .env("SFTPGO_HOST", "http://127.0.0.1:1")
        .start();
    terminal.press("wait_ready --timeout 5m\r");
    terminal.wait("the sign of life", |terminal| {
        terminal.row().starts_with("waiting for 127.0.0.1:1 ")
    });
    terminal.press(CTRL_C);
    // It comes in a request or between two of them.
    let said = terminal.prompt();
    let ends = ["interrupted\n", "interrupted; nothing was sent\n"];
    assert!(ends.iter().any(|end| said.ends_with(end)), "{said:?}");
    is_alive(&mut terminal);
    terminal.leave();
}

#[test]
fn doctor_shows_its_checks_in_lines() {
    let server = v2();
    let mut terminal = named(&server).env("SFTPGO_PASSWORD", PASSWORD).start();
    let said = terminal.run("doctor");
    for line in [
        "ok       release      SFTPGo 2.7.5, API v2\n",
        "skipped  certificate  no TLS\n",
        "ok       login        logged in as admin\n",
        "ok       permissions  all\n",
        "ok       terminal     120 columns, TERM is xterm-256color\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(server.logins().attempts, 1);
    terminal.leave();
}
