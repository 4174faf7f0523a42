//! When the shell asks a server for its release, and what it does without one.

use super::{LOGIN, by_key, by_password, paths, server};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::Run;

#[test]
fn the_release_is_not_requested_needlessly() {
    for (line, requests) in [
        ("get_users", &["GET /api/v2/users"][..]),
        (
            "add_user u --permissions * --password x --uid 3",
            &["POST /api/v2/users"],
        ),
        ("delete_user u", &["DELETE /api/v2/users/u"]),
        // What is read shows by itself whether the server has it.
        ("get_event_rules", &["GET /api/v2/eventrules"]),
        ("get_users --limt 3", &[]),
    ] {
        let server = server("2.3.6");
        let words: Vec<&str> = line.split(' ').collect();
        by_key(&server, &words);
        let asked = paths(&server);
        let asked: Vec<&str> = asked
            .iter()
            .map(|one| one.split('?').next().unwrap_or_default())
            .collect();
        assert_eq!(asked, requests, "{line}");
    }
}

#[test]
fn with_an_api_key_the_release_is_requested_once() {
    let lines = "add_user u --permissions * --password x --role r\n\
                 add_user v --permissions * --password x --role r\n";
    let server = server("2.5.0");
    let run = Run::new(&["--file", "f"]).env("SFTPGO_HOST", &server.url);
    let ran = run.env("SFTPGO_API_KEY", "i.s").file("f", lines).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let expected = [
        "GET /api/v2/version",
        "POST /api/v2/users",
        "POST /api/v2/users",
    ];
    assert_eq!(paths(&server), expected);
    let older = self::server("2.4.5");
    let ran = by_key(
        &older,
        &[
            "add_user",
            "u",
            "--permissions",
            "*",
            "--password",
            "x",
            "--role",
            "r",
        ],
    );
    ran.is(
        2,
        "",
        "error: `--role` needs 2.5.0 or later; this server is 2.4.5\n",
    );
    // The 404 of a path that the server does not have.
    let ran = by_key(&older, &["get_role_by_name", "x"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.err.contains(
            "answered 404: `get_role_by_name` needs 2.5.0 or later; this server is 2.4.5"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn another_server_is_detected_again() {
    let (old, new) = (server("2.3.6"), server("2.7.5"));
    let lines = format!(
        "get_version\n-add_user u --permissions * --password x --role r\n--base_url {} get_users\nset base_url {}\nlogin admin\nadd_user u --permissions * --password x --role r\n",
        new.url, new.url
    );
    let ran = by_password(&old, &[]).input(lines).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        paths(&old),
        [&LOGIN[..], &["GET /api/v2/version"]].concat(),
        "{ran:?}"
    );
    let asked = paths(&new);
    assert_eq!(
        asked,
        [
            "GET /api/v2/users",
            "GET /api/v2/token",
            "POST /api/v2/users"
        ],
        "{ran:?}"
    );
}

#[test]
fn a_release_that_was_named_wrongly_is_corrected_before_anything_is_sent() {
    for (release, line, message) in [
        (
            "2.3.6",
            "add_admin a --permissions view_users --password x --require_two_factor",
            "`--require_two_factor` needs 2.6.0 or later; this server is 2.3.6",
        ),
        (
            "2.3.6",
            "backup b.json --scopes users",
            "`--scopes` needs 2.5.0 or later; this server is 2.3.6",
        ),
        (
            "2.0.4",
            "add_folder f --mapped_path /x --storage s3",
            "`--storage` needs 2.1.0 or later; this server is 2.0.4",
        ),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        for args in [
            [&["--api", "2.7.5"], &words[..]].concat(),
            vec!["--api", "2.7.5", "-c", line],
            vec!["--api", "2.7.5", "--file", "f"],
        ] {
            let server = server(release);
            let ran = by_password(&server, &args).file("f", line).go();
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.err.contains(message), "{}", ran.err);
            assert_eq!(paths(&server), LOGIN, "{line}");
        }
    }
    // Chosen again in the middle of a run.
    let server = server("2.3.6");
    let lines = "get_version\nset api 2.7.5\nadd_user u --permissions * --password x --role r\n";
    let ran = by_password(&server, &[]).input(lines).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        !paths(&server).iter().any(|path| path.starts_with("POST")),
        "{ran:?}"
    );
    // Rows of a file.
    let server = self::server("2.3.6");
    let csv = "username,home_dir,permissions,password,role\na,/srv/a,list,x,r\n";
    let args = ["--api", "2.7.5", "add_users", "--from", "u.csv"];
    let ran = by_password(&server, &args).file("u.csv", csv).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(paths(&server), LOGIN, "{ran:?}");
}

#[test]
fn without_the_release_nothing_is_sent_that_depends_on_it() {
    let line = "add_admin a --permissions view_users --password x --require_two_factor";
    let words: Vec<&str> = line.split(' ').collect();
    for (status, after) in [("503 Busy", "0"), ("429 Slow", "0"), ("502 No", "0")] {
        // The first question fails, the next ones are answered.
        let failed = std::sync::atomic::AtomicBool::new(false);
        let busy = answer(status, &format!("{JSON}Retry-After: {after}\r\n"), "{}");
        let server = Proxy::new(move |_, request| {
            let is_first = request.contains("/version")
                && !failed.swap(true, std::sync::atomic::Ordering::SeqCst);
            if is_first {
                return Act::Say(busy.clone());
            }
            Act::Say(answer(
                "200 OK",
                JSON,
                match request.split(' ').nth(1) {
                    Some("/api/v2/token") => {
                        r#"{"access_token":"e30.e30.e30","expires_at":"2099-01-01T00:00:00Z"}"#
                    }
                    Some("/api/v2/version") => r#"{"version":"2.3.6"}"#,
                    _ => "{}",
                },
            ))
        });
        let ran = by_password(&server, &words)
            .env("SFTPGO_SHELL_RETRY", "3")
            .go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err
                .contains("needs 2.6.0 or later; this server is 2.3.6"),
            "{}",
            ran.err
        );
        assert_eq!(paths(&server), [&LOGIN[..], &LOGIN[1..]].concat());
    }
    // Without retries the command says why it is not sent.
    for key in [false, true] {
        let server = Proxy::new(|_, request| {
            let token = r#"{"access_token":"e30.e30.e30","expires_at":"2099-01-01T00:00:00Z"}"#;
            Act::Say(if request.contains("/token") {
                answer("200 OK", JSON, token)
            } else {
                answer("503 Busy", JSON, "{}")
            })
        });
        let ran = if key {
            by_key(&server, &words)
        } else {
            by_password(&server, &words).go()
        };
        assert_eq!((ran.code, ran.out.as_str()), (5, ""), "{ran:?}");
        assert!(
            ran.err.starts_with(
                "error: cannot determine the server's release: it answered 503; nothing was sent\n"
            ),
            "{}",
            ran.err
        );
        assert!(!paths(&server).iter().any(|path| path.starts_with("POST")));
    }
    let ran = Run::new(&words)
        .env("SFTPGO_HOST", "http://127.0.0.1:1")
        .env("SFTPGO_API_KEY", "i.s")
        .go();
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.err.contains("connection refused; nothing was sent"),
        "{}",
        ran.err
    );
}
