//! Runs a command whose results go to a file or a program.

use super::sink::{Sink, Written, cannot_write};
use super::{Flow, Out, Shell};
use crate::atomic::Access;
use crate::env::Terminals;
use crate::error::{Error, Fault};
use crate::input::pipe::Program;
use crate::line::redirect::{Redirect, Target};
use crate::settings::Echo;
use crate::settings::credentials::SECRETS;
use crate::text::clean;
use crate::text::lex::Word;
use crate::text::words::plural;
use std::path::Path;

/// Where the results of a command go, its variables replaced.
pub(crate) enum Destination {
    /// A line of `sh`.
    Program(String),
    File {
        path: String,
        append: bool,
    },
}

/// What is to be known of the command.
#[derive(Clone, Copy)]
pub(crate) struct Redirected<'a> {
    /// Its name, if it writes: its failure must not look as if it had not been done.
    pub(crate) writes: Option<&'a str>,
    /// Whether its results may hold a secret.
    pub(crate) is_private: bool,
}

/// A sink, and what ends with it.
enum Opened {
    Program(Program),
    File(String),
}

impl Shell {
    /// Where a command's results go.
    pub(crate) fn destination(&self, redirect: &Redirect) -> Result<Destination, Error> {
        match &redirect.target {
            Target::Program(line) => {
                self.session.allow_program()?;
                Ok(Destination::Program(line.clone()))
            }
            Target::File { name, append } => {
                let path = self.file_name(name)?;
                self.session.allow_file(&path)?;
                Ok(Destination::File {
                    path,
                    append: *append,
                })
            }
        }
    }

    /// The name of a file: its variables replaced, and a `~` at its start.
    fn file_name(&self, word: &Word) -> Result<String, Error> {
        let args = self.session.expanded(std::slice::from_ref(word))?;
        let name = args.into_iter().next().map(|arg| arg.text);
        let name = name.unwrap_or_default();
        let start = word.unquoted_start();
        if start != "~" && !start.starts_with("~/") {
            return Ok(name);
        }
        let home = self.session.var("HOME").filter(|home| !home.is_empty());
        let home = home.ok_or_else(|| {
            Error::local("`~` stands for HOME, which is not set").at(word.span.clone())
        })?;
        Ok(format!("{home}{}", &name[1..]))
    }

    /// Runs a command with its results going there.
    pub(crate) fn redirected(
        &mut self,
        to: Destination,
        what: Redirected<'_>,
        run: impl FnOnce(&mut Self) -> Result<Flow, Error>,
    ) -> Result<Flow, Error> {
        let (opened, sink) = self.open(to, what.is_private)?;
        let out = Out {
            stdout: sink.stream(),
            terminal: Terminals {
                stdout: false,
                ..self.out.terminal
            },
            colors: (false, self.out.colors.1),
            sink: Some(sink.clone()),
            ..self.out.clone()
        };
        let before = std::mem::replace(&mut self.out, out);
        let done = run(self);
        self.out = before;
        let (done, ended) = match opened {
            Opened::File(name) => self.file_ended(&name, &sink, done),
            Opened::Program(program) => self.program_ended(program, &sink, done),
        };
        match (done, ended) {
            (done, Ok(())) => done,
            (Ok(_), Err(error)) => Err(after(error, what.writes)),
            (Err(error), Err(_)) if error.fault == Fault::Interrupted => Err(error),
            (Err(error), Err(other)) => Err(Error::joined([error, other]).expect("two")),
        }
    }

    /// Opens a sink, before anything is sent.
    fn open(&mut self, to: Destination, is_private: bool) -> Result<(Opened, Sink), Error> {
        match to {
            Destination::Program(line) => {
                let on_terminal = self.asker.is_interactive();
                let (program, stdin) = Program::start(&line, SECRETS, &[], on_terminal)?;
                Ok((Opened::Program(program), Sink::program(stdin)))
            }
            Destination::File { path, append } => {
                let access = if is_private {
                    Access::Owner
                } else {
                    Access::Usual
                };
                let file = Path::new(&path);
                if !append && file.is_file() {
                    let mut settings = self.session.settings.clone();
                    // The file is written even if nothing is sent.
                    settings.echo = Echo::Off;
                    let name = clean::line(&path).into_owned();
                    let what = format!("`{name}` exists and will be overwritten");
                    let asked = self.asker.confirm(&what, &settings);
                    asked.map_err(|error| left_alone(error, &name))?;
                }
                let sink = Sink::file(file, append, access);
                let sink = sink.map_err(|why| cannot_write(&path, &why))?;
                Ok((Opened::File(path), sink))
            }
        }
    }

    /// Puts a file in its place, if the command succeeded.
    fn file_ended(
        &self,
        name: &str,
        sink: &Sink,
        done: Result<Flow, Error>,
    ) -> (Result<Flow, Error>, Result<(), Error>) {
        match (sink.finish(done.is_ok(), name), done) {
            // The command's own error does not name the file, so this one is reported.
            (Err(error), Err(done)) if done.fault == Fault::Local => {
                let applied = done.applied;
                (Err(Error { applied, ..error }), Ok(()))
            }
            (Err(error), done) => (done, Err(error)),
            (Ok(written), done) => {
                if done.is_ok() && self.asker.is_interactive() && !self.progress.has_place() {
                    self.screen().remark(&said(&written, name));
                }
                (done, Ok(()))
            }
        }
    }

    /// Waits for a program after all results were written to it. A program that reads only a
    /// part of them is not an error.
    fn program_ended(
        &mut self,
        program: Program,
        sink: &Sink,
        done: Result<Flow, Error>,
    ) -> (Result<Flow, Error>, Result<(), Error>) {
        let written = sink.finish(true, "");
        let ended = program.wait(self.asker.interrupt());
        // A Ctrl-C while the program ran was meant for the program.
        if done.is_ok() && ended.is_ok() {
            self.asker.begin_line();
        }
        let closed = written.as_ref().is_ok_and(|written| written.closed);
        let done = match done {
            Err(error) if error.fault == Fault::OutputClosed && closed => Ok(Flow::Continue),
            done => done,
        };
        (done, ended.and(written.map(|_| ())))
    }
}

/// The error of a command that was not run, since its file is to stay: what the shell asked
/// the server before, such as its release, may have been sent.
fn left_alone(error: Error, name: &str) -> Error {
    if error.fault != Fault::Interrupted {
        return error;
    }
    let message = format!("cancelled; the command was not run, and `{name}` is unchanged");
    Error { message, ..error }
}

/// `16 results -> mails.txt (342 bytes)`.
fn said(written: &Written, name: &str) -> String {
    let results = written.results.map(|count| plural(count, "result") + " ");
    let results = results.unwrap_or_default();
    let bytes = usize::try_from(written.bytes).unwrap_or(usize::MAX);
    let bytes = plural(bytes, "byte");
    format!("{results}-> {} ({bytes})\n", clean::line(name))
}

/// An error after a command that succeeded.
fn after(error: Error, writes: Option<&str>) -> Error {
    let Some(name) = writes.filter(|_| error.fault != Fault::Interrupted) else {
        return error;
    };
    Error {
        applied: true,
        message: format!("`{name}` succeeded, but {}", error.message),
        ..error
    }
}
