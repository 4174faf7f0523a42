//! `help --search`: what the help says about some words.

use super::columns;
use crate::catalog::schema::{self, Type};
use crate::catalog::{self, Api, Line, Param, TOPICS};
use crate::error::Error;
use crate::settings::program_flags;
use crate::text::words::shortened;

/// A row of the result: a name and what it is.
type Row = (String, String);

/// The page for words that all have to be there, in any case of letters.
pub(super) fn page(words: &str, api: &'static Api) -> Result<String, Error> {
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has = |texts: &[&str]| {
        let text = texts.join(" ").to_lowercase();
        // A name is found by its words as well.
        let spaced = text.replace(['_', '-'], " ");
        let is_there = |word: &String| text.contains(word) || spaced.contains(word);
        wanted.iter().all(is_there)
    };
    let sections: [(&str, Vec<Row>); 5] = [
        ("commands", commands(api, &has)),
        ("arguments", arguments(api, &has)),
        ("fields", fields(api, &has)),
        ("settings and startup flags", flags(&has)),
        ("topics", topics(&has)),
    ];
    let mut text = String::new();
    for (title, rows) in sections.iter().filter(|(_, rows)| !rows.is_empty()) {
        let between = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{between}{title}\n{}", columns(rows)));
    }
    if wanted.is_empty() {
        return Err(Error::typed("`help --search` needs a word"));
    }
    if text.is_empty() {
        return Err(
            Error::local(format!("no help found for `{}`", shortened(words)))
                .hint("`help` lists the commands and topics"),
        );
    }
    Ok(text)
}

type Has<'a> = &'a dyn Fn(&[&str]) -> bool;

fn commands(api: &'static Api, has: Has) -> Vec<Row> {
    let found = catalog::commands(api).filter(|command| {
        let aliases = command.aliases.join(" ");
        has(&[command.name, &aliases, command.short, command.long])
    });
    found
        .map(|command| (command.name.to_owned(), command.short.to_owned()))
        .collect()
}

/// The arguments of the commands; the same one of several commands is one row.
fn arguments(api: &'static Api, has: Has) -> Vec<Row> {
    let mut rows: Vec<(Row, &str, usize)> = Vec::new();
    for command in catalog::commands(api) {
        let shown = |param: &&Param| matches!(param.line, Line::Position | Line::Flag);
        for param in command.params_in(api.release).filter(shown) {
            if !has(&[param.name, param.help]) {
                continue;
            }
            let row = (param.shown(), param.help.to_owned());
            match rows.iter_mut().find(|(known, ..)| *known == row) {
                Some((.., times)) => *times += 1,
                None => rows.push((row, command.name, 1)),
            }
        }
    }
    rows.into_iter()
        .map(|((name, help), command, times)| match times {
            1 => (name, format!("{help} (`{command}`)")),
            _ => (name, format!("{help} (`{command}` and {} more)", times - 1)),
        })
        .collect()
}

fn fields(api: &'static Api, has: Has) -> Vec<Row> {
    let mut rows = Vec::new();
    for command in catalog::Target::One.rows(api) {
        let Some(body) = command.route().and_then(|route| route.body).map(Type::read) else {
            continue;
        };
        for path in schema::paths(&body, Some(api.release)) {
            let found = schema::found(&body, &path).and_then(|found| found.field);
            let Some(field) = found.filter(|field| has(&[field.name, field.help])) else {
                continue;
            };
            rows.push((format!("{}.{path}", command.noun()), field.help.to_owned()));
        }
        let of_server = schema::read_only(&body, api.release);
        for field in of_server.filter(|field| has(&[field.name, field.help])) {
            let name = format!("{}.{}", command.noun(), field.name);
            rows.push((name, format!("{} (set by the server)", field.help)));
        }
    }
    rows
}

fn flags(has: Has) -> Vec<Row> {
    let found = program_flags().filter(|param| has(&[param.name, param.help]));
    found
        .map(|param| (param.flag(), param.help.to_owned()))
        .collect()
}

fn topics(has: Has) -> Vec<Row> {
    let found = TOPICS.iter().filter(|topic| has(&[topic.text]));
    found
        .map(|topic| (topic.name.to_owned(), topic.title().to_owned()))
        .collect()
}
