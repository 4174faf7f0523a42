//! Commands that are in flight together: sent from threads of their own, their
//! answers taken up in the order of the file.

use super::run::Command;
use crate::http::window::Window;
use crate::http::{Exchange, Link, Lost};
use crate::progress::Answered;
use crate::shell::Prepared;
use std::time::{Duration, Instant};

/// The commands in flight, in the order of the file.
#[derive(Default)]
pub(super) struct Flights(Window<Flight, Landed>);

/// A command in flight.
pub(super) struct Flight {
    /// Its number.
    pub(super) number: u64,
    /// Where it stands.
    pub(super) command: Command,
    /// Its request.
    pub(super) prepared: Prepared,
}

/// What came of a command in flight.
pub(super) struct Landed {
    /// The answer.
    pub(super) sent: Result<Exchange, Lost>,
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
            told: String::new(),
            took: Duration::ZERO,
        }
    }

    fn is_good(&self) -> bool {
        let good = |exchange: &Exchange| (200..300).contains(&exchange.status);
        self.sent.as_ref().is_ok_and(good)
    }
}

impl Flights {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that the next one gets.
    pub(super) fn next_number(&self) -> u64 {
        self.0.next_number()
    }

    /// Whether one more may begin: `most` may be under way at once, and two
    /// that are about the same thing only if neither writes.
    pub(super) fn has_room_for(&self, prepared: &Prepared, most: usize) -> bool {
        let mut flights = self.0.iter();
        self.0.has_room(most)
            && !flights.any(|(flight, _)| flight.prepared.conflicts_with(prepared))
    }

    /// Whether an answer came that will stop the run when its turn comes.
    pub(super) fn are_in_trouble(&self, keep_going: bool) -> bool {
        let stops = |(flight, landed): (&Flight, Option<&Landed>)| {
            landed.is_some_and(|landed| !landed.is_good()) && !flight.command.ignored
        };
        !keep_going && self.0.iter().any(stops)
    }

    /// Sends a command.
    pub(super) fn begin(
        &mut self,
        command: Command,
        prepared: Prepared,
        link: Link,
        answered: Answered,
    ) {
        let spec = prepared.spec.clone();
        let flight = Flight {
            number: self.next_number(),
            command,
            prepared,
        };
        self.0.begin(flight, move || {
            let began = Instant::now();
            let told = std::cell::RefCell::new(String::new());
            let sent = link.send(&spec, &|text| told.borrow_mut().push_str(text));
            if let Ok(exchange) = &sent {
                answered.with(exchange.status);
            }
            Landed {
                sent,
                told: told.into_inner(),
                took: began.elapsed(),
            }
        });
    }

    /// Takes up the answers that are there.
    pub(super) fn take_up(&mut self) {
        self.0.take_up();
    }

    /// Waits for an answer.
    pub(super) fn wait(&mut self) {
        self.0.wait(&|| true);
    }

    /// The first of the file with what came of it, if that is known.
    pub(super) fn first_landed(&mut self) -> Option<(Flight, Landed)> {
        let (flight, landed) = self.0.first_done()?;
        Some((flight, landed.unwrap_or_else(Landed::broken)))
    }

    /// The first of the file, awaited if it writes. One that only reads is
    /// left to itself.
    pub(super) fn drain(&mut self) -> Option<(Flight, Option<Landed>)> {
        let (flight, landed) = self.0.drain(|flight| flight.prepared.spec.writes())?;
        let landed = landed.map(|landed| landed.unwrap_or_else(Landed::broken));
        Some((flight, landed))
    }
}
