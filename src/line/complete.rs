//! Tab completion. A pure function of the line, the cursor, the table and the
//! names seen in this session.

mod arguments;
mod fields;
mod kinds;
mod view;

pub use self::arguments::{arguments, given};
use self::fields::fields;
use self::kinds::{files, live, servers};
pub use super::offer::{Candidate, Completion, Offer};
use super::offer::{Dashed, Form, comparable};
use super::outline::{Outline, outline};
use super::redirect;
use crate::catalog::VARIABLES;
use crate::catalog::many::PARAMS as MANY;
use crate::catalog::schema::{self, Type};
use crate::catalog::upsert::IF_MISSING;
use crate::catalog::{self, Api, Kind, Live, Param};
use crate::line::completion_cache::CompletionCache;
use crate::text::lex::{Lexed, Word, lex};
use crate::text::operator::Operator;

/// The candidates at the cursor, and where the replaced part begins.
pub fn complete(
    line: &str,
    cursor: usize,
    api: &'static Api,
    cache: &CompletionCache,
) -> (usize, Vec<Candidate>) {
    let found = offer(line, cursor, api, cache).complete();
    (found.start, found.candidates)
}

/// What may stand at the cursor.
pub fn offer(line: &str, cursor: usize, api: &'static Api, cache: &CompletionCache) -> Offer {
    let Some(mut words) = words_before(&line[..cursor]) else {
        return Offer {
            start: cursor,
            ..Offer::default()
        };
    };
    let current = words.pop_if(|word| word.span.end == cursor);
    let typed = current.as_ref().map(Word::text).unwrap_or_default();
    let start = current.as_ref().map_or(cursor, |word| word.span.start);
    let is_first = words.is_empty();
    let words = cache.aliases().begun(words);
    if let Some(to) = redirect::parts(&words, api).1.split_first() {
        return redirected(to, start, typed, cache);
    }
    let outline = outline(&words, api);
    if let Some(offer) = view::offer(&line[..cursor], start, &typed, &outline) {
        return offer;
    }

    let in_quotes = current.as_ref().is_some_and(Word::starts_literal);
    let is_variable = typed.starts_with('$') && !outline.wants_command && !in_quotes;
    let mut offer = if let Some((param, value)) = value_after_equals(&typed, &outline) {
        let own = values(param, None, &value, &outline, cache);
        let offer = Offer {
            own,
            ..Offer::at(start, String::new()).with_names(names_of(param), cache)
        };
        let offer = after_equals(offer, (&line[start..cursor], &typed), value);
        inside_item(offer, Some(param), &line[..cursor])
    } else if is_variable {
        let all = VARIABLES.iter().copied().chain(cache.variables());
        Offer {
            own: all.map(variable).collect(),
            form: Form {
                is_bare: true,
                ..Form::default()
            },
            ..Offer::at(start, typed)
        }
    } else {
        let mut offer = word((start, typed), &outline, &words, cache);
        if is_first {
            let aliases = cache.aliases().iter();
            offer
                .own
                .extend(aliases.map(|(name, text)| described(name, text)));
        }
        in_place(offer, &outline, (&words, line, cursor))
    };
    line[offer.start..cursor].clone_into(&mut offer.typed.raw);
    offer.typed.before_blank = line[cursor..].starts_with(' ');
    offer
}

/// The place of a word of its own: in an item of a list, or after its flag.
fn in_place(
    offer: Offer,
    outline: &Outline,
    (words, line, cursor): (&[Word], &str, usize),
) -> Offer {
    let start = offer.start;
    let item = value_at(&offer.typed.value, outline);
    let offer = inside_item(offer, item, &line[..cursor]);
    if offer.start != start {
        return offer;
    }
    let gap = words.last().map_or("", |word| &line[word.span.end..start]);
    offer.joined_to_flag(gap)
}

/// A word of its own at the cursor: a flag, a value or a name.
fn word(
    (start, typed): (usize, String),
    outline: &Outline,
    words: &[Word],
    cache: &CompletionCache,
) -> Offer {
    let before = words.last().map(Word::text);
    let own = candidates(&typed, outline, before.as_deref(), cache);
    let names = value_at(&typed, outline).and_then(names_of);
    let offer = Offer::at(start, typed).with_names(names, cache);
    // A flag is being typed: no name is waited for.
    let is_flag = begins_flag(&offer.typed.value, outline);
    let dashed = if is_flag && names.is_none() {
        Dashed::AsItIs
    } else {
        dashed(outline)
    };
    Offer {
        own,
        live: names.filter(|_| !is_flag),
        form: Form {
            dashed,
            ..Form::default()
        },
        ..offer
    }
}

/// The place of a value after `--flag=`: the flag is kept as typed, unless it has an open
/// quote.
fn after_equals(offer: Offer, (raw, typed): (&str, &str), value: String) -> Offer {
    let equals = raw.find('=').map_or(0, |at| at + 1);
    let mut offer = offer;
    if lex(&raw[..equals]).open.is_none() {
        offer.start += equals;
    } else {
        let flag = typed.strip_suffix(&value).unwrap_or_default();
        flag.clone_into(&mut offer.form.kept);
    }
    offer.typed.value = value;
    offer
}

/// The place of a name in a word of a list: after `+` or `-`, after the path of a folder.
fn inside_item(offer: Offer, param: Option<&'static Param>, before: &str) -> Offer {
    let value = &offer.typed.value;
    let named = param.filter(|_| offer.names.is_some() && before.ends_with(value.as_str()));
    let at = match named {
        Some(param) if param.kind == Kind::List(&[]) && param.place.in_body() => {
            param.items.name_start(value)
        }
        _ => 0,
    };
    if at == 0 || !offer.form.kept.is_empty() {
        return offer;
    }
    let mut offer = offer;
    offer.start += at;
    offer.typed.value.drain(..at);
    offer.form.dashed = Dashed::AsItIs;
    offer
}

/// The parameter whose value is at the cursor.
fn value_at(typed: &str, outline: &Outline) -> Option<&'static Param> {
    match outline.open {
        Some(_) if begins_flag(typed, outline) => None,
        // A name that begins with a dash stands after `--`.
        open => open.or(outline.position_of(typed)),
    }
}

/// Whether the word at the cursor is the beginning of a flag, if it is not a name that begins
/// so. After a flag that needs a value, `-` begins the value.
fn begins_flag(typed: &str, outline: &Outline) -> bool {
    if outline.edits_list(typed).is_some() {
        return false;
    }
    let needs_value = outline.open.is_some() && !outline.may_end;
    let dashes = if needs_value { "--" } else { "-" };
    typed.starts_with(dashes) && !outline.has_ended_flags()
}

/// How a value that begins with `-` can be given.
fn dashed(outline: &Outline) -> Dashed {
    match outline.open {
        _ if outline.has_ended_flags() => Dashed::AsItIs,
        None => Dashed::AfterDashes,
        // Only the first value can stand after a `=`.
        Some(param) if outline.may_end || param.words > 0 => Dashed::Never,
        Some(_) => Dashed::AfterEquals,
    }
}

/// The kind of names on the server that complete a parameter.
fn names_of(param: &'static Param) -> Option<Live> {
    let has_own = param.kind == Kind::Secret || !param.kind.choices().is_empty();
    param
        .completes
        .filter(|live| !has_own && live.is_on_server())
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

/// What may stand after an operator: a file, if its name comes next.
fn redirected(
    (first, more): (&Word, &[Word]),
    start: usize,
    typed: String,
    cache: &CompletionCache,
) -> Offer {
    let is_file = matches!(
        Operator::of(first),
        Some(Operator::Write | Operator::Append)
    );
    let is_next = more.is_empty() && first.text().chars().all(|c| c == '>');
    let own = if is_file && is_next {
        files("", &typed, cache)
    } else {
        Vec::new()
    };
    Offer {
        own,
        ..Offer::at(start, typed)
    }
}

/// A variable; `env` is followed by a name.
fn variable(name: &str) -> Candidate {
    let goes_on = if name == "env" { "." } else { "" };
    plain(&format!("${name}{goes_on}"))
}

fn plain(text: &str) -> Candidate {
    described(text, "")
}

/// A candidate, and the first sentence of what the table says of it.
fn described(text: &str, about: &str) -> Candidate {
    let about = about.split_once(". ").map_or(about, |(first, _)| first);
    Candidate {
        shown: text.to_owned(),
        text: text.to_owned(),
        about: about.to_owned(),
    }
}

fn flag(param: &Param) -> Candidate {
    described(&param.flag(), param.help)
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
    if begins_flag(typed, outline) {
        let mut own = flags(outline);
        let typed = comparable(typed);
        let fits = |candidate: &Candidate| comparable(&candidate.text).starts_with(&typed);
        // The settings come last: only if no flag of the command begins so.
        if !own.iter().any(fits) {
            let unused = |param: &&Param| !outline.used.contains(&param.name);
            own.extend(outline.settings().filter(unused).map(flag));
        }
        return own;
    }
    if let Some(param) = outline.open {
        let mut all = values(param, before, typed, outline, cache);
        if outline.may_end && typed.is_empty() {
            all.extend(flags(outline));
        }
        return all;
    }
    if let Some(param) = outline.servers_before_command() {
        return values(param, before, typed, outline, cache);
    }
    if outline.wants_command {
        let choices = outline.bare.map_or(&[][..], |param| param.kind.choices());
        // `on` is both.
        let is_new = |one: &Candidate| !choices.contains(&one.text.as_str());
        let commands = commands(outline).filter(is_new);
        return choices.iter().copied().map(plain).chain(commands).collect();
    }
    match outline.position_of(typed) {
        Some(param) => {
            let all = values(param, before, typed, outline, cache);
            let has_names = names_of(param).is_some_and(|live| !cache.names(live).is_empty());
            let is_empty = all.is_empty() && !has_names && typed.is_empty();
            let optional = is_empty && param.need != catalog::Need::Required;
            if optional {
                let rare = MANY.iter().chain(IF_MISSING);
                let many = |one: &Candidate| rare.clone().any(|rare| rare.flag() == one.text);
                flags(outline)
                    .into_iter()
                    .filter(|one| !many(one))
                    .collect()
            } else {
                all
            }
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
    outline.unused_flags().map(flag).collect()
}

/// The commands that may come next.
fn commands(outline: &Outline) -> impl Iterator<Item = Candidate> {
    let rows = outline.commands();
    rows.map(|(name, command)| described(name, command.short))
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
    if param.name == catalog::COLUMNS_PARAM {
        let route = outline.command.and_then(catalog::Command::route);
        let object = match route {
            Some(route) => route.object(),
            None => cache.answer(),
        };
        let paths = |object| view::columns(object, typed, outline.release());
        return object.map(paths).unwrap_or_default();
    }
    let body = outline.command.and_then(|command| command.route()?.body);
    if let (Kind::Sets, Some(body)) = (param.kind, body) {
        return fields(&Type::read(body), typed, outline.release(), cache);
    }
    if view::is_sort(param.name) {
        return view::sort_fields(typed, outline).unwrap_or_default();
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
        return choices(param, typed, outline);
    }
    live(param, before, typed, cache)
}

/// The words that a parameter accepts in this release.
fn choices(param: &'static Param, typed: &str, outline: &Outline) -> Vec<Candidate> {
    let of_table = outline
        .command
        .map(|command| schema::choices_of(command, param));
    let of_table = of_table.unwrap_or_default();
    let meaning = |word: &str| of_table.iter().find(|choice| choice.word == word);
    let has = |choice: &schema::Choice| choice.span.holds(outline.release());
    let known = |word: &&&str| of_table.is_empty() || meaning(word).is_some_and(has);
    // After a comma another one begins: `users,gr`, `/in=upload,li`.
    let begun = typed.rfind([',', '=']).filter(|_| param.kind.is_many());
    let begun = begun.map_or(0, |at| at + 1);
    // And after `+` or `-` an item to add or to take out.
    let edits = outline.command.is_some_and(|command| command.edits(param));
    let sign = typed[begun..].starts_with(['+', '-']) && edits;
    let begun = &typed[..begun + usize::from(sign)];
    let choices = param.kind.choices().iter().filter(known);
    choices
        .map(|word| Candidate {
            about: meaning(word).map_or_else(|| choice(word).about, |one| one.means.to_owned()),
            ..plain(&format!("{begun}{word}"))
        })
        .collect()
}

/// A choice, with what it means, if the table says so.
fn choice(word: &str) -> Candidate {
    described(word, catalog::api(word).map_or("", |api| api.servers))
}

#[cfg(test)]
mod tests;
