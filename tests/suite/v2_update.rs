//! Changes on API v2 lose nothing.

use crate::support::{Run, v2};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn run(server: &Practice, args: &[&str]) -> Run {
    let run = Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn user(server: &Practice, name: &str) -> Json {
    let ran = run(server, &["get_user_by_username", name]).go();
    serde_json::from_str(&ran.out).expect("JSON")
}

fn puts(server: &Practice) -> usize {
    let all = server.seen();
    all.iter().filter(|seen| seen.method == "PUT").count()
}

#[test]
fn fields_not_given_are_kept() {
    let server = v2();
    for name in [
        "carla",
        "backup",
        "anna.nowak",
        "jürgen",
        "press",
        "webdeploy",
    ] {
        let before = user(&server, name);
        let args = [
            "update_user",
            name,
            "--quota_files",
            "4321",
            "--set",
            "filters.denied_ip=[\"198.51.100.0/24\"]",
        ];
        run(&server, &args)
            .go()
            .is(0, "{\"message\":\"User updated\"}\n", "");
        let mut after = user(&server, name);
        assert_eq!(after["quota_files"], 4321);
        assert_eq!(after["filters"]["denied_ip"], json!(["198.51.100.0/24"]));
        // But for what was changed, and when, they are the same.
        after["quota_files"] = before["quota_files"].clone();
        after["updated_at"] = before["updated_at"].clone();
        let filters = after["filters"].as_object_mut().expect("an object");
        filters.shift_remove("denied_ip");
        if let Some(ips) = before["filters"].get("denied_ip") {
            filters.insert("denied_ip".to_owned(), ips.clone());
        }
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn what_the_server_changes_as_well_is_told() {
    let server = v2();
    let done = "{\"message\":\"User updated\"}\n";
    let limits = ["--total_data_transfer", "0", "--upload_data_transfer", "5"];
    let args = [&["update_user", "press"], &limits[..]].concat();
    run(&server, &args).go().is(0, done, "");
    let args = ["update_user", "press", "--total_data_transfer", "9"];
    let told = "warning: the server also changed upload_data_transfer: 5 MB -> unlimited\n";
    run(&server, &args).go().is(0, done, told);
    // Once more, there is nothing to tell.
    let args = ["update_user", "press", "--total_data_transfer", "8"];
    run(&server, &args).go().is(0, done, "");
    let args = ["update_user", "press", "--password", "other"];
    run(&server, &args).go().is(0, done, "");
}

#[test]
fn permissions_of_other_folders_are_kept() {
    let server = v2();
    let before = user(&server, "anna.nowak");
    let args = [
        "update_user",
        "anna.nowak",
        "--permissions",
        "/in=upload,list",
    ];
    assert_eq!(run(&server, &args).go().code, 0);
    let after = user(&server, "anna.nowak");
    for folder in ["/", "/invoices"] {
        assert_eq!(after["permissions"][folder], before["permissions"][folder]);
    }
    assert_eq!(after["permissions"]["/in"], json!(["upload", "list"]));
    assert_eq!(after["virtual_folders"], before["virtual_folders"]);
}

#[test]
fn a_wrong_path_sends_nothing() {
    let server = v2();
    for (set, hint) in [
        (
            "filters.allowed_ips=[]",
            "did you mean `filters.allowed_ip`?",
        ),
        ("filesystem.provider=s4", "s3"),
    ] {
        let ran = run(&server, &["update_user", "carla", "--set", set]).go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_missing_user_is_not_created() {
    let server = v2();
    let ran = run(&server, &["update_user", "nobody", "--status", "disabled"]).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(puts(&server), 0);
}

#[test]
fn replace_sends_a_plain_put() {
    let server = v2();
    let args = [
        "update_user",
        "backup",
        "--replace",
        "--json",
        "{\"home_dir\":\"/srv/sftp/backup\",\"permissions\":{\"/\":[\"list\"]}}",
    ];
    assert_eq!(run(&server, &args).go().code, 0);
    let after = user(&server, "backup");
    // The trap that the change is there for.
    assert_eq!(after["filesystem"]["provider"], 0);
    assert_eq!(after["status"], 0);
}

#[test]
fn groups_folders_and_roles_as_well() {
    let server = v2();
    let text = "add_group g --description one\nadd_folder f --mapped_path /srv/f --description one\nadd_role r --description one\n\
                update_group g --description two\nupdate_folder f --description two\nupdate_role r --description two\n\
                get_group_by_name g\nget_folder_by_name f\nget_role_by_name r\n";
    let ran = run(&server, &[]).input(text).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let last: Vec<Json> = ran
        .out
        .lines()
        .skip(6)
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(
        last.iter().all(|one| one["description"] == "two"),
        "{last:?}"
    );
    assert_eq!(last[1]["mapped_path"], "/srv/f");
}

#[test]
fn add_users_updates_existing_users() {
    let server = v2();
    let rows = "username,home_dir,permissions,quota_files\ncarla,/srv/sftp/carla,list,5\nada,/srv/ada,list,7\n";
    let add = |more: &str| {
        let args = ["--jobs", "4", "add_users", "--from", "u.csv", more];
        run(&server, &args).file("u.csv", rows).go()
    };
    let before = user(&server, "carla");
    let ran = add("--update-existing");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (0, "u.csv: 1 added, 1 changed\n")
    );
    let after = user(&server, "carla");
    assert_eq!(
        (&after["quota_files"], &after["permissions"]),
        (&json!(5), &json!({"/": ["list"]}))
    );
    for member in ["public_keys", "groups", "email", "status"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let writes = puts(&server);
    let ran = add("--update-existing");
    assert_eq!(ran.err, "u.csv: 2 unchanged\n", "{ran:?}");
    assert_eq!(add("--skip-existing").code, 0);
    assert_eq!(puts(&server), writes);
}

#[test]
fn a_request_shown_alone_says_that_it_replaces() {
    let server = v2();
    let line = "update_user backup --quota_files 7";
    let warning = "warning: this request alone replaces the object: fields that it does not contain are lost; `update_user` reads the object first and keeps the fields you do not name\n";
    for args in [&["--quiet"][..], &["--quiet", "--echo", "only"]] {
        let show = if args.len() == 1 { "curl " } else { "" };
        let ran = run(&server, args).input(format!("{show}{line}\n")).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, warning), "{ran:?}");
        assert!(ran.out.starts_with("curl -sS -X PUT "), "{}", ran.out);
    }
    let dry = ["--quiet", "--dry-run", "--as", "curl"];
    let ran = run(&server, &dry).input(format!("{line}\n")).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, warning), "{ran:?}");
    let page = run(&server, &[]).input(format!("explain {line}\n")).go();
    assert!(
        page.out
            .contains("  replaces the object: the shell reads it first")
    );
    assert!(
        page.out
            .contains("  (this line alone replaces the object: fields")
    );
    // `explain` describes the bare PUT, so there is no warning.
    let bare = format!("curl {line} --replace\nexplain {line} --replace\n");
    let ran = run(&server, &[]).input(bare).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(
        ran.out
            .contains("  replaces the object: fields that it does not contain are lost\n")
    );
    assert_eq!(puts(&server), 0);
}
