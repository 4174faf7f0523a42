//! On v2 a command about one user may leave its name out: the last user is meant.

use crate::support::{Ran, Run, asked, v2, words};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn run(server: &Practice, script: &str) -> Ran {
    Run::at(server, &words("--output compact --api v2"))
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .input(script)
        .go()
}

/// The requests about users, as `METHOD NAME`.
fn about(server: &Practice) -> Vec<String> {
    let all = asked(server).into_iter();
    let all = all.filter_map(|one| {
        let (method, rest) = one.split_once(" /api/v2/users/")?;
        Some(format!("{method} {}", rest.split(' ').next()?))
    });
    all.collect()
}

#[test]
fn the_last_user_is_meant() {
    let server = v2();
    let ran = run(
        &server,
        "get_user_by_username carla\nupdate_user --quota_files 7\nget_user_by_username\n\
         start_user_quota_scan\nexpect $_.message exists\ndelete_user\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("\"quota_files\":7"), "{ran:?}");
    let about = about(&server);
    assert!(about.contains(&"PUT carla".to_owned()), "{about:?}");
    assert_eq!(about.last().unwrap(), "DELETE carla");
    let scans = asked(&server);
    assert!(
        scans
            .iter()
            .any(|one| one.starts_with("POST /api/v2/quotas/users/carla/scan")),
        "{scans:?}"
    );
}

#[test]
fn no_command_uses_a_stale_user() {
    for before in [
        // Nobody yet.
        "get_version",
        // Deleted.
        "get_user_by_username press\ndelete_user press",
        "get_user_by_username press\n-delete users/press",
        // The command about another one failed.
        "get_user_by_username press\n-get_user_by_username nobody",
        "get_user_by_username press\n-update_user nobody --uid 3",
        // Another API, and thus another server.
        "get_user_by_username press\nset api 2.6.4",
        // A list without anybody.
        "get_user_by_username press\nget_users --offset 400",
    ] {
        let server = v2();
        let ran = run(&server, &format!("{before}\ndelete_user\n"));
        assert_eq!(ran.code, 2, "{before}: {ran:?}");
        assert!(
            ran.err
                .contains("`USERNAME` is missing, and no user has been looked up yet"),
            "{before}: {}",
            ran.err
        );
        assert!(
            ran.err.contains(
                "hint: usage: delete_user [USERNAME...] [FLAGS]; `help delete_user` describes it"
            ),
            "{before}: {}",
            ran.err
        );
        let deleted = about(&server);
        let deleted = deleted.iter().filter(|one| one.starts_with("DELETE"));
        assert!(deleted.count() <= 1, "{before}");
    }
}

#[test]
fn a_request_that_is_only_shown_names_it() {
    let server = v2();
    let ran = run(
        &server,
        "get_user_by_username carla\nexplain delete_user\ncurl update_user --uid 5\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("DELETE /api/v2/users/carla HTTP/1.1"),
        "{ran:?}"
    );
    assert!(ran.out.contains("path, left out: login name"), "{ran:?}");
    assert!(ran.out.contains("curl -sS -X PUT"), "{ran:?}");
    // In a dry run nobody has answered yet.
    let ran = Run::at(&server, &words("--api v2 --dry-run --file f"))
        .file("f", "get_users --limit 1\ndelete_user\n")
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("DELETE /api/v2/users/$username"),
        "{ran:?}"
    );
    assert!(
        ran.err
            .contains("f:2: `$username` is only known during a real run"),
        "{ran:?}"
    );
    let single = Run::at(&server, &words("--api v2 --dry-run delete_user")).go();
    assert_eq!(single.code, 2, "{single:?}");
}

#[test]
fn a_parallel_run_waits_for_the_user() {
    let server = v2();
    let ran = Run::at(&server, &words("--output compact --api v2 --jobs 8 --file f"))
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .file(
            "f",
            "get_user_by_username carla\nstart_user_quota_scan\nget_user_by_username press\ndelete_user\n",
        )
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(about(&server).last().unwrap(), "DELETE press");
}
