//! `--where`, `--sort`, `--jq` and `--all`: which requests they send, and what is shown.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Ran, Run, asked, load_users, practice, v2};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many accounts; the quota of each is its number in GiB, and every tenth is disabled.
fn with_users(server: &Practice, count: u64) {
    let user = |n: u64| {
        let status = u8::from(!n.is_multiple_of(10));
        (
            format!("u{n:04}"),
            json!({"quota_size": n << 30, "status": status}),
        )
    };
    load_users(server, (0..count).map(user));
}

fn at(url: &str, args: &[&str]) -> Run {
    Run::new(args)
        .env("SFTPGO_HOST", url)
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn go(server: &Practice, args: &[&str]) -> Ran {
    at(&server.url(), args).go()
}

#[track_caller]
fn names(ran: &Ran) -> Vec<String> {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let list: Vec<Json> = serde_json::from_str(&ran.out).expect("one list");
    let name = |item: &Json| item["username"].as_str().expect("a name").to_owned();
    list.iter().map(name).collect()
}

#[test]
fn conditions_and_orders_read_all_pages() {
    let server = v2();
    with_users(&server, 1001);
    for (args, expected) in [
        (
            &["--where", "username ~ ^u and quota_size > 999GiB"][..],
            &["u1000"][..],
        ),
        (
            &[
                "--where",
                "quota_size > 995G and status = disabled",
                "--limit",
                "100",
            ],
            &["u1000"],
        ),
        (
            &[
                "--where",
                "status = disabled and username ~ ^u",
                "--limit",
                "2",
            ],
            &["u0000", "u0010"],
        ),
        (
            &[
                "--where",
                "status = disabled and username ~ ^u",
                "--limit",
                "2",
                "--offset",
                "1",
            ],
            &["u0010", "u0020"],
        ),
        (
            &[
                "--where=username ~ ^u",
                "--sort",
                "-quota_size",
                "--limit=3",
            ],
            &["u1000", "u0999", "u0998"],
        ),
        (
            &["--sort=-quota_size,username", "--limit", "2"],
            &["backup", "u1000"],
        ),
        (
            &["--where", "username in (u0003, u0001)", "--order", "DESC"],
            &["u0003", "u0001"],
        ),
        (&["--where", "username = nobody"], &[]),
    ] {
        let ran = go(&server, &[&["get_users"], args].concat());
        assert_eq!(names(&ran), expected, "{args:?}");
    }
    let count = |args: &[&str]| {
        let before = asked(&server).len();
        go(&server, &[&["get_users"], args].concat());
        // Without the login.
        asked(&server).len() - before - 1
    };
    assert_eq!(count(&["--where", "id > 0"]), 3);
    // The limit is reached on the first page.
    assert_eq!(count(&["--where", "id > 0", "--limit", "5"]), 1);
    assert_eq!(count(&["--sort", "id", "--limit", "5"]), 3);
}

#[test]
fn lists_of_every_generation_have_conditions() {
    let server = practice();
    let users = |args: &[&str]| {
        let run = Run::at(&server, &[&["get_users"], args].concat());
        names(&run.env("SFTPGO_SHELL_OUTPUT", "compact").go())
    };
    assert_eq!(users(&["--where", "username ~ nowak"]), ["anna.nowak"]);
    assert_eq!(users(&["--sort=-id", "--limit", "1"]), ["webdeploy"]);
    let ran = Run::at(&server, &["get_users", "--where", "status = 1"]).go();
    ran.is(
        2,
        "",
        "error: `--where`: `status` needs 0.9.4 or later; this server is 0.9.0\n",
    );
    // A list without pages is one request.
    let server = v2();
    let before = asked(&server).len();
    let ran = go(
        &server,
        &["get_connections", "--where", "username = nobody"],
    );
    ran.is(0, "[]\n", "");
    assert_eq!(asked(&server).len() - before, 2);
}

#[test]
fn what_is_typed_wrong_is_marked_and_sends_nothing() {
    let server = v2();
    for (line, err) in [
        (
            "get_users --where 'qouta_size > 10G'",
            "-c:1:20: error: `--where`: unknown field `qouta_size`\n  get_users --where 'qouta_size > 10G'\n                     ^^^^^^^^^^\nhint: did you mean `quota_size`?\nnothing was run\n",
        ),
        (
            "get_users --where='status = disbled'",
            "-c:1:29: error: `--where`: `status` must be `disabled`, `enabled` or a number; this is `disbled`\n  get_users --where='status = disbled'\n                              ^^^^^^^\nhint: did you mean `disabled`?\nnothing was run\n",
        ),
        (
            "get_users --where \"password = x\"",
            "-c:1:20: error: `--where`: `password` is secret: the server does not show it\n  get_users --where \"password = ********\n                     ^^^^^^^^\nnothing was run\n",
        ),
        (
            "get_users --where 'id ='",
            "-c:1:24: error: `--where`: a value is missing at the end\n  get_users --where 'id ='\n                         ^\nnothing was run\n",
        ),
        (
            "get_users --where ''",
            "-c:1:20: error: `--where`: the condition is empty\n  get_users --where ''\n                     ^\nhint: for example `status = disabled`\nnothing was run\n",
        ),
        (
            "get_users --sort username,-qouta_size",
            "-c:1:27: error: `--sort`: unknown field `qouta_size`\n  get_users --sort username,-qouta_size\n                            ^^^^^^^^^^^\nhint: did you mean `quota_size`?\nnothing was run\n",
        ),
        (
            "get_users --jq '.[] | foo'",
            "-c:1:23: error: `--jq`: invalid jq filter: unknown function `foo`\n  get_users --jq '.[] | foo'\n                        ^^^\nnothing was run\n",
        ),
        (
            "get_fs_events --csv_export --where 'id = x'",
            "-c:1:15: error: `--csv_export` returns CSV, which is not filtered or sorted\n",
        ),
    ] {
        let before = asked(&server).len();
        for args in [&["-c", line][..], &["--check", "-c", line]] {
            let ran = at(&server.url(), args)
                .env("SFTPGO_SHELL_API", "2.7.5")
                .go();
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
            let said: Vec<&str> = ran.err.lines().collect();
            let expected: Vec<&str> = err.lines().collect();
            let same = said
                .iter()
                .zip(&expected)
                .take_while(|(one, other)| one == other)
                .count();
            assert!(
                same >= expected.len().min(3) && same + 1 >= expected.len(),
                "{line}:\n{}",
                ran.err
            );
        }
        assert_eq!(asked(&server).len(), before, "{line}");
    }
}

#[test]
fn a_list_is_written_item_by_item_in_ndjson() {
    let server = v2();
    with_users(&server, 1001);
    let ran = go(&server, &["get_users", "--all", "--output", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    let all = go(&server, &["get_users", "--all"]);
    assert_eq!(all.out, format!("[{}]\n", lines.join(",")));
    let condition = "username in (u1000, u0999)";
    let some = go(
        &server,
        &["get_users", "--output", "ndjson", "--where", condition],
    );
    let is_meant = |line: &&&str| line.contains("u1000") || line.contains("u0999");
    let expected: Vec<&str> = lines.iter().filter(is_meant).copied().collect();
    assert_eq!(some.out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_results_are_the_last_answer() {
    let server = v2();
    with_users(&server, 20);
    let text = "get_users --where 'username ~ ^u' --sort -quota_size\n\
                expect $_[0].username == u0019\n\
                get_users --where 'username = u0007'\n\
                echo $username\n\
                get_users --where 'username ~ ^u' --output ndjson\n\
                expect $_[19].username == u0019\n\
                get_users --jq length\n\
                expect $_[0].id == 3\n\
                last --output raw\n";
    let ran = at(&server.url(), &["--keep-going"]).input(text).go();
    assert!(ran.out.contains("\nu0007\n"), "{}", ran.out);
    assert!(!ran.err.contains("expect"), "{}", ran.err);
}

/// A page of so many users, from `offset` on.
fn page(offset: usize, all: usize) -> String {
    let item = |n: usize| {
        json!({"id": n, "username": format!("user{n:06}"), "status": 1, "quota_size": n,
        "description": "x".repeat(200)})
        .to_string()
    };
    let items: Vec<String> = (offset..all.min(offset + 500)).map(item).collect();
    format!("[{}]", items.join(","))
}

fn offset(request: &str) -> usize {
    let after = request.split("offset=").nth(1).unwrap_or("0");
    let end = after
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(after.len());
    after[..end].parse().expect("a number")
}

/// A server of so many users.
fn with_many(all: usize) -> Proxy {
    Proxy::new(move |_, request| Act::Say(answer("200 OK", JSON, &page(offset(request), all))))
}

fn ask(proxy: &Proxy, args: &[&str]) -> Run {
    Run::new(&[&["--api", "2.7.5"], args].concat()).env("SFTPGO_HOST", &proxy.url)
}

#[test]
fn a_long_list_is_not_kept() {
    let proxy = with_many(10_000);
    let ran = ask(&proxy, &["--output", "ndjson", "get_users", "--all"]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.lines().count(), 10_000);
    assert_eq!(proxy.requests().len(), 21);
    let text = "get_users --all\necho $_[0].username\n";
    let ran = ask(&proxy, &["--output", "ndjson"]).input(text).go();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("the last list was too long to be kept"),
        "{}",
        ran.err
    );
    let text = "get_users --where 'quota_size < 3 and id > 0' --sort=-id\necho $_[0].username\n";
    let ran = ask(&proxy, &["--output", "ndjson"]).input(text).go();
    assert!(ran.out.ends_with("\"user000002\"\n"), "{}", ran.out);
}

#[test]
fn a_page_that_fails_ends_a_written_list_with_a_word() {
    let proxy = Proxy::new(move |_, request| match offset(request) {
        1000 => Act::Say(answer("500 Oops", JSON, "{\"error\":\"no such table\"}")),
        offset => Act::Say(answer("200 OK", JSON, &page(offset, 10_000))),
    });
    let ran = ask(&proxy, &["--output", "ndjson", "get_users", "--all"]).go();
    assert_eq!(ran.code, 5);
    // What the server said is no user, and no line.
    assert_eq!(ran.out.lines().count(), 1000);
    assert!(ran.out.ends_with('\n') && !ran.out.contains("no such table"));
    let said = "(no such table); the list is not complete, only 1000 items were read before";
    assert!(ran.err.contains(said), "{}", ran.err);
    // CSV is written page by page as well, with one line of names.
    let ran = ask(&proxy, &["--output", "csv", "get_users", "--all"]).go();
    assert_eq!((ran.code, ran.out.lines().count()), (5, 1001));
    assert_eq!(ran.out.matches("username").count(), 1, "{}", ran.out);
    assert!(ran.err.contains(said), "{}", ran.err);
    for args in [
        &["get_users", "--sort", "id"][..],
        &["get_users", "--all", "--jq", "length"],
    ] {
        let ran = ask(&proxy, args).go();
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (5, "{\n  \"error\": \"no such table\"\n}\n")
        );
        assert!(
            ran.err.contains("so the 1000 items before are not shown"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_token_that_expires_between_two_pages_is_renewed() {
    let server = Arc::new(v2());
    with_users(&server, 1200);
    let is_refused = AtomicBool::new(false);
    let proxy = Proxy::before(&server, move |_, request| {
        if request.contains("offset=500") && !is_refused.swap(true, Ordering::SeqCst) {
            let refusal = "{\"error\":\"token is unauthorized\"}";
            return Act::Say(answer("401 Unauthorized", JSON, refusal));
        }
        Act::Pass
    });
    let ran = at(&proxy.url, &["get_users", "--all"]).go();
    assert_eq!(names(&ran).len(), 1206);
}

#[test]
fn jq_filters_are_run_on_answers() {
    let server = v2();
    with_users(&server, 3);
    for (args, out) in [
        (
            &[
                "get_users",
                "--jq",
                ".[] | .username",
                "--where",
                "username ~ ^u",
            ][..],
            "\"u0000\"\n\"u0001\"\n\"u0002\"\n",
        ),
        (
            &[
                "get_users",
                "--jq",
                "map(.quota_size) | add",
                "--where",
                "username ~ ^u",
            ],
            "3221225472\n",
        ),
        (
            &[
                "get_users",
                "--jq",
                ".[0] | {username}",
                "--sort",
                "username",
                "--output",
                "json",
            ],
            "{\n  \"username\": \"anna.nowak\"\n}\n",
        ),
        (
            &[
                "get_users",
                "--jq",
                ".[] | [.username, .id] | @csv",
                "--where",
                "username = u0001",
                "--output",
                "raw",
            ],
            "\"u0001\",8\n",
        ),
        (
            &["get_user_by_username", "u0001", "--jq", ".username"],
            "\"u0001\"\n",
        ),
        (&["get_users", "--jq", "empty"], ""),
    ] {
        let ran = go(&server, args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        assert_eq!(ran.out, out, "{args:?}");
    }
    let ran = go(
        &server,
        &["get_users", "--jq", ".[0].username, .[0].username.x"],
    );
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out, "\"anna.nowak\"\n");
    assert!(
        ran.err
            .starts_with("error: the jq filter failed: cannot index"),
        "{}",
        ran.err
    );
    // A refusal is shown as it is.
    let ran = go(
        &server,
        &["get_user_by_username", "nobody", "--jq", ".username"],
    );
    assert_eq!(ran.code, 4);
    assert!(ran.out.starts_with('{'), "{}", ran.out);
}

#[test]
fn a_shown_request_is_said_to_be_a_part_of_it() {
    let server = v2();
    for (args, err) in [
        (
            &["--dry-run", "get_users", "--where", "id > 1"][..],
            "warning: this request reads the first page; `get_users` reads the others as well\nwarning: `get_users` filters or sorts the answer of this request\n",
        ),
        (
            &["curl", "get_users", "--jq", "."],
            "warning: `get_users` filters or sorts the answer of this request\n",
        ),
        (
            &[
                "--echo",
                "only",
                "get_connections",
                "--where",
                "username = x",
            ],
            "warning: `get_connections` filters or sorts the answer of this request\n",
        ),
    ] {
        let ran = at(&server.url(), args)
            .env("SFTPGO_SHELL_API", "2.7.5")
            .go();
        assert_eq!((ran.code, ran.err.as_str()), (0, err), "{args:?}");
    }
    let ran = at(
        &server.url(),
        &["--echo", "only", "get_users", "--sort", "id"],
    )
    .env("SFTPGO_SHELL_API", "2.7.5")
    .go();
    assert!(ran.out.contains("/users?limit=500"), "{}", ran.out);
    assert_eq!(asked(&server).len(), 0);
}
