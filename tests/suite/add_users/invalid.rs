//! Errors in the input are reported before anything is sent.

use super::{CSV, Site};

/// A file of this name and text, and the flags after `--from`; what is said.
struct Case {
    name: &'static str,
    text: &'static [u8],
    flags: &'static str,
    code: i32,
    said: &'static str,
}

const fn case(
    name: &'static str,
    text: &'static [u8],
    flags: &'static str,
    code: i32,
    said: &'static str,
) -> Case {
    Case {
        name,
        text,
        flags,
        code,
        said,
    }
}

const CASES: &[Case] = &[
    case(
        "other",
        b"",
        "u.csv",
        1,
        "error: cannot read `u.csv`: no such file or directory\n",
    ),
    case("other", b"", ".", 2, "error: cannot tell the format from the name `.`\nhint: use `--format`: `csv`, `json` or `ndjson`\n"),
    case(
        "other",
        b"",
        ". --format csv",
        1,
        "error: cannot read `.`: is a directory\n",
    ),
    case(
        "u.txt",
        b"username\n",
        "u.txt",
        2,
        "error: cannot tell the format from the name `u.txt`\nhint: use `--format`: `csv`, `json` or `ndjson`\n",
    ),
    case(
        "u.csv",
        b"",
        "u.csv",
        2,
        "u.csv: error: there is no header line\n\
         hint: the valid names are those of `add_user`: `username`, `home_dir`, `uid`, `gid`, `max_sessions`, `quota_size`, \
         `quota_files`, `permissions`, `upload_bandwidth`, `download_bandwidth`, `password`, `public_key`\n\
         error: `u.csv` has 1 error; nothing was sent\n",
    ),
    case("u.csv", b"username,home_dir\r\n", "u.csv", 0, "u.csv: no rows\n"),
    case("u.json", b"[]", "u.json", 0, "u.json: no rows\n"),
    case("u.ndjson", b"\n", "u.ndjson", 0, "u.ndjson: no rows\n"),
    case(
        "u.csv",
        b"username,home,passwd\nada,/a,hunter2\n",
        "u.csv",
        2,
        "u.csv: error: unknown name `home`\nhint: did you mean `home_dir`?\n\
         u.csv: error: unknown name `passwd`\nhint: did you mean `password`?\n\
         error: `u.csv` has 2 errors; nothing was sent\n",
    ),
    case(
        "u.csv",
        b"username,uid,password\r\nada,x,hunter2\r\nbea,1\r\nada,2,hunter2\r\n,3,hunter2\r\nada,2,hunter2\r\n",
        "u.csv",
        2,
        "u.csv: row 1: error: user `ada`: `uid` must be a whole number; this is `x`\n\
         u.csv: row 2: error: 2 cells; the header has 3\nhint: put a value with a comma in quotes: `\"a, b\"`\n\
         u.csv: row 4: error: `username` is missing\nhint: every row needs its own\n\
         u.csv: row 5: error: user `ada`: duplicate `username`: row 3 has the same value\nhint: remove one of the two rows\n\
         error: `u.csv` has 4 errors; nothing was sent\n",
    ),
    case(
        "u.csv",
        b"\xff\xfeu\0",
        "u.csv",
        2,
        "u.csv: error: the file is UTF-16\nhint: save it as UTF-8\n\
         error: `u.csv` has 1 error; nothing was sent\n",
    ),
    case(
        "u.csv",
        b"username\nj\xfcrgen\n",
        "u.csv",
        2,
        "u.csv:2:2: error: invalid UTF-8: byte 0xfc\nhint: save the file as UTF-8\n\
         error: `u.csv` has 1 error; nothing was sent\n",
    ),
    case(
        "u.csv",
        b"username\nada\n",
        "u.csv --skip-existing --update-existing",
        2,
        "error: `--skip-existing` and `--update-existing` cannot be used together\n",
    ),
    case(
        "u.csv",
        b"username\nada\n",
        "u.csv --failed no/f.csv",
        1,
        "error: cannot write the failed rows: no such file or directory\n\
         hint: `no/f.csv` must be a file in a folder that can be written to\n",
    ),
    case(
        "u.csv",
        b"username\nada\n",
        "u.csv --failed .",
        1,
        "error: cannot write the failed rows: is a directory\n\
         hint: `.` must be a file in a folder that can be written to\n",
    ),
    case(
        "u.csv",
        b"username\nada\n",
        "u.csv --failed ./u.csv",
        2,
        "error: `--failed` must not be the input file `u.csv`\n\
         hint: its secrets would be lost: use another file\n",
    ),
    case(
        "t.json",
        b"{\"uid\": \"x\", \"quota_files\": true}",
        "given.csv --template t.json",
        2,
        "t.json: error: `uid` must be a whole number; this is `x`\n\
         t.json: error: in `quota_files`: `quota_files` must be a whole number; this is `true`\n\
         error: `t.json` has 2 errors; nothing was sent\n",
    ),
    case(
        "t.json",
        b"{\"home_dir\": \"/srv/{uid}\"",
        "given.csv --template t.json",
        2,
        "t.json:1:25: error: not valid JSON: the text ends while parsing an object\n\
         error: `t.json` has 1 error; nothing was sent\n",
    ),
    case(
        "other",
        b"",
        "given.csv --template t.json",
        1,
        "error: cannot read `t.json`: no such file or directory\n",
    ),
];

#[test]
fn nothing_is_sent() {
    let site = Site::new();
    for case in CASES {
        let (name, flags) = (case.name, case.flags);
        site.write("given.csv", CSV).write(name, case.text);
        let there = site.files();
        site.go(&format!("add_users --from {flags}"))
            .is(case.code, "", case.said);
        assert_eq!(site.files(), there, "{name} {flags}");
        std::fs::remove_file(site.path(name)).expect("it is there");
    }
    assert!(site.asked_since(0).is_empty());
}

#[test]
fn twenty_invalid_rows_are_reported() {
    let site = Site::new();
    site.write("u.csv", format!("username,uid\n{}", "ada,x\n".repeat(25)));
    let ran = site.go("add_users --from u.csv");
    let end = "u.csv: row 20: error: user `ada`: `uid` must be a whole number; this is `x`\n… and 5 more\n\
        error: `u.csv` has 25 errors; nothing was sent\n";
    assert!(ran.code == 2 && ran.err.ends_with(end), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 22);
}

#[test]
fn in_a_file_it_is_checked_before_anything_runs() {
    let site = Site::new();
    site.write("f", "get_users\nadd_users --from u.csv\n");
    let wrong = "error: cannot read `u.csv`: no such file or directory\n  add_users --from u.csv\n                   ^^^^^\n";
    let ran = site.go("--file f");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(
        ran.err.starts_with(&format!("f:2:18: {wrong}")),
        "{}",
        ran.err
    );
    site.write("u.csv", "username,uid\nada,x\n");
    let ran = site.go("--file f");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(site.asked_since(0).is_empty());
    // From standard input the rows and the commands cannot both come.
    let ran = site.run("").input("add_users --from - --format csv\n").go();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .starts_with("stdin:1:18: error: standard input is already in use for the commands"),
        "{}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn nothing_is_sent_if_the_failed_rows_cannot_be_saved() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    std::fs::create_dir(site.path("d")).expect("a folder");
    site.write("d/users.csv", CSV);
    let read_only = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(site.path("d"), read_only).expect("our own");
    if std::fs::write(site.path("d/probe"), "").is_ok() {
        println!("skipped: root may write everywhere");
        return;
    }
    let ran = site.go("add_users --from d/users.csv");
    assert_eq!(ran.code, 1);
    assert!(site.asked_since(0).is_empty());
}
