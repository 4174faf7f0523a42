//! What the command of `on` ended with on each server.

use crate::error::{Error, Fault};
use crate::output::error::Place;
use crate::settings::{Key, Output};
use crate::shell::Shell;
use crate::shell::beside::{Beside, of_server};
use crate::text::words::plural;
use serde_json::{Value as Json, json};

/// What a command on one server ended with.
pub(super) struct Ended {
    beside: Beside,
    done: Result<(), Error>,
    /// Whether it ran.
    ran: bool,
}

impl Ended {
    pub(super) fn after(beside: Beside, done: Result<(), Error>) -> Self {
        Self {
            beside,
            done,
            ran: true,
        }
    }

    /// It did not run.
    pub(super) fn before(beside: Beside, error: Error) -> Self {
        Self {
            beside,
            done: Err(error),
            ran: false,
        }
    }

    /// Whether its result says more than its error. The body of a refusal does not.
    fn has_result(&self, results: &[u8]) -> bool {
        match &self.done {
            Ok(()) => true,
            Err(error) => {
                let is_refusal = matches!(error.fault, Fault::Refused(_) | Fault::NoAnswer);
                self.ran && !is_refusal && !results.is_empty()
            }
        }
    }
}

/// The results, in the order of the names, and what failed.
#[derive(Default)]
pub(super) struct Report {
    /// The results, where they are a list.
    results: Vec<Json>,
    failed: Vec<String>,
    /// The worst failure.
    worst: Option<Fault>,
    /// Whether a write may have taken effect although its answer is lost.
    unknown: bool,
}

impl Report {
    /// Shows what a server answered, or keeps it for the list.
    pub(super) fn add(&mut self, shell: &Shell, ended: Ended) -> Result<(), Error> {
        let (results, messages) = ended.beside.written();
        let has_result = ended.has_result(&results);
        let Ended { beside, done, .. } = ended;
        let name = &beside.name;
        let settings = &beside.shell.session.settings;
        let errors = done.err().map(Error::each).unwrap_or_default();
        let mut shown = Ok(());
        if has_headings(shell) {
            if has_result {
                let heading = format!("{name} ({}):\n", settings.server());
                let text = [heading.as_bytes(), &results].concat();
                shown = shell.screen().print_bytes(&text);
            }
        } else {
            let url = settings.shown(Key::BaseUrl.setting()).0;
            let mut one = json!({ "profile": name, "url": url, "exit_code": worst(&errors) });
            if has_result {
                one["result"] = value(&results);
            }
            if !errors.is_empty() {
                let said: Vec<&str> = errors.iter().map(|one| one.message.as_str()).collect();
                one["error"] = said.join("; ").into();
            }
            self.results.push(one);
        }
        shell.say_of_server(name, &messages);
        self.failed(shell, name, errors);
        shown
    }

    /// Reports that the command failed on a server.
    pub(super) fn failed(&mut self, shell: &Shell, name: &str, errors: Vec<Error>) {
        if errors.is_empty() {
            return;
        }
        for mut one in errors {
            let worse = |worst: Fault| one.fault.exit_code() > worst.exit_code();
            if self.worst.is_none_or(worse) {
                self.worst = Some(one.fault);
            }
            self.unknown |= one.unknown;
            one.span = None;
            let screen = shell.screen();
            screen.report(&of_server(name, one), "", &Place::Arguments);
        }
        self.failed.push(name.to_owned());
    }

    /// Writes the results that are a list.
    pub(super) fn write_list(&mut self, shell: &Shell) -> Result<(), Error> {
        if has_headings(shell) {
            return Ok(());
        }
        let results = std::mem::take(&mut self.results);
        shell.screen().print_value(&Json::Array(results))
    }

    /// It is an error that a server failed.
    pub(super) fn end(self, count: usize) -> Result<(), Error> {
        let Some(worst) = self.worst else {
            return Ok(());
        };
        let names: Vec<String> = self.failed.iter().map(|name| format!("`{name}`")).collect();
        let (failed, of) = (names.len(), plural(count, "server"));
        let message = format!("`on`: {failed} of {of} failed: {}", names.join(", "));
        Err(Error {
            unknown: self.unknown,
            ..Error::new(worst, message)
        })
    }
}

/// The highest exit code; 0 without errors.
fn worst(errors: &[Error]) -> u8 {
    let codes = errors.iter().map(|error| error.fault.exit_code());
    codes.max().unwrap_or(0)
}

/// Whether each result has a heading, for people; otherwise they are a list.
fn has_headings(shell: &Shell) -> bool {
    shell.screen().summarizes() || shell.session.settings.output == Output::Table
}

/// A result as JSON: a value, a list of several, or text.
fn value(bytes: &[u8]) -> Json {
    if bytes.is_empty() {
        return Json::Null;
    }
    let values = serde_json::Deserializer::from_slice(bytes).into_iter::<Json>();
    match values.collect::<Result<Vec<Json>, _>>() {
        Ok(mut one) if one.len() == 1 => one.remove(0),
        Ok(several) => several.into(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}
