//! The colours of the input while it is typed. The text stays the same.

use super::alias::Aliases;
use super::outline::{Role, outline};
use super::redirect;
use crate::catalog::{Api, Command, Kind};
use crate::text::ansi::paint;
use crate::text::lex::{Quote, Word, lex};

/// The styles of the parts of a line.
mod look {
    use crate::text::ansi::style;

    pub(super) const COMMAND: &str = style::BOLD_GREEN;
    pub(super) const UNKNOWN: &str = style::RED;
    pub(super) const FLAG: &str = style::CYAN;
    pub(super) const QUOTED: &str = style::YELLOW;
    pub(super) const VARIABLE: &str = style::MAGENTA;
    pub(super) const COMMENT: &str = style::DIM;
}

/// The line with colours.
pub fn highlight(line: &str, api: &'static Api, aliases: &Aliases) -> String {
    let lexed = lex(line);
    let mut out = String::with_capacity(line.len() + 64);
    let mut last = 0;
    for words in &lexed.commands {
        // What follows an operator is for a program, or a file.
        let (words, _) = redirect::parts(words, api);
        let roles = outline(words, api).roles;
        let is_alias = words
            .first()
            .is_some_and(|word| aliases.text(&word.text()).is_some());
        let mut command = None;
        for (at, (word, role)) in words.iter().zip(roles).enumerate() {
            out.push_str(&line[last..word.span.start]);
            let text = &line[word.span.clone()];
            let typing = word.span.end == line.len();
            // The names that the word may become.
            let names = || outline(&words[..at], api).names();
            if let Role::Command(named) = role {
                command = named;
            }
            let look = match (is_alias, at) {
                // Its words are those of another command.
                (true, 0) => Some(look::COMMAND),
                (true, _) => None,
                (false, _) => look(word, role, command, typing, names),
            };
            match look {
                Some(look) => out.push_str(&paint(look, text)),
                None => out.push_str(text),
            }
            last = word.span.end;
        }
    }
    match lexed.comment {
        Some(at) => {
            out.push_str(&line[last..at]);
            out.push_str(&paint(look::COMMENT, &line[at..]));
        }
        None => out.push_str(&line[last..]),
    }
    out
}

fn look(
    word: &Word,
    role: Role,
    command: Option<&Command>,
    typing: bool,
    names: impl FnOnce() -> Vec<&'static str>,
) -> Option<&'static str> {
    let text = word.text();
    let plain = || {
        let bare_dollar = |quote| matches!(quote, Quote::None | Quote::Double);
        if word
            .pieces
            .iter()
            .any(|piece| bare_dollar(piece.quote) && piece.text.contains('$'))
        {
            Some(look::VARIABLE)
        } else if word
            .pieces
            .iter()
            .any(|piece| matches!(piece.quote, Quote::Single | Quote::Double))
        {
            Some(look::QUOTED)
        } else {
            None
        }
    };
    match role {
        Role::Old => Some(look::COMMENT),
        Role::Command(Some(_)) => Some(look::COMMAND),
        // Not red while it is typed: it may become a command.
        Role::Command(None) if typing && begins_one(&text, names) => None,
        Role::Flag(Some(_)) => Some(look::FLAG),
        // The beginning of a flag or of a number.
        Role::Value(_) if typing && text == "-" => None,
        Role::Flag(None) if typing || text == "--" => Some(look::FLAG),
        Role::Command(None) | Role::Flag(None) | Role::Value(None) => Some(look::UNKNOWN),
        Role::Value(Some(param)) => {
            let has_unit = || command.is_some_and(|command| command.unit_of(param).is_some());
            let open = (param.kind.is_many()
                || has_unit()
                || matches!(param.kind, Kind::Choice(_) | Kind::Named(_) | Kind::Api))
                && typing;
            let variable = plain() == Some(look::VARIABLE);
            let checked = match command {
                Some(command) => command.check(param, &[text]),
                None => param.kind.check(&[text]),
            };
            if !variable && !open && checked.is_err() {
                Some(look::UNKNOWN)
            } else {
                plain()
            }
        }
    }
}

fn begins_one(text: &str, names: impl FnOnce() -> Vec<&'static str>) -> bool {
    let text = text.replace('-', "_");
    names().iter().any(|name| name.starts_with(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// The coloured line with each look in brackets.
    fn marked(line: &str) -> String {
        highlight(line, &catalog::APIS[0], &Aliases::default())
            .replace("\x1b[0m", ">")
            .replace("\x1b[", "<")
            .replace('m', "·")
    }

    #[test]
    fn colours_do_not_change_the_text() {
        let cases = [
            (
                "get_users --li·it x --order FOO z # c",
                "<1;32·get_users> <36·--li·it> <31·x> <36·--order> <31·FOO> <31·z> <2·# c>",
            ),
            ("nosuch x; qet", "<31·nosuch> <31·x>; <31·qet>"),
            (
                "python sftpgo_api_cli.py get_quota_scans",
                "<2·python> <2·sftpgo_api_cli.py> <1;32·get_quota_scans>",
            ),
            ("start_quota_scan 'a", "<1;32·start_quota_scan> <33·'a>"),
            ("get_user_by_id $id", "<1;32·get_user_by_id> <35·$id>"),
            ("update_user bob -", "<1;32·update_user> bob -"),
            ("get_user_by_id bob", "<1;32·get_user_by_id> <31·bob>"),
            (
                "get_quota_scans | jq '.x'; $id",
                "<1;32·get_quota_scans> | jq '.x'; $id",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(marked(&line.replace('·', "m")), expected, "{line}");
        }
    }
}
