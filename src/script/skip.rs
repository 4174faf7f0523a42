//! `--from-line`: a run that starts in the middle of a file.

use super::Stop;
use super::run::{Run, Statement};
use crate::command::{self, Builtin, Skip, Unknown};
use crate::error::Error;
use crate::line::call::Content;
use crate::line::outline::command_of;
use crate::line::variables::Arg;
use crate::output::error::Place;
use crate::shell::Flow;
use crate::text::lex::Word;

impl Run<'_> {
    /// Whether a command is before the line to begin with.
    pub(super) fn is_before_begin(&self, statement: &Statement) -> bool {
        self.mode.from_line > 0
            && self.stack.is_top()
            && matches!(statement.line(), Some(Place::File { line, .. }) if line < self.mode.from_line)
    }

    /// Skips a command before the line to begin with.
    pub(super) fn skip(&mut self, words: &[Word], statement: &Statement) -> Result<(), Stop> {
        let row = command_of(words, self.shell.session.settings.api).and_then(command::builtin);
        let done = self.shell.progress.state().done;
        let is_file = match row {
            Some(row) if row.skip != Skip::Passes => {
                self.skip_setup(words, row, statement)?;
                row.skip == Skip::Inner
            }
            _ => false,
        };
        // These commands are not counted; a sourced file has its own.
        let mut state = self.shell.progress.state();
        let counted = !is_file || state.done > done;
        state.done = done;
        if let Some(total) = state.total.as_mut().filter(|_| counted) {
            *total = total.saturating_sub(1);
        }
        Ok(())
    }

    /// Where the requests go, and what variables hold, must be as if the
    /// command had run: a write after a `connect` must not reach another server.
    fn skip_setup(
        &mut self,
        words: &[Word],
        row: &Builtin,
        statement: &Statement,
    ) -> Result<(), Stop> {
        let (parsed, args) = match self.shell.read_open(words) {
            Ok(read) => read,
            Err(error) => return self.handle_result(Err(error), statement),
        };
        let Content::Call(call) = &parsed.content else {
            return Ok(());
        };
        if let Some(arg) = args.iter().find(|arg| arg.later) {
            return match row.unknown {
                Unknown::By(what) => {
                    let done = what(self.shell, call);
                    self.handle_result(done.map(|()| Flow::Continue), statement)
                }
                _ if self.mode.dry_run.is_some() => {
                    self.known_later(&args, None, statement, "; the command is skipped");
                    Ok(())
                }
                _ => Err(self.unknown_before(arg, statement)),
            };
        }
        if row.skip == Skip::Inner {
            let before = std::mem::replace(&mut self.skips, true);
            let ended = self.perform(parsed, statement);
            self.skips = before;
            return ended;
        }
        if (row.only_prints)(call) {
            return Ok(());
        }
        self.perform(parsed, statement)
    }

    /// A command before the line to begin with needs an answer to a request that was not sent.
    fn unknown_before(&mut self, arg: &Arg, statement: &Statement) -> Stop {
        let what = arg.open.first().map_or("", String::as_str);
        let from = self.mode.from_line;
        let error = Error::typed(format!(
            "`{what}` has no value: lines before {from} are skipped"
        ))
        .hint("write its value into the line: later commands may depend on it")
        .at(arg.span.clone());
        self.fail(error, statement)
    }
}
