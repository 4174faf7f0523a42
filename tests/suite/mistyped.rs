//! Lines with a secret where none belongs, as one types them who is used to another
//! program: the secret is in no message, in no report and in no history.

use crate::support::Run;
use sftpgo_shell::secret::line::{for_history, masked};
use std::fs;

/// Lines with a secret that has `Zq7` in it. All are wrong.
pub(crate) const LINES: &[&str] = &[
    // The secret as a position, as in passwd(1).
    "change_admin_password HunterZq7 HunterZq7",
    "user_reset_password bob CODE HunterZq7",
    "add_user bob HunterZq7",
    // With the name of a secret in it.
    "add_user bob Zq7secret",
    "add_user bob My-Secret-Zq7",
    "add_user bob Zq7password1",
    "update_admin bob Zq7-api-key",
    "add_user bob -pZq7secret",
    "add_user bob 'Hunter Zq7' --home_dir /x --permissions list",
    "add_admin bob HunterZq7 --permissions '*'",
    "update_admin bob HunterZq7",
    "update_user bob HunterZq7",
    "update_user 7 bob HunterZq7",
    "update_user 7 bob -- HunterZq7",
    "explain add_user bob HunterZq7",
    "--debug add_user bob HunterZq7",
    "python sftpgo_api_cli.py add_user bob HunterZq7",
    "add_user bob --status enabled HunterZq7",
    "ad_user bob HunterZq7",
    "adduser bob HunterZq7",
    "passwd bob HunterZq7",
    // As with mysql, ftp and curl.
    "login admin HunterZq7",
    "logn admin HunterZq7",
    "login admin --otp HunterZq7",
    "login -u admin -p HunterZq7",
    "login -u admin:HunterZq7",
    "login -pHunterZq7",
    "login admin -HunterZq7",
    "add_user bob -pHunterZq7",
    "get_users -pHunterZq7",
    "mysql -u root -pHunterZq7",
    "connect http://h admin HunterZq7",
    // As with redis.
    "set password HunterZq7",
    "set password=HunterZq7",
    "set SFTPGO_PASSWORD HunterZq7",
    "set api_key HunterZq7",
    "password HunterZq7",
    "SFTPGO_PASSWORD=HunterZq7 get_users",
    "export SFTPGO_PASSWORD=HunterZq7",
    // Other dashes and other names.
    "add_user x -password HunterZq7",
    "add_user x -password=HunterZq7",
    "add_user x –password HunterZq7",
    "add_user x —password HunterZq7",
    "add_user x −password=HunterZq7",
    "add_user x ‐‐password HunterZq7",
    "add_user x -–password HunterZq7",
    "add_user x -p HunterZq7",
    "add_user x --pw HunterZq7",
    "add_user x --pwd=HunterZq7",
    "add_user x --user-passwd HunterZq7",
    "add_user x password=HunterZq7",
    "add_user x password = HunterZq7",
    "add_user x password: HunterZq7",
    "add_user x password HunterZq7",
    "add_user x passwd:HunterZq7",
    "add_user x --password:HunterZq7",
    "add_user x --password : HunterZq7",
    "add_user x --password --debug HunterZq7",
    "add_user x --debug on --password --debug on HunterZq7",
    "add_user x -password HunterZq7 --home_dir /x --permissions list",
    "get_users -password HunterZq7",
    "get_users —api_key HunterZq7",
    // Fields of the body.
    "add_user x --set password = HunterZq7",
    "add_user x --set password HunterZq7",
    "add_folder x --storage sftp --storage_pasword HunterZq7",
    "add_group x --access_secrt HunterZq7",
    "add_user x --set password= HunterZq7",
    "add_user x --set uid=5 filesystem.s3config.access_secret = HunterZq7",
    "add_user x --set nosuch = HunterZq7",
    // Queries.
    "get_users --query api_key=HunterZq7",
    "get_users?password=HunterZq7",
    "get_users 'x?limit=1&token=HunterZq7'",
    // Comments.
    "add_user x --nosuch 1 # pw HunterZq7",
    "get_users --nosuch # --password HunterZq7",
];

#[track_caller]
fn hidden(line: &str, shown: &str) {
    assert!(!shown.contains("Zq7"), "{line}: {shown}");
}

#[test]
fn no_message_and_no_report_has_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("lines"), LINES.join("\n")).unwrap();
    for (format, check) in [("json", false), ("junit", false), ("junit", true)] {
        let (report, lines) = (path("report"), path("lines"));
        let mut args = vec!["--api", "v2", "--report", format, &report, "--keep-going"];
        args.extend(check.then_some("--check"));
        args.extend(["--file", &lines]);
        let ran = Run::new(&args)
            .env("SFTPGO_HOST", "http://127.0.0.1:1")
            .go();
        hidden(format, &format!("{}{}", ran.out, ran.err));
        let report = fs::read_to_string(report).unwrap();
        assert!(report.contains("add_user"), "{report}");
        hidden(format, &report);
    }
}

#[test]
fn each_line_alone_is_masked() {
    let apis = ["v2", "2019", "v1"];
    let host = "http://127.0.0.1:1";
    for (n, line) in LINES.iter().enumerate() {
        for api in apis {
            let run = Run::new(&["--api", api]).env("SFTPGO_HOST", host);
            let ran = run.input(line).go();
            assert_ne!(ran.code, 0, "{line}");
            hidden(line, &format!("{}{}", ran.out, ran.err));
        }
        let run = Run::new(&["--api", apis[n % 3], "-c", line]).env("SFTPGO_HOST", host);
        let ran = run.go();
        hidden(line, &format!("{}{}", ran.out, ran.err));
        hidden(line, &masked(line).0);
    }
}

#[test]
fn the_message_says_where_the_word_is() {
    let host = "http://127.0.0.1:1";
    for (line, said, shown) in [
        (
            "add_user bob Zq7",
            "unexpected argument after `bob`",
            "  add_user bob ********\n               ^^^^^^^^\n",
        ),
        (
            "add_user bob -pZq7",
            "unknown flag `-p",
            "  add_user bob -p********\n               ^^^^^^^^^^\n",
        ),
        (
            "change_admin_password Zq7 Zq8",
            "unexpected argument after `change_admin_password`",
            "  change_admin_password ******** ********\n                        ^^^^^^^^\n",
        ),
    ] {
        let ran = Run::new(&["--api", "v2"])
            .env("SFTPGO_HOST", host)
            .input(line)
            .go();
        assert!(
            ran.err.contains(said) && ran.err.contains(shown),
            "{}",
            ran.err
        );
    }
}

#[test]
fn lines_pasted_from_a_web_page() {
    for (line, said, hint) in [
        (
            "get_users –limit 1",
            "unexpected argument `–limit`",
            "`–` is a long dash: write `--limit`",
        ),
        (
            "get_users —limit=1",
            "unexpected argument `—limit=1`",
            "`—` is a long dash: write `--limit`",
        ),
        (
            "add_user x –password y",
            "unexpected argument `–password`",
            "write `--password`",
        ),
        (
            "add_user x --permissions list –uid 5",
            "this is `–uid`",
            "`–` is a long dash: write `--uid`",
        ),
        (
            "get_users\u{a0}--limit 1",
            "unknown command `get_users\\u00a0--limit`",
            "type a normal space instead",
        ),
        (
            "get_users --limi 1",
            "unknown flag `--limi`",
            "did you mean `--limit`",
        ),
        (
            "get_users --limit\u{2009}1",
            "unknown flag `--limit\\u20091`",
            "type a normal space instead",
        ),
        (
            "get_users\u{3000}x",
            "unknown command `get_users\\u3000x`",
            "type a normal space instead",
        ),
        (
            "get_users --order \u{e0041}ASC",
            "this is `\\udb40\\udc41ASC`",
            "",
        ),
    ] {
        let ran = Run::new(&["--api", "v2"])
            .env("SFTPGO_HOST", "http://127.0.0.1:1")
            .input(line)
            .go();
        assert!(
            ran.err.contains(said) && ran.err.contains(hint),
            "{line}: {}",
            ran.err
        );
        assert!(!ran.err.contains('\u{a0}'), "{}", ran.err);
    }
}

#[test]
fn other_words_are_not_masked() {
    for line in [
        "add_user bob --home_dir /x --permissions list download --uid 5",
        "update_user 7 bob --debug on --uid 5",
        "--output json --echo on get_users --limit 5 --username password",
        "add_user password --home_dir /x",
        "echo password is x",
        "get_users --order DESC extra",
        "--base_url http://h:80 login admin --otp",
        "set password_command 'pass show sftpgo'",
        "add_user x --set filesystem.s3config.access_key=AKIA uid = 5",
        "connect http://h:8080/x",
        "expect error contains 'password: too short'",
        "expect $_.username == Password1",
        "let home = password1",
        "update_user 7 -1",
    ] {
        assert_eq!(masked(line).0, line);
    }
}

#[test]
fn the_field_decides_whether_a_value_is_masked() {
    for (line, shown) in [
        ("let password = Secret1", "let password = ********"),
        ("let password=Secret1", "let password=********"),
        ("let password =Secret1", "let password =********"),
        (
            "let db_pw = 'my password is x' y",
            "let db_pw = ******** ********",
        ),
        ("let token = payload", "let token = ********"),
        (
            "expect $_.password == Password1",
            "expect $_.password == ********",
        ),
        (
            "expect $_.password==Password1",
            "expect $_.password==********",
        ),
        (
            "expect $_.password contains passphrase",
            "expect $_.password contains ********",
        ),
        (
            "expect Password1 != $env.PASSWORD",
            "expect ******** != $env.PASSWORD",
        ),
        (
            "expect $_.password == $env.PASSWORD",
            "expect $_.password == $env.PASSWORD",
        ),
    ] {
        assert_eq!(masked(line).0, shown, "{line}");
        assert!(for_history(line).is_none_or(|kept| kept == line), "{line}");
    }
}

#[test]
fn comments_are_not_kept() {
    for (line, kept) in [
        ("get_users # pw Zq7", Some("get_users")),
        (
            "get_users # a\nget_quota_scans  # b",
            Some("get_users\nget_quota_scans"),
        ),
        ("# pw Zq7", None),
        ("echo a#b '#c'", Some("echo a#b '#c'")),
        ("add_user x --password y # z", Some("add_user x --password")),
    ] {
        assert_eq!(for_history(line).as_deref(), kept, "{line}");
    }
}
