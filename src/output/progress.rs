//! The progress of a run, as reported at Ctrl-C and after a failure.

use crate::error::{Error, Fault};
use crate::http::Gate;
use crate::output::bar::Bar;
use crate::output::error::Place;
use crate::output::report::{Case, CaseResult, Report, Summary};
use crate::output::waiting::Waiting;
use crate::request::RequestSpec;
use crate::session::answer::Verdict;
use crate::text::clean;
use crate::text::words::plural;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The progress of a run. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Mutex<State>>);

/// The state of a run.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Position of the current command.
    pub place: Option<Place>,
    /// Its entry for the report, if one is written.
    pub case: Option<Case>,
    /// How many commands are done.
    pub done: usize,
    /// Total number of commands, if known.
    pub total: Option<usize>,
    /// How many failed.
    pub failed: usize,
    /// Number of commands whose outcome is unknown.
    pub unknown: usize,
    /// How many failures are ignored by a leading dash.
    pub ignored: usize,
    /// Whether a request succeeded but its answer could not be shown.
    pub unshown: bool,
    /// The report files.
    pub outputs: Vec<String>,
    /// The reports being written.
    pub reports: Vec<Report>,
    /// The progress bar, if stderr is a terminal.
    pub bar: Option<Bar>,
    /// What the shell is waiting for, if the terminal shows it.
    pub waiting: Option<Waiting>,
    /// How long other programs had the terminal.
    pub away: Duration,
    /// Start time of the run.
    pub began: Option<Instant>,
    /// The writes in progress, in file order.
    pub writing: Vec<Writing>,
    /// What the current command has done so far, if it consists of several writes.
    pub so_far: Option<String>,
    /// The recipe that is running, whose name was typed, not those of its requests.
    pub recipe: Option<&'static str>,
    /// Whether it runs until interrupted.
    pub until_interrupted: bool,
    /// Whether it was interrupted: nothing more may start or be reported.
    broken_off: bool,
}

/// A write in progress, until its answer is shown.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    /// Identifies it.
    pub number: u64,
    /// Its position.
    pub place: Option<Place>,
    /// Its entry for the report.
    pub case: Option<Case>,
    /// The command that was typed.
    pub command: String,
    /// Whether it is one of several requests of that command.
    pub is_part: bool,
    /// The command that shows whether it was applied; may be empty.
    pub check: String,
    /// Its answer, if it has arrived.
    pub answered: Answered,
    /// The gate of its connection, once it has one.
    pub gate: Option<Gate>,
    /// Whether it was interrupted before it was sent.
    pub unsent: bool,
}

/// The status and verdict of an answer, once it has arrived. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered(Arc<Mutex<Option<(u16, Verdict)>>>);

impl Answered {
    /// Stores the status and verdict of the answer.
    pub(crate) fn with(&self, status: u16, verdict: Verdict) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((status, verdict));
    }

    fn get(&self) -> Option<(u16, Verdict)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    /// Stops it if it is not sent yet.
    fn stop(&mut self) {
        let never_left = self.gate.as_ref().is_some_and(Gate::close);
        self.unsent = never_left && self.answered.get().is_none();
    }

    /// What is known about it when it is interrupted.
    fn outcome_message(&self) -> String {
        let command = &self.command;
        let (subject, interrupted) = if self.is_part {
            (format!("the last request of `{command}`"), "")
        } else {
            (format!("`{command}`"), " was interrupted: it")
        };
        match self.answered.get() {
            Some((status, Verdict::Done)) => {
                format!("{subject} succeeded (the server answered {status})")
            }
            Some((status, Verdict::Refused)) => {
                format!("{subject} was rejected (the server answered {status})")
            }
            _ if self.unsent => format!("{subject} was not sent"),
            _ if self.check.is_empty() => {
                format!("{subject}{interrupted} may or may not have been applied")
            }
            _ => format!(
                "{subject}{interrupted} may or may not have been applied: check with `{}`",
                self.check
            ),
        }
    }

    /// The same for a report.
    fn outcome(&self) -> CaseResult {
        match self.answered.get() {
            Some((status, Verdict::Done)) => CaseResult::Done {
                status: Some(status),
            },
            Some((status, Verdict::Refused)) => {
                let fault = Fault::Refused(status);
                CaseResult::failed(
                    &Error::new(fault, self.outcome_message()),
                    Some(status),
                    false,
                )
            }
            _ if self.unsent => CaseResult::NotRun,
            _ => CaseResult::Unknown {
                message: self.outcome_message(),
            },
        }
    }
}

impl State {
    /// Counts an interrupted write and adds it to the reports.
    fn count_interrupted(&mut self, writing: &Writing) {
        let outcome = writing.outcome();
        match &outcome {
            CaseResult::Done { .. } => self.done += 1,
            CaseResult::Unknown { .. } => self.unknown += 1,
            CaseResult::NotRun => {}
            CaseResult::Failed { .. } => self.failed += 1,
        }
        if let Some(case) = &writing.case {
            self.record(case, &outcome, None);
        }
    }

    /// Writes the outcome of a command into the reports.
    pub(crate) fn record(&self, case: &Case, outcome: &CaseResult, took: Option<Duration>) {
        for report in &self.reports {
            report.record(&case.entry(outcome, took));
        }
    }
}

impl Progress {
    /// The number of a write that does not run in parallel with others.
    pub(crate) const IN_PLACE: u64 = u64::MAX;

    /// Whether the current command has a place: it comes from a file.
    pub(crate) fn has_place(&self) -> bool {
        self.state().place.is_some()
    }

    /// A write as it is reported if it is interrupted.
    pub(crate) fn writing(&self, number: u64, spec: &RequestSpec) -> Writing {
        let command = spec.command.map_or_else(
            || spec.method.as_str().to_lowercase(),
            |command| command.name.to_owned(),
        );
        let state = self.state();
        Writing {
            number,
            place: state.place.clone(),
            case: state.case.clone(),
            command,
            is_part: false,
            check: spec.check.clone(),
            answered: Answered::default(),
            gate: None,
            unsent: false,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Updates the progress bar.
    pub(crate) fn moved(&self) {
        let (done, failed) = {
            let state = self.state();
            (state.done, state.failed + state.unknown)
        };
        self.bar_at(done + failed, failed);
    }

    /// `done` steps are finished, `failed` of them with an error.
    pub(crate) fn bar_at(&self, done: usize, failed: usize) {
        if let Some(bar) = &self.state().bar {
            bar.at(done, failed);
        }
    }

    /// Writes to stderr without disturbing the progress bar.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        let (bar, waiting) = {
            let state = self.state();
            (state.bar.clone(), state.waiting.clone())
        };
        match (bar, waiting) {
            (Some(bar), _) => bar.aside(write),
            (None, Some(waiting)) => waiting.aside(write),
            (None, None) => write(),
        }
    }

    /// Removes the line that shows what the shell is waiting for.
    pub(crate) fn end_waiting(&self) {
        let waiting = self.state().waiting.take();
        if let Some(waiting) = waiting {
            waiting.end();
        }
    }

    /// Notes what a command with several writes has done so far; this is
    /// reported instead of its last write.
    pub(crate) fn done_so_far(&self, said: String) {
        let mut state = self.state();
        state.so_far = Some(said);
        state.writing.clear();
    }

    /// Removes the progress bar, and the line of a wait.
    pub(crate) fn end_bar(&self) {
        self.end_waiting();
        if let Some(bar) = self.state().bar.take() {
            bar.end();
        }
    }

    /// The state, for the thread that runs the commands, before it starts or
    /// reports something. Once the run was interrupted, this never returns:
    /// the interrupt has already been reported, and the program ends.
    pub(crate) fn alive(&self) -> MutexGuard<'_, State> {
        let state = self.state();
        if state.broken_off {
            drop(state);
            loop {
                std::thread::park();
            }
        }
        state
    }

    /// A request is about to be sent.
    pub(crate) fn begin(&self, writing: Writing, writes: bool) {
        let mut state = self.alive();
        if writes {
            let mut writing = writing;
            if let Some(recipe) = state.recipe {
                recipe.clone_into(&mut writing.command);
                writing.is_part = true;
            }
            state.writing.push(writing);
        }
    }

    /// Finishes the reports; returns the errors.
    pub(crate) fn finish_reports(&self, exit: u8) -> Vec<Error> {
        let (reports, summary) = {
            let state = self.state();
            let counted = state.done + state.failed + state.unknown;
            let summary = Summary {
                done: state.done,
                failed: state.failed,
                unknown: state.unknown,
                not_run: state.total.map(|total| total.saturating_sub(counted)),
                exit,
                took: state.began.map_or(Duration::ZERO, |began| began.elapsed()),
            };
            // They are kept, as another thread may be about to finish them as well.
            (state.reports.clone(), summary)
        };
        let finished = reports.iter().map(|report| report.finish(&summary));
        finished.filter_map(Result::err).collect()
    }

    /// Interrupts a run; returns the message to print. The writes in progress
    /// are added to the reports.
    pub(crate) fn broken_off(&self, how: &str) -> String {
        let mut state = self.state();
        state.broken_off = true;
        let at = state
            .place
            .as_ref()
            .and_then(shown)
            .map_or_else(String::new, |place| format!(" at {place}"));
        let mut writing = std::mem::take(&mut state.writing);
        writing.iter_mut().for_each(Writing::stop);
        for one in &writing {
            state.count_interrupted(one);
        }
        let so_far = state.so_far.take();
        // A write in progress is counted instead of the command.
        if let (Some(said), []) = (&so_far, writing.as_slice()) {
            state.unknown += 1;
            if let Some(case) = state.case.clone() {
                let message = said.clone();
                state.record(&case, &CaseResult::Unknown { message }, None);
            }
        }
        let mut text = format!("{how}{at}; {}", done(state.done));
        if state.failed > 0 {
            text.push_str(&format!(", {} failed", state.failed));
        }
        let begun = state.done + state.failed + state.unknown;
        let rest = state.total.filter(|total| *total > 1);
        if let Some(rest) = rest.map(|total| total.saturating_sub(begun)) {
            text.push_str(&format!(", {rest} not run"));
        }
        if let Some(said) = so_far {
            text.push_str(&format!("; {said}"));
        }
        match writing.as_slice() {
            [] => {}
            [one] => text.push_str(&format!("; {}", one.outcome_message())),
            several => {
                for one in several {
                    let place = one.place.as_ref().and_then(shown).unwrap_or_default();
                    text.push_str(&format!("\n{place}: {}", one.outcome_message()));
                }
            }
        }
        text + "\n"
    }
}

/// A position as `FILE:LINE`; `None` if it is not in a file.
pub(crate) fn shown(place: &Place) -> Option<String> {
    match place {
        Place::File { name, line } => Some(format!("{}:{line}", clean::line(name))),
        Place::Row { name, row } => Some(format!("{}: row {row}", clean::line(name))),
        _ => None,
    }
}

/// The part of a summary about unknown outcomes; may be empty.
pub(crate) fn of_unknown(unknown: usize) -> String {
    match unknown {
        0 => String::new(),
        1 => "; the outcome of 1 is unknown".to_owned(),
        several => format!("; the outcome of {several} is unknown"),
    }
}

/// `1 command done`.
pub(crate) fn done(count: usize) -> String {
    format!("{} done", counted(count))
}

/// `1 command`, `2 commands`.
pub(crate) fn counted(count: usize) -> String {
    plural(count, "command")
}
