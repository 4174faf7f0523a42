//! `curl --as python` and the others: each snippet, run by its own program, sends the request
//! of the shell, byte for byte.

use crate::curl::{same_but_for_layout, send, server};
use crate::generators::{Quoting, written};
use crate::random_calls::{Case, calls, raw_calls, some};
use crate::support::Run;
use crate::support::found;
use sftpgo_shell::practice::{Practice, Seen};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The snippet of a case; `None` if the form cannot say its request.
#[track_caller]
fn snippet(base: &str, form: &str, case: &Case) -> Option<String> {
    let line = format!("curl --as {form} {}", case.line);
    let ran = Run::new(&["--base_url", base, "-c", &line]).go();
    if ran.code == 2 && ran.err.contains("would change the URL") {
        return None;
    }
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    Some(ran.out)
}

/// The cases that a form can say, with their snippets.
fn snippets(practice: &Practice, form: &str, cases: Vec<Case>) -> (Vec<Case>, Vec<String>) {
    let base = practice.url();
    let said = cases.into_iter().filter_map(|case| {
        let snippet = snippet(&base, form, &case)?;
        Some((case, snippet))
    });
    said.unzip()
}

/// Runs a program with a text as its input.
fn run(program: &Path, args: &[&str], input: &str) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(program)
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PYTHONUTF8", "1")
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a program");
    let written = child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes());
    let status = child.wait().expect("it ends");
    written.expect("it reads all");
    assert!(status.success(), "{}: {input}", program.display());
}

/// Compares the requests that the shell and the snippets send.
fn same(practice: &Practice, cases: &[Case], snippets: &[String], run: impl FnOnce()) {
    send(&practice.url(), cases);
    let ours = practice.seen();
    run();
    let theirs = practice.seen().split_off(ours.len());
    assert_eq!(ours.len(), cases.len());
    assert_eq!(theirs.len(), cases.len());
    let pairs: Vec<(&Seen, &Seen)> = ours.iter().zip(&theirs).collect();
    for ((case, snippet), (ours, theirs)) in cases.iter().zip(snippets).zip(pairs) {
        let same = ours == theirs || case.typed && same_but_for_layout(ours, theirs);
        assert!(same, "{case:?}\n{snippet}\n{ours:?}\n{theirs:?}");
    }
}

#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn skipped(why: &str) {
    println!("skipped: {why}");
}

fn python() -> Option<std::path::PathBuf> {
    let python = found("python3");
    let has_requests = python.as_ref().is_some_and(|python| {
        let mut import = Command::new(python);
        import.args(["-c", "import requests"]).stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    });
    if !has_requests {
        skipped("python3 with requests is missing (Debian's package `python3-requests`)");
    }
    python.filter(|_| has_requests)
}

#[test]
fn python_sends_the_same() {
    let Some(python) = python() else { return };
    let practice = server();
    let all = [some(calls(), 30), some(raw_calls(), 15)].concat();
    let (cases, snippets) = snippets(&practice, "python", all);
    assert!(cases.len() > 20, "{}", cases.len());
    let programs: Vec<(&str, &str)> = cases
        .iter()
        .zip(&snippets)
        .map(|(case, snippet)| (case.password.as_str(), snippet.as_str()))
        .collect();
    let programs = serde_json::to_string(&programs).expect("JSON");
    let runs = format!(
        "import json, os\nfor password, text in json.loads({}):\n    os.environ['PASSWORD'] = password\n    exec(text)\n",
        serde_json::Value::from(programs)
    );
    same(&practice, &cases, &snippets, || {
        run(&python, &["-"], &runs);
    });
}

#[test]
fn httpie_sends_the_same() {
    let Some(_) = found("http") else {
        skipped("HTTPie is missing (Debian's package `httpie`)");
        return;
    };
    let practice = server();
    let all = [some(calls(), 12), some(raw_calls(), 6)].concat();
    let (cases, snippets) = snippets(&practice, "httpie", all);
    assert!(!cases.is_empty());
    let mut script = String::new();
    for (case, line) in cases.iter().zip(&snippets) {
        let password = written(&case.password, Quoting::Single);
        script += &format!("PASSWORD={password}\nexport PASSWORD\n{line}[ $? = 0 ] || exit 9\n");
    }
    let shell = found("sh").expect("a shell");
    same(&practice, &cases, &snippets, || run(&shell, &[], &script));
}

#[test]
fn powershell_sends_the_same() {
    let Some(pwsh) = found("pwsh") else {
        skipped("PowerShell is missing (`pwsh`, from Microsoft's packages)");
        return;
    };
    let practice = server();
    let (cases, snippets) = snippets(&practice, "powershell", some(calls(), 10));
    let mut script = String::new();
    for (case, line) in cases.iter().zip(&snippets) {
        let password = case.password.replace('\'', "''");
        script += &format!("$env:PASSWORD = '{password}'\n{line}\n");
    }
    same(&practice, &cases, &snippets, || {
        run(&pwsh, &["-NoProfile", "-Command", "-"], &script);
    });
}

#[test]
fn each_form_as_it_is_printed() {
    let line = "add_user o\\'brien --password hunter2 --home_dir '/a \"b\"'";
    let show = |form: &str| {
        let line = format!("curl --as {form} {line}");
        let ran = Run::new(&["--api", "v2", "--base_url", "http://h", "-c", &line]).go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(!ran.out.contains("hunter2"), "{}", ran.out);
        ran.out
    };
    let httpie = show("httpie");
    for part in [
        "http --ignore-stdin --raw=",
        "\"$PASSWORD\"",
        " POST http://h/api/v2/users Content-Type:application/json\n",
    ] {
        assert!(httpie.contains(part), "{part}\n{httpie}");
    }
    assert_eq!(show("curl"), {
        let ran = Run::new(&[
            "--api",
            "v2",
            "--base_url",
            "http://h",
            "-c",
            &format!("curl {line}"),
        ]);
        ran.go().out
    });
    let python = show("python");
    for part in [
        "import json\nimport os\nimport requests\n\nresponse = requests.request(\n    \"POST\",\n    \"http://h/api/v2/users\",\n",
        "    headers={\"Content-Type\": \"application/json\"},\n",
        "json.dumps(os.environ[\"PASSWORD\"], ensure_ascii=False)[1:-1]",
        "    allow_redirects=False,\n)\nprint(response.text)\n",
    ] {
        assert!(python.contains(part), "{part}\n{python}");
    }
    let powershell = show("powershell");
    for part in [
        "(Invoke-WebRequest -Method POST -Uri 'http://h/api/v2/users' ",
        "o''brien",
        "((ConvertTo-Json $env:PASSWORD) -replace '^\"|\"$')",
    ] {
        assert!(powershell.contains(part), "{part}\n{powershell}");
    }
}

#[test]
fn a_url_that_a_program_would_change() {
    // Each byte is escaped, since the server would decode the name twice.
    let line = "get_user_by_username 100%20";
    let show = |form: &str| {
        let line = format!("curl --as {form} {line}");
        Run::new(&["--api", "v2", "--base_url", "http://h", "-c", &line]).go()
    };
    let python = show("python").out;
    assert!(
        python.contains("\nprepared.url = \"http://h/api/v2/users/%31%30%30%25%32%30\"\n"),
        "{python}"
    );
    for form in ["httpie", "powershell"] {
        let ran = show(form);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains("hint: `curl COMMAND` shows"), "{ran:?}");
    }
}

#[test]
fn a_login_and_certificates_are_in_every_form() {
    let show = |args: &[&str], form: &str| {
        let line = format!("curl --as {form} get_users");
        let args = [args, &["-c", &line]].concat();
        Run::new(&args)
            .env("SFTPGO_USERNAME", "admin")
            .env("SFTPGO_PASSWORD", "hunter2")
            .go()
    };
    let v2 = ["--api", "v2", "--base_url", "https://h", "--insecure"];
    for (form, parts) in [
        ("curl", ["Bearer $SFTPGO_TOKEN", " -k "]),
        ("httpie", ["Bearer $SFTPGO_TOKEN", "--verify=no"]),
        ("python", ["os.environ[\"SFTPGO_TOKEN\"]", "verify=False"]),
        ("powershell", ["$env:SFTPGO_TOKEN", "-SkipCertificateCheck"]),
    ] {
        let ran = show(&v2, form);
        for part in parts {
            assert!(ran.out.contains(part), "{form} {part}: {ran:?}");
        }
    }
    let v1 = ["--api", "v1", "--base_url", "http://h"];
    for (form, part) in [
        ("httpie", "--auth \"$SFTPGO_USERNAME:$SFTPGO_PASSWORD\""),
        (
            "python",
            "auth=(os.environ[\"SFTPGO_USERNAME\"].encode(), os.environ[\"SFTPGO_PASSWORD\"].encode())",
        ),
        ("powershell", "[Convert]::ToBase64String("),
    ] {
        let ran = show(&v1, form);
        assert!(ran.out.contains(part), "{form} {part}: {ran:?}");
        assert!(!ran.out.contains("hunter2"), "{}", ran.out);
    }
}

#[test]
fn a_wrong_form_is_refused() {
    for (line, why) in [
        (
            "curl --as perl get_users",
            "error: `--as` must be one of `curl`, `httpie`, `python`, `powershell`",
        ),
        ("curl --as", "error: `--as` needs a value"),
        ("curl --as python", "error: `curl` needs a command"),
        ("curl --as python echo a", "error: `echo` sends no request"),
    ] {
        let ran = Run::new(&["-c", line]).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(why), "{line}: {}", ran.err);
    }
    // A setting may stand before the command, as before.
    let ran = Run::new(&["-c", "curl --base_url http://other get_users"]).go();
    assert!(ran.out.contains("http://other/"), "{ran:?}");
}
