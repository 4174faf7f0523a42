//! Handles Ctrl-C while rows are being sent, so that the results so far are
//! reported and saved.

use crate::interrupt::Interrupt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long a script may take to finish. It may hang if the reader of stdout
/// does not read.
const GRACE: Duration = Duration::from_secs(2);

/// What was signalled.
#[derive(Clone, Default)]
pub(super) struct Told(Arc<State>);

#[derive(Default)]
struct State {
    stops: AtomicBool,
    is_over: AtomicBool,
}

impl Told {
    /// Whether Ctrl-C was pressed.
    pub(super) fn stops(&self) -> bool {
        self.0.stops.load(Ordering::Relaxed)
    }
}

/// Runs `work`, which should finish soon after a signal. With `in_script`, it
/// is stopped if it does not.
pub(super) fn told_by<T>(
    interrupt: &Interrupt,
    in_script: bool,
    work: impl FnOnce(&Told) -> T,
) -> T {
    let told = Told::default();
    let (state, outer) = (Arc::clone(&told.0), interrupt.clone());
    let listener = move || {
        if state.stops.swap(true, Ordering::Relaxed) || !in_script {
            return;
        }
        let (state, outer) = (Arc::clone(&state), outer.clone());
        thread::spawn(move || {
            thread::sleep(GRACE);
            if !state.is_over.load(Ordering::Relaxed) {
                outer.exposed(|| outer.fire());
            }
        });
    };
    let done = interrupt.heard_by(Arc::new(listener), || work(&told));
    told.0.is_over.store(true, Ordering::Relaxed);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Ended;

    #[test]
    fn who_winds_up_is_left_alone_and_who_hangs_is_ended() {
        let interrupt = Interrupt::default();
        let inner = interrupt.clone();
        let done = interrupt.or_done(move || {
            told_by(&inner, true, |told| {
                inner.fire();
                told.stops()
            })
        });
        assert_eq!(done, Ok(true));
        let inner = interrupt.clone();
        let done = interrupt.or_done(move || {
            told_by(&inner, true, |_| {
                inner.fire();
                thread::park();
            });
        });
        assert_eq!(done, Err(Ended::Interrupted));
    }
}
