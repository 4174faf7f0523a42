//! The list of candidates below the line, and how the editor (rustyline 19) is made to
//! draw it. The list is laid out here, as many rows of it as the screen has; the editor
//! gets the rows as its candidates.
//!
//! It puts them below the row of the cursor, and afterwards clears as many rows above
//! itself as the line has: those are the end of the list. So the list gets as many rows
//! more as are lost.

use crate::line::complete::Candidate;
use crate::text::ansi;
use crate::text::width::{fitted, width};
use rustyline::GraphemeClusterMode;

/// The blanks between two columns of the list.
const BETWEEN: usize = 2;
/// The columns of a tab.
const TAB: usize = 8;
/// A narrower screen has no room for descriptions.
const NARROW: usize = 39;
/// A lower screen gets no list.
const LOWEST: usize = 4;

/// The terminal's columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

impl Default for Size {
    /// That of terminals which do not say it.
    fn default() -> Self {
        Self {
            columns: 80,
            rows: 24,
        }
    }
}

/// A row of the list, as the editor draws it; with the text that it puts into the line.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) shown: String,
    pub(super) text: String,
}

impl std::fmt::Debug for Row {
    /// Without the texts, which may repeat a part of the line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row({} bytes)", self.shown.len())
    }
}

/// Candidates, the first of them.
pub(super) struct List<'a> {
    pub(super) candidates: &'a [Candidate],
    /// How many there are besides.
    pub(super) more: usize,
    /// Whether more exist than were counted.
    pub(super) uncounted: bool,
    /// Whether their descriptions are dim.
    pub(super) color: bool,
}

/// Where the cursor is in a line that is drawn after its prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinePlace {
    /// The row of the cursor, from the prompt's on.
    pub(super) row: usize,
    pub(super) column: usize,
    /// The last row of the line.
    pub(super) last: usize,
}

impl LinePlace {
    pub(super) fn of(prompt: &str, line: &str, cursor: usize, columns: usize) -> Self {
        let mode = GraphemeClusterMode::from_env();
        let width = |text: &str| usize::from(mode.width(text));
        let place = |text: &str, from| place(text, from, columns, &width);
        let begin = place(prompt, (0, 0));
        let (last, _) = place(line, begin);
        let (row, column) = place(&line[..cursor], begin);
        Self { row, column, last }
    }
}

impl List<'_> {
    /// Lays it out in as many rows as there is room for.
    pub(super) fn rows(&self, columns: usize, room: usize) -> Vec<String> {
        // The last column stays empty: a full row would wrap on some terminals.
        let columns = columns.saturating_sub(1).max(1);
        let all = self.candidates.len() + self.more;
        let widths = self.candidates.iter().map(|one| width(&one.shown));
        let widest = widths.max().unwrap_or_default();
        let each = ((columns + BETWEEN) / (widest + BETWEEN)).max(1);
        let has_about = |one: &Candidate| !one.about.is_empty();
        let is_described = columns >= NARROW && self.candidates.iter().any(has_about);
        // All with their descriptions, or all, or as many as possible.
        let fits = |each: usize| all.div_ceil(each) <= room;
        let each = if is_described && (fits(1) || each == 1) {
            1
        } else {
            each
        };
        let described = is_described && each == 1;
        let shown = if fits(each) && self.more == 0 {
            all
        } else {
            self.candidates.len().min(each * room.saturating_sub(1))
        };
        let candidates = &self.candidates[..shown];
        let mut rows = if described {
            let list = List {
                candidates,
                ..*self
            };
            list.each_in_a_row(columns + 1)
        } else {
            grid(candidates, widest, each, columns)
        };
        rows.extend((shown < all).then(|| self.rest(all - shown, columns)));
        rows
    }

    /// Each in a row of its own.
    pub(super) fn each_in_a_row(&self, columns: usize) -> Vec<String> {
        let columns = columns.saturating_sub(1).max(1);
        let widths = self.candidates.iter().map(|one| width(&one.shown));
        let name = widths.max().unwrap_or_default().min(columns * 2 / 3);
        let row = |one| self.described(one, name, columns);
        self.candidates.iter().map(row).collect()
    }

    /// The last row: how many are not shown.
    fn rest(&self, count: usize, columns: usize) -> String {
        let than = if self.uncounted { "more than " } else { "" };
        fitted(&format!("… {than}{count} more (Ctrl-T searches)"), columns).into_owned()
    }

    /// A candidate with its description, in a column of its own.
    fn described(&self, one: &Candidate, name: usize, columns: usize) -> String {
        let shown = fitted(&one.shown, name);
        let room = columns.saturating_sub(name + BETWEEN);
        if one.about.is_empty() || room < BETWEEN {
            return shown.into_owned();
        }
        let about = fitted(&one.about, room);
        let blanks = " ".repeat(name - width(&shown) + BETWEEN);
        if self.color {
            format!("{shown}{blanks}{}", ansi::paint(ansi::style::DIM, &about))
        } else {
            format!("{shown}{blanks}{about}")
        }
    }
}

/// Names in columns, one column after the other.
fn grid(candidates: &[Candidate], widest: usize, each: usize, columns: usize) -> Vec<String> {
    let height = candidates.len().div_ceil(each);
    let mut rows = vec![String::new(); height];
    for (at, one) in candidates.iter().enumerate() {
        let row = &mut rows[at % height];
        if at >= height {
            let column = (at / height) * (widest + BETWEEN);
            row.push_str(&" ".repeat(column.saturating_sub(width(row))));
        }
        row.push_str(&fitted(&one.shown, columns));
    }
    rows
}

/// How many rows of a list fit on the screen, above the line that is drawn again below it.
pub(super) fn room(place: LinePlace, size: Size) -> usize {
    size.rows.saturating_sub(place.last + 1).max(2)
}

/// The rows as the editor draws them below a line. `text` is for the line.
pub(super) fn drawn(mut rows: Vec<String>, text: &str, place: LinePlace, size: Size) -> Vec<Row> {
    let row = |shown: String| Row {
        shown,
        text: text.to_owned(),
    };
    if size.rows < LOWEST || rows.is_empty() {
        // A single candidate is not listed.
        return vec![row(String::new())];
    }
    if let [only] = rows.as_mut_slice() {
        // A list has two candidates: the second is drawn over the first, which is empty.
        *only = format!("{}{only}", ansi::up(1));
        rows.insert(0, String::new());
    }
    // The editor puts candidates into columns: one of them is too wide for that.
    let half = size.columns / 2;
    if rows.iter().all(|row| width(row) < half) {
        let blanks = half.saturating_sub(width(&rows[0]));
        rows[0].push_str(&" ".repeat(blanks));
    }
    rows[0].insert_str(0, &"\n".repeat(place.last - place.row));
    if let Some(end) = rows.last_mut() {
        end.push_str(&"\n".repeat(place.last));
    }
    rows.into_iter().map(row).collect()
}

/// The row and column where a text ends that begins at a place: as the editor counts.
fn place(
    text: &str,
    (mut row, mut column): (usize, usize),
    columns: usize,
    width: &dyn Fn(&str) -> usize,
) -> (usize, usize) {
    for c in text.chars() {
        if c == '\n' {
            (row, column) = (row + 1, 0);
            continue;
        }
        let wide = match c {
            '\t' => TAB - column % TAB,
            c => width(c.encode_utf8(&mut [0; 4])),
        };
        column += wide;
        if column > columns {
            (row, column) = (row + 1, wide);
        }
    }
    if column == columns {
        (row, column) = (row + 1, 0);
    }
    (row, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        columns: 80,
        rows: 24,
    };

    fn candidates(names: &[(&str, &str)]) -> Vec<Candidate> {
        let all = names.iter().map(|(name, about)| Candidate {
            shown: (*name).to_owned(),
            text: (*name).to_owned(),
            about: (*about).to_owned(),
        });
        all.collect()
    }

    fn rows(candidates: &[Candidate], more: usize, columns: usize, room: usize) -> Vec<String> {
        let list = List {
            candidates,
            more,
            uncounted: false,
            color: false,
        };
        let rows = list.rows(columns, room);
        for row in &rows {
            assert!(width(row) < columns.max(2), "{row:?} in {columns}");
        }
        assert!(rows.len() <= room, "{rows:?} in {room}");
        rows
    }

    #[test]
    fn descriptions_stand_in_a_column_and_are_cut() {
        let all = candidates(&[
            ("bea", "disabled  640K/10G  the third floor"),
            ("用户", "enabled"),
            ("x", ""),
        ]);
        assert_eq!(
            rows(&all, 0, 40, 9),
            [
                "bea   disabled  640K/10G  the third fl…",
                "用户  enabled",
                "x"
            ]
        );
        assert_eq!(rows(&all, 0, 20, 9), ["bea   用户  x"]);
        // Names without descriptions stand side by side.
        let names: Vec<String> = (0..7).map(|n| format!("name{n}")).collect();
        let names: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(
            rows(&candidates(&names), 0, 24, 9),
            ["name0  name3  name6", "name1  name4", "name2  name5"]
        );
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let names: Vec<String> = (0..60).map(|n| format!("a_long_name_{n:02}")).collect();
        let plain: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        let told: Vec<(&str, &str)> = names
            .iter()
            .map(|name| (name.as_str(), "enabled"))
            .collect();
        let last = |rows: Vec<String>| rows.last().cloned().unwrap_or_default();
        // Five columns of 14 and two blanks.
        assert_eq!(rows(&candidates(&plain), 0, 80, 23).len(), 12);
        assert_eq!(rows(&candidates(&told), 0, 80, 60).len(), 60);
        // More of them are shown without descriptions.
        assert_eq!(rows(&candidates(&told), 0, 80, 23).len(), 12);
        let said = last(rows(&candidates(&told), 400, 80, 10));
        assert_eq!(said, "… 415 more (Ctrl-T searches)");
        let said = last(rows(&candidates(&told), 0, 20, 10));
        assert_eq!(said, "… 51 more (Ctrl-T …");
        for columns in 1..40 {
            rows(&candidates(&told), 3, columns, 5);
        }
    }

    /// How many rows are added before the first row and after the last.
    fn added(line: &str, cursor: usize, columns: usize) -> (usize, usize) {
        let size = Size { columns, rows: 24 };
        let place = LinePlace::of("> ", line, cursor, columns);
        let rows = drawn(vec!["a".to_owned(), "b".to_owned()], "t", place, size);
        let newlines = |row: &Row| row.shown.matches('\n').count();
        assert!(rows.iter().all(|row| row.text == "t"));
        (newlines(&rows[0]), newlines(&rows[1]))
    }

    #[test]
    fn rows_that_the_editor_clears_are_added() {
        let at_end = |line: &str, columns| added(line, line.len(), columns);
        assert_eq!(at_end("short", 80), (0, 0));
        assert_eq!(at_end("123456789", 10), (0, 1));
        assert_eq!(at_end(&"x".repeat(25), 11), (0, 2));
        // The line fills its rows.
        assert_eq!(at_end("12345678", 10), (0, 1));
        assert_eq!(at_end("a\nb\nc", 10), (0, 2));
        assert_eq!(at_end("用户用户用", 11), (0, 1));
        // Rows below the cursor are skipped.
        assert_eq!(added("a\nb\nc", 1, 80), (2, 2));
    }

    #[test]
    fn one_row_is_drawn_as_one() {
        let place = LinePlace::of("> ", "x", 1, 80);
        let rows = drawn(vec!["a  b".to_owned()], "x", place, SIZE);
        assert_eq!(rows[1].shown, format!("{}a  b", ansi::up(1)));
        assert!(rows[0].shown.trim().is_empty());
        let low = Size {
            columns: 80,
            rows: 3,
        };
        assert_eq!(drawn(vec!["a".to_owned()], "x", place, low).len(), 1);
        assert_eq!(drawn(Vec::new(), "x", place, SIZE).len(), 1);
    }
}
