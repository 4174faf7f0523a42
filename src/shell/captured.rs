//! Runs a command whose output goes somewhere else than to the screen.

use super::{Out, Shell};
use crate::env::Stream;
use crate::error::Error;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// What a command wrote.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    /// Its results.
    pub(crate) stdout: Vec<u8>,
}

/// Bytes in memory that two owners share.
#[derive(Clone, Default)]
pub(super) struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// What was written so far, which is in no other place then.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shell {
    /// Keeps the results of a command; with `quiet`, its messages are dropped as well.
    pub(crate) fn captured<T>(
        &mut self,
        quiet: bool,
        what: impl FnOnce(&mut Self) -> T,
    ) -> (T, Captured) {
        let results = Buffer::default();
        let mut out = Out {
            stdout: Stream::new(results.clone()),
            pages: false,
            // Changes are marked by styles, so there are no others.
            colors: (false, self.out.colors.1),
            // A remark below a result would be far from a captured one.
            quiet: self.out.quiet || self.out.terminal.stdout,
            ..self.out.clone()
        };
        if quiet {
            out.stderr = Stream::new(io::sink());
            out.terminal.stderr = false;
            out.quiet = true;
        }
        let before = std::mem::replace(&mut self.out, out);
        let done = what(self);
        self.out = before;
        let stdout = results.take();
        (done, Captured { stdout })
    }

    /// Writes to stdout as it is.
    pub(crate) fn draw(&self, text: &str) -> Result<(), Error> {
        self.out.print(text.as_bytes())
    }

    /// Writes results that were captured.
    pub(crate) fn write_results(&self, bytes: &[u8]) -> Result<(), Error> {
        self.out.print(bytes)
    }

    /// The stream of results.
    pub(crate) fn results(&self) -> Stream {
        self.out.stdout.clone()
    }
}
