//! What Tab offers. A pure function of the line, the cursor, the table and the
//! names seen in this session.

use super::lex::{Lexed, Word, lex};
use super::outline::{Outline, outline};
use super::variables::NAMES;
use crate::catalog::schema::{self, Type};
use crate::catalog::{self, Api, Kind, Live, Param, Release};
use crate::seen::Seen;
use crate::settings;

/// More than this is not offered: nobody reads it.
const MOST: usize = 200;

/// One thing that Tab may put into the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is listed.
    pub shown: String,
    /// What is put into the line, quoted as needed.
    pub text: String,
}

/// What may stand at the cursor: where the replaced part begins, and the candidates.
pub fn complete(
    line: &str,
    cursor: usize,
    api: &'static Api,
    seen: &Seen,
) -> (usize, Vec<Candidate>) {
    let text = &line[..cursor];
    let Lexed {
        mut commands,
        comment,
        ..
    } = lex(text);
    if comment.is_some() {
        return (cursor, Vec::new());
    }
    let mut words = match commands.pop() {
        // After a `;` or a newline a new command begins.
        Some(words)
            if !text[words.last().map_or(0, |word| word.span.end)..].contains([';', '\n']) =>
        {
            words
        }
        _ => Vec::new(),
    };
    let current = words.pop_if(|word| word.span.end == cursor);
    let typed = current.as_ref().map(Word::text).unwrap_or_default();
    let start = current.as_ref().map_or(cursor, |word| word.span.start);
    let outline = outline(&words, api);
    let before = words.last().map(Word::text);

    let in_quotes = current.as_ref().is_some_and(Word::starts_literal);
    let mut kept = String::new();
    let mut variables = false;
    let (start, typed, all) = if let Some((flag, value)) = value_after_equals(&typed, &outline) {
        let equals = start + text[start..].find('=').map_or(0, |at| at + 1);
        let all = values(flag, None, &value, &outline, seen);
        // The flag stays as it was typed, unless a quote of it is still open.
        if lex(&text[start..equals]).open.is_none() {
            (equals, value, all)
        } else {
            kept.push_str(typed.strip_suffix(&value).unwrap_or_default());
            (start, value, all)
        }
    } else {
        variables = typed.starts_with('$') && !outline.wants_command && !in_quotes;
        let all = if variables {
            NAMES
                .iter()
                .copied()
                .chain(seen.variables())
                .map(variable)
                .collect()
        } else {
            candidates(&typed, &outline, before.as_deref(), seen)
        };
        (start, typed, all)
    };
    let wanted = comparable(&typed);
    let mut found: Vec<Candidate> = all
        .into_iter()
        .filter(|candidate| comparable(&candidate.text).starts_with(&wanted))
        .take(MOST)
        .collect();
    // A variable is one without quotes only; a name with a `$` is none within them.
    for candidate in found.iter_mut().filter(|_| !variables) {
        candidate.text = quoted(&format!("{kept}{}", candidate.text));
    }
    if let [only] = found.as_mut_slice()
        && !line[cursor..].starts_with(' ')
        && !(variables && only.text.ends_with('.'))
        && !(only.shown.ends_with(['.', '=']))
    {
        only.text.push(' ');
    }
    (start, found)
}

/// Names are compared as they are typed, hyphens as underscores.
fn comparable(text: &str) -> String {
    text.replace('-', "_")
}

/// A variable; that of the environment goes on with a name.
fn variable(name: &str) -> Candidate {
    let goes_on = if name == "env" { "." } else { "" };
    plain(&format!("${name}{goes_on}"))
}

fn plain(text: &str) -> Candidate {
    Candidate {
        shown: text.to_owned(),
        text: text.to_owned(),
    }
}

fn value_after_equals(typed: &str, outline: &Outline) -> Option<(&'static Param, String)> {
    let (flag, value) = typed.strip_prefix("--")?.split_once('=')?;
    let flag = comparable(flag);
    let param = outline
        .params()
        .into_iter()
        .find(|param| param.name == flag)?;
    Some((param, value.to_owned()))
}

fn candidates(typed: &str, outline: &Outline, before: Option<&str>, seen: &Seen) -> Vec<Candidate> {
    if typed.starts_with('-') {
        return flags(outline);
    }
    if let Some(param) = outline.open {
        let mut all = values(param, before, typed, outline, seen);
        if outline.may_end && typed.is_empty() {
            all.extend(flags(outline));
        }
        return all;
    }
    if outline.wants_command {
        let choices = outline.bare.map_or(&[][..], |param| param.kind.choices());
        return choices
            .iter()
            .copied()
            .chain(outline.names())
            .map(plain)
            .collect();
    }
    match outline.position {
        Some(param) => {
            let all = values(param, before, typed, outline, seen);
            let optional =
                all.is_empty() && typed.is_empty() && param.need != catalog::Need::Required;
            if optional { flags(outline) } else { all }
        }
        None if typed.is_empty() => flags(outline),
        None => Vec::new(),
    }
}

fn flags(outline: &Outline) -> Vec<Candidate> {
    outline
        .unused_flags()
        .map(|param| plain(&format!("--{}", param.name)))
        .collect()
}

fn values(
    param: &'static Param,
    before: Option<&str>,
    typed: &str,
    outline: &Outline,
    seen: &Seen,
) -> Vec<Candidate> {
    if param.kind == Kind::Secret {
        return Vec::new();
    }
    let body = outline.command.and_then(|command| command.route()?.body);
    if let (Kind::Sets, Some(body)) = (param.kind, body) {
        return fields(&Type::read(body), typed, outline.release());
    }
    let choices = param.kind.choices();
    if !choices.is_empty() {
        // Those of another release are not offered.
        let found = body.and_then(|body| schema::find(&Type::read(body), param.key).ok());
        let field = found
            .and_then(|found| found.field)
            .filter(|field| !field.choices.is_empty());
        let words: Option<Vec<&str>> =
            field.map(|field| field.words(Some(outline.release())).collect());
        let known = |choice: &&&str| words.as_ref().is_none_or(|words| words.contains(choice));
        return choices
            .iter()
            .filter(known)
            .map(|choice| plain(choice))
            .collect();
    }
    match param.completes {
        Some(Live::UserId) => seen
            .users()
            .map(|(id, name)| Candidate {
                shown: format!("{id} {name}"),
                text: id.to_string(),
            })
            .collect(),
        Some(Live::Username) => {
            let users = seen.users().map(|(_, name)| name);
            users.chain(seen.names(Live::Username)).map(plain).collect()
        }
        Some(Live::ConnectionId) => seen.connections().map(plain).collect(),
        Some(Live::Topic) => catalog::every()
            .map(|command| command.name)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .chain(["settings"])
            .map(plain)
            .collect(),
        Some(live @ (Live::Setting | Live::SettingValue)) => settings::completions(live, before)
            .into_iter()
            .map(plain)
            .collect(),
        Some(live) => seen.names(live).map(plain).collect(),
        None => Vec::new(),
    }
}

/// What may stand after `--set`: a path step by step, then what the field may be.
fn fields(body: &Type, typed: &str, release: Release) -> Vec<Candidate> {
    let Some((path, _)) = typed.split_once('=') else {
        let before = typed.rfind('.').map_or("", |dot| &typed[..=dot]);
        let below = schema::below(body, before, release);
        return below.iter().map(|path| plain(path)).collect();
    };
    let Ok(found) = schema::find(body, path) else {
        return Vec::new();
    };
    let words: Vec<&str> = match (&found.kind, found.field) {
        (Type::Bool, _) => vec!["true", "false"],
        (Type::Text | Type::Int, Some(field)) => field.words(Some(release)).collect(),
        _ => Vec::new(),
    };
    words
        .iter()
        .map(|word| plain(&format!("{path}={word}")))
        .collect()
}

/// The text as it is written on a line.
pub fn quoted(text: &str) -> String {
    let as_it_is = match lex(text) {
        Lexed {
            commands,
            open: None,
            comment: None,
        } => match commands.as_slice() {
            [words] => {
                words.len() == 1 && words[0].text() == text && words[0].span == (0..text.len())
            }
            _ => false,
        },
        _ => false,
    };
    // A `$` may begin a variable.
    if as_it_is && !text.contains('$') {
        return text.to_owned();
    }
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter
        .quote(text)
        .map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn texts(line: &str) -> Vec<String> {
        let mut seen = Seen::default();
        seen.learn(&json!([{"id": 7, "username": "a b"}, {"id": 71, "username": "bob"}]));
        seen.learn(&json!([{"connection_id": "c1", "username": "bob"}]));
        seen.know_variables(vec!["home".to_owned()]);
        let cursor = line.find('|').unwrap();
        let line = line.replace('|', "");
        let (start, found) = complete(&line, cursor, &catalog::APIS[0], &seen);
        found
            .into_iter()
            .map(|candidate| format!("{}{}", &line[..start], candidate.text))
            .collect()
    }

    #[test]
    fn what_tab_offers() {
        let cases: &[(&str, &[&str])] = &[
            ("close|", &["close_sftp_connection "]),
            ("ADD|", &[]),
            ("close-s|", &["close_sftp_connection "]),
            ("get_user|", &["get_user_by_id", "get_users"]),
            ("get_users --or|", &["get_users --order "]),
            (
                "get_users --order |",
                &["get_users --order ASC", "get_users --order DESC"],
            ),
            ("get_users --order=D|", &["get_users --order=DESC "]),
            ("get_users --order D| x", &["get_users --order DESC"]),
            ("get_users --limit 1 --limi|", &[]),
            ("get_users; get_q|", &["get_users; get_quota_scans "]),
            ("get_users;|", &[]),
            (
                "get_user_by_id |",
                &["get_user_by_id 7", "get_user_by_id 71"],
            ),
            ("update_user 7 b|", &["update_user 7 bob "]),
            ("start_quota_scan a|", &["start_quota_scan 'a b' "]),
            ("start_quota_scan 'a|", &["start_quota_scan 'a b' "]),
            ("close_sftp_connection |", &["close_sftp_connection c1 "]),
            ("explain close|", &["explain close_sftp_connection "]),
            ("explain get_users --of|", &["explain get_users --offset "]),
            (
                "python sftpgo_api_cli.py --deb|",
                &["python sftpgo_api_cli.py --debug "],
            ),
            ("--debug get_qu|", &["--debug get_quota_scans "]),
            ("set ti|", &["set timeout "]),
            (
                "set echo o|",
                &["set echo off", "set echo on", "set echo only"],
            ),
            ("--echo onl|", &["--echo only "]),
            ("--echo only get_v|", &[]),
            ("--echo only get_qu|", &["--echo only get_quota_scans "]),
            ("--debug o|", &["--debug on", "--debug off"]),
            (
                "add_user x --password |",
                &["add_user x --password --home_dir"],
            ),
            ("get_users # |", &[]),
            ("nosuch |", &[]),
            ("last --output c|", &["last --output compact "]),
            ("add_user $i|", &["add_user $id "]),
            ("add_user $e|", &["add_user $env."]),
            ("add_user $ho|", &["add_user $home "]),
        ];
        for (line, expected) in cases {
            let found = texts(line);
            match *expected {
                // A long list: the first is enough.
                [first] if found.len() > 1 => assert_eq!(found[0], *first, "{line}"),
                expected if line.ends_with(";|") => {
                    assert!(found.len() > 9 && expected.is_empty(), "{line}");
                }
                expected => assert_eq!(found, expected, "{line}"),
            }
        }
    }

    #[test]
    fn what_tab_offers_in_the_api_v2() {
        let mut seen = Seen::default();
        seen.learn_names(Live::Username, "username", &json!([{"username": "bob"}]));
        seen.learn_names(Live::Group, "name", &json!({"name": "devs"}));
        seen.learn_names(Live::Role, "name", &json!([{"name": "eu"}, {"name": "us"}]));
        let texts = |line: &str, api| -> Vec<String> {
            let (start, found) = complete(line, line.len(), api, &seen);
            let text = |candidate: Candidate| format!("{}{}", &line[..start], candidate.text);
            found.into_iter().map(text).collect()
        };
        let newest = catalog::api("v2").expect("a generation");
        let cases: &[(&str, &[&str])] = &[
            ("get_user_by_username |", &["get_user_by_username bob "]),
            ("delete_group d|", &["delete_group devs "]),
            (
                "add_user x --role |",
                &["add_user x --role eu", "add_user x --role us"],
            ),
            (
                "add_user x --set filesy|",
                &["add_user x --set filesystem."],
            ),
            (
                "add_user x --set filesystem.s3config.access_|",
                &[
                    "add_user x --set filesystem.s3config.access_key=",
                    "add_user x --set filesystem.s3config.access_secret=",
                ],
            ),
            (
                "add_user x --set filesystem.provider=s|",
                &[
                    "add_user x --set filesystem.provider=s3",
                    "add_user x --set filesystem.provider=sftp",
                ],
            ),
            (
                "add_user x --set uid=1 filters.is_an|",
                &["add_user x --set uid=1 filters.is_anonymous="],
            ),
            (
                "add_user x --set=filters.is_anonymous=t|",
                &["add_user x --set=filters.is_anonymous=true "],
            ),
            (
                "add_user x --set virtual_folders[0].quota_s|",
                &["add_user x --set virtual_folders[0].quota_size="],
            ),
            ("add_user x --set used_q|", &[]),
            ("add_user x --status e|", &["add_user x --status enabled "]),
            ("get_ip_list_entries a|", &["get_ip_list_entries allow "]),
            (
                "add_admin x --permissions manage_|",
                &[
                    "add_admin x --permissions manage_folders",
                    "add_admin x --permissions manage_groups",
                    "add_admin x --permissions manage_defender",
                ],
            ),
            ("get_ban|", &[]),
            ("edit us|", &["edit user "]),
            ("edit event_r|", &["edit event_rule "]),
            ("edit user |", &["edit user bob "]),
            ("edit update_group d|", &["edit update_group devs "]),
            ("edit user bob --|", &["edit user bob --disconnect "]),
            ("edit user bob --s|", &[]),
            ("edit get|", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(
                texts(line.trim_end_matches('|'), newest),
                *expected,
                "{line}"
            );
        }
        let older = catalog::at("v2", Release::new(2, 3, 6));
        assert_eq!(texts("get_ban", older), ["get_ban_time "]);
        assert!(texts("get_rol", older).is_empty());
        assert!(texts("add_user x --set role", older).is_empty());
    }

    #[test]
    fn every_key_is_answered_at_once() {
        let api = catalog::api("v2").expect("a generation");
        let seen = Seen::default();
        for command in catalog::commands(api) {
            let all = complete(
                &format!("{} --set ", command.name),
                command.name.len() + 7,
                api,
                &seen,
            )
            .1;
            let sets = command.params.iter().any(|param| param.kind == Kind::Sets);
            assert_eq!(
                sets,
                all.iter().any(|found| found.text.ends_with(['=', '.'])),
                "{}",
                command.name
            );
        }
    }

    #[test]
    fn a_flag_is_offered_once() {
        let found = texts("get_users --limit 1 |");
        assert_eq!(
            found,
            [
                "get_users --limit 1 --offset",
                "get_users --limit 1 --order",
                "get_users --limit 1 --username"
            ]
        );
    }
}
