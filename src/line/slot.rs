//! The values of a command's parameters, from the words that clap assigned to them.

use super::call::{Slot, ValueOrigin};
use super::change;
use super::complaint::{bad_value, long_dash, place};
use super::variables::Arg;
use crate::catalog::{Api, Command, Kind, Line, Need, Param, Value};
use crate::error::Error;
use clap::ArgMatches;
use std::collections::HashMap;

/// The words given by position, in their order: required ones come
/// first, so that in `[ID] USERNAME` a single word is the username; and the required
/// ones that are missing.
pub(super) fn positions<'a>(
    (command, api): (&'static Command, &'static Api),
    matches: &'a ArgMatches,
) -> (HashMap<&'static str, &'a str>, Vec<&'static Param>) {
    let params: Vec<_> = command
        .params_in(api.release)
        .filter(|param| param.line == Line::Position)
        .collect();
    let is_needed = |param: &&Param| param.need == Need::Required;
    let words: Vec<&str> = params
        .iter()
        .filter_map(|param| matches.get_one::<String>(param.name))
        .map(String::as_str)
        .collect();
    let needed = params.iter().copied().filter(is_needed).count();
    let mut spare = words.len().saturating_sub(needed);
    let mut words = words.into_iter();
    let (mut given, mut missing) = (HashMap::new(), Vec::new());
    for param in params {
        let needed = is_needed(&param);
        if !needed && spare == 0 {
            continue;
        }
        spare -= usize::from(!needed);
        match words.next() {
            Some(word) => drop(given.insert(param.name, word)),
            None => missing.push(param),
        }
    }
    (given, missing)
}

/// A parameter with the value that was given for it.
pub(super) fn slot(
    command: &'static Command,
    param: &'static Param,
    position: Option<&str>,
    matches: &ArgMatches,
    args: &[Arg],
) -> Result<Slot, Error> {
    let Some(words) = words_of(param, position, matches) else {
        let left_out = Slot::left_out(param);
        return Ok(if change::may_be_in_json(param) {
            Slot {
                from: ValueOrigin::Json,
                ..left_out
            }
        } else {
            left_out
        });
    };
    if param.kind == Kind::Secret && words.is_empty() && param.line != Line::Ignored {
        return Ok(Slot {
            value: None,
            from: ValueOrigin::Ask,
            ..Slot::left_out(param)
        });
    }
    let first = words.first().map_or("", String::as_str);
    let arg = place(args, param, first);
    let span = arg.map(|arg| arg.span.clone());
    if words.iter().any(|word| is_later(word, args)) {
        return Ok(Slot {
            value: None,
            from: ValueOrigin::Later,
            span,
            later: Some(match words.as_slice() {
                [one] if !param.kind.is_many() => Value::Text(one.clone()),
                _ => Value::List(words),
            }),
            ..Slot::left_out(param)
        });
    }
    let value = checked(command, param, &words, args)?;
    if param.line == Line::Ignored {
        return Ok(Slot::left_out(param));
    }
    if let Some(why) = no_segment(command, param, &value.to_word()) {
        return Err(bad_value(param, &value.to_word(), why, args));
    }
    Ok(Slot {
        param,
        value: Some(value),
        from: ValueOrigin::Typed,
        span,
        begin: arg.and_then(|arg| arg.begin_of(first)),
        later: None,
    })
}

/// The names after the first one, if a command may be about several objects.
pub(super) fn more_names(
    command: &'static Command,
    matches: &ArgMatches,
    args: &[Arg],
) -> Result<Vec<Slot>, Error> {
    let Some(param) = command.many() else {
        return Ok(Vec::new());
    };
    let names = matches.get_many::<String>(param.name);
    let names = names.into_iter().flatten().skip(1);
    names
        .map(|name| slot(command, param, Some(name), matches, args))
        .collect()
}

/// The words given for a parameter; `None` if it is left out.
fn words_of(param: &Param, position: Option<&str>, matches: &ArgMatches) -> Option<Vec<String>> {
    match (param.line, position) {
        (Line::Position, Some(word)) => Some(vec![word.to_owned()]),
        (Line::Flag | Line::Ignored, _) if matches.contains_id(param.name) => {
            let words = matches.get_many::<String>(param.name);
            Some(words.into_iter().flatten().cloned().collect())
        }
        _ => None,
    }
}

/// The value of these words, checked by its kind.
fn checked(
    command: &Command,
    param: &Param,
    words: &[String],
    args: &[Arg],
) -> Result<Value, Error> {
    command.check(param, words).map_err(|(at, why)| {
        let word = words.get(at).map_or("", String::as_str);
        let error = bad_value(param, word, &why, args);
        if at > 0 && long_dash(word).is_none() {
            error.hint(format!(
                "`{}` takes all words up to the next flag",
                param.flag()
            ))
        } else {
            error
        }
    })
}

/// Why a text cannot be a segment of a path: that of the request, or of those for the
/// object that it adds.
pub(super) fn no_segment(command: &Command, param: &Param, word: &str) -> Option<&'static str> {
    match word {
        "" if param.place.in_path() => Some("expects an id (it becomes part of the URL path)"),
        "." | ".." if param.place.in_path() || command.names_added(param) => {
            Some("cannot be `.` or `..`: in the path of a URL they mean a folder")
        }
        _ => None,
    }
}

/// Whether a value holds a variable that has no value yet.
fn is_later(word: &str, args: &[Arg]) -> bool {
    let of = |arg: &&Arg| {
        arg.text
            .strip_suffix(word)
            .is_some_and(|flag| flag.is_empty() || flag.ends_with('='))
    };
    args.iter().filter(|arg| arg.later).any(|arg| of(&arg))
}
