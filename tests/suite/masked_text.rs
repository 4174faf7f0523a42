//! What a server says is masked by whole values, and no type prints a secret.

use crate::raw_server::Hostile;
use crate::support::{PIPED, Run, v2};
use sftpgo_shell::catalog::{APIS, Kind, Value, api};
use sftpgo_shell::http::auth::Auth;
use sftpgo_shell::line::call::Content;
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::variables::{Arg, VariableValue, expand};
use sftpgo_shell::request::{self, Body};
use sftpgo_shell::secret::Secret;
use sftpgo_shell::text::lex::lex;
use url::Url;

/// What is said where a server refuses `add_user NAME --password PASSWORD` with these words.
fn refused(name: &str, password: &str, words: &str) -> String {
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{words}",
        words.len()
    );
    let server = Hostile::saying(answer);
    let line = format!("add_user '{name}' --password '{password}' --home_dir /x --permissions '*'");
    let ran = Run::new(&PIPED)
        .env("SFTPGO_HOST", &server.url)
        .input(line)
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    ran.err
}

#[test]
fn a_server_s_words_are_masked_by_whole_values() {
    for (name, password, words, expected) in [
        (
            "sales",
            "a",
            "unable to add user \"sales\": a bad value",
            "unable to add user \"sales\": a bad value",
        ),
        (
            "dirt",
            "dirt",
            "user \"dirt\": actual value: srv/dirt",
            "user \"dirt\": actual value: srv/dirt",
        ),
        (
            "x1",
            "REPLACE",
            "bad IP REPLACE_WITH_IP/32",
            "bad IP REPLACE_WITH_IP/32",
        ),
        (
            "bob",
            "path",
            "the path must be absolute",
            "the path must be absolute",
        ),
        (
            "bob",
            "hunter2",
            "no: hunter2, hunter22",
            "no: ********, hunter22",
        ),
        (
            "bob",
            "p&q 1=2",
            "no: ?p=p%26q+1%3D2&x",
            "no: ?p=********&x",
        ),
        (
            "bob",
            "p\"q-1",
            r#"no: {"password":"p\"q-1"}"#,
            r#"no: {"password":"********"}"#,
        ),
        ("bob", "*", "no: \"*\" is weak", "no: \"********\" is weak"),
    ] {
        let said = refused(name, password, words);
        assert!(
            said.contains(&format!("it begins: {expected}\n")),
            "{password}: {said}"
        );
    }
}

#[test]
fn restore_shows_the_reason_whatever_the_password_is() {
    for password in ["a", "sales", "e"] {
        let server = v2();
        let backup = format!(
            r#"{{"version":17,"users":[{{"username":"sales","password":"{password}","status":1,"home_dir":"srv/x","permissions":{{"/":["*"]}}}}]}}"#
        );
        let run = Run::at(&server, &["--api", "v2"]).file("m.json", backup);
        let path = run.home.path().join("m.json");
        let ran = run
            .env("SFTPGO_USERNAME", "admin")
            .env("SFTPGO_PASSWORD", sftpgo_shell::practice::PASSWORD)
            .input(format!("restore '{}'", path.display()))
            .go();
        assert_eq!(
            ran.out.find("********").or(ran.err.find("********")),
            None,
            "{ran:?}"
        );
        assert!(
            ran.err.contains("sales") && ran.err.contains("home_dir"),
            "{ran:?}"
        );
    }
}

/// No secret of these tests holds it by chance.
const MARKER: &str = "Marker7431";

#[track_caller]
fn prints_no_secret(value: &dyn std::fmt::Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("Marker"), "{shown}");
}

#[test]
fn no_type_of_a_line_prints_a_secret() {
    let lines = [
        "add_user bob --password Marker7431",
        "add_user bob --set filesystem.s3config.access_secret=Marker7431",
        r#"add_user bob --json '{"password":"Marker7431"}'"#,
        "change_admin_password --current_password Marker7431 --new_password Marker7431",
        "save_admin_totp_config --enabled --secret Marker7431",
        "let password = Marker7431",
        "expect $id == Marker7431",
        "explain add_user bob --password Marker7431",
        "--base_url http://u:Marker7431@h get_users",
    ];
    let base = Url::parse("http://h").expect("a URL");
    for line in lines {
        let lexed = lex(line);
        prints_no_secret(&lexed);
        let words = &lexed.commands[0];
        let args = expand(words, &crate::generators::Known).unwrap_or_default();
        prints_no_secret(&args);
        prints_no_secret(&words.iter().map(Arg::from).collect::<Vec<_>>());
        for api in [&APIS[0], api("v2").expect("a generation")] {
            let Ok(parsed) = Parser::default().parse(&args, api) else {
                continue;
            };
            prints_no_secret(&parsed);
            let Content::Call(call) = parsed.content else {
                continue;
            };
            prints_no_secret(&call);
            prints_no_secret(&call.slots);
            if let Some(route) = call.command.route() {
                let spec = request::build(&call, route, &base, api.prefix);
                prints_no_secret(&spec);
                prints_no_secret(&spec.body);
            }
        }
    }
}

#[test]
fn no_value_prints_a_secret() {
    let secret = Secret::new(MARKER);
    prints_no_secret(&secret);
    assert_eq!(secret.to_string(), "********");
    let value = Kind::Secret.check(&[MARKER.to_owned()]).expect("a secret");
    assert_eq!(value, Value::Secret(secret.clone()));
    assert_eq!(value.to_word(), "********");
    assert_eq!(value.to_json(), MARKER);
    prints_no_secret(&value);
    prints_no_secret(&VariableValue::Text(MARKER.to_owned()));
    prints_no_secret(&Body::typed(r#"{"password":"Marker7431"}"#).expect("JSON"));
    let json = |text: &str| serde_json::json!({"password": text, "secret": {"payload": text}});
    for change in sftpgo_shell::body::diff::diff(&json(MARKER), &json("Marker2")) {
        prints_no_secret(&change);
        prints_no_secret(&change.to_string());
    }
    let mut auth = Auth::default();
    auth.set_credentials("admin".to_owned(), Some(secret.clone()));
    auth.otp = Some(secret.clone());
    auth.key = Some(secret);
    prints_no_secret(&auth);
    prints_no_secret(&sftpgo_shell::input::terminal::Typed::Text(
        MARKER.to_owned(),
    ));
    let mut own = sftpgo_shell::session::variables::UserVariables::default();
    own.set("password", Some(MARKER.to_owned()), MARKER);
    prints_no_secret(&own);
}
