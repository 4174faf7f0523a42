//! `add_users`: adds users from a file, one per row, with the same code as
//! `add_user`. A failed row does not stop the others.

mod rows;
mod stop;
mod user;

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::bulk::{COMMAND, Failed, Row};
use crate::catalog::Verb;
use crate::error::{Error, Fault, system};
use crate::http::Lost;
use crate::http::pool::Pool;
use crate::http::trace;
use crate::line::call::Call;
use crate::output::error::Place;
use crate::output::progress::Answered;
use crate::output::report::{CaseResult, Stands};
use crate::request::ShowAs;
use crate::request::curl;
use crate::session::answer;
use crate::settings::Echo;
use crate::shell::Shell;
use crate::shell::preview::show_request;
use crate::text::clean;
use crate::text::words::plural;
use rows::{Existing, Wanted};
use std::path::Path;
use std::time::Duration;
use stop::Told;
use user::{Did, Done, Sent, Task};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::AddUsers, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let wanted = rows::wanted(shell, call)?;
    if call.is_on("dry_run") {
        show_all(shell, &wanted, ShowAs::Raw, true)?;
        let rows = plural(wanted.rows.rows.len(), "row");
        let name = clean::line(&wanted.from);
        shell.screen().remark(&format!(
            "{name}: {rows} checked, no errors; nothing was sent\n"
        ));
        return Ok(());
    }
    if shell.session.settings.echo == Echo::Only {
        return show_all(shell, &wanted, ShowAs::Curl, true);
    }
    let interrupt = shell.asker.interrupt().clone();
    // In a script, another thread waits for the whole run and would exit at once.
    let in_script = !shell.asker.is_interactive();
    stop::told_by(&interrupt, in_script, |told| add_all(shell, &wanted, told))
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if checking.shown || !call.is_known() {
        return Ok(());
    }
    rows::check(checking.shell, call)
}

/// Shows the requests of all rows; sends none.
fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if run.open {
        return Ok(false);
    }
    let first = !std::mem::replace(run.shown_one, true);
    let form = run.form;
    run.shell.under(run.overrides, |shell| {
        let wanted = rows::wanted(shell, call)?;
        show_all(shell, &wanted, form, first)
    })?;
    Ok(true)
}

fn show_all(shell: &mut Shell, wanted: &Wanted, form: ShowAs, first: bool) -> Result<(), Error> {
    for (at, row) in wanted.rows.rows.iter().enumerate() {
        let call = user::call(shell, &wanted.rows.args(row)?)?;
        show_request(shell, call, form, first && at == 0)?;
    }
    Ok(())
}

/// How far it came.
#[derive(Default)]
struct Count {
    added: usize,
    changed: usize,
    /// Only values that the server does not show may differ.
    sent_again: usize,
    there: usize,
    failed: usize,
    unknown: usize,
}

impl Count {
    fn done(&self) -> usize {
        self.added + self.changed + self.sent_again + self.there
    }
}

/// The run over all rows.
struct Adding<'a> {
    shell: &'a mut Shell,
    wanted: &'a Wanted,
    count: Count,
    /// `None` if it could not be written.
    failed: Option<Failed<'a>>,
    /// Why the file of failed rows could not be written.
    lost: Option<Error>,
    /// Why no more rows are started.
    stop: Option<Fault>,
    /// The fault of the first row that failed.
    first: Option<Fault>,
    /// Whether the progress bar counts rows.
    has_bar: bool,
}

fn add_all(shell: &mut Shell, wanted: &Wanted, told: &Told) -> Result<(), Error> {
    // Created before anything is sent, so that failed rows can be saved.
    let failed = Failed::create(Path::new(&wanted.failed), &wanted.rows)?;
    let mut adding = Adding {
        shell,
        wanted,
        count: Count::default(),
        failed: Some(failed),
        lost: None,
        stop: None,
        first: None,
        has_bar: false,
    };
    adding.has_bar = adding
        .shell
        .screen()
        .begin_bar(Some(wanted.rows.rows.len()));
    adding.all(told);
    if adding.has_bar {
        adding.shell.progress.end_bar();
    }
    adding.end()
}

impl Adding<'_> {
    fn all(&mut self, told: &Told) {
        let mut pool: Pool<Task, Done> = Pool::default();
        let goes_on = || !told.stops();
        let mut rows = self.wanted.rows.rows.iter();
        while let Some(row) = rows.as_slice().first() {
            pool.poll();
            self.collect(&mut pool);
            if !goes_on() {
                self.stop = Some(Fault::Interrupted);
            }
            if self.stop.is_some() {
                break;
            }
            // Nothing more is begun behind an answer that is lost, though its turn is to come.
            let is_lost = pool
                .iter()
                .any(|(_, done)| done.is_some_and(|done| done.is_none_or(Done::is_lost)));
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
                pool.wait(&goes_on);
            }
        }
        while !pool.is_empty() && goes_on() {
            pool.wait(&goes_on);
            self.collect(&mut pool);
        }
        if !goes_on() {
            self.stop = Some(Fault::Interrupted);
        }
        // Interrupted: running requests are abandoned and no more are sent.
        if !goes_on() {
            self.shell.connection.break_off();
        }
        pool.poll();
        loop {
            self.collect(&mut pool);
            let Some((task, _)) = pool.drain(|_| false) else {
                break;
            };
            self.taken_up(&task);
            let error = self
                .shell
                .session
                .explained(Lost::Interrupted, &task.add.spec);
            self.tell(&task, Err(error), None);
        }
        for row in rows {
            self.not_run(row);
        }
    }

    /// Begins a row.
    fn begin(&mut self, row: &Row, pool: &mut Pool<Task, Done>) {
        let task = match Task::new(self.shell, self.wanted, row, pool.next_number()) {
            Ok(task) => task,
            Err(error) => return self.tell_row(row, Err(error), None),
        };
        let link = match self.shell.link(&task.add) {
            Ok(link) => link,
            Err(lost) => {
                let error = self.shell.session.explained(lost, &task.add.spec);
                return self.tell(&task, Err(error), None);
            }
        };
        let mut writing = self.shell.progress.writing(task.number, &task.add.spec);
        writing.place = Some(self.place(task.row.number));
        let answered: Answered = writing.answered.clone();
        if pool.is_empty() {
            let mut state = self.shell.progress.state();
            state.place.clone_from(&writing.place);
        }
        writing.stands = Some(self.stands(row));
        self.shell.progress.begin(writing, true);
        let work = task.work(link, answered);
        pool.start(task, work);
    }

    /// Collects the rows that are next in the order of the file.
    fn collect(&mut self, pool: &mut Pool<Task, Done>) {
        while let Some((mut task, done)) = pool.first_done() {
            self.shell.progress.state().place = Some(self.place(task.row.number));
            let done = match done {
                Some(done) => self.looked_anew(&mut task, done),
                None => Err(self.shell.session.explained(Lost::broken(), &task.add.spec)),
            };
            let (done, took) = match done {
                Ok(Done { look, did, took }) => {
                    if let Some(look) = look {
                        self.show_look(&task, &look);
                    }
                    (self.read(&task, did), Some(took))
                }
                Err(error) => (Err(error), None),
            };
            self.taken_up(&task);
            self.tell(&task, done, took);
        }
    }

    /// A row whose lookup was refused because the token had expired is restarted once.
    fn looked_anew(&mut self, task: &mut Task, done: Done) -> Result<Done, Error> {
        let Did::Looked(looked) = &done.did else {
            return Ok(done);
        };
        let mut look = task.look();
        if self.stop.is_some() || !self.shell.renew_token(&mut look, &looked.sent)? {
            return Ok(done);
        }
        task.prove_as(&look);
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
        interrupt.or_done(work).map_err(|_| {
            self.shell.connection.break_off();
            explained(self.shell, Lost::Interrupted)
        })
    }

    /// It is no longer running.
    fn taken_up(&self, task: &Task) {
        let mut state = self.shell.progress.state();
        state.writing.retain(|one| one.number != task.number);
    }

    /// Shows the request that looked for the user, if requests are shown. Its
    /// answer is not a result.
    fn show_look(&self, task: &Task, look: &Sent) {
        let (spec, settings) = (&task.look().spec, &self.shell.session.settings);
        self.shell.screen().say(&look.told);
        if settings.echo == Echo::On {
            self.shell.screen().say(&format!("{}\n", curl::line(spec)));
        }
        if let (true, Ok(exchange)) = (settings.debug, &look.sent) {
            self.shell.screen().say(&trace::answered(spec, exchange));
        }
    }

    /// Shows the outcome of a row, and counts it if it succeeded.
    fn read(&mut self, task: &Task, did: Did) -> Result<Option<u16>, Error> {
        let (prepared, sent, is_changed) = match did {
            Did::Nothing => {
                self.count.there += 1;
                return Ok(None);
            }
            Did::Looked(sent) => {
                self.shell.collect(task.look(), sent.sent, &sent.told)?;
                let why = "could not check whether the user exists";
                return Err(Error::new(Fault::NoAnswer, why));
            }
            Did::Added(sent) => (task.add.clone(), sent, None),
            Did::Updated(update) => (update.prepared, update.sent, Some(update.is_changed)),
        };
        let shown = self.shell.collect(prepared, sent.sent, &sent.told);
        // That it cannot be shown undoes nothing.
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
    fn tell(&mut self, task: &Task, done: Result<Option<u16>, Error>, took: Option<Duration>) {
        let done = done.map_err(|error| self.with_servers_words(error, task));
        self.tell_row(&task.row, done, took);
    }

    /// Reports the outcome of a row.
    fn tell_row(&mut self, row: &Row, done: Result<Option<u16>, Error>, took: Option<Duration>) {
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
        // Nobody is there: the others would fail as well.
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

    fn not_run(&mut self, row: &Row) {
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
        self.shell.session.veiled(error, &task.add.spec)
    }

    fn place(&self, row: usize) -> Place {
        Place::Row {
            name: self.wanted.from.clone(),
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
            state.record(&self.stands(row), outcome, took);
        }
    }

    /// The position of a row, for a report.
    fn stands(&self, row: &Row) -> Stands {
        Stands {
            file: self.wanted.from.clone(),
            line: row.number,
            column: 1,
            text: row.username.clone(),
        }
    }

    /// Reports how the run ended.
    fn end(mut self) -> Result<(), Error> {
        let done = self.count.done();
        let all = self.wanted.rows.rows.len();
        let rest = all - done - self.count.failed - self.count.unknown;
        let said = self.said(rest);
        if done == all {
            self.no_old_file();
            let Some(fault) = self.stop else {
                self.shell.screen().remark(&format!("{said}\n"));
                return Ok(());
            };
            return Err(Error::new(fault, said));
        }
        let fault = match self.stop {
            Some(Fault::Interrupted) => Fault::Interrupted,
            _ if done > 0 => Fault::SomeFailed,
            _ => self.first.unwrap_or(Fault::SomeFailed),
        };
        let again = match self.wanted.existing {
            Existing::Refused => "the whole file can be run again with `--skip-existing`",
            Existing::Skipped | Existing::Updated => "the whole file can be run again",
        };
        let finished = self.failed.take().map(Failed::finish);
        let failed = clean::line(&self.wanted.failed);
        let hint = match (finished, self.lost) {
            (Some(Err(error)), _) | (None, Some(error)) => format!("{}; {again}", error.message),
            _ => format!(
                "`{failed}` contains the rows that did not succeed, without secrets; {again}"
            ),
        };
        Err(Error::new(fault, said).hint(hint))
    }

    /// `users.csv: 2 added, 1 failed`.
    fn said(&self, rest: usize) -> String {
        let count = &self.count;
        let parts = [
            (count.added, "added"),
            (count.changed, "changed"),
            (
                count.sent_again,
                "sent again (the server never shows passwords and keys, so they cannot be compared)",
            ),
            (count.there, "unchanged"),
            (count.failed, "failed"),
            (count.unknown, "unknown"),
            (rest, "not run"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
        let name = clean::line(&self.wanted.from);
        if parts.is_empty() {
            format!("{name}: no rows")
        } else {
            format!("{name}: {}", parts.join(", "))
        }
    }

    /// A leftover failed-rows file would be mistaken for this run's.
    fn no_old_file(&mut self) {
        let path = Path::new(&self.wanted.failed);
        self.failed = None;
        if path.symlink_metadata().is_ok_and(|about| about.is_file())
            && let Err(why) = std::fs::remove_file(path)
        {
            let path = clean::line(&self.wanted.failed);
            let why = system(&why);
            self.shell.screen().say(&format!(
                "warning: `{path}` is from an earlier run and cannot be removed: {why}\n"
            ));
        }
    }
}
