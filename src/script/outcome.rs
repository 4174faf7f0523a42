//! What came of the commands of a run: told, counted, written into the report.

use super::run::{Command, Run};
use super::source::Source;
use super::{Stop, at};
use crate::catalog::{self, Verb};
use crate::error::{Error, Fault};
use crate::line::call::What;
use crate::line::outline::command_of;
use crate::output::progress;
use crate::output::report::Outcome as Reported;
use crate::shell::Flow;
use crate::text::lex::Word;
use std::time::Duration;

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was done.
    Done,
    /// It was not done.
    Failed,
    /// Its answer is lost.
    Unknown,
}

impl Run<'_> {
    /// Says what came of a command; the run stops at a failure, unless it is
    /// ignored or to go on.
    pub(super) fn settle(
        &mut self,
        done: Result<Flow, Error>,
        command: &Command,
    ) -> Result<(), Stop> {
        let took = self.since.elapsed();
        self.settle_in(done, command, took, None)
    }

    /// The same of a command that took this long, and had this number in flight.
    pub(super) fn settle_in(
        &mut self,
        done: Result<Flow, Error>,
        command: &Command,
        took: Duration,
        flight: Option<u64>,
    ) -> Result<(), Stop> {
        let done = match done {
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Ok(Flow::Continue) => Ok(()),
            Err(error) => Err(error),
        };
        let Err(error) = self.tell(done, command, took, flight) else {
            return Ok(());
        };
        let stop = command.line();
        if error.fault == Fault::OutputClosed {
            return Err(if error.applied {
                Stop::Failed(error.fault.exit_code(), stop)
            } else {
                Stop::Closed(stop)
            });
        }
        self.shell.progress.state().unshown |= error.applied;
        let wanted = command.ignored || self.shell.session.settings.keep_going;
        let goes_on = wanted && !command.decides;
        if !goes_on || error.fault == Fault::Interrupted || stop.is_none() {
            return Err(Stop::Failed(error.fault.exit_code(), stop));
        }
        Ok(())
    }

    /// Says what is wrong with a command, after which nothing can go on.
    pub(super) fn stopped(&mut self, error: Error, command: &Command) -> Stop {
        let code = error.fault.exit_code();
        let mut told = command.clone();
        told.ignored = false;
        let took = self.since.elapsed();
        let _ = self.tell(Err(error), &told, took, None);
        Stop::Failed(code, command.line())
    }

    /// Says what came of a command, and counts it.
    fn tell(
        &mut self,
        done: Result<(), Error>,
        command: &Command,
        took: Duration,
        flight: Option<u64>,
    ) -> Result<(), Error> {
        // The place is the command at least.
        let done = done.map_err(|error| error.or_at(command.first.clone()));
        if let Err(error) = &done
            && (error.fault != Fault::OutputClosed || error.applied)
        {
            self.shell.report(error, &command.text.text, &command.place);
        }
        // Once: what ends without asking has no status.
        let status = self.shell.session.last_status.take();
        let reported = match &done {
            Ok(()) => Reported::Done { status },
            Err(error) if error.applied => Reported::Done { status },
            Err(error) => Reported::failed(error, status, command.ignored),
        };
        // All at once: whoever breaks the run off must find it told or not.
        let mut state = self.shell.progress.alive();
        if !state.reports.is_empty() {
            state.record(&command.stands(), &reported, Some(took));
        }
        match &done {
            Err(error) if error.applied => state.done += 1,
            Err(error) if error.unknown => {
                state.unknown += 1;
                state.ignored += usize::from(command.ignored);
            }
            Err(_) if command.ignored => state.done += 1,
            Err(_) => state.failed += 1,
            Ok(()) => state.done += 1,
        }
        state
            .writing
            .retain(|one| flight.is_some_and(|flight| one.number != flight));
        state.so_far = None;
        drop(state);
        self.shell.progress.moved();
        done
    }

    /// Writes a command that was not run into the report, if there is one.
    fn record(&self, command: &Command, outcome: &Reported) {
        let state = self.shell.progress.alive();
        if !state.reports.is_empty() {
            state.record(&command.stands(), outcome, None);
        }
    }

    /// The end of a run that stops: nothing new begins, but what writes and is
    /// under way is waited for, so that it can be told what became of it.
    pub(super) fn wind_up(&mut self) {
        self.flights.give_up();
        self.shell.ends = true;
        while let Some((flight, landed)) = self.flights.drain() {
            let command = flight.command.clone();
            let Some(landed) = landed else {
                self.record(&command, &Reported::NotRun);
                continue;
            };
            let (took, number) = (landed.took, flight.number);
            let done = self.landed(flight, landed);
            let outcome = match self.tell(done, &command, took, Some(number)) {
                Ok(()) => Outcome::Done,
                Err(error) if error.applied => Outcome::Done,
                Err(error) if error.unknown => Outcome::Unknown,
                Err(_) => Outcome::Failed,
            };
            let line = command.line();
            self.after.extend(line.map(|line| (line, outcome)));
        }
        self.shell.ends = false;
    }

    /// Writes what was not begun of a file into the report, if it can be read
    /// again: the commands behind the last one, with those of the files that
    /// they would have sourced.
    pub(super) fn record_rest(&mut self, source: &mut Source) {
        if self.shell.progress.state().reports.is_empty() {
            return;
        }
        let name = source.name.clone();
        for text in source.first_reading().into_iter().flatten().flatten() {
            let place = at(&name, text.line);
            for (command, words) in Command::all(text, &place) {
                let at = (command.text.line, command.span.start);
                if at > self.last && !self.is_before_begin(&command) {
                    // The commands of a file count, not the one that sources it.
                    if !self.record_sourced(words) {
                        self.record(&command, &Reported::NotRun);
                    }
                }
            }
        }
    }

    /// The same of the file that a command sources; whether there is one whose name is known.
    fn record_sourced(&mut self, mut words: Vec<Word>) -> bool {
        let api = self.shell.session.settings.api;
        super::may_fail(&mut words, api);
        let row = command_of(&words, api);
        if row.and_then(catalog::Command::verb) != Some(Verb::Source) {
            return false;
        }
        let args = self.shell.session.expanded(&words);
        let parsed = args.and_then(|args| self.shell.parse(&args));
        let Ok(What::Call(call)) = parsed.map(|parsed| parsed.what) else {
            return false;
        };
        let Ok(mut source) = self.nest.open(call.text("file")) else {
            return false;
        };
        self.nest.enter(&source);
        let before = std::mem::take(&mut self.last);
        self.record_rest(&mut source);
        self.last = before;
        self.nest.leave();
        true
    }

    /// `done f:18, f:20; failed f:19`: what became of the writes behind the one that failed.
    pub(super) fn said_after(&self) -> Option<String> {
        let listed = |wanted: Outcome, how: &str| {
            let lines: Vec<String> = self
                .after
                .iter()
                .filter(|(_, outcome)| *outcome == wanted)
                .filter_map(|(line, _)| progress::shown(line))
                .collect();
            (!lines.is_empty()).then(|| format!("{how} {}", lines.join(", ")))
        };
        let parts: Vec<String> = [
            listed(Outcome::Done, "done"),
            listed(Outcome::Failed, "failed"),
            listed(Outcome::Unknown, "not known"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
