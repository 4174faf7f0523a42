//! The screen of `watch`: lines of text in, rows of a terminal out, with what changed marked.
//! It does not know how the lines were made.

mod age;
mod changes;
pub(crate) mod connections;
mod styled;

use crate::text::ansi::style::BOLD;
use crate::text::ansi::{CLEAR_BELOW, CLEAR_TO_RIGHT, HOME, paint};
use crate::text::width::{self, width};
use crate::text::wrap;
use std::ops::Range;
use styled::Styled;

/// A line to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its text, which is clean but may have colours.
    pub(crate) text: String,
    /// What identifies it in the next round, if that is known.
    pub(crate) key: Option<String>,
    /// The characters that change by themselves, such as a time: they are never marked.
    pub(crate) unmarked: Vec<Range<usize>>,
}

impl Line {
    /// A line that only its text identifies.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// Everything on the screen.
pub(crate) struct Frame<'a> {
    /// The first row: what is watched, and when it was.
    pub(crate) title: (&'a str, &'a str),
    /// The second row, if there is something to tell.
    pub(crate) notice: Option<&'a str>,
    /// A row that stays above the lines, such as the names of columns.
    pub(crate) head: Option<&'a str>,
    pub(crate) lines: &'a [Line],
    /// The lines of the round before.
    pub(crate) before: Option<&'a [Line]>,
    pub(crate) selected: Option<usize>,
    /// The number of lines above the first one that is shown.
    pub(crate) offset: usize,
    /// The last row.
    pub(crate) footer: &'a str,
}

/// The columns and rows of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// The rows that are always there and are not lines: title and footer.
const FIXED: usize = 2;
/// A longer notice is cut.
const MOST_NOTICE_ROWS: usize = 3;

impl Frame<'_> {
    /// How many lines fit; one row fewer if not all do, since that is said.
    pub(crate) fn room(&self, size: Size) -> usize {
        let above = usize::from(self.head.is_some()) + self.notice_rows(size.columns).len();
        let room = size.rows.saturating_sub(FIXED + above).max(1);
        if self.lines.len() > room {
            room.saturating_sub(1).max(1)
        } else {
            room
        }
    }

    /// The notice, which may be a question that must be read: broken at blanks.
    fn notice_rows(&self, columns: usize) -> Vec<String> {
        let columns = columns.max(1);
        let whole = wrap::lines(self.notice.unwrap_or_default(), columns, 2);
        let mut rows: Vec<&str> = whole.lines().collect();
        rows.truncate(MOST_NOTICE_ROWS);
        if rows.is_empty() {
            return vec![String::new()];
        }
        let row = |row: &str| width::fitted(row, columns).into_owned();
        rows.into_iter().map(row).collect()
    }

    /// The rows of the screen, none wider than it.
    pub(crate) fn rows(&self, size: Size) -> Vec<String> {
        let columns = size.columns.max(1);
        let mut rows = vec![paint(BOLD, &title(self.title, columns))];
        rows.extend(self.notice_rows(columns));
        if let Some(head) = self.head {
            rows.push(paint(BOLD, &width::fitted(head, columns)));
        }
        let room = self.room(size);
        let offset = self.offset.min(self.lines.len().saturating_sub(room));
        let marked = changes::marked(self.before, self.lines);
        let shown = self.lines.iter().zip(&marked).enumerate();
        for (at, (line, changed)) in shown.skip(offset).take(room) {
            let line = Styled::read(&line.text);
            let selected = self.selected == Some(at);
            rows.push(line.row(columns, changed, selected));
        }
        let below = self.lines.len().saturating_sub(offset + room);
        if self.lines.len() > room {
            rows.push(width::fitted(&hidden(offset, below), columns).into_owned());
        }
        rows.resize(rows.len().max(size.rows.saturating_sub(1)), String::new());
        rows.truncate(size.rows.saturating_sub(1));
        rows.push(width::fitted(self.footer, columns).into_owned());
        rows
    }
}

/// The first row: the title, cut if necessary, and the time, which is never cut.
fn title((left, right): (&str, &str), columns: usize) -> String {
    let right = width::fitted(right, columns);
    let room = columns.saturating_sub(width(&right) + 2);
    let left = width::fitted(left, room);
    let blanks = columns.saturating_sub(width(&left) + width(&right));
    format!("{left}{}{right}", " ".repeat(blanks))
}

/// `… 3 rows above, 12 rows below: the arrow keys scroll`.
fn hidden(above: usize, below: usize) -> String {
    let rows = |count: usize, place: &str| {
        let rows = crate::text::words::plural(count, "row");
        (count > 0).then(|| format!("{rows} {place}"))
    };
    let parts: Vec<String> = [rows(above, "above"), rows(below, "below")]
        .into_iter()
        .flatten()
        .collect();
    format!("… {} not shown: the arrow keys scroll", parts.join(", "))
}

/// The bytes that put these rows on the screen.
pub(crate) fn painted(rows: &[String]) -> String {
    let cleared = |row: &String| format!("{row}{CLEAR_TO_RIGHT}");
    let rows: Vec<String> = rows.iter().map(cleared).collect();
    format!("{HOME}{}{CLEAR_BELOW}", rows.join("\r\n"))
}

#[cfg(test)]
mod tests;
