//! The terminal: rustyline with completion, hints and colours; a plain reader
//! where the terminal cannot be edited on (`TERM=dumb`).

use super::secret;
use crate::catalog::Api;
use crate::input::files;
use crate::interrupt::Interrupt;
use crate::line::complete::{Candidate, complete};
use crate::line::completion_cache::Seen;
use crate::line::highlight::highlight;
use crate::line::hint::{Hint, hint};
use crate::text::lex::lex;
use rustyline::completion::Completer;
use rustyline::config::{Behavior, Configurer};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::{History as _, MemHistory};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, Config, Context, Editor, Event, EventHandler, ExternalPrinter,
    Helper, KeyCode, KeyEvent, Modifiers, Movement,
};
use std::borrow::Cow;
use std::io::{self, BufRead};

/// What the terminal gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// A text: a line, or several.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    End,
}

/// The line editor.
pub struct Terminal {
    editor: Option<Editor<View, MemHistory>>,
    /// Nothing is printed by it: while it is there, the editor waits for keys and signals at once.
    /// Else a new size of the window, told while the editor draws, would be lost.
    _awake: Option<Box<dyn ExternalPrinter + Send>>,
    color: ColorMode,
    interrupt: Interrupt,
}

impl Terminal {
    /// An editor with these lines in its history.
    pub fn new(
        history: &[String],
        color: bool,
        editable: bool,
        interrupt: Interrupt,
    ) -> io::Result<Self> {
        let color = if color {
            ColorMode::Forced
        } else {
            ColorMode::Disabled
        };
        if !editable {
            return Ok(Self {
                editor: None,
                _awake: None,
                color,
                interrupt,
            });
        }
        let config = Config::builder()
            .max_history_size(10_000)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(io::Error::other)?
            .auto_add_history(false)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .color_mode(color)
            // Prompt and echo go to the terminal even when stdout is a file.
            .behavior(Behavior::PreferTerm)
            .build();
        let memory = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, memory).map_err(io::Error::other)?;
        for line in history {
            let _ = editor.add_history_entry(line);
        }
        // PageUp and PageDown look for lines that begin as the typed one.
        let key = |code| Event::from(KeyEvent(code, Modifiers::NONE));
        editor.bind_sequence(
            key(KeyCode::PageUp),
            EventHandler::Simple(Cmd::HistorySearchBackward),
        );
        editor.bind_sequence(
            key(KeyCode::PageDown),
            EventHandler::Simple(Cmd::HistorySearchForward),
        );
        editor.bind_sequence(
            Event::from(KeyEvent(KeyCode::Backspace, Modifiers::ALT)),
            EventHandler::Simple(Cmd::Kill(Movement::BackwardWord(1, rustyline::Word::Emacs))),
        );
        let awake = editor.create_external_printer().ok();
        Ok(Self {
            editor: Some(editor),
            _awake: awake.map(|awake| -> Box<dyn ExternalPrinter + Send> { Box::new(awake) }),
            color,
            interrupt,
        })
    }

    /// Reads a text. `api` and `seen` are what completion and colours know.
    pub fn read(&mut self, prompt: &str, api: &'static Api, seen: &Seen) -> io::Result<Typed> {
        let view = View {
            api: Some(api),
            seen: seen.clone().listing_files_by(files::beginning),
            prompt: prompt.chars().count(),
            hints: self.color == ColorMode::Forced,
            ..View::default()
        };
        self.line(prompt, view)
    }

    /// Asks a question; the answer is not kept.
    pub fn ask(&mut self, question: &str) -> io::Result<Typed> {
        self.line(question, View::default())
    }

    /// Asks for a secret; what is typed is not shown and not kept. The editor
    /// itself asks: it may have read the answer already, if it was typed ahead.
    pub fn ask_secret(&mut self, question: &str) -> io::Result<Typed> {
        let Some(editor) = &mut self.editor else {
            return secret::ask(question, &self.interrupt);
        };
        // Without colours the editor would show the line as it is.
        editor.set_color_mode(ColorMode::Forced);
        // The cursor is shown again when the guard goes.
        let hidden = editor.set_cursor_visibility(false);
        let view = View {
            secret: true,
            ..View::default()
        };
        let typed = self.line(question, view);
        drop(hidden);
        if let Some(editor) = &mut self.editor {
            editor.set_color_mode(self.color);
        }
        typed
    }

    /// Keeps a line for Up, Ctrl-R and Ctrl-P.
    pub fn remember(&mut self, line: &str) {
        if let Some(editor) = &mut self.editor {
            let _ = editor.history_mut().add(line);
        }
    }

    fn line(&mut self, prompt: &str, mut view: View) -> io::Result<Typed> {
        let Some(editor) = &mut self.editor else {
            return plain(prompt);
        };
        view.room = editor
            .dimensions()
            .map_or(80, |(columns, _)| usize::from(columns));
        editor.set_helper(Some(view));
        match self.interrupt.exposed(|| editor.readline(prompt)) {
            Ok(text) => Ok(Typed::Text(text)),
            Err(ReadlineError::Interrupted) => Ok(Typed::Interrupted),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(ReadlineError::Io(error)) => gone_or(error),
            #[cfg(unix)]
            Err(ReadlineError::Errno(error)) => gone_or(error.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

/// The end if the terminal went away: there is nobody to say it to.
fn gone_or(error: io::Error) -> io::Result<Typed> {
    const EIO: i32 = 5;
    if error.raw_os_error() == Some(EIO) {
        Ok(Typed::End)
    } else {
        Err(error)
    }
}

/// A line from a terminal that cannot be edited on.
fn plain(prompt: &str) -> io::Result<Typed> {
    let mut stderr = io::stderr();
    io::Write::write_all(&mut stderr, prompt.as_bytes())?;
    let mut bytes = Vec::new();
    if io::stdin().lock().read_until(b'\n', &mut bytes)? == 0 {
        return Ok(Typed::End);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Typed::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// What the editor shows around the typed text. Without an `api` it shows nothing.
#[derive(Default)]
struct View {
    api: Option<&'static Api>,
    seen: Seen,
    room: usize,
    prompt: usize,
    /// Without colours a hint looks as if it were typed.
    hints: bool,
    secret: bool,
}

impl Helper for View {}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for View {
    type Candidate = Candidate;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Candidate>)> {
        Ok(self.api.map_or((pos, Vec::new()), |api| {
            complete(line, pos, api, &self.seen)
        }))
    }
}

impl rustyline::hint::Hint for Hint {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.completes.as_deref()
    }
}

impl Hinter for View {
    type Hint = Hint;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Hint> {
        if !self.hints || pos < line.len() || line.contains('\n') {
            return None;
        }
        let taken = self.prompt + line.chars().count() + 1;
        hint(line, self.api?, self.room.saturating_sub(taken))
    }
}

impl Highlighter for View {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.api {
            Some(api) => Cow::Owned(highlight(line, api)),
            None if self.secret => Cow::Owned(" ".repeat(line.chars().count())),
            None => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.secret {
            return Cow::Borrowed(prompt);
        }
        Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.secret || self.api.is_some() && kind != CmdKind::MoveCursor
    }
}

impl Validator for View {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        // An open quote or a backslash at the end goes on to a second line;
        // anything else is for the parser, which explains better.
        let goes_on = self.api.is_some() && lex(context.input()).open.is_some();
        Ok(if goes_on {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
