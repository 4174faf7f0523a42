//! The line as it is typed: completion, hints, colours, the window's size.

use super::asked;
use super::pty::{CTRL_C, TAB, Terminal};
use super::setup::Setup;
use crate::support::practice;

const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const HOME: &str = "\x1b[H";

#[test]
fn tab_completes_what_is_unique() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("add_user 'x y' --password p --home_dir /x --permissions '*'");
    terminal.run("get_sftp_connections");
    for (typed, line) in [
        ("up", "update_user "),
        ("get_users --lim", "get_users --limit "),
        ("get_users --order D", "get_users --order DESC "),
        ("get_users --order=D", "get_users --order=DESC "),
        ("explain del", "explain delete"),
        (
            "add_user x --permissions u",
            "add_user x --permissions upload ",
        ),
        ("start_quota_scan x", "start_quota_scan 'x y' "),
        ("get_user_by_id ", "get_user_by_id 5140 "),
        (
            "close_sftp_connection ",
            "close_sftp_connection 76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c ",
        ),
        (
            "get_quota_scans; start_q",
            "get_quota_scans; start_quota_scan ",
        ),
        (
            "python sftpgo_api_cli.py del",
            "python sftpgo_api_cli.py delete",
        ),
        ("echo $use", "echo $username "),
        // A secret is not guessed, nor is anything unknown.
        ("add_user x --password p", "add_user x --password p"),
        ("nosuch --f", "nosuch --f"),
    ] {
        terminal.completes(typed, line);
    }
    terminal.leave();
}

#[test]
fn tab_lists_what_is_not() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("get_users --limit 2");
    for (typed, list) in [
        ("get_u", "get_users       list users"),
        ("get_users --order ", "ASC   DESC"),
        ("get_user_by_id ", "5136  anna.nowak"),
        ("get_users --", "--offset    number of results to skip"),
    ] {
        terminal.press(typed);
        terminal.press(TAB);
        terminal.sees(list);
        terminal.press(CTRL_C);
        terminal.prompt();
    }
    terminal.leave();
}

#[test]
fn names_from_the_session_are_listed() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("get_users --limit 2");
    let before = asked(&practice);
    terminal.press("get_user_by_id 513\t");
    terminal.sees("5135  backup");
    terminal.press("6\t");
    terminal.sees_typed("get_user_by_id 5136 ");
    assert_eq!(asked(&practice), before);
    assert!(terminal.enter().contains("anna.nowak"));
    terminal.leave();
}

#[test]
fn hints_are_dim_and_vanish() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let hinted = |terminal: &mut Terminal, typed: &str, hint: &str| {
        terminal.press(typed);
        terminal.wait(&format!("the hint {hint:?}"), |terminal| {
            terminal.looking(vt100::Cell::dim) == hint
        });
    };
    hinted(&mut terminal, "update_u", "ser");
    // The right arrow takes the rest of a name, not the names of arguments.
    terminal.press(RIGHT);
    terminal.sees_typed("update_user");
    hinted(
        &mut terminal,
        " x ",
        "[--home_dir PATH] [--uid N] [--gid N] …",
    );
    terminal.press(RIGHT);
    hinted(&mut terminal, "--uid ", "N");
    hinted(&mut terminal, "7", "");
    terminal.press(CTRL_C);
    terminal.prompt();
    hinted(&mut terminal, "update_user bob", "");
    hinted(
        &mut terminal,
        " ",
        "[--home_dir PATH] [--uid N] [--gid N] …",
    );
    terminal.press(CTRL_C);
    terminal.prompt();
    hinted(
        &mut terminal,
        "get_users ",
        "[--limit N] [--offset N] [--order ASC|DESC] …",
    );
    // Not where the cursor is not at the end.
    hinted(&mut terminal, LEFT, "");
    let answer = terminal.enter();
    assert!(answer.starts_with("\n[\n"), "{answer}");
    assert!(!terminal.text().contains("--limit"));
    assert_eq!(
        asked(&practice),
        ["GET /api/v1/user?limit=100&offset=0&order=ASC&username="]
    );
    terminal.leave();
}

#[test]
fn the_input_is_coloured_as_it_parses() {
    use vt100::Color::Idx;
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let (red, green, yellow, magenta, cyan) = (1, 2, 3, 5, 6);
    for (line, color, coloured) in [
        ("get_users --limit 1", green, "get_users"),
        ("get_users --limit 1", cyan, "--limit"),
        ("nosuch 1 ", red, "nosuch1"),
        ("get_users --order FOO ", red, "FOO"),
        ("get_users --limt ", red, "--limt"),
        ("start_quota_scan 'a b'", yellow, "'a b'"),
        ("get_user_by_id $id", magenta, "$id"),
        ("update_user bob ", red, ""),
        ("get_users -", red, ""),
    ] {
        terminal.press(line);
        terminal.wait(
            &format!("{coloured:?} of colour {color} in {line:?}"),
            |terminal| {
                terminal.typed() == line
                    && terminal.looking(|cell| cell.fgcolor() == Idx(color)) == coloured
            },
        );
        terminal.press(CTRL_C);
        terminal.prompt();
    }
    terminal.leave();
}

#[test]
fn answers_are_coloured() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let before = terminal.raw().len();
    assert!(
        terminal
            .run("get_user_by_id 5134")
            .contains("\"username\": \"carla\"")
    );
    terminal.run("nosuch");
    let raw = &terminal.raw()[before..];
    assert!(raw.contains("\x1b[32mcarla\x1b[0m"), "{raw:?}");
    assert!(raw.contains("\x1b[31merror: \x1b[0m"), "{raw:?}");
    terminal.leave();
}

#[test]
fn no_color_means_none() {
    for (name, value) in [
        ("NO_COLOR", "1"),
        ("CLICOLOR", "0"),
        ("SFTPGO_SHELL_COLOR", "never"),
    ] {
        let practice = practice();
        let mut terminal = Setup::at(&practice).env(name, value).start();
        terminal.run("get_users --limit 1");
        terminal.press("get_user\t");
        terminal.sees("get_user_by_id  show one user");
        terminal.enter();
        terminal.press("get_users ");
        terminal.sees_typed("get_users ");
        let raw = terminal.raw();
        let colours = raw
            .split("\x1b[")
            .skip(1)
            .filter(|code| {
                code.trim_start_matches(|c: char| matches!(c, '0'..='9' | ';'))
                    .starts_with('m')
            })
            .count();
        assert_eq!(colours, 0, "{name}: {raw:?}");
        terminal.press(CTRL_C);
        terminal.prompt();
        terminal.leave();
    }
}

#[test]
fn the_window_changes_its_size_while_typing() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let line = "add_user resized --password p --home_dir /srv/a --permissions '*'";
    let (begin, end) = line.split_at(30);
    terminal.press(begin);
    terminal.sees_typed(begin);
    terminal.resize(30, 50);
    // The narrow screen has lost the end of it, until it is drawn again.
    assert_ne!(terminal.typed(), begin);
    terminal.sees_typed(begin);
    terminal.press(end);
    terminal.sees_typed(line);
    assert!(terminal.enter().contains("\"resized\""));
    // And hints know the new width.
    terminal.press("get_users ");
    terminal.sees_typed("get_users ");
    assert_eq!(terminal.looking(vt100::Cell::dim), "");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn the_window_changes_its_size_while_what_was_typed_is_drawn() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let line = format!("echo {}", "0123456789".repeat(80));
    let before = terminal.raw().len();
    terminal.press(&line);
    terminal.wait("a part of the line", |terminal| {
        terminal.raw().len() > before + 1000
    });
    // It gets the signal while it does not wait for a key.
    terminal.resize(30, 50);
    terminal.sees_typed(&line);
    // Its beginning is found only if the width is known.
    terminal.press(HOME);
    terminal.sees_typed("");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_long_line_stays_whole() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let home = format!("/srv/{}", "0123456789".repeat(60));
    let line = format!("add_user x --password p --home_dir {home} --permissions '*'");
    terminal.press(&line);
    terminal.sees_typed(&line);
    // Its beginning can be changed and its end stays.
    terminal.press(HOME);
    terminal.sees_typed("");
    terminal.press("explain ");
    terminal.sees_typed("explain ");
    assert!(terminal.enter().contains(&home));
    terminal.press("\x10");
    terminal.sees_typed(&format!("explain {line}"));
    terminal.press(HOME);
    terminal.press(&"\x1b[3~".repeat("explain ".len()));
    terminal.enter();
    let body = String::from_utf8(practice.seen()[0].body.clone()).unwrap();
    assert!(body.contains(&home), "{body}");
    terminal.leave();
}
