//! The objects that the words after a command name: `edit user anna`.

use crate::catalog::{Api, Target};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed};
use crate::line::parse::Parser;
use crate::shell::Shell;

/// The command's name, and what it is about.
fn outer(call: &Call) -> (&'static str, Target) {
    let target = call.command.target();
    (call.command.name, target.unwrap_or(Target::One))
}

/// Reads them for the server.
pub(super) fn of(shell: &mut Shell, call: &Call) -> Result<Parsed, Error> {
    shell.parse_target(outer(call), &call.rest)
}

/// Reads them without asking the server for its release.
pub(super) fn parsed(call: &Call, api: &'static Api) -> Result<Parsed, Error> {
    let parsed = Parser::default().target(outer(call), &call.rest, api);
    parsed.map_err(|error| error.or_at(call.span.clone()))
}

/// The error of a command that needs an editor, where there is no terminal: what it would
/// open may be wrong as well.
pub(super) fn no_terminal(call: &Call, api: &'static Api) -> Error {
    match parsed(call, api).map(|parsed| parsed.content) {
        Ok(Content::Call(target)) => needs_terminal(call, &target),
        Ok(_) => {
            Error::typed(format!("`{}` needs a terminal", call.command.name)).at(call.span.clone())
        }
        Err(error) => error,
    }
}

pub(super) fn needs_terminal(call: &Call, target: &Call) -> Error {
    let (outer, name) = (call.command.name, target.command.name);
    let hint = match call.command.target() {
        Some(Target::New) => format!("`{name}` adds one by flags or with `--json FILE`"),
        _ => format!("`{name} … --set PATH=VALUE` changes a field, `{name} … --json FILE` several"),
    };
    Error::typed(format!("`{outer}` needs a terminal; nothing was sent"))
        .hint(hint)
        .at(call.span.clone())
}
