//! Runs `password_command`, which prints the password.

use super::pipe;
use crate::error::{Error, Fault, system};
use std::process::{Command, Stdio};

/// The first output line of a shell command.
pub fn first_line(command: &str) -> Result<String, Error> {
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|why| Error::local(format!("cannot run `password_command`: {}", system(&why))))?;
    if pipe::is_interrupt(output.status) {
        return Err(Error::new(
            Fault::Interrupted,
            "interrupted; nothing was sent",
        ));
    }
    if !output.status.success() {
        return Err(
            Error::local(format!("`password_command` failed with {}", output.status))
                .hint("run it by itself to see why"),
        );
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| Error::local("the output of `password_command` is not valid UTF-8"))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Error::local("`password_command` printed nothing"));
    }
    Ok(line.to_owned())
}
