//! The columns of a table fitted to the width of a terminal.

use crate::text::width::width;

/// The columns between two columns of a table.
pub(super) const GAP: usize = 2;
/// The first column may take more than the others.
const WIDEST_FIRST: usize = 32;
const WIDEST: usize = 22;
/// A column that was asked for is not made narrower.
const NARROWEST: usize = 6;

/// A text padded with spaces to this width.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A column to be fitted: the width of its widest cell, and whether it was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) natural: usize,
    pub(super) is_asked: bool,
}

impl Wanted {
    fn least(self) -> usize {
        self.natural.min(NARROWEST)
    }
}

/// The widths of the columns that fit into this many columns of the terminal; `None` for
/// one that does not. The first columns are the most important ones.
pub(super) fn fitted(columns: &[Wanted], room: Option<usize>) -> Vec<Option<usize>> {
    let Some(room) = room else {
        return columns.iter().map(|one| Some(one.natural)).collect();
    };
    let mut widths = vec![None; columns.len()];
    let mut left = room;
    for (at, column) in columns.iter().enumerate() {
        let widest = column
            .natural
            .min(if at == 0 { WIDEST_FIRST } else { WIDEST });
        // Columns that were asked for are narrow before they are left out.
        let later = columns[at + 1..].iter().filter(|later| later.is_asked);
        let kept: usize = later.map(|later| later.least() + GAP).sum();
        let gap = if at == 0 { 0 } else { GAP };
        let wanted = if column.is_asked {
            let room = left.saturating_sub(gap + kept);
            widest.min(room.max(column.least()))
        } else {
            widest
        };
        // The first column is always there.
        let wanted = if at == 0 { wanted.min(room) } else { wanted };
        if wanted + gap <= left {
            widths[at] = Some(wanted);
            left -= wanted + gap;
        }
    }
    widen(columns, &mut widths, left);
    widths
}

/// Gives the remaining room to the columns whose cells are cut, the narrowest first.
fn widen(columns: &[Wanted], widths: &mut [Option<usize>], left: usize) {
    for _ in 0..left {
        let mut cut = columns.iter().zip(widths.iter_mut());
        let mut narrowest: Option<&mut usize> = None;
        for (column, width) in &mut cut {
            let Some(width) = width.as_mut().filter(|width| **width < column.natural) else {
                continue;
            };
            if narrowest.as_ref().is_none_or(|other| *width < **other) {
                narrowest = Some(width);
            }
        }
        let Some(width) = narrowest else { return };
        *width += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_columns_are_kept() {
        let usual = |natural| Wanted {
            natural,
            is_asked: false,
        };
        let asked = |natural| Wanted {
            natural,
            is_asked: true,
        };
        let all = [usual(10), usual(40), usual(30), usual(5)];
        assert_eq!(fitted(&all, None), [Some(10), Some(40), Some(30), Some(5)]);
        assert_eq!(fitted(&all, Some(45)), [Some(10), Some(26), None, Some(5)]);
        assert_eq!(fitted(&all, Some(50)), [Some(10), Some(31), None, Some(5)]);
        assert_eq!(fitted(&all, Some(4)), [Some(4), None, None, None]);
        let all = [asked(10), asked(40), asked(30), asked(5)];
        assert_eq!(
            fitted(&all, Some(40)),
            [Some(10), Some(13), Some(6), Some(5)]
        );
        assert_eq!(fitted(&all, Some(14)), [Some(6), Some(6), None, None]);
    }
}
