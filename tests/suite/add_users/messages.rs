//! What a row or a line says about a user, and all that is wrong with it.

use super::Site;
use crate::support::{Run, empty_v2, words};
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD};

fn run(site: &Site, line: &str) -> Run {
    let run = site.run(line).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// A run that needs no server.
fn dry(rows: &Value) -> (i32, String, String) {
    let line = "--api v2 add_users --from u.json --dry-run";
    let ran = Run::new(&words(line)).file("u.json", rows.to_string()).go();
    (ran.code, ran.out, ran.err)
}

#[test]
fn wrong_names_do_not_hide_other_errors() {
    let (code, _, err) = dry(&json!([
        {"username": "ada", "hoem_dir": "/srv/ada", "uid": "x"},
        {"usrname": "bea", "home_dir": "/srv/bea"},
        {"usrname": "cas", "home_dir": "/srv/cas", "gid": -3},
        {"username": "dea", "uid": -2},
    ]));
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "u.json: row 1: error: unknown name `hoem_dir`\n\
         hint: did you mean `home_dir`?\n\
         u.json: row 1: error: user `ada`: `uid` must be a whole number from 0 to 2147483647; this is `x`\n\
         u.json: row 2: error: unknown name `usrname`\n\
         hint: did you mean `username`?\n\
         u.json: row 3: error: `gid` must be a whole number from 0 to 2147483647; this is `-3`\n\
         u.json: row 4: error: user `dea`: `uid` must be a whole number from 0 to 2147483647; this is `-2`\n\
         error: `u.json` has 5 errors; nothing was sent\n"
    );
    let sheet = "username,hoem_dir,uid\nada,/srv/ada,5\nbea,/srv/bea,x\n";
    let line = "--api v2 add_users --from u.csv --dry-run";
    let ran = Run::new(&words(line)).file("u.csv", sheet).go();
    assert_eq!(
        ran.err,
        "u.csv: error: unknown name `hoem_dir`\n\
         hint: did you mean `home_dir`?\n\
         u.csv: row 2: error: user `bea`: `uid` must be a whole number from 0 to 2147483647; this is `x`\n\
         error: `u.csv` has 2 errors; nothing was sent\n"
    );
}

#[test]
fn comments_are_left_out_and_secrets_may_be_texts() {
    let (code, out, err) = dry(&json!([{
        "_comment": "moved on Monday", "//": ["a"], "$schema": 1,
        "username": "ada", "home_dir": "/srv/ada",
        "filesystem": {"provider": "s3", "s3config": {"bucket": "b", "region": "r", "access_secret": "hunter2"}},
    }]));
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("Monday") && !out.contains("hunter2"), "{out}");
    assert!(out.contains("\"status\": \"Plain\""), "{out}");
}

#[test]
fn json_never_names_a_file() {
    let site = Site::with(empty_v2());
    let row = json!({"username": "ada", "home_dir": "/srv/ada", "permissions": "*", "description": "@x",
        "filters": {"denied_protocols": []}, "additional_info": "@@y", "filters.allowed_ip[0]": "192.0.2.0/24"});
    site.write("u.ndjson", row.to_string());
    let ran = run(&site, "add_users --from u.ndjson").go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = run(&site, "get_user_by_username ada").go();
    let ada: Value = serde_json::from_str(&ran.out).expect("a user");
    assert_eq!(ada["description"], json!("@x"));
    assert_eq!(ada["additional_info"], json!("@@y"));
    let (_, out, err) = dry(&json!([{"username": "ada", "public_keys": ["@k.pub", "@@l"]}]));
    assert!(
        out.contains("\"@k.pub\"") && out.contains("\"@@l\""),
        "{out}{err}"
    );
}

#[test]
fn a_group_without_its_type_is_not_sent() {
    let (code, _, err) = dry(&json!([
        {"username": "ada", "groups": [{"name": "crew", "type": 1}, {"name": "staff"}]},
        {"username": "bea", "groups[0].name": "crew"},
    ]));
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "u.json: row 1: error: user `ada`: `groups[1].type` is missing\n\
         hint: it is one of `primary`, `secondary` or `membership`\n\
         u.json: row 2: error: user `bea`: `groups[0].type` is missing\n\
         hint: it is one of `primary`, `secondary` or `membership`\n\
         error: `u.json` has 2 errors; nothing was sent\n"
    );
    let line = "--api v2 --dry-run add_user ada --set groups[0].name=crew";
    let ran = Run::new(&words(line)).go();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("`groups[0].type` is missing"),
        "{}",
        ran.err
    );
}

#[test]
fn the_name_of_an_object_is_given_once() {
    for (line, said) in [
        (
            "add_user bob --set username=bobby",
            "`USERNAME` is `bob`, but `username` in `--set` is `bobby`",
        ),
        (
            "add_user bob --set username=",
            "`USERNAME` is `bob`, but `username` in `--set` is ``",
        ),
        (
            "update_user bob --set username=bobby",
            "`USERNAME` is `bob`, but `username` in `--set` is `bobby`",
        ),
        (
            "add_group crew --set name=staff",
            "`NAME` is `crew`, but `name` in `--set` is `staff`",
        ),
        (
            "update_folder plans --set name=maps",
            "`NAME` is `plans`, but `name` in `--set` is `maps`",
        ),
    ] {
        let ran = Run::new(&words(&format!("--api v2 --dry-run {line}"))).go();
        assert_eq!(ran.code, 2, "{line}: {}", ran.err);
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
    }
    let same = "--api v2 --dry-run add_user bob --set username=bob";
    assert_eq!(Run::new(&words(same)).go().code, 0);
}

#[test]
fn an_empty_password_is_not_called_the_same() {
    let site = Site::with(empty_v2());
    let add = "add_user ada --home_dir /srv/ada --permissions *";
    assert_eq!(run(&site, add).go().code, 0);
    let ran = run(&site, "update_user ada --set password=").go();
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "nothing was sent: an empty `password` changes nothing; the server keeps the old one\n"
        )
    );
    let ran = run(&site, "update_user ada --set password=null").go();
    assert!(ran.code == 2 && !ran.err.contains("***"), "{}", ran.err);
}
