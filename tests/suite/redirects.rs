//! `|`, `>` and `>>` in command files: off, and on with `--allow-shell`.

use crate::support::{PIPED, Ran, Run, asked, practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::fs;
use std::path::Path;

const ALLOWED: &str = "--allow-shell";

/// Runs `-c LINE` where it is allowed.
#[track_caller]
fn allowed(server: &Practice, line: &str) -> Ran {
    run_of(server, line).go()
}

/// The same with this text in the file `f`; returns what is in it afterwards.
#[track_caller]
fn allowed_with(server: &Practice, line: &str, (file, text): (&str, &str)) -> (Ran, String) {
    let run = run_of(server, line).file(file, text);
    let path = run.home.path().join(file);
    run.leaving(&path)
}

fn run_of(server: &Practice, line: &str) -> Run {
    Run::at(server, &["--output", "compact", ALLOWED, "-c", line])
}

#[test]
fn they_are_refused_before_anything_is_sent() {
    let server = practice();
    for sign in ["|", ">"] {
        let line = format!("get_quota_scans; get_users {sign}x y");
        let refused = |run: Run, file: &str| {
            run.go().is(
                2,
                "",
                &format!(
                    "{file}:1:28: error: `{sign}` is not allowed in command files\n  {line}\n{}^\n\
                     hint: start with `--allow-shell` to allow it; for a literal `{sign}`, put it in quotes\n\
                     nothing was run\n",
                    " ".repeat(29)
                ),
            );
        };
        refused(Run::at(&server, &["-c", &line]), "-c");
        refused(Run::at(&server, &["--check", "-c", &line]), "-c");
        refused(
            Run::at(&server, &["--jobs", "4", "--dry-run", "-c", &line]),
            "-c",
        );
        refused(Run::at(&server, &["--file", "f"]).file("f", &line), "f");
    }
    assert_eq!(asked(&server), [""; 0]);
    // What is read once is refused where it stands.
    let ran = Run::at(&server, &PIPED)
        .input("echo a\nget_users | cat\necho never\n")
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (2, "a\n"), "{ran:?}");
    assert!(
        ran.err
            .ends_with("stopped at stdin:2; 1 command done, the rest not run\n")
    );
    assert_eq!(asked(&server), [""; 0]);
    let sourced = Run::at(&server, &["-c", "source f"])
        .file("f", "get_users > x\n")
        .go();
    assert_eq!(sourced.code, 2, "{sourced:?}");
    assert!(sourced.err.starts_with("f:1:11: error: `>` is not allowed"));
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn a_single_command_has_none() {
    let server = practice();
    for (args, hint) in [
        (&["get_users", "|", "jq"][..], "|"),
        (&[ALLOWED, "get_users", ">", "x"], ">"),
    ] {
        let ran = Run::at(&server, args).go();
        ran.is(
            2,
            "",
            &format!(
                "error: unexpected argument `{hint}`\nhint: without quotes, `{hint}` sends the output to what follows\n"
            ),
        );
    }
    // Where a word may be anything, these are words.
    Run::at(&server, &["echo", "a", "|", ">b"])
        .go()
        .is(0, "a | >b\n", "");
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn quoted_they_are_words() {
    let server = practice();
    let line = "echo '|' \">\" \\> a|b c>d; get_user_by_id 5134; expect $_.uid > 5; expect 5 >= 5";
    let ran = Run::at(&server, &["--output", "compact", "-c", line]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with("| > > a|b c>d\n{"));
}

#[test]
fn an_ending_that_is_no_format_is_told() {
    let server = practice();
    let told = |line: &str| {
        let ran = Run::at(&server, &[ALLOWED, "-c", line]).go();
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.err
    };
    assert_eq!(
        told("get_users > a.xlsx"),
        "`.xlsx` is not an output format, so JSON is written; `--output csv` selects another\n"
    );
    // Where there is no ending, or a format was chosen, nothing is unexpected.
    for line in [
        "get_users > a",
        "get_users > a.json",
        "get_users --output compact > a.txt",
        "set output json; get_users >> a.txt",
        "echo a > a.txt",
    ] {
        assert_eq!(told(line), "", "{line}");
    }
}

#[test]
fn a_file_has_what_a_pipe_gets() {
    let server = practice();
    let of = |args: &[&str]| Run::at(&server, args).go().out;
    for (line, file, args) in [
        ("get_users > f.json", "f.json", &["get_users"][..]),
        (
            "get_users >'f.ndjson'",
            "f.ndjson",
            &["--output", "ndjson", "get_users"],
        ),
        (
            "get_users > f.txt",
            "f.txt",
            &["--output", "compact", "get_users"],
        ),
        (
            "--output raw get_users > f.json",
            "f.json",
            &["--output", "raw", "get_users"],
        ),
        ("get_users --color always >f.json", "f.json", &["get_users"]),
        ("help get_users > f", "f", &["help", "get_users"]),
        (
            "get_quota_scans; last --output ndjson > f",
            "f",
            &["--output", "ndjson", "get_quota_scans"],
        ),
        ("set timeout 9s > f", "f", &["set", "timeout", "9s"]),
    ] {
        let (ran, left) = allowed_with(&server, line, (file, "old"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {ran:?}");
        assert_eq!(left, of(args), "{line}");
    }
    let (_, left) = allowed_with(&server, "echo b >> f; echo c >> f", ("f", "a\n"));
    assert_eq!(left, "a\nb\nc\n");
    let ran = allowed(&server, "get_users --color always | cat");
    assert_eq!(ran.out, of(&["--output", "compact", "get_users"]));
}

#[test]
fn a_failure_leaves_the_file() {
    let server = practice();
    for (line, code) in [
        ("get_user_by_id 1 > f", 4),
        ("get_user_by_id 1 >> f", 4),
        ("get_users --limit x > f", 2),
        ("get_users > f --limit 1", 2),
        ("get_users > f | cat", 2),
        ("echo x > f; get_users > $nope", 2),
        ("get_users > ''", 2),
        ("get_users >", 2),
        ("get_users > .", 1),
        ("get_users > no/f", 1),
        ("get_users >> no/f", 1),
    ] {
        let sent = asked(&server).len();
        let (ran, left) = allowed_with(&server, line, ("f", "old"));
        assert_eq!(
            (ran.code, left),
            (code, "old".to_owned()),
            "{line}: {ran:?}"
        );
        let is_sent = asked(&server).len() - sent;
        assert_eq!(is_sent, usize::from(code == 4), "{line}");
    }
    for (line, sign, gone) in [
        ("get_users > no/f", ">", "no/f"),
        ("get_users >> .", ">>", "."),
    ] {
        let ran = allowed(&server, line);
        let what = &line[line.find(sign).unwrap()..];
        assert!(
            ran.err
                .starts_with(&format!("-c:1:11: error: cannot write `{gone}`: "))
                && ran
                    .err
                    .contains(&format!("\n            {}\n", "^".repeat(what.len()))),
            "{ran:?}"
        );
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let server = practice();
    for sign in [">", ">>"] {
        let ran = allowed(&server, &format!("get_users {sign} /dev/full"));
        let mark = format!("            {}\n", "^".repeat(sign.len() + 10));
        ran.is(
            1,
            "",
            &format!(
                "-c:1:11: error: cannot write `/dev/full`: no space left on device\n  get_users {sign} /dev/full\n{mark}"
            ),
        );
    }
    // The user is gone all the same.
    let ran = allowed(&server, "delete_user 5134 > /dev/full");
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains(
            "error: `delete_user` succeeded, but cannot write `/dev/full`: no space left"
        ),
        "{ran:?}"
    );
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let server = v2();
    let mode = |line: &str, before: Option<u32>| {
        let run = Run::at(
            &server,
            &[ALLOWED, "-c", &format!("{line} > f\necho x | stat -c %a f")],
        )
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
        if let Some(before) = before {
            let path = run.home.path().join("f");
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(before)).unwrap();
        }
        let ran = run.go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        ran.out.trim().to_owned()
    };
    let usual = mode("echo x", None);
    assert_eq!(mode("get_users", None), usual);
    assert_eq!(mode("get_users", Some(0o640)), "640");
    for line in [
        "get_user_by_username carla --confidential_data",
        "get users",
        "add_user x --password p --home_dir /x --permissions '*'",
    ] {
        assert_eq!(mode(line, Some(0o644)), "600", "{line}");
    }
    // A file that must not be written is not replaced.
    let run = Run::at(&server, &[ALLOWED, "-c", "echo new > f"]).file("f", "old");
    let path = run.home.path().join("f");
    fs::set_permissions(&path, PermissionsExt::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().append(true).open(&path).is_err() {
        let (ran, left) = run.leaving(&path);
        assert_eq!((ran.code, left.as_str()), (1, "old"), "{ran:?}");
        assert!(ran.err.contains("cannot write `f`: permission denied"));
    }
}

#[test]
fn programs_get_the_line_as_typed() {
    let server = practice();
    let (ran, left) = allowed_with(
        &server,
        "get_user_by_id 5134; get_user_by_id | tr ',' '\\n' | grep \"username\" > f; echo $((1+1)) \"$x\" '$id' # no",
        ("f", ""),
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(left, "\"username\":\"carla\"\n");
    assert!(ran.out.ends_with("}\n2  $id\n"), "{}", ran.out);
    // The next line is the shell's again.
    let ran = allowed(&server, "echo a | cat; echo b\necho c");
    ran.is(0, "a\nb\nc\n", "");
}

#[test]
fn how_a_program_ends() {
    let server = practice();
    let ran = allowed(
        &server,
        "get_users | head -c 1; echo\nget_users | true\necho c",
    );
    ran.is(0, "[\nc\n", "");
    let ran = allowed(&server, "get_users | exit 3\necho never");
    ran.is(
        1,
        "",
        "-c:1:11: error: `exit 3` failed: exit status 3\n  get_users | exit 3\n            ^^^^^^^^\nstopped at -c:1; 0 commands done, 1 not run\n",
    );
    let ran = allowed(&server, "-get_users | no-such-program 2>/dev/null\necho c");
    assert_eq!((ran.code, ran.out.as_str()), (0, "c\n"));
    assert!(
        ran.err
            .contains("failed: exit status 127; a program was not found\n")
            && ran
                .err
                .contains("hint: all that follows `|` on its line is run by `sh`\n"),
        "{ran:?}"
    );
    // Both fail.
    let ran = allowed(&server, "get_user_by_id 1 | exit 4");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(
        ran.err
            .contains("error: `get_user_by_id`: the server answered 404")
            && ran.err.contains("error: `exit 4` failed: exit status 4"),
        "{ran:?}"
    );
    // The request has been done.
    let ran = allowed(&server, "delete_user 5134 | exit 1");
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("error: `delete_user` succeeded, but `exit 1` failed: exit status 1"),
        "{ran:?}"
    );
    // A result that is larger than a pipe, of which nothing is read.
    let ran = Run::at(
        &server,
        &[ALLOWED, "--var", &format!("text={}", "x".repeat(100_000))],
    )
    .input("echo $text | true\necho $text | wc -c\n")
    .go();
    assert_eq!(
        (ran.code, ran.out.trim(), ran.err.as_str()),
        (0, "100001", "")
    );
}

#[test]
fn programs_get_no_secret() {
    let server = v2();
    let ran = Run::at(
        &server,
        &[ALLOWED, "-c", "get_version | cat >/dev/null; env"],
    )
    .env("SFTPGO_USERNAME", ADMIN)
    .env("SFTPGO_PASSWORD", PASSWORD)
    .env("SFTPGO_SHELL_COLOR", "never")
    .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("SFTPGO_SHELL_COLOR=never"), "{}", ran.out);
    assert!(!ran.out.contains("SFTPGO_PASSWORD"), "{}", ran.out);
    // A secret in its line is masked where the line is shown.
    let ran = Run::at(
        &server,
        &[ALLOWED, "--api", "2019", "-c", "echo a | PW=hunter2 exit 3"],
    )
    .go();
    assert_eq!(ran.code, 1);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}

#[test]
fn the_order_of_a_file_is_kept() {
    let server = practice();
    let line = "get_user_by_id 5134\nget_user_by_id 5135 | cat\nget_user_by_id 5136\nget_user_by_id 5137 >> f\nget_quota_scans >> f";
    let (ran, left) = allowed_with(&server, line, ("f", ""));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let ids = |text: &str| -> Vec<String> {
        let ids = text
            .lines()
            .filter_map(|line| line.strip_prefix("{\"id\":"));
        ids.map(|line| line[..4].to_owned()).collect()
    };
    assert_eq!(ids(&ran.out), ["5134", "5135", "5136"]);
    assert!(
        left.starts_with("{\"id\":5137,") && left.ends_with("}]\n"),
        "{left:?}"
    );
}

#[test]
fn checks_and_dry_runs_write_nothing() {
    let server = practice();
    let args = [
        ALLOWED,
        "--check",
        "-c",
        "get_users > f; get_users | exit 3",
    ];
    let run = Run::at(&server, &args);
    let path = run.home.path().join("f");
    run.go().is(0, "", "2 commands, no errors\n");
    assert!(!Path::exists(&path));
    let args = [
        ALLOWED,
        "--dry-run",
        "--as",
        "curl",
        "-c",
        "get_quota_scans > f",
    ];
    let ran = Run::at(&server, &args).file("f", "old");
    let path = ran.home.path().join("f");
    let (ran, left) = ran.leaving(&path);
    assert_eq!((ran.code, left.as_str()), (0, "old"));
    assert!(ran.out.starts_with("curl -sS "));
    assert_eq!(asked(&server), [""; 0]);
    let args = [ALLOWED, "--check", "-c", "source f > g"];
    let ran = Run::at(&server, &args).file("f", "echo a").go();
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("the output of a sourced file cannot be redirected"),
        "{ran:?}"
    );
}

#[test]
fn a_file_names_no_pager() {
    let server = practice();
    Run::at(&server, &["-c", "set pager off; set pager"])
        .go()
        .is(0, "off\n", "");
    let ran = Run::at(&server, &["-c", "set pager 'touch x'"]).go();
    ran.is(
        2,
        "",
        "-c:1:11: error: a command file can only set `pager` to `auto` or `off`\n  set pager 'touch x'\n            ^^^^^^^^^\nhint: set the command at the prompt, or in PAGER\nnothing was run\n",
    );
}

#[test]
fn each_command_of_a_file_is_timed() {
    let server = v2();
    let ran = Run::at(
        &server,
        &[
            "--timing",
            "-c",
            "get_version; echo a; -get_user_by_username nobody; set timing off; echo b",
        ],
    )
    .env("SFTPGO_USERNAME", ADMIN)
    .env("SFTPGO_PASSWORD", PASSWORD)
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let times: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.starts_with("time: "))
        .collect();
    assert_eq!(times.len(), 4, "{}", ran.err);
    // The login is a request too.
    assert!(times[0].ends_with(" ms (2 requests)"), "{times:?}");
    assert!(
        times[1..].iter().all(|time| time.ends_with(" ms")),
        "{times:?}"
    );
}
