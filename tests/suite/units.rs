//! Sizes, rates, dates and durations as people type them: in flags, after `--set`, in
//! JSON and in the cells of `add_users`.

use crate::support::{Ran, Run, empty_v2, practice, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn run(server: &Practice, line: &str) -> Run {
    let run = Run::at(server, &words(line)).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("TZ", "UTC")
}

/// The body that a line would send.
fn body(server: &Practice, line: &str) -> Json {
    let ran = run(server, &format!("--dry-run {line}")).go();
    assert_eq!(ran.code, 0, "{line}: {}", ran.err);
    let (_, body) = ran.out.split_once("\n\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn values_in_units_are_sent_as_numbers() {
    let server = v2();
    for (given, path, sent) in [
        ("--quota_size 20GiB", "/quota_size", 21_474_836_480_i64),
        ("--quota_size 20G", "/quota_size", 21_474_836_480),
        ("--quota_size '500 MB'", "/quota_size", 500_000_000),
        ("--quota_size 1024", "/quota_size", 1024),
        ("--quota_size unlimited", "/quota_size", 0),
        ("--set quota_size=1.5K", "/quota_size", 1536),
        (r#"--json '{"quota_size":"2K"}'"#, "/quota_size", 2048),
        ("--upload_bandwidth 2MB/s", "/upload_bandwidth", 2048),
        ("--total_data_transfer 20GB", "/total_data_transfer", 20_480),
        (
            "--expiration_date 2027-01-31",
            "/expiration_date",
            1_801_353_600_000,
        ),
        (
            "--expiration_date 2027-01-31T18:00",
            "/expiration_date",
            1_801_418_400_000,
        ),
        ("--expiration_date never", "/expiration_date", 0),
        (
            "--set filters.password_expiration=8w",
            "/filters/password_expiration",
            56,
        ),
        (
            "--set filters.bandwidth_limits[0].upload_bandwidth=1M",
            "/filters/bandwidth_limits/0/upload_bandwidth",
            1024,
        ),
    ] {
        let body = body(&server, &format!("add_user carl {given}"));
        assert_eq!(body.pointer(path), Some(&json!(sent)), "{given}: {body}");
    }
    let group = body(&server, "add_group staff --quota_size 1T");
    assert_eq!(group["user_settings"]["quota_size"], 1_099_511_627_776_i64);
}

#[test]
fn raw_numbers_of_programs_are_sent_as_they_are() {
    let server = v2();
    let made = body(
        &server,
        r#"add_user carl --json '{"expiration_date":2026,"quota_size":-5}' --quota_files -1"#,
    );
    assert_eq!(
        (
            &made["expiration_date"],
            &made["quota_size"],
            &made["quota_files"]
        ),
        (&json!(2026), &json!(-5), &json!(-1))
    );
}

#[test]
fn the_2019_api_takes_them_too() {
    let server = practice();
    let line = "--dry-run add_user carl --quota_size -5";
    let ran = Run::at(&server, &words(line)).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.replace(": ", ":").contains("\"quota_size\":-5"),
        "{}",
        ran.out
    );
    let line = "--dry-run add_user carl --quota_size 20GiB --upload_bandwidth 2MB/s";
    let ran = Run::at(&server, &words(line)).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    for sent in ["\"quota_size\":21474836480", "\"upload_bandwidth\":2048"] {
        assert!(ran.out.replace(": ", ":").contains(sent), "{}", ran.out);
    }
}

#[test]
fn a_time_from_now_is_about_then() {
    let server = v2();
    let sent = body(&server, "add_user carl --expiration_date +90d");
    let sent = sent["expiration_date"].as_i64().expect("a number");
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("later");
    let now = i64::try_from(now.as_millis()).expect("it fits");
    let away = sent - now - 90 * 86_400_000;
    assert!((-60_000..=0).contains(&away), "{away}");
}

#[test]
fn wrong_units_send_nothing() {
    let server = v2();
    let size = "must be a whole number of bytes, or for example `500M`, `20GiB`";
    for (given, said) in [
        ("--quota_size '20 Gigs'", format!("`--quota_size` {size}; this is `20 Gigs`")),
        ("--quota_size 2MB/s", format!("`--quota_size` {size}; this is `2MB/s`")),
        (
            "--quota_size 9E",
            "`--quota_size` is too large: the most is 9223372036854775807 bytes; this is `9E`".to_owned(),
        ),
        (
            r#"--json '{"quota_size":1e400}'"#,
            "`quota_size` must be a whole number; this is `1e+400`, which is too large".to_owned(),
        ),
        ("--quota_size -5", "`--quota_size` must be 0 or more, or -1; this is `-5`".to_owned()),
        ("--set quota_files=-5", "`quota_files` must be 0 or more, or -1; this is `-5`".to_owned()),
        (
            "--upload_bandwidth 100Mbps",
            "`--upload_bandwidth` is in bytes per second, and bits are not accepted: 100 Mbit/s is about `12MB/s`; this is `100Mbps`".to_owned(),
        ),
        (
            "--set upload_bandwidth=100Mbps",
            "`upload_bandwidth` is in bytes per second, and bits are not accepted: 100 Mbit/s is about `12MB/s`; this is `100Mbps`".to_owned(),
        ),
        (
            "--expiration_date 2026",
            "`--expiration_date` must be milliseconds since 1970 or a date, such as `2026-12-31`; this is `2026`".to_owned(),
        ),
        (
            "--set expiration_date=1798761600",
            "`expiration_date` must be milliseconds since 1970 or a date, such as `1798761600000`; this is `1798761600`".to_owned(),
        ),
        ("--set quota_size=-2G", format!("`quota_size` {size}; this is `-2G`")),
        (
            "--upload_bandwidth 100B",
            "`--upload_bandwidth` must be a whole number of KB/s, or for example `512KB/s`, `2MB/s`; this is `100B`".to_owned(),
        ),
        (
            "--expiration_date 2027-02-30",
            "`--expiration_date` must be a whole number of milliseconds since 1970, or for example `2027-01-31`, `2027-01-31T18:00`, `+90d`; this is `2027-02-30`".to_owned(),
        ),
        ("--uid 5K", "`--uid` must be a whole number from 0 to 2147483647; this is `5K`".to_owned()),
    ] {
        let ran = run(&server, &format!("add_user carl {given}")).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{given}: {}", ran.err);
        assert!(ran.err.contains(&said), "{given}: {}", ran.err);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn cells_of_add_users_take_units() {
    let server = empty_v2();
    let rows = "username,password,home_dir,permissions,quota_size,expiration_date,filters.max_upload_file_size\n\
                carl,Secret-1234-x,/srv/carl,*,20GiB,2027-01-31,1.5K\n";
    let ran = run(&server, "add_users --from u.csv")
        .file("u.csv", rows)
        .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let Ran { out, .. } = run(&server, "get_user_by_username carl").go();
    let user: Json = serde_json::from_str(&out).expect("JSON");
    assert_eq!(user["quota_size"], 21_474_836_480_i64);
    assert_eq!(user["expiration_date"], 1_801_353_600_000_i64);
    assert_eq!(user["filters"]["max_upload_file_size"], 1536);
}

#[test]
fn explain_says_what_was_understood() {
    let server = v2();
    let line = "explain add_user carl --quota_size 20G --expiration_date 2027-01-31 --status disabled \
                --set filters.max_upload_file_size=2M";
    let ran = run(&server, line).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in [
        "21474836480 (20 GiB)",
        "1801353600000 (2027-01-31 00:00)",
        "0 (disabled)",
        "filters.max_upload_file_size",
        "2097152 (2 MiB)",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
}
