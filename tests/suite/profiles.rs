//! Profiles, aliases and the config file, in the real binary.

use crate::support::{Ran, Run, profile, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::path::PathBuf;

/// A run without an environment that names a server, and with this config file.
fn run(config: &str, args: &[&str]) -> Run {
    let run = Run::new(args).config(config);
    run.env("SFTPGO_SHELL_OUTPUT", "compact")
}

fn write(path: &std::path::Path, text: &str, mode: u32) {
    std::fs::write(path, text).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("its owner may");
    }
    let _ = mode;
}

/// A config with the profile `prod`: this server and its admin, and more lines.
fn prod(server: &Practice, more: &str) -> String {
    profile("prod", &server.url(), more)
}

fn config_of(run: &Run) -> PathBuf {
    run.home.path().join(".config/sftpgo-shell/config.toml")
}

/// What the server was asked to change.
fn writes(server: &Practice) -> Vec<String> {
    let seen = server
        .seen()
        .into_iter()
        .filter(|seen| seen.method != "GET");
    seen.map(|seen| format!("{} {}", seen.method, seen.target))
        .collect()
}

#[track_caller]
fn fails(ran: &Ran, code: i32, parts: &[&str]) {
    assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{ran:?}");
    for part in parts {
        assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
    }
}

const USERS: &str = "users --limit 1 --columns username";
const ANNA: &str = "[{\"username\":\"anna.nowak\"}]\n";

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_profile_names_the_server_and_the_login() {
    let server = v2();
    let config = prod(&server, "");
    let one = |args: &[&str]| run(&config, args).go();
    let mut args = vec!["@prod"];
    args.extend(words(USERS));
    one(&args).is(0, ANNA, "");
    // Flags may stand before and after it.
    one(&["--retry", "1", "@prod", "--timeout=5s", "-c", USERS]).is(0, ANNA, "");
    run(&config, &["@prod"]).input(USERS).go().is(0, ANNA, "");
    let in_file = "connect @prod\nusers --limit 1 --columns username\n";
    run(&config, &[]).input(in_file).go().is(0, ANNA, "");
    let with_default = format!("default_profile = \"prod\"\n{config}");
    run(&with_default, &words(USERS)).go().is(0, ANNA, "");
    // What the environment says of another server is not for this one.
    let elsewhere = run(&config, &args)
        .env("SFTPGO_HOST", "http://127.0.0.1:9")
        .env("SFTPGO_USERNAME", "other")
        .env("SFTPGO_PASSWORD", "wrong")
        .env("SFTPGO_API_KEY", "wrong");
    elsewhere.go().is(0, ANNA, "");
    assert_eq!(server.logins().attempts, 6);
    // A default profile gives way to a server that is named.
    let named = run(&with_default, &["set", "base_url"]).env("SFTPGO_HOST", "http://h:1");
    named.go().is(0, "http://h:1\n", "");
}

#[test]
fn the_origin_of_each_value_is_shown() {
    let config = prod(
        &v2(),
        "timeout = \"7s\"\n[settings]\nretry = 2\ntimeout = \"1s\"\n",
    );
    let ran = run(&config, &["@prod", "set"])
        .env("SFTPGO_SHELL_TIMEOUT", "2s")
        .go();
    for line in [
        ("timeout", "7s", "(profile prod)"),
        ("retry", "2", "(config file)"),
        ("jobs", "1", "(default)"),
    ] {
        let is_it = |text: &&str| text.split_whitespace().next() == Some(line.0);
        let found = ran.out.lines().find(is_it).expect(line.0);
        assert!(found.contains(line.1) && found.ends_with(line.2), "{found}");
    }
    let by_flag = run(&config, &["@prod", "--timeout", "3s", "-c", "set timeout"]);
    by_flag.go().is(0, "3s\n", "");
    let by_set = run(
        &config,
        &["@prod", "-c", "set timeout 4s; connect @prod; set timeout"],
    );
    by_set.go().is(0, "4s\n", "");
    // Another server has none of it.
    let left = run(
        &config,
        &[
            "@prod",
            "-c",
            "connect http://127.0.0.1:9; set timeout; set password_command",
        ],
    );
    left.go().is(0, "1s\n\n", "");
}

#[test]
fn a_profile_that_is_not_there() {
    let config = prod(&v2(), "");
    for args in [
        &["@prd", "users"][..],
        &["-c", "connect @prd"],
        &["profile", "use", "prd"],
        &["profile", "show", "@prd"],
    ] {
        let ran = run(&config, args).go();
        fails(
            &ran,
            2,
            &["there is no profile `prd`", "did you mean `prod`?"],
        );
    }
    let two = format!("{config}[profile.lab]\nurl = \"http://h\"\n");
    for (config, hint) in [
        ("", "hint: `profile add nosuch URL` adds it\n"),
        (&config, "hint: there is only `prod`\n"),
        (&two, "hint: there are `prod`, `lab`\n"),
    ] {
        fails(&run(config, &["@nosuch", "users"]).go(), 2, &[hint]);
    }
    for args in [
        &["@prod", "--base_url", "http://h", "users"][..],
        &["@prod", "--practice", "users"],
    ] {
        fails(&run(&config, args).go(), 2, &["cannot be used together"]);
    }
}

#[test]
fn a_bad_config_file_stops_everything_but_help() {
    for (config, parts) in [
        (
            "[profile.p]\nurl = \"http://h\"\ncolour = 1\n",
            &[
                "config.toml:3:1: unknown key `colour` in `[profile.p]`",
                "did you mean `color`?",
            ][..],
        ),
        ("[profile.p\n", &["config.toml:1:11: not valid TOML"]),
        (
            "[profile.p]\nurl = \"http://h\"\npassword = \"Marker7431\"\n",
            &["secrets are not allowed in this file", "password_command"],
        ),
        (
            "[alias]\nusers = \"get_version\"\n",
            &["config.toml:2:1: the alias `users` would hide the command"],
        ),
        (
            "[alias]\na = \"b x\"\nb = \"a\"\n",
            &["config.toml:2:1: the alias `a` calls itself", "a → b → a"],
        ),
        (
            "[settings]\nbase_url = \"http://h\"\n",
            &["config.toml:2:1: `base_url` cannot be set for all servers"],
        ),
    ] {
        for args in [&["set"][..], &["-c", "set"]] {
            let ran = run(config, args).go();
            fails(&ran, 2, parts);
            assert!(!ran.err.contains("Marker"), "{}", ran.err);
        }
        assert_eq!(run(config, &["--help"]).go().code, 0);
    }
}

#[cfg(unix)]
#[test]
fn commands_in_a_file_that_others_may_write_are_not_run() {
    let server = v2();
    let url = format!("[profile.p]\nurl = \"{}\"\n", server.url());
    for (more, mode, code) in [
        ("password_command = \"echo x\"\n", 0o620, 1),
        ("[alias]\nhi = \"echo hi\"\n", 0o602, 1),
        ("[settings]\npager = \"sh -c x\"\n", 0o666, 1),
        ("[settings]\npager = \"off\"\n", 0o666, 0),
        ("password_command = \"echo x\"\n", 0o644, 0),
    ] {
        let run = run(&format!("{url}{more}"), &["set", "jobs"]);
        write(&config_of(&run), &format!("{url}{more}"), mode);
        let ran = run.go();
        assert_eq!(ran.code, code, "{more}{mode:o}: {ran:?}");
        assert_eq!(
            ran.err.contains("hint: `chmod go-w "),
            code == 1,
            "{}",
            ran.err
        );
    }
}

#[test]
fn read_only_sends_no_write() {
    let server = v2();
    let config = prod(
        &server,
        "read_only = true\n[alias]\noff = \"update_user $1 --status disabled\"\n",
    );
    let backup = run(&config, &["@prod", "backup", "b.json"]);
    let file = backup.home.path().join("b.json");
    let (ran, backup) = backup.leaving(&file);
    assert_eq!(ran.code, 0, "a backup only reads: {ran:?}");
    let with_file = |args: &[&str]| {
        run(&config, args)
            .file("b.json", &backup)
            .file("u.csv", "username,password\nx,y\n")
    };
    for line in [
        "update_user carla --status disabled",
        "off carla",
        "add_user x --password y",
        "delete_user carla",
        "delete_user carla press --yes",
        "update_user --where status=disabled --description x --yes",
        "kill abc",
        "put users/carla --json {}",
        "post users --json {}",
        "patch x",
        "delete users/carla",
        "get loaddata?input_file=x",
        "loaddata_from_file /x",
        "restore b.json",
        "quota_scan_all",
        "add_users --from u.csv",
        "edit user carla",
        "start_user_quota_scan carla",
        "--jobs 4 update_user carla --status disabled",
        "--jobs 4 off carla",
    ] {
        let before = server.seen().len();
        let mut args = vec!["@prod"];
        args.extend(words(line));
        fails(
            &with_file(&args).go(),
            2,
            &["changes something on the server, and `read_only` is on; nothing was sent"],
        );
        // Only what this line means depends on the release, which is asked for.
        let asks = line.starts_with("start_user") || line.contains("--where");
        assert!(asks || server.seen().len() == before, "{line}");
        let ran = with_file(&["@prod", "--jobs", "4"])
            .input(format!("{line}\n"))
            .go();
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
    }
    assert_eq!(writes(&server), [""; 0]);
    // What is only shown is not sent.
    for args in [
        &[
            "@prod",
            "--dry-run",
            "update_user",
            "carla",
            "--status",
            "disabled",
        ][..],
        &["@prod", "explain", "update_user", "carla"],
        &[
            "@prod",
            "update_user",
            "carla",
            "--status",
            "disabled",
            "--echo",
            "only",
        ],
        &["@prod", "restore", "b.json", "--plan"],
        &[
            "@prod",
            "delete_user",
            "--where",
            "status=disabled",
            "--plan",
        ],
        &["@prod", "delete_user", "carla", "press", "--plan"],
        &[
            "@prod",
            "update_user",
            "carla",
            "press",
            "--status",
            "0",
            "--plan",
        ],
    ] {
        assert_eq!(with_file(args).go().code, 0, "{args:?}");
    }
    assert_eq!(writes(&server), [""; 0]);
}

#[test]
fn who_may_lift_read_only() {
    let server = v2();
    let url = server.url();
    let more = format!(
        "read_only = true\n[profile.dev]\nurl = \"{url}\"\nuser = \"{ADMIN}\"\npassword_command = \"echo {PASSWORD}\"\n"
    );
    let config = prod(&server, &more);
    let write = "update_user carla --description x";
    let fails_for = |text: &str| {
        let file = run(&config, &["@prod", "-c", "source f"]).file("f", text);
        let ran = file.go();
        assert_eq!(ran.code, 2, "{text}: {ran:?}");
        let piped = run(&config, &["@prod"]).input(text).go();
        assert_eq!(piped.code, 2, "{text}: {piped:?}");
        assert_eq!(writes(&server), [""; 0], "{text}");
    };
    fails_for(&format!("set read_only off\n{write}\n"));
    fails_for(&format!("set read-only=off\n{write}\n"));
    fails_for(&format!("--read-only=off {write}\n"));
    fails_for(&format!("{write} --read-only=off\n"));
    // The same server by its URL, or by another way to write it.
    fails_for(&format!("connect {url}\n{write}\n"));
    fails_for(&format!(
        "connect http://127.0.0.1:9\nconnect {url}\n{write}\n"
    ));
    for args in [
        &["@prod", "--read-only=off", "-c", write][..],
        &["@dev", "-c", "update_user carla --description y"],
        &[
            "@prod",
            "-c",
            "connect @dev; update_user carla --description z",
        ],
    ] {
        let ran = run(&config, args).go();
        assert_eq!(ran.code, 0, "{args:?} {ran:?}");
    }
    assert_eq!(writes(&server).len(), 3);
    // It may be turned on by anyone, and a flag is above the profile.
    for args in [
        &["@dev", "--read-only", "-c", write][..],
        &[
            "@dev",
            "-c",
            "set read_only on; update_user carla --description x",
        ],
        &[
            "@dev",
            "--read-only",
            "-c",
            "connect @dev; update_user carla --description x",
        ],
    ] {
        assert_eq!(run(&config, args).go().code, 2, "{args:?}");
    }
    assert_eq!(writes(&server).len(), 3);
}

#[cfg(unix)]
#[test]
fn a_password_command_that_gives_no_password() {
    let server = v2();
    for (command, part) in [
        ("exit 3", "`password_command` failed with exit status: 3"),
        ("true", "`password_command` printed nothing"),
        ("echo", "`password_command` printed nothing"),
        (
            "echo Marker7431; echo Marker7432",
            "`password_command` printed more than one line",
        ),
        (
            "sleep 0.6",
            "`password_command` printed no password within 0.3 s; nothing was sent",
        ),
        (
            "echo Marker7431; sleep 0.6",
            "printed no password within 0.3 s",
        ),
        (
            "sleep 0.6 & echo Marker7431",
            "printed no password within 0.3 s",
        ),
        ("printf '\\377'", "is not valid UTF-8"),
    ] {
        let text = format!(
            "[profile.p]\nurl = \"{}\"\nuser = \"{ADMIN}\"\npassword_command = '''{command}'''\n",
            server.url()
        );
        let ran = run(&text, &["@p", "--debug", "--timeout", "300ms", "-c", USERS]).go();
        fails(&ran, 1, &[part]);
        assert!(!ran.err.contains("Marker"), "{}", ran.err);
        let ran = run(&text, &["--timeout", "300ms", "profile", "check", "p"]).go();
        fails(&ran, 1, &[part]);
    }
    assert_eq!(server.seen().len(), 0);
    let text = prod(&server, "");
    run(&text, &["profile", "check", "prod"])
        .go()
        .is(0, "", "1 profile, no errors\n");
}

#[test]
fn a_password_command_of_the_environment_is_for_its_server_only() {
    let (own, other) = (v2(), v2());
    let config = format!(
        "[profile.dev]\nurl = \"{}\"\nuser = \"{ADMIN}\"\n",
        other.url()
    );
    for named in [true, false] {
        let url = own.url();
        let place = if named { "SFTPGO_HOST" } else { "UNUSED" };
        let run = run(
            &config,
            &["--base_url", &url, "--user", ADMIN, "--api", "v2", "-c"],
        );
        let mut run = run
            .env(place, &url)
            .env("SFTPGO_SHELL_PASSWORD_COMMAND", &format!("echo {PASSWORD}"));
        run.command.arg(format!("{USERS}; connect @dev; {USERS}"));
        let ran = run.go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ANNA), "{}", ran.err);
        assert!(ran.err.contains("belong to another server"), "{}", ran.err);
        assert_eq!(other.seen().len(), 0);
    }
}

#[test]
fn a_profile_is_read_only_by_every_word_for_on() {
    for (value, is_on) in [
        ("true", true),
        ("\"yes\"", true),
        ("1", true),
        ("\"no\"", false),
        ("0", false),
    ] {
        let text = format!("[profile.p]\nurl = \"https://h\"\nread_only = {value}\n");
        let ran = run(&text, &["profile", "list", "--output", "compact"]).go();
        let said = format!("\"read_only\":{is_on},");
        assert!(ran.code == 0 && ran.out.contains(&said), "{value}: {ran:?}");
    }
}

#[test]
fn profiles_are_added_and_removed_and_comments_stay() {
    let config = "# mine\n\n[alias] # words\nhi = \"echo hi $1\" # greets\n";
    let add = "profile add prod https://h/x ops --set color=red read-only=on; profile use @prod; profile list";
    let one = run(config, &["-c", add]);
    let path = config_of(&one);
    let (ran, left) = one.leaving(&path);
    let list = "[{\"name\":\"prod\",\"url\":\"https://h/x\",\"user\":\"ops\",\"read_only\":true,\"default\":true,\"active\":false}]\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, list), "{ran:?}");
    let added = "[profile.prod]\nurl = \"https://h/x\"\nuser = \"ops\"\ncolor = \"red\"\nread_only = true\n";
    assert!(
        left.contains(added) && left.contains("default_profile = \"prod\""),
        "{left}"
    );
    for comment in ["# mine", "# words", "# greets"] {
        assert!(left.contains(comment), "{left}");
    }
    let one = run(&left, &["-c", "profile remove prod; hi you"]);
    let path = config_of(&one);
    let (ran, left) = one.leaving(&path);
    assert_eq!((ran.code, ran.out.as_str()), (0, "hi you\n"), "{ran:?}");
    assert_eq!(left.trim(), config.trim());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let one = Run::new(&["profile", "add", "a", "http://h"]);
        let path = config_of(&one);
        let mut one = one;
        assert_eq!(crate::support::end(one.spawn()).code, 0);
        let mode = std::fs::metadata(path)
            .expect("it was made")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_profile_does_not_accept() {
    let config = "[profile.p]\nurl = \"http://h\"\n";
    for (line, part) in [
        ("profile add p http://h", "the profile `p` already exists"),
        (
            "profile add 'a b' http://h",
            "`a b` cannot be the name of a profile",
        ),
        ("profile add -x http://h", "unknown flag `-x`"),
        ("profile add all http://h", "`all` cannot be the name"),
        ("profile add ../x http://h", "`../x` cannot be the name"),
        ("profile add q h", "`url` expects a URL"),
        ("profile add q http://u:p@h", "without user and password"),
        (
            "profile add q http://h --set color=pink",
            "`color` must be `red`, ",
        ),
        (
            "profile add q http://h --set colr=red",
            "unknown key `colr`",
        ),
        (
            "profile add q http://h --set color",
            "`--set` expects KEY=VALUE",
        ),
        (
            "profile add q http://h --set password=Marker7431",
            "secrets are not allowed in this file",
        ),
        ("profile add", "`profile add` needs the name"),
        ("profile use", "`profile use` needs the name"),
        ("profile remove nosuch", "there is no profile `nosuch`"),
        ("profile show", "no profile is in use"),
        (
            "profile list p http://h",
            "only `profile add` accepts a URL",
        ),
        ("profile use p http://h", "only `profile add` accepts a URL"),
        ("profile fly", "`WHAT` must be one of"),
    ] {
        let one = run(config, &["-c", line]);
        let path = config_of(&one);
        let (ran, left) = one.leaving(&path);
        fails(&ran, 2, &[part]);
        assert!(!ran.err.contains("Marker"), "{}", ran.err);
        assert_eq!(left, config, "{line}");
    }
    let missing = "[profile.p]\nurl = \"https://h\"\ncacert = \"no.pem\"\n";
    fails(
        &run(missing, &["profile", "check"]).go(),
        1,
        &["`cacert` names a file that does not exist"],
    );
}

#[test]
fn aliases_work_wherever_commands_do() {
    let servers = [v2(), v2(), v2()];
    let [config, of_pipe, of_file] = servers.each_ref().map(|server| prod(
        server,
        "[alias]\noff = \"update_user $1 --status disabled\"\nsay = \"echo $2 $1\"\nnames = \"users --columns username\"\n",
    ));
    let text = "say a 'b  c'; names --limit 1; -off nobody; off carla; user carla --columns status";
    let expected = format!("b  c a\n{ANNA}{{\"message\":\"User updated\"}}\n{{\"status\":0}}\n");
    let out = |ran: Ran| {
        assert_eq!(ran.code, 0, "{ran:?}");
        let refused = |line: &&str| !line.contains("\"error\"");
        let lines: Vec<&str> = ran.out.lines().filter(refused).collect();
        lines.join("\n") + "\n"
    };
    let lines = text.replace("; ", "\n");
    assert_eq!(out(run(&config, &["@prod", "-c", text]).go()), expected);
    assert_eq!(out(run(&of_pipe, &["@prod"]).input(&lines).go()), expected);
    assert_eq!(
        out(run(&of_file, &["@prod", "--jobs", "4", "--file", "f"])
            .file("f", &lines)
            .go()),
        expected
    );
    let ran = run(&config, &["@prod", "-c", "off"]).go();
    fails(
        &ran,
        2,
        &[
            "the alias `off` needs 1 argument",
            "hint: `off = update_user $1 --status disabled`",
        ],
    );
    let ran = run(&config, &["@prod", "-c", "off carla --statsu x"]).go();
    fails(&ran, 2, &["-c:1:11: error: unknown flag `--statsu`"]);
    let help = run(&config, &["help"]).go().out;
    assert!(
        help.starts_with("your aliases\n")
            && help.contains("  off    update_user $1 --status disabled\n"),
        "{help}"
    );
    run(&config, &["help", "off"]).go().is(
        0,
        "off: alias for `update_user $1 --status disabled`\n",
        "",
    );
}

#[test]
fn short_words_are_commands() {
    let server = v2();
    let config = prod(&server, "");
    for (line, target) in [
        ("users", "/api/v2/users"),
        ("user carla", "/api/v2/users/carla"),
        ("groups", "/api/v2/groups"),
        ("group staff", "/api/v2/groups/staff"),
        ("folders", "/api/v2/folders"),
        ("admins", "/api/v2/admins"),
        ("roles", "/api/v2/roles"),
        ("conns", "/api/v2/connections"),
        ("kill x", "/api/v2/connections/x"),
    ] {
        let mut args = vec!["@prod"];
        args.extend(words(line));
        run(&config, &args).go();
        let last = server.seen().pop().expect(line);
        let path = last.target.split('?').next().unwrap_or_default();
        assert_eq!(path, target, "{line}");
    }
    let help = run(&config, &["@prod", "help"]).go().out;
    assert!(help.contains("  get_users, users "), "{help}");
    assert!(run(&config, &["help", "kill"]).go().out.contains("kill"));
}

#[test]
fn a_server_of_another_release_than_the_profile_says() {
    let server = v2();
    let config = prod(&server, "api = \"2.2.0\"\n");
    // The release that was named decides what there is, and nothing is sent on a guess.
    let ran = run(&config, &["@prod", "roles"]).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("2.5.0"), "{}", ran.err);
}

#[test]
fn without_a_profile_nothing_more_is_asked() {
    let server = v2();
    let config = prod(&server, "[alias]\nhi = \"echo hi\"\n");
    let asked = |config: &str| {
        let before = server.seen().len();
        let ran = run(config, &["-c", "get_version; get_users --limit 1"])
            .env("SFTPGO_HOST", &server.url())
            .env("SFTPGO_USERNAME", ADMIN)
            .env("SFTPGO_PASSWORD", PASSWORD)
            .go();
        assert_eq!(ran.code, 0, "{ran:?}");
        let seen = server.seen().split_off(before);
        let mut lines: Vec<String> = seen
            .iter()
            .map(|seen| format!("{} {}", seen.method, seen.target))
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(asked(""), asked(&config));
}
