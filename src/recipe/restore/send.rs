//! Sends the objects to be restored, one after another.

use super::journal::{Journal, Progress};
use super::normalize::to_send;
use super::options::RestoreOptions;
use super::plan::{Action, Plan, PlanEntry};
use crate::catalog;
use crate::error::{Error, Fault, system};
use crate::shell::Shell;
use serde_json::{Map, Value as Json};

const COMMAND: &str = "loaddata_from_request_body";

/// What the server empties in a new admin.
pub(super) const FACTOR: &str = "its two-factor authentication and recovery codes";

/// How many objects were restored.
#[derive(Default)]
pub(super) struct RestoreCounts {
    pub(super) created: usize,
    pub(super) updated: usize,
    /// Those that are the same, as far as can be seen.
    pub(super) sent_again: usize,
    /// How many are restored; an object that is sent twice counts after the second time.
    pub(super) restored: usize,
}

/// A running restore.
pub(super) struct Restorer<'a> {
    shell: &'a mut Shell,
    options: &'a RestoreOptions,
    /// How the server should load each object.
    flags: Vec<String>,
    /// The backup's format version, which tells the server how to read the objects.
    version: &'a Json,
    journal: Journal,
    /// The command that resumes it.
    again: String,
    /// How many objects to restore.
    objects: usize,
    has_bar: bool,
}

impl<'a> Restorer<'a> {
    pub(super) fn new(
        shell: &'a mut Shell,
        options: &'a RestoreOptions,
        version: &'a Json,
        journal: Journal,
        again: &str,
        objects: usize,
    ) -> Self {
        let has_bar = shell.screen().begin_quiet_bar(Some(objects));
        Self {
            shell,
            options,
            flags: options.flags(),
            version,
            journal,
            again: again.to_owned(),
            objects,
            has_bar,
        }
    }

    /// Sends all objects, up to the first failure.
    pub(super) fn all(mut self, plan: &Plan<'_>) -> (RestoreCounts, Option<Error>) {
        let mut sent = RestoreCounts::default();
        // Otherwise each request would ask for confirmation.
        let confirmed = self.shell.asker.set_confirmed(true);
        let entries = plan.entries.iter().filter(|entry| entry.action.is_sent());
        let failed = entries
            .map(|entry| self.one(entry, &mut sent))
            .find_map(Result::err);
        self.shell.asker.set_confirmed(confirmed);
        if self.has_bar {
            self.shell.progress.end_bar();
        }
        (sent, failed)
    }

    fn one(&mut self, entry: &PlanEntry<'_>, sent: &mut RestoreCounts) -> Result<(), Error> {
        let overwriting = self.options.to_overwrite().flags();
        if entry.is_sent_twice {
            // Before it is sent: the program may be stopped before the response arrives.
            self.note(entry, Progress::Creating)?;
        }
        let flags = if entry.completes {
            overwriting.clone()
        } else {
            self.flags.clone()
        };
        self.load(entry, &flags)?;
        match entry.action {
            Action::Create => sent.created += 1,
            Action::SendAgain => sent.sent_again += 1,
            _ => sent.updated += 1,
        }
        if entry.is_sent_twice {
            self.note(entry, Progress::Created)?;
            self.load(entry, &overwriting).map_err(|error| Error {
                message: format!("{}; it was created, but without {FACTOR}", error.message),
                ..error
            })?;
        }
        sent.restored += 1;
        let (again, so_far) = (&self.again, of_all(sent.restored, self.objects));
        self.shell.progress.done_so_far(format!(
            "`restore` was interrupted: {so_far}; `{again}` continues"
        ));
        if self.has_bar {
            self.shell.progress.bar_at(sent.restored, 0);
        }
        self.note(entry, Progress::Done)
    }

    /// Writes to the journal how far an object is.
    fn note(&mut self, entry: &PlanEntry<'_>, how_far: Progress) -> Result<(), Error> {
        let written = self.journal.add(entry.kind, &entry.name, how_far);
        written.map_err(|why| {
            let state = match how_far {
                Progress::Creating => "is not sent, because",
                Progress::Created => "is created, but",
                Progress::Done => "is restored, but",
            };
            let why = system(&why);
            let message = format!(
                "{} {state} the journal could not be written: {why}",
                entry.label()
            );
            Error {
                applied: how_far != Progress::Creating,
                ..Error::local(message)
            }
        })
    }

    fn load(&mut self, entry: &PlanEntry<'_>, flags: &[String]) -> Result<(), Error> {
        let json = format!("--json={}", self.body(entry)?);
        let words = [COMMAND, &json].into_iter();
        let words: Vec<&str> = words.chain(flags.iter().map(String::as_str)).collect();
        let loaded = self.shell.part_with_check(&words, &self.again);
        loaded.map(drop).map_err(|error| of(entry, error))
    }

    /// A backup that contains only this object.
    fn body(&self, entry: &PlanEntry<'_>) -> Result<Json, Error> {
        let object = entry.object().map_err(Error::local)?;
        let object = to_send(entry.kind, object, &entry.folders);
        let value = if entry.kind.names.is_empty() {
            object
        } else {
            Json::Array(vec![object])
        };
        let mut body = Map::new();
        body.insert("version".to_owned(), self.version.clone());
        body.insert(entry.kind.list.to_owned(), value);
        Ok(Json::Object(body))
    }
}

/// The progress: `2 of 5 objects are restored`. Of the object at which a restore stops it
/// says nothing: that may not be known.
pub(super) fn of_all(done: usize, all: usize) -> String {
    match (done, all) {
        (0, _) => "nothing was restored before it".to_owned(),
        (1, 1) => "the object is restored".to_owned(),
        _ => format!("{done} of {all} objects are restored"),
    }
}

/// Names the object in a failure. The catalogue's text about a whole backup
/// does not fit a single object.
fn of(entry: &PlanEntry<'_>, error: Error) -> Error {
    if error.fault == Fault::Interrupted && !error.unknown {
        return error;
    }
    let mut message = error.message.clone();
    if let Some(rest) = message.strip_prefix(&format!("`{COMMAND}`: ")) {
        message = rest.to_owned();
    }
    let rows = catalog::every().filter(|row| row.name == COMMAND);
    let answers = rows
        .filter_map(|row| row.route())
        .flat_map(|route| route.answers);
    for answer in answers {
        if error.fault == Fault::Refused(answer.status) {
            message = message.replacen(&format!(": {}", answer.cause()), "", 1);
        }
    }
    Error {
        message: format!("{}: {message}", entry.label()),
        ..error
    }
}
