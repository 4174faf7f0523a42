//! The report of a run: `--report junit FILE`, `--report json FILE`.
//!
//! It is written command by command, so memory does not grow with the run, to a
//! temporary file that replaces the target when the run has finished. Errors
//! are returned by [`Report::finish`] and do not affect the run itself.

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

/// The report formats, for choices.
pub const FORMATS: &[&str] = &["junit", "json"];

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// `JUnit` XML, as CI servers read it.
    Junit,
    /// One JSON object, with one command per line.
    Json,
}

impl ReportFormat {
    /// The format with this name, one of [`FORMATS`].
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
pub struct CaseReport<'a> {
    /// The file, or `stdin`, or `-c`.
    pub file: &'a str,
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// The column it begins at, counted from 1.
    pub column: usize,
    /// Its text, secrets masked.
    pub text: &'a str,
    /// Its outcome.
    pub outcome: &'a CaseResult,
    /// The time it took.
    pub took: Option<Duration>,
}

/// The position and text of a command.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The file, or `stdin`, or `-c`.
    pub(crate) file: String,
    /// The line it begins on, counted from 1.
    pub(crate) line: usize,
    /// The column it begins at, counted from 1.
    pub(crate) column: usize,
    /// Its text, secrets masked.
    pub(crate) text: String,
}

impl Case {
    /// The command with its outcome.
    pub(crate) fn entry<'a>(
        &'a self,
        outcome: &'a CaseResult,
        took: Option<Duration>,
    ) -> CaseReport<'a> {
        CaseReport {
            file: &self.file,
            line: self.line,
            column: self.column,
            text: &self.text,
            outcome,
            took,
        }
    }
}

/// The outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseResult {
    /// It was done; answered with this status, if it made a request.
    Done {
        status: Option<u16>,
    },
    Failed {
        /// The status of the answer, if there was one.
        status: Option<u16>,
        /// The exit code of its failure.
        exit: u8,
        /// What went wrong, secrets masked.
        message: String,
        hint: Option<String>,
        /// Whether the failure is ignored.
        ignored: bool,
    },
    /// It writes, and it may or may not have been applied.
    Unknown {
        /// What happened, secrets masked.
        message: String,
    },
    NotRun,
}

impl CaseResult {
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

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many commands succeeded.
    pub done: usize,
    /// How many failed.
    pub failed: usize,
    /// How many have an unknown outcome.
    pub unknown: usize,
    /// How many were not run, if known.
    pub not_run: Option<usize>,
    /// The exit code of the run.
    pub exit: u8,
    /// The time it took.
    pub took: Duration,
}

/// A report being written, in one format.
trait Writer: Send {
    fn entry(&mut self, entry: &CaseReport<'_>) -> io::Result<()>;
    /// Finishes the file and moves it to its target.
    fn finish(self: Box<Self>, summary: &Summary) -> io::Result<()>;
}

/// A report being written. Clones share it. If it is dropped before it is
/// finished, no file is left.
#[derive(Clone)]
pub struct Report(Arc<Mutex<State>>);

struct State {
    /// `None` once it is finished or has failed.
    writer: Option<Box<dyn Writer>>,
    /// The first error, reported at the end.
    wrong: Option<io::Error>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Report")
    }
}

impl Report {
    /// Starts a report that will be written to `path`.
    pub fn create(form: ReportFormat, path: &Path) -> Result<Self, Error> {
        let begin = || -> io::Result<Box<dyn Writer>> {
            let file = Atomic::create(path, Access::Usual)?;
            Ok(match form {
                ReportFormat::Junit => Box::new(Junit::begin(file)?),
                ReportFormat::Json => Box::new(Json::begin(file)?),
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

    /// Adds a command; does nothing once the report is finished.
    pub fn record(&self, entry: &CaseReport<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = state.writer.as_mut().map(|writer| writer.entry(entry));
        if let Some(Err(why)) = result {
            // A partial file is not a report.
            state.writer = None;
            state.wrong = Some(why);
        }
    }

    /// Finishes the report and moves it to its target. A second call does nothing.
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
