//! Shows, counts and records the outcome of each row.

use super::adding::Adding;
use super::user::{RowAction, Task};
use crate::bulk::{COMMAND, Row};
use crate::error::{Error, Fault};
use crate::http::{Exchange, Lost};
use crate::output::error::Place;
use crate::output::report::{Case, CaseResult};
use crate::request::curl;
use crate::session::answer;
use crate::settings::Echo;
use crate::shell::Shell;
use std::time::Duration;

impl Adding<'_> {
    /// Shows the request that looked for the user, if requests are shown. Its
    /// answer is not a result.
    pub(super) fn show_lookup(&self, task: &Task, look: &Result<Exchange, Lost>) {
        let (spec, settings) = (&task.lookup().spec, &self.shell.session.settings);
        self.shell.screen().say(&task.retry_notes.take());
        if settings.echo == Echo::On {
            self.shell
                .screen()
                .say_as_it_is(&format!("{}\n", curl::line(spec)));
        }
        if let Ok(exchange) = look {
            self.shell.trace(spec, Some(exchange));
        }
    }

    /// Shows the outcome of a row, and counts it if it succeeded.
    pub(super) fn read(&mut self, task: &Task, did: RowAction) -> Result<Option<u16>, Error> {
        let (prepared, sent, is_changed) = match did {
            RowAction::Nothing => {
                self.count.there += 1;
                return Ok(None);
            }
            RowAction::Looked(sent) => {
                self.shell.collect(task.lookup(), sent, &task.retry_notes)?;
                let why = "could not check whether the user exists";
                return Err(Error::new(Fault::NoAnswer, why));
            }
            RowAction::Unusable(error) => return Err(error),
            RowAction::Added(sent) => (task.add.clone(), sent, None),
            RowAction::Updated(update) => (update.prepared, update.sent, Some(update.is_changed)),
        };
        let notes = &task.retry_notes;
        let shown = if self.import.shows_all {
            self.shell.collect(prepared, sent, notes)
        } else {
            let collect = |shell: &mut Shell| shell.collect(prepared, sent, notes);
            self.shell.captured(false, collect).0
        };
        // The row succeeded even if its result cannot be shown.
        let is_done = shown.as_ref().map_or_else(
            |error| matches!(error.fault, Fault::Local | Fault::OutputClosed) && !error.unknown,
            |()| true,
        );
        if is_done {
            *match is_changed {
                None => &mut self.count.added,
                Some(true) => &mut self.count.changed,
                Some(false) => &mut self.count.sent_again,
            } += 1;
        }
        let status = self.shell.session.last_status;
        if let (true, Err(error)) = (is_done, shown.as_ref()) {
            self.cannot_show(task, error);
            return Ok(status);
        }
        shown.map(|()| status)
    }

    /// Stops starting commands once stdout is closed.
    fn cannot_show(&mut self, task: &Task, error: &Error) {
        if self.stop.replace(error.fault).is_none() {
            let place = self.place(task.row.number);
            let error = task.row.named(error.clone());
            self.shell.screen().report(&error, "", &place);
        }
    }

    /// Reports the outcome of a row that has a task.
    pub(super) fn report_result(
        &mut self,
        task: &Task,
        done: Result<Option<u16>, Error>,
        took: Option<Duration>,
    ) {
        let done = done.map_err(|error| self.with_servers_words(error, task));
        self.report_unsent(&task.row, done, took);
    }

    /// Reports the outcome of a row.
    pub(super) fn report_unsent(
        &mut self,
        row: &Row,
        done: Result<Option<u16>, Error>,
        took: Option<Duration>,
    ) {
        let error = match done {
            Ok(status) => {
                self.record(row, &CaseResult::Done { status }, took);
                return self.moved();
            }
            Err(error) => error,
        };
        // One such message is enough.
        let is_nobody_there = error.fault == Fault::NoAnswer && !error.unknown;
        if is_nobody_there && self.stop == Some(Fault::NoAnswer) {
            return self.not_run(row);
        }
        if error.unknown {
            self.count.unknown += 1;
        } else {
            self.count.failed += 1;
        }
        self.first.get_or_insert(error.fault);
        self.leave_out(row, &error.message);
        let status = match error.fault {
            Fault::Refused(status) => Some(status),
            _ => None,
        };
        self.record(row, &CaseResult::failed(&error, status, false), took);
        // The server is unreachable: the other rows would fail as well.
        if error.fault == Fault::NoAnswer {
            self.stop.get_or_insert(error.fault);
        }
        let error = row.named(error);
        self.shell
            .screen()
            .report(&error, "", &self.place(row.number));
        self.moved();
    }

    /// Updates the progress bar.
    fn moved(&self) {
        let count = &self.count;
        let failed = count.failed + count.unknown;
        let done = count.done() + failed;
        if self.has_bar {
            self.shell.progress.bar_at(done, failed);
        }
    }

    pub(super) fn not_run(&mut self, row: &Row) {
        self.record(row, &CaseResult::NotRun, None);
        self.leave_out(row, "not run");
    }

    /// Among many rows, the server's message must directly follow the row.
    fn with_servers_words(&self, mut error: Error, task: &Task) -> Error {
        let own = format!("`{COMMAND}`: ");
        if let Some(rest) = error.message.strip_prefix(&own) {
            error = Error {
                message: rest.to_owned(),
                ..error
            };
        }
        let answer = self.shell.session.answer.as_ref();
        let json = answer.and_then(|answer| answer.json.as_ref());
        let error = answer::with_words(error, json, &task.add.spec);
        self.shell.session.without_secrets(error, &task.add.spec)
    }

    pub(super) fn place(&self, row: usize) -> Place {
        Place::Row {
            name: self.import.from.clone(),
            row,
        }
    }

    /// Adds a row that did not succeed to the file of failed rows.
    fn leave_out(&mut self, row: &Row, why: &str) {
        let added = self.failed.as_mut().map(|file| file.add(row, why));
        if let Some(Err(error)) = added {
            // A partial file is useless.
            self.failed = None;
            self.lost = Some(error);
        }
    }

    fn record(&self, row: &Row, outcome: &CaseResult, took: Option<Duration>) {
        let state = self.shell.progress.state();
        if !state.reports.is_empty() {
            state.record(&self.case(row), outcome, took);
        }
    }

    /// The position of a row, for a report.
    pub(super) fn case(&self, row: &Row) -> Case {
        Case {
            file: self.import.from.clone(),
            line: row.number,
            column: 1,
            text: row.username.clone(),
        }
    }
}
