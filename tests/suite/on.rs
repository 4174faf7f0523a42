//! `on`: a command on the servers of several profiles.

use crate::releases;
use crate::support::{Ran, Run, profile, v2};
use sftpgo_shell::practice::{PASSWORD, Practice};

pub(crate) fn at(name: &str, server: &Practice) -> String {
    profile(name, &server.url(), "")
}

pub(crate) fn run(config: &str, line: &str) -> Ran {
    with_config(config, &["--output", "compact", "-c", line]).go()
}

/// A run of the program with this config file.
fn with_config(config: &str, args: &[&str]) -> Run {
    Run::new(args).env("NO_PROXY", "*").config(config)
}

/// The object of a server in the list.
fn object(name: &str, url: &str, code: u8, rest: &str) -> String {
    format!("{{\"profile\":\"{name}\",\"url\":\"{url}\",\"exit_code\":{code},{rest}}}")
}

/// The same with a list of one user as its result.
fn anna(name: &str, server: &Practice) -> String {
    object(name, &server.url(), 0, &format!("\"result\":{ANNA}"))
}

/// The address of a server that is not there.
fn down() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    format!("http://{address}")
}

/// What the server was asked to change, apart from logins.
fn writes(server: &Practice) -> usize {
    let seen = server.seen();
    seen.iter().filter(|seen| seen.method != "GET").count()
}

const USERS: &str = "users --limit 1 --columns username";
const ANNA: &str = "[{\"username\":\"anna.nowak\"}]";

#[test]
fn each_server_answers_in_the_order_of_the_names() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    let both = format!("[{},{}]\n", anna("b", &b), anna("a", &a));
    // A name that is given twice counts once.
    run(&config, &format!("on @b,@a,@b {USERS}")).is(0, &both, "");
    let all = run(&config, &format!("on all {USERS}"));
    assert_eq!(all.code, 0, "{all:?}");
    assert!(all.out.starts_with("[{\"profile\":\"a\","), "{all:?}");
    // The flags of the command are those of the list as well.
    let lines = run(&config, &format!("on all {USERS} --output ndjson"));
    assert_eq!(lines.out.lines().count(), 2, "{lines:?}");
    let table = run(&config, &format!("on all {USERS} --output table"));
    assert_eq!(table.out.matches("anna.nowak").count(), 2, "{table:?}");
    assert!(
        table
            .out
            .starts_with(&format!("a ({}):\n", a.url().trim_start_matches("http://"))),
        "{table:?}"
    );
    // Of the API of its profile.
    assert_eq!(run(&config, "on @a get_groups --help").code, 0);
}

#[test]
fn a_server_that_fails_does_not_stop_the_others() {
    let (b, down) = (v2(), down());
    let config = profile("down", &down, "") + &at("b", &b);
    let ran = run(&config, &format!("on @down,@b {USERS}"));
    let why = format!("cannot connect to {down}: connection refused; nothing was sent");
    let failed = object("down", &down, 3, &format!("\"error\":\"{why}\""));
    let both = format!("[{failed},{}]\n", anna("b", &b));
    assert_eq!((ran.code, ran.out.as_str()), (3, both.as_str()), "{ran:?}");
    assert!(ran.err.contains("error: down: "), "{ran:?}");
    assert!(
        ran.err.contains("`on`: 1 of 2 servers failed: `down`"),
        "{ran:?}"
    );
    // A server that answers 404 is worse than one that is down.
    let ran = run(&config, "on @down,@b get_user_by_username nobody");
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains("\"exit_code\":3"), "{ran:?}");
    assert!(ran.err.contains("error: b: "), "{ran:?}");
    assert!(
        ran.err.contains("2 of 2 servers failed: `down`, `b`"),
        "{ran:?}"
    );
}

#[test]
fn a_wrong_line_is_sent_to_no_server() {
    let (a, b) = (v2(), v2());
    let config = at("prod", &a) + &at("dev", &b);
    for (line, part) in [
        ("on @prod,@dve get_users", "did you mean `dev`?"),
        ("on @prod,@dev get_usres", "get_usres"),
        ("on @prod,@dev get_users --limit x", "--limit"),
        ("on @prod,dev get_users", "each with an `@`"),
        ("on @prod, get_users", "each with an `@`"),
        ("on get_users", "needs the servers"),
        ("on @prod", "needs a command"),
        ("on @prod connect @dev", "`on` cannot run `connect`"),
        ("on @prod on @dev get_users", "`on` cannot run `on`"),
        ("on all backup x.json", "`on` cannot run `backup`"),
        ("on all watch get_users", "`on` cannot run `watch`"),
        ("on all update_user carla --uid 7", "needs a confirmation"),
        ("on all delete /api/v2/users/carla", "needs a confirmation"),
        ("on all delete_user carla ben", "`--yes` confirms it"),
        ("on all change_admin_password", "`on` does not ask for it"),
        ("on --no @prod get_users", "unknown flag `--no`"),
        ("on all get_users --insecure on", "belongs to a server"),
    ] {
        let ran = run(&config, line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(part), "{line}: {ran:?}");
    }
    // A write would be sent to one server twice.
    let twice = config.clone() + &at("again", &a);
    let line = "on --yes @dev,@prod,@again post users --json {}";
    let ran = run(&twice, line);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    let why = "`prod` and `again` are profiles of the same server, and `post` changes something";
    assert!(ran.err.contains(why), "{ran:?}");
    assert_eq!(a.seen().len() + b.seen().len(), 0);
    assert_eq!(run(&twice, "on @prod,@again get_version").code, 0);
    let none = run("", "on all get_users");
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.err.contains("there are no profiles"), "{none:?}");
}

#[test]
fn a_write_runs_where_it_may() {
    let (a, b) = (v2(), v2());
    let config = profile("prod", &a.url(), "read_only = true\n") + &at("dev", &b);
    let ran = run(&config, "on --yes all update_user carla --uid 77");
    let done = object(
        "dev",
        &b.url(),
        0,
        "\"result\":{\"message\":\"User updated\"}",
    );
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.ends_with(&format!(",{done}]\n")), "{ran:?}");
    assert!(ran.err.contains("error: prod: `update_user`"), "{ran:?}");
    assert_eq!((writes(&a), writes(&b)), (0, 1));
    assert_eq!(a.seen().len(), 0);
    // What confirms several objects confirms several servers, and the other way round.
    for line in [
        "on @dev update_user carla jürgen --uid 78 --yes",
        "on --yes @dev update_user carla jürgen --uid 79",
    ] {
        assert_eq!(run(&config, line).code, 0, "{line}");
    }
    assert_eq!(writes(&b), 5);
}

#[test]
fn the_word_on_is_a_value_where_no_servers_follow() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    let users: Vec<&str> = USERS.split(' ').collect();
    let one_shot = |words: &[&str]| {
        let words = [&["--output", "compact"], words, &users].concat();
        with_config(&config, &words).go()
    };
    let (only, both) = (
        format!("[{}]\n", anna("a", &a)),
        format!("[{},{}]\n", anna("a", &a), anna("b", &b)),
    );
    let plain = format!("{ANNA}\n");
    for (words, out) in [
        (&["--timing", "on", "@a,@b"][..], &both),
        (&["--timing", "on", "all"], &both),
        (&["--timing", "on", "on", "@a"], &only),
        // `@a` is the profile, as it was before there was `on`.
        (&["--timing", "on", "@a"], &plain),
        (&["@b", "--timing", "on", "@a"], &only),
    ] {
        let ran = one_shot(words);
        assert_eq!((ran.code, &ran.out), (0, out), "{words:?}: {ran:?}");
        assert!(ran.err.contains("time: "), "{words:?}: {ran:?}");
    }
    // In a file no profile stands there.
    let ran = run(&config, &format!("--timing on @a {USERS}"));
    assert_eq!((ran.code, &ran.out), (0, &only), "{ran:?}");
    let ran = run(&config, &format!("connect @a; --timing on {USERS}"));
    assert_eq!((ran.code, &ran.out), (0, &plain), "{ran:?}");
}

#[test]
fn the_password_of_the_environment_goes_to_one_server() {
    let (a, b) = (v2(), v2());
    let without = |name: &str, server: &Practice| {
        let text = at(name, server);
        text.replace(&format!("password_command = \"echo {PASSWORD}\"\n"), "")
    };
    let config = without("a", &a) + &without("b", &b);
    let line = format!("on @b,@a {USERS}");
    let args = ["--output", "compact", "-c", line.as_str()];
    let with_password = |config: &str| with_config(config, &args).env("SFTPGO_PASSWORD", PASSWORD);
    // It is for the server of the session, which is neither of both; or for that of SFTPGO_HOST.
    let ran = with_password(&config).go();
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    for name in ["a", "b"] {
        let missing = format!("error: {name}: there is no password for `admin`");
        assert!(ran.err.contains(&missing), "{ran:?}");
    }
    let ran = with_password(&config).env("SFTPGO_HOST", &a.url()).go();
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(!ran.err.contains("error: a: "), "{ran:?}");
    assert_eq!(a.seen().len() + b.seen().len(), 0);
    // A program of the environment is like its password.
    let command = format!("echo {PASSWORD}");
    let by_program = with_config(&config, &args).env("SFTPGO_SHELL_PASSWORD_COMMAND", &command);
    let ran = by_program.env("SFTPGO_HOST", &a.url()).go();
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.err.contains("error: b: there is no password"),
        "{ran:?}"
    );
    assert_eq!(a.seen().len() + b.seen().len(), 0);
    // With a program for the other one, both answer, and only `a` saw that password.
    let config = without("a", &a) + &at("b", &b).replace("echo practice", "echo other");
    let ran = with_password(&config).env("SFTPGO_HOST", &a.url()).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains(&anna("a", &a)), "{ran:?}");
    assert!(ran.err.contains("error: b: cannot log in"), "{ran:?}");
    // The session's own server has its login.
    let line = format!("connect @b; login; on @a,@b {USERS}");
    let config = at("a", &a) + &without("b", &b);
    let own = with_config(&config, &["--output", "compact", "-c", &line]);
    let ran = own.env("SFTPGO_PASSWORD", PASSWORD).go();
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn the_session_stays_where_it_is() {
    let (a, b) = (v2(), v2());
    let config = profile("a", &a.url(), "api = \"v2\"\n") + &at("b", &b);
    let line = format!(
        "connect @a; get_user_by_username carla; on @b {USERS}; last --columns username; echo $username"
    );
    let ran = run(&config, &line);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.ends_with("{\"username\":\"carla\"}\ncarla\n"),
        "{ran:?}"
    );
}

#[test]
fn a_dry_run_and_a_check_send_nothing() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    let line = "on all update_user carla --uid 77";
    for (flag, parts) in [("--dry-run", 2), ("--check", 0)] {
        let safe = config.replace(&format!("password_command = \"echo {PASSWORD}\"\n"), "");
        let ran = Run::new(&[flag, "-c", line]).config(&safe).go();
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.out.matches("PUT ").count(), parts, "{ran:?}");
    }
    assert_eq!(a.seen().len() + b.seen().len(), 0);
}

#[test]
fn what_the_release_decides_is_checked_when_it_is_known() {
    let (a, other) = (releases::server("2.3.6"), v2());
    let config = profile("a", &a.url, "");
    let url = format!("--base-url {}", other.url());
    for flag in ["--insecure", &url] {
        let line = format!("on --yes @a start_user_metadata_check anna {flag}");
        let ran = run(&config, &line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("belongs to a server"), "{ran:?}");
    }
    let line = "on @a start_user_metadata_check anna";
    let ran = run(&config, line);
    assert!(ran.err.contains("needs a confirmation"), "{ran:?}");
    let sent = releases::paths(&a);
    assert!(sent.iter().all(|sent| sent.starts_with("GET ")), "{sent:?}");
    assert_eq!(other.seen().len(), 0);
    // It only reads, in the releases that have it.
    run(&config, "on @a get_users_metadata_checks");
    let sent = releases::paths(&a);
    let read = "GET /api/v2/metadata/users/checks";
    assert_eq!(sent.last().map(String::as_str), Some(read), "{sent:?}");
}

#[test]
fn a_saved_session_keeps_its_id_after_on() {
    let b = crate::support::practice();
    let config = profile("b", &b.url(), "api = \"2019\"\n");
    let lines = "add_user dora --password x --home_dir /d --permissions list\n\
                 on --yes @b delete_user 5134\nget_user_by_id 5140\nsave a.sftpgo\n";
    let run = with_config(&config, &["--practice", "--api", "2019"]).input(lines);
    let path = run.home.path().join("a.sftpgo");
    let (ran, text) = run.leaving(&path);
    assert!(text.ends_with("\nget_user_by_id $id\n"), "{text} {ran:?}");
}

#[test]
fn a_rejected_password_is_sent_once() {
    let (a, b) = (v2(), v2());
    let wrong = at("a", &a).replace("echo practice", "echo wrong");
    // Two profiles of one server and admin have the same login.
    let config = wrong.clone() + &wrong.replace("[profile.a]", "[profile.a2]") + &at("b", &b);
    let lines = format!("-on all {USERS}\n-on @a2 {USERS}\n-compare @a @b\n");
    let ran = run(&config, &lines);
    assert_eq!(ran.out.matches("anna.nowak").count(), 1, "{ran:?}");
    let logins = a
        .seen()
        .iter()
        .filter(|seen| seen.target.ends_with("/token"))
        .count();
    assert_eq!(logins, 1, "{ran:?}");
    let refused = "`admin` was rejected with this password; not trying it again";
    assert!(ran.err.matches(refused).count() >= 3, "{ran:?}");
    assert!(!ran.err.contains("echo wrong"), "{ran:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_written_says_where_it_ran() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    for (output, ran_on, after) in [
        (
            "table",
            "`on` ran the command on `a`, but not on `b`: cannot write",
            1,
        ),
        ("json", "`on` ran the command on `a`, `b`: cannot write", 3),
    ] {
        let line = format!("on --yes @a,@b update_user carla --uid {after}");
        let mut run = with_config(&config, &["--output", output, "-c", &line]);
        let full = std::fs::File::options().write(true).open("/dev/full");
        run.command.stdout(full.expect("Linux has it"));
        let child = run.command.stderr(std::process::Stdio::piped()).spawn();
        let ran = crate::support::end(child.expect("the binary starts"));
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains(ran_on), "{ran:?}");
        assert_eq!(writes(&a) + writes(&b), after, "{ran:?}");
    }
}
