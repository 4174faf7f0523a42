//! Ctrl-C while a command still reads what it is going to send.

use super::pty::{CTRL_C, Terminal};
use super::setup::Setup;
use crate::support::{asked, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// What a line says that reads this from a pipe, if Ctrl-C is pressed before it is there.
fn interrupted(terminal: &mut Terminal, line: &str, text: &str) -> String {
    let path = terminal.path("rows.csv");
    terminal.press(&format!("{line}\r"));
    let (opened, told) = channel();
    // It can be opened when it is read.
    thread::spawn(move || opened.send(OpenOptions::new().write(true).open(path)));
    let pipe = told.recv_timeout(Duration::from_secs(30));
    let mut pipe = pipe.expect(line).expect("the pipe is there");
    let before = terminal.raw().matches("^C").count();
    terminal.press(CTRL_C);
    terminal.wait("the key", |terminal| {
        terminal.raw().matches("^C").count() > before
    });
    // The signal comes with the echo, and a thread handles it.
    thread::sleep(Duration::from_millis(100));
    pipe.write_all(text.as_bytes()).expect("it is read");
    drop(pipe);
    terminal.prompt()
}

#[test]
fn it_counts_before_the_first_request() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("SFTPGO_SHELL_API", "v2")
        .with_file("f", "add_users --from rows.csv\necho never\n")
        .start();
    let made = Command::new("mkfifo")
        .arg(terminal.path("rows.csv"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    terminal.run("get_users");
    let asked_before = asked(&server).len();
    let rows = "username,home_dir,permissions\nada,/srv/ada,*\nbea,/srv/bea,*\n";
    let fields = "{\"description\": \"x\"}";
    for (line, text, said) in [
        (
            "add_users --from rows.csv; echo never",
            rows,
            "interrupted; nothing was sent",
        ),
        (
            "add_users --from rows.csv --dry_run",
            rows,
            "interrupted; nothing was sent",
        ),
        ("source f", rows, "stopped at f:1"),
        (
            "add_user cy --json @rows.csv",
            fields,
            "interrupted; nothing was sent",
        ),
        (
            "update_user carla --json @rows.csv",
            fields,
            "interrupted; nothing was",
        ),
        (
            "update_user carla backup --json @rows.csv",
            fields,
            "interrupted; nothing was",
        ),
        (
            "update_user --where 'status = enabled' --json @rows.csv",
            fields,
            "interrupted",
        ),
    ] {
        let shown = interrupted(&mut terminal, line, text);
        assert!(
            shown.contains(said) && !shown.contains("never"),
            "{line}: {shown}"
        );
        assert_eq!(asked(&server).len(), asked_before, "{line}: {shown}");
    }
    // It is over with its line.
    assert_eq!(terminal.run("echo seen"), "\nseen\n");
    terminal.leave();
}
