//! The pages of topics and of headings, and what is near to a mistyped one.

use super::{columns, group_rows, groups};
use crate::catalog::{Api, Command, Group, TOPICS, Topic, find};
use crate::error::Error;
use crate::line::variables::Arg;
use crate::text::near::near;
use crate::text::words::{did_you_mean, shortened};

/// The words of a topic as one.
pub(in crate::command) fn words(args: &[Arg]) -> String {
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    words.join("_").to_lowercase()
}

/// The commands below a heading of an API.
pub(in crate::command) fn heading(
    word: &str,
    api: &'static Api,
) -> Option<(&'static Group, Vec<&'static Command>)> {
    let titled = Group::titled(word)?;
    groups(api).find(|(group, _)| **group == titled)
}

/// The page of a topic, of a heading, or of both.
pub(super) fn page(word: &str, api: &'static Api) -> Option<String> {
    let mut text = Topic::named(word).map_or_else(String::new, |topic| topic.text.to_owned());
    if let Some((group, commands)) = heading(word, api) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n{}", group.title(), group_rows(&commands, 0)));
        if let Some(command) = find(api, word) {
            let name = command.name;
            text.push_str(&format!(
                "\n`{word}` is also short for `{name}`: `help {name}` describes it.\n"
            ));
        }
    }
    if text.is_empty() {
        return None;
    }
    text.push_str(&format!("\n`cheat {word}` prints lines to copy.\n"));
    Some(text)
}

/// All topics with their titles.
pub(in crate::command) fn list() -> String {
    let rows = TOPICS
        .iter()
        .map(|topic| (topic.name.to_owned(), topic.title().to_owned()));
    format!("topics\n{}", columns(&rows.collect::<Vec<_>>()))
}

/// The topics and headings near to a word.
pub(in crate::command) fn near_to(word: &str, api: &'static Api) -> Vec<String> {
    let headings: Vec<String> = groups(api).map(|(group, _)| group.word()).collect();
    let topics = TOPICS.iter().map(|topic| topic.name);
    let all = topics.chain(headings.iter().map(String::as_str));
    near(word, all).into_iter().map(str::to_owned).collect()
}

/// The error for an unknown word; `otherwise` is the hint if nothing is near.
pub(in crate::command) fn unknown(
    what: &str,
    word: &str,
    near: &[String],
    otherwise: &str,
) -> Error {
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let hint = match near.as_slice() {
        [] => otherwise.to_owned(),
        near => did_you_mean(near),
    };
    Error::typed(format!("unknown {what} `{}`", shortened(word))).hint(hint)
}
