//! No type that can hold a secret prints it, neither with `{:?}` nor with `{}`.

use crate::generators::Known;
use crate::raw_server::Hostile;
use sftpgo_shell::body::diff::diff;
use sftpgo_shell::bulk::{self, FileFormat, Template};
use sftpgo_shell::catalog::{APIS, Kind, Method, Value, api};
use sftpgo_shell::http::auth::{Auth, Token};
use sftpgo_shell::http::{Client, Exchange, Sending};
use sftpgo_shell::input::editor::EditorError;
use sftpgo_shell::input::reader::Reader;
use sftpgo_shell::input::terminal::Typed;
use sftpgo_shell::line::call::Content;
use sftpgo_shell::line::complete::complete;
use sftpgo_shell::line::completion_cache::CompletionCache;
use sftpgo_shell::line::hint::hint;
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::variables::{Arg, VariableValue, expand};
use sftpgo_shell::output::report::{CaseReport, CaseResult};
use sftpgo_shell::request::{self, Body, Proof, RequestSpec};
use sftpgo_shell::secret::{self, Secret};
use sftpgo_shell::session::Answer;
use sftpgo_shell::session::variables::UserVariables;
use sftpgo_shell::settings::{self, Origin, Settings, Tls};
use sftpgo_shell::text::lex::lex;
use std::collections::BTreeMap;
use url::Url;

/// No secret of these tests holds it by chance.
const MARKER: &str = "Marker7431";

/// Lines with the marker where a secret stands.
const LINES: &[&str] = &[
    "add_user bob --password Marker7431",
    "add_user bob --set filesystem.s3config.access_secret=Marker7431",
    r#"add_user bob --json '{"password":"Marker7431"}'"#,
    "change_admin_password --current_password Marker7431 --new_password Marker7431",
    "save_admin_totp_config --enabled --secret Marker7431",
    "let password = Marker7431",
    "expect $id == Marker7431",
    "explain add_user bob --password Marker7431",
    "--base_url http://u:Marker7431@h get_users",
    "echo $id.Marker7431",
    "post /api/v2/users '{\"password\":\"Marker7431\"}'",
];

#[track_caller]
fn prints_no_secret(value: &dyn std::fmt::Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("Marker"), "{shown}");
}

#[test]
fn types_of_a_line() {
    let base = Url::parse("http://h").expect("a URL");
    for line in LINES {
        let lexed = lex(line);
        prints_no_secret(&lexed);
        prints_no_secret(&secret::line::secrets(line));
        let words = &lexed.commands[0];
        for word in words {
            prints_no_secret(word);
            prints_no_secret(&word.pieces);
            prints_no_secret(&secret::line::Watch::default().read(&word.text()));
        }
        let args = expand(words, &Known).unwrap_or_default();
        prints_no_secret(&args);
        prints_no_secret(&words.iter().map(Arg::from).collect::<Vec<_>>());
        for api in [&APIS[0], api("v2").expect("a generation")] {
            let (_, candidates) = complete(line, line.len(), api, &CompletionCache::default());
            prints_no_secret(&candidates);
            prints_no_secret(&hint(line, api, 80));
            let Ok(parsed) = Parser::default().parse(&args, api) else {
                continue;
            };
            prints_no_secret(&parsed);
            prints_no_secret(&parsed.content);
            let Content::Call(call) = parsed.content else {
                continue;
            };
            prints_no_secret(&call);
            prints_no_secret(&call.slots);
            prints_no_secret(&call.change);
            if let Some(route) = call.command.route() {
                let spec = request::build(&call, route, &base, api.prefix);
                prints_no_secret(&spec);
                prints_no_secret(&spec.body);
            }
        }
    }
}

#[test]
fn values() {
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
    for change in diff(&json(MARKER), &json("Marker2")) {
        prints_no_secret(&change);
        prints_no_secret(&change.to_string());
    }
    let mut own = UserVariables::default();
    own.set("password", Some(MARKER.to_owned()), MARKER);
    own.set("plain", Some(MARKER.to_owned()), MARKER);
    prints_no_secret(&own);
    let body = format!(r#"{{"key":"{MARKER}"}}"#).into_bytes();
    let json = serde_json::from_slice(&body).ok();
    let kind = None;
    prints_no_secret(&Answer { body, json, kind });
}

#[test]
fn input() {
    prints_no_secret(&Typed::Text(MARKER.to_owned()));
    let text = format!("login admin {MARKER}\nlogin {MARKER} \0\n{MARKER} \\\n");
    let read: Vec<_> = Reader::new(text.as_bytes()).collect();
    assert!(read.iter().any(Result::is_ok) && read.iter().any(Result::is_err));
    prints_no_secret(&read);
    let error = sftpgo_shell::error::Error::typed("no");
    let left = Some(format!(r#"{{"password":"{MARKER}"}}"#));
    prints_no_secret(&EditorError { error, left });
}

#[test]
fn files_of_users() {
    let api = &APIS[0];
    let template = format!(r#"{{"password":"{MARKER}"}}"#);
    let template = || Template::parse(&template, api).expect("a template");
    prints_no_secret(&template());
    let csv = format!("username,home_dir,permissions,password\na,/a,*,{MARKER}\n");
    let json = format!(
        r#"[{{"username":"a","home_dir":"/a","permissions":["*"],"password":"{MARKER}"}}]"#
    );
    for (text, format) in [(csv, FileFormat::Csv), (json, FileFormat::Json)] {
        let rows = bulk::read(text.into_bytes(), format, template()).expect("rows");
        prints_no_secret(&rows);
        prints_no_secret(&rows.rows);
        prints_no_secret(&rows.left_out);
        prints_no_secret(&rows.args(&rows.rows[0]));
    }
    // What is wrong with a row is said without its secrets.
    let csv = format!("username,uid,password\na,x,{MARKER}\n");
    prints_no_secret(&bulk::read(csv.into_bytes(), FileFormat::Csv, template()).err());
}

/// The answer of a server that says this.
fn exchange(body: &str) -> Exchange {
    let server = Hostile::saying_json(body);
    let spec = RequestSpec {
        method: Method::Get,
        url: Url::parse(&server.url).expect("a URL"),
        body: None,
        command: None,
        check: String::new(),
        proof: Proof::None,
        tls: Tls::default(),
    };
    let mut sending = Sending::new(&Settings::default());
    sending.headers = vec![("Authorization", format!("Bearer {MARKER}"))];
    prints_no_secret(&sending);
    let mut client = Client::new(BTreeMap::new());
    let sent = client
        .link(&spec, &sending)
        .and_then(|link| client.send(link, &spec, None, |_| ()));
    sent.expect("an answer")
}

#[test]
fn credentials_and_answers() {
    let answer = exchange(&format!(
        r#"{{"access_token":"{MARKER}","expires_at":"2199-01-01T00:00:00Z"}}"#
    ));
    prints_no_secret(&answer);
    let token = Token::of(&answer).expect("a token");
    prints_no_secret(&token);
    let secret = Secret::new(MARKER);
    let mut auth = Auth::default();
    auth.set_credentials("admin".to_owned(), Some(secret.clone()));
    auth.otp = Some(secret.clone());
    auth.key = Some(secret);
    auth.token = Some(token);
    prints_no_secret(&auth);
}

#[test]
fn settings_values() {
    let mut all = Settings::default();
    let command = settings::find("password_command").expect("in the table");
    all.set(command, &format!("echo {MARKER}"), Origin::Flag)
        .expect("any command");
    let base_url = settings::find("base_url").expect("in the table");
    let refused = all
        .set(base_url, &format!("http://u:{MARKER}@h"), Origin::Flag)
        .expect_err("a URL with a password is refused");
    prints_no_secret(&refused);
    prints_no_secret(&all);
}

#[test]
fn report_entries() {
    let line = format!("add_user bob --password {MARKER}");
    let (text, _) = secret::line::masked(&line);
    let outcome = CaseResult::Done { status: Some(201) };
    prints_no_secret(&CaseReport {
        file: "a",
        line: 1,
        column: 1,
        text: &text,
        outcome: &outcome,
        took: None,
    });
}
