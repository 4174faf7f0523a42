//! A backup contains all data of the server, and a restore brings it back,
//! object by object, so that the progress is known.

mod failures;
mod hand_written;
mod interrupted;
mod property;
mod resume;
mod second_factor;

use crate::support::{Ran, Run, empty_v2, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice, Seen};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a backup, and runs in it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A run at this URL.
    fn run_at(&self, url: &str, args: &[&str]) -> Run {
        let mut run = Run::new(args);
        run.command
            .env("SFTPGO_HOST", url)
            .current_dir(self.0.path());
        run.env("SFTPGO_SHELL_OUTPUT", "compact")
            .env("SFTPGO_USERNAME", ADMIN)
            .env("SFTPGO_PASSWORD", PASSWORD)
    }

    /// A line of the shell, run to its end.
    fn go(&self, server: &Practice, line: &str) -> Ran {
        let line = words(line);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        self.run_at(&server.url(), &line).go()
    }

    /// The same, which must be done.
    #[track_caller]
    fn done(&self, server: &Practice, line: &str) -> Ran {
        let ran = self.go(server, line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        ran
    }

    fn json(&self, name: &str) -> Json {
        json_of(&self.path(name))
    }

    fn write(&self, name: &str, json: &Json) {
        std::fs::write(self.path(name), json.to_string()).expect("a file");
    }
}

fn json_of(path: &Path) -> Json {
    let bytes = std::fs::read(path).expect("a file");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// What was sent to be loaded, and what a list of it is called.
fn loads(server: &Practice) -> Vec<String> {
    let seen = server.seen();
    let loads = seen.iter().filter(|seen| seen.target.contains("/loaddata"));
    let lists = loads.map(|seen| {
        let body: Json = serde_json::from_slice(&seen.body).expect("JSON");
        let lists = body.as_object().expect("an object").iter();
        let mut lists = lists.filter(|(key, _)| *key != "version");
        let (list, objects) = lists.next().expect("a list");
        assert!(lists.next().is_none(), "one kind at a time");
        assert_eq!(objects.as_array().map_or(1, Vec::len), 1);
        list.clone()
    });
    lists.collect()
}

/// The lists of a dump in the order in which they are restored, and how long each is.
fn lists(dump: &Json) -> Vec<(&'static str, usize)> {
    const ORDER: [&str; 10] = [
        "ip_lists",
        "roles",
        "folders",
        "groups",
        "users",
        "admins",
        "api_keys",
        "shares",
        "event_actions",
        "event_rules",
    ];
    let length = |list| (list, dump[list].as_array().map_or(0, Vec::len));
    ORDER.map(length).to_vec()
}

/// How many objects a dump has.
fn total(dump: &Json) -> usize {
    lists(dump).iter().map(|(_, count)| count).sum()
}

/// The words of the plans of a plan, each counted.
fn counted(plan: &Json) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for entry in plan.as_array().expect("a list") {
        let word = entry["plan"].as_str().expect("a word").to_owned();
        *counts.entry(word).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// What a plan says of one object.
fn entry<'a>(plan: &'a Json, name: &str) -> &'a Json {
    let mut entries = plan.as_array().expect("a list").iter();
    let found = entries.find(|entry| entry["name"] == name);
    found.expect("an entry")
}

/// A dump without read-only fields; listed here again, so that the table is not
/// checked against itself.
fn settled(mut dump: Json) -> Json {
    const OWN: &[&str] = &[
        "id",
        "created_at",
        "updated_at",
        "last_login",
        "last_quota_update",
        "used_quota_size",
        "used_quota_files",
        "last_password_change",
    ];
    let lists = dump.as_object_mut().expect("an object");
    for (list, objects) in lists.iter_mut() {
        for object in objects.as_array_mut().into_iter().flatten() {
            strip(object, if list == "api_keys" { &OWN[1..] } else { OWN });
        }
        // A dump has the order in which the objects were made.
        if let Some(objects) = objects.as_array_mut() {
            objects.sort_by_key(Json::to_string);
        }
    }
    dump
}

fn strip(value: &mut Json, own: &[&str]) {
    match value {
        Json::Object(members) => {
            members.retain(|key, _| !own.contains(&key.as_str()));
            members.values_mut().for_each(|value| strip(value, own));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| strip(item, own)),
        _ => {}
    }
}

#[test]
fn a_backup_contains_all_objects() {
    let (desk, server) = (Desk::new(), v2());
    let ran = desk.done(&server, "backup b.json");
    let dumped = desk.done(&server, "--output raw dumpdata --output_data");
    let bytes = std::fs::read(desk.path("b.json")).expect("a file");
    let (text, size) = (String::from_utf8(bytes).expect("UTF-8"), dumped.out.len());
    assert_eq!(text.trim_end(), dumped.out.trim_end());
    let told: Json = serde_json::from_str(&ran.out).expect("JSON");
    let held = lists(&desk.json("b.json"));
    let told_of = told["objects"].as_object().expect("an object");
    for (list, count) in &held {
        assert_eq!(told_of[*list], *count, "{list}");
    }
    assert_eq!(told_of["configs"], 0);
    assert_eq!(told_of.len(), held.len() + 1);
    assert_eq!(told["version"], 17);
    assert!(size.abs_diff(text.len()) <= 1 && told["bytes"] == text.len());
    // It is a store of credentials.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(desk.path("b.json")).expect("a file");
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }
    let names: Vec<_> = std::fs::read_dir(desk.0.path())
        .expect("a folder")
        .collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn only_some_kinds() {
    let (desk, server) = (Desk::new(), v2());
    let ran = desk.done(&server, "backup b.json --scopes event_actions roles");
    let dump = desk.json("b.json");
    let actions = dump["event_actions"].as_array().expect("a list").len();
    let objects = format!("\"objects\":{{\"roles\":1,\"event_actions\":{actions}}}}}\n");
    assert!(ran.out.ends_with(&objects), "{}", ran.out);
    assert_eq!(dump["users"], Json::Null);
    // What it does not hold is not missing anywhere.
    let ran = desk.done(&server, "restore b.json --plan");
    let summary = format!("roles: 1 same\nevent_actions: {actions} same\n");
    assert_eq!(ran.err, summary);
    let ran = desk.go(&server, "backup c.json --scopes event_action");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("event_actions"), "{}", ran.err);
    // With commas as well; not so that nothing is all.
    desk.done(&server, "backup c.json --scopes groups,users");
    let ran = desk.done(&server, "restore c.json --plan --only users,groups");
    assert_eq!(ran.err, "groups: 2 same\nusers: 6 same\n");
    let ran = desk.go(&server, "restore c.json --plan --only users,group");
    assert!(
        ran.code == 2 && ran.err.contains(", not `group`; this is `users,group`"),
        "{ran:?}"
    );
    let before = server.seen().len();
    for line in [
        "restore c.json --only ''",
        "restore c.json --only ,",
        "backup d.json --scopes ''",
    ] {
        assert_eq!(desk.go(&server, line).code, 2, "{line}");
        assert_eq!(
            desk.go(&server, &format!("--check -c {line:?}")).code,
            2,
            "{line}"
        );
    }
    assert_eq!(server.seen().len(), before);
}

#[test]
fn an_existing_file_is_only_replaced_with_force() {
    let (desk, server) = (Desk::new(), v2());
    std::fs::write(desk.path("b.json"), "old").expect("a file");
    let ran = desk.go(&server, "backup b.json");
    ran.is(
        1,
        "",
        "error: `backup`: `b.json` already exists\nhint: `--force` overwrites it\n",
    );
    assert!(server.seen().is_empty(), "nothing was asked");
    // A server that fails leaves it as well.
    server.set_failure(Some(500));
    let ran = desk.go(&server, "backup b.json --force");
    assert_eq!(ran.code, 5, "{ran:?}");
    server.set_failure(None);
    let ran = desk.go(&server, "backup no/b.json");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
    let old = std::fs::read(desk.path("b.json")).expect("a file");
    assert_eq!(old, b"old");
    desk.done(&server, "backup b.json --force");
    assert_eq!(desk.json("b.json")["version"], 17);
    for line in ["backup -", "restore -"] {
        assert_eq!(desk.go(&server, line).code, 2, "{line}");
    }
}

#[test]
fn a_backup_is_not_printed() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "add_api_key mine --scope admin");
    let lines = "--debug --echo on backup b.json\nlast\ndelete_user carla\n\
                 --debug --echo on restore b.json --only users\necho $_\n";
    let ran = desk.run_at(&server.url(), &[]).input(lines).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let dump = desk.json("b.json");
    let secrets = [
        &dump["users"][2]["password"],
        &dump["users"][1]["filesystem"]["s3config"]["access_secret"]["payload"],
        &dump["users"][1]["filesystem"]["s3config"]["access_secret"]["key"],
        &dump["api_keys"][0]["key"],
    ];
    for secret in secrets {
        let secret = secret.as_str().expect("a secret");
        assert!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{secret}"
        );
    }
    let body = "request body: {\n  \"version\": 17,\n  \"users\": \"********\"\n}\n";
    assert!(ran.err.contains(body), "{}", ran.err);
}

#[test]
fn restore_to_an_empty_server() {
    let (desk, old, new) = (Desk::new(), v2(), empty_v2());
    desk.done(&old, "add_api_key mine --scope user --set user=carla");
    desk.done(&old, "backup b.json");
    let ran = desk.done(&new, "restore b.json");
    let dump = desk.json("b.json");
    // The admin who restores it already exists.
    let created = total(&dump) - 1;
    let told = format!("{{\"created\":{created},\"updated\":0,\"same\":1,\"skipped\":0,");
    assert!(ran.out.starts_with(&told), "{}", ran.out);
    assert_eq!(ran.err, "");
    let sent = |(list, count)| {
        let there = usize::from(list == "admins");
        std::iter::repeat_n(list, count - there)
    };
    let order: Vec<&str> = lists(&dump).into_iter().flat_map(sent).collect();
    assert_eq!(loads(&new), order);
    desk.done(&new, "backup again.json");
    assert_eq!(settled(desk.json("again.json")), settled(dump.clone()));
    let ran = desk.done(&new, "restore b.json --plan");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(counted(&plan), [("same".to_owned(), total(&dump))]);
    assert!(!desk.path("b.json.restoring").exists());
}

#[test]
fn plan_changes_nothing() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    let lines = "delete_user carla\nadd_user new1 --home_dir /n --permissions *\n\
                 add_user new2 --home_dir /n --permissions *\nupdate_folder shared --description x\n\
                 update_user press --uid 5 --set filters.allowed_ip='[\"192.0.2.0/24\"]'\n\
                 update_user backup --set filesystem.s3config.access_secret=other\n\
                 update_user webdeploy --password hunter2\nupdate_admin admin --description me\n";
    let ran = desk.run_at(&server.url(), &[]).input(lines).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let before = desk.done(&server, "dumpdata --output_data").out;
    let ran = desk.done(&server, "restore b.json --plan");
    let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        entry(&plan, "carla"),
        &json!({"kind": "users", "name": "carla", "plan": "create"})
    );
    assert_eq!(
        entry(&plan, "press")["changed"],
        json!(["uid", "filters.allowed_ip"])
    );
    assert_eq!(entry(&plan, "shared")["changed"], json!(["description"]));
    // Paths, no values.
    let changed = entry(&plan, "backup")["changed"].to_string();
    assert!(
        changed.contains("\"filesystem.s3config.access_secret.payload\""),
        "{changed}"
    );
    assert_eq!(entry(&plan, "webdeploy")["changed"], json!(["password"]));
    assert_eq!(entry(&plan, "anna.nowak")["plan"], "same");
    assert!(
        ran.err
            .contains("users: 1 create, 3 update, 2 same; 2 only on the server (kept)\n"),
        "{}",
        ran.err
    );
    assert_eq!(desk.done(&server, "dumpdata --output_data").out, before);
    let is_load = |seen: &&Seen| seen.target.contains("/loaddata");
    assert_eq!(server.seen().iter().filter(is_load).count(), 0);
    assert!(!desk.path("b.json.restoring").exists());
    // It is what is done then, to oneself as well.
    let ran = desk.done(&server, "restore b.json --only admins folders users");
    assert_eq!(
        ran.out,
        "{\"created\":1,\"updated\":5,\"same\":4,\"skipped\":0,\"restored_before\":0,\"only_on_server\":2}\n"
    );
}

#[test]
fn skip_existing() {
    let (desk, server) = (Desk::new(), v2());
    desk.done(&server, "backup b.json");
    desk.done(
        &server,
        "-c 'delete_user carla; update_user press --uid 5; delete_ip_list_entry defender 198.51.100.0/24'",
    );
    let ran = desk.done(&server, "restore b.json --skip_existing --only users");
    assert_eq!(
        ran.out,
        "{\"created\":1,\"updated\":0,\"same\":4,\"skipped\":1,\"restored_before\":0,\"only_on_server\":0}\n"
    );
    let ran = desk.done(&server, "restore b.json --plan --skip_existing");
    assert!(ran.err.contains("users: 5 same, 1 skip\n"), "{}", ran.err);
    assert!(ran.err.contains("ip_lists: 1 create\n"), "{}", ran.err);
    let ran = desk.go(&server, "restore b.json --skip_existing --disconnect");
    assert_eq!(ran.code, 2, "{ran:?}");
    // The server is reported how to load.
    desk.done(
        &server,
        "restore b.json --disconnect --scan_quota with_limits",
    );
    let last = server
        .seen()
        .into_iter()
        .rfind(|seen| seen.method == "POST");
    let target = last.expect("a load").target;
    assert_eq!(target, "/api/v2/loaddata?scan-quota=2&mode=2");
}
