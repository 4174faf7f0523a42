//! The arguments of a command, and what their values mean.

use super::words::main;
use super::{columns, fold};
use crate::catalog::schema;
use crate::catalog::{Command, Items, Kind, Line, Need, Param, Release, Send};

/// Each argument with its meaning.
pub(super) fn arguments(command: &Command, params: &[&'static Param], release: Release) -> String {
    let mut text = String::new();
    let rows: Vec<(String, String)> = main(params)
        .filter(|param| matches!(param.line, Line::Position | Line::Flag))
        .map(|param| (param.shown(), describe(command, param, release)))
        .collect();
    if !rows.is_empty() {
        text.push_str(&format!("\narguments\n{}", columns(&rows)));
    }
    text.push_str(&meanings(command, main(params), release));
    let ignored: Vec<String> = params
        .iter()
        .filter(|param| param.line == Line::Ignored)
        .map(|param| param.shown())
        .collect();
    if !ignored.is_empty() {
        text.push_str(&format!(
            "\naccepted for compatibility, but ignored: {}\n",
            fold(&ignored.join(" "), 98).join("\n  ")
        ));
    }
    text
}

/// The values of arguments that do not say what they mean.
pub(super) fn meanings(
    command: &Command,
    params: impl Iterator<Item = &'static Param>,
    release: Release,
) -> String {
    let mut text = String::new();
    for param in params {
        let choices = schema::choices_of(command, param).iter();
        let choices = choices.filter(|choice| {
            !choice.means.is_empty()
                && choice.span.holds(release)
                && param.kind.choices().contains(&choice.word)
        });
        let row = |choice: &schema::Choice| (choice.word.to_owned(), choice.means.to_owned());
        let rows: Vec<(String, String)> = choices.map(row).collect();
        if !rows.is_empty() {
            text.push_str(&format!(
                "\nvalues of {}\n{}",
                param.shown(),
                columns(&rows)
            ));
        }
    }
    text
}

/// A parameter, with the words that the release has.
pub(super) fn describe(command: &Command, param: &Param, release: Release) -> String {
    format!("{} ({})", param.help, values(command, param, release))
}

/// The values of a parameter in a release, and its default.
pub(in crate::command) fn values(command: &Command, param: &Param, release: Release) -> String {
    let default = match param.need {
        Need::Required => "; required".to_owned(),
        Need::Asked => "; required; on a terminal the shell asks for it".to_owned(),
        Need::LastUserId | Need::LastUsername | Need::Optional | Need::Default("") => String::new(),
        Need::Default("off") if matches!(param.send, Send::On(_)) => String::new(),
        Need::Default(text) => format!("; default {text}"),
    };
    let unit = command.unit_of(param);
    let values = match (param.kind, param.need) {
        (Kind::Int { .. }, _) if let Some(unit) = unit => {
            format!("{}, or {}", param.kind.describe(), unit.examples())
        }
        (Kind::Switch, Need::Optional) => format!("on, or off with `{}=off`", param.flag()),
        (Kind::List([]), _) if param.items != Items::Words => {
            let items = param.items;
            format!("one or more of {}{}", items.value_name(), items.about())
        }
        (kind, _) => kind.describe_if(|word| schema::has_word(command, param, word, release)),
    };
    let edits = if command.is_change() && command.edits(param) {
        "; `+` adds, `-` removes"
    } else {
        ""
    };
    format!("{values}{edits}{default}")
}
