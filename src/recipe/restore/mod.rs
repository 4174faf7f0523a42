//! `restore`: what a backup has and the server has not, or has otherwise. One
//! object a request, so that it is known how far it came.

mod journal;
mod plan;
mod send;
mod settled;

use super::Came;
use super::dump::{self, Dump};
use crate::error::{Error, Fault};
use crate::input::file;
use crate::line::call::Call;
use crate::line::complete::quoted;
use crate::render::clean;
use crate::shell::Shell;
use journal::{Done, Journal, Restore};
use plan::{Plan, Step};
use send::{Sending, Sent};
use serde_json::{Value as Json, json};

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
    if call.is_on("skip_existing") && call.is_on("disconnect") {
        let why = "`--skip_existing` overwrites nobody whom `--disconnect` could mean";
        return Err(Error::typed(why).at(call.place("disconnect")));
    }
    Ok(())
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<Came, Error> {
    let name = call.text("file");
    let (backup, of) = read(shell, name).map_err(|error| error.at(call.place("file")))?;
    let path = journal::path(name);
    let (done, is_left) = done(shell, call, &path, &of)?;
    let only = call.list("only");
    let version = backup.version.clone();
    let plan = compared(shell, backup, only, call.is_on("skip_existing"), &done)?;
    if call.is_on("plan") {
        shell.remark(&plan.summary());
        return Ok(plan.told().into());
    }
    let to_send = plan.count(Step::Create) + plan.count(Step::Update);
    if to_send == 0 {
        if is_left {
            remove(shell, &path);
        }
        return Ok(came(&plan, &Sent::default(), None));
    }
    ask(shell, &plan)?;
    let journal = Journal::begin(&path, &of, &done)?;
    let again = format!("restore {} --resume", quoted(name));
    let sending = Sending::new(shell, call, &version, journal, &again, to_send);
    let (sent, failed) = sending.all(&plan);
    if failed.is_none() {
        look_again(shell, &plan, only);
    }
    let failed = failed.map(|error| stopped(error, &again, sent.count(), to_send));
    Ok(came(&plan, &sent, failed))
}

/// The backup in a file, and what its restore is told apart by.
fn read(shell: &Shell, name: &str) -> Result<(Dump, Restore), Error> {
    let shown = clean::line(name);
    let bytes = file::read(name, MOST)
        .map_err(|why| Error::local(format!("cannot read `{shown}`: {why}")))?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let no_backup = |why: String| {
        Error::local(format!("`{shown}` is no backup: {why}; nothing was sent"))
            .hint("`backup FILE` writes one, and so does `dumpdata`")
    };
    // Its message has the place, and nothing of what stands there.
    let json = serde_json::from_slice(text).map_err(|why| no_backup(why.to_string()))?;
    let server = shell.session.settings.server();
    let restore = Restore::new(&bytes, server);
    Ok((Dump::of(json).map_err(no_backup)?, restore))
}

/// What an earlier run has restored, if this one goes on with it; and whether
/// there is a journal of this restore.
fn done(shell: &Shell, call: &Call, path: &str, of: &Restore) -> Result<(Done, bool), Error> {
    let left = journal::left(path)?;
    let shown = clean::line(path);
    let is_ours = left.as_ref().is_some_and(|left| left.of == *of);
    match left {
        Some(left) if call.is_on("resume") && is_ours => Ok((left.done, true)),
        Some(_) if call.is_on("resume") => Err(Error::local(format!(
            "`{shown}` is of another server, or the backup was changed since; nothing was sent"
        ))
        .hint("without `--resume` all is compared anew: what is restored already is left alone")
        .at(call.place("resume"))),
        None if call.is_on("resume") => Err(Error::local(format!(
            "there is nothing to go on with: no `{shown}`; nothing was sent"
        ))
        .hint("without `--resume` all is compared anew: what is restored already is left alone")
        .at(call.place("resume"))),
        Some(_) if !call.is_on("plan") => {
            shell.remark(&format!(
                "`{shown}` is of a run that did not come to its end; this one begins anew, and `--resume` would go on with it\n"
            ));
            Ok((Done::default(), is_ours))
        }
        _ => Ok((Done::default(), false)),
    }
}

/// The plan, after a look at what the server has.
fn compared(
    shell: &mut Shell,
    backup: Dump,
    only: &[String],
    keeps: bool,
    done: &Done,
) -> Result<Plan, Error> {
    let (json, _) = dump::ask(shell, only)?;
    let there = Dump::of(json).map_err(|why| {
        let message = format!("what the server sent is no backup: {why}; nothing was restored");
        Error::new(Fault::NoAnswer, message)
    })?;
    let wanted = |list: &str| only.is_empty() || only.iter().any(|name| name == list);
    Ok(Plan::new(backup, &there, wanted, keeps, done))
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

/// A journal that an earlier run left behind, and nobody needs.
fn remove(shell: &Shell, path: &str) {
    if let Err(why) = std::fs::remove_file(path) {
        let (path, why) = (clean::line(path), crate::error::system(&why));
        shell.say(&format!("warning: `{path}` cannot be removed: {why}\n"));
    }
}

/// Tells what the server did not take as it was sent: of a user's role that it
/// does not have, for one, it says nothing.
fn look_again(shell: &mut Shell, plan: &Plan, only: &[String]) {
    let there = dump::ask(shell, only).ok();
    let Some(there) = there.and_then(|(json, _)| Dump::of(json).ok()) else {
        shell.say("warning: all was restored, but could not be read again\n");
        return;
    };
    let told = plan.otherwise(&there);
    for one in told.iter().take(MOST_TOLD) {
        shell.say(&format!("warning: {one}: the server took it otherwise\n"));
    }
    let more = told.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        shell.say(&format!("warning: {more} more; `--plan` shows them\n"));
    }
}

/// The error that stopped it, with how far it came and how to go on.
fn stopped(error: Error, again: &str, done: usize, all: usize) -> Error {
    let on = format!("`{again}` goes on");
    let hint = match &error.hint {
        Some(hint) if !error.unknown => format!("{hint}; then {on}"),
        _ if error.unknown => format!("{on}: it looks first whether the object is restored"),
        _ => format!("{on} once that is put right"),
    };
    Error {
        message: format!("{}; {done} of {all} objects are restored", error.message),
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
