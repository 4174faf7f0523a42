//! Messages of a server are masked by whole values.

use crate::raw_server::Hostile;
use crate::support::{PIPED, Run, v2};

/// What is said where a server refuses `add_user NAME --password PASSWORD` with these words.
fn refused(name: &str, password: &str, words: &str) -> String {
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{words}",
        words.len()
    );
    let server = Hostile::saying(answer);
    let line = format!("add_user '{name}' --password '{password}' --home_dir /x --permissions '*'");
    let ran = Run::new(&PIPED)
        .env("SFTPGO_HOST", &server.url)
        .input(line)
        .go();
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    ran.err
}

#[test]
fn server_messages_are_masked_by_whole_values() {
    for (name, password, words, expected) in [
        (
            "sales",
            "a",
            "unable to add user \"sales\": a bad value",
            "unable to add user \"sales\": a bad value",
        ),
        (
            "dirt",
            "dirt",
            "user \"dirt\": actual value: srv/dirt",
            "user \"dirt\": actual value: srv/dirt",
        ),
        (
            "x1",
            "REPLACE",
            "bad IP REPLACE_WITH_IP/32",
            "bad IP REPLACE_WITH_IP/32",
        ),
        (
            "bob",
            "path",
            "the path must be absolute",
            "the path must be absolute",
        ),
        (
            "bob",
            "hunter2",
            "no: hunter2, hunter22",
            "no: ********, hunter22",
        ),
        (
            "bob",
            "p&q 1=2",
            "no: ?p=p%26q+1%3D2&x",
            "no: ?p=********&x",
        ),
        (
            "bob",
            "p\"q-1",
            r#"no: {"password":"p\"q-1"}"#,
            r#"no: {"password":"********"}"#,
        ),
        ("bob", "*", "no: \"*\" is weak", "no: \"********\" is weak"),
    ] {
        let said = refused(name, password, words);
        assert!(
            said.contains(&format!("it begins: {expected}\n")),
            "{password}: {said}"
        );
    }
}

#[test]
fn restore_shows_the_reason_with_any_password() {
    for password in ["a", "sales", "e"] {
        let server = v2();
        let backup = format!(
            r#"{{"version":17,"users":[{{"username":"sales","password":"{password}","status":1,"home_dir":"srv/x","permissions":{{"/":["*"]}}}}]}}"#
        );
        let run = Run::at(&server, &["--api", "v2"]).file("m.json", backup);
        let path = run.home.path().join("m.json");
        let ran = run
            .env("SFTPGO_USERNAME", "admin")
            .env("SFTPGO_PASSWORD", sftpgo_shell::practice::PASSWORD)
            .input(format!("restore '{}'", path.display()))
            .go();
        assert_eq!(
            ran.out.find("********").or(ran.err.find("********")),
            None,
            "{ran:?}"
        );
        assert!(
            ran.err.contains("sales") && ran.err.contains("home_dir"),
            "{ran:?}"
        );
    }
}
