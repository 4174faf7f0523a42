//! A list that is as long as its limit may have been cut off.

use crate::support::{Run, practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn with_users(server: &Practice, count: usize) {
    let csv = csv(count);
    let run = run(server, &["--quiet", "add_users", "--from", "u.csv"]).file("u.csv", csv);
    assert_eq!(run.go().code, 0);
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
fn a_list_that_may_be_cut_off_says_so() {
    let server = v2();
    with_users(&server, 110);
    for (args, err) in [
        (
            &["get_users"][..],
            "100 results, which is the limit; there may be more: `--limit 500` shows more, `--offset 100` the next results\n",
        ),
        (
            &["get_users", "--limit", "110", "--offset", "2"],
            "110 results, which is the limit; there may be more: `--limit 500` shows more, `--offset 112` the next results\n",
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
fn the_api_2019_says_so_too() {
    let server = practice();
    let csv = csv(100);
    let args = ["--quiet", "add_users", "--from", "u.csv"];
    assert_eq!(Run::at(&server, &args).file("u.csv", csv).go().code, 0);
    let ran = Run::at(&server, &["get_users"]).go();
    assert!(ran.err.starts_with("100 results"), "{}", ran.err);
}
