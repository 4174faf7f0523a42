//! What takes the results of one command instead of the screen: a file, which is
//! written when the command has succeeded, or a program.

use crate::atomic::{Access, Atomic};
use crate::env::Stream;
use crate::error::{Error, system};
use crate::text::clean;
use serde_json::Value as Json;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ChildStdin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A sink; clones are the same one.
#[derive(Clone)]
pub(crate) struct Sink(Arc<Mutex<State>>);

struct State {
    to: Target,
    bytes: u64,
    /// How many results were printed, if they are counted.
    results: Option<usize>,
    /// Why something could not be written.
    failed: Option<io::Error>,
    /// Whether the program has closed its input.
    closed: bool,
}

enum Target {
    File(Atomic),
    /// The end of a file, to which this is added.
    End(File, PathBuf, Access),
    Program(ChildStdin),
    /// It has been finished.
    Ended,
}

/// What became of a sink.
pub(super) struct Written {
    /// `16 results -> mails.txt (342 bytes)`, without the name.
    pub(super) results: Option<usize>,
    pub(super) bytes: u64,
    /// Whether the program has closed its input early.
    pub(super) closed: bool,
}

impl Sink {
    /// A file, which is left as it is until `finish`.
    pub(super) fn file(path: &Path, append: bool, access: Access) -> io::Result<Self> {
        let about = fs::metadata(path).ok();
        if about.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if about.is_some_and(|about| about.is_file()) {
            // A rename would replace a file that must not be written.
            OpenOptions::new().append(true).open(path)?;
        }
        Ok(Self::to(if append {
            let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty());
            if !folder.unwrap_or(Path::new(".")).is_dir() {
                return Err(io::ErrorKind::NotFound.into());
            }
            Target::End(tempfile::tempfile()?, path.to_owned(), access)
        } else {
            Target::File(Atomic::create(path, access)?)
        }))
    }

    /// A program.
    pub(super) fn program(stdin: ChildStdin) -> Self {
        Self::to(Target::Program(stdin))
    }

    fn to(to: Target) -> Self {
        Self(Arc::new(Mutex::new(State {
            to,
            bytes: 0,
            results: None,
            failed: None,
            closed: false,
        })))
    }

    /// Counts results that are written one after the other.
    pub(super) fn count_more(&self, count: usize) {
        *self.state().results.get_or_insert(0) += count;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream that writes to it.
    pub(super) fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }

    /// Whether it is a program, which gets Ctrl-C itself.
    pub(super) fn is_program(&self) -> bool {
        matches!(self.state().to, Target::Program(_))
    }

    /// Counts the results of an answer.
    pub(super) fn count(&self, answer: Option<&Json>) {
        let Some(answer) = answer else { return };
        let count = answer.as_array().map_or(1, Vec::len);
        *self.state().results.get_or_insert(0) += count;
    }

    /// Ends it; `keep` is whether a file is written. The error is about `name`.
    pub(super) fn finish(&self, keep: bool, name: &str) -> Result<Written, Error> {
        let mut state = self.state();
        let to = std::mem::replace(&mut state.to, Target::Ended);
        let done = match (state.failed.take(), to) {
            (Some(why), _) => Err(why),
            (None, Target::File(file)) if keep => file.finish(),
            (None, Target::End(file, path, access)) if keep => added(file, &path, access),
            _ => Ok(()),
        };
        done.map_err(|why| cannot_write(name, &why))?;
        Ok(Written {
            results: state.results,
            bytes: state.bytes,
            closed: state.closed,
        })
    }
}

/// The error of a file that cannot be written.
pub(super) fn cannot_write(name: &str, why: &io::Error) -> Error {
    let (name, why) = (clean::line(name), system(why));
    Error::local(format!("cannot write `{name}`: {why}"))
}

/// Adds a text to the end of a file, or nothing of it.
fn added(mut text: File, path: &Path, access: Access) -> io::Result<()> {
    text.seek(SeekFrom::Start(0))?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path)?;
    let before = file.metadata()?;
    io::copy(&mut text, &mut file).inspect_err(|_| {
        if before.is_file() {
            let _ = file.set_len(before.len());
        }
    })?;
    file.flush()
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state();
        let written = match &mut state.to {
            Target::File(file) => file.write(bytes),
            Target::End(file, ..) => file.write(bytes),
            Target::Program(stdin) => stdin.write(bytes),
            Target::Ended => Err(io::ErrorKind::BrokenPipe.into()),
        };
        match written {
            Ok(count) => {
                state.bytes += count as u64;
                Ok(count)
            }
            Err(why) if why.kind() == io::ErrorKind::Interrupted => Err(why),
            Err(why) => {
                let kind = why.kind();
                if kind == io::ErrorKind::BrokenPipe {
                    state.closed = true;
                } else {
                    state.failed = Some(why);
                }
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut state = self.state();
        let flushed = match &mut state.to {
            Target::File(file) => file.flush(),
            _ => Ok(()),
        };
        flushed.map_err(|why| {
            let kind = why.kind();
            state.failed = Some(why);
            kind.into()
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_change_only_when_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let write = |append, access, keep| {
            let sink = Sink::file(&path, append, access).unwrap();
            sink.stream().write(b"text\n").unwrap();
            sink.finish(keep, "a").map(|written| written.bytes).unwrap()
        };
        for append in [false, true] {
            write(append, Access::Usual, false);
            assert!(!path.exists());
        }
        assert_eq!(write(true, Access::Owner, true), 5);
        assert_eq!(mode(&path), 0o600);
        // What it was is what it stays.
        for append in [true, false] {
            write(append, Access::Usual, true);
            assert_eq!(mode(&path), 0o600);
        }
        assert_eq!(fs::read(&path).unwrap(), b"text\n");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o664)).unwrap();
        write(false, Access::Usual, true);
        assert_eq!(mode(&path), 0o664);
        write(false, Access::Owner, true);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/a");
        for append in [false, true] {
            for path in [folder.path(), &missing] {
                assert!(Sink::file(path, append, Access::Usual).is_err());
            }
            let full = Sink::file(Path::new("/dev/full"), append, Access::Usual).unwrap();
            full.stream().write(b"text").unwrap();
            let error = full.finish(true, "/dev/full").map(|_| ()).unwrap_err();
            assert_eq!(
                error.message,
                "cannot write `/dev/full`: no space left on device"
            );
        }
    }
}
