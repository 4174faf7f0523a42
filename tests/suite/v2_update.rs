//! A change on the API v2 loses nothing: what is typed is laid upon what the
//! server has, all of it is sent, and what the server makes of it is told.

use crate::support::{Ran, Run, v2, words};
use serde_json::Value;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn at<S: AsRef<std::ffi::OsStr>>(url: &str, args: &[S]) -> Run {
    Run::new(args)
        .env("SFTPGO_HOST", url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// One line, as a command of its own.
fn run(server: &Practice, line: &str) -> Ran {
    at(&server.url(), &words(line)).go()
}

/// An object as the server has it.
fn object(server: &Practice, path: &str) -> Value {
    let ran = run(server, &format!("get {path}"));
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn a_change_loses_nothing() {
    let server = v2();
    let before = object(&server, "users/anna.nowak");
    let ran = run(&server, "update_user anna.nowak --quota_files 4");
    ran.is(0, UPDATED, "");
    let mut after = object(&server, "users/anna.nowak");
    assert_eq!(after["quota_files"], 4);
    after["quota_files"] = before["quota_files"].clone();
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
}

/// What the server says of a user that was updated.
const UPDATED: &str = "{\n  \"message\": \"User updated\"\n}\n";
