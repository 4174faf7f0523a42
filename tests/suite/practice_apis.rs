//! Both APIs of one practice server: `set api` switches within a session, and the sample admin of
//! the API v2 is logged in there and nowhere else.

use crate::support::{Run, asked, practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD};

/// Runs these lines in a shell with a practice server of its own.
fn own(args: &[&str], lines: &str) -> crate::support::Ran {
    let args: Vec<&str> = ["--practice", "--output", "compact"]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    Run::new(&args).input(lines).go()
}

/// The API of each line of output, by the members that only its users have.
fn kinds(out: &str) -> Vec<&str> {
    let kind = |line: &str| match (line.contains("\"filters\""), line.contains("\"id\":5134")) {
        (true, false) => "v2",
        (false, true) => "2019",
        _ => "neither",
    };
    out.lines().map(kind).collect()
}

#[test]
fn set_api_switches_in_a_session() {
    let ran = own(
        &[],
        "get_users\nset api v2\nget_users\nset api 2019\nget_users\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(kinds(&ran.out), ["2019", "v2", "2019"], "{ran:?}");
    let (first, rest) = ran.err.split_once('\n').expect("two lines");
    assert!(
        first.starts_with("practice server on http://127.0.0.1:")
            && first.ends_with(": sample data, lost when it stops"),
        "{ran:?}"
    );
    assert_eq!(
        rest,
        "API 2019 in use; `set api v2` switches to SFTPGo 2 and logs in a sample admin\n"
    );

    let ran = own(&["--api", "v2"], "get_users\nset api 2019\nget_users\n");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(kinds(&ran.out), ["v2", "2019"], "{ran:?}");
    assert!(
        ran.err.ends_with(
            "\nAPI v2 in use, as a sample admin; `set api 2019` switches to SFTPGo of 2019\n"
        ),
        "{ran:?}"
    );
    // For one command only.
    let ran = own(&[], "--api v2 get_users\nget_users\n");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(kinds(&ran.out), ["v2", "2019"], "{ran:?}");
    let ran = own(&["--quiet"], "get_users\n");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn one_login_and_one_request_after_the_switch() {
    let server = practice();
    let lines = "get_users\nset api v2\nget_users\nset api 2019\nget_users\n";
    let ran = Run::at(&server, &["--api", "2019"])
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .input(lines)
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(
        asked(&server),
        [
            "GET /api/v1/user?limit=100&offset=0&order=ASC&username=",
            "GET /api/v2/token",
            "GET /api/v2/users",
            "GET /api/v1/user?limit=100&offset=0&order=ASC&username=",
        ]
    );
    let seen = server.seen();
    assert!(seen[0].credentials.is_empty() && seen[3].credentials.is_empty());
}

#[test]
fn a_reset_restores_both() {
    let lines = "delete_user 5134\nset api v2\ndelete_user carla\ndelete_role helpdesk\n\
                 practice reset\nget_user_by_username carla\nget_role_by_name helpdesk\n\
                 set api 2019\nget_user_by_id 5134\n";
    let ran = own(&[], lines);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.matches("\"carla\"").count(), 2, "{ran:?}");
}

#[test]
fn failures_apply_to_both_apis() {
    let lines = "practice fail 503\nget_users\nset api v2\nget_users\npractice fail off\nget_users\n\
                 set api 2019\nget_users\n";
    let ran = own(&["--keep-going"], lines);
    assert_eq!(ran.code, 6, "{ran:?}");
    let failed = "the server answered 503";
    assert_eq!(ran.err.matches(failed).count(), 2, "{ran:?}");
    assert_eq!(kinds(&ran.out).last(), Some(&"2019"), "{ran:?}");
    assert!(kinds(&ran.out).contains(&"v2"), "{ran:?}");
}

#[test]
fn the_sample_admin_is_for_the_api_v2_only() {
    let lines = "whoami\nset api v1\nwhoami\nset api v2\nwhoami\n";
    let ran = own(&[], lines);
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].ends_with(r#""api":"2019","user":"","by":"nothing"}"#),
        "{ran:?}"
    );
    assert!(
        lines[1].ends_with(r#""api":"v1","user":"","by":"nothing"}"#),
        "{ran:?}"
    );
    assert!(
        lines[2].contains(r#""api":"v2","user":"admin","by":"token""#),
        "{ran:?}"
    );
    // Credentials for another server do not choose the API of this one.
    let args = ["--practice", "--output", "compact"];
    let ran = Run::new(&args)
        .env("SFTPGO_USERNAME", "ops")
        .env("SFTPGO_PASSWORD", "hidden")
        .input("get_users\nset api v2\nget_users\n")
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(kinds(&ran.out), ["2019", "v2"], "{ran:?}");
}

#[test]
fn another_server_does_not_get_the_sample_admin() {
    let other = v2();
    let lines = format!(
        "set api v2\nget_roles\nconnect {}\nget_roles\n",
        other.url()
    );
    let ran = own(&[], &lines);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(asked(&other), ["GET /api/v2/roles"]);
    assert!(other.seen()[0].credentials.is_empty());
    assert_eq!(other.logins().attempts, 0);
}

#[test]
fn the_standalone_server_has_both() {
    let mut server = Run::new(&["practice-server"]);
    let mut child = server.spawn();
    let mut url = String::new();
    let out = child.stdout.take().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut url).expect("its URL");
    let ran = Run::new(&["--api", "2019", "--user", "admin"])
        .env("SFTPGO_HOST", url.trim_end())
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_PASSWORD", PASSWORD)
        .input("get_users\nset api v2\nget_users\n")
        .go();
    child.kill().expect("it runs");
    let said = std::io::read_to_string(child.stderr.take().expect("a pipe")).expect("text");
    child.wait().expect("it stops");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(kinds(&ran.out), ["2019", "v2"], "{ran:?}");
    assert_eq!(
        said,
        format!(
            "practice server on {}: sample data, lost when it stops\n\
             API 2019 at /api/v1; API v2 at /api/v2, login `admin`, password `practice`\n",
            url.trim_end()
        )
    );
}
