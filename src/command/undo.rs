//! `undo`: undoes the last change of an object.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::recipe::not_shown;
use crate::shell::{Shell, undo_refusal};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Undo, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    shell
        .undo(call)
        .map_err(|error| error.or_at(call.span.clone()))
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    let refused = undo_refusal(call).filter(|_| !checking.shown);
    refused.map_or(Ok(()), Err)
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    not_shown(run.shell, call);
    undo_refusal(call).map_or(Ok(true), Err)
}
