//! How far a run of commands has come: what Ctrl-C and a failure report.

use crate::bar::Bar;
use crate::error::Error;
use crate::render::clean;
use crate::render::error::Place;
use crate::report::{Report, Summary};
use std::sync::atomic::{AtomicU16, Ordering};
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
    /// How many commands are done.
    pub done: usize,
    /// How many there are, if it is known.
    pub total: Option<usize>,
    /// How many failed.
    pub failed: usize,
    /// Of how many it is not known whether they were done.
    pub unknown: usize,
    /// The reports that are written of the run.
    pub reports: Vec<Report>,
    /// The line that shows how far it is, where someone looks on.
    pub bar: Option<Bar>,
    /// When the run began.
    pub began: Option<Instant>,
    /// The writes that are under way, in the order of the file.
    pub writing: Vec<Writing>,
    /// Whether it runs until it is interrupted.
    pub until_interrupted: bool,
}

/// A write that is under way, until its answer is shown.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    /// Tells it from the others.
    pub number: u64,
    /// Where it stands.
    pub place: Option<Place>,
    /// Its command.
    pub command: String,
    /// The command line that shows its outcome; may be empty.
    pub check: String,
    /// Whether its answer came.
    pub answered: Answered,
}

/// The status of an answer, once it came. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answered(Arc<AtomicU16>);

impl Answered {
    /// The answer came, with this status.
    pub(crate) fn with(&self, status: u16) {
        self.0.store(status, Ordering::SeqCst);
    }

    fn status(&self) -> Option<u16> {
        Some(self.0.load(Ordering::SeqCst)).filter(|status| *status > 0)
    }
}

impl Writing {
    /// What is known of it, when it is broken off.
    fn said(&self) -> String {
        let command = &self.command;
        match self.answered.status() {
            Some(status @ 200..300) => {
                format!("`{command}` was done (the server answered {status})")
            }
            Some(status @ 400..500) => {
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
}

impl Progress {
    /// The state.
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

    /// Takes that line away.
    pub(crate) fn end_bar(&self) {
        if let Some(bar) = self.state().bar.take() {
            bar.end();
        }
    }

    /// Writes the end of the reports; gives what went wrong.
    pub(crate) fn finish_reports(&self, exit: u8) -> Vec<Error> {
        let (reports, summary) = {
            let mut state = self.state();
            let counted = state.done + state.failed + state.unknown;
            let summary = Summary {
                done: state.done,
                failed: state.failed,
                unknown: state.unknown,
                not_run: state.total.map(|total| total.saturating_sub(counted)),
                exit,
                took: state.began.map_or(Duration::ZERO, |began| began.elapsed()),
            };
            (std::mem::take(&mut state.reports), summary)
        };
        let finished = reports.iter().map(|report| report.finish(&summary));
        finished.filter_map(Result::err).collect()
    }

    /// What there is to say of a run that ended in the middle.
    pub(crate) fn ended(&self, how: &str) -> String {
        let state = self.state();
        let at = state
            .place
            .as_ref()
            .and_then(shown)
            .map_or_else(String::new, |place| format!(" at {place}"));
        let mut text = format!("{how}{at}; {}", done(state.done));
        match state.writing.as_slice() {
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

/// `1 command done`.
pub(crate) fn done(count: usize) -> String {
    format!("{} done", counted(count))
}

/// `1 command`, `2 commands`.
pub(crate) fn counted(count: usize) -> String {
    number(count, "command")
}

/// `1 place`, `2 places`.
pub(crate) fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
