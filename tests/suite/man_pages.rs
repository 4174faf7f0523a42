//! The man pages and completion scripts that the program prints.

use crate::support::{Run, found, has};
use std::process::Command;

const PAGES: [&str; 2] = ["sftpgo-shell", "sftpgo-shell-language"];

fn page(name: &str) -> String {
    let ran = Run::new(&["generate", "man", name]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out
}

#[test]
fn the_pages_have_no_faults() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in PAGES {
        let path = folder.path().join(name);
        std::fs::write(&path, page(name)).expect("it can be written");
        let mut command = if found("mandoc").is_some() {
            let mut command = Command::new("mandoc");
            command.args(["-T", "lint", "-W", "warning"]);
            command
        } else if has("man", "mandoc") {
            let mut command = Command::new("man");
            command.args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]);
            command
        } else {
            return;
        };
        let ran = command.arg(&path).output().expect("it starts");
        let said = [&ran.stderr[..], &ran.stdout[..]].concat();
        let said = String::from_utf8_lossy(&said);
        let faults = said
            .lines()
            .filter(|line| line.to_lowercase().contains("warning"));
        assert_eq!(faults.collect::<Vec<_>>(), [""; 0], "{name}");
        assert!(ran.status.success(), "{name}: {said}");
    }
}

#[test]
fn the_page_of_the_program_has_its_flags_commands_variables_and_exit_codes() {
    let page = page("sftpgo-shell");
    let parts = [
        "\\-\\-base_url",
        "get_users",
        "add_user",
        "SFTPGO_HOST",
        "SFTPGO_PASSWORD",
        ".SH \"EXIT STATUS\"",
        "config.toml",
    ];
    for part in parts {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_of_the_language_has_the_topics() {
    let page = page("sftpgo-shell-language");
    for part in [".SH QUOTING", ".SH UNITS", "let home = $_.home_dir"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn pages_can_be_read_in_any_locale() {
    for name in PAGES {
        let page = page(name);
        let odd = page.lines().find(|line| !line.is_ascii());
        assert_eq!(odd, None, "{name}");
    }
}

#[test]
fn the_first_page_is_the_default() {
    let ran = Run::new(&["generate", "man"]).go();
    assert_eq!(ran.out, page(PAGES[0]));
}

#[test]
fn the_form_of_answers_does_not_change_what_is_generated() {
    let plain = Run::new(&["generate", "completions", "bash"]).go();
    let ran = Run::new(&["generate", "completions", "bash"])
        .env("SFTPGO_SHELL_OUTPUT", "json")
        .go();
    assert_eq!(ran.out, plain.out);
}

#[test]
fn what_is_wrong_is_said() {
    let cases = [
        (
            "",
            "error: `generate` prints `man`, `completions` or `candidates`\nhint: `help generate` describes it\n",
        ),
        (
            "completions",
            "error: the shell must be `bash`, `zsh` or `fish`\n",
        ),
        (
            "completions tcsh",
            "error: the shell must be `bash`, `zsh` or `fish`; this is `tcsh`\n",
        ),
        ("man a b", "error: unexpected argument `b`\n"),
    ];
    for (words, err) in cases {
        let line = format!("generate {words}");
        let ran = Run::new(&line.split_whitespace().collect::<Vec<_>>()).go();
        ran.is(2, "", err);
    }
}
