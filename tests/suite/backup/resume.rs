//! What a run leaves for the run that resumes it, and how two are kept apart.

use super::{Desk, loads};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, v2, words};
use serde_json::Value as Json;
use sftpgo_shell::practice::Practice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A backup whose user `carla` the server refuses, and a server that has
/// neither her nor `webdeploy`, and `press` otherwise.
fn refused(desk: &Desk) -> (Arc<Practice>, Proxy) {
    let server = Arc::new(v2());
    desk.done(&server, "backup b.json");
    let lines = "-c 'delete_user carla; delete_user webdeploy; update_user press --uid 5'";
    desk.done(&server, lines);
    let is_first = AtomicBool::new(true);
    let proxy = Proxy::before(&server, move |_, request| {
        let is_load = request.starts_with("POST") && request.contains("\"username\":\"carla\"");
        if is_load && is_first.swap(false, Relaxed) {
            Act::Say(answer("400 Bad Request", JSON, "{\"error\":\"no\"}"))
        } else {
            Act::Pass
        }
    });
    (server, proxy)
}

fn modes(server: &Practice) -> Vec<String> {
    let seen = server.seen().into_iter();
    let loads = seen.filter(|seen| seen.target.contains("/loaddata"));
    loads.map(|seen| seen.target).collect()
}

/// A line at the proxy.
fn through(desk: &Desk, proxy: &Proxy, line: &str) -> Ran {
    let line = words(line);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    desk.run_at(&proxy.url, &line).go()
}

#[test]
fn resume_uses_the_options_of_the_earlier_run() {
    let desk = Desk::new();
    let (server, proxy) = refused(&desk);
    let run = |line: &str| through(&desk, &proxy, line);
    let ran = run("restore b.json --only users --skip_existing --scan_quota yes");
    assert_eq!(ran.code, 4, "{ran:?}");
    let hint = "hint: `restore b.json --resume` continues once the problem is fixed on the server; if you change the backup, run it without `--resume`\n";
    assert!(ran.err.ends_with(hint), "{}", ran.err);
    // It does not overwrite `press`.
    let plan = run("restore b.json --resume --plan");
    assert_eq!(plan.err, "users: 2 create, 3 same, 1 skip\n");
    let ran = run("restore b.json --resume");
    assert!(
        ran.out.starts_with("{\"created\":2,\"updated\":0,"),
        "{}",
        ran.out
    );
    assert_eq!(modes(&server), ["/api/v2/loaddata?scan-quota=1&mode=1"; 2]);
    assert!(!desk.path("b.json.restoring").exists());
}

#[test]
fn options_override_those_of_the_earlier_run() {
    let desk = Desk::new();
    let (server, proxy) = refused(&desk);
    let run = |line: &str| through(&desk, &proxy, line);
    let ran = run("restore b.json --skip_existing");
    assert_eq!(ran.code, 4, "{ran:?}");
    let ran = run("restore b.json --resume --disconnect");
    assert!(
        ran.code == 2 && ran.err.contains("`--skip-existing=off` turns it off"),
        "{ran:?}"
    );
    // The journal is of more kinds: it stays.
    let line = "restore b.json --resume --only users --skip_existing=off --disconnect";
    let ran = run(line);
    assert!(
        ran.out.starts_with("{\"created\":2,\"updated\":1,"),
        "{ran:?}"
    );
    assert_eq!(
        ran.err,
        "`b.json.restoring` is kept: that run covered more kinds of objects\n"
    );
    assert_eq!(
        modes(&server).last().map(String::as_str),
        Some("/api/v2/loaddata?mode=2")
    );
    let sent = loads(&server).len();
    run("restore b.json --only roles");
    assert!(desk.path("b.json.restoring").exists());
    run("restore b.json --resume");
    assert!(!desk.path("b.json.restoring").exists());
    assert_eq!(loads(&server).len(), sent);
}

#[test]
fn a_journal_of_another_server_is_refused() {
    let desk = Desk::new();
    let (server, proxy) = refused(&desk);
    let ran = desk.run_at(&proxy.url, &["restore", "b.json"]).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    let ran = desk.done(&server, "restore b.json");
    assert_eq!(
        ran.err,
        "`b.json.restoring` belongs to another server, or the backup has changed since; it is replaced\n"
    );
    // A plan needs none.
    std::fs::write(desk.path("b.json.restoring"), "mine").expect("a file");
    desk.done(&server, "restore b.json --plan");
}

#[test]
fn two_restores_of_a_file_at_once() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    desk.done(&server, "delete_user carla");
    let other = std::fs::File::open(desk.path("b.json")).expect("a file");
    other.lock().expect("a lock");
    let sent = server.seen().len();
    desk.go(&server, "restore b.json").is(
        1,
        "",
        "error: `restore`: another restore of `b.json` is running; nothing was sent\n\
         hint: both would write the same journal\n",
    );
    assert_eq!(server.seen().len(), sent);
    desk.done(&server, "restore b.json --plan");
    drop(other);
    desk.done(&server, "restore b.json");
}

#[test]
fn an_object_missing_after_the_restore_is_an_error() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    desk.done(&server, "backup b.json");
    desk.done(&server, "delete_user carla");
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("POST") && request.contains("loaddata") {
            Act::Say(answer("200 OK", JSON, "{\"message\":\"Data restored\"}"))
        } else {
            Act::Pass
        }
    });
    let ran = desk.run_at(&proxy.url, &["restore", "b.json"]).go();
    assert_eq!(ran.code, 6, "{ran:?}");
    assert_eq!(
        ran.err,
        "warning: user `carla` is missing\n\
         error: `restore`: 1 object is missing, although the server reported success\n\
         hint: does the server rename objects (e.g. to lower case)? `--plan` shows what is missing\n"
    );
}

#[test]
fn objects_are_sent_unchanged() {
    let (desk, server) = (Desk::new(), v2());
    let user = "{\"username\":\"n\",\"status\":1,\"home_dir\":\"/n\",\"permissions\":{\"/\":[\"*\"]},\
                \"later\":{\"z\":123456789012345678901234567890,\"a\":1.0e+400,\"m\":-0.0,\"t\":\"\\u202e$x @y\"}}";
    let text = format!("{{\"version\": 17, \"users\": [{user}]}}");
    std::fs::write(desk.path("b.json"), text).expect("a file");
    desk.go(&server, "restore b.json");
    let seen = server.seen();
    let load = seen
        .iter()
        .find(|seen| seen.method == "POST")
        .expect("a load");
    let sent = String::from_utf8(load.body.clone()).expect("UTF-8");
    let wanted = format!("{{\"version\":17,\"users\":[{user}]}}");
    assert_eq!(sent.replace('\u{202e}', "\\u202e"), wanted);
    assert!(serde_json::from_str::<Json>(&sent).is_ok());
}
