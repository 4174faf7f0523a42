//! Several lines at once: pasted, quoted, separated.

use super::asked;
use super::pty::CTRL_C;
use super::setup::Setup;
use crate::support::practice;

/// A paste as terminals mark it.
fn pasted(text: &str) -> String {
    format!("\x1b[200~{text}\x1b[201~")
}

#[test]
fn marked_lines_run_at_enter_one_by_one() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let lines = "get_user_by_id 1\nnosuch\n\n# a comment\n$ python sftpgo_api_cli.py get_quota_scans\necho 'a\nb'";
    terminal.press(&pasted(lines));
    terminal.sees_typed(lines);
    assert_eq!(asked(&practice), [""; 0]);
    let said = terminal.enter();
    assert!(said.ends_with("]\na\nb\n"), "{said}");
    assert!(said.contains("unknown command `nosuch`"), "{said}");
    assert_eq!(
        asked(&practice),
        ["GET /api/v1/user/1", "GET /api/v1/quota_scan"]
    );
    // As terminals send it, a newline is a carriage return.
    terminal.press(&pasted("echo c\recho d\r"));
    assert_eq!(terminal.enter(), "\nc\nd\n");
    terminal.leave();
}

#[test]
fn unmarked_lines_are_all_run() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let ids = 5134..5174;
    let lines: Vec<String> = ids
        .clone()
        .map(|id| format!("get_user_by_id {id}\r"))
        .collect();
    terminal.press(&lines.concat());
    for _ in ids.clone() {
        terminal.prompt();
    }
    let expected: Vec<String> = ids.map(|id| format!("GET /api/v1/user/{id}")).collect();
    assert_eq!(asked(&practice), expected);
    terminal.leave();
}

#[test]
fn an_open_quote_continues_the_line() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.press("echo \"a");
    terminal.press("\r");
    terminal.sees_typed("echo \"a\n");
    assert_eq!(terminal.run("b\" c"), "\na\nb c\n");
    terminal.press("echo a \\\r");
    terminal.sees_typed("echo a \\\n");
    assert_eq!(terminal.run("b"), "\na b\n");
    terminal.leave();
}

#[test]
fn a_line_stops_at_its_first_failure() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let said = terminal.run("get_quota_scans; get_user_by_id 1; get_users; echo never");
    assert!(
        said.ends_with("not run: `get_users`\nnot run: `echo`\n"),
        "{said}"
    );
    assert_eq!(
        asked(&practice),
        ["GET /api/v1/quota_scan", "GET /api/v1/user/1"]
    );
    // What was pasted after it goes on.
    terminal.press(&pasted("nosuch; echo never\necho next; echo more"));
    let said = terminal.enter();
    assert!(said.ends_with("not run: `echo`\nnext\nmore\n"), "{said}");
    terminal.leave();
}

#[test]
fn bytes_that_are_no_text_do_not_end_the_session() {
    let mut terminal = Setup::at(&practice()).start();
    terminal.press_bytes(b"echo \xe9t\xe9\r");
    let said = terminal.prompt();
    assert!(said.contains("not valid UTF-8"), "{said}");
    terminal.press(CTRL_C);
    terminal.prompt();
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.leave();
}

#[test]
fn control_characters_in_a_paste_do_no_harm() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.press(&pasted("echo a\x07\x1b[31mb\u{9b}31mc\u{202e}d"));
    terminal.press("\r");
    let said = terminal.prompt();
    assert!(!said.contains(['\x07', '\u{9b}', '\u{202e}']), "{said:?}");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}
