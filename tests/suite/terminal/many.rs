//! The question before several objects are changed or deleted, and each answer to it.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::{asked, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn setup(server: &Practice) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
}

const DISABLE: &str = "update_user --where 'status = enabled' --status disabled";
const QUESTION: &str = "update_user: 5 users. Continue? [y/N/l/o]";

/// The names in the path of each write.
fn written(server: &Practice, method: &str) -> Vec<String> {
    let asked = asked(server);
    let writes = asked.iter().filter(|one| one.starts_with(method));
    let path = |one: &String| one.split(' ').nth(1).unwrap_or_default().to_owned();
    let name = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
    writes.map(path).map(name).collect()
}

fn asks(terminal: &mut Terminal, line: &str) -> String {
    terminal.press(&format!("{line}\r"));
    terminal.asks("[y/N/l/o] ")
}

#[test]
fn the_objects_are_shown_and_yes_changes_them() {
    let server = v2();
    let mut terminal = setup(&server).start();
    assert_eq!(asks(&mut terminal, DISABLE), QUESTION);
    terminal.sees("5 users: 5 to change\n  anna.nowak\n    status: enabled -> disabled\n");
    assert_eq!(written(&server, "PUT"), [""; 0]);
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("5 users: 5 changed"), "{said}");
    assert_eq!(written(&server, "PUT").len(), 5);
    // What a person reads is no JSON, but `last` has it.
    assert!(!said.contains('{'), "{said}");
    let last = terminal.run("last --output compact");
    assert!(last.contains("\"changed\":[\"anna.nowak\","), "{last}");
    let said = terminal.run(DISABLE);
    assert!(said.contains("no user meets the condition; nothing was sent"));
    terminal.leave();
}

#[test]
fn no_and_ctrl_c_send_nothing() {
    let server = v2();
    let mut terminal = setup(&server).start();
    for answer in ["n\r", "\r", "what\r", "?\r", CTRL_C] {
        asks(&mut terminal, DISABLE);
        terminal.press(answer);
        if answer.len() > 2 || answer.starts_with('?') {
            // Any other answer explains each of them, and the question comes again.
            assert_eq!(terminal.asks("[y/N/l/o] "), QUESTION);
            terminal.sees("  n  send nothing; so does Enter\n  l  list all of them");
            terminal.press("n\r");
        }
        let said = terminal.prompt();
        assert!(said.contains("cancelled; nothing was sent"), "{said}");
    }
    assert_eq!(written(&server, "PUT"), [""; 0]);
    terminal.leave();
}

#[test]
fn all_are_listed_and_asked_about_again() {
    let server = v2();
    let mut terminal = setup(&server).start();
    for number in 0..12 {
        terminal.run(&format!(
            "add_user u{number:02} --output compact --home_dir /srv/u --permissions '*' --password pa55word-9"
        ));
    }
    let line = "update_user --where 'username ~ \"^u[0-9]\"' --quota_files 5";
    terminal.press(&format!("{line}\r"));
    terminal.asks("[y/N/l/o] ");
    terminal.sees("  u09\n    quota_files: ");
    terminal.sees("… and 2 more");
    assert!(!terminal.text().contains("  u10\n"));
    terminal.press("l\r");
    terminal.asks("[y/N/l/o] ");
    terminal.sees("  u11\n    quota_files: ");
    terminal.press("n\r");
    terminal.prompt();
    // A deletion of more than ten is confirmed by their number.
    let delete = "delete_user --where 'username ~ \"^u[0-9]\"'";
    for (answers, is_done) in [
        (&["n\r"][..], false),
        (&["y\r", "11\r", "n\r"], false),
        (&["12\r"], true),
    ] {
        terminal.press(&format!("{delete}\r"));
        for answer in answers {
            terminal.asks("by one: ");
            terminal.press(answer);
        }
        let said = terminal.prompt();
        let deleted = if is_done { 12 } else { 0 };
        assert_eq!(written(&server, "DELETE").len(), deleted, "{said}");
    }
    terminal.leave();
}

#[test]
fn one_by_one_each_is_asked_about() {
    let server = v2();
    let mut terminal = setup(&server).start();
    asks(&mut terminal, DISABLE);
    terminal.press("o\r");
    for (name, answer) in [
        ("anna.nowak", "n"),
        ("backup", "?"),
        ("backup", "y"),
        ("carla", "y"),
        ("jürgen", "q"),
    ] {
        let question = terminal.asks("[y/N/q] ");
        assert_eq!(question, format!("update_user {name}? [y/N/q]"));
        assert_eq!(written(&server, "PUT"), [""; 0]);
        terminal.press(&format!("{answer}\r"));
    }
    let said = terminal.prompt();
    assert!(said.contains("2 users: 2 changed"), "{said}");
    assert_eq!(written(&server, "PUT"), ["backup", "carla"]);
    // No for all is no, and so is Ctrl-C in the middle.
    for answers in [["n", "n"], ["y", CTRL_C]] {
        asks(&mut terminal, "delete_user press webdeploy");
        terminal.press("o\r");
        for answer in answers {
            terminal.asks("[y/N/q] ");
            terminal.press(answer);
            if answer != CTRL_C {
                terminal.press("\r");
            }
        }
        let said = terminal.prompt();
        assert!(said.contains("cancelled; nothing was sent"), "{said}");
    }
    assert_eq!(written(&server, "DELETE"), [""; 0]);
    terminal.leave();
}

#[test]
fn named_ones_must_exist_and_yes_on_the_line_does_not_ask() {
    let server = v2();
    let mut terminal = setup(&server).start();
    let missing =
        |name: &str| format!("user `{name}`: the server answered 404: no user has this name");
    let said = terminal.run("delete_user nosuch1 press UPPER2");
    assert!(
        said.contains(&missing("nosuch1")) && said.contains(&missing("UPPER2")),
        "{said}"
    );
    let said = terminal.run("update_user press nobody --status disabled");
    assert!(said.contains(&missing("nobody")), "{said}");
    let said = terminal.run("delete_user nobody nosuch1 --if_missing skip");
    assert!(
        said.contains("nothing was sent: 2 users, and none of them exists"),
        "{said}"
    );
    asks(
        &mut terminal,
        "delete_user nobody press webdeploy --if_missing skip",
    );
    terminal.sees("3 users: 2 to delete, 1 unchanged\n");
    terminal.press("n\r");
    terminal.prompt();
    let question = asks(&mut terminal, "delete_user press webdeploy");
    assert!(question.contains("Continue?"), "{question}");
    terminal.sees("delete_user: 2 users: the account will be deleted");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("2 users: 2 deleted"), "{said}");
    let said = terminal.run("delete_user carla backup --yes");
    assert!(said.contains("2 users: 2 deleted"), "{said}");
    terminal.run("delete_user jürgen --yes");
    let deleted = written(&server, "DELETE");
    assert_eq!(
        deleted,
        ["press", "webdeploy", "carla", "backup", "j%C3%BCrgen"]
    );
    let said = terminal.run("update_user anna.nowak --status disabled --plan");
    assert!(said.contains("status: enabled -> disabled"), "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(written(&server, "PUT"), [""; 0]);
    terminal.leave();
}

#[test]
fn a_single_command_asks_on_its_terminal() {
    for (answer, code, count) in [("y\r", 0, 2), ("n\r", 130, 0)] {
        let server = v2();
        let mut setup = setup(&server);
        for arg in ["update_user", "carla", "backup", "--status", "disabled"] {
            setup = setup.arg(arg);
        }
        let mut terminal = setup.spawn();
        terminal.sees("update_user: 2 users. Continue? [y/N/l/o]");
        terminal.press(answer);
        assert_eq!(terminal.end(), code, "{}", terminal.text());
        assert_eq!(written(&server, "PUT").len(), count);
    }
}

#[test]
fn a_sourced_file_needs_the_flag() {
    let server = v2();
    let mut terminal = setup(&server)
        .with_file("f", "update_user carla backup --status disabled\n")
        .start();
    let path = terminal.path("f");
    let said = terminal.run(&format!("source {}", path.display()));
    assert!(said.contains("cannot ask for it here"), "{said}");
    assert_eq!(written(&server, "PUT"), [""; 0]);
    terminal.leave();
}

#[test]
fn ctrl_c_gives_the_prompt_back_and_says_what_was_done() {
    let server = v2();
    let mut terminal = setup(&server).start();
    asks(&mut terminal, DISABLE);
    server.set_latency(std::time::Duration::from_mins(1));
    let before = server.seen().len();
    terminal.press("y\r");
    terminal.running("the first read", || server.seen().len() > before);
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(
        said.contains("update_user`: 5 users: 5 not tried"),
        "{said}"
    );
    // Each is named, although a person usually gets a summary.
    assert!(
        said.contains("\"not_tried\": [\n    \"anna.nowak\""),
        "{said}"
    );
    server.set_latency(std::time::Duration::ZERO);
    assert_eq!(written(&server, "PUT"), [""; 0]);
    terminal.leave();
}
