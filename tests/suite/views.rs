//! What an answer looks like in pipes and files: `output`, `--columns`, `--human`.

use crate::support::{Ran, Run, asked, practice, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::io::Write;
use std::process::{Command, Stdio};

fn run(server: &Practice, line: &str) -> Ran {
    let run = Run::at(server, &words(line));
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .go()
}

#[track_caller]
fn out(server: &Practice, line: &str) -> String {
    let ran = run(server, line);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{line}: {ran:?}");
    ran.out
}

fn json_of(text: &str) -> Json {
    serde_json::from_str(text).expect(text)
}

#[test]
fn a_pipe_gets_json_by_default() {
    let server = v2();
    let plain = out(&server, "get_users");
    assert_eq!(plain, out(&server, "--output json get_users"));
    assert_eq!(plain, out(&server, "--output auto get_users"));
    assert!(plain.starts_with("[\n  {\n    \"id\": "), "{plain}");
}

#[test]
fn ndjson_has_an_item_in_each_line() {
    let server = v2();
    let all = json_of(&out(&server, "get_users"));
    let lines = out(&server, "--output ndjson get_users");
    let lines: Vec<Json> = lines.lines().map(json_of).collect();
    assert_eq!(Json::Array(lines), all);
    let one = out(&server, "--output ndjson get_user_by_username carla");
    assert_eq!(
        (one.lines().count(), &json_of(&one)["username"]),
        (1, &json!("carla"))
    );
    assert_eq!(out(&server, "--output ndjson get_users --offset 50"), "");
    // So it is with the older APIs.
    let old = practice();
    let lines = Run::at(&old, &words("--output ndjson get_users --limit 1")).go();
    assert_eq!(json_of(&lines.out)["username"], "anna.nowak");
}

#[test]
fn columns_keep_their_paths_in_json() {
    let server = v2();
    let columns = "--columns username,groups.name,permissions./";
    let expected =
        json!({"username": "carla", "groups": [{"name": "staff"}], "permissions": {"/": ["*"]}});
    let list = out(&server, &format!("get_users {columns}"));
    assert!(
        json_of(&list).as_array().unwrap().contains(&expected),
        "{list}"
    );
    let one = out(
        &server,
        &format!("--output compact get_user_by_username carla {columns}"),
    );
    assert_eq!(one, format!("{expected}\n"));
    let lines = out(&server, &format!("--output ndjson get_users {columns}"));
    let expected = expected.to_string();
    assert!(lines.lines().any(|line| line == expected), "{lines}");
    // Added to the usual ones: JSON has all.
    assert_eq!(
        out(&server, "get_users --columns +email"),
        out(&server, "get_users")
    );
}

#[test]
fn csv_and_tsv_have_the_exact_values() {
    let server = v2();
    let columns = "--columns username,quota_size,expiration_date,groups,description";
    assert_eq!(
        out(
            &server,
            &format!("--output csv get_users --limit 3 {columns}")
        ),
        "username,quota_size,expiration_date,groups,description\n\
         anna.nowak,10737418240,,,\n\
         backup,2199023255552,,,\"Nightly backups, kept in a bucket\"\n\
         carla,0,,\"[{\"\"name\"\":\"\"staff\"\",\"\"type\"\":1}]\",\n"
    );
    assert_eq!(
        out(
            &server,
            &format!("--output tsv get_users --limit 3 --human {columns}")
        ),
        "username\tquota_size\texpiration_date\tgroups\tdescription\n\
         anna.nowak\t10 GiB\tnever\t\t\n\
         backup\t2 TiB\tnever\t\tNightly backups, kept in a bucket\n\
         carla\tunlimited\tnever\tstaff (primary)\t\n"
    );
    let usual = out(&server, "--output csv get_users --limit 1");
    let header = usual.lines().next().unwrap_or_default();
    assert!(
        header.starts_with("username,status,used_quota_size,quota_size,"),
        "{header}"
    );
    // One object is one row; no objects are the line of names.
    let one = out(
        &server,
        "--output csv get_role_by_name helpdesk --columns name,users",
    );
    assert_eq!(one, "name,users\nhelpdesk,\"[\"\"jürgen\"\"]\"\n");
    assert_eq!(
        out(
            &server,
            "--output csv get_users --offset 50 --columns username"
        ),
        "username\n"
    );
}

/// Another program reads what was written.
#[test]
fn python_reads_the_csv() {
    let server = v2();
    let csv = out(
        &server,
        "--output csv get_users --columns username,home_dir,permissions,quota_size",
    );
    let script = "import csv, json, sys; print(json.dumps([dict(row, permissions=json.loads(row['permissions'])) \
        for row in csv.DictReader(sys.stdin)]))";
    let python = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let read = if let Ok(mut python) = python {
        let mut stdin = python.stdin.take().expect("a pipe");
        stdin.write_all(csv.as_bytes()).expect("it reads");
        drop(stdin);
        let ended = python.wait_with_output().expect("it ends");
        json_of(&String::from_utf8(ended.stdout).expect("UTF-8"))
    } else {
        // No Python here: the library reads it.
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows = reader.records().map(|row| {
            let row = row.expect("a row");
            let permissions = json_of(&row[2]);
            json!({"username": row[0], "home_dir": row[1], "permissions": permissions, "quota_size": row[3]})
        });
        rows.collect()
    };
    let users = json_of(&out(&server, "get_users"));
    let expected = users.as_array().unwrap().iter().map(|user| {
        json!({"username": user["username"], "home_dir": user["home_dir"],
            "permissions": user["permissions"], "quota_size": user["quota_size"].to_string()})
    });
    assert_eq!(read, expected.collect::<Json>());
}

#[test]
fn wrong_columns_send_nothing() {
    let server = v2();
    for (line, expected) in [
        (
            "get_users --columns username,emial",
            "error: `--columns`: unknown field `emial`\nhint: did you mean `email`?\n",
        ),
        (
            "get_users --columns username.x",
            "error: `--columns`: `username` has no fields\n",
        ),
        (
            "get_users --columns password",
            "error: `--columns`: `password` is a secret, which is never shown\n",
        ),
        (
            "get_users --columns ''",
            "error: `--columns`: the name of a field is empty\nhint: separate the fields by `,`: `--columns username,email`\n",
        ),
        (
            "--output raw get_users --columns email",
            "error: `--columns` cannot be used with `output raw`\nhint: `--output json` selects another format\n",
        ),
    ] {
        let ran = run(&server, line);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{line}: {ran:?}");
        assert_eq!(ran.err, expected, "{line}");
    }
    // In a file, before anything runs, with its place.
    let ran = run(
        &server,
        "-c 'get_users; get_users --columns username,emial'",
    );
    assert_eq!((ran.code, &*ran.out), (2, ""), "{ran:?}");
    assert_eq!(
        ran.err,
        "-c:1:41: error: `--columns`: unknown field `emial`\n  get_users; get_users --columns username,emial\n  \
         \u{20}                                       ^^^^^\nhint: did you mean `email`?\n\
         nothing was run\n"
    );
    assert_eq!(asked(&server), Vec::<String>::new());
}

#[test]
fn last_shows_it_in_another_form() {
    let server = v2();
    let file = "get_user_by_username carla; last --output csv --columns username,quota_size; \
        last --output ndjson --columns username; last --output table --columns username,status; -last --columns nme";
    let ran = run(&server, &format!("--quiet -c '{file}'"));
    let (_, shown) = ran.out.split_once("\n}\n").expect("the object");
    assert_eq!(
        shown,
        "username,quota_size\ncarla,0\n{\"username\":\"carla\"}\nusername  carla\nstatus    enabled\n",
        "{ran:?}"
    );
    assert!(
        ran.err.contains("error: `--columns`: unknown field `nme`"),
        "{ran:?}"
    );
    assert_eq!(
        asked(&server)
            .iter()
            .filter(|one| one.contains("/users"))
            .count(),
        1
    );
}

#[test]
fn what_has_no_rows_is_json() {
    let server = v2();
    // A refusal is the server's JSON, in each form.
    for output in ["auto", "table", "csv", "tsv", "ndjson", "compact"] {
        let ran = run(
            &server,
            &format!("--output {output} get_user_by_username nobody"),
        );
        assert_eq!(ran.code, 4, "{ran:?}");
        assert_eq!(json_of(&ran.out)["error"], "Not Found", "{output}: {ran:?}");
    }
    let ran = run(
        &server,
        "--output csv -c 'get /api/v2/version; last --output tsv'",
    );
    assert!(ran.out.starts_with("version,"), "{ran:?}");
}

#[test]
fn a_file_gets_tables_whole() {
    let server = v2();
    let text = out(
        &server,
        "--output table get_users --columns username,public_keys",
    );
    let carla = text.lines().find(|line| line.starts_with("carla "));
    assert!(carla.expect("a line").ends_with(" carla"), "{text}");
    assert!(!text.contains('…') && !text.contains('\u{1b}'), "{text}");
}
