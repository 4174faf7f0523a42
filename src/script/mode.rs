//! How a run is to go: checked, shown or done, from which line, with which reports.

use crate::error::Error;
use crate::output::report;
use crate::request::ShowAs;

/// How commands are run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mode {
    /// They are only checked.
    pub check: bool,
    /// From this line on; 0 is all.
    pub from_line: usize,
    /// Their requests are only shown, in this form.
    pub dry_run: Option<ShowAs>,
    /// The reports to write: form and file.
    pub reports: Vec<(report::Format, String)>,
    /// The files that the run is read from.
    pub inputs: Vec<String>,
}

impl Mode {
    /// Whether a session with a person at the terminal can be run so.
    pub(crate) fn on_terminal(&self) -> Result<(), Error> {
        if self.dry_run.is_some() {
            return Err(
                Error::typed("`--dry-run` goes with a file, `-c` or a command")
                    .hint("at the prompt, `set echo only` shows requests and sends none"),
            );
        }
        if self.from_line > 0 {
            return Err(from_line_of_one());
        }
        if !self.reports.is_empty() {
            return Err(
                Error::typed("`--report` goes with a file, `-c` or a command")
                    .hint("a session at the prompt has no end to report"),
            );
        }
        Ok(())
    }
}

pub(crate) fn from_line_of_one() -> Error {
    Error::typed("`--from-line` goes with one file")
        .hint("the lines of `--file`, or of standard input, are counted")
}
