//! Shows an answer after a jq filter.

use super::Shell;
use super::list::failed;
use crate::error::{Error, Fault};
use crate::query::Jq;
use crate::text::clean;
use crate::text::words::{EXCERPT, beginning};
use serde_json::Value as Json;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// The maximum number of results that wait to be shown.
const WAITING: usize = 256;

/// The maximum number of results: a filter may have no end.
const MOST: usize = 10_000_000;

/// How often a wait for a result looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// How long the first results are collected for the pager.
const SOON: Duration = Duration::from_millis(500);

type Results = Receiver<Result<Json, String>>;

impl Shell {
    /// Runs a filter on an answer, and shows its results, one after the other. After Ctrl-C
    /// its thread is abandoned: it ends with its next result, or with the program.
    pub(super) fn print_filtered(&self, filter: &Jq, json: &Json) -> Result<(), Error> {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = filter.run(json.to_string().into_bytes(), move |result| {
            sender
                .send(result)
                .map_or(ControlFlow::Break(()), ControlFlow::Continue)
        });
        let thread = thread.ok_or_else(|| failed("it cannot be started"))?;
        let shown = match self.asker.interrupt_of_wait() {
            None => self.print_results(&receiver),
            Some(interrupt) => interrupt.ignoring(|| self.print_results(&receiver)),
        };
        shown?;
        thread
            .join()
            .map_err(|_| failed("internal error; please report this"))
    }

    fn print_results(&self, results: &Results) -> Result<(), Error> {
        let mut count = 0;
        // The results that come at once are paged together; later ones are printed as they
        // come.
        let began = Instant::now();
        let mut first = self.screen().pages().then(Vec::new);
        loop {
            // It may have come before the filter was started.
            if self.asker.was_interrupted() {
                let message = "interrupted; the rest is not shown";
                return Err(Error::new(Fault::Interrupted, message));
            }
            let (page, end) = received(results);
            count += page.len();
            if let Some(pending) = &mut first {
                pending.extend(page);
            } else {
                self.screen().print_some(page.iter())?;
            }
            if end.is_some() || began.elapsed() > SOON {
                let pending = first.take().unwrap_or_default();
                if end.is_some() {
                    self.screen().print_each(pending.iter())?;
                } else {
                    self.screen().print_some(pending.iter())?;
                }
            }
            match end {
                Some(Ok(())) => return Ok(()),
                Some(Err(why)) => {
                    return Err(failed(&clean::line(
                        // It may repeat the whole answer.
                        &beginning(&why, EXCERPT),
                    )));
                }
                None if count >= MOST => {
                    return Err(failed(&format!("it has more than {MOST} results")));
                }
                None => {}
            }
        }
    }
}

/// The results that are there, and how they ended, if they did.
fn received(results: &Results) -> (Vec<Json>, Option<Result<(), String>>) {
    let mut page = Vec::new();
    let mut next = results.recv_timeout(LOOK);
    loop {
        match next {
            Ok(Ok(json)) => page.push(json),
            Ok(Err(why)) => return (page, Some(Err(why))),
            Err(RecvTimeoutError::Timeout) => return (page, None),
            Err(RecvTimeoutError::Disconnected) => return (page, Some(Ok(()))),
        }
        if page.len() >= WAITING {
            return (page, None);
        }
        next = results.recv_timeout(Duration::ZERO);
    }
}
