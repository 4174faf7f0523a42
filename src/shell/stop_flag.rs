//! Handles Ctrl-C while many requests are being sent, so that the results so far are
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
pub(crate) struct StopFlag(Arc<State>);

#[derive(Default)]
struct State {
    is_set: AtomicBool,
    is_over: AtomicBool,
}

impl StopFlag {
    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_set(&self) -> bool {
        self.0.is_set.load(Ordering::Relaxed)
    }
}

/// Runs `work`, which should finish soon after a signal. With `in_script`, it
/// is stopped if it does not.
pub(crate) fn with_stop_flag<T>(
    interrupt: &Interrupt,
    in_script: bool,
    work: impl FnOnce(&StopFlag) -> T,
) -> T {
    let stop = StopFlag::default();
    let (state, outer) = (Arc::clone(&stop.0), interrupt.clone());
    let listener = move || {
        if state.is_set.swap(true, Ordering::Relaxed) || !in_script {
            return;
        }
        let (state, outer) = (Arc::clone(&state), outer.clone());
        thread::spawn(move || {
            thread::sleep(GRACE);
            if !state.is_over.load(Ordering::Relaxed) {
                outer.with_run_listener(|| outer.fire());
            }
        });
    };
    let done = interrupt.with_listener(Arc::new(listener), || work(&stop));
    stop.0.is_over.store(true, Ordering::Relaxed);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Ended;

    #[test]
    fn only_a_hanging_run_is_stopped() {
        let interrupt = Interrupt::default();
        let inner = interrupt.clone();
        let done = interrupt.run_until_interrupted(move || {
            with_stop_flag(&inner, true, |stop| {
                inner.fire();
                stop.is_set()
            })
        });
        assert_eq!(done, Ok(true));
        let inner = interrupt.clone();
        let done = interrupt.run_until_interrupted(move || {
            with_stop_flag(&inner, true, |_| {
                inner.fire();
                thread::park();
            });
        });
        assert_eq!(done, Err(Ended::Interrupted));
    }
}
