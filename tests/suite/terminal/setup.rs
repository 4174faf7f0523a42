//! How the shell is started on a terminal: in a clean environment.

use super::pty::Terminal;
use sftpgo_shell::practice::Practice;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// The line of `sh` for [`Terminal::hang_up`]: it outlives the terminal.
pub(super) const WATCHER: &str = "(trap : HUP; \"$@\"; echo $? >code); true";

/// A terminal to be: the shell gets this environment and nothing else.
pub(super) struct Setup {
    command: Command,
    home: Arc<TempDir>,
    size: (u16, u16),
    /// Whether the shell asks the server which API it has.
    detects: bool,
}

impl Setup {
    /// The shell on this server, on a terminal high enough for a whole session.
    pub(super) fn at(practice: &Practice) -> Self {
        Self::with_script(practice, "exec \"$@\"")
    }

    /// The same, started by a line of `sh`, whose `$@` is the shell.
    pub(super) fn with_script(practice: &Practice, script: &str) -> Self {
        let home = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let mut command = Command::new("sh");
        // It waits until the terminal has its size; the echo is off at first,
        // which no terminal has.
        command
            .arg("-c")
            // The kernel sends the signal of Ctrl-C before it discards output that is not
            // read yet, so the first answer to it may be lost: `noflsh` keeps it.
            .arg(format!("read -r _; stty sane noflsh; {script}"))
            .arg("sh")
            .arg(env!("CARGO_BIN_EXE_sftpgo-shell"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TERM", "xterm-256color")
            .env("SFTPGO_SHELL_PAGER", "off")
            .env("SFTPGO_HOST", practice.url())
            // Its requests come at any time; the tests of it turn it on.
            .env("SFTPGO_SHELL_LIVE_NAMES", "off");
        Self {
            command,
            home,
            size: (80, 400),
            detects: false,
        }
    }

    /// With this argument of the shell.
    pub(super) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// With this environment variable.
    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this folder of its home for temporary files.
    pub(super) fn with_temporary_folder(mut self, name: &str) -> Self {
        let folder = self.home.path().join(name);
        std::fs::create_dir(&folder).expect("a folder in a temporary folder");
        self.command.env("TMPDIR", folder);
        self
    }

    /// Its home.
    pub(super) fn home_path(&self) -> std::path::PathBuf {
        self.home.path().to_owned()
    }

    /// With this file in its home.
    pub(super) fn with_file(self, name: &str, text: &str) -> Self {
        let written = std::fs::write(self.home.path().join(name), text);
        written.expect("a file in a temporary folder");
        self
    }

    /// Left to ask the server which API it has.
    pub(super) fn detecting(mut self) -> Self {
        self.detects = true;
        self
    }

    /// With the home of another run.
    pub(super) fn home_of(mut self, terminal: &Terminal) -> Self {
        self.home = terminal.home();
        self
    }

    /// With this many columns and rows.
    pub(super) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Starts the shell and waits for its first prompt.
    #[track_caller]
    pub(super) fn start(self) -> Terminal {
        let mut terminal = self.spawn();
        terminal.prompt();
        terminal
    }

    /// Starts the shell.
    pub(super) fn spawn(mut self) -> Terminal {
        // Where nothing names the API, the shell would ask the server first.
        let env: Vec<&OsStr> = self.command.get_envs().map(|(name, _)| name).collect();
        let args: Vec<&OsStr> = self.command.get_args().collect();
        let named = ["SFTPGO_USERNAME", "SFTPGO_SHELL_API", "SFTPGO_API_KEY"];
        let flags = ["--api", "--user", "--practice"];
        let is_named = named.iter().any(|name| env.contains(&OsStr::new(name)))
            || flags.iter().any(|flag| args.contains(&OsStr::new(flag)));
        if !is_named && !self.detects {
            self.command.env("SFTPGO_SHELL_API", "2019");
        }
        self.command
            .env("HOME", self.home.path())
            .current_dir(self.home.path());
        Terminal::new(self.command, self.home, self.size)
    }
}
