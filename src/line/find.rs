//! Finds the row that a word names; otherwise says what was meant.

use super::variables::Arg;
use crate::catalog::{self, Api, Command, Need, Param, Target, Verb};
use crate::error::Error;
use crate::text::near::near;
use crate::text::words::{ODD_BLANK, did_you_mean, has_odd_blank, shortened, ticked};

/// The row with this name; otherwise an error with similar names or a replacement.
pub fn find(name: &Arg, api: &'static Api) -> Result<&'static Command, Error> {
    let word = name.text.as_str();
    if let Some(command) = catalog::find(api, word) {
        return Ok(command);
    }
    if let Some(command) = catalog::find_elsewhere(api, word) {
        return Err(elsewhere(command, api).at(name.span.clone()));
    }
    // A write is not what someone means who typed another word.
    let is_meant = |command: &&Command| match command.verb() {
        Some(Verb::Raw(method)) if method.writes() => command.name.starts_with(first(word)),
        _ => true,
    };
    let meant = catalog::commands(api).filter(is_meant);
    let meant = meant.flat_map(|row| [row.name].into_iter().chain(row.short_words()));
    let names = near(word, meant);
    let hint = if let Some(profile) = word.strip_prefix('@') {
        format!("`connect @{profile}` changes to that profile")
    } else if has_odd_blank(word) {
        ODD_BLANK.to_owned()
    } else if names.is_empty() {
        "`help` lists the commands".to_owned()
    } else {
        did_you_mean(&names)
    };
    Err(
        Error::typed(format!("unknown command `{}`", shortened(word)))
            .hint(hint)
            .at(name.span.clone()),
    )
}

/// The command that a word after `outer` names, such as `edit`; otherwise an error with
/// similar names or a replacement.
pub(super) fn target(
    name: &Arg,
    (outer, target): (&str, Target),
    api: &'static Api,
) -> Result<&'static Command, Error> {
    let word = name.text.as_str();
    if let Some(command) = target.find(api, word) {
        return Ok(command);
    }
    let (change, at) = (target.command_of(word), name.span.clone());
    if let Some(command) = catalog::find(api, &change).or_else(|| catalog::find(api, word)) {
        let name = command.name;
        let cannot = match target {
            Target::One => "cannot be edited",
            Target::Two => "cannot be compared",
            Target::New => "does not add an object that can be written in an editor",
        };
        return Err(
            Error::typed(format!("`{name}` {cannot} in API `{}`", api.name))
                .hint(format!("`help {name}` describes it"))
                .at(at),
        );
    }
    if catalog::find_elsewhere(api, &change).is_some() {
        let mut name = name.clone();
        name.text = change;
        find(&name, api)?;
    }
    let names = near(word, target.rows(api).map(Command::noun));
    if names.is_empty() {
        return Err(no_target((outer, target), api).at(at));
    }
    Err(
        Error::typed(format!("`{outer}` does not know `{}`", shortened(word)))
            .hint(did_you_mean(&names))
            .at(at),
    )
}

/// The error if no object is named.
pub(super) fn no_target((outer, target): (&str, Target), api: &'static Api) -> Error {
    let nouns: Vec<&str> = target.rows(api).map(Command::noun).collect();
    let can = match target {
        Target::One => "edit",
        Target::Two => "compare",
        Target::New => "add",
    };
    if nouns.is_empty() {
        let has = catalog::APIS
            .iter()
            .find(|api| target.rows(api).next().is_some());
        let there = has.map_or("v2", |api| api.name);
        let what = match target {
            Target::One => "has no editable objects".to_owned(),
            _ => format!("has no objects that `{outer}` can {can}"),
        };
        return Error::typed(format!("API `{}` {what}", api.name)).hint(format!(
            "`update_user` changes the fields you give; `set api {there}` if your server uses that API"
        ));
    }
    Error::typed(format!("`{outer}` needs the type of the object to {can}"))
        .hint(format!("it can {can} {}", ticked(&nouns)))
}

/// The error for a command that this release lacks, with its replacement.
fn elsewhere(command: &'static Command, api: &'static Api) -> Error {
    let name = command.name;
    let here = command
        .counterpart
        .and_then(|name| catalog::find(api, name));
    // Where ids no longer exist, a name is typed.
    let by_id = |command: &Command| {
        command
            .params
            .iter()
            .any(|param| param.need == Need::LastUserId)
    };
    let shown = here.map(|here| {
        let named = by_id(command) && !by_id(here);
        let positions = here
            .params_in(api.release)
            .filter(|param| named && matches!(param.need, Need::Required | Need::LastUsername));
        let words: Vec<String> = positions.map(Param::shown).collect();
        let line = [&[here.name.to_owned()], words.as_slice()]
            .concat()
            .join(" ");
        if named {
            format!("this API identifies users by name: `{line}`")
        } else {
            format!("use `{line}`")
        }
    });
    if command.span.overlaps(api.span) {
        let what = format!("`{name}`");
        let error = Error::typed(catalog::unavailable(&what, command.span, api.release));
        return match shown {
            Some(shown) => error.hint(shown),
            None => error,
        };
    }
    let there = catalog::generation(command).name;
    Error::typed(format!("`{name}` is not in the API `{}`", api.name)).hint(match shown {
        Some(shown) => format!("{shown}; `set api {there}` if your server uses that API"),
        None => format!("it is in `{there}`: `set api {there}`, or start with `--api {there}`"),
    })
}

fn first(word: &str) -> &str {
    let end = word.chars().next().map_or(0, char::len_utf8);
    &word[..end]
}
