//! What a key does that the line editor does not know, or must not do: at a
//! question, at a secret, in the picker.

use super::completing::Completing;
use super::picker::{Picker, Pressed};
use crate::line::hint::Hint;
use crate::secret::line::for_history;
use crate::text::clean;
use crate::text::width::fitted;
use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, KeyCode, KeyEvent, Modifiers, Movement,
    RepeatCount, Word,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is being typed.
#[derive(Default)]
pub(super) enum InputMode {
    Command,
    /// An answer to a question.
    #[default]
    Question,
    /// A secret. It is never in the line editor: not on the screen, not in what can be
    /// yanked, not in what can be undone.
    Secret(SecretInput),
}

/// A secret that is being typed.
#[derive(Default)]
pub(super) struct SecretInput {
    text: String,
    /// How much of the editor's line was taken over: it gets what is pasted.
    taken: usize,
}

/// How the history is being walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Walk {
    #[default]
    No,
    /// Line by line.
    All,
    /// Over the lines with the typed beginning.
    Beginning,
}

#[derive(Default)]
struct State {
    mode: InputMode,
    /// What the picker knows.
    completing: Option<Completing>,
    /// The picker that is open.
    picker: Option<Picker>,
    /// What was picked, and where the word begins that it replaces.
    picked: Option<(usize, String)>,
    walk: Walk,
    /// The lines of the history.
    lines: Vec<String>,
    /// Those of them that may be suggested: no secret is shown unasked.
    suggestions: Vec<String>,
    /// Whether Ctrl-X was typed, which begins a chord.
    chord: bool,
    /// The line for which Ctrl-X Ctrl-E asks for an editor.
    to_edit: Option<String>,
}

/// The state that the handler shares with the terminal.
#[derive(Clone, Default)]
pub(super) struct Keys(Arc<Mutex<State>>);

impl Keys {
    /// From now on keys mean this; returns what they meant.
    pub(super) fn begin(&self, mode: InputMode) -> InputMode {
        let mut state = self.lock();
        (state.completing, state.picker, state.picked) = (None, None, None);
        state.walk = Walk::No;
        state.chord = false;
        state.to_edit = None;
        std::mem::replace(&mut state.mode, mode)
    }

    /// Words are completed by this.
    pub(super) fn complete_by(&self, completing: Option<Completing>) {
        self.lock().completing = completing;
    }

    /// What was picked, for the line; once.
    pub(super) fn take_picked(&self) -> Option<(usize, String)> {
        self.lock().picked.take()
    }

    /// Adds a line to those that Up finds, and that are suggested unless they have a secret.
    pub(super) fn remember(&self, line: &str, may_be_shown: bool) {
        let mut state = self.lock();
        state.lines.push(line.to_owned());
        let is_plain = |line: &str| !line.contains(clean::is_unsafe);
        if may_be_shown && is_plain(line) && for_history(line).as_deref() == Some(line) {
            state.suggestions.push(line.to_owned());
        }
    }

    /// The rest of the last line of the history that begins with the typed text, in at
    /// most `room` columns.
    pub(super) fn suggestion(&self, typed: &str, room: usize) -> Option<Hint> {
        // A line that begins with a space is not kept in the history.
        if room == 0 || typed.is_empty() || typed.starts_with([' ', '\t']) {
            return None;
        }
        let state = self.lock();
        let mut lines = state.suggestions.iter().rev();
        let rest =
            lines.find_map(|line| line.strip_prefix(typed).filter(|rest| !rest.is_empty()))?;
        Some(Hint {
            shown: fitted(rest, room).into_owned(),
            completes: Some(rest.to_owned()),
        })
    }

    /// The line for which an editor was asked for.
    pub(super) fn line_to_edit(&self) -> Option<String> {
        self.lock().to_edit.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretInput {
    /// The secret, once the editor has this line.
    pub(super) fn into_text(mut self, line: &str) -> String {
        self.take(line);
        self.text
    }

    /// Takes over what was pasted into the editor's line.
    fn take(&mut self, line: &str) {
        self.text
            .push_str(line.get(self.taken..).unwrap_or_default());
        self.taken = line.len();
    }

    fn press(&mut self, key: KeyEvent, line: &str) -> Option<Cmd> {
        self.take(line);
        match (key.0, key.1) {
            (KeyCode::BracketedPasteStart, _) => return None,
            (KeyCode::Enter, _) | (KeyCode::Char('J' | 'M'), Modifiers::CTRL) => {
                return Some(Cmd::AcceptLine);
            }
            (KeyCode::Char('C'), Modifiers::CTRL) => return Some(Cmd::Interrupt),
            (KeyCode::Char('D'), Modifiers::CTRL) if self.text.is_empty() => {
                // The editor ends the input if its own line is empty, too.
                return Some(if line.is_empty() {
                    Cmd::EndOfFile
                } else {
                    Cmd::Interrupt
                });
            }
            (KeyCode::Backspace, Modifiers::NONE) | (KeyCode::Char('H'), Modifiers::CTRL) => {
                self.text.pop();
            }
            (KeyCode::Char('U'), Modifiers::CTRL) => self.text.clear(),
            (KeyCode::Char('W'), Modifiers::CTRL) | (KeyCode::Backspace, Modifiers::ALT) => {
                let words = self.text.trim_end();
                let end = words.rfind(char::is_whitespace);
                let kept = end.map_or(0, |at| {
                    at + words[at..].chars().next().map_or(0, char::len_utf8)
                });
                self.text.truncate(kept);
            }
            (KeyCode::Char(c), Modifiers::NONE | Modifiers::SHIFT) => self.text.push(c),
            _ => {}
        }
        Some(Cmd::Noop)
    }
}

impl State {
    fn press(&mut self, key: KeyEvent, typed: (&str, usize)) -> Option<Cmd> {
        let walk = std::mem::take(&mut self.walk);
        let (line, at) = typed;
        if self.picker.is_some() {
            return self.pick(key);
        }
        match &mut self.mode {
            InputMode::Secret(hidden) => hidden.press(key, line),
            // The end of the input is then the end of the terminal.
            InputMode::Question if line.is_empty() && is_end(key) => Some(Cmd::Interrupt),
            InputMode::Question => is_of_history(key).then_some(Cmd::Noop),
            InputMode::Command if std::mem::take(&mut self.chord) => {
                self.second_of_chord(key, line)
            }
            InputMode::Command => match (key.0, key.1) {
                (KeyCode::Char('X'), Modifiers::CTRL) => {
                    self.chord = true;
                    Some(Cmd::Noop)
                }
                (KeyCode::Char('T'), Modifiers::CTRL) => {
                    let completing = self.completing.as_ref();
                    self.picker = completing.map(|by| Picker::open(by, line, at));
                    Some(Cmd::Noop)
                }
                (KeyCode::Up, Modifiers::NONE) => self.up(walk, line, at),
                (KeyCode::Down, Modifiers::NONE) => {
                    self.walk = walk;
                    (walk == Walk::Beginning).then_some(Cmd::HistorySearchForward)
                }
                // PageUp and PageDown always look for the typed beginning.
                (KeyCode::PageUp, Modifiers::NONE) => Some(Cmd::HistorySearchBackward),
                (KeyCode::PageDown, Modifiers::NONE) => Some(Cmd::HistorySearchForward),
                (KeyCode::Backspace, Modifiers::ALT) => {
                    Some(Cmd::Kill(Movement::BackwardWord(1, Word::Emacs)))
                }
                _ => None,
            },
        }
    }

    /// The key after Ctrl-X.
    fn second_of_chord(&mut self, key: KeyEvent, line: &str) -> Option<Cmd> {
        match (key.0, key.1) {
            (KeyCode::Char('E'), Modifiers::CTRL) => {
                self.to_edit = Some(line.to_owned());
                // It ends the input without a look at the line.
                Some(Cmd::Interrupt)
            }
            (KeyCode::Char('U'), Modifiers::CTRL) => Some(Cmd::Undo(1)),
            (KeyCode::Backspace, _) => Some(Cmd::Kill(Movement::BeginningOfLine)),
            (KeyCode::Char('G'), Modifiers::CTRL) => Some(Cmd::Noop),
            _ => None,
        }
    }

    /// A key in the picker.
    fn pick(&mut self, key: KeyEvent) -> Option<Cmd> {
        let pressed = self.picker.as_mut()?.press(key);
        if pressed != Pressed::Stays {
            self.picker = None;
        }
        match pressed {
            Pressed::Stays | Pressed::Left => Some(Cmd::Noop),
            Pressed::Passed => None,
            // The editor asks what to put into the line.
            Pressed::Picked(start, text) => {
                self.picked = Some((start, text));
                Some(Cmd::Complete)
            }
        }
    }

    /// Up: the line before, or the last one with the typed beginning.
    fn up(&mut self, walk: Walk, line: &str, at: usize) -> Option<Cmd> {
        let beginning = &line[..at];
        self.walk = match walk {
            // In a text of several lines it moves the cursor.
            Walk::No if line.contains('\n') => Walk::No,
            Walk::No if beginning.trim().is_empty() => Walk::All,
            Walk::No => Walk::Beginning,
            walk => walk,
        };
        if self.walk != Walk::Beginning {
            return None;
        }
        // Without a line to find, the editor would forget where it is.
        let is_there = |known: &String| known != line && known.starts_with(beginning);
        let found = walk == Walk::Beginning || self.lines.iter().any(is_there);
        Some(if found {
            Cmd::HistorySearchBackward
        } else {
            Cmd::Noop
        })
    }
}

impl ConditionalEventHandler for Keys {
    fn handle(
        &self,
        event: &Event,
        _: RepeatCount,
        _: bool,
        line: &EventContext<'_>,
    ) -> Option<Cmd> {
        let Event::KeySeq(keys) = event else {
            return None;
        };
        let [key] = keys.as_slice() else { return None };
        // The right arrow does so by itself.
        if moves_to_end(*key) && line.pos() == line.line().len() && line.hint_text().is_some() {
            return Some(Cmd::CompleteHint);
        }
        self.lock().press(*key, (line.line(), line.pos()))
    }
}

fn is_end(key: KeyEvent) -> bool {
    key == KeyEvent(KeyCode::Char('D'), Modifiers::CTRL)
}

/// Whether a key goes right, over the hint that stands there.
fn moves_to_end(key: KeyEvent) -> bool {
    matches!(
        (key.0, key.1),
        (KeyCode::End, Modifiers::NONE) | (KeyCode::Char('F'), Modifiers::CTRL)
    )
}

/// Whether a key would bring a line of the history.
fn is_of_history(key: KeyEvent) -> bool {
    matches!(
        (key.0, key.1),
        (
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown,
            _
        ) | (KeyCode::Char('P' | 'N' | 'R' | 'S'), Modifiers::CTRL)
            | (KeyCode::Char('<' | '>'), Modifiers::ALT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[KeyEvent]) -> String {
        let mut hidden = SecretInput::default();
        for key in keys {
            hidden.press(*key, "");
        }
        hidden.text
    }

    #[test]
    fn a_secret_is_typed_without_the_editor() {
        let char = |c| KeyEvent(KeyCode::Char(c), Modifiers::NONE);
        let text = |text: &str| text.chars().map(char).collect::<Vec<_>>();
        let then = |text: Vec<KeyEvent>, key, with| [text, vec![KeyEvent(key, with)]].concat();
        assert_eq!(typed(&text("hünter 2'")), "hünter 2'");
        let up = then(text("pw"), KeyCode::Up, Modifiers::NONE);
        assert_eq!(typed(&up), "pw");
        let wiped = then(text("wrong"), KeyCode::Char('U'), Modifiers::CTRL);
        assert_eq!(typed(&[wiped.clone(), text("right")].concat()), "right");
        let word = then(text("one twö"), KeyCode::Char('W'), Modifiers::CTRL);
        assert_eq!(typed(&word), "one ");
        let yank = then(wiped, KeyCode::Char('Y'), Modifiers::CTRL);
        assert_eq!(typed(&yank), "");
        let last = then(text("aé"), KeyCode::Backspace, Modifiers::NONE);
        assert_eq!(typed(&last), "a");
    }

    #[test]
    fn pasted_text_is_part_of_the_secret() {
        let mut hidden = SecretInput::default();
        let key = KeyEvent(KeyCode::Char('a'), Modifiers::NONE);
        hidden.press(key, "");
        assert!(
            hidden
                .press(KeyEvent(KeyCode::BracketedPasteStart, Modifiers::NONE), "")
                .is_none()
        );
        hidden.press(key, "b c");
        assert_eq!(hidden.into_text("b cd"), "ab cad");
    }

    #[test]
    fn up_looks_for_the_typed_beginning() {
        let mut state = State {
            lines: vec!["whoami".to_owned(), "get_users".to_owned()],
            ..State::default()
        };
        assert_eq!(state.up(Walk::No, "", 0), None);
        assert_eq!(state.walk, Walk::All);
        // A line from the history is not a typed beginning.
        assert_eq!(state.up(Walk::All, "get_users", 9), None);
        assert_eq!(
            state.up(Walk::No, "whoa", 4),
            Some(Cmd::HistorySearchBackward)
        );
        assert_eq!(
            state.up(Walk::Beginning, "whoami", 4),
            Some(Cmd::HistorySearchBackward)
        );
        assert_eq!(state.up(Walk::No, "nosuch", 6), Some(Cmd::Noop));
        assert_eq!(state.up(Walk::No, "a\nb", 3), None);
    }
}
