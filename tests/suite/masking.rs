//! A password on a line is shown nowhere: not masked lines, not history, not
//! requests, not curl lines, not explanations, not errors.

use crate::generators::{Known, Quoting, cases, quoting, written};
use crate::support;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sftpgo_shell::catalog::{APIS, Api, api};
use sftpgo_shell::http::trace;
use sftpgo_shell::line::call::Content;
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::split;
use sftpgo_shell::line::variables::expand;
use sftpgo_shell::output::error::{Place, render};
use sftpgo_shell::practice::{Clock, Data};
use sftpgo_shell::request::curl;
use sftpgo_shell::request::{self, Body, RequestSpec};
use sftpgo_shell::secret::line::{for_history, masked};
use url::Url;

/// A password of parts that occur nowhere by chance, with odd characters between them.
#[derive(Clone, Debug)]
struct Password {
    text: String,
    parts: Vec<String>,
}

impl Password {
    /// Checks that no part of it is in what is shown.
    #[track_caller]
    fn not_in(&self, what: &str, shown: &str) {
        for part in &self.parts {
            assert!(!shown.contains(part), "{what} shows {part}: {shown}");
        }
    }
}

fn password() -> impl Strategy<Value = Password> {
    let odd = [
        "", " ", "  ", "'", "\"", "\\", "$", ";", "--", " --", " -", "é", "`", "#", " #", "=", "{",
        "}", "$id", "\t", "@", "日", "\u{7f}",
    ];
    let odd = select(odd.to_vec());
    let first = select(vec!["", "", "", "-", "--", "$", "#", "'", "{\"", "~", "@"]);
    let part = "[A-Z][a-z]{4}[0-9]{3}[a-z]{3}";
    (first, vec((part, odd), 1..4)).prop_map(|(first, pieces)| Password {
        text: pieces
            .iter()
            .fold(first.to_owned(), |text, (part, odd)| text + part + odd),
        parts: pieces.into_iter().map(|(part, _)| part).collect(),
    })
}

/// Lines with `PASSWORD`, the word of a password, in them.
fn templates() -> impl Strategy<Value = String> {
    let commands = [
        "add_user bob",
        "add_user",
        "update_user 7 bob",
        "update-user bob",
        "start_quota_scan bob",
        "get_users",
        "nosuch bob",
        "get_connections",
        "explain add_user bob",
        "explain",
        "curl update_user 7 bob",
        "$ sftpgo-shell --debug add_user bob",
        "--echo only add_user bob",
        "--nosuch add_user bob",
        "set",
        "help",
        "post user",
        "exit",
    ];
    let flags = [
        "--password PASSWORD",
        "--password=PASSWORD",
        "--pass'word' PASSWORD",
        "\"--password\"=PASSWORD",
        "--password PASSWORD --password=PASSWORD",
        "--password $nope --password PASSWORD",
    ];
    let rests = [
        "",
        "",
        "--uid 1",
        "--uid x",
        "more",
        "--nosuch 1",
        "--permissions list nope",
        "--gid 99999999999999999999",
        "; get_users",
        "; nosuch",
        "# note",
        "$nope",
        "'open",
        "\\",
        "--help",
        "-- more",
        "--uid",
    ];
    let all = (
        select(commands.to_vec()),
        select(flags.to_vec()),
        select(rests.to_vec()),
    );
    all.prop_map(|(command, flag, rest)| format!("{command} {flag} {rest}"))
}

fn json_lines() -> impl Strategy<Value = String> {
    select(vec![
        "post user --json JSON",
        "put /api/v1/user/7 --json=JSON",
        "explain post user --json JSON",
        "post user --json JSON --query x",
        "post user more --json JSON",
    ])
    .prop_map(str::to_owned)
}

/// Everything that may be shown of a line without sending it.
fn shown(line: &str) -> Vec<(&'static str, String)> {
    shown_in(line, &APIS[0])
}

fn shown_in(line: &str, api: &'static Api) -> Vec<(&'static str, String)> {
    let mut all = vec![("masked", masked(line).0)];
    all.extend(for_history(line).map(|line| ("history", line)));
    let mut errors = Vec::new();
    let mut parser = Parser::default();
    match split(line) {
        Err(error) => errors.push(error),
        Ok(commands) => {
            for words in commands {
                let args = expand(&words, &Known);
                match args.and_then(|args| parser.parse(&args, api)) {
                    Err(error) => errors.push(error),
                    Ok(parsed) => all.extend(spec(parsed.content).iter().flat_map(of_request)),
                }
            }
        }
    }
    let file = Place::File {
        name: "f".to_owned(),
        line: 1,
    };
    for error in errors {
        for place in [&file, &Place::Terminal, &Place::Arguments] {
            all.push(("error", render(&error, line, place, false)));
        }
    }
    all
}

fn spec(what: Content) -> Option<RequestSpec> {
    let base = Url::parse("http://h").expect("a URL");
    let Content::Call(call) = what else {
        return None;
    };
    let route = call.command.route()?;
    Some(request::build(&call, route, &base, "/api/v1"))
}

fn of_request(spec: &RequestSpec) -> Vec<(&'static str, String)> {
    vec![
        ("debug", format!("{spec:?} {:#?}", spec.clone())),
        ("body", spec.masked_body().unwrap_or_default()),
        ("pretty", spec.masked_body_pretty().unwrap_or_default()),
        ("curl", curl::line(spec)),
        ("raw", curl::raw(spec)),
        ("trace", trace::unanswered(spec)),
        ("check", spec.check.clone()),
    ]
}

/// Lines of the API v2 with `PASSWORD`, the word of a secret, in them.
fn templates_v2() -> impl Strategy<Value = String> {
    let lines = [
        "add_user bob --password PASSWORD --status enabled",
        "add_user bob --set filesystem.provider=s3 filesystem.s3config.access_secret=PASSWORD",
        "add_user bob --set=filesystem.s3config.access_secret=PASSWORD --uid 1",
        "update_user bob --set filters.max_upload_file_size=1 filesystem.sftpconfig.password=PASSWORD",
        "update_user bob --set filesystem.sftpconfig.private_key.payload=PASSWORD --nosuch 1",
        "update_user bob --set filesytem.s3config.access_secret=PASSWORD",
        "update_user bob --set filesystem.s3config.acces_secret=PASSWORD --uid x",
        "update_user bob --set filesystem.s3config.session_token=PASSWORD uid=x",
        "update_user bob --set nosuch=1 filesystem.gcsconfig.credentials=PASSWORD",
        "add_event_action x --type http --set options.http_config.password=PASSWORD",
        "explain add_folder x --set filesystem.cryptconfig.passphrase=PASSWORD",
        "add_admin x --password PASSWORD --permissions nope",
        "admin_reset_password x --reset_code PASSWORD --password=PASSWORD",
        "save_admin_totp_config --enabled --secret PASSWORD",
        "validate_admin_totp_secret x --passcode PASSWORD --secret PASSWORD more",
        "change_admin_password --current_password PASSWORD --new_password PASSWORD",
        "nosuch bob --set filesystem.s3config.access_secret=PASSWORD",
    ];
    select(lines.to_vec()).prop_map(str::to_owned)
}

fn v2() -> &'static Api {
    api("v2").expect("a generation")
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_secret_of_v2_in_any_quotes_is_not_shown(
        password in password(),
        template in templates_v2(),
        quoting in quoting(),
    ) {
        // After an `@` stands the name of a file.
        prop_assume!(!password.text.starts_with('@'));
        let line = template.replace("PASSWORD", &written(&password.text, quoting));
        for (what, shown) in shown_in(&line, v2()) {
            password.not_in(&format!("{what} of {line}"), &shown);
        }
    }

    #[test]
    fn a_secret_of_v2_that_lost_its_quotes_is_not_shown(
        password in password(),
        template in templates_v2(),
        open in select(vec!["", "'", "\""]),
    ) {
        prop_assume!(!password.text.starts_with('@'));
        let bare = password.text.replace([';', '#'], "+");
        let line = template.replace("PASSWORD", &format!("{open}{bare}"));
        let lines = ["masked", "history", "error"];
        let all = shown_in(&line, v2());
        for (what, shown) in all.iter().filter(|(what, _)| lines.contains(what)) {
            password.not_in(&format!("{what} of {line}"), shown);
        }
    }

    #[test]
    fn a_secret_in_a_body_of_v2_is_not_shown(
        password in password(),
        quoting in quoting(),
        body in 0..6,
        command in select(vec!["add_user bob", "update_user bob --uid 1", "explain add_folder x", "put users/bob"]),
    ) {
        let secret = &password.text;
        let envelope = serde_json::json!({"status": "Plain", "payload": secret, "key": secret});
        let json = match body {
            0 => serde_json::json!({"filesystem": {"provider": "s3", "s3config": {"access_secret": envelope}}}),
            1 => serde_json::json!({"filesystem": {"sftpconfig": {"password": envelope, "nosuch": 1}}}),
            2 => serde_json::json!({"filesystem": {"sftpconfig": {"private_key": secret}}}),
            3 => serde_json::json!({"password": {"status": secret, "x": secret}}),
            4 => serde_json::json!({"filesystem": {"s3config": {"session_token": secret, "bucket": 1}}}),
            _ => serde_json::json!({"x": [{"payload": secret}], "password": secret}),
        };
        let line = format!("{command} --json {}", written(&json.to_string(), quoting));
        for (what, shown) in shown_in(&line, v2()) {
            // A status is no secret: what stands there may be shown.
            if body != 3 || what != "error" {
                password.not_in(&format!("{what} of {line}"), &shown);
            }
        }
        let body = Body::typed(&json.to_string()).expect("JSON");
        let base = Url::parse("http://h").expect("a URL");
        let put = sftpgo_shell::catalog::Method::Put;
        let spec = request::raw(put, "users/bob", &[], Some(body), &base, "/api/v2").expect("a request");
        for (what, shown) in of_request(&spec).into_iter().filter(|_| json["password"]["x"].is_null()) {
            password.not_in(what, &shown);
        }
    }

    #[test]
    fn a_password_in_any_quotes_is_not_shown(
        password in password(),
        template in templates(),
        quoting in quoting(),
    ) {
        let line = template.replace("PASSWORD", &written(&password.text, quoting));
        for (what, shown) in shown(&line) {
            password.not_in(&format!("{what} of {line}"), &shown);
        }
    }

    #[test]
    fn a_password_that_lost_its_quotes_is_not_shown(
        password in password(),
        template in templates(),
        open in select(vec!["", "'", "\""]),
    ) {
        // What stands after a `;` or a `#` is another command, or a comment.
        let bare = password.text.replace([';', '#'], "+");
        let line = template.replace("PASSWORD", &format!("{open}{bare}"));
        // Of a line that does parse, the second half may be the username.
        let lines = ["masked", "history", "error"];
        for (what, shown) in shown(&line).iter().filter(|(what, _)| lines.contains(what)) {
            password.not_in(&format!("{what} of {line}"), shown);
        }
    }

    #[test]
    fn a_password_in_json_is_not_shown(
        password in password(),
        template in json_lines(),
        key in select(vec!["password", "Password", "PASSWORD"]),
        list: bool,
        quoting in quoting(),
        bare in 0..3,
    ) {
        let mut json = serde_json::json!({"username": "bob", key: password.text});
        if list {
            json = serde_json::json!([1, {"users": [json]}]);
        }
        let text = json.to_string();
        let word = match bare {
            0 => text.replace([';', '#'], "+"),
            1 => text.replace([';', '#'], "+").replace([':', ','], " , "),
            _ => written(&text, quoting),
        };
        let line = template.replace("JSON", &word);
        for (what, shown) in shown(&line) {
            password.not_in(&format!("{what} of {line}"), &shown);
        }
        let spec = request::raw(
            sftpgo_shell::catalog::Method::Post,
            "user",
            &[],
            Some(Body::typed(&json.to_string()).expect("JSON")),
            &Url::parse("http://h").expect("a URL"),
            "/api/v1",
        )
        .expect("a request");
        for (what, shown) in of_request(&spec) {
            password.not_in(what, &shown);
        }
    }
}

/// What a run of these lines writes, both streams together.
fn run(url: &str, lines: &str) -> String {
    let run = support::Run::new(&["--debug", "--echo", "on"]).env("SFTPGO_HOST", url);
    let ran = run.input(lines).go();
    ran.out + &ran.err
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn a_password_that_is_sent_is_not_shown(password in password(), quoting in quoting()) {
        let practice = support::start(Data::Sample, Clock::Fixed(0));
        let word = written(&password.text, quoting);
        let user = format!("bob --home_dir /srv/b --permissions '*' --password={word}");
        let all = format!("explain add_user {user}\ncurl add_user {user}\nadd_user {user}\nadd_user {user}");
        let shown = run(&practice.url(), &all);
        prop_assert!(shown.contains("executed request: POST") && shown.contains("stopped at"));
        password.not_in(&all, &shown);
        let seen = practice.seen();
        prop_assert_eq!(seen.len(), 2);
        let body: serde_json::Value = serde_json::from_slice(&seen[0].body).expect("JSON");
        prop_assert_eq!(body["password"].as_str(), Some(password.text.as_str()));
        // No server: the reason is shown without the request.
        let shown = run("http://127.0.0.1:1", &format!("add_user {user}"));
        prop_assert!(shown.contains("cannot connect"));
        password.not_in(&all, &shown);
    }
}

#[test]
fn quoting_styles_are_all_tried() {
    let all = [
        Quoting::Single,
        Quoting::Double,
        Quoting::Backslash,
        Quoting::Mixed,
    ];
    let written: Vec<_> = all.iter().map(|quoting| written("a'b", *quoting)).collect();
    assert_eq!(written, ["'a'\\''b'", "\"a'b\"", "a\\'b", "a\"'\"'b'"]);
}
