//! What the screen of a watch shows, between two rounds as well.

use super::round::Round;
use crate::catalog::connection_list::lists_connections;
use crate::error::Fault;
use crate::input::raw_keys::Key;
use crate::line::call::Call;
use crate::output::format;
use crate::output::watch::connections::{Rates, Row, Table};
use crate::output::watch::{Frame, Line, Size, painted};
use crate::settings::Output;
use crate::text::clean;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value as Json;

/// The state of the screen.
#[derive(Default)]
pub(super) struct View {
    content: Content,
    before: Option<Content>,
    rates: Rates,
    /// The line that is selected, by its number.
    selected: usize,
    offset: usize,
    /// When the last round was.
    clock: String,
    /// Why the last round has no answer.
    failure: Option<String>,
    /// What a key has done.
    pub(super) said: Option<String>,
    /// What is asked.
    pub(super) question: Option<String>,
    pub(super) paused: bool,
}

/// What a round has shown.
enum Content {
    Table(Table),
    Lines(Vec<Line>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}

impl Content {
    /// The row above the lines, and the lines, on a screen of this width.
    fn lines(&self, columns: usize) -> (Option<String>, Vec<Line>) {
        match self {
            Self::Table(table) => {
                let (head, lines) = table.lines(columns);
                (Some(head), lines)
            }
            Self::Lines(lines) => (None, lines.clone()),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Lines(lines) if lines.is_empty())
    }
}

impl View {
    /// Shows the result of a round; `as_printed` is whether its own output is shown.
    pub(super) fn take(&mut self, call: &Call, round: Round, as_printed: bool) {
        self.clock = ZonedDateTime::now().strftime("%d %b %H:%M:%S").to_string();
        let fault = round.error.as_ref().map(|error| error.fault);
        self.failure = round
            .error
            .map(|error| format!("error: {}", clean::line(&error.message)));
        let refused = matches!(fault, Some(Fault::Refused(_) | Fault::NoAnswer));
        // The last answer stays, with the failure above it.
        if refused && !self.content.is_empty() {
            return;
        }
        let content = match round.json {
            Some(Json::Array(list)) if !as_printed && lists_connections(call.command) => {
                let now = Timestamp::now().as_millisecond();
                let now = u64::try_from(now).unwrap_or_default();
                Content::Table(self.rates.table(&list, now))
            }
            Some(json) if !as_printed => Content::Lines(elements(&json, call)),
            _ => {
                let text = String::from_utf8_lossy(&round.printed);
                Content::Lines(text.lines().map(Line::plain).collect())
            }
        };
        let before = std::mem::replace(&mut self.content, content);
        self.before = Some(before).filter(|before| !before.is_empty());
    }

    /// The row of a connection that is selected.
    pub(super) fn row(&self) -> Option<&Row> {
        match &self.content {
            Content::Table(table) => table.rows.get(self.selected),
            Content::Lines(_) => None,
        }
    }

    /// Moves the selection, or scrolls where there is nothing to select.
    pub(super) fn press(&mut self, key: Key, size: Size) {
        let (_, lines) = self.content.lines(size.columns);
        let page = size.rows.saturating_sub(5).max(1);
        let is_table = matches!(self.content, Content::Table(_));
        let at = if is_table { self.selected } else { self.offset };
        let at = match key {
            Key::Up => at.saturating_sub(1),
            Key::Down => at.saturating_add(1),
            Key::PageUp => at.saturating_sub(page),
            Key::PageDown => at.saturating_add(page),
            Key::Home => 0,
            Key::End => lines.len(),
            _ => return,
        };
        let at = at.min(lines.len().saturating_sub(1));
        if is_table {
            self.selected = at;
        } else {
            self.offset = at;
        }
    }

    /// The bytes that draw it: `title` is what is watched, `every` how often, and `keys`
    /// what can be done with a selected row.
    pub(super) fn drawn(&mut self, size: Size, title: &str, every: &str, keys: &str) -> String {
        let (head, lines) = self.content.lines(size.columns);
        let before = self.before.as_ref().map(|old| old.lines(size.columns).1);
        let is_table = matches!(self.content, Content::Table(_));
        let paused = if self.paused { "paused" } else { every };
        let right = format!("{paused}  {}", self.clock);
        let totals = match &self.content {
            Content::Table(table) => Some(table.totals()),
            Content::Lines(lines) => lines.is_empty().then(|| "the answer is empty".to_owned()),
        };
        let notice = self.question.as_ref().or(self.failure.as_ref());
        let notice = notice.or(self.said.as_ref());
        let moves = match (is_table, lines.is_empty()) {
            (_, true) => String::new(),
            (true, false) => format!("  ↑↓ select{keys}"),
            (false, false) => "  ↑↓ scroll".to_owned(),
        };
        let footer = if self.question.is_some() {
            "Continue? [y/N]".to_owned()
        } else {
            format!("q quit  p pause{moves}")
        };
        self.selected = self.selected.min(lines.len().saturating_sub(1));
        let mut frame = Frame {
            title: (title, &right),
            notice: notice.or(totals.as_ref()).map(String::as_str),
            head: head.as_deref(),
            lines: &lines,
            before: before.as_deref(),
            selected: (is_table && !lines.is_empty()).then_some(self.selected),
            offset: 0,
            footer: &footer,
        };
        let room = frame.room(size);
        let mut offset = self.offset.min(lines.len().saturating_sub(room));
        if is_table {
            let first = (self.selected + 1).saturating_sub(room);
            offset = offset.clamp(first, self.selected.max(first));
        }
        (self.offset, frame.offset) = (offset, offset);
        painted(&frame.rows(size))
    }
}

/// The lines of an answer: one for each element of a list, or each member of an object.
fn elements(json: &Json, call: &Call) -> Vec<Line> {
    let key = call.command.route().and_then(|route| route.names);
    let name = |one: &Json| Some(one.get(key?.1)?.to_string());
    let text = |one: &Json| format::render(one, Output::Compact, false, true);
    match json {
        Json::Array(all) => {
            let line = |one: &Json| Line {
                text: clean::line(text(one).trim_end()).into_owned(),
                key: name(one),
                ..Line::default()
            };
            all.iter().map(line).collect()
        }
        one => {
            let text = format::render(one, Output::Json, false, true);
            text.lines().map(Line::plain).collect()
        }
    }
}
