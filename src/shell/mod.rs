//! The engine: runs commands, keeps the session, reports what happened. Knows
//! nothing about where its lines come from.

mod arrive;
pub(crate) mod asker;
mod authorized;
pub(crate) mod beside;
mod captured;
pub(crate) mod clone;
mod compare;
mod connection;
pub(crate) mod credentials;
pub(crate) mod detect;
mod edit;
mod edit_line;
mod filter;
mod list;
mod login;
mod look;
mod look_first;
mod many;
mod names;
mod new;
pub(crate) mod pages;
mod paging;
mod parallel;
mod prepared;
pub(crate) mod preview;
pub(crate) mod raw;
pub(crate) mod recipe_step;
pub(crate) mod redirected;
mod release;
mod request;
mod screen;
mod sink;
pub(crate) mod stop_flag;
mod subject;
mod timing;
mod undo;
pub(crate) mod update;
mod upsert;

pub(crate) use asker::not_asked;
pub(crate) use many::refusal;
pub(crate) use parallel::Parallel;
pub(crate) use prepared::Prepared;
pub use screen::Out;
pub(crate) use screen::Screen;
pub(crate) use subject::Subject;
pub(crate) use undo::undo_refusal;

use crate::env::Input;
use crate::error::Error;
use crate::input::terminal::Terminal;
use crate::interrupt::Interrupt;
use crate::line::call::Parsed;
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::output::progress::Progress;
use crate::session::Session;
use crate::settings::Setting;
use asker::Asker;
use connection::Connection;
use names::Names;
use sink::Sink;
use std::time::Duration;

/// How to continue after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Run the next command.
    Continue,
    /// Exit, with this exit code if one was given.
    Exit(Option<u8>),
}

/// The engine: the parts that a command may use.
pub struct Shell {
    /// What is remembered from one command to the next.
    pub session: Session,
    /// Asks questions and receives Ctrl-C.
    pub(crate) asker: Asker,
    /// The server.
    pub(crate) connection: Connection,
    /// The progress of the run.
    pub(crate) progress: Progress,
    /// Standard input, if the commands do not come from it.
    pub(crate) stdin: Option<Input>,
    /// The names from the server, for Tab.
    names: Names,
    out: Out,
    parser: Parser,
    /// How many requests were sent.
    requests: usize,
    /// What the last command took, and its requests, if `timing` is on.
    took: Option<(Duration, usize)>,
}

impl Shell {
    /// Creates an engine for a session.
    pub fn new(
        session: Session,
        out: Out,
        interrupt: Interrupt,
        terminal: Option<Terminal>,
    ) -> Self {
        let connection = Connection::new(session.vars().clone());
        Self {
            session,
            asker: Asker::new(terminal, interrupt),
            connection,
            progress: Progress::default(),
            stdin: None,
            names: Names::default(),
            out,
            parser: Parser::default(),
            requests: 0,
            took: None,
        }
    }

    /// What the user sees, under the current settings.
    pub(crate) fn screen(&self) -> Screen<'_> {
        Screen {
            out: &self.out,
            progress: &self.progress,
            // A program gets Ctrl-C itself.
            asker: Some(&self.asker)
                .filter(|asker| asker.is_interactive())
                .filter(|_| !self.out.sink.as_ref().is_some_and(Sink::is_program)),
            paging: self.paging(),
            color: self.session.settings.color,
            output: self.session.settings.output,
            chosen: self.output(),
            again: if self.asker.is_interactive() {
                "last --output json"
            } else {
                "--output json"
            },
        }
    }

    /// Notes the outcome of a command. In a file, the next command must not act on the
    /// previous answer if this one failed without an answer.
    pub(crate) fn record_end(&mut self, asks: bool, error: Option<&Error>) {
        let answered = self.session.record_end(asks, error);
        if asks && error.is_some() && !answered && self.in_file() {
            self.session.answer = None;
            self.session.forget_user();
        }
    }

    /// Whether the running command comes from a file or was given alone.
    pub(crate) fn in_file(&self) -> bool {
        !self.asker.is_interactive() || self.progress.has_place()
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
        let set = self.session.settings.begin_overrides(overrides);
        let result = set.map_err(Error::typed).and_then(|()| what(self));
        self.session.settings.end_overrides(overrides, &before);
        result
    }

    /// Parses words with the session's API.
    pub fn parse(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        let parsed = self.parser.parse(args, self.session.settings.api)?;
        self.session.allow(&parsed)?;
        Ok(parsed)
    }
}
