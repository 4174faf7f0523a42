//! Recipes: several operations, one result.

use crate::proxy::{Act, Asked, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, practice, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::catalog::{self, Group};
use sftpgo_shell::practice::{ADMIN, Api, Data, Options, PASSWORD, Practice};
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

/// A practice server of today without data.
fn empty() -> Practice {
    Practice::start(Options {
        api: Api::V2,
        data: Data::Empty,
        record: true,
        ..Options::default()
    })
    .expect("a free port")
}

fn count(server: &Practice, begins: &str) -> usize {
    asked(server)
        .iter()
        .filter(|line| line.starts_with(begins))
        .count()
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
        // One of them tells by its exit code that someone is connected.
        assert!(matches!(ran.code, 0 | 1), "{}: {ran:?}", example.line);
        assert!(!ran.out.is_empty(), "{}", example.line);
        run += 1;
    }
    assert!(run > 5, "only {run} examples");
}

#[test]
fn all_users_are_scanned_few_at_a_time() {
    let server = Arc::new(v2());
    // Made-up scans are slow: here all are over whenever it is looked.
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/quotas/users/scans") {
            json_answer("200 OK", "[]")
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["quota_scan_all", "--at_once", "2", "--wait"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        came,
        json!({"users": 6, "started": 5, "running_before": 1, "failed": [], "waited": true})
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    // Never more than two that are not known to have ended.
    let mut running = 0;
    let asked = proxy.asked();
    for Asked { request, .. } in &asked {
        if request.starts_with("POST /api/v2/quotas/users/") {
            running += 1;
            assert!(running <= 2, "{request}");
        } else if request.starts_with("GET /api/v2/quotas/users/scans") {
            running = 0;
        }
    }
    assert_eq!(running, 0, "it waits for the last ones");
    assert_eq!(count(&server, "POST /api/v2/quotas/users/"), 6);
}

#[test]
fn a_limit_of_the_primary_group_counts_as_well() {
    let server = v2();
    let (came, _) = one(&server, "quota_scan_all --with_quota --at_once 0");
    // carla's limit is her group's.
    assert_eq!(came["users"], 4);
    assert_eq!(count(&server, "GET /api/v2/groups/staff"), 1);
    assert_eq!(count(&server, "POST /api/v2/quotas/users/carla/scan"), 1);
    assert_eq!(count(&server, "POST /api/v2/quotas/users/press/scan"), 0);
}

#[test]
fn the_server_of_2019_is_scanned_too() {
    let server = practice();
    let ran = Run::at(&server, &["quota_scan_all", "--at_once", "0"]).go();
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((came["users"].as_u64(), ran.code), (Some(6), 0));
    assert_eq!(count(&server, "POST /api/v1/quota_scan"), 6);
}

#[test]
fn a_scan_that_cannot_be_started_stops_no_other() {
    let proxy = Proxy::before(&Arc::new(v2()), |_, request| {
        if request.contains("/users/press/scan") {
            json_answer(
                "500 Internal Server Error",
                r#"{"error":"no such luck now"}"#,
            )
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["quota_scan_all", "--at_once", "0"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(ran.code, 6, "{ran:?}");
    assert_eq!(came["failed"][0]["username"], "press");
    assert_eq!(came["started"].as_u64(), Some(4));
    assert!(
        ran.err.contains("1 scan of 6 could not be started"),
        "{}",
        ran.err
    );
}

#[test]
fn every_page_is_read() {
    let server = empty();
    let users: Vec<String> = (0..1203)
        .map(|n| format!("u{n},/srv/{n},list,pw"))
        .collect();
    let csv = format!(
        "username,home_dir,permissions,password\n{}\n",
        users.join("\n")
    );
    let added = admin(
        &server,
        &["--jobs", "8", "--quiet", "add_users", "--from", "u.csv"],
    )
    .file("u.csv", csv)
    .go();
    assert_eq!(added.code, 0, "{}", added.err);
    let (came, _) = one(&server, "quota_scan_all --at_once 0");
    assert_eq!(
        (came["users"].as_u64(), came["started"].as_u64()),
        (Some(1203), Some(1203))
    );
    assert_eq!(count(&server, "GET /api/v2/users?"), 3);
}

#[test]
fn idle_tells_by_its_exit_code() {
    let server = v2();
    let (live, ran) = one(&server, "idle");
    assert_eq!(live.as_array().map(Vec::len), Some(2));
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "error: `idle`: 2 connections, of `anna.nowak`, `carla`\n\
         hint: `get_connections` shows them; `--wait 10m` waits\n"
    );
    let (live, ran) = one(&empty(), "idle --wait 10m");
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
fn a_file_can_go_on_the_outcome() {
    let server = v2();
    let ran = lines(
        &server,
        "-idle\nexpect error connections\nexpect $_[0].protocol == SFTP\nexpiring --within 1d\nexpect ok\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn who_ends_soon_is_told_soonest_first() {
    let server = empty();
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
fn groups_are_laid_upon_a_user() {
    let server = v2();
    let made = lines(
        &server,
        "add_group team --set user_settings.permissions./='[\"list\"]' --set user_settings.permissions./%username%='[\"*\"]' \
         --set user_settings.max_sessions=3 --set user_settings.filters.denied_ip='[\"192.0.2.0/24\",\"203.0.113.0/24\"]'\n\
         add_user dora --home_dir /srv/dora --permissions '*' --set filters.denied_ip='[\"192.0.2.0/24\"]' \
         --set groups='[{\"name\":\"team\",\"type\":2},{\"name\":\"staff\",\"type\":1},{\"name\":\"partners\",\"type\":3}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (came, ran) = one(&server, "effective_user dora");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (user, origins) = (&came["user"], &came["origins"]);
    // The primary one gives what is unset, and the home directory.
    assert_eq!(user["home_dir"], "/srv/sftp/dora");
    assert_eq!(origins["home_dir"], "primary group staff");
    assert_eq!(origins["quota_size"], "primary group staff");
    // A secondary one only adds: no number, and nothing for `/`.
    assert_eq!(user["max_sessions"], 0);
    assert_eq!(user["permissions"], json!({"/": ["*"], "/dora": ["*"]}));
    assert_eq!(origins["permissions./"], "user");
    assert_eq!(origins["permissions./dora"], "secondary group team");
    assert_eq!(
        user["filters"]["denied_ip"],
        json!(["192.0.2.0/24", "203.0.113.0/24"])
    );
    assert_eq!(origins["filters.denied_ip[0]"], "user");
    assert_eq!(origins["filters.denied_ip[1]"], "secondary group team");
    assert_eq!(origins.get("id"), None);
    // The last answer is the result, not that of the last group.
    let ran = lines(
        &server,
        "effective_user dora\nexpect $_.user.username == dora\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn the_rule_that_wins_is_told() {
    let server = v2();
    let (came, ran) = one(
        &server,
        "test_permission anna.nowak upload /invoices/may.pdf",
    );
    assert_eq!(
        (ran.code, &came["allowed"], &came["rule"]),
        (1, &json!(false), &json!("/invoices"))
    );
    assert_eq!(
        ran.err,
        "error: `test_permission`: `upload` of `/invoices/may.pdf` is not allowed: the rule for `/invoices` allows list, download\n"
    );
    let (came, ran) = one(&server, "test_permission anna.nowak list /invoices");
    assert_eq!((ran.code, &came["folder"]), (0, &json!("/invoices")));
    let (came, ran) = one(&server, "test_permission anna.nowak delete /invoices");
    assert_eq!((ran.code, &came["rule"]), (0, &json!("/")));
    // Some stand for others.
    assert_eq!(
        one(&server, "test_permission anna.nowak rename_dirs /a")
            .1
            .code,
        0
    );
    assert_eq!(
        one(&server, "test_permission anna.nowak chmod /a").1.code,
        1
    );
    for wrong in [
        "anna.nowak upload x",
        "anna.nowak fly /",
        "anna.nowak upload",
    ] {
        let before = server.seen().len();
        let (_, ran) = one(&server, &format!("test_permission {wrong}"));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(server.seen().len(), before);
    }
    assert_eq!(one(&server, "test_permission nobody list /").1.code, 4);
}

#[test]
fn a_path_of_the_disk_is_warned_of() {
    let server = v2();
    let changed = lines(
        &server,
        "update_user anna.nowak --permissions /srv/sftp/anna.nowak/in=upload --status disabled\n",
    );
    assert_eq!(changed.code, 0, "{}", changed.err);
    let (came, ran) = one(&server, "test_permission anna.nowak upload /in/x");
    assert_eq!(came["warnings"].as_array().map(Vec::len), Some(2));
    assert!(
        ran.err.contains("warning: the user is disabled\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("warning: `/srv/sftp/anna.nowak/in` looks like a path on the server's disk"),
        "{}",
        ran.err
    );
}

#[test]
fn a_clone_has_all_but_what_is_the_others_own() {
    let server = v2();
    let (bob, ran) = one(
        &server,
        "clone_user carla bob --quota_files 7 --description new",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.err,
        "not taken over from `carla`: `email`, `public_keys`\n"
    );
    let (carla, _) = one(&server, "get_user_by_username carla");
    let mut expected = carla.clone();
    let members = expected.as_object_mut().expect("an object");
    for own in ["email", "public_keys", "has_password"] {
        members.shift_remove(own);
    }
    for (key, value) in [
        ("username", json!("bob")),
        ("home_dir", json!("/srv/sftp/bob")),
        ("quota_files", json!(7)),
        ("description", json!("new")),
    ] {
        members.insert(key.to_owned(), value);
    }
    let mut bob = bob;
    for key in [
        "id",
        "created_at",
        "updated_at",
        "last_password_change",
        "last_login",
        "has_password",
    ] {
        bob.as_object_mut().expect("an object").shift_remove(key);
        expected
            .as_object_mut()
            .expect("an object")
            .shift_remove(key);
    }
    for key in ["used_quota_size", "used_quota_files", "last_quota_update"] {
        expected
            .as_object_mut()
            .expect("an object")
            .shift_remove(key);
    }
    assert_eq!(bob, expected);
    // It is the last user from now on.
    let ran = lines(
        &server,
        "clone_user carla dan\ndelete_user $username\nget_user_by_username carla\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(count(&server, "DELETE /api/v2/users/dan"), 1);
}

#[test]
fn a_secret_is_not_cloned() {
    let server = v2();
    let ran = one(&server, "clone_user backup other").1;
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err
            .contains("`filesystem.s3config.access_secret` of `backup` cannot be taken over"),
        "{}",
        ran.err
    );
    assert_eq!(count(&server, "POST /api/v2/users"), 0);
    let ran = admin(
        &server,
        &[
            "clone_user",
            "backup",
            "other",
            "--set",
            "filesystem.s3config.access_secret=@key",
            "--echo",
            "on",
        ],
    )
    .file("key", "s3cret of other\n")
    .go();
    assert_eq!(ran.code, 2, "a setting stands before its command");
    let ran = admin(
        &server,
        &[
            "--echo",
            "on",
            "clone_user",
            "backup",
            "other",
            "--set",
            "filesystem.s3config.access_secret=@key",
        ],
    )
    .file("key", "s3cret of other\n")
    .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("warning: both have `filesystem.s3config.key_prefix`"),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains("s3cret") && !ran.out.contains("s3cret"),
        "{ran:?}"
    );
    let sent = asked(&server);
    let sent = sent
        .iter()
        .find(|line| line.starts_with("POST /api/v2/users "))
        .expect("it was added");
    assert!(sent.contains("s3cret of other"), "{sent}");
}

#[test]
fn what_depends_on_answers_is_not_shown() {
    let server = v2();
    let ran = admin(&server, &["--dry-run", "-c", "idle; clone_user carla bob"]).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("POST /api/v2/users"), "{}", ran.out);
    assert_eq!(
        ran.err,
        "`idle` is not shown: what it sends depends on answers; `help idle` lists its operations\n\
         warning: this line alone adds what is typed and no more; `clone_user` first reads the other one and sends the rest as that has it\n"
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
fn a_refusal_names_the_operation_and_the_permission() {
    let server = v2();
    let made = lines(
        &server,
        "add_admin reader --password reader-pw --permissions view_users\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let ran = Run::at(&server, &["quota_scan_all"])
        .env("SFTPGO_USERNAME", "reader")
        .env("SFTPGO_PASSWORD", "reader-pw")
        .go();
    assert_eq!(ran.code, 4);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.starts_with(
            "error: `quota_scan_all`: `start_user_quota_scan`: the server answered 403"
        ),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("it needs the permission `quota_scans`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("0 of 6 scans were started"), "{}", ran.err);
}

/// A proxy that answers these targets, each by its beginning, in place of the server.
fn saying(says: &'static [(&'static str, &'static str)]) -> Proxy {
    Proxy::before(&Arc::new(v2()), move |_, request| {
        let say = says.iter().find(|(begins, _)| request.starts_with(begins));
        say.map_or(Act::Pass, |(_, body)| json_answer("200 OK", body))
    })
}

#[test]
fn an_answer_of_another_shape_is_no_answer() {
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
            assert!(ran.err.contains(": the answer is "), "{}", ran.err);
        }
    }
}

#[test]
fn null_is_a_list_without_items() {
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
fn a_server_that_knows_no_pages_ends_nothing_in_a_loop() {
    let users: Vec<Json> = (0..500)
        .map(|n| json!({"username": format!("u{n}")}))
        .collect();
    let body: &'static str = Json::Array(users).to_string().leak();
    let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
        if request.starts_with("GET /api/v2/users?") {
            json_answer("200 OK", body)
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["expiring"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("the same page again"), "{}", ran.err);
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
fn what_is_known_without_the_groups_is_told() {
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
            "error: `expiring`: of 1 user it is not known whether it ends by its group: `get_group_by_name`: the server answered 403"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn only_groups_that_give_are_read_and_one_that_is_gone_gives_nothing() {
    let server = Arc::new(v2());
    let made = lines(
        &server,
        "add_user ed --home_dir /srv/ed --permissions list --set groups='[{\"name\":\"staff\",\"type\":1},{\"name\":\"partners\",\"type\":3}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/groups/") {
            json_answer("404 Not Found", r#"{"message":"","error":"Not Found"}"#)
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["effective_user", "ed"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (ran.code, &came["user"]["home_dir"]),
        (0, &json!("/srv/ed"))
    );
    assert_eq!(ran.err, "warning: there is no group `staff`\n");
    let asked = proxy.asked();
    let groups = asked
        .iter()
        .filter(|asked| asked.request.contains("/groups/"));
    assert_eq!(groups.count(), 1);
}

#[test]
fn nobody_without_a_name_may_do_more_than_read() {
    let server = v2();
    let made = lines(
        &server,
        "add_group public --set user_settings.filters.is_anonymous=true --set user_settings.permissions./%role%='[\"chmod\"]'\n\
         add_user guest --home_dir /srv/guest --permissions '*' --permissions /in=upload --set filters.denied_protocols='[\"HTTP\"]' \
         --set groups='[{\"name\":\"public\",\"type\":1}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (came, _) = one(&server, "effective_user guest");
    assert_eq!(
        came["user"]["permissions"],
        json!({"/": ["list", "download"], "/in": ["list", "download"]})
    );
    assert_eq!(came["origins"]["permissions./"], "filters.is_anonymous");
    assert_eq!(
        came["user"]["filters"]["denied_protocols"],
        json!(["HTTP", "SSH"])
    );
    let (came, ran) = one(&server, "test_permission guest upload /in/x");
    assert_eq!(
        (ran.code, &came["origin"]),
        (1, &json!("filters.is_anonymous"))
    );
}

#[test]
fn a_file_and_a_folder_may_differ() {
    let server = v2();
    let made = lines(
        &server,
        "add_user fay --home_dir /data/fay --permissions list --permissions '/in/*=chmod'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (came, ran) = one(&server, "test_permission fay chmod /in/a");
    assert_eq!((ran.code, &came["rule"]), (0, &json!("/in/*")));
    assert_eq!(
        ran.err,
        "warning: this is for a file; if it is a folder, the rule for `/` counts and it is not allowed\n"
    );
    let (_, ran) = one(&server, "test_permission fay chmod /out/a");
    assert_eq!(ran.code, 1);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn a_folder_called_as_on_the_disk_is_no_mistake() {
    let proxy = saying(&[(
        "GET /api/v2/users/gil",
        r#"{"username":"gil","status":1,"home_dir":"/srv/gil","permissions":{"/":["list"],"/data/pub":["*"],"/srv/gil":["*"]},
            "virtual_folders":[{"name":"pub","virtual_path":"/data/pub","mapped_path":"/data/pub"}]}"#,
    )]);
    let ran = through(&proxy, &["test_permission", "gil", "upload", "/data/pub/x"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err.matches("warning").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("`/srv/gil` looks like"), "{}", ran.err);
}

#[test]
fn nobody_goes_on_when_it_is_not_known_what_was_done() {
    for (status, body, kind) in [
        ("502 Bad Gateway", "<html>", "Content-Type: text/html\r\n"),
        ("503 Service Unavailable", "{}", JSON),
        ("429 Too Many Requests", "{}", JSON),
    ] {
        let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
            if request.contains("/users/jürgen/scan") || request.contains("/users/j%C3%BCrgen/scan")
            {
                Act::Say(answer(status, kind, body))
            } else {
                Act::Pass
            }
        });
        let ran = through(&proxy, &["quota_scan_all", "--at_once", "0"]);
        assert!(matches!(ran.code, 4 | 5), "{ran:?}");
        let is_unknown = ran.err.contains("whether it was done is not known");
        assert_eq!(is_unknown, kind != JSON, "{}", ran.err);
        assert!(
            ran.err.contains(" of 6 scans were started, then: "),
            "{}",
            ran.err
        );
        let asked = proxy.asked();
        let last = asked.last().expect("it was asked");
        assert!(last.request.contains("rgen/scan"), "{}", last.request);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_tells_how_many_scans_were_started() {
    let server = Arc::new(v2());
    // One never ends.
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/quotas/users/scans") {
            json_answer("200 OK", r#"[{"username":"carla"}]"#)
        } else {
            Act::Pass
        }
    });
    let args = ["--report", "json", "r.json", "quota_scan_all", "--wait"];
    let mut run = Run::new(&args)
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let report = run.home.path().join("r.json");
    let child = run.spawn();
    let looks = |proxy: &Proxy| {
        let asked = proxy.asked();
        asked
            .iter()
            .any(|asked| asked.request.contains("GET /api/v2/quotas/users/scans"))
    };
    while !looks(&proxy) {
        std::thread::yield_now();
    }
    let kill = format!("kill -INT {}", child.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.expect("a shell").success());
    let ran = crate::support::end(child);
    let said = "`quota_scan_all` was under way: 5 of 6 scans were started";
    assert_eq!(
        (ran.code, ran.err),
        (130, format!("interrupted; 0 commands done; {said}\n"))
    );
    let report = std::fs::read_to_string(report).expect("a report");
    assert!(report.contains(said), "{report}");
}

#[test]
fn users_of_the_same_bucket_are_warned_of() {
    let server = v2();
    for (user, filesystem, told) in [
        (
            "b1",
            r#"{"provider":1,"s3config":{"bucket":"b","region":"r"}}"#,
            Some("both have the same `filesystem`"),
        ),
        (
            "b2",
            r#"{"provider":1,"s3config":{"bucket":"b","region":"r","key_prefix":"b2/"}}"#,
            None,
        ),
        (
            "b3",
            r#"{"provider":4,"cryptconfig":{"passphrase":{"status":"Plain","payload":"Vq8zR2mK5tW9xB4nJ7cL1pH6sD3fG0yT"}}}"#,
            Some("both have `home_dir`"),
        ),
    ] {
        let added = format!(
            "add_user {user} --home_dir /data --permissions list --set filesystem='{filesystem}'\n"
        );
        let clone = if user == "b3" {
            format!(
                "clone_user {user} {user}x --set filesystem.cryptconfig.passphrase=Kd7wQ1zX9vB3nM5cR8tL2pJ6hS4gF0yE\n"
            )
        } else {
            format!("clone_user {user} {user}x\n")
        };
        let ran = lines(&server, &format!("{added}{clone}"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let said = ran
            .err
            .lines()
            .find_map(|line| line.strip_prefix("warning: "));
        assert_eq!(said.is_some(), told.is_some(), "{}", ran.err);
        assert!(
            said.unwrap_or_default()
                .starts_with(told.unwrap_or_default()),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_clone_that_cannot_log_in_is_warned_of() {
    let server = v2();
    let ran = one(&server, "clone_user jürgen karl").1;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("warning: the new one has ended already, as `jürgen`\n"),
        "{}",
        ran.err
    );
    let ran = one(&server, "clone_user jürgen kurt --expiration_date 0").1;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("the new one"), "{}", ran.err);
}
