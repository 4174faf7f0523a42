//! A change on the API v2 loses nothing: the given fields are merged into the
//! server's object, all of it is sent, and what the server changed is reported.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, v2, words};
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::sync::Arc;

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

/// What the server says of a user that was updated.
const UPDATED: &str = "{\n  \"message\": \"User updated\"\n}\n";

/// A user with all that a PUT could lose.
const FULL: &str = r#"add_user full --home_dir /srv/full --permissions '*' /in=list,upload --password p --email f@example.com --json '{"public_keys":["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEMVHdMFLVVQmvCbKQsJzW4sZLmZ5XhLvkZmQXkDqfWN x"],"virtual_folders":[{"name":"shared","virtual_path":"/s","quota_size":8000,"quota_files":7}],"groups":[{"name":"staff","type":1}],"role":"helpdesk","filters":{"allowed_ip":["192.0.2.0/24"],"denied_protocols":["FTP"],"file_patterns":[{"path":"/","denied_patterns":["*.exe"]}],"bandwidth_limits":[{"sources":["192.0.2.0/24"],"upload_bandwidth":5}]},"filesystem":{"provider":1,"s3config":{"bucket":"b","region":"r","access_key":"k","access_secret":{"status":"Plain","payload":"hidden"}}}}'"#;

/// Checks that of an object only these members differ, but for the time of the change.
#[track_caller]
fn only(before: &Value, after: &Value, changed: &[&str]) {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    for key in before.keys().chain(after.keys()) {
        let may = key == "updated_at" || changed.contains(&key.as_str());
        assert!(
            may || before.get(key) == after.get(key),
            "{key}: {before:?} {after:?}"
        );
    }
    for key in changed {
        assert_ne!(before.get(*key), after.get(*key), "{key}");
    }
}

#[test]
fn a_change_keeps_other_fields() {
    let server = v2();
    let ran = run(&server, FULL);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    for name in ["full", "backup", "anna.nowak", "carla", "webdeploy"] {
        let before = object(&server, &format!("users/{name}"));
        run(&server, &format!("update_user {name} --quota_files 4")).is(0, UPDATED, "");
        let after = object(&server, &format!("users/{name}"));
        only(&before, &after, &["quota_files"]);
        assert_eq!(after["quota_files"], 4);
    }
    let secret = &object(&server, "users/full")["filesystem"]["s3config"]["access_secret"];
    assert_eq!(secret["status"], "Secretbox");
    // The folder itself is not changed by a user that has it.
    let folder = object(&server, "folders/shared");
    assert_eq!(folder["mapped_path"], "/srv/sftp/shared");
    assert_eq!(folder["description"], "For everyone");
    for (path, line, changed) in [
        (
            "groups/staff",
            "update_group staff --description x",
            "description",
        ),
        (
            "folders/shared",
            "update_folder shared --description x",
            "description",
        ),
        (
            "admins/helper",
            "update_admin helper --description x",
            "description",
        ),
        (
            "eventrules/nightly",
            "update_event_rule nightly --description x",
            "description",
        ),
        (
            "eventactions/backup-data",
            "update_event_action backup-data --description x",
            "description",
        ),
        (
            "roles/helpdesk",
            "update_role helpdesk --description x",
            "description",
        ),
        (
            "iplists/2/198.51.100.0%2F24",
            "update_ip_list_entry 2 198.51.100.0/24 --description x",
            "description",
        ),
    ] {
        let before = object(&server, path);
        let ran = run(&server, line);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {ran:?}");
        only(&before, &object(&server, path), &[changed]);
    }
}

#[test]
fn only_given_fields_are_changed() {
    let server = v2();
    let before = object(&server, "users/anna.nowak");
    run(
        &server,
        "update_user anna.nowak --permissions /invoices=list",
    )
    .is(0, UPDATED, "");
    let after = object(&server, "users/anna.nowak");
    only(&before, &after, &["permissions"]);
    assert_eq!(after["permissions"]["/"], before["permissions"]["/"]);
    assert_eq!(after["permissions"]["/invoices"], json!(["list"]));
    // The server may add what is nothing, make a secret of a text, and take a
    // password without ever showing it: none of it is worth a warning.
    for line in [
        "update_user anna.nowak --set 'virtual_folders=[{\"name\":\"shared\",\"virtual_path\":\"/x\"}]'",
        "update_user anna.nowak --set 'groups=[{\"name\":\"staff\",\"type\":1}]'",
        "update_user anna.nowak --set filesystem.provider=1 filesystem.s3config.bucket=b filesystem.s3config.region=r filesystem.s3config.access_key=k filesystem.s3config.access_secret=hunter2",
        "update_user anna.nowak --password hunter2",
        "update_user anna.nowak --set 'filters.bandwidth_limits=[{\"sources\":[\"10.0.0.0/8\"],\"upload_bandwidth\":5}]'",
        "update_user anna.nowak --quota_files 0 --email ''",
        "update_user anna.nowak --set filesystem.provider=0",
        "update_user anna.nowak --set 'virtual_folders=[]'",
    ] {
        run(&server, line).is(0, UPDATED, "");
    }
}

#[test]
fn a_group_needs_its_type_in_a_change_too() {
    let server = v2();
    let missing = |line: &str, path: &str| {
        let ran = run(&server, line);
        let error = format!("error: `{path}` is missing\n");
        assert!(ran.err.contains(&error), "{line}: {ran:?}");
        let hint = "hint: it is one of `primary`, `secondary` or `membership`\n";
        assert!(ran.err.contains(hint), "{line}: {ran:?}");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
    };
    missing(
        "update_user anna.nowak --set 'groups=[{\"name\":\"staff\"}]'",
        "groups[0].type",
    );
    missing(
        "update_user anna.nowak --json '{\"groups\":[{\"name\":\"staff\"}]}'",
        "groups[0].type",
    );
    assert_eq!(asked(&server), [""; 0]);
    // Whether the item is new shows in the object.
    run(&server, "update_user anna.nowak --set groups=[]");
    missing(
        "update_user anna.nowak --set groups[0].name=staff",
        "groups[0].type",
    );
    let set = "update_user anna.nowak --set groups[0].name=staff groups[0].type=secondary";
    run(&server, set).is(0, UPDATED, "");
    run(
        &server,
        "update_user anna.nowak --set groups[0].type=primary",
    )
    .is(0, UPDATED, "");
}

#[test]
fn an_update_without_changes_sends_nothing() {
    let server = v2();
    let same = "nothing was sent: the server already has these values\n";
    for line in [
        "update_user anna.nowak --quota_files 5000",
        "update_user anna.nowak --permissions /invoices=list,download",
        "update_user anna.nowak --set filters.hooks.pre_login_disabled=false",
        "update_user anna.nowak",
    ] {
        run(&server, line).is(0, "", same);
    }
    assert!(!asked(&server).iter().any(|one| one.starts_with("PUT")));
    // What an earlier command left is not taken for its answer.
    let lines = "-get_user_by_username nobody\nupdate_user press --uid 1004\nexpect status 200\nexpect $_.username == press\n";
    let args = ["--quiet", "--output", "raw"];
    let ran = at(&server.url(), &args).input(lines).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    // To end connections is something to do all the same.
    run(
        &server,
        "update_user anna.nowak --quota_files 5000 --disconnect",
    )
    .is(0, UPDATED, "");
    let sent = asked(&server);
    let puts: Vec<&String> = sent.iter().filter(|one| one.starts_with("PUT")).collect();
    assert_eq!(puts.len(), 1);
    assert!(
        puts[0].starts_with("PUT /api/v2/users/anna.nowak?disconnect=1 {\"id\":3,"),
        "{puts:?}"
    );
}

#[test]
fn replace_and_echo_only() {
    let server = v2();
    let reads = "`update_user` reads the object first and keeps the fields you do not name\n";
    let alone = "warning: this request alone replaces the object: fields that it does not contain are lost; `update_user` reads the object first and keeps the fields you do not name\n";
    let url = server.url();
    run(&server, "--echo only update_user press --uid 4").is(0, &format!("curl -sS -X PUT {url}/api/v2/users/press -H \"Authorization: Bearer $SFTPGO_TOKEN\" -H 'Content-Type: application/json' --data-raw '{{\"uid\":4}}'\n"), alone);
    run(&server, "--dry_run update_user press --uid 4").is(0, &format!("PUT /api/v2/users/press HTTP/1.1\nHost: {}\nAuthorization: Bearer ********\nContent-Type: application/json\n\n{{\n  \"uid\": 4\n}}\n", server.addr()), reads);
    run(&server, "update_user press --set nosuch=4").is(
        2,
        "",
        "error: unknown field `nosuch`\nhint: press Tab after `--set ` to list the fields\n",
    );
    assert!(asked(&server).is_empty());
    run(
        &server,
        "update_user press --replace --home_dir /x --permissions '*'",
    )
    .is(0, UPDATED, "");
    assert_eq!(
        asked(&server),
        [
            "GET /api/v2/token",
            "PUT /api/v2/users/press {\"home_dir\":\"/x\",\"permissions\":{\"/\":[\"*\"]}}"
        ]
    );
    let press = object(&server, "users/press");
    assert_eq!((&press["uid"], press.get("description")), (&json!(0), None));
    run(&server, "update_user nobody --uid 4").is(4, "{\n  \"error\": \"Not Found\",\n  \"message\": \"\"\n}\n", "error: `update_user`: the server answered 404: no user has this name; nothing was changed\nhint: `get_users` lists the users\n");
}

/// A server that has this object, and after a PUT that one.
fn having(first: &Value, then: &Value) -> Proxy {
    let (first, then) = (first.to_string(), then.to_string());
    let put = std::sync::atomic::AtomicBool::new(false);
    Proxy::before(&Arc::new(v2()), move |_, request| {
        use std::sync::atomic::Ordering::SeqCst;
        let body = if request.starts_with("PUT") {
            put.store(true, SeqCst);
            "{\"message\":\"User updated\"}"
        } else if request.contains("/token") {
            return Act::Pass;
        } else if put.load(SeqCst) {
            &then
        } else {
            &first
        };
        Act::Say(answer("200 OK", JSON, body))
    })
}

#[test]
fn unknown_fields_are_kept() {
    let user = json!({"username": "x", "uid": 1, "hologram": {"depth": [1, {"k": null}]}, "big": 9_007_199_254_740_993_i64,
        "filters": {"mood": "blue"}, "virtual_folders": [{"name": "f", "virtual_path": "/f", "quota_size": 1}]});
    let mut after = user.clone();
    after["uid"] = 2.into();
    let proxy = having(&user, &after);
    let ran = at(&proxy.url, &["update_user", "x", "--uid", "2"]).go();
    ran.is(0, UPDATED, "");
    let requests = proxy.requests();
    assert_eq!(requests.len(), 4, "{requests:?}");
    let body = requests[2]
        .strip_prefix("PUT /api/v2/users/x ")
        .expect("the PUT");
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), after);
}

#[test]
fn dropped_values_are_reported() {
    let user = json!({"username": "x", "uid": 1});
    for (line, then, said) in [
        (
            "--email a@b",
            json!({"username": "x", "uid": 1}),
            "warning: the server dropped email: \"a@b\" -> (none)\n",
        ),
        (
            "--uid 2",
            json!({"username": "x", "uid": 1}),
            "warning: the server changed uid: 2 -> 1\n",
        ),
        (
            "--set filters.allowed_ip='[\"10.0.0.0/8\"]'",
            json!({"username": "x", "uid": 1}),
            "warning: the server dropped filters: {\"allowed_ip\":[\"10.0.0.0/8\"]} -> (none)\n",
        ),
        (
            "--set filters.allowed_ip='[\"10.0.0.0/8\"]'",
            json!({"username": "x", "uid": 1, "filters": {"x": 5}}),
            "warning: the server dropped filters.allowed_ip: [\"10.0.0.0/8\"] -> (none)\n",
        ),
        (
            "--set filters.allowed_ip='[\"10.0.0.0/8\"]'",
            json!({"username": "x", "uid": 1, "filters": {"x": 5, "allowed_ip": ["10.0.0.0/8"]}}),
            "",
        ),
        ("--password hunter2", json!({"username": "x", "uid": 1}), ""),
        (
            "--email a@b",
            json!([]),
            "warning: the change was sent, but the result could not be read back\n",
        ),
    ] {
        let proxy = having(&user, &then);
        let args = [words("update_user x"), words(line)].concat();
        let ran = at(&proxy.url, &args).go();
        ran.is(0, UPDATED, said);
    }
    // A part of an object that was there.
    let user = json!({"username": "x", "filters": {"allowed_ip": ["1.2.3.4/32"], "hooks": {}}});
    let proxy = having(&user, &json!({"username": "x"}));
    let args = words("update_user x --set filters.allowed_ip='[\"10.0.0.0/8\"]'");
    at(&proxy.url, &args).go().is(0, UPDATED, "warning: the server dropped filters: {\"allowed_ip\":[\"10.0.0.0/8\"],\"hooks\":{}} -> (none)\n");
}

#[test]
fn lost_answer() {
    // Of the PUT: nobody knows.
    let proxy = Proxy::before(&Arc::new(v2()), |_, request| {
        if request.starts_with("PUT") {
            Act::Lose
        } else {
            Act::Pass
        }
    });
    let ran = at(&proxy.url, &["update_user", "press", "--uid", "5"]).go();
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
    assert!(
        ran.err.ends_with(
            "; it may or may not have been applied\nhint: `get_user_by_username press` shows it\n"
        ),
        "{ran:?}"
    );
    assert_eq!(proxy.requests().len(), 3, "no second PUT, no second look");
    // Of the first read: nothing was sent.
    let proxy = Proxy::before(&Arc::new(v2()), |_, request| {
        if request.contains("/press") {
            Act::Lose
        } else {
            Act::Pass
        }
    });
    let ran = at(&proxy.url, &["update_user", "press", "--uid", "5"]).go();
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("; nothing was changed\n"), "{ran:?}");
    // Of the last: it was changed.
    let proxy = Proxy::before(&Arc::new(v2()), |number, _| {
        if number == 3 { Act::Lose } else { Act::Pass }
    });
    let ran = at(&proxy.url, &["update_user", "press", "--uid", "5"]).go();
    ran.is(
        0,
        UPDATED,
        "warning: the change was sent, but the result could not be read back\n",
    );
}

#[test]
fn lines_of_a_file_change_one_after_the_other() {
    for args in [vec!["--jobs", "8"], vec!["--read_ahead", "8"], vec![]] {
        let server = v2();
        let lines = "update_user press --uid 50\nget_user_by_username press\nupdate_user press --gid 51\nupdate_user press --quota_files 52\n";

        let ran = at(&server.url(), &args).input(lines).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        let press = object(&server, "users/press");
        assert_eq!(
            [&press["uid"], &press["gid"], &press["quota_files"]],
            [50, 51, 52]
        );
    }
}
