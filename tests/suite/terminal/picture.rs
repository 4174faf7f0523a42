//! The picture of a session in the README. `UPDATE_DOCS=1` draws it again.

use super::pty::{TAB, Terminal};
use super::setup::Setup;
use super::svg;
use crate::docs::is_up_to_date;
use crate::support::practice;

const CTRL_L: &str = "\x0c";
const CTRL_U: &str = "\x15";

/// What Tab shows once the names have been read in the background.
const LISTED: &str = "Nightly backups";

#[test]
fn the_picture_in_the_readme_is_a_session() {
    // The shell has a practice server of its own; this one is not asked.
    let other = practice();
    let mut terminal = Setup::at(&other)
        .arg("--practice")
        .arg("--api=v2")
        .env("SFTPGO_SHELL_LIVE_NAMES", "on")
        .size(92, 40)
        .start();
    waits_for_names(&mut terminal);
    let columns = "username,status,quota_size,groups";
    terminal.run(&format!("get_users --columns {columns}"));
    terminal.press("update_user ");
    terminal.sees_typed("update_user ");
    terminal.press(TAB);
    terminal.sees(LISTED);
    terminal.sees_typed("update_user ");
    terminal.press("carla --quota_size 50G --permissions /inbox=list,upload\r");
    assert!(terminal.question().contains("2 changes"));
    terminal.press("y\r");
    terminal.prompt();
    terminal.run("update_user press --statsu enabled");
    let picture = svg::picture(terminal.screen(), "sftpgo-shell --practice --api v2");
    is_up_to_date("docs/session.svg", &picture);
    terminal.leave();
}

/// Waits until Tab lists the users with their state, then clears the screen.
fn waits_for_names(terminal: &mut Terminal) {
    for _ in 0..60 {
        terminal.press("update_user ");
        // Tab waits a moment for the names itself; the next key shows that it is over.
        terminal.press(TAB);
        terminal.press("x");
        terminal.sees_typed("update_user x");
        terminal.press(CTRL_U);
        terminal.sees_typed("");
        if terminal.text().contains(LISTED) {
            break;
        }
    }
    terminal.press(CTRL_L);
    terminal.wait("a cleared screen", |terminal| {
        terminal.screen().cursor_position().0 == 0 && terminal.typed().is_empty()
    });
}
