//! `watch` on a terminal: drawn in place, with keys.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::{asked, v2};
use expectrl::process::unix::Signal;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

const DOWN: &str = "\x1b[B";
const SIZES: [(u16, u16); 2] = [(80, 24), (160, 45)];

fn setup(server: &Practice, size: (u16, u16)) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
        .size(size.0, size.1)
}

/// The rows of the screen without blanks at their ends.
fn rows(terminal: &Terminal) -> Vec<String> {
    let columns = terminal.screen().size().1.get();
    let rows = terminal.screen().rows(0, columns);
    rows.map(|row| row.trim_end().to_owned()).collect()
}

/// Waits for a row that begins so.
#[track_caller]
fn sees_row(terminal: &mut Terminal, start: &str) {
    terminal.wait(&format!("a row {start:?}"), |terminal| {
        rows(terminal).iter().any(|row| row.starts_with(start))
    });
}

fn count(server: &Practice, start: &str) -> usize {
    let all = asked(server);
    all.iter().filter(|one| one.starts_with(start)).count()
}

#[test]
fn transfers_are_drawn_with_their_rates() {
    for size in SIZES {
        let server = v2();
        let mut terminal = setup(&server, size).start();
        terminal.press("watch 200ms get_connections\r");
        sees_row(&mut terminal, "2 connections, 1 upload 6");
        sees_row(&mut terminal, "q quit  p pause  ↑↓ select");
        let shown = rows(&terminal);
        assert!(shown[0].starts_with("get_connections  "), "{shown:?}");
        assert!(shown[0].contains("every 200ms  "), "{shown:?}");
        assert_eq!(shown[0].chars().count(), usize::from(size.0));
        assert!(shown[2].starts_with("  USER        FROM"), "{shown:?}");
        assert!(shown[2].ends_with("RATE"), "{shown:?}");
        assert!(
            shown[3].starts_with("▲ carla       127.0.0.1:41622"),
            "{shown:?}"
        );
        assert!(
            shown[3].contains("/report.pdf") && shown[3].ends_with(" KB/s"),
            "{shown:?}"
        );
        assert!(shown[4].contains("idle "), "{shown:?}");
        assert_eq!(
            shown.last().unwrap(),
            "q quit  p pause  ↑↓ select  k close  d disable user"
        );
        // What was on the screen before comes back.
        terminal.press("q");
        assert_eq!(terminal.prompt().matches("error").count(), 0);
        terminal.sees("watch 200ms get_connections");
        assert_eq!(terminal.run("echo after"), "\nafter\n");
        terminal.leave();
    }
}

#[test]
fn keys_close_and_disable_after_a_question() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    terminal.press("watch 100ms get_connections\r");
    sees_row(&mut terminal, "▲ carla");
    terminal.press(&format!("{DOWN}k"));
    sees_row(
        &mut terminal,
        "the connection FTP_0_17 of anna.nowak will be closed: a transfer in progress is",
    );
    // The rest of a long question is in the next row.
    sees_row(&mut terminal, "  cut off");
    // A screen is drawn from its top.
    sees_row(&mut terminal, "Continue? [y/N]");
    // Any other key is a no.
    terminal.press("x");
    sees_row(&mut terminal, "cancelled; nothing was sent");
    assert_eq!(count(&server, "DELETE"), 0);
    terminal.press("k");
    sees_row(&mut terminal, "the connection FTP_0_17");
    terminal.press("y");
    sees_row(&mut terminal, "FTP_0_17 is closed");
    terminal.wait("one connection less", |terminal| {
        !terminal.text().contains("anna.nowak")
    });
    assert_eq!(count(&server, "DELETE /api/v2/connections/FTP_0_17"), 1);
    terminal.press("d");
    sees_row(
        &mut terminal,
        "the user carla will be disabled and their connections closed",
    );
    terminal.press("y");
    sees_row(&mut terminal, "carla is disabled");
    assert_eq!(count(&server, "PUT /api/v2/users/carla?disconnect=1"), 1);
    // With nobody left there is nothing to select.
    terminal.wait("an empty list", |terminal| {
        rows(terminal)
            .last()
            .is_some_and(|row| row == "q quit  p pause")
    });
    terminal.press("kd");
    terminal.press("q");
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_pause_asks_nothing() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    terminal.press("watch 100ms get_version\r");
    sees_row(&mut terminal, "version   2.");
    terminal.press("p");
    terminal.wait("a pause", |terminal| rows(terminal)[0].contains("paused"));
    let before = count(&server, "GET /api/v2/version");
    std::thread::sleep(std::time::Duration::from_millis(350));
    assert_eq!(count(&server, "GET /api/v2/version"), before);
    terminal.press(" ");
    terminal.wait("the end of the pause", |terminal| {
        rows(terminal)[0].contains("every 100ms")
    });
    terminal.wait("more rounds", |_| {
        count(&server, "GET /api/v2/version") > before + 1
    });
    terminal.press("q");
    terminal.prompt();
    terminal.leave();
}

#[test]
fn what_changed_is_bold() {
    let server = v2();
    let mut terminal = setup(&server, (160, 45)).start();
    terminal.press("watch 100ms get_user_by_username press --output json\r");
    sees_row(&mut terminal, "  \"username\": \"press\"");
    let bold = |terminal: &Terminal| -> String {
        let (rows, columns) = terminal.screen().size();
        let cells = (1..rows.get()).flat_map(|row| (0..columns.get()).map(move |at| (row, at)));
        let cells = cells.filter_map(|(row, at)| terminal.screen().cell(row, at));
        cells
            .filter(|cell| cell.bold())
            .map(vt100::Cell::contents)
            .collect()
    };
    assert_eq!(bold(&terminal), "");
    // It holds until the next round, which is seen paused.
    let changed = crate::support::Run::at(
        &server,
        &[
            "--api",
            "v2",
            "update_user",
            "press",
            "--quota_files",
            "4711",
        ],
    )
    .env("SFTPGO_USERNAME", ADMIN)
    .env("SFTPGO_PASSWORD", PASSWORD)
    .go();
    assert_eq!(changed.code, 0, "{changed:?}");
    terminal.wait("the change, marked", |terminal| {
        bold(terminal).contains("4711")
    });
    terminal.press("q");
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_long_list_is_cut_to_the_screen_and_scrolls() {
    for size in SIZES {
        let server = v2();
        let mut terminal = setup(&server, size).start();
        add_folders(&server, 50);
        terminal.press("watch 200ms get_folders\r");
        let hidden = |terminal: &Terminal| {
            rows(terminal)
                .iter()
                .find(|row| row.starts_with('…'))
                .cloned()
        };
        terminal.wait("a list", |terminal| hidden(terminal).is_some());
        let shown = rows(&terminal);
        assert_eq!(shown.len(), usize::from(size.1));
        assert!(
            shown[shown.len() - 2].contains("rows below not shown"),
            "{shown:?}"
        );
        for _ in 0..5 {
            terminal.press(DOWN);
        }
        terminal.wait("it scrolled", |terminal| {
            hidden(terminal).is_some_and(|row| row.starts_with("… 5 rows above, "))
        });
        // Another size of the window.
        terminal.resize(60, 20);
        terminal.wait("the new size", |terminal| {
            rows(terminal)
                .last()
                .is_some_and(|row| row.starts_with("q quit"))
        });
        terminal.press("q");
        terminal.prompt();
        terminal.leave();
    }
}

fn add_folders(server: &Practice, count: usize) {
    let line = |n| format!("add_folder f{n:02} --mapped_path /srv/{n}\n");
    let ran = crate::support::Run::at(server, &["--api", "v2", "--quiet"])
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .input((0..count).map(line).collect::<String>())
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_failure_is_shown_and_the_last_answer_stays() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    terminal.press("watch 100ms get_connections\r");
    sees_row(&mut terminal, "▲ carla");
    server.set_failure(Some(500));
    sees_row(&mut terminal, "error: ");
    assert!(rows(&terminal).iter().any(|row| row.starts_with("▲ carla")));
    server.set_failure(None);
    sees_row(&mut terminal, "2 connections");
    // A login that is over ends it.
    server.set_failure(Some(403));
    let said = terminal.prompt();
    assert!(said.contains("error: "), "{said}");
    server.set_failure(None);
    terminal.leave();
}

#[test]
fn ctrl_c_gives_the_prompt_back_also_while_it_waits_for_the_server() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    terminal.press("watch 100ms get_version; echo not run\r");
    sees_row(&mut terminal, "version   2.");
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(!said.contains("\nnot run"), "{said}");
    for key in [CTRL_C, "q"] {
        terminal.press("watch 100ms get_version\r");
        sees_row(&mut terminal, "version   2.");
        server.set_latency(std::time::Duration::from_secs(8));
        let before = count(&server, "GET /api/v2/version");
        terminal.wait("a slow request", |_| {
            count(&server, "GET /api/v2/version") > before
        });
        terminal.press(key);
        terminal.prompt();
        server.set_latency(std::time::Duration::ZERO);
    }
    assert_eq!(terminal.run("echo after"), "\nafter\n");
    terminal.leave();
}

#[test]
fn a_single_command_draws_too_and_leaves_the_terminal_as_it_was() {
    let server = v2();
    let watch = |more: &[&str]| {
        let words = ["watch", "100ms"]
            .iter()
            .chain(more)
            .chain(&["get_connections"]);
        let setup = words.fold(setup(&server, (80, 24)), |setup, word| setup.arg(word));
        let mut terminal = setup.spawn();
        sees_row(&mut terminal, "▲ carla");
        terminal
    };
    let mut terminal = watch(&[]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(
        terminal.raw().ends_with("\x1b[?25h\x1b[?1049l"),
        "{:?}",
        terminal.text()
    );
    let mut terminal = watch(&[]);
    terminal.press(CTRL_C);
    assert_eq!(terminal.end(), 130);
    assert!(terminal.raw().contains("\x1b[?25h\x1b[?1049l"));
    let mut terminal = watch(&[]);
    assert_eq!(terminal.kill(Signal::SIGTERM), 130);
    assert!(terminal.raw().contains("\x1b[?25h\x1b[?1049l"));
    // What is waited for did not come.
    let mut terminal = watch(&["--until", "$_ missing"]);
    terminal.press("q");
    assert_eq!(terminal.end(), 1);
    terminal.sees("error: `watch` stopped before the condition held");
    let mut terminal = watch(&["--timeout", "1s"]);
    assert_eq!(terminal.end(), 1);
    terminal.sees("error: `watch` ended after 1s");
    let mut terminal = watch(&["--count", "5"]);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn until_ends_it_and_says_so() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    terminal.press("watch 100ms --until '$_.username missing' get_user_by_username press\r");
    // An object is a card, as at the prompt.
    sees_row(&mut terminal, "username            press");
    let gone = crate::support::Run::at(&server, &["--api", "v2", "delete_user", "press"])
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .go();
    assert_eq!(gone.code, 0, "{gone:?}");
    let said = terminal.prompt();
    assert!(said.contains("the condition holds after "), "{said}");
    terminal.leave();
}

#[test]
fn the_last_answer_stays_after_a_number_of_rounds() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    for count in 1..=2 {
        terminal.run(&format!(
            "watch 100ms --count {count} get_user_by_username press"
        ));
        let text = terminal.text();
        let cards = text.matches("username            press").count();
        assert_eq!(cards, count, "{text}");
        assert!(!text.contains("q quit"), "{text}");
    }
    terminal.leave();
}

#[test]
fn without_a_command_the_last_one_that_reads_is_repeated() {
    let server = v2();
    let mut terminal = setup(&server, (80, 24)).start();
    let said = terminal.run("watch 1s");
    assert!(said.contains("`watch` needs a command"), "{said}");
    terminal.run("get_version --output compact; echo x");
    terminal.run("echo y");
    // As typed by a user of psql.
    terminal.press("\\watch 100ms\r");
    sees_row(&mut terminal, "get_version --output compact ");
    terminal.press("q");
    terminal.prompt();
    terminal.leave();
}
