//! Profiles and aliases at a terminal.

use super::setup::Setup;
use crate::support::{profile, v2, write_config};

#[test]
fn profiles_and_aliases_are_completed_and_used() {
    let server = v2();
    let profile = |name: &str, more: &str| profile(name, &server.url(), more);
    let config = profile("prod", "read_only = true\ncolor = \"red\"\n")
        + &profile("staging", "")
        + "[alias]\noff = \"update_user $1 --status disabled\"\n";
    let setup = Setup::at(&server).arg("@prod").size(120, 200);
    let home = setup.home_path();
    write_config(&home.join("c"), &config);
    let mut terminal = setup
        .env("XDG_CONFIG_HOME", home.join("c"))
        .env("SFTPGO_SHELL_API", "v2")
        .start();
    let prompt = |color: &str, text: &str| format!("\x1b[{color}m{text}> \x1b[0m");
    let prod = prompt("1;31", "admin@prod 2.7.5 [read-only]");
    assert!(terminal.raw().contains(&prod));
    assert!(terminal.run("users --limit 1").contains("anna.nowak"));
    let refused = terminal.run("off anna.nowak");
    assert!(
        refused.contains("`read_only` is on; nothing was sent"),
        "{refused}"
    );
    let refused = terminal.run("set read_only off");
    assert!(
        refused.contains("only the profile or the command line can turn `read_only` off"),
        "{refused}"
    );
    terminal.completes("off an", "off anna.nowak ");
    terminal.completes("connect @st", "connect @staging ");
    terminal.run("connect @staging");
    assert!(
        terminal.raw().contains(&prompt("1", "admin@staging 2.7.5")),
        "the colour is that of @prod"
    );
    assert_eq!(terminal.run("set read_only").trim(), "off");
    terminal.press("off anna.nowak --output compact\r");
    terminal.question();
    let done = terminal.run("y");
    assert!(done.contains("User updated"), "{done}");
    assert!(terminal.run("set").contains("(profile staging)"));
    // The history is that of the profile at the start.
    let history = home.join(".local/state/sftpgo-shell/history-prod");
    let kept = std::fs::read_to_string(history).expect("it was written");
    assert!(kept.contains("off anna.nowak\n"), "{kept}");
    terminal.leave();
}
