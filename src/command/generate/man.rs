//! The man pages, written from the tables.

use crate::catalog::{API_NAMES, Command, TOPICS, api};
use crate::command::help::{flag_row, groups};
use crate::error::EXIT_CODES;
use crate::settings;
use crate::settings::credentials::{API_KEY, OTP, PASSWORD, USER};
use roff::{Inline, Roff, bold, italic, roman};

/// The date in the footer of the pages.
const DATE: &str = "2026-11-28";

/// The name of the page about the language.
const LANGUAGE: &str = "sftpgo-shell-language";

/// The man pages by name; the first is that of the program. They are in ASCII: `man`
/// leaves out other characters where the locale is `C`, as in most containers.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    [("sftpgo-shell", program()), (LANGUAGE, language())]
        .map(|(name, page)| (name, page.replace('…', "\\&...")))
        .into()
}

/// The page of the program, in section 1.
fn program() -> String {
    let mut page = page("sftpgo-shell", "1");
    name(&mut page, "sftpgo-shell", env!("CARGO_PKG_DESCRIPTION"));
    synopsis(&mut page);
    section(
        &mut page,
        "description",
        "`sftpgo-shell` sends requests to the REST API of an SFTPGo server. Without a command it reads commands: on a \
         terminal with a line editor, otherwise from standard input. Answers go to standard output, everything else to \
         standard error. `@PROFILE` uses a server of the config file.",
    );
    section(
        &mut page,
        "options",
        "The flags of settings are accepted before and after a command.",
    );
    rows(&mut page, settings::program_flags().map(flag_row));
    commands(&mut page);
    environment(&mut page);
    files(&mut page);
    section(&mut page, "exit status", "");
    rows(&mut page, EXIT_CODES.iter().copied());
    examples(&mut page);
    section(
        &mut page,
        "see also",
        &format!("`{LANGUAGE}`(7), `curl`(1)"),
    );
    page.render()
}

/// The page of the language, in section 7: the topics of `help`.
fn language() -> String {
    let mut page = page(LANGUAGE, "7");
    name(&mut page, LANGUAGE, "the command lines of sftpgo-shell");
    section(
        &mut page,
        "description",
        "The same lines are typed at the prompt, read from files and pipes, and given as arguments. `help` shows these \
         pages in the program, and one for each command.",
    );
    for topic in TOPICS {
        section(&mut page, topic.name, topic.title());
        for paragraph in topic.body().split("\n\n") {
            page.control("PP", []);
            page.text(inline(&paragraph.replace('\n', " ")));
        }
        page.control("PP", []);
        page.control("RS", ["4"]);
        page.control("nf", []);
        for line in topic.lines() {
            page.text([roman(line)]);
        }
        page.control("fi", []);
        page.control("RE", []);
    }
    section(&mut page, "see also", "`sftpgo-shell`(1)");
    page.render()
}

fn page(name: &str, section: &str) -> Roff {
    let version = concat!("sftpgo-shell ", env!("CARGO_PKG_VERSION"));
    let mut page = Roff::new();
    page.control("TH", [name, section, DATE, version, "sftpgo-shell manual"]);
    page
}

fn name(page: &mut Roff, name: &str, about: &str) {
    page.control("SH", ["NAME"]);
    page.text([roman(format!("{name} - {about}"))]);
}

/// The ways to start the program.
fn synopsis(page: &mut Roff) {
    page.control("SH", ["SYNOPSIS"]);
    let ways = [
        ("[@PROFILE] [FLAGS]", ""),
        ("[@PROFILE] [FLAGS]", "--file FILE"),
        ("[@PROFILE] [FLAGS]", "-c 'COMMAND; …'"),
        ("[@PROFILE] [FLAGS]", "COMMAND [ARGS]"),
    ];
    for (at, (before, after)) in ways.iter().enumerate() {
        if at > 0 {
            page.control("br", []);
        }
        page.text([
            bold("sftpgo-shell"),
            roman(" "),
            italic(*before),
            roman(format!(" {after}")),
        ]);
    }
}

/// The commands of today's servers.
fn commands(page: &mut Roff) {
    let api = API_NAMES.last().and_then(|name| api(name)).expect("an API");
    section(
        page,
        "commands",
        &format!(
            "The commands for {}; `sftpgo-shell help COMMAND` describes one of them.",
            api.servers
        ),
    );
    for (group, commands) in groups(api) {
        page.control("SS", [group.title()]);
        let row = |command: &&Command| (command.name, command.short);
        rows(page, commands.iter().map(row));
    }
}

/// The variables of the environment.
fn environment(page: &mut Roff) {
    section(page, "environment", "");
    let credentials = [
        (USER, "the admin to log in as"),
        (PASSWORD, "the password of the admin"),
        (OTP, "a one-time code for the login"),
        (API_KEY, "an API key, which takes the place of a login"),
    ];
    rows(page, credentials);
    let variables = settings::TABLE.iter().flat_map(|setting| {
        let about = format!("the setting `{}`", setting.param.name);
        setting.env.iter().map(move |name| (*name, about.clone()))
    });
    rows(page, variables);
}

/// The files that the program reads and writes.
fn files(page: &mut Roff) {
    section(page, "files", "");
    rows(
        page,
        [
            (
                "~/.config/sftpgo-shell/config.toml",
                "profiles, aliases and settings; never secrets. `XDG_CONFIG_HOME` changes its folder.",
            ),
            (
                "~/.local/state/sftpgo-shell/history",
                "the lines typed, without secrets; each profile has a file of its own. `XDG_STATE_HOME` changes its folder.",
            ),
        ],
    );
}

/// Lines that a reader can try.
fn examples(page: &mut Roff) {
    section(page, "examples", "");
    rows(
        page,
        [
            (
                "sftpgo-shell --practice --api v2",
                "start a session on the practice server, which needs nothing else",
            ),
            (
                "sftpgo-shell --base_url https://sftp.example.com --user admin",
                "start a session on your own server; the password is asked for",
            ),
            (
                "sftpgo-shell @prod get_users --where 'status = disabled'",
                "run one command on the server of a profile",
            ),
            (
                "sftpgo-shell --file nightly.sftpgo --report junit out.xml",
                "run a command file and write a report",
            ),
        ],
    );
}

/// A section with its first paragraph.
fn section(page: &mut Roff, title: &str, text: &str) {
    page.control("SH", [title.to_uppercase().as_str()]);
    if !text.is_empty() {
        page.text(inline(text));
    }
}

/// Terms in bold, each with its description.
fn rows<T: Into<String>, A: AsRef<str>>(page: &mut Roff, rows: impl IntoIterator<Item = (T, A)>) {
    for (term, about) in rows {
        page.control("TP", []);
        page.text([bold(term.into())]);
        page.text(inline(about.as_ref()));
    }
}

/// A text whose words in backticks are bold.
fn inline(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| {
            if at.is_multiple_of(2) {
                roman(part)
            } else {
                bold(part)
            }
        })
        .collect()
}
