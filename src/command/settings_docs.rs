//! The tables of `docs/settings.md`, written from the table of settings.

use crate::catalog::{API_NAMES, Kind, Need, Param};
use crate::settings::{SHORT, START, TABLE};

/// The generated parts of `docs/settings.md`: the name in the marker, and the text.
pub fn settings_docs() -> [(&'static str, String); 3] {
    [
        ("settings", settings()),
        ("environment", environment()),
        ("startup flags", startup()),
    ]
}

fn settings() -> String {
    let rows = TABLE.iter().map(|setting| {
        let param = &setting.param;
        let default = match param.need {
            Need::Default(text) if !text.is_empty() => format!("`{text}`"),
            _ => String::new(),
        };
        let name = format!("`{}`", param.name);
        vec![name, values(param), default, param.help.to_owned()]
    });
    table(&["setting", "values", "default", "description"], rows)
}

fn environment() -> String {
    let rows = TABLE.iter().map(|setting| {
        let names: Vec<String> = setting.env.iter().map(|name| format!("`{name}`")).collect();
        vec![names.join(", else "), format!("`{}`", setting.param.name)]
    });
    table(&["variable", "setting"], rows)
}

fn startup() -> String {
    let help = Param::switch("help", "show help");
    let rows = START.iter().chain([&help]).map(|param| {
        let long = param.flag();
        let value = match param.kind {
            Kind::Switch => String::new(),
            _ => format!(" {}", param.value_name()),
        };
        let mut short = SHORT.iter().chain(&[('h', "help")]);
        let short = short.find(|(_, name)| *name == param.name);
        let short = short.map_or_else(String::new, |(letter, _)| format!(", `-{letter}`"));
        vec![format!("`{long}{value}`{short}"), param.help.to_owned()]
    });
    table(&["flag", "description"], rows)
}

/// What a setting may be.
fn values(param: &Param) -> String {
    let each = |choices: &[&str]| {
        let ticked: Vec<String> = choices.iter().map(|word| format!("`{word}`")).collect();
        ticked.join(", ")
    };
    match param.kind {
        Kind::Switch => each(&["on", "off"]),
        Kind::Choice(choices) => each(choices),
        Kind::Api => format!("{}, or a release", each(API_NAMES)),
        Kind::Int { min, max } => format!("{min} to {max}"),
        _ => format!("`{}`", param.value_name()),
    }
}

/// A table in Markdown.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
    let mut text = line(&head);
    text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    text.extend(rows.map(|row| line(&row)));
    text
}
