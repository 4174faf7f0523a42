//! The last user of v2 on a terminal: in the prompt, and in the question before a change.

use super::setup::Setup;
use crate::support::{asked, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn setup(server: &Practice) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
        .size(80, 24)
}

#[test]
fn the_prompt_shows_it_and_the_question_names_it() {
    let server = v2();
    let mut terminal = setup(&server).start();
    terminal.run("get_user_by_username press --output compact");
    let prompt = format!("admin@{} 2.7.5 user=press> ", server.addr());
    terminal.sees_row(prompt.trim_end());
    terminal.press("update_user --uid 5\r");
    assert_eq!(
        terminal.question(),
        "update_user press: one change. Continue? [y/N]"
    );
    terminal.press("n\r");
    terminal.prompt();
    terminal.press("delete_user\r");
    terminal.question();
    terminal.sees("delete_user press: the account will be deleted");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("User deleted"), "{said}");
    terminal.sees_row(&format!("admin@{} 2.7.5>", server.addr()));
    terminal.run("delete_user");
    terminal.sees("`USERNAME` is missing, and no user has been looked up yet");
    let deleted = asked(&server);
    let deleted = deleted.iter().filter(|one| one.starts_with("DELETE"));
    assert_eq!(deleted.count(), 1);
    terminal.leave();
}

#[test]
fn another_server_has_another_last_user() {
    let (one, other) = (v2(), v2());
    let mut terminal = setup(&one).start();
    terminal.run("get_user_by_username press --output compact");
    terminal.sees("user=press> ");
    terminal.run(&format!("connect {}", other.url()));
    terminal.sees_row(&format!("{} 2.7.5>", other.addr()));
    terminal.run("delete_user");
    terminal.sees("`USERNAME` is missing");
    assert!(asked(&other).iter().all(|one| !one.starts_with("DELETE")));
    terminal.leave();
}
