//! A run that is stopped in the middle says what was done.

use super::{names, of, parsed, users};
use crate::proxy::{Act, Proxy};
use crate::support::{Run, end, v2, words};
use std::process::Command;
use std::sync::Arc;

const LINE: &str = "update_user --where 'status = enabled' --status disabled --yes";

/// Stops a run at a request that is held; the number of requests before it.
fn interrupted(held: &'static str, count: usize) -> (crate::support::Ran, Arc<super::Practice>) {
    let server = Arc::new(v2());
    let proxy = Proxy::before(&server, move |_, request| {
        if request.starts_with(held) {
            Act::Hold
        } else {
            Act::Pass
        }
    });
    let mut run = of(Run::new(&words(LINE)).env("SFTPGO_HOST", &proxy.url));
    let child = run.spawn();
    proxy.wait(count);
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status();
    assert!(killed.expect("kill runs").success());
    (end(child), server)
}

#[test]
fn at_ctrl_c_during_a_write() {
    // A login, the list, a user in three requests, and two of the next.
    let (ran, server) = interrupted("PUT /api/v2/users/backup", 7);
    let report = parsed(&ran);
    assert_eq!(names(&report, "changed"), ["anna.nowak"], "{ran:?}");
    assert_eq!(names(&report, "unknown"), ["backup"]);
    assert_eq!(
        names(&report, "not_tried"),
        ["carla", "jürgen", "webdeploy"]
    );
    assert!(
        ran.err.contains("it may or may not have been applied"),
        "{ran:?}"
    );
    assert!(
        ran.err
            .contains("5 users: 1 changed, 1 unknown, 3 not tried"),
        "{ran:?}"
    );
    assert_eq!(ran.code, 130);
    // The request was passed on: that is why it is unknown.
    let disabled = users(&server)
        .iter()
        .filter(|user| user["status"] == 0)
        .count();
    assert_eq!(disabled, 3);
}

#[test]
fn at_ctrl_c_during_a_read() {
    let (ran, server) = interrupted("GET /api/v2/users/backup", 6);
    let report = parsed(&ran);
    assert_eq!(names(&report, "changed"), ["anna.nowak"], "{ran:?}");
    assert_eq!(names(&report, "unknown"), [""; 0]);
    assert_eq!(
        names(&report, "not_tried"),
        ["backup", "carla", "jürgen", "webdeploy"]
    );
    assert_eq!(ran.code, 130);
    let disabled = users(&server)
        .iter()
        .filter(|user| user["status"] == 0)
        .count();
    assert_eq!(disabled, 2);
}

#[test]
fn when_the_server_is_gone() {
    let server = Arc::new(v2());
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/users/carla") {
            Act::Refuse
        } else {
            Act::Pass
        }
    });
    let ran = of(Run::new(&words(LINE)).env("SFTPGO_HOST", &proxy.url)).go();
    let report = parsed(&ran);
    assert_eq!(names(&report, "changed"), ["anna.nowak", "backup"]);
    assert_eq!(
        names(&report, "not_tried"),
        ["carla", "jürgen", "webdeploy"]
    );
    assert_eq!(ran.err.matches("nothing was changed").count(), 1, "{ran:?}");
    assert_eq!(ran.code, 6);
}
