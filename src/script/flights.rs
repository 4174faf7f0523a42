//! Commands that run in parallel: sent from their own threads, their answers
//! handled in file order.

use super::run::Command;
use crate::http::window::Window;
use crate::http::{Exchange, Link, Lost};
use crate::output::progress::Answered;
use crate::session::answer::Verdict;
use crate::shell::{Prepared, Subject};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The running commands, in file order.
#[derive(Default)]
pub(super) struct Flights {
    window: Window<Flight, Landed>,
    /// Set when requests not yet sent should be dropped.
    given_up: Arc<AtomicBool>,
}

/// A running command.
pub(super) struct Flight {
    pub(super) number: u64,
    /// Its position.
    pub(super) command: Command,
    /// Its request.
    pub(super) prepared: Prepared,
    /// The object it refers to.
    subject: Subject,
}

/// The result of a running command.
pub(super) struct Landed {
    /// The answer.
    pub(super) sent: Result<Exchange, Lost>,
    /// Whether it is a success.
    is_good: bool,
    /// Messages about retries.
    pub(super) told: String,
    /// How long it took.
    pub(super) took: Duration,
}

impl Landed {
    /// For an interrupted request, which may have been applied.
    fn broken() -> Self {
        Self {
            sent: Err(Lost::broken()),
            is_good: false,
            told: String::new(),
            took: Duration::ZERO,
        }
    }
}

impl Flights {
    /// Whether no command is running.
    pub(super) fn is_empty(&self) -> bool {
        self.window.is_empty()
    }

    /// The number of the next command.
    pub(super) fn next_number(&self) -> u64 {
        self.window.next_number()
    }

    /// Whether another command can start: at most `most` run at a time, and two
    /// on the same object only if neither writes.
    pub(super) fn has_room_for(&self, subject: &Subject, most: usize) -> bool {
        let mut flights = self.window.iter();
        self.window.has_room(most)
            && !flights.any(|(flight, _)| flight.subject.conflicts_with(subject))
    }

    /// Whether a received answer will stop the run when its turn comes.
    pub(super) fn are_in_trouble(&self, keep_going: bool) -> bool {
        let stops = |(flight, landed): (&Flight, Option<Option<&Landed>>)| {
            let fails = landed.is_some_and(|landed| landed.is_none_or(|landed| !landed.is_good));
            fails && !flight.command.ignored
        };
        !keep_going && self.window.iter().any(stops)
    }

    /// Sends a command.
    pub(super) fn begin(
        &mut self,
        command: Command,
        prepared: Prepared,
        link: Link,
        answered: Answered,
    ) {
        let link = link.until(Arc::clone(&self.given_up));
        let spec = prepared.spec.clone();
        let flight = Flight {
            number: self.next_number(),
            command,
            subject: prepared.subject(),
            prepared,
        };
        self.window.begin(flight, move || {
            let began = Instant::now();
            let told = std::cell::RefCell::new(String::new());
            let sent = link.send(&spec, &|text| told.borrow_mut().push_str(text));
            let verdict = sent.as_ref().map(|exchange| {
                (
                    exchange.status,
                    Verdict::of(exchange, spec.command.is_none()),
                )
            });
            if let Ok((status, verdict)) = verdict {
                answered.with(status, verdict);
            }
            Landed {
                is_good: matches!(verdict, Ok((_, Verdict::Done))),
                sent,
                told: told.into_inner(),
                took: began.elapsed(),
            }
        });
    }

    /// The first command in file order.
    pub(super) fn first(&self) -> Option<&Flight> {
        self.window.iter().next().map(|(flight, _)| flight)
    }

    /// Requests that were not sent yet are not retried.
    pub(super) fn give_up(&mut self) {
        let before = std::mem::take(&mut self.given_up);
        before.store(true, Ordering::SeqCst);
    }

    /// Collects the answers received so far.
    pub(super) fn take_up(&mut self) {
        self.window.take_up();
    }

    /// Waits for an answer.
    pub(super) fn wait(&mut self) {
        self.window.wait(&|| true);
    }

    /// The first command in file order with its result, if it has arrived.
    pub(super) fn first_landed(&mut self) -> Option<(Flight, Landed)> {
        let (flight, landed) = self.window.first_done()?;
        Some((flight, landed.unwrap_or_else(Landed::broken)))
    }

    /// The first command in file order; waits for it if it writes. A read is
    /// abandoned.
    pub(super) fn drain(&mut self) -> Option<(Flight, Option<Landed>)> {
        let (flight, landed) = self.window.drain(|flight| flight.prepared.spec.writes())?;
        let landed = landed.map(|landed| landed.unwrap_or_else(Landed::broken));
        Some((flight, landed))
    }
}
