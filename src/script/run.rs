//! The run of commands, in the order of their files.

use super::flights::{Flight, Flights, Landed};
use super::nest::Nest;
use super::source::Source;
use super::{Stop, at, may_fail, unreadable};
use crate::args::Mode;
use crate::catalog::Verb;
use crate::error::{Error, Fault};
use crate::input::reader::Text;
use crate::line::call::{Parsed, What};
use crate::line::lex::Word;
use crate::line::{self, secrets};
use crate::progress;
use crate::render::clean;
use crate::render::error::Place;
use crate::settings::Echo;
use crate::shell::{Ahead, Flow, Prepared, Shell};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A command of a run: where it stands.
#[derive(Clone)]
pub(super) struct Command {
    /// The text that holds it.
    text: Rc<Text>,
    /// Where the text stands.
    place: Place,
    /// Where the command stands in it, in bytes.
    span: Range<usize>,
    /// Where its name stands.
    first: Range<usize>,
    /// Whether its failure is ignored.
    pub(super) ignored: bool,
}

impl Command {
    /// The line that it stands on; none where there are no lines.
    pub(super) fn line(&self) -> Option<Place> {
        match &self.place {
            Place::File { name, line } => {
                let row = self.text.text[..self.first.start].matches('\n').count();
                Some(at(name, line + row))
            }
            _ => None,
        }
    }

    /// Where its text stands.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// As it stands in its text, without a comment and secrets.
    fn written(&self) -> String {
        let text = &self.text.text[self.span.clone()];
        clean::text(&secrets::masked(text).0).into_owned()
    }
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was done.
    Done,
    /// It was not done.
    Failed,
    /// Its answer is lost.
    Unknown,
}

/// A run.
pub(super) struct Run<'a> {
    /// The engine.
    pub(super) shell: &'a mut Shell,
    /// How it is run.
    pub(super) mode: Mode,
    flights: Flights,
    /// The files that are being run.
    pub(super) nest: Nest,
    /// Whether what is sourced now stands before the line to begin with.
    pub(super) skips: bool,
    /// Whether Ctrl-C came, where nobody else hears it.
    pub(super) interrupted: Arc<AtomicBool>,
    /// Whether a dry run has shown a request.
    pub(super) shown_one: bool,
    /// Whether a command of the line to begin with, or of a later one, was met.
    pub(super) begun: bool,
    /// What came of the writes that were in flight behind the one that failed.
    pub(super) after: Vec<(Place, Outcome)>,
}

impl<'a> Run<'a> {
    /// A run by this engine.
    pub(super) fn new(shell: &'a mut Shell, mode: Mode) -> Self {
        Self {
            shell,
            mode,
            flights: Flights::default(),
            nest: Nest::default(),
            skips: false,
            interrupted: Arc::default(),
            shown_one: false,
            begun: false,
            after: Vec::new(),
        }
    }

    /// Runs the commands of a source.
    pub(super) fn source(&mut self, source: &mut Source) -> Result<(), Stop> {
        self.nest.enter(source);
        let ended = self.lines(source);
        self.nest.leave();
        ended
    }

    fn lines(&mut self, source: &mut Source) -> Result<(), Stop> {
        let name = source.name.clone();
        let mut lines = source.lines();
        loop {
            if !lines.is_ready() {
                self.land_all()?;
            }
            let Some(read) = lines.next() else {
                return self.land_all();
            };
            match read {
                Ok(text) => {
                    let place = at(&name, text.line);
                    self.text(text, &place)?;
                }
                Err(wrong) => {
                    self.land_all()?;
                    return Err(unreadable(self.shell, &name, &wrong));
                }
            }
        }
    }

    /// Runs the commands of a text, and waits for their end.
    pub(super) fn once(&mut self, text: Text) -> Result<(), Stop> {
        self.text(text, &Place::Arguments)?;
        self.land_all()
    }

    fn text(&mut self, text: Text, place: &Place) -> Result<(), Stop> {
        let text = Rc::new(text);
        let command = |span: Range<usize>, first: Range<usize>, ignored: bool| Command {
            text: Rc::clone(&text),
            place: place.clone(),
            span,
            first,
            ignored,
        };
        let commands = match line::split(&text.text) {
            Ok(commands) => commands,
            Err(error) => {
                self.land_all()?;
                let all = 0..text.text.len();
                let at = error.span.clone().unwrap_or(0..0);
                return self.settle(Err(error), &command(all, at, false));
            }
        };
        for mut words in commands {
            let (Some(first), Some(last)) = (words.first(), words.last()) else {
                continue;
            };
            let span = first.span.start..last.span.end;
            let ignored = may_fail(&mut words, self.shell.session.settings.api);
            let first = words[0].span.clone();
            self.command(&words, command(span, first, ignored))?;
        }
        Ok(())
    }

    fn command(&mut self, words: &[Word], command: Command) -> Result<(), Stop> {
        if self.skips || self.is_before_begin(&command) {
            return self.skip(words, &command);
        }
        if self.interrupted.load(Ordering::Relaxed) {
            let error = Error::new(Fault::Interrupted, "interrupted");
            return self.settle(Err(error), &command);
        }
        self.begun = true;
        if let Some(form) = self.mode.dry_run {
            return self.dry(words, &command, form);
        }
        let settings = &self.shell.session.settings;
        let together = settings.jobs.max(settings.read_ahead) > 1 && self.shell.terminal.is_none();
        if !together {
            return self.in_place(words, &command);
        }
        let writes = settings.jobs > 1;
        let ahead = match self.shell.ahead(words, self.flights.is_empty(), writes) {
            // What it needs may come with the answers that are awaited.
            Ahead::Wait if !self.flights.is_empty() => {
                self.land_all()?;
                self.shell.ahead(words, true, writes)
            }
            ahead => ahead,
        };
        match ahead {
            Ahead::Fly(prepared) => self.begin(*prepared, command),
            Ahead::Wait => self.in_place(words, &command),
            Ahead::Turn(parsed) => {
                self.land_all()?;
                self.its_turn(&command);
                self.perform(parsed, &command)
            }
        }
    }

    /// Runs a command and waits for its end.
    fn in_place(&mut self, words: &[Word], command: &Command) -> Result<(), Stop> {
        self.its_turn(command);
        match self.shell.read_words(words) {
            Ok(parsed) => self.perform(parsed, command),
            Err(error) => self.settle(Err(error), command),
        }
    }

    /// Does what a command asks for, once all before it are done.
    pub(super) fn perform(&mut self, parsed: Parsed, command: &Command) -> Result<(), Stop> {
        match &parsed.what {
            What::Call(call) if call.command.verb() == Some(Verb::Source) => {
                let (overrides, before) = (&parsed.overrides, self.shell.session.settings.clone());
                if let Err(error) = self.shell.overridden(overrides) {
                    self.shell.restored(overrides, &before);
                    return self.settle(Err(error), command);
                }
                let ended = self.nested(call, command);
                self.shell.restored(overrides, &before);
                ended
            }
            _ => {
                let done = self.shell.perform(parsed);
                self.settle(done, command)
            }
        }
    }

    /// What is said from now on is about this command.
    pub(super) fn its_turn(&self, command: &Command) {
        self.now_at(command);
        let echoes = self.shell.session.settings.echo == Echo::Commands;
        if echoes && command.place != Place::Arguments {
            self.shell.say(&format!("{}\n", command.written()));
        }
    }

    /// A single command has no place worth telling.
    fn now_at(&self, command: &Command) {
        self.shell.progress.state().place = command.line();
    }

    /// Sends a command, as soon as it may be.
    fn begin(&mut self, prepared: Prepared, command: Command) -> Result<(), Stop> {
        let settings = &self.shell.session.settings;
        let most = if settings.jobs > 1 {
            settings.jobs
        } else {
            settings.read_ahead
        };
        loop {
            self.land_ready()?;
            let trouble = self
                .flights
                .are_in_trouble(self.shell.session.settings.keep_going);
            if !trouble && self.flights.has_room_for(&prepared, most) {
                break;
            }
            self.flights.take_up(true);
        }
        if self.flights.is_empty() {
            self.now_at(&command);
        }
        let link = match self.shell.link(&prepared.spec) {
            Ok(link) => link,
            Err(lost) => {
                self.land_all()?;
                let done = self.shell.land(prepared, Err(lost));
                return self.settle(done.map(|()| Flow::Continue), &command);
            }
        };
        let mut writing = self
            .shell
            .writing(self.flights.next_number(), &prepared.spec);
        writing.place = command.line();
        let answered = writing.answered.clone();
        if prepared.spec.writes() {
            self.shell.progress.state().writing.push(writing);
        }
        self.flights.begin(command, prepared, link, answered);
        Ok(())
    }

    /// Takes up the answers whose turn has come.
    fn land_ready(&mut self) -> Result<(), Stop> {
        self.flights.take_up(false);
        while let Some((flight, landed)) = self.flights.first_landed() {
            self.land(flight, landed)?;
        }
        Ok(())
    }

    /// Waits for all answers.
    fn land_all(&mut self) -> Result<(), Stop> {
        self.land_ready()?;
        while !self.flights.is_empty() {
            self.flights.take_up(true);
            self.land_ready()?;
        }
        Ok(())
    }

    fn land(&mut self, flight: Flight, landed: Landed) -> Result<(), Stop> {
        let command = flight.command.clone();
        let done = self.landed(flight, landed);
        self.settle(done.map(|()| Flow::Continue), &command)
    }

    /// Shows the answer to a command whose turn has come.
    fn landed(&mut self, flight: Flight, landed: Landed) -> Result<(), Error> {
        self.its_turn(&flight.command);
        self.shell.say(&landed.told);
        let done = self.shell.land(flight.prepared, landed.sent);
        let mut state = self.shell.progress.state();
        state.writing.retain(|one| one.number != flight.number);
        done
    }

    /// Says what came of a command; the run stops at a failure, unless it is
    /// ignored or to go on.
    pub(super) fn settle(
        &mut self,
        done: Result<Flow, Error>,
        command: &Command,
    ) -> Result<(), Stop> {
        let error = match done {
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Ok(Flow::Continue) => Ok(()),
            Err(error) => Err(error),
        };
        let Err(error) = self.tell(error, command) else {
            return Ok(());
        };
        let stop = command.line();
        if error.fault == Fault::OutputClosed {
            return Err(Stop::Closed(stop));
        }
        let goes_on = command.ignored || self.shell.session.settings.keep_going;
        if !goes_on || error.fault == Fault::Interrupted || stop.is_none() {
            return Err(Stop::Failed(error.fault.exit_code(), stop));
        }
        Ok(())
    }

    /// Says what is wrong with a command, after which nothing can go on.
    pub(super) fn stopped(&mut self, error: Error, command: &Command) -> Stop {
        let code = error.fault.exit_code();
        let mut told = command.clone();
        told.ignored = false;
        let _ = self.tell(Err(error), &told);
        Stop::Failed(code, command.line())
    }

    /// Says what came of a command, and counts it.
    fn tell(&mut self, done: Result<(), Error>, command: &Command) -> Result<(), Error> {
        // The place is the command at least.
        let done = done.map_err(|error| error.or_at(command.first.clone()));
        if let Err(error) = &done
            && error.fault != Fault::OutputClosed
        {
            self.shell.report(error, &command.text.text, &command.place);
        }
        let mut state = self.shell.progress.state();
        if done.is_ok() || command.ignored {
            state.done += 1;
        } else {
            state.failed += 1;
        }
        drop(state);
        done
    }

    /// The end of a run that stops: nothing new begins, but what writes and is
    /// under way is waited for, so that it can be told what became of it.
    pub(super) fn wind_up(&mut self) {
        while let Some((flight, landed)) = self.flights.next_write() {
            let command = flight.command.clone();
            let done = self.landed(flight, landed);
            let outcome = match self.tell(done, &command) {
                Ok(()) => Outcome::Done,
                Err(error) if error.unknown => Outcome::Unknown,
                Err(_) => Outcome::Failed,
            };
            let line = command.line();
            self.after.extend(line.map(|line| (line, outcome)));
        }
    }

    /// `done f:18, f:20; failed f:19`: what became of the writes behind the one that failed.
    pub(super) fn said_after(&self) -> Option<String> {
        let listed = |wanted: Outcome, how: &str| {
            let lines: Vec<String> = self
                .after
                .iter()
                .filter(|(_, outcome)| *outcome == wanted)
                .filter_map(|(line, _)| progress::shown(line))
                .collect();
            (!lines.is_empty()).then(|| format!("{how} {}", lines.join(", ")))
        };
        let parts: Vec<String> = [
            listed(Outcome::Done, "done"),
            listed(Outcome::Failed, "failed"),
            listed(Outcome::Unknown, "not known"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
