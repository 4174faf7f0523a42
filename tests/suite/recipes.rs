//! Recipes: several operations, one result.

mod clone;
mod effective;
mod scans;

use crate::proxy::{Act, Asked, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, empty_v2, practice, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::catalog::{self, Group};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// An answer of the server's kind.
fn json_answer(status: &str, body: &str) -> Act {
    Act::Say(answer(status, JSON, body))
}

fn through<S: AsRef<std::ffi::OsStr>>(proxy: &Proxy, args: &[S]) -> Ran {
    let run = Run::new(args).env("SFTPGO_HOST", &proxy.url);
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .go()
}

/// A run with these lines, as the admin of the practice server.
fn lines(server: &Practice, lines: &str) -> Ran {
    admin(server, &["--output", "compact"]).input(lines).go()
}

fn admin<S: AsRef<std::ffi::OsStr>>(server: &Practice, args: &[S]) -> Run {
    Run::at(server, args)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn one(server: &Practice, line: &str) -> (Json, Ran) {
    let args: Vec<String> = ["--output".to_owned(), "compact".to_owned()]
        .into_iter()
        .chain(words(line))
        .collect();
    let ran = admin(server, &args).go();
    (serde_json::from_str(&ran.out).unwrap_or_default(), ran)
}

fn count(server: &Practice, begins: &str) -> usize {
    asked(server)
        .iter()
        .filter(|line| line.starts_with(begins))
        .count()
}

/// A proxy that answers these targets, each by its beginning, in place of the server.
fn saying(says: &'static [(&'static str, &'static str)]) -> Proxy {
    Proxy::before(&Arc::new(v2()), move |_, request| {
        let say = says.iter().find(|(begins, _)| request.starts_with(begins));
        say.map_or(Act::Pass, |(_, body)| json_answer("200 OK", body))
    })
}

#[test]
fn every_example_runs() {
    let rows = catalog::every().filter(|row| row.group == Group::Recipes);
    let mut run = 0;
    for example in rows.flat_map(|row| row.examples) {
        let server = v2();
        // What is restored is first to be backed up.
        let line = match example.line.split_once(' ') {
            Some(("restore", _)) => format!("-c 'backup sftpgo.json; {}'", example.line),
            _ => example.line.to_owned(),
        };
        let (_, ran) = one(&server, &line);
        // One of them tells by its exit code that someone is connected, one that an address
        // is not banned.
        assert!(matches!(ran.code, 0 | 1), "{}: {ran:?}", example.line);
        let is_no = ran.code == 1 && ran.err.contains("is not banned");
        assert!(!ran.out.is_empty() || is_no, "{}", example.line);
        run += 1;
    }
    assert!(run > 5, "only {run} examples");
}

#[test]
fn idle_reports_by_its_exit_code() {
    let server = v2();
    let (live, ran) = one(&server, "idle");
    assert_eq!(live.as_array().map(Vec::len), Some(2));
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "error: `idle`: 2 connections: `anna.nowak`, `carla`\n\
         hint: `get_connections` shows them; `--wait 10m` waits up to ten minutes\n"
    );
    let (live, ran) = one(&empty_v2(), "idle --wait 10m");
    assert_eq!((live, ran.code, ran.err.as_str()), (json!([]), 0, ""));
}

#[test]
fn idle_waits_until_the_last_one_leaves() {
    let server = v2();
    let mut waiting = admin(&server, &["idle", "--wait", "60s"]);
    let child = waiting.spawn();
    // It has looked at least once.
    while count(&server, "GET /api/v2/connections") == 0 {
        std::thread::yield_now();
    }
    let closed = lines(
        &server,
        "get_connections\nlet all = $_\nclose_connection $all[0].connection_id\nclose_connection $all[1].connection_id\n",
    );
    assert_eq!(closed.code, 0, "{}", closed.err);
    let ran = crate::support::end(child);
    assert_eq!((ran.code, ran.out.trim()), (0, "[]"), "{}", ran.err);
}

#[test]
fn a_file_can_use_the_result() {
    let server = v2();
    let ran = lines(
        &server,
        "-idle\nexpect error connections\nexpect $_[0].protocol == SFTP\nexpiring --within 1d\nexpect ok\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn expiring_users_are_sorted_by_date() {
    let server = empty_v2();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("later");
    let now = u64::try_from(now.as_millis()).expect("a time");
    let day = 86_400_000;
    let added = lines(
        &server,
        &format!(
            "add_group guests --set user_settings.expires_in=10\n\
             add_user late --home_dir /a --permissions list --expiration_date {}\n\
             add_user soon --home_dir /a --permissions list --expiration_date {} --status disabled\n\
             add_user gone --home_dir /a --permissions list --expiration_date {}\n\
             add_user never --home_dir /a --permissions list\n\
             add_user guest --home_dir /a --permissions list --set groups='[{{\"name\":\"guests\",\"type\":1}}]'\n",
            now + 40 * day,
            now + 5 * day + day / 2,
            now - day / 2
        ),
    );
    assert_eq!(added.code, 0, "{}", added.err);
    let (came, _) = one(&server, "expiring");
    let told: Vec<_> = came
        .as_array()
        .expect("a list")
        .iter()
        .map(|end| {
            (
                end["username"].as_str(),
                end["days_left"].as_i64(),
                end["ended"].as_bool(),
            )
        })
        .collect();
    // The guest was added a moment ago, by this clock or the next day's.
    assert_eq!(
        told[..2],
        [
            (Some("gone"), Some(-1), Some(true)),
            (Some("soon"), Some(5), Some(false))
        ]
    );
    assert_eq!(told[2].0, Some("guest"));
    assert_eq!(told.len(), 3);
    assert_eq!(came[1]["enabled"], json!(false));
    assert_eq!(came[2]["from_group"], json!("guests"));
    let (came, _) = one(&server, "expiring --within 6w --ended=off");
    let names: Vec<_> = came
        .as_array()
        .expect("a list")
        .iter()
        .map(|end| &end["username"])
        .collect();
    assert_eq!(names, ["soon", "guest", "late"]);
    let (_, ran) = one(&server, "expiring --within soon");
    assert_eq!(ran.code, 2);
}

#[test]
fn recipes_cannot_be_shown_without_sending() {
    let server = v2();
    let ran = admin(&server, &["--dry-run", "-c", "idle; clone_user carla bob"]).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("POST /api/v2/users"), "{}", ran.out);
    assert_eq!(
        ran.err,
        "`idle` cannot be shown: its requests depend on answers; `help idle` lists its operations\n\
         warning: this request alone sends only what you typed; `clone_user` reads the source object first and sends the rest as well\n"
    );
    let (_, ran) = one(&server, "curl idle");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            2,
            "error: `idle` makes several requests: `help idle` lists them\n"
        )
    );
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn an_answer_of_the_wrong_shape_is_an_error() {
    for (line, target) in [
        ("idle", "GET /api/v2/connections"),
        ("expiring", "GET /api/v2/users?"),
        ("quota_scan_all", "GET /api/v2/users?"),
        ("quota_scan_all --wait", "GET /api/v2/quotas/users/scans"),
        ("effective_user carla", "GET /api/v2/users/carla"),
        ("effective_user carla", "GET /api/v2/groups/staff"),
        ("test_permission carla list /", "GET /api/v2/users/carla"),
    ] {
        for body in ["{}", "7", "[1]", "[null]", "\"no\"", "false"] {
            let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
                if request.starts_with(target) {
                    json_answer("200 OK", body)
                } else {
                    Act::Pass
                }
            });
            let ran = through(&proxy, &words(line));
            // An exit of 0 or 1 would say that nobody, or someone, is connected.
            assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{line} {body}");
            assert!(ran.err.contains(": unexpected answer: it "), "{}", ran.err);
        }
    }
}

#[test]
fn null_is_an_empty_list() {
    let proxy = saying(&[
        ("GET /api/v2/connections", "null"),
        ("GET /api/v2/users?", "null"),
    ]);
    for line in ["idle", "expiring"] {
        let ran = through(&proxy, &[line]);
        assert_eq!((ran.code, ran.out.as_str()), (0, "[]\n"), "{}", ran.err);
    }
}

#[test]
fn no_date_is_too_far_away() {
    let proxy = saying(&[
        (
            "GET /api/v2/users?",
            r#"[{"username":"a","status":1,"expiration_date":9223372036854775807},
                {"username":"b","status":1,"created_at":-9223372036854775808,"groups":[{"name":"g","type":1}]},
                {"username":"c","status":1,"created_at":1,"groups":[{"name":"h","type":1}]}]"#,
        ),
        (
            "GET /api/v2/groups/g",
            r#"{"name":"g","user_settings":{"expires_in":1}}"#,
        ),
        (
            "GET /api/v2/groups/h",
            r#"{"name":"h","user_settings":{"expires_in":9223372036854775807}}"#,
        ),
    ]);
    let ran = through(
        &proxy,
        &["--output", "compact", "expiring", "--within=99999999w"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (&came[0]["username"], &came[0]["expires"]),
        (&json!("b"), &Json::Null)
    );
}

#[test]
fn without_groups_the_list_is_partial() {
    let server = v2();
    let made = lines(
        &server,
        "add_admin reader --password reader-pw --permissions view_users\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let ran = Run::at(
        &server,
        &["--output", "compact", "expiring", "--within", "90d"],
    )
    .env("SFTPGO_USERNAME", "reader")
    .env("SFTPGO_PASSWORD", "reader-pw")
    .go();
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.code, &came[0]["username"]), (4, &json!("jürgen")));
    assert!(
        ran.err.starts_with(
            "error: `expiring`: the group's expiry could not be determined for 1 user: `get_group_by_name`: the server answered 403"
        ),
        "{}",
        ran.err
    );
}
