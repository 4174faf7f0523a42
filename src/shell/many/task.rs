//! One object: it is read, changed and read again, or deleted, on a thread of the pool.

use super::super::Prepared;
use super::super::update::{read_of, replacement, stored_differently};
use super::Shell;
use crate::body::change::BodyChange;
use crate::catalog::{Command, Release};
use crate::error::Error;
use crate::http::{Exchange, Link, Lost, RetryNotes, tree};
use crate::line::call::Call;
use crate::output::progress::Answered;
use crate::request::{Body, RequestSpec};
use crate::session::answer::Verdict;
use serde_json::Value as Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far an object is.
const READING: u8 = 0;
const WRITING: u8 = 1;
const STOPPED: u8 = 2;

/// Whether an object may still be written. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicU8>);

impl Turn {
    /// The write begins, unless the run was stopped before.
    fn begin(&self) -> bool {
        self.moves(WRITING)
    }

    /// The run is stopped; returns whether the write had not begun, and now never will.
    pub(super) fn stop(&self) -> bool {
        self.moves(STOPPED)
    }

    fn moves(&self, to: u8) -> bool {
        let order = Ordering::SeqCst;
        self.0.compare_exchange(READING, to, order, order).is_ok()
    }
}

/// An object that is being changed or deleted.
pub(super) struct Task {
    pub(super) number: u64,
    pub(super) name: String,
    /// Whether it was begun before, and rejected because of its token.
    pub(super) is_again: bool,
    pub(super) put: Prepared,
    /// Reads the object, if the request replaces it.
    pub(super) get: Option<Prepared>,
    pub(super) notes: RetryNotes,
    pub(super) turn: Turn,
}

/// What was done with an object.
pub(super) enum Did {
    /// It could not be read, so nothing was written.
    NotRead(Result<Exchange, Lost>),
    /// The change does not fit it.
    Unusable(Error),
    /// It already has these values.
    Same,
    /// The run was stopped before it was written.
    Stopped,
    /// The request was sent.
    Written {
        spec: Box<RequestSpec>,
        sent: Result<Exchange, Lost>,
        /// What the server stored differently.
        warnings: Vec<String>,
    },
}

impl Did {
    /// How many requests were sent; `reads` is whether the object is read before it is written,
    /// and after it was.
    pub(super) fn requests(&self, reads: bool) -> usize {
        let read = usize::from(reads);
        match self {
            Self::Written {
                sent: Ok(answer), ..
            } if answer.status < 300 => 1 + 2 * read,
            Self::Written { .. } => 1 + read,
            _ => read,
        }
    }

    /// Whether the server is unreachable.
    pub(super) const fn is_server_lost(&self) -> bool {
        matches!(
            self,
            Self::NotRead(Err(Lost::NotSent(_) | Lost::Unknown(_)))
                | Self::Written {
                    sent: Err(Lost::NotSent(_) | Lost::Unknown(_)),
                    ..
                }
        )
    }
}

/// What the thread needs of an update.
struct Update {
    row: &'static Command,
    change: BodyChange,
    release: Release,
    get: RequestSpec,
}

impl Task {
    /// The requests for one object.
    pub(super) fn new(
        shell: &mut Shell,
        call: &Call,
        (name, is_again): (String, bool),
        number: u64,
    ) -> Result<Self, Error> {
        let put = shell.prepare(call.about_name(&name))?;
        let get = call.is_change().then(|| read_of(&put)).transpose()?;
        Ok(Self {
            number,
            name,
            is_again,
            put,
            get,
            notes: RetryNotes::default(),
            turn: Turn::default(),
        })
    }

    /// The work of the thread.
    pub(super) fn work(
        &self,
        link: Link,
        answered: Answered,
        release: Release,
    ) -> impl FnOnce() -> Did + Send + 'static {
        let spec = self.put.spec.clone();
        let (notes, turn) = (self.notes.clone(), self.turn.clone());
        let update = self.get.as_ref().map(|get| Update {
            row: self.put.call().command,
            change: self.put.call().change.clone(),
            release,
            get: get.spec.clone(),
        });
        move || {
            let read = |spec: &RequestSpec| link.send(spec, &|text| notes.add(text));
            let write = |spec: &RequestSpec| {
                let sent = turn.begin().then(|| read(spec))?;
                if let Ok(exchange) = &sent {
                    answered.with(exchange.status, Verdict::of(exchange, false));
                }
                Some(sent)
            };
            match update {
                Some(update) => update.run(spec, &read, &write),
                None => written(Box::new(spec), &write),
            }
        }
    }
}

impl Update {
    /// Reads the object, replaces it, and reads what the server made of it.
    fn run(
        self,
        mut spec: RequestSpec,
        read: &dyn Fn(&RequestSpec) -> Result<Exchange, Lost>,
        write: &dyn Fn(&RequestSpec) -> Option<Result<Exchange, Lost>>,
    ) -> Did {
        let before = read(&self.get);
        let Some(object) = before.as_ref().ok().and_then(object_of) else {
            return Did::NotRead(before);
        };
        let (row, release) = (self.row, self.release);
        let (after, changes) = match replacement(row, &object, &self.change, release) {
            Ok(replacement) => replacement,
            Err(error) => return Did::Unusable(error),
        };
        if changes.is_empty() && !super::ask::has_query(&spec) {
            return Did::Same;
        }
        spec.body = Some(Body::new(after.clone()));
        let mut did = written(Box::new(spec), write);
        if let Did::Written {
            sent: Ok(exchange),
            warnings,
            ..
        } = &mut did
            && exchange.status < 300
        {
            let there = read(&self.get).ok();
            *warnings = match there.as_ref().and_then(object_of) {
                Some(there) => stored_differently(row, release, &after, &there, &changes),
                None => {
                    vec!["the change was sent, but the result could not be read back".to_owned()]
                }
            };
        }
        did
    }
}

fn written(
    spec: Box<RequestSpec>,
    write: &dyn Fn(&RequestSpec) -> Option<Result<Exchange, Lost>>,
) -> Did {
    match write(&spec) {
        None => Did::Stopped,
        Some(sent) => Did::Written {
            spec,
            sent,
            warnings: Vec::new(),
        },
    }
}

/// The object of an answer.
fn object_of(exchange: &Exchange) -> Option<Json> {
    let json = (exchange.status == 200).then(|| tree::parse(&exchange.body).ok())?;
    json.filter(Json::is_object)
}
