//! The stack of files being run, each sourced by the one before.

use super::run::{Run, Statement};
use super::source::Source;
use super::{Stop, check};
use crate::error::{Error, Fault, system};
use crate::line::call::Call;
use crate::output::progress;
use crate::session::Session;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Maximum nesting depth of `source`.
const DEEPEST: usize = 16;

/// The files being run.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceStack {
    /// The outermost first.
    open: Vec<OpenFile>,
    /// Whether any file has sourced another.
    pub(super) sourced: bool,
}

#[derive(Clone, Debug)]
struct OpenFile {
    /// The file's canonical path; `None` for standard input and `-c`.
    path: Option<PathBuf>,
    /// The folder for relative `source` names, as displayed.
    folder: PathBuf,
}

impl SourceStack {
    /// Opens a file that the innermost one sources; its name is relative to the
    /// folder of that file.
    pub(super) fn open(&self, session: &Session, name: &str) -> Result<Source, Error> {
        if self.open.len() > DEEPEST {
            let why = format!("files are nested more than {DEEPEST} deep");
            return Err(Error::typed(why));
        }
        let folder = self
            .open
            .last()
            .map_or(Path::new(""), |entry| &entry.folder);
        let shown = folder.join(name).to_string_lossy().into_owned();
        session.allow_file(&shown)?;
        let cannot = |why: &str| {
            let error = Error::local(format!("cannot open `{shown}`: {why}"));
            match name.strip_prefix("~/") {
                Some(rest) => error.hint(format!(
                    "`~` is not expanded here; write `$env.HOME/{rest}`"
                )),
                None => error,
            }
        };
        // Checked first, because opening a FIFO would wait for its writer.
        let meta = std::fs::metadata(&shown).map_err(|why| cannot(&system(&why)))?;
        if !meta.is_file() {
            let is = if meta.is_dir() {
                "it is a directory"
            } else {
                "it is not a regular file"
            };
            return Err(cannot(is));
        }
        let file = File::open(&shown).map_err(|why| cannot(&system(&why)))?;
        let path = std::fs::canonicalize(&shown).map_err(|why| cannot(&system(&why)))?;
        if self
            .open
            .iter()
            .any(|entry| entry.path.as_ref() == Some(&path))
        {
            let why = format!("`{shown}` would source itself");
            return Err(Error::typed(why));
        }
        Ok(Source::file(shown, file))
    }

    /// Pushes a source.
    pub(super) fn enter(&mut self, source: &Source) {
        let path = source
            .path()
            .and_then(|path| std::fs::canonicalize(path).ok());
        let folder = source.path().and_then(|path| Path::new(path).parent());
        self.sourced |= !self.open.is_empty();
        self.open.push(OpenFile {
            folder: folder.map_or_else(PathBuf::new, Path::to_path_buf),
            path,
        });
    }

    /// Removes the innermost file, which has ended.
    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// Whether the innermost file is also the outermost one.
    pub(super) fn is_top(&self) -> bool {
        self.open.len() < 2
    }
}

impl Run<'_> {
    /// Runs the file that a command sources. Its commands count, not the one
    /// that sources it.
    pub(super) fn nested(&mut self, call: &Call, statement: &Statement) -> Result<(), Stop> {
        let mut source = match self.stack.open(&self.shell.session, call.text("file")) {
            Ok(source) => source,
            Err(error) => return self.handle_result(Err(error.at(call.place("file"))), statement),
        };
        let keeps_going = self.shell.session.settings.keep_going;
        let (failed, unknown) = {
            let state = self.shell.progress.state();
            (state.failed, state.unknown)
        };
        // The file may not have been checked, if a pipe or a variable named it.
        let ended = match check::sourced(self.shell, &mut source, &self.stack) {
            Ok(checked) => {
                if self.stack.open.is_empty() {
                    self.shell.progress.state().total = checked.total();
                }
                self.source(&mut source)
            }
            Err(code) => {
                self.shell.progress.state().failed += 1;
                if keeps_going && !statement.ignored {
                    return Ok(());
                }
                Err(Stop::Failed(code, statement.line()))
            }
        };
        if statement.ignored {
            let mut state = self.shell.progress.state();
            state.done += state.failed - failed + state.unknown - unknown;
            (state.failed, state.unknown) = (failed, unknown);
        }
        let Err(Stop::Failed(code, place)) = ended else {
            return ended;
        };
        if statement.ignored && code != Fault::Interrupted.exit_code() {
            return Ok(());
        }
        if let Some(line) = statement.line().and_then(|line| progress::shown(&line))
            && place != statement.line()
        {
            self.shell.screen().say(&format!("sourced at {line}\n"));
        }
        Err(Stop::Failed(code, place))
    }
}
