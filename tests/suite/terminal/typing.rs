//! Help with the next line: suggestions from the history, the user's editor, and lines
//! that are not remembered.

use super::pty::{CTRL_C, Terminal, UP};
use super::setup::Setup;
use crate::support::practice;
use std::fs;

const RIGHT: &str = "\x1b[C";
const END: &str = "\x1b[F";
const CTRL_X_CTRL_E: &str = "\x18\x05";
const ESC: &str = "\x1b";

#[track_caller]
fn suggests(terminal: &mut Terminal, hint: &str) {
    terminal.wait(&format!("the suggestion {hint:?}"), |terminal| {
        terminal.looking(vt100::Cell::dim) == hint
    });
}

#[test]
fn the_history_suggests_the_rest_of_a_line() {
    let practice = practice();
    for size in [(80, 24), (160, 45)] {
        let mut terminal = Setup::at(&practice).size(size.0, size.1).start();
        terminal.run("get_users --limit 3 --order DESC");
        terminal.run("get_quota_scans");
        terminal.press("get_u");
        suggests(&mut terminal, "sers --limit 3 --order DESC");
        terminal.press(RIGHT);
        terminal.sees_typed("get_users --limit 3 --order DESC");
        terminal.press(CTRL_C);
        terminal.prompt();
        // The last one that fits, and End takes it as well.
        terminal.press("get_");
        suggests(&mut terminal, "quota_scans");
        terminal.press(END);
        terminal.sees_typed("get_quota_scans");
        terminal.press(CTRL_C);
        terminal.prompt();
        // Where no line fits, the arguments are hinted.
        terminal.press("start_quota_sca");
        suggests(&mut terminal, "n");
        terminal.press(CTRL_C);
        terminal.prompt();
        terminal.leave();
    }
}

#[test]
fn a_long_suggestion_is_cut_but_taken_whole() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    let line = format!("echo {}", "x".repeat(120));
    terminal.run(&line);
    terminal.press("echo x");
    terminal.wait("a cut suggestion", |terminal| {
        terminal.looking(vt100::Cell::dim).ends_with('…')
    });
    terminal.press(RIGHT);
    terminal.wait("the whole line", |terminal| {
        terminal.typed().replace('\n', "") == line
    });
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn no_secret_is_suggested() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    terminal.run("add_user x --password hunter2 --home_dir /x --permissions '*'");
    // A password at the wrong prompt.
    terminal.run("hunter3");
    let shown = terminal.raw().len();
    terminal.press("add_user x --p");
    terminal.sees_typed("add_user x --p");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.press("hun");
    terminal.sees_typed("hun");
    suggests(&mut terminal, "");
    let after = terminal.raw()[shown..].to_owned();
    assert!(
        !after.contains("ter2") && !after.contains("ter3"),
        "{after}"
    );
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_leading_blank_keeps_a_line_out_of_the_history() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    terminal.run("echo one");
    assert_eq!(terminal.run(" echo two"), "\ntwo\n");
    assert_eq!(terminal.run("echo three"), "\nthree\n");
    assert_eq!(
        terminal.run("history"),
        "\n    1  echo one\n    2  echo three\n    3  history\n"
    );
    terminal.press(UP);
    terminal.sees_typed("history");
    terminal.press(UP);
    terminal.sees_typed("echo three");
    terminal.press(UP);
    terminal.sees_typed("echo one");
    terminal.press(CTRL_C);
    terminal.prompt();
    let kept = fs::read_to_string(terminal.history_file()).unwrap();
    assert_eq!(kept, "echo one\necho three\nhistory\n");
    terminal.leave();
}

#[test]
fn a_repeated_line_is_kept_once() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    for line in ["echo a", "echo a", "echo b", "echo b", "echo a"] {
        terminal.run(line);
    }
    let kept = fs::read_to_string(terminal.history_file()).unwrap();
    assert_eq!(kept, "echo a\necho b\necho a\n");
    terminal.leave();
}

/// A shell whose editor runs this script on the file `$1`.
fn with_editor(script: &str) -> Setup {
    let practice = practice();
    let setup = Setup::at(&practice)
        .size(80, 24)
        .with_temporary_folder("tmp")
        .with_file("editor.sh", script)
        .env("EDITOR", "sh -eu \"$HOME/editor.sh\"");
    // `echo` needs no server.
    drop(practice);
    setup
}

fn left(terminal: &Terminal) -> usize {
    fs::read_dir(terminal.path("tmp"))
        .expect("a folder")
        .count()
}

#[test]
fn the_line_opens_in_the_editor_and_comes_back() {
    let script = "cat \"$1\" >\"$HOME/was\"; stat -c %a \"$1\" >>\"$HOME/was\"; printf 'echo edited\\n' >\"$1\"";
    let mut terminal = with_editor(script).start();
    terminal.press("echo ty'ped");
    terminal.sees_typed("echo ty'ped");
    terminal.press(CTRL_X_CTRL_E);
    terminal.prompt_with("echo edited");
    let was = fs::read_to_string(terminal.path("was")).unwrap();
    assert_eq!(was, "echo ty'ped\n600\n");
    // It was not run; Enter runs it.
    terminal.press("!");
    terminal.sees_typed("echo edited!");
    assert_eq!(terminal.enter(), "\nedited!\n");
    assert_eq!(left(&terminal), 0);
    // The next line begins empty.
    assert_eq!(terminal.run("echo next"), "\nnext\n");
    terminal.leave();
}

#[test]
fn several_lines_come_back_from_the_editor() {
    let mut terminal = with_editor("printf 'echo a\\r\\necho b\\n\\n' >\"$1\"").start();
    terminal.press(CTRL_X_CTRL_E);
    terminal.prompt_with("echo a\necho b");
    assert_eq!(terminal.enter(), "\na\nb\n");
    terminal.leave();
}

#[test]
fn an_editor_that_fails_leaves_the_line() {
    let mut terminal = with_editor("echo changed >\"$1\"; exit 3").start();
    terminal.press("echo kept");
    terminal.sees_typed("echo kept");
    terminal.press(CTRL_X_CTRL_E);
    terminal.prompt_with("echo kept");
    terminal.sees("failed with exit status: 3; nothing");
    assert_eq!(terminal.enter(), "\nkept\n");
    assert_eq!(left(&terminal), 0);
    terminal.leave();
    let practice = practice();
    let mut terminal = Setup::at(&practice).env("VISUAL", "no-such-editor").start();
    terminal.press(CTRL_X_CTRL_E);
    terminal.prompt();
    terminal.sees("the editor `no-such-editor` was not found");
    terminal.leave();
}

#[test]
fn other_chords_of_ctrl_x_do_what_they_did() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.press("echo one");
    terminal.sees_typed("echo one");
    // Undo.
    terminal.press("\x18\x15");
    terminal.sees_typed("echo");
    // A letter after Ctrl-X is that letter.
    terminal.press("\x18e");
    terminal.sees_typed("echoe");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn the_keys_of_vi_work_from_the_next_line_on() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    terminal.run("set edit_mode vi");
    terminal.press("echo one two");
    terminal.sees_typed("echo one two");
    terminal.press(ESC);
    // The editor waits whether the escape begins a key.
    std::thread::sleep(std::time::Duration::from_millis(700));
    terminal.press("bcwdone");
    terminal.sees_typed("echo one done");
    assert_eq!(terminal.enter(), "\none done\n");
    // Up still looks for the typed beginning.
    terminal.press("ec");
    terminal.press(UP);
    terminal.sees("echo one done");
    terminal.press(CTRL_C);
    terminal.prompt();
    // `k` answers no question with a line of the history.
    terminal.press("delete_user 5136\r");
    terminal.question();
    terminal.press("\x1bk\r");
    let said = terminal.prompt();
    assert!(said.contains("cancelled; nothing was sent"), "{said}");
    terminal.run("set edit_mode emacs");
    terminal.press("echo x\x01\x0b");
    terminal.sees_typed("");
    let said = terminal.run("set edit_mode ed");
    assert!(said.contains("must be one of `emacs`, `vi`"), "{said}");
    terminal.leave();
}
