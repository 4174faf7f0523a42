//! `source` typed at the terminal.

use super::check::CheckSummary;
use super::run::Run;
use super::source_stack::SourceStack;
use super::{Stop, check};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::output::progress;
use crate::script::mode::Mode;
use crate::shell::Shell;
use crate::text::clean;

/// Runs a file. If it deletes data, it asks for confirmation once, before it starts.
pub(crate) fn sourced(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let stack = SourceStack::default();
    let opened = stack.open(call.text("file"));
    let mut source = opened.map_err(|error| error.at(call.place("file")))?;
    let name = clean::line(&source.name).into_owned();
    let checked = check::for_run(shell, |shell| check::sourced(shell, &mut source, &stack))
        .map_err(|_| Error::typed(format!("`{name}` has errors")).at(call.place("file")))?;
    if let Some(what) = deletion_question(checked) {
        let what = format!("source {name}: {what}");
        shell.asker.confirm(&what, &shell.session.settings)?;
    }
    let confirmed = shell.asker.set_confirmed(true);
    let before = std::mem::take(&mut *shell.progress.state());
    shell.progress.state().total = checked.total();
    let mut run = Run::new(shell, Mode::default());
    let ended = run.source(&mut source);
    let said = ended.as_ref().err().and_then(|stop| stop.message(&run));
    shell.asker.set_confirmed(confirmed);
    let after = std::mem::replace(&mut *shell.progress.state(), before);
    let failed = after.failed + after.unknown;
    let all = after.done + failed;
    match (ended, failed) {
        (Ok(()) | Err(Stop::Exit(_)), 0) => Ok(()),
        (Ok(()) | Err(Stop::Exit(_)), failed) => {
            let of = progress::of_unknown(after.unknown);
            Err(Error::local(format!(
                "{failed} of {all} commands failed{of}"
            )))
        }
        (Err(stop), _) => {
            let said = said.unwrap_or_else(|| format!("`{name}` failed"));
            // Ctrl-C drops everything that was typed or pasted.
            let fault = if stop.exit_code() == Fault::Interrupted.exit_code() {
                Fault::Interrupted
            } else {
                Fault::Local
            };
            Err(Error::new(fault, said))
        }
    }
}

/// The confirmation question for a file.
fn deletion_question(checked: CheckSummary) -> Option<String> {
    let all = progress::counted(checked.commands);
    let more = "the files that `source` takes from an answer are only known during a real run";
    Some(match checked.destroys {
        0 if checked.more => format!("{all}; {more}"),
        0 => return None,
        1 => format!("{all}, 1 of which deletes data"),
        gone => format!("{all}, {gone} of which delete data"),
    })
}
