//! `add_users` on a terminal: Ctrl-C returns to the prompt, and the remaining rows are in a file.

use super::pty::CTRL_C;
use super::setup::Setup;
use crate::support::{practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};
use std::time::Duration;

#[test]
fn ctrl_c_returns_to_the_prompt() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(200, 400).start();
    let rows = ["ada", "bea", "cy", "dan"].map(|name| format!("{name},/srv/{name},*,hunter2\n"));
    let csv = terminal.path("users.csv");
    std::fs::write(
        &csv,
        format!("username,home_dir,permissions,password\n{}", rows.concat()),
    )
    .unwrap();
    let csv = csv.display().to_string();
    practice.set_latency(Duration::from_mins(1));
    let line = format!("--jobs 2 add_users --from '{csv}'");
    terminal.press(&line);
    terminal.press("\r");
    terminal.running(&line, || practice.seen().len() == 2);
    terminal.press(CTRL_C);
    let interrupted = |row: usize, name: &str| {
        format!(
            "{csv}: row {row}: user `{name}`: interrupted; it may or may not have been applied\n\
             hint: `get_users --username {name}` shows it\n"
        )
    };
    let failed = csv.replace(".csv", ".failed.csv");
    let again = "the whole file can be run again with `--skip-existing`";
    assert_eq!(
        terminal.prompt(),
        format!(
            "\n^C{}{}{csv}: 2 unknown, 2 not run\n\
             hint: `{failed}` contains the rows that did not succeed, without secrets; {again}\n",
            interrupted(1, "ada"),
            interrupted(2, "bea"),
        )
    );
    let left = std::fs::read_to_string(&failed).unwrap();
    assert_eq!(left.lines().count(), 5);
    assert!(
        left.ends_with("cy,/srv/cy,*,,3,not run\ndan,/srv/dan,*,,4,not run\n"),
        "{left}"
    );
    // It goes on where it was, and `$id` is that of a user that is there.
    practice.set_latency(Duration::ZERO);
    let said = terminal.run(&format!(
        "--jobs 8 --output compact add_users --from '{csv}' --skip-existing"
    ));
    assert!(
        said.ends_with(&format!("{csv}: 2 added, 2 unchanged\n")),
        "{said}"
    );
    assert!(!std::path::Path::new(&failed).exists());
    assert_eq!(terminal.run("echo $username"), "\ndan\n");
    assert!(!terminal.raw().contains("hunter2"));
    terminal.leave();
}

#[test]
fn connect_detects_the_server_after_add_users() {
    let (server, other) = (v2(), v2());
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .with_file(
            "u.csv",
            "username,home_dir,permissions,password\nada,/srv/ada,list,hunter2\n",
        )
        .start();
    let said = terminal.run("add_users --from u.csv");
    assert!(said.contains("u.csv: 1 added"), "{said}");
    let said = terminal.run(&format!("connect {}", other.url()));
    assert!(said.contains("SFTPGo 2.7.5 (API v2) at "), "{said}");
    let said = terminal.run("connect http://127.0.0.1:1");
    assert!(said.contains("error: cannot connect"), "{said}");
    terminal.leave();
}

#[test]
fn a_person_gets_a_summary_and_a_chosen_format_or_a_flag_shows_all() {
    let server = v2();
    let mut terminal = Setup::at(&server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .start();
    let rows = |names: [&str; 2]| {
        let row = |name: &str| format!("{name},/srv/{name},*,pa55word-9\n");
        format!(
            "username,home_dir,permissions,password\n{}",
            names.map(row).concat()
        )
    };
    for (names, flags, is_shown) in [
        (["ada", "bea"], "", false),
        (["cy", "dan"], "--verbose", true),
        (["eva", "fay"], "--output compact", true),
    ] {
        std::fs::write(terminal.path("u.csv"), rows(names)).unwrap();
        let said = terminal.run(&format!("add_users --from u.csv {flags}"));
        assert!(said.ends_with("u.csv: 2 added\n"), "{said}");
        assert_eq!(said.contains("/srv/"), is_shown, "{said}");
    }
    terminal.run("backup all.json");
    terminal.run("update_user press --description other --yes");
    let said = terminal.run("restore all.json --plan --only users");
    assert!(said.contains("press") && !said.contains("carla"), "{said}");
    let said = terminal.run("restore all.json --plan --only users --verbose");
    assert!(said.contains("press") && said.contains("carla"), "{said}");
    terminal.leave();
}
