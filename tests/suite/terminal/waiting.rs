//! What a person sees who waits: the sign of life, and what a command took.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::{practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::time::Duration;

const CLEARED: &str = "\r\x1b[2K";

/// Waits for the line of a wait; returns the row.
fn waits(terminal: &mut Terminal) -> String {
    terminal.wait("the sign of life", |terminal| {
        terminal.row().starts_with("waiting for ")
    });
    terminal.row().trim_end().to_owned()
}

#[test]
fn a_long_wait_is_shown_and_removed() {
    let practice = practice();
    for (columns, rows) in [(80, 24), (160, 45), (30, 10)] {
        let mut terminal = Setup::at(&practice).size(columns, rows).start();
        // Short waits are not worth a line.
        practice.set_latency(Duration::from_millis(50));
        terminal.run("get_quota_scans");
        assert!(!terminal.raw().contains("waiting"));
        practice.set_latency(Duration::from_millis(1200));
        terminal.press("get_quota_scans\r");
        let row = waits(&mut terminal);
        let whole = format!("waiting for {} … (Ctrl-C interrupts)", practice.addr());
        if columns > 30 {
            assert_eq!(row, whole);
        } else {
            assert!(
                row.ends_with('…') && whole.starts_with(row.trim_end_matches('…')),
                "{row}"
            );
        }
        let said = terminal.prompt();
        assert!(said.ends_with(&format!("{CLEARED}[\n  {{\n    \"username\": \"backup\",\n    \"start_time\": 1564696159605\n  }}\n]\n")), "{said:?}");
        assert!(!terminal.text().contains("waiting"), "{}", terminal.text());
        terminal.leave();
    }
}

#[test]
fn ctrl_c_ends_the_wait_and_its_line() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    practice.set_latency(Duration::from_mins(1));
    terminal.press("get_users; echo never\r");
    waits(&mut terminal);
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(
        said.ends_with(&format!("{CLEARED}interrupted\n")),
        "{said:?}"
    );
    let text = terminal.text();
    assert!(
        !text.contains("waiting") && !text.contains("\nnever"),
        "{text}"
    );
    practice.set_latency(Duration::ZERO);
    assert_eq!(terminal.run("echo awake"), "\nawake\n");
    terminal.leave();
}

#[test]
fn the_login_is_waited_for_as_well() {
    let server = v2();
    server.set_latency(Duration::from_mins(1));
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
        .size(80, 24)
        .spawn();
    waits(&mut terminal);
    assert_eq!(server.seen().len(), 1);
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(
        said.contains("not logged in; `login` tries again"),
        "{said}"
    );
    terminal.leave();
}

#[test]
fn a_single_command_shows_it_too() {
    let practice = practice();
    practice.set_latency(Duration::from_millis(800));
    let mut terminal = Setup::with_script(&practice, "\"$@\" >out; echo code $?; exec sleep 9")
        .arg("get_users")
        .size(80, 24)
        .spawn();
    // It is there for a moment only, so all that was drawn is looked at.
    terminal.wait("the sign of life", |terminal| {
        terminal.raw().contains(&format!("{CLEARED}waiting for "))
    });
    terminal.sees("code 0");
    assert!(!terminal.text().contains("waiting"), "{}", terminal.text());
    practice.set_latency(Duration::from_mins(1));
    let mut terminal = Setup::with_script(
        &practice,
        "trap : INT; \"$@\" >out; echo code $?; exec sleep 9",
    )
    .arg("get_users")
    .size(80, 24)
    .spawn();
    waits(&mut terminal);
    terminal.press(CTRL_C);
    terminal.sees("code 130");
    assert!(!terminal.text().contains("waiting"), "{}", terminal.text());
}

#[test]
fn where_nobody_looks_there_is_no_line() {
    let practice = practice();
    practice.set_latency(Duration::from_millis(800));
    for (script, arg, term) in [
        ("exec \"$@\"", "--quiet", "xterm"),
        ("exec \"$@\" 2>err", "--timing", "xterm"),
    ] {
        let mut terminal = Setup::with_script(&practice, script)
            .env("TERM", term)
            .arg(arg)
            .arg("get_quota_scans")
            .size(80, 24)
            .spawn();
        assert_eq!(terminal.end(), 0);
        assert!(!terminal.raw().contains("waiting"), "{}", terminal.raw());
    }
    let mut terminal = Setup::at(&practice)
        .env("TERM", "dumb")
        .arg("get_quota_scans")
        .size(80, 24)
        .spawn();
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.raw().contains("waiting"), "{}", terminal.raw());
}

#[test]
fn what_a_command_took() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .size(80, 24)
        .start();
    let took = |said: &str| -> String {
        let last = said.lines().last().unwrap_or_default();
        last.split(' ')
            .filter(|word| word.parse::<f64>().is_err())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(terminal.run("set timing on"), "\n");
    // A login is a request of its own.
    server.expire_tokens();
    let said = terminal.run("get_version");
    assert_eq!(
        took(&said),
        "time: ms ( requests)".replace("( ", "(3 "),
        "{said}"
    );
    assert_eq!(took(&terminal.run("get_version")), "time: ms");
    // After the message of a failure, and after each command.
    let said = terminal.run("get_user_by_username nobody");
    assert!(
        said.contains("error: ") && took(&said) == "time: ms",
        "{said}"
    );
    let said = terminal.run("echo a; echo b > /dev/null");
    assert_eq!(said.matches("time: ").count(), 2, "{said}");
    // The time that a person takes to answer is not the command's.
    terminal.press("delete_user carla\r");
    terminal.question();
    std::thread::sleep(Duration::from_millis(1100));
    terminal.press("n\r");
    let said = terminal.prompt();
    assert!(
        said.contains("cancelled") && took(&said) == "time: ms",
        "{said}"
    );
    assert_eq!(terminal.run("set timing off").matches("time: ").count(), 1);
    assert_eq!(terminal.run("echo c"), "\nc\n");
    assert!(terminal.run("--timing echo c").starts_with("\nc\ntime: "));
    terminal.leave();
}
