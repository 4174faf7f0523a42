//! `restore`: restores the objects of a backup that the server lacks or that
//! differ. One object per request, so that the progress is known.

mod check;
mod compare;
mod file;
mod journal;
mod messages;
mod normalize;
mod options;
mod plan;
mod send;
pub(super) mod servers;
mod stored;
mod twice;

use self::file::{NoBackup, take};
use super::dump::{self, Dump};
use super::{RecipeResult, named};
use crate::catalog::Release;
use crate::catalog::backup::format_of;
use crate::catalog::many::VERBOSE_PARAM;
use crate::error::{Error, Fault, system};
use crate::input::file::read_from;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::words::plural;
use crate::text::words::quoted;
use crate::text::{clean, encoding};
use journal::{EarlierRun, Journal, Restore, RestoredObjects};
use options::RestoreOptions;
use plan::{Action, Plan};
use send::{RestoreCounts, Restorer, of_all};
use serde_json::{Value as Json, json};
use std::fs::{File, TryLockError};

/// Maximum size of a backup; a server accepts 20 MiB per request.
const MOST: u64 = 256 << 20;

/// At most this many objects are reported.
const MAX_REPORTED: usize = 5;

pub(super) fn check(call: &Call) -> Result<(), Error> {
    if call.text("file") == "-" {
        return Err(Error::typed("`restore` cannot read standard input")
            .hint("it keeps its journal next to the backup file")
            .at(call.place("file")));
    }
    named(call, "only")?;
    RestoreOptions::of(call, None).map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let name = call.text("file");
    let is_plan = call.is_on("plan");
    let here = |error: Error| error.at(call.place("file"));
    // Held to the end: the lock prevents other restores of the file.
    let (_file, bytes, of) = read(shell, name, !is_plan).map_err(here)?;
    let path = journal::path(name);
    let left = earlier_run(shell, call, &path, &of)?;
    let own = left.as_ref().and_then(FoundJournal::own);
    let resumed = own.filter(|_| call.is_on("resume"));
    let options = RestoreOptions::of(call, resumed.map(|left| &left.options))?;
    let done = done_before(resumed, own);
    let dump = taken(shell, name, &bytes, &options).map_err(here)?;
    let (plan, version) = compared(shell, dump, &options, &done)?;
    messages::warn(shell, &plan, name, is_plan);
    let refused = messages::refuse(shell, &plan, name, is_plan);
    if is_plan {
        shell.screen().remark(&plan.summary());
        return Ok(RecipeResult {
            result: plan.to_json(true),
            shown: (shell.screen().summarizes() && !call.is_on(VERBOSE_PARAM))
                .then(|| plan.to_json(false)),
            error: refused.or_else(|| left_out(&plan)),
        });
    }
    if let Some(error) = refused {
        return Err(here(error));
    }
    let is_all = own.is_none_or(|left| options.covers(&left.options));
    let to_send = plan.to_send();
    if to_send == 0 {
        if let Some(left) = left.as_ref().filter(|_| is_all) {
            discard(shell, &path, left);
        }
        return Ok(result(&plan, &RestoreCounts::default(), None));
    }
    ask(shell, &plan)?;
    if left.is_some() && own.is_none() {
        say_other(shell, &path, "replaced");
    }
    // A run that covers only some kinds leaves the journal for the others.
    let keeps = !is_all && (resumed.is_some() || !done.is_empty());
    let whole = own.filter(|_| keeps).map(|left| &left.options);
    let journal = Journal::begin(&path, &of, whole.unwrap_or(&options), &done)?;
    let again = format!("restore {} --resume", quoted(name));
    let sending = Restorer::new(shell, &options, &version, journal, &again, to_send);
    let (sent, failed) = sending.all(&plan);
    let failed = if let Some(error) = failed {
        Some(stopped(error, &again, sent.restored, to_send))
    } else {
        end(shell, &path, whole.is_some());
        look_again(shell, &plan, &options, name)
    };
    Ok(result(&plan, &sent, failed))
}

/// What an earlier run has done. A run that starts over completes what it created by half.
fn done_before(resumed: Option<&EarlierRun>, own: Option<&EarlierRun>) -> RestoredObjects {
    match (resumed, own) {
        (Some(left), _) => left.done.clone(),
        (None, Some(left)) => left.done.unfinished(),
        (None, None) => RestoredObjects::default(),
    }
}

/// The objects of a backup that the options name. Says what is remarkable about them.
fn taken<'a>(
    shell: &Shell,
    name: &str,
    bytes: &'a [u8],
    options: &RestoreOptions,
) -> Result<Dump<'a>, Error> {
    let taken = take(bytes, options).map_err(|why| no_backup(name, &why))?;
    let shown = clean::line(name);
    for remark in &taken.remarks {
        shell.screen().remark(&format!("{shown}: {remark}\n"));
    }
    Ok(taken.dump)
}

/// Removes the journal of an earlier run that left nothing to send.
fn discard(shell: &Shell, path: &str, left: &FoundJournal) {
    if left.own().is_none() {
        say_other(shell, path, "removed");
    }
    remove(shell, path);
}

/// Says what happens to the journal of another restore.
fn say_other(shell: &Shell, path: &str, what: &str) {
    let other = other(path);
    shell.screen().remark(&format!("{other}; it is {what}\n"));
}

/// The bytes of a file, and the identity of its restore. The file stays open,
/// locked if `alone`.
fn read(shell: &Shell, name: &str, alone: bool) -> Result<(File, Vec<u8>, Restore), Error> {
    let shown = clean::line(name);
    let cannot = |why: String| Error::local(format!("cannot read `{shown}`: {why}"));
    let file = File::open(name).map_err(|why| cannot(system(&why)))?;
    // A file system without locks is accepted.
    if alone && matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        let message = format!("another restore of `{shown}` is running; nothing was sent");
        return Err(Error::local(message).hint("both would write the same journal"));
    }
    let bytes = read_from(&file, MOST).map_err(cannot)?;
    encoding::check(&bytes).map_err(|why| cannot(why).hint(encoding::SAVE_AS_UTF_8))?;
    // Its message has the position, but none of the content.
    file::members(&bytes).map_err(|why| no_backup(name, &why))?;
    let restore = Restore::new(&bytes, shell.session.settings.server());
    Ok((file, bytes, restore))
}

fn no_backup(name: &str, why: &NoBackup) -> Error {
    let shown = clean::line(name);
    let hint = why.hint.as_deref();
    let message = format!("`{shown}` is not a backup: {}; nothing was sent", why.why);
    Error::local(message).hint(hint.unwrap_or("`backup FILE` writes one, and so does `dumpdata`"))
}

/// The journal of an earlier run.
enum FoundJournal {
    /// It is of this restore.
    Own(EarlierRun),
    /// It is of another server or of another file.
    Other,
}

impl FoundJournal {
    const fn own(&self) -> Option<&EarlierRun> {
        match self {
            Self::Own(left) => Some(left),
            Self::Other => None,
        }
    }
}

/// The journal of an earlier run of this restore, if there is one that this run
/// resumes or replaces.
fn earlier_run(
    shell: &Shell,
    call: &Call,
    path: &str,
    of: &Restore,
) -> Result<Option<FoundJournal>, Error> {
    let resumes = call.is_on("resume");
    if call.is_on("plan") && !resumes {
        // A plan needs no journal, so it does not matter if this is another file.
        let left = journal::read_earlier(path).ok().flatten();
        return Ok(left.filter(|left| left.is_of(of)).map(FoundJournal::Own));
    }
    let left = journal::read_earlier(path)?;
    let shown = clean::line(path);
    let other = other(path);
    let nothing = |why: &str| {
        Error::local(format!("{why}; nothing was sent"))
            .hint("without `--resume` everything is compared again; objects already restored are left alone")
            .at(call.place("resume"))
    };
    match left {
        Some(left) if left.is_of(of) => {
            if !resumes {
                shell.screen().remark(&format!(
                    "`{shown}` is left from an unfinished run; starting over (use `--resume` to continue it)\n"
                ));
            }
            Ok(Some(FoundJournal::Own(left)))
        }
        Some(_) if resumes => Err(nothing(&other)),
        None if resumes => Err(nothing(&format!(
            "nothing to resume: `{shown}` does not exist"
        ))),
        Some(_) => Ok(Some(FoundJournal::Other)),
        None => Ok(None),
    }
}

fn other(path: &str) -> String {
    let shown = clean::line(path);
    format!("`{shown}` belongs to another server, or the backup has changed since")
}

/// The plan, from a comparison with the server's data, and the format version of the
/// backup; one without is of this server.
fn compared<'a>(
    shell: &mut Shell,
    mut backup: Dump<'a>,
    options: &RestoreOptions,
    done: &RestoredObjects,
) -> Result<(Plan<'a>, Json), Error> {
    let bytes = dump::ask(shell, &check::needed(&backup, options))?;
    let there = Dump::of(&bytes).map_err(|why| {
        let message = format!("the server's answer is not a backup: {why}; nothing was restored");
        Error::new(Fault::NoAnswer, message)
    })?;
    if backup.version.is_null() {
        backup.version = there.version.clone();
    }
    let release = release(shell, &there)?;
    let version = backup.version.clone();
    let plan = Plan::new(backup, &there, options, done, release).map_err(Error::local)?;
    Ok((plan, version))
}

/// The release of the server. Before 2.6.0 its answers do not name it, but the format of
/// its backup shows that it is another one than assumed.
fn release(shell: &mut Shell, there: &Dump<'_>) -> Result<Release, Error> {
    let assumed = shell.session.settings.api.release;
    if there.version.as_i64() == Some(format_of(assumed)) {
        return Ok(assumed);
    }
    let about = shell.part(&["get_version"], &[])?;
    let named = about.get("version").and_then(Json::as_str);
    Ok(named.and_then(Release::named).unwrap_or(assumed))
}

/// Asks for confirmation on a terminal.
fn ask(shell: &mut Shell, plan: &Plan<'_>) -> Result<(), Error> {
    if shell.asker.is_interactive() {
        shell.screen().say(&plan.summary());
    }
    let created = plan.count(Action::Create);
    let updated = plan.to_send() - created;
    let what = format!("restore: {created} to create, {updated} to overwrite");
    shell.asker.confirm(&what, &shell.session.settings)
}

/// Everything is done: the journal is removed, unless it `stays`.
fn end(shell: &mut Shell, path: &str, stays: bool) {
    if stays {
        let path = clean::line(path);
        let why = "that run covered more kinds of objects";
        shell.screen().remark(&format!("`{path}` is kept: {why}\n"));
    } else {
        remove(shell, path);
    }
}

/// Removes a journal that is no longer needed.
fn remove(shell: &Shell, path: &str) {
    if let Err(why) = std::fs::remove_file(path) {
        let (path, why) = (clean::line(path), system(&why));
        shell
            .screen()
            .say(&format!("warning: `{path}` cannot be removed: {why}\n"));
    }
}

/// Reports what the server stored differently; for example it silently drops a
/// role that it does not have. The error is that some objects are missing.
fn look_again(
    shell: &mut Shell,
    plan: &Plan<'_>,
    options: &RestoreOptions,
    name: &str,
) -> Option<Error> {
    let plan_again = format!("`restore {} --plan` compares them", quoted(name));
    shell.progress.done_so_far(format!(
        "`restore` was interrupted: all objects are restored; {plan_again}"
    ));
    let bytes = dump::ask(shell, &options.only);
    let differences = bytes.and_then(|bytes| {
        let there = Dump::of(&bytes).and_then(|there| plan.differences_from(&there));
        there.map_err(Error::local)
    });
    let (differences, missing) = match differences {
        Ok(differences) => differences,
        Err(why) => {
            let why = why.message;
            shell.screen().say(&format!(
                "warning: everything was restored, but could not be read back: {why}\n"
            ));
            return None;
        }
    };
    for one in differences.iter().take(MAX_REPORTED) {
        shell.screen().say(&format!("warning: {one}\n"));
    }
    let more = differences.len().saturating_sub(MAX_REPORTED);
    if more > 0 {
        shell
            .screen()
            .say(&format!("warning: {more} more; `--plan` shows them\n"));
    }
    (missing > 0).then(|| {
        let are = if missing == 1 { "is" } else { "are" };
        let message = format!(
            "{} {are} missing, although the server reported success",
            plural(missing, "object")
        );
        Error::new(Fault::SomeFailed, message).hint(
            "does the server rename objects (e.g. to lower case)? `--plan` shows what is missing",
        )
    })
}

/// The error that stopped it, with the progress and how to resume.
fn stopped(error: Error, again: &str, done: usize, all: usize) -> Error {
    let on = format!("`{again}` continues");
    let hint = match &error.hint {
        Some(hint) if !error.unknown => format!("{hint}; then {on}"),
        _ if error.unknown => format!("{on}: it first checks whether the object was restored"),
        _ => format!(
            "{on} once the problem is fixed on the server; if you change the backup, run it without `--resume`"
        ),
    };
    Error {
        message: format!("{}; {}", error.message, of_all(done, all)),
        ..error
    }
    .hint(hint)
}

/// The result, and an additional error if any.
fn result(plan: &Plan<'_>, sent: &RestoreCounts, failed: Option<Error>) -> RecipeResult {
    let again = plan.count(Action::SendAgain);
    let mut result: Json = json!({
        "created": sent.created,
        "updated": sent.updated,
        "same": plan.count(Action::Same) + again,
        "skipped": plan.count(Action::Skip),
        "restored_before": plan.count(Action::Before),
        "only_on_server": plan.elsewhere(),
    });
    if again > 0 {
        result["sent_again"] = sent.sent_again.into();
    }
    RecipeResult::new(result, failed.or_else(|| left_out(plan)))
}

/// The error that some kinds are left out.
fn left_out(plan: &Plan<'_>) -> Option<Error> {
    let kinds = plan.unhandled.iter().map(plan::Unhandled::message);
    let kinds: Vec<String> = kinds.collect();
    (!kinds.is_empty()).then(|| {
        Error::new(Fault::SomeFailed, kinds.join("; "))
            .hint("`--only` selects the kinds to restore")
    })
}
