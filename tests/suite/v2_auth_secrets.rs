//! What proves to API v2 who asks: keys, odd names, and that none of it is shown.

use crate::support::{Run, asked, v2};
use crate::v2_auth::admin;
use serde_json::Value;

/// The value of a member of a JSON text.
fn member(json: &str, name: &str) -> String {
    let json: Value = serde_json::from_str(json).expect("JSON");
    json[name].as_str().expect("a text").to_owned()
}

#[test]
fn api_keys() {
    let server = v2();
    let key = member(
        &admin(&server, &["add_api_key", "ci", "--admin", "helper"])
            .go()
            .out,
        "key",
    );
    let before = server.seen().len();
    let run = |key: &str, args: &[&str]| Run::at(&server, args).env("SFTPGO_API_KEY", key).go();
    let ran = run(&key, &["get_users", "--offset", "50"]);
    ran.is(0, "[]\n", "");
    let ran = run(&key, &["whoami"]);
    ran.is(0, &format!("{{\n  \"server\": \"{}\",\n  \"api\": \"v2\",\n  \"user\": null,\n  \"by\": \"API key\"\n}}\n", server.addr()), "");
    let ran = run(&key, &["get_roles"]);
    assert_eq!(ran.code, 4);
    assert_eq!(
        ran.err,
        "error: `get_roles`: the server answered 403\nhint: this needs the permission `*`, which the admin of the API key lacks\n"
    );
    let ran = run(&key, &["get_api_keys"]);
    ran.is(2, "", "error: `get_api_keys` is not allowed with an API key\nhint: unset SFTPGO_API_KEY and log in: `--user NAME`, or `login NAME`\n");
    let seen = server.seen();
    for one in &seen[before..] {
        assert_eq!(
            one.credentials,
            [("x-sftpgo-api-key".to_owned(), key.clone())]
        );
    }
    assert_eq!(seen.len() - before, 2);
    let ran = run(&format!("{key}x"), &["get_users"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.err.starts_with(
            "error: `get_users`: the server answered 401\nhint: the key is wrong or expired"
        ),
        "{ran:?}"
    );
    assert_eq!(server.logins().bad_keys, 1);
    let ran = run("nosuch", &["get_users"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.err.starts_with(
            "error: `get_users`: the server answered 400: the server does not know this API key\nhint: set SFTPGO_API_KEY to the complete key"
        ),
        "{ran:?}"
    );
    assert_eq!(server.logins().bad_keys, 2);
}

#[test]
fn odd_names() {
    let server = v2();
    for name in ["a b@c", "100%20", "ä+b", "x%2Fy"] {
        let ran = admin(
            &server,
            &[
                "add_admin",
                name,
                "--password",
                "p:w ü",
                "--permissions",
                "*",
            ],
        )
        .go();
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = admin(&server, &["whoami"])
            .env("SFTPGO_USERNAME", name)
            .env("SFTPGO_PASSWORD", "p:w ü")
            .go();
        assert_eq!(member(&ran.out, "user"), name, "{ran:?}");
        let ran = admin(
            &server,
            &[
                "add_user",
                name,
                "--home_dir",
                "/h",
                "--permissions",
                "*",
                "--password",
                "p",
            ],
        )
        .go();
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = admin(&server, &["update_user", name, "--uid", "7"]).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        let ran = admin(&server, &["get_user_by_username", name]).go();
        assert!(ran.out.contains("\"uid\": 7"), "{ran:?}");
        assert_eq!(member(&ran.out, "username"), name);
    }
    let ran = admin(&server, &["get_user_by_username", "a/b"]).go();
    assert_eq!(ran.code, 4);
    assert_eq!(
        asked(&server).last().map(String::as_str),
        Some("GET /api/v2/users/a%2Fb")
    );
}

#[test]
fn secrets_are_shown_nowhere() {
    let server = v2();
    let password = "ge\"heim-1";
    let ran = admin(
        &server,
        &[
            "add_admin",
            "root2",
            "--password",
            password,
            "--permissions",
            "*",
        ],
    )
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let key = "keyid.keysecret77";
    let lines = "set echo on\nget_roles\nupdate_user press --uid 9 --password pw-of-press\nwhoami\nexplain get_roles\ncurl get_roles\nlogin\nget roles\nlogout\n";
    let modes: [&[&str]; 5] = [
        &["--debug"],
        &["--debug", "--jobs", "4"],
        &["--dry_run"],
        &["--dry_run", "--as", "curl"],
        &["--debug", "--keep_going", "--report", "json", "r"],
    ];
    let mut shown = String::new();
    for by_key in [false, true] {
        for args in modes {
            let mut run = admin(&server, args)
                .input(lines)
                .file("r", "")
                .env("SFTPGO_USERNAME", "root2")
                .env("SFTPGO_PASSWORD", password)
                .env("SFTPGO_OTP", "314159");
            if by_key {
                run = run.env("SFTPGO_API_KEY", key);
            }
            let path = run.home.path().join("r");
            let (ran, report) = run.leaving(&path);
            shown.push_str(&format!("{}{}{report}", ran.out, ran.err));
        }
    }
    let mut secrets = vec![
        password.to_owned(),
        "heim-1".to_owned(),
        "pw-of-press".to_owned(),
        "keysecret77".to_owned(),
        "314159".to_owned(),
    ];
    for seen in &server.seen() {
        for (_, value) in &seen.credentials {
            secrets.extend(value.split(' ').map(str::to_owned));
        }
    }
    for secret in secrets {
        let is_scheme = matches!(secret.as_str(), "Basic" | "Bearer");
        assert!(is_scheme || !shown.contains(&secret), "{secret} in {shown}");
    }
    assert!(
        shown.contains("Bearer ********") && shown.contains("$SFTPGO_TOKEN"),
        "{shown}"
    );
}
