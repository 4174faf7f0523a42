//! A shell with a practice server of its own, on a terminal: both APIs, and another server.

use super::setup::Setup;
use crate::support::practice;

#[test]
fn set_api_switches_and_the_sample_admin_stays_at_its_server() {
    let other = practice();
    let mut terminal = Setup::at(&other).arg("--practice").size(80, 24).start();
    terminal.sees("API 2019 in use; `set api v2` switches to SFTPGo 2");
    let shown = terminal.text();
    let url = shown
        .split_once("practice server on ")
        .expect("a greeting")
        .1;
    let url = url.split_once(": ").expect("a URL").0.to_owned();
    assert!(terminal.run("get_users --limit 1").contains("anna.nowak"));

    terminal.run("set api v2");
    let who = terminal.run("whoami");
    assert!(who.contains("user                admin  "), "{who}");
    assert!(who.contains("by                  token"), "{who}");
    assert!(terminal.run("get_roles").contains("helpdesk"));

    // A server of 2019 is detected as such, although it has the other API as well.
    let said = terminal.run(&format!("connect {}", other.url()));
    assert!(said.contains("SFTPGo (API 2019) at "), "{said}");
    assert_eq!(
        super::asked(&other),
        [
            "GET /healthz",
            "GET /api/v1/version",
            "GET /api/v1/sftp_connection",
        ]
    );
    terminal.run("set api v2");
    let refused = terminal.run("get_roles");
    assert!(refused.contains("the server answered 401"), "{refused}");
    assert!(other.seen().iter().all(|seen| seen.credentials.is_empty()));

    let said = terminal.run(&format!("connect {url}"));
    assert!(said.contains("SFTPGo (API 2019) at "), "{said}");
    terminal.run("set api v2");
    assert!(terminal.run("get_roles").contains("helpdesk"));
    terminal.leave();
}
