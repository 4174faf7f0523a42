//! `sleep`: wait.

use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::line::complaint::this_is;
use crate::settings;
use crate::shell::Shell;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let duration = read(call)?;
    // Without a terminal the whole run is waited for elsewhere.
    if shell.terminal.is_none() {
        std::thread::sleep(duration);
        return Ok(());
    }
    let (sender, receiver) = channel();
    let told = Arc::new(move || {
        let _ = sender.send(());
    });
    let interrupted = shell.interrupt.heard_by(told, || {
        shell.was_interrupted() || receiver.recv_timeout(duration).is_ok()
    });
    if interrupted {
        return Err(Error::new(Fault::Interrupted, "interrupted"));
    }
    Ok(())
}

/// How long.
pub(crate) fn read(call: &Call) -> Result<Duration, Error> {
    let typed = call.text("duration");
    settings::duration(typed).map_err(|why| {
        Error::typed(format!("`sleep` {why}; {}", this_is(typed))).at(call.place("duration"))
    })
}
