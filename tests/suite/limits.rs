//! A list that is as long as its limit may have been cut off.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{Run, asked, load_users, practice, v2};
use serde_json::Value as Json;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::sync::Arc;

fn with_users(server: &Practice, count: usize) {
    load_users(server, (0..count).map(|n| (format!("u{n:03}"), Json::Null)));
}

fn csv(count: usize) -> String {
    let mut rows = vec!["username,home_dir,permissions,password\n".to_owned()];
    rows.extend((0..count).map(|n| format!("u{n:03},/srv/u{n},list,hunter2\n")));
    rows.concat()
}

fn run(server: &Practice, args: &[&str]) -> Run {
    let run = Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

#[test]
fn a_full_page_says_that_there_may_be_more() {
    let server = v2();
    with_users(&server, 110);
    for (args, err) in [
        (
            &["get_users"][..],
            "100 results, which is the limit; there may be more: `--all` shows all\n",
        ),
        (
            &["get_users", "--limit", "110", "--offset", "2"],
            "110 results, which is the limit; there may be more: `--all` shows all\n",
        ),
        (&["get_users", "--offset", "100"], ""),
        (&["get_users", "--limit", "500"], ""),
        // Whoever asks for a few gets a few.
        (&["get_users", "--limit", "3"], ""),
        (&["get_folders"], ""),
        (&["--quiet", "get_users"], ""),
    ] {
        let ran = run(&server, args).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, err), "{args:?}");
    }
    // In a file too, where nobody looks at the number of lines.
    let ran = run(&server, &[]).input("get_users\nget_roles\n").go();
    assert!(ran.err.starts_with("100 results"), "{}", ran.err);
}

#[test]
fn a_full_page_of_the_2019_api() {
    let server = practice();
    let csv = csv(100);
    let args = ["--quiet", "add_users", "--from", "u.csv"];
    assert_eq!(Run::at(&server, &args).file("u.csv", csv).go().code, 0);
    let ran = Run::at(&server, &["get_users"]).go();
    assert!(ran.err.starts_with("100 results"), "{}", ran.err);
}

fn names(out: &str) -> Vec<String> {
    let list: Json = serde_json::from_str(out).expect("one list");
    let items = list.as_array().expect("a list");
    let name = |item: &Json| item["username"].as_str().expect("a name").to_owned();
    items.iter().map(name).collect()
}

#[test]
fn all_pages_are_one_list() {
    let server = v2();
    with_users(&server, 1001);
    let before = asked(&server).len();
    let ran = run(&server, &["get_users", "--all"]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.err);
    let all = names(&ran.out);
    assert_eq!(all.len(), 1007);
    assert!(all.is_sorted());
    // The login, and three pages.
    assert_eq!(asked(&server).len() - before, 4);
    // The other flags hold, and the list is the last answer.
    let text = "get_users --all --order DESC\nexpect $_[1006].username == anna.nowak\n";
    let ran = run(&server, &[]).input(text).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(names(&ran.out).is_sorted_by(|one, next| one > next));
    for (line, error) in [
        (
            "get_users --all --limit 3",
            "`--all` and `--limit` cannot be used together",
        ),
        (
            "get_users --all --offset 3",
            "`--all` and `--offset` cannot be used together",
        ),
    ] {
        let before = asked(&server).len();
        let ran = run(&server, &["-c", line]).go();
        assert_eq!(asked(&server).len(), before, "{line}");
        assert_eq!(ran.code, 2, "{line}");
        assert!(ran.err.contains(error), "{line}: {}", ran.err);
    }
}

#[test]
fn a_list_without_offsets_goes_on_after_its_last_item() {
    let server = v2();
    let lines: String = (0..3)
        .flat_map(|a| (0..200).map(move |b| format!("add_ip_list_entry allow 10.0.{a}.{b}\n")))
        .collect();
    let ran = run(&server, &["--jobs", "8"]).input(lines).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = run(&server, &["get_ip_list_entries", "allow", "--all"]).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let list: Json = serde_json::from_str(&ran.out).expect("one list");
    let count = list.as_array().expect("a list").len();
    let first = run(&server, &["get_ip_list_entries", "allow", "--limit", "500"]).go();
    let first: Json = serde_json::from_str(&first.out).expect("one list");
    assert!(count >= 600 && list[0] == first[0], "{count}");
}

#[test]
fn what_came_before_a_failure_is_not_passed_off_as_all() {
    let server = Arc::new(v2());
    with_users(&server, 600);
    let proxy = Proxy::before(&server, |_, request| {
        if request.contains("offset=500") {
            return Act::Say(answer("500 Oops", JSON, "{\"error\":\"no\"}"));
        }
        Act::Pass
    });
    let run = Run::new(&["--output", "compact", "get_users", "--all"])
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let ran = run.go();
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(ran.out, "{\"error\":\"no\"}\n");
    assert!(
        ran.err
            .contains("; the list is not complete, so the 500 items before are not shown"),
        "{}",
        ran.err
    );
}

#[test]
fn a_page_that_always_comes_again_ends() {
    let page: Vec<Json> = (0..500)
        .map(|n| serde_json::json!({"username": format!("u{n}")}))
        .collect();
    let page = serde_json::to_string(&page).expect("JSON");
    let proxy = Proxy::new(move |_, _| Act::Say(answer("200 OK", JSON, &page)));
    let run = Run::new(&["--api", "2.7.5", "get_users", "--all"]).env("SFTPGO_HOST", &proxy.url);
    let ran = run.go();
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    assert!(ran.err.contains("it is the same page again"), "{}", ran.err);
    assert_eq!(proxy.requests().len(), 2);
}
