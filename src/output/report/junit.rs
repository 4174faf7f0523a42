//! The report as `JUnit` XML: a suite for each file, a case for each command.
//!
//! The counts come before the cases, so space is reserved for them and filled
//! in at the end of each suite.

use super::xml::{attribute, text};
use super::{CaseReport, CaseResult, Summary, Writer, seconds};
use crate::atomic::Atomic;
use crate::error::Fault;
use crate::text::words::{EXCERPT, beginning};
use std::io::{self, Seek, SeekFrom, Write};
use std::time::Duration;

/// Space for four counts and a time, each with 20 digits.
const ROOM: usize = 160;

pub(super) struct Junit {
    file: Atomic,
    all: Counts,
    suite: Option<Suite>,
}

struct Suite {
    name: String,
    counts: Counts,
}

/// The counts, and the position of their reserved space.
struct Counts {
    at: u64,
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
    took: Duration,
}

impl Junit {
    pub(super) fn begin(mut file: Atomic) -> io::Result<Self> {
        file.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ")?;
        let all = Counts::begin(&mut file)?;
        file.write_all(b">\n")?;
        Ok(Self {
            file,
            all,
            suite: None,
        })
    }

    /// Starts a new suite if the file name differs from the last one.
    fn open(&mut self, name: &str) -> io::Result<()> {
        if self.suite.as_ref().is_some_and(|suite| suite.name == name) {
            return Ok(());
        }
        self.close()?;
        write!(self.file, "<testsuite name=\"{}\" ", attribute(name))?;
        let counts = Counts::begin(&mut self.file)?;
        self.file.write_all(b">\n")?;
        self.suite = Some(Suite {
            name: name.to_owned(),
            counts,
        });
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(suite) = self.suite.take() else {
            return Ok(());
        };
        self.file.write_all(b"</testsuite>\n")?;
        suite.counts.fill_in(&mut self.file)
    }
}

impl Writer for Junit {
    fn entry(&mut self, entry: &CaseReport<'_>) -> io::Result<()> {
        self.open(entry.file)?;
        if let Some(suite) = &mut self.suite {
            suite.counts.add(entry);
        }
        self.all.add(entry);
        case(&mut self.file, entry)
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        self.close()?;
        self.file.write_all(b"</testsuites>\n")?;
        self.all.took = summary.took;
        self.all.fill_in(&mut self.file)?;
        self.file.finish()
    }
}

/// How a case is counted.
enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

fn kind(outcome: &CaseResult) -> Kind {
    match outcome {
        CaseResult::Done { .. } | CaseResult::Failed { ignored: true, .. } => Kind::Passed,
        CaseResult::Failed { exit, .. } if *exit == Fault::NoAnswer.exit_code() => Kind::Error,
        CaseResult::Failed { .. } => Kind::Failure,
        CaseResult::Unknown { .. } => Kind::Error,
        CaseResult::NotRun => Kind::Skipped,
    }
}

fn case(file: &mut Atomic, entry: &CaseReport<'_>) -> io::Result<()> {
    let name = attribute(entry.file);
    write!(
        file,
        "<testcase classname=\"{name}\" name=\"{}: {}\" file=\"{name}\" line=\"{}\" time=\"{}\"",
        entry.line,
        attribute(&beginning(entry.text, EXCERPT)),
        entry.line,
        seconds(entry.took.unwrap_or_default()),
    )?;
    match (kind(entry.outcome), entry.outcome) {
        (_, CaseResult::Done { .. }) => return file.write_all(b"/>\n"),
        (_, CaseResult::NotRun) => file.write_all(b"><skipped/>")?,
        (_, CaseResult::Unknown { message }) => problem(file, "error", "unknown", message, None)?,
        (
            kind,
            CaseResult::Failed {
                exit,
                message,
                hint,
                ..
            },
        ) => {
            let (hint, why) = (hint.as_deref(), format!("exit {exit}"));
            match kind {
                Kind::Passed => {
                    let said = text(&body(message, hint));
                    write!(file, "><system-out>failed, ignored: {said}</system-out>")?;
                }
                Kind::Error => problem(file, "error", &why, message, hint)?,
                _ => problem(file, "failure", &why, message, hint)?,
            }
        }
    }
    file.write_all(b"</testcase>\n")
}

fn problem(
    file: &mut Atomic,
    element: &str,
    why: &str,
    message: &str,
    hint: Option<&str>,
) -> io::Result<()> {
    write!(
        file,
        "><{element} message=\"{}\" type=\"{}\">{}</{element}>",
        attribute(message),
        attribute(why),
        text(&body(message, hint))
    )
}

fn body(message: &str, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message}\nhint: {hint}"),
        None => message.to_owned(),
    }
}

impl Counts {
    /// Reserves space at the current end of the file.
    fn begin(file: &mut Atomic) -> io::Result<Self> {
        let at = file.stream_position()?;
        file.write_all(&[b' '; ROOM])?;
        Ok(Self {
            at,
            tests: 0,
            failures: 0,
            errors: 0,
            skipped: 0,
            took: Duration::ZERO,
        })
    }

    fn add(&mut self, entry: &CaseReport<'_>) {
        self.tests += 1;
        self.took = self.took.saturating_add(entry.took.unwrap_or_default());
        match kind(entry.outcome) {
            Kind::Passed => {}
            Kind::Failure => self.failures += 1,
            Kind::Error => self.errors += 1,
            Kind::Skipped => self.skipped += 1,
        }
    }

    fn fill_in(&self, file: &mut Atomic) -> io::Result<()> {
        let attributes = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
            self.tests,
            self.failures,
            self.errors,
            self.skipped,
            seconds(self.took)
        );
        let end = file.stream_position()?;
        file.seek(SeekFrom::Start(self.at))?;
        file.write_all(attributes.as_bytes())?;
        file.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}
