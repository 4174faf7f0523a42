//! The API v2 on a terminal: a change is shown and asked about, a race is
//! refused, and a server that restarted is asked for a new token.

use super::setup::Setup;
use crate::support::{Run, asked, v2, v2_on, words};
use crate::v2_otp::{RIGHT, with_second_factor};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// What the second factor is called where it is asked for.
const CODE: &str = "one-time code";

fn admin(server: &Practice) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// What is asked for, and who gets it.
fn asked_for(server: &Practice) -> String {
    format!("password of {ADMIN} at {}", server.addr())
}

/// Another client, meanwhile.
fn meanwhile(server: &Practice, line: &str) {
    let run = Run::at(server, &words(line));
    let ran = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn puts(server: &Practice) -> usize {
    let asked = asked(server);
    asked.iter().filter(|one| one.starts_with("PUT")).count()
}

#[test]
fn a_race_is_refused() {
    let server = v2();
    let mut terminal = admin(&server).start();
    terminal.press("update_user press --uid 5\r");
    assert_eq!(
        terminal.question(),
        "update_user: one change. Continue? [y/N]"
    );
    terminal.sees("  uid: 1004 -> 5\n");
    meanwhile(&server, "update_user press --gid 7");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("error: someone else has changed it in the meantime; nothing was sent"),
        "{said}"
    );
    assert_eq!(puts(&server), 1);
    // What the server counts by itself is no race.
    terminal.press("update_user press --uid 5 --permissions /x=list\r");
    assert_eq!(
        terminal.question(),
        "update_user: 2 changes. Continue? [y/N]"
    );
    meanwhile(
        &server,
        "put quotas/users/press/usage --json '{\"used_quota_size\":77,\"used_quota_files\":3}'",
    );
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("User updated"), "{said}");
    assert!(!said.contains("warning"), "{said}");
    // Nor is a token that ended while the question stood.
    terminal.press("update_user press --uid 6\r");
    terminal.question();
    server.expire_tokens();
    terminal.press("y\r");
    assert!(terminal.prompt().contains("User updated"));
    // No is no.
    let before = puts(&server);
    terminal.press("update_user press --uid 8\r");
    terminal.question();
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    assert_eq!(puts(&server), before);
    terminal.leave();
}

#[test]
fn a_change_warns_of_live_connections() {
    let server = v2();
    let mut terminal = admin(&server).size(200, 400).start();
    terminal.press("update_user carla --password\r");
    terminal.secret("password", "hunter2\r");
    terminal.secret("password again", "hunter2\r");
    terminal.question();
    terminal.sees("  password: (not shown) -> ********\n");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains(
            "1 live connection of this user still uses the old settings; `--disconnect` closes them"
        ),
        "{said}"
    );
    assert!(!terminal.raw().contains("hunter2"));
    terminal.leave();
}

/// A server on a port that another one has just left. A program that some other
/// test starts at this moment has a copy of its socket until it is itself.
fn again_on(port: u16) -> Practice {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match v2_on(port) {
            Err(why) if why.kind() == ErrorKind::AddrInUse && Instant::now() < until => {
                std::thread::yield_now();
            }
            started => return started.expect("the same port"),
        }
    }
}

#[test]
fn a_restarted_server_needs_a_new_token() {
    // Not one of those that the system gives away while it is free.
    let first = 21_000 + u16::try_from(std::process::id() % 9_000).unwrap();
    let server = (first..first + 100).find_map(|port| v2_on(port).ok());
    let server = server.expect("a free port");
    let mut terminal = admin(&server).start();
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    let port = server.addr().port();
    drop(server);
    let server = again_on(port);
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    let path = "/api/v2/users?offset=50";
    assert_eq!(
        super::asked(&server),
        [
            format!("GET {path}"),
            "GET /api/v2/token".to_owned(),
            format!("GET {path}"),
        ]
    );
    terminal.leave();
}

#[test]
fn login_asks_again_after_a_wrong_password() {
    let server = v2();
    let mut terminal = Setup::at(&server).arg("--user").arg(ADMIN).spawn();
    terminal.secret(&asked_for(&server), "wrong\r");
    assert!(
        terminal
            .prompt()
            .contains("error: cannot log in as `admin`")
    );
    let said = terminal.run("get_users --offset 50");
    assert!(said.contains("not trying it again"), "{said}");
    assert_eq!(server.logins().attempts, 1);
    terminal.press("login\r");
    terminal.secret(&asked_for(&server), &format!("{PASSWORD}\r"));
    terminal.prompt();
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    assert_eq!((server.logins().attempts, server.logins().failures), (2, 1));
    terminal.leave();
}

#[test]
fn a_code_is_read_without_echo() {
    let (server, before) = with_second_factor();
    let mut terminal = admin(&server).size(200, 400).spawn();
    let said = terminal.prompt();
    assert!(said.contains("(`login --otp`, SFTPGO_OTP)"), "{said}");
    assert_eq!(server.logins().attempts, before + 1);
    terminal.press("login --otp\r");
    // Which of the two was wrong, nobody knows. The order is that of the server's login page.
    terminal.secret(&asked_for(&server), &format!("{PASSWORD}\r"));
    terminal.secret(CODE, &format!("{RIGHT}\r"));
    terminal.prompt();
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    assert_eq!(server.logins().attempts, before + 2);
    // Another token takes another code: the password alone is not sent.
    server.expire_tokens();
    terminal.press("get_users --offset 50\r");
    terminal.secret(CODE, &format!("{RIGHT}\r"));
    assert!(terminal.prompt().contains("no users"));
    assert_eq!(server.logins().attempts, before + 3);
    assert!(!terminal.raw().contains(RIGHT));
    let kept = std::fs::read_to_string(terminal.history_file());
    assert!(!kept.expect("a history").contains(RIGHT));
    terminal.leave();
}

#[test]
fn connect_detects_the_server_without_credentials() {
    let (server, other) = (v2(), v2());
    let mut terminal = admin(&server).start();
    assert!(terminal.run("get_users --offset 50").contains("no users"));
    let said = terminal.run(&format!("connect {}", other.url()));
    let found = format!(
        "SFTPGo 2.7.5 (API v2) at {}: `login` logs in as admin",
        other.addr()
    );
    assert!(said.contains(&found), "{said}");
    assert_eq!(asked(&other), ["GET /healthz"]);
    assert!(other.seen()[0].credentials.is_empty());
    terminal.press("get_users --offset 50\r");
    terminal.secret(&asked_for(&other), &format!("{PASSWORD}\r"));
    assert!(terminal.prompt().contains("no users"));
    terminal.leave();
}

#[test]
fn what_does_not_exist_is_not_asked_about() {
    let server = v2();
    let mut terminal = admin(&server).size(200, 400).start();
    for (line, said) in [
        ("delete_user press2", "no user has this name"),
        ("delete_group nobody", "no group has this name"),
        ("delete_folder nowhere", "no folder has this name"),
        ("delete_admin nobody", "no admin has this name"),
        ("delete_role nothing", "no role has this name"),
        ("delete_event_action nothing", "no action has this name"),
        ("delete_event_rule nothing", "no rule has this name"),
    ] {
        let screen = terminal.run(line);
        let name = line.split(' ').next().expect("a command");
        let error = format!("error: `{name}`: the server answered 404: {said}");
        assert!(screen.contains(&error), "{screen}");
        assert!(!screen.contains("[y/N]"), "{screen}");
    }
    terminal.press("delete_user press\r");
    terminal.question();
    terminal.press("y\r");
    assert!(terminal.prompt().contains("User deleted"));
    let mut writes = asked(&server);
    writes.retain(|one| one.starts_with("DELETE"));
    assert_eq!(writes, ["DELETE /api/v2/users/press"]);
    // A connection is asked about, although nobody can look for it.
    terminal.press("close_connection FTP_0_17\r");
    assert!(
        terminal
            .question()
            .starts_with("close_connection FTP_0_17: a transfer in progress is cut off.")
    );
    terminal.press("n\r");
    terminal.prompt();
    // Nothing is looked for where nothing is asked.
    let before = asked(&server).len();
    terminal.run("set confirm off");
    terminal.run("delete_user nobody");
    assert_eq!(asked(&server)[before..], ["DELETE /api/v2/users/nobody"]);
    terminal.leave();
}
