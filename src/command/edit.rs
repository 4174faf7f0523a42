//! `edit` and `new`: an object in the user's editor.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use super::help;
use super::target;
use crate::catalog::{Target, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content};
use crate::session::kept::UseInFile;
use crate::shell::{Flow, Shell};

pub(super) const EDIT: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    in_file: UseInFile::Remark("it needs a terminal"),
    ..Builtin::new(Verb::Edit, Runs::Flow(run))
};

pub(super) const NEW: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    in_file: UseInFile::Remark("it needs a terminal"),
    ..Builtin::new(Verb::New, Runs::Flow(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let parsed = target::of(shell, call)?;
    shell.under(&parsed.overrides, |shell| match parsed.content {
        Content::Nothing => Ok(Flow::Continue),
        Content::Help(topic) => help::run(shell, topic),
        Content::Call(target) if !shell.can_edit() => Err(target::needs_terminal(call, &target)),
        Content::Call(target) => {
            let done = if call.command.target() == Some(Target::New) {
                shell.add_by_editor(target)
            } else {
                shell.edit(target)
            };
            done.map(|()| Flow::Continue)
        }
    })
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if checking.shown {
        return Ok(());
    }
    Err(target::no_terminal(call, checking.settings.api))
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    Err(target::no_terminal(call, run.shell.session.settings.api))
}
