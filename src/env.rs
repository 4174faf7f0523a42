//! The only access to the outside: arguments, environment, streams, Ctrl-C.

use crate::interrupt::Interrupt;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that a run of the program gets from outside.
pub struct Env {
    /// The arguments, without the program's name.
    pub args: Vec<OsString>,
    /// The environment variables that are valid text.
    pub vars: BTreeMap<String, String>,
    /// Standard input.
    pub stdin: Input,
    /// Standard output: only results.
    pub stdout: Stream,
    /// Standard error: messages and prompts.
    pub stderr: Stream,
    /// Which of them are terminals.
    pub terminal: Terminals,
    /// Delivers Ctrl-C.
    pub interrupt: Interrupt,
    /// Ends the program at once, while the main thread waits for a key.
    pub leave: fn(u8),
}

/// Standard input.
pub enum Input {
    /// A regular file, which can be read twice.
    File(File),
    /// Anything else, such as a pipe.
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
    /// Creates a stream that writes to `inner`.
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
    /// Whether a stream gets colours if the setting `color` is `auto`.
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

    /// The default history file of this user, if the user has a home folder.
    pub fn default_history_file(&self) -> Option<PathBuf> {
        let folder = self.folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA")?;
        Some(folder.join("history"))
    }

    /// The file with the progress of the lessons, if the user has a home folder.
    pub fn lessons_file(&self) -> Option<PathBuf> {
        let folder = self.folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA")?;
        Some(folder.join("lessons.toml"))
    }

    /// The config file of this user, if the user has a home folder.
    pub fn config_file(&self) -> Option<PathBuf> {
        let folder = self.folder("XDG_CONFIG_HOME", ".config", "APPDATA")?;
        Some(folder.join("config.toml"))
    }

    /// The home folder of this user.
    pub fn home(&self) -> Option<PathBuf> {
        self.dir("HOME")
    }

    /// Our folder below a folder of the XDG specification; macOS has the same.
    fn folder(&self, xdg: &str, in_home: &str, windows: &str) -> Option<PathBuf> {
        let folder = self
            .dir(xdg)
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(in_home)))
            .or_else(|| self.dir(windows))?;
        Some(folder.join("sftpgo-shell"))
    }

    fn dir(&self, name: &str) -> Option<PathBuf> {
        let value = self.vars.get(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    }
}
