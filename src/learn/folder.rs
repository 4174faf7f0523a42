//! The folder of a lesson's files.

use crate::interrupt::{AtExit, Interrupt};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A folder that is removed at the end of the lesson, and if a signal ends the program.
pub(crate) struct Folder {
    /// The first field, so that it is removed while the program would do it too.
    folder: TempDir,
    _at_exit: AtExit,
}

impl Folder {
    pub(crate) fn new(interrupt: &Interrupt) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("lesson-").tempdir()?;
        let path = folder.path().to_owned();
        let remove = move || drop(std::fs::remove_dir_all(&path));
        Ok(Self {
            folder,
            _at_exit: interrupt.at_exit(Arc::new(remove)),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
