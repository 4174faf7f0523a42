//! The size of the terminal at this moment.

use super::listing::Size;

/// The size of the terminal on standard error or output.
pub(super) fn of_terminal() -> Option<Size> {
    let sized = |terminal: console::Term| terminal.size_checked();
    let (rows, columns) =
        sized(console::Term::stderr()).or_else(|| sized(console::Term::stdout()))?;
    Some(Size {
        columns: columns.into(),
        rows: rows.into(),
    })
}
