//! `sleep`: waits.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::settings;
use crate::shell::Shell;
use crate::text::words::this_is;
use std::time::Duration;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Sleep, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    shell.asker.pause(read(call)?)
}

fn check(_: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if call.is_known() {
        read(call)?;
    }
    Ok(())
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if run.open {
        return Ok(false);
    }
    read(call).map(|_| true)
}

/// The time to wait.
fn read(call: &Call) -> Result<Duration, Error> {
    let typed = call.text("duration");
    settings::duration(typed).map_err(|why| {
        Error::typed(format!("`sleep` {why}; {}", this_is(typed))).at(call.place("duration"))
    })
}
