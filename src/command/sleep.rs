//! `sleep`: wait.

use crate::error::Error;
use crate::line::call::Call;
use crate::settings;
use crate::shell::Shell;
use crate::text::words::this_is;
use std::time::Duration;

pub(super) fn run(shell: &Shell, call: &Call) -> Result<(), Error> {
    shell.pause(read(call)?)
}

/// How long.
pub(crate) fn read(call: &Call) -> Result<Duration, Error> {
    let typed = call.text("duration");
    settings::duration(typed).map_err(|why| {
        Error::typed(format!("`sleep` {why}; {}", this_is(typed))).at(call.place("duration"))
    })
}
