//! `restore`: what a backup has and the server has not, or has otherwise. One
//! object a request, so that it is known how far it came.

mod how;
mod journal;
mod plan;
mod send;
mod settled;

use super::dump::{self, Dump};
use super::{Came, named};
use crate::error::{Error, Fault, system};
use crate::input::file;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::plural;
use crate::text::words::quoted;
use how::How;
use journal::{Done, Journal, Left, Restore};
use plan::{Plan, Step};
use send::{Sending, Sent, of_all};
use serde_json::{Value as Json, json};
use std::fs::{File, TryLockError};

/// No backup is larger: a server takes 20 MiB at once.
const MOST: u64 = 256 << 20;

/// More objects than this are not told of.
const MOST_TOLD: usize = 5;

pub(super) fn check(call: &Call) -> Result<(), Error> {
    if call.text("file") == "-" {
        return Err(Error::typed("`-` is no file to restore from")
            .hint("a restore keeps its journal beside the file")
            .at(call.place("file")));
    }
    named(call, "only")?;
    How::of(call, None).map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<Came, Error> {
    let name = call.text("file");
    let is_plan = call.is_on("plan");
    // Held to the end: it keeps other restores of the file away.
    let (_file, backup, of) =
        read(shell, name, !is_plan).map_err(|error| error.at(call.place("file")))?;
    let path = journal::path(name);
    let left = left(shell, call, &path, &of)?;
    let resumed = left.as_ref().filter(|_| call.is_on("resume"));
    let how = How::of(call, resumed.map(|left| &left.how))?;
    let done = resumed.map_or_else(Done::default, |left| left.done.clone());
    let version = backup.version.clone();
    let plan = compared(shell, backup, &how, &done)?;
    if is_plan {
        shell.remark(&plan.summary());
        return Ok(plan.told().into());
    }
    let is_all = left.as_ref().is_none_or(|left| how.covers(&left.how));
    let to_send = plan.count(Step::Create) + plan.count(Step::Update);
    if to_send == 0 {
        if left.is_some() && is_all {
            remove(shell, &path);
        }
        return Ok(came(&plan, &Sent::default(), None));
    }
    ask(shell, &plan)?;
    // A run that went on with some of the kinds leaves it for the others.
    let whole = resumed.filter(|_| !is_all).map(|left| &left.how);
    let journal = Journal::begin(&path, &of, whole.unwrap_or(&how), &done)?;
    let again = format!("restore {} --resume", quoted(name));
    let sending = Sending::new(shell, &how, &version, journal, &again, to_send);
    let (sent, failed) = sending.all(&plan);
    let failed = if let Some(error) = failed {
        Some(stopped(error, &again, sent.count(), to_send))
    } else {
        end(shell, &path, whole.is_some());
        look_again(shell, &plan, &how, name)
    };
    Ok(came(&plan, &sent, failed))
}

/// The backup in a file, and what its restore is told apart by. The file is
/// open, and locked if it is to be `alone`.
fn read(shell: &Shell, name: &str, alone: bool) -> Result<(File, Dump, Restore), Error> {
    let shown = clean::line(name);
    let cannot = |why: String| Error::local(format!("cannot read `{shown}`: {why}"));
    let file = File::open(name).map_err(|why| cannot(system(&why)))?;
    // Of a file system without locks nothing is asked.
    if alone && matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        let message = format!("another restore of `{shown}` is under way; nothing was sent");
        return Err(Error::local(message).hint("two would write over each other's journal"));
    }
    let bytes = file::read_from(&file, MOST).map_err(cannot)?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let no_backup = |why: String| {
        Error::local(format!("`{shown}` is no backup: {why}; nothing was sent"))
            .hint("`backup FILE` writes one, and so does `dumpdata`")
    };
    // Its message has the place, and nothing of what stands there.
    let json = serde_json::from_slice(text).map_err(|why| no_backup(why.to_string()))?;
    let restore = Restore::new(&bytes, shell.session.settings.server());
    Ok((file, Dump::of(json).map_err(no_backup)?, restore))
}

/// The journal of an earlier run of this restore, if it left one that this run
/// goes on with or takes the place of.
fn left(shell: &Shell, call: &Call, path: &str, of: &Restore) -> Result<Option<Left>, Error> {
    let resumes = call.is_on("resume");
    if call.is_on("plan") && !resumes {
        return Ok(None);
    }
    let left = journal::left(path)?;
    let shown = clean::line(path);
    let other = format!("`{shown}` is of another server, or the backup was changed since");
    let nothing = |why: &str| {
        Error::local(format!("{why}; nothing was sent"))
            .hint("without `--resume` all is compared anew: what is restored already is left alone")
            .at(call.place("resume"))
    };
    match left {
        Some(left) if left.is_of(of) => {
            if !resumes {
                shell.remark(&format!(
                    "`{shown}` is of a run that did not come to its end; this one begins anew, and `--resume` would go on with it\n"
                ));
            }
            Ok(Some(left))
        }
        Some(_) if resumes => Err(nothing(&other)),
        None if resumes => Err(nothing(&format!(
            "there is nothing to go on with: no `{shown}`"
        ))),
        Some(_) => {
            shell.remark(&format!("{other}; this run puts its own in its place\n"));
            Ok(None)
        }
        None => Ok(None),
    }
}

/// The plan, after a look at what the server has.
fn compared(shell: &mut Shell, backup: Dump, how: &How, done: &Done) -> Result<Plan, Error> {
    let (json, _) = dump::ask(shell, &how.only)?;
    let there = Dump::of(json).map_err(|why| {
        let message = format!("what the server sent is no backup: {why}; nothing was restored");
        Error::new(Fault::NoAnswer, message)
    })?;
    Ok(Plan::new(backup, &there, how, done))
}

/// Asks, where someone can answer.
fn ask(shell: &mut Shell, plan: &Plan) -> Result<(), Error> {
    if shell.terminal.is_some() {
        shell.say(&plan.summary());
    }
    let (created, updated) = (plan.count(Step::Create), plan.count(Step::Update));
    shell.agreed(&format!(
        "restore: {created} to create, {updated} to overwrite"
    ))
}

/// All that was to be done is done: the journal goes, but for one that `stays`.
fn end(shell: &mut Shell, path: &str, stays: bool) {
    if stays {
        let path = clean::line(path);
        let why = "the run that it is of was about more kinds";
        shell.remark(&format!("`{path}` stays: {why}\n"));
    } else {
        remove(shell, path);
    }
}

/// Takes a journal away that nobody needs any more.
fn remove(shell: &Shell, path: &str) {
    if let Err(why) = std::fs::remove_file(path) {
        let (path, why) = (clean::line(path), system(&why));
        shell.say(&format!("warning: `{path}` cannot be removed: {why}\n"));
    }
}

/// Tells what the server did not take as it was sent: of a user's role that it
/// does not have, for one, it says nothing. The error is that some are missing.
fn look_again(shell: &mut Shell, plan: &Plan, how: &How, name: &str) -> Option<Error> {
    let plan_again = format!("`restore {} --plan` compares them", quoted(name));
    shell.progress.done_so_far(format!(
        "`restore` was under way: all objects are restored; {plan_again}"
    ));
    let there = dump::ask(shell, &how.only);
    let there = there.and_then(|(json, _)| Dump::of(json).map_err(Error::local));
    let there = match there {
        Ok(there) => there,
        Err(why) => {
            let why = why.message;
            shell.say(&format!(
                "warning: all was restored, but could not be read again: {why}\n"
            ));
            return None;
        }
    };
    let (told, missing) = plan.otherwise(&there);
    for one in told.iter().take(MOST_TOLD) {
        shell.say(&format!("warning: {one}: the server took it otherwise\n"));
    }
    let more = told.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        shell.say(&format!("warning: {more} more; `--plan` shows them\n"));
    }
    (missing > 0).then(|| {
        let are = if missing == 1 { "is" } else { "are" };
        let message = format!(
            "{} {are} not there, though the server answered that all are restored",
            plural(missing, "object")
        );
        Error::new(Fault::SomeFailed, message)
            .hint("does it change names, to lower case for one? `--plan` shows what it lacks")
    })
}

/// The error that stopped it, with how far it came and how to go on.
fn stopped(error: Error, again: &str, done: usize, all: usize) -> Error {
    let on = format!("`{again}` goes on");
    let hint = match &error.hint {
        Some(hint) if !error.unknown => format!("{hint}; then {on}"),
        _ if error.unknown => format!("{on}: it looks first whether the object is restored"),
        _ => format!(
            "{on} once that is put right at the server; if the backup is changed, run it without `--resume`"
        ),
    };
    Error {
        message: format!("{}; {}", error.message, of_all(done, all)),
        ..error
    }
    .hint(hint)
}

/// The result, and what there is to tell all the same.
fn came(plan: &Plan, sent: &Sent, failed: Option<Error>) -> Came {
    let left_out = || {
        let told: Vec<String> = plan.unhandled.iter().map(plan::Unhandled::told).collect();
        (!told.is_empty()).then(|| {
            Error::new(Fault::SomeFailed, told.join("; "))
                .hint("`--only` names the kinds that are wanted")
        })
    };
    let result: Json = json!({
        "created": sent.created,
        "updated": sent.updated,
        "same": plan.count(Step::Same),
        "skipped": plan.count(Step::Skip),
        "restored_before": plan.count(Step::Before),
        "only_on_server": plan.elsewhere(),
    });
    Came {
        result,
        but: failed.or_else(left_out),
    }
}
