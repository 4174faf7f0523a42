//! The pages about flags: `--help`, `help flags` and `help settings`.

use super::{columns, fold, groups};
use crate::catalog::{Api, Kind, Need, Param};
use crate::error::EXIT_CODES;
use crate::settings::{self, SHORT, START, program_flags};

/// The flags that `--help` shows, most of them settings.
const COMMON: &[&str] = &[
    "practice",
    "base_url",
    "api",
    "user",
    "file",
    "command",
    "output",
    "dry_run",
    "check",
    "keep_going",
    "quiet",
    "debug",
];

/// The page of `--help`: what fits on a screen, and where to find more.
pub(crate) fn program(api: &'static Api) -> String {
    let mut text = "A shell for the REST API of SFTPGo.\n\n\
         usage: sftpgo-shell [FLAGS]                    start a session, or read standard input\n       \
         sftpgo-shell [FLAGS] --file FILE        run a command file\n       \
         sftpgo-shell [FLAGS] -c 'COMMAND; …'    run commands\n       \
         sftpgo-shell [FLAGS] COMMAND [ARGS]     run one command\n\n\
         common flags\n"
        .to_owned();
    let common = COMMON.iter().filter_map(|name| {
        let mut all = program_flags();
        all.find(|param| param.name == *name)
    });
    let mut rows: Vec<_> = common.map(flag_row).collect();
    rows.push(("-h, --help".to_owned(), "print this page".to_owned()));
    rows.extend(
        START
            .iter()
            .filter(|param| param.name == "version")
            .map(flag_row),
    );
    text.push_str(&columns(&rows));
    let titles: Vec<&str> = groups(api).map(|(group, _)| group.title()).collect();
    let titles = fold(&titles.join(", "), 96).join("\n  ");
    text.push_str(&format!(
        "\ncommands of API `{}`\n  {titles}\n\nmore help\n",
        api.name
    ));
    let topic = |name: &str, about: &str| (name.to_owned(), about.to_owned());
    text.push_str(&columns(&[
        topic("sftpgo-shell help", "list all commands"),
        topic("sftpgo-shell help COMMAND", "describe a command"),
        topic(
            "sftpgo-shell help flags",
            "list all startup flags, with exit codes",
        ),
        topic(
            "sftpgo-shell help settings",
            "list the settings, which are also flags",
        ),
    ]));
    text
}

/// The page of `help flags`.
pub(super) fn page() -> String {
    let rows: Vec<_> = program_flags().map(flag_row).collect();
    let codes = EXIT_CODES
        .iter()
        .map(|(code, means)| format!("{code} {means}"));
    let codes = format!("Exit codes: {}", codes.collect::<Vec<_>>().join("; "));
    format!(
        "startup flags\n{}\nThe flags of settings are accepted before and after a command as well.\n\n{}\n",
        columns(&rows),
        fold(&codes, 98).join("\n")
    )
}

/// The page of `help settings`.
pub(super) fn settings_page() -> String {
    let mut text =
        "Each setting is also a startup flag, and a flag before or after a command.\n\
                    Precedence: `set` > flag > profile > environment > `[settings]` of the config file > default.\n\n"
            .to_owned();
    let rows: Vec<(String, String)> = settings::TABLE
        .iter()
        .map(|setting| {
            let (value, about) = flag_value(&setting.param);
            let about = format!("{about}; environment: {}", setting.env.join(", "));
            (format!("{}{value}", setting.param.name), about)
        })
        .collect();
    text.push_str(&columns(&rows));
    text
}

/// A flag with its short form and value, and its description.
pub(crate) fn flag_row(param: &Param) -> (String, String) {
    let (value, about) = flag_value(param);
    let mut short = SHORT.iter().filter(|(_, name)| *name == param.name);
    let short = short
        .next()
        .map_or_else(String::new, |(letter, _)| format!("-{letter}, "));
    (format!("{short}{}{value}", param.flag()), about)
}

/// The value of a flag as help shows it, and its description.
fn flag_value(param: &Param) -> (String, String) {
    let value = match param.need {
        Need::Default("off") if param.kind == Kind::Switch => String::new(),
        _ if param.bare.is_some() && param.kind != Kind::Switch => {
            format!(" [{}]", param.value_name())
        }
        _ => format!(" {}", param.value_name()),
    };
    let default = match param.need {
        Need::Default("" | "off") => String::new(),
        Need::Default(text) => format!(" (default {text})"),
        _ => String::new(),
    };
    (value, format!("{}{default}", param.help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::APIS;

    #[test]
    fn the_page_of_the_program_fits_on_a_screen() {
        for api in APIS {
            let page = program(api);
            assert!(page.lines().count() <= 40, "{page}");
            for name in COMMON {
                assert!(program_flags().any(|param| param.name == *name), "{name}");
            }
        }
    }
}
