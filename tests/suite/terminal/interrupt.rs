//! Ctrl-C, Ctrl-D, `exit`, asked-for secrets, and the end of the terminal.

use super::asked;
use super::pty::{CTRL_C, CTRL_D};
use super::setup::{Setup, WATCHER};
use crate::raw_server::Hostile;
use crate::support::practice;
use expectrl::process::unix::Signal;
use std::time::{Duration, Instant};

const BARE: &str = "add_user x --password --home_dir /x --permissions '*'\r";

#[test]
fn a_bare_password_is_asked_for_without_echo() {
    for (name, value) in [("NO_COLOR", ""), ("NO_COLOR", "1")] {
        asks_without_echo(name, value);
    }
}

fn asks_without_echo(name: &str, value: &str) {
    let practice = practice();
    let mut terminal = Setup::at(&practice).env(name, value).start();
    terminal.press(BARE);
    terminal.secret("password", "hünter 2'\r");
    terminal.secret("password again", "hünter 2'\r");
    let said = terminal.prompt();
    assert!(said.contains("\"id\": 5140"), "{said}");
    let body = String::from_utf8(practice.seen()[0].body.clone()).unwrap();
    assert!(body.contains("\"password\":\"hünter 2'\""), "{body}");
    for shown in [terminal.raw(), terminal.text()] {
        assert!(!shown.contains("nter") && !shown.contains("***"), "{shown}");
    }
    // The terminal is as it was.
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.leave();
}

#[test]

fn a_secret_typed_ahead_is_the_secret() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.press(&format!("{BARE}hunter2\rhunter2\r"));
    terminal.prompt();
    assert_eq!(asked(&practice).len(), 1);
    assert!(!terminal.raw().contains("hunter2"));
    terminal.leave();
}

#[test]
fn a_secret_can_be_declined() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    for key in [CTRL_C, "hunter2\x03"] {
        terminal.press(BARE);
        terminal.secret("password", key);
        assert_eq!(
            terminal.prompt(),
            "\n\x1b[?25hinterrupted; nothing was sent\n",
            "{key:?}"
        );
    }
    assert_eq!(asked(&practice), [""; 0]);
    assert!(!terminal.raw().contains("hunter2"));
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.leave();
}

#[test]
fn at_the_prompt_it_clears_the_line() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.press("get_users");
    terminal.sees_typed("get_users");
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\n");
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\n");
    // A quote that is open goes with its line.
    terminal.press("echo 'a\r");
    terminal.press("b");
    terminal.sees_typed("echo 'a\nb");
    terminal.press(CTRL_C);
    terminal.prompt();
    assert_eq!(terminal.run("echo c"), "\nc\n");
    assert_eq!(asked(&practice), [""; 0]);
    terminal.leave();
}

#[test]
fn during_a_request_it_gives_the_prompt_back() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("get_user_by_id 5134");
    practice.set_latency(Duration::from_mins(1));
    let cases = [
        ("get_users", "\n^Cinterrupted\n"),
        (
            "update_user carla --password p --home_dir /x --permissions '*'",
            "\n^Cinterrupted; it may or may not have been applied\nhint: `get_user_by_id 5134` shows it\n",
        ),
        (
            "start_quota_scan carla",
            "\n^Cinterrupted; it may or may not have been applied\nhint: `get_quota_scans` shows it\n",
        ),
        (
            "add_user y --password p --home_dir /x --permissions '*'",
            "\n^Cinterrupted; it may or may not have been applied\nhint: `get_users --username y` shows it\n",
        ),
    ];
    for (count, (line, said)) in (2..).zip(cases) {
        terminal.press(line);
        terminal.press("\r");
        terminal.running(line, || practice.seen().len() == count);
        let since = Instant::now();
        terminal.press(CTRL_C);
        assert_eq!(terminal.prompt(), said);
        assert!(since.elapsed() < Duration::from_secs(5));
    }
    practice.set_latency(Duration::ZERO);
    // What it says shows it: the user is there.
    assert!(
        terminal
            .run("get_users --username y")
            .contains("\"id\": 5140")
    );
    // Nothing was sent twice.
    assert_eq!(asked(&practice).len(), 6);
    terminal.leave();
}

#[test]
fn it_ends_a_long_answer() {
    let user = format!("{{\"x\":\"{}\"}}", "y".repeat(1000));
    let body = format!("[{}]", vec![user; 20_000].join(","));
    let server = Hostile::saying_json(&body);
    let mut terminal = Setup::at(&practice())
        .env("SFTPGO_HOST", &server.url)
        .start();
    terminal.press("get_users; echo never\r");
    terminal.wait("the answer", |terminal| terminal.raw().contains("yyyy"));
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(
        said.ends_with("\ninterrupted; the rest is not shown\n"),
        "{}",
        &said[said.len() - 200..]
    );
    assert!(said.len() < body.len() && !said.contains("never"));
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.leave();
}

#[test]
fn it_ends_all_that_was_typed() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    practice.set_latency(Duration::from_mins(1));
    terminal.press("get_users; get_quota_scans; echo never\r");
    terminal.running("the request", || practice.seen().len() == 1);
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\n^Cinterrupted\n");
    assert_eq!(asked(&practice).len(), 1);
    terminal.leave();
}

#[test]
fn it_ends_a_sleep() {
    let mut terminal = Setup::at(&practice()).start();
    assert_eq!(terminal.run("sleep 10ms"), "\n");
    terminal.press("sleep 60; echo never\r");
    terminal.running("the sleep", || true);
    std::thread::sleep(Duration::from_millis(100));
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\n^Cinterrupted\n");
    assert_eq!(terminal.run("echo awake"), "\nawake\n");
    terminal.leave();
}

#[test]
fn typed_ahead_text_is_not_lost() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    practice.set_latency(Duration::from_millis(300));
    terminal.press("get_quota_scans\r");
    terminal.running("the request", || practice.seen().len() == 1);
    terminal.press("echo ahead\r");
    terminal.prompt();
    assert!(terminal.prompt().ends_with("\nahead\n"));
    terminal.leave();
}

#[test]
fn ways_to_leave() {
    let practice = practice();
    for (keys, code) in [
        (CTRL_D, 0),
        ("exit\r", 0),
        ("exit 3\r", 3),
        ("quit\r", 0),
        ("nosuch; exit 4\rexit 5\r", 5),
    ] {
        let mut terminal = Setup::at(&practice).start();
        terminal.press(keys);
        assert_eq!(terminal.end(), code, "{keys:?}");
    }
    let mut terminal = Setup::at(&practice).start();
    // With something typed, Ctrl-D deletes a character.
    terminal.press("echo a");
    terminal.press("\x01");
    terminal.press(CTRL_D);
    terminal.press("\x05");
    terminal.sees_typed("cho a");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn the_terminal_hangs_up() {
    let practice = practice();
    practice.set_latency(Duration::from_mins(1));
    for line in ["", "echo unfinished", "delete user/5134\r", "get_users\r"] {
        let mut terminal = Setup::with_script(&practice, WATCHER).start();
        terminal.press(line);
        match line {
            "get_users\r" => {
                terminal.wait("the request", |_| practice.seen().len() == 1);
            }
            "delete user/5134\r" => drop(terminal.question()),
            line => terminal.sees_typed(line),
        }
        // The signal or the end of the input, whichever is first; no panic.
        let code = terminal.hang_up();
        assert!(matches!(code, 0 | 130), "{code} after {line:?}");
    }
    assert_eq!(asked(&practice).len(), 1);
}

#[test]
fn a_kill_at_the_prompt_puts_the_terminal_back() {
    let practice = practice();
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let mut terminal = Setup::at(&practice).start();
        terminal.press("get_users");
        terminal.sees_typed("get_users");
        assert!(!terminal.echoes());
        assert_eq!(terminal.kill(signal), 130, "{signal}");
        assert!(terminal.echoes());
        assert!(
            terminal.raw().ends_with("\x1b[?2004l\r\n"),
            "{:?}",
            terminal.raw()
        );
    }
    assert_eq!(asked(&practice), [""; 0]);
}
