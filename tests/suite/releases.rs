//! Servers of several releases: the one that is connected decides which commands,
//! flags and fields there are, from the first command on.

mod detection;

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, Run};

/// A server of this release; those before 2.6.0 tell it only at `/version`. It does
/// whatever it is asked.
pub(crate) fn server(release: &'static str) -> Proxy {
    Proxy::new(move |_, request| {
        let name = if release >= "2.6" {
            format!("{JSON}Server: SFTPGo/{release}\r\n")
        } else {
            JSON.to_owned()
        };
        let target = request.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        let (status, body) = match path {
            "/api/v2/token" => (
                "200 OK",
                r#"{"access_token":"e30.e30.e30","expires_at":"2099-01-01T00:00:00Z"}"#.to_owned(),
            ),
            "/api/v2/version" => ("200 OK", format!(r#"{{"version":"{release}"}}"#)),
            "/api/v2/folders" | "/api/v2/dumpdata" => (
                "403 Forbidden",
                r#"{"message":"Forbidden","error":""}"#.to_owned(),
            ),
            path if path.starts_with("/api/v2/roles") && release < "2.5" => {
                ("404 Not Found", r#"{"error":"Not Found"}"#.to_owned())
            }
            _ => ("200 OK", "{}".to_owned()),
        };
        Act::Say(answer(status, &name, &body))
    })
}

fn by_password(server: &Proxy, args: &[&str]) -> Run {
    let run = Run::new(args).env("SFTPGO_HOST", &server.url);
    run.env("SFTPGO_USERNAME", "admin")
        .env("SFTPGO_PASSWORD", "password")
}

fn by_key(server: &Proxy, args: &[&str]) -> Ran {
    let run = Run::new(args).env("SFTPGO_HOST", &server.url);
    run.env("SFTPGO_API_KEY", "id.secret").go()
}

/// The methods and paths that were asked for, without the body.
pub(crate) fn paths(server: &Proxy) -> Vec<String> {
    let all = server.requests().into_iter();
    all.map(|request| request.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

const LOGIN: [&str; 2] = ["GET /api/v2/token", "GET /api/v2/version"];

#[test]
fn the_first_command_is_refused_by_what_the_server_lacks() {
    for (release, line, message) in [
        (
            "2.3.6",
            "add_admin a --permissions view_users --password x --require_two_factor",
            "`--require_two_factor` needs 2.6.0 or later; this server is 2.3.6",
        ),
        (
            "2.0.4",
            "add_folder f --mapped_path /x --storage s3",
            "`--storage` needs 2.1.0 or later; this server is 2.0.4",
        ),
        (
            "2.5.6",
            "update_user u --set filters.access_time=[]",
            "`filters.access_time` needs 2.6.0 or later; this server is 2.5.6",
        ),
        (
            "2.3.6",
            "get_roles",
            "`get_roles` needs 2.5.0 or later; this server is 2.3.6",
        ),
        (
            "2.3.6",
            "backup b.json --scopes users",
            "`--scopes` needs 2.5.0 or later; this server is 2.3.6",
        ),
        (
            "2.5.6",
            "quota_update u --used_quota_size 1",
            "`quota_update` was removed after 2.0.4; this server is 2.5.6",
        ),
        (
            "2.3.6",
            "add_event_action a --type http --set options.http_config.endpoint=http://127.0.0.1/",
            "`add_event_action` needs 2.4.0 or later; this server is 2.3.6",
        ),
    ] {
        let server = server(release);
        let words: Vec<&str> = line.split(' ').collect();
        let ran = by_password(&server, &words).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
        assert_eq!(paths(&server), LOGIN, "{line}");
        // In a file and with `-c` nothing is run at all.
        for args in [&["--file", "f"][..], &["-c", line]] {
            let server = self::server(release);
            let text = format!("get_users\n{line}\n");
            let ran = by_password(&server, args).file("f", text).go();
            assert_eq!(ran.code, 2, "{line}: {ran:?}");
            assert!(ran.err.contains(message), "{line}: {}", ran.err);
            if !line.starts_with("backup") {
                assert!(ran.err.ends_with("nothing was run\n"), "{}", ran.err);
                assert_eq!(paths(&server), LOGIN, "{line}");
            }
        }
    }
}

#[test]
fn a_field_that_the_server_lacks_finds_nothing_wrong() {
    for (release, condition, message, asked) in [
        (
            "2.3.6",
            "not has_password",
            "`has_password` needs 2.5.0 or later; this server is 2.3.6",
            &["GET /api/v2/version"][..],
        ),
        // No request more for a field that all releases have.
        (
            "2.3.6",
            "status = enabled",
            "unexpected answer",
            &["GET /api/v2/users?limit=500"],
        ),
        (
            "2.7.5",
            "not has_password",
            "unexpected answer",
            &["GET /api/v2/version", "GET /api/v2/users?limit=500"],
        ),
    ] {
        let server = server(release);
        let ran = by_key(&server, &["--api", "v2", "get_users", "--where", condition]);
        assert!(ran.err.contains(message), "{condition}: {}", ran.err);
        assert_eq!(paths(&server), asked, "{release}: {condition}");
    }
}

#[test]
fn commands_of_older_releases_are_sent() {
    for (release, line, request) in [
        (
            "2.0.4",
            "quota_update u --used_quota_size 1",
            "PUT /api/v2/quota-update",
        ),
        (
            "2.6.2",
            "add_admin a --password x --permissions manage_admins",
            "POST /api/v2/admins",
        ),
        (
            "2.6.4",
            "start_user_retention_check u --json '[{\"path\":\"/\",\"retention\":24}]'",
            "POST /api/v2/retention/users/u/check",
        ),
        (
            "2.3.6",
            "get_ban_time 192.0.2.1",
            "GET /api/v2/defender/bantime?ip=192.0.2.1",
        ),
    ] {
        let ways: [&[&str]; 3] = [&["-c", line], &["--file", "f"], &["--jobs", "4", "-f", "f"]];
        for args in ways {
            let server = server(release);
            let ran = by_password(&server, args).file("f", line).go();
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {ran:?}");
            let login = if release < "2.6" { 2 } else { 1 };
            assert_eq!(paths(&server)[login..], [request], "{line}");
        }
    }
}

#[test]
fn without_a_server_the_hint_names_the_setting() {
    let line = "add_admin a --password x --permissions manage_admins";
    for args in [
        &["--api", "v2", "--check", "-c", line][..],
        &["--api", "v2", "--dry-run", "-c", line],
        &["--api", "v2", "-c", &format!("explain {line}")],
    ] {
        let ran = Run::new(args).go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.contains(
                "`manage_admins` of `--permissions` was removed after 2.6.2; the server's release is not known, 2.7.5 is assumed"
            ),
            "{}",
            ran.err
        );
        assert!(
            ran.err
                .contains("hint: use `--api 2.6.2` if that is the server's release\n"),
            "{}",
            ran.err
        );
    }
    let ran = Run::new(&["--api", "v2", "--check", "-c", "quota_update u"]).go();
    let hint =
        "hint: use `--api 2.0.4` if that is the server's release; use `user_quota_update_usage`\n";
    assert!(ran.err.contains(hint), "{}", ran.err);
    // A release that was named is taken at its word.
    let ran = Run::new(&["--api", "2.7.5", "--check", "-c", "quota_update u"]).go();
    assert!(
        ran.err
            .contains("`quota_update` was removed after 2.0.4; this server is 2.7.5"),
        "{}",
        ran.err
    );
}

#[test]
fn a_403_names_the_permission_of_the_release() {
    for (release, line, permission) in [
        ("2.5.6", "dumpdata --output_data", "manage_system"),
        ("2.7.5", "dumpdata --output_data", "*"),
        ("2.3.6", "add_folder f --mapped_path /x", "add_users"),
        ("2.7.5", "add_folder f --mapped_path /x", "manage_folders"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let named = [&["--api", release], &words[..]].concat();
        for args in [&words, &named] {
            let server = server(release);
            let ran = by_password(&server, args).go();
            assert_eq!(ran.code, 4, "{ran:?}");
            let hint = format!("hint: this needs the permission `{permission}`;");
            assert!(ran.err.contains(&hint), "{release}: {}", ran.err);
        }
    }
}

#[test]
fn the_api_2019_has_no_login() {
    let ran = Run::new(&["login", "admin"]).go();
    ran.is(
        2,
        "",
        "error: the API `2019` has no login\nhint: `connect URL` detects the API of the server; `set api v2` selects the API of SFTPGo 2\n",
    );
}

#[test]
fn rows_are_those_of_the_release() {
    let csv = "username,home_dir,permissions,password,role\na,/srv/a,list,x,r\n";
    let server = server("2.3.6");
    let ran = by_password(&server, &["add_users", "--from", "u.csv"])
        .file("u.csv", csv)
        .go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("u.csv")
            && ran
                .err
                .contains("`role` needs 2.5.0 or later; this server is 2.3.6"),
        "{}",
        ran.err
    );
    assert_eq!(paths(&server), LOGIN);
    // Before the first command of a run, too.
    for args in [
        vec!["-c", "get_version; add_users --from u.csv"],
        vec![
            "--api",
            "2.7.5",
            "-c",
            "get_version; add_users --from u.csv",
        ],
    ] {
        let server = self::server("2.3.6");
        let ran = by_password(&server, &args).file("u.csv", csv).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        let message = "`role` needs 2.5.0 or later; this server is 2.3.6";
        assert!(ran.err.contains(message), "{}", ran.err);
        assert!(ran.err.ends_with("nothing was run\n"), "{}", ran.err);
        assert_eq!(paths(&server), LOGIN);
    }
    // Nothing depends on it: the first request is that of the row.
    let server = self::server("2.3.6");
    let run = Run::new(&["add_users", "--from", "u.csv"]).env("SFTPGO_HOST", &server.url);
    let csv = "username,home_dir,permissions,password\na,/srv/a,list,x\n";
    let ran = run.env("SFTPGO_API_KEY", "i.s").file("u.csv", csv).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(paths(&server), ["POST /api/v2/users"]);
}

#[test]
fn help_lists_the_words_of_the_release() {
    for (release, command, has, lacks) in [
        ("0.9.1", "add_user", "rename", "chmod"),
        ("2.0.4", "add_user", "chmod", "delete_files"),
        ("2.0.4", "test_permission", "chmod", "delete_files"),
        ("2.5.6", "add_user", "delete_files", " copy"),
        (
            "2.5.6",
            "add_event_action",
            "idp_account_check",
            "user_inactivity",
        ),
        ("2.7.5", "add_event_action", "rotate_log", "metadata_check"),
        ("2.0.4", "add_admin", "manage_system", "disable_mfa"),
    ] {
        let page = Run::new(&["--api", release, "help", command]).go().out;
        let words = page.split("\narguments\n").nth(1).expect("arguments");
        let words = words.split("\nanswers\n").next().unwrap_or_default();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(has), "{release} {command}: {words}");
        assert!(!words.contains(lacks), "{release} {command}: {words}");
    }
    let line = [
        "--api",
        "2.5.6",
        "--dry-run",
        "add_event_action",
        "x",
        "--type",
        "user_inactivity",
    ];
    let ran = Run::new(&line).go();
    let error = "`user_inactivity` of `--type` needs 2.6.0 or later; this server is 2.5.6";
    assert!(ran.code == 2 && ran.err.contains(error), "{ran:?}");
}

#[test]
fn a_name_that_a_path_cannot_have_is_explained() {
    for name in [".", ".."] {
        let ran = Run::new(&["--api", "2.6.4", "--dry-run", "get_user_by_username", name]).go();
        let error = "cannot be `.` or `..`: in the path of a URL they mean a folder";
        assert!(ran.code == 2 && ran.err.contains(error), "{ran:?}");
    }
}

#[test]
fn http_to_a_port_for_https_is_explained() {
    let proxy = Proxy::new(|_, _| {
        let text = "Client sent an HTTP request to an HTTPS server.\n";
        Act::Say(answer("400 Bad Request", "", text))
    });
    let ran = by_password(&proxy, &["--api", "v2", "get_users"]).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(
        ran.err,
        "error: cannot log in: the server answered 400\nhint: the port speaks TLS; did you mean `https://`?\n"
    );
}
