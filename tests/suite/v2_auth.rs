//! The login of the API v2: how often it logs in, what an expired token costs,
//! and that credentials are never shown or sent elsewhere.

use crate::proxy::{Act, JSON, Proxy, answer};
use crate::raw_server::Hostile;
use crate::support::{PIPED, Run, asked, v2};
use sftpgo_shell::practice::{ADMIN, Logins, PASSWORD, Practice};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A run as the admin.
pub(crate) fn admin<S: AsRef<std::ffi::OsStr>>(server: &Practice, args: &[S]) -> Run {
    at(&server.url(), args)
}

/// The same, wherever.
fn at<S: AsRef<std::ffi::OsStr>>(url: &str, args: &[S]) -> Run {
    Run::new(args)
        .env("SFTPGO_HOST", url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn attempts(server: &Practice) -> (usize, usize) {
    let Logins {
        attempts, failures, ..
    } = server.logins();
    (attempts, failures)
}

const WRONG: &str = "cannot log in as `admin`: name, password or code is wrong\nhint: or the admin is disabled, needs a one-time code (`login --otp`, SFTPGO_OTP), or is not allowed to log in from this address\n";

/// Six lines, reads and writes.
const LINES: &str = "get_users\nget_roles\nupdate_user press --uid 5\nget_groups\nadd_user bob --home_dir /srv/bob --permissions '*' --password p\nget_folders\n";

#[test]
fn a_wrong_password_is_sent_once() {
    let server = v2();
    for (args, code) in [
        (vec![], 4),
        (vec!["--keep_going"], 6),
        (vec!["--read_ahead", "4"], 4),
        (vec!["--jobs", "8"], 4),
        (vec!["--jobs", "8", "--keep_going", "--read_ahead", "4"], 6),
    ] {
        let before = attempts(&server);
        let ran = admin(&server, &args)
            .env("SFTPGO_PASSWORD", "hunter2")
            .input(LINES)
            .go();
        assert_eq!(
            attempts(&server),
            (before.0 + 1, before.1 + 1),
            "{args:?}: {ran:?}"
        );
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (code, ""),
            "{args:?}: {ran:?}"
        );
        let first = "stdin:1:1: error: cannot log in as `admin`: name, password or code is wrong\n";
        assert!(ran.err.starts_with(first), "{args:?}: {ran:?}");
        assert!(!ran.err.contains("hunter2"), "{args:?}: {ran:?}");
    }
    assert_eq!(asked(&server), vec!["GET /api/v2/token"; 5]);
    let ran = admin(&server, &["get_users"])
        .env("SFTPGO_PASSWORD", "hunter2")
        .go();
    ran.is(4, "", &format!("error: {WRONG}"));
}

#[test]
fn one_login_is_enough_for_many_requests() {
    for args in [vec![], vec!["--read_ahead", "8"], vec!["--jobs", "8"]] {
        let server = v2();
        server.set_latency(Duration::from_millis(5));
        let ran = admin(&server, &args).input("get_roles\n".repeat(20)).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        assert_eq!(attempts(&server), (1, 0), "{args:?}");
        assert_eq!(asked(&server).len(), 21, "{args:?}");
    }
}

/// A proxy at which all tokens end when the request of this number comes.
fn ending(server: &Arc<Practice>, at: usize) -> Proxy {
    let ours = Arc::clone(server);
    Proxy::before(server, move |number, _| {
        if number == at {
            ours.expire_tokens();
        }
        Act::Pass
    })
}

/// Method, path and status of what a proxy was asked.
fn told(proxy: &Proxy) -> Vec<String> {
    let one = |asked: &crate::proxy::Asked| {
        let words: Vec<&str> = asked.request.splitn(3, ' ').take(2).collect();
        let status = asked.carried_out.unwrap_or_default();
        format!("{} {status}", words.join(" ").replace("/api/v2", ""))
    };
    proxy.asked().iter().map(one).collect()
}

const BOB: &str = "add_user bob --home_dir /srv/bob --permissions '*' --password p";

#[test]
fn an_expired_token_is_renewed_once() {
    let server = Arc::new(v2());
    let proxy = ending(&server, 2);
    let ran = at(&proxy.url, &PIPED)
        .input(format!("get_roles\n{BOB}\nget_roles\n"))
        .go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(
        told(&proxy),
        [
            "GET /token 200",
            "GET /roles 200",
            "POST /users 401",
            "GET /token 200",
            "POST /users 201",
            "GET /roles 200",
        ]
    );
    // Debug shows each of them, in the order in which they were sent.
    let server = Arc::new(v2());
    let proxy = ending(&server, 2);
    let ran = at(
        &proxy.url,
        &[
            "--debug",
            "--read-ahead",
            "1",
            "-c",
            "get_roles; get_roles; get_roles",
        ],
    )
    .go();
    let statuses = ran.err.lines().filter_map(|line| {
        let line = line.strip_prefix("got response, status code: ")?;
        line.strip_suffix(" body:")
    });
    let statuses: Vec<&str> = statuses.collect();
    assert_eq!(
        statuses,
        ["200", "200", "401", "200", "200", "200"],
        "{}",
        ran.err
    );
    // Before the PUT of a change, which is then sent again alone.
    let server = Arc::new(v2());
    let proxy = ending(&server, 2);
    let ran = at(&proxy.url, &["update_user", "press", "--uid", "5"]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(
        told(&proxy),
        [
            "GET /token 200",
            "GET /users/press 200",
            "PUT /users/press 401",
            "GET /token 200",
            "PUT /users/press 200",
            "GET /users/press 200",
        ]
    );
}

#[test]
fn an_expired_token_is_renewed_once_in_parallel() {
    for (args, line, wanted) in [
        (["--read_ahead", "8"], "get_users --limit {n}\n", "200"),
        (
            ["--jobs", "8"],
            "add_user b{n} --home_dir /b --permissions '*' --password p\n",
            "201",
        ),
    ] {
        let server = Arc::new(v2());
        server.set_latency(Duration::from_millis(10));
        let proxy = ending(&server, 4);
        let lines: String = (1..=16)
            .map(|n| line.replace("{n}", &n.to_string()))
            .collect();
        let ran = at(&proxy.url, &args).input(lines).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        assert_eq!(attempts(&server), (2, 0), "{args:?}");
        let asked = proxy.asked();
        let done = asked.iter().filter(|asked| {
            asked
                .carried_out
                .is_some_and(|status| status.to_string() == wanted)
        });
        let mut requests: Vec<&str> = done
            .map(|asked| asked.request.as_str())
            .filter(|request| !request.contains("/token"))
            .collect();
        assert_eq!(requests.len(), 16, "{requests:?}");
        requests.sort_unstable();
        requests.dedup();
        assert_eq!(requests.len(), 16, "none twice: {requests:?}");
    }
}

#[test]
fn a_server_that_rejects_every_token_gets_two_requests() {
    for (args, lines) in [
        (
            vec!["--keep_going"],
            "get_roles\nupdate_role x --replace --description y\nupdate_role x --description y\nget_roles\n",
        ),
        (
            vec!["--keep_going", "--jobs", "8"],
            "get_roles\nadd_role x\nget_users\nget_groups\n",
        ),
    ] {
        let server = Arc::new(v2());
        let proxy = Proxy::before(&server, |_, request| {
            if request.contains("/token") {
                return Act::Pass;
            }
            Act::Say(answer(
                "401 Unauthorized",
                JSON,
                "{\"message\":\"Unauthorized\"}",
            ))
        });
        let ran = at(&proxy.url, &args).input(lines).go();
        assert_eq!(ran.code, 6, "{ran:?}");
        let requests = proxy.requests();
        let is_login = |request: &&String| request.contains("/token");
        let logins = requests.iter().filter(is_login).count();
        // After two tokens that were no better, one more would be none either.
        assert_eq!(requests.len() - logins, 6, "{requests:?}");
        assert!(logins <= 3, "{requests:?}");
        let hint = "hint: a token is valid for one client address, until the server restarts or the admin changes; `login` gets a new one\n";
        assert_eq!(ran.err.matches(hint).count(), 4, "{ran:?}");
    }
}

#[test]
fn no_password_prompt_in_a_file() {
    let server = v2();
    let none = "error: there is no password for `admin`\n";
    let hint = "hint: set it before starting the shell: `export SFTPGO_PASSWORD=…`\n";
    let user = ["--user", "admin"];
    let ran = Run::at(&server, &user).input("get_roles\n").go();
    ran.is(2, "", &format!("stdin:1:1: {none}  get_roles\n  ^^^^^^^^^\n{hint}stopped at stdin:1; 0 commands done, the rest not run\n"));
    let ran = Run::at(&server, &["--user", "admin", "get_roles"]).go();
    ran.is(2, "", &format!("{none}{hint}"));
    let ran = admin(&server, &["login", "--otp"]).go();
    ran.is(2, "", "error: cannot ask for the one-time code: no terminal\nhint: set it before starting the shell: `export SFTPGO_OTP=…`\n");
    // The code of the environment will do.
    let other = v2();
    let ran = admin(&other, &["login", "--otp"]).env("SFTPGO_OTP", "123456");
    ran.go().is(0, "", "");
    let ran = admin(&server, &["get_roles"])
        .env("SFTPGO_USERNAME", "a:b")
        .go();
    ran.is(2, "", "error: a name with `:` cannot log in by password\nhint: Basic authentication cannot carry a `:`; use an API key\n");
    assert!(asked(&server).is_empty());
}

#[test]
fn other_origins_get_no_credentials() {
    let (server, other) = (v2(), v2());
    let there = other.url();
    let file = format!("get_roles\nconnect {there}\nget_roles\n");
    let said = "stdin:3:1: error: there is no password for `admin`\n  get_roles\n  ^^^^^^^^^\nhint: the credentials given at startup belong to another server; `login` sends them to this one\nstopped at stdin:3; 2 commands done, the rest not run\n";
    let command = ["--password_command", "echo practice"];
    for run in [
        admin(&server, &PIPED),
        admin(&server, &command).env("SFTPGO_PASSWORD", ""),
        admin(&server, &PIPED).env("SFTPGO_OTP", "123456"),
    ] {
        let ran = run.input(&file).go();
        assert_eq!((ran.code, ran.err.as_str()), (2, said), "{ran:?}");
    }
    let ran = admin(&server, &["--keep_going"])
        .env("SFTPGO_API_KEY", "a.b")
        .input(&file)
        .go();
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(asked(&other).is_empty(), "{:?}", other.seen());
    // Unless they are given to it.
    let file = format!("get_roles\nconnect {there}\nlogin\nget_roles\nset api v2\n");
    for run in [
        admin(&server, &PIPED),
        admin(&server, &command).env("SFTPGO_PASSWORD", ""),
    ] {
        let ran = run.input(&file).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    }
    assert_eq!(attempts(&other), (2, 0));
    // The same server by another path is the same.
    let file = format!("get_roles\nconnect {}/\nget_roles\n", server.url());
    let ran = admin(&server, &PIPED).input(&file).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn invalid_tokens() {
    let html = "Content-Type: text/html\r\n";
    let is_it = "hint: is this really SFTPGo's address?\n";
    for (status, headers, code, said) in [
        ("200 OK", html, 3, format!("cannot log in: the server answered 200 without a token\n{is_it}")),
        ("302 Found", "Location: https://sso/\r\n", 3, "cannot log in: the server answered 302 and redirects to `https://sso/`; redirects are not followed\nhint: if that is your server, run `connect URL`\n".to_owned()),
        ("502 Bad Gateway", html, 5, format!("cannot log in: the server answered 502 without a token\n{is_it}")),
        ("404 Not Found", html, 4, "cannot log in: the server has no `/token`\nhint: is this SFTPGo 2? Use `--api v1` for older servers; logins may also be disabled\n".to_owned()),
        ("403 Forbidden", html, 4, "cannot log in: the server rejects this address\nhint: it may be banned for a limited time, or missing from the admin's allowed addresses\n".to_owned()),
        ("401 Unauthorized", html, 4, WRONG.to_owned()),
    ] {
        let server = Hostile::saying(answer(status, headers, "<html>Sign in</html>"));
        let ran = at(&server.url, &["get_roles"]).go();
        ran.is(code, "", &format!("error: {said}"));
        assert_eq!(server.asked(), ["GET /api/v2/token"]);
    }
    let server = v2();
    server.limit_rate(1, Duration::from_secs(7));
    let ran = admin(&server, &["get_roles"]).go();
    ran.is(
        4,
        "",
        "error: cannot log in: too many requests\nhint: the server asks you to retry in 7 s\n",
    );
    assert_eq!(asked(&server), ["GET /api/v2/token"]);
}

#[test]
fn whoami_tells_by_its_exit_code_what_the_admin_may_do() {
    let server = v2();
    let can = |user: &str, key: &str| {
        let run = admin(&server, &["whoami", "--can", "del_users"]);
        let run = run.env("SFTPGO_USERNAME", user);
        run.env("SFTPGO_API_KEY", key).go()
    };
    assert_eq!((can(ADMIN, "").code, can("helper", "").code), (0, 1));
    let wrong = can("helper", "").err;
    assert!(wrong.contains("does not have the permission `del_users`"));
    let unknown = can("", "id.key");
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.err.contains("the permissions are not known"));
}

#[test]
fn logout_ends_the_token_at_the_server() {
    let server = v2();
    let ran = admin(&server, &["-c", "get_users --offset 50; logout; whoami"]).go();
    ran.is(0, &format!("[]\n{{\n  \"server\": \"{}\",\n  \"api\": \"v2\",\n  \"user\": \"\",\n  \"by\": \"nothing\"\n}}\n", server.addr()), "");
    assert_eq!(
        asked(&server),
        [
            "GET /api/v2/token",
            "GET /api/v2/users?offset=50",
            "GET /api/v2/logout"
        ]
    );
    let seen = server.seen();
    let (name, bearer) = &seen[1].credentials[0];
    let mut stream = TcpStream::connect(server.addr()).expect("it listens");
    write!(
        stream,
        "GET /api/v2/roles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{name}: {bearer}\r\n\r\n"
    )
    .expect("it reads");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("it answers");
    assert!(
        said.starts_with("HTTP/1.1 401") && said.contains("Your token is no longer valid"),
        "{said}"
    );
    // Nobody is somebody again after that.
    let ran = admin(&server, &["-c", "get_users --offset 50; logout; get_roles"]).go();
    assert_eq!(ran.code, 4);
    assert!(
        ran.err.contains("hint: this needs a login: `login NAME`"),
        "{ran:?}"
    );
}

/// Users that are added in parallel.
fn adding(count: usize) -> String {
    let line = |n| format!("add_user b{n} --home_dir /b --permissions '*' --password p\n");
    (1..=count).map(line).collect()
}

#[test]
fn a_password_that_is_refused_in_flight_is_sent_once() {
    let server = Arc::new(v2());
    server.set_latency(Duration::from_millis(10));
    let ours = Arc::clone(&server);
    let proxy = Proxy::before(&server, move |number, request| {
        if number == 4 {
            ours.expire_tokens();
        }
        if number > 0 && request.contains("/token") {
            return Act::Say(answer("401 Unauthorized", JSON, "{}"));
        }
        Act::Pass
    });
    let ran = at(&proxy.url, &["--jobs", "8", "--keep_going"])
        .input(adding(16))
        .go();
    assert_eq!(ran.code, 6, "{ran:?}");
    let mut requests = proxy.requests();
    let tokens = requests.iter().filter(|one| one.contains("/token")).count();
    assert_eq!(tokens, 2, "{requests:?}");
    requests.retain(|one| !one.contains("/token"));
    let sent = requests.len();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), sent, "none twice: {requests:?}");
    assert!(
        ran.err
            .contains("`admin` was rejected with this password; not trying it again"),
        "{ran:?}"
    );
}

#[test]
fn a_stopping_run_does_not_send_again() {
    // The first is refused late, and ends the run; the token of the others has
    // ended by then. The refusal of one that is seen in time holds back the rest.
    let server = Arc::new(v2());
    let ours = Arc::clone(&server);
    let proxy = Proxy::before(&server, move |number, request| {
        if number >= 2 {
            ours.expire_tokens();
        }
        if request.contains("\"b1\"") {
            std::thread::sleep(Duration::from_millis(300));
            return Act::Say(answer("400 Bad Request", JSON, "{\"message\":\"no\"}"));
        }
        Act::Pass
    });
    let lines = format!("get_users\n{}", adding(4));
    let args = ["--jobs", "4", "--file", "f"];
    let ran = at(&proxy.url, &args).file("f", &lines).go();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(attempts(&server), (1, 0), "{ran:?}");
    let made = proxy.asked();
    let count = |wanted| {
        let all = made.iter();
        all.filter(|one| one.carried_out == wanted).count()
    };
    assert!((1..=3).contains(&count(Some(401))), "{made:?}");
    let mut requests = proxy.requests();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), made.len(), "none twice: {made:?}");
    assert_eq!(count(Some(201)), 0, "{made:?}");
}

#[test]
fn rows_of_add_users_outlive_a_token() {
    for (args, at_number) in [
        ("--update_existing", 1),
        ("--update_existing", 2),
        ("--update_existing", 4),
        ("--skip_existing", 3),
        ("", 2),
    ] {
        for jobs in ["1", "4"] {
            let server = Arc::new(v2());
            let proxy = ending(&server, at_number);
            let mut rows = "username,home_dir,permissions,quota_files\n".to_owned();
            if !args.is_empty() {
                rows.push_str("press,/srv/sftp/press,list,9\n");
            }
            for n in 1..6 {
                rows.push_str(&format!("b{n},/b,list,9\n"));
            }
            let line = format!("add_users --from u.csv {args}");
            let ran = at(&proxy.url, &["--jobs", jobs, "-c", &line])
                .file("u.csv", rows)
                .go();
            assert_eq!(ran.code, 0, "{args} {at_number} {jobs}: {ran:?}");
            assert!(ran.err.starts_with("u.csv: 5 added"), "{ran:?}");
            assert_eq!(attempts(&server), (2, 0), "{args} {at_number} {jobs}");
            let wrote = told(&proxy);
            let wrote = |what: &str| wrote.iter().filter(|one| *one == what).count();
            assert_eq!(wrote("POST /users 201"), 5, "{:?}", proxy.requests());
            let changed = usize::from(args == "--update_existing");
            assert_eq!(wrote("PUT /users/press 200"), changed);
        }
    }
}
