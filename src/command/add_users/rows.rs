//! The input file, its template, and the command's other flags.

use crate::atomic;
use crate::bulk::{Delimiter, FileFormat, FileOptions, RowError, Rows, Template, read_while};
use crate::catalog::many::VERBOSE_PARAM;
use crate::catalog::{self, Api};
use crate::env::Input;
use crate::error::Error;
use crate::input::file;
use crate::line::call::{Call, Content};
use crate::line::parse::Parser;
use crate::request;
use crate::shell::asker::Asker;
use crate::shell::{Shell, raw};
use crate::text::clean;
use crate::text::encoding;
use crate::text::words::plural;
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Maximum size of the input file.
const MOST: u64 = 256 * 1024 * 1024;

/// At most this many wrong rows are reported.
const MAX_REPORTED: usize = 20;

/// What to do with a user that already exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// The server refuses the row.
    Refused,
    /// It is left unchanged.
    Skipped,
    /// It is updated to match the row.
    Updated,
}

/// What the command is to do.
pub(super) struct Import {
    /// The name of the file.
    pub(super) from: String,
    pub(super) rows: Rows,
    /// What to do with users that already exist.
    pub(super) existing: Existing,
    /// The file for failed rows.
    pub(super) failed: String,
    /// Whether each added user is shown.
    pub(super) shows_all: bool,
}

/// Reads all input before anything is sent; `sends` is whether the rows will be sent.
pub(super) fn import(shell: &mut Shell, call: &Call, sends: bool) -> Result<Import, Error> {
    let existing = existing(call)?;
    let bytes = if call.text("from") == "-" {
        let input = shell.stdin.take().ok_or_else(|| {
            Error::typed("standard input is already in use for the commands")
                .hint("name the file, or give the command with `-c`")
                .at(call.place("from"))
        })?;
        match input {
            Input::File(file) => file::read_from(file, MOST),
            Input::Stream(stream) => file::read_from(stream, MOST),
        }
    } else {
        file::read(call.text("from"), MOST)
    };
    let rows = rows_for_server(shell, call, bytes, sends)?;
    say_left_out(shell, &name(call), &rows);
    let failed = match call.text("failed") {
        "" => default_failed_path(call.text("from"), format(call)?),
        path => path.to_owned(),
    };
    let outputs = shell.progress.state().outputs.clone();
    for input in [call.text("from"), call.text("template")] {
        if atomic::same(input, &failed) {
            return Err(
                Error::typed(format!("`--failed` must not be the input file `{input}`"))
                    .hint("its secrets would be lost: use another file")
                    .at(call.place("failed")),
            );
        }
        if outputs.iter().any(|output| atomic::same(input, output)) {
            // The report must not overwrite it either.
            shell.progress.state().reports.clear();
            return Err(
                Error::typed(format!("`--report` would overwrite `{input}`"))
                    .hint("use a different file")
                    .at(call.span.clone()),
            );
        }
    }
    Ok(Import {
        from: name(call),
        rows,
        existing,
        failed,
        shows_all: call.is_on(VERBOSE_PARAM) || !shell.screen().summarizes(),
    })
}

/// Checks what can be checked before the run, including the files. Returns whether the
/// release of the server decides, where it is not known and `may_ask` is set.
pub(crate) fn check(shell: &Shell, call: &Call, may_ask: bool) -> Result<bool, Error> {
    existing(call)?;
    // A pipe can be read only once.
    let is_pipe =
        |path: &str| fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    if call.text("from") == "-"
        || ["from", "template"]
            .iter()
            .any(|name| is_pipe(call.text(name)))
    {
        return form(call).map(|_| false);
    }
    let bytes = file::read(call.text("from"), MOST);
    let template = template_bytes(call);
    let api = shell.session.settings.api;
    let can_ask = shell.session.can_ask_release();
    let may_ask = may_ask && can_ask && !call.is_on("dry_run");
    let kept = may_ask.then(|| bytes.clone());
    let asker = &shell.asker;
    match rows(asker, call, bytes, template.as_ref(), api) {
        Ok(_) => Ok(kept.is_some_and(|bytes| {
            let oldest = catalog::at(api.name, api.span.first);
            rows(asker, call, bytes, template.as_ref(), oldest).is_err()
        })),
        // The server is asked for its release before they are sent.
        Err(bad) if bad.is_of_release() && can_ask => Ok(may_ask),
        Err(bad) => Err(bad.report(shell)),
    }
}

/// All rows, if they are right for the server; errors are reported. Where the release of the
/// server decides, and is not known, the server is asked for it.
fn rows_for_server(
    shell: &mut Shell,
    call: &Call,
    bytes: Result<Vec<u8>, String>,
    sends: bool,
) -> Result<Rows, Error> {
    let assumed = shell.session.settings.api;
    // It may be a pipe, which can be read only once.
    let template = template_bytes(call);
    let may_ask = sends && shell.session.can_ask_release();
    let kept = may_ask.then(|| bytes.clone());
    let what = format!("the check of {}", clean::line(&name(call)));
    let rows = |shell: &Shell, bytes, api| {
        let check = || rows(&shell.asker, call, bytes, template.as_ref(), api);
        shell.waiting_for(&what, check)
    };
    let mut read = rows(shell, bytes, assumed);
    let may_be_right = read
        .as_ref()
        .map_or_else(LoadError::is_of_release, |_| true);
    if let (Some(bytes), true) = (kept, may_be_right) {
        let oldest = catalog::at(assumed.name, assumed.span.first);
        // A login comes first anyway.
        let asks = shell.session.needs_login() || read.is_err();
        if asks || rows(shell, bytes.clone(), oldest).is_err() {
            shell.learn_release()?;
        }
        let api = shell.session.settings.api;
        if !std::ptr::eq(api, assumed) {
            read = rows(shell, bytes, api);
        }
    }
    read.map_err(|bad| bad.report(shell))
}

/// Why the rows cannot be used.
enum LoadError {
    /// The file of this name is wrong; `place` is where the line names it.
    File {
        name: String,
        errors: Vec<RowError>,
        place: Range<usize>,
    },
    Error(Error),
}

impl From<Error> for LoadError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl LoadError {
    /// Whether another release would not have these errors.
    fn is_of_release(&self) -> bool {
        match self {
            Self::File { errors, .. } => errors.iter().all(|errors| errors.error.of_release),
            Self::Error(_) => false,
        }
    }

    /// Reports what is wrong; returns the error of the command.
    fn report(self, shell: &Shell) -> Error {
        match self {
            Self::File {
                name,
                errors,
                place,
            } => report_rows(shell, &name, &errors).at(place),
            Self::Error(error) => error,
        }
    }
}

fn existing(call: &Call) -> Result<Existing, Error> {
    if call.text("from").is_empty() {
        return Err(Error::typed("`--from` is missing")
            .hint("for example `--from users.csv`; `help add_users` describes it")
            .at(call.span.clone()));
    }
    match (call.is_on("skip_existing"), call.is_on("update_existing")) {
        (true, true) => Err(Error::typed(
            "`--skip-existing` and `--update-existing` cannot be used together",
        )
        .at(call.place("update_existing"))),
        (true, false) => Ok(Existing::Skipped),
        (false, true) => Ok(Existing::Updated),
        (false, false) => Ok(Existing::Refused),
    }
}

/// The bytes of the template, if there is one.
fn template_bytes(call: &Call) -> Option<Result<Vec<u8>, String>> {
    let path = call.text("template");
    (!path.is_empty()).then(|| file::read(path, MOST))
}

/// All rows, if they are valid for a server of this release.
fn rows(
    asker: &Asker,
    call: &Call,
    bytes: Result<Vec<u8>, String>,
    template: Option<&Result<Vec<u8>, String>>,
    api: &'static Api,
) -> Result<Rows, LoadError> {
    let form = form(call)?;
    let cannot = |path: &str, why: &str| Error::local(format!("cannot read `{path}`: {why}"));
    let from = name(call);
    let bytes = bytes.map_err(|why| cannot(&from, &why).at(call.place("from")))?;
    let template = match template {
        None => Template::none(api),
        Some(bytes) => {
            let path = call.text("template");
            let text = bytes.clone().and_then(|bytes| match bytes {
                bytes if encoding::is_utf16(&bytes) => Err(encoding::UTF_16.to_owned()),
                bytes => String::from_utf8(bytes).map_err(|_| "it is not valid UTF-8".to_owned()),
            });
            let text = text.map_err(|why| cannot(path, &why).at(call.place("template")))?;
            Template::parse(&text, api).map_err(|errors| LoadError::File {
                name: path.to_owned(),
                errors,
                place: call.place("template"),
            })?
        }
    };
    let goes_on = || !asker.was_interrupted();
    let rows = read_while(bytes, form, template, &goes_on);
    let rows = rows.and_then(|rows| {
        let errors = wrong_files(&rows, api, &goes_on);
        if errors.is_empty() {
            Ok(rows)
        } else {
            Err(errors)
        }
    });
    asker.check_interrupted()?;
    rows.map_err(|errors| LoadError::File {
        name: from,
        errors,
        place: call.place("from"),
    })
}

/// What is wrong with the files that rows name: `@FILE`.
fn wrong_files(rows: &Rows, api: &'static Api, goes_on: &dyn Fn() -> bool) -> Vec<RowError> {
    let mut parser = Parser::default();
    let mut errors = Vec::new();
    let named = rows.rows.iter().filter(|row| row.names_files);
    for row in named.take_while(|_| goes_on()) {
        let args = rows.args(row);
        let loaded = args.and_then(|args| match parser.parse(&args, api)?.content {
            Content::Call(mut call) => {
                let mut text = |_, file: &str| raw::text_of(file, &mut None);
                request::load(&mut call, api, &mut text)
            }
            _ => Ok(()),
        });
        let found = loaded.err().map(Error::each).unwrap_or_default();
        errors.extend(found.into_iter().map(|error| row.error(error)));
    }
    errors
}

/// Says which secrets are not sent, since the file does not have them.
fn say_left_out(shell: &Shell, from: &str, rows: &Rows) {
    for one in rows.left_out.iter().take(MAX_REPORTED) {
        let (row, path) = (one.row, &one.path);
        let (from, name) = (clean::line(from), clean::line(&one.username));
        shell.screen().say(&format!(
            "{from}: row {row}: warning: user `{name}`: `{path}` is left out: the file contains only what the \
             server shows, not the value\n"
        ));
    }
    if rows.left_out.len() > MAX_REPORTED {
        let more = rows.left_out.len() - MAX_REPORTED;
        shell.screen().say(&format!("… and {more} more\n"));
    }
}

/// The format and the delimiter.
fn form(call: &Call) -> Result<FileOptions, Error> {
    let format = format(call)?;
    let at = |error: Error| error.at(call.place("delimiter"));
    let delimiter = match call.text("delimiter") {
        "" if !call.typed("delimiter") => None,
        text => Some(Delimiter::named(text).map_err(at)?),
    };
    if delimiter.is_some() && format != FileFormat::Csv {
        let error = Error::typed("`--delimiter` is for CSV files only");
        return Err(at(error.hint("leave it out, or add `--format csv`")));
    }
    Ok(FileOptions { format, delimiter })
}

fn format(call: &Call) -> Result<FileFormat, Error> {
    let (from, named) = (call.text("from"), FileFormat::named(call.text("format")));
    match named {
        Some(format) => Ok(format),
        None => FileFormat::of(Path::new(from)).map_err(|error| error.at(call.place("from"))),
    }
}

/// Reports the errors of a file.
fn report_rows(shell: &Shell, name: &str, errors: &[RowError]) -> Error {
    for one in errors.iter().take(MAX_REPORTED) {
        shell.screen().report(&one.error, "", &one.place(name));
    }
    if errors.len() > MAX_REPORTED {
        shell
            .screen()
            .say(&format!("… and {} more\n", errors.len() - MAX_REPORTED));
    }
    let errors = plural(errors.len(), "error");
    Error::typed(format!("`{name}` has {errors}; nothing was sent"))
}

/// The name of the file, for messages.
fn name(call: &Call) -> String {
    match call.text("from") {
        "-" => "stdin".to_owned(),
        path => path.to_owned(),
    }
}

/// `users.csv` becomes `users.failed.csv`; anything else gets a name in the current folder.
fn default_failed_path(from: &str, format: FileFormat) -> String {
    let path = Path::new(from);
    if !path.is_file() {
        return format!("users.failed.{}", format.name());
    }
    let ending = path.extension().unwrap_or_default();
    let name = Path::new("failed").with_extension(ending);
    path.with_extension(name).to_string_lossy().into_owned()
}
