//! The engine: runs commands, keeps the session, reports what happened. Knows
//! nothing about where its lines come from.

mod ask;
pub(crate) mod clone;
mod detect;
mod edit;
pub(crate) mod login;
mod password;
mod preview;
pub(crate) mod raw;
pub(crate) mod recipe_step;
mod request;
mod subject;
pub(crate) mod update;

pub(crate) use ask::{fill_in_asked, not_asked};
pub(crate) use request::{Parallel, Prepared};
pub(crate) use subject::Subject;

use crate::env::{Input, Stream, Terminals};
use crate::error::{Error, Fault};
use crate::http::Client;
use crate::input::terminal::Terminal;
use crate::interrupt::Interrupt;
use crate::line::call::Parsed;
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::output::bar::Bar;
use crate::output::error;
use crate::output::error::Place;
use crate::output::format::{self, Shown};
use crate::output::progress::Progress;
use crate::session::Session;
use crate::settings::{self, Color, Key, Origin, Output, Setting, Settings};
use crate::text::clean;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How to continue after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Run the next command.
    Continue,
    /// Exit, with this exit code if one was given.
    Exit(Option<u8>),
}

/// The streams and their properties.
#[derive(Clone)]
pub struct Out {
    /// Results.
    pub stdout: Stream,
    /// Messages.
    pub stderr: Stream,
    /// Which streams are terminals.
    pub terminal: Terminals,
    /// Whether stdout and stderr get colours if the setting is `auto`.
    pub colors: (bool, bool),
    /// Whether only errors and warnings are printed.
    pub quiet: bool,
}

impl Out {
    /// Writes a result.
    pub fn print(&self, bytes: &[u8]) -> Result<(), Error> {
        self.stdout.write(bytes).map_err(|why| {
            if why.kind() == std::io::ErrorKind::BrokenPipe {
                Error::new(Fault::OutputClosed, "stdout was closed by its reader")
            } else {
                let why = crate::error::system(&why);
                Error::local(format!("cannot write to stdout: {why}"))
            }
        })
    }
}

/// The engine.
pub struct Shell {
    pub session: Session,
    /// The streams.
    pub out: Out,
    /// The terminal of an interactive session.
    pub terminal: Option<Terminal>,
    /// Whether the shell may prompt for a secret.
    pub asks: bool,
    /// Standard input, if the commands do not come from it.
    pub(crate) stdin: Option<Input>,
    /// Whether deletions were confirmed beforehand.
    pub(crate) agreed_to: bool,
    /// Whether the run is ending: no request is sent or repeated any more.
    pub(crate) ends: bool,
    /// The progress of the run.
    pub(crate) progress: Progress,
    pub(crate) interrupt: Interrupt,
    /// The number of interrupts when the current line was entered.
    pub(crate) interrupts: usize,
    parser: Parser,
    client: Client,
}

impl Shell {
    /// Creates an engine for a session.
    pub fn new(
        session: Session,
        out: Out,
        interrupt: Interrupt,
        terminal: Option<Terminal>,
    ) -> Self {
        Self {
            session,
            out,
            asks: terminal.is_some(),
            agreed_to: false,
            ends: false,
            terminal,
            stdin: None,
            progress: Progress::default(),
            interrupts: 0,
            interrupt,
            parser: Parser::default(),
            client: Client::default(),
        }
    }

    /// Notes the outcome of a command. In a file, the next command must not act on the
    /// previous answer if this one failed without an answer.
    pub(crate) fn ended(&mut self, asks: bool, error: Option<&Error>) {
        let answered = self.session.ended(asks, error);
        if asks && error.is_some() && !answered && self.in_file() {
            self.session.answer = None;
            self.session.forget_user();
        }
    }

    /// Whether the running command comes from a file or was given alone.
    pub(crate) fn in_file(&self) -> bool {
        self.terminal.is_none() || self.progress.state().place.is_some()
    }

    /// Runs something with its own settings.
    pub(crate) fn under<T>(
        &mut self,
        overrides: &[(&'static Setting, String)],
        what: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if overrides.is_empty() {
            return what(self);
        }
        let before = self.session.settings.clone();
        let result = self.overridden(overrides).and_then(|()| what(self));
        self.restored(overrides, &before);
        result
    }

    /// Changes settings temporarily.
    pub(crate) fn overridden(
        &mut self,
        overrides: &[(&'static Setting, String)],
    ) -> Result<(), Error> {
        let settings = &mut self.session.settings;
        let (server, grants): (Vec<_>, Vec<_>) = overrides
            .iter()
            .partition(|(setting, _)| setting.key == Key::BaseUrl);
        let before = settings.base_url.origin();
        let set = |settings: &mut Settings, (setting, value): &(&'static Setting, String)| {
            let set = settings.set(setting, value, Origin::Set);
            set.map_err(Error::typed)
        };
        server.into_iter().try_for_each(|one| set(settings, one))?;
        // Another server gets the settings given with its name, and no others.
        if settings.base_url.origin() != before {
            settings.leave_server();
        }
        grants.into_iter().try_for_each(|one| set(settings, one))
    }

    /// Ends it. Other settings that changed meanwhile are kept, above all the server.
    pub(crate) fn restored(&mut self, overrides: &[(&'static Setting, String)], before: &Settings) {
        let settings = &mut self.session.settings;
        for (setting, _) in overrides {
            settings.restore(setting, before);
        }
        let grants = settings::TABLE
            .iter()
            .filter(|setting| setting.key.is_for_one_server());
        if settings.base_url.origin() != before.base_url.origin() {
            // The command switched to another server.
            settings.leave_server();
        } else if overrides
            .iter()
            .any(|(setting, _)| setting.key == Key::BaseUrl)
        {
            grants.for_each(|setting| settings.restore(setting, before));
        }
    }

    /// Whether Ctrl-C was pressed since the current line was entered.
    /// In a script the main thread gets it and ends the run.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.terminal.is_some() && self.interrupt.times() > self.interrupts
    }

    /// Parses words with the session's API.
    pub fn parse(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.parser.parse(args, self.session.settings.api)
    }

    /// Parses the words after `edit`.
    pub(crate) fn parse_target(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.parser.target(args, self.session.settings.api)
    }

    /// Whether stdout and stderr get colours.
    pub fn colors(&self) -> (bool, bool) {
        match self.session.settings.color {
            Color::Always => (true, true),
            Color::Never => (false, false),
            Color::Auto => self.out.colors,
        }
    }

    /// Writes a result that is not an answer.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        let output = self.session.settings.output;
        match format::of_text(output, text) {
            Some(json) => self.print_json(&json, output),
            None => self.print_bytes(text.as_bytes()),
        }
    }

    /// Writes an answer in this format; anything but JSON as received.
    pub fn print_answer(
        &self,
        json: Option<&serde_json::Value>,
        body: &[u8],
        output: Output,
    ) -> Result<(), Error> {
        match format::answer(output, json, body) {
            Shown::Nothing => Ok(()),
            Shown::Json(json) => self.print_json(&json, output),
            Shown::Bytes(body) => self.print_raw(body),
        }
    }

    /// Writes a JSON result of the shell itself.
    pub(crate) fn print_value(&self, json: &serde_json::Value) -> Result<(), Error> {
        self.print_json(json, format::of_value(self.session.settings.output))
    }

    fn print_json(&self, json: &serde_json::Value, output: Output) -> Result<(), Error> {
        let terminal = self.out.terminal.stdout;
        let text = format::render(json, output, self.colors().0, terminal);
        self.print_bytes(text.as_bytes())
    }

    /// Writes a body as received; on a terminal control characters are escaped.
    fn print_raw(&self, body: &[u8]) -> Result<(), Error> {
        let newline = if body.is_empty() || body.ends_with(b"\n") {
            ""
        } else {
            "\n"
        };
        if self.out.terminal.stdout {
            let text = String::from_utf8_lossy(body);
            let text = format!("{}{newline}", clean::text(&text));
            return self.print_bytes(text.as_bytes());
        }
        self.print_bytes(&[body, newline.as_bytes()].concat())
    }

    fn print_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        if self.terminal.is_none() {
            return self.out.print(bytes);
        }
        // Ctrl-C stops a long answer.
        let interrupted = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&interrupted);
        let listener = Arc::new(move || told.store(true, Ordering::Relaxed));
        self.interrupt.heard_by(listener, || {
            for part in bytes.chunks(16 * 1024) {
                self.out.print(part)?;
                if interrupted.load(Ordering::Relaxed) {
                    let plain = if self.colors().0 { "\x1b[0m\n" } else { "\n" };
                    self.out.print(plain.as_bytes())?;
                    let message = "interrupted; the rest is not shown";
                    return Err(Error::new(Fault::Interrupted, message));
                }
            }
            Ok(())
        })
    }

    /// Prints a message on stderr; a failure to do so is ignored.
    pub fn say(&self, text: &str) {
        self.progress
            .aside(|| drop(self.out.stderr.write(text.as_bytes())));
    }

    /// Starts a progress line for a run of this many steps, on a terminal
    /// where no results are printed; returns whether there was none yet.
    pub(crate) fn begin_bar(&self, steps: Option<usize>) -> bool {
        !self.out.terminal.stdout && self.begin_quiet_bar(steps)
    }

    /// Starts a progress line for steps without results.
    pub(crate) fn begin_quiet_bar(&self, steps: Option<usize>) -> bool {
        let wanted = self.out.terminal.stderr && !self.out.quiet;
        let mut state = self.progress.state();
        let Some(steps) = steps.filter(|_| wanted && state.bar.is_none()) else {
            return false;
        };
        state.bar = Some(Bar::new(self.out.stderr.clone(), steps));
        true
    }

    /// Prints a remark, unless the run is quiet.
    pub fn remark(&self, text: &str) {
        if !self.out.quiet {
            self.say(text);
        }
    }

    /// Reports an error with its position.
    pub fn report(&self, error: &Error, text: &str, place: &Place) {
        self.say(&error::render(error, text, place, self.colors().1));
    }
}
