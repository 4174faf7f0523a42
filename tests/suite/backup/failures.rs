//! What stops a restore, and how it is resumed.

use super::{Desk, counted, entry, loads, total};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{empty_v2, v2};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[test]
fn an_invalid_backup_sends_nothing() {
    let (desk, server) = (Desk::new(), v2());
    for (text, why) in [
        (
            "{\"version\": 17,\n  \"users\": [secret}",
            "expected value at line 2 column 13",
        ),
        ("[]", "it is not a JSON object"),
        (
            "{\"message\": \"secret\"}",
            "it has neither `version` nor a list such as `users`",
        ),
        (
            "{\"version\": \"secret\", \"users\": []}",
            "its `version` is not a whole number",
        ),
    ] {
        std::fs::write(desk.path("b.json"), text).expect("a file");
        desk.go(&server, "restore b.json").is(
            1,
            "",
            &format!(
                "error: `restore`: `b.json` is not a backup: {why}; nothing was sent\n\
                 hint: `backup FILE` writes one, and so does `dumpdata`\n"
            ),
        );
    }
    let ran = desk.go(&server, "restore none.json");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(server.seen().is_empty());
}

#[test]
fn it_stops_at_a_missing_reference_and_resumes_there() {
    let (desk, old, new) = (Desk::new(), v2(), Arc::new(empty_v2()));
    desk.done(&old, "backup b.json");
    // A group is deleted while it runs.
    let is_first = AtomicBool::new(true);
    let proxy = Proxy::before(&new, move |_, request| {
        let is_load = request.starts_with("POST") && request.contains("\"username\":\"webdeploy\"");
        let text = "{\"error\":\"unable to restore user \\\"webdeploy\\\": NOT NULL constraint failed: users_groups_mapping.group_id\"}";
        if is_load && is_first.swap(false, Relaxed) {
            Act::Say(answer("500 Internal Server Error", JSON, text))
        } else {
            Act::Pass
        }
    });
    let only = ["--only", "folders,groups,roles,users,admins"];
    let args = [&["restore", "b.json"], &only[..]].concat();
    let ran = desk.run_at(&proxy.url, &args).go();
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(
        ran.out,
        "{\"created\":10,\"updated\":0,\"same\":1,\"skipped\":0,\"restored_before\":0,\"only_on_server\":0}\n"
    );
    assert_eq!(
        ran.err,
        "error: `restore`: user `webdeploy`: the server answered 500: the group `partners` does not exist \
         (unable to restore user \"webdeploy\": NOT NULL constraint failed: users_groups_mapping.group_id); \
         10 of 12 objects are restored\n\
         hint: `get_groups` lists the groups, `add_group` adds one; then `restore b.json --resume` continues\n"
    );
    let journal = std::fs::read_to_string(desk.path("b.json.restoring")).expect("a journal");
    let lines: Vec<&str> = journal.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "{\"kind\":\"roles\",\"name\":\"helpdesk\"}",
            "{\"kind\":\"folders\",\"name\":\"shared\"}",
            "{\"kind\":\"folders\",\"name\":\"invoices\"}",
            "{\"kind\":\"groups\",\"name\":\"staff\"}",
            "{\"kind\":\"groups\",\"name\":\"partners\"}",
            "{\"kind\":\"users\",\"name\":\"carla\"}",
            "{\"kind\":\"users\",\"name\":\"backup\"}",
            "{\"kind\":\"users\",\"name\":\"anna.nowak\"}",
            "{\"kind\":\"users\",\"name\":\"jürgen\"}",
            "{\"kind\":\"users\",\"name\":\"press\"}",
        ]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(desk.path("b.json.restoring")).expect("a journal");
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }
    // What is restored may change meanwhile: it is left alone.
    desk.done(&new, "update_user backup --uid 4711");
    let args = [&["restore", "b.json", "--resume", "--plan", "--only", "users"][..]].concat();
    let ran = desk.run_at(&proxy.url, &args).go();
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(entry(&plan, "backup")["plan"], "restored_before");
    let before = loads(&new).len();
    let args = [&["restore", "b.json", "--resume"], &only[..]].concat();
    let ran = desk.run_at(&proxy.url, &args).go();
    assert_eq!(
        ran.out,
        "{\"created\":2,\"updated\":0,\"same\":1,\"skipped\":0,\"restored_before\":10,\"only_on_server\":0}\n"
    );
    assert_eq!(loads(&new).len() - before, 2);
    assert!(!desk.path("b.json.restoring").exists());
    let user = desk.done(&new, "get_user_by_username backup").out;
    assert!(user.contains("\"uid\":4711"), "{user}");
    // Run again, it is compared like any other.
    let ran = desk.done(&new, "restore b.json --only users");
    assert!(
        ran.out
            .starts_with("{\"created\":0,\"updated\":1,\"same\":5,"),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "");
}

#[test]
fn a_refused_object_is_named_without_its_values() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    let mut dump = desk.json("b.json");
    dump["users"][1]["home_dir"] = "relative".into();
    desk.write("b.json", &dump);
    let ran = desk.go(&server, "restore b.json");
    assert_eq!(ran.code, 4, "{ran:?}");
    let start = "error: `restore`: user `backup`: the server answered 400 (";
    assert!(ran.err.starts_with(start), "{}", ran.err);
    assert!(
        ran.err.contains("; nothing was restored before it\n"),
        "{}",
        ran.err
    );
    // The backup is fixed: it is another one now.
    dump["users"][1]["home_dir"] = "/srv/other".into();
    desk.write("b.json", &dump);
    let ran = desk.go(&server, "restore b.json --resume");
    ran.is(
        1,
        "",
        "error: `restore`: `b.json.restoring` belongs to another server, or the backup has changed since; nothing was sent\n\
         hint: without `--resume` everything is compared again; objects already restored are left alone\n",
    );
    let ran = desk.done(&server, "restore b.json");
    assert_eq!(
        ran.err,
        "`b.json.restoring` belongs to another server, or the backup has changed since; it is replaced\n"
    );
    assert!(
        ran.out.starts_with("{\"created\":0,\"updated\":1,"),
        "{}",
        ran.out
    );
    let ran = desk.go(&server, "restore b.json --resume");
    assert!(
        ran.err
            .contains("nothing to resume: `b.json.restoring` does not exist"),
        "{ran:?}"
    );
}

#[test]
fn after_a_lost_answer_the_object_is_compared_again() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    desk.done(&server, "backup b.json");
    desk.done(
        &server,
        "-c 'delete_user press; delete_user carla; delete_user webdeploy'",
    );
    // The second object is restored, and its answer never comes.
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("POST") && request.contains("\"press\"") {
            Act::Lose
        } else {
            Act::Pass
        }
    });
    let ran = desk.run_at(&proxy.url, &["restore", "b.json"]).go();
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.out.starts_with("{\"created\":1,"), "{}", ran.out);
    let said = "; it may or may not have been applied; 1 of 3 objects are restored\n\
                hint: `restore b.json --resume` continues: it first checks whether the object was restored\n";
    assert!(
        ran.err
            .starts_with("error: `restore`: user `press`: no answer from "),
        "{}",
        ran.err
    );
    assert!(ran.err.ends_with(said), "{}", ran.err);
    let sent = loads(&server).len();
    let ran = desk
        .run_at(&proxy.url, &["restore", "b.json", "--resume"])
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let same = total(&desk.json("b.json")) - 2;
    assert_eq!(
        ran.out,
        format!(
            "{{\"created\":1,\"updated\":0,\"same\":{same},\"skipped\":0,\"restored_before\":1,\"only_on_server\":0}}\n"
        )
    );
    assert_eq!(loads(&server).len(), sent + 1, "nothing is sent twice");
}

#[test]
fn a_truncated_or_invalid_dump_leaves_no_file() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let cut = format!("{head}Content-Length: 900\r\n\r\n{{\"users\":[{{\"password\":\"hunter2\"");
    let broken = format!("{head}Content-Length: 31\r\n\r\n{{\"users\":[{{\"password\":\"hunter2\"");
    let other = format!("{head}Content-Length: 24\r\n\r\n{{\"message\":\"Data saved\"}}");
    for text in [cut, broken, other] {
        let proxy = Proxy::before(&server, move |_, request| {
            if request.contains("dumpdata") {
                Act::Cut(text.clone().into_bytes())
            } else {
                Act::Pass
            }
        });
        let ran = desk
            .run_at(&proxy.url, &["--debug", "backup", "b.json"])
            .go();
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
        assert!(!desk.path("b.json").exists());
    }
}

#[test]
fn unknown_kinds_are_reported() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    let mut dump = desk.json("b.json");
    dump["teams"] = json!([{"name": "a"}, {"name": "b"}]);
    dump["later"] = Json::Null;
    desk.write("b.json", &dump);
    desk.done(&server, "delete_user carla");
    let ran = desk.go(&server, "restore b.json --plan");
    assert_eq!(ran.code, 6, "{ran:?}");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    let count = |word: &str| counted(&plan).into_iter().find(|(one, _)| one == word);
    assert_eq!(count("not_handled"), Some(("not_handled".to_owned(), 1)));
    assert!(
        ran.err.contains(
            "\nteams: 2 objects are not restored: this shell does not know this kind of object\n"
        ),
        "{}",
        ran.err
    );
    // What is known is restored all the same.
    let ran = desk.go(&server, "restore b.json");
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.out.starts_with("{\"created\":1,"), "{}", ran.out);
    assert_eq!(
        ran.err,
        "error: `restore`: teams: 2 objects are not restored: this shell does not know this kind of object\n\
         hint: `--only` selects the kinds to restore\n"
    );
    desk.done(&server, "restore b.json --only users");
}

#[test]
fn a_file_that_is_not_a_journal_is_not_overwritten() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    desk.done(&server, "delete_user carla");
    let before = server.seen().len();
    std::fs::write(desk.path("b.json.restoring"), "mine").expect("a file");
    let ran = desk.go(&server, "restore b.json");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(server.seen().len(), before);
    // Nor is anything sent where none can be written.
    std::fs::remove_file(desk.path("b.json.restoring")).expect("a file");
    std::fs::create_dir(desk.path("b.json.restoring")).expect("a folder");
    let ran = desk.go(&server, "restore b.json");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(loads(&server).is_empty());
}

#[test]
fn a_file_of_commands_is_checked_first() {
    let (desk, server) = (Desk::new(), v2());
    for (line, code) in [
        ("restore b.json --only user", 2),
        ("backup -", 2),
        ("restore b.json", 0),
    ] {
        std::fs::write(desk.path("f.sftpgo"), format!("get_users\n{line}\n")).expect("a file");
        let ran = desk.go(&server, "--check --file f.sftpgo");
        assert_eq!(ran.code, code, "{line}: {ran:?}");
        let ran = desk.go(&server, "--dry-run --file f.sftpgo");
        assert_eq!(ran.code, code, "{line}: {ran:?}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn backup_from_an_older_server() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    desk.done(&server, "backup b.json");
    // It has no roles, and writes a second value behind a refusal.
    let proxy = Proxy::before(&server, |_, request| {
        let refusal =
            "{\"error\":\"no such thing\",\"message\":\"\"}\n{\"message\":\"Data restored\"}\n";
        if request.contains("dumpdata") {
            let dump = "{\"users\":[],\"folders\":[],\"admins\":[],\"version\":8}";
            Act::Say(answer("200 OK", JSON, dump))
        } else if request.contains("loaddata") {
            Act::Say(answer("500 Internal Server Error", JSON, refusal))
        } else {
            Act::Pass
        }
    });
    let run = |kind: &str| {
        let args = ["restore", "b.json", "--only", kind];
        desk.run_at(&proxy.url, &args).go()
    };
    run("roles").is(
        6,
        "{\"created\":0,\"updated\":0,\"same\":0,\"skipped\":0,\"restored_before\":0,\"only_on_server\":0}\n",
        "error: `restore`: roles: 1 object is not restored: this server does not know this kind of object\n\
         hint: `--only` selects the kinds to restore\n",
    );
    let ran = run("folders");
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(
        ran.err,
        "error: `restore`: folder `shared`: the server answered 500: the server failed (no such thing); \
         nothing was restored before it\n\
         hint: `restore b.json --resume` continues once the problem is fixed on the server; if you change the backup, run it without `--resume`\n"
    );
}
