//! One command for several objects, without a terminal.

mod property;
#[cfg(unix)]
mod stopped;

use crate::proxy::{Act, Proxy};
use crate::support::{PIPED, Ran, Run, asked, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn of(run: Run) -> Run {
    run.env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn run(server: &Practice, line: &str) -> Ran {
    of(Run::at(server, &words(line))).go()
}

fn file(server: &Practice, lines: &str) -> Ran {
    of(Run::at(server, &PIPED)).input(lines).go()
}

fn parsed(ran: &Ran) -> Json {
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"))
}

/// All users as they are now, without the time of their last change.
fn users(server: &Practice) -> Vec<Json> {
    let ran = run(server, "get_users --all");
    let mut users = parsed(&ran).as_array().cloned().expect("a list");
    for user in &mut users {
        user.as_object_mut()
            .expect("a user")
            .shift_remove("updated_at");
    }
    users
}

/// The writes that a server got: method and path.
fn writes(server: &Practice) -> Vec<String> {
    let writes = |one: &String| !one.starts_with("GET");
    asked(server)
        .into_iter()
        .filter(writes)
        .map(|one| one.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The names with this outcome.
fn names(json: &Json, outcome: &str) -> Vec<String> {
    let names = json[outcome].as_array().unwrap_or_else(|| panic!("{json}"));
    let text = |name: &Json| name.as_str().expect("a name").to_owned();
    names.iter().map(text).collect()
}

#[test]
fn where_nobody_can_be_asked_nothing_is_sent() {
    for line in [
        "update_user carla press --status disabled",
        "update_user --where 'status = enabled' --status disabled",
        "delete_user carla press",
        "delete_folder --where 'name = shared'",
    ] {
        let server = v2();
        let name = line.split(' ').next().expect("a name");
        let refused = format!(
            "error: `{name}` for several objects needs a confirmation, and the shell cannot ask for it here\n\
             hint: `--yes` confirms it; `--plan` shows what it would do\n"
        );
        run(&server, line).is(2, "", &refused);
        // Nor is anything before it in a file.
        let before = of(Run::at(&server, &["-f", "w"])).file("w", format!("get_users\n{line}\n"));
        let ran = before.go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains("nothing was run"), "{ran:?}");
        assert_eq!(asked(&server), [""; 0], "{line}");
    }
}

#[test]
fn several_are_changed_and_all_else_stays() {
    let server = v2();
    let before = users(&server);
    let ran = run(
        &server,
        "update_user --where 'status = enabled' --status disabled --jobs 3 --yes",
    );
    assert_eq!(ran.err, "5 users: 5 changed\n");
    assert_eq!(ran.code, 0);
    let result = parsed(&ran);
    let enabled = before.iter().filter(|user| user["status"] == 1);
    let enabled: Vec<&Json> = enabled.map(|user| &user["username"]).collect();
    assert_eq!(json!(enabled), result["changed"]);
    let expected: Vec<Json> = before
        .into_iter()
        .map(|mut user| {
            user["status"] = json!(0);
            user
        })
        .collect();
    assert_eq!(users(&server), expected);
    // Now nobody is left.
    let again = "update_user --where 'status = enabled' --status disabled --yes";
    run(&server, again).is(0, "[]\n", "no user meets the condition; nothing was sent\n");
}

#[test]
fn a_plan_only_reads_and_is_what_is_done() {
    let server = v2();
    let change = "update_user --where 'quota_size >= 0' --quota_files 77";
    let plan = run(&server, &format!("{change} --plan"));
    assert_eq!(plan.code, 0);
    let plan = parsed(&plan);
    let planned = |word: &str| {
        let entries = plan.as_array().expect("a list").iter();
        let of = entries.filter(|entry| entry["plan"] == word);
        of.map(|entry| entry["username"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert!(writes(&server).iter().all(|one| one.ends_with("/token")));
    let (update, same) = (planned("change"), planned("same"));
    assert!(!update.is_empty());
    let done = parsed(&run(&server, &format!("{change} --yes")));
    assert_eq!(
        (names(&done, "changed"), names(&done, "unchanged")),
        (update, same)
    );
    let plan = run(&server, "delete_user carla --plan");
    assert_eq!(
        parsed(&plan),
        json!([{"username": "carla", "plan": "delete"}])
    );
    let plan = run(&server, "delete_user carla nobody --plan");
    assert_eq!(plan.code, 4, "{plan:?}");
    assert!(plan.err.contains("no user has this name"), "{plan:?}");
}

#[test]
fn what_fails_is_listed_and_the_rest_is_done() {
    let server = v2();
    let ran = run(&server, "delete_user carla nobody press --yes");
    assert_eq!(
        parsed(&ran),
        json!({
            "deleted": ["carla", "press"], "unchanged": [], "failed": ["nobody"],
            "unknown": [], "not_tried": [],
        })
    );
    assert_eq!(
        ran.err,
        "error: user `nobody`: the server answered 404: no user has this name (Not Found)\n\
         hint: `get_users` lists the users\n\
         error: `delete_user`: 3 users: 2 deleted, 1 failed\n"
    );
    assert_eq!(ran.code, 6);
    let left = users(&server);
    assert!(left.iter().all(|user| user["username"] != "carla"));
}

#[test]
fn odd_names_are_names() {
    let server = v2();
    let before = users(&server);
    let odd = ["a b", "-x", "it's", "--yes", "--where", "$id", "é ü", "%2F"];
    for name in odd {
        let args = [
            "add_user",
            "--home_dir=/srv/o",
            "--permissions=*",
            "--password=pa55word-9",
            "--status=disabled",
            "--description=odd",
            "--",
            name,
        ];
        assert_eq!(of(Run::at(&server, &args)).go().code, 0, "{name}");
    }
    let mut args = vec!["update_user", "--email=o@example.com", "--yes", "--"];
    args.extend(odd);
    let ran = of(Run::at(&server, &args)).go();
    assert_eq!(names(&parsed(&ran), "changed"), odd, "{ran:?}");
    let ran = run(&server, "delete_user --where 'description = odd' --yes");
    let mut gone = names(&parsed(&ran), "deleted");
    let mut all = odd.map(str::to_owned);
    gone.sort();
    all.sort();
    assert_eq!(gone, all);
    assert_eq!(users(&server), before);
}

#[test]
fn wrong_lines_send_nothing() {
    for (line, said) in [
        (
            "update_user carla --where 'status = enabled' --status disabled --yes",
            "`--where` and a name cannot be used together",
        ),
        (
            "update_user carla press --replace --status disabled --yes",
            "`--replace` cannot be used for several objects",
        ),
        (
            "delete_user --where 'sttus = enabled' --yes",
            "unknown field `sttus`",
        ),
        ("delete_user --where '' --yes", "`--where`"),
        ("delete_user --where --yes", "`--where` needs a value"),
        (
            "update_group a b --status disabled --yes",
            "unknown flag `--status`",
        ),
        ("update_user a b --yes", "needs at least one change"),
        ("update_user a --plan", "needs at least one change"),
        ("delete_user a '' --yes", "expects an id"),
        ("delete_user a .. --yes", "cannot be `.` or `..`"),
        ("edit user carla press", "`edit` opens one object at a time"),
        ("update_user a b --status on-off --yes", "`--status`"),
    ] {
        let server = v2();
        let ran = run(&server, line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(said), "{line}: {ran:?}");
        assert_eq!(asked(&server), [""; 0], "{line}");
    }
}

#[test]
fn a_condition_takes_variables_and_the_body_its_own_where() {
    let server = v2();
    let lines = "let who = carla\n\
        update_user --where \"username = $who\" --set additional_info=where --yes\n";
    let ran = file(&server, lines);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(names(&parsed(&ran), "changed"), ["carla"]);
    let carla = users(&server)
        .into_iter()
        .find(|user| user["username"] == "carla")
        .expect("carla");
    assert_eq!(carla["additional_info"], "where");
}

#[test]
fn every_kind_of_object_can_be_selected() {
    let server = v2();
    let lines = "add_group g1 --description many\nadd_group g2 --description many\n\
        add_role r1 --description many\nadd_role r2\n\
        add_folder f1 --mapped_path /srv/f1 --description many\n\
        add_admin a1 --password pa55word-9 --permissions '*' --description many\n\
        add_api_key k1 --scope admin --description many\n";
    let added = file(&server, lines);
    assert_eq!(added.code, 0, "{added:?}");
    for noun in ["group", "role", "folder", "admin", "api_key"] {
        let line = format!("update_{noun} --where 'description = many' --description more --yes");
        let ran = run(&server, &line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        let changed = names(&parsed(&ran), "changed").len();
        assert_eq!(changed, if noun == "group" { 2 } else { 1 }, "{noun}");
        let line = format!("delete_{noun} --where 'description = more' --yes");
        let ran = run(&server, &line);
        assert_eq!(
            names(&parsed(&ran), "deleted").len(),
            changed,
            "{line}: {ran:?}"
        );
    }
    for line in [
        "delete_defender_host_by_id --where 'score > 0' --yes",
        "delete_event_rule --where 'name = none' --yes",
    ] {
        let ran = run(&server, line);
        assert_eq!((ran.code, ran.out.as_str()), (0, "[]\n"), "{line}: {ran:?}");
    }
    let ran = run(&server, "close_connection --where 'protocol = SFTP' --yes");
    assert_eq!(names(&parsed(&ran), "closed").len(), 1, "{ran:?}");
    assert_eq!(ran.err, "1 connection: 1 closed\n");
}

#[test]
fn without_sending_the_requests_are_shown() {
    let server = v2();
    let url = server.url();
    let ran = run(
        &server,
        "--dry-run --as curl update_user carla press --status disabled",
    );
    let put = |name: &str| {
        format!(
            "curl -sS -X PUT {url}/api/v2/users/{name} -H \"Authorization: Bearer $SFTPGO_TOKEN\" \
             -H 'Content-Type: application/json' --data-raw '{{\"status\":0}}'\n"
        )
    };
    assert_eq!(ran.out, put("carla") + &put("press"));
    assert_eq!(ran.err.matches("warning").count(), 1, "{ran:?}");
    for line in [
        "--echo only update_user --where 'status = enabled' --status disabled",
        "curl update_user --where 'status = enabled' --status disabled",
    ] {
        let ran = run(&server, line);
        assert!(ran.out.contains("/api/v2/users?limit=500'"), "{ran:?}");
        assert!(ran.out.contains("/api/v2/users/$username'"), "{ran:?}");
        assert!(ran.err.contains("only known during a real run"), "{ran:?}");
    }
    assert_eq!(asked(&server), [""; 0]);
    let ran = run(
        &server,
        "--echo on update_user carla backup --status disabled --yes",
    );
    assert_eq!(ran.err.matches("curl -sS -X PUT").count(), 2, "{ran:?}");
}

#[test]
fn what_someone_else_changes_meanwhile_is_kept() {
    let server = Arc::new(v2());
    let other = Arc::clone(&server);
    let proxy = Proxy::before(&server, move |_, request| {
        if request.starts_with("GET /api/v2/users/carla") {
            let line = "update_user carla --description meanwhile";
            assert_eq!(run(&other, line).code, 0);
        }
        Act::Pass
    });
    let line = "update_user --where 'status = enabled' --status disabled --yes";
    let ran = of(Run::new(&words(line)).env("SFTPGO_HOST", &proxy.url)).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let carla = users(&server)
        .into_iter()
        .find(|user| user["username"] == "carla")
        .expect("carla");
    assert_eq!(carla["description"], "meanwhile");
    assert_eq!(carla["status"], 0);
}

#[test]
fn an_expired_token_is_renewed_and_nothing_is_written_twice() {
    let server = Arc::new(v2());
    let other = Arc::clone(&server);
    let has_expired = AtomicBool::new(false);
    let proxy = Proxy::before(&server, move |_, request| {
        let is_it = request.starts_with("PUT /api/v2/users/carla");
        if is_it && !has_expired.swap(true, Ordering::SeqCst) {
            other.expire_tokens();
        }
        Act::Pass
    });
    let line = "update_user --where 'status = enabled' --status disabled --yes --jobs 2";
    let ran = of(Run::new(&words(line)).env("SFTPGO_HOST", &proxy.url)).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(names(&parsed(&ran), "changed").len(), 5);
    let carried = proxy
        .asked()
        .into_iter()
        .filter(|asked| asked.request.starts_with("PUT") && asked.carried_out == Some(200));
    assert_eq!(carried.count(), 5);
}
