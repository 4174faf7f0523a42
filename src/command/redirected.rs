//! A command whose results go to a file or a program.

use super::perform_by;
use crate::catalog::{CONFIDENTIAL_PARAM, CommandKind, Effect, Group, JQ_PARAM, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed};
use crate::line::redirect::Redirect;
use crate::settings::{Key, Output};
use crate::shell::redirected::{Destination, Redirected};
use crate::shell::{Flow, Shell};
use crate::text::clean;
use std::path::Path;

/// Like `perform_by`, with the results going elsewhere.
pub(crate) fn perform_to(
    shell: &mut Shell,
    mut parsed: Parsed,
    redirect: &Redirect,
    call: impl FnOnce(&mut Shell, Call) -> Result<Flow, Error>,
) -> Result<Flow, Error> {
    let command = match &parsed.content {
        Content::Call(call) => Some(call),
        Content::Nothing | Content::Help(_) => None,
    };
    let what = Redirected {
        writes: command
            .filter(|call| writes(call))
            .map(|call| call.command.name),
        is_private: command.is_some_and(may_hold_secrets),
    };
    let asks = command.is_some_and(|call| call.command.asks());
    let to = match shell.destination(redirect) {
        Ok(to) => to,
        Err(error) => return not_begun(shell, asks, error.or_at(redirect.span.clone())),
    };
    // The extension of the file name selects the format, unless a flag does.
    let output = Key::Output.setting();
    let is_given = |(setting, _): &(&crate::settings::Setting, String)| setting.key == Key::Output;
    if let Destination::File { path, .. } = &to
        && !parsed.overrides.iter().any(is_given)
    {
        match Output::of_file(path) {
            Some(name) => parsed.overrides.push((output, name.to_owned())),
            None if command.is_some_and(has_objects) => say_default(shell, path),
            None => {}
        }
    }
    let mut begun = false;
    let done = shell.redirected(to, what, |shell| {
        begun = true;
        perform_by(shell, parsed, call)
    });
    match done {
        Err(error) if !begun => not_begun(shell, asks, error.or_at(redirect.span.clone())),
        done => done.map_err(|error| error.or_at(redirect.span.clone())),
    }
}

/// The error of a command that was not run because its output could not be opened.
fn not_begun(shell: &mut Shell, asks: bool, error: Error) -> Result<Flow, Error> {
    shell.record_end(asks, Some(&error));
    Err(error)
}

/// Whether the results of a command are JSON unless a format was chosen.
fn has_objects(call: &Call) -> bool {
    call.command.route().is_some() && !call.typed(JQ_PARAM)
}

/// Says that a file gets JSON because its extension is not a format.
fn say_default(shell: &Shell, path: &str) {
    let is_default = shell.session.settings.output == Output::Auto;
    let ending = Path::new(path)
        .extension()
        .and_then(|ending| ending.to_str());
    if let Some(ending) = ending.filter(|_| is_default) {
        let ending = clean::line(ending);
        shell.screen().remark(&format!(
            "`.{ending}` is not an output format, so JSON is written; `--output csv` selects another\n"
        ));
    }
}

fn writes(call: &Call) -> bool {
    match &call.command.kind {
        CommandKind::Request(route) => route.effect != Effect::Reads,
        CommandKind::Shell(Verb::Raw(method)) => method.writes(),
        CommandKind::Shell(_) => false,
    }
}

/// Whether the results of a command may hold a secret: a file of them is only for its owner.
fn may_hold_secrets(call: &Call) -> bool {
    match &call.command.kind {
        CommandKind::Request(route) => {
            route.confidential
                || writes(call)
                || call.command.group == Group::Account
                || call.is_on(CONFIDENTIAL_PARAM)
        }
        CommandKind::Shell(verb) => matches!(verb, Verb::Raw(_) | Verb::Last | Verb::Source),
    }
}
