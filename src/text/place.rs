//! Where something stands in a text file.

use std::ops::Range;

/// `NAME:LINE:COLUMN` of the start of a span, both counted from 1.
pub fn place(name: &str, text: &str, span: Option<Range<usize>>) -> String {
    let start = span.map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default();
    format!("{name}:{line}:{}", column.chars().count() + 1)
}
