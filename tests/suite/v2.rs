//! Lines of the API v2 and the requests they send. The server only records
//! them.

use crate::support::{Ran, Run, asked, practice, words};

/// What a line makes of a request, and the run.
fn sent(line: &str, prepare: impl FnOnce(Run) -> Run) -> (Vec<String>, Ran) {
    let server = practice();
    let args = [vec!["--api".to_owned(), "v2".to_owned()], words(line)].concat();
    let ran = prepare(Run::at(&server, &args)).go();
    (asked(&server), ran)
}

#[track_caller]
fn is(line: &str, expected: &str) {
    let (asked, ran) = sent(line, |run| run);
    assert_eq!(asked, [expected], "{line}: {ran:?}");
}

#[test]
fn queries_contain_only_given_values() {
    is("get_users", "GET /api/v2/users");
    is(
        "get_users --limit 5 --order DESC",
        "GET /api/v2/users?limit=5&order=DESC",
    );
    is(
        "get_user_by_username 'a b' --confidential-data",
        "GET /api/v2/users/a%20b?confidential_data=1",
    );
    is(
        "dumpdata --output_data --scopes users roles",
        "GET /api/v2/dumpdata?output-data=1&scopes=users%2Croles",
    );
    is(
        "get_fs_events --actions upload rename --csv_export --fs_provider s3 --statuses 2",
        "GET /api/v2/events/fs?actions=upload%2Crename&fs_provider=1&statuses=2&csv_export=true",
    );
    is(
        "loaddata /srv/b.json --mode keep",
        "GET /api/v2/loaddata?input-file=%2Fsrv%2Fb.json&mode=1",
    );
}

#[test]
fn paths_contain_names_and_numbers() {
    is(
        "delete_ip_list_entry defender 10.0.0.0/8",
        "DELETE /api/v2/iplists/2/10.0.0.0%2F8",
    );
    is("get_ip_list_entries 3", "GET /api/v2/iplists/3");
    is("get_event_rile_by_name x", "GET /api/v2/eventrules/x");
    is("run-event-rule a/b", "POST /api/v2/eventrules/run/a%2Fb");
}

#[test]
fn bodies_contain_only_given_fields() {
    is(
        "add_user bob --home_dir /srv/bob --permissions '*'",
        r#"POST /api/v2/users {"status":1,"username":"bob","home_dir":"/srv/bob","permissions":{"/":["*"]}}"#,
    );
    is(
        "update_user bob --quota_files 4 --disconnect --replace",
        r#"PUT /api/v2/users/bob?disconnect=1 {"quota_files":4}"#,
    );
    is(
        "add_api_key ci --admin root",
        r#"POST /api/v2/apikeys {"scope":1,"name":"ci","admin":"root"}"#,
    );
    is("run_event_rule x", "POST /api/v2/eventrules/run/x");
}

#[test]
fn contents_of_files_are_sent() {
    let line = "add_folder f --json @f.json --set filesystem.gcsconfig.credentials=@key.json";
    let (asked, ran) = sent(line, |run| {
        let run = run.file(
            "f.json",
            "{\"description\": \"é\", \"filesystem\": {\"provider\": \"gcs\"}}\n",
        );
        run.file("key.json", "{\n  \"private_key\": \"hunter2\"\n}\n")
    });
    assert_eq!(
        asked,
        [
            r#"POST /api/v2/folders {"description":"é","filesystem":{"provider":2,"gcsconfig":{"credentials":{"status":"Plain","payload":"{\n  \"private_key\": \"hunter2\"\n}\n"}}},"name":"f"}"#
        ]
    );
    assert!(!ran.err.contains("hunter2"), "{ran:?}");
    // The end of its only line is not of a secret.
    let line = "--debug update_user bob --replace --set filesystem.sftpconfig.password=@p";
    let (asked, ran) = sent(line, |run| run.file("p", "hunter2\r\n"));
    assert!(asked[0].contains(r#""payload":"hunter2"}"#), "{asked:?}");
    assert!(
        ran.err.contains("********") && !ran.err.contains("hunter2"),
        "{ran:?}"
    );
    // Standard input, where it is free.
    let (asked, _) = sent("update_role r --replace --json -", |run| {
        run.input("{\"description\":\"x\"}")
    });
    assert_eq!(asked, [r#"PUT /api/v2/roles/r {"description":"x"}"#]);
}

#[test]
fn invalid_lines_send_nothing() {
    for (line, said) in [
        (
            "update_user bob --set fitlers.x=1",
            "error: unknown field `fitlers`\nhint: did you mean `filters`?\n",
        ),
        (
            "update_user bob --json @f.json",
            "error: unknown field `udi`\nhint: did you mean `uid`?\n",
        ),
        (
            "update_user bob --json @nowhere",
            "error: cannot read `nowhere`: no such file or directory\n",
        ),
        (
            "get_user_by_id 5",
            "error: `get_user_by_id` is not in the API `v2`\nhint: this API identifies users by name: `get_user_by_username USERNAME`; `set api 2019` if your server uses that API\n",
        ),
    ] {
        let (asked, ran) = sent(line, |run| run.file("f.json", "{\"udi\":1}"));
        assert!(asked.is_empty(), "{line}: {asked:?}");
        assert_eq!(ran.err, said, "{line}");
        assert_eq!(
            ran.code,
            if line.contains("nowhere") { 1 } else { 2 },
            "{line}"
        );
    }
}

#[test]
fn a_secret_that_is_needed_is_asked_for() {
    let (asked, ran) = sent("change_admin_password", |run| run.input(""));
    assert!(asked.is_empty());
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .starts_with("error: `--current_password` needs a value"),
        "{ran:?}"
    );
}

#[test]
fn a_file_of_v2_is_checked_whole() {
    let lines = "add_user a --set filters.allowed_ip='[]'\nadd_user b --set allowed_ip=1\n";
    let server = practice();
    let run = Run::at(&server, &["--api", "v2", "--file", "f.sftpgo"]).file("f.sftpgo", lines);
    let ran = run.go();
    assert!(asked(&server).is_empty());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("f.sftpgo:2:18"), "{}", ran.err);
    // What is only known during a real run is not looked at before it.
    let later = "add_user a --set description=$_.x uid=$id\nadd_user b --json $_\n";
    let run = Run::new(&["--api", "v2", "--check", "--file", "f.sftpgo"]).file("f.sftpgo", later);
    let ran = run.go();
    assert_eq!((ran.code, ran.err.as_str()), (0, "2 commands, no errors\n"));
}

#[test]
fn explain_shows_the_request() {
    let ran = Run::new(&["--api", "v2", "explain", "add_user", "bob", "--json", "u.json"])
        .file("u.json", "{\"filesystem\":{\"s3config\":{\"access_secret\":{\"status\":\"Plain\",\"payload\":\"hunter2\"}}}}")
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("\"payload\": \"********\""), "{}", ran.out);
    assert!(
        ran.out.contains("\"payload\":\"'\"$ACCESS_SECRET\"'\""),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("hunter2"), "{}", ran.out);
    let ran = Run::new(&["--api", "v2", "help", "get_roles"]).go();
    assert!(
        ran.out.contains("servers: 2.5.0 and later\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("needs the permission `*`\n"),
        "{}",
        ran.out
    );
}
