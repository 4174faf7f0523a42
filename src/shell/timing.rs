//! The time that a command took, and the line that shows that it is still running.

use super::Shell;
use crate::error::Error;
use crate::input::size;
use crate::output::waiting::Waiting;
use crate::request::RequestSpec;
use crate::text::words::plural;
use std::time::{Duration, Instant};

/// A terminal that does not say its size has at least this many columns.
const COLUMNS: usize = 80;

impl Shell {
    /// Runs a command, and notes what it took, if `timing` is on; the time that the user needs
    /// to answer questions is not counted.
    pub(crate) fn timed<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !self.session.settings.timing {
            return run(self);
        }
        let (began, away, requests) = (Instant::now(), self.away(), self.requests);
        let done = run(self);
        let took = began
            .elapsed()
            .saturating_sub(self.away().saturating_sub(away));
        self.took = Some((took, self.requests - requests));
        done
    }

    /// Says what the last command took, if that was noted.
    pub(crate) fn say_time(&mut self) {
        if let Some((took, requests)) = self.took.take() {
            self.say_took(took, requests);
        }
    }

    /// Says what a command took that was sent ahead.
    pub(crate) fn say_took(&self, took: Duration, requests: usize) {
        self.screen().say(&said(took, requests));
    }

    /// How long questions and other programs had the terminal.
    fn away(&self) -> Duration {
        self.asker.away() + self.progress.state().away
    }

    /// Shows that an answer is waited for, once that takes a while, until `end_waiting`;
    /// returns whether that was to be called.
    pub(crate) fn begin_waiting_for(&self, spec: &RequestSpec) -> bool {
        let host = spec.url.host_str().unwrap_or_default();
        let port = spec.url.port();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        self.begin_waiting(&format!("{host}{port}"))
    }

    /// Does something that may take a while, and says so on a terminal.
    pub(crate) fn waiting_for<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        let begins = self.begin_waiting(what);
        let done = work();
        if begins {
            self.progress.end_waiting();
        }
        done
    }

    /// The same for a wait of several requests.
    pub(crate) fn begin_waiting(&self, what: &str) -> bool {
        let out = &self.out;
        let mut state = self.progress.state();
        let is_busy = state.bar.is_some() || state.waiting.is_some();
        if !out.redraws || !out.terminal.stderr || out.quiet || is_busy {
            return false;
        }
        let columns = size::of_stderr().unwrap_or(COLUMNS);
        let waiting = Waiting::begin(out.stderr.clone(), what.to_owned(), columns);
        state.waiting = Some(waiting);
        true
    }
}

/// `time: 12 ms (3 requests)`.
fn said(took: Duration, requests: usize) -> String {
    let millis = took.as_millis();
    let took = match took.as_secs() {
        0 => format!("{millis} ms"),
        seconds @ 1..60 => format!("{seconds}.{:02} s", took.subsec_millis() / 10),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    };
    if requests > 1 {
        format!("time: {took} ({})\n", plural(requests, "request"))
    } else {
        format!("time: {took}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        for (millis, requests, text) in [
            (0, 0, "time: 0 ms\n"),
            (999, 1, "time: 999 ms\n"),
            (1009, 2, "time: 1.00 s (2 requests)\n"),
            (59_999, 1, "time: 59.99 s\n"),
            (61_000, 1, "time: 1 min 1 s\n"),
        ] {
            assert_eq!(said(Duration::from_millis(millis), requests), text);
        }
    }
}
