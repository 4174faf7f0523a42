//! What is said of the retries of a request that another thread sends: it is kept until
//! the request's turn comes in the order of the file.

use std::sync::{Arc, Mutex, PoisonError};

/// Messages that are not shown yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct RetryNotes(Arc<Mutex<String>>);

impl RetryNotes {
    /// Adds a message.
    pub fn add(&self, text: &str) {
        self.text(|notes| notes.push_str(text));
    }

    /// Takes the messages out, to show them.
    pub fn take(&self) -> String {
        self.text(std::mem::take)
    }

    fn text<T>(&self, change: impl FnOnce(&mut String) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
