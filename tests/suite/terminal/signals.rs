//! SIGTERM and SIGHUP end the shell, whatever it does.

use super::asked;
use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::practice;
use expectrl::process::unix::Signal;
use sftpgo_shell::practice::Practice;
use std::fs;
use std::time::Duration;

const SIGNALS: [Signal; 2] = [Signal::SIGTERM, Signal::SIGHUP];

/// Sends each signal to a shell of its own, once `phase` is reached.
fn ends_each(setup: impl Fn(&Practice) -> Setup, phase: impl Fn(&mut Terminal, &Practice)) {
    for signal in SIGNALS {
        let practice = practice();
        let mut terminal = setup(&practice).start();
        phase(&mut terminal, &practice);
        assert_eq!(terminal.kill(signal), 130, "{signal}: {}", terminal.text());
        assert!(terminal.echoes());
    }
}

#[test]
fn while_a_request_runs() {
    ends_each(Setup::at, |terminal, practice| {
        practice.set_latency(Duration::from_mins(1));
        terminal.press("start_quota_scan carla; echo never\r");
        terminal.running("the request", || !practice.seen().is_empty());
    });
}

#[test]
fn the_message_about_a_write_comes_first() {
    let practice = practice();
    practice.set_latency(Duration::from_mins(1));
    let mut terminal = Setup::at(&practice).start();
    terminal.press("start_quota_scan carla\r");
    terminal.running("the request", || !practice.seen().is_empty());
    assert_eq!(terminal.kill(Signal::SIGTERM), 130);
    let text = terminal.text();
    assert!(
        text.contains("it may or may not have been applied"),
        "{text}"
    );
    let kept = fs::read_to_string(terminal.history_file()).unwrap();
    assert_eq!(kept, "start_quota_scan carla\n");
}

#[test]
fn while_it_waits() {
    for line in ["sleep 60; echo never\r", "get_users --retry 9\r"] {
        ends_each(
            |practice| {
                let host = if line.starts_with("get") {
                    "http://127.0.0.1:1"
                } else {
                    &practice.url()
                };
                Setup::at(practice).env("SFTPGO_HOST", host)
            },
            |terminal, _| {
                terminal.press(line);
                terminal.running("the wait", || true);
                if line.starts_with("get") {
                    terminal.sees("trying again");
                }
            },
        );
    }
}

#[test]
fn at_questions() {
    ends_each(Setup::at, |terminal, _| {
        terminal.press("delete_user 5134\r");
        terminal.question();
    });
    ends_each(Setup::at, |terminal, _| {
        terminal.press("add_user x --password --home_dir /x --permissions '*'\r");
        terminal.secret("password", "half");
    });
    ends_each(
        |practice| Setup::at(practice).arg("--api=v2").size(80, 6),
        |terminal, _| {
            terminal.press("add_user x --set \x14");
            terminal.sees("find:");
        },
    );
}

#[test]
fn without_a_line_editor() {
    let dumb = |practice: &Practice| Setup::at(practice).env("TERM", "dumb");
    for signal in SIGNALS {
        let practice = practice();
        let mut terminal = dumb(&practice).spawn();
        terminal.sees("> ");
        terminal.press("add_user x --password --home_dir /x --permissions '*'\r");
        terminal.plain_secret("password", "half");
        assert_eq!(terminal.kill(signal), 130);
        assert!(terminal.echoes());
        assert_eq!(asked(&practice), [""; 0]);
        let mut terminal = dumb(&practice).spawn();
        terminal.sees("> ");
        assert_eq!(terminal.kill(signal), 130);
    }
}

#[test]
fn a_single_command_that_asks_for_a_secret() {
    // The last one would leave the secret in a core dump.
    for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT] {
        let practice = practice();
        let mut setup = Setup::at(&practice);
        for word in [
            "add_user",
            "x",
            "--password",
            "--home_dir",
            "/x",
            "--permissions",
            "list",
        ] {
            setup = setup.arg(word);
        }
        let mut terminal = setup.spawn();
        terminal.plain_secret("password", "half");
        assert_eq!(terminal.kill(signal), 130, "{signal}");
        assert!(terminal.echoes());
        let text = terminal.text();
        assert!(text.ends_with("interrupted; nothing was sent"), "{text}");
        assert_eq!(asked(&practice), [""; 0]);
    }
}

#[test]
fn the_key_still_ends_the_question_alone() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).env("TERM", "dumb").spawn();
    terminal.sees("> ");
    terminal.press("add_user x --password --home_dir /x --permissions '*'\r");
    terminal.plain_secret("password", CTRL_C);
    terminal.sees("interrupted; nothing was sent");
    terminal.plain_prompt();
    terminal.press("echo on\r");
    terminal.sees("\non");
    terminal.plain_prompt();
    terminal.press("exit\r");
    assert_eq!(terminal.end(), 0);
}
