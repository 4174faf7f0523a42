//! The mode of a run: check, dry run or run, from which line, with which reports.

use crate::error::Error;
use crate::output::report;
use crate::request::ShowAs;

/// How commands are run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mode {
    /// Whether they are only checked.
    pub check: bool,
    /// The first line to run; 0 for all.
    pub from_line: usize,
    /// Whether requests are only shown, and in which form.
    pub dry_run: Option<ShowAs>,
    /// The reports to write: format and file.
    pub reports: Vec<(report::ReportFormat, String)>,
    /// The input files of the run.
    pub inputs: Vec<String>,
}

impl Mode {
    /// Whether an interactive session can run in this mode.
    pub(crate) fn on_terminal(&self) -> Result<(), Error> {
        if self.dry_run.is_some() {
            return Err(Error::typed("`--dry-run` needs a file, `-c` or a command")
                .hint("in a session, use `set echo only` to see requests without sending them"));
        }
        if self.from_line > 0 {
            return Err(from_line_of_one());
        }
        if !self.reports.is_empty() {
            return Err(Error::typed("`--report` needs a file, `-c` or a command")
                .hint("an interactive session cannot be reported"));
        }
        Ok(())
    }
}

pub(crate) fn from_line_of_one() -> Error {
    Error::typed("`--from-line` works with exactly one file")
        .hint("line numbers refer to `--file` or standard input")
}
