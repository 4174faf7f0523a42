//! Random calls of commands, and the request that each must send.

use crate::generators::{Quoting, cases, odd, text_of, written};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sftpgo_shell::line::change::literal;
use sftpgo_shell::text::clean::is_unsafe;

/// A command line, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) line: String,
    /// The password, as the user exports it.
    pub(crate) password: String,
    /// The last segment of the path, where it is a value.
    pub(crate) segment: Option<String>,
    /// Whether the body is the user's own text.
    pub(crate) typed: bool,
}

impl Case {
    pub(crate) fn new(line: String) -> Self {
        Self {
            line,
            password: String::new(),
            segment: None,
            typed: false,
        }
    }
}

/// The word that says a text on our lines.
fn word(text: &str) -> String {
    written(text, Quoting::Single)
}

fn value() -> impl Strategy<Value = String> {
    let long = (odd(), 50_usize..400).prop_map(|(text, times)| text.repeat(times));
    prop_oneof![30 => odd(), 1 => long]
}

/// A value by position: one that begins with a dash would be a flag.
fn position() -> impl Strategy<Value = String> {
    value().prop_map(|text| {
        if text.starts_with('-') {
            format!("x{text}")
        } else {
            text
        }
    })
}

/// A secret, without what sh cannot hand on: NUL, and characters above U+001F
/// that the shell escapes in JSON.
fn secret() -> impl Strategy<Value = String> {
    let lines = vec(
        select(vec![
            "\n", "\t", "\r", "\u{1}", "\u{1f}", "\\", "\"", "=", "k",
        ]),
        0..9,
    );
    let cannot = |c| c == '\0' || c > '\u{1f}' && is_unsafe(c);
    (value(), lines).prop_map(move |(text, lines)| (text + &lines.concat()).replace(cannot, ""))
}

fn user_flags() -> impl Strategy<Value = (String, String)> {
    let text =
        (select(vec!["home_dir", "public_key", "home-dir"]), value()).prop_map(|(flag, value)| {
            // A key that begins with `@` would be the name of a file.
            let names_file = flag == "public_key";
            let value = if names_file { literal(&value) } else { value };
            format!(" --{flag}={}", word(&value))
        });
    let number = (
        select(vec!["uid", "quota_size", "max_sessions"]),
        any::<i64>(),
    )
        .prop_map(|(flag, value)| format!(" --{flag} {value}"));
    let list = select(vec![" --permissions '*'", " --permissions list upload", ""]);
    let flags = vec(prop_oneof![text, number], 0..4);
    (flags, list, proptest::option::of(secret())).prop_map(|(flags, list, secret)| {
        let password = secret.clone().unwrap_or_default();
        let secret = secret.map_or_else(String::new, |text| format!(" --password={}", word(&text)));
        (flags.concat() + list + &secret, password)
    })
}

/// Calls of the nine commands.
pub(crate) fn calls() -> impl Strategy<Value = Case> {
    let add = (position(), user_flags()).prop_map(|(name, (flags, password))| Case {
        password,
        ..Case::new(format!("add_user {}{flags}", word(&name)))
    });
    let update = (any::<i64>(), position(), user_flags());
    let update = update.prop_map(|(id, name, (flags, password))| Case {
        password,
        segment: Some(id.to_string()),
        ..Case::new(format!("update_user {id} {}{flags}", word(&name)))
    });
    let by_id = (select(vec!["get_user_by_id", "delete_user"]), any::<i64>());
    let by_id = by_id.prop_map(|(name, id)| Case {
        segment: Some(id.to_string()),
        ..Case::new(format!("{name} {id}"))
    });
    let users = (1..500, any::<u32>(), value()).prop_map(|(limit, offset, name)| {
        let username = word(&name);
        Case::new(format!(
            "get_users --limit {limit} --offset={offset} --order DESC --username={username}"
        ))
    });
    let close = position().prop_map(|id| {
        // `.` and `..` are refused: they are no segments.
        let id = if matches!(id.as_str(), "" | ".") {
            "c"
        } else {
            &id
        };
        Case {
            segment: Some(format!("{id}.")),
            ..Case::new(format!("close_sftp_connection {}", word(&format!("{id}."))))
        }
    });
    let scan = position().prop_map(|name| Case::new(format!("start_quota_scan {}", word(&name))));
    let plain = select(vec!["get_sftp_connections", "get_quota_scans"]);
    let plain = plain.prop_map(|name| Case::new(name.to_owned()));
    prop_oneof![4 => add, 2 => update, 1 => by_id, 2 => users, 2 => close, 1 => scan, 1 => plain]
}

/// Raw requests.
pub(crate) fn raw_calls() -> impl Strategy<Value = Case> {
    let path = &[
        "a", "user", "é", " ", "[", "]", "{", "}", "%41", "%", "'", "\"", "$", "`", "!", "@", "*",
        "~", "=", "&", "|", "^", "\\", "..", ".", "/", ";", "?", ",", "(", ")",
    ];
    let path = (select(vec!["/a", "user/"]), text_of(path, 6));
    let path = path.prop_map(|(first, rest)| format!("{first}{rest}"));
    // A part that goes up is refused.
    let goes_up = |path: &String| {
        let path = path.split('?').next().unwrap_or_default();
        path.split('/').any(|part| matches!(part, "." | ".."))
    };
    let path = path.prop_filter("no part goes up", move |path| !goes_up(path));
    let path = path.prop_map(|path| word(&path));
    let query = vec((text_of(&["a", "é", "[", " ", "&"], 3), value()), 0..3);
    let query = query.prop_map(|members| {
        let members = members.iter();
        let members =
            members.map(|(key, value)| format!(" --query={}", word(&format!("{key}={value}"))));
        members.collect::<String>()
    });
    let method = select(vec!["get", "delete", "post", "put", "patch"]);
    let json = proptest::option::of(json());
    (method, path, query, json).prop_map(|(method, path, query, json)| {
        let line = format!("{method} {path}{query}");
        match json.filter(|_| !matches!(method, "get" | "delete")) {
            None => Case::new(line),
            Some((text, password)) => Case {
                password,
                typed: true,
                ..Case::new(format!("{line} --json={}", word(&text)))
            },
        }
    })
}

/// JSON as a user types it, and its secret.
fn json() -> impl Strategy<Value = (String, String)> {
    let other = prop_oneof![
        value().prop_map(|text| serde_json::json!(text).to_string()),
        select(vec![
            "1.50",
            "[]",
            "{\"b\" : [null]}",
            "\"SECRET\"",
            "\"\\u0053ECRET_\"",
            "1e5"
        ])
        .prop_map(str::to_owned),
    ];
    let secret = prop_oneof![
        4 => secret().prop_map(|text| (serde_json::json!(text).to_string(), text)),
        1 => select(vec!["5", "[\"a\"]", "{\"a\":\"b'\"}", "true"])
            .prop_map(|text| (text.to_owned(), text.to_owned())),
    ];
    let key = select(vec!["password", "Password"]);
    let layout = select(vec!["{#,:!}", "{ #, : ! }", "[{\n#\t,:\n!}]", "{:!,#}"]);
    (other, proptest::option::of((key, secret)), layout).prop_map(|(other, secret, layout)| {
        let member = format!("\"é\":{other}");
        let Some((key, (value, password))) = secret else {
            return (format!("{{{member}}}"), String::new());
        };
        let (before, after) = layout.split_once('#').expect("in each");
        let filled = |text: &str| {
            text.replace(':', &format!("\"{key}\":"))
                .replace('!', &value)
        };
        (filled(before) + &member + &filled(after), password)
    })
}

/// So many of them.
pub(crate) fn some(strategy: impl Strategy<Value = Case>, count: usize) -> Vec<Case> {
    let mut runner = TestRunner::new(cases(1));
    let tree = vec(strategy, count)
        .new_tree(&mut runner)
        .expect("no filters");
    tree.current()
}
