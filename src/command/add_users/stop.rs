//! Ctrl-C, heard while rows are under way, so that what is known by then is
//! told and written down.

use crate::interrupt::Interrupt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long a script may take to wind up. It may hang on a reader of stdout
/// that does not read.
const GRACE: Duration = Duration::from_secs(2);

/// What was told.
#[derive(Clone, Default)]
pub(super) struct Told(Arc<State>);

#[derive(Default)]
struct State {
    stops: AtomicBool,
    is_over: AtomicBool,
}

impl Told {
    /// Whether Ctrl-C came.
    pub(super) fn stops(&self) -> bool {
        self.0.stops.load(Ordering::Relaxed)
    }
}

/// Runs `work`, which ends soon after it is told. `in_script`, it is ended if it does not.
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
