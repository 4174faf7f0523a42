//! What the tests share: the real binary in a clean environment, and a
//! practice server of each test's own.

use sftpgo_shell::practice::{Clock, Data, Options, Practice};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A practice server with the seed's clock: its answers are the same byte for byte.
pub(crate) fn practice() -> Practice {
    start(Data::MadeUp, Clock::Fixed(1_564_696_159_605))
}

/// A practice server that keeps what it was asked.
pub(crate) fn start(data: Data, clock: Clock) -> Practice {
    Practice::start(Options {
        data,
        clock,
        record: true,
        ..Options::default()
    })
    .expect("a free port")
}

/// A run of the real binary: a HOME of its own, nothing else from outside.
pub(crate) struct Run {
    pub(crate) command: Command,
    pub(crate) home: TempDir,
    input: Vec<u8>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Run {
    /// A run with these arguments.
    pub(crate) fn new(args: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sftpgo-shell"));
        command
            .args(args)
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(home.path());
        Self {
            command,
            home,
            input: Vec::new(),
        }
    }

    /// A run against this server.
    pub(crate) fn at(practice: &Practice, args: &[&str]) -> Self {
        let mut run = Self::new(args);
        run.command.env("SFTPGO_HOST", practice.url());
        run
    }

    /// With these bytes on standard input.
    pub(crate) fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// With this environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this file in the working folder.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.home.path().join(name), text).expect("a file in a temporary folder");
        self
    }

    /// Runs it to its end.
    pub(crate) fn go(mut self) -> Ran {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = self.input;
        let writer = std::thread::spawn(move || {
            // It may leave before it has read all.
            let _ = stdin.write_all(&input);
        });
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().expect("the binary ends");
        writer.join().expect("the writer ends");
        Ran {
            out: String::from_utf8(stdout).expect("stdout is UTF-8"),
            err: String::from_utf8(stderr).expect("stderr is UTF-8"),
            code: status.code().expect("no signal ended it"),
        }
    }
}

impl Ran {
    /// Checks everything at once: exit code, stdout, stderr.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, out: &str, err: &str) {
        assert_eq!(
            (self.code, self.out.as_str(), self.err.as_str()),
            (code, out, err)
        );
    }
}
