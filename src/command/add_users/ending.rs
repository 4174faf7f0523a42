//! The end of a run: what is said, and the file of failed rows.

use super::adding::Adding;
use super::rows::Existing;
use crate::bulk::FailedRows;
use crate::error::{Error, Fault, system};
use crate::text::clean;
use std::path::Path;

impl Adding<'_> {
    /// Reports how the run ended.
    pub(super) fn end(mut self) -> Result<(), Error> {
        let done = self.count.done();
        let all = self.import.rows.rows.len();
        let rest = all - done - self.count.failed - self.count.unknown;
        let said = self.count.summary(&self.import.from, rest);
        if done == all {
            self.no_old_file();
            let Some(fault) = self.stop else {
                self.shell.screen().remark(&format!("{said}\n"));
                return Ok(());
            };
            return Err(Error::new(fault, said));
        }
        let fault = match self.stop {
            Some(Fault::Interrupted) => Fault::Interrupted,
            _ if done > 0 => Fault::SomeFailed,
            _ => self.first.unwrap_or(Fault::SomeFailed),
        };
        let again = match self.import.existing {
            Existing::Refused => "the whole file can be run again with `--skip-existing`",
            Existing::Skipped | Existing::Updated => "the whole file can be run again",
        };
        let finished = self.failed.take().map(FailedRows::finish);
        let failed = clean::line(&self.import.failed);
        let hint = match (finished, self.lost) {
            (Some(Err(error)), _) | (None, Some(error)) => format!("{}; {again}", error.message),
            _ => format!(
                "`{failed}` contains the rows that did not succeed, without secrets; {again}"
            ),
        };
        Err(Error::new(fault, said).hint(hint))
    }

    /// A leftover failed-rows file would be mistaken for this run's.
    fn no_old_file(&mut self) {
        let path = Path::new(&self.import.failed);
        self.failed = None;
        if path.symlink_metadata().is_ok_and(|about| about.is_file())
            && let Err(why) = std::fs::remove_file(path)
        {
            let path = clean::line(&self.import.failed);
            let why = system(&why);
            self.shell.screen().say(&format!(
                "warning: `{path}` is from an earlier run and cannot be removed: {why}\n"
            ));
        }
    }
}
