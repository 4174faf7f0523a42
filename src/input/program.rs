//! Runs `password_command`, which prints the password.

use super::pipe;
use crate::error::{Error, Fault, system};
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// More than this is no password.
const MOST: u64 = 64 * 1024;

/// The only output line of a shell command, which may take this long; zero waits forever.
/// The output is never part of an error.
pub fn password(command: &str, patience: Duration) -> Result<String, Error> {
    let (output, status) = output(command, patience)?;
    if pipe::is_interrupt(status) {
        return Err(Error::new(
            Fault::Interrupted,
            "interrupted; nothing was sent",
        ));
    }
    if !status.success() {
        return Err(
            Error::local(format!("`password_command` failed with {status}"))
                .hint("run it by itself to see why"),
        );
    }
    let text = String::from_utf8(output)
        .map_err(|_| Error::local("the output of `password_command` is not valid UTF-8"))?;
    let mut lines = text.lines();
    let line = lines.next().unwrap_or_default();
    if line.is_empty() {
        return Err(Error::local("`password_command` printed nothing")
            .hint("it must print the password on one line"));
    }
    if lines.any(|line| !line.is_empty()) {
        return Err(
            Error::local("`password_command` printed more than one line")
                .hint("it must print only the password: `… | head -n 1` keeps the first line"),
        );
    }
    Ok(line.to_owned())
}

/// What a command prints, and how it ended.
fn output(command: &str, patience: Duration) -> Result<(Vec<u8>, ExitStatus), Error> {
    let cannot = |why: &std::io::Error| {
        Error::local(format!("cannot run `password_command`: {}", system(why)))
    };
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|why| cannot(&why))?;
    let stdout = child.stdout.take();
    let (sender, outputs) = channel();
    // What it started may keep its output open, and then this thread is left behind.
    thread::spawn(move || {
        let mut output = Vec::new();
        let all = stdout.map(|stdout| stdout.take(MOST).read_to_end(&mut output));
        let _ = sender.send(all.unwrap_or(Ok(0)).map(|_| output));
    });
    let began = Instant::now();
    let read = if patience.is_zero() {
        outputs.recv().map_err(|_| RecvTimeoutError::Disconnected)
    } else {
        outputs.recv_timeout(patience)
    };
    match read {
        Ok(output) => {
            let output = output.map_err(|why| cannot(&why))?;
            let status = ended(&mut child, began, patience).map_err(|why| cannot(&why))?;
            status.map_or_else(
                || Err(too_slow(&mut child, patience)),
                |status| Ok((output, status)),
            )
        }
        Err(_) => Err(too_slow(&mut child, patience)),
    }
}

/// How a command ended, if it has ended in time.
fn ended(
    child: &mut Child,
    began: Instant,
    patience: Duration,
) -> std::io::Result<Option<ExitStatus>> {
    const LOOK: Duration = Duration::from_millis(5);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if !patience.is_zero() && began.elapsed() > patience {
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

fn too_slow(child: &mut Child, patience: Duration) -> Error {
    let _ = child.kill();
    let _ = child.wait();
    let seconds = patience.as_secs_f64();
    Error::local(format!(
        "`password_command` printed no password within {seconds} s; nothing was sent"
    ))
    .hint("the setting `timeout` is how long it may take")
}
