//! The usage line of a command.

use crate::catalog::{Command, Kind, Line, Need, Param};

/// `update_user [ID] USERNAME [--password TEXT] …`
pub fn usage(command: &Command, params: impl Iterator<Item = &'static Param>) -> String {
    let mut line = command.name.to_owned();
    for param in params {
        if let Some(part) = part_of(command, param) {
            line.push(' ');
            line.push_str(&part);
        }
    }
    line
}

/// The usage line in a hint: `[FLAGS]` means all flags.
pub fn brief(command: &Command, params: impl Iterator<Item = &'static Param>) -> String {
    let mut line = command.name.to_owned();
    let mut flags = false;
    for param in params {
        match param.line {
            Line::Position => line.extend(part_of(command, param).map(|part| format!(" {part}"))),
            Line::Flag => flags = true,
            Line::Ignored | Line::Absent => {}
        }
    }
    if flags {
        line.push_str(" [FLAGS]");
    }
    format!("usage: {line}; `help {}` describes it", command.name)
}

/// One parameter of a command; the name of an object may be followed by more.
fn part_of(command: &Command, param: &Param) -> Option<String> {
    let is_many = command.many().is_some_and(|many| many.name == param.name);
    let part = part(param)?;
    Some(match part.strip_suffix(']') {
        _ if !is_many => part,
        Some(optional) => format!("{optional}...]"),
        None => format!("{part}..."),
    })
}

/// One parameter in a usage line; `None` if it is not shown there.
pub fn part(param: &Param) -> Option<String> {
    match (param.line, param.need) {
        (Line::Absent | Line::Ignored, _) => None,
        (Line::Flag, _) if matches!(param.kind, Kind::Switch | Kind::Wait) => {
            Some(format!("[{}]", param.flag()))
        }
        (Line::Flag, _) => {
            let more = if param.kind.is_many() { "..." } else { "" };
            Some(format!("[{} {}{more}]", param.flag(), param.value_name()))
        }
        (Line::Position, Need::Required) => Some(param.shown()),
        (Line::Position, _) if param.kind.is_rest() => Some(format!("[{}...]", param.shown())),
        (Line::Position, _) => Some(format!("[{}]", param.shown())),
    }
}
