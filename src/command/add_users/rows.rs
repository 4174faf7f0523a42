//! The file of users, its template, and what else the command was given.

use crate::atomic;
use crate::bulk::{Format, Rows, Template, Wrong, read};
use crate::env::Input;
use crate::error::Error;
use crate::input::file;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::words::plural;
use std::fs;
use std::path::Path;

/// A larger file is no list of users.
const MOST: u64 = 256 * 1024 * 1024;

/// More wrong rows than this are not told.
const MOST_TOLD: usize = 20;

/// What is to be done with a user that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// The server refuses the row.
    Refused,
    /// It stays as it is.
    Skipped,
    /// It becomes as the row has it.
    Updated,
}

/// What the command is to do.
pub(super) struct Wanted {
    /// The name of the file.
    pub(super) from: String,
    pub(super) rows: Rows,
    /// What is to be done with users that are there.
    pub(super) existing: Existing,
    /// Where the rows go that are not done.
    pub(super) failed: String,
}

/// Reads everything before anything is sent.
pub(super) fn wanted(shell: &mut Shell, call: &Call) -> Result<Wanted, Error> {
    let existing = existing(call)?;
    let bytes = if call.text("from") == "-" {
        let input = shell.stdin.take().ok_or_else(|| {
            Error::typed("standard input is not free: the commands come from it")
                .hint("name the file, or give the command by `-c`")
                .at(call.place("from"))
        })?;
        match input {
            Input::File(file) => file::read_from(file, MOST),
            Input::Stream(stream) => file::read_from(stream, MOST),
        }
    } else {
        file::read(call.text("from"), MOST)
    };
    let rows = rows(shell, call, bytes)?;
    let failed = match call.text("failed") {
        "" => beside(call.text("from"), format(call)?),
        path => path.to_owned(),
    };
    let outputs = shell.progress.state().outputs.clone();
    for input in [call.text("from"), call.text("template")] {
        if atomic::same(input, &failed) {
            return Err(
                Error::typed(format!("`--failed` is `{input}`, which is read"))
                    .hint("its secrets would be lost: name another file")
                    .at(call.place("failed")),
            );
        }
        if outputs.iter().any(|output| atomic::same(input, output)) {
            // It must not be written at the end either.
            shell.progress.state().reports.clear();
            return Err(
                Error::typed(format!("`--report` would write over `{input}`"))
                    .hint("give it a file of its own")
                    .at(call.span.clone()),
            );
        }
    }
    Ok(Wanted {
        from: name(call),
        rows,
        existing,
        failed,
    })
}

/// What can be known before the run: the files may be read by then.
pub(crate) fn check(shell: &Shell, call: &Call) -> Result<(), Error> {
    existing(call)?;
    // A pipe can be read but once.
    let is_pipe =
        |path: &str| fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    if call.text("from") == "-"
        || ["from", "template"]
            .iter()
            .any(|name| is_pipe(call.text(name)))
    {
        return format(call).map(drop);
    }
    rows(shell, call, file::read(call.text("from"), MOST)).map(drop)
}

fn existing(call: &Call) -> Result<Existing, Error> {
    if call.text("from").is_empty() {
        return Err(Error::typed("`--from` is missing")
            .hint("as `--from users.csv`; `help add_users` describes it")
            .at(call.span.clone()));
    }
    match (call.is_on("skip_existing"), call.is_on("update_existing")) {
        (true, true) => Err(Error::typed(
            "`--skip-existing` and `--update-existing` exclude each other",
        )
        .at(call.place("update_existing"))),
        (true, false) => Ok(Existing::Skipped),
        (false, true) => Ok(Existing::Updated),
        (false, false) => Ok(Existing::Refused),
    }
}

/// The rows, all of them right; what is wrong is told.
fn rows(shell: &Shell, call: &Call, bytes: Result<Vec<u8>, String>) -> Result<Rows, Error> {
    let format = format(call)?;
    let cannot = |path: &str, why: &str| Error::local(format!("cannot read `{path}`: {why}"));
    let from = name(call);
    let bytes = bytes.map_err(|why| cannot(&from, &why).at(call.place("from")))?;
    let api = shell.session.settings.api;
    let template = match call.text("template") {
        "" => Template::none(api),
        path => {
            let read = file::read(path, MOST);
            let bytes = read.map_err(|why| cannot(path, &why).at(call.place("template")))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| cannot(path, "it is not UTF-8").at(call.place("template")))?;
            Template::parse(&text, api)
                .map_err(|wrong| told(shell, path, &wrong).at(call.place("template")))?
        }
    };
    read(bytes, format, template).map_err(|wrong| told(shell, &from, &wrong).at(call.place("from")))
}

fn format(call: &Call) -> Result<Format, Error> {
    let (from, named) = (call.text("from"), Format::named(call.text("format")));
    match named {
        Some(format) => Ok(format),
        None => Format::of(Path::new(from)).map_err(|error| error.at(call.place("from"))),
    }
}

/// Tells what is wrong with a file.
fn told(shell: &Shell, name: &str, wrong: &[Wrong]) -> Error {
    for one in wrong.iter().take(MOST_TOLD) {
        shell.report(&one.error, "", &one.place(name));
    }
    if wrong.len() > MOST_TOLD {
        shell.say(&format!("… and {} more\n", wrong.len() - MOST_TOLD));
    }
    let places = plural(wrong.len(), "place");
    Error::typed(format!(
        "`{name}` is wrong in {places}; nothing of it was sent"
    ))
}

/// The name of the file, for messages.
fn name(call: &Call) -> String {
    match call.text("from") {
        "-" => "stdin".to_owned(),
        path => path.to_owned(),
    }
}

/// `users.csv` becomes `users.failed.csv`; what is no file has no folder of its own.
fn beside(from: &str, format: Format) -> String {
    let path = Path::new(from);
    if !path.is_file() {
        return format!("users.failed.{}", format.name());
    }
    let ending = path.extension().unwrap_or_default();
    let name = Path::new("failed").with_extension(ending);
    path.with_extension(name).to_string_lossy().into_owned()
}
