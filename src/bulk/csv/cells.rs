//! The cells of a row, and how each of them is written.

use super::Delimiter;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// A cell, with its quotes resolved.
pub(in crate::bulk) struct CsvCell {
    pub(in crate::bulk) text: String,
    /// Whether it is in quotes: then the blanks at its edges belong to it.
    pub(in crate::bulk) quoted: bool,
}

impl CsvCell {
    /// Its text without the blanks at the edges, unless they are in quotes.
    pub(in crate::bulk) fn value(&self) -> &str {
        if self.quoted {
            &self.text
        } else {
            trimmed(&self.text)
        }
    }

    /// Whether there are blanks at its edges that are not in quotes.
    pub(in crate::bulk) fn has_loose_blanks(&self) -> bool {
        self.value().len() < self.text.len()
    }

    /// Whether a quote follows blanks: then it is a part of the text, and quotes nothing.
    pub(in crate::bulk) fn has_late_quote(&self) -> bool {
        self.has_loose_blanks() && self.value().starts_with('"')
    }
}

/// A text without the blanks at its edges.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Reads rows at known positions, one by one.
///
/// The csv crate's own reader builds its tables again each time, which takes
/// longer than reading a row. This one keeps them. (A clone would lose them:
/// csv-core 0.1.13 copies half of the table.)
pub(in crate::bulk) struct Cutter {
    core: Box<Mutex<csv_core::Reader>>,
    delimiter: Delimiter,
}

impl Cutter {
    pub(in crate::bulk) fn new(delimiter: Delimiter) -> Self {
        let core = csv_core::ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .build();
        Self {
            core: Box::new(Mutex::new(core)),
            delimiter,
        }
    }

    pub(in crate::bulk) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// The cells of the row at `at`.
    pub(in crate::bulk) fn cells(&self, text: &str, at: &Range<usize>) -> Vec<CsvCell> {
        let own = &text[at.clone()];
        let written = self.written(own);
        // The reader drops a byte order mark at the start of what it reads.
        // Here it belongs to a value; a blank line before it is not a row.
        let own = if own.starts_with('\u{feff}') {
            Cow::Owned(format!("\n{own}"))
        } else {
            Cow::Borrowed(own)
        };
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        core.reset();
        // Enough room: a byte or an end for each byte, and one more.
        let (mut bytes, mut ends) = (vec![0; own.len() + 1], vec![0; own.len() + 1]);
        let (_, _, filled, ended) = core.read_record(own.as_bytes(), &mut bytes, &mut ends);
        // The end of the input ends the last cell, if no line break did.
        let (_, _, _, more) = core.read_record(b"", &mut bytes[filled..], &mut ends[ended..]);
        let mut start = 0;
        let mut written = written.into_iter();
        let cells = ends[..ended + more].iter().map(|end| {
            let cell = String::from_utf8_lossy(&bytes[start..*end]).into_owned();
            start = *end;
            let (quoted, after) = written.next().unwrap_or_default();
            // The blanks after the closing quote are outside of it.
            let kept = cell.len().saturating_sub(after);
            CsvCell {
                text: cell[..cell.floor_char_boundary(kept)].to_owned(),
                quoted,
            }
        });
        cells.collect()
    }

    /// For each cell, whether it is in quotes, and how many blanks follow the closing quote.
    fn written(&self, row: &str) -> Vec<(bool, usize)> {
        let row = row.trim_start_matches(['\r', '\n']);
        let delimiter = char::from(self.delimiter.byte());
        let (mut cells, mut rest) = (Vec::new(), row);
        loop {
            let quoted = rest.starts_with('"');
            let inside = if quoted { quoted_len(rest) } else { 0 };
            let is_end = |c: char| c == delimiter || matches!(c, '\r' | '\n');
            let end = rest[inside..].find(is_end);
            let end = end.map_or(rest.len(), |end| inside + end);
            let after = &rest[inside..end];
            let blanks = if quoted && trimmed(after).is_empty() {
                after.len()
            } else {
                0
            };
            cells.push((quoted, blanks));
            match rest[end..].strip_prefix(delimiter) {
                Some(next) => rest = next,
                None => return cells,
            }
        }
    }
}

/// The length of a quoted text, with its quotes; a doubled quote does not end it.
fn quoted_len(text: &str) -> usize {
    let mut at = 1;
    while let Some(quote) = text[at..].find('"') {
        at += quote + 1;
        if !text[at..].starts_with('"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// A line of cells as they must be written to be read again.
pub(in crate::bulk) fn line<'a>(
    cells: impl Iterator<Item = &'a str>,
    delimiter: Delimiter,
) -> String {
    let delimiter = char::from(delimiter.byte());
    let cells: Vec<Cow<'_, str>> = cells
        .map(|cell| {
            let special = |c: char| c == delimiter || matches!(c, '"' | '\r' | '\n');
            if cell.contains(special) || trimmed(cell).len() < cell.len() {
                Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
            } else {
                Cow::Borrowed(cell)
            }
        })
        .collect();
    let mut line = cells.join(delimiter.encode_utf8(&mut [0; 4]));
    line.push('\n');
    line
}
