//! How far a run of commands has come: what Ctrl-C and a failure report.

use crate::error::{Error, Fault};
use crate::output::bar::Bar;
use crate::output::error::Place;
use crate::output::report::{Outcome, Report, Stands, Summary};
use crate::session::answer::Verdict;
use crate::text::clean;
use crate::text::words::plural;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How far a run has come. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Mutex<State>>);

/// The state of a run.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Where the command that runs stands.
    pub place: Option<Place>,
    /// The same for a report, if one is written.
    pub stands: Option<Stands>,
    /// How many commands are done.
    pub done: usize,
    /// How many there are, if it is known.
    pub total: Option<usize>,
    /// How many failed.
    pub failed: usize,
    /// Of how many it is not known whether they were done.
    pub unknown: usize,
    /// How many of these a dash ignores.
    pub ignored: usize,
    /// Whether something was done, and its answer could not be shown.
    pub unshown: bool,
    /// The files of these reports.
    pub outputs: Vec<String>,
    /// The reports that are written of the run.
    pub reports: Vec<Report>,
    /// The line that shows how far it is, where someone looks on.
    pub bar: Option<Bar>,
    /// When the run began.
    pub began: Option<Instant>,
    /// The writes that are under way, in the order of the file.
    pub writing: Vec<Writing>,
    /// What the command that runs has done so far, if it is made of several writes.
    pub so_far: Option<String>,
    /// Whether it runs until it is interrupted.
    pub until_interrupted: bool,
    /// Whether it was broken off: nothing more may begin or be told.
    broken_off: bool,
}

/// A write that is under way, until its answer is shown.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    /// Tells it from the others.
    pub number: u64,
    /// Where it stands.
    pub place: Option<Place>,
    /// The same for a report.
    pub stands: Option<Stands>,
    pub command: String,
    /// The command line that shows its outcome; may be empty.
    pub check: String,
    /// Whether its answer came.
    pub answered: Answered,
}

/// The status of an answer and what it says, once it came. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered(Arc<Mutex<Option<(u16, Verdict)>>>);

impl Answered {
    /// The answer came, with this status, and says this.
    pub(crate) fn with(&self, status: u16, verdict: Verdict) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((status, verdict));
    }

    fn get(&self) -> Option<(u16, Verdict)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    /// What is known of it, when it is broken off.
    fn said(&self) -> String {
        let command = &self.command;
        match self.answered.get() {
            Some((status, Verdict::Done)) => {
                format!("`{command}` was done (the server answered {status})")
            }
            Some((status, Verdict::Refused)) => {
                format!("`{command}` was refused (the server answered {status})")
            }
            _ if self.check.is_empty() => {
                format!("`{command}` was under way: whether it was done is not known")
            }
            _ => format!(
                "`{command}` was under way: whether it was done is not known; `{}` shows it",
                self.check
            ),
        }
    }

    /// The same for a report.
    fn outcome(&self) -> Outcome {
        match self.answered.get() {
            Some((status, Verdict::Done)) => Outcome::Done {
                status: Some(status),
            },
            Some((status, Verdict::Refused)) => {
                let fault = Fault::Refused(status);
                Outcome::failed(&Error::new(fault, self.said()), Some(status), false)
            }
            _ => Outcome::Unknown {
                message: self.said(),
            },
        }
    }
}

impl State {
    /// Counts a write that was broken off and writes it into the reports.
    fn settle(&mut self, writing: &Writing) {
        let outcome = writing.outcome();
        match &outcome {
            Outcome::Done { .. } => self.done += 1,
            Outcome::Unknown { .. } => self.unknown += 1,
            _ => self.failed += 1,
        }
        if let Some(stands) = &writing.stands {
            self.record(stands, &outcome, None);
        }
    }

    /// Writes what came of a command into the reports.
    pub(crate) fn record(&self, stands: &Stands, outcome: &Outcome, took: Option<Duration>) {
        for report in &self.reports {
            report.record(&stands.entry(outcome, took));
        }
    }
}

impl Progress {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the line on that shows how far it is.
    pub(crate) fn moved(&self) {
        let (done, failed) = {
            let state = self.state();
            (state.done, state.failed + state.unknown)
        };
        self.bar_at(done + failed, failed);
    }

    /// So many steps are behind it, of which so many failed.
    pub(crate) fn bar_at(&self, done: usize, failed: usize) {
        if let Some(bar) = &self.state().bar {
            bar.at(done, failed);
        }
    }

    /// Writes on stderr, beside the line that shows how far it is.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        let bar = self.state().bar.clone();
        match bar {
            Some(bar) => bar.aside(write),
            None => write(),
        }
    }

    /// A command made of several writes has done so much; its last write is told by that.
    pub(crate) fn done_so_far(&self, said: String) {
        let mut state = self.state();
        state.so_far = Some(said);
        state.writing.clear();
    }

    /// Takes that line away.
    pub(crate) fn end_bar(&self) {
        if let Some(bar) = self.state().bar.take() {
            bar.end();
        }
    }

    /// The state, for the thread that runs the commands, before it begins or
    /// tells something. Once the run was broken off, this does not come back:
    /// whoever broke it off has said what there is to say, and the program ends.
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
            state.writing.push(writing);
        }
    }

    /// Writes the end of the reports; gives what went wrong.
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
            // They stay: another thread may be about to finish them as well.
            (state.reports.clone(), summary)
        };
        let finished = reports.iter().map(|report| report.finish(&summary));
        finished.filter_map(Result::err).collect()
    }

    /// Breaks off a run in the middle; gives what there is to say of it. The
    /// writes that are under way go into the reports.
    pub(crate) fn broken_off(&self, how: &str) -> String {
        let mut state = self.state();
        state.broken_off = true;
        let at = state
            .place
            .as_ref()
            .and_then(shown)
            .map_or_else(String::new, |place| format!(" at {place}"));
        let writing = std::mem::take(&mut state.writing);
        for one in &writing {
            state.settle(one);
        }
        let so_far = state.so_far.take();
        // With a write under way, that stands for the command.
        if let (Some(said), []) = (&so_far, writing.as_slice()) {
            state.unknown += 1;
            if let Some(stands) = state.stands.clone() {
                let message = said.clone();
                state.record(&stands, &Outcome::Unknown { message }, None);
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
            [one] => text.push_str(&format!("; {}", one.said())),
            several => {
                for one in several {
                    let place = one.place.as_ref().and_then(shown).unwrap_or_default();
                    text.push_str(&format!("\n{place}: {}", one.said()));
                }
            }
        }
        text + "\n"
    }
}

/// A place as `FILE:LINE`; none if it is no place of a file.
pub(crate) fn shown(place: &Place) -> Option<String> {
    match place {
        Place::File { name, line } => Some(format!("{}:{line}", clean::line(name))),
        Place::Row { name, row } => Some(format!("{}: row {row}", clean::line(name))),
        _ => None,
    }
}

/// What there is to add to a count of failures; may be empty.
pub(crate) fn of_unknown(unknown: usize) -> String {
    match unknown {
        0 => String::new(),
        1 => "; of 1 it is not known whether it was done".to_owned(),
        several => format!("; of {several} it is not known whether they were done"),
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
