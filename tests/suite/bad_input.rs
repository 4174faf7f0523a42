//! Invalid input, in a pipe and as a single command: complete stderr, exit
//! code, empty stdout, nothing sent.

use crate::support::{PIPED, Run, asked, practice, v2, words};

/// Lines, each with carets under a part of it, an error and maybe a hint.
const LINES: &str = include_str!("data/bad-lines.txt");

/// A line, where carets stand under it, and what is said of it.
struct Bad<'a> {
    line: &'a str,
    carets: &'a str,
    said: &'a str,
}

fn lines() -> impl Iterator<Item = Bad<'static>> {
    LINES.trim_end().split("\n\n").skip(1).map(|block| {
        let mut parts = block.splitn(3, '\n');
        let mut next = || parts.next().expect("line, carets, error");
        Bad {
            line: next(),
            carets: next(),
            said: next(),
        }
    })
}

#[test]
fn a_dash_before_a_value_and_a_flag_after_all_values() {
    let server = v2();
    let before = "after `--`, every word is a value: write the flags before it";
    for (line, said, hint) in [
        (
            "add_user -- anna --home_dir /x",
            "unexpected argument `--home_dir`",
            before,
        ),
        (
            "update_user -- -x --quota_size 1G",
            "`update_user` for several objects needs at least one change",
            before,
        ),
        (
            "add_user -x --home_dir /x",
            "unknown flag `-x`",
            "a value that begins with `-` stands at the end, after `--`: `add_user … -- VALUE`",
        ),
        (
            "login --otp 123456",
            "`--otp` takes no value: it asks for the code",
            "`login NAME --otp` logs in as another admin",
        ),
        (
            "login --otp=123456",
            "`--otp` must be `on` or `off`",
            "`--otp` takes no value",
        ),
    ] {
        let ran = Run::at(&server, &words(line))
            .env("SFTPGO_USERNAME", "admin")
            .go();
        ran.is(2, "", &format!("error: {said}\nhint: {hint}\n"));
    }
    assert!(asked(&server).is_empty());
}

#[test]
fn in_a_pipe() {
    let server = practice();
    for Bad { line, carets, said } in lines() {
        let column = 1 + carets.find('^').expect("carets");
        let (error, hint) = said.split_once('\n').unwrap_or((said, ""));
        let hint = if hint.is_empty() {
            ""
        } else {
            &format!("{hint}\n")
        };
        let ran = Run::at(&server, &PIPED)
            .input(format!("{line}\nget_quota_scans\n"))
            .go();
        ran.is(
            2,
            "",
            &format!(
                "stdin:1:{column}: {error}\n  {line}\n  {carets}\n{hint}stopped at stdin:1; 0 commands done, the rest not run\n"
            ),
        );
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn as_one_command() {
    let server = practice();
    for Bad { line, said, .. } in lines() {
        let ran = Run::at(&server, &words(line)).go();
        // There are no variables in the words of a single command.
        let said = said
            .replace(
                "`--password $env.NAME`",
                "`-c 'add_user … --password $env.NAME'`",
            )
            .replace("`help settings` lists", "`--help` lists");
        ran.is(2, "", &format!("{said}\n"));
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn lines_that_cannot_be_split() {
    let server = practice();
    for (text, place, excerpt, message, hint) in [
        (
            "get_quota_scans extra 'open\nnext",
            "1:23",
            "  get_quota_scans extra 'open\n                        ^\n",
            "this `'` is never closed",
            "close it, or write `\\'` for a literal quote",
        ),
        (
            "echo \"é\" \"open",
            "1:10",
            "  echo \"é\" \"open\n           ^\n",
            "this `\"` is never closed",
            "close it, or write `\\\"` for a literal quote",
        ),
        (
            "\n\nget_users \\\n  --limit 1 \\",
            "4:13",
            "    --limit 1 \\\n              ^\n",
            "nothing follows this `\\`",
            "write `\\\\` for a literal backslash",
        ),
        (
            "get_user_by_id $nope",
            "1:16",
            "  get_user_by_id $nope\n                 ^^^^^\n",
            "unknown variable `$nope`",
            "the variables are `$id`, `$username`, `$connection`, `$_` and `$env.NAME`; write `\\$` for a literal dollar sign",
        ),
        (
            "delete_user $id",
            "1:13",
            "  delete_user $id\n              ^^^\n",
            "`$id` is not set yet: there is no last user id",
            "commands about one user set it, and so does a list with a single user",
        ),
        (
            "echo $env.NOT_THERE",
            "1:6",
            "  echo $env.NOT_THERE\n       ^^^^^^^^^^^^^^\n",
            "`NOT_THERE` is not in the environment",
            "set it before starting the shell: `export NOT_THERE=…`",
        ),
    ] {
        let ran = Run::at(&server, &PIPED).input(text).go();
        let line = place.split(':').next().expect("a line");
        let expected = format!(
            "stdin:{place}: error: {message}\n{excerpt}hint: {hint}\nstopped at stdin:{line}; 0 commands done, the rest \
             not run\n"
        );
        ran.is(2, "", &expected);
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn variables_are_literal_in_a_single_command() {
    let server = practice();
    let ran = Run::at(&server, &["echo", "$nope", "a b;c", "#"]).go();
    ran.is(0, "$nope a b;c #\n", "");
}

#[test]
fn flags_and_environment_of_the_start() {
    let server = practice();
    let start = |args: &[&str]| Run::at(&server, args).go();
    let base = "expects a URL such as `http://HOST:PORT`";
    start(&["--base_url", "h:1", "get_users"]).is(
        2,
        "",
        &format!("error: `--base_url` {base}; the `http://` is missing; this is `h:1`\n"),
    );
    start(&["--base_url", "http://h?x", "get_users"]).is(
        2,
        "",
        &format!("error: `--base_url` {base}, without `?` and `#`; this is `http://h?x`\n"),
    );
    start(&["--debug=maybe", "get_users"]).is(
        2,
        "",
        "error: `--debug` must be `on` or `off`; this is `maybe`\n",
    );
    start(&["--bogus", "get_users"]).is(
        2,
        "",
        "error: unknown flag `--bogus`\nhint: `--help` lists the flags\n",
    );
    start(&["--practise"]).is(
        2,
        "",
        "error: unknown flag `--practise`\nhint: did you mean `--practice`?\n",
    );
    start(&["--file", "x", "get_users"]).is(
        2,
        "",
        "error: `--file`, `-c` and a command cannot be used together\nhint: run them one after another\n",
    );
    start(&["--practice", "--base_url", "http://h", "get_users"]).is(
        2,
        "",
        "error: `--practice` and `--base_url` cannot be used together\n",
    );
    let env = |name: &str, value: &str| Run::at(&server, &["get_users"]).env(name, value).go();
    env("SFTPGO_HOST", "127.0.0.1:8080").is(
        2,
        "",
        &format!(
            "error: the environment's `SFTPGO_HOST` {base}; the `http://` is missing; this is `127.0.0.1:8080`\nhint: \
             `base_url`: server URL; a path in it is kept as a prefix\n"
        ),
    );
    env("SFTPGO_SHELL_TIMEOUT", "soon").is(
        2,
        "",
        "error: the environment's `SFTPGO_SHELL_TIMEOUT` expects a duration such as `500ms`, `10s` or `2m`; this is `soon`\nhint: \
         `timeout`: timeout for a complete response; 0 waits forever\n",
    );
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn the_last_id_is_of_the_same_server() {
    let server = practice();
    let text = "get_user_by_id 5136\nupdate_user carla --home_dir /x --permissions list\n";
    let ran = Run::at(&server, &["-f", "x.sftpgo", "--output", "raw"])
        .file("x.sftpgo", text)
        .go();
    let user = r#"{"id":5136,"username":"anna.nowak","home_dir":"/srv/sftp/anna.nowak","uid":1002,"gid":1000,"max_sessions":4,"quota_size":10737418240,"quota_files":5000,"permissions":["list","download","upload","delete","rename","create_dirs"],"used_quota_size":0,"used_quota_files":0,"last_quota_update":0,"upload_bandwidth":0,"download_bandwidth":0}"#;
    ran.is(
        2,
        &format!("{user}\n"),
        "x.sftpgo:2:1: error: the last user, 5136, is `anna.nowak`, not `carla`\n  update_user carla --home_dir /x \
         --permissions list\n  ^^^^^^^^^^^\nhint: give the id too: `update_user ID carla`\nstopped at x.sftpgo:2; 1 \
         command done, 0 not run\n",
    );
    assert_eq!(asked(&server), ["GET /api/v1/user/5136"]);
}

#[test]
fn files_that_are_not_text() {
    let server = practice();
    let long = [b"# before\n".as_slice(), &vec![b'x'; (1 << 20) + 1]].concat();
    let joined = "get_users \\\n".repeat(100_000);
    for (bytes, place, message, excerpt, hint) in [
        (
            b"# fine\n# \xc3\xa9\nget_users # \xc3\xa9\xff\n".as_slice(),
            "3:14",
            "invalid UTF-8: byte 0xff",
            "  get_users # é\u{fffd}\n               ^\n",
            "save it as UTF-8; `iconv -f LATIN1 -t UTF-8` may convert it",
        ),
        (
            b"get\0_\0users",
            "1:4",
            "contains a NUL byte: this is not a text file",
            "  get\\u0000_\\u0000users\n     ^^^^^^\n",
            "if it was saved as UTF-16, save it as UTF-8",
        ),
        (
            &long,
            "2:1",
            "the line is longer than 1 MiB",
            "",
            "is this a command file (one command per line)?",
        ),
        (
            joined.as_bytes(),
            "87382:1",
            "the line is longer than 1 MiB",
            "",
            "is this a command file (one command per line)?",
        ),
    ] {
        let line = place.split(':').next().expect("a line");
        let said = |name: &str, end: &str| {
            format!("{name}:{place}: error: {message}\n{excerpt}hint: {hint}\n{end}\n")
        };
        let stopped = format!("stopped at stdin:{line}; 0 commands done, the rest not run");
        Run::at(&server, &PIPED)
            .input(bytes)
            .go()
            .is(2, "", &said("stdin", &stopped));
        let by_file = Run::at(&server, &["--file", "a b.txt"]).file("a b.txt", bytes);
        by_file.go().is(2, "", &said("a b.txt", "nothing was run"));
    }
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn files_that_cannot_be_read() {
    let server = practice();
    let start = |args: &[&str]| Run::at(&server, args).file("good", "echo good\n").go();
    start(&["--file", "no-such"]).is(
        1,
        "",
        "error: cannot open `no-such`: no such file or directory\n",
    );
    start(&["--file", "."]).is(1, "", "error: cannot read `.`: it is a directory\n");
    start(&["--file", "good", "--file", "no\x1bsuch"]).is(
        1,
        "",
        "error: cannot open `no\\u001bsuch`: no such file or directory\n",
    );
    let ran = Run::at(&server, &PIPED).input_file(".").go();
    ran.is(1, "", "error: cannot read `stdin`: it is a directory\n");
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn connection_refused() {
    // No server has this port; a free one may be another test's in a moment.
    let url = "http://127.0.0.1:1";
    let hint = "hint: is the server running? Set its address with `connect URL`, `--base_url` or SFTPGO_HOST, or try `--practice`\n";
    let message = format!("cannot connect to {url}: connection refused; nothing was sent");
    for line in [
        "get_users",
        "delete_user 5136",
        "add_user bob --password hunter2",
    ] {
        let ran = Run::new(&words(line)).env("SFTPGO_HOST", url).go();
        ran.is(3, "", &format!("error: {message}\n{hint}"));
        let ran = Run::new(&PIPED).env("SFTPGO_HOST", url).input(line).go();
        let shown = line.replace("hunter2", "********");
        let name = line.split(' ').next().expect("a command");
        let carets = "^".repeat(name.len());
        ran.is(
            3,
            "",
            &format!(
                "stdin:1:1: error: {message}\n  {shown}\n  {carets}\n{hint}stopped at stdin:1; 0 commands done, the rest not \
                 run\n"
            ),
        );
    }
}

#[cfg(unix)]
#[test]
fn an_endless_body_is_not_read_to_the_end() {
    Run::new(&["post", "x", "--json", "@/dev/zero"]).go().is(
        1,
        "",
        "error: cannot read `/dev/zero`: it is longer than 64 MiB\n",
    );
}

#[test]
fn a_base_url_with_too_many_parts() {
    for (path, part) in [
        ("/api/v2", "/api/v2"),
        ("/api/v1/", "/api/v1"),
        ("/sftp/web/admin", "/web/admin"),
        ("/api/v2/token", "/api/v2/token"),
    ] {
        let url = format!("http://127.0.0.1:1{path}");
        let said = format!(
            "expects a URL such as `http://HOST:PORT`; leave `{part}` out of the base URL; this is `{url}`\n"
        );
        let flag = Run::new(&["--base_url", &url, "get_users"]).go();
        let var = Run::new(&["get_users"]).env("SFTPGO_HOST", &url).go();
        let connect = Run::new(&["connect", &url]).go();
        let before = Run::new(&["-c", &format!("--base_url {url} get_users")]).go();
        for ran in [flag, var, connect, before] {
            assert_eq!((ran.code, ran.out.as_str()), (2, ""));
            assert!(ran.err.contains(&said), "{}", ran.err);
        }
    }
}

#[test]
fn hints_of_the_api_v2() {
    for (line, hint) in [
        (
            "get_users --username carla",
            "`get_user_by_username USERNAME` shows one of them",
        ),
        (
            "get_folders --name x",
            "`get_folder_by_name NAME` shows one of them",
        ),
        (
            "get_ip_list_entries",
            "`TYPE` is `allow`, `defender` or `rate_limiter_safe`; usage: get_ip_list_entries TYPE [FLAGS]; `help get_ip_list_entries` describes it",
        ),
        // A write is not what someone means who typed another word.
        ("match get_connections", "did you mean `watch`?"),
        ("pach users", "did you mean `patch`?"),
    ] {
        let ran = Run::new(&words(&format!("--api 2.7.5 {line}"))).go();
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(
            ran.err.ends_with(&format!("\nhint: {hint}\n")),
            "{line}: {}",
            ran.err
        );
    }
}
