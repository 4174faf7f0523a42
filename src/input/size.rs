//! The size of the terminal at this moment.

pub use super::listing::Size;

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

/// The size of the terminal on standard output.
pub fn of_screen() -> Option<Size> {
    let (rows, columns) = console::Term::stdout().size_checked()?;
    Some(Size {
        columns: columns.into(),
        rows: rows.into(),
    })
}

/// The columns of the terminal on standard output.
pub fn of_stdout() -> Option<usize> {
    columns(&console::Term::stdout())
}

/// The columns of the terminal on standard error.
pub fn of_stderr() -> Option<usize> {
    columns(&console::Term::stderr())
}

fn columns(terminal: &console::Term) -> Option<usize> {
    terminal.size_checked().map(|(_, columns)| columns.into())
}
