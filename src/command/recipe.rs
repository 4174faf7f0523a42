//! The recipes as commands.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, OnServers, Runs};
use crate::catalog::{Live, Param, Recipe, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::recipe;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    on_servers,
    ..Builtin::new(Verb::Recipe(Recipe::Backup, &[]), Runs::By(run))
};

/// What reads or writes a file here would do so again for each server.
fn on_servers(call: &Call) -> OnServers {
    let is_file = |param: &Param| param.completes == Some(Live::File);
    if call.command.params.iter().any(is_file) {
        OnServers::Refused
    } else {
        OnServers::ByLogin
    }
}

/// Calls a function with the recipe of a call.
fn with(call: &Call, what: impl FnOnce(Recipe) -> Result<(), Error>) -> Result<(), Error> {
    match call.command.verb() {
        Some(Verb::Recipe(which, _)) => what(which),
        _ => Ok(()),
    }
}

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    with(call, |which| recipe::run(shell, which, call))
}

fn check(_: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if call.is_known() {
        with(call, |which| recipe::check(which, call))
    } else {
        Ok(())
    }
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    recipe::not_shown(run.shell, call);
    if !run.open {
        with(call, |which| recipe::check(which, call))?;
    }
    Ok(true)
}
