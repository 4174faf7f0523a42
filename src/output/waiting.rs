//! The line that shows what the shell is waiting for, once that takes a while.

use crate::env::Stream;
use crate::text::ansi::CLEAR_ROW;
use crate::text::width::fitted;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shorter waits are not mentioned.
const SOON: Duration = Duration::from_millis(500);

/// How often the line is drawn again.
const OFTEN: Duration = Duration::from_secs(1);

/// The line, from the start of a wait to `end`. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Waiting(Arc<Shared>);

struct Shared {
    stream: Stream,
    what: String,
    columns: usize,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    is_drawn: bool,
    has_ended: bool,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiting({:?})", self.0.what)
    }
}

impl Waiting {
    /// Begins to wait for something, on a terminal of this many columns.
    pub(crate) fn begin(stream: Stream, what: String, columns: usize) -> Self {
        let waiting = Self(Arc::new(Shared {
            stream,
            what,
            columns,
            state: Mutex::default(),
            ended: Condvar::new(),
        }));
        let shared = Arc::clone(&waiting.0);
        // Without a thread there is no line.
        let _ = std::thread::Builder::new().spawn(move || shared.draw());
        waiting
    }

    /// Lets other output be written to the terminal.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        let mut state = self.0.lock();
        self.0.clear(&mut state);
        write();
    }

    /// Removes the line.
    pub(crate) fn end(&self) {
        let mut state = self.0.lock();
        state.has_ended = true;
        self.0.clear(&mut state);
        self.0.ended.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clear(&self, state: &mut State) {
        if std::mem::take(&mut state.is_drawn) {
            let _ = self.stream.write(CLEAR_ROW.as_bytes());
        }
    }

    fn draw(&self) {
        let began = Instant::now();
        let mut next = SOON;
        let mut state = self.lock();
        loop {
            let left = next.saturating_sub(began.elapsed());
            if left.is_zero() {
                let text = said(&self.what, began.elapsed(), self.columns);
                let _ = self.stream.write(format!("{CLEAR_ROW}{text}").as_bytes());
                state.is_drawn = true;
                next = Duration::from_secs(began.elapsed().as_secs()) + OFTEN;
                continue;
            }
            let waited = self.ended.wait_timeout(state, left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.has_ended {
                return;
            }
        }
    }
}

/// The line; the last column is left free, since a full row may wrap.
fn said(what: &str, waited: Duration, columns: usize) -> String {
    let seconds = match waited.as_secs() {
        0 => String::new(),
        seconds => format!(" {seconds} s"),
    };
    let text = format!("waiting for {what} …{seconds} (Ctrl-C interrupts)");
    fitted(&text, columns.saturating_sub(1)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits() {
        let said = |seconds, columns| said("h:80", Duration::from_millis(seconds), columns);
        assert_eq!(said(500, 80), "waiting for h:80 … (Ctrl-C interrupts)");
        assert_eq!(said(3200, 80), "waiting for h:80 … 3 s (Ctrl-C interrupts)");
        assert_eq!(said(3200, 20), "waiting for h:80 ……");
    }
}
