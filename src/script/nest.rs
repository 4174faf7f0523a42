//! The files that are being run, one sourced by the other.

use super::run::{Command, Run};
use super::source::Source;
use super::{Stop, check};
use crate::error::{Error, system};
use crate::line::call::Call;
use crate::progress;
use crate::shell::Flow;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Deeper than this no file is sourced.
const DEEPEST: usize = 16;

/// The files that are being run, the outermost first.
#[derive(Clone, Debug, Default)]
pub(super) struct Nest(Vec<Entry>);

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
        if self.0.len() > DEEPEST {
            let why = format!("files are nested more than {DEEPEST} deep");
            return Err(Error::typed(why));
        }
        let folder = self.0.last().map_or(Path::new(""), |entry| &entry.folder);
        let shown = folder.join(name).to_string_lossy().into_owned();
        let cannot = |why: &str| Error::local(format!("cannot open `{shown}`: {why}"));
        let file = File::open(&shown).map_err(|why| cannot(&system(&why)))?;
        let meta = file.metadata().map_err(|why| cannot(&system(&why)))?;
        if !meta.is_file() {
            let is = if meta.is_dir() {
                "it is a directory"
            } else {
                "it is no regular file"
            };
            return Err(cannot(is));
        }
        let path = std::fs::canonicalize(&shown).map_err(|why| cannot(&system(&why)))?;
        if self
            .0
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
        self.0.push(Entry {
            folder: folder.map_or_else(PathBuf::new, Path::to_path_buf),
            path,
        });
    }

    /// It ended.
    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// Whether the innermost is sourced by none.
    pub(super) fn is_top(&self) -> bool {
        self.0.len() < 2
    }
}

impl Run<'_> {
    /// Runs the file that a command sources.
    pub(super) fn nested(&mut self, call: &Call, command: &Command) -> Result<(), Stop> {
        let mut source = match self.nest.open(call.text("file")) {
            Ok(source) => source,
            Err(error) => return self.settle(Err(error.at(call.place("file"))), command),
        };
        // It may not have been checked: a pipe, or a variable, names it.
        let ended = match check::sourced(self.shell, &mut source, &self.nest) {
            Ok(_) => self.source(&mut source),
            Err(code) => Err(Stop::Failed(code, command.line())),
        };
        let Err(Stop::Failed(code, place)) = ended else {
            ended?;
            return self.settle(Ok(Flow::Continue), command);
        };
        if command.ignored {
            return self.settle(Ok(Flow::Continue), command);
        }
        if let Some(line) = command.line().and_then(|line| progress::shown(&line)) {
            self.shell.say(&format!("sourced at {line}\n"));
        }
        Err(Stop::Failed(code, place))
    }
}
