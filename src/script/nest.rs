//! The files that are being run, one sourced by the other.

use super::run::{Command, Run};
use super::source::Source;
use super::{Stop, check};
use crate::error::{Error, Fault, system};
use crate::line::call::Call;
use crate::output::progress;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Deeper than this no file is sourced.
const DEEPEST: usize = 16;

/// The files that are being run.
#[derive(Clone, Debug, Default)]
pub(super) struct Nest {
    /// The outermost first.
    open: Vec<Entry>,
    /// Whether one has sourced another.
    pub(super) sourced: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    /// The file's one true path; none for standard input and `-c`.
    path: Option<PathBuf>,
    /// The folder that the files it sources are looked for in, as it is shown.
    folder: PathBuf,
}

impl Nest {
    /// Opens a file that the innermost one sources: its name is looked for in
    /// the folder of that one.
    pub(super) fn open(&self, name: &str) -> Result<Source, Error> {
        if self.open.len() > DEEPEST {
            let why = format!("files are nested more than {DEEPEST} deep");
            return Err(Error::typed(why));
        }
        let folder = self
            .open
            .last()
            .map_or(Path::new(""), |entry| &entry.folder);
        let shown = folder.join(name).to_string_lossy().into_owned();
        let cannot = |why: &str| {
            let error = Error::local(format!("cannot open `{shown}`: {why}"));
            match name.strip_prefix("~/") {
                Some(rest) => error.hint(format!("`~` has no meaning here: `$env.HOME/{rest}`")),
                None => error,
            }
        };
        // Looked at first: to open a FIFO would wait for its writer.
        let meta = std::fs::metadata(&shown).map_err(|why| cannot(&system(&why)))?;
        if !meta.is_file() {
            let is = if meta.is_dir() {
                "it is a directory"
            } else {
                "it is no regular file"
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
            let why = format!("`{shown}` would be run within itself, without end");
            return Err(Error::typed(why));
        }
        Ok(Source::file(shown, file))
    }

    /// A source is begun.
    pub(super) fn enter(&mut self, source: &Source) {
        let path = source
            .path()
            .and_then(|path| std::fs::canonicalize(path).ok());
        let folder = source.path().and_then(|path| Path::new(path).parent());
        self.sourced |= !self.open.is_empty();
        self.open.push(Entry {
            folder: folder.map_or_else(PathBuf::new, Path::to_path_buf),
            path,
        });
    }

    /// It ended.
    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// Whether the innermost is sourced by none.
    pub(super) fn is_top(&self) -> bool {
        self.open.len() < 2
    }
}

impl Run<'_> {
    /// Runs the file that a command sources. Its commands count, not the one
    /// that sources it.
    pub(super) fn nested(&mut self, call: &Call, command: &Command) -> Result<(), Stop> {
        let mut source = match self.nest.open(call.text("file")) {
            Ok(source) => source,
            Err(error) => return self.settle(Err(error.at(call.place("file"))), command),
        };
        let keeps_going = self.shell.session.settings.keep_going;
        let (failed, unknown) = {
            let state = self.shell.progress.state();
            (state.failed, state.unknown)
        };
        // It may not have been checked: a pipe, or a variable, names it.
        let ended = match check::sourced(self.shell, &mut source, &self.nest) {
            Ok(checked) => {
                if self.nest.open.is_empty() {
                    self.shell.progress.state().total = checked.total();
                }
                self.source(&mut source)
            }
            Err(code) => {
                self.shell.progress.state().failed += 1;
                if keeps_going && !command.ignored {
                    return Ok(());
                }
                Err(Stop::Failed(code, command.line()))
            }
        };
        if command.ignored {
            let mut state = self.shell.progress.state();
            state.done += state.failed - failed + state.unknown - unknown;
            (state.failed, state.unknown) = (failed, unknown);
        }
        let Err(Stop::Failed(code, place)) = ended else {
            return ended;
        };
        if command.ignored && code != Fault::Interrupted.exit_code() {
            return Ok(());
        }
        if let Some(line) = command.line().and_then(|line| progress::shown(&line))
            && place != command.line()
        {
            self.shell.say(&format!("sourced at {line}\n"));
        }
        Err(Stop::Failed(code, place))
    }
}
