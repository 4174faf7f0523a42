//! `diff`: where two objects differ.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, OnServers, Runs};
use super::help;
use super::target;
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::{Call, Content};
use crate::recipe::not_shown;
use crate::shell::{Flow, Shell};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    on_servers: |_| OnServers::ByLogin,
    ..Builtin::new(Verb::Diff, Runs::Flow(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let parsed = target::of(shell, call)?;
    shell.under(&parsed.overrides, |shell| match parsed.content {
        Content::Nothing => Ok(Flow::Continue),
        Content::Help(topic) => help::run(shell, topic),
        Content::Call(target) => shell.compare(&target).map(|()| Flow::Continue),
    })
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    target::parsed(call, checking.settings.api).map(drop)
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    not_shown(run.shell, call);
    if !run.open {
        target::parsed(call, run.shell.session.settings.api)?;
    }
    Ok(true)
}
