//! Ctrl-C and a kind kill, told to whoever waits for something.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Who is told.
pub type Listener = Arc<dyn Fn() + Send + Sync>;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ctrl-C came first.
    Interrupted,
    /// The work broke off: a bug.
    Broken,
}

/// The place where Ctrl-C arrives. Clones share it.
///
/// Who waits stands on top of who waited before; the top one is told.
#[derive(Clone, Default)]
pub struct Interrupt {
    listeners: Arc<Mutex<Vec<Listener>>>,
    fired: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Ctrl-C came.
    pub fn fire(&self) {
        self.fired.fetch_add(1, Ordering::SeqCst);
        let top = self.lock().last().cloned();
        if let Some(listener) = top {
            listener();
        }
    }

    /// How often it came so far, whoever was told.
    pub fn times(&self) -> usize {
        self.fired.load(Ordering::SeqCst)
    }

    /// Runs `work` on a thread of its own and waits for its result or Ctrl-C.
    /// If Ctrl-C came first, the work is left to itself.
    pub fn or_done<T, F>(&self, work: F) -> Result<T, Ended>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (sender, receiver) = channel();
        let interrupted = sender.clone();
        // The receiver may be gone already: then nobody waits.
        let listener: Listener = Arc::new(move || drop(interrupted.send(Err(Ended::Interrupted))));
        self.heard_by(listener, || {
            let worker = std::thread::spawn(move || {
                let _ = sender.send(Ok(work()));
            });
            // The listener holds a sender too, so a worker that panicked would
            // be waited for without end: look at it now and then.
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

    /// Runs `work` while Ctrl-C tells nobody.
    pub fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        self.heard_by(Arc::new(|| ()), work)
    }

    /// Runs `work` that hears Ctrl-C itself and passes it on as a signal, by
    /// the time it says so; that signal is waited for, so that it hits nobody else.
    pub fn swallowed<T>(&self, work: impl FnOnce() -> T, passed_on: impl FnOnce(&T) -> bool) -> T {
        let (sender, receiver) = channel();
        let listener: Listener = Arc::new(move || {
            let _ = sender.send(());
        });
        self.heard_by(listener, || {
            let result = work();
            if passed_on(&result) {
                let _ = receiver.recv_timeout(Duration::from_secs(1));
            }
            result
        })
    }

    /// Runs `work` while Ctrl-C tells the one who waits for the whole run.
    pub fn exposed<T>(&self, work: impl FnOnce() -> T) -> T {
        let first = self.lock().first().cloned();
        match first {
            Some(listener) => self.heard_by(listener, work),
            None => work(),
        }
    }

    /// Runs `work` while Ctrl-C tells `listener`.
    pub fn heard_by<T>(&self, listener: Listener, work: impl FnOnce() -> T) -> T {
        self.lock().push(listener);
        let result = work();
        self.lock().pop();
        result
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Listener>> {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_one_is_told() {
        let interrupt = Interrupt::default();
        interrupt.fire();
        assert_eq!(interrupt.or_done(|| 7), Ok(7));
        let inner = interrupt.clone();
        let outer = interrupt.or_done(move || {
            let other = inner.clone();
            let first = inner.or_done(move || {
                other.fire();
                std::thread::park();
            });
            inner.undisturbed(|| inner.fire());
            let told = first == Err(Ended::Interrupted);
            inner.exposed(|| inner.fire());
            told
        });
        // Told as the outer one: nothing came back.
        assert_eq!(outer, Err(Ended::Interrupted));
    }
}
