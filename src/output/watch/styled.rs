//! A line with colours, cut and marked without losing them.

use crate::text::ansi::{self, start, style};
use crate::text::width;

/// The characters of a line, each with the sequence that sets its colours.
pub(super) struct Styled {
    cells: Vec<(char, usize)>,
    /// The sequences; the first one is none.
    styles: Vec<String>,
}

impl Styled {
    /// Reads a line. Of the escape sequences only colours are kept.
    pub(super) fn read(text: &str) -> Self {
        let mut styled = Self {
            cells: Vec::new(),
            styles: vec![String::new()],
        };
        let mut current = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c != ansi::ESC {
                styled.cells.push((c, styled.styles.len() - 1));
                continue;
            }
            chars.next_if_eq(&'[');
            let mut code = String::new();
            let end = loop {
                match chars.next() {
                    Some(c @ ('0'..='9' | ';')) => code.push(c),
                    other => break other,
                }
            };
            if end == Some('m') {
                if matches!(code.as_str(), "" | "0") {
                    current.clear();
                } else {
                    current.push_str(&start(&code));
                }
                styled.styles.push(current.clone());
            }
        }
        styled
    }

    /// Its characters.
    pub(super) fn plain(&self) -> String {
        self.cells.iter().map(|(c, _)| c).collect()
    }

    /// The line as a row of `columns` columns: changed characters bold, all of it reversed
    /// if it is selected.
    pub(super) fn row(&self, columns: usize, changed: &[bool], selected: bool) -> String {
        let all: usize = self.cells.iter().map(|(c, _)| width::of(*c)).sum();
        let room = if all > columns { columns - 1 } else { columns };
        let (mut out, mut used, mut last) = (String::new(), 0, String::new());
        for (at, (c, style)) in self.cells.iter().enumerate() {
            used += width::of(*c);
            if used > room {
                used -= width::of(*c);
                break;
            }
            let bold = changed.get(at).copied().unwrap_or_default();
            let style = style_of(&self.styles[*style], bold, selected);
            if style != last {
                out.push_str(if last.is_empty() { "" } else { ansi::RESET });
                out.push_str(&style);
                last = style;
            }
            out.push(*c);
        }
        if all > columns {
            out.push('…');
            used += 1;
        }
        if selected {
            if last.is_empty() {
                last = start(style::REVERSE);
                out.push_str(&last);
            }
            out.push_str(&" ".repeat(columns - used));
        }
        if !last.is_empty() {
            out.push_str(ansi::RESET);
        }
        out
    }
}

fn style_of(own: &str, bold: bool, selected: bool) -> String {
    let mut all = own.to_owned();
    if bold {
        all.push_str(&start(style::BOLD));
    }
    if selected {
        all.push_str(&start(style::REVERSE));
    }
    all
}
