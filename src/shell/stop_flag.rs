//! Handles Ctrl-C while many requests are being sent, so that the results so far are
//! reported and saved.

use super::asker::Asker;
use crate::interrupt::{Interrupt, InterruptSince};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long a script may take to finish. It may hang if the reader of stdout
/// does not read.
const GRACE: Duration = Duration::from_secs(2);

/// What was signalled.
pub(crate) struct StopFlag {
    interrupt: Interrupt,
    /// On a terminal: Ctrl-C since the line was entered, thus also before the requests began.
    since_line: Option<InterruptSince>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_set: AtomicBool,
    is_over: AtomicBool,
}

impl StopFlag {
    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_set(&self) -> bool {
        let since_line = self.since_line.as_ref();
        self.state.is_set.load(Ordering::Relaxed)
            || since_line.is_some_and(InterruptSince::has_come)
    }

    /// The flag of the command that runs.
    pub(crate) fn new(asker: &Asker) -> Self {
        Self {
            interrupt: asker.interrupt().clone(),
            since_line: asker.since_line(),
            state: Arc::default(),
        }
    }

    /// Runs `work`, which should finish soon after a signal. In a script, where another thread
    /// waits for the whole run and would exit at once, it is stopped if it does not.
    pub(crate) fn during<T>(&self, work: impl FnOnce(&Self) -> T) -> T {
        let in_script = self.since_line.is_none();
        let (state, outer) = (Arc::clone(&self.state), self.interrupt.clone());
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
        let done = self
            .interrupt
            .with_listener(Arc::new(listener), || work(self));
        self.state.is_over.store(true, Ordering::Relaxed);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Ended;

    #[test]
    fn only_a_hanging_run_is_stopped() {
        let interrupt = Interrupt::default();
        let inner = interrupt.clone();
        let flag = StopFlag::new(&Asker::new(None, interrupt.clone()));
        let done = interrupt.run_until_interrupted(move || {
            flag.during(|stop| {
                inner.fire();
                stop.is_set()
            })
        });
        assert_eq!(done, Ok(true));
        let inner = interrupt.clone();
        let flag = StopFlag::new(&Asker::new(None, interrupt.clone()));
        let done = interrupt.run_until_interrupted(move || {
            flag.during(|_| {
                inner.fire();
                thread::park();
            });
        });
        assert_eq!(done, Err(Ended::Interrupted));
    }
}
