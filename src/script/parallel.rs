//! Requests in flight: several are sent at once, from threads of a pool, and their
//! answers are collected in the order of the file.

use super::run::Statement;
use crate::http::pool::Pool;
use crate::http::{Exchange, Link, Lost, RetryNotes};
use crate::output::progress::Answered;
use crate::session::answer::Verdict;
use crate::shell::{Prepared, Subject};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The statements whose requests are in flight, in the order of the file.
#[derive(Default)]
pub(super) struct InFlight {
    pool: Pool<Pending, Finished>,
    /// Whether requests that have not been sent yet are dropped.
    given_up: Arc<AtomicBool>,
}

/// A statement whose request is in flight.
pub(super) struct Pending {
    pub(super) number: u64,
    /// Its statement.
    pub(super) statement: Statement,
    /// Its request.
    pub(super) prepared: Prepared,
    /// Messages about its retries.
    pub(super) retry_notes: RetryNotes,
    /// The object it refers to.
    subject: Subject,
}

/// The result of a request in flight.
pub(super) struct Finished {
    /// The answer.
    pub(super) sent: Result<Exchange, Lost>,
    /// Whether it is a success.
    is_good: bool,
    /// How long it took.
    pub(super) took: Duration,
}

impl Finished {
    /// The result of an interrupted request: it may have been applied.
    fn broken() -> Self {
        Self {
            sent: Err(Lost::broken()),
            is_good: false,
            took: Duration::ZERO,
        }
    }
}

impl InFlight {
    /// Whether none is in flight.
    pub(super) fn is_empty(&self) -> bool {
        self.pool.is_empty()
    }

    /// The number of the next command.
    pub(super) fn next_number(&self) -> u64 {
        self.pool.next_number()
    }

    /// Whether another command can start: at most `most` run at a time, and two
    /// on the same object only if neither writes.
    pub(super) fn has_room_for(&self, subject: &Subject, most: usize) -> bool {
        let mut pending = self.pool.iter();
        self.pool.has_room(most) && !pending.any(|(one, _)| one.subject.conflicts_with(subject))
    }

    /// Whether an answer has arrived that will stop the run.
    pub(super) fn will_stop(&self, keep_going: bool) -> bool {
        let stops = |(pending, finished): (&Pending, Option<Option<&Finished>>)| {
            let fails =
                finished.is_some_and(|finished| finished.is_none_or(|finished| !finished.is_good));
            fails && !pending.statement.ignored
        };
        !keep_going && self.pool.iter().any(stops)
    }

    /// Sends a command.
    pub(super) fn start(
        &mut self,
        statement: Statement,
        prepared: Prepared,
        link: Link,
        answered: Answered,
    ) {
        let link = link.until(Arc::clone(&self.given_up));
        let spec = prepared.spec.clone();
        let retry_notes = RetryNotes::default();
        let pending = Pending {
            number: self.next_number(),
            statement,
            retry_notes: retry_notes.clone(),
            subject: prepared.subject(),
            prepared,
        };
        self.pool.start(pending, move || {
            let began = Instant::now();
            let sent = link.send(&spec, &|text| retry_notes.add(text));
            let raw = spec.command.is_none();
            let is_good = match &sent {
                Ok(exchange) if spec.writes() => {
                    let verdict = Verdict::of(exchange, raw);
                    answered.with(exchange.status, verdict);
                    verdict == Verdict::Done
                }
                Ok(exchange) => Verdict::seems_done(exchange, raw),
                Err(_) => false,
            };
            Finished {
                is_good,
                sent,
                took: began.elapsed(),
            }
        });
    }

    /// The first one in the order of the file.
    pub(super) fn first(&self) -> Option<&Pending> {
        self.pool.iter().next().map(|(pending, _)| pending)
    }

    /// Drops the requests that have not been sent.
    pub(super) fn give_up(&mut self) {
        let before = std::mem::take(&mut self.given_up);
        before.store(true, Ordering::SeqCst);
    }

    /// Stores the answers that have arrived.
    pub(super) fn poll(&mut self) {
        self.pool.poll();
    }

    /// Waits for an answer. Meanwhile, `tell` gets the messages of the first request in the
    /// file.
    pub(super) fn wait(&mut self, tell: &dyn Fn(&RetryNotes)) {
        let first = self.first().map(|first| first.retry_notes.clone());
        self.pool.wait(&|| {
            first.iter().for_each(tell);
            true
        });
    }

    /// The first in the order of the file, with its result if that is known.
    pub(super) fn first_finished(&mut self) -> Option<(Pending, Finished)> {
        let (pending, finished) = self.pool.first_done()?;
        Some((pending, finished.unwrap_or_else(Finished::broken)))
    }

    /// The first request in the file. If it writes, its result is waited for; if it only
    /// reads, it is abandoned.
    pub(super) fn drain(&mut self) -> Option<(Pending, Option<Finished>)> {
        let (pending, finished) = self.pool.drain(|pending| pending.prepared.spec.writes())?;
        let finished = finished.map(|finished| finished.unwrap_or_else(Finished::broken));
        Some((pending, finished))
    }
}
