//! The recipes as commands.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::catalog::{Recipe, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::recipe;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Recipe(Recipe::Backup, &[]), Runs::By(run))
};

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
