//! Ctrl-C, told to whoever waits for something.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

type Listener = Box<dyn Fn() + Send>;

/// The place where Ctrl-C arrives. Clones share it.
#[derive(Clone, Default)]
pub struct Interrupt {
    listener: Arc<Mutex<Option<Listener>>>,
}

impl Interrupt {
    /// Ctrl-C came.
    pub fn fire(&self) {
        if let Some(listener) = self.lock().as_ref() {
            listener();
        }
    }

    /// Runs `work` on a thread of its own and waits for its result or Ctrl-C;
    /// none if Ctrl-C came first. The work is then left to itself.
    pub fn or_done<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (sender, receiver) = channel();
        let interrupted = sender.clone();
        // The receiver may be gone already: then nobody waits.
        *self.lock() = Some(Box::new(move || drop(interrupted.send(None))));
        let worker = std::thread::spawn(move || {
            let _ = sender.send(Some(work()));
        });
        // The listener holds a sender too, so a worker that panicked would be
        // waited for without end: look at it now and then.
        let result = loop {
            match receiver.recv_timeout(Duration::from_secs(1)) {
                Ok(result) => break result,
                Err(_) if worker.is_finished() => break receiver.try_recv().ok().flatten(),
                Err(_) => {}
            }
        };
        *self.lock() = None;
        result
    }

    /// Runs `work` while Ctrl-C tells nobody: for work that hears it itself.
    pub fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        let listener = self.lock().take();
        let result = work();
        *self.lock() = listener;
        result
    }

    fn lock(&self) -> MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
