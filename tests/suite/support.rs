//! What the tests share: the real binary in a clean environment, and a
//! practice server of each test's own.

use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, Api, Clock, Data, Options, PASSWORD, Practice, Seen};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The moment of the seed's samples.
pub(crate) const SAMPLED: i64 = 1_564_696_159_605;

/// No arguments: commands come from standard input.
pub(crate) const PIPED: [&str; 0] = [];

/// A practice server with the seed's clock: its answers are the same byte for byte.
pub(crate) fn practice() -> Practice {
    start(Data::Sample, Clock::Fixed(SAMPLED))
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

/// A practice server of today that keeps what it was asked; its tokens are
/// those of this moment.
pub(crate) fn v2() -> Practice {
    v2_on(0).expect("a free port")
}

/// The same on this port.
pub(crate) fn v2_on(port: u16) -> std::io::Result<Practice> {
    Practice::start(Options {
        api: Api::V2,
        port,
        record: true,
        ..Options::default()
    })
}

/// The same without data.
pub(crate) fn empty_v2() -> Practice {
    Practice::start(Options {
        api: Api::V2,
        data: Data::Empty,
        record: true,
        ..Options::default()
    })
    .expect("a free port")
}

/// Users of these names, with what `more` adds, in one request to a server of today.
pub(crate) fn load_users(server: &Practice, names: impl Iterator<Item = (String, Json)>) {
    let user = |(name, more): (String, Json)| {
        let mut user = json!({"username": name, "home_dir": "/srv/u", "status": 1,
            "password": "hunter2", "permissions": {"/": ["list"]}});
        let more = more.as_object().cloned().unwrap_or_default();
        user.as_object_mut().expect("an object").extend(more);
        user
    };
    let users: Vec<Json> = names.map(user).collect();
    let run = Run::at(
        server,
        &["loaddata_from_request_body", "--json", "@users.json"],
    )
    .env("SFTPGO_USERNAME", ADMIN)
    .env("SFTPGO_PASSWORD", PASSWORD)
    .file(
        "users.json",
        json!({"users": users, "version": 17}).to_string(),
    );
    let ran = run.go();
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// A profile for this server and its admin, and more lines.
pub(crate) fn profile(name: &str, url: &str, more: &str) -> String {
    format!(
        "[profile.{name}]\nurl = \"{url}\"\nuser = \"{ADMIN}\"\npassword_command = \"echo {PASSWORD}\"\n{more}"
    )
}

/// Writes the config file below `XDG_CONFIG_HOME`; only its owner may read it.
pub(crate) fn write_config(config_home: &Path, text: &str) {
    let folder = config_home.join("sftpgo-shell");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("config.toml");
    std::fs::write(&file, text).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&file, owner).expect("its owner may");
    }
}

/// The words of a line, as a user's shell splits them.
pub(crate) fn words(line: &str) -> Vec<String> {
    shlex::split(line).expect("no quote is open")
}

/// What the server was asked, as `METHOD TARGET BODY`, the body left out where there is none.
pub(crate) fn asked(practice: &Practice) -> Vec<String> {
    let one = |seen: &Seen| {
        let body = String::from_utf8_lossy(&seen.body);
        format!("{} {} {body}", seen.method, seen.target)
            .trim_end()
            .to_owned()
    };
    practice.seen().iter().map(one).collect()
}

/// A run of the real binary: a HOME of its own, nothing else from outside.
pub(crate) struct Run {
    pub(crate) command: Command,
    pub(crate) home: TempDir,
    input: Vec<u8>,
    stdin: Option<File>,
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
    pub(crate) fn new<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Self {
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
            stdin: None,
        }
    }

    /// A run against this server.
    pub(crate) fn at<S: AsRef<std::ffi::OsStr>>(practice: &Practice, args: &[S]) -> Self {
        let mut run = Self::new(args);
        run.command.env("SFTPGO_HOST", practice.url());
        run
    }

    /// With these bytes on standard input.
    pub(crate) fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// With this file of the working folder as standard input.
    pub(crate) fn input_file(mut self, name: &str) -> Self {
        let opened = File::open(self.home.path().join(name));
        self.stdin = Some(opened.expect("the test made it"));
        self
    }

    /// With this environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this config file.
    pub(crate) fn config(self, text: &str) -> Self {
        write_config(&self.home.path().join(".config"), text);
        self
    }

    /// With this file in the working folder.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.home.path().join(name), text).expect("a file in a temporary folder");
        self
    }

    /// Starts it; its streams are pipes.
    pub(crate) fn spawn(&mut self) -> Child {
        let stdin = self.stdin.take().map_or_else(Stdio::piped, Stdio::from);
        self.command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts")
    }

    /// Runs it to its end; returns also what it left in a file of its working folder.
    pub(crate) fn leaving(self, path: &std::path::Path) -> (Ran, String) {
        let (ran, home) = self.run();
        let left = std::fs::read_to_string(path).expect("it left the file");
        drop(home);
        (ran, left)
    }

    /// Runs it to its end.
    pub(crate) fn go(self) -> Ran {
        self.run().0
    }

    fn run(mut self) -> (Ran, TempDir) {
        let mut child = self.spawn();
        let input = self.input;
        let writer = child.stdin.take().map(|mut stdin| {
            // It may leave before it has read all.
            std::thread::spawn(move || drop(stdin.write_all(&input)))
        });
        let ran = end(child);
        if let Some(writer) = writer {
            writer.join().expect("the writer ends");
        }
        (ran, self.home)
    }
}

/// Waits for the end of a run.
pub(crate) fn end(child: Child) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("the binary ends");
    Ran {
        out: String::from_utf8(stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(stderr).expect("stderr is UTF-8"),
        code: status.code().expect("no signal ended it"),
    }
}

impl Ran {
    /// Checks everything at once: exit code, stdout, stderr.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, out: &str, err: &str) {
        let here = format!(
            "exit {}\n--- stdout\n{}\n--- stderr\n{}",
            self.code, self.out, self.err
        );
        let wanted = format!("exit {code}\n--- stdout\n{out}\n--- stderr\n{err}");
        assert!(here == wanted, "it is\n{here}\nand should be\n{wanted}");
    }
}

/// Where a program of the machine is.
pub(crate) fn found(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// Whether a program that a test needs is there; says so if not, with the Debian package
/// that has it.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
pub(crate) fn has(program: &str, package: &str) -> bool {
    let there = found(program).is_some();
    if !there {
        println!("skipped: {program} is missing (Debian's package `{package}`)");
    }
    there
}
