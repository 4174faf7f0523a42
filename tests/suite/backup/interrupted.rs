//! What Ctrl-C leaves on disk, and what it prints.

use super::Desk;
use crate::proxy::{Act, Proxy, answer};
use crate::support::{Ran, end, v2};
use std::sync::Arc;

/// A run that is interrupted once the server has been asked so often.
#[cfg(unix)]
fn interrupted(desk: &Desk, proxy: &Proxy, args: &[&str], asked: usize) -> Ran {
    let child = desk.run_at(&proxy.url, args).spawn();
    proxy.wait(asked);
    let kill = format!("kill -INT {}", child.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.expect("a shell").success());
    end(child)
}

#[cfg(unix)]
#[test]
fn an_interrupted_backup_leaves_no_file() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let proxy = Proxy::before(&server, |_, request| {
        let is_dump = request.contains("dumpdata");
        if is_dump { Act::Hold } else { Act::Pass }
    });
    // The token, and the dump.
    let ran = interrupted(&desk, &proxy, &["backup", "b.json"], 2);
    ran.is(130, "", "interrupted; 0 commands done\n");
    let names = std::fs::read_dir(desk.0.path()).expect("a folder");
    assert_eq!(names.count(), 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_restore_reports_its_progress() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    desk.done(&server, "backup b.json");
    desk.done(&server, "delete_user carla");
    // It is restored, and looked at again.
    let proxy = Proxy::before(&server, |count, request| {
        let is_second = request.contains("dumpdata") && count > 2;
        if is_second { Act::Hold } else { Act::Pass }
    });
    let ran = interrupted(&desk, &proxy, &["restore", "b.json"], 4);
    let said = "interrupted; 0 commands done; `restore` was interrupted: all objects are restored; \
                `restore b.json --plan` compares them\n";
    ran.is(130, "", said);
    desk.done(&server, "-c 'delete_user carla; delete_user press'");
    let proxy = Proxy::before(&server, |count, request| {
        let is_second = request.contains("loaddata") && count > 2;
        if is_second { Act::Hold } else { Act::Pass }
    });
    let ran = interrupted(&desk, &proxy, &["restore", "b.json"], 4);
    ran.is(
        130,
        "",
        "interrupted; 0 commands done; `restore` was interrupted: 1 of 2 objects are restored; \
         `restore b.json --resume` continues; the last request of `restore` may or may not have been applied: \
         check with `restore b.json --resume`\n",
    );
    assert!(desk.path("b.json.restoring").exists());
}

#[test]
fn no_answer_to_dumpdata_changes_nothing() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    desk.done(&server, "backup b.json");
    let proxy = Proxy::before(&server, |_, request| {
        let page = answer("200 OK", "Content-Type: text/html\r\n", "<html>");
        if request.contains("dumpdata") {
            Act::Say(page)
        } else {
            Act::Pass
        }
    });
    for args in [
        &["backup", "c.json"][..],
        &["restore", "b.json"],
        &["dumpdata", "--output_data"],
    ] {
        let ran = desk.run_at(&proxy.url, args).go();
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(!ran.err.contains("not known"), "{}", ran.err);
    }
    // Into a file of the server it writes.
    let args = ["dumpdata", "--output_file", "b.json"];
    let ran = desk.run_at(&proxy.url, &args).go();
    assert!(
        ran.err.contains("it may or may not have been applied"),
        "{}",
        ran.err
    );
}
