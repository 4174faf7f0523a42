//! A command that is typed at the terminal, also one that runs others: `source`, `learn`.

use super::check::CheckSummary;
use super::run::Run;
use super::source_stack::SourceStack;
use super::{Stop, check, learn};
use crate::command::{self, Runs};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::line::outline::command_of;
use crate::line::redirect;
use crate::output::progress;
use crate::script::mode::Mode;
use crate::session::Session;
use crate::shell::{Flow, Shell};
use crate::text::clean;
use crate::text::lex::Word;

/// Whether a command given alone begins a session: lessons need more commands.
pub(crate) fn begins_session(session: &Session, text: &str) -> bool {
    let commands = session.commands(text).unwrap_or_default();
    let [words] = commands.as_slice() else {
        return false;
    };
    let row = command_of(words, session.settings.api).and_then(command::builtin);
    let is_lesson = row.is_some_and(|row| matches!(row.run, Runs::Lessons));
    let ends = |word: &Word| matches!(word.text().as_str(), "list" | "--test" | "--help" | "-h");
    is_lesson && !words.iter().any(ends)
}

/// Runs one command of a text.
pub(crate) fn command(shell: &mut Shell, text: &str, words: &[Word]) -> Result<Flow, Error> {
    // It may have come during the command before it on the line.
    shell.asker.check_interrupted()?;
    let (words, redirect) = redirect::split(text, words, shell.session.settings.api)?;
    let parsed = command::read_words(shell, words)?;
    match &redirect {
        Some(redirect) => command::perform_to(shell, parsed, redirect, call),
        None => command::perform_by(shell, parsed, call),
    }
}

/// Runs a call, also one that only a loop can run.
pub(super) fn call(shell: &mut Shell, call: Call) -> Result<Flow, Error> {
    match command::builtin(call.command).map(|row| row.run) {
        Some(Runs::File) => sourced(shell, &call).map(|()| Flow::Continue),
        Some(Runs::Lessons) => learn::run(shell, &call).map(|()| Flow::Continue),
        _ => command::call(shell, call),
    }
}

/// Runs a file. If it deletes data, it asks for confirmation once, before it starts.
fn sourced(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let stack = SourceStack::default();
    let opened = stack.open(&shell.session, call.text("file"));
    let mut source = opened.map_err(|error| error.at(call.place("file")))?;
    let name = clean::line(&source.name).into_owned();
    let checked = check::for_run(shell, |shell| check::sourced(shell, &mut source, &stack));
    shell.asker.check_interrupted()?;
    let checked =
        checked.map_err(|_| Error::typed(format!("`{name}` has errors")).at(call.place("file")))?;
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
