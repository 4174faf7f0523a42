//! The words between a command and the command after it: the flags of `watch`, and its
//! interval. clap would take the flags of the other command for its own.

use super::call::{Slot, ValueOrigin};
use super::complaint::bad_value;
use super::optional_values::is_value;
use super::parse::underscored;
use super::variables::Arg;
use crate::catalog::{Api, Command, Kind, Line, Param, Value};
use crate::error::Error;
use crate::settings;
use crate::text::near::near;
use crate::text::words::{did_you_mean, shortened};

/// The parameters of a command that takes the rest of the line, and that rest.
pub(super) fn read<'a>(
    command: &'static Command,
    args: &'a [Arg],
    api: &'static Api,
) -> Result<(Vec<Slot>, &'a [Arg]), Error> {
    let own = |param: &&'static Param| !param.kind.is_rest();
    let params: Vec<_> = command.params_in(api.release).filter(own).collect();
    let mut slots: Vec<Slot> = params.iter().map(|param| Slot::left_out(param)).collect();
    let mut rest = args;
    // `echo` and `let` print and keep words that begin with dashes.
    while let (Some((arg, after)), false) = (rest.split_first(), params.is_empty()) {
        let typed = if is_of_inner(&params, arg) {
            None
        } else if arg.text.starts_with("--") {
            flag(command, &params, arg, after)?
        } else if command.takes_before_command(&arg.text) {
            position(&params, &slots, arg, after)
        } else {
            None
        };
        let Some((param, value, after)) = typed else {
            break;
        };
        let slot = slot(param, value.0, value.1, args)?;
        if let Some(place) = slots.iter_mut().find(|slot| slot.param.name == param.name) {
            *place = slot;
        }
        rest = after;
    }
    Ok((slots, rest))
}

/// Whether a flag is one of the settings, which may stand before the other command. Between a
/// command and its interval it is not.
fn is_of_inner(params: &[&'static Param], arg: &Arg) -> bool {
    let name = arg
        .text
        .strip_prefix("--")
        .map(|flag| flag.split('=').next().unwrap_or(flag));
    let name = name.map(underscored);
    let is_setting = settings::TABLE
        .iter()
        .any(|setting| Some(setting.param.name) == name.as_deref());
    is_setting && params.iter().all(|param| param.line == Line::Flag)
}

/// A parameter, its value and the word that holds it, and the words after it.
type Read<'a> = (&'static Param, (String, &'a Arg), &'a [Arg]);

fn position<'a>(
    params: &[&'static Param],
    slots: &[Slot],
    arg: &'a Arg,
    after: &'a [Arg],
) -> Option<Read<'a>> {
    let param = params.iter().find(|param| param.line == Line::Position)?;
    let mut typed = slots
        .iter()
        .filter(|slot| slot.from != ValueOrigin::Default);
    let is_given = typed.any(|slot| slot.param.name == param.name);
    (!is_given).then(|| (*param, (arg.text.clone(), arg), after))
}

fn flag<'a>(
    command: &Command,
    params: &[&'static Param],
    arg: &'a Arg,
    after: &'a [Arg],
) -> Result<Option<Read<'a>>, Error> {
    let (name, value) = match arg.text[2..].split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (&arg.text[2..], None),
    };
    let known = underscored(name);
    let is_it = |param: &&&'static Param| param.line == Line::Flag && param.name == known;
    let Some(param) = params.iter().find(is_it) else {
        return Err(unknown(command, params, name).at(arg.span.clone()));
    };
    match (value, after.split_first()) {
        (Some(value), _) => Ok(Some((param, (value, arg), after))),
        (None, Some((value, after))) if is_value(param, &value.text) => {
            Ok(Some((param, (value.text.clone(), value), after)))
        }
        (None, _) if param.bare.is_some() => {
            let value = param.bare.unwrap_or_default().to_owned();
            Ok(Some((param, (value, arg), after)))
        }
        (None, Some((value, after))) => Ok(Some((param, (value.text.clone(), value), after))),
        (None, None) => {
            let why = format!("`{}` needs a value", param.flag());
            Err(Error::typed(why).at(arg.span.clone()))
        }
    }
}

fn slot(param: &'static Param, text: String, arg: &Arg, args: &[Arg]) -> Result<Slot, Error> {
    let typed = Slot {
        from: ValueOrigin::Typed,
        span: Some(arg.span.clone()),
        ..Slot::left_out(param)
    };
    if arg.later {
        return Ok(Slot {
            from: ValueOrigin::Later,
            value: None,
            later: Some(Value::Text(text)),
            ..typed
        });
    }
    let value = param.kind.check(std::slice::from_ref(&text));
    let value = value.map_err(|(_, why)| bad_value(param, &text, &why, args))?;
    Ok(Slot {
        value: Some(value),
        ..typed
    })
}

fn unknown(command: &Command, params: &[&'static Param], name: &str) -> Error {
    let flags = params.iter().filter(|param| param.line == Line::Flag);
    let near = near(&underscored(name), flags.map(|param| param.name));
    let near: Vec<String> = near.iter().map(|name| format!("--{name}")).collect();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let name = shortened(name);
    let takes = command
        .params
        .iter()
        .any(|param| param.kind == Kind::Command);
    Error::typed(format!("unknown flag `--{name}`")).hint(match near.as_slice() {
        [] if takes => format!(
            "flags of the command that `{0}` runs must come after its name; `help {}` lists its own",
            command.name
        ),
        [] => format!("`help {}` lists the flags", command.name),
        near => did_you_mean(near),
    })
}
