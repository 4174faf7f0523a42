//! Errors of a line in our own style: the position, the cause, the next step.

use super::grammar;
use super::parse::underscored;
use super::usage::brief;
use super::variables::Arg;
use crate::catalog::{self, Api, Command, Kind, Line, Method, Param, Span, schema};
use crate::error::Error;
use crate::secret::line::{SecretSpan, Watch};
use crate::settings;
use crate::text::near::near;
use crate::text::words::{
    ODD_BLANK, did_you_mean, has_odd_blank, is_dash, shortened, this_is, ticked,
};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The word after which there are no flags.
const END_OF_FLAGS: &str = "--";

/// The hint for a flag after that word.
pub(super) const FLAGS_BEFORE: &str =
    "after `--`, every word is a value: write the flags before it";

pub(super) fn bad_value(param: &Param, word: &str, why: &str, args: &[Arg]) -> Error {
    let place = place(args, param, word);
    let is_hidden = place.is_some_and(|place| {
        let mut words = args.iter().zip(secrets(args));
        words.any(|(arg, secret)| arg.span == place.span && secret != SecretSpan::No)
    });
    let this = if is_hidden {
        String::new()
    } else {
        format!("; {}", this_is(word))
    };
    let error = Error::typed(format!("`{}` {why}{this}", param.shown()));
    let error = match param
        .kind
        .choices()
        .iter()
        .find(|choice| choice.eq_ignore_ascii_case(word))
    {
        Some(choice) => error.hint(format!("write `{choice}`")),
        // `--otp=CODE`
        None if is_hidden && param.kind == Kind::Switch => {
            error.hint(format!("`{}` takes no value", param.shown()))
        }
        None if long_dash(word).is_some() => with(error, long_dash(word)),
        None => match near(word, param.kind.choices().iter().copied()).as_slice() {
            [] => error,
            names => error.hint(did_you_mean(names)),
        },
    };
    match place {
        Some(arg) => error.at(arg.span.clone()),
        None => error,
    }
}

/// The argument with a parameter's value.
pub(super) fn place<'a>(args: &'a [Arg], param: &Param, word: &str) -> Option<&'a Arg> {
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

/// An error of clap in our own style: of a command of an API, or of
/// the flags before it, the settings and `more`.
pub fn explained(
    error: &clap::Error,
    args: &[Arg],
    row: Option<(&'static Command, &'static Api)>,
    more: &'static [Param],
) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let subject = match error.kind() {
        // A word that clap read as `-h` and more.
        ErrorKind::DisplayHelp => "-h".to_owned(),
        _ => context(ContextKind::InvalidArg),
    };
    let word = subject.split(' ').next().unwrap_or_default().to_owned();
    // clap reads `-xyz` as `-x` and more.
    let short = word.starts_with('-') && word.len() == 2 && word != "--";
    let is_meant = |arg: &Arg| {
        arg.text.strip_prefix(&word).is_some_and(|rest| {
            // clap's message ends a word at its first blank.
            rest.is_empty() || rest.starts_with(['=', ' ']) || short && !arg.text.starts_with("--")
        })
    };
    let at = args.iter().rposition(is_meant);
    let usage = row.map(|(command, api)| brief(command, command.params_in(api.release)));
    let place = args.get(at.unwrap_or(0)).map(|arg| arg.span.clone());
    let is_value = at.is_some_and(|at| args[..at].iter().any(|arg| arg.text == END_OF_FLAGS));
    let error = match error.kind() {
        ErrorKind::UnknownArgument if is_value && word.starts_with('-') => {
            let error = extra(&word, args, None);
            error.hint(FLAGS_BEFORE)
        }
        ErrorKind::DisplayHelp => unknown_flag(&word, at, args, row, more),
        ErrorKind::UnknownArgument if word.starts_with('-') => {
            unknown_flag(&word, at, args, row, more)
        }
        ErrorKind::UnknownArgument => extra(&word, args, usage),
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

/// A flag that the command has in other releases of the API, and their span.
fn elsewhere(command: &Command, api: &Api, name: &str) -> Option<(&'static Param, Span)> {
    let rows = catalog::every().filter(|row| row.name == command.name);
    let mut all = rows.flat_map(|row| {
        let within = |param: &'static Param| {
            let span = param.span;
            let first = span.first.max(row.span.first);
            (param, Span::between(first, span.last.min(row.span.last)))
        };
        row.all_params().map(within)
    });
    all.find(|(param, span)| {
        param.name == name && !span.holds(api.release) && span.overlaps(api.span)
    })
}

/// The error for the dashes of an SSH2 key, which is not a flag.
fn ssh2_key(args: &[Arg]) -> Option<Error> {
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    let wrong = schema::no_public_key(&words.join(" "), None)?;
    Some(wrong.error())
}

fn unknown_flag(
    word: &str,
    at: Option<usize>,
    args: &[Arg],
    row: Option<(&'static Command, &'static Api)>,
    more: &'static [Param],
) -> Error {
    if let Some(error) = ssh2_key(args).filter(|_| word.starts_with("---")) {
        return error;
    }
    if let Some(flag) = secret_flag(word, args) {
        return Error::typed(format!("unknown flag after `--{flag}`")).hint(format!(
            "write a value that starts with `-` as `--{flag}=VALUE`"
        ));
    }
    let word = at
        .and_then(|at| args[at].text.split('=').next())
        .unwrap_or(word);
    let name = word.strip_prefix("--").map(underscored);
    let other = row.and_then(|(command, api)| {
        let (param, span) = elsewhere(command, api, name.as_deref()?)?;
        Some((param, span, api.release))
    });
    if let Some((param, span, release)) = other {
        let flag = format!("`{}`", param.flag());
        return Error::typed(catalog::unavailable(&flag, span, release));
    }
    let error = Error::typed(format!("unknown flag `{}`", shown_flag(word, args)));
    let hint = if has_odd_blank(word) {
        ODD_BLANK.to_owned()
    } else if let Some(flag) = flag_before(at, args).filter(|_| !word.starts_with("--")) {
        dashed_value(flag, word)
    } else if let Some(hint) = row.and_then(|row| other_place(row, name.as_deref()?)) {
        hint
    } else {
        near_flags(word, row, more)
    };
    error.hint(hint)
}

/// The flag before a word, if the word may be its value.
fn flag_before(at: Option<usize>, args: &[Arg]) -> Option<&str> {
    let before = args.get(at?.checked_sub(1)?)?.text.as_str();
    let is_flag = before.len() > 2 && before.starts_with("--") && !before.contains('=');
    is_flag.then_some(before)
}

/// A hint for a flag that another command or the start of the shell has.
fn other_place((command, api): (&Command, &'static Api), name: &str) -> Option<String> {
    if let Some(line) = by_name(command, api, name) {
        return Some(format!("`{line}` shows one of them"));
    }
    let flag = settings::startup_flag(name)?.flag();
    Some(format!(
        "`{flag}` is a startup flag: `sftpgo-shell {flag} … COMMAND`"
    ))
}

/// A hint with the flags of similar names, or where to find them all.
fn near_flags(
    word: &str,
    row: Option<(&'static Command, &'static Api)>,
    more: &'static [Param],
) -> String {
    let params: Vec<&Param> = match row {
        Some((command, api)) => command
            .params_in(api.release)
            .filter(|param| param.line == Line::Flag)
            .chain(grammar::settings_of(command).map(|setting| &setting.param))
            .collect(),
        None => settings::TABLE
            .iter()
            .map(|setting| &setting.param)
            .chain(more)
            .collect(),
    };
    let names = params.iter().map(|param| param.name);
    let near: Vec<String> = near(word.trim_start_matches('-'), names)
        .iter()
        .filter_map(|name| params.iter().find(|param| param.name == *name))
        .map(|param| param.flag())
        .collect();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let field = row.and_then(|(command, api)| field_called(word, command, api));
    if let Some((path, true)) = &field {
        return format!("`--set {path}=…` sets it; `--set` and Tab list the fields");
    }
    if !near.is_empty() {
        return did_you_mean(&near);
    }
    if let Some((path, false)) = &field {
        return format!("did you mean `--set {path}=…`?");
    }
    let later = word.strip_prefix("--").map(underscored);
    if row.is_none() && later.is_some_and(|name| catalog::is_flag(&name)) {
        return format!("`{word}` must come after the command");
    }
    let takes_words = |(command, _): &(&Command, _)| {
        let mut params = command.params.iter();
        params.any(|param| param.line == Line::Position)
    };
    if let Some((command, _)) = row.filter(takes_words).filter(|_| !word.starts_with("--")) {
        let name = command.name;
        return format!(
            "a value that begins with `-` stands at the end, after `--`: `{name} … -- VALUE`"
        );
    }
    let page = match row {
        Some((command, _)) => format!("help {}", command.name),
        None if more.is_empty() => "help settings".to_owned(),
        None => "--help".to_owned(),
    };
    format!("`{page}` lists the flags")
}

/// The path of the body's field that a word names, which has no flag of its own, and whether
/// that is its exact name.
fn field_called(word: &str, command: &Command, api: &'static Api) -> Option<(String, bool)> {
    let has_sets = command
        .params_in(api.release)
        .any(|param| param.kind == Kind::Sets);
    let body = command.route()?.body.filter(|_| has_sets)?;
    let name = underscored(word.strip_prefix("--")?);
    let all = schema::all_below(&schema::Type::read(body), api.release);
    let paths: Vec<&str> = all
        .iter()
        .map(|(path, _)| path.trim_end_matches('='))
        .collect();
    let last = |path: &&&str| path.rsplit('.').next() == Some(name.as_str());
    if let Some(path) = paths.iter().find(last) {
        return Some(((*path).to_owned(), true));
    }
    let ends = paths.iter().filter_map(|path| path.rsplit('.').next());
    let nearest = near(&name, ends).first().copied()?;
    let path = paths
        .iter()
        .find(|path| path.rsplit('.').next() == Some(nearest))?;
    Some(((*path).to_owned(), false))
}

/// The command that reads one object of a list by the name that a flag was to give.
fn by_name(command: &Command, api: &'static Api, flag: &str) -> Option<String> {
    let path = format!("{}/{{{flag}}}", command.route()?.path);
    let is_it = |row: &&Command| {
        let route = row.route();
        route.is_some_and(|route| route.method == Method::Get && route.path == path)
    };
    let row = catalog::commands(api).find(is_it)?;
    Some(format!("{} {}", row.name, flag.to_uppercase()))
}

fn dashed_value(flag: &str, value: &str) -> String {
    let value = shortened(value);
    format!("write a value that starts with `-` as `{flag}={value}`")
}

fn extra(word: &str, args: &[Arg], usage: Option<String>) -> Error {
    if let Some(flag) = secret_flag(word, args) {
        return Error::typed(format!("unexpected argument after `--{flag}`"))
            .hint("put a value with spaces in quotes");
    }
    let secrets = secrets(args);
    let is_hidden = |at: &usize| secrets[*at] != SecretSpan::No && args[*at].text.starts_with(word);
    let is_shown = || {
        args.iter()
            .zip(&secrets)
            .any(|(arg, secret)| *secret == SecretSpan::No && arg.text == word)
    };
    let error = match (0..args.len()).find(is_hidden).filter(|_| !is_shown()) {
        // It may be a secret: only its place is shown.
        Some(at) => {
            let shown = (0..at)
                .rev()
                .find(|before| secrets[*before] == SecretSpan::No);
            let before = shown.map_or("", |at| args[at].text.as_str());
            Error::typed(format!("unexpected argument after `{}`", shortened(before)))
        }
        None => Error::typed(format!("unexpected argument `{}`", shortened(word))),
    };
    with(error, long_dash(word).or(quoted_operator(word)).or(usage))
}

/// The hint for an operator that is only a word, since it is in quotes.
fn quoted_operator(word: &str) -> Option<String> {
    matches!(word, "|" | ">" | ">>")
        .then(|| format!("without quotes, `{word}` sends the output to what follows"))
}

/// The hint for a flag with a dash as web pages and word processors make it.
pub(super) fn long_dash(word: &str) -> Option<String> {
    let dash = word.chars().next().filter(|c| is_dash(*c) && *c != '-')?;
    let name = word.trim_start_matches(is_dash);
    let name = name.split(['=', ':']).next().unwrap_or_default();
    let is_flag = name.starts_with(char::is_alphabetic);
    is_flag.then(|| format!("`{dash}` is a long dash: write `--{}`", shortened(name)))
}

/// A flag for a message: without a secret that is joined to it, as in `-pSECRET`.
fn shown_flag(word: &str, args: &[Arg]) -> String {
    let hidden = secrets(args)
        .into_iter()
        .zip(args)
        .find_map(|(secret, arg)| {
            let (SecretSpan::From(from) | SecretSpan::FlagFrom(from)) = secret else {
                return None;
            };
            (arg.text.starts_with(word) && word.len() > from).then_some(from)
        });
    match hidden {
        Some(from) => format!("{}…", &word[..from]),
        None => shortened(word),
    }
}

/// What is secret in each word.
fn secrets(args: &[Arg]) -> Vec<SecretSpan> {
    let mut watch = Watch::default();
    args.iter().map(|arg| watch.read(&arg.text)).collect()
}

/// The flag whose secret a word may be, or the second half of it.
fn secret_flag(word: &str, args: &[Arg]) -> Option<String> {
    let secrets = secrets(args).into_iter().zip(args);
    let mut flags = secrets.filter_map(|(secret, arg)| match secret {
        // clap reports the beginning of a word, such as `-x` of `-xyz`.
        SecretSpan::Whole(flag) if arg.text.starts_with(word) => Some(flag),
        _ => None,
    });
    flags.next_back()
}

/// Required positions that were not given.
pub(super) fn missing(
    names: &[String],
    args: &[Arg],
    (command, api): (&'static Command, &'static Api),
) -> Error {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let error = Error::typed(format!(
        "{} {verb} missing",
        ticked(&names).replace(" or ", " and ")
    ));
    // As with argparse, a list takes the name that follows it.
    let swallower = command.all_params().find(|param| {
        param.kind.is_many()
            && args.iter().any(|arg| {
                arg.text.strip_prefix("--").map(underscored).as_deref() == Some(param.name)
            })
    });
    // The words of a position that takes one of a few.
    let choices = command
        .params_in(api.release)
        .filter(|param| param.line == Line::Position && names.contains(&param.shown().as_str()))
        .find(|param| !param.kind.choices().is_empty());
    if let (Some(param), None) = (choices, swallower) {
        let usage = brief(command, command.params_in(api.release));
        let words = ticked(param.kind.choices());
        return error.hint(format!("`{}` is {words}; {usage}", param.shown()));
    }
    error.hint(match swallower {
        Some(list) => format!(
            "`{}` takes all words up to the next flag; put `{}` before it",
            list.flag(),
            names.join(" ")
        ),
        None => brief(command, command.params_in(api.release)),
    })
}
