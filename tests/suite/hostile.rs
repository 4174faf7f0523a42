//! Servers that answer badly, late or not at all: messages, exit codes, whether
//! a write's outcome is known, and that nothing is sent twice.

use crate::raw_server::{Act, Hostile};
use crate::support::{PIPED, Run, asked, practice};

/// An answer with a body of its length.
fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

const JSON: &str = "Content-Type: application/json; charset=utf-8\r\n";
const HTML: &str = "Content-Type: text/html\r\n";

/// A read and a write, and how to check each.
const READ: &str = "get_quota_scans";
const WRITE: &str = "add_user bob --password hunter2";
const LOOK: &str =
    "; it may or may not have been applied\nhint: `get_users --username bob` shows it\n";

/// The answer makes both fail with this exit code and message; a write's outcome is not known.
#[track_caller]
fn unknown(acts: &[Act], args: &[&str], code: i32, out: &str, message: &str, hint: &str) {
    for (line, rest) in [(READ, hint), (WRITE, LOOK)] {
        let server = Hostile::new(acts.to_vec());
        let ran = server.run(args, line);
        let message = message
            .replace("URL", &server.url)
            .replace("COMMAND", line.split(' ').next().unwrap_or(""));
        ran.is(code, out, &format!("error: {message}{rest}"));
        assert_eq!(server.asked().len(), 1, "{line} was sent once");
    }
}

/// The same for an answer that is not to be read.
#[track_caller]
fn unusable(answer: Vec<u8>, message: &str) {
    let hint = "\nhint: is this really SFTPGo's address?\n";
    unknown(&[Act::Say(answer)], &[], 3, "", message, hint);
}

#[test]
fn html_of_a_proxy() {
    let page = "<html>\n<b>Sign \x1b[31min</b>";
    let begins = "it begins: <html>\\n<b>Sign \\u001b[31min</b>";
    unusable(
        answer("200 OK", HTML, page),
        &format!("the server answered 200, but the body is text/html, not JSON; {begins}"),
    );
    unknown(
        &[Act::Say(answer("502 Bad Gateway", HTML, page))],
        &[],
        5,
        "",
        &format!("`COMMAND`: the server answered 502; {begins}"),
        "\nhint: this does not look like an SFTPGo response; is there a proxy in between?\n",
    );
}

#[test]
fn a_refusal_without_json() {
    let server = Hostile::saying(answer("403 Forbidden", "", "denied by policy"));
    let hint = "hint: this does not look like an SFTPGo response; is there a proxy in between?\n";
    for line in [READ, WRITE] {
        let name = line.split(' ').next().expect("a name");
        let said = format!(
            "error: `{name}`: the server answered 403; it begins: denied by policy\n{hint}"
        );
        server.run(&[], line).is(4, "", &said);
    }
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_proxy_that_echoes_the_request_shows_no_secret() {
    let echoed = r#"rejected: {"username":"x","password":"hunter\"2"}"#;
    for status in ["400 Bad Request", "200 OK"] {
        let server = Hostile::saying(answer(status, "", echoed));
        let ran = server.run(&[], "add_user x --password 'hunter\"2'");
        let begins = r#"it begins: rejected: {"username":"x","password":"********"}"#;
        assert!(ran.err.contains(begins), "{}", ran.err);
    }
}

#[test]
fn an_empty_body() {
    unusable(
        answer("200 OK", JSON, ""),
        "the server answered 200, but the body is empty",
    );
    unusable(
        answer("200 OK", JSON, " \r\n"),
        "the server answered 200, but the body is empty; it begins: ",
    );
}

#[test]
fn json_of_another_type() {
    unusable(
        answer("200 OK", "Content-Type: text/plain\r\n", "[]"),
        "the server answered 200, but the body is text/plain, not JSON; it begins: []",
    );
    unusable(
        answer("200 OK", "", "[]"),
        "the server answered 200, but the body is without a content type, not JSON; it begins: []",
    );
}

#[test]
fn answers_that_are_not_json() {
    unusable(
        answer("200 OK", JSON, "[1,"),
        "the server answered 200, but the body is not valid JSON: EOF while parsing a value at line 1 column 3; it begins: [1,",
    );
    unusable(
        answer("200 OK", JSON, b"[\"\xff\"]"),
        "the server answered 200, but the body is not valid JSON: invalid unicode code point at line 1 column 3; it begins: [\"\u{fffd}\"]",
    );
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let begins = format!("{}…", "[".repeat(200));
    unusable(
        answer("200 OK", JSON, deep),
        &format!(
            "the server answered 200, but the body is not valid JSON: recursion limit exceeded at line 1 column 128; it begins: {begins}"
        ),
    );
}

#[test]
fn truncated_answer() {
    let whole = answer("200 OK", JSON, "[1, 2, 3]");
    let cut = whole[..whole.len() - 4].to_vec();
    unknown(
        &[Act::Say(cut)],
        &[],
        3,
        "",
        "no answer from URL: the answer, status 200, was cut off: end of file before message length reached",
        "\n",
    );
    let chunked =
        format!("HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n");
    unknown(
        &[Act::Say(chunked.into_bytes())],
        &[],
        3,
        "",
        "no answer from URL: the answer, status 200, was cut off: unexpected EOF during chunk size line",
        "\n",
    );
}

#[test]
fn a_connection_closed_before_an_answer() {
    unknown(
        &[Act::Say(Vec::new())],
        &[],
        3,
        "",
        "no answer from URL: the connection was closed before the answer was complete",
        "\nhint: did the server or a proxy stop? For TLS use `https://`\n",
    );
}

#[test]
fn garbage() {
    unknown(
        &[Act::Say(b"SSH-2.0-OpenSSH_8.0\r\n".to_vec())],
        &[],
        3,
        "",
        "no answer from URL: the answer is not HTTP/1.1",
        "\nhint: for TLS use `https://`; for an SSH or SFTP port: the admin API has another port, usually 8080\n",
    );
}

#[test]
fn https_to_an_http_port() {
    let server = practice();
    let url = server.url().replace("http://", "https://");
    Run::new(&["--base_url", &url, "delete_user", "5136"])
        .go()
        .is(
            3,
            "",
            &format!(
                "error: cannot connect to {url}: the answer is not TLS; nothing was sent\n\
             hint: the port does not speak TLS; did you mean `http://`?\n"
            ),
        );
    assert_eq!(asked(&server), [""; 0]);
}

#[test]
fn timeout() {
    for said in ["", "HTTP/1.1 200 OK\r\n"] {
        unknown(
            &[Act::Hang(said.into())],
            &["--timeout", "300ms"],
            3,
            "",
            "no answer from URL: timed out (setting `timeout`)",
            "\n",
        );
    }
    let body = format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 9\r\n\r\n[1,");
    unknown(
        &[Act::Hang(body.into_bytes())],
        &["--timeout", "300ms"],
        3,
        "",
        "no answer from URL: the answer, status 200, was cut off: timed out (setting `timeout`)",
        "\n",
    );
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Hostile::saying(answer("200 OK", JSON, "[]"));
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let to = format!("Location: {}/x\x1b\r\n", other.url).replace('\x1b', "%1b");
        let server = Hostile::saying(answer(status, &to, "moved"));
        for line in [READ, WRITE] {
            let number = &status[..3];
            // A write may have been done before it.
            let rest = if line == WRITE {
                LOOK
            } else {
                "\nhint: if that is your server, run `connect URL`\n"
            };
            let said = format!(
                "error: the server answered {number} and redirects to `{}/x%1b`; redirects are not followed{rest}",
                other.url
            );
            server.run(&[], line).is(3, "", &said);
        }
        assert_eq!(
            server.asked(),
            ["GET /api/v1/quota_scan", "POST /api/v1/user"]
        );
    }
    assert_eq!(other.asked(), [""; 0]);
}

#[test]
fn a_later_sftpgo_is_named() {
    let headers = format!("{JSON}Server: SFTPGo/2.7.5\r\n");
    let body = "{\"error\":\"no token found\",\"message\":\"Unauthorized\"}";
    let server = Hostile::saying(answer("401 Unauthorized", &headers, body));
    server.run(&["--output", "raw"], READ).is(
        4,
        &format!("{body}\n"),
        "error: `get_quota_scans`: the server answered 401\nhint: this server is SFTPGo 2: `set api v2`, or start with `--api v2`\n",
    );
}

#[test]
fn values_stay_as_the_server_wrote_them() {
    let body = "{\"a\":1.10,\"b\":123456789012345678901234567890,\"c\":-0,\"d\":1e+400,\"k\\u001b[31m\":\"\\u001b\",\"x\":1,\"x\":2}";
    let shown = "{\n  \"a\": 1.10,\n  \"b\": 123456789012345678901234567890,\n  \"c\": -0,\n  \"d\": 1e+400,\n  \"k\\u001b[31m\": \
                 \"\\u001b\",\n  \"x\": 2\n}\n";
    let server = Hostile::saying(answer("200 OK", JSON, body));
    server.run(&[], READ).is(0, shown, "");
    server
        .run(&["--output", "raw"], READ)
        .is(0, &format!("{body}\n"), "");
}

#[test]
fn an_answer_in_chunks() {
    let chunks = format!(
        "HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n2\r\n[\"\r\n3;x=y\r\na\u{e9}\r\n2\r\n\"]\r\n0\r\n\r\n"
    );
    Hostile::saying(chunks)
        .run(&[], READ)
        .is(0, "[\n  \"a\u{e9}\"\n]\n", "");
}

#[test]
fn a_kept_connection_that_breaks_during_a_request() {
    let acts = vec![
        Act::Keep(answer("200 OK", JSON, "[]")),
        Act::Say(Vec::new()),
    ];
    let hint = "\nhint: did the server or a proxy stop? For TLS use `https://`\n";
    for (line, rest) in [(READ, hint), (WRITE, LOOK)] {
        let server = Hostile::new(acts.clone());
        let input = format!("{READ}\n{line}\nget_users\n");
        let ran = Run::new(&PIPED)
            .env("SFTPGO_HOST", &server.url)
            .env("SFTPGO_SHELL_READ_AHEAD", "1")
            .input(input)
            .go();
        let (name, shown) = (
            line.split(' ').next().expect("a name"),
            line.replace("hunter2", "********"),
        );
        let excerpt = format!("  {shown}\n  {}\n", "^".repeat(name.len()));
        let (tail, hint) = rest.split_once('\n').expect("a line");
        let said = format!(
            "stdin:2:1: error: no answer from {}: the connection was closed before the answer was complete{tail}\n{excerpt}{hint}stopped at \
             stdin:2; 1 command done, the rest not run\n",
            server.url
        );
        ran.is(3, "[]\n", &said);
        assert_eq!(server.asked().len(), 2, "{line} was sent once");
    }
}

#[test]
fn a_kept_connection_that_was_closed_meanwhile() {
    // Closed right after the first answer: the write goes out on a new connection, or is
    // lost with the old one, but never twice.
    let ok = answer("200 OK", JSON, "[]");
    let server = Hostile::new(vec![Act::Say(ok.clone()), Act::Say(ok)]);
    let input = format!("{READ}\n{WRITE}\n");
    let ran = Run::new(&PIPED)
        .env("SFTPGO_HOST", &server.url)
        .input(input)
        .go();
    assert!(
        ran.code == 0 || ran.err.contains("it may or may not have been applied"),
        "{ran:?}"
    );
    let writes = server
        .asked()
        .iter()
        .filter(|asked| asked.starts_with("POST"))
        .count();
    assert!(writes <= 1);
}

#[test]
fn errors_do_not_contain_credentials() {
    let basic = "YWRtaW46aHVudGVyMnB3";
    for (status, headers, body) in [
        (
            "502 Bad Gateway",
            HTML.to_owned(),
            format!("<p>Basic {basic} admin:hunter2pw"),
        ),
        (
            "302 Found",
            format!("Location: http://h/hunter2pw/{basic}?a=Basic%20{basic}&p=hunter2\r\n"),
            String::new(),
        ),
    ] {
        let server = Hostile::saying(answer(status, &headers, body));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("r.xml");
        let file = path.to_str().expect("UTF-8");
        let run = Run::new(&["--api", "1.2.2", "--report", "junit", file, "-c", WRITE])
            .env("SFTPGO_HOST", &server.url)
            .env("SFTPGO_USERNAME", "admin")
            .env("SFTPGO_PASSWORD", "hunter2pw");
        let (ran, report) = run.leaving(&path);
        for text in [&ran.err, &report] {
            assert!(text.contains("********"), "{text}");
            assert!(!text.contains("hunter2") && !text.contains(basic), "{text}");
        }
    }
}
