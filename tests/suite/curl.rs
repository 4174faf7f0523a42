//! The printed curl line runs in sh as printed, and makes the request that the
//! executor makes.

use crate::generators::{Quoting, written};
use crate::random_calls::{Case, calls, raw_calls, some};
use crate::support::{Run, found, has, start};
use proptest::prelude::*;
use sftpgo_shell::practice::{Clock, Data, Practice, Seen};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) fn server() -> Practice {
    let practice = start(Data::Sample, Clock::Fixed(0));
    // Each request is answered alike, so that none ends the run.
    practice.set_failure(Some(200));
    practice
}

/// The curl lines of the cases.
fn printed(base: &str, cases: &[Case]) -> Vec<String> {
    const MARK: &str = "== the next ==";
    let mut args: Vec<String> = vec!["--base_url".to_owned(), base.to_owned()];
    for case in cases {
        args.extend(["-c".to_owned(), format!("curl {}", case.line)]);
        args.extend(["-c".to_owned(), format!("echo '{MARK}'")]);
    }
    let ran = Run::new(&args.iter().map(String::as_str).collect::<Vec<_>>()).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mark = format!("\n{MARK}\n");
    let lines: Vec<_> = ran.out.split_terminator(&mark).map(str::to_owned).collect();
    assert_eq!(lines.len(), cases.len());
    lines
}

/// Sends the cases with the shell itself.
pub(crate) fn send(base: &str, cases: &[Case]) {
    // What is asked is looked at: one after another.
    let mut args = vec!["--base_url", base, "--read-ahead", "1"];
    args.extend(cases.iter().flat_map(|case| ["-c", &case.line]));
    let ran = Run::new(&args).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// Runs each line in a shell, with its password in the environment; returns what the shell printed.
fn run_in(shell: &Path, lines: &[String], cases: &[Case], before: &str) -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut script = before.to_owned();
    for (line, case) in lines.iter().zip(cases) {
        let password = written(&case.password, Quoting::Single);
        script += &format!("PASSWORD={password}\nexport PASSWORD\n{line} || exit 9\n");
    }
    let mut child = Command::new(shell)
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all");
    assert!(output.status.success(), "{}", shell.display());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a percent-encoded segment says.
fn decoded(segment: &str) -> String {
    let query = segment
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .next()
        .map_or_else(String::new, |(text, _)| text.into_owned())
}

fn same_requests(prefix: &str, cases: &[Case]) {
    if !has("curl", "curl") {
        return;
    }
    let practice = server();
    let base = format!("{}{prefix}", practice.url());
    let lines = printed(&base, cases);
    send(&base, cases);
    let ours = practice.seen();
    assert_eq!(ours.len(), cases.len());
    for (case, seen) in cases.iter().zip(&ours) {
        if let Some(segment) = &case.segment {
            let last = seen.target.rsplit('/').next().unwrap_or_default();
            assert_eq!(&decoded(last), segment, "{case:?}: {}", seen.target);
        }
    }
    for shell in ["sh", "dash", "bash"].into_iter().filter_map(found) {
        let before = practice.seen().len();
        run_in(&shell, &lines, cases, "");
        let theirs = practice.seen().split_off(before);
        assert_eq!(theirs.len(), cases.len());
        for ((case, line), (ours, theirs)) in cases.iter().zip(&lines).zip(ours.iter().zip(&theirs))
        {
            let same = ours == theirs || case.typed && same_but_for_layout(ours, theirs);
            assert!(same, "{case:?}\n{line}\n{ours:?}\n{theirs:?}");
        }
    }
}

/// A body of the user's own with a secret in it is reassembled.
pub(crate) fn same_but_for_layout(ours: &Seen, theirs: &Seen) -> bool {
    let json = |seen: &Seen| serde_json::from_slice::<serde_json::Value>(&seen.body).ok();
    let with_ours = Seen {
        body: ours.body.clone(),
        ..theirs.clone()
    };
    with_ours == *ours && json(ours) == json(theirs)
}

#[test]
fn every_command_is_the_same_in_curl() {
    same_requests("", &some(calls(), 60));
}

#[test]
fn raw_requests_are_the_same_in_curl() {
    same_requests("", &some(raw_calls(), 60));
}

#[test]
fn a_prefix_is_the_same_in_curl() {
    same_requests(
        "/a b/é/[x]'$y/",
        &some(prop_oneof![calls(), raw_calls()], 20),
    );
}

#[test]
fn curl_works_for_any_host() {
    let cases = some(
        calls().prop_filter("reads", |case| case.line.starts_with("get_")),
        5,
    );
    for base in [
        "http://[::1]:8080",
        "https://h.example/a%20b/",
        "http://[fe80::1]/{x}",
    ] {
        let lines = printed(base, &cases);
        for (shell, line) in ["sh", "dash", "bash"]
            .iter()
            .filter_map(|name| found(name))
            .zip(&lines)
        {
            let words = run_in(
                &shell,
                std::slice::from_ref(line),
                &cases[..1],
                "curl() { printf '%s\\n' \"$@\"; }\n",
            );
            let words: Vec<_> = words.lines().collect();
            let globbing = base.contains(['[', '{']);
            assert_eq!(words.contains(&"-g"), globbing, "{line}");
            let url = words.last().expect("a URL");
            assert!(
                url.starts_with(
                    base.trim_end_matches('/')
                        .split('{')
                        .next()
                        .expect("a part")
                ),
                "{line}"
            );
        }
    }
}

#[test]
fn each_secret_has_a_variable_and_keeps_its_kind() {
    let json = r#"[{"password":"a"},{"Password":5,"s":"SECRET"}]"#;
    let case = Case::new(format!("post user --json='{json}'"));
    assert_eq!(
        printed("http://h", &[case]),
        [concat!(
            "curl -sS -X POST http://h/api/v1/user -H 'Content-Type: application/json' --data-raw ",
            r#"'[{"password":"'"$PASSWORD"'"},{"Password":'"$PASSWORD_2"',"s":"SECRET"}]'"#
        )]
    );
}

#[test]
fn an_empty_envelope_needs_no_variable() {
    let json =
        r#"{"filters":{"totp_config":{"secret":{}}},"password":{"status":"Plain","payload":"x"}}"#;
    let case = Case::new(format!("post user --json='{json}'"));
    assert_eq!(
        printed("http://h", &[case]),
        [concat!(
            "curl -sS -X POST http://h/api/v1/user -H 'Content-Type: application/json' --data-raw ",
            r#"'{"filters":{"totp_config":{"secret":{}}},"password":{"status":"Plain","payload":"'"$PASSWORD"'"}}'"#
        )]
    );
}

#[test]
fn a_raw_path_keeps_every_character_or_is_refused() {
    for path in ["user/1\n2", "user/1\t", "user?a=\r"] {
        let ran = Run::new(&["delete", path]).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("control character"), "{}", ran.err);
    }
}

#[test]
fn a_secret_given_later_may_contain_quotes() {
    if !has("curl", "curl") {
        return;
    }
    let practice = server();
    let case = Case {
        password: "a\"b\\c'd".to_owned(),
        ..Case::new("add_user bob --password".to_owned())
    };
    let lines = printed(&practice.url(), std::slice::from_ref(&case));
    let shell = found("sh").expect("a shell");
    run_in(&shell, &lines, std::slice::from_ref(&case), "");
    let seen = practice.seen();
    let body: serde_json::Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!(body["password"].as_str(), Some(case.password.as_str()));
}

#[test]
fn a_secret_of_several_lines_is_the_same_in_curl() {
    if !has("curl", "curl") {
        return;
    }
    let practice = start(Data::Sample, Clock::Fixed(0));
    let key =
        "-----BEGIN KEY-----\nAa+/=\r\n\tb\\c\"d'e%s $x `y`\u{b}\u{7}\n\n-----END KEY-----\n\n";
    let line = "add_user x --home_dir /x --permissions list --password p --set filesystem.provider=5 \
                --set filesystem.sftpconfig.endpoint=h:22 --set filesystem.sftpconfig.username=u \
                --set filesystem.sftpconfig.private_key=@key.pem";
    let base = practice.url();
    let args = ["--api", "v2", "--base_url", &base, "-c"];
    let curl = format!("curl {line}");
    let shown = Run::new(&[&args[..], &[&curl]].concat());
    let shown = shown.file("key.pem", key).go();
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    assert!(!shown.out.contains("BEGIN") && shown.out.lines().count() == 1);
    let sent = Run::new(&[&args[..], &[line]].concat());
    sent.file("key.pem", key).go();
    let ours = practice.seen().pop().expect("it was sent");
    let export = format!("PRIVATE_KEY={}\n", written(key, Quoting::Single));
    for shell in ["sh", "dash", "bash"].into_iter().filter_map(found) {
        let case = Case {
            password: "p".to_owned(),
            ..Case::new(String::new())
        };
        let lines = [shown.out.trim_end().to_owned()];
        run_in(&shell, &lines, &[case], &export);
        let theirs = practice.seen().pop().expect("it was sent");
        let json =
            |seen: &Seen| serde_json::from_slice::<serde_json::Value>(&seen.body).expect("JSON");
        assert_eq!(json(&theirs), json(&ours));
        assert_eq!(
            json(&theirs)["filesystem"]["sftpconfig"]["private_key"]["payload"],
            key
        );
    }
}
