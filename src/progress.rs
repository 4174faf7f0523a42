//! How far a run of commands has come: what Ctrl-C and a failure report.

use crate::render::error::Place;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far a run has come. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Mutex<State>>);

/// The state of a run.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Where the command that runs stands.
    pub place: Option<Place>,
    /// How many commands are done.
    pub done: usize,
    /// How many there are, if it is known.
    pub total: Option<usize>,
    /// How many failed and were gone on after.
    pub failed: usize,
    /// The write that is under way: its command, and the line that shows its outcome.
    pub writing: Option<(String, String)>,
    /// Whether it runs until it is interrupted.
    pub until_interrupted: bool,
}

impl Progress {
    /// The state.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is to say of a run that ended in the middle.
    pub(crate) fn ended(&self, how: &str) -> String {
        let state = self.state();
        let at = state
            .place
            .as_ref()
            .map_or_else(String::new, |place| match place {
                Place::File { name, line } => {
                    format!(" at {}:{line}", crate::render::clean::line(name))
                }
                _ => String::new(),
            });
        let mut text = format!("{how}{at}; {}", done(state.done));
        if let Some((command, check)) = &state.writing {
            text.push_str(&format!(
                "; `{command}` was under way: whether it was done is not known"
            ));
            if !check.is_empty() {
                text.push_str(&format!("; `{check}` shows it"));
            }
        }
        text + "\n"
    }
}

/// `1 command done`.
pub(crate) fn done(count: usize) -> String {
    format!("{} done", counted(count))
}

/// `1 command`, `2 commands`.
pub(crate) fn counted(count: usize) -> String {
    format!("{count} command{}", if count == 1 { "" } else { "s" })
}
