//! A watch where nothing is drawn: a document on stdout for each round.

use super::{Watch, round};
use crate::error::{Error, Fault};
use crate::output::error::Place;
use crate::shell::Shell;

pub(super) fn run(shell: &mut Shell, watch: &Watch) -> Result<(), Error> {
    let mut rounds = 0;
    loop {
        let round = round::run(shell, watch, false)?;
        rounds += 1;
        // A refusal is no document of what is watched.
        let refused = |error: &Error| matches!(error.fault, Fault::Refused(_));
        if !round.error.as_ref().is_some_and(refused) {
            shell.write_results(&round.printed)?;
        }
        if round.holds {
            return Ok(());
        }
        if watch.is_last(rounds) {
            return watch.counted_out(round.error);
        }
        if let Some(error) = &round.error {
            if rounds == 1 && watch.is_hopeless(error) {
                return Err(error.clone());
            }
            shell.screen().report(error, "", &Place::Arguments);
        }
        let left = watch.left();
        shell
            .asker
            .pause(left.map_or(watch.interval, |left| left.min(watch.interval)))?;
        if watch.left().is_some_and(|left| left.is_zero()) {
            return Err(watch.timed_out(round.error));
        }
    }
}
