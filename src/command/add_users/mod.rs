//! `add_users`: users from a file, one a row, through the same machinery as
//! `add_user`. A row that fails does not stop the others.

mod rows;
mod stop;
mod user;

use crate::bulk::{COMMAND, Failed, Row};
use crate::error::{Error, Fault, system};
use crate::http::Lost;
use crate::http::trace;
use crate::http::window::Window;
use crate::line::call::Call;
use crate::output::error::Place;
use crate::output::progress::Answered;
use crate::output::report::{Outcome, Stands};
use crate::request::ShowAs;
use crate::request::curl;
use crate::session::answer;
use crate::settings::Echo;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::plural;
pub(crate) use rows::check;
use rows::{Existing, Wanted};
use std::path::Path;
use std::time::Duration;
use stop::Told;
use user::{Did, Done, Sent, Task};

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let wanted = rows::wanted(shell, call)?;
    if call.is_on("dry_run") {
        show_all(shell, &wanted, ShowAs::Raw, true)?;
        let rows = plural(wanted.rows.rows.len(), "row");
        let name = clean::line(&wanted.from);
        shell.remark(&format!("{name}: {rows}, all right; nothing was sent\n"));
        return Ok(());
    }
    if shell.session.settings.echo == Echo::Only {
        return show_all(shell, &wanted, ShowAs::Curl, true);
    }
    let interrupt = shell.interrupt.clone();
    // In a script somebody waits for the whole run, and would leave at once.
    let in_script = shell.terminal.is_none();
    stop::told_by(&interrupt, in_script, |told| add_all(shell, &wanted, told))
}

/// Shows the requests of all rows; sends none.
pub(crate) fn show(shell: &mut Shell, call: &Call, form: ShowAs, first: bool) -> Result<(), Error> {
    let wanted = rows::wanted(shell, call)?;
    show_all(shell, &wanted, form, first)
}

fn show_all(shell: &mut Shell, wanted: &Wanted, form: ShowAs, first: bool) -> Result<(), Error> {
    for (at, row) in wanted.rows.rows.iter().enumerate() {
        let call = user::call(shell, &wanted.rows.args(row)?)?;
        shell.show_request(call, form, first && at == 0)?;
    }
    Ok(())
}

/// How far it came.
#[derive(Default)]
struct Count {
    added: usize,
    changed: usize,
    /// Nothing differed but what the server does not show.
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

/// The adding of all rows.
struct Adding<'a> {
    shell: &'a mut Shell,
    wanted: &'a Wanted,
    count: Count,
    /// None if it could not be written.
    failed: Option<Failed<'a>>,
    /// Why the file of failed rows could not be written.
    lost: Option<Error>,
    /// Why no more rows are begun.
    stop: Option<Fault>,
    /// The fault of the first row that failed.
    first: Option<Fault>,
    /// Whether the line that shows how far it is counts rows.
    has_bar: bool,
}

fn add_all(shell: &mut Shell, wanted: &Wanted, told: &Told) -> Result<(), Error> {
    // Made before anything is sent: what fails must have a place.
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
    adding.has_bar = adding.shell.begin_bar(Some(wanted.rows.rows.len()));
    adding.all(told);
    if adding.has_bar {
        adding.shell.progress.end_bar();
    }
    adding.end()
}

impl Adding<'_> {
    fn all(&mut self, told: &Told) {
        let mut window: Window<Task, Done> = Window::default();
        let goes_on = || !told.stops();
        let mut rows = self.wanted.rows.rows.iter();
        while let Some(row) = rows.as_slice().first() {
            window.take_up();
            self.land(&mut window);
            if !goes_on() {
                self.stop = Some(Fault::Interrupted);
            }
            if self.stop.is_some() {
                break;
            }
            // Nothing more is begun behind an answer that is lost, though its turn is to come.
            let is_lost = window
                .iter()
                .any(|(_, done)| done.is_some_and(|done| done.is_none_or(Done::is_lost)));
            // A password that may be wrong is sent once.
            let most = if self.shell.needs_login() {
                1
            } else {
                self.shell.session.settings.jobs
            };
            if window.has_room(most) && !is_lost {
                self.begin(row, &mut window);
                rows.next();
            } else {
                window.wait(&goes_on);
            }
        }
        while !window.is_empty() && goes_on() {
            window.wait(&goes_on);
            self.land(&mut window);
        }
        if !goes_on() {
            self.stop = Some(Fault::Interrupted);
        }
        // Interrupted: what is under way is left to itself, and nothing more leaves.
        self.shell.break_off(!goes_on());
        window.take_up();
        loop {
            self.land(&mut window);
            let Some((task, _)) = window.drain(|_| false) else {
                break;
            };
            self.taken_up(&task);
            let error = self.shell.explained(Lost::Interrupted, &task.add.spec);
            self.tell(&task, Err(error), None);
        }
        for row in rows {
            self.not_run(row);
        }
    }

    /// Begins a row.
    fn begin(&mut self, row: &Row, window: &mut Window<Task, Done>) {
        let task = match Task::new(self.shell, self.wanted, row, window.next_number()) {
            Ok(task) => task,
            Err(error) => return self.tell_row(row, Err(error), None),
        };
        let link = match self.shell.link(&task.add) {
            Ok(link) => link,
            Err(lost) => {
                let error = self.shell.explained(lost, &task.add.spec);
                return self.tell(&task, Err(error), None);
            }
        };
        let mut writing = self.shell.writing(task.number, &task.add.spec);
        writing.place = Some(self.place(task.row.number));
        let answered: Answered = writing.answered.clone();
        if window.is_empty() {
            let mut state = self.shell.progress.state();
            state.place.clone_from(&writing.place);
        }
        writing.stands = Some(self.stands(row));
        self.shell.progress.begin(writing, true);
        let work = task.work(link, answered);
        window.begin(task, work);
    }

    /// Takes up the rows whose turn has come.
    fn land(&mut self, window: &mut Window<Task, Done>) {
        while let Some((mut task, done)) = window.first_done() {
            self.shell.progress.state().place = Some(self.place(task.row.number));
            let done = match done {
                Some(done) => self.looked_anew(&mut task, done),
                None => Err(self.shell.explained(Lost::broken(), &task.add.spec)),
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

    /// A row whose look was refused, since its token had ended, begins anew, once.
    fn looked_anew(&mut self, task: &mut Task, done: Done) -> Result<Done, Error> {
        let Did::Looked(looked) = &done.did else {
            return Ok(done);
        };
        let mut look = task.look();
        if self.stop.is_some() || !self.shell.is_proved_anew(&mut look, &looked.sent)? {
            return Ok(done);
        }
        task.prove_as(&look);
        let explained = |shell: &Shell, lost| shell.explained(lost, &task.add.spec);
        let link = self.shell.link(&task.add);
        let link = link.map_err(|lost| explained(self.shell, lost))?;
        let answered = {
            let state = self.shell.progress.state();
            let mut writing = state.writing.iter();
            let own = writing.find(|one| one.number == task.number);
            own.map(|own| own.answered.clone()).unwrap_or_default()
        };
        let work = task.work(link, answered);
        // Without a terminal the whole run is waited for elsewhere.
        if self.shell.terminal.is_none() {
            return Ok(work());
        }
        let interrupt = self.shell.interrupt.clone();
        interrupt.or_done(work).map_err(|_| {
            self.shell.break_off(true);
            explained(self.shell, Lost::Interrupted)
        })
    }

    /// It is no longer under way.
    fn taken_up(&self, task: &Task) {
        let mut state = self.shell.progress.state();
        state.writing.retain(|one| one.number != task.number);
    }

    /// The request that looked for the user, where requests are shown. Its
    /// answer is no result.
    fn show_look(&self, task: &Task, look: &Sent) {
        let (spec, settings) = (&task.look().spec, &self.shell.session.settings);
        self.shell.say(&look.told);
        if settings.echo == Echo::On {
            self.shell.say(&format!("{}\n", curl::line(spec)));
        }
        if let (true, Ok(exchange)) = (settings.debug, &look.sent) {
            self.shell.say(&trace::answered(spec, exchange));
        }
    }

    /// Shows what came of a row, and counts it if it is good.
    fn read(&mut self, task: &Task, did: Did) -> Result<Option<u16>, Error> {
        let (prepared, sent, is_changed) = match did {
            Did::Nothing => {
                self.count.there += 1;
                return Ok(None);
            }
            Did::Looked(sent) => {
                self.shell.land(task.look(), sent.sent, &sent.told)?;
                let why = "whether there is such a user cannot be told";
                return Err(Error::new(Fault::NoAnswer, why));
            }
            Did::Added(sent) => (task.add.clone(), sent, None),
            Did::Updated(update) => (update.prepared, update.sent, Some(update.is_changed)),
        };
        let landed = self.shell.land(prepared, sent.sent, &sent.told);
        // That it cannot be shown undoes nothing.
        let is_done = landed.as_ref().map_or_else(
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
        if let (true, Err(error)) = (is_done, landed.as_ref()) {
            self.cannot_show(task, error);
            return Ok(status);
        }
        landed.map(|()| status)
    }

    /// Nothing more is begun where nobody sees what comes of it.
    fn cannot_show(&mut self, task: &Task, error: &Error) {
        if self.stop.replace(error.fault).is_none() {
            let place = self.place(task.row.number);
            let error = task.row.named(error.clone());
            self.shell.report(&error, "", &place);
        }
    }

    /// Says what came of a row that has a task.
    fn tell(&mut self, task: &Task, done: Result<Option<u16>, Error>, took: Option<Duration>) {
        let done = done.map_err(|error| self.with_servers_words(error, task));
        self.tell_row(&task.row, done, took);
    }

    /// Says what came of a row.
    fn tell_row(&mut self, row: &Row, done: Result<Option<u16>, Error>, took: Option<Duration>) {
        let error = match done {
            Ok(status) => {
                self.record(row, &Outcome::Done { status }, took);
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
        self.record(row, &Outcome::failed(&error, status, false), took);
        // Nobody is there: the others would fail as well.
        if error.fault == Fault::NoAnswer {
            self.stop.get_or_insert(error.fault);
        }
        let error = row.named(error);
        self.shell.report(&error, "", &self.place(row.number));
        self.moved();
    }

    /// Moves the line on that shows how far it is.
    fn moved(&self) {
        let count = &self.count;
        let failed = count.failed + count.unknown;
        let done = count.done() + failed;
        if self.has_bar {
            self.shell.progress.bar_at(done, failed);
        }
    }

    fn not_run(&mut self, row: &Row) {
        self.record(row, &Outcome::NotRun, None);
        self.leave_out(row, "not run");
    }

    /// Among many rows the server's own words must stand beside the row.
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
        self.shell.veiled(error)
    }

    fn place(&self, row: usize) -> Place {
        Place::Row {
            name: self.wanted.from.clone(),
            row,
        }
    }

    /// A row that is not done goes into the file of such rows.
    fn leave_out(&mut self, row: &Row, why: &str) {
        let added = self.failed.as_mut().map(|file| file.add(row, why));
        if let Some(Err(error)) = added {
            // What is half written is of no use.
            self.failed = None;
            self.lost = Some(error);
        }
    }

    fn record(&self, row: &Row, outcome: &Outcome, took: Option<Duration>) {
        let state = self.shell.progress.state();
        if !state.reports.is_empty() {
            state.record(&self.stands(row), outcome, took);
        }
    }

    /// Where a row stands, for a report.
    fn stands(&self, row: &Row) -> Stands {
        Stands {
            file: self.wanted.from.clone(),
            line: row.number,
            column: 1,
            text: row.username.clone(),
        }
    }

    /// Says how it ended.
    fn end(mut self) -> Result<(), Error> {
        let done = self.count.done();
        let all = self.wanted.rows.rows.len();
        let rest = all - done - self.count.failed - self.count.unknown;
        let said = self.said(rest);
        if done == all {
            self.no_old_file();
            let Some(fault) = self.stop else {
                self.shell.remark(&format!("{said}\n"));
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
            Existing::Refused => "with `--skip-existing` the whole file can be run again",
            Existing::Skipped | Existing::Updated => "the whole file can be run again",
        };
        let finished = self.failed.take().map(Failed::finish);
        let failed = clean::line(&self.wanted.failed);
        let hint = match (finished, self.lost) {
            (Some(Err(error)), _) | (None, Some(error)) => format!("{}; {again}", error.message),
            _ => format!("`{failed}` has the rows that are not done, without secrets; {again}"),
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
                "sent again, as the server does not show passwords and keys",
            ),
            (count.there, "left as they are"),
            (count.failed, "failed"),
            (count.unknown, "not known"),
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

    /// An old file of failed rows would be taken for this run's.
    fn no_old_file(&mut self) {
        let path = Path::new(&self.wanted.failed);
        self.failed = None;
        if path.symlink_metadata().is_ok_and(|about| about.is_file())
            && let Err(why) = std::fs::remove_file(path)
        {
            let path = clean::line(&self.wanted.failed);
            let why = system(&why);
            self.shell.say(&format!(
                "warning: `{path}` is of an earlier run and cannot be removed: {why}\n"
            ));
        }
    }
}
