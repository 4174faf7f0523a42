//! Commands that are in flight together: sent from threads of their own, their
//! answers taken up in the order of the file.

use super::run::Command;
use crate::http::window::Window;
use crate::http::{Exchange, Link, Lost};
use crate::output::progress::Answered;
use crate::session::answer::Verdict;
use crate::shell::{Prepared, Subject};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The commands in flight, in the order of the file.
#[derive(Default)]
pub(super) struct Flights {
    window: Window<Flight, Landed>,
    /// Whether what has not left by now is to be given up.
    given_up: Arc<AtomicBool>,
}

/// A command in flight.
pub(super) struct Flight {
    pub(super) number: u64,
    /// Where it stands.
    pub(super) command: Command,
    /// Its request.
    pub(super) prepared: Prepared,
    /// What that is about.
    subject: Subject,
}

/// What came of a command in flight.
pub(super) struct Landed {
    /// The answer.
    pub(super) sent: Result<Exchange, Lost>,
    /// Whether it is a good one.
    is_good: bool,
    /// What there is to tell of new tries.
    pub(super) told: String,
    /// How long it took.
    pub(super) took: Duration,
}

impl Landed {
    /// Of a request that broke off: it may have been done.
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
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.window.is_empty()
    }

    /// The number that the next one gets.
    pub(super) fn next_number(&self) -> u64 {
        self.window.next_number()
    }

    /// Whether one more may begin: `most` may be under way at once, and two
    /// that are about the same thing only if neither writes.
    pub(super) fn has_room_for(&self, subject: &Subject, most: usize) -> bool {
        let mut flights = self.window.iter();
        self.window.has_room(most)
            && !flights.any(|(flight, _)| flight.subject.conflicts_with(subject))
    }

    /// Whether an answer came that will stop the run when its turn comes.
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

    /// The first of the file.
    pub(super) fn first(&self) -> Option<&Flight> {
        self.window.iter().next().map(|(flight, _)| flight)
    }

    /// What is in flight and never left is not tried again.
    pub(super) fn give_up(&mut self) {
        let before = std::mem::take(&mut self.given_up);
        before.store(true, Ordering::SeqCst);
    }

    /// Takes up the answers that are there.
    pub(super) fn take_up(&mut self) {
        self.window.take_up();
    }

    /// Waits for an answer.
    pub(super) fn wait(&mut self) {
        self.window.wait(&|| true);
    }

    /// The first of the file with what came of it, if that is known.
    pub(super) fn first_landed(&mut self) -> Option<(Flight, Landed)> {
        let (flight, landed) = self.window.first_done()?;
        Some((flight, landed.unwrap_or_else(Landed::broken)))
    }

    /// The first of the file, awaited if it writes. One that only reads is
    /// left to itself.
    pub(super) fn drain(&mut self) -> Option<(Flight, Option<Landed>)> {
        let (flight, landed) = self.window.drain(|flight| flight.prepared.spec.writes())?;
        let landed = landed.map(|landed| landed.unwrap_or_else(Landed::broken));
        Some((flight, landed))
    }
}
