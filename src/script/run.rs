//! The run of commands, in the order of their files.

use super::outcome::StatementResult;
use super::parallel::{Finished, InFlight, Pending};
use super::rows::Rows;
use super::source::Source;
use super::source_stack::SourceStack;
use super::{Stop, at, may_fail, typed, unreadable};
use crate::catalog::Api;
use crate::command;
use crate::error::{Error, Fault};
use crate::http::RetryNotes;
use crate::input::reader::Text;
use crate::line::call::{Content, Parsed};
use crate::line::outline::command_of;
use crate::line::redirect;
use crate::output::error::Place;
use crate::output::report::Case;
use crate::script::mode::Mode;
use crate::secret;
use crate::session::Session;
use crate::settings::Echo;
use crate::shell::{Flow, Parallel, Prepared, Shell};
use crate::text::clean;
use crate::text::lex::Word;
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

/// A command of a run and its position.
#[derive(Clone)]
pub(super) struct Statement {
    /// The text that holds it.
    pub(super) text: Rc<Text>,
    /// The position of the text.
    pub(super) place: Place,
    /// The byte range of the command in it.
    pub(super) span: Range<usize>,
    /// The byte range of its name.
    pub(super) first: Range<usize>,
    /// The rows of the text before its name.
    row: usize,
    /// Its column, counted from 1.
    column: usize,
    /// Whether its failure is ignored.
    pub(super) ignored: bool,
    /// Whether it chooses the server for the commands after it: its failure stops the run.
    pub(super) chooses_server: bool,
}

impl Statement {
    /// A whole text as one statement.
    fn whole(text: Text, place: &Place) -> Self {
        Self {
            span: 0..text.text.len(),
            text: Rc::new(text),
            place: place.clone(),
            first: 0..0,
            row: 0,
            column: 1,
            ignored: false,
            chooses_server: false,
        }
    }

    /// The commands of a checked text, with their words.
    pub(super) fn all(session: &Session, text: Text, place: &Place) -> Vec<(Self, Vec<Word>)> {
        let whole = Self::whole(text, place);
        let commands = session.commands(&whole.text.text).unwrap_or_default();
        let mut rows = Rows::new(&whole.text.text);
        let mut one = |words: Vec<Word>| {
            let statement = Self {
                span: span_of(&words),
                first: words.first().map_or(0..0, |word| word.span.clone()),
                ..whole.clone()
            };
            (statement.placed(&mut rows), words)
        };
        commands.into_iter().map(&mut one).collect()
    }

    /// With its row and column.
    fn placed(mut self, rows: &mut Rows<'_>) -> Self {
        (_, self.column) = rows.to(self.span.start);
        (self.row, _) = rows.to(self.first.start);
        self
    }

    /// Its line; `None` where there are no lines.
    pub(super) fn line(&self) -> Option<Place> {
        match &self.place {
            Place::File { name, line } => Some(at(name, line + self.row)),
            _ => None,
        }
    }

    /// The position of its text.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Its position, for a report.
    pub(super) fn case(&self) -> Case {
        let (file, line) = match self.line() {
            Some(Place::File { name, line }) => (name, line),
            _ => ("command line".to_owned(), 1),
        };
        Case {
            file,
            line,
            column: self.column,
            text: self.written(),
        }
    }

    /// Its text without a comment, secrets masked.
    pub(super) fn written(&self) -> String {
        let text = &self.text.text[self.span.clone()];
        clean::text(&secret::line::masked(text).0).into_owned()
    }
}

/// The byte range of a command's words.
fn span_of(words: &[Word]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.span.start);
    start..words.last().map_or(start, |word| word.span.end)
}

/// Whether a command chooses the server, or its API.
fn chooses_server(words: &[Word], api: &'static Api) -> bool {
    let row = command_of(words, api).and_then(command::builtin);
    row.is_some_and(|row| (row.chooses_server)(words))
}

pub(super) struct Run<'a> {
    /// The engine.
    pub(super) shell: &'a mut Shell,
    /// How it is run.
    pub(super) mode: Mode,
    pub(super) in_flight: InFlight,
    /// The files that are being run.
    pub(super) stack: SourceStack,
    /// Whether the current `source` comes before the `--from-line` line.
    pub(super) skips: bool,
    /// Whether a dry run has shown a request.
    pub(super) shown_one: bool,
    /// Whether a command at or after the `--from-line` line was found.
    pub(super) begun: bool,
    /// Start time of the current command.
    pub(super) since: Instant,
    /// The last command started in the innermost file, for the report: its line
    /// and byte offset.
    pub(super) last: (usize, usize),
    /// The results of the writes that were in flight after the one that failed.
    pub(super) after: Vec<(Place, StatementResult)>,
}

impl<'a> Run<'a> {
    /// A run with this shell.
    pub(super) fn new(shell: &'a mut Shell, mode: Mode) -> Self {
        Self {
            shell,
            mode,
            in_flight: InFlight::default(),
            stack: SourceStack::default(),
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
        self.stack.enter(source);
        let before = std::mem::take(&mut self.last);
        let ended = self.lines(source);
        if ended.is_err() {
            // All running commands are from this file: earlier ones were awaited.
            self.finish_in_flight();
            self.record_rest(source);
        }
        self.last = before;
        self.stack.leave();
        ended
    }

    fn lines(&mut self, source: &mut Source) -> Result<(), Stop> {
        let name = source.name.clone();
        let mut lines = source.lines();
        loop {
            if !lines.is_ready() {
                self.collect_all()?;
            }
            let Some(read) = lines.next() else {
                return self.collect_all();
            };
            match read {
                Ok(text) => {
                    let place = at(&name, text.line);
                    self.text(text, &place)?;
                }
                Err(wrong) => {
                    self.collect_all()?;
                    return Err(unreadable(self.shell, &name, &wrong));
                }
            }
        }
    }

    /// Runs the commands of a text and waits for them.
    pub(super) fn once(&mut self, text: Text) -> Result<(), Stop> {
        self.text(text, &Place::Arguments)?;
        self.collect_all()
    }

    fn text(&mut self, text: Text, place: &Place) -> Result<(), Stop> {
        let whole = Statement::whole(text, place);
        let commands = match self.shell.session.commands(&whole.text.text) {
            Ok(commands) => commands,
            Err(error) => {
                self.collect_all()?;
                let first = error.span.clone().unwrap_or(0..0);
                self.start_statement(&whole);
                let mut rows = Rows::new(&whole.text.text);
                let (row, _) = rows.to(first.start);
                let wrong = Statement {
                    first,
                    row,
                    ..whole.clone()
                };
                return self.handle_result(Err(error), &wrong);
            }
        };
        let mut rows = Rows::new(&whole.text.text);
        for mut words in commands {
            let span = span_of(&words);
            let ignored = may_fail(&mut words, self.shell.session.settings.api);
            let first = words.first().map_or(0..0, |word| word.span.clone());
            let statement = Statement {
                span,
                first,
                ignored,
                chooses_server: chooses_server(&words, self.shell.session.settings.api),
                ..whole.clone()
            };
            self.statement(&words, statement.placed(&mut rows))?;
        }
        Ok(())
    }

    fn statement(&mut self, words: &[Word], statement: Statement) -> Result<(), Stop> {
        if self.skips || self.is_before_begin(&statement) {
            let (words, _) = redirect::parts(words, self.shell.session.settings.api);
            return self.skip(words, &statement);
        }
        if self.shell.asker.was_interrupted() {
            let error = Error::new(Fault::Interrupted, "interrupted");
            return self.handle_result(Err(error), &statement);
        }
        self.begun = true;
        let (words, redirect) = match self.split(words, &statement) {
            Ok(split) => split,
            Err(error) => {
                self.collect_all()?;
                self.start_statement(&statement);
                return self.handle_result(Err(error), &statement);
            }
        };
        if let Some(form) = self.mode.dry_run {
            return self.dry(words, &statement, form);
        }
        if let Some(redirect) = redirect {
            self.collect_all()?;
            return self.redirected(words, &redirect, &statement);
        }
        let settings = &self.shell.session.settings;
        let together =
            settings.jobs.max(settings.read_ahead) > 1 && !self.shell.asker.is_interactive();
        // A lesson looks at each command before the next one.
        let together = together && self.shell.session.learner.is_none();
        if !together {
            return self.in_place(words, &statement);
        }
        let writes = settings.jobs > 1;
        let parallel = match self
            .shell
            .prepare_parallel(words, self.in_flight.is_empty(), writes)
        {
            // What it needs may come with the answers that are awaited.
            Parallel::WaitForAll if !self.in_flight.is_empty() => {
                self.collect_all()?;
                self.shell.prepare_parallel(words, true, writes)
            }
            parallel => parallel,
        };
        match parallel {
            Parallel::Start(prepared) => self.begin(*prepared, statement),
            Parallel::WaitForAll => self.in_place(words, &statement),
            Parallel::Sequential(parsed) => {
                self.collect_all()?;
                self.start_statement(&statement);
                self.perform(*parsed, &statement)
            }
        }
    }

    /// Runs a command and waits for its end.
    fn in_place(&mut self, words: &[Word], statement: &Statement) -> Result<(), Stop> {
        self.start_statement(statement);
        match command::read_words(self.shell, words) {
            Ok(parsed) => self.perform(parsed, statement),
            Err(error) => self.handle_result(Err(error), statement),
        }
    }

    /// Runs a parsed command, after all commands before it are done.
    pub(super) fn perform(&mut self, parsed: Parsed, statement: &Statement) -> Result<(), Stop> {
        match &parsed.content {
            Content::Call(call) if command::runs_a_file(call.command) => {
                let (overrides, before) = (&parsed.overrides, self.shell.session.settings.clone());
                if let Err(error) = self.shell.session.settings.begin_overrides(overrides) {
                    self.shell
                        .session
                        .settings
                        .end_overrides(overrides, &before);
                    return self.handle_result(Err(Error::typed(error)), statement);
                }
                let ended = self.nested(call, statement);
                self.shell
                    .session
                    .settings
                    .end_overrides(overrides, &before);
                ended
            }
            _ => {
                let done = command::perform_by(self.shell, parsed, typed::call);
                self.handle_result(done, statement)
            }
        }
    }

    /// Starts a command: messages from now on are about it.
    pub(super) fn start_statement(&mut self, statement: &Statement) {
        self.since = Instant::now();
        self.mark_started(statement);
        self.set_position(statement);
        let echoes = self.shell.session.settings.echo == Echo::Commands;
        if echoes && statement.place != Place::Arguments {
            self.shell
                .screen()
                .say_as_it_is(&format!("{}\n", statement.written()));
        }
    }

    /// Remembers the last command that was started.
    fn mark_started(&mut self, statement: &Statement) {
        self.last = self.last.max((statement.text.line, statement.span.start));
    }

    /// Sets the position for messages. A single command has none.
    fn set_position(&self, statement: &Statement) {
        let mut state = self.shell.progress.alive();
        state.place = statement.line();
        state.case = (!state.reports.is_empty()).then(|| statement.case());
    }

    /// Sends a command as soon as it may be sent.
    fn begin(&mut self, prepared: Prepared, statement: Statement) -> Result<(), Stop> {
        let settings = &self.shell.session.settings;
        let most = if settings.jobs > 1 {
            settings.jobs
        } else {
            settings.read_ahead
        };
        let subject = prepared.subject();
        loop {
            self.collect_finished()?;
            let trouble = self
                .in_flight
                .will_stop(self.shell.session.settings.keep_going);
            if !trouble && self.in_flight.has_room_for(&subject, most) {
                break;
            }
            self.await_one();
        }
        if self.in_flight.is_empty() {
            self.set_position(&statement);
        }
        self.mark_started(&statement);
        let link = match self.shell.link(&prepared) {
            Ok(link) => link,
            Err(lost) => {
                self.collect_all()?;
                self.start_statement(&statement);
                let done = self
                    .shell
                    .collect(prepared, Err(lost), &RetryNotes::default());
                return self.handle_result(done.map(|()| Flow::Continue), &statement);
            }
        };
        let mut writing = self
            .shell
            .progress
            .writing(self.in_flight.next_number(), &prepared.spec);
        writing.place = statement.line();
        writing.gate = Some(link.gate());
        if writing.case.is_some() {
            writing.case = Some(statement.case());
        }
        let answered = writing.answered.clone();
        self.shell.progress.begin(writing, prepared.spec.writes());
        self.in_flight.start(statement, prepared, link, answered);
        Ok(())
    }

    /// Collects the answers that are next in the order of the file.
    fn collect_finished(&mut self) -> Result<(), Stop> {
        self.in_flight.poll();
        while let Some((pending, finished)) = self.in_flight.first_finished() {
            self.collect(pending, finished)?;
        }
        Ok(())
    }

    /// Waits for all answers.
    fn collect_all(&mut self) -> Result<(), Stop> {
        self.collect_finished()?;
        while !self.in_flight.is_empty() {
            self.await_one();
            self.collect_finished()?;
        }
        Ok(())
    }

    /// Waits for an answer. The run may be waiting for a retry of the first command.
    fn await_one(&mut self) {
        let Self {
            in_flight, shell, ..
        } = self;
        if let Some(first) = in_flight.first() {
            shell.begin_waiting_for(&first.prepared.spec);
        }
        in_flight.wait(&|notes| shell.tell_retries(notes));
        shell.progress.end_waiting();
    }

    fn collect(&mut self, pending: Pending, finished: Finished) -> Result<(), Stop> {
        let statement = pending.statement.clone();
        let (took, number) = (finished.took, pending.number);
        let done = self.show_answer(pending, finished);
        self.handle_result_after(
            done.map(|()| Flow::Continue),
            &statement,
            took,
            Some(number),
        )?;
        if let Some(next) = self.in_flight.first() {
            self.set_position(&next.statement);
        }
        Ok(())
    }

    /// Shows the answer to the command that is next in the order of the file.
    pub(super) fn show_answer(
        &mut self,
        pending: Pending,
        finished: Finished,
    ) -> Result<(), Error> {
        self.start_statement(&pending.statement);
        self.shell
            .collect(pending.prepared, finished.sent, &pending.retry_notes)
    }
}
