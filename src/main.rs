//! The program: the real streams, environment and Ctrl-C.

use sftpgo_shell::env::{Env, Input, Stream, Terminals};
use sftpgo_shell::interrupt::Interrupt;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    let interrupt = Interrupt::default();
    // Before any other thread starts, since these inherit what it blocks.
    #[cfg(unix)]
    listen_for_the_end(&interrupt);
    let fired = interrupt.clone();
    // Without a handler, Ctrl-C ends the program at once, which is safe.
    let _ = ctrlc::set_handler(move || fired.fire());
    let env = Env {
        args: std::env::args_os().skip(1).collect(),
        vars: std::env::vars_os()
            .filter_map(|(name, value)| {
                let name = name.into_string().ok()?;
                // An SFTPGO_ variable that is not valid text is an error, not ignored.
                let ours = name.starts_with("SFTPGO_");
                let lossy = |value: OsString| ours.then(|| value.to_string_lossy().into_owned());
                Some((
                    name,
                    value
                        .into_string()
                        .or_else(|value| lossy(value).ok_or(()))
                        .ok()?,
                ))
            })
            .collect(),
        stdin: stdin(),
        stdout: Stream::new(io::stdout()),
        stderr: Stream::new(io::stderr()),
        terminal: Terminals {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        },
        interrupt,
        leave: |code| std::process::exit(code.into()),
    };
    ExitCode::from(sftpgo_shell::run(env))
}

/// Waits for SIGTERM, SIGHUP and SIGQUIT on a thread of its own. They are blocked
/// everywhere else: a handler could not tell them from Ctrl-C. Programs that
/// are started do not inherit this. By default, SIGQUIT would leave a core dump,
/// which may contain secrets, and the terminal without echo.
#[cfg(unix)]
fn listen_for_the_end(interrupt: &Interrupt) {
    use nix::sys::signal::{SigSet, Signal};
    let mut ends = SigSet::empty();
    ends.add(Signal::SIGTERM);
    ends.add(Signal::SIGHUP);
    ends.add(Signal::SIGQUIT);
    if ends.thread_block().is_err() {
        return;
    }
    let interrupt = interrupt.clone();
    std::thread::spawn(move || {
        while ends.wait().is_ok() {
            interrupt.end();
        }
    });
}

/// Standard input as a file, if it is a regular file.
fn stdin() -> Input {
    #[cfg(unix)]
    if let Ok(fd) = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned() {
        let file = std::fs::File::from(fd);
        if file.metadata().is_ok_and(|meta| meta.is_file()) {
            return Input::File(file);
        }
    }
    Input::Stream(Box::new(io::stdin()))
}
