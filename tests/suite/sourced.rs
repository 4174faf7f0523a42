//! `source`: files that are run by other files.

use crate::support::{PIPED, Ran, Run, asked, practice};
use sftpgo_shell::practice::Practice;
use std::fmt::Write as _;

/// A run with these files in its working folder, folders made where they are named.
fn with(server: &Practice, args: &[&str], files: &[(&str, &str)]) -> Run {
    let run = Run::at(server, args).env("SFTPGO_SHELL_OUTPUT", "compact");
    for (name, text) in files {
        let path = run.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
        std::fs::write(path, text).expect("a temporary folder");
    }
    run
}

fn ran(server: &Practice, args: &[&str], files: &[(&str, &str)]) -> Ran {
    with(server, args, files).go()
}

const REFUSED: &str =
    "{\"error\":\"sql: no rows in result set\",\"message\":\"\",\"status\":404}\n";

#[test]
fn names_are_relative_to_the_sourcing_file() {
    let server = practice();
    let files = [
        ("a", "source sub/b"),
        ("sub/b", "source c; source ../d; source deeper/e"),
        ("sub/c", "echo c of sub"),
        ("c", "echo c of the working folder"),
        ("d", "echo d"),
        ("sub/deeper/e", "source ../c"),
        ("else/x", ""),
    ];
    let shown = "c of sub\nd\nc of sub\n";
    for args in [
        &["-f", "a"][..],
        &["-f", "sub/b"],
        &["-c", "source a"],
        &["source", "sub/b"],
        &["-f", "./sub/../a"],
    ] {
        ran(&server, args, &files).is(0, shown, "");
    }
    with(&server, &PIPED, &files)
        .input("source sub/b")
        .go()
        .is(0, shown, "");
    // Standard input has no folder, even if it is a file in one.
    let mut run = with(&server, &PIPED, &files).input_file("sub/b");
    run.command.current_dir(run.home.path().join("sub"));
    run.go().is(0, shown, "");
    // From another folder; and by the whole path.
    for whole in [false, true] {
        let mut run = with(&server, &PIPED, &files);
        let home = run.home.path().to_owned();
        let path = if whole { home.join("a") } else { "../a".into() };
        run.command
            .args(["-f".as_ref(), path.as_os_str()])
            .current_dir(home.join("else"));
        run.go().is(0, shown, "");
    }
}

#[test]
fn sourced_commands_run_as_if_inline() {
    let server = practice();
    let ran = ran(
        &server,
        &["--var", "file=b", "-f", "a"],
        &[
            (
                "a",
                "get_user_by_id 5134\nsource $file\necho $mine $username; set output; source 'c d'",
            ),
            ("b", "let mine = $id; set output json; get_user_by_id 5135"),
            ("c d", "\u{feff}echo the name has a space # \r\n"),
        ],
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out
            .ends_with("}\n5134 backup\njson\nthe name has a space\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_setting_before_source_applies_to_its_commands() {
    let server = practice();
    let text = "--output compact source b; set output; set timeout";
    Run::at(&server, &["-c", text])
        .file("b", "set output; set timeout 5s")
        .go()
        .is(0, "compact\nauto\n5s\n", "");
    // What is written after it must not hit the server before.
    let text = "--output compact source b; set base_url";
    Run::at(&server, &["-c", text])
        .file("b", "connect http://127.0.0.1:1")
        .go()
        .is(0, "http://127.0.0.1:1\n", "");
}

#[test]
fn it_is_checked_with_the_file_that_sources_it() {
    let server = practice();
    let files = [
        ("a", "delete_user 5136\nsource sub/b\n"),
        ("sub/b", "let x = 1\nsource c\n"),
        ("sub/c", "echo $x $y\nset api v1\n"),
        ("d", "source sub/b\nget_version\nget_sftp_connections\n"),
    ];
    let said = "sub/c:1:9: error: unknown variable `$y`\n  echo $x $y\n          ^^\nhint: the variables are `$id`, `$username`, \
                `$connection`, `$_` and `$env.NAME`; write `\\$` for a literal dollar sign\n";
    for args in [
        &["-f", "a"][..],
        &["--check", "-f", "a"],
        &["-c", "delete_user 5136; source sub/b"],
        &["--dry-run", "-f", "a"],
    ] {
        ran(&server, args, &files).is(2, "", &format!("{said}nothing was run\n"));
    }
    // What it sets holds for what follows.
    let ran = ran(&server, &["--check", "-f", "d"], &files);
    assert!(
        ran.err
            .contains("d:3:1: error: `get_sftp_connections` is not in the API `v1`")
            && !ran.err.contains("d:2"),
        "{}",
        ran.err
    );
    // From a pipe, it is checked when its turn comes.
    let piped = with(&server, &PIPED, &files).input("echo first\nsource sub/b\necho never\n");
    piped.go().is(
        2,
        "first\n",
        &format!(
            "{said}nothing in sub/b was run\nstopped at stdin:2; 1 command done, the rest not run\n"
        ),
    );
    assert!(server.seen().is_empty());
}

#[test]
fn the_check_counts_its_commands() {
    let server = practice();
    let files = [
        ("a", "source b; echo"),
        ("b", "source c\nsource c"),
        ("c", "echo; echo"),
    ];
    ran(&server, &["--check", "-f", "a"], &files).is(0, "", "5 commands, no errors\n");
    ran(&server, &["--check", "source", "c"], &files).is(0, "", "2 commands, no errors\n");
    ran(&server, &["--check", "-c", "source $_.a; echo"], &files).is(
        0,
        "",
        "1 command, no errors; the files that `source` takes from an answer are only known during a real run\n",
    );
    ran(
        &server,
        &["--check", "-c", "-explain source nowhere"],
        &files,
    )
    .is(0, "", "1 command, no errors\n");
}

#[test]
fn files_that_cannot_be_sourced() {
    let server = practice();
    for (name, why) in [
        ("nowhere", "no such file or directory"),
        ("folder", "it is a directory"),
        ("''", "no such file or directory"),
        ("/dev/null", "it is not a regular file"),
    ] {
        let text = format!("get_users; source {name}");
        let shown = name.trim_matches('\'');
        let ran = ran(&server, &["-c", &text], &[("folder/x", "")]);
        assert!(
            ran.err
                .starts_with(&format!("-c:1:19: error: cannot open `{shown}`: {why}\n"))
                && ran.err.ends_with("nothing was run\n"),
            "{name}: {}",
            ran.err
        );
        assert_eq!(ran.code, 1);
    }
    let tilde = ran(&server, &["source", "~/x"], &[]);
    assert!(tilde.err.contains("`$env.HOME/x`"), "{}", tilde.err);
    for (line, message) in [
        ("source", "`FILE` is missing"),
        ("source a b", "unexpected argument `b`"),
        ("explain source a", "`source` sends no request"),
    ] {
        let ran = ran(&server, &["-c", line], &[("a", "")]);
        assert!(
            ran.err.contains(message) && ran.code == 2,
            "{line}: {ran:?}"
        );
    }
    assert!(server.seen().is_empty());
}

#[cfg(unix)]
#[test]
fn a_fifo_is_not_waited_for() {
    let server = practice();
    let mut run = with(&server, &["-c", "source fifo"], &[]);
    let made = std::process::Command::new("mkfifo")
        .arg(run.home.path().join("fifo"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let child = run.spawn();
    let ran = crate::support::end(child);
    assert!(
        ran.err
            .contains("cannot open `fifo`: it is not a regular file"),
        "{}",
        ran.err
    );
}

#[test]
fn a_cycle_is_an_error_before_anything_is_sent() {
    let server = practice();
    let files = [
        ("self", "get_users\nsource self"),
        ("a", "get_users\nsource sub/b"),
        ("sub/b", "source ../sub/../a"),
    ];
    for (args, place) in [
        (&["-f", "self"][..], "self:2:8: error: `self`"),
        (&["-c", "source self"], "self:2:8: error: `self`"),
        (&["-f", "a"], "sub/b:1:8: error: `sub/../sub/../a`"),
        (&["source", "sub/b"], "a:2:8"),
    ] {
        let ran = ran(&server, args, &files);
        assert!(
            ran.err.contains(place) && ran.err.contains("would source itself"),
            "{args:?}: {}",
            ran.err
        );
        assert_eq!(ran.code, 2);
    }
    // Twice, but not within itself.
    ran(&server, &["-c", "source x; source x"], &[("x", "echo x")]).is(0, "x\nx\n", "");
    assert!(server.seen().is_empty());
}

#[cfg(unix)]
#[test]
fn a_cycle_through_a_link() {
    let server = practice();
    for hard in [false, true] {
        let run = with(&server, &["-f", "a"], &[("a", "get_users\nsource link")]);
        let (a, link) = (run.home.path().join("a"), run.home.path().join("link"));
        let made = if hard {
            std::fs::hard_link(a, link)
        } else {
            std::os::unix::fs::symlink(a, link)
        };
        made.expect("a temporary folder");
        let ran = run.go();
        assert!(ran.err.contains("would source itself"), "{}", ran.err);
        assert_eq!(ran.code, 2);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn files_are_nested_to_a_limit() {
    let server = practice();
    let chain = |count: usize| {
        let mut files: Vec<(String, String)> = (1..count)
            .map(|n| (format!("f{n}"), format!("source f{}", n + 1)))
            .collect();
        files.push((format!("f{count}"), "echo end".to_owned()));
        files
    };
    let go = |count: usize| {
        let files = chain(count);
        let files = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        ran(&server, &["-f", "f1"], &files.collect::<Vec<_>>())
    };
    go(17).is(0, "end\n", "");
    go(18).is(
        2,
        "",
        "f17:1:8: error: files are nested more than 16 deep\n  source f18\n         ^^^\nnothing was run\n",
    );
}

#[test]
fn a_failure_names_the_chain_of_files() {
    let server = practice();
    let files = [
        ("a", "get_quota_scans\n\nsource b # it\necho never\n"),
        ("b", "echo b; \\\n source c; echo never\n"),
        ("c", "echo c\nget_user_by_id 1\ndelete_user 5136\n"),
    ];
    let error = "c:2:1: error: `get_user_by_id`: the server answered 404: no user has this id\n  get_user_by_id 1\n  \
                 ^^^^^^^^^^^^^^\nhint: `get_users` lists the users with their ids\n";
    let out = "[{\"username\":\"backup\",\"start_time\":1564696159605}]\nb\nc\n";
    ran(&server, &["-f", "a"], &files).is(
        4,
        &format!("{out}{REFUSED}"),
        &format!(
            "{error}sourced at b:2\nsourced at a:3\nstopped at c:2; 3 commands done, 3 not run\n"
        ),
    );
    // The position of a single command is not worth printing.
    let ran = ran(&server, &["source", "c"], &files);
    ran.is(
        4,
        &format!("c\n{REFUSED}"),
        &format!("{error}stopped at c:2; 1 command done, 1 not run\n"),
    );
    let piped = with(&server, &PIPED, &files).input("source c\n");
    piped.go().is(
        4,
        &format!("c\n{REFUSED}"),
        &format!("{error}sourced at stdin:1\nstopped at c:2; 1 command done, the rest not run\n"),
    );
    assert!(
        !asked(&server)
            .iter()
            .any(|asked| asked.starts_with("DELETE"))
    );
}

#[test]
fn a_dash_before_it_ignores_a_failure_in_it() {
    let server = practice();
    let files = [
        ("b", "echo in\nget_user_by_id 1\necho never\n"),
        ("wrong", "echo a\nnosuch\n"),
    ];
    let go = |text: &str| {
        ran(
            &server,
            &["-f", "a"],
            &[&files[..], &[("a", text)]].concat(),
        )
    };
    let done = go("-source b\nexpect error\nexpect status 404\n-source nowhere\necho end\n");
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.out, format!("in\n{REFUSED}end\n"));
    assert!(
        done.err.contains("b:2:1: error")
            && done.err.contains("a:4:9: error: cannot open `nowhere`"),
        "{}",
        done.err
    );
    assert!(
        !done.err.contains("failed") && !done.err.contains("stopped"),
        "{}",
        done.err
    );
    // Of the commands of the file, one was not run.
    let stopped = go("-source b\nget_user_by_id 2\n");
    assert!(
        stopped
            .err
            .ends_with("stopped at a:2; 2 commands done, 1 not run\n"),
        "{}",
        stopped.err
    );
    // A typing error is found before anything runs.
    let wrong = go("get_users\n-source wrong\n");
    assert!(
        wrong.code == 2 && wrong.err.ends_with("nothing was run\n"),
        "{wrong:?}"
    );
    let piped = with(&server, &PIPED, &files)
        .input("-source wrong\necho on\n")
        .go();
    assert_eq!((piped.code, piped.out.as_str()), (0, "on\n"));
    // `exit` is no failure.
    let exits = ran(
        &server,
        &["-c", "-source x; echo never"],
        &[("x", "exit 9; echo no")],
    );
    exits.is(9, "", "");
}

#[test]
fn keep_going_continues_inside_and_after() {
    let server = practice();
    let files = [
        ("b", "get_user_by_id 1\necho in\n"),
        ("wrong", "echo a\nnosuch\n"),
    ];
    let go = |input: &str| with(&server, &["--keep-going"], &files).input(input).go();
    let done = go("source b\nsource wrong\nsource nowhere\necho end\n");
    assert_eq!(done.code, 6);
    assert_eq!(done.out, format!("{REFUSED}in\nend\n"));
    assert!(
        done.err.ends_with("3 of 5 commands failed\n"),
        "{}",
        done.err
    );
    assert!(
        done.err.contains("nothing in wrong was run\n"),
        "{}",
        done.err
    );
}

#[test]
fn a_long_file_can_be_sourced_often() {
    let server = practice();
    let mut text = String::new();
    for n in 0..200 {
        writeln!(text, "echo {n}").expect("a string");
    }
    let many = "source b\n".repeat(20);
    let ran = ran(&server, &["-f", "a"], &[("a", &many), ("b", &text)]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 4000));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_with_a_shebang_runs() {
    let server = practice();
    let text = "#!/usr/bin/env -S sftpgo-shell --file\necho hello\nsource b\n";
    let run = with(&server, &PIPED, &[("sub/a", text), ("sub/b", "echo b\n")]);
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_sftpgo-shell"));
    let folder = folder.parent().expect("a folder").display();
    for (args, out, err) in [
        ("", "hello\nb\n", ""),
        ("--check", "", "2 commands, no errors\n"),
        ("--from-line 3", "b\n", ""),
    ] {
        // The copy is no file of this process, which another test's child may hold open.
        let ran = std::process::Command::new("sh")
            .args([
                "-c",
                &format!("PATH={folder}:$PATH; cp sub/a sub/x; chmod +x sub/x; sub/x {args}"),
            ])
            .current_dir(run.home.path())
            .output()
            .expect("sh runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            (text(ran.stdout), text(ran.stderr)),
            (out.to_owned(), err.to_owned())
        );
    }
}
