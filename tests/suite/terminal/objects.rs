//! Objects that are written in an editor, passwords that are chosen, and changes that are
//! undone, on a terminal.

use super::pty::Terminal;
use super::setup::Setup;
use crate::support::{Run, asked, v2};
use serde_json::Value as Json;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::fs;

fn start(server: &Practice, script: &str) -> Terminal {
    let terminal = Setup::at(server)
        .size(120, 600)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("EDITOR", "sh -eu \"$HOME/editor.sh\"")
        .with_temporary_folder("tmp")
        .start();
    edits_by(&terminal, script);
    terminal
}

fn edits_by(terminal: &Terminal, script: &str) {
    fs::write(terminal.path("editor.sh"), script).expect("a file in a temporary folder");
}

fn writes(server: &Practice) -> Vec<String> {
    let all = asked(server).into_iter();
    all.filter(|one| !one.starts_with("GET")).collect()
}

fn object(server: &Practice, line: &str) -> Json {
    let run = Run::at(server, &["-c", line]);
    let run = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    serde_json::from_str(&run.go().out).unwrap_or(Json::Null)
}

#[test]
fn a_group_is_written_in_the_editor() {
    let server = v2();
    let script = "cp \"$1\" seen\n\
        sed -i 's|// \"description\": \"\"|\"description\": \"Night shift\"|; s|// \"max_sessions\": 0|\"max_sessions\": 3|' \"$1\"";
    let mut terminal = start(&server, script);
    terminal.press("new group night\r");
    assert_eq!(
        terminal.question(),
        "add_group night: 3 fields. Continue? [y/N]"
    );
    assert!(writes(&server).is_empty());
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("night") && !said.contains("warning"),
        "{said}"
    );
    let seen = fs::read_to_string(terminal.path("seen")).expect("the editor saw it");
    assert!(seen.starts_with("// add_group night: "), "{seen}");
    assert!(
        seen.contains("  // free text note\n  // \"description\": \"\",\n"),
        "{seen}"
    );
    assert!(seen.contains("one of: "), "{seen}");
    let group = object(&server, "get_group_by_name night");
    assert_eq!(group["description"], "Night shift");
    assert_eq!(group["user_settings"]["max_sessions"], 3);
    terminal.leave();
}

#[test]
fn a_template_that_is_left_as_it_is_adds_nothing() {
    let server = v2();
    let mut terminal = start(&server, "true");
    let said = terminal.run("new role night");
    assert!(
        said.contains("nothing was sent: the template was not changed"),
        "{said}"
    );
    edits_by(&terminal, ": >\"$1\"");
    let said = terminal.run("new role night");
    assert!(
        said.contains("nothing was sent: the file is empty"),
        "{said}"
    );
    edits_by(&terminal, "sed -i 's|// \"desc|\"desc|' \"$1\"");
    terminal.press("new role night\r");
    terminal.question();
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    // One that is there is an error before the editor opens.
    edits_by(&terminal, "echo opened >opened");
    let said = terminal.run("new user carla");
    assert!(
        said.contains("user `carla` already exists; nothing was sent"),
        "{said}"
    );
    assert!(said.contains("`edit user carla` changes it"), "{said}");
    assert!(!terminal.path("opened").exists());
    assert!(writes(&server).is_empty());
    terminal.leave();
}

#[test]
fn a_mistake_is_said_in_the_file_and_corrected() {
    let server = v2();
    let script = "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; cp \"$1\" seen$n\n\
        case $n in\n\
        0) sed -i 's|// \"uid\": 0|\"uidd\": 7|; s|// \"home_dir\": \"\"|\"home_dir\": \"/srv/carl\"|; s|// \"permissions\": {}|\"permissions\": {\"/\": [\"*\"]}|' \"$1\";;\n\
        1) sed -i 's|\"uidd\"|\"uid\"|; s|// \"role\": \"\"|\"role\": \"nosuch\"|' \"$1\";;\n\
        2) sed -i 's|\"role\": \"nosuch\",||' \"$1\";;\n\
        esac";
    let mut terminal = start(&server, script);
    terminal.press("new user carl\r");
    assert_eq!(terminal.asks("[Y/n] "), "edit again? [Y/n]");
    terminal.sees("error: unknown field `uidd`");
    terminal.press("\r");
    terminal.question();
    terminal.press("y\r");
    // The server refuses it.
    assert_eq!(terminal.asks("[Y/n] "), "edit again? [Y/n]");
    terminal.sees("the role `nosuch` does not exist");
    terminal.press("\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("carl"), "{said}");
    assert_eq!(object(&server, "get_user_by_username carl")["uid"], 7);

    let seen =
        |n: u8| fs::read_to_string(terminal.path(&format!("seen{n}"))).expect("it was opened");
    let second = seen(1);
    let note = second.lines().next().unwrap_or_default();
    assert!(note.starts_with("// error: line "), "{note}");
    let line: usize = note["// error: line ".len()..]
        .split(':')
        .next()
        .and_then(|line| line.parse().ok())
        .expect("a line");
    let named = second.lines().nth(line - 1).unwrap_or_default();
    assert!(named.contains("\"uidd\": 7"), "{named}");
    assert!(second.contains("an empty file sends nothing"), "{second}");
    let third = seen(2);
    assert!(
        third.lines().next().unwrap_or_default().contains("nosuch"),
        "{third}"
    );
    assert_eq!(third.matches("// error: ").count(), 1, "{third}");
    assert_eq!(
        fs::read_dir(terminal.path("tmp"))
            .expect("a folder")
            .count(),
        0
    );
    terminal.leave();
}

#[test]
fn what_is_written_is_kept_for_the_next_step() {
    let server = v2();
    let script = "sed -i 's|// \"password\": \"\"|\"password\": \"hidden\"|; s|// \"uid\": 0|\"uid\": x|' \"$1\"";
    let mut terminal = start(&server, script);
    terminal.press("new user carl\r");
    terminal.asks("[Y/n] ");
    terminal.press("n\r");
    let said = terminal.prompt();
    assert!(said.contains("`add_user carl --json"), "{said}");
    let mut left = fs::read_dir(terminal.path("tmp")).expect("a folder");
    let kept = left.next().expect("a file").expect("an entry").path();
    let kept = fs::read_to_string(kept).expect("it is there");
    assert!(!kept.contains("hidden") && !kept.contains("//"), "{kept}");
    assert!(kept.contains("\"username\": \"carl\""), "{kept}");
    terminal.leave();
}

#[test]
fn a_chosen_password_is_typed_twice() {
    let server = v2();
    let mut terminal = start(&server, "true");
    terminal.press("update_user carla --password\r");
    terminal.secret("password", "one-secret\r");
    terminal.secret("password again", "another\r");
    terminal.secret("they differ; password", "right-one\r");
    terminal.secret("password again", "right-one\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("User updated"), "{said}");
    let sent = server.seen().into_iter().rfind(|seen| seen.method == "PUT");
    let body = String::from_utf8(sent.expect("a write").body).expect("JSON");
    assert!(body.contains("right-one"), "{body}");
    // Ctrl-C at either question sends nothing.
    terminal.press("update_user carla --password\r");
    terminal.secret("password", "one-secret\r");
    terminal.secret("password again", super::pty::CTRL_C);
    let said = terminal.prompt();
    assert!(said.contains("interrupted; nothing was sent"), "{said}");
    terminal.leave();
}

#[test]
fn a_password_is_made_and_shown_once() {
    let server = v2();
    let mut terminal = start(&server, "true");
    let said = terminal.run("add_user carl --generate --home_dir /srv/carl");
    let made = said
        .lines()
        .find_map(|line| line.strip_prefix("the new password is "))
        .expect("it is shown")
        .trim_end()
        .to_owned();
    assert_eq!(made.len(), 20, "{said}");
    let sent = server
        .seen()
        .into_iter()
        .rfind(|seen| seen.method == "POST");
    let body = String::from_utf8(sent.expect("a write").body).expect("JSON");
    assert!(body.contains(&made), "{body}");
    for line in ["last", "history", "echo $_"] {
        let said = terminal.run(line);
        assert!(!said.contains(&made), "{said}");
    }
    let history = fs::read_to_string(terminal.history_file()).unwrap_or_default();
    assert!(!history.contains(&made), "{history}");
    terminal.leave();
}

#[test]
fn an_undo_is_shown_and_asked_for() {
    let server = v2();
    let mut terminal = start(&server, "true");
    terminal.press("update_user carla --uid 77\r");
    terminal.question();
    terminal.press("y\r");
    terminal.prompt();
    terminal.press("undo\r");
    assert_eq!(
        terminal.question(),
        "update_user: one change. Continue? [y/N]"
    );
    terminal.sees("  uid: 77 -> 1001\n");
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    assert_eq!(object(&server, "get_user_by_username carla")["uid"], 77);
    // Someone else changes it.
    object(&server, "update_user carla --gid 9");
    let said = terminal.run("undo");
    assert!(
        said.contains("the object has been changed since `update_user`; nothing was sent"),
        "{said}"
    );
    // Not the field: then it can be undone.
    object(&server, "update_user carla --gid 1000");
    terminal.press("undo\r");
    terminal.question();
    terminal.press("y\r");
    terminal.prompt();
    assert_eq!(object(&server, "get_user_by_username carla")["uid"], 1001);
    terminal.leave();
}

#[test]
fn a_difference_is_in_words() {
    let server = v2();
    let mut terminal = start(&server, "true");
    let said = terminal.run("diff user carla press");
    assert!(said.contains("uid: 1001 -> 1004\n"), "{said}");
    assert!(
        said.contains("user `carla` and `press` differ in "),
        "{said}"
    );
    terminal.completes("diff us", "diff user ");
    terminal.completes("new eve", "new event_");
    terminal.leave();
}

#[test]
fn a_rotation_is_asked_for() {
    let server = v2();
    let mut terminal = start(&server, "true");
    terminal.press("rotate_api_key monitoring\r");
    assert_eq!(
        terminal.question(),
        "rotate_api_key monitoring: clients that use the old key lose access immediately. Continue? [y/N]"
    );
    terminal.press("n\r");
    terminal.prompt();
    assert!(writes(&server).is_empty());
    terminal.press("rotate_api_key monitoring\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("key"), "{said}");
    assert_eq!(writes(&server).len(), 2);
    terminal.leave();
}

#[test]
fn a_missing_object_is_skipped_before_the_question() {
    let server = v2();
    let mut terminal = start(&server, "true");
    let said = terminal.run("delete_user nobody --if_missing skip");
    assert!(
        said.contains("`delete_user nobody`: it does not exist; nothing was changed"),
        "{said}"
    );
    assert!(
        !said.contains("error") && writes(&server).is_empty(),
        "{said}"
    );
    terminal.press("add_user carla --uid 5 --if-exists update\r");
    terminal.question();
    terminal.sees("  uid: 1001 -> 5\n");
    terminal.press("n\r");
    terminal.prompt();
    let said = terminal.run("add_user carla --uid 5 --if_exists skip");
    assert!(
        said.contains("nothing was sent: user `carla` already exists"),
        "{said}"
    );
    assert!(writes(&server).is_empty());
    terminal.leave();
}
