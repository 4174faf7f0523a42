//! Words to a call: the row is found by name, clap reads its arguments, the
//! kinds check the values.

use super::call::{Call, From, Parsed, Slot, What};
use super::grammar;
use super::near::{near, ticked};
use super::secrets::{self, Secret, Watch};
use super::usage::brief;
use super::variables::Arg;
use crate::catalog::{self, Api, Command, Kind, Line, Param, Release};
use crate::error::Error;
use crate::settings::{self, Key, Setting};
use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::collections::HashMap;

/// Parses lines; keeps the clap commands it has built.
#[derive(Default)]
pub struct Parser {
    rows: HashMap<(&'static str, Release), clap::Command>,
    globals: Option<clap::Command>,
}

impl Parser {
    /// Parses the words of one line.
    pub fn parse(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let args = without_old_beginning(args);
        if !args.first().is_some_and(|arg| arg.text.starts_with('-')) {
            return Ok(Parsed {
                overrides: Vec::new(),
                what: self.command(args, api)?,
            });
        }
        let globals = self
            .globals
            .get_or_insert_with(|| grammar::globals(&[], true));
        let matches = match globals.try_get_matches_from_mut(texts(args)) {
            Ok(matches) => matches,
            Err(error) if asks_help(&error, args) => {
                return Ok(Parsed {
                    overrides: Vec::new(),
                    what: What::Help(None),
                });
            }
            Err(error) => return Err(explained(&error, args, None)),
        };
        let mut api = api;
        let mut overrides = Vec::new();
        for (setting, value) in given_settings(&matches, true) {
            // Checked on a copy, so that the place of the value is still known.
            settings::Settings::default()
                .set(setting, &value, settings::Origin::Set)
                .map_err(|why| bad_value(&setting.param, &value, &why, args))?;
            if setting.key == Key::Api {
                api = catalog::api(&value).expect("checked");
            }
            overrides.push((setting, value));
        }
        let rest = matches
            .subcommand()
            .map_or(0, |(_, rest)| 1 + external(rest));
        Ok(Parsed {
            overrides,
            what: self.command(&args[args.len() - rest..], api)?,
        })
    }

    fn command(&mut self, args: &[Arg], api: &'static Api) -> Result<What, Error> {
        let Some((name, rest)) = args.split_first() else {
            return Ok(What::Nothing);
        };
        let command = find(name, api)?;
        let span = name.span.clone();
        if command.params.iter().any(|param| param.kind.is_rest()) {
            let asks_help = rest
                .first()
                .is_some_and(|arg| matches!(arg.text.as_str(), "--help" | "-h"));
            if asks_help && rest.len() == 1 {
                return Ok(What::Help(Some(command)));
            }
            return Ok(What::Call(Call {
                command,
                slots: Vec::new(),
                rest: rest.to_vec(),
                span,
            }));
        }
        let clap = self
            .rows
            .entry((command.name, api.release))
            .or_insert_with(|| grammar::command(command, api.release));
        let matches = match clap.try_get_matches_from_mut(texts(args)) {
            Ok(matches) => matches,
            Err(error) if asks_help(&error, args) => {
                return Ok(What::Help(Some(command)));
            }
            Err(error) => return Err(explained(&error, args, Some((command, api)))),
        };
        let slots = command
            .params_in(api.release)
            .map(|param| slot(param, &matches, rest))
            .collect::<Result<Vec<_>, _>>()?;
        let call = Call {
            command,
            slots,
            rest: Vec::new(),
            span,
        };
        check_left_out_id(&call)?;
        Ok(What::Call(call))
    }
}

/// The settings among the matches of `grammar::globals`, with their values.
pub fn given_settings(matches: &ArgMatches, change: bool) -> Vec<(&'static Setting, String)> {
    settings::TABLE
        .iter()
        .filter(|setting| setting.changes || !change)
        .filter_map(|setting| {
            Some((
                setting,
                matches.get_one::<String>(setting.param.name)?.clone(),
            ))
        })
        .collect()
}

/// Whether help is meant: `-h` as a word, not a value such as `-hunter2`.
fn asks_help(error: &clap::Error, args: &[Arg]) -> bool {
    let is_help = |arg: &Arg| matches!(arg.text.as_str(), "-h" | "--help");
    error.kind() == ErrorKind::DisplayHelp && args.iter().any(is_help)
}

/// How many words follow the name of the external subcommand.
pub fn external(rest: &ArgMatches) -> usize {
    rest.get_many::<std::ffi::OsString>("")
        .map_or(0, Iterator::count)
}

/// Drops what a line copied from a document begins with: `$`, the Python
/// client's name, this program's name.
pub(super) fn without_old_beginning(args: &[Arg]) -> &[Arg] {
    let base = |arg: &Arg| {
        arg.text
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let old_client =
        |arg: &Arg| matches!(base(arg).as_str(), "sftpgo_api_cli.py" | "sftpgo_api_cli");
    let python = |arg: &Arg| {
        base(arg)
            .strip_prefix("python")
            .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let args = match args {
        [dollar, rest @ ..] if dollar.text == "$" => rest,
        _ => args,
    };
    match args {
        [first, second, rest @ ..] if python(first) && old_client(second) => rest,
        [first, rest @ ..] if old_client(first) || base(first) == "sftpgo-shell" => rest,
        _ => args,
    }
}

fn texts(args: &[Arg]) -> impl Iterator<Item = &str> {
    args.iter().map(|arg| arg.text.as_str())
}

pub(super) fn underscored(flag: &str) -> String {
    let (name, value) = flag.split_at(flag.find('=').unwrap_or(flag.len()));
    format!("{}{value}", name.replace('-', "_"))
}

/// The row called by a word; if there is none, what is near or does its work.
pub fn find(name: &Arg, api: &'static Api) -> Result<&'static Command, Error> {
    let word = name.text.as_str();
    if let Some(command) = catalog::find(api, word) {
        return Ok(command);
    }
    if let Some(command) = catalog::find_elsewhere(word) {
        let here = command
            .counterpart
            .filter(|name| catalog::find(api, name).is_some());
        let elsewhere = catalog::APIS
            .iter()
            .find(|api| command.span.holds(api.release))
            .map_or("", |api| api.name);
        return Err(Error::typed(format!(
            "`{}` is not in the API `{}`",
            command.name, api.name
        ))
        .hint(here.map_or_else(
            || format!("it is in `{elsewhere}`: `set api {elsewhere}`, or `--api {elsewhere}` at the start"),
            |here| {
                format!("here it is `{here}`; `set api {elsewhere}` if the server is of that API")
            },
        ))
        .at(name.span.clone()));
    }
    let names = near(word, catalog::commands(api).map(|command| command.name));
    let hint = if names.is_empty() {
        "`help` lists the commands".to_owned()
    } else {
        format!("did you mean {}?", ticked(&names))
    };
    Err(
        Error::typed(format!("unknown command `{}`", shortened(word)))
            .hint(hint)
            .at(name.span.clone()),
    )
}

fn slot(param: &'static Param, matches: &ArgMatches, args: &[Arg]) -> Result<Slot, Error> {
    if param.line == Line::Absent || !matches.contains_id(param.name) {
        return Ok(Slot::left_out(param));
    }
    let words: Vec<String> = matches
        .get_many::<String>(param.name)
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if param.kind == Kind::Secret && words.is_empty() && param.line != Line::Ignored {
        return Ok(Slot {
            value: None,
            from: From::Ask,
            ..Slot::left_out(param)
        });
    }
    let value = param.kind.check(&words).map_err(|(at, why)| {
        let error = bad_value(param, words.get(at).map_or("", String::as_str), &why, args);
        if at > 0 {
            error.hint(format!(
                "`--{}` takes every word up to the next flag",
                param.name
            ))
        } else {
            error
        }
    })?;
    if param.line == Line::Ignored {
        return Ok(Slot::left_out(param));
    }
    // A text in the path must be a segment of its own.
    if param.place.in_path() && matches!(value.to_word().as_str(), "" | "." | "..") {
        let why = "takes an id; it becomes a part of the path";
        return Err(bad_value(param, &value.to_word(), why, args));
    }
    Ok(Slot {
        param,
        value: Some(value),
        from: From::Typed,
    })
}

/// `this is `x``: a value that is refused, without a password that is in it.
pub fn this_is(word: &str) -> String {
    if word.is_empty() {
        return "this is empty".to_owned();
    }
    format!("this is `{}`", shortened(&secrets::without_password(word)))
}

/// The beginning of a word: it may be as long as a line.
fn shortened(word: &str) -> String {
    word.chars().take(60).collect()
}

fn bad_value(param: &Param, word: &str, why: &str, args: &[Arg]) -> Error {
    let error = Error::typed(format!("`{}` {why}; {}", param.shown(), this_is(word)));
    let error = match param
        .kind
        .choices()
        .iter()
        .find(|choice| choice.eq_ignore_ascii_case(word))
    {
        Some(choice) => error.hint(format!("write `{choice}`")),
        None => error,
    };
    match place(args, param, word) {
        Some(arg) => error.at(arg.span.clone()),
        None => error,
    }
}

/// The argument that holds a parameter's value.
fn place<'a>(args: &'a [Arg], param: &Param, word: &str) -> Option<&'a Arg> {
    if param.line == Line::Position {
        return args.iter().find(|arg| arg.text == word);
    }
    let flag = args.iter().rposition(|arg| {
        arg.text.strip_prefix("--").is_some_and(|text| {
            let text = underscored(text);
            text == param.name
                || text
                    .strip_prefix(param.name)
                    .is_some_and(|rest| rest.starts_with('='))
        })
    })?;
    args[flag + 1..]
        .iter()
        .find(|arg| arg.text == word)
        .or(args.get(flag))
}

/// `update_user 5140` is a forgotten username, not a user called `5140`.
fn check_left_out_id(call: &Call) -> Result<(), Error> {
    let left_out = call.slots.iter().any(|slot| slot.from == From::LastUserId);
    let name = call.text("username");
    if left_out && name.parse::<i64>().is_ok() {
        return Err(
            Error::typed(format!("`USERNAME` is missing after the id `{name}`"))
                .hint(brief(
                    call.command,
                    call.slots.iter().map(|slot| slot.param),
                ))
                .at(call.span.clone()),
        );
    }
    Ok(())
}

/// What clap found wrong, in our words.
pub fn explained(
    error: &clap::Error,
    args: &[Arg],
    row: Option<(&'static Command, &'static Api)>,
) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let subject = match error.kind() {
        // A word that clap took for `-h` and more.
        ErrorKind::DisplayHelp => "-h".to_owned(),
        _ => context(ContextKind::InvalidArg),
    };
    let word = subject.split(' ').next().unwrap_or_default().to_owned();
    // clap takes `-xyz` for `-x` and more.
    let short = word.starts_with('-') && word.len() == 2 && word != "--";
    let is_meant = |arg: &Arg| {
        arg.text.strip_prefix(&word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('=') || short && !arg.text.starts_with("--")
        })
    };
    let at = args.iter().rposition(is_meant);
    let usage = row.map(|(command, api)| brief(command, command.params_in(api.release)));
    let place = args.get(at.unwrap_or(0)).map(|arg| arg.span.clone());
    let error = match error.kind() {
        ErrorKind::DisplayHelp => unknown_flag(&word, at, args, row),
        ErrorKind::UnknownArgument if word.starts_with('-') => unknown_flag(&word, at, args, row),
        ErrorKind::UnknownArgument => extra(&word, args, usage),
        ErrorKind::MissingRequiredArgument => missing(&subject, args, row, usage),
        _ if context(ContextKind::InvalidValue).is_empty() && !word.is_empty() => {
            let next = at.and_then(|at| args.get(at + 1)).map(|arg| &arg.text);
            let dashed = next.filter(|text| text.starts_with('-') && !text.starts_with("--"));
            let hint = dashed.map(|text| dashed_value(&word, text)).or(usage);
            with(Error::typed(format!("`{word}` needs a value")), hint)
        }
        kind => with(
            Error::typed(
                format!("`{word}`: {kind}")
                    .trim_start_matches("``: ")
                    .to_owned(),
            ),
            usage,
        ),
    };
    match place {
        Some(span) => error.at(span),
        None => error,
    }
}

fn with(error: Error, hint: Option<String>) -> Error {
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn unknown_flag(
    word: &str,
    at: Option<usize>,
    args: &[Arg],
    row: Option<(&'static Command, &'static Api)>,
) -> Error {
    if let Some(flag) = secret_flag(word, args) {
        return Error::typed(format!("unknown flag after `--{flag}`")).hint(format!(
            "a value that begins with `-` is written `--{flag}=VALUE`"
        ));
    }
    let word = at
        .and_then(|at| args[at].text.split('=').next())
        .unwrap_or(word);
    let error = Error::typed(format!("unknown flag `{}`", shortened(word)));
    // A value that begins with a dash, after a flag that takes one.
    let before = at
        .and_then(|at| args.get(at.checked_sub(1)?))
        .map(|arg| arg.text.as_str())
        .filter(|text| text.len() > 2 && text.starts_with("--") && !text.contains('='));
    if let Some(flag) = before.filter(|_| !word.starts_with("--")) {
        return error.hint(dashed_value(flag, word));
    }
    let setting = settings::find(word.trim_start_matches('-'));
    if let (Some(_), Some(setting)) = (row, setting.filter(|setting| setting.changes)) {
        return error.hint(format!(
            "`--{}` is a setting: it stands before the command",
            setting.param.name
        ));
    }
    let names: Vec<&str> = match row {
        Some((command, api)) => command
            .params_in(api.release)
            .filter(|param| param.line == Line::Flag)
            .map(|param| param.name)
            .collect(),
        None => settings::TABLE
            .iter()
            .map(|setting| setting.param.name)
            .collect(),
    };
    let near: Vec<String> = near(word.trim_start_matches('-'), names.iter().copied())
        .iter()
        .map(|name| format!("--{name}"))
        .collect();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let name = row.map_or("help", |(command, _)| command.name);
    if near.is_empty() {
        error.hint(format!(
            "`help{}` lists the flags",
            if row.is_some() {
                format!(" {name}")
            } else {
                String::new()
            }
        ))
    } else {
        error.hint(format!("did you mean {}?", ticked(&near)))
    }
}

fn dashed_value(flag: &str, value: &str) -> String {
    let value = shortened(value);
    format!("a value that begins with `-` is written `{flag}={value}`")
}

fn extra(word: &str, args: &[Arg], usage: Option<String>) -> Error {
    if let Some(flag) = secret_flag(word, args) {
        return Error::typed(format!("an argument too many after `--{flag}`"))
            .hint("a value with spaces in it goes in quotes");
    }
    let shown = shortened(word);
    with(
        Error::typed(format!("an argument too many: `{shown}`")),
        usage,
    )
}

/// The flag that a word may be the secret of, or its second half.
fn secret_flag(word: &str, args: &[Arg]) -> Option<String> {
    let mut watch = Watch::default();
    let secrets = args.iter().filter_map(|arg| match watch.read(&arg.text) {
        // clap tells the beginning of a word, as `-x` of `-xyz`.
        Secret::Whole(flag) if arg.text.starts_with(word) => Some(flag),
        _ => None,
    });
    secrets.last()
}

fn missing(
    subject: &str,
    args: &[Arg],
    row: Option<(&'static Command, &'static Api)>,
    usage: Option<String>,
) -> Error {
    let names: Vec<String> = subject
        .split(['<', '>'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_uppercase)
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let error = Error::typed(format!(
        "{} {verb} missing",
        ticked(&names).replace(" or ", " and ")
    ));
    // As with argparse, a list takes the name that stands behind it.
    let swallower = row.and_then(|(command, _)| {
        command.params.iter().find(|param| {
            param.kind.is_many()
                && args.iter().any(|arg| {
                    arg.text.strip_prefix("--").map(underscored).as_deref() == Some(param.name)
                })
        })
    });
    match swallower {
        Some(list) => error.hint(format!(
            "`--{}` takes every word up to the next flag: put `{}` before it",
            list.name,
            names.join(" ")
        )),
        None => with(error, usage),
    }
}
