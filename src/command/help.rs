//! `help`: what there is, from the table.

use crate::catalog::{self, Api, Command, Group, Kind, Line, Need, Param, Place, Send};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::parse;
use crate::line::usage::usage;
use crate::settings::{self, START};
use crate::shell::{Flow, Shell};

/// `help` with a topic, as a command.
pub(super) fn topic(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    match call.rest.first() {
        None => run(shell, None),
        Some(topic) if topic.text == "settings" => {
            shell.print(&settings_page())?;
            Ok(Flow::Continue)
        }
        Some(name) => {
            // A command of another generation may be read about as well.
            let command = parse::find(name, shell.session.settings.api);
            let command =
                command.or_else(|error| catalog::find_elsewhere(&name.text).ok_or(error))?;
            run(shell, Some(command))
        }
    }
}

/// Help of one command, or of all.
pub(crate) fn run(shell: &Shell, topic: Option<&'static Command>) -> Result<Flow, Error> {
    let api = shell.session.settings.api;
    shell.print(&match topic {
        Some(command) => page(command, api),
        None => overview(api),
    })?;
    Ok(Flow::Continue)
}

/// All commands of a generation, by group.
pub(crate) fn overview(api: &'static Api) -> String {
    let mut text = String::new();
    let wide = catalog::commands(api)
        .map(|command| command.name.len())
        .max()
        .unwrap_or(0);
    for group in Group::ALL {
        let commands: Vec<_> = catalog::commands(api)
            .filter(|command| command.group == *group)
            .collect();
        if commands.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", group.title()));
        for command in commands {
            text.push_str(&format!("  {:wide$}  {}\n", command.name, command.short));
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "API `{}`: {}.\n\
         `help COMMAND` or `COMMAND --help` describes one; `help settings` the settings.\n\
         Tab completes; Ctrl-R searches what was typed; Ctrl-C clears the line; Ctrl-D leaves.\n",
        api.name, api.servers
    ));
    text
}

/// The page of `--help`.
pub(crate) fn program(api: &'static Api) -> String {
    let mut text = "A shell for the REST API of SFTPGo.\n\n\
         usage: sftpgo-shell [FLAGS]                    type commands, or read them from standard input\n       \
         sftpgo-shell [FLAGS] --file FILE        run a file of commands\n       \
         sftpgo-shell [FLAGS] -c 'COMMAND; …'    run commands\n       \
         sftpgo-shell [FLAGS] COMMAND [ARGS]     run one command\n\n\
         flags\n"
        .to_owned();
    let rows: Vec<(String, String)> = START
        .iter()
        .chain(settings::TABLE.iter().map(|setting| &setting.param))
        .map(flag_row)
        .collect();
    text.push_str(&columns(&rows));
    text.push('\n');
    text.push_str(&overview(api));
    text.push_str("Exit codes: 0 done, 1 this side, 2 typed wrong, 3 no usable answer, 4 and 5 the server's 4xx and 5xx, 6 some failed (--keep-going), 130 interrupted.\n");
    text
}

fn settings_page() -> String {
    let mut text =
        "Each has a flag of its name at the start, and before a command for that command alone;\n\
                    a flag beats the environment, `set` beats both.\n\n"
            .to_owned();
    let rows: Vec<(String, String)> = settings::TABLE
        .iter()
        .map(|setting| {
            let (name, about) = flag_row(&setting.param);
            (
                name.trim_start_matches('-').to_owned(),
                format!("{about}; environment: {}", setting.env.join(", ")),
            )
        })
        .collect();
    text.push_str(&columns(&rows));
    text
}

fn flag_row(param: &Param) -> (String, String) {
    let value = match param.kind {
        Kind::Switch if param.need == Need::Default("on") => "=off".to_owned(),
        Kind::Switch => String::new(),
        Kind::Choice(choices) if param.bare.is_some() => format!(" [{}]", choices.join("|")),
        Kind::Choice(choices) => format!(" {}", choices.join("|")),
        Kind::Int { .. } => " N".to_owned(),
        _ => " TEXT".to_owned(),
    };
    let default = match param.need {
        Need::Default("" | "off") => String::new(),
        Need::Default(text) => format!(" (default {text})"),
        _ => String::new(),
    };
    (
        format!("--{}{value}", param.name),
        format!("{}{default}", param.help),
    )
}

/// `docs/reference.md`: the help page of every command, written from the table.
pub fn reference() -> String {
    let mut text = "# Reference\n\n\
         The help pages of all commands. This file is made from the table in `src/catalog`: do not\n\
         edit it, run `UPDATE_DOCS=1 cargo test docs` instead. How a line is read is in\n\
         [command-files.md](command-files.md); the settings are in [settings.md](settings.md).\n"
        .to_owned();
    let first = &catalog::APIS[0];
    for api in catalog::APIS {
        text.push_str(&format!(
            "\n## API `{}`\n\nFor {}.\n",
            api.name, api.servers
        ));
        if api.name != first.name {
            text.push_str(&format!(
                "Commands that are the same as in `{}` are not repeated.\n",
                first.name
            ));
        }
        for command in catalog::commands(api).filter(|command| command.route().is_some()) {
            let here = page(command, api);
            if api.name == first.name
                || !command.span.holds(first.release)
                || here != page(command, first)
            {
                text.push_str(&section(command.name, &here));
            }
        }
    }
    text.push_str("\n## The shell's own commands\n\nThe same for every server.\n");
    for command in catalog::commands(first).filter(|command| command.route().is_none()) {
        text.push_str(&section(command.name, &page(command, first)));
    }
    text
}

fn section(name: &str, page: &str) -> String {
    format!("\n### {name}\n\n```text\n{page}```\n")
}

/// The page of one command.
pub(crate) fn page(command: &'static Command, api: &'static Api) -> String {
    // A command of another generation is described as it is there.
    let api = if command.span.holds(api.release) {
        api
    } else {
        catalog::APIS
            .iter()
            .find(|api| command.span.holds(api.release))
            .unwrap_or(api)
    };
    let params: Vec<&'static Param> = command.params_in(api.release).collect();
    let mut text = format!(
        "{}: {}\n\nusage: {}\n",
        command.name,
        command.short,
        usage(command, params.iter().copied())
    );
    if !command.aliases.is_empty() {
        text.push_str(&format!("also: {}\n", command.aliases.join(", ")));
    }
    if !command.long.is_empty() {
        text.push_str(&format!("\n{}\n", fold(command.long, 98).join("\n")));
    }
    let rows: Vec<(String, String)> = params
        .iter()
        .filter(|param| matches!(param.line, Line::Position | Line::Flag))
        .map(|param| (param.shown(), describe(param)))
        .collect();
    if !rows.is_empty() {
        text.push_str(&format!("\narguments\n{}", columns(&rows)));
    }
    let ignored: Vec<String> = params
        .iter()
        .filter(|param| param.line == Line::Ignored)
        .map(|param| param.shown())
        .collect();
    if !ignored.is_empty() {
        text.push_str(&format!(
            "\naccepted and ignored: {}\n",
            fold(&ignored.join(" "), 98).join("\n  ")
        ));
    }
    if let Some(route) = command.route() {
        text.push_str(&format!(
            "\nrequest\n  {} {}{}\n",
            route.method.as_str(),
            api.prefix,
            route.path
        ));
        text.push_str(&sent(&params));
        let rows: Vec<(String, String)> = route
            .answers
            .iter()
            .map(|answer| (answer.status.to_string(), answer.means.to_owned()))
            .collect();
        text.push_str(&format!("\nanswers\n{}", columns(&rows)));
    }
    if !command.examples.is_empty() {
        text.push_str("\nexamples\n");
        for example in command.examples {
            text.push_str(&format!("  {}\n", example.line));
        }
    }
    text
}

/// Where the parameters go.
fn sent(params: &[&'static Param]) -> String {
    let names = |wanted: &dyn Fn(&Param) -> bool, empty: bool| -> Vec<&str> {
        params
            .iter()
            .filter(|param| wanted(param) && (param.send == Send::NonEmpty) == empty)
            .map(|param| param.key)
            .collect()
    };
    let mut text = String::new();
    let query = names(&|param| param.place == Place::Query, false);
    if !query.is_empty() {
        text.push_str(&format!("  query: {}\n", query.join(", ")));
    }
    let (always, sometimes) = (
        names(&|param| param.place.in_body(), false),
        names(&|param| param.place.in_body(), true),
    );
    if !always.is_empty() {
        let body = format!("body, a JSON object: {}", always.join(", "));
        text.push_str(&format!("  {}\n", fold(&body, 96).join("\n    ")));
    }
    if !sometimes.is_empty() {
        text.push_str(&format!("  only when given: {}\n", sometimes.join(", ")));
    }
    text
}

fn describe(param: &Param) -> String {
    let default = match param.need {
        Need::Required => "; needed".to_owned(),
        Need::LastUserId | Need::Default("") => String::new(),
        Need::Default(text) => format!("; default {text}"),
    };
    format!("{} ({}{default})", param.help, param.kind.describe())
}

/// Two columns, the second folded to the width of a terminal.
fn columns(rows: &[(String, String)]) -> String {
    let wide = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        .min(32);
    let mut text = String::new();
    for (name, about) in rows {
        let about = fold(about, 96 - wide).join(&format!("\n{}", " ".repeat(wide + 4)));
        text.push_str(&format!("  {name:wide$}  {about}\n"));
    }
    text
}

/// The words of a text in lines of at most `width` characters.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
