//! The file of failed rows, and that it can be read again.

use super::*;
use std::fs;

/// The file of failed rows with every row in it.
fn written(rows: &Rows, why: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("failed");
    let mut failed = FailedRows::create(&path, rows).unwrap();
    for row in &rows.rows {
        failed.add(row, why).unwrap();
    }
    failed.finish().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_same_format_without_secrets() {
    let csv = "error,username, home-dir,password\nold,a,\"x,y\",hunter2\n,b,,\n";
    let why = "taken: hunter2, \"so\"";
    let rows = rows_of(csv, Csv).unwrap();
    assert_eq!(
        written(&rows, why),
        "username,home-dir,password,row,error\n\
         a,\"x,y\",,1,\"taken: ********, \"\"so\"\"\"\n\
         b,,,2,\"taken: hunter2, \"\"so\"\"\"\n"
    );
    let rows_with_quotes = rows_of("username,password\na,\"x\"\"y\"\n", Csv).unwrap();
    let file = written(&rows_with_quotes, r#"{"password":"x\"y"}: x"y"#);
    assert!(
        file.ends_with("a,,1,\"{\"\"password\"\":\"\"********\"\"}: ********\"\n"),
        "{file}"
    );
    let object = "{\"password\":\"hunter2\",\"username\":\"a\",\"row\":9,\"uid\":1}";
    let rows = rows_of(object, Ndjson).unwrap();
    let line = r#"{"username":"a","uid":1,"row":1,"error":"no"}"#;
    assert_eq!(written(&rows, "no"), format!("{line}\n"));
    let rows = rows_of(&format!("[{object},{{\"username\":\"b\"}}]"), Json).unwrap();
    assert_eq!(
        written(&rows, "no"),
        format!("[\n{line},\n{{\"username\":\"b\",\"row\":2,\"error\":\"no\"}}\n]\n")
    );
}

#[test]
fn a_file_without_failed_rows_is_written() {
    for (text, format, expected) in [
        ("username\n", Csv, "username,row,error\n"),
        ("[]", Json, "[]\n"),
        ("", Ndjson, ""),
    ] {
        assert_eq!(written(&rows_of(text, format).unwrap(), ""), expected);
    }
}

#[test]
fn an_unfinished_file_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let rows = rows_of("username\na\n", Csv).unwrap();
    let mut failed = FailedRows::create(&folder.path().join("failed"), &rows).unwrap();
    failed.add(&rows.rows[0], "no").unwrap();
    drop(failed);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let error = FailedRows::create(&folder.path().join("no/failed"), &rows).unwrap_err();
    assert!(error.message.starts_with("cannot write the failed rows: "));
}

/// Rows of different users, as CSV and as JSON.
fn files() -> impl Strategy<Value = Vec<(String, FileFormat)>> {
    let text = || "[^\0]{0,8}";
    prop::collection::vec((text(), text(), any::<Option<i64>>(), any::<bool>()), 0..5).prop_map(
        |rows| {
            let mut csv = ::csv::WriterBuilder::new()
                .quote_style(::csv::QuoteStyle::Always)
                .from_writer(Vec::new());
            csv.write_record([
                "password",
                "row",
                "username",
                "home-dir",
                "uid",
                "permissions",
            ])
            .unwrap();
            let mut objects = Vec::new();
            for (at, (name, home, uid, all)) in rows.into_iter().enumerate() {
                let name = format!("{name}{at}");
                let permissions = if all { "*" } else { "list download" };
                let number = uid.map(|uid| uid.to_string()).unwrap_or_default();
                let cells = ["hunter2", "9", &name, &home, &number, permissions];
                csv.write_record(cells).unwrap();
                let permissions: Vec<_> = permissions.split(' ').collect();
                objects.push(json!({
                    "home-dir": home, "uid": uid, "password": "hunter2", "username": name,
                    "permissions": permissions,
                }));
            }
            let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
            let lines: Vec<_> = objects.iter().map(Value::to_string).collect();
            vec![
                (csv, Csv),
                (Value::from(objects).to_string(), Json),
                (lines.join("\n"), Ndjson),
            ]
        },
    )
}

proptest! {
    #[test]
    fn the_file_reads_back_except_for_secrets(files in files(), why in any::<String>()) {
        for (text, format) in files {
            let rows = rows_of(&text, format).unwrap();
            let again = rows_of(&written(&rows, &why), format).unwrap();
            let without = |words: Vec<String>| -> Vec<String> {
                words.iter().map(|words| words.replace(" --password=hunter2", "")).collect()
            };
            prop_assert_eq!(without(words_of(&rows)), words_of(&again));
        }
    }
}
