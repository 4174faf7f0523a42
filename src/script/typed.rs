//! `source` typed at the terminal.

use super::nest::Nest;
use super::run::Run;
use super::{Stop, check};
use crate::args::Mode;
use crate::error::Error;
use crate::line::call::Call;
use crate::progress;
use crate::render::clean;
use crate::shell::Shell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs a file. What it takes away is asked about once, before it begins.
pub(crate) fn sourced(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let nest = Nest::default();
    let opened = nest.open(call.text("file"));
    let mut source = opened.map_err(|error| error.at(call.place("file")))?;
    let name = clean::line(&source.name).into_owned();
    let checked = check::sourced(shell, &mut source, &nest).map_err(|_| {
        Error::typed(format!("`{name}` is not right")).hint("`help COMMAND` describes a command")
    })?;
    if checked.destroys > 0 {
        let (all, gone) = (progress::counted(checked.commands), checked.destroys);
        shell.agreed(&format!(
            "source {name}: {all}, {gone} of them take something away for good"
        ))?;
    }
    let confirm = std::mem::replace(&mut shell.session.settings.confirm, false);
    let before = std::mem::take(&mut *shell.progress.state());
    shell.progress.state().total = checked.total();
    let told = Arc::new(AtomicBool::new(false));
    let listener = Arc::clone(&told);
    let interrupt = shell.interrupt.clone();
    let (ended, said) = interrupt.heard_by(
        Arc::new(move || listener.store(true, Ordering::Relaxed)),
        || {
            let mut run = Run::new(shell, Mode::default());
            run.interrupted = told;
            let ended = run.source(&mut source);
            let said = ended.as_ref().err().and_then(|stop| stop.said(&run));
            (ended, said)
        },
    );
    shell.session.settings.confirm = confirm;
    let after = std::mem::replace(&mut *shell.progress.state(), before);
    let all = after.done + after.failed;
    match (ended, after.failed) {
        (Ok(()) | Err(Stop::Exit(_)), 0) => Ok(()),
        (Ok(()) | Err(Stop::Exit(_)), failed) => {
            Err(Error::local(format!("{failed} of {all} commands failed")))
        }
        (Err(_), _) => Err(Error::local(
            said.unwrap_or_else(|| format!("`{name}` failed")),
        )),
    }
}
