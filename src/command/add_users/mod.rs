//! `add_users`: users from a file, one a row, through the same machinery as
//! `add_user`. A row that fails does not stop the others.

mod rows;
mod user;

use crate::args::Form;
use crate::bulk::{Failed, Row};
use crate::error::{Error, Fault};
use crate::http::window::Window;
use crate::line::call::Call;
use crate::line::secrets::MASK;
use crate::progress::Answered;
use crate::render::clean;
use crate::render::error::Place;
use crate::report::{Entry, Outcome};
use crate::shell::Shell;
use rows::Wanted;
pub(crate) use rows::check;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use user::{Did, Task};

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let wanted = rows::wanted(shell, call)?;
    if call.is_on("dry_run") {
        return show_all(shell, &wanted, Form::Raw);
    }
    let told = Arc::new(AtomicBool::new(false));
    let listener = Arc::clone(&told);
    // In a script the whole run is waited for elsewhere.
    if shell.terminal.is_none() {
        return add_all(shell, &wanted, &told);
    }
    let interrupt = shell.interrupt.clone();
    interrupt.heard_by(
        Arc::new(move || listener.store(true, Ordering::Relaxed)),
        || add_all(shell, &wanted, &told),
    )
}

/// Shows the requests of all rows; sends none.
pub(crate) fn show(shell: &mut Shell, call: &Call, form: Form) -> Result<(), Error> {
    let wanted = rows::wanted(shell, call)?;
    show_all(shell, &wanted, form)
}

fn show_all(shell: &mut Shell, wanted: &Wanted, form: Form) -> Result<(), Error> {
    for (at, row) in wanted.rows.rows.iter().enumerate() {
        let call = user::call(shell, &wanted.rows.args(row)?)?;
        shell.show_request(call, form, at == 0)?;
    }
    Ok(())
}

/// How far it came.
#[derive(Default)]
struct Count {
    added: usize,
    updated: usize,
    there: usize,
    failed: usize,
    unknown: usize,
}

/// The adding of all rows.
struct Adding<'a> {
    shell: &'a mut Shell,
    wanted: &'a Wanted,
    count: Count,
    failed: Option<Failed<'a>>,
    /// Why no more rows are begun.
    stop: Option<Error>,
    /// The fault of the first row that failed.
    first: Option<Fault>,
    /// Whether the line that shows how far it is counts rows.
    has_bar: bool,
}

fn add_all(shell: &mut Shell, wanted: &Wanted, told: &AtomicBool) -> Result<(), Error> {
    // Made before anything is sent: what fails must have a place.
    let failed = Failed::create(Path::new(&wanted.failed), &wanted.rows)?;
    let mut adding = Adding {
        shell,
        wanted,
        count: Count::default(),
        failed: Some(failed),
        stop: None,
        first: None,
        has_bar: false,
    };
    adding.has_bar = adding.shell.begin_bar(Some(wanted.rows.rows.len()));
    let ended = adding.all(told);
    if adding.has_bar {
        adding.shell.progress.end_bar();
    }
    ended?;
    adding.end()
}

impl Adding<'_> {
    fn all(&mut self, told: &AtomicBool) -> Result<(), Error> {
        let mut window: Window<Task, Did> = Window::default();
        let most = self.shell.session.settings.jobs;
        let goes_on = || !told.load(Ordering::Relaxed);
        for row in &self.wanted.rows.rows {
            let mut begun = false;
            while !begun && self.stop.is_none() {
                window.take_up();
                self.land(&mut window)?;
                if !goes_on() {
                    self.stop = Some(Error::new(Fault::Interrupted, "interrupted"));
                } else if window.has_room(most) {
                    self.begin(row, &mut window)?;
                    begun = true;
                } else {
                    window.wait(&goes_on);
                }
            }
            if !begun {
                self.record(row, &Outcome::NotRun);
                self.leave_out(row, "not run")?;
            }
        }
        while !window.is_empty() && goes_on() {
            window.wait(&goes_on);
            self.land(&mut window)?;
        }
        // Interrupted: what is under way is left to itself, and nothing more leaves.
        self.shell.break_off(!goes_on());
        while let Some((task, _)) = window.drain(|_| false) {
            let error = Error {
                unknown: true,
                ..Error::new(
                    Fault::Interrupted,
                    "interrupted; whether it was done is not known",
                )
            };
            self.tell(&task, Err(error))?;
        }
        Ok(())
    }

    /// Begins a row.
    fn begin(&mut self, row: &Row, window: &mut Window<Task, Did>) -> Result<(), Error> {
        let task = Task::new(self.shell, self.wanted, row, window.next_number())?;
        let link = match self.shell.link(&task.add) {
            Ok(link) => link,
            Err(lost) => {
                let error = self.shell.explained(lost, &task.add.spec);
                return self.tell(&task, Err(error));
            }
        };
        let mut writing = self.shell.writing(task.number, &task.add.spec);
        writing.place = Some(self.place(task.row.number));
        let answered: Answered = writing.answered.clone();
        if window.is_empty() {
            let mut state = self.shell.progress.state();
            state.place.clone_from(&writing.place);
        }
        self.shell.progress.state().writing.push(writing);
        let work = task.work(link, answered);
        window.begin(task, work);
        Ok(())
    }

    /// Takes up the rows whose turn has come.
    fn land(&mut self, window: &mut Window<Task, Did>) -> Result<(), Error> {
        while let Some((task, did)) = window.first_done() {
            self.shell.progress.state().place = Some(self.place(task.row.number));
            let done = match did {
                Some(did) => self.read(&task, did),
                None => Err(self
                    .shell
                    .explained(crate::http::Lost::broken(), &task.add.spec)),
            };
            let mut state = self.shell.progress.state();
            state.writing.retain(|one| one.number != task.number);
            drop(state);
            self.tell(&task, done)?;
        }
        Ok(())
    }

    /// Shows what came of a row, and counts it if it is good.
    fn read(&mut self, task: &Task, did: Did) -> Result<Option<u16>, Error> {
        match did {
            Did::Nothing => {
                self.count.there += 1;
                return Ok(None);
            }
            Did::Looked(sent) => {
                self.shell.land(task.look(), sent.sent)?;
                let why = "whether there is such a user cannot be told";
                return Err(Error::new(Fault::NoAnswer, why));
            }
            Did::Added(sent) => {
                self.shell.say(&sent.told);
                self.shell.land(task.add.clone(), sent.sent)?;
                self.count.added += 1;
            }
            Did::Updated(prepared, sent) => {
                self.shell.say(&sent.told);
                self.shell.land(*prepared, sent.sent)?;
                self.count.updated += 1;
            }
        }
        Ok(self.shell.session.last_status)
    }

    /// Says what came of a row.
    fn tell(&mut self, task: &Task, done: Result<Option<u16>, Error>) -> Result<(), Error> {
        let outcome = match done {
            Ok(status) => Outcome::Done { status },
            Err(error) => {
                let error = self.with_servers_words(error, task);
                let place = self.place(task.row.number);
                if error.fault != Fault::OutputClosed {
                    self.shell.report(&error, "", &place);
                }
                if error.unknown {
                    self.count.unknown += 1;
                } else {
                    self.count.failed += 1;
                }
                self.first.get_or_insert(error.fault);
                self.leave_out(&task.row, &error.message)?;
                let status = self.shell.session.last_status;
                let outcome = Outcome::failed(&error, status, false);
                // Nobody is there: the others would fail as well.
                if matches!(error.fault, Fault::NoAnswer | Fault::OutputClosed) {
                    self.stop.get_or_insert(error);
                }
                outcome
            }
        };
        self.record(&task.row, &outcome);
        let count = &self.count;
        let failed = count.failed + count.unknown;
        let done = count.added + count.updated + count.there + failed;
        if self.has_bar {
            self.shell.progress.bar_at(done, failed);
        }
        Ok(())
    }

    /// Among many rows the server's own words must stand beside the row.
    fn with_servers_words(&self, mut error: Error, task: &Task) -> Error {
        let answer = self.shell.session.answer.as_ref();
        let words = answer.and_then(|answer| answer.json.as_ref()?.get("error")?.as_str());
        if let (Fault::Refused(_), Some(words)) =
            (error.fault, words.filter(|words| !words.is_empty()))
        {
            let mut words = words.to_owned();
            for secret in task.add.spec.secrets() {
                words = words.replace(&secret, MASK);
            }
            error
                .message
                .push_str(&format!(" ({})", clean::line(&words)));
        }
        error
    }

    fn place(&self, row: usize) -> Place {
        Place::Row {
            name: self.wanted.from.clone(),
            row,
        }
    }

    /// A row that is not done goes into the file of such rows.
    fn leave_out(&mut self, row: &Row, why: &str) -> Result<(), Error> {
        self.failed
            .as_mut()
            .map_or(Ok(()), |file| file.add(row, why))
    }

    fn record(&self, row: &Row, outcome: &Outcome) {
        let reports = self.shell.progress.state().reports.clone();
        let entry = Entry {
            file: &self.wanted.from,
            line: row.number,
            column: 1,
            text: &row.username,
            outcome,
            took: None,
        };
        for report in &reports {
            report.record(&entry);
        }
    }

    /// Says how it ended.
    fn end(mut self) -> Result<(), Error> {
        let Count {
            added,
            updated,
            there,
            failed,
            unknown,
        } = self.count;
        let done = added + updated + there;
        let rest = self.wanted.rows.rows.len() - done - failed - unknown;
        let parts = [
            (added, "added"),
            (updated, "changed"),
            (there, "left as they are"),
            (failed, "failed"),
            (unknown, "not known"),
            (rest, "not run"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
        let name = clean::line(&self.wanted.from);
        let counted = if parts.is_empty() {
            "no rows".to_owned()
        } else {
            parts.join(", ")
        };
        let said = format!("{name}: {counted}");
        let file = self.failed.take();
        if failed + unknown + rest == 0 {
            // An old one would be taken for this run's.
            if Path::new(&self.wanted.failed).exists() {
                file.map_or(Ok(()), Failed::finish)?;
            }
            self.shell.remark(&format!("{said}\n"));
            return Ok(());
        }
        file.map_or(Ok(()), Failed::finish)?;
        let first = self.first.unwrap_or(Fault::SomeFailed);
        let fault = match self.stop {
            Some(error) if error.fault == Fault::Interrupted => Fault::Interrupted,
            _ if done > 0 => Fault::SomeFailed,
            _ => first,
        };
        let left = clean::line(&self.wanted.failed);
        Err(Error::new(fault, said).hint(format!(
            "`{left}` has the rows that are not done, without secrets; with `--skip-existing` the whole file can be run again"
        )))
    }
}
