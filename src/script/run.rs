//! The run of commands, in the order of their files.

use super::flights::{Flight, Flights, Landed};
use super::nest::Nest;
use super::outcome::Outcome;
use super::source::Source;
use super::{Stop, at, may_fail, unreadable};
use crate::catalog::{self, Api, Verb};
use crate::command;
use crate::error::{Error, Fault};
use crate::input::reader::Text;
use crate::line;
use crate::line::call::{Parsed, What};
use crate::line::outline::command_of;
use crate::output::error::Place;
use crate::output::report::Stands;
use crate::script::mode::Mode;
use crate::secret;
use crate::settings::{self, Echo, Key};
use crate::shell::{Ahead, Flow, Prepared, Shell};
use crate::text::clean;
use crate::text::lex::Word;
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

/// A command of a run: where it stands.
#[derive(Clone)]
pub(super) struct Command {
    /// The text that holds it.
    pub(super) text: Rc<Text>,
    /// Where the text stands.
    pub(super) place: Place,
    /// Where the command stands in it, in bytes.
    pub(super) span: Range<usize>,
    /// Where its name stands.
    pub(super) first: Range<usize>,
    /// Whether its failure is ignored.
    pub(super) ignored: bool,
    /// Whether it decides which server those behind it are sent to: nothing
    /// goes on after its failure.
    pub(super) decides: bool,
}

impl Command {
    /// All of a text.
    fn whole(text: Text, place: &Place) -> Self {
        Self {
            span: 0..text.text.len(),
            text: Rc::new(text),
            place: place.clone(),
            first: 0..0,
            ignored: false,
            decides: false,
        }
    }

    /// The commands of a text that was checked, with their words.
    pub(super) fn all(text: Text, place: &Place) -> Vec<(Self, Vec<Word>)> {
        let whole = Self::whole(text, place);
        let commands = line::split(&whole.text.text).unwrap_or_default();
        let one = |words: Vec<Word>| {
            let command = Self {
                span: extent(&words),
                first: words.first().map_or(0..0, |word| word.span.clone()),
                ..whole.clone()
            };
            (command, words)
        };
        commands.into_iter().map(one).collect()
    }

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

    /// Its column, counted from 1.
    fn column(&self) -> usize {
        let before = &self.text.text[..self.span.start];
        before.chars().rev().take_while(|c| *c != '\n').count() + 1
    }

    /// Where its text stands.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Where it stands, for a report.
    pub(super) fn stands(&self) -> Stands {
        let (file, line) = match self.line() {
            Some(Place::File { name, line }) => (name, line),
            _ => ("command line".to_owned(), 1),
        };
        Stands {
            file,
            line,
            column: self.column(),
            text: self.written(),
        }
    }

    /// As it stands in its text, without a comment and secrets.
    pub(super) fn written(&self) -> String {
        let text = &self.text.text[self.span.clone()];
        clean::text(&secret::line::masked(text).0).into_owned()
    }
}

/// Where the words of a command stand.
fn extent(words: &[Word]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.span.start);
    start..words.last().map_or(start, |word| word.span.end)
}

/// Whether a command says which server is asked, or by which API.
fn decides(words: &[Word], api: &'static Api) -> bool {
    let setting = || {
        let name = words.get(1).map(Word::text).unwrap_or_default();
        let key = settings::find(&name).map(|setting| setting.key);
        matches!(key, Some(Key::BaseUrl | Key::Api))
    };
    match command_of(words, api).and_then(catalog::Command::verb) {
        Some(Verb::Connect) => true,
        Some(Verb::Set) => setting(),
        _ => false,
    }
}

pub(super) struct Run<'a> {
    /// The engine.
    pub(super) shell: &'a mut Shell,
    /// How it is run.
    pub(super) mode: Mode,
    pub(super) flights: Flights,
    /// The files that are being run.
    pub(super) nest: Nest,
    /// Whether what is sourced now stands before the line to begin with.
    pub(super) skips: bool,
    /// Whether a dry run has shown a request.
    pub(super) shown_one: bool,
    /// Whether a command of the line to begin with, or of a later one, was met.
    pub(super) begun: bool,
    /// Since when the command runs whose turn it is.
    pub(super) since: Instant,
    /// The last command of the innermost file that was begun, for the report:
    /// the line, and the byte in it.
    pub(super) last: (usize, usize),
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
            shown_one: false,
            begun: false,
            since: Instant::now(),
            last: (0, 0),
            after: Vec::new(),
        }
    }

    /// Runs the commands of a source.
    pub(super) fn source(&mut self, source: &mut Source) -> Result<(), Stop> {
        self.nest.enter(source);
        let before = std::mem::take(&mut self.last);
        let ended = self.lines(source);
        if ended.is_err() {
            // What is in flight is this file's: all before it were waited for.
            self.wind_up();
            self.record_rest(source);
        }
        self.last = before;
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
        let whole = Command::whole(text, place);
        let commands = match line::split(&whole.text.text) {
            Ok(commands) => commands,
            Err(error) => {
                self.land_all()?;
                let first = error.span.clone().unwrap_or(0..0);
                self.its_turn(&whole);
                return self.settle(Err(error), &Command { first, ..whole });
            }
        };
        for mut words in commands {
            let span = extent(&words);
            let ignored = may_fail(&mut words, self.shell.session.settings.api);
            let first = words.first().map_or(0..0, |word| word.span.clone());
            let command = Command {
                span,
                first,
                ignored,
                decides: decides(&words, self.shell.session.settings.api),
                ..whole.clone()
            };
            self.command(&words, command)?;
        }
        Ok(())
    }

    fn command(&mut self, words: &[Word], command: Command) -> Result<(), Stop> {
        if self.skips || self.is_before_begin(&command) {
            return self.skip(words, &command);
        }
        if self.shell.was_interrupted() {
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
        match command::read_words(self.shell, words) {
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
                let done = command::perform(self.shell, parsed);
                self.settle(done, command)
            }
        }
    }

    /// What is said from now on is about this command.
    pub(super) fn its_turn(&mut self, command: &Command) {
        self.since = Instant::now();
        self.reached(command);
        self.now_at(command);
        let echoes = self.shell.session.settings.echo == Echo::Commands;
        if echoes && command.place != Place::Arguments {
            self.shell.say(&format!("{}\n", command.written()));
        }
    }

    /// A command is begun.
    fn reached(&mut self, command: &Command) {
        self.last = self.last.max((command.text.line, command.span.start));
    }

    /// A single command has no place worth telling.
    fn now_at(&self, command: &Command) {
        let mut state = self.shell.progress.alive();
        state.place = command.line();
        state.stands = (!state.reports.is_empty()).then(|| command.stands());
    }

    /// Sends a command, as soon as it may be.
    fn begin(&mut self, prepared: Prepared, command: Command) -> Result<(), Stop> {
        let settings = &self.shell.session.settings;
        let most = if settings.jobs > 1 {
            settings.jobs
        } else {
            settings.read_ahead
        };
        let subject = prepared.subject();
        loop {
            self.land_ready()?;
            let trouble = self
                .flights
                .are_in_trouble(self.shell.session.settings.keep_going);
            if !trouble && self.flights.has_room_for(&subject, most) {
                break;
            }
            self.flights.wait();
        }
        if self.flights.is_empty() {
            self.now_at(&command);
        }
        self.reached(&command);
        let link = match self.shell.link(&prepared) {
            Ok(link) => link,
            Err(lost) => {
                self.land_all()?;
                self.its_turn(&command);
                let done = self.shell.land(prepared, Err(lost), "");
                return self.settle(done.map(|()| Flow::Continue), &command);
            }
        };
        let mut writing = self
            .shell
            .writing(self.flights.next_number(), &prepared.spec);
        writing.place = command.line();
        if writing.stands.is_some() {
            writing.stands = Some(command.stands());
        }
        let answered = writing.answered.clone();
        self.shell.progress.begin(writing, prepared.spec.writes());
        self.flights.begin(command, prepared, link, answered);
        Ok(())
    }

    /// Takes up the answers whose turn has come.
    fn land_ready(&mut self) -> Result<(), Stop> {
        self.flights.take_up();
        while let Some((flight, landed)) = self.flights.first_landed() {
            self.land(flight, landed)?;
        }
        Ok(())
    }

    /// Waits for all answers.
    fn land_all(&mut self) -> Result<(), Stop> {
        self.land_ready()?;
        while !self.flights.is_empty() {
            self.flights.wait();
            self.land_ready()?;
        }
        Ok(())
    }

    fn land(&mut self, flight: Flight, landed: Landed) -> Result<(), Stop> {
        let command = flight.command.clone();
        let (took, number) = (landed.took, flight.number);
        let done = self.landed(flight, landed);
        self.settle_in(done.map(|()| Flow::Continue), &command, took, Some(number))?;
        if let Some(next) = self.flights.first() {
            self.now_at(&next.command);
        }
        Ok(())
    }

    /// Shows the answer to a command whose turn has come.
    pub(super) fn landed(&mut self, flight: Flight, landed: Landed) -> Result<(), Error> {
        self.its_turn(&flight.command);
        self.shell.land(flight.prepared, landed.sent, &landed.told)
    }
}
