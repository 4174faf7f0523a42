//! What goes to the terminal and what does not; what a server may put there.

use super::pty::CTRL_D;
use super::setup::Setup;
use crate::support::practice;
use std::fs;

/// A user whose name would steer the terminal.
const HOSTILE: &str = r#"post user --json '{"username":"a\u001b[31mb\u009b32mc\u202ed\u200be\u007f\u0007","password":"p","home_dir":"/x","permissions":["*"]}'"#;

#[test]
fn answers_cannot_control_the_terminal() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let shown = r#""username": "a\u001b[31mb\u009b32mc\u202ed\u200be\u007f\u0007""#;
    for line in [
        HOSTILE,
        "get_user_by_id 5140",
        "get_users --username nobody; get_user_by_id",
        "last",
        "set output compact",
        "get_user_by_id 5140",
        "set output raw",
        "get_user_by_id 5140",
        "echo $username",
        "echo $_.username",
    ] {
        terminal.press(line);
        let before = terminal.raw().len();
        terminal.press("\r");
        let said = terminal.prompt();
        let raw = &terminal.raw()[before..];
        for wrong in [
            "\u{7f}",
            "\u{9b}",
            "\u{202e}",
            "\u{200b}",
            "\x07",
            "\x1b[31mb",
        ] {
            assert!(!raw.contains(wrong), "{line}: {wrong:?} in {raw:?}");
        }
        if line == "get_user_by_id 5140" && said.lines().count() > 3 {
            assert!(said.contains(shown), "{said}");
        }
    }
    terminal.press("delete_user 5140\r");
    terminal.question();
    terminal.press("y\r");
    assert!(terminal.prompt().contains("User deleted"));
    terminal.leave();
}

#[test]
fn a_redirected_stdout_holds_results_only() {
    let practice = practice();
    let mut terminal = Setup::with_script(&practice, "exec \"$@\" >out").start();
    assert_eq!(terminal.run("get_quota_scans"), "\n");
    terminal.run("nosuch");
    terminal.sees("unknown command `nosuch`");
    terminal.press("delete_user 5134\r");
    terminal.question();
    terminal.press("y\r");
    terminal.prompt();
    terminal.press("add_user x --password --home_dir /x --permissions '*'; echo done\r");
    terminal.plain_secret("password", "p\r");
    terminal.plain_secret("password again", "p\r");
    terminal.prompt();
    let out = fs::read_to_string(terminal.path("out")).unwrap();
    assert!(
        out.starts_with("[\n  {\n    \"username\": \"backup\""),
        "{out}"
    );
    assert!(
        out.contains("User deleted") && out.ends_with("}\ndone\n"),
        "{out}"
    );
    assert!(
        !out.contains(['\x1b', '>']) && !out.contains("password"),
        "{out}"
    );
    terminal.leave();
}

#[test]
fn a_terminal_without_an_editor_reads_lines() {
    let practice = practice();
    for term in ["dumb", "emacs", "cons25"] {
        let mut terminal = Setup::with_script(&practice, "exec \"$@\" >out")
            .env("TERM", term)
            .spawn();
        let prompt = format!("{}> ", practice.addr());
        terminal.sees(&prompt);
        terminal.press("get_quota_scans; delete_user 5134\r");
        terminal.sees("[y/N] ");
        terminal.press("n\r");
        terminal.sees("cancelled");
        terminal.plain_prompt();
        terminal.press("get_user_by_id 5134\r");
        terminal.sees(&format!("{} id=5134> ", practice.addr()));
        terminal.press("add_user x --password\r");
        terminal.plain_secret("password", "hunter2\r");
        terminal.plain_secret("password again", "hunter2\r");
        terminal.sees("error: `add_user`");
        terminal.plain_prompt();
        terminal.press(CTRL_D);
        assert_eq!(terminal.end(), 0);
        let raw = terminal.raw();
        assert!(
            !raw.contains("\x1b[?") && !raw.contains("hunter2"),
            "{raw:?}"
        );
        assert!(term != "dumb" || !raw.contains('\x1b'), "{raw:?}");
        let out = fs::read_to_string(terminal.path("out")).unwrap();
        assert!(
            out.starts_with("[\n") && !out.contains(['>', '\x1b']),
            "{term}: {out}"
        );
        assert_eq!(
            fs::read_to_string(terminal.history_file()).unwrap(),
            "get_quota_scans; delete_user 5134\nget_user_by_id 5134\nadd_user x --password\n"
        );
    }
}

#[test]
fn a_small_window_is_enough() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(20, 5).start();
    terminal.press("get_u\t");
    terminal.wait("the list", |terminal| {
        terminal.raw().contains("get_user_by_id")
    });
    terminal.press("\x03");
    terminal.prompt();
    terminal.run("get_users");
    terminal.leave();
}
