//! `COMMAND | PROGRAM` and `COMMAND > FILE` at the prompt.

use super::asked;
use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::raw_server::Hostile;
use crate::support::{practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::fs;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 45)];

fn read(terminal: &Terminal, name: &str) -> String {
    fs::read_to_string(terminal.path(name)).expect("it was written")
}

#[test]
fn results_go_to_programs_and_files() {
    let practice = practice();
    for (columns, rows) in SIZES {
        let mut terminal = Setup::at(&practice).size(columns, rows).start();
        let said = terminal.run("get_users | tr a-z A-Z | grep USERNAME; echo done");
        assert_eq!(said.matches("USERNAME").count(), 6, "{said}");
        assert!(said.ends_with("\ndone\n") && !said.contains('{'), "{said}");
        assert_eq!(
            terminal.run("get_quota_scans > scans.json; get_quota_scans >> ~/two.ndjson"),
            "\n1 result -> scans.json (70 bytes)\n1 result -> ".to_owned()
                + &terminal.path("two.ndjson").display().to_string()
                + " (49 bytes)\n"
        );
        assert_eq!(
            read(&terminal, "scans.json"),
            "[\n  {\n    \"username\": \"backup\",\n    \"start_time\": 1564696159605\n  }\n]\n"
        );
        assert_eq!(
            read(&terminal, "two.ndjson"),
            "{\"username\":\"backup\",\"start_time\":1564696159605}\n"
        );
        // What no answer is is not counted.
        let said = terminal.run("help get_users > help.txt");
        assert!(
            said.starts_with("\n-> help.txt (") && said.ends_with(" bytes)\n"),
            "{said}"
        );
        let page = read(&terminal, "help.txt");
        assert!(
            page.contains("get_users") && !page.contains('\x1b'),
            "{page}"
        );
        // The terminal is as it was.
        assert_eq!(terminal.run("echo seen"), "\nseen\n");
        terminal.leave();
    }
}

#[test]
fn a_file_that_exists_is_asked_about() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(terminal.path("a b.json"), "old").unwrap();
    for (answer, said) in [
        (
            "n",
            "cancelled; the command was not run, and `a b.json` is unchanged\n",
        ),
        (
            "",
            "cancelled; the command was not run, and `a b.json` is unchanged\n",
        ),
    ] {
        terminal.press("get_users > 'a b.json'\r");
        assert_eq!(
            terminal.question(),
            "`a b.json` exists and will be overwritten. Continue? [y/N]"
        );
        terminal.press(&format!("{answer}\r"));
        assert!(terminal.prompt().ends_with(said));
    }
    assert_eq!(asked(&practice), [""; 0]);
    assert_eq!(read(&terminal, "a b.json"), "old");
    terminal.press("get_quota_scans > 'a b.json'\r");
    terminal.question();
    terminal.press("y\r");
    assert!(
        terminal
            .prompt()
            .ends_with("1 result -> a b.json (70 bytes)\n")
    );
    // To its end, into no file, and with `confirm off` there is no question.
    terminal.run("echo x >> 'a b.json'; echo x > /dev/null; set confirm off; echo x > 'a b.json'");
    assert_eq!(read(&terminal, "a b.json"), "x\n");
    // With `echo only` the file would be lost just as well.
    terminal.press("set confirm on; set echo only; get_users > 'a b.json'\r");
    terminal.question();
    terminal.press("n\r");
    terminal.prompt();
    assert_eq!(read(&terminal, "a b.json"), "x\n");
    terminal.leave();
}

#[test]
fn what_goes_wrong_is_said() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(80, 24).start();
    for (line, said) in [
        (
            "get_users > /dev/full",
            "error: cannot write `/dev/full`: no space left on device\n",
        ),
        (
            "get_users | exit 7",
            "error: `exit 7` failed: exit status 7\n",
        ),
        (
            "get_users | no-such-program",
            "error: `no-such-program` failed: exit status 127; a program was not found\nhint: all that follows `|` on its line is run by `sh`\n",
        ),
        ("get_users | head -c 1", "\n["),
        (
            "get_users |",
            "error: a program must follow `|`\n  get_users |\n            ^\nhint: for example `COMMAND | less`, `COMMAND > FILE.json`\n",
        ),
        (
            "get_users > a b",
            "error: unexpected argument `b` after the file name\n  get_users > a b\n                ^\nhint: put flags before the `>`; put a name with spaces in quotes\n",
        ),
        (
            "get_users > $nope",
            "write `\\$` for a literal dollar sign\n",
        ),
        (
            "echo 'a | b' c|d > /dev/stderr",
            "a | b c|d\n-> /dev/stderr (10 bytes)\n",
        ),
    ] {
        let shown = terminal.run(line).replace("\n  ", " ");
        let said = said.replace("\n  ", " ");
        assert!(shown.ends_with(&said), "{line}: {shown}");
    }
    // All that goes wrong before the request leaves it unsent.
    assert_eq!(asked(&practice).len(), 4);
    terminal.leave();
}

#[test]
fn ctrl_c_ends_the_program_and_gives_the_prompt_back() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    for line in [
        "get_users | cat >/dev/null; echo begun; exec sleep 60",
        "get_users | (cat >/dev/null; echo begun; sleep 60) | sleep 60",
    ] {
        let line = line.replace("echo begun", "echo begun >&2");
        terminal.press(&format!("{line}; echo never\r"));
        terminal.running("the program", || true);
        terminal.wait("the program", |terminal| {
            terminal.raw().ends_with("begun\r\n")
        });
        terminal.press(CTRL_C);
        let said = terminal.prompt();
        assert!(said.ends_with("begun\n^Cinterrupted\n"), "{said:?}");
    }
    // A program that does not mind lives on, and the command has not failed.
    terminal.press(
        "get_users | trap 'kill $!; echo heard >&2; exit 0' INT; cat >/dev/null; sleep 60 & echo begun >&2; wait\r",
    );
    terminal.running("the program", || true);
    terminal.wait("the program", |terminal| {
        terminal.raw().ends_with("begun\r\n")
    });
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(said.ends_with("begun\n^Cheard\n"), "{said:?}");
    // While the server is waited for.
    practice.set_latency(std::time::Duration::from_mins(1));
    let sent = practice.seen().len();
    terminal.press("get_users | cat; echo never\r");
    terminal.running("the request", || practice.seen().len() == sent + 1);
    terminal.press(CTRL_C);
    assert!(terminal.prompt().ends_with("interrupted\n"));
    practice.set_latency(std::time::Duration::ZERO);
    assert_eq!(terminal.run("echo awake"), "\nawake\n");
    terminal.leave();
}

#[test]
fn a_late_ctrl_c_does_not_end_the_shell() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let late = "echo a | p=$PPID; (sleep 0.1; kill -INT $p; touch sent) >/dev/null 2>&1 &";
    assert_eq!(terminal.run(late), "\n");
    let sent = terminal.path("sent");
    terminal.wait("the signal", |_| sent.exists());
    // It may still be on its way, and end this one.
    terminal.run("get_quota_scans");
    let said = terminal.run("get_quota_scans");
    assert!(said.contains("\"backup\""), "{said}");
    terminal.leave();
}

#[test]
fn a_large_answer_reaches_a_program_that_reads_a_part() {
    let body = format!("[{}1]", "[1,2,3,4],".repeat(200_000));
    let server = Hostile::saying_json(&body);
    let mut terminal = Setup::at(&practice())
        .env("SFTPGO_HOST", &server.url)
        .start();
    assert_eq!(terminal.run("get_users | head -c 1"), "\n[");
    terminal.press("get_users > large.json\r");
    assert!(
        terminal
            .prompt()
            .contains("\n200001 results -> large.json (")
    );
    terminal.leave();
}

#[test]
fn a_program_may_change_the_terminal() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    terminal.run("get_users | stty -echo raw </dev/tty");
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.press("sleep 60\r");
    terminal.running("the sleep", || true);
    // Ctrl-C is a signal, and the newline has its carriage return.
    std::thread::sleep(std::time::Duration::from_millis(100));
    terminal.press(CTRL_C);
    assert_eq!(terminal.prompt(), "\n^Cinterrupted\n");
    terminal.leave();
}

#[test]
fn the_history_has_no_secret_of_a_program() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    let kept = [
        "get_users | jq -c '.[] | {username}' | sort -k 2 > names.txt",
        "get_users > users.json",
        "add_user x --password | true",
    ];
    for line in [
        kept[0],
        "get_users | PW=hunter2 true",
        "get_users | mysql -u root hunter2",
        "get_users | curl -u admin:hunter2 http://127.0.0.1:9",
        kept[1],
        "add_user x --password hunter2 | true",
    ] {
        terminal.run(line);
    }
    let history = fs::read_to_string(terminal.history_file()).unwrap();
    assert_eq!(history, kept.join("\n") + "\n");
    assert!(!history.contains("hunter2"));
    terminal.leave();
}

#[test]
fn sourced_files_have_them_only_if_the_start_allows_it() {
    let practice = practice();
    for is_allowed in [false, true] {
        let mut setup = Setup::at(&practice);
        if is_allowed {
            setup = setup.arg("--allow-shell");
        }
        let mut terminal = setup.start();
        fs::write(terminal.path("f"), "echo a | cat\necho b > out\n").unwrap();
        fs::write(terminal.path("out"), "old").unwrap();
        let said = terminal.run("source f");
        if is_allowed {
            assert_eq!(said, "\na\n");
            assert_eq!(read(&terminal, "out"), "b\n");
        } else {
            assert!(
                said.contains("f:1:8: error: `|` is not allowed in command files"),
                "{said}"
            );
            assert!(said.contains("error: `f` has errors"), "{said}");
            assert_eq!(read(&terminal, "out"), "old");
        }
        // The results of a whole file.
        fs::write(terminal.path("g"), "echo a\necho b\n").unwrap();
        assert_eq!(terminal.run("source g | tr a-z A-Z"), "\nA\nB\n");
        terminal.leave();
    }
}

#[test]
fn tab_names_files_after_the_operator() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(terminal.path("users one.json"), "").unwrap();
    terminal.press("get_users > us\t");
    terminal.sees("> get_users > 'users one.json'");
    terminal.press(CTRL_C);
    terminal.prompt();
    // No flags of the command after a `|`, and no hint of them.
    terminal.press("get_users | \t\tx");
    terminal.sees_typed("get_users | x");
    terminal.press(CTRL_C);
    terminal.prompt();
    assert!(!terminal.text().contains("--limit"), "{}", terminal.text());
    terminal.leave();
}

#[test]
fn changes_are_confirmed_before_they_are_sent_on() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .start();
    terminal.press("delete_user carla | cat\r");
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("\"message\": \"User deleted\""), "{said}");
    terminal.leave();
}
