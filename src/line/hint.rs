//! The dim text after the cursor: the remaining arguments.

use super::outline::{Role, outline};
use super::redirect;
use super::usage::part;
use crate::catalog::{Api, Command, Line, Param};
use crate::text::lex::{Lexed, Word, lex};

#[derive(Clone, PartialEq, Eq)]
pub struct Hint {
    /// The shown text.
    pub shown: String,
    /// The text that the right arrow puts into the line.
    pub completes: Option<String>,
}

impl std::fmt::Debug for Hint {
    /// Without the texts: they may repeat part of the line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hint({} bytes)", self.shown.len())
    }
}

/// The hint for a line whose cursor is at its end, in at most `room` columns.
pub fn hint(line: &str, api: &'static Api, room: usize) -> Option<Hint> {
    let Lexed {
        mut commands,
        open: None,
        comment: None,
        ..
    } = lex(line)
    else {
        return None;
    };
    let words = commands.pop()?;
    if !redirect::parts(&words, api).1.is_empty() {
        return None;
    }
    let end = words.last().map_or(0, |word| word.span.end);
    if line[end..].contains([';', '\n']) {
        return None;
    }
    let ended = end < line.len();
    if !ended && let Some(rest) = rest_of_name(&words, api) {
        return Some(Hint {
            shown: rest.clone(),
            completes: Some(rest),
        });
    }
    let outline = outline(&words, api);
    outline.command?;
    let mut parts: Vec<String> = Vec::new();
    if !ended && !matches!(outline.roles.last(), Some(Role::Command(_))) {
        return None;
    }
    if let Some(param) = outline.open.filter(|_| !outline.may_end) {
        parts = value(param, outline.command);
    } else {
        let positions = outline
            .params()
            .into_iter()
            .filter(|param| param.line == Line::Position);
        let next = outline.position_of("").map(|param| param.name);
        parts.extend(
            positions
                .skip_while(|param| Some(param.name) != next)
                .filter_map(part),
        );
        parts.extend(outline.unused_flags().filter_map(part));
    }
    let text = fitted(&parts, room.saturating_sub(usize::from(!ended)))?;
    let space = if ended { "" } else { " " };
    Some(Hint {
        shown: format!("{space}{text}"),
        completes: None,
    })
}

/// What the value of a flag is: `500M, 20GiB or a number of bytes`.
fn value(param: &Param, command: Option<&Command>) -> Vec<String> {
    match command.and_then(|command| command.unit_of(param)) {
        Some(unit) => vec![
            unit.examples().replace('`', ""),
            format!("or a number of {}", unit.name()),
        ],
        None if param.kind.is_many() => vec![format!("{}...", param.value_name())],
        None => vec![param.value_name()],
    }
}

/// The rest of a command's name, if only one matches.
fn rest_of_name(words: &[Word], api: &'static Api) -> Option<String> {
    let (last, before) = words.split_last()?;
    let typed = last.text();
    if typed.len() < 2 {
        return None;
    }
    let names = outline(before, api).names().into_iter();
    let mut names = names.filter(|name| name.starts_with(&typed));
    let name = names.next()?;
    (names.next().is_none() && name != typed).then(|| name[typed.len()..].to_owned())
}

/// As many parts as there is room for.
fn fitted(parts: &[String], room: usize) -> Option<String> {
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        let more = if at + 1 < parts.len() { 2 } else { 0 };
        if text.len() + 1 + part.len() + more > room {
            if text.is_empty() {
                return None;
            }
            text.push_str(" …");
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn remaining_arguments_are_hinted() {
        let cases: &[(&str, Option<&str>)] = &[
            ("", None),
            ("start_q", Some("uota_scan")),
            ("get_user", None),
            (
                "get_users",
                Some(" [--limit N] [--offset N] [--order ASC|DESC] …"),
            ),
            ("get_users --order ", Some("ASC|DESC")),
            ("get_users --limit ", Some("N")),
            (
                "add_user x --quota_size ",
                Some("500M, 20GiB or a number of bytes"),
            ),
            (
                "add_user x --upload_bandwidth ",
                Some("512KB/s, 2MB/s or a number of KB/s"),
            ),
            (
                "get_users --limit 1 --order ASC ",
                Some("[--offset N] [--username USERNAME] [--where EXPR] …"),
            ),
            (
                "update_user ",
                Some("[ID] USERNAME [--home_dir PATH] [--uid N] [--gid N] …"),
            ),
            (
                "update_user 5 ",
                Some("USERNAME [--home_dir PATH] [--uid N] [--gid N] …"),
            ),
            (
                "update_user bob ",
                Some("[--home_dir PATH] [--uid N] [--gid N] [--max_sessions N] …"),
            ),
            ("close_sftp_connection ", Some("CONNECTION_ID")),
            ("close_sftp_connection x", None),
            ("get_users; close_s", Some("ftp_connection")),
            ("add_user 'x", None),
            ("nosuch ", None),
        ];
        for (line, expected) in cases {
            let shown = hint(line, &catalog::APIS[0], 66).map(|hint| hint.shown);
            assert_eq!(shown.as_deref(), *expected, "{line:?}");
        }
    }
}
