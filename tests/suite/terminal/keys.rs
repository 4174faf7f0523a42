//! Keys in a list, at a question and at a secret.

use super::asked;
use super::pty::{CTRL_C, TAB, Terminal, UP};
use super::setup::Setup;
use crate::support::practice;

const DOWN: &str = "\x1b[B";

/// The shell for API v2 in a window of this size.
fn sized(columns: u16, rows: u16) -> Terminal {
    let setup = Setup::at(&practice()).env("SFTPGO_HOST", "http://127.0.0.1:1");
    setup.arg("--api=v2").size(columns, rows).start()
}

/// Waits for the line again, below a list that has this.
#[track_caller]
fn listed(terminal: &mut Terminal, item: &str, line: &str) {
    terminal.wait(&format!("{line:?} below {item:?}"), |terminal| {
        let text = terminal.text();
        let (above, below) = text.rsplit_once("> ").unwrap_or_default();
        above.contains(item)
            && below
                .replace('\n', "")
                .ends_with(line.replace('\n', "").trim_end())
    });
}

#[test]
fn a_list_below_a_long_line_is_whole() {
    let fields = [
        "fs_events=",
        "provider_events=",
        "schedules=",
        "idp_login_event=",
        "options.",
    ];
    for (columns, rows, words) in [
        (80, 24, 1),
        (80, 24, 5),
        (80, 24, 12),
        (50, 24, 9),
        (160, 45, 20),
        (80, 14, 12),
    ] {
        for lower in [0, rows] {
            let mut terminal = sized(columns, rows);
            for _ in 0..lower {
                terminal.enter();
            }
            let text = "a long word. ".repeat(words);
            let line = format!("add_event_rule nightly --description '{text}' --set conditions.");
            terminal.press(&line);
            terminal.sees_typed(&line);
            terminal.press(TAB);
            listed(&mut terminal, "conditions.schedules=", &line);
            let text = terminal.text();
            for field in fields {
                assert!(
                    text.contains(&format!("conditions.{field}")),
                    "{columns}x{rows}: {text}"
                );
            }
            terminal.press("sch");
            terminal.press(TAB);
            terminal.sees_typed(&format!("{line}schedules="));
            terminal.press(CTRL_C);
            terminal.prompt();
            terminal.leave();
        }
    }
}

#[test]
fn a_list_below_a_text_of_several_lines_is_whole() {
    let mut terminal = sized(80, 24);
    terminal.press("echo 'a\r");
    terminal.press("b' ; get_us");
    terminal.sees_typed("echo 'a\nb' ; get_us");
    terminal.press(TAB);
    listed(
        &mut terminal,
        "get_user_by_username",
        "echo 'a\nb' ; get_user",
    );
    // And from the first of them.
    terminal.press("\x01\x1b[A\x05");
    terminal.sees_typed("echo 'a");
    terminal.press("\x01");
    terminal.press("get_us");
    terminal.press(TAB);
    terminal.wait("the list", |terminal| {
        terminal.text().matches("get_user_by_username").count() == 2
    });
    terminal.wait("the line", |terminal| terminal.typed() == "get_user");
    assert!(
        terminal.text().ends_with("get_userecho 'a\nb' ; get_user"),
        "{}",
        terminal.text()
    );
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_list_is_cut_to_the_screen_and_asks_nothing() {
    for (columns, rows) in [(80, 6), (80, 24), (160, 20), (30, 4)] {
        let mut terminal = sized(columns, rows);
        for line in ["", "help ", "explain "] {
            terminal.press(line);
            terminal.sees_typed(line);
            terminal.press(TAB);
            terminal.wait("the line below the list", |terminal| {
                let text = terminal.text();
                let above = text.lines().rev().nth(1).unwrap_or_default();
                above.contains(" more (Ctrl-T") && terminal.typed() == line
            });
            let shown = terminal.text();
            assert!(
                !shown.contains("y or n") && !shown.contains("--More--"),
                "{shown}"
            );
            assert!(shown.lines().count() <= usize::from(rows), "{shown}");
            // Typing goes on at once, and Ctrl-C ends the line as ever.
            terminal.press("f");
            terminal.wait("the key", |terminal| terminal.typed().ends_with('f'));
            terminal.press(CTRL_C);
            terminal.prompt();
        }
        terminal.leave();
    }
}

#[test]
fn a_field_is_described_beside_its_path() {
    let mut terminal = sized(80, 24);
    let line = "add_user x --set filesystem.s3config.download_";
    terminal.press(line);
    terminal.press(TAB);
    listed(&mut terminal, "parallel download parts", line);
    assert!(
        terminal.text().contains(
            "filesystem.s3config.download_part_size=      multipart download chunk size, MB\n\
             filesystem.s3config.download_concurrency=    parallel download parts\n\
             filesystem.s3config.download_part_max_time=  seconds allowed per download chun…\n"
        ),
        "{}",
        terminal.text()
    );
    terminal.press(CTRL_C);
    terminal.prompt();
    // A part of a name is enough, and what is typed stays until one is left.
    terminal.press("ota_sc");
    terminal.press(TAB);
    listed(&mut terminal, "start_user_quota_scan", "ota_sc");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn keys_typed_ahead_reach_the_list() {
    let mut terminal = sized(80, 6);
    terminal.press("add_user x --set \t\x15echo seen\r");
    terminal.sees("\nseen");
    terminal.prompt();
    terminal.leave();
}

#[test]
fn up_finds_the_typed_beginning() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    for line in ["echo one", "get_quota_scans", "echo two", "echo two"] {
        terminal.run(line);
    }
    terminal.press("echo");
    terminal.sees_typed("echo");
    let sees = |terminal: &mut Terminal, line: &str| {
        terminal.wait(line, |terminal| {
            terminal.row().trim_end().ends_with(&format!("> {line}"))
        });
    };
    terminal.press(UP);
    sees(&mut terminal, "echo two");
    terminal.press(UP);
    sees(&mut terminal, "echo one");
    terminal.press(DOWN);
    sees(&mut terminal, "echo two");
    assert_eq!(terminal.enter(), "\ntwo\n");
    // Nothing begins so: the line stays.
    terminal.press("nosuch");
    terminal.press(UP);
    terminal.press("x");
    terminal.sees_typed("nosuchx");
    terminal.press(CTRL_C);
    terminal.prompt();
    // An empty line goes through all of them.
    terminal.press(UP);
    terminal.sees_typed("echo two");
    terminal.press(UP);
    terminal.sees_typed("get_quota_scans");
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_question_has_no_history() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("echo y");
    for key in [UP, "\x10", "\x12", "\x1b[5~"] {
        terminal.press("delete_user 5134\r");
        terminal.question();
        terminal.press(key);
        terminal.press("n\r");
        assert!(
            terminal.prompt().ends_with("cancelled; nothing was sent\n"),
            "{key:?}"
        );
    }
    assert_eq!(asked(&practice), ["GET /api/v1/user/5134"; 4]);
    terminal.leave();
}

#[test]
fn a_secret_has_no_history_and_leaves_nothing_to_yank() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("echo before");
    for (number, (keys, password)) in [
        ("MARKwrong\x15right", "right"),
        ("MARKwrong\x17right", "right"),
        ("two MARKwrong\x17words", "two words"),
        ("MARKwrong\x1b\x7fright", "right"),
        ("\x1b[Apw\x10\x1b[5~\x1b[B", "pw"),
        ("\x12pw", "pw"),
        ("\x19pw\x1by", "pw"),
        ("a\x1b[200~b c\x1b[201~d", "ab cd"),
        ("ax\x7fb", "ab"),
    ]
    .into_iter()
    .enumerate()
    {
        terminal.press(&format!(
            "add_user u{number} --password --home_dir /x --permissions '*'\r"
        ));
        terminal.secret("password", &format!("{keys}\r"));
        terminal.secret("password again", &format!("{password}\r"));
        terminal.prompt();
        let seen = practice.seen();
        let body = String::from_utf8(seen[number].body.clone()).unwrap();
        assert!(
            body.contains(&format!("\"password\":\"{password}\"")),
            "{keys:?}: {body}"
        );
        // Ctrl-Y at the next prompt.
        terminal.press("\x19x");
        terminal.sees_typed("x");
        terminal.press(CTRL_C);
        terminal.prompt();
    }
    assert!(!terminal.raw().contains("MARK"), "{}", terminal.raw());
    terminal.leave();
}

#[test]
fn errors_and_help_fit_the_terminal() {
    for columns in [80, 60, 40] {
        let mut terminal = sized(columns, 400);
        for line in [
            "add_user test_username --home_dir=\"/tmp/a/long/folder/of/this/user\" --permissions list --uid x --gid 5 --max_sessions 7",
            "add_user 用户名用户名用户名 --home_dir /srv/用户名用户名用户名用户名用户名用户名 --uid 用户 --permissions list download",
            "get_users --limit 5 --nosuch 7 --offset 12345678901234567890",
            "add_event_rule nightly --trigger x --description 'one two three four five six seven eight nine ten'",
        ] {
            let said = terminal.run(line);
            // The message itself stays one line, to be copied and looked for.
            for row in said.lines().filter(|row| !row.starts_with("error: ")) {
                let wide: usize = row
                    .chars()
                    .map(|c| if c > '\u{2e80}' { 2 } else { 1 })
                    .sum();
                assert!(wide <= usize::from(columns), "{row:?} at {columns}");
            }
            assert!(said.contains('^'), "{said}");
        }
        if columns == 80 {
            for page in [
                "help",
                "help add_user",
                "help add_event_rule",
                "help settings",
                "help login",
            ] {
                let said = terminal.run(page);
                let wide = said.lines().filter(|row| row.chars().count() > 80);
                // A word that is longer, or a line to be copied.
                assert!(
                    wide.clone()
                        .all(|row| !row.trim_start().contains("  ") && row.contains('['))
                        || wide.clone().count() == 0,
                    "{:?}",
                    wide.collect::<Vec<_>>()
                );
            }
        }
        terminal.leave();
    }
}

#[test]
fn control_characters_are_not_drawn() {
    for color in ["auto", "never"] {
        let practice = practice();
        let mut terminal = Setup::at(&practice)
            .env("SFTPGO_SHELL_COLOR", color)
            .start();
        terminal.press("\x1b[200~echo a\u{9b}31m\u{202e}b\u{e0041}\u{1b}c\x1b[201~");
        terminal.press("d");
        terminal.wait("the end of the line", |terminal| {
            terminal.row().trim_end().ends_with('d')
        });
        let raw = terminal.raw();
        for c in ['\u{9b}', '\u{202e}', '\u{e0041}'] {
            assert!(!raw.contains(c), "{c:?} in {raw:?}");
        }
        terminal.press(CTRL_C);
        terminal.prompt();
        terminal.leave();
    }
}
