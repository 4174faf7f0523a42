//! The forms, the names, the values and what is wrong with them.

use super::*;
use crate::catalog::Value::List;
use crate::catalog::{APIS, Api, Release, api};
use crate::line::call::Content;
use crate::line::parse::Parser;
use crate::output::error::render;
use FileFormat::{Csv, Json, Ndjson};
use proptest::prelude::*;
use serde_json::{Value, json};

mod failed;
mod template;

fn seed() -> &'static Api {
    &APIS[0]
}

fn rows_of(text: &str, format: FileFormat) -> Result<Rows, Vec<RowError>> {
    read(text.into(), format, Template::none(seed()))
}

/// The words of each row.
fn words_of(rows: &Rows) -> Vec<String> {
    let words = |row| rows.args(row).unwrap().into_iter().map(|arg| arg.text);
    rows.rows
        .iter()
        .map(|row| words(row).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The words of the only row.
fn words(text: &str, format: FileFormat) -> String {
    let rows = rows_of(text, format).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    assert_eq!(rows.rows.len(), 1, "{text}");
    words_of(&rows).remove(0)
}

/// What is said of a wrong file.
fn said_of(wrong: &[RowError]) -> String {
    let said = wrong
        .iter()
        .map(|wrong| render(&wrong.error, "", &wrong.place("f"), false));
    said.collect()
}

fn said(text: &str, format: FileFormat) -> String {
    said_of(&rows_of(text, format).expect_err(text))
}

#[test]
fn the_same_users_in_every_format() {
    let csv = "\u{feff}username, home-dir ,uid,permissions,password\r\n\
        anna,/srv/a,33,list download,\" x,\"\"y\"\r\n\r\njo,,,*,\r\n";
    let objects = [
        r#"{"username":"anna","home_dir":"/srv/a","uid":33,"permissions":["list","download"],"password":" x,\"y"}"#,
        r#"{"uid":null, "permissions":"*", "username":"jo"}"#,
    ];
    let lines = format!("{}\r\n\n{}", objects[0], objects[1]);
    let array = format!("[{},\n  {}]\n", objects[0], objects[1]);
    let expected = [
        "add_user --home_dir=/srv/a --uid=33 --permissions=list --permissions=download --password= x,\"y -- anna",
        "add_user --permissions=* -- jo",
    ];
    for (text, format) in [(csv, Csv), (&lines, Ndjson), (&array, Json)] {
        let rows = rows_of(text, format).unwrap();
        assert_eq!(words_of(&rows), expected, "{format:?}");
        let numbers: Vec<_> = rows.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2]);
        assert_eq!(rows.rows[1].username, "jo");
    }
}

#[test]
fn the_words_of_a_value() {
    for (csv, expected) in [
        // A dash anywhere; quotes and spaces; lists as shlex splits them.
        ("username,password\n-x,--uid", "--password=--uid -- -x"),
        ("username,password\n--,-h", "--password=-h -- --"),
        (
            "username,password\n--help,\" p \"",
            "--password= p  -- --help",
        ),
        (
            "username,public_key\na,'ssh-rsa A k' ssh-rsa\\ B",
            "--public_key=ssh-rsa A k --public_key=ssh-rsa B -- a",
        ),
        ("username,uid\n$id,-5", "--uid=-5 -- $id"),
        ("row,username,error\n7,a,\"no, not so\"", "-- a"),
        ("username\n\" a \"", "--  a "),
        ("username\n\u{feff}a", "-- \u{feff}a"),
        (
            "username,home_dir\nsftpgo-shell,\"a\nb\"",
            "--home_dir=a\nb -- sftpgo-shell",
        ),
    ] {
        assert_eq!(words(csv, Csv), format!("add_user {expected}"), "{csv}");
    }
    for (object, expected) in [
        (json!({"username": ""}), "-- "),
        (json!({"username": 12, "uid": "7"}), "--uid=7 -- 12"),
        (
            json!({"username": "a", "home-dir": "", "permissions": [], "password": ""}),
            "--home_dir= --permissions= --password= -- a",
        ),
        (
            json!({"username": "a", "public_key": "x y"}),
            "--public_key=x y -- a",
        ),
    ] {
        let text = object.to_string();
        assert_eq!(words(&text, Ndjson), format!("add_user {expected}"));
    }
}

/// What is empty on purpose is given, not left out and not asked for.
#[test]
fn the_parser_reads_what_the_row_says() {
    let row = json!({"username": "-x", "permissions": [], "password": "", "uid": -5});
    let rows = rows_of(&row.to_string(), Ndjson).unwrap();
    let args = rows.args(&rows.rows[0]).unwrap();
    let parsed = Parser::default().parse(&args, seed()).unwrap();
    let Content::Call(call) = parsed.content else {
        panic!("no call")
    };
    assert_eq!((call.text("username"), call.int("uid")), ("-x", -5));
    assert_eq!(
        call.value("password"),
        Some(&crate::catalog::Value::Secret(crate::secret::Secret::new(
            ""
        )))
    );
    assert_eq!(call.value("permissions"), Some(&List(Vec::new())));
    assert!(call.typed("password") && call.typed("permissions") && !call.typed("gid"));
}

#[test]
fn no_users_are_no_error() {
    for (text, format) in [
        ("username\n", Csv),
        ("[]", Json),
        ("", Ndjson),
        ("\n \n", Ndjson),
    ] {
        assert!(rows_of(text, format).unwrap().rows.is_empty(), "{text:?}");
    }
}

#[test]
fn an_unknown_column_is_reported_once() {
    for (text, format, expected) in [
        (
            "username,pasword,Uid\na,b,c,d\n",
            Csv,
            "f: error: unknown name `pasword`\nhint: did you mean `password`?\n\
             f: error: unknown name `Uid`\nhint: did you mean `uid` or `gid`?\n",
        ),
        (
            "username,home_dir,home-dir\n",
            Csv,
            "f: error: the name `home-dir` appears twice\nhint: `home-dir` and `home_dir` are the same field\n",
        ),
        ("username,\n", Csv, "f: error: a name is empty\n"),
        (
            "uid,gid\n1,2\n",
            Csv,
            "f: error: the header has no `username`\n",
        ),
        ("", Csv, "f: error: there is no header line\n"),
        (
            "username;uid\n",
            Csv,
            "f: error: the first line contains no column name of `add_user`\nhint: cells are separated by commas; for this file, use `--delimiter ';'`\n",
        ),
        (
            "{\"uid\":\"x\"}\n{\"pasword\":1}\n{\"pasword\":1,\"uid\":1,\"uid\":2}",
            Ndjson,
            "f: row 1: error: `username` is missing\nhint: every row needs its own\n\
             f: row 1: error: `uid` must be a whole number; this is `x`\n\
             f: row 2: error: unknown name `pasword`\nhint: did you mean `password`?\n\
             f: row 3: error: the name `uid` appears twice\nhint: remove one of them\n",
        ),
    ] {
        let said = said(text, format);
        assert!(said.starts_with(expected), "{text}: {said}");
    }
    // A file without a header: its first user is not shown.
    assert!(!said("anna,hunter2\n", Csv).contains("hunter2"));
}

#[test]
fn all_invalid_rows_are_reported_with_their_numbers() {
    let csv = "username,uid,permissions\n\
        a,x,\n\
        b,1,list flyy\n\
        c,1\n\
        a,1,*\n\
        ,1,*\n\
        a,1,\"'list\"\n\
        d,1,* # all\n";
    assert_eq!(
        said(csv, Csv),
        "f: row 1: error: user `a`: `uid` must be a whole number; this is `x`\n\
         f: row 2: error: user `b`: `permissions` must be one of `*`, `list`, `download`, `upload`, `delete`, `rename`, `create_dirs`, `create_symlinks`; this is `flyy`\n\
         f: row 3: error: 2 cells; the header has 3\n\
         hint: put a value with a comma in quotes: `\"a, b\"`\n\
         f: row 5: error: `username` is missing\n\
         hint: every row needs its own\n\
         f: row 6: error: user `a`: a quote is never closed in `permissions`\n\
         hint: the words of a list are split as on the command line; write `\\'` for a literal quote\n\
         f: row 7: error: user `d`: `#` starts a comment in `permissions`\n\
         hint: put the value in single quotes\n"
    );
    let objects = [
        json!({"username": true}),
        json!({"username": "a", "uid": [1]}),
        json!({"username": "a", "uid": 1.5}),
        json!({"username": "a", "password": {"x": "hunter2"}}),
        json!({"username": "a", "permissions": [1]}),
        json!({"username": "a", "home_dir": "a\0"}),
        json!("hunter2"),
    ];
    let said = said(&Value::from(objects.to_vec()).to_string(), Json);
    assert_eq!(
        said,
        "f: row 1: error: `username` must be a string; this is `true`\n\
         f: row 2: error: user `a`: `uid` must be a whole number; this is a list\n\
         f: row 3: error: user `a`: `uid` must be a whole number; this is `1.5`\n\
         f: row 4: error: user `a`: `password` must be a string; this is an object\n\
         f: row 5: error: user `a`: `permissions` must be a list of strings; this is a number\n\
         f: row 6: error: user `a`: `home_dir` contains a NUL character\n\
         hint: a file of users is UTF-8 text without NUL characters\n\
         f: row 7: error: this is not an object\n\
         hint: a user is `{\"name\": value, …}`\n"
    );
}

#[test]
fn duplicate_names() {
    assert_eq!(
        said("username\na\nb\na\n", Csv),
        "f: row 3: error: user `a`: duplicate `username`: row 1 has the same value\nhint: remove one of the two rows\n"
    );
}

#[test]
fn syntax_errors_are_reported_with_their_line() {
    for (text, format, expected) in [
        (
            "[{\"username\": \"é\"},\n {\"a\" 1}]",
            Json,
            "f:2:7: error: not valid JSON: expected `:`\n",
        ),
        (
            "[{\"username\":",
            Json,
            "f:1:13: error: not valid JSON: the text ends ",
        ),
        ("{}", Json, "f: error: this is not a list of users\n"),
        (
            "{\"username\":\"a\"}\n\n{\"é\":}\n{",
            Ndjson,
            "f:3:6: error: not valid JSON: expected value\n",
        ),
        (
            "username,uid\na,1\nb,\"2\nc,3\n",
            Csv,
            "f:3:1: error: a `\"` in this row is never closed\n",
        ),
        (
            "username,uid\na,1\n\"b,2\nc,3\n",
            Csv,
            "f:3:1: error: a `\"` in this row is never closed\n",
        ),
        (
            "username\n\"a",
            Csv,
            "f:2:1: error: a `\"` in this row is never closed\n",
        ),
    ] {
        let said = said(text, format);
        assert!(said.starts_with(expected), "{text}: {said}");
    }
    let wrong = read(b"username\nJos\xe9\n".to_vec(), Csv, Template::none(seed())).unwrap_err();
    assert_eq!(
        said_of(&wrong),
        "f:2:4: error: invalid UTF-8: byte 0xe9\nhint: save the file as UTF-8\n"
    );
    let wrong = read(b"\xff\xfeu\0".to_vec(), Csv, Template::none(seed())).unwrap_err();
    assert!(said_of(&wrong).contains("UTF-16"));
}

#[test]
fn a_check_may_end_early() {
    let left = std::cell::Cell::new(2);
    let goes_on = || left.replace(left.get() - 1) > 0;
    let text = "username,uid\na,wrong\nb,wrong\nc,wrong\n";
    let wrong = read_while(text.into(), Csv, Template::none(seed()), &goes_on).unwrap_err();
    assert_eq!(wrong.len(), 2, "{}", said_of(&wrong));
}

#[test]
fn columns_depend_on_the_api_version() {
    let text = "username,public_keys\na,b\n";
    assert!(read(text.into(), Csv, Template::none(api("v1").unwrap())).is_ok());
    assert!(said(text, Csv).contains("did you mean `public_key`"));
}

#[test]
fn debug_output_contains_no_secret() {
    let rows = rows_of("username,password\na,hunter2\n", Csv).unwrap();
    assert!(!format!("{rows:?}{:?}", rows.rows).contains("hunter2"));
}

proptest! {
    #[test]
    fn any_bytes_are_rows_or_errors(bytes in any::<Vec<u8>>(), tail in "[a,\"\n{}:\\[\\] ]{0,40}") {
        let bytes = [b"username,uid\n", bytes.as_slice(), tail.as_bytes()].concat();
        for format in [Csv, Json, Ndjson] {
            for start in [0, 13] {
                let read = read(bytes[start..].to_vec(), format, Template::none(seed()));
                match read {
                    Ok(rows) => drop(words_of(&rows)),
                    Err(wrong) => prop_assert!(!wrong.is_empty()),
                }
            }
        }
    }

    #[test]
    fn any_value_reaches_its_word(name in "[^\0]+", home in "[^\0]+", keys in prop::collection::vec("[^\0]+", 1..4)) {
        let object = json!({"username": name, "home_dir": home, "public_key": keys});
        // A blank at an edge belongs to the value only in quotes.
        let mut csv = ::csv::WriterBuilder::new()
            .quote_style(::csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        let quoted: Vec<_> = keys.iter().map(|key| shlex::try_quote(key).unwrap()).collect();
        csv.write_record(["username", "home_dir", "public_key"]).unwrap();
        csv.write_record([&name, &home, &quoted.join(" ")]).unwrap();
        let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        let expected = |keys: Vec<String>| {
            let keys = keys.join(" --public_key=");
            format!("add_user --home_dir={home} --public_key={keys} -- {name}")
        };
        // JSON never names a file, a cell may.
        let literal = keys.iter().map(|key| crate::line::change::literal(key)).collect();
        prop_assert_eq!(words(&object.to_string(), Ndjson), expected(literal));
        prop_assert_eq!(words(&csv, Csv), expected(keys));
    }
}
