//! A program that gets what a command prints: behind a `|`, or as the pager.

use super::saved_tty::SavedTty;
use crate::error::{Error, Fault, system};
use crate::interrupt::Interrupt;
use std::io;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

/// The exit codes of sh for a program that does not exist, and for one that
/// Ctrl-C ended.
const NOT_FOUND: i32 = 127;
const INTERRUPTED: i32 = 130;

/// A running program. It has the terminal, and gets Ctrl-C as this one does.
pub struct Program {
    child: Child,
    line: String,
    /// What the terminal was like, if it may be put back.
    terminal: Option<SavedTty>,
}

impl Program {
    /// Starts a line of `sh`, without these environment variables and with those;
    /// `on_terminal` is whether this program owns the terminal.
    pub fn start(
        line: &str,
        hides: &[&str],
        sets: &[(&str, &str)],
        on_terminal: bool,
    ) -> Result<(Self, ChildStdin), Error> {
        let terminal = on_terminal.then(SavedTty::now);
        let mut command = Command::new("sh");
        for secret in hides {
            command.env_remove(secret);
        }
        let started = command
            .args(["-c", &alone(line)])
            .envs(sets.iter().copied())
            .stdin(Stdio::piped())
            .spawn();
        let cannot = |why: &io::Error| Error::local(format!("cannot run `sh`: {}", system(why)));
        let mut child = started.map_err(|why| cannot(&why))?;
        let stdin = child.stdin.take();
        let stdin = stdin.ok_or_else(|| cannot(&io::ErrorKind::BrokenPipe.into()))?;
        let line = line.to_owned();
        Ok((
            Self {
                child,
                line,
                terminal,
            },
            stdin,
        ))
    }

    /// Waits for its end. The signals belong to it meanwhile.
    pub fn wait(mut self, interrupt: &Interrupt) -> Result<(), Error> {
        let ended = interrupt.suspended(|| self.child.wait());
        if let Some(terminal) = &self.terminal {
            // It may have changed the terminal's state.
            terminal.restore_modes();
        }
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failed(status)),
            Err(why) => Err(Error::local(format!(
                "cannot wait for `{}`: {}",
                self.line,
                system(&why)
            ))),
        }
    }

    fn failed(&self, status: ExitStatus) -> Error {
        let line = &self.line;
        match status.code() {
            Some(NOT_FOUND) => Error::local(format!(
                "`{line}` failed: exit status {NOT_FOUND}; a program was not found"
            ))
            .hint("all that follows `|` on its line is run by `sh`"),
            Some(INTERRUPTED) => interrupted(),
            None if is_interrupt(status) => interrupted(),
            Some(code) => Error::local(format!("`{line}` failed: exit status {code}")),
            None => Error::local(format!("`{line}` failed with {status}")),
        }
    }
}

/// A line of `sh` that becomes its program, if it is one: some shells would end
/// with a Ctrl-C that was only for the program, such as `less`.
fn alone(line: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./+-".contains(c);
    let name = line.split([' ', '\t']).next().unwrap_or_default();
    let is_alone = !line.contains([';', '|', '&', '(', ')', '<', '>', '`', '\n']);
    if !is_alone || name.is_empty() || !name.chars().all(is_plain) {
        return line.to_owned();
    }
    format!("case $(command -v {name}) in /*) exec {line};; esac; {line}")
}

fn interrupted() -> Error {
    Error::new(Fault::Interrupted, "interrupted")
}

/// Whether Ctrl-C ended a program.
pub fn is_interrupt(status: ExitStatus) -> bool {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(&status)
        == Some(nix::sys::signal::Signal::SIGINT as i32);
    #[cfg(not(unix))]
    return status.code().is_none();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use nix::sys::signal::Signal;
    use std::io::Write;
    use std::os::unix::process::ExitStatusExt as _;

    fn run(line: &str) -> Result<(), (Fault, String)> {
        let (program, mut stdin) =
            Program::start(line, &["HIDDEN"], &[("SET", "1")], false).expect("sh is there");
        let _ = stdin.write_all(b"text\n");
        drop(stdin);
        let ended = program.wait(&Interrupt::default());
        ended.map_err(|error| (error.fault, error.message))
    }

    #[test]
    fn how_programs_end() {
        assert_eq!(run("read x; test \"$x$SET\" = text1"), Ok(()));
        assert_eq!(run("true"), Ok(()));
        let local = |message: &str| Err((Fault::Local, message.to_owned()));
        assert_eq!(
            run("cat >/dev/null; exit 3"),
            local("`cat >/dev/null; exit 3` failed: exit status 3")
        );
        assert_eq!(run("exit 3"), local("`exit 3` failed: exit status 3"));
        assert_eq!(
            run("no-such-program 2>/dev/null"),
            local("`no-such-program 2>/dev/null` failed: exit status 127; a program was not found")
        );
        let interrupted = || Err((Fault::Interrupted, "interrupted".to_owned()));
        assert_eq!(run("exit 130"), interrupted());
        // Started in the background, the tests and their programs ignore the signal itself.
        let (program, _) = Program::start("true", &[], &[], false).expect("sh is there");
        let by_signal = ExitStatus::from_raw(Signal::SIGINT as i32);
        let error = program.failed(by_signal);
        assert_eq!(Err::<(), _>((error.fault, error.message)), interrupted());
    }
}
