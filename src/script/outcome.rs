//! What came of the commands of a run: told, counted, written into the report.

use super::run::{Command, Run};
use super::source::Source;
use super::{Stop, at};
use crate::error::{Error, Fault};
use crate::progress;
use crate::render::error::Place;
use crate::report::{Entry, Outcome as Reported};
use crate::shell::Flow;
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
        self.settle_in(done, command, took)
    }

    /// The same of a command that took this long.
    pub(super) fn settle_in(
        &mut self,
        done: Result<Flow, Error>,
        command: &Command,
        took: Duration,
    ) -> Result<(), Stop> {
        let done = match done {
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Ok(Flow::Continue) => Ok(()),
            Err(error) => Err(error),
        };
        let Err(error) = self.tell(done, command, took) else {
            return Ok(());
        };
        let stop = command.line();
        if error.fault == Fault::OutputClosed {
            return Err(Stop::Closed(stop));
        }
        let goes_on = command.ignored || self.shell.session.settings.keep_going;
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
        let _ = self.tell(Err(error), &told, took);
        Stop::Failed(code, command.line())
    }

    /// Says what came of a command, and counts it.
    fn tell(
        &mut self,
        done: Result<(), Error>,
        command: &Command,
        took: Duration,
    ) -> Result<(), Error> {
        // The place is the command at least.
        let done = done.map_err(|error| error.or_at(command.first.clone()));
        if let Err(error) = &done
            && error.fault != Fault::OutputClosed
        {
            self.shell.report(error, &command.text.text, &command.place);
        }
        let status = self.shell.session.last_status;
        let reported = match &done {
            Ok(()) => Reported::Done { status },
            Err(error) => Reported::failed(error, status, command.ignored),
        };
        self.record(command, &reported, Some(took));
        let mut state = self.shell.progress.state();
        match &done {
            Err(error) if error.unknown && !command.ignored => state.unknown += 1,
            Err(_) if !command.ignored => state.failed += 1,
            _ => state.done += 1,
        }
        drop(state);
        self.shell.progress.moved();
        done
    }

    /// Writes a command into the report, if there is one.
    pub(super) fn record(&self, command: &Command, outcome: &Reported, took: Option<Duration>) {
        let reports = self.shell.progress.state().reports.clone();
        if reports.is_empty() {
            return;
        }
        let (file, line) = match command.line() {
            Some(Place::File { name, line }) => (name, line),
            _ => ("command line".to_owned(), 1),
        };
        let entry = Entry {
            file: &file,
            line,
            column: command.column(),
            text: &command.written(),
            outcome,
            took,
        };
        for report in &reports {
            report.record(&entry);
        }
    }

    /// The end of a run that stops: nothing new begins, but what writes and is
    /// under way is waited for, so that it can be told what became of it.
    pub(super) fn wind_up(&mut self) {
        while let Some((flight, landed)) = self.flights.drain() {
            let command = flight.command.clone();
            let Some(landed) = landed else {
                self.record(&command, &Reported::NotRun, None);
                continue;
            };
            let took = landed.took;
            let done = self.landed(flight, landed);
            let outcome = match self.tell(done, &command, took) {
                Ok(()) => Outcome::Done,
                Err(error) if error.unknown => Outcome::Unknown,
                Err(_) => Outcome::Failed,
            };
            let line = command.line();
            self.after.extend(line.map(|line| (line, outcome)));
        }
    }

    /// Writes what was not begun into the report: the commands behind the last
    /// one, in files that can be read again.
    pub(super) fn record_rest(&mut self, sources: &mut [Source]) {
        if self.shell.progress.state().reports.is_empty() {
            return;
        }
        let (first, line, start) = self.last;
        for (index, source) in sources.iter_mut().enumerate().skip(first) {
            let name = source.name.clone();
            for text in source.first_reading().into_iter().flatten().flatten() {
                let place = at(&name, text.line);
                for command in Command::all(text, &place) {
                    let at = (command.text.line, command.span.start);
                    if index > first || at > (line, start) {
                        self.record(&command, &Reported::NotRun, None);
                    }
                }
            }
        }
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
