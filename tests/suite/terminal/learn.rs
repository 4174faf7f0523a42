//! `learn` on a terminal: the words, and a session at another server.

use super::setup::Setup;
use crate::support::practice;
use expectrl::process::unix::Signal;
use std::path::PathBuf;

#[test]
fn lessons_leave_a_real_server_only_after_a_question() {
    let server = practice();
    let mut terminal = Setup::at(&server).size(200, 400).start();
    terminal.press("learn\r");
    let asked = terminal.question();
    assert!(
        asked.contains("the lessons run on the practice server"),
        "{asked}"
    );
    terminal.press("n\r");
    assert!(!terminal.prompt().contains("lesson 1"));
    terminal.press("learn v2\r");
    terminal.question();
    terminal.press("y\r");
    let page = terminal.prompt();
    assert!(page.contains("lesson 1 of 16: Look around"), "{page}");
    let said = terminal.run("get_users");
    assert!(
        said.contains("[x] you have read the list of users"),
        "{said}"
    );
    let hint = terminal.run("hint");
    assert!(hint.contains("hint 1 of 2"), "{hint}");
    let said = terminal.run("goto logins");
    assert!(said.contains("lesson 9 of 16"), "{said}");
    terminal.press("login helper\r");
    terminal.asks(": ");
    terminal.press("practice\r");
    terminal.prompt();
    terminal.press("delete_user press\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("[x] a deletion was answered with 403"),
        "{said}"
    );
    let said = terminal.run("learn stop");
    assert!(
        said.contains(&format!("is connected to {} again", server.url())),
        "{said}"
    );
    assert!(terminal.run("hint").contains("unknown command"));
    assert!(server.seen().is_empty());
    terminal.leave();
}

#[test]
fn a_signal_removes_the_folder_of_the_lesson() {
    let server = practice();
    let mut terminal = Setup::at(&server).size(200, 400).start();
    terminal.press("learn v2\r");
    terminal.question();
    terminal.press("y\r");
    terminal.prompt();
    let said = terminal.run("echo $lesson");
    let folder = PathBuf::from(said.trim());
    assert!(folder.is_dir(), "{said}");
    assert_eq!(terminal.kill(Signal::SIGTERM), 130);
    assert!(!folder.exists());
}
