//! The usage line of a command.

use crate::catalog::{Command, Kind, Line, Need, Param};

/// `update_user [ID] USERNAME [--password TEXT] …`
pub fn usage(command: &Command, params: impl Iterator<Item = &'static Param>) -> String {
    let mut line = command.name.to_owned();
    for param in params {
        if let Some(part) = part(param) {
            line.push(' ');
            line.push_str(&part);
        }
    }
    line
}

/// The same for a hint: positions in full, flags in a word.
pub fn brief(command: &Command, params: impl Iterator<Item = &'static Param>) -> String {
    let mut line = command.name.to_owned();
    let mut flags = false;
    for param in params {
        match param.line {
            Line::Position => line.extend(part(param).map(|part| format!(" {part}"))),
            Line::Flag => flags = true,
            Line::Ignored | Line::Absent => {}
        }
    }
    if flags {
        line.push_str(" [FLAGS]");
    }
    format!("usage: {line}; `help {}` describes it", command.name)
}

/// One parameter in a usage line; none if it is not shown there.
pub fn part(param: &Param) -> Option<String> {
    let value = match param.kind {
        Kind::Int { .. } => "N",
        Kind::Choice(choices) if param.line == Line::Flag && choices.len() < 5 => {
            return Some(format!("[--{} {}]", param.name, choices.join("|")));
        }
        Kind::Named(names) if param.line == Line::Flag && names.words.len() < 5 => {
            return Some(format!("[--{} {}]", param.name, names.words.join("|")));
        }
        Kind::Choice(_) | Kind::Named(_) | Kind::Api => "WORD",
        Kind::List(_) | Kind::Permissions(_) => "WORD...",
        Kind::Sets => "PATH=VALUE...",
        Kind::Json => "JSON|FILE",
        Kind::Secret => "SECRET",
        Kind::Switch => return Some(format!("[--{}]", param.name)),
        Kind::Text | Kind::Words | Kind::Command => "TEXT",
    };
    match (param.line, param.need) {
        (Line::Absent | Line::Ignored, _) => None,
        (Line::Flag, _) => Some(format!("[--{} {value}]", param.name)),
        (Line::Position, Need::Required) => Some(param.shown()),
        (Line::Position, _) if param.kind.is_rest() => Some(format!("[{}...]", param.shown())),
        (Line::Position, _) => Some(format!("[{}]", param.shown())),
    }
}
