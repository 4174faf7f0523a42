//! Changes or deletes the objects, up to `jobs` at a time, and notes what happened to each.

use super::super::preview::echo;
use super::super::stop_flag::StopFlag;
use super::super::{Prepared, Shell};
use super::plan::verb;
use super::select::{about, title};
use super::tally::Tally;
use super::task::{Did, Task};
use crate::catalog::many::Selection;
use crate::error::{Error, Fault};
use crate::http::pool::Pool;
use crate::http::{Exchange, Lost};
use crate::line::call::Call;
use crate::output::error::Place;
use crate::request::RequestSpec;
use std::collections::VecDeque;

/// A run over several objects.
pub(super) struct Running<'a> {
    shell: &'a mut Shell,
    call: &'a Call,
    selection: Selection,
    tally: Tally,
    /// The objects that are not begun, and whether they were before.
    waiting: VecDeque<(String, bool)>,
    has_bar: bool,
}

impl<'a> Running<'a> {
    pub(super) fn new(
        shell: &'a mut Shell,
        call: &'a Call,
        selection: Selection,
        names: Vec<String>,
    ) -> Self {
        let has_bar = shell.screen().begin_quiet_bar(Some(names.len()));
        Self {
            shell,
            call,
            selection,
            tally: Tally::default(),
            waiting: names.into_iter().map(|name| (name, false)).collect(),
            has_bar,
        }
    }

    /// Goes through all objects, in their order.
    pub(super) fn all(mut self, stop: &StopFlag) -> Tally {
        let mut pool: Pool<Task, Did> = Pool::default();
        let keep_going = || !stop.is_set();
        loop {
            pool.poll();
            self.collect(&mut pool);
            if !keep_going() {
                self.tally.stop = Some(Fault::Interrupted);
            }
            if self.tally.stop.is_some() || (self.waiting.is_empty() && pool.is_empty()) {
                break;
            }
            if !self.may_begin(&pool) {
                wait(self.shell, &mut pool, &keep_going);
            } else if let Some(next) = self.waiting.pop_front() {
                self.begin(next, &mut pool);
            }
        }
        self.end(&mut pool, &keep_going);
        if self.has_bar {
            self.shell.progress.end_bar();
        }
        self.tally
    }

    /// Whether one more object may be begun: none after a lost answer, even before its turn
    /// to be reported, and a password that may be wrong is only sent once.
    fn may_begin(&self, pool: &Pool<Task, Did>) -> bool {
        let is_lost = pool
            .iter()
            .any(|(_, did)| did.is_some_and(|did| did.is_none_or(Did::is_server_lost)));
        let most = if self.shell.session.needs_login() {
            1
        } else {
            self.shell.session.settings.jobs
        };
        !self.waiting.is_empty() && pool.has_room(most) && !is_lost
    }

    /// Ends what runs: waits for it, or after Ctrl-C leaves it.
    fn end(&mut self, pool: &mut Pool<Task, Did>, keep_going: &dyn Fn() -> bool) {
        while !pool.is_empty() && keep_going() {
            wait(self.shell, pool, keep_going);
            self.collect(pool);
        }
        if !keep_going() {
            self.tally.stop = Some(Fault::Interrupted);
            // Objects that were only read so far are not written.
            let stopped: Vec<u64> = pool
                .iter()
                .filter(|(task, _)| task.turn.stop())
                .map(|(task, _)| task.number)
                .collect();
            self.shell.connection.break_off();
            pool.poll();
            loop {
                self.collect(pool);
                let Some((task, _)) = pool.drain(|_| false) else {
                    break;
                };
                self.remove_running(&task);
                if stopped.contains(&task.number) {
                    self.tally.not_tried.push(task.name);
                } else {
                    let session = &self.shell.session;
                    let error = session.explained(Lost::Interrupted, &task.put.spec);
                    self.failed(&task, error);
                }
            }
        }
        let rest = self.waiting.drain(..).map(|(name, _)| name);
        self.tally.not_tried.extend(rest);
    }

    /// Begins an object.
    fn begin(&mut self, next: (String, bool), pool: &mut Pool<Task, Did>) {
        let name = next.0.clone();
        let task = Task::new(self.shell, self.call, next, pool.next_number());
        let task = match task {
            Ok(task) => task,
            // It is about the login, so about all of them.
            Err(error) => return self.stopped(name, error),
        };
        let link = match self.shell.link(&task.put) {
            Ok(link) => link,
            Err(lost) => {
                let error = self.shell.session.explained(lost, &task.put.spec);
                return self.stopped(name, error);
            }
        };
        let mut writing = self.shell.progress.writing(task.number, &task.put.spec);
        writing.gate = Some(link.gate());
        let answered = writing.answered.clone();
        self.shell.progress.begin(writing, true);
        let release = self.shell.session.settings.api.release;
        let work = task.work(link, answered, release);
        pool.start(task, work);
    }

    /// Takes the results that are next in the order of the objects.
    fn collect(&mut self, pool: &mut Pool<Task, Did>) {
        while let Some((mut task, did)) = pool.first_done() {
            self.shell.tell_retries(&task.notes);
            if let Some(did) = did {
                self.did(&mut task, did);
            } else {
                let session = &self.shell.session;
                let error = session.explained(Lost::broken(), &task.put.spec);
                self.failed(&task, error);
            }
            self.remove_running(&task);
            self.moved();
        }
    }

    fn did(&mut self, task: &mut Task, did: Did) {
        self.shell.requests += did.requests(task.get.is_some());
        match did {
            Did::Same => self.tally.same.push(task.name.clone()),
            Did::Stopped => self.tally.not_tried.push(task.name.clone()),
            Did::Unusable(error) => self.failed(task, error),
            Did::NotRead(sent) => {
                if self.is_repeated(task, &sent) {
                    return;
                }
                let get = task.get.clone().unwrap_or_else(|| task.put.clone());
                match self.answer(&get, &get.spec, sent) {
                    Ok(()) => {
                        let why = "the server's answer is not a JSON object; nothing was changed";
                        self.failed(task, Error::new(Fault::NoAnswer, why));
                    }
                    Err(error) if error.fault == Fault::NoAnswer => {
                        self.stopped(task.name.clone(), error.unchanged());
                    }
                    Err(error) => self.failed(task, error),
                }
            }
            Did::Written {
                spec,
                sent,
                warnings,
            } => {
                if !self.is_repeated(task, &sent) {
                    self.written(task, &spec, sent, &warnings);
                }
            }
        }
    }

    fn written(
        &mut self,
        task: &Task,
        spec: &RequestSpec,
        sent: Result<Exchange, Lost>,
        warnings: &[String],
    ) {
        // It was sent already: a line that cannot be written does not change that.
        let _ = echo(self.shell, spec);
        self.shell.note_names(spec, &sent);
        match self.answer(&task.put, spec, sent) {
            Ok(()) => self.tally.done.push(task.name.clone()),
            Err(error) if error.applied => {
                self.tally.done.push(task.name.clone());
                self.report(task, error);
            }
            Err(error) if error.fault == Fault::NoAnswer && !error.unknown => {
                self.stopped(task.name.clone(), error);
            }
            Err(error) if error.absent && self.call.skips_missing() => {
                self.tally.same.push(task.name.clone());
            }
            Err(error) => self.failed(task, error),
        }
        let title = title(self.selection, &task.name);
        for warning in warnings {
            let text = format!("warning: {title}: {warning}\n");
            self.shell.screen().say(&text);
        }
    }

    /// Reads an answer.
    fn answer(
        &mut self,
        prepared: &Prepared,
        spec: &RequestSpec,
        sent: Result<Exchange, Lost>,
    ) -> Result<(), Error> {
        self.shell.trace(spec, sent.as_ref().ok());
        let mut exchange = sent.map_err(|lost| self.shell.session.explained(lost, spec))?;
        if exchange.status != 401 {
            self.shell.session.auth.refused_tokens = 0;
        }
        self.shell.part_read(prepared, &mut exchange).map(drop)
    }

    /// Whether an object is begun again, once: its token had expired, so the server did
    /// nothing.
    fn is_repeated(&mut self, task: &mut Task, sent: &Result<Exchange, Lost>) -> bool {
        if task.is_again || self.tally.stop.is_some() {
            return false;
        }
        match self.shell.renew_token(&mut task.put, sent) {
            Ok(true) => self.waiting.push_front((task.name.clone(), true)),
            Ok(false) => return false,
            Err(error) => self.stopped(task.name.clone(), error),
        }
        true
    }

    /// An object that failed, or whose outcome is unknown.
    fn failed(&mut self, task: &Task, error: Error) {
        if error.unknown {
            self.tally.unknown.push(task.name.clone());
        } else {
            self.tally.failed.push(task.name.clone());
        }
        // The server is unreachable: the others would fail as well.
        if matches!(error.fault, Fault::NoAnswer | Fault::Interrupted) && error.unknown {
            self.tally.stop.get_or_insert(error.fault);
        }
        self.report(task, error);
    }

    /// An object that was not changed, for a reason that holds for all others too.
    fn stopped(&mut self, name: String, error: Error) {
        self.tally.not_tried.push(name);
        // One such message is enough.
        if self.tally.stop.is_none() {
            self.tally.stop = Some(error.fault);
            self.say(error);
        }
    }

    fn report(&self, task: &Task, error: Error) {
        self.say(about(self.call, self.selection, &task.name, error));
    }

    fn say(&self, error: Error) {
        let place = self.shell.progress.state().place.clone();
        let error = Error {
            span: None,
            ..error
        };
        let place = place.unwrap_or(Place::Arguments);
        self.shell.screen().report(&error, "", &place);
    }

    /// Removes an object from the running ones.
    fn remove_running(&self, task: &Task) {
        let mut state = self.shell.progress.state();
        state.writing.retain(|one| one.number != task.number);
    }

    /// Moves the progress bar, and notes how far the run is.
    fn moved(&self) {
        let said = self
            .tally
            .summary(self.selection.nouns(), verb(self.call.command));
        self.shell.progress.state().so_far = Some(format!("`{}`: {said}", self.call.command.name));
        if self.has_bar {
            let tally = &self.tally;
            self.shell.progress.bar_at(tally.count(), tally.wrong());
        }
    }
}

/// Waits for a result. All may be waiting for a retry of the first object.
fn wait(shell: &Shell, pool: &mut Pool<Task, Did>, keep_going: &dyn Fn() -> bool) {
    let first = pool.iter().next().map(|(task, _)| task.notes.clone());
    pool.wait(&|| {
        if let Some(notes) = &first {
            shell.tell_retries(notes);
        }
        keep_going()
    });
}
