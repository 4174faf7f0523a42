//! Completion in the user's own shell, by the scripts of `generate completions`.

use super::pty::Terminal;
use super::setup::Setup;
use crate::support::has;
use sftpgo_shell::practice::{Options, Practice};

const CTRL_U: &str = "\x15";
const TAB: &str = "\t";

const CONFIG: &str = "[profile.prod]\nurl = \"http://127.0.0.1:9\"\n";

/// A shell, how it starts, and how it loads the script.
const SHELLS: [(&str, &str, &str); 3] = [
    ("bash", "bash --norc --noprofile -i", "source ./script"),
    (
        "zsh",
        "zsh -f -i",
        "autoload -Uz compinit; compinit -u -D; source ./script",
    ),
    (
        "fish",
        "fish --no-config -C \"function fish_prompt; printf '> '; end\"",
        "source ./script",
    ),
];

/// What is typed before Tab, and the line after it.
const CASES: &[(&str, &str)] = &[
    ("sftpgo-shell update_us", "sftpgo-shell update_user"),
    ("sftpgo-shell --color=n", "sftpgo-shell --color=never"),
    ("sftpgo-shell --color n", "sftpgo-shell --color never"),
    ("sftpgo-shell @p", "sftpgo-shell @prod"),
    (
        "sftpgo-shell --api v1 get_user_by",
        "sftpgo-shell --api v1 get_user_by_id",
    ),
    (
        "sftpgo-shell get_users --order=D",
        "sftpgo-shell get_users --order=DESC",
    ),
    (
        "sftpgo-shell add_user 'a b' --status e",
        "sftpgo-shell add_user 'a b' --status enabled",
    ),
    (
        "sftpgo-shell --file folder/b",
        "sftpgo-shell --file folder/b\\ c.txt",
    ),
];

#[test]
fn each_shell_loads_its_script_and_completes() {
    for (shell, start, load) in SHELLS {
        if !has(shell, shell) {
            continue;
        }
        let practice = Practice::start(Options::default()).expect("it starts");
        let mut terminal = started(&practice, shell, start, load);
        for (typed, line) in CASES {
            terminal.press(typed);
            terminal.sees_row(&format!("> {typed}"));
            terminal.press(TAB);
            terminal.sees_row(&format!("> {line}"));
            terminal.press(CTRL_U);
            terminal.sees_row(">");
        }
        assert!(practice.seen().is_empty(), "{shell}: no server is asked");
    }
}

/// The shell at its prompt, with the script loaded.
fn started(practice: &Practice, shell: &str, start: &str, load: &str) -> Terminal {
    let script = format!(
        "\"$1\" generate completions {shell} >script; PATH=$(dirname \"$1\"):$PATH; exec {start}"
    );
    let setup = Setup::with_script(practice, &script)
        .env("SFTPGO_SHELL_API", "v2")
        .env("PS1", "> ")
        .env("LC_ALL", "C.UTF-8")
        .size(120, 40);
    let home = setup.home_path();
    for folder in [".config/sftpgo-shell", "folder"] {
        std::fs::create_dir_all(home.join(folder)).expect("a folder");
    }
    let setup = setup
        .with_file(".config/sftpgo-shell/config.toml", CONFIG)
        .with_file("folder/b c.txt", "");
    let mut terminal = setup.spawn();
    terminal.plain_prompt();
    terminal.press(&format!("{load}; printf 'load%s\\n' ed; clear\r"));
    terminal.wait("a cleared screen", |terminal| {
        terminal.raw().contains("loaded\r\n") && terminal.text().trim_end() == ">"
    });
    terminal
}
