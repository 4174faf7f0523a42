//! A restore at the terminal: the plan is shown and confirmed once.

use super::asked;
use super::setup::Setup;
use crate::support::v2;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn loads(server: &Practice) -> usize {
    let asked = asked(server);
    let loads = asked.iter().filter(|one| one.starts_with("POST"));
    loads.count()
}

#[test]
fn a_restore_asks_for_confirmation_once() {
    let server = v2();
    let setup = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let mut terminal = setup.start();
    terminal.run("backup b.json");
    for line in ["delete_user carla", "update_user press --uid 5"] {
        terminal.press(&format!("{line}\r"));
        terminal.question();
        terminal.press("y\r");
        terminal.prompt();
    }
    terminal.press("restore b.json\r");
    assert_eq!(
        terminal.question(),
        "restore: 1 to create, 1 to overwrite. Continue? [y/N]"
    );
    terminal.sees("users: 1 create, 1 update, 4 same\n");
    terminal.press("n\r");
    let said = terminal.prompt();
    assert!(said.contains("cancelled; nothing was sent"), "{said}");
    assert_eq!(loads(&server), 0);
    assert!(!terminal.path("b.json.restoring").exists());
    terminal.press("restore b.json\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("only_on_server"), "{said}");
    assert_eq!(loads(&server), 2);
    // What asks is on again.
    terminal.press("delete_user carla\r");
    terminal.question();
    terminal.press("n\r");
    terminal.prompt();
    // Nothing is asked where there is nothing to do, nor for a plan.
    let said = terminal.run("restore b.json");
    assert!(
        said.contains("created          0 ") && said.contains("updated          0"),
        "{said}"
    );
    // A file of commands is asked about as a whole.
    std::fs::write(terminal.path("f.sftpgo"), "restore b.json --only users\n").expect("a file");
    terminal.press("source f.sftpgo\r");
    let question = terminal.question();
    assert!(question.contains("1 of which deletes data"), "{question}");
    terminal.press("y\r");
    terminal.prompt();
    terminal.leave();
}
