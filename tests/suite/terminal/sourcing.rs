//! `source` typed at the terminal, and flags that do not go with it.

use super::asked;
use super::pty::CTRL_C;
use super::setup::Setup;
use crate::support::practice;
use std::fs;
use std::time::Duration;

const TAKES: &str = "get_user_by_id 5137\ndelete_user\n";

#[test]
fn a_file_is_run_here() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(
        terminal.path("a"),
        "let n = 7\nget_user_by_id 5134\nset output compact\nexit 3\necho no\n",
    )
    .unwrap();
    let said = terminal.run("source a");
    assert!(said.contains("\"username\": \"carla\""), "{said}");
    // `exit` ends the file, not the session.
    assert!(terminal.row().contains(" id=5134> "), "{}", terminal.row());
    assert_eq!(
        terminal.run("echo $n $username; set output"),
        "\n7 carla\ncompact\n"
    );
    assert!(
        fs::read_to_string(terminal.history_file())
            .unwrap()
            .contains("source a\n")
    );
    terminal.leave();
}

#[test]
fn deletions_in_a_file_are_confirmed_once() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(terminal.path("one"), TAKES).unwrap();
    fs::write(
        terminal.path("two"),
        "set confirm on\nsource one\ndelete user/5138\n",
    )
    .unwrap();
    terminal.press("source one\r");
    assert_eq!(
        terminal.question(),
        "source one: 2 commands, 1 of which deletes data. Continue? [y/N]"
    );
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    assert!(asked(&practice).is_empty());
    terminal.press("source two\r");
    assert_eq!(
        terminal.question(),
        "source two: 4 commands, 2 of which delete data. Continue? [y/N]"
    );
    terminal.press("y\r");
    assert!(terminal.prompt().matches("User deleted").count() == 2);
    assert_eq!(
        asked(&practice),
        [
            "GET /api/v1/user/5137",
            "DELETE /api/v1/user/5137",
            "DELETE /api/v1/user/5138"
        ]
    );
    // Afterwards it is asked as before.
    terminal.press("delete_user 5139\r");
    terminal.question();
    terminal.press("n\r");
    terminal.prompt();
    // Who wants no questions gets none; what the file sets stays.
    fs::write(terminal.path("three"), "set confirm off\n").unwrap();
    terminal.run("source three");
    assert!(terminal.run("source two").contains("404"));
    assert_eq!(terminal.run("set confirm"), "\non\n");
    terminal.leave();
}

#[test]
fn a_file_named_by_an_answer_is_confirmed() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(200, 400).start();
    fs::write(
        terminal.path("a"),
        "get_user_by_id 5134\nsource $username\n",
    )
    .unwrap();
    fs::write(terminal.path("carla"), "delete_user 5136\n").unwrap();
    terminal.press("source a\r");
    assert!(terminal.question().contains("only known during a real run"));
    terminal.press("n\r");
    terminal.prompt();
    assert!(asked(&practice).is_empty());
    terminal.leave();
}

#[test]
fn a_wrong_or_failing_file_ends_its_line() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(terminal.path("wrong"), "get_users\nnosuch\n").unwrap();
    fs::write(terminal.path("fails"), "echo a\nget_user_by_id 1\necho b\n").unwrap();
    fs::write(terminal.path("outer"), "source fails\n").unwrap();
    let said = terminal.run("source wrong; echo never");
    assert!(
        said.contains("wrong:2:1: error: unknown command `nosuch`")
            && said.contains("nothing in wrong was run")
            && said.contains("not run: `echo`"),
        "{said}"
    );
    assert!(asked(&practice).is_empty());
    let said = terminal.run("source outer; echo never");
    assert!(
        said.contains("fails:2:1: error: `get_user_by_id`")
            && said.contains("sourced at outer:1\n")
            && said.contains("error: stopped at fails:2; 1 command done, 1 not run\n")
            && said.contains("not run: `echo`"),
        "{said}"
    );
    let said = terminal.run("source nowhere");
    assert!(
        said.contains("error: cannot open `nowhere`: no such file or directory"),
        "{said}"
    );
    terminal.run("set on_error continue");
    let said = terminal.run("source fails");
    assert!(
        said.contains("\nb\n") && said.contains("error: 1 of 3 commands failed"),
        "{said}"
    );
    terminal.leave();
}

#[test]
fn a_flag_before_it_ends_with_it_and_the_server_stays() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(
        terminal.path("a"),
        "set output\nconnect http://127.0.0.1:9\n",
    )
    .unwrap();
    assert_eq!(terminal.run("--output compact source a"), "\ncompact\n");
    assert!(
        terminal.row().starts_with("127.0.0.1:9> "),
        "{}",
        terminal.row()
    );
    assert_eq!(terminal.run("set output"), "\nauto\n");
    terminal.leave();
}

#[test]
fn ctrl_c_ends_the_file_and_all_that_was_typed() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    fs::write(terminal.path("waits"), "echo a\nsleep 1m\necho never\n").unwrap();
    fs::write(terminal.path("asks"), "get_quota_scans\nget_users\n").unwrap();
    for file in ["waits", "asks"] {
        practice.set_latency(Duration::from_secs(30));
        let before = asked(&practice).len();
        let waits = file == "waits";
        terminal.press(&format!("source {file}; echo behind\r"));
        terminal.running("the file", || waits || asked(&practice).len() > before);
        if waits {
            terminal.sees_row("");
        }
        terminal.press(CTRL_C);
        let said = terminal.prompt();
        assert!(
            said.contains("interrupted") && !said.contains("never") && !said.contains("behind\n"),
            "{said}"
        );
    }
    assert_eq!(asked(&practice).len(), 1);
    practice.set_latency(Duration::ZERO);
    assert_eq!(terminal.run("echo on"), "\non\n");
    terminal.leave();
}

#[test]
fn flags_that_need_a_file_do_not_open_a_session_that_sends() {
    let practice = practice();
    for (args, message) in [
        (
            &["--dry-run"][..],
            "`--dry-run` needs a file, `-c` or a command",
        ),
        (&["--dry-run", "--as", "curl"], "`set echo only`"),
        (
            &["--from-line", "3"],
            "`--from-line` works with exactly one file",
        ),
        (&["--as", "curl"], "`--as` requires `--dry-run`"),
    ] {
        let setup = args
            .iter()
            .fold(Setup::at(&practice), |setup, arg| setup.arg(arg));
        let mut terminal = setup.spawn();
        assert_eq!(terminal.end(), 2, "{}", terminal.text());
        assert!(terminal.text().contains(message), "{}", terminal.text());
    }
}

#[test]
fn a_dry_run_asks_for_nothing() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .arg("--dry-run")
        .arg("add_user")
        .arg("x")
        .arg("--password")
        .spawn();
    assert_eq!(terminal.end(), 0);
    assert!(
        terminal.text().contains("\"password\": \"********\""),
        "{}",
        terminal.text()
    );
    assert!(asked(&practice).is_empty());
}
