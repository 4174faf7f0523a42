//! Objects with a second factor, which some releases clear when they create the object.

use super::{Desk, entry};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{empty_v2, v2};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::Practice;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A user with a second factor and one with none.
fn users() -> Json {
    let sealed =
        json!({"status": "Secretbox", "payload": "5d3a", "key": "k1", "additional_data": "both"});
    let user = |name: &str, filters: Json| json!({"username": name, "status": 1, "home_dir": "/srv/x", "permissions": {"/": ["*"]}, "filters": filters});
    json!([
        user(
            "both",
            json!({"totp_config": {"enabled": true, "config_name": "Default", "secret": sealed, "protocols": ["SSH"]}})
        ),
        user(
            "codes",
            json!({"recovery_codes": [{"secret": sealed, "used": true}]})
        ),
        user(
            "off",
            json!({"totp_config": {"enabled": false, "config_name": "Default"}, "recovery_codes": []})
        ),
    ])
}

#[test]
fn users_are_sent_twice_to_the_releases_that_clear_them() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let admins = json!([{"username": "boss", "status": 1, "permissions": ["*"], "password": "pw-of-boss-1",
        "filters": {"recovery_codes": [{"secret": {"status": "Plain", "payload": "RC-1"}}]}}]);
    for (release, format, users_twice) in [
        ("2.2.0", 10, true),
        ("2.3.6", 12, true),
        ("2.4.0", 13, true),
        ("2.4.1", 13, false),
        ("2.5.6", 16, false),
    ] {
        desk.write(
            "b.json",
            &json!({"version": format, "users": users(), "admins": admins}),
        );
        let proxy = Proxy::before(&server, move |_, request| {
            if request.contains("dumpdata") {
                let dump = json!({"users": [], "admins": [], "folders": [], "version": format});
                Act::Say(answer("200 OK", JSON, &dump.to_string()))
            } else if request.contains("/version") {
                let about = json!({"version": release});
                Act::Say(answer("200 OK", JSON, &about.to_string()))
            } else if request.contains("loaddata") {
                Act::Say(answer("200 OK", JSON, "{\"message\":\"Data restored\"}"))
            } else {
                Act::Pass
            }
        });
        let ran = desk
            .run_at(&proxy.url, &["restore", "b.json", "--plan"])
            .go();
        let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
        let then = |name| entry(&plan, name)["then"] == "update";
        let twice = ["both", "codes", "off", "boss"].map(then);
        assert_eq!(
            twice,
            [users_twice, users_twice, false, true],
            "{release}: {ran:?}"
        );
        desk.run_at(&proxy.url, &["restore", "b.json"]).go();
        let sent = proxy.requests().into_iter();
        let sent: Vec<String> = sent
            .filter(|request| request.contains("loaddata"))
            .collect();
        let times = |name: &str| sent.iter().filter(|request| request.contains(name)).count();
        let wanted = if users_twice { 2 } else { 1 };
        assert_eq!(
            (times("\"codes\""), times("\"boss\"")),
            (wanted, 2),
            "{release}"
        );
    }
}

/// A backup of an admin with recovery codes and of one without.
fn with_codes(desk: &Desk) {
    let codes = json!([{"secret": {"status": "Plain", "payload": "RC-7"}}]);
    let admin = |name: &str, filters: Json| json!({"username": name, "status": 1, "password": "pw-of-half-1", "permissions": ["*"], "filters": filters});
    let admins = json!([
        admin("half", json!({"recovery_codes": codes})),
        admin("whole", json!({}))
    ]);
    desk.write("b.json", &json!({"version": 17, "admins": admins}));
}

/// Does this to the load with this number, and passes the rest on.
fn at_load(server: &Arc<Practice>, number: usize, act: fn() -> Act) -> Proxy {
    let loads = AtomicUsize::new(0);
    Proxy::before(server, move |_, request| {
        if request.contains("loaddata") && loads.fetch_add(1, Relaxed) == number {
            act()
        } else {
            Act::Pass
        }
    })
}

fn refuse() -> Act {
    Act::Say(answer("400 Bad Request", JSON, "{\"error\":\"no\"}"))
}

fn has_codes(desk: &Desk, server: &Practice) -> bool {
    let dump = desk.done(server, "dumpdata --output_data").out;
    let dump: Json = serde_json::from_str(&dump).expect("JSON");
    let mut admins = dump["admins"].as_array().expect("a list").iter();
    let half = admins.find(|admin| admin["username"] == "half");
    half.expect("it")["filters"]["recovery_codes"].is_array()
}

#[test]
fn a_later_run_completes_what_is_created_by_half() {
    for (number, act) in [
        (1, refuse as fn() -> Act),
        (1, || Act::Refuse),
        (0, || Act::Lose),
    ] {
        for again in [
            "--resume",
            "--resume --skip_existing",
            "--skip_existing",
            "",
        ] {
            let (desk, server) = (Desk::new(), Arc::new(empty_v2()));
            with_codes(&desk);
            let proxy = at_load(&server, number, act);
            let ran = desk
                .run_at(&proxy.url, &["restore", "b.json", "--skip_existing"])
                .go();
            assert_ne!(ran.code, 0, "{ran:?}");
            assert!(!has_codes(&desk, &server));
            let journal =
                std::fs::read_to_string(desk.path("b.json.restoring")).expect("a journal");
            assert!(
                !journal.contains("RC-7") && !journal.contains("pw-of-half-1"),
                "{journal}"
            );
            // The plan says it as well.
            let words = |line: &str| -> Vec<String> {
                line.split_whitespace().map(str::to_owned).collect()
            };
            let run = |line: String| {
                let words = words(&line);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                desk.run_at(&proxy.url, &words).go()
            };
            let ran = run(format!("restore b.json --plan {again}"));
            let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
            assert_eq!(
                entry(&plan, "half")["plan"],
                "update",
                "{number} {again}: {ran:?}"
            );
            let ran = run(format!("restore b.json {again}"));
            assert_eq!(ran.code, 0, "{number} {again}: {ran:?}");
            assert!(
                ran.out.starts_with("{\"created\":1,\"updated\":1,"),
                "{ran:?}"
            );
            let said = "admin `half`: updated, because an earlier run created it, but without its two-factor authentication and recovery codes\n";
            assert!(ran.err.contains(said), "{ran:?}");
            assert!(has_codes(&desk, &server), "{number} {again}");
            assert!(!desk.path("b.json.restoring").exists());
        }
    }
}

#[test]
fn a_run_for_other_kinds_keeps_what_is_created_by_half() {
    let (desk, server) = (Desk::new(), Arc::new(empty_v2()));
    with_codes(&desk);
    let mut file = desk.json("b.json");
    file["roles"] = json!([{"name": "late"}]);
    desk.write("b.json", &file);
    // The role comes first.
    let proxy = at_load(&server, 2, refuse);
    let run = |args: &[&str]| desk.run_at(&proxy.url, args).go();
    let ran = run(&["restore", "b.json", "--skip_existing"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    desk.done(&server, "delete_role late");
    let ran = run(&["restore", "b.json", "--only", "roles"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = run(&["restore", "b.json", "--resume"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(has_codes(&desk, &server));
}

#[test]
fn an_object_that_somebody_else_created_meanwhile_is_left_alone() {
    let (desk, server) = (Desk::new(), Arc::new(empty_v2()));
    with_codes(&desk);
    // The first request is refused, so this run created nothing.
    let proxy = at_load(&server, 0, refuse);
    let ran = desk
        .run_at(&proxy.url, &["restore", "b.json", "--skip_existing"])
        .go();
    assert_eq!(ran.code, 4, "{ran:?}");
    let add = "add_admin half --password other-pw-of-1 --permissions view_users --description mine";
    desk.done(&server, add);
    let ran = desk
        .run_at(&proxy.url, &["restore", "b.json", "--resume"])
        .go();
    assert!(
        ran.out
            .starts_with("{\"created\":1,\"updated\":0,\"same\":0,\"skipped\":1,"),
        "{ran:?}"
    );
    assert!(!has_codes(&desk, &server));
}
