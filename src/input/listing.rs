//! The editor's list of candidates. The editor (rustyline 19) puts it below the
//! row of the cursor, and afterwards clears as many rows above itself as the line
//! has: those are the end of the list. So the list gets as many rows more as are
//! lost; a page of it is ended by keys that the editor does not know there.

use crate::line::complete::Candidate;
use rustyline::{Cmd, GraphemeClusterMode, KeyCode, KeyEvent, Modifiers, Movement};

/// The blanks between two columns of the list.
const BETWEEN: usize = 2;
/// The editor asks before it shows more candidates than this.
const MANY: usize = 100;
/// The columns of a tab.
const TAB: usize = 8;

/// The terminal's columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// A list that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pager {
    /// Whether it is asked whether to show it.
    asks: bool,
    /// The row before which it waits for a key.
    pause: usize,
    page: usize,
    rows: usize,
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

impl Pager {
    /// Prepares several candidates to be listed below a line, in which the cursor is
    /// at `cursor`; returns how they are paged, if they are.
    pub(super) fn prepare(
        candidates: &mut [Candidate],
        prompt: &str,
        line: &str,
        cursor: usize,
        size: Size,
    ) -> Option<Self> {
        let mode = GraphemeClusterMode::from_env();
        let width = |text: &str| usize::from(mode.width(text));
        let place = |text: &str, from| place(text, from, size.columns, &width);
        let begin = place(prompt, (0, 0));
        let (last, _) = place(line, begin);
        let end = line[cursor..]
            .find('\n')
            .map_or(line.len(), |at| cursor + at);
        let (current, _) = place(&line[..end], begin);
        let plain: Vec<usize> = candidates.iter().map(|one| width(&one.shown)).collect();
        let mut rows = height(&plain, size.columns);
        if last > 0 {
            // Its newlines may make a candidate wider, where they count as characters.
            for _ in 0..2 {
                let at = last_shown(candidates.len(), rows);
                let mut wide = plain.clone();
                wide[at] += width("\n") * last;
                rows = height(&wide, size.columns);
            }
            let at = last_shown(candidates.len(), rows);
            candidates[at].shown.push_str(&"\n".repeat(last));
            candidates[0]
                .shown
                .insert_str(0, &"\n".repeat(last.saturating_sub(current)));
        }
        let page = size.rows.saturating_sub(1);
        let asks = candidates.len() > MANY;
        (asks || rows > page).then_some(Self {
            asks,
            pause: page,
            page,
            rows,
        })
    }

    /// What a key means to the list, if the editor does not know it; and whether
    /// the list keeps waiting.
    pub(super) fn press(&mut self, key: KeyEvent) -> (Option<Cmd>, bool) {
        let (ends, goes_on) = match (key.0, key.1) {
            (KeyCode::Esc, _) | (KeyCode::Char('C' | 'D'), Modifiers::CTRL) => (true, false),
            (KeyCode::Char('q' | 'Q'), _) if self.asks => (true, false),
            (KeyCode::Char('y' | 'Y') | KeyCode::Tab, _) if self.asks => {
                self.asks = false;
                (false, self.rows > self.pause)
            }
            (KeyCode::Char('n' | 'N' | 'q' | 'Q') | KeyCode::Backspace, _) => (false, false),
            (KeyCode::Char('y' | 'Y' | ' '), _) if !self.asks => {
                self.pause += self.page;
                (false, self.rows > self.pause)
            }
            (KeyCode::Enter, _) | (KeyCode::Char('J' | 'M'), Modifiers::CTRL) if !self.asks => {
                self.pause += 1;
                (false, self.rows > self.pause)
            }
            // The editor waits on.
            _ => (false, true),
        };
        // Backspace, which ends it too: a letter would be repeated as the last text is.
        let backspace = Cmd::Kill(Movement::BackwardChar(1));
        (ends.then_some(backspace), goes_on)
    }
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

/// How many rows a list of such widths has.
fn height(widths: &[usize], columns: usize) -> usize {
    let widest = widths.iter().max().map_or(0, |widest| widest + BETWEEN);
    let each = widest.min(columns).max(1);
    widths.len().div_ceil((columns / each).max(1))
}

/// The candidate that is shown last: the last one of the last row.
fn last_shown(count: usize, rows: usize) -> usize {
    let rows = rows.max(1);
    (rows..=count).step_by(rows).last().map_or(0, |end| end - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(names: &[&str]) -> Vec<Candidate> {
        names
            .iter()
            .map(|name| Candidate {
                shown: (*name).to_owned(),
                text: (*name).to_owned(),
            })
            .collect()
    }

    /// How much is added before the first and after each candidate.
    fn added(names: &[&str], line: &str, columns: usize) -> (usize, Vec<usize>) {
        let mut all = candidates(names);
        let size = Size { columns, rows: 24 };
        assert_eq!(Pager::prepare(&mut all, "> ", line, line.len(), size), None);
        let before = all[0].shown.len() - all[0].shown.trim_start().len();
        let after = |one: &Candidate| one.shown.len() - one.shown.trim_end().len();
        (before, all.iter().map(after).collect())
    }

    #[test]
    fn the_last_of_the_last_row_gets_the_rows() {
        assert_eq!(added(&["a", "b", "c"], "short", 80), (0, vec![0, 0, 0]));
        assert_eq!(added(&["a", "b", "c"], "123456789", 10), (0, vec![0, 0, 1]));
        // The last row has one only.
        assert_eq!(
            added(&["aaa", "b", "c"], &"x".repeat(25), 11),
            (0, vec![0, 2, 0])
        );
        // The line fills its rows.
        assert_eq!(added(&["a", "b"], "12345678", 10), (0, vec![0, 1]));
        assert_eq!(added(&["a", "b"], "a\nb\nc", 10), (0, vec![0, 2]));
        assert_eq!(added(&["a", "b"], "用户用户用", 11), (0, vec![0, 1]));
    }

    #[test]
    fn rows_below_the_cursor_are_skipped() {
        let mut all = candidates(&["a", "b"]);
        let size = Size {
            columns: 80,
            rows: 24,
        };
        Pager::prepare(&mut all, "> ", "a\nb\nc", 1, size);
        assert_eq!(all[0].shown, "\n\na");
        assert_eq!(all[1].shown, "b\n\n");
    }

    #[test]
    fn keys_end_a_page() {
        let key = |code| KeyEvent(code, Modifiers::NONE);
        let ctrl_c = KeyEvent(KeyCode::Char('C'), Modifiers::CTRL);
        let end = Some(Cmd::Kill(Movement::BackwardChar(1)));
        let names: Vec<String> = (0..101).map(|n| format!("{n:40}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let size = Size {
            columns: 80,
            rows: 24,
        };
        let new = |count: usize| Pager::prepare(&mut candidates(&names[..count]), "", "", 0, size);
        assert_eq!(new(23), None);
        let mut pager = new(47).unwrap();
        assert_eq!(pager.press(key(KeyCode::Char('x'))), (None, true));
        assert_eq!(pager.press(key(KeyCode::Enter)), (None, true));
        assert_eq!(pager.press(ctrl_c), (end.clone(), false));
        assert_eq!(pager.press(key(KeyCode::Char(' '))), (None, false));
        let mut pager = new(101).unwrap();
        assert_eq!(pager.press(key(KeyCode::Char(' '))), (None, true));
        assert_eq!(pager.press(key(KeyCode::Esc)), (end, false));
        assert_eq!(pager.press(key(KeyCode::Tab)), (None, true));
        assert_eq!(pager.press(key(KeyCode::Char('q'))), (None, false));
    }
}
