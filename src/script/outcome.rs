//! The outcomes of commands: reported, counted, and added to the report.

use super::run::{Run, Statement};
use super::source::Source;
use super::{Stop, at, learn};
use crate::command;
use crate::error::{Error, Fault};
use crate::line::call::Content;
use crate::line::outline::command_of;
use crate::line::redirect;
use crate::output::error::without_secrets;
use crate::output::progress;
use crate::output::report::CaseResult;
use crate::shell::Flow;
use crate::text::lex::Word;
use std::time::Duration;

/// The result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatementResult {
    Done,
    /// It failed.
    Failed,
    /// Its answer was lost.
    Unknown,
}

impl Run<'_> {
    /// Reports the outcome of a command; the run stops at a failure, unless it
    /// is ignored or `--keep-going` is set.
    pub(super) fn handle_result(
        &mut self,
        done: Result<Flow, Error>,
        statement: &Statement,
    ) -> Result<(), Stop> {
        let took = self.since.elapsed();
        self.handle_result_after(done, statement, took, None)
    }

    /// Does the same for a command that took this long and had this number in the pool.
    pub(super) fn handle_result_after(
        &mut self,
        done: Result<Flow, Error>,
        statement: &Statement,
        took: Duration,
        number: Option<u64>,
    ) -> Result<(), Stop> {
        let done = match done {
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Ok(Flow::Continue) => Ok(()),
            Err(error) => Err(error),
        };
        let reported = self.report_result(done, statement, took, number);
        match number {
            // It was sent ahead of its turn, in one request.
            Some(_) if self.shell.session.settings.timing => self.shell.say_took(took, 1),
            _ => self.shell.say_time(),
        }
        learn::observe(self.shell);
        let Err(error) = reported else {
            return Ok(());
        };
        let stop = statement.line();
        if error.fault == Fault::OutputClosed {
            return Err(if error.applied {
                Stop::Failed(error.fault.exit_code(), stop)
            } else {
                Stop::Closed(stop)
            });
        }
        self.shell.progress.state().unshown |= error.applied;
        let wanted = statement.ignored || self.shell.session.settings.keep_going;
        let goes_on = wanted && !statement.chooses_server;
        if !goes_on || error.fault == Fault::Interrupted || stop.is_none() {
            return Err(Stop::Failed(error.fault.exit_code(), stop));
        }
        Ok(())
    }

    /// Reports an error after which the run cannot continue.
    pub(super) fn fail(&mut self, error: Error, statement: &Statement) -> Stop {
        let code = error.fault.exit_code();
        let mut last = statement.clone();
        last.ignored = false;
        let took = self.since.elapsed();
        let _ = self.report_result(Err(error), &last, took, None);
        Stop::Failed(code, statement.line())
    }

    /// Reports the outcome of a command and counts it.
    fn report_result(
        &mut self,
        done: Result<(), Error>,
        statement: &Statement,
        took: Duration,
        number: Option<u64>,
    ) -> Result<(), Error> {
        // The place is the command at least.
        let done = done.map_err(|error| error.or_at(statement.first.clone()));
        if let Err(error) = &done
            && (error.fault != Fault::OutputClosed || error.applied)
        {
            self.shell
                .screen()
                .report(error, &statement.text.text, &statement.place);
        }
        // Taken once: a command without a request has no status.
        let status = self.shell.session.last_status.take();
        let text = &statement.text.text[statement.span.clone()];
        command::keep(self.shell, text, status, done.as_ref().err());
        let reported = match &done {
            Ok(()) => CaseResult::Done { status },
            Err(error) if error.applied => CaseResult::Done { status },
            Err(error) => {
                let error = without_secrets(error, &statement.text.text);
                CaseResult::failed(&error, status, statement.ignored)
            }
        };
        // In one step: an interrupt must find the command either reported or not.
        let mut state = self.shell.progress.alive();
        if !state.reports.is_empty() {
            state.record(&statement.case(), &reported, Some(took));
        }
        match &done {
            Err(error) if error.applied => state.done += 1,
            Err(error) if error.unknown => {
                state.unknown += 1;
                state.ignored += usize::from(statement.ignored);
            }
            Err(_) if statement.ignored => state.done += 1,
            Err(_) => state.failed += 1,
            Ok(()) => state.done += 1,
        }
        state
            .writing
            .retain(|one| number.is_some_and(|number| one.number != number));
        state.so_far = None;
        drop(state);
        self.shell.progress.moved();
        done
    }

    /// Writes a command that was not run into the report, if there is one.
    fn record(&self, statement: &Statement, result: &CaseResult) {
        let state = self.shell.progress.alive();
        if !state.reports.is_empty() {
            state.record(&statement.case(), result, None);
        }
    }

    /// Ends a run that stops: nothing new starts, but running writes are
    /// awaited, so that their outcome can be reported.
    pub(super) fn finish_in_flight(&mut self) {
        self.in_flight.give_up();
        self.shell.connection.set_stopping(true);
        while let Some((pending, finished)) = self.in_flight.drain() {
            let statement = pending.statement.clone();
            let Some(finished) = finished else {
                self.record(&statement, &CaseResult::NotRun);
                continue;
            };
            let (took, number) = (finished.took, pending.number);
            let done = self.show_answer(pending, finished);
            let result = match self.report_result(done, &statement, took, Some(number)) {
                Ok(()) => StatementResult::Done,
                Err(error) if error.applied => StatementResult::Done,
                Err(error) if error.unknown => StatementResult::Unknown,
                Err(_) => StatementResult::Failed,
            };
            let line = statement.line();
            self.after.extend(line.map(|line| (line, result)));
        }
        self.shell.connection.set_stopping(false);
    }

    /// Adds the commands of a file that were not started to the report, if the
    /// file can be read again, including those of the files that they would
    /// have sourced.
    pub(super) fn record_rest(&mut self, source: &mut Source) {
        if self.shell.progress.state().reports.is_empty() {
            return;
        }
        let name = source.name.clone();
        for text in source.first_reading().into_iter().flatten().flatten() {
            let place = at(&name, text.line);
            for (statement, words) in Statement::all(&self.shell.session, text, &place) {
                let at = (statement.text.line, statement.span.start);
                if at > self.last && !self.is_before_begin(&statement) {
                    // The commands of a file count, not the one that sources it.
                    if !self.record_sourced(words) {
                        self.record(&statement, &CaseResult::NotRun);
                    }
                }
            }
        }
    }

    /// Does this for the file that a command sources; returns whether its name is known.
    fn record_sourced(&mut self, mut words: Vec<Word>) -> bool {
        let api = self.shell.session.settings.api;
        super::may_fail(&mut words, api);
        let (words, _) = redirect::parts(&words, api);
        let row = command_of(words, api);
        if !row.is_some_and(command::runs_a_file) {
            return false;
        }
        let args = self.shell.session.expanded(words);
        let parsed = args.and_then(|args| self.shell.parse(&args));
        let Ok(Content::Call(call)) = parsed.map(|parsed| parsed.content) else {
            return false;
        };
        let Ok(mut source) = self.stack.open(&self.shell.session, call.text("file")) else {
            return false;
        };
        self.stack.enter(&source);
        let before = std::mem::take(&mut self.last);
        self.record_rest(&mut source);
        self.last = before;
        self.stack.leave();
        true
    }

    /// `done f:18, f:20; failed f:19`: the outcomes of the writes after the one that failed.
    pub(super) fn later_outcomes(&self) -> Option<String> {
        let listed = |wanted: StatementResult, how: &str| {
            let lines: Vec<String> = self
                .after
                .iter()
                .filter(|(_, outcome)| *outcome == wanted)
                .filter_map(|(line, _)| progress::shown(line))
                .collect();
            (!lines.is_empty()).then(|| format!("{how} {}", lines.join(", ")))
        };
        let parts: Vec<String> = [
            listed(StatementResult::Done, "done"),
            listed(StatementResult::Failed, "failed"),
            listed(StatementResult::Unknown, "unknown"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
