//! `read_only`: nothing on the server is changed.

use super::Settings;
use crate::error::Error;

impl Settings {
    /// Refuses what would change something while `read_only` is on.
    pub(crate) fn refuse_write(&self, what: &str, writes: bool) -> Result<(), Error> {
        if self.read_only && writes {
            return Err(refused_by_read_only(&format!("`{what}`")));
        }
        Ok(())
    }
}

/// The error of what would change something while `read_only` is on.
pub(crate) fn refused_by_read_only(what: &str) -> Error {
    Error::typed(format!(
        "{what} changes something on the server, and `read_only` is on; nothing was sent"
    ))
    .hint("`set` shows where it was turned on; only the profile or the command line turns it off")
}
