//! The engine: runs commands, keeps the session, says what happened. Knows
//! nothing of where its lines come from.

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
pub(crate) use request::{Ahead, Prepared};
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
use crate::output::error::Place;
use crate::output::progress::Progress;
use crate::output::{error, json};
use crate::session::Session;
use crate::settings::{self, Color, Key, Origin, Output, Setting, Settings};
use crate::text::clean;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What happens after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next one.
    Continue,
    /// The end, with this exit code if one was given.
    Exit(Option<u8>),
}

/// The streams and what is known of them.
#[derive(Clone)]
pub struct Out {
    /// Results.
    pub stdout: Stream,
    /// Everything said to a person.
    pub stderr: Stream,
    /// Which streams are terminals.
    pub terminal: Terminals,
    /// Whether stdout and stderr get colours, if the setting leaves it to them.
    pub colors: (bool, bool),
    /// Whether only what went wrong is said.
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
    /// The terminal, where someone sits at one.
    pub terminal: Option<Terminal>,
    /// Whether a secret may be asked for.
    pub asks: bool,
    /// Standard input, where the commands do not come from it.
    pub(crate) stdin: Option<Input>,
    /// Whether what is destroyed was agreed to beforehand.
    pub(crate) agreed_to: bool,
    /// Whether the run ends: nothing is sent any more, again or anew.
    pub(crate) ends: bool,
    /// How far the run has come.
    pub(crate) progress: Progress,
    pub(crate) interrupt: Interrupt,
    /// How often Ctrl-C had come when the line was typed that runs.
    pub(crate) interrupts: usize,
    parser: Parser,
    client: Client,
}

impl Shell {
    /// An engine for a session.
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

    /// Notes how a command ended. In a file the next one must not hit what the
    /// answer before was about, if this one brought none.
    pub(crate) fn ended(&mut self, asks: bool, error: Option<&Error>) {
        let answered = self.session.ended(asks, error);
        if asks && error.is_some() && !answered && self.in_file() {
            self.session.answer = None;
            self.session.forget_user();
        }
    }

    /// Whether the command that runs stands in a file, or was given alone.
    pub(crate) fn in_file(&self) -> bool {
        self.terminal.is_none() || self.progress.state().place.is_some()
    }

    /// Does something under settings that hold for it alone.
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

    /// Gives settings other values for a while.
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
        // Another server gets what stands beside its name, and nothing else.
        if settings.base_url.origin() != before {
            settings.leave_server();
        }
        grants.into_iter().try_for_each(|one| set(settings, one))
    }

    /// The end of it. What else was set meanwhile stays, above all the server.
    pub(crate) fn restored(&mut self, overrides: &[(&'static Setting, String)], before: &Settings) {
        let settings = &mut self.session.settings;
        for (setting, _) in overrides {
            settings.restore(setting, before);
        }
        let grants = settings::TABLE
            .iter()
            .filter(|setting| setting.key.is_for_one_server());
        if settings.base_url.origin() != before.base_url.origin() {
            // The command went on to another server.
            settings.leave_server();
        } else if overrides
            .iter()
            .any(|(setting, _)| setting.key == Key::BaseUrl)
        {
            grants.for_each(|setting| settings.restore(setting, before));
        }
    }

    /// Whether Ctrl-C came since the line was typed that runs, whoever heard it.
    /// In a script the main thread hears it, and ends the run.
    pub(crate) fn was_interrupted(&self) -> bool {
        self.terminal.is_some() && self.interrupt.times() > self.interrupts
    }

    /// Parses words with the session's generation of the API.
    pub fn parse(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.parser.parse(args, self.session.settings.api)
    }

    /// Parses what stands after `edit`.
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

    /// Writes a result that is no answer.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        match self.session.settings.output {
            output @ Output::Ndjson => {
                let text = text.strip_suffix('\n').unwrap_or(text);
                self.print_json(&text.into(), output)
            }
            _ => self.print_bytes(text.as_bytes()),
        }
    }

    /// Writes an answer in this form: what is no JSON as it came.
    pub fn print_answer(
        &self,
        json: Option<&serde_json::Value>,
        body: &[u8],
        output: Output,
    ) -> Result<(), Error> {
        let text = String::from_utf8_lossy;
        match json {
            Some(json) if output != Output::Raw => self.print_json(json, output),
            _ if output == Output::Ndjson && body.is_empty() => Ok(()),
            _ if output == Output::Ndjson => self.print_json(&text(body).into(), output),
            _ => self.print_raw(body),
        }
    }

    /// Writes a result of the shell's own that is JSON.
    pub(crate) fn print_value(&self, json: &serde_json::Value) -> Result<(), Error> {
        let output = match self.session.settings.output {
            // There are no bytes of a server.
            Output::Raw => Output::Json,
            output => output,
        };
        self.print_json(json, output)
    }

    fn print_json(&self, json: &serde_json::Value, output: Output) -> Result<(), Error> {
        let terminal = self.out.terminal.stdout;
        let text = json::render(json, output, self.colors().0, terminal);
        self.print_bytes(text.as_bytes())
    }

    /// Writes a body as it came; on a terminal nothing of it steers.
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
        // Ctrl-C ends a long answer.
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

    /// Says something to the person at stderr; if nobody listens, nothing is lost.
    pub fn say(&self, text: &str) {
        self.progress
            .aside(|| drop(self.out.stderr.write(text.as_bytes())));
    }

    /// Begins a line that shows how far a run of so many steps is, where someone
    /// looks on and results do not pass by; whether there is none yet.
    pub(crate) fn begin_bar(&self, steps: Option<usize>) -> bool {
        !self.out.terminal.stdout && self.begin_quiet_bar(steps)
    }

    /// The same for steps without results.
    pub(crate) fn begin_quiet_bar(&self, steps: Option<usize>) -> bool {
        let wanted = self.out.terminal.stderr && !self.out.quiet;
        let mut state = self.progress.state();
        let Some(steps) = steps.filter(|_| wanted && state.bar.is_none()) else {
            return false;
        };
        state.bar = Some(Bar::new(self.out.stderr.clone(), steps));
        true
    }

    /// Says what a person can do without.
    pub fn remark(&self, text: &str) {
        if !self.out.quiet {
            self.say(text);
        }
    }

    /// Says what went wrong, and where.
    pub fn report(&self, error: &Error, text: &str, place: &Place) {
        self.say(&error::render(error, text, place, self.colors().1));
    }
}
