//! The only door to the world: arguments, environment, streams, Ctrl-C.

use crate::interrupt::Interrupt;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What a run of the program sees of the world.
pub struct Env {
    /// The arguments, the program's name left out.
    pub args: Vec<OsString>,
    /// The environment variables that are text.
    pub vars: BTreeMap<String, String>,
    /// Standard input.
    pub stdin: Input,
    /// Standard output: results only.
    pub stdout: Stream,
    /// Standard error: everything said to a person.
    pub stderr: Stream,
    /// Which of them are terminals.
    pub terminal: Terminals,
    /// Where Ctrl-C arrives.
    pub interrupt: Interrupt,
    /// Ends the program at once, for when the main thread waits for a key.
    pub leave: fn(u8),
}

/// Standard input.
pub enum Input {
    /// A regular file, which can be read twice.
    File(File),
    /// Anything else.
    Stream(Box<dyn Read + Send>),
}

/// Which streams are terminals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminals {
    /// Standard input.
    pub stdin: bool,
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// An output stream that threads share.
#[derive(Clone)]
pub struct Stream(Arc<Mutex<Box<dyn Write + Send>>>);

impl Stream {
    /// A stream that writes to `inner`.
    pub fn new(inner: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(inner))))
    }

    /// Writes a whole text and flushes it.
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.write_all(text)?;
        inner.flush()
    }
}

impl Env {
    /// Whether colours are wanted on a stream, where the user has not said so by `color`.
    pub fn colors(&self, terminal: bool) -> bool {
        let set = |name: &str| {
            self.vars
                .get(name)
                .map(String::as_str)
                .filter(|value| !value.is_empty())
        };
        if set("NO_COLOR").is_some() {
            return false;
        }
        if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
            return true;
        }
        terminal && set("CLICOLOR") != Some("0") && set("TERM") != Some("dumb")
    }

    /// Where the history of this user is kept, if the user has a home.
    pub fn default_history_file(&self) -> Option<PathBuf> {
        let dir = |name: &str| {
            self.vars
                .get(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let state = dir("XDG_STATE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| dir("HOME").map(|home| home.join(".local/state")))
            .or_else(|| dir("LOCALAPPDATA"))?;
        Some(state.join("sftpgo-shell").join("history"))
    }
}
