//! Errors of a server of the API v2: refused tokens, a restarted, newer or busy
//! server, one behind a proxy, and names and bodies that it rejects.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::raw_http::Client;
use crate::support::{Run, asked, end, v2, v2_on, words};
use crate::v2_auth::admin;
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::io::Write;
use std::process::{Child, ChildStdin};
use std::sync::Arc;
use std::time::Duration;

fn at(url: &str, line: &str) -> Run {
    Run::new(&words(line))
        .env("SFTPGO_HOST", url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// A run that has logged in and done one line, and waits for others.
fn begun(server: &Practice, args: &[&str]) -> (Child, ChildStdin, Run) {
    let mut shell = admin(server, args);
    let mut child = shell.spawn();
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all(b"get_users --offset 50\n")
        .expect("it reads");
    while asked(server).len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    (child, stdin, shell)
}

/// Three lines that come after that.
const REST: &[u8] = b"add_role ops\nget_users --offset 50\nget_users --offset 50\n";

#[test]
fn a_revoked_token_is_renewed_once() {
    for args in [&[][..], &["--jobs", "4"]] {
        let server = v2();
        let (child, mut stdin, _home) = begun(&server, args);
        let (name, bearer) = server.seen()[1].credentials[0].clone();
        let headers = format!("{name}: {bearer}\r\n");
        let mut other = Client::new(server.addr());
        let ended = other.send("GET", "/api/v2/logout", &headers, b"");
        assert_eq!(ended.status, 200);
        stdin.write_all(REST).expect("it reads");
        drop(stdin);
        let ran = end(child);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        assert_eq!((server.logins().attempts, server.logins().failures), (2, 0));
    }
}

#[test]
fn a_token_of_another_server_is_renewed_once() {
    for message in [
        "Your token is not valid",
        "Your token audience is not valid",
    ] {
        let body = json!({"message": message}).to_string();
        let server = Arc::new(v2());
        let proxy = Proxy::before(&server, move |number, _| {
            let said = || answer("401 Unauthorized", JSON, &body);
            if number == 1 {
                Act::Say(said())
            } else {
                Act::Pass
            }
        });
        let ran = at(&proxy.url, "add_role ops").go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        let asked = ["GET /api/v2/token", "POST /api/v2/roles {\"name\":\"ops\"}"];
        assert_eq!(proxy.requests(), [asked, asked].concat());
        assert_eq!(server.logins().attempts, 2);
    }
}

#[test]
fn a_restart_during_a_file_is_survived() {
    // Not one of those that the system gives away while it is free.
    let first = 31_000 + u16::try_from(std::process::id() % 900).expect("small");
    let server = (first..first + 100).find_map(|port| v2_on(port).ok());
    let server = server.expect("a free port");
    let (child, mut stdin, _home) = begun(&server, &[]);
    let port = server.addr().port();
    drop(server);
    let server = v2_on(port).expect("the same port");
    stdin.write_all(REST).expect("it reads");
    drop(stdin);
    let ran = end(child);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let users = "GET /api/v2/users?offset=50";
    let role = "POST /api/v2/roles {\"name\":\"ops\"}";
    assert_eq!(
        asked(&server),
        [role, "GET /api/v2/token", role, users, users]
    );
}

#[test]
fn an_outage_during_a_file_ends_the_run() {
    let server = v2();
    let (child, mut stdin, _home) = begun(&server, &[]);
    drop(server);
    stdin.write_all(REST).expect("it reads");
    drop(stdin);
    let ran = end(child);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.err.starts_with("stdin:2:1: error: cannot connect to "),
        "{ran:?}"
    );
    assert!(ran.err.contains("; nothing was sent\n"), "{ran:?}");
    assert!(
        ran.err
            .ends_with("stopped at stdin:2; 1 command done, the rest not run\n"),
        "{ran:?}"
    );
}

#[test]
fn retry_after_is_shown() {
    let wait = |line: &str, args: &[&str]| {
        let server = v2();
        let (child, mut stdin, _home) = begun(&server, args);
        server.limit_rate(1, Duration::from_millis(900));
        stdin
            .write_all(format!("{line}\n").as_bytes())
            .expect("it reads");
        drop(stdin);
        (end(child), asked(&server).len() - 2)
    };
    let again = "trying again in 1 s (1 of 2)\n";
    let (ran, sent) = wait("get_roles", &["--retry", "2"]);
    assert_eq!((ran.code, sent), (0, 2), "{ran:?}");
    assert!(ran.err.ends_with(again), "{ran:?}");
    let hint = "hint: the server asks you to retry in 1 s\n";
    // A write is not sent again by itself.
    for (line, args) in [("get_roles", &[][..]), ("add_role ops", &["--retry", "2"])] {
        let (ran, sent) = wait(line, args);
        assert_eq!((ran.code, sent), (4, 1), "{ran:?}");
        assert!(ran.err.contains("the server answered 429"), "{ran:?}");
        assert!(ran.err.contains(hint), "{ran:?}");
    }
    let date = "Fri, 31 Dec 9999 23:59:59 GMT";
    let busy = move |_, _: &str| {
        let headers = format!("{JSON}Retry-After: {date}\r\n");
        Act::Say(answer("429 Too Many Requests", &headers, "{}"))
    };
    let proxy = Proxy::before(&Arc::new(v2()), busy);
    let ran = at(&proxy.url, "get_roles").go();
    let hint = format!("hint: the server asks you to retry at {date}\n");
    ran.is(
        4,
        "",
        &format!("error: cannot log in: too many requests\n{hint}"),
    );
}

#[test]
fn unknown_names_are_sent_unchanged() {
    let server = v2();
    for (name, segment) in [
        ("a/b", "a%2Fb"),
        ("../roles", "..%2Froles"),
        ("100%", "100%25"),
        // Otherwise the server would decode it twice.
        ("a%2Fb", "%61%25%32%46%62"),
        ("a%b", "a%25b"),
        ("a b", "a%20b"),
        ("a+b", "a+b"),
        ("me@example.com", "me@example.com"),
        ("a?b#c", "a%3Fb%23c"),
        ("zoë", "zo%C3%AB"),
    ] {
        for (command, method) in [("get_user_by_username", "GET"), ("delete_user", "DELETE")] {
            let ran = admin(&server, &[command, name]).go();
            ran.is(4, "{\n  \"error\": \"Not Found\",\n  \"message\": \"\"\n}\n", &format!("error: `{command}`: the server answered 404: no user has this name\nhint: `get_users` lists the users\n"));
            let sent = asked(&server);
            assert_eq!(
                sent.last(),
                Some(&format!("{method} /api/v2/users/{segment}"))
            );
        }
    }
}

#[test]
fn a_newer_server_is_supported() {
    let user =
        json!([{"username": "x", "hologram": {"depth": [1, null]}, "filters": {"mood": "blue"}}]);
    let shown = format!("{user}\n");
    let headers = format!("{JSON}Server: SFTPGo/2.9.1\r\n");
    let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
        if request.contains("/users") {
            Act::Say(answer("200 OK", &headers, &user.to_string()))
        } else {
            Act::Pass
        }
    });
    let ran = at(
        &proxy.url,
        "-c 'get_users; get_users; get_roles --offset 9'",
    );
    let ran = ran.env("SFTPGO_SHELL_OUTPUT", "compact").go();
    ran.is(0, &format!("{shown}{shown}[]\n"), "");
}

#[test]
fn an_html_error_of_a_proxy() {
    let page = "<html><b>Sign in</b>";
    let html = "Content-Type: text/html\r\n";
    let begins = "it begins: <html><b>Sign in</b>";
    let proxy = "hint: this does not look like an SFTPGo response; is there a proxy in between?\n";
    let unknown = "hint: `get_role_by_name ops` shows it\n";
    for (status, line, code, said) in [
        (
            "200 OK",
            "get_roles",
            3,
            format!(
                "the server answered 200, but the body is text/html, not JSON; {begins}\nhint: is this really SFTPGo's address?\n"
            ),
        ),
        (
            "502 Bad Gateway",
            "get_roles",
            5,
            format!("`get_roles`: the server answered 502; {begins}\n{proxy}"),
        ),
        (
            "502 Bad Gateway",
            "add_role ops",
            5,
            format!(
                "`add_role`: the server answered 502; {begins}; it may or may not have been applied\n{unknown}"
            ),
        ),
        (
            "200 OK",
            "add_role ops",
            3,
            format!(
                "the server answered 200, but the body is text/html, not JSON; {begins}; it may or may not have been applied\n{unknown}"
            ),
        ),
        (
            "200 OK",
            "update_role helpdesk --description x",
            3,
            format!(
                "the server answered 200, but the body is text/html, not JSON; {begins}; nothing was changed\nhint: is this really SFTPGo's address?\n"
            ),
        ),
    ] {
        let said_by_it = answer(status, html, page);
        let between = Proxy::before(&Arc::new(v2()), move |_, request| {
            if request.contains("/token") {
                Act::Pass
            } else {
                Act::Say(said_by_it.clone())
            }
        });
        let ran = at(&between.url, line).go();
        ran.is(code, "", &format!("error: {said}"));
        assert_eq!(between.requests().len(), 2, "{line}");
    }
}

#[test]
fn a_body_over_the_servers_limit_is_refused_and_sent_once() {
    let server = v2();
    let big = |bytes: usize| json!({"additional_info": "x".repeat(bytes)}).to_string();
    let line = [
        "add_user",
        "bob",
        "--home_dir",
        "/b",
        "--permissions",
        "*",
        "--json",
        "@big.json",
    ];
    let ran = admin(&server, &line).file("big.json", big(1 << 20)).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains("http: request body too large"), "{ran:?}");
    let said = "error: `add_user`: the server answered 400: the server rejected the object; `error` says why\n";
    assert_eq!(ran.err, said);
    let count = || asked(&server).len();
    assert_eq!(count(), 2);
    // A change of what is there is not lost half way.
    let line = ["update_user", "press", "--json", "@big.json"];
    let ran = admin(&server, &line).file("big.json", big(1 << 20)).go();
    assert_eq!((ran.code, count()), (4, 5), "{ran:?}");
    let ran = admin(&server, &["get_user_by_username", "press"]).go();
    let press: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (&press["uid"], press.get("additional_info")),
        (&json!(1004), None)
    );
    // Below the limit it is taken, and a dump has another.
    let line = ["update_user", "press", "--json", "@big.json"];
    let ran = admin(&server, &line).file("big.json", big(1 << 19)).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let dump = json!({"users": [{"username": "carl", "status": 1, "home_dir": "/c", "permissions": {"/": ["*"]}, "additional_info": "x".repeat(2 << 20)}]});
    let line = ["loaddata_from_request_body", "--json", "@dump.json"];
    let ran = admin(&server, &line)
        .file("dump.json", dump.to_string())
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn an_unknown_release_fails_no_command() {
    // A server before 2.6.0 has no `Server` header; what answers for it says nothing of a token.
    let token = json!({"access_token": "a.b.c", "expires_at": "2999-01-01T00:00:00Z"}).to_string();
    let proxy = Proxy::before(&Arc::new(v2()), move |_, request| match request {
        "GET /api/v2/token" => Act::Say(answer("200 OK", JSON, &token)),
        "GET /api/v2/version" => Act::Lose,
        _ => Act::Say(answer("200 OK", JSON, "[]")),
    });
    let line = "get_roles";
    let ran = at(&proxy.url, line).go();
    ran.is(
        0,
        "[]\n",
        "the server does not report its release; assuming 2.7.5\n",
    );
    assert_eq!(proxy.requests().len(), 3);
    at(&proxy.url, &format!("--quiet {line}"))
        .go()
        .is(0, "[]\n", "");
}

#[test]
fn secrets_invalid_in_headers_are_named() {
    let server = v2();
    for (name, value) in [
        ("SFTPGO_API_KEY", "id.hidden\n"),
        ("SFTPGO_API_KEY", "id.hidden\r"),
        ("SFTPGO_OTP", "123\n456"),
    ] {
        let ran = admin(&server, &["get_users"]).env(name, value).go();
        ran.is(2, "", &format!("error: `{name}` contains a line break or another control character, which is not allowed in a header\nhint: `export {name}=\"$(tr -d '\\r\\n' <FILE)\"` reads it from a file without the line break\n"));
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_group_that_is_named_twice_is_not_missing() {
    let server = v2();
    let groups = r#"groups=[{"name":"staff"},{"name":"staff"}]"#;
    let line = [
        "add_admin",
        "ops",
        "--password",
        "first",
        "--permissions",
        "*",
        "--set",
        groups,
    ];
    let ran = admin(&server, &line).go();
    let said = "the server answered 409: one group is named twice\n";
    assert!(ran.code == 4 && ran.err.ends_with(said), "{ran:?}");
}

#[test]
fn a_path_that_is_not_of_the_api_is_explained() {
    let server = v2();
    let hint =
        "hint: a path with a leading `/` starts at the server's root, without it below the API\n";
    for (line, is_explained) in [("get /users", true), ("get nosuch", false)] {
        let ran = at(&server.url(), line).go();
        assert_eq!(
            (ran.code, ran.err.contains(hint)),
            (4, is_explained),
            "{ran:?}"
        );
    }
}

#[test]
fn a_refusal_names_the_required_action() {
    let server = v2();
    for (flag, hint) in [
        (
            "--require_two_factor",
            "set up two-factor authentication first: `generate_admin_totp_secret`, then `save_admin_totp_config`",
        ),
        (
            "--require_password_change",
            "the password must be changed first: `change_admin_password`",
        ),
    ] {
        let name = flag.trim_start_matches('-');
        let line = [
            "add_admin",
            name,
            "--password",
            "first",
            "--permissions",
            "*",
            flag,
        ];
        assert_eq!(admin(&server, &line).go().code, 0);
        let run = admin(&server, &["get_roles"]).env("SFTPGO_USERNAME", name);
        let ran = run.env("SFTPGO_PASSWORD", "first").go();
        assert_eq!(ran.code, 4, "{ran:?}");
        assert_eq!(
            ran.err,
            format!("error: `get_roles`: the server answered 403\nhint: {hint}\n")
        );
    }
    let blocked = json!({"error": "your IP address is blocked", "message": ""}).to_string();
    let proxy = Proxy::before(&Arc::new(v2()), move |number, _| match number {
        0 => Act::Pass,
        _ => Act::Say(answer("403 Forbidden", JSON, &blocked)),
    });
    let ran = at(&proxy.url, "get_roles").go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.err
            .ends_with("hint: the server has banned this address, usually for a limited time\n"),
        "{ran:?}"
    );
}
