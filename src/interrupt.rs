//! Delivers Ctrl-C, SIGTERM, SIGHUP and SIGQUIT to the code that is waiting.
//!
//! Ctrl-C ends what runs; the others end the program as well. For what runs
//! they are the same: it is stopped, and says what is known of it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Gets the signal.
pub type Listener = Arc<dyn Fn() + Send + Sync>;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ctrl-C came first.
    Interrupted,
    /// The work panicked: a bug.
    Broken,
}

/// Whether Ctrl-C came after a moment.
#[derive(Clone)]
pub struct InterruptSince {
    interrupt: Interrupt,
    times: usize,
}

impl InterruptSince {
    /// Whether it came, or the program must end.
    pub fn has_come(&self) -> bool {
        self.interrupt.is_ending() || self.interrupt.times() > self.times
    }
}

/// How long the program may take to end after such a signal. Then it is
/// ended where it is: something waits that no signal stops.
const GRACE: Duration = Duration::from_secs(2);

/// Receives Ctrl-C. Clones share it.
///
/// Listeners form a stack; the top one gets the signal.
#[derive(Clone, Default)]
pub struct Interrupt {
    listeners: Arc<Mutex<Vec<Listener>>>,
    fired: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
    /// The number of other programs that have the terminal.
    held: Arc<AtomicUsize>,
    /// What to do if the program is ended where it is; the last one first.
    at_exit: Arc<Mutex<Vec<Listener>>>,
}

impl Interrupt {
    /// Ctrl-C came.
    pub fn fire(&self) {
        // One that another program gets is not for this one.
        if self.held.load(Ordering::SeqCst) == 0 {
            self.fired.fetch_add(1, Ordering::SeqCst);
        }
        let top = lock(&self.listeners).last().cloned();
        if let Some(listener) = top {
            listener();
        }
    }

    /// A signal that ends the program came: what runs is stopped, and then the program ends.
    pub fn end(&self) {
        self.must_end();
        self.fire();
        let late = self.clone();
        std::thread::spawn(move || {
            std::thread::sleep(GRACE);
            // Another program on the terminal handles the signal.
            while late.held.load(Ordering::SeqCst) > 0 {
                std::thread::sleep(GRACE);
            }
            late.fire_first();
        });
    }

    /// From now on the program must end as soon as it can.
    pub fn must_end(&self) {
        self.ending.store(true, Ordering::SeqCst);
    }

    /// Whether the program must end.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }

    /// Gives the signal to the listener of the whole run.
    pub fn fire_first(&self) {
        let first = lock(&self.listeners).first().cloned();
        if let Some(listener) = first {
            listener();
        }
    }

    /// Runs `work`, and `action` if the program is ended meanwhile where it is.
    pub fn before_exit<T>(&self, action: Listener, work: impl FnOnce() -> T) -> T {
        let _until_done = self.at_exit(action);
        work()
    }

    /// Runs `action` if the program is ended where it is while the result exists.
    pub fn at_exit(&self, action: Listener) -> AtExit {
        lock(&self.at_exit).push(Arc::clone(&action));
        let actions = Arc::clone(&self.at_exit);
        AtExit { actions, action }
    }

    /// Does what is to be done before the program is ended where it is; once.
    pub fn run_exit_actions(&self) {
        let actions = std::mem::take(&mut *lock(&self.at_exit));
        for action in actions.into_iter().rev() {
            action();
        }
    }

    /// Whether Ctrl-C comes after this moment.
    pub fn since_now(&self) -> InterruptSince {
        InterruptSince {
            interrupt: self.clone(),
            times: self.times(),
        }
    }

    /// Number of interrupts so far.
    fn times(&self) -> usize {
        self.fired.load(Ordering::SeqCst)
    }

    /// Runs `work` on a thread of its own and waits for its result or Ctrl-C.
    /// If Ctrl-C came first, the work continues unobserved.
    pub fn run_until_interrupted<T, F>(&self, work: F) -> Result<T, Ended>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (sender, receiver) = channel();
        let interrupted = sender.clone();
        // The receiver may be gone already: then nothing waits for the result.
        let listener: Listener = Arc::new(move || drop(interrupted.send(Err(Ended::Interrupted))));
        self.with_listener(listener, || {
            let worker = std::thread::spawn(move || {
                let _ = sender.send(Ok(work()));
            });
            // The listener holds a sender too, so the wait for a worker that panicked
            // would never end: check the thread from time to time.
            loop {
                match receiver.recv_timeout(Duration::from_secs(1)) {
                    Ok(result) => break result,
                    Err(_) if worker.is_finished() => {
                        break receiver.try_recv().unwrap_or(Err(Ended::Broken));
                    }
                    Err(_) => {}
                }
            }
        })
    }

    /// Runs `work` and ignores Ctrl-C meanwhile.
    pub fn ignoring<T>(&self, work: impl FnOnce() -> T) -> T {
        self.with_listener(Arc::new(|| ()), work)
    }

    /// Runs another program, to which the terminal and the signals belong.
    pub fn suspended<T>(&self, work: impl FnOnce() -> T) -> T {
        self.held.fetch_add(1, Ordering::SeqCst);
        let result = self.ignoring(work);
        self.held.fetch_sub(1, Ordering::SeqCst);
        result
    }

    /// Runs `work` while Ctrl-C goes to the listener of the whole run.
    pub fn with_run_listener<T>(&self, work: impl FnOnce() -> T) -> T {
        let first = lock(&self.listeners).first().cloned();
        match first {
            Some(listener) => self.with_listener(listener, work),
            None => work(),
        }
    }

    /// Runs `work` while Ctrl-C goes to `listener`.
    pub fn with_listener<T>(&self, listener: Listener, work: impl FnOnce() -> T) -> T {
        lock(&self.listeners).push(listener);
        let result = work();
        lock(&self.listeners).pop();
        result
    }
}

/// What is to be done if the program is ended where it is, until this is dropped.
pub struct AtExit {
    actions: Arc<Mutex<Vec<Listener>>>,
    action: Listener,
}

impl Drop for AtExit {
    fn drop(&mut self) {
        lock(&self.actions).retain(|action| !Arc::ptr_eq(action, &self.action));
    }
}

fn lock(listeners: &Mutex<Vec<Listener>>) -> MutexGuard<'_, Vec<Listener>> {
    listeners.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_listener_gets_the_signal() {
        let interrupt = Interrupt::default();
        interrupt.fire();
        assert_eq!(interrupt.run_until_interrupted(|| 7), Ok(7));
        let inner = interrupt.clone();
        let outer = interrupt.run_until_interrupted(move || {
            let other = inner.clone();
            let first = inner.run_until_interrupted(move || {
                other.fire();
                std::thread::park();
            });
            inner.ignoring(|| inner.fire());
            let interrupted = first == Err(Ended::Interrupted);
            inner.with_run_listener(|| inner.fire());
            interrupted
        });
        // Reported to the outer one: there is no result.
        assert_eq!(outer, Err(Ended::Interrupted));
    }

    #[test]
    fn it_counts_from_a_moment_on() {
        let interrupt = Interrupt::default();
        interrupt.fire();
        let since = interrupt.since_now();
        interrupt.suspended(|| interrupt.fire());
        assert!(!since.has_come(), "it was for the other program");
        interrupt.ignoring(|| interrupt.fire());
        assert!(since.has_come());
        assert!(!interrupt.since_now().has_come());
        interrupt.must_end();
        assert!(interrupt.since_now().has_come());
    }

    #[test]
    fn exit_actions_run_once() {
        let interrupt = Interrupt::default();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let action: Listener = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        interrupt.before_exit(Arc::clone(&action), || ());
        interrupt.run_exit_actions();
        assert_eq!(count.load(Ordering::SeqCst), 0);
        interrupt.before_exit(action, || {
            interrupt.run_exit_actions();
            interrupt.run_exit_actions();
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
        assert!(!interrupt.is_ending());
    }

    #[test]
    fn exit_actions_need_not_end_in_order() {
        let interrupt = Interrupt::default();
        let done = Arc::new(Mutex::new(Vec::new()));
        let action = |name: &'static str| -> Listener {
            let done = Arc::clone(&done);
            Arc::new(move || done.lock().expect("no panic").push(name))
        };
        let (first, second) = (action("first"), action("second"));
        let first = interrupt.at_exit(first);
        let _second = interrupt.at_exit(second);
        drop(first);
        interrupt.run_exit_actions();
        assert_eq!(*done.lock().expect("no panic"), ["second"]);
    }
}
