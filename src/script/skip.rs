//! `--from-line`: a run that begins in the middle of a file.

use super::Stop;
use super::run::{Command, Run};
use crate::catalog::{Command as Row, Verb};
use crate::error::Error;
use crate::line::call::What;
use crate::line::outline::command_of;
use crate::output::error::Place;
use crate::text::lex::Word;

impl Run<'_> {
    /// Whether a command stands before the line to begin with.
    pub(super) fn is_before_begin(&self, command: &Command) -> bool {
        self.mode.from_line > 0
            && self.nest.is_top()
            && matches!(command.line(), Some(Place::File { line, .. }) if line < self.mode.from_line)
    }

    /// Passes over a command that stands before the line to begin with.
    pub(super) fn skip(&mut self, words: &[Word], command: &Command) -> Result<(), Stop> {
        let verb = command_of(words, self.shell.session.settings.api).and_then(Row::verb);
        let done = self.shell.progress.state().done;
        self.passed_over(words, verb, command)?;
        // None of these counts; a file that is sourced has its own commands.
        let mut state = self.shell.progress.state();
        let counted = verb != Some(Verb::Source) || state.done > done;
        state.done = done;
        if let Some(total) = state.total.as_mut().filter(|_| counted) {
            *total = total.saturating_sub(1);
        }
        Ok(())
    }

    /// Where the requests go, and what variables hold, must be as if the
    /// command had run: a write behind a `connect` must not hit another server.
    fn passed_over(
        &mut self,
        words: &[Word],
        verb: Option<Verb>,
        command: &Command,
    ) -> Result<(), Stop> {
        if !matches!(
            verb,
            Some(Verb::Set | Verb::Connect | Verb::Let | Verb::Source)
        ) {
            return Ok(());
        }
        let (parsed, args) = match self.shell.read_open(words) {
            Ok(read) => read,
            Err(error) => return self.settle(Err(error), command),
        };
        let What::Call(call) = &parsed.what else {
            return Ok(());
        };
        let open = args.iter().find(|arg| arg.later);
        match (verb, open) {
            (Some(Verb::Let), Some(_)) => self.let_open(call, command),
            (_, Some(_)) if self.mode.dry_run.is_some() => {
                self.known_later(&args, false, command, ": the command is left out");
                Ok(())
            }
            (_, Some(arg)) => {
                let what = arg.open.first().map_or("", String::as_str);
                let from = self.mode.from_line;
                let error = Error::typed(format!(
                    "`{what}` is not known: nothing before line {from} is asked for"
                ))
                .hint("write its value there: the commands that follow may depend on it")
                .at(arg.span.clone());
                Err(self.stopped(error, command))
            }
            (Some(Verb::Source), _) => {
                let before = std::mem::replace(&mut self.skips, true);
                let ended = self.perform(parsed, command);
                self.skips = before;
                ended
            }
            (Some(Verb::Set), _) if !call.typed("value") => Ok(()),
            _ => self.perform(parsed, command),
        }
    }
}
