//! The pager: what is larger than the screen goes to it, and nothing else.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::practice;
use std::fs;

/// A pager that keeps what it gets, and says that it got it.
const KEEPS: &str = "cat >paged; echo paged";

fn paged(terminal: &Terminal) -> Option<String> {
    let path = terminal.path("paged");
    let text = fs::read_to_string(&path).ok();
    let _ = fs::remove_file(path);
    text
}

#[test]
fn what_does_not_fit_is_paged() {
    let practice = practice();
    for (size, fits) in [((80, 24), false), ((160, 45), false), ((80, 400), true)] {
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_PAGER", KEEPS)
            .env("NO_COLOR", "1")
            .size(size.0, size.1)
            .start();
        for line in ["get_users", "help", "last", "help get_users"] {
            let said = terminal.run(line);
            let text = paged(&terminal);
            if fits || line == "help get_users" && size.1 == 45 {
                assert_eq!(text, None, "{line} {size:?}");
                continue;
            }
            assert_eq!(said, "\npaged\n", "{line}");
            let text = text.expect("just said");
            assert!(
                text.lines().count() > 23 && !text.contains('\x1b'),
                "{text}"
            );
        }
        for line in [
            "get_quota_scans",
            "echo a",
            "get_quota_scans --output compact",
        ] {
            terminal.run(line);
            assert_eq!(paged(&terminal), None, "{line}");
        }
        // A long line alone is wrapped; what is set wide is not readable.
        terminal.run("get_user_by_id 5134 --output compact");
        assert_eq!(paged(&terminal), None);
        terminal.leave();
    }
}

#[test]
fn a_file_or_program_is_not_paged() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env("SFTPGO_SHELL_PAGER", KEEPS)
        .env("NO_COLOR", "1")
        .size(80, 24)
        .start();
    terminal.run("get_users > users.json; get_users | tail -n 1");
    assert_eq!(paged(&terminal), None);
    fs::write(terminal.path("f"), "get_users\n").unwrap();
    terminal.run("source f");
    assert_eq!(paged(&terminal), None);
    terminal.run("set pager off; get_users");
    assert_eq!(paged(&terminal), None);
    terminal.run("set pager 'cat >paged'; get_users");
    assert!(paged(&terminal).is_some_and(|text| text.starts_with("[\n")));
    terminal.leave();
    // Where results do not go to the terminal.
    let mut terminal = Setup::with_script(&practice, "exec \"$@\" >out")
        .env("SFTPGO_SHELL_PAGER", KEEPS)
        .size(80, 24)
        .start();
    terminal.run("get_users");
    assert_eq!(paged(&terminal), None);
    assert!(
        fs::read_to_string(terminal.path("out"))
            .unwrap()
            .starts_with("[\n")
    );
    terminal.leave();
}

#[test]
fn the_environment_names_the_pager() {
    let practice = practice();
    for (name, value, is_paged) in [
        ("PAGER", KEEPS, true),
        ("PAGER", "", false),
        ("PAGER", "cat", false),
        ("SFTPGO_SHELL_PAGER", KEEPS, true),
        ("SFTPGO_SHELL_PAGER", "off", false),
    ] {
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_PAGER", "auto")
            .env("PAGER", "exit 1")
            .env(name, value)
            .size(80, 24)
            .start();
        let said = terminal.run("get_users");
        assert_eq!(paged(&terminal).is_some(), is_paged, "{name}={value}");
        assert_eq!(said.contains("\n  {\n"), !is_paged, "{name}={value}");
        assert!(!said.contains("warning"), "{said}");
        terminal.leave();
    }
}

#[test]
fn a_pager_that_fails_loses_nothing() {
    let practice = practice();
    for (pager, why) in [
        (
            "no-such-pager",
            "the pager `no-such-pager` failed: exit status 127; a program was not found",
        ),
        ("exit 3", "the pager `exit 3` failed: exit status 3"),
        ("cat >/dev/null; kill -9 $$", "failed with signal: 9"),
    ] {
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_PAGER", pager)
            .size(80, 24)
            .start();
        let said = terminal.run("get_users; echo next");
        let words = said.replace("\n  ", " ");
        assert!(
            words.contains(&format!("warning: {why}")) || words.contains(why),
            "{said}"
        );
        assert!(words.contains("`set pager off` turns it off"), "{said}");
        assert!(
            said.contains("\n[\n") && said.ends_with("]\nnext\n"),
            "{said}"
        );
        terminal.leave();
    }
    // One that is left early, or by Ctrl-C, is no error.
    for pager in ["true", "head -n 1", "kill -INT $$"] {
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_PAGER", pager)
            .size(80, 24)
            .start();
        let said = terminal.run("get_users; echo next");
        let first = if pager == "head -n 1" { "[\n" } else { "" };
        assert_eq!(said, format!("\n{first}next\n"), "{pager}");
        terminal.leave();
    }
}

#[test]
fn less_shows_it_in_colours_and_leaves_the_terminal_as_it_was() {
    let practice = practice();
    for (columns, rows) in [(80, 24), (160, 45)] {
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_PAGER", "less")
            .size(columns, rows)
            .start();
        terminal.press("get_users; echo next\r");
        terminal.wait("the pager", |terminal| terminal.row().starts_with(':'));
        let text = terminal.text();
        assert!(text.contains("\"username\": \"anna.nowak\""), "{text}");
        assert!(!text.contains("[34"), "no codes of colours: {text}");
        terminal.press("G");
        terminal.sees("(END)");
        terminal.press("q");
        let said = terminal.prompt();
        assert!(said.ends_with("next\n"), "{said:?}");
        // What it showed is still there.
        assert!(terminal.text().contains("]\n"), "{}", terminal.text());
        assert!(!terminal.echoes());
        assert_eq!(terminal.run("echo seen"), "\nseen\n");
        terminal.leave();
    }
}

#[test]
fn ctrl_c_is_the_pagers() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env(
            "SFTPGO_SHELL_PAGER",
            // Short waits: a signal that comes just before `sleep` begins does not end it,
            // and the trap runs only after it.
            "trap 'echo heard; exit 0' INT; cat >/dev/null; echo begun; \
             while :; do sleep 0.1; done",
        )
        .size(80, 24)
        .start();
    terminal.press("get_users; echo next\r");
    terminal.running("the pager", || true);
    terminal.wait("the pager", |terminal| {
        terminal.raw().ends_with("begun\r\n")
    });
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\nbegun\n^Cheard\nnext\n");
    terminal.leave();
}

#[test]
fn a_pager_gets_no_secret() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env("SFTPGO_SHELL_API", "2019")
        .env("SFTPGO_OTP", "hunter2")
        .env("SFTPGO_SHELL_PAGER", "cat >/dev/null; env >paged")
        .size(80, 24)
        .start();
    terminal.run("get_users");
    let env = paged(&terminal).expect("it was paged");
    assert!(
        env.contains("LESS=RSX") && !env.contains("hunter2"),
        "{env}"
    );
    terminal.leave();
}
