//! The report of a run: `--report junit FILE`, `--report json FILE`.
//!
//! It is written command by command, so memory does not grow with the run, to
//! a file beside the target, which takes its place when the run has ended.
//! What goes wrong with it is told by [`Report::finish`] and changes nothing
//! of the run itself.

mod json;
mod junit;
mod xml;

use crate::atomic::{Access, Atomic};
use crate::error::{Error, system};
use json::Json;
use junit::Junit;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The forms of a report, for choices.
pub const FORMATS: &[&str] = &["junit", "json"];

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// What build servers show: test suites and cases, as XML.
    Junit,
    /// One JSON object, a command on each line.
    Json,
}

impl Format {
    /// The form of this name, one of [`FORMATS`].
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "junit" => Some(Self::Junit),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A command of the run.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The file, or `stdin`, or `-c`.
    pub file: &'a str,
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// The column it begins at, counted from 1.
    pub column: usize,
    /// Its text, secrets masked.
    pub text: &'a str,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// The time it took.
    pub took: Option<Duration>,
}

/// Where a command of a run stands, and how it is written.
#[derive(Clone, Debug)]
pub(crate) struct Stands {
    /// The file, or `stdin`, or `-c`.
    pub(crate) file: String,
    /// The line it begins on, counted from 1.
    pub(crate) line: usize,
    /// The column it begins at, counted from 1.
    pub(crate) column: usize,
    /// Its text, secrets masked.
    pub(crate) text: String,
}

impl Stands {
    /// It and what became of it.
    pub(crate) fn entry<'a>(&'a self, outcome: &'a Outcome, took: Option<Duration>) -> Entry<'a> {
        Entry {
            file: &self.file,
            line: self.line,
            column: self.column,
            text: &self.text,
            outcome,
            took,
        }
    }
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done; answered with this status, if it made a request.
    Done { status: Option<u16> },
    /// It failed.
    Failed {
        /// The status of the answer, if there was one.
        status: Option<u16>,
        /// The exit code of its failure.
        exit: u8,
        /// What went wrong, secrets masked.
        message: String,
        /// The next step.
        hint: Option<String>,
        /// Whether the failure was to be ignored.
        ignored: bool,
    },
    /// It writes, and whether it was done is not known.
    Unknown {
        /// What happened, secrets masked.
        message: String,
    },
    /// The run ended before it.
    NotRun,
}

impl Outcome {
    /// A failure for this reason.
    pub fn failed(error: &Error, status: Option<u16>, ignored: bool) -> Self {
        if error.unknown {
            return Self::Unknown {
                message: error.message.clone(),
            };
        }
        Self::Failed {
            status,
            exit: error.fault.exit_code(),
            message: error.message.clone(),
            hint: error.hint.clone(),
            ignored,
        }
    }
}

/// What there is to say of the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many commands were done.
    pub done: usize,
    /// How many failed.
    pub failed: usize,
    /// Of how many it is not known.
    pub unknown: usize,
    /// How many were not run, if it is known.
    pub not_run: Option<usize>,
    /// The exit code of the run.
    pub exit: u8,
    /// The time it took.
    pub took: Duration,
}

/// One form of report under way.
trait Writer: Send {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()>;
    /// Writes the end and puts the file in its place.
    fn finish(self: Box<Self>, summary: &Summary) -> io::Result<()>;
}

/// A report under way. Clones share it. Dropped before it is finished, it
/// leaves no file.
#[derive(Clone)]
pub struct Report(Arc<Mutex<State>>);

struct State {
    /// None once it is finished or has failed.
    writer: Option<Box<dyn Writer>>,
    /// The first thing that went wrong, to be told at the end.
    wrong: Option<io::Error>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Report")
    }
}

impl Report {
    /// Begins a report that will be at `path`.
    pub fn create(form: Format, path: &Path) -> Result<Self, Error> {
        let begin = || -> io::Result<Box<dyn Writer>> {
            let file = Atomic::create(path, Access::Usual)?;
            Ok(match form {
                Format::Junit => Box::new(Junit::begin(file)?),
                Format::Json => Box::new(Json::begin(file)?),
            })
        };
        let writer = begin().map_err(|why| {
            cannot_write(&why).hint(format!(
                "`{}` must be a file in a folder that can be written to",
                path.display()
            ))
        })?;
        Ok(Self(Arc::new(Mutex::new(State {
            writer: Some(writer),
            wrong: None,
        }))))
    }

    /// Adds a command; nothing once the report is finished.
    pub fn record(&self, entry: &Entry<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = state.writer.as_mut().map(|writer| writer.entry(entry));
        if let Some(Err(why)) = result {
            // What is half written is no report.
            state.writer = None;
            state.wrong = Some(why);
        }
    }

    /// Ends the report and puts it in its place. Called again, it does nothing.
    pub fn finish(&self, summary: &Summary) -> Result<(), Error> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = match (state.wrong.take(), state.writer.take()) {
            (Some(why), _) => Err(why),
            (None, Some(writer)) => writer.finish(summary),
            (None, None) => Ok(()),
        };
        result.map_err(|why| cannot_write(&why))
    }
}

fn cannot_write(why: &io::Error) -> Error {
    Error::local(format!("cannot write the report: {}", system(why)))
}

/// Seconds to the millisecond.
fn seconds(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}

#[cfg(test)]
mod tests;
