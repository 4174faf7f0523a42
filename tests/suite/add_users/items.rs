//! Items of lists that are given by index. A server would silently make the user without
//! those that cannot be placed.

use super::Site;
use crate::support::{Run, empty_v2};
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD};

fn run(site: &Site, line: &str) -> Run {
    let run = site.run(line).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// A server with two groups and two folders.
fn site() -> Site {
    let site = Site::with(empty_v2());
    for line in [
        "add_group crew",
        "add_group staff",
        "add_folder plans --mapped_path /srv/plans",
        "add_folder maps --mapped_path /srv/maps",
    ] {
        let ran = run(&site, line).go();
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    site
}

fn items(site: &Site, user: &str, list: &str) -> Value {
    let ran = run(site, &format!("get_user_by_username {user}")).go();
    let user: Value = serde_json::from_str(&ran.out).expect("a user");
    let items = user[list].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["name"].clone()).collect()
}

#[test]
fn a_skipped_item_is_an_error_before_anything_is_sent() {
    let site = site();
    let before = site.count();
    for (sets, item) in [
        ("groups[1].name=crew groups[1].type=primary", "groups[1]"),
        (
            "virtual_folders[1].name=plans virtual_folders[1].virtual_path=/p",
            "virtual_folders[1]",
        ),
        ("groups[0].name=crew groups[5].name=staff", "groups[5]"),
        ("groups[99999999999].name=crew", "groups[99999999999]"),
        (
            "filters.allowed_ip[1]=192.0.2.0/24",
            "filters.allowed_ip[1]",
        ),
    ] {
        let add = format!("add_user ada --home_dir /srv/ada --permissions * --set {sets}");
        for line in [
            add.clone(),
            format!("--dry-run {add}"),
            format!("--check -c '{add}'"),
        ] {
            let ran = run(&site, &line).go();
            assert_eq!(ran.code, 2, "{line}: {}", ran.err);
            let said = format!("error: there is no `{item}`\n");
            assert!(ran.err.contains(&said), "{line}: {}", ran.err);
            assert!(ran.err.contains("hint: indexes start at 0"), "{}", ran.err);
        }
    }
    assert_eq!(site.asked_since(before), [""; 0]);
}

#[test]
fn the_order_of_the_items_does_not_matter() {
    let site = site();
    let line = "add_user ada --home_dir /srv/ada --permissions * --set groups[1].name=staff groups[1].type=2 \
        groups[0].name=crew groups[0].type=primary groups[1].type=membership";
    let ran = run(&site, line).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(items(&site, "ada", "groups"), json!(["crew", "staff"]));
    let line = "update_user ada --set virtual_folders[1].name=maps virtual_folders[1].virtual_path=/m \
        virtual_folders[0].name=plans virtual_folders[0].virtual_path=/p";
    let ran = run(&site, line).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        items(&site, "ada", "virtual_folders"),
        json!(["plans", "maps"])
    );
}

#[test]
fn in_a_sheet_the_items_after_an_empty_one_move_up() {
    let site = site();
    let sheet = "username,home_dir,permissions,groups[0].name,groups[0].type,groups[1].name,groups[1].type\n\
        ada,/srv/ada,*,,,staff,primary\n\
        bea,/srv/bea,*,crew,primary,,\n\
        cas,/srv/cas,*,crew,primary,staff,secondary\n\
        dea,/srv/dea,*,,,,\n";
    site.write("u.csv", sheet);
    for flag in ["", " --update-existing"] {
        let ran = run(&site, &format!("add_users --from u.csv{flag}")).go();
        assert_eq!(ran.code, 0, "{}", ran.err);
        for (user, groups) in [
            ("ada", json!(["staff"])),
            ("bea", json!(["crew"])),
            ("cas", json!(["crew", "staff"])),
            ("dea", json!([])),
        ] {
            assert_eq!(items(&site, user, "groups"), groups, "{user}{flag}");
        }
    }
}

#[test]
fn an_item_of_the_template_is_not_replaced_by_a_later_one() {
    let site = site();
    site.write(
        "t.json",
        r#"{"permissions":"*","groups":[{"name":"crew","type":1}]}"#,
    );
    let sheet = "username,home_dir,groups[0].name,groups[1].name,groups[1].type\n\
        ada,/srv/ada,,staff,secondary\n";
    site.write("u.csv", sheet);
    let ran = run(&site, "add_users --from u.csv --template t.json").go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(items(&site, "ada", "groups"), json!(["crew", "staff"]));
}

#[test]
fn errors_name_the_row_and_its_own_column() {
    let site = site();
    let before = site.count();
    for (name, file, said) in [
        (
            "gap.csv",
            "username,home_dir,permissions,groups[1].name\nada,/srv/ada,*,\nbea,/srv/bea,*,crew\n",
            "gap.csv: row 2: error: user `bea`: there is no `groups[1]`\n",
        ),
        (
            "gap.ndjson",
            r#"{"username":"ada","home_dir":"/srv/ada","permissions":"*","groups[2].name":"crew"}"#,
            "gap.ndjson: row 1: error: user `ada`: there is no `groups[2]`\n",
        ),
        (
            "moved.csv",
            "username,home_dir,permissions,groups[0].type,groups[1].type\nada,/srv/ada,*,,primry\n",
            "moved.csv: row 1: error: user `ada`: `groups[1].type` must be one of",
        ),
    ] {
        site.write(name, file);
        for flag in ["", " --dry-run", " --update-existing"] {
            let ran = run(&site, &format!("add_users --from {name}{flag}")).go();
            assert_eq!(ran.code, 2, "{}", ran.err);
            assert!(ran.err.starts_with(said), "{}", ran.err);
        }
    }
    let sent = site.asked_since(before);
    assert!(
        !sent.iter().any(|asked| asked.starts_with("POST")),
        "{sent:?}"
    );
}
