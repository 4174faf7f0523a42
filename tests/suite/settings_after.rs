//! Flags of settings after the command: for that command alone, as before it.

use crate::support::{PIPED, Run, asked, practice};

const SCANS: &str = "[{\"username\":\"backup\",\"start_time\":1564696159605}]\n";

#[test]
fn a_setting_applies_to_its_command_only() {
    let server = practice();
    let text = "get_quota_scans --output compact --timeout 5s\nset output\n";
    let ran = Run::at(&server, &PIPED).input(text).go();
    ran.is(0, &format!("{SCANS}auto\n"), "");
}

#[test]
fn both_spellings_and_the_last_value_count() {
    let server = practice();
    for args in [
        &["get_quota_scans", "--output=compact"][..],
        &[
            "get_quota_scans",
            "--read-ahead",
            "2",
            "--output",
            "compact",
        ],
        &["get_quota_scans", "--read_ahead=2", "--output", "compact"],
        &["--output", "raw", "get_quota_scans", "--output", "compact"],
        &["get_quota_scans", "--output", "json", "--output", "compact"],
        &["get_quota_scans", "--debug", "off", "--output", "compact"],
        &["get_quota_scans", "--confirm=off", "--output", "compact"],
    ] {
        Run::at(&server, args).go().is(0, SCANS, "");
    }
}

#[test]
fn an_optional_value_may_follow_after_a_space() {
    let server = practice();
    let ran = Run::at(&server, &["get_user_by_id", "--echo", "only", "1"]).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("/api/v1/user/1"), "{}", ran.out);
    assert!(asked(&server).is_empty());
}

#[test]
fn the_api_chooses_the_command() {
    let server = practice();
    let args = ["get_version", "--api", "v2", "--echo", "only"];
    let ran = Run::at(&server, &args).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("/api/v2/version"), "{}", ran.out);
    let ran = Run::at(&server, &["get_version", "--api", "v3"]).go();
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn the_flag_of_a_command_is_its_own() {
    let server = practice();
    let text = "get_quota_scans --output raw\nlast --output compact\nset output\n";
    let ran = Run::at(&server, &PIPED).input(text).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.ends_with(&format!("{SCANS}auto\n")), "{}", ran.out);
}

#[test]
fn a_value_is_checked_and_its_position_shown() {
    let server = practice();
    let text = "get_quota_scans --on-error maybe\n";
    let ran = Run::at(&server, &PIPED).input(text).go();
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.starts_with("stdin:1:28: error: `--on-error`"),
        "{}",
        ran.err
    );
    assert!(asked(&server).is_empty());
}

#[test]
fn a_startup_flag_is_not_a_setting() {
    let server = practice();
    for flag in ["--keep-going", "--password-command=x", "--keep_going"] {
        let ran = Run::at(&server, &["get_quota_scans", flag]).go();
        let shown = flag.replace('_', "-");
        let shown = shown.split('=').next().expect("a flag");
        assert_eq!(ran.code, 2, "{}", ran.err);
        let hint = format!("hint: `{shown}` is a startup flag: `sftpgo-shell {shown} … COMMAND`\n");
        assert!(ran.err.ends_with(&hint), "{}", ran.err);
    }
    assert!(asked(&server).is_empty());
}

#[test]
fn the_words_of_a_command_that_takes_the_rest_of_the_line_are_its_own() {
    let server = practice();
    let ran = Run::at(&server, &["echo", "a", "--output", "compact"]).go();
    ran.is(0, "a --output compact\n", "");
    // What `explain` shows is the command after it, with its settings.
    let args = [
        "curl",
        "get_quota_scans",
        "--base_url",
        "http://127.0.0.1:9",
    ];
    let ran = Run::at(&server, &args).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("http://127.0.0.1:9/"), "{}", ran.out);
}

#[test]
fn a_secret_before_a_setting_is_masked() {
    let server = practice();
    let text = "add_user x --password s3cret-word --output bogus\n";
    let ran = Run::at(&server, &PIPED).input(text).go();
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(!ran.err.contains("s3cret-word"), "{}", ran.err);
    assert!(ran.err.contains("bogus"), "{}", ran.err);
}
