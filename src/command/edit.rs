//! `edit`: an object in the user's editor.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use super::help;
use crate::catalog::{Api, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content};
use crate::line::parse::Parser;
use crate::shell::{Flow, Shell};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Edit, Runs::Flow(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let parsed = shell.parse_target(&call.rest)?;
    shell.under(&parsed.overrides, |shell| match parsed.content {
        Content::Nothing => Ok(Flow::Continue),
        Content::Help(topic) => help::run(shell, topic),
        Content::Call(target) if shell.can_edit() => shell.edit(target).map(|()| Flow::Continue),
        Content::Call(target) => Err(needs_terminal(&target).at(call.span.clone())),
    })
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if checking.shown {
        return Ok(());
    }
    Err(refused(call, checking.settings.api))
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    Err(refused(call, run.shell.session.settings.api))
}

/// The error of an `edit` without a terminal: what it would edit
/// may be wrong as well.
fn refused(call: &Call, api: &'static Api) -> Error {
    let parsed = Parser::default().target(&call.rest, api);
    let error = match parsed.map(|parsed| parsed.content) {
        Ok(Content::Call(target)) => needs_terminal(&target),
        Ok(_) => Error::typed("`edit` needs a terminal"),
        Err(error) => error,
    };
    error.or_at(call.span.clone())
}

fn needs_terminal(target: &Call) -> Error {
    let name = target.command.name;
    Error::typed("`edit` needs a terminal; nothing was sent").hint(format!(
        "`{name} … --set PATH=VALUE` changes a field, `{name} … --json FILE` several"
    ))
}
