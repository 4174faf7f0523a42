//! The picker of Ctrl-T: what may stand at the cursor, below the line, to be searched by
//! typing. It reads no keys itself, it gets those of the editor; and after each it puts
//! the cursor back into the line, so that the editor finds the screen as it left it.

use super::completing::{Completing, LOADING};
use super::listing::{LinePlace, List, Size};
use crate::line::complete::{Candidate, Offer};
use crate::text::ansi::{self, paint, style};
use crate::text::clean;
use crate::text::width::fitted;
use rustyline::{KeyCode, KeyEvent, Modifiers};
use std::fs::{File, OpenOptions};
use std::io::Write;

/// The maximum number of rows for candidates.
const ROWS: usize = 12;
/// The maximum number of candidates to walk over.
const MOST: usize = 1000;

/// What a key did.
#[derive(PartialEq, Eq)]
pub(super) enum Pressed {
    /// The picker stays.
    Stays,
    /// It was left.
    Left,
    /// It was left, and the key is for the line.
    Passed,
    /// This replaces the word that begins here.
    Picked(usize, String),
}

pub(super) struct Picker {
    completing: Completing,
    line: String,
    cursor: usize,
    offer: Offer,
    /// Whether names are still loading.
    is_loading: bool,
    /// What is searched for.
    word: String,
    found: Vec<Candidate>,
    count: usize,
    /// The chosen one.
    at: usize,
    /// The first one shown.
    top: usize,
    screen: Option<File>,
}

impl Picker {
    /// Opens the picker below a line.
    pub(super) fn open(completing: &Completing, line: &str, cursor: usize) -> Self {
        let (offer, is_loading) = completing.offer(line, cursor);
        let mut picker = Self {
            completing: completing.clone(),
            line: line.to_owned(),
            cursor,
            word: offer.typed().to_owned(),
            offer,
            is_loading,
            found: Vec::new(),
            count: 0,
            at: 0,
            top: 0,
            screen: screen(),
        };
        picker.search();
        picker.draw();
        picker
    }

    /// What a key does to it.
    pub(super) fn press(&mut self, key: KeyEvent) -> Pressed {
        let page = self.height();
        match (key.0, key.1) {
            (KeyCode::Enter, _) | (KeyCode::Char('J' | 'M'), Modifiers::CTRL) => {
                self.erase();
                return match self.found.get(self.at) {
                    Some(chosen) => Pressed::Picked(self.offer.start, chosen.text.clone()),
                    None => Pressed::Left,
                };
            }
            (KeyCode::Esc, _) | (KeyCode::Char('C' | 'D' | 'G' | 'T'), Modifiers::CTRL) => {
                self.erase();
                return Pressed::Left;
            }
            // What is pasted is for the line.
            (KeyCode::BracketedPasteStart, _) => {
                self.erase();
                return Pressed::Passed;
            }
            (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('N'), Modifiers::CTRL) => {
                self.go(1);
            }
            (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('P'), Modifiers::CTRL) => {
                self.go(-1);
            }
            (KeyCode::PageDown, _) => self.go(page.cast_signed()),
            (KeyCode::PageUp, _) => self.go(-page.cast_signed()),
            (KeyCode::Home, _) => self.go(isize::MIN),
            (KeyCode::End, _) => self.go(isize::MAX),
            (KeyCode::Backspace, Modifiers::NONE) | (KeyCode::Char('H'), Modifiers::CTRL) => {
                self.word.pop();
                self.search();
            }
            (KeyCode::Char('U' | 'W'), Modifiers::CTRL) => {
                self.word.clear();
                self.search();
            }
            (KeyCode::Char(c), Modifiers::NONE | Modifiers::SHIFT) => {
                self.word.push(c);
                self.search();
            }
            _ => {}
        }
        self.draw();
        Pressed::Stays
    }

    fn search(&mut self) {
        if self.is_loading {
            (self.offer, self.is_loading) = self.completing.offer(&self.line, self.cursor);
        }
        (self.found, self.count) = self.offer.search(&self.word, MOST);
        (self.at, self.top) = (0, 0);
    }

    /// Moves the choice, as far as there are candidates.
    fn go(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
        let height = self.height();
        self.top = self
            .top
            .clamp((self.at + 1).saturating_sub(height), self.at);
    }

    /// The rows for candidates: there is one more above them and one below.
    fn height(&self) -> usize {
        let size = self.completing.size();
        size.rows
            .saturating_sub(self.place(size).last + 3)
            .clamp(1, ROWS)
    }

    fn place(&self, size: Size) -> LinePlace {
        let prompt = &self.completing.prompt;
        LinePlace::of(prompt, &self.line, self.cursor, size.columns)
    }

    /// The rows below the line.
    fn rows(&self, columns: usize) -> Vec<String> {
        let color = self.completing.color;
        let height = self.height();
        let end = self.found.len().min(self.top + height);
        let shown = &self.found[self.top..end];
        let list = List {
            candidates: shown,
            more: 0,
            uncounted: false,
            color: false,
        };
        let word = clean::line(&self.word);
        let word = fitted(&word, columns.saturating_sub(8));
        let mut rows = vec![format!("find: {word}{}", paint(style::REVERSE, " "))];
        // Each in a row of its own, also without a description.
        let each = list.each_in_a_row(columns.saturating_sub(2));
        rows.extend(each.into_iter().enumerate().map(|(at, row)| {
            match (self.top + at == self.at, color) {
                (true, true) => paint(style::BOLD, &format!("> {row}")),
                (true, false) => format!("> {row}"),
                (false, _) => format!("  {row}"),
            }
        }));
        rows.push(self.last_row(columns));
        rows
    }

    fn last_row(&self, columns: usize) -> String {
        let said = if self.is_loading && self.count == 0 {
            LOADING.replace("press Tab", "type")
        } else if self.count == 0 {
            "nothing fits".to_owned()
        } else {
            format!(
                "{} of {}; Enter selects it, Esc cancels",
                self.at + 1,
                self.count
            )
        };
        let said = fitted(&said, columns.saturating_sub(1)).into_owned();
        if self.completing.color {
            paint(style::DIM, &said)
        } else {
            said
        }
    }

    fn draw(&mut self) {
        let size = self.completing.size();
        let rows = self.rows(size.columns);
        self.below(size, &rows);
    }

    fn erase(&mut self) {
        let size = self.completing.size();
        self.below(size, &[]);
    }

    /// Puts rows below the line, in place of those that are there.
    fn below(&mut self, size: Size, rows: &[String]) {
        let place = self.place(size);
        let down = place.last - place.row;
        let mut text = "\r\n".repeat(down + 1);
        text.push_str(ansi::CLEAR_BELOW);
        text.push_str(&rows.join("\r\n"));
        let up = down + rows.len().max(1);
        text.push_str(&ansi::up(up));
        text.push('\r');
        if place.column > 0 {
            text.push_str(&ansi::right(place.column));
        }
        if let Some(screen) = &mut self.screen {
            // Without a terminal nobody sees it.
            let _ = screen
                .write_all(text.as_bytes())
                .and_then(|()| screen.flush());
        }
    }
}

/// The terminal that the editor writes to.
fn screen() -> Option<File> {
    OpenOptions::new().write(true).open("/dev/tty").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Live};
    use crate::line::completion_cache::CompletionCache;
    use serde_json::json;

    fn picker(line: &str, names: usize) -> Picker {
        let api = catalog::api("v2").unwrap();
        let mut cache = CompletionCache::default();
        let list: Vec<_> = (0..names)
            .map(|n| json!({"username": format!("user {n}"), "status": n % 2}))
            .collect();
        cache.learn_names(api, Live::Username, "username", &json!(list));
        let completing = Completing {
            api,
            cache,
            prompt: "> ".to_owned(),
            color: false,
            size: Size::default(),
        };
        let mut picker = Picker::open(&completing, line, line.len());
        picker.screen = None;
        picker
    }

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent(code, Modifiers::NONE)
    }

    #[test]
    fn typing_searches_and_enter_takes() {
        let mut picker = picker("delete_user ", 30);
        assert_eq!(picker.count, 30);
        for c in "r 12".chars() {
            assert!(picker.press(key(KeyCode::Char(c))) == Pressed::Stays);
        }
        assert_eq!(picker.rows(40)[1].trim_end(), "> user 12  disabled");
        let taken = picker.press(key(KeyCode::Enter));
        assert!(taken == Pressed::Picked(12, "'user 12'".to_owned()));
    }

    #[test]
    fn arrows_walk_and_stay_within() {
        let mut picker = picker("delete_user ", 30);
        picker.press(key(KeyCode::Up));
        assert_eq!(picker.at, 0);
        for _ in 0..50 {
            picker.press(key(KeyCode::Down));
        }
        assert_eq!(picker.at, 29);
        let height = picker.height();
        assert_eq!(picker.top, 30 - height);
        assert_eq!(picker.rows(80).len(), height + 2);
        picker.press(key(KeyCode::Home));
        assert_eq!((picker.at, picker.top), (0, 0));
    }

    #[test]
    fn it_can_be_left_and_may_find_nothing() {
        for leave in [
            key(KeyCode::Esc),
            KeyEvent(KeyCode::Char('C'), Modifiers::CTRL),
        ] {
            assert!(picker("delete_user ", 3).press(leave) == Pressed::Left);
        }
        let mut picker = picker("get_users # ", 3);
        assert_eq!(picker.rows(40)[1], "nothing fits");
        picker.press(key(KeyCode::Down));
        assert!(picker.press(key(KeyCode::Enter)) == Pressed::Left);
    }
}
