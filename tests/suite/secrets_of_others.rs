//! Lines with a password where other programs take it, or run together with a
//! name: neither what is said of them nor the history has the password.

use crate::support::Run;
use sftpgo_shell::secret::line::{for_history, masked};

/// The password of all lines.
const PW: &str = "Zebra7731x";

/// Lines as people type them from habit.
const LINES: &[&str] = &[
    "update_user bob --set password:PW",
    "update_user bob --set filesystem.s3config.access_secret:PW",
    "update_user bob --set nosuch.member:PW --uid 1",
    "update_user bob --json password=PW",
    "update_user bob --json password:PW",
    "login --user admin PW",
    "login -u admin PW",
    "login --username=admin PW",
    "login admin PW",
    "login admin,PW",
    "login admin/PW",
    "login admin|PW",
    "login admin:PW more",
    "set otp=PW",
    "set otp PW",
    "set mfa PW",
    "set user admin:PW",
    "set base_url admin:PW@files.example.org",
    "set token PW",
    "auth admin PW",
    "AUTH PW",
    "su admin PW",
    "sudo login PW",
    "sign-in admin PW",
    "logon --user admin --domain x PW",
    "ssh admin@host PW",
    "sftp admin:PW@host",
    "lftp -u admin,PW host",
    "/usr/bin/wget --http-user=admin --http-passwordPW http://127.0.0.1/",
    "mysql -u root -pPW",
    "sshpass -p PW ssh admin@host",
    "curl -u admin:PW http://127.0.0.1:8080/api/v2/users",
    "curl -u admin PW http://127.0.0.1:8080/api/v2/users",
    "curl --user admin:PW http://127.0.0.1:8080/api/v2/users",
    "curl http://127.0.0.1:8080/ -H 'Authorization: Basic PW'",
    "curl -H X-SFTPGO-API-KEY:PW http://127.0.0.1:8080/",
    "get_users | curl -u admin:PW -T - http://127.0.0.1/",
    "get /users -H \"Authorization: Bearer PW\"",
    "get /users -H Authorization: Bearer PW",
    "get /users -H Bearer PW",
    "get /users --header \"bearer PW\"",
    "get /users --header 'X-SFTPGO-API-KEY: PW'",
    "get /users --header X-SFTPGO-API-KEY: PW",
    "get /users Cookie: jwt=PW",
    "get /users -u admin:PW",
    "get /users --user:admin:PW",
    "get /users --nosuch admin:PW",
    "get_users admin:PW",
    "admin:PW",
    "admin:PW@127.0.0.1 get_users",
    "connect admin:PW",
    "connect http://127.0.0.1:8080 --user admin:PW",
    "connect http://127.0.0.1:8080 -u admin PW",
    "connect --user admin PW",
    "add_user bob:PW --uid 1",
    "update_user carla --passwordPW",
    "update_user carla --PasswordPW --uid 1",
    "update_user carla --password-PW",
    "update_user carla -passwordPW",
    "update_user carla --passwordPW=1",
    "update_user carla --pwPW",
    "add_admin carla --new-passwordPW",
    "add_folder x --access_secretPW",
    "add_folder x --api-keyPW",
    "add_folder x --tokenPW",
];

fn written(line: &str) -> String {
    line.replace("PW", PW)
}

#[test]
fn a_masked_line_and_the_history_do_not_have_it() {
    for line in LINES.iter().map(|line| written(line)) {
        let shown = masked(&line).0;
        assert!(!shown.contains(PW), "{shown}");
        let kept = for_history(&line).unwrap_or_default();
        // A line with a word too many is not kept at all.
        let is_wrong = line.starts_with("login") || line.starts_with("connect");
        assert!(is_wrong && kept == line || !kept.contains(PW), "{kept}");
    }
}

#[test]
fn no_error_and_no_report_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (at, line) in LINES.iter().map(|line| written(line)).enumerate() {
        let kind = ["json", "junit"][at % 2];
        let path = folder.path().join(format!("{at}.report"));
        let file = path.to_str().expect("UTF-8");
        let from = ["--file", "-"];
        let args = ["--api", "v2", "--keep-going", "--report", kind, file];
        let run = Run::new(&[&args[..], &from[..]].concat())
            .env("SFTPGO_HOST", "http://127.0.0.1:1")
            .input(&line);
        let (ran, report) = run.leaving(&path);
        for text in [&ran.out, &ran.err, &report] {
            assert!(!text.contains(PW), "{line}: {text}");
        }
        assert!(!ran.err.is_empty() && !report.is_empty(), "{line}");
    }
}

#[test]
fn at_the_start_no_error_has_it() {
    for args in [
        "--passwordPW",
        "--api_keyPW get_users",
        "--tokenPW get_users",
        "-passwordPW get_users",
        "admin:PW@host get_users",
        "-u admin:PW get_users",
        "--nosuch:PW get_users",
        "login admin,PW",
        "su admin PW",
    ] {
        let args = written(args);
        let args: Vec<&str> = args.split(' ').collect();
        let ran = Run::new(&args)
            .env("SFTPGO_HOST", "http://127.0.0.1:1")
            .go();
        assert!(!ran.err.is_empty(), "{args:?}");
        assert!(!(ran.out + &ran.err).contains(PW), "{args:?}");
    }
}

#[test]
fn what_is_no_password_stays() {
    for line in [
        "get_users --order DESC",
        "get_user_by_username a:b",
        "get /users --query order=ASC",
        "update_user bob --set filters.web_client=x description:x",
        "update_user bob --set=description=a:b --uid 1",
        "connect localhost:8080",
        "connect files.example.org:443/x",
        "connect http://127.0.0.1:8080",
        "login admin --otp",
        "login admin@example.org",
        "set log_level debug",
        "set base_url localhost:8080",
        "set base_url http://127.0.0.1:8080",
        "set output compact",
        "edit user alice",
        "edit admin alice",
        "add_user bob --permissions /path:list --home_dir C:\\\\x",
        "get_quota_scans 12:30",
        "frobnicate bob",
        "echo authentication of basics",
        "explain get_users --limit 1",
        "curl get_users --limit 1",
    ] {
        assert_eq!(masked(line).0, line);
    }
}
