//! One object at a time: added or changed, deleted if it is there, compared, rotated,
//! unbanned, undone.

use crate::raw_server::Hostile;
use crate::support::{Ran, Run, asked, v2};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

/// Runs the lines of a file.
fn lines(server: &Practice, lines: &str) -> Ran {
    run(server, &[]).input(lines).go()
}

fn run(server: &Practice, args: &[&str]) -> Run {
    Run::at(server, args)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn one(server: &Practice, line: &str) -> Ran {
    run(server, &["-c", line]).go()
}

fn user(server: &Practice, name: &str) -> Json {
    let ran = one(server, &format!("get_user_by_username {name}"));
    serde_json::from_str(&ran.out).unwrap_or(Json::Null)
}

/// The requests that change something, a login excepted.
fn writes(server: &Practice) -> Vec<String> {
    let all = asked(server).into_iter();
    all.filter(|one| !one.starts_with("GET")).collect()
}

#[test]
fn an_object_that_is_there_is_left_or_changed() {
    let server = v2();
    let before = user(&server, "carla");
    let ran = one(&server, "add_user carla --quota_files 7 --if_exists skip");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    assert_eq!(user(&server, "carla"), before);
    assert!(writes(&server).is_empty());

    // Only what was given changes: no default of `add_user` does.
    let ran = one(&server, "add_user carla --quota_files 7 --if-exists update");
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut expected = before.clone();
    let mut after = user(&server, "carla");
    assert_eq!(after["quota_files"], 7);
    for key in ["quota_files", "updated_at"] {
        expected[key] = Json::Null;
        after[key] = Json::Null;
    }
    assert_eq!(after, expected);
    assert_eq!(writes(&server).len(), 1, "{:?}", writes(&server));

    let ran = one(&server, "add_user carla --quota_files 8");
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(user(&server, "carla")["quota_files"], 7);
}

#[test]
fn an_object_that_is_not_there_is_added() {
    let server = v2();
    for how in ["skip", "update", "fail"] {
        let name = format!("new-{how}");
        let line = format!("add_user {name} --home_dir /srv/x --permissions * --if_exists {how}");
        let ran = one(&server, &line);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(user(&server, &name)["username"], name.as_str());
    }
    for line in [
        "add_group staff --description other --if-exists update",
        "add_folder shared --description other --if-exists update",
        "add_role helpdesk --description other --if-exists update",
    ] {
        let ran = one(&server, line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
    }
    let ran = one(&server, "get_group_by_name staff");
    assert!(ran.out.contains("\"description\": \"other\""), "{ran:?}");
    assert!(ran.out.contains("virtual_folders"), "{ran:?}");
}

#[test]
fn a_body_in_a_file_is_looked_up_by_its_name() {
    let server = v2();
    let ran = run(
        &server,
        &["-c", "add_user --json @u.json --if-exists update"],
    )
    .file("u.json", r#"{"username": "carla", "uid": 77}"#)
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(user(&server, "carla")["uid"], 77);
}

#[test]
fn what_is_wrong_with_these_flags() {
    let server = v2();
    for (line, why) in [
        ("add_user x --if_exists maybe", "`maybe`"),
        ("delete_user x --if_missing update", "`update`"),
        ("add_api_key k --if_exists skip", "unknown flag"),
        ("update_user carla --if_exists skip", "unknown flag"),
        ("get_users --if_missing skip", "unknown flag"),
        (
            "add_user x --password y --generate",
            "cannot be used together",
        ),
        (
            "update_user anna.nowak carla --generate --yes",
            "one password",
        ),
        ("update_user carla --generate", "on a terminal"),
        ("diff user carla", "two objects"),
        ("diff user", ""),
        ("diff user carla press backup", "two objects"),
        ("diff user carla press --uid 5", "does not accept `--uid`"),
        ("diff usr carla press", "did you mean `user`?"),
        ("diff", "it can compare"),
        ("new user carl", "`new` needs a terminal"),
        ("new user", "USERNAME"),
        ("new usr carl", "did you mean `user`?"),
        ("undo", "cannot ask for it here"),
        ("undo --yes", "nothing to undo"),
        ("unban here", "`here` is not an IP address"),
        ("rotate_api_key", "NAME"),
        (
            "rotate_api_key nosuch",
            "no API key has the name or id `nosuch`",
        ),
    ] {
        let ran = one(&server, line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.contains(why), "{line}: {}", ran.err);
    }
    assert!(writes(&server).is_empty(), "{:?}", writes(&server));
}

#[test]
fn what_is_missing_is_no_failure_if_it_may_be() {
    let server = v2();
    let ran = one(&server, "delete_user nobody --if_missing skip");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(!ran.err.contains("error"), "{ran:?}");
    let ran = one(&server, "close_connection nosuch --if_missing skip");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    let ran = one(&server, "delete_user nobody");
    assert_eq!(ran.code, 4, "{ran:?}");
    let ran = one(&server, "delete_user carla --if_missing skip");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("User deleted"), "{ran:?}");
    let ran = one(
        &server,
        "delete_user carla press nobody --if_missing skip --yes",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let done: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(done["deleted"], json!(["press"]));
    assert_eq!(done["unchanged"], json!(["carla", "nobody"]));
    // With several requests at once as well.
    let ran = run(&server, &["--jobs", "4"])
        .input("delete_user a --if_missing skip\ndelete_user b --if_missing skip\ndelete_user c\n")
        .go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("3:"), "{ran:?}");
}

#[test]
fn only_the_object_may_be_missing() {
    for body in [
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let server = Hostile::saying(body);
        let ran = Run::new(&["-c", "delete_user a --if_missing skip"])
            .env("SFTPGO_HOST", &server.url)
            .env("SFTPGO_SHELL_API", "2.7.5")
            .env("SFTPGO_API_KEY", "a.b")
            .go();
        assert_eq!(ran.code, 4, "{ran:?}");
    }
}

#[test]
fn two_users_are_compared() {
    let server = v2();
    let ran = one(&server, "diff user carla carla");
    assert_eq!(ran.code, 2, "{ran:?}");
    let ran = one(&server, "diff user carla press");
    assert_eq!(ran.code, 0, "{ran:?}");
    let fields: Json = serde_json::from_str(&ran.out).expect("JSON");
    let fields = fields.as_array().expect("a list");
    let named = |name: &str| fields.iter().find(|field| field["field"] == name);
    let uid = named("uid").expect("their ids differ");
    assert_eq!(
        (&uid["first"], &uid["second"]),
        (&json!(1001), &json!(1004))
    );
    for name in [
        "username",
        "id",
        "created_at",
        "last_login",
        "used_quota_size",
    ] {
        assert!(named(name).is_none(), "{name}");
    }
    // A secret is only there or not.
    let ran = one(&server, "diff user carla backup");
    assert!(!ran.out.contains("payload"), "{ran:?}");
    let ran = one(&server, "diff user carla nobody");
    assert_eq!(ran.code, 4, "{ran:?}");
    let ran = one(&server, "diff group staff partners --output json");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(writes(&server).is_empty());
}

#[test]
fn a_key_is_rotated_and_not_kept() {
    let server = v2();
    let old = "Zq3kV9mXw2LbT7dRnC5yHp";
    let ran = lines(&server, "rotate_api_key monitoring\nlast\nget_api_keys\n");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.matches("\"key\":").count(), 1, "{ran:?}");
    assert!(ran.out.contains("\"old_deleted\": true"), "{ran:?}");
    let keys = one(&server, "get_api_keys");
    let keys: Json = serde_json::from_str(&keys.out).expect("JSON");
    assert_eq!(keys.as_array().map(Vec::len), Some(1), "{keys}");
    assert_eq!(keys[0]["name"], "monitoring");
    assert_ne!(keys[0]["id"], old);
    // Both are there.
    let ran = one(&server, "rotate_api_key monitoring --keep");
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = one(&server, "rotate_api_key monitoring");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("several API keys have the name"),
        "{ran:?}"
    );
}

fn defender(hosts: &str) -> Ran {
    let length = hosts.len();
    let list = format!(
        "HTTP/1.1 200 OK\r\nServer: SFTPGo/2.7.5\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{hosts}"
    );
    let server = Hostile::saying(list);
    Run::new(&["-c", "unban ::ffff:192.0.2.1"])
        .env("SFTPGO_HOST", &server.url)
        .env("SFTPGO_SHELL_API", "2.7.5")
        .env("SFTPGO_API_KEY", "a.b")
        .go()
}

#[test]
fn only_a_banned_address_is_unbanned() {
    let ran = defender(r#"[{"id": "31", "ip": "192.0.2.1", "ban_time": "2030-01-01T00:00:00Z"}]"#);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out
            .contains("\"banned_until\": \"2030-01-01T00:00:00Z\""),
        "{ran:?}"
    );
    let ran = defender(r#"[{"id": "31", "ip": "192.0.2.1", "score": 4}]"#);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
    assert!(
        ran.err
            .contains("is not banned: its score is 4; nothing was changed"),
        "{ran:?}"
    );
    assert!(
        ran.err.contains("`delete_defender_host_by_id 31`"),
        "{ran:?}"
    );
    let ran = defender("[]");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("the defender does not list it"), "{ran:?}");
}

#[test]
fn the_last_change_is_undone() {
    let server = v2();
    let before = user(&server, "anna.nowak");
    let ran = lines(
        &server,
        "update_user anna.nowak --set virtual_folders=[] --quota_files 9 --status disabled\nundo --yes\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let same = |one: &Json| {
        let mut one = one.clone();
        one["updated_at"] = Json::Null;
        one
    };
    assert_eq!(same(&user(&server, "anna.nowak")), same(&before));
    assert_eq!(writes(&server).len(), 2);
    // And made again by a second one.
    let ran = lines(
        &server,
        "update_user carla --uid 5\nundo --yes\nundo --yes\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(user(&server, "carla")["uid"], 5);
}

#[test]
fn what_cannot_be_undone() {
    let server = v2();
    for (script, why) in [
        (
            "delete_user press\n",
            "`delete_user`, which cannot be undone",
        ),
        ("add_role x\n", "`add_role`, which cannot be undone"),
        ("update_user carla --uid 6\nadd_role y\n", "`add_role`"),
        ("update_user carla backup --uid 7 --yes\n", "`update_user`"),
        (
            "update_user carla --uid 8\n-put users/carla --json '{}'\n",
            "a raw request",
        ),
        (
            "update_user carla --password other-one\n",
            "`password` cannot be restored",
        ),
        (
            "update_user carla --uid 9\nset base_url http://127.0.0.1:9\n",
            "nothing to undo",
        ),
    ] {
        let ran = lines(&server, &format!("{script}undo --yes\n"));
        assert!(ran.err.contains(why), "{script}: {ran:?}");
        assert_ne!(ran.code, 0, "{script}");
    }
}

#[test]
fn nothing_of_it_is_done_where_only_reading_is_allowed() {
    let server = v2();
    for line in [
        "undo --yes",
        "rotate_api_key monitoring",
        "unban 192.0.2.1",
        "add_user carla --if-exists update",
        "delete_user nobody --if_missing skip",
    ] {
        let ran = run(&server, &["--read_only", "-c", line]).go();
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.contains("read_only"), "{line}: {ran:?}");
    }
    let ran = run(&server, &["--read_only", "-c", "diff user carla press"]).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(writes(&server).is_empty());
}

#[test]
fn they_are_checked_and_only_shown() {
    let server = v2();
    let all = "add_user carla --if-exists update\ndelete_user carla --if_missing skip\n\
        rotate_api_key monitoring\nunban 192.0.2.1\nundo --yes\ndiff user carla press\n";
    let ran = run(&server, &["--check"]).input(all).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = run(&server, &["--dry-run"]).input(all).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("POST") && ran.out.contains("DELETE"),
        "{ran:?}"
    );
    for (line, why) in [
        ("unban x", "not an IP address"),
        ("undo", "cannot ask for it here"),
        ("diff user a", "two objects"),
        ("new role a", "needs a terminal"),
    ] {
        let ran = run(&server, &["--check"]).input(line).go();
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.contains(why), "{line}: {ran:?}");
    }
    for line in ["explain undo --yes", "explain diff user a b"] {
        let ran = one(&server, line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("depend on answers"), "{ran:?}");
    }
    assert!(writes(&server).is_empty());
}
