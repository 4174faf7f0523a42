//! Commands that are in flight together: sent from threads of their own, their
//! answers taken up in the order of the file.

use super::run::Command;
use crate::http::lanes::Lanes;
use crate::http::{Exchange, Link, Lost};
use crate::progress::Answered;
use crate::shell::Prepared;
use std::collections::VecDeque;

/// How many answers may lie ready behind one that is late, for each one in
/// flight. A bound for the memory, and enough that a slow answer delays no other.
const READY: usize = 8;

/// The commands in flight, in the order of the file.
#[derive(Default)]
pub(super) struct Flights {
    lanes: Lanes<Landed>,
    queue: VecDeque<Flight>,
    next: u64,
}

/// A command in flight.
pub(super) struct Flight {
    /// Its number.
    pub(super) number: u64,
    /// Where it stands.
    pub(super) command: Command,
    /// Its request.
    pub(super) prepared: Prepared,
    landed: Option<Landed>,
}

/// What came of a command in flight.
pub(super) struct Landed {
    /// The answer.
    pub(super) sent: Result<Exchange, Lost>,
    /// What there is to tell of new tries.
    pub(super) told: String,
}

impl Landed {
    /// Of a request that broke off: it may have been done.
    fn broken() -> Self {
        let why = "the request broke off, which is a bug".to_owned();
        Self {
            sent: Err(Lost::Unknown(why)),
            told: String::new(),
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
        self.queue.is_empty()
    }

    /// The number that the next one gets.
    pub(super) fn next_number(&self) -> u64 {
        self.next
    }

    /// Whether one more may begin: `most` may be under way at once, and two
    /// that are about the same thing only if neither writes.
    pub(super) fn has_room_for(&self, prepared: &Prepared, most: usize) -> bool {
        self.lanes.busy() < most
            && self.queue.len() < most * READY
            && !self
                .queue
                .iter()
                .any(|flight| flight.prepared.conflicts_with(prepared))
    }

    /// Whether an answer came that will stop the run when its turn comes.
    pub(super) fn are_in_trouble(&self, keep_going: bool) -> bool {
        !keep_going
            && self.queue.iter().any(|flight| {
                let failed = flight
                    .landed
                    .as_ref()
                    .is_some_and(|landed| !landed.is_good());
                failed && !flight.command.ignored
            })
    }

    /// Sends a command.
    pub(super) fn begin(
        &mut self,
        command: Command,
        prepared: Prepared,
        link: Link,
        answered: Answered,
    ) {
        let number = self.next;
        self.next += 1;
        let spec = prepared.spec.clone();
        self.lanes.begin(number, move || {
            let told = std::cell::RefCell::new(String::new());
            let sent = link.send(&spec, &|text| told.borrow_mut().push_str(text));
            if let Ok(exchange) = &sent {
                answered.with(exchange.status);
            }
            Landed {
                sent,
                told: told.into_inner(),
            }
        });
        self.queue.push_back(Flight {
            number,
            command,
            prepared,
            landed: None,
        });
    }

    /// Takes up the answers that are there; waits for one, if it is to.
    pub(super) fn take_up(&mut self, mut wait: bool) {
        while let Some((number, landed)) = self.lanes.done(wait) {
            wait = false;
            let landed = landed.unwrap_or_else(Landed::broken);
            let mut queue = self.queue.iter_mut();
            if let Some(flight) = queue.find(|flight| flight.number == number) {
                flight.landed = Some(landed);
            }
        }
    }

    /// The first of the file with what came of it, if that is known.
    pub(super) fn first_landed(&mut self) -> Option<(Flight, Landed)> {
        let landed = self.queue.front_mut()?.landed.take()?;
        Some((self.queue.pop_front()?, landed))
    }

    /// The first of the file that writes, awaited. Those that only read are
    /// left to themselves.
    pub(super) fn next_write(&mut self) -> Option<(Flight, Landed)> {
        while !self.queue.front()?.prepared.spec.writes() {
            self.queue.pop_front();
        }
        while self.queue.front()?.landed.is_none() {
            self.take_up(true);
        }
        self.first_landed()
    }
}
