//! The terminal: rustyline with completion, hints and colours; a plain reader
//! on terminals without line editing (`TERM=dumb`).

use super::completing::Completing;
use super::keys::{InputMode, Keys, SecretInput};
use super::listing::{Row, Size};
use super::{files, secret, size};
use crate::catalog::Api;
use crate::interrupt::Interrupt;
use crate::line::alias::Aliases;
use crate::line::completion_cache::CompletionCache;
use crate::line::highlight::highlight;
use crate::line::hint::{Hint, hint};
use crate::settings::{self, PromptColor};
use crate::text::ansi::{self, paint, style};
use crate::text::clean;
use crate::text::lex::lex;
use crate::text::width::{self, width};
use crate::text::wrap;
use rustyline::completion::Completer;
use rustyline::config::Behavior;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::{History as _, MemHistory};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    ColorMode, CompletionType, Config, Context, EditMode, Editor, Event, EventHandler,
    ExternalPrinter, Helper,
};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};
use std::sync::Arc;

/// What was read from the terminal.
#[derive(PartialEq, Eq)]
pub enum Typed {
    /// A text: a line, or several.
    Text(String),
    /// A line that is to be opened in the user's editor.
    Edit(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal was closed.
    End,
}

impl fmt::Debug for Typed {
    /// Without the text, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Edit(_) => "Edit",
            Self::Interrupted => "Interrupted",
            Self::End => "End",
        })
    }
}

/// The line editor.
pub struct Terminal {
    editor: Option<Editor<EditorHelper, MemHistory>>,
    /// Never used for printing. With it the editor waits for keys and signals
    /// at once; without it a window resize during a redraw would be lost.
    awake: Option<Box<dyn ExternalPrinter + Send>>,
    keys: Keys,
    color: bool,
    interrupt: Interrupt,
    /// The text with which the next line begins.
    initial: Option<String>,
    edit_mode: EditMode,
    prompt_color: Option<PromptColor>,
}

/// How long the rest of a key may take that begins with Esc, in milliseconds.
const ESCAPE: u16 = 500;

impl Terminal {
    /// Creates an editor with this history.
    pub fn new(
        history: &[String],
        color: bool,
        editable: bool,
        interrupt: Interrupt,
    ) -> io::Result<Self> {
        let mut terminal = Self {
            editor: None,
            awake: None,
            keys: Keys::default(),
            color,
            interrupt,
            initial: None,
            edit_mode: EditMode::Emacs,
            prompt_color: None,
        };
        if !editable {
            return Ok(terminal);
        }
        let config = Config::builder()
            .max_history_size(10_000)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(io::Error::other)?
            .auto_add_history(false)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            // The list is cut to the screen before the editor gets it.
            .completion_prompt_limit(usize::MAX)
            // So that Esc alone is a key.
            .keyseq_timeout(Some(ESCAPE))
            // What is drawn always goes through `EditorHelper`, which knows about colours.
            .color_mode(ColorMode::Forced)
            // Prompt and echo go to the terminal even when stdout is a file.
            .behavior(Behavior::PreferTerm)
            .build();
        let memory = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, memory).map_err(io::Error::other)?;
        let keys = Box::new(terminal.keys.clone());
        editor.bind_sequence(Event::Any, EventHandler::Conditional(keys));
        let awake = editor.create_external_printer().ok();
        terminal.awake = awake.map(|one| -> Box<dyn ExternalPrinter + Send> { Box::new(one) });
        terminal.editor = Some(editor);
        for line in history {
            terminal.remember(line, true);
        }
        Ok(terminal)
    }

    /// Reads a text. `api` and `cache` are the data for completion and colours.
    pub fn read(
        &mut self,
        prompt: &str,
        api: &'static Api,
        cache: &CompletionCache,
    ) -> io::Result<Typed> {
        cache.prepare();
        let completing = Completing {
            api,
            cache: cache.clone().listing_files_by(files::beginning),
            prompt: prompt.to_owned(),
            color: self.color,
            size: Size::default(),
        };
        let view = EditorHelper {
            api: Some(api),
            aliases: cache.aliases().clone(),
            completing: Some(completing),
            prompt: prompt.to_owned(),
            prompt_color: self.prompt_color,
            color: self.color,
            keys: self.keys.clone(),
            ..EditorHelper::default()
        };
        self.line(prompt, view, InputMode::Command)
    }

    /// Asks a question; the answer is not added to the history.
    pub fn ask(&mut self, question: &str) -> io::Result<Typed> {
        let view = EditorHelper {
            color: self.color,
            ..EditorHelper::default()
        };
        let question = fitted(question);
        let answer = self.line(&question, view, InputMode::Question)?;
        if self.editor.is_some() && answer == Typed::End {
            // Ctrl-D is an answer: the terminal is gone.
            self.interrupt.must_end();
        }
        Ok(answer)
    }

    /// Asks for a secret without echo or history. The editor itself asks,
    /// because it may already hold input that was typed ahead.
    pub fn ask_secret(&mut self, question: &str) -> io::Result<Typed> {
        let Some(editor) = &mut self.editor else {
            return secret::ask(question, &self.interrupt);
        };
        // Dropping the guard shows the cursor again.
        let cursor = editor.set_cursor_visibility(false);
        let view = EditorHelper {
            secret: true,
            ..EditorHelper::default()
        };
        let typed = self.line(question, view, InputMode::Secret(SecretInput::default()));
        drop(cursor);
        let hidden = match self.keys.begin(InputMode::Question) {
            InputMode::Secret(hidden) => hidden,
            _ => SecretInput::default(),
        };
        Ok(match typed? {
            Typed::Text(pasted) => Typed::Text(hidden.into_text(&pasted)),
            typed => typed,
        })
    }

    /// Adds a line to the history for Up, Ctrl-R and Ctrl-P; `may_be_shown` is whether
    /// it may be suggested while another line is typed.
    pub fn remember(&mut self, line: &str, may_be_shown: bool) {
        if let Some(editor) = &mut self.editor {
            let _ = editor.history_mut().add(line);
            self.keys.remember(line, may_be_shown);
        }
    }

    /// The next line begins with this text.
    pub fn begin_with(&mut self, text: String) {
        self.initial = Some(text);
    }

    /// The keys of the next lines.
    pub fn set_edit_mode(&mut self, mode: settings::EditMode) {
        self.edit_mode = match mode {
            settings::EditMode::Emacs => EditMode::Emacs,
            settings::EditMode::Vi => EditMode::Vi,
        };
    }

    /// The colour of the next prompts, if they have one.
    pub fn set_prompt_color(&mut self, color: Option<PromptColor>) {
        self.prompt_color = color;
    }

    fn line(&mut self, prompt: &str, mut view: EditorHelper, mode: InputMode) -> io::Result<Typed> {
        let is_command = matches!(mode, InputMode::Command);
        self.keys.begin(mode);
        let Some(editor) = &mut self.editor else {
            return plain(prompt, &self.interrupt);
        };
        // The keys of vi would bring lines of the history as answers.
        let edit_mode = if is_command {
            self.edit_mode
        } else {
            EditMode::Emacs
        };
        editor.set_edit_mode(edit_mode);
        // Setting the mode resets it.
        editor.set_keyseq_timeout(Some(ESCAPE));
        let initial = self.initial.take_if(|_| is_command).unwrap_or_default();
        view.size = editor
            .dimensions()
            .map_or(view.size, |(columns, rows)| Size {
                columns: columns.into(),
                rows: rows.into(),
            });
        if let Some(completing) = &mut view.completing {
            completing.size = view.size;
        }
        self.keys.complete_by(view.completing.clone());
        editor.set_helper(Some(view));
        let read = || editor.readline_with_initial(prompt, (&initial, ""));
        match self.interrupt.with_run_listener(read) {
            Ok(text) => Ok(Typed::Text(text)),
            Err(ReadlineError::Interrupted) => Ok(self
                .keys
                .line_to_edit()
                .map_or(Typed::Interrupted, Typed::Edit)),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(ReadlineError::Io(error)) => end_or_error(error),
            #[cfg(unix)]
            Err(ReadlineError::Errno(error)) => end_or_error(error.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

/// Treats a closed terminal as the end of input.
fn end_or_error(error: io::Error) -> io::Result<Typed> {
    const EIO: i32 = 5;
    if error.raw_os_error() == Some(EIO) {
        Ok(Typed::End)
    } else {
        Err(error)
    }
}

/// Reads a line from a terminal without line editing.
fn plain(prompt: &str, interrupt: &Interrupt) -> io::Result<Typed> {
    let mut stderr = io::stderr();
    io::Write::write_all(&mut stderr, prompt.as_bytes())?;
    let mut bytes = Vec::new();
    let signals = interrupt.clone();
    // No signal ends the wait for a line.
    let listener = move || {
        if signals.is_ending() {
            signals.fire_first();
        }
    };
    let read = || io::stdin().lock().read_until(b'\n', &mut bytes);
    if interrupt.with_listener(Arc::new(listener), read)? == 0 {
        return Ok(Typed::End);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Typed::Text(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Completion, hints and colours for the typed text. Without an `api` there are none.
#[derive(Default)]
struct EditorHelper {
    api: Option<&'static Api>,
    aliases: Aliases,
    completing: Option<Completing>,
    size: Size,
    prompt: String,
    prompt_color: Option<PromptColor>,
    keys: Keys,
    color: bool,
    secret: bool,
}

impl Helper for EditorHelper {}

impl rustyline::completion::Candidate for Row {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

impl Completer for EditorHelper {
    type Candidate = Row;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Row>)> {
        if let Some((start, text)) = self.keys.take_picked() {
            let shown = String::new();
            return Ok((start, vec![Row { shown, text }]));
        }
        let completing = self.completing.as_ref();
        Ok(completing.map_or_else(|| (pos, Vec::new()), |by| by.complete(line, pos)))
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

impl Hinter for EditorHelper {
    type Hint = Hint;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Hint> {
        // Without colours a hint would look like typed text.
        if !self.color || pos < line.len() || line.contains('\n') {
            return None;
        }
        let taken = width(&self.prompt) + width(line) + 1;
        let room = self.size.columns.saturating_sub(taken);
        let api = self.api?;
        self.keys
            .suggestion(line, room)
            .or_else(|| hint(line, api, room))
    }
}

/// Replaces an escape character while a line is coloured: it is not a valid character.
const NO_CHARACTER: &str = "\u{fdd0}";

impl Highlighter for EditorHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.api {
            Some(api) if self.color => {
                let colored = highlight(&line.replace(ansi::ESC, NO_CHARACTER), api, &self.aliases);
                Cow::Owned(visible(&colored, |c| c == ansi::ESC || is_drawn(c)))
            }
            None if self.secret => Cow::Owned(" ".repeat(width(line))),
            _ if line.contains(|c| !is_drawn(c)) => Cow::Owned(visible(line, is_drawn)),
            _ => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.secret || !self.color {
            return Cow::Borrowed(prompt);
        }
        let color = self.prompt_color.map(|color| format!(";{}", color.sgr()));
        let color = color.unwrap_or_default();
        Cow::Owned(paint(&format!("{}{color}", style::BOLD), prompt))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(paint(style::DIM, hint))
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        let coloured = self.api.is_some() && self.color && kind != CmdKind::MoveCursor;
        self.secret || coloured || line.contains(|c| !is_drawn(c))
    }
}

/// Whether a character of the line is drawn as it is: it does not control the terminal.
fn is_drawn(c: char) -> bool {
    matches!(c, '\n' | '\t') || !clean::is_unsafe(c) && !NO_CHARACTER.contains(c)
}

/// The line without the other characters, in as many columns as the editor counts for it.
fn visible(line: &str, is_drawn: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if is_drawn(c) {
            out.push(c);
        } else if !NO_CHARACTER.contains(c) {
            out.extend(std::iter::repeat_n('?', width::of(c)));
        }
    }
    out
}

impl Validator for EditorHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        // An open quote or a trailing backslash continues on a second line; any
        // other error is left to the parser, whose messages are better.
        let goes_on = self.api.is_some() && lex(context.input()).open.is_some();
        Ok(if goes_on {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

/// Columns for the answer to a question: `y`.
const ANSWER: usize = 1;

/// Narrower terminals get what this one gets.
const NARROWEST: usize = 20;

/// A question, broken at blanks so that the answer stands behind its end.
fn fitted(question: &str) -> String {
    let Some(size) = size::of_terminal() else {
        return question.to_owned();
    };
    let said = question.trim_end();
    let blanks = &question[said.len()..];
    let columns = size.columns.saturating_sub(blanks.len() + ANSWER);
    wrap::lines(said, columns.max(NARROWEST), 2) + blanks
}
