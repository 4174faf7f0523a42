//! A start at a terminal with the address of a server, but without a name.

use super::setup::Setup;
use crate::support::{practice, v2};

#[test]
fn the_server_is_detected() {
    let server = v2();
    let mut terminal = Setup::at(&server).detecting().spawn();
    let said = terminal.prompt();
    assert!(
        said.contains(&format!(
            "Ctrl-D exits\nSFTPGo 2.7.5 (API v2) at {}: `login NAME` logs in\n",
            server.addr()
        )),
        "{said}"
    );
    let said = terminal.run("get_users");
    assert!(said.contains("this needs a login: `login NAME`"), "{said}");
}

#[test]
fn the_2019_server_is_detected() {
    let server = practice();
    let mut terminal = Setup::at(&server).detecting().spawn();
    let said = terminal.prompt();
    assert!(said.contains("\nSFTPGo (API 2019) at 127.0.0.1:"), "{said}");
    assert!(terminal.run("get_quota_scans").contains("backup"));
    let said = terminal.run("login admin");
    assert!(
        said.contains("error: the API `2019` has no login"),
        "{said}"
    );
}

#[test]
fn an_unreachable_server_does_not_block_typing() {
    let mut terminal = Setup::at(&practice())
        .env("SFTPGO_HOST", "http://127.0.0.1:1")
        .detecting()
        .spawn();
    let said = terminal.prompt();
    assert!(
        said.contains("error: cannot connect to http://127.0.0.1:1"),
        "{said}"
    );
    assert_eq!(terminal.run("echo here").trim(), "here");
}
