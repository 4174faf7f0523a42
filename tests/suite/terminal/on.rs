//! `on` at a terminal: a heading for each server, and a question before each write.

use super::pty::CTRL_C;
use super::setup::Setup;
use crate::support::{profile, v2, write_config};
use sftpgo_shell::practice::Practice;

fn writes(server: &Practice) -> usize {
    let seen = server.seen();
    seen.iter().filter(|seen| seen.method == "PUT").count()
}

#[test]
fn a_write_asks_once_for_each_server() {
    let (a, b) = (v2(), v2());
    let profile = |name: &str, server: &Practice| profile(name, &server.url(), "");
    let config = profile("prod", &a) + &profile("dev", &b);
    let setup = Setup::at(&a).arg("@prod").size(120, 200);
    let home = setup.home_path();
    write_config(&home.join("c"), &config);
    let mut terminal = setup
        .env("XDG_CONFIG_HOME", home.join("c"))
        .env("SFTPGO_SHELL_API", "v2")
        .start();
    terminal.completes("on @pr", "on @prod ");
    let shown = terminal.run("on all users --limit 1");
    assert_eq!(shown.matches("\nanna.nowak").count(), 2, "{shown}");
    for (name, server) in [("prod", &a), ("dev", &b)] {
        assert!(
            shown.contains(&format!(
                "{name} ({}):",
                server.url().trim_start_matches("http://")
            )),
            "{shown}"
        );
    }
    terminal.press("on @prod,@dev update_user carla --uid 77\r");
    let first = terminal.question();
    assert!(
        first.contains("`update_user carla --uid 77` on `prod` ("),
        "{first}"
    );
    terminal.press("n\r");
    let second = terminal.question();
    assert!(
        second.contains("`update_user carla --uid 77` on `dev` ("),
        "{second}"
    );
    let done = terminal.run("y");
    assert!(done.contains("User updated"), "{done}");
    assert_eq!((writes(&a), writes(&b)), (0, 1));
    // What would be lost is in the question, and no secret is.
    terminal.press("on @prod delete_user carla\r");
    let loss = terminal.question();
    assert!(loss.contains("its files stay"), "{loss}");
    terminal.run("n");
    terminal.press("on @prod update_user carla --password hunter2-for-carla\r");
    let asked = terminal.question();
    assert!(asked.contains("--password ********` on `prod`"), "{asked}");
    terminal.run("n");
    // Ctrl-C at a question ends them all.
    terminal.press("on @prod,@dev update_user carla --uid 78\r");
    terminal.question();
    terminal.press(CTRL_C);
    assert!(!terminal.prompt().contains("on `dev`"));
    assert_eq!((writes(&a), writes(&b)), (0, 1));
    // After the answer, it ends the request.
    terminal.press("on @prod,@dev update_user carla --uid 79\r");
    terminal.question();
    a.set_latency(std::time::Duration::from_mins(1));
    let before = a.seen().len();
    terminal.press("y\r");
    terminal.running("the request", || a.seen().len() > before);
    terminal.press(CTRL_C);
    let said = terminal.prompt();
    assert!(said.contains("interrupted; nothing was sent"), "{said}");
    a.set_latency(std::time::Duration::ZERO);
    assert_eq!((writes(&a), writes(&b)), (0, 1));
    // The session is still that of `prod`.
    assert!(terminal.run("set base_url").contains(&a.url()));
    terminal.leave();
}
