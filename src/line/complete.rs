//! Tab completion. A pure function of the line, the cursor, the table and the
//! names seen in this session.

mod condition;

use super::outline::{Outline, outline};
use super::redirect;
use crate::catalog::VARIABLES;
use crate::catalog::schema::{self, Type};
use crate::catalog::{self, Api, Kind, Live, Param, Release};
use crate::line::completion_cache::CompletionCache;
use crate::settings;
use crate::text::lex::{Lexed, Word, lex};
use crate::text::operator::Operator;
use crate::text::words::quoted;

/// The maximum number of candidates.
const MOST: usize = 200;

/// One candidate.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text in the list.
    pub shown: String,
    /// The text for the line, quoted as needed.
    pub text: String,
}

impl std::fmt::Debug for Candidate {
    /// Without the text: it repeats what was typed, which may be part of a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Candidate({} bytes)", self.text.len())
    }
}

/// The candidates at the cursor, and where the replaced part begins.
pub fn complete(
    line: &str,
    cursor: usize,
    api: &'static Api,
    cache: &CompletionCache,
) -> (usize, Vec<Candidate>) {
    let Some(mut words) = words_before(&line[..cursor]) else {
        return (cursor, Vec::new());
    };
    let current = words.pop_if(|word| word.span.end == cursor);
    let typed = current.as_ref().map(Word::text).unwrap_or_default();
    let start = current.as_ref().map_or(cursor, |word| word.span.start);
    if let Some(to) = redirect::parts(&words, api).1.split_first() {
        return (start, redirected(to, &typed, cache));
    }
    let outline = outline(&words, api);
    if let Some(found) = condition::complete(&line[..cursor], start, &typed, &outline) {
        return found;
    }
    let before = words.last().map(Word::text);

    let in_quotes = current.as_ref().is_some_and(Word::starts_literal);
    let mut kept = String::new();
    let mut variables = false;
    let (start, typed, all) = if let Some((flag, value)) = value_after_equals(&typed, &outline) {
        let equals = start + line[start..cursor].find('=').map_or(0, |at| at + 1);
        let all = values(flag, None, &value, &outline, cache);
        // The flag is kept as typed, unless it has an open quote.
        if lex(&line[start..equals]).open.is_none() {
            (equals, value, all)
        } else {
            kept.push_str(typed.strip_suffix(&value).unwrap_or_default());
            (start, value, all)
        }
    } else {
        variables = typed.starts_with('$') && !outline.wants_command && !in_quotes;
        let all = if variables {
            VARIABLES
                .iter()
                .copied()
                .chain(cache.variables())
                .map(variable)
                .collect()
        } else {
            candidates(&typed, &outline, before.as_deref(), cache)
        };
        (start, typed, all)
    };
    let wanted = comparable(&typed);
    let mut found: Vec<Candidate> = all
        .into_iter()
        .filter(|candidate| comparable(&candidate.text).starts_with(&wanted))
        .take(MOST)
        .collect();
    // Variables exist only outside quotes; inside them a name with a `$` is plain text.
    for candidate in found.iter_mut().filter(|_| !variables) {
        candidate.text = quoted(&format!("{kept}{}", candidate.text));
    }
    if let [only] = found.as_mut_slice()
        && !line[cursor..].starts_with(' ')
        && !(variables && only.text.ends_with('.'))
        && !(only.shown.ends_with(['.', '=', '/']))
    {
        only.text.push(' ');
    }
    (start, found)
}

/// The words of the command that a text ends in; `None` in a comment.
fn words_before(text: &str) -> Option<Vec<Word>> {
    let Lexed {
        mut commands,
        comment,
        ..
    } = lex(text);
    if comment.is_some() {
        return None;
    }
    // After a `;` or a newline a new command begins.
    let is_open = |words: &Vec<Word>| {
        let end = words.last().map_or(0, |word| word.span.end);
        !text[end..].contains([';', '\n'])
    };
    Some(commands.pop().filter(is_open).unwrap_or_default())
}

/// The candidates after an operator: those of a file, if its name comes next.
fn redirected(
    (first, more): (&Word, &[Word]),
    typed: &str,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    let is_file = matches!(
        Operator::of(first),
        Some(Operator::Write | Operator::Append)
    );
    let is_next = more.is_empty() && first.text().chars().all(|c| c == '>');
    if !is_file || !is_next {
        return Vec::new();
    }
    let mut found = files("", typed, cache);
    for candidate in &mut found {
        candidate.text = quoted(&candidate.text);
    }
    if let [only] = found.as_mut_slice()
        && !only.shown.ends_with('/')
    {
        only.text.push(' ');
    }
    found
}

/// Names are compared as typed, with hyphens as underscores.
fn comparable(text: &str) -> String {
    text.replace('-', "_")
}

/// A variable; `env` is followed by a name.
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
    Some((outline.flag_called(&flag)?, value.to_owned()))
}

fn candidates(
    typed: &str,
    outline: &Outline,
    before: Option<&str>,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    if typed.starts_with('-') {
        let own = flags(outline);
        let typed = comparable(typed);
        let fits = |candidate: &Candidate| comparable(&candidate.text).starts_with(&typed);
        // The settings come last: only if no flag of the command matches.
        return if own.iter().any(fits) {
            own
        } else {
            let unused = |param: &&Param| !outline.used.contains(&param.name);
            outline
                .settings()
                .filter(unused)
                .map(|param| plain(&param.flag()))
                .collect()
        };
    }
    if let Some(param) = outline.open {
        let mut all = values(param, before, typed, outline, cache);
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
            let all = values(param, before, typed, outline, cache);
            let optional =
                all.is_empty() && typed.is_empty() && param.need != catalog::Need::Required;
            if optional { flags(outline) } else { all }
        }
        None if typed.is_empty() => flags(outline),
        None if outline.bare.is_some() => {
            let choices = outline.bare.map_or(&[][..], |param| param.kind.choices());
            choices.iter().copied().map(plain).collect()
        }
        None => Vec::new(),
    }
}

fn flags(outline: &Outline) -> Vec<Candidate> {
    outline
        .unused_flags()
        .map(|param| plain(&param.flag()))
        .collect()
}

fn values(
    param: &'static Param,
    before: Option<&str>,
    typed: &str,
    outline: &Outline,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    if param.kind == Kind::Secret {
        return Vec::new();
    }
    let body = outline.command.and_then(|command| command.route()?.body);
    if let (Kind::Sets, Some(body)) = (param.kind, body) {
        return fields(&Type::read(body), typed, outline.release(), cache);
    }
    if condition::is_sort(param.name) {
        return condition::sort_fields(typed, outline).unwrap_or_default();
    }
    if param.kind == Kind::Json {
        let (at, file) = match typed.strip_prefix('@') {
            Some(file) => ("@", file),
            None => ("", typed),
        };
        let is_text = file.starts_with(['{', '[', '"']) || typed.is_empty();
        return if is_text {
            Vec::new()
        } else {
            files(at, file, cache)
        };
    }
    if !param.kind.choices().is_empty() {
        return choices(param, body, typed, outline);
    }
    live(param, before, typed, cache)
}

/// The words that a parameter accepts in this release.
fn choices(
    param: &'static Param,
    body: Option<&'static str>,
    typed: &str,
    outline: &Outline,
) -> Vec<Candidate> {
    let found = body.and_then(|body| schema::found(&Type::read(body), param.key));
    let field = found
        .and_then(|found| found.field)
        .filter(|field| !field.choices.is_empty());
    let words: Option<Vec<&str>> =
        field.map(|field| field.words(Some(outline.release())).collect());
    let known = |choice: &&&str| words.as_ref().is_none_or(|words| words.contains(choice));
    // After a comma another one begins: `users,gr`, `/in=upload,li`.
    let begun = typed.rfind([',', '=']).filter(|_| param.kind.is_many());
    let begun = begun.map_or("", |at| &typed[..=at]);
    let choices = param.kind.choices().iter().filter(known);
    choices
        .map(|choice| plain(&format!("{begun}{choice}")))
        .collect()
}

/// Names and ids of objects, and whatever else a parameter is completed by.
fn live(
    param: &'static Param,
    before: Option<&str>,
    typed: &str,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    match param.completes {
        Some(Live::UserId) => cache
            .users()
            .map(|(id, name)| Candidate {
                shown: format!("{id} {name}"),
                text: id.to_string(),
            })
            .collect(),
        Some(Live::Username) => {
            let users = cache.users().map(|(_, name)| name);
            users
                .chain(cache.names(Live::Username))
                .map(plain)
                .collect()
        }
        Some(Live::ConnectionId) => cache.connections().map(plain).collect(),
        Some(Live::Topic) => catalog::every()
            .map(|command| command.name)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .chain(["settings", "flags"])
            .map(plain)
            .collect(),
        Some(live @ (Live::Setting | Live::SettingValue)) => settings::completions(live, before)
            .into_iter()
            .map(plain)
            .collect(),
        Some(Live::File) => files("", typed, cache),
        Some(live) => cache.names(live).map(plain).collect(),
        None => Vec::new(),
    }
}

/// The files with this prefix in their names, each after `before`.
fn files(before: &str, typed: &str, cache: &CompletionCache) -> Vec<Candidate> {
    let all = cache.files(typed).into_iter();
    all.map(|file| plain(&format!("{before}{file}"))).collect()
}

/// The candidates after `--set`: a path step by step, then the values of the field.
fn fields(body: &Type, typed: &str, release: Release, cache: &CompletionCache) -> Vec<Candidate> {
    let Some((path, value)) = typed.split_once('=') else {
        let before = typed.rfind('.').map_or("", |dot| &typed[..=dot]);
        let below = schema::below(body, before, release);
        return below.iter().map(|path| plain(path)).collect();
    };
    let Ok(found) = schema::find(body, path) else {
        return Vec::new();
    };
    if let Some(file) = value.strip_prefix('@')
        && (found.kind != Type::Text || found.is_secret())
    {
        return files(&format!("{path}=@"), file, cache);
    }
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

#[cfg(test)]
mod tests;
