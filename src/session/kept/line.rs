//! A command with variables in place of its secrets, and of ids that an answer may have given.

use crate::catalog::many::YES_PARAM;
use crate::catalog::{Api, Command, Kind, Need};
use crate::line::outline::{Outline, Role, outline};
use crate::line::redirect;
use crate::request::pieces::next_name;
use crate::secret::json::is_clear_but_for_keys;
use crate::secret::line::variables::{has_no_secret, plain, secrets_as_variables, variable};
use crate::text::lex::{Word, lex};
use std::ops::Range;

/// A command as a file can keep it.
#[derive(Debug)]
pub(crate) struct KeptLine(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(String),
    /// A secret; the name of its variable, without a number.
    Secret(String),
    /// A user id.
    Id(i64),
}

impl KeptLine {
    /// Reads a command; `None` if a file cannot keep it.
    pub(crate) fn read(text: &str, api: &'static Api) -> Option<Self> {
        let text = plain(text);
        let text = text.trim();
        let mut parts = asked(text, api)?;
        for (span, name) in secrets_as_variables(text)? {
            parts.push((span, Piece::Secret(name)));
        }
        parts.sort_by_key(|(span, _)| span.start);
        let mut pieces = Vec::new();
        let mut last = 0;
        for (span, piece) in parts {
            pieces.push(Piece::Text(text.get(last..span.start)?.to_owned()));
            pieces.push(piece);
            last = span.end;
        }
        pieces.push(Piece::Text(text[last..].to_owned()));
        let line = Self(pieces);
        let written = line.written(&mut Names::default(), None);
        // In a file a quote ends on its line.
        let ends = |(at, _): (usize, &str)| written[..at].ends_with('\\');
        let is_whole = written.match_indices('\n').all(ends);
        let is_clear = has_no_secret(&written) && has_clear_json(text);
        (is_whole && is_clear).then_some(line)
    }

    /// Its text; `id` is the last user id, if an answer gives it.
    pub(super) fn written(&self, names: &mut Names, id: Option<i64>) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Secret(name) => format!("$env.{}", names.next(name)),
            Piece::Id(own) if Some(*own) == id => "$id".to_owned(),
            Piece::Id(own) => own.to_string(),
        };
        self.0.iter().map(piece).collect()
    }
}

/// Whether the JSON in its words has no secret that only its place in the JSON tells.
fn has_clear_json(text: &str) -> bool {
    let lexed = lex(text);
    let mut words = lexed.commands.iter().flatten().map(Word::text);
    words.all(|word| {
        let at = word.find(['{', '[']).unwrap_or(word.len());
        let json = serde_json::from_str(&word[at..]);
        json.map_or(true, |json| is_clear_but_for_keys(&json))
    })
}

/// The user ids of a command, and the places of the secrets that the shell asked for.
fn asked(text: &str, api: &'static Api) -> Option<Vec<(Range<usize>, Piece)>> {
    let lexed = lex(text);
    let [words] = lexed.commands.as_slice() else {
        return None;
    };
    let (words, _) = redirect::parts(words, api);
    let outline = outline(words, api);
    let mut parts = Vec::new();
    // The id is one of another server.
    let is_elsewhere = outer(&outline).is_some();
    for (at, (word, role)) in words.iter().zip(&outline.roles).enumerate() {
        let next = outline.roles.get(at + 1);
        match role {
            Role::Value(Some(param)) if param.need == Need::LastUserId && !is_elsewhere => {
                let id = word.text().parse().ok();
                parts.extend(id.map(|id| (word.span.clone(), Piece::Id(id))));
            }
            Role::Flag(Some(param))
                if param.kind == Kind::Secret
                    && is_bare(word)
                    && !matches!(next, Some(Role::Value(_))) =>
            {
                let end = word.span.end;
                parts.push((end..end, Piece::Text(" ".to_owned())));
                parts.push((end..end, Piece::Secret(variable(param.name)?)));
            }
            _ => {}
        }
    }
    let end = words.last().map_or(0, |word| word.span.end);
    let params = outline.command.into_iter().flat_map(|row| row.params);
    for param in params.filter(|param| param.need == Need::Asked) {
        if !outline.used.contains(&param.name) {
            parts.push((end..end, Piece::Text(format!(" --{} ", param.name))));
            parts.push((end..end, Piece::Secret(variable(param.name)?)));
        }
    }
    // It was asked, and the answer was yes.
    let yes = || Piece::Text(format!(" --{YES_PARAM}"));
    if outline.command.is_some_and(takes_yes) && !outline.used.contains(&YES_PARAM) {
        parts.push((end..end, yes()));
    }
    if let Some(at) = outer_without_yes(words, &outline) {
        parts.push((at..at, yes()));
    }
    Some(parts)
}

fn takes_yes(row: &Command) -> bool {
    let mut params = row.params.iter();
    params.any(|param| param.name == YES_PARAM)
}

/// The place of a command that asks before the one in it changes something: `on`.
fn outer(outline: &Outline) -> Option<usize> {
    let is_outer = |role: &Role| matches!(role, Role::Command(Some(row)) if row.takes_a_command() && takes_yes(row));
    outline.roles.iter().position(is_outer)
}

/// The end of such a command, if it needs to be confirmed in a file.
fn outer_without_yes(words: &[Word], outline: &Outline) -> Option<usize> {
    let at = outer(outline)?;
    let is_yes = |role: &Role| matches!(role, Role::Flag(Some(param)) if param.name == YES_PARAM);
    let is_said = outline.roles[at..].iter().any(is_yes);
    let writes = outline.command.is_some_and(Command::writes);
    (writes && !is_said).then_some(words[at].span.end)
}

/// Whether a flag has no value behind a `=`.
fn is_bare(word: &Word) -> bool {
    !word.text().contains(['=', ':'])
}

/// The variables of a file: `PASSWORD`, then `PASSWORD_2`.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn next(&mut self, first: &str) -> String {
        let name = next_name(&self.0, first);
        self.0.push(name.clone());
        name
    }

    pub(super) fn all(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::APIS;

    fn written(text: &str, api: &str) -> Option<String> {
        let api = APIS.iter().find(|own| own.name == api).unwrap();
        let line = KeptLine::read(text, api)?;
        Some(line.written(&mut Names::default(), Some(5140)))
    }

    #[test]
    fn secrets_and_ids_become_variables() {
        let cases = [
            (
                "add_user x --password hunter2 # hunter2",
                Some("add_user x --password $env.PASSWORD"),
            ),
            (
                "add_user x --password --uid 1",
                Some("add_user x --password $env.PASSWORD --uid 1"),
            ),
            (
                "add_user x --uid 1 --password",
                Some("add_user x --uid 1 --password $env.PASSWORD"),
            ),
            ("get_user_by_id 5140", Some("get_user_by_id $id")),
            ("get_user_by_id 5136", Some("get_user_by_id 5136")),
            ("delete_user 5140 > f", Some("delete_user $id > f")),
            ("on @a,@b get_users", Some("on @a,@b get_users")),
            (
                "on @a get_user_by_id 5140",
                Some("on @a get_user_by_id 5140"),
            ),
            (
                "on @a,@b add_user x --uid 1 --password p",
                Some("on --yes @a,@b add_user x --uid 1 --password $env.PASSWORD"),
            ),
            (
                "on --yes @a add_user x --uid 1 --password p",
                Some("on --yes @a add_user x --uid 1 --password $env.PASSWORD"),
            ),
            ("echo 'a\nb'", None),
            ("echo a \\\n b", Some("echo a \\\n b")),
            ("let password = hunter2", None),
            (
                "add_event_action x --set h='[{\"key\":\"Authorization\",\"value\":\"Bearer x\"}]'",
                None,
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(written(line, "2019").as_deref(), expected, "{line}");
        }
        assert_eq!(
            written("change_admin_password", "v2").as_deref(),
            Some(
                "change_admin_password --current_password $env.CURRENT_PASSWORD \
                 --new_password $env.NEW_PASSWORD"
            )
        );
    }
}
