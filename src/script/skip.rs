//! `--from-line`: a run that begins in the middle of a file.

use super::Stop;
use super::run::{Command, Run};
use crate::catalog::{self, Verb};
use crate::line::call::What;
use crate::line::lex::Word;
use crate::line::outline::command_of;
use crate::render::error::Place;

impl Run<'_> {
    /// Whether a command stands before the line to begin with.
    pub(super) fn is_before_begin(&self, command: &Command) -> bool {
        self.mode.from_line > 0
            && self.nest.is_top()
            && matches!(command.line(), Some(Place::File { line, .. }) if line < self.mode.from_line)
    }

    /// Passes over a command that stands before the line to begin with. Where
    /// the requests go, and what variables hold, must be as if it had run: a
    /// write behind a `connect` must not hit another server.
    pub(super) fn skip(&mut self, words: &[Word], command: &Command) -> Result<(), Stop> {
        if let Some(total) = &mut self.shell.progress.state().total {
            *total = total.saturating_sub(1);
        }
        let row = command_of(words, self.shell.session.settings.api);
        let Some(verb) = row.and_then(catalog::Command::verb) else {
            return Ok(());
        };
        if !matches!(verb, Verb::Set | Verb::Connect | Verb::Let | Verb::Source) {
            return Ok(());
        }
        let parsed = match self.shell.read_words(words) {
            Ok(parsed) => parsed,
            // What an answer would have brought: whoever needs it is told there.
            Err(_) if verb == Verb::Let => return Ok(()),
            Err(error) => return self.settle(Err(error), command),
        };
        let What::Call(call) = &parsed.what else {
            return Ok(());
        };
        let done = self.shell.progress.state().done;
        let ended = if verb == Verb::Source {
            let before = std::mem::replace(&mut self.skips, true);
            let ended = self.nested(call, command);
            self.skips = before;
            ended
        } else if verb == Verb::Set && !call.typed("value") {
            Ok(())
        } else {
            self.perform(parsed, command)
        };
        self.shell.progress.state().done = done;
        ended
    }
}
