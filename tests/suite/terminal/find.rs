//! Conditions at the prompt: Tab, and what is said about a list.

use super::pty::CTRL_C;
use super::setup::Setup;
use crate::support::practice;

#[test]
fn a_condition_is_completed_and_counted() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    for (typed, line) in [
        ("get_users --where usern", "get_users --where 'username "),
        (
            "get_users --where 'id != 1 and quota_s",
            "get_users --where 'id != 1 and quota_size ",
        ),
        (
            "get_users --sort id,-quota_s",
            "get_users --sort id,-quota_size ",
        ),
    ] {
        terminal.completes(typed, line);
    }
    terminal.press("get_users --where 'username ~ nowak' --jq '.[].id'\r");
    terminal.sees("5136");
    terminal.sees("1 of 6 users (1 request)");
    terminal.prompt();
    // It is left at Ctrl-C.
    terminal.press("get_users --jq '1000 + 234, (repeat(.) | empty)'\r");
    terminal.sees("1234");
    terminal.press(CTRL_C);
    terminal.sees("interrupted; the rest is not shown");
    terminal.prompt();
    terminal.leave();
}
