//! Sends the rows, up to `jobs` at a time, and collects their answers in the order of
//! the file.

use super::count::Count;
use super::rows::Import;
use super::user::{RowAction, RowResult, Task};
use crate::bulk::{FailedRows, Row};
use crate::error::{Error, Fault};
use crate::http::Lost;
use crate::http::pool::Pool;
use crate::output::progress::Answered;
use crate::shell::Shell;
use crate::shell::stop_flag::StopFlag;
use std::path::Path;

/// The run over all rows.
pub(super) struct Adding<'a> {
    pub(super) shell: &'a mut Shell,
    pub(super) import: &'a Import,
    pub(super) count: Count,
    /// `None` if it could not be written.
    pub(super) failed: Option<FailedRows<'a>>,
    /// Why the file of failed rows could not be written.
    pub(super) lost: Option<Error>,
    /// Why no more rows are started.
    pub(super) stop: Option<Fault>,
    /// The fault of the first row that failed.
    pub(super) first: Option<Fault>,
    /// Whether the progress bar counts rows.
    pub(super) has_bar: bool,
}

pub(super) fn add_all(shell: &mut Shell, import: &Import, stop: &StopFlag) -> Result<(), Error> {
    // Created before anything is sent, so that failed rows can be saved.
    let failed = FailedRows::create(Path::new(&import.failed), &import.rows)?;
    let mut adding = Adding {
        shell,
        import,
        count: Count::default(),
        failed: Some(failed),
        lost: None,
        stop: None,
        first: None,
        has_bar: false,
    };
    let (screen, rows) = (adding.shell.screen(), Some(import.rows.rows.len()));
    adding.has_bar = if import.shows_all {
        screen.begin_bar(rows)
    } else {
        screen.begin_quiet_bar(rows)
    };
    adding.all(stop);
    if adding.has_bar {
        adding.shell.progress.end_bar();
    }
    adding.end()
}

impl Adding<'_> {
    fn all(&mut self, stop: &StopFlag) {
        let mut pool: Pool<Task, RowResult> = Pool::default();
        let keep_going = || !stop.is_set();
        let mut rows = self.import.rows.rows.iter();
        while let Some(row) = rows.as_slice().first() {
            pool.poll();
            self.collect(&mut pool);
            if !keep_going() {
                self.stop = Some(Fault::Interrupted);
            }
            if self.stop.is_some() {
                break;
            }
            // No row is started after a lost answer, even before its turn to be reported.
            let is_lost = pool.iter().any(|(_, done)| {
                done.is_some_and(|done| done.is_none_or(RowResult::is_server_lost))
            });
            // A password that may be wrong is only sent once.
            let most = if self.shell.session.needs_login() {
                1
            } else {
                self.shell.session.settings.jobs
            };
            if pool.has_room(most) && !is_lost {
                self.begin(row, &mut pool);
                rows.next();
            } else {
                self.wait(&mut pool, &keep_going);
            }
        }
        while !pool.is_empty() && keep_going() {
            self.wait(&mut pool, &keep_going);
            self.collect(&mut pool);
        }
        // Interrupted: running requests are abandoned and no more are sent.
        if !keep_going() {
            self.stop = Some(Fault::Interrupted);
            self.shell.connection.break_off();
        }
        pool.poll();
        loop {
            self.collect(&mut pool);
            let Some((task, _)) = pool.drain(|_| false) else {
                break;
            };
            self.remove_running(&task);
            let error = self
                .shell
                .session
                .explained(Lost::Interrupted, &task.add.spec);
            self.report_result(&task, Err(error), None);
        }
        for row in rows {
            self.not_run(row);
        }
    }

    /// Waits for an answer. All may be waiting for a retry of the first row.
    fn wait(&self, pool: &mut Pool<Task, RowResult>, keep_going: &dyn Fn() -> bool) {
        let first = pool.iter().next().map(|(task, _)| task.retry_notes.clone());
        pool.wait(&|| {
            if let Some(notes) = &first {
                self.shell.tell_retries(notes);
            }
            keep_going()
        });
    }

    /// Begins a row.
    fn begin(&mut self, row: &Row, pool: &mut Pool<Task, RowResult>) {
        let task = match Task::new(self.shell, self.import, row, pool.next_number()) {
            Ok(task) => task,
            // It was interrupted at a question: nothing of this row was sent.
            Err(error) if error.fault == Fault::Interrupted && !error.unknown => {
                self.stop = Some(Fault::Interrupted);
                return self.not_run(row);
            }
            Err(error) => return self.report_unsent(row, Err(error), None),
        };
        let link = match self.shell.link(&task.add) {
            Ok(link) => link,
            Err(lost) => {
                let error = self.shell.session.explained(lost, &task.add.spec);
                return self.report_result(&task, Err(error), None);
            }
        };
        let mut writing = self.shell.progress.writing(task.number, &task.add.spec);
        writing.place = Some(self.place(task.row.number));
        writing.gate = Some(link.gate());
        let answered: Answered = writing.answered.clone();
        if pool.is_empty() {
            let mut state = self.shell.progress.state();
            state.place.clone_from(&writing.place);
        }
        writing.case = Some(self.case(row));
        self.shell.progress.begin(writing, true);
        let work = task.work(link, answered);
        pool.start(task, work);
    }

    /// Collects the rows that are next in the order of the file.
    fn collect(&mut self, pool: &mut Pool<Task, RowResult>) {
        while let Some((mut task, done)) = pool.first_done() {
            self.shell.progress.state().place = Some(self.place(task.row.number));
            let done = match done {
                Some(done) => self.retry_lookup(&mut task, done),
                None => Err(self.shell.session.explained(Lost::broken(), &task.add.spec)),
            };
            let (done, took) = match done {
                Ok(RowResult { look, did, took }) => {
                    if let Some(look) = look {
                        self.show_lookup(&task, &look);
                    }
                    (self.read(&task, did), Some(took))
                }
                Err(error) => (Err(error), None),
            };
            self.remove_running(&task);
            self.report_result(&task, done, took);
        }
    }

    /// A row whose lookup was refused because the token had expired is restarted once.
    fn retry_lookup(&mut self, task: &mut Task, done: RowResult) -> Result<RowResult, Error> {
        let RowAction::Looked(looked) = &done.did else {
            return Ok(done);
        };
        let mut look = task.lookup();
        let is_over = self.stop.is_some() || self.shell.asker.was_interrupted();
        if is_over || !self.shell.renew_token(&mut look, looked)? {
            return Ok(done);
        }
        task.copy_credentials(&look);
        let explained = |shell: &Shell, lost| shell.session.explained(lost, &task.add.spec);
        let link = self.shell.link(&task.add);
        let link = link.map_err(|lost| explained(self.shell, lost))?;
        let answered = {
            let state = self.shell.progress.state();
            let mut writing = state.writing.iter();
            let own = writing.find(|one| one.number == task.number);
            own.map(|own| own.answered.clone()).unwrap_or_default()
        };
        let work = task.work(link, answered);
        // Without a terminal, another thread waits for the whole run.
        if !self.shell.asker.is_interactive() {
            return Ok(work());
        }
        let interrupt = self.shell.asker.interrupt().clone();
        interrupt.run_until_interrupted(work).map_err(|_| {
            self.shell.connection.break_off();
            explained(self.shell, Lost::Interrupted)
        })
    }

    /// Removes a row from the running ones.
    fn remove_running(&self, task: &Task) {
        let mut state = self.shell.progress.state();
        state.writing.retain(|one| one.number != task.number);
    }
}
