//! Turns words into a call: the row is found by name, clap reads its arguments, the
//! kinds check the values.

use super::call::{Call, Content, Parsed, Slot, ValueOrigin};
use super::change;
use super::columns;
use super::complaint::{explained, missing};
use super::find::{find, no_target, target};
use super::grammar;
use super::many;
use super::optional_values;
use super::overrides;
use super::own_words;
use super::slot::{more_names, positions, slot};
use super::typographic;
use super::upsert;
use super::usage::brief;
use super::variables::Arg;
use super::view;
use crate::body::change::BodyChange;
use crate::catalog::{self, Api, Command, Param, Release, Target, WHERE_PARAM};
use crate::error::Error;
use crate::settings::{self, Key, Setting};
use clap::ArgMatches;
use clap::error::ErrorKind;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Parses lines; keeps the clap commands it has built.
#[derive(Default)]
pub struct Parser {
    rows: HashMap<(&'static str, Release), clap::Command>,
    globals: Option<clap::Command>,
}

impl Parser {
    /// Parses the words of one line.
    pub fn parse(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let parsed = self.line(args, api).and_then(|parsed| {
            if let Content::Call(call) = &parsed.content {
                many::check_change(call)?;
            }
            Ok(parsed)
        });
        parsed.map_err(|error| self.of_assumed(error, api, |parser, api| parser.line(args, api)))
    }

    fn line(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let args = without_old_beginning(args);
        typographic::check(args)?;
        if !args.first().is_some_and(|arg| arg.text.starts_with('-')) {
            return self.command(args, api);
        }
        let globals = self
            .globals
            .get_or_insert_with(|| grammar::globals(&[], true));
        let matches = match globals.try_get_matches_from_mut(optional_values::joined(
            texts(args),
            &[],
            false,
        )) {
            Ok(matches) => matches,
            Err(error) if asks_help(&error, args) => {
                return Ok(Parsed {
                    overrides: Vec::new(),
                    content: Content::Help(None),
                });
            }
            Err(error) => return Err(explained(&error, args, None, &[])),
        };
        let mut api = api;
        let before = overrides::checked(settings::TABLE.iter(), &matches, args)?;
        for (setting, value) in &before {
            if setting.key == Key::Api {
                api = catalog::chosen(value).unwrap_or(api);
            }
        }
        let rest = matches
            .subcommand()
            .map_or(0, |(_, rest)| 1 + external(rest));
        let Parsed { overrides, content } = self.command(&args[args.len() - rest..], api)?;
        // As with any flag that is given twice, the last one counts.
        let again = |setting: &Setting| overrides.iter().any(|(other, _)| other.key == setting.key);
        let before = before.into_iter().filter(|(setting, _)| !again(setting));
        Ok(Parsed {
            overrides: before.chain(overrides.iter().cloned()).collect(),
            content,
        })
    }

    /// Parses the objects that the words after `outer` name, such as `edit`: as the command
    /// for such objects, named with or without its `update_` or `add_`.
    pub fn target(
        &mut self,
        outer: (&str, Target),
        args: &[Arg],
        api: &'static Api,
    ) -> Result<Parsed, Error> {
        let parsed = self.target_at(outer, args, api);
        parsed.map_err(|error| {
            self.of_assumed(error, api, |parser, api| parser.target_at(outer, args, api))
        })
    }

    fn target_at(
        &mut self,
        outer: (&str, Target),
        args: &[Arg],
        api: &'static Api,
    ) -> Result<Parsed, Error> {
        let mut args = args.to_vec();
        let name = args.first_mut().ok_or_else(|| no_target(outer, api))?;
        target(name, outer, api)?.name.clone_into(&mut name.text);
        let parsed = self.command(&args, api)?;
        if let Content::Call(call) = &parsed.content {
            check_target(call, outer)?;
        }
        Ok(parsed)
    }

    fn command(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let Some((name, rest)) = args.split_first() else {
            return Ok(Content::Nothing.into());
        };
        if name.later {
            return Ok(Content::Nothing.into());
        }
        let api = overrides::api_after(rest, api);
        let command = find(name, api)?;
        let span = name.span.clone();
        if command.params.iter().any(|param| param.kind.is_rest()) {
            return with_rest(command, rest, span, api).map(Parsed::from);
        }
        let matches = self.matches(command, args, api);
        let matches = match matches {
            Ok(matches) => matches,
            Err(error) if asks_help(&error, args) => {
                return Ok(Content::Help(Some(command)).into());
            }
            Err(error) => return Err(explained(&error, args, Some((command, api)), &[])),
        };
        let overrides = overrides::checked(grammar::settings_of(command), &matches, rest)?;
        let call = with_matches((command, api), rest, &matches, span)?;
        Ok(Parsed {
            overrides,
            content: Content::Call(call),
        })
    }

    /// Lets clap assign the words to the parameters of a command.
    fn matches(
        &mut self,
        command: &'static Command,
        args: &[Arg],
        api: &'static Api,
    ) -> Result<ArgMatches, clap::Error> {
        let clap = self
            .rows
            .entry((command.name, api.release))
            .or_insert_with(|| grammar::command(command, api.release));
        let words: Vec<&str> = texts(args).collect();
        let joined = if command.takes_many() {
            // `--flag on`: it is not the name of one more object.
            optional_values::joined_to_all(&words, command)
        } else {
            optional_values::joined_after(&words, command)
        };
        clap.try_get_matches_from_mut(&joined).or_else(|error| {
            // `--flag on`: as an argument of its own `on` is one too many.
            let all = optional_values::joined_to_all(&words, command);
            let again = error.kind() == ErrorKind::UnknownArgument && all != joined;
            let again = again.then(|| clap.try_get_matches_from_mut(all).ok());
            again.flatten().ok_or(error)
        })
    }
}

/// Checks that the words after `edit` and its like name the right number of objects, and
/// give no fields.
fn check_target(call: &Call, (outer, target): (&str, Target)) -> Result<(), Error> {
    let names = 1 + call.more.len();
    let wrong = match target {
        Target::One | Target::New if names > 1 => "opens one object at a time",
        Target::Two if names != 2 => "needs the names of two objects",
        _ => "",
    };
    if !wrong.is_empty() {
        let last = call.more.last().and_then(|slot| slot.span.clone());
        return Err(Error::typed(format!("`{outer}` {wrong}"))
            .at(last.unwrap_or_else(|| call.span.clone())));
    }
    let typed = |slot: &&Slot| slot.from != ValueOrigin::Default && !target.takes(slot.param);
    let Some(slot) = call.slots.iter().find(typed) else {
        return Ok(());
    };
    let (flag, change) = (slot.param.shown(), call.command.name);
    let wrong = match target {
        Target::Two => format!("`{outer}` does not accept `{flag}`"),
        Target::One => format!("`{outer}` does not accept `{flag}`: change it in the editor"),
        Target::New => format!("`{outer}` does not accept `{flag}`: write it in the editor"),
    };
    let hint = match target {
        Target::Two => "it compares two objects as they are".to_owned(),
        Target::One => format!("`{change} … {flag}` changes it without an editor"),
        Target::New => format!("`{change} … {flag}` adds it without an editor"),
    };
    Err(Error::typed(wrong)
        .hint(hint)
        .at(slot.span.clone().unwrap_or_else(|| call.span.clone())))
}

/// A command whose words clap has assigned to its parameters.
fn with_matches(
    row: (&'static Command, &'static Api),
    rest: &[Arg],
    matches: &ArgMatches,
    span: Range<usize>,
) -> Result<Call, Error> {
    let (command, api) = row;
    let (given, left_out) = positions(row, matches);
    let has_json = matches.try_contains_id("json").unwrap_or(false);
    let in_json = |param: &Param| has_json && change::may_be_in_json(param);
    let selects = command.takes_many() && matches.contains_id(WHERE_PARAM);
    let is_selected = |param: &Param| selects && param.place.in_path();
    let names: Vec<String> = left_out
        .iter()
        .filter(|param| !in_json(param) && !is_selected(param))
        .map(|param| param.shown())
        .collect();
    if !names.is_empty() {
        return Err(missing(&names, rest, row).at(span));
    }
    let slots = command
        .params_in(api.release)
        .map(|param| {
            slot(
                command,
                param,
                given.get(param.name).copied(),
                matches,
                rest,
            )
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut call = Call {
        command,
        slots,
        change: BodyChange::default(),
        view: Arc::default(),
        more: more_names(command, matches, rest)?,
        rest: Vec::new(),
        span,
    };
    check_left_out_id(&call)?;
    many::check(&mut call)?;
    upsert::check(&mut call)?;
    columns::check(&call)?;
    call.view = Arc::new(view::of(&call, api.release)?);
    call.change =
        change::of(&call, Some(api.release)).map_err(|failures| body_error(failures, rest))?;
    change::fill_in(&mut call)?;
    Ok(call)
}

/// A command that takes the rest of the line, or its help page.
fn with_rest(
    command: &'static Command,
    rest: &[Arg],
    span: Range<usize>,
    api: &'static Api,
) -> Result<Content, Error> {
    if let [only] = rest
        && matches!(only.text.as_str(), "--help" | "-h")
    {
        return Ok(Content::Help(Some(command)));
    }
    let (slots, rest) = own_words::read(command, rest, api)?;
    Ok(Content::Call(Call {
        command,
        slots,
        change: BodyChange::default(),
        view: Arc::default(),
        more: Vec::new(),
        rest: rest.to_vec(),
        span,
    }))
}

/// The errors of a body, each at the word that it is about.
fn body_error(failures: Vec<change::Failure>, rest: &[Arg]) -> Error {
    let placed = failures.into_iter().map(|(word, error)| {
        let is_word = |arg: &&Arg| {
            let before = arg.text.strip_suffix(word.as_deref()?)?;
            (before.is_empty() || before.ends_with('=')).then_some(())
        };
        match rest.iter().find(|arg| is_word(arg).is_some()) {
            Some(arg) => error.at(arg.span.clone()),
            None => error,
        }
    });
    Error::joined(placed).unwrap_or_else(|| Error::typed("the body is wrong"))
}

/// Whether help is requested: `-h` as a word, not a value such as `-hunter2`.
fn asks_help(error: &clap::Error, args: &[Arg]) -> bool {
    let is_help = |arg: &Arg| matches!(arg.text.as_str(), "-h" | "--help");
    error.kind() == ErrorKind::DisplayHelp && args.iter().any(is_help)
}

/// The number of words after the name of the external subcommand.
pub fn external(rest: &ArgMatches) -> usize {
    rest.get_many::<std::ffi::OsString>("")
        .map_or(0, Iterator::count)
}

/// Drops the prefix of a line copied from a document: `$`, the Python
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

pub(super) fn texts(args: &[Arg]) -> impl Iterator<Item = &str> {
    args.iter().map(|arg| arg.text.as_str())
}

pub(super) fn underscored(flag: &str) -> String {
    let (name, value) = flag.split_at(flag.find('=').unwrap_or(flag.len()));
    format!("{}{value}", name.replace('-', "_"))
}

/// `update_user 5140` is a forgotten username, not a user called `5140`.
fn check_left_out_id(call: &Call) -> Result<(), Error> {
    let left_out = call
        .slots
        .iter()
        .any(|slot| slot.from == ValueOrigin::LastUserId);
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
