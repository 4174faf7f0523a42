//! The requests of a command, for a script of curl commands. They are kept as they were sent, in
//! memory alone.

use crate::catalog::{Command, Need};
use crate::request::RequestSpec;
use serde_json::Value as Json;
use std::{fmt, mem};

/// The most requests of a command that are kept, and the most bytes.
const MOST: usize = 100;
const LONGEST: usize = 256 << 10;

/// A request that a server accepted.
#[derive(Clone)]
pub(crate) struct SentRequest {
    pub(crate) spec: RequestSpec,
    /// The object as it was read, if the request changes a part of it.
    pub(crate) before: Option<Json>,
}

/// The requests of a command.
#[derive(Clone, Default)]
pub(crate) struct SentRequests {
    all: Vec<SentRequest>,
    /// The bytes of their bodies, and of the objects that they change.
    bytes: usize,
    /// The last object that was read, and its path.
    read: Option<(String, Json)>,
    /// Whether one of them is not kept.
    is_cut: bool,
}

impl SentRequests {
    /// Takes the requests so far, for a command that has ended.
    pub(crate) fn take(&mut self) -> Self {
        self.read = None;
        mem::take(self)
    }

    /// Notes that a server has accepted a request; `changes` says that it replaces an object by
    /// the same with a change.
    pub(crate) fn add(&mut self, spec: &RequestSpec, changes: bool) {
        let path = spec.url.path();
        let before = self.read.take().filter(|_| changes);
        let before = before.filter(|(read, _)| read == path);
        let before = before.map(|(_, object)| object);
        self.bytes += spec.body.as_ref().map_or(0, |body| body.text.len());
        let is_lost = changes && before.is_none() || spec.is_confidential();
        if is_lost || self.all.len() == MOST || self.bytes > LONGEST {
            self.is_cut = true;
            self.all = Vec::new();
        }
        if !self.is_cut {
            let spec = spec.clone();
            self.all.push(SentRequest { spec, before });
        }
    }

    /// Notes that an object of this length was read before it is changed.
    pub(crate) fn add_read(&mut self, spec: &RequestSpec, object: &Json, len: usize) {
        self.bytes += len;
        self.read = Some((spec.url.path().to_owned(), object.clone()));
    }

    /// The bytes that it takes, about.
    pub(super) fn len(&self) -> usize {
        self.bytes
    }

    /// Those that do again what the command did; `writes` says that it changed something. None if
    /// it sent nothing, or something that is not kept.
    pub(crate) fn of(&self, writes: bool) -> Self {
        let mut own = self.clone();
        own.all.retain(|sent| !writes || sent.spec.writes());
        own
    }

    pub(super) fn all(&self) -> &[SentRequest] {
        &self.all
    }
}

impl fmt::Debug for SentRequests {
    /// Without the objects, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SentRequests({})", self.all.len())
    }
}

impl SentRequest {
    /// The user id that its path ends with.
    pub(super) fn user_id(&self) -> Option<i64> {
        let params = self
            .spec
            .command
            .map_or(&[][..], |row: &Command| row.params);
        let takes_id = |need| need == Need::LastUserId;
        params.iter().find(|param| takes_id(param.need))?;
        let last = self.spec.url.path_segments()?.next_back()?;
        last.parse().ok()
    }
}
