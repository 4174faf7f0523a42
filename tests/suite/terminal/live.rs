//! Names from the server: behind Tab and in the picker.

use super::asked;
use super::pty::{CTRL_C, CTRL_D, TAB, Terminal, UP};
use super::setup::Setup;
use crate::support::{Run, v2, words};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::time::{Duration, Instant};

const ESC: &str = "\x1b";
const CTRL_T: &str = "\x14";
const DOWN: &str = "\x1b[B";

/// No server answers so late that somebody waits for it.
const NEVER: Duration = Duration::from_secs(30);

/// A terminal at a server, of an admin who is logged in by the start.
fn at(server: &Practice, columns: u16, rows: u16) -> Terminal {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_LIVE_NAMES", "on")
        .size(columns, rows)
        .start()
}

/// The same, with all names there.
fn logged_in(server: &Practice, columns: u16, rows: u16) -> Terminal {
    let terminal = at(server, columns, rows);
    all_came(server, 1);
    terminal
}

/// Waits until each list was asked for so often.
#[track_caller]
fn all_came(server: &Practice, times: usize) {
    waits_for(server, "/defender/hosts", times);
}

#[track_caller]
fn waits_for(server: &Practice, path: &str, times: usize) {
    let until = Instant::now() + Duration::from_secs(10);
    while count(server, path) < times {
        assert!(Instant::now() < until, "{path}: {:?}", asked(server));
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// How often a list was asked for.
fn count(server: &Practice, path: &str) -> usize {
    let wanted = format!("GET /api/v2{path}");
    let is_it = |one: &&String| {
        let rest = one.strip_prefix(&wanted);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('?'))
    };
    asked(server).iter().filter(is_it).count()
}

/// Presses Tab until the names are there, as a person would.
#[track_caller]
fn tab(terminal: &mut Terminal, line: &str, item: &str) {
    terminal.press(line);
    terminal.sees_typed(line);
    terminal.press(TAB);
    terminal.wait(item, |terminal| {
        terminal.text().contains(item) && terminal.typed() == line
    });
}

/// Tab leaves the line as it is: the next key follows what was typed.
#[track_caller]
fn offers_nothing(terminal: &mut Terminal, line: &str) {
    terminal.press(line);
    terminal.press(TAB);
    terminal.press("x");
    terminal.sees_typed(&format!("{line}x"));
    cancel(terminal);
}

#[track_caller]
fn cancel(terminal: &mut Terminal) {
    terminal.press(CTRL_C);
    terminal.prompt();
}

#[test]
fn users_are_listed_with_their_state() {
    for (columns, rows) in [(80, 24), (160, 45)] {
        let server = v2();
        let mut terminal = logged_in(&server, columns, rows);
        tab(&mut terminal, "get_user_by_username ", "webdeploy");
        let text = terminal.text();
        let rows: Vec<&str> = text.lines().map(str::trim_end).collect();
        let below = rows
            .iter()
            .position(|row| row.contains("get_user_by_username "));
        let below = below.map_or(0, |at| at + 1);
        assert_eq!(
            rows[below..below + 6],
            [
                "anna.nowak  enabled  0/10G",
                "backup      enabled  1.2T/2T  Nightly backups, kept in a bucket",
                "carla       enabled  staff",
                "j\u{fc}rgen      enabled  0/512M  Left; the account has expired",
                "press       disabled  Disabled until the fair",
                "webdeploy   enabled  partners",
            ]
        );
        cancel(&mut terminal);
        terminal.leave();
    }
}

#[test]
fn every_kind_is_offered_after_the_start() {
    let server = v2();
    let mut terminal = at(&server, 100, 45);
    all_came(&server, 1);
    terminal.run("get_version");
    for (line, item) in [
        ("get_group_by_name ", "staff     Everyone caller works here"),
        (
            "get_folder_by_name ",
            "shared    /srv/sftp/shared  For everyone",
        ),
        (
            "get_admin_by_username ",
            "helper  enabled  May look, and start scans",
        ),
        (
            "get_event_rule_by_name ",
            "rotate-now  enabled  on_demand  Before the log",
        ),
        (
            "get_event_action_by_name ",
            "rotate-log   rotate_log  Begin a new log file",
        ),
        ("close_connection ", "FTP_0_17  "),
    ] {
        tab(&mut terminal, line, item);
        cancel(&mut terminal);
    }
    // The only one is put into the line; an id is found by the name that people know.
    for (typed, line) in [
        ("get_role_by_name ", "get_role_by_name helpdesk "),
        ("close_connection ann", "close_connection FTP_0_17 "),
        (
            "get_api_key_by_id ",
            "get_api_key_by_id Zq3kV9mXw2LbT7dRnC5yHp ",
        ),
    ] {
        terminal.press(typed);
        terminal.press(TAB);
        terminal.sees_typed(line);
        cancel(&mut terminal);
    }
    // Nothing of it shows in the session.
    assert!(terminal.run("last").contains("version"));
    terminal.leave();
}

#[test]
fn a_change_is_known_at_once_and_others_after_a_refresh() {
    let server = v2();
    let mut terminal = logged_in(&server, 80, 24);
    let said = terminal.run("add_group \"o'brien \u{7528}\u{6237}\"");
    assert!(said.contains(" o'brien "), "{said}");
    terminal.run("add_group newsroom --description 'the editors'");
    waits_for(&server, "/groups", 2);
    tab(&mut terminal, "delete_group ", "newsroom      the editors");
    terminal.press("brien");
    terminal.press(TAB);
    terminal.sees_typed("delete_group \"o'brien \u{7528}\u{6237}\" ");
    cancel(&mut terminal);
    // Users were not changed, so they are not read again.
    assert_eq!(count(&server, "/users"), 1);
    // Another admin adds one.
    let run = Run::at(&server, &words("add_role elsewhere"));
    let run = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    assert_eq!(run.go().code, 0);
    assert!(
        terminal
            .run("refresh")
            .contains("reading the names that Tab offers")
    );
    all_came(&server, 2);
    terminal.press("delete_role elsew");
    terminal.press(TAB);
    terminal.sees_typed("delete_role elsewhere ");
    cancel(&mut terminal);
    terminal.leave();
}

#[test]
fn a_wrong_login_fetches_nothing() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", "wrong")
        .env("SFTPGO_SHELL_LIVE_NAMES", "on")
        .start();
    offers_nothing(&mut terminal, "delete_user ");
    assert!(
        terminal
            .run("refresh")
            .contains("they are read after a login")
    );
    assert_eq!(asked(&server), ["GET /healthz", "GET /api/v2/token"]);
    assert_eq!(server.logins().attempts, 1);
    terminal.leave();
}

#[test]
fn an_api_key_is_used_once_it_is_known_to_work() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_API_KEY", "wrong.key")
        .env("SFTPGO_SHELL_LIVE_NAMES", "on")
        .start();
    terminal.run("get_version");
    offers_nothing(&mut terminal, "delete_user ");
    assert_eq!(asked(&server), ["GET /healthz", "GET /api/v2/version"]);
    terminal.leave();
}

#[test]
fn another_server_and_a_logout_drop_the_names() {
    let (server, other) = (v2(), v2());
    let mut terminal = logged_in(&server, 80, 24);
    terminal.run(&format!("connect {}", other.url()));
    offers_nothing(&mut terminal, "delete_user ca");
    assert_eq!(asked(&other), ["GET /healthz"]);
    terminal.run(&format!("connect {}", server.url()));
    terminal.run("login");
    all_came(&server, 2);
    terminal.run("logout");
    offers_nothing(&mut terminal, "delete_user ca");
    terminal.leave();
}

#[test]
fn lists_that_the_admin_may_not_see_are_not_asked_for() {
    let server = v2();
    let run = Run::at(
        &server,
        &words(
            "add_admin clerk --password clerk-password-1 --permissions view_users manage_groups",
        ),
    );
    let run = run
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let ran = run.go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", "clerk")
        .env("SFTPGO_PASSWORD", "clerk-password-1")
        .env("SFTPGO_SHELL_LIVE_NAMES", "on")
        .start();
    terminal.run("login");
    waits_for(&server, "/groups", 1);
    terminal.press("delete_user ca");
    terminal.press(TAB);
    terminal.sees_typed("delete_user carla ");
    cancel(&mut terminal);
    for path in [
        "/admins",
        "/apikeys",
        "/roles",
        "/connections",
        "/eventrules",
    ] {
        assert_eq!(count(&server, path), 0, "{path}");
    }
    terminal.leave();
}

#[test]
fn a_slow_server_blocks_neither_keys_nor_the_exit() {
    let server = v2();
    let mut terminal = logged_in(&server, 80, 24);
    server.set_latency(NEVER);
    terminal.run("refresh");
    // Nor the next line.
    cancel(&mut terminal);
    let begun = Instant::now();
    terminal.press("delete_user ");
    terminal.press(TAB);
    terminal.sees("names are loading: press Tab again");
    terminal.press("abc");
    terminal.sees_typed("delete_user abc");
    terminal.press(CTRL_T);
    terminal.sees("find: abc");
    terminal.press(ESC);
    terminal.wait("the end", |terminal| !terminal.text().contains("find:"));
    terminal.press("d");
    terminal.sees_typed("delete_user abcd");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    cancel(&mut terminal);
    let begun = Instant::now();
    terminal.press(CTRL_D);
    assert_eq!(terminal.end(), 0);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_rejected_token_ends_the_reading_and_not_the_session() {
    for status in [401, 429] {
        let server = v2();
        let mut terminal = logged_in(&server, 80, 24);
        let before = count(&server, "/users");
        server.set_failure(Some(status));
        terminal.run("refresh");
        waits_for(&server, "/users", before + 1);
        cancel(&mut terminal);
        terminal.press("delete_user abc");
        terminal.sees_typed("delete_user abc");
        cancel(&mut terminal);
        terminal.leave();
    }
}

#[test]
fn a_list_that_is_no_list_is_passed_over() {
    let server = v2();
    let mut terminal = at(&server, 80, 24);
    terminal.run("login");
    all_came(&server, 1);
    server.set_failure(Some(500));
    terminal.run("refresh");
    all_came(&server, 2);
    server.set_failure(None);
    offers_nothing(&mut terminal, "delete_user ca");
    terminal.leave();
}

#[test]
fn the_picker_takes_what_is_searched_for() {
    for (columns, rows, before) in [(80, 24, 0), (80, 24, 30), (160, 45, 50), (40, 8, 9)] {
        let server = v2();
        let mut terminal = logged_in(&server, columns, rows);
        for _ in 0..before {
            terminal.enter();
        }
        terminal.press("update_user  --email x");
        for _ in 0..10 {
            terminal.press("\x1b[D");
        }
        terminal.press(CTRL_T);
        terminal.sees("find:");
        terminal.sees("> anna.nowak");
        terminal.press("deploy");
        terminal.sees("> webdeploy");
        terminal.sees("1 of 1; Enter selects it, Esc cancels");
        terminal.press("\r");
        terminal.wait("the line", |terminal| {
            terminal
                .text()
                .replace('\n', "")
                .ends_with("> update_user webdeploy --email x")
        });
        assert!(!terminal.text().contains("find:"), "{}", terminal.text());
        cancel(&mut terminal);
        // Arrows, and the ways to leave.
        for leave in [ESC, CTRL_C, CTRL_T] {
            terminal.press("delete_user ");
            terminal.press(CTRL_T);
            terminal.sees("> anna.nowak");
            terminal.press(DOWN);
            terminal.wait("the second", |terminal| {
                !terminal.text().contains("> anna.nowak")
            });
            terminal.press(leave);
            terminal.wait("the end", |terminal| !terminal.text().contains("find:"));
            terminal.press("z");
            terminal.sees_typed("delete_user z");
            cancel(&mut terminal);
        }
        terminal.leave();
    }
}

#[test]
fn the_window_changes_its_size_while_the_picker_is_open() {
    let server = v2();
    let mut terminal = logged_in(&server, 80, 24);
    terminal.press("delete_user ");
    terminal.press(CTRL_T);
    terminal.sees("> anna.nowak");
    for (columns, rows) in [(40, 10), (160, 45), (60, 12)] {
        let before = terminal.raw().len();
        terminal.resize(columns, rows);
        // The editor draws the line again; the next key draws the picker.
        terminal.wait("the line again", |terminal| {
            terminal.raw()[before..].contains("\x1b[?2026l")
        });
        terminal.press(DOWN);
        terminal.wait("one picker", |terminal| {
            let text = terminal.text();
            text.matches("find:").count() == 1 && !text.contains("> anna.nowak")
        });
        terminal.press(UP);
        terminal.sees("> anna.nowak");
    }
    terminal.press("press\r");
    terminal.wait("the line", |terminal| {
        let text = terminal.text();
        text.ends_with("> delete_user press") && !text.contains("find:")
    });
    cancel(&mut terminal);
    terminal.leave();
}

#[test]
fn it_can_be_turned_off() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .start();
    offers_nothing(&mut terminal, "delete_user ca");
    assert_eq!(count(&server, "/users"), 0);
    terminal.run("set live_names on");
    all_came(&server, 1);
    terminal.leave();
}
