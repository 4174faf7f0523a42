//! What the user sees: results on stdout, messages and the progress line on stderr.

use super::asker::Asker;
use super::paging::Paging;
use super::sink::Sink;
use crate::catalog::{AnswerType, Clock};
use crate::env::{Stream, Terminals};
use crate::error::{Error, Fault};
use crate::input::size;
use crate::output::bar::Bar;
use crate::output::error::{self, Place};
use crate::output::format::{self, Shown};
use crate::output::progress::Progress;
use crate::output::view::{self, Canvas, Look};
use crate::settings::{Color, Output};
use crate::text::ansi;
use crate::text::{clean, wrap};
use serde_json::Value as Json;
use std::borrow::{Borrow, Cow};

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
    /// Whether the terminal understands more than lines.
    pub(crate) redraws: bool,
    /// Whether a result that is larger than the screen goes to a pager.
    pub(crate) pages: bool,
    /// What takes the results instead of the screen.
    pub(crate) sink: Option<Sink>,
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

impl Out {
    /// An error as it is written to stderr.
    pub(crate) fn rendered(&self, error: &Error, text: &str, place: &Place, color: bool) -> String {
        match size::of_stderr().filter(|_| self.terminal.stderr) {
            Some(columns) => error::render_within(error, text, place, color, columns),
            None => error::render(error, text, place, color),
        }
    }

    /// A help page as it is written to stdout.
    pub(crate) fn fitted<'a>(&self, page: &'a str) -> Cow<'a, str> {
        match size::of_stdout().filter(|_| self.terminal.stdout) {
            Some(columns) => Cow::Owned(wrap::page(page, columns)),
            None => Cow::Borrowed(page),
        }
    }
}

/// The streams as the current settings use them.
#[derive(Clone, Copy)]
pub(crate) struct Screen<'a> {
    pub(super) out: &'a Out,
    pub(super) progress: &'a Progress,
    /// Ctrl-C, where it stops a long answer.
    pub(super) asker: Option<&'a Asker>,
    /// What shows a result that is larger than the screen.
    pub(super) paging: Option<Paging<'a>>,
    pub(super) color: Color,
    pub(super) output: Output,
    /// The same, where `auto` is what it means here.
    pub(super) chosen: Output,
    /// How a person sees all of an answer.
    pub(super) again: &'static str,
}

impl Screen<'_> {
    /// Which streams are terminals.
    pub(crate) fn terminals(self) -> Terminals {
        self.out.terminal
    }

    /// Whether a result about many objects is summarized: a person reads it, who has not chosen
    /// a format.
    pub(crate) fn summarizes(self) -> bool {
        self.out.terminal.stdout && self.output == Output::Auto
    }

    /// Whether stdout and stderr get colours.
    fn colors(self) -> (bool, bool) {
        match self.color {
            Color::Always => (self.out.sink.is_none(), true),
            Color::Never => (false, false),
            Color::Auto => self.out.colors,
        }
    }

    /// Writes a result that is not an answer.
    pub(crate) fn print(self, text: &str) -> Result<(), Error> {
        match format::of_text(self.output, text) {
            Some(json) => self.print_json(&json, self.output),
            None => self.print_bytes(text.as_bytes()),
        }
    }

    /// A page as wide as the terminal, if stdout is one. What is to be copied is not fitted.
    pub(crate) fn fitted(self, page: &str) -> Cow<'_, str> {
        self.out.fitted(page)
    }

    /// Writes a help page.
    pub(crate) fn print_page(self, page: &str) -> Result<(), Error> {
        match format::of_text(self.output, page) {
            Some(json) => self.print_json(&json, self.output),
            None => self.print_bytes(self.out.fitted(page).as_bytes()),
        }
    }

    /// Writes an answer as it is to look; anything but JSON as received.
    pub(crate) fn print_answer(
        self,
        json: Option<&Json>,
        body: &[u8],
        look: &Look,
    ) -> Result<(), Error> {
        let output = look.output;
        if let Some(sink) = &self.out.sink {
            sink.count(json);
        }
        if let Some(message) = look.message(json) {
            return self.print_bytes(format!("{}\n", clean::line(message)).as_bytes());
        }
        match format::answer(output, json, body) {
            Shown::Nothing => Ok(()),
            Shown::Json(json) => self.print_json(&look.only(&json), output),
            Shown::Lines(items) => self.print_lines(items, look),
            Shown::Objects(json) => self.print_picture(json, look),
            Shown::Bytes(body) => self.print_raw(body),
        }
    }

    /// Writes several values, one after the other.
    pub(crate) fn print_each(
        self,
        values: impl ExactSizeIterator<Item = impl Borrow<Json>>,
    ) -> Result<(), Error> {
        let text = self.each(values);
        self.print_bytes(text.as_bytes())
    }

    /// The same for some of the values, when they come: they are not paged.
    pub(crate) fn print_some(
        self,
        values: impl ExactSizeIterator<Item = impl Borrow<Json>>,
    ) -> Result<(), Error> {
        let text = self.each(values);
        self.write(text.as_bytes())
    }

    /// The same for some lines of a sheet with this many objects.
    pub(crate) fn print_lines_of(self, lines: &str, count: usize) -> Result<(), Error> {
        if let Some(sink) = &self.out.sink {
            sink.count_more(count);
        }
        if self.out.terminal.stdout {
            return self.write(clean::text(lines).as_bytes());
        }
        self.write(lines.as_bytes())
    }

    /// Whether a result that is larger than the screen is paged.
    pub(crate) fn pages(self) -> bool {
        self.paging.is_some()
    }

    /// The text of several values. In `raw` a text has no quotes.
    fn each(self, values: impl ExactSizeIterator<Item = impl Borrow<Json>>) -> String {
        if let Some(sink) = &self.out.sink {
            sink.count_more(values.len());
        }
        let terminal = self.out.terminal.stdout;
        let color = self.colors().0;
        let texts = values.map(|value| match (self.output, value.borrow()) {
            (Output::Raw, Json::String(text)) if terminal => format!("{}\n", clean::text(text)),
            (Output::Raw, Json::String(text)) => format!("{text}\n"),
            (_, value) => format::render(value, format::of_item(self.output), color, terminal),
        });
        texts.collect()
    }

    /// Writes a JSON result of the shell itself.
    pub(crate) fn print_value(self, json: &Json) -> Result<(), Error> {
        self.print_result(json, None)
    }

    /// The same for one of this type.
    pub(crate) fn print_result(self, json: &Json, kind: Option<AnswerType>) -> Result<(), Error> {
        let look = Look {
            kind,
            ..Look::plain(format::of_value(self.chosen))
        };
        self.print_answer(Some(json), &[], &look)
    }

    /// Writes the items of a list, each as a line of JSON.
    fn print_lines(self, items: &[Json], look: &Look) -> Result<(), Error> {
        let terminal = self.out.terminal.stdout;
        let line = |item| format::render(&look.only(item), look.output, false, terminal);
        let lines: String = items.iter().map(line).collect();
        self.print_bytes(lines.as_bytes())
    }

    /// Writes objects as a table, a card, CSV or TSV; what has no objects as JSON.
    fn print_picture(self, json: &Json, look: &Look) -> Result<(), Error> {
        let is_terminal = self.out.terminal.stdout;
        // The usual width, if the terminal does not say it.
        let width = is_terminal.then(|| size::of_stdout().unwrap_or(80));
        let canvas = Canvas {
            width,
            color: self.colors().0,
            clock: &Clock::system(),
        };
        let Some(picture) = view::picture(json, look, canvas, self.again) else {
            if self.output != Output::Auto {
                self.remark("the answer has no rows, so it is shown as JSON\n");
            }
            return self.print_json(json, Output::Json);
        };
        match look.output {
            Output::Csv | Output::Tsv if is_terminal => {
                self.print_bytes(clean::text(&picture.text).as_bytes())?;
            }
            _ => self.print_bytes(picture.text.as_bytes())?,
        }
        if is_terminal {
            self.remark(&picture.remark);
        }
        Ok(())
    }

    fn print_json(self, json: &Json, output: Output) -> Result<(), Error> {
        let terminal = self.out.terminal.stdout;
        let text = format::render(json, output, self.colors().0, terminal);
        self.print_bytes(text.as_bytes())
    }

    /// Writes a body as received; on a terminal control characters are escaped.
    fn print_raw(self, body: &[u8]) -> Result<(), Error> {
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

    pub(crate) fn print_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        if self.page(bytes) {
            return Ok(());
        }
        self.write(bytes)
    }

    /// Writes a result, whatever its size; Ctrl-C ends it.
    fn write(self, bytes: &[u8]) -> Result<(), Error> {
        let Some(asker) = self.asker else {
            return self.out.print(bytes);
        };
        asker.interrupt().ignoring(|| {
            let mut parts = bytes.chunks(16 * 1024);
            while let Some(part) = parts.next() {
                self.out.print(part)?;
                if parts.len() > 0 && asker.was_interrupted() {
                    let reset = if self.colors().0 { ansi::RESET } else { "" };
                    self.out.print(format!("{reset}\n").as_bytes())?;
                    let message = "interrupted; the rest is not shown";
                    return Err(Error::new(Fault::Interrupted, message));
                }
            }
            Ok(())
        })
    }

    /// Prints a message on stderr, on a terminal broken at blanks; a failure to do so is ignored.
    pub(crate) fn say(self, text: &str) {
        match size::of_stderr().filter(|_| self.out.terminal.stderr) {
            Some(columns) => self.say_as_it_is(&wrap::lines(text, columns, 2)),
            None => self.say_as_it_is(text),
        }
    }

    /// Prints a text on stderr that is copied, or that has a layout of its own.
    pub(crate) fn say_as_it_is(self, text: &str) {
        self.progress
            .aside(|| drop(self.out.stderr.write(text.as_bytes())));
    }

    /// Prints a remark, unless the run is quiet.
    pub(crate) fn remark(self, text: &str) {
        if !self.out.quiet {
            self.say(text);
        }
    }

    /// Reports an error with its position.
    pub(crate) fn report(self, error: &Error, text: &str, place: &Place) {
        self.say_as_it_is(&self.out.rendered(error, text, place, self.colors().1));
    }

    /// Starts a progress line for a run of this many steps, on a terminal
    /// where no results are printed; returns whether there was none yet.
    pub(crate) fn begin_bar(self, steps: Option<usize>) -> bool {
        !self.out.terminal.stdout && self.begin_quiet_bar(steps)
    }

    /// Starts a line that counts what is read, on a terminal where no results are printed
    /// meanwhile; returns whether there was none yet.
    pub(crate) fn begin_count(self, what: &str, is_streamed: bool) -> bool {
        let is_shared = is_streamed && self.out.terminal.stdout;
        let wanted = self.out.terminal.stderr && !self.out.quiet && !is_shared;
        let mut state = self.progress.state();
        if !wanted || state.bar.is_some() {
            return false;
        }
        state.bar = Some(Bar::counting(self.out.stderr.clone(), what));
        true
    }

    /// Starts a progress line for steps without results.
    pub(crate) fn begin_quiet_bar(self, steps: Option<usize>) -> bool {
        let wanted = self.out.terminal.stderr && !self.out.quiet;
        let mut state = self.progress.state();
        let Some(steps) = steps.filter(|_| wanted && state.bar.is_none()) else {
            return false;
        };
        state.bar = Some(Bar::new(self.out.stderr.clone(), steps));
        true
    }
}
