//! The report as build servers read it: a suite for each file, a case for each
//! command.
//!
//! The counts stand in front of what is counted, so room is left for them and
//! they are filled in at the end of each suite.

use super::xml::{attribute, text};
use super::{Entry, Outcome, Summary, Writer, seconds};
use crate::atomic::Atomic;
use crate::error::Fault;
use std::io::{self, Seek, SeekFrom, Write};
use std::time::Duration;

/// Room for four counts and a time, each with 20 digits.
const ROOM: usize = 160;

/// The longest part of a command that names its case.
const LONGEST: usize = 200;

pub(super) struct Junit {
    file: Atomic,
    all: Counts,
    suite: Option<Suite>,
}

struct Suite {
    name: String,
    counts: Counts,
}

/// What is counted, and where the room for it is.
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

    /// The suite of a file: a new one whenever the name is not the last one.
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
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
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

/// How a case counts.
enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

fn kind(outcome: &Outcome) -> Kind {
    match outcome {
        Outcome::Done { .. } | Outcome::Failed { ignored: true, .. } => Kind::Passed,
        Outcome::Failed { exit, .. } if *exit == Fault::NoAnswer.exit_code() => Kind::Error,
        Outcome::Failed { .. } => Kind::Failure,
        Outcome::Unknown { .. } => Kind::Error,
        Outcome::NotRun => Kind::Skipped,
    }
}

fn case(file: &mut Atomic, entry: &Entry<'_>) -> io::Result<()> {
    let name = attribute(entry.file);
    write!(
        file,
        "<testcase classname=\"{name}\" name=\"{}: {}\" file=\"{name}\" line=\"{}\" time=\"{}\"",
        entry.line,
        attribute(&shortened(entry.text)),
        entry.line,
        seconds(entry.took.unwrap_or_default()),
    )?;
    match (kind(entry.outcome), entry.outcome) {
        (_, Outcome::Done { .. }) => return file.write_all(b"/>\n"),
        (_, Outcome::NotRun) => file.write_all(b"><skipped/>")?,
        (_, Outcome::Unknown { message }) => problem(file, "error", "unknown", message, None)?,
        (
            kind,
            Outcome::Failed {
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

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Counts {
    /// Leaves room at the end of what is written.
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

    fn add(&mut self, entry: &Entry<'_>) {
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
