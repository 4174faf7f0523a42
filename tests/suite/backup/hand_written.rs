//! Files that no server wrote: what is taken, what is checked before anything is sent, and
//! what is said about it.

use super::{Desk, counted, entry, loads};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{empty_v2, v2};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const NO_VERSION: &str = "the file has no `version`; it is treated as a backup of this server";
const AGAIN: &str =
    "sent again (the server never shows passwords and keys, so they cannot be compared)";

fn result(created: usize, updated: usize, same: usize) -> String {
    format!(
        "{{\"created\":{created},\"updated\":{updated},\"same\":{same},\"skipped\":0,\
         \"restored_before\":0,\"only_on_server\":"
    )
}

#[test]
fn a_file_written_by_hand_can_be_restored() {
    let (desk, server) = (Desk::new(), empty_v2());
    let file = json!({
        "_comment": ["for the new office"],
        "groups": [{"name": "office"}],
        "users": [
            {"username": "ghost", "password": "pw-of-ghost", "status": 1, "home_dir": "/srv/ghost",
             "permissions": {"/": ["list"]}, "groups": [{"name": "office", "type": 1}]},
            {"username": "keys", "public_keys": [], "_note": "no key yet", "home_dir": "/srv/keys", "permissions": {"/": ["*"]}},
        ],
    });
    desk.write("seed.json", &file);
    let ran = desk.done(&server, "restore seed.json");
    assert!(ran.out.starts_with(&result(3, 0, 0)), "{}", ran.out);
    let disabled = "user `keys`: no `status`, so it is created disabled";
    assert_eq!(ran.err, format!("seed.json: {NO_VERSION}\n{disabled}\n"));
    // The password cannot be compared; the rest is the same.
    let ran = desk.done(&server, "restore seed.json --plan");
    let again = format!("seed.json: 1 would be {AGAIN}\n");
    assert!(ran.err.contains(&again), "{}", ran.err);
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(counted(&plan), [("same".to_owned(), 3)]);
    let ghost = entry(&plan, "ghost");
    assert_eq!(ghost["sent_again"], json!(["password"]));
    assert!(ghost.get("changed").is_none(), "{ghost}");
    let ran = desk.done(&server, "restore seed.json");
    assert!(ran.out.starts_with(&result(0, 0, 3)), "{}", ran.out);
    assert!(ran.out.ends_with(",\"sent_again\":1}\n"), "{}", ran.out);
    assert_eq!(
        ran.err,
        format!("seed.json: {NO_VERSION}\nseed.json: 1 {AGAIN}\n")
    );
    // The version of the server is sent.
    let mut seen = server.seen().into_iter();
    let body = seen.rfind(|seen| seen.target.contains("/loaddata"));
    let body: Json = serde_json::from_slice(&body.expect("a load").body).expect("JSON");
    assert_eq!(body["version"], 17);
    // What else differs is still reported.
    desk.done(&server, "update_user ghost --uid 7");
    let ran = desk.done(&server, "--quiet restore seed.json --plan --only users");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(entry(&plan, "ghost")["changed"], json!(["uid", "password"]));
    assert_eq!(ran.err, "");
}

#[test]
fn a_version_may_be_a_text_and_other_kinds_may_be_wrong() {
    let (desk, server) = (Desk::new(), v2());
    let user = json!({"username": "n", "status": 1, "home_dir": "/n", "permissions": {"/": ["*"]}});
    desk.write(
        "b.json",
        &json!({"version": "16", "users": [user], "roles": [{"id": 1, "name": ""}]}),
    );
    let ran = desk.go(&server, "restore b.json");
    ran.is(
        1,
        "",
        "error: `restore`: `b.json` is not a backup: `roles[0]` has no name; nothing was sent\n\
         hint: correct the file; `--only` restores only some kinds of objects\n",
    );
    assert!(server.seen().is_empty());
    let ran = desk.done(&server, "restore b.json --only users");
    assert!(ran.out.starts_with(&result(1, 0, 0)), "{}", ran.out);
    assert_eq!(
        ran.err,
        "b.json: `version` is a string; it is treated as 16\n\
         b.json: `roles[0]` has no name; `--only` excludes it\n"
    );
}

#[test]
fn utf_16_is_named_in_the_error() {
    let (desk, server) = (Desk::new(), v2());
    for (mark, to_bytes) in [
        ("\u{feff}", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ("\u{feff}", u16::to_be_bytes),
        ("", u16::to_le_bytes),
    ] {
        let text = format!("{mark}{{\"version\": 17, \"users\": []}}");
        let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
        std::fs::write(desk.path("w.json"), bytes).expect("a file");
        desk.go(&server, "restore w.json").is(
            1,
            "",
            "error: `restore`: cannot read `w.json`: the file is UTF-16\nhint: save it as UTF-8\n",
        );
        let ran = desk.go(&server, "add_user x --json @w.json");
        assert_eq!(ran.code, 1, "{ran:?}");
        let said = "cannot read `w.json`: the file is UTF-16\nhint: save it as UTF-8\n";
        assert!(ran.err.ends_with(said), "{}", ran.err);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn objects_that_the_server_would_refuse_are_found_first() {
    let (desk, server) = (Desk::new(), v2());
    let user = |name: &str, more: Json| {
        let mut user =
            json!({"username": name, "status": 1, "home_dir": "/n", "permissions": {"/": ["*"]}});
        let members = user.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        user
    };
    let file = json!({
        "version": 16,
        "users": [
            user("right", json!({})),
            user("typo", json!({"permissions": {"/": ["lst"]}, "max_session": 3})),
            user("alone", json!({"groups": [{"name": "nobody", "type": 1}], "role": "helpdesk"})),
        ],
        "admins": [{"username": "old", "status": 1, "permissions": ["manage_admins"]}],
        "event_actions": [{"name": "meta", "type": 10}],
    });
    desk.write("b.json", &file);
    let lines = "warning: user `typo`: unknown field `users[1].max_session`, which the server ignores; did you mean `users[1].max_sessions`?\n\
         error: user `typo`: `users[1].permissions./[0]` must be one of";
    let rest = [
        "error: user `alone`: the group `nobody` in `users[2].groups[0]` is neither in the backup nor on the server\n",
        "error: admin `old`: `manage_admins` of `admins[0].permissions[0]` was removed after 2.6.2; this server is 2.7.5\n",
        "error: event action `meta`: `metadata_check` of `event_actions[0].type` was removed after 2.5.6; this server is 2.7.5\n",
    ]
    .concat();
    let end = "error: `restore`: the server would reject 4 objects of `b.json`; nothing was sent\n\
               hint: `get_groups` lists the groups, `add_group` adds one; or correct the file\n";
    let ran = desk.go(&server, "restore b.json");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.starts_with(lines), "{}", ran.err);
    assert!(ran.err.ends_with(&format!("{rest}{end}")), "{}", ran.err);
    assert!(loads(&server).is_empty());
    // The plan lists them as well.
    let ran = desk.go(&server, "restore b.json --plan");
    assert_eq!(ran.code, 2, "{ran:?}");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(entry(&plan, "typo")["refused"], json!(["permissions./[0]"]));
    assert_eq!(entry(&plan, "typo")["ignored"], json!(["max_session"]));
    assert_eq!(entry(&plan, "old")["refused"], json!(["permissions[0]"]));
    assert_eq!(entry(&plan, "right").get("refused"), None);
    // The hint is about each kind that is missing.
    let part = json!({"version": 17, "users": [user("both", json!({"groups": [{"name": "g9", "type": 1}, {"name": "h9", "type": 2}], "role": "r9"}))]});
    desk.write("part.json", &part);
    let ran = desk.go(&server, "restore part.json");
    let hint = "hint: `get_groups` lists the groups, `add_group` adds one; `get_roles` lists the roles, `add_role` adds one; or correct the file\n";
    assert!(ran.err.ends_with(hint), "{}", ran.err);
    // The others can be restored.
    desk.done(&server, "add_group nobody");
    let ran = desk.go(&server, "restore b.json --only users");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(!ran.err.contains("nobody"), "{}", ran.err);
}

#[test]
fn ignored_fields_are_reported_once() {
    let (desk, server) = (Desk::new(), v2());
    let file = json!({
        "version": 17,
        "event_actions": [{"name": "hook", "type": 1, "options": {"http_config":
            {"endpoint": "http://127.0.0.1/x", "timeout": 20, "method": "POST"}}}],
        "event_rules": [{"name": "up", "status": 1, "trigger": 1, "conditions": {"fs_events": ["upload"]},
            "actions": [{"name": "hook", "order": 1, "options": {"execute_sync": true}}]}],
        "folders": [{"name": "fresh", "mapped_path": "/srv/fresh", "mapped_pth": "/x"}],
    });
    desk.write("b.json", &file);
    let warnings = "warning: folder `fresh`: unknown field `folders[0].mapped_pth`, which the server ignores; \
         did you mean `folders[0].mapped_path`?\n\
         warning: event rule `up`: unknown field `event_rules[0].actions[0].options.execute_sync`, which the server ignores; \
         did you mean `event_rules[0].actions[0].relation_options.execute_sync`?\n";
    let ran = desk.done(&server, "restore b.json");
    assert!(ran.out.starts_with(&result(3, 0, 0)), "{}", ran.out);
    assert_eq!(ran.err, warnings);
    let ran = desk.done(&server, "restore b.json");
    assert!(ran.out.starts_with(&result(0, 0, 3)), "{}", ran.out);
    assert_eq!(ran.err, warnings);
}

#[test]
fn a_server_that_does_not_name_its_release_is_asked() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let proxy = Proxy::before(&server, |_, request| {
        let dump =
            "{\"users\":[],\"folders\":[],\"admins\":[],\"event_actions\":[],\"version\":16}";
        if request.contains("dumpdata") {
            Act::Say(answer("200 OK", JSON, dump))
        } else if request.contains("/version") {
            Act::Say(answer("200 OK", JSON, "{\"version\":\"2.5.6\"}"))
        } else {
            Act::Pass
        }
    });
    let folder = |path: &str| json!([{"name": "new", "mapped_path": path, "virtual_path": "/v"}]);
    let user = |folders: Json| json!({"username": "u", "status": 1, "home_dir": "/u", "permissions": {"/": ["*"]}, "virtual_folders": folders});
    let admin = json!({"username": "old", "status": 1, "permissions": ["manage_admins"]});
    let file =
        |path: &str| json!({"version": 16, "admins": [admin], "users": [user(folder(path))]});
    desk.write("b.json", &file("/srv/new"));
    let plan = |args: &[&str]| desk.run_at(&proxy.url, args).go();
    let ran = plan(&["restore", "b.json", "--plan"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let said = "folder `new`: created with user `u`\n";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    // The folder is sent with the user, whole.
    plan(&["restore", "b.json"]);
    let seen = server.seen();
    let load = seen.iter().find(|seen| seen.target.contains("/loaddata"));
    let body: Json = serde_json::from_slice(&load.expect("a load").body).expect("JSON");
    assert_eq!(body["users"][0]["virtual_folders"], folder("/srv/new"));
    // Without a path it cannot be created.
    desk.write("b.json", &file(""));
    let ran = plan(&["restore", "b.json", "--plan"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let why = "error: user `u`: the folder `new` in `users[0].virtual_folders[0]` is neither in the backup nor on the server\n";
    assert!(ran.err.starts_with(why), "{}", ran.err);
}

#[test]
fn an_admin_with_a_second_factor_is_sent_twice() {
    let (desk, server) = (Desk::new(), v2());
    let secret = |text: &str| json!({"status": "Plain", "payload": text});
    let file = json!({"version": 17, "admins": [
        {"username": "two", "status": 1, "password": "pw-of-two-1", "permissions": ["*"], "filters": {
            "totp_config": {"enabled": true, "config_name": "Default", "secret": secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")},
            "recovery_codes": [{"secret": secret("RC-1")}, {"secret": secret("RC-2")}]}},
        {"username": "one", "status": 1, "password": "pw-of-one-1", "permissions": ["view_users"]},
    ]});
    desk.write("b.json", &file);
    let ran = desk.done(&server, "--quiet restore b.json --plan");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        entry(&plan, "two"),
        &json!({"kind": "admins", "name": "two", "plan": "create", "then": "update"})
    );
    assert_eq!(entry(&plan, "one").get("then"), None);
    let ran = desk.done(&server, "restore b.json --skip_existing --scan_quota yes");
    assert!(ran.out.starts_with(&result(2, 0, 0)), "{}", ran.out);
    assert_eq!(
        ran.err,
        "admin `two`: sent twice, to create and to update it, because a new one is created without its two-factor authentication and recovery codes\n"
    );
    let seen = server.seen().into_iter();
    let targets = seen.filter(|seen| seen.target.contains("/loaddata"));
    let targets: Vec<String> = targets.map(|seen| seen.target).collect();
    let keep = "/api/v2/loaddata?scan-quota=1&mode=1";
    let overwrite = "/api/v2/loaddata?scan-quota=1&mode=0";
    assert_eq!(targets, [keep, overwrite, keep]);
    let dump = desk.done(&server, "dumpdata --output_data").out;
    let dump: Json = serde_json::from_str(&dump).expect("JSON");
    let mut admins = dump["admins"].as_array().expect("a list").iter();
    let two = admins.find(|admin| admin["username"] == "two").expect("it");
    assert_eq!(two["filters"]["totp_config"]["enabled"], true);
    let codes = two["filters"]["recovery_codes"].as_array();
    assert_eq!(codes.map(Vec::len), Some(2));
    // A backup of it is the same.
    desk.done(&server, "backup c.json --scopes admins");
    let ran = desk.done(&server, "restore c.json");
    assert!(ran.out.starts_with(&result(0, 0, 4)), "{}", ran.out);
}

#[test]
fn a_second_request_that_fails_is_reported_as_such() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let codes = json!([{"secret": {"status": "Plain", "payload": "RC-1"}}]);
    let file = json!({"version": 17, "admins": [{"username": "two", "status": 1, "password": "pw-of-two-1",
        "permissions": ["*"], "filters": {"recovery_codes": codes}}]});
    desk.write("b.json", &file);
    let loads = AtomicUsize::new(0);
    let proxy = Proxy::before(&server, move |_, request| {
        if request.contains("loaddata") && loads.fetch_add(1, Relaxed) == 1 {
            Act::Say(answer("400 Bad Request", JSON, "{\"error\":\"no\"}"))
        } else {
            Act::Pass
        }
    });
    let ran = desk
        .run_at(&proxy.url, &["--quiet", "restore", "b.json"])
        .go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.starts_with(&result(1, 0, 0)), "{}", ran.out);
    let why = "error: `restore`: admin `two`: the server answered 400 (no); it was created, but without \
               its two-factor authentication and recovery codes; nothing was restored before it\n";
    assert!(ran.err.starts_with(why), "{}", ran.err);
    let ran = desk
        .run_at(&proxy.url, &["--quiet", "restore", "b.json", "--resume"])
        .go();
    assert!(ran.out.starts_with(&result(0, 1, 0)), "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn a_finished_journal_is_removed() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json --scopes users");
    let mut dump = desk.json("b.json");
    dump["users"][1]["home_dir"] = "relative".into();
    desk.write("b.json", &dump);
    assert_eq!(desk.go(&server, "restore b.json").code, 4);
    assert!(desk.path("b.json.restoring").exists());
    dump["users"].as_array_mut().expect("a list").remove(1);
    desk.write("b.json", &dump);
    let ran = desk.done(&server, "restore b.json");
    assert_eq!(
        ran.err,
        "`b.json.restoring` belongs to another server, or the backup has changed since; it is removed\n"
    );
    assert!(!desk.path("b.json.restoring").exists());
    assert_eq!(desk.done(&server, "restore b.json").err, "");
}

#[test]
fn a_missing_object_is_named_by_the_commands_that_need_it() {
    let (desk, server) = (Desk::new(), v2());
    let user = "add_user v --password x --home_dir /v --permissions *";
    for (line, what, list) in [
        (
            format!(
                "{user} --set virtual_folders='[{{\"name\":\"none\",\"virtual_path\":\"/v\"}}]'"
            ),
            "folder `none`",
            "folder",
        ),
        (
            format!("{user} --set groups='[{{\"name\":\"none\",\"type\":1}}]'"),
            "group `none`",
            "group",
        ),
        (
            "add_group g --set virtual_folders='[{\"name\":\"none\",\"virtual_path\":\"/v\"}]'"
                .to_owned(),
            "folder `none`",
            "folder",
        ),
        (
            "update_admin admin --set groups='[{\"name\":\"none\"}]'".to_owned(),
            "group `none`",
            "group",
        ),
    ] {
        let ran = desk.go(&server, &line);
        assert!(matches!(ran.code, 4 | 5), "{line}: {ran:?}");
        let said = format!(
            ": the {what} does not exist\nhint: `get_{list}s` lists the {list}s, `add_{list}` adds one\n"
        );
        assert!(ran.err.ends_with(&said), "{line}: {}", ran.err);
    }
}
