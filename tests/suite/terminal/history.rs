//! What is kept of typed lines, in memory and on disk.

use super::asked;
use super::pty::{CTRL_C, CTRL_R, UP};
use super::setup::Setup;
use crate::support::practice;
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn lines_come_back_in_the_next_run() {
    let practice = practice();
    let mut first = Setup::at(&practice).start();
    first.run("get_quota_scans");
    first.run("get_user_by_id 5134");
    // Nothing, and what is typed twice, is not worth a step.
    first.run("   ");
    first.run("get_user_by_id 5134");
    first.press(UP);
    first.sees_typed("get_user_by_id 5134");
    first.press(UP);
    first.sees_typed("get_quota_scans");
    first.press(CTRL_C);
    first.prompt();

    let mut second = Setup::at(&practice).home_of(&first).start();
    second.press(UP);
    second.sees_typed("get_user_by_id 5134");
    assert!(second.enter().contains("carla"));
    second.press(CTRL_R);
    second.sees("reverse-i-search");
    second.press("quota");
    second.sees("`quota': get_quota_scans");
    assert!(second.enter().contains("backup"));
    // Page up goes to the lines that begin as the typed one.
    second.press("get_u\x1b[5~");
    second.wait("the line that begins so", |terminal| {
        terminal.row().contains("> get_user_by_id 5134")
    });
    second.press(CTRL_C);
    second.prompt();
    assert_eq!(asked(&practice).len(), 5);

    let mode = fs::metadata(first.history_file())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    first.leave();
    second.leave();
}

#[test]
fn a_secret_is_kept_in_memory_alone() {
    let practice = practice();
    let mut first = Setup::at(&practice).start();
    let typed = "add_user x --password hunter2 --home_dir /x --permissions '*'";
    let kept = "add_user x --password --home_dir /x --permissions '*'";
    first.run(typed);
    first.press(UP);
    first.sees_typed(typed);
    first.press(CTRL_C);
    first.prompt();
    first.run("add_user y --password=hunter3");
    // A quote that is never closed: the whole line may be the secret.
    first.press("add_user 'z --password hunter4\r");
    first.press(CTRL_C);
    first.prompt();
    first.press("post user --json '{\"password\": \"hunter5\"}'");
    first.enter();
    let on_disk = fs::read_to_string(first.history_file()).unwrap();
    assert_eq!(on_disk, format!("{kept}\nadd_user y --password\n"));

    // The recalled line asks for what is missing.
    let mut second = Setup::at(&practice).home_of(&first).start();
    second.press(UP);
    second.press(UP);
    second.sees_typed(kept);
    second.press("\r");
    second.secret("password", "hunter6\r");
    second.secret("password again", "hunter6\r");
    second.prompt();
    let bodies = practice.seen();
    let last = String::from_utf8(bodies.last().unwrap().body.clone()).unwrap();
    assert!(last.contains("\"password\":\"hunter6\""), "{last}");
    assert!(!second.raw().contains("hunter"), "{}", second.text());
    first.leave();
    second.leave();
}

#[test]
fn a_misplaced_secret_is_not_saved() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env("SFTPGO_HOST", "http://127.0.0.1:1")
        .arg("--api=v2")
        .start();
    for line in crate::mistyped::LINES {
        terminal.run(line);
    }
    for line in [
        "let password = Zq7Secret",
        "expect $_.password == Zq7Password",
        "login admin:Zq7",
        "get users?password=Zq7",
        "get_users --limit 1 # pw Zq7",
        "add_user x --set description='password: Zq7' --home_dir /x",
        "let uid = 7; add_user x --password Zq7 --uid $uid --home_dir /x --permissions list",
    ] {
        terminal.run(line);
    }
    let kept = fs::read_to_string(terminal.history_file()).unwrap();
    assert!(!kept.contains("Zq7"), "{kept}");
    let last = "get_users --limit 1\nlet uid = 7; add_user x --password --uid $uid --home_dir /x --permissions list\n";
    assert!(kept.ends_with(last), "{kept}");
    // What is wrong and can have no secret is kept: it is put right from there.
    terminal.run("get_users --limt 5");
    let kept = fs::read_to_string(terminal.history_file()).unwrap();
    assert!(kept.ends_with("get_users --limt 5\n"), "{kept}");
    terminal.leave();
}

#[test]
fn a_locked_file_is_not_waited_for() {
    let practice = practice();
    let mut first = Setup::at(&practice).start();
    first.run("echo before");
    let file = fs::File::open(first.history_file()).unwrap();
    file.lock().unwrap();
    let said = first.run("echo a");
    assert_eq!(
        said,
        "\nhistory is not kept: locked by another program\na\n"
    );
    let mut second = Setup::at(&practice).home_of(&first).start();
    second.sees("history is not kept: locked by another program");
    second.press(UP);
    second.sees_typed("echo before");
    second.press(CTRL_C);
    second.prompt();
    file.unlock().unwrap();
    assert_eq!(second.run("echo b"), "\nb\n");
    let kept = fs::read_to_string(first.history_file()).unwrap();
    assert_eq!(kept, "echo before\necho b\n");
    first.leave();
    second.leave();
}

#[test]
fn two_shells_lose_no_line() {
    let practice = practice();
    let mut first = Setup::at(&practice).start();
    let mut second = Setup::at(&practice).home_of(&first).start();
    for round in 0..20 {
        // Both at once.
        first.press(&format!("echo first {round}\r"));
        second.press(&format!("echo second {round}\r"));
        first.prompt();
        second.prompt();
    }
    let text = fs::read_to_string(first.history_file()).unwrap();
    for name in ["first", "second"] {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(name)).collect();
        let expected: Vec<String> = (0..20)
            .map(|round| format!("echo {name} {round}"))
            .collect();
        assert_eq!(lines, expected);
    }
    first.leave();
    second.leave();
}

#[test]
fn a_line_of_several_rows_comes_back_whole() {
    let practice = practice();
    let mut first = Setup::at(&practice).start();
    first.press("echo 'a\r");
    assert_eq!(first.run("b'  c"), "\na\nb c\n");
    let mut second = Setup::at(&practice).home_of(&first).start();
    second.press(UP);
    second.sees_typed("echo 'a\nb'  c");
    assert_eq!(second.enter(), "\na\nb c\n");
    first.leave();
    second.leave();
}

#[test]
fn a_missing_history_file_is_no_error() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env("SFTPGO_SHELL_HISTORY_FILE", "/dev/null/history")
        .start();
    terminal.sees("cannot use the history file");
    assert_eq!(terminal.run("echo a"), "\na\n");
    terminal.press(UP);
    terminal.sees_typed("echo a");
    terminal.enter();
    terminal.leave();

    let mut terminal = Setup::at(&practice).arg("--history_file=").start();
    assert_eq!(terminal.run("echo a"), "\na\n");
    assert!(!terminal.history_file().exists());
    terminal.leave();
}

#[test]
fn a_secret_is_never_suggested() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("get_users --limit 3");
    terminal.run("add_user x --password hunter2 --home_dir /x --permissions '*'");
    terminal.run("let password = hunter3");
    // A line without one is, by its beginning.
    terminal.press("get_us");
    terminal.wait("the suggestion", |terminal| {
        terminal.looking(vt100::Cell::dim) == "ers --limit 3"
    });
    terminal.press(CTRL_C);
    terminal.prompt();
    let before = terminal.raw().matches("hunter").count();
    for typed in [
        "add_user x --password h",
        "add_user x --pass",
        "let password = h",
    ] {
        terminal.press(typed);
        terminal.sees_typed(typed);
        assert!(
            !terminal.looking(vt100::Cell::dim).contains("unter"),
            "{typed}"
        );
        terminal.press(CTRL_C);
        terminal.prompt();
    }
    assert_eq!(terminal.raw().matches("hunter").count(), before);
    terminal.leave();
}

#[test]
fn a_mistyped_line_that_may_hold_a_storage_secret_is_not_kept() {
    let server = crate::support::v2();
    let mut terminal = Setup::at(&server).env("SFTPGO_SHELL_API", "v2").start();
    terminal.run("add_folder x --storage s3 --access_secrt hunter2");
    terminal.run("echo after");
    let on_disk = fs::read_to_string(terminal.history_file()).unwrap();
    assert_eq!(on_disk, "echo after\n");
    terminal.leave();
}

#[test]
fn lines_of_this_session_have_a_server_and_an_exit_code() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(140, 24).start();
    terminal.run("get_user_by_id 5134");
    terminal.run("get_user_by_id 9");
    terminal.run(" get_user_by_id 5134");
    terminal.run("echo one; nonsense");
    let long = terminal.run("history grep USER --long");
    let lines: Vec<&str> = long.lines().skip(1).collect();
    assert_eq!(lines.len(), 3, "{long}");
    for (line, code) in lines.iter().zip(["0", "4", "-"]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = if code == "-" { 2 } else { 3 };
        assert_eq!(words[at], code, "{long}");
        let server = words[at + 1].trim_end_matches('/');
        assert!(code == "-" || server == practice.url(), "{long}");
    }
    assert!(
        terminal
            .run("history grep nonsense --long")
            .contains("  2  http")
    );
    // The numbers are those of `history`, and a hidden line has none.
    let said = terminal.run("save a.sftpgo 1-3");
    assert!(said.contains("2 commands in `a.sftpgo`"), "{said}");
    let kept = fs::read_to_string(terminal.path("a.sftpgo")).unwrap();
    let lines: Vec<&str> = kept.lines().skip(1).collect();
    assert_eq!(lines, ["get_user_by_id 5134", "echo one"]);
    terminal.leave();
}
