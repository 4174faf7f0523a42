//! Turns words into a call: the row is found by name, clap reads its arguments, the
//! kinds check the values.

use super::call::{Call, Content, Parsed, Slot, ValueOrigin};
use super::change;
use super::complaint::{bad_value, explained, long_dash, missing, place};
use super::grammar;
use super::optional_values;
use super::overrides;
use super::usage::brief;
use super::variables::Arg;
use crate::body::change::BodyChange;
use crate::catalog::{self, Api, Command, Kind, Line, Need, Param, Release, Value, Verb};
use crate::error::Error;
use crate::settings::{self, Key, Setting};
use crate::text::near::near;
use crate::text::words::ticked;
use crate::text::words::{ODD_BLANK, has_odd_blank, shortened};
use clap::ArgMatches;
use clap::error::ErrorKind;
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
        let parsed = self.line(args, api);
        parsed.map_err(|error| self.of_assumed(error, api, |parser, api| parser.line(args, api)))
    }

    fn line(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let args = without_old_beginning(args);
        if !args.first().is_some_and(|arg| arg.text.starts_with('-')) {
            return self.command(args, api);
        }
        let globals = self
            .globals
            .get_or_insert_with(|| grammar::globals(&[], true));
        let matches =
            match globals.try_get_matches_from_mut(optional_values::joined(texts(args), &[])) {
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

    /// Parses the object to edit: its update command, named with or without its
    /// `update_`, and which object it is.
    pub fn target(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let parsed = self.target_at(args, api);
        parsed
            .map_err(|error| self.of_assumed(error, api, |parser, api| parser.target_at(args, api)))
    }

    fn target_at(&mut self, args: &[Arg], api: &'static Api) -> Result<Parsed, Error> {
        let mut args = args.to_vec();
        let name = args.first_mut().ok_or_else(|| nothing_to_edit(api))?;
        target(name, api)?.name.clone_into(&mut name.text);
        let parsed = self.command(&args, api)?;
        let Content::Call(call) = &parsed.content else {
            return Ok(parsed);
        };
        let typed =
            |slot: &&Slot| slot.from != ValueOrigin::Default && !slot.param.is_beside_body();
        let Some(slot) = call.slots.iter().find(typed) else {
            return Ok(parsed);
        };
        let (flag, change) = (slot.param.shown(), call.command.name);
        Err(Error::typed(format!(
            "`edit` does not accept `{flag}`: change it in the editor"
        ))
        .hint(format!("`{change} … {flag}` changes it without an editor"))
        .at(slot.span.clone().unwrap_or_else(|| call.span.clone())))
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
            let asks_help = rest
                .first()
                .is_some_and(|arg| matches!(arg.text.as_str(), "--help" | "-h"));
            if asks_help && rest.len() == 1 {
                return Ok(Content::Help(Some(command)).into());
            }
            let rest = rest.to_vec();
            return Ok(Content::Call(Call {
                command,
                slots: Vec::new(),
                change: BodyChange::default(),
                rest,
                span,
            })
            .into());
        }
        let clap = self
            .rows
            .entry((command.name, api.release))
            .or_insert_with(|| grammar::command(command, api.release));
        let words: Vec<&str> = texts(args).collect();
        let joined = optional_values::joined_after(&words, command);
        let matches = clap.try_get_matches_from_mut(&joined).or_else(|error| {
            // `--flag on`: as an argument of its own `on` is one too many.
            let all = optional_values::joined_to_all(&words, command);
            let again = error.kind() == ErrorKind::UnknownArgument && all != joined;
            let again = again.then(|| clap.try_get_matches_from_mut(all).ok());
            again.flatten().ok_or(error)
        });
        let matches = match matches {
            Ok(matches) => matches,
            Err(error) if asks_help(&error, args) => {
                return Ok(Content::Help(Some(command)).into());
            }
            Err(error) => return Err(explained(&error, args, Some((command, api)), &[])),
        };
        let overrides = overrides::checked(grammar::settings_of(command), &matches, rest)?;
        let row = (command, api);
        let (given, left_out) = positions(row, &matches);
        let has_json = matches.try_contains_id("json").unwrap_or(false);
        let in_json = |param: &Param| has_json && change::may_be_in_json(param);
        let names: Vec<String> = left_out
            .iter()
            .filter(|param| !in_json(param))
            .map(|param| param.shown())
            .collect();
        if !names.is_empty() {
            return Err(missing(&names, rest, row).at(span));
        }
        let slots = command
            .params_in(api.release)
            .map(|param| slot(param, given.get(param.name).copied(), &matches, rest))
            .collect::<Result<Vec<_>, _>>()?;
        let mut call = Call {
            command,
            slots,
            change: BodyChange::default(),
            rest: Vec::new(),
            span,
        };
        check_left_out_id(&call)?;
        call.change = change::of(&call, Some(api.release)).map_err(|failures| {
            let placed = failures.into_iter().map(|(word, error)| {
                let is_word = |arg: &&Arg| {
                    let said = arg.text.strip_suffix(word.as_deref()?)?;
                    (said.is_empty() || said.ends_with('=')).then_some(())
                };
                match rest.iter().find(|arg| is_word(arg).is_some()) {
                    Some(arg) => error.at(arg.span.clone()),
                    None => error,
                }
            });
            Error::joined(placed).unwrap_or_else(|| Error::typed("the body is wrong"))
        })?;
        change::fill_in(&mut call)?;
        Ok(Parsed {
            overrides,
            content: Content::Call(call),
        })
    }
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

fn first(word: &str) -> &str {
    let end = word.chars().next().map_or(0, char::len_utf8);
    &word[..end]
}

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
    let names = near(word, meant.map(|command| command.name));
    let hint = if has_odd_blank(word) {
        ODD_BLANK.to_owned()
    } else if names.is_empty() {
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

/// The update command that a word after `edit` names; otherwise an error with similar
/// names or a replacement.
fn target(name: &Arg, api: &'static Api) -> Result<&'static Command, Error> {
    let word = name.text.as_str();
    if let Some(command) = catalog::find_editable(api, word) {
        return Ok(command);
    }
    let (change, at) = (catalog::change_of(word), name.span.clone());
    if let Some(command) = catalog::find(api, &change).or_else(|| catalog::find(api, word)) {
        let name = command.name;
        return Err(
            Error::typed(format!("`{name}` cannot be edited in API `{}`", api.name))
                .hint(format!("`help {name}` describes it"))
                .at(at),
        );
    }
    if catalog::find_elsewhere(api, &change).is_some() {
        let mut name = name.clone();
        name.text = change;
        find(&name, api)?;
    }
    let names = near(word, catalog::editable(api).map(Command::noun));
    if names.is_empty() {
        return Err(nothing_to_edit(api).at(at));
    }
    Err(
        Error::typed(format!("`edit` does not know `{}`", shortened(word)))
            .hint(format!("did you mean {}?", ticked(&names)))
            .at(at),
    )
}

/// The error if no editable object is named.
fn nothing_to_edit(api: &'static Api) -> Error {
    let nouns: Vec<&str> = catalog::editable(api).map(Command::noun).collect();
    if nouns.is_empty() {
        let has = catalog::APIS
            .iter()
            .find(|api| catalog::editable(api).next().is_some());
        let there = has.map_or("v2", |api| api.name);
        return Error::typed(format!(
            "API `{}` has no editable objects",
            api.name
        ))
        .hint(format!(
            "`update_user` changes the fields you give; `set api {there}` if your server uses that API"
        ));
    }
    Error::typed("`edit` needs the type of the object to edit")
        .hint(format!("it can edit {}", ticked(&nouns)))
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
            .filter(|param| named && param.need == Need::Required);
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
    if command.span.meets(api.span) {
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

/// Whether a value holds a variable that has no value yet.
fn is_later(word: &str, args: &[Arg]) -> bool {
    let of = |arg: &&Arg| {
        arg.text
            .strip_suffix(word)
            .is_some_and(|flag| flag.is_empty() || flag.ends_with('='))
    };
    args.iter().filter(|arg| arg.later).any(|arg| of(&arg))
}

/// The words given by position, in their order: required ones come
/// first, so that in `[ID] USERNAME` a single word is the username; and the required
/// ones that are missing.
fn positions<'a>(
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

fn slot(
    param: &'static Param,
    position: Option<&str>,
    matches: &ArgMatches,
    args: &[Arg],
) -> Result<Slot, Error> {
    let words: Vec<String> = match (param.line, position) {
        (Line::Position, Some(word)) => vec![word.to_owned()],
        (Line::Flag | Line::Ignored, _) if matches.contains_id(param.name) => matches
            .get_many::<String>(param.name)
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
        _ if change::may_be_in_json(param) => {
            return Ok(Slot {
                from: ValueOrigin::Json,
                ..Slot::left_out(param)
            });
        }
        _ => return Ok(Slot::left_out(param)),
    };
    if param.kind == Kind::Secret && words.is_empty() && param.line != Line::Ignored {
        return Ok(Slot {
            value: None,
            from: ValueOrigin::Ask,
            ..Slot::left_out(param)
        });
    }
    let first = words.first().map_or("", String::as_str);
    let span = place(args, param, first).map(|arg| arg.span.clone());
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
    let value = param.kind.check(&words).map_err(|(at, why)| {
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
    })?;
    if param.line == Line::Ignored {
        return Ok(Slot::left_out(param));
    }
    // A text in the path must be a segment of its own.
    if param.place.in_path() && matches!(value.to_word().as_str(), "" | "." | "..") {
        let word = value.to_word();
        let why = if word.is_empty() {
            "expects an id (it becomes part of the URL path)"
        } else {
            "cannot be `.` or `..`: in the path of a URL they mean a folder"
        };
        return Err(bad_value(param, &word, why, args));
    }
    Ok(Slot {
        param,
        value: Some(value),
        from: ValueOrigin::Typed,
        span,
        later: None,
    })
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
