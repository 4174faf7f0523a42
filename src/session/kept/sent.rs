//! The requests of a command, for a script of curl commands. They are kept as they were sent, in
//! memory alone.

use crate::catalog::{Command, Need};
use crate::request::RequestSpec;
use crate::text::secret::Secret;
use serde_json::Value as Json;
use std::{fmt, mem};

/// The most requests of a command that are kept, and the most bytes.
const MOST: usize = 100;
const LONGEST: usize = 256 << 10;

/// Why requests are not kept.
const TOO_LARGE: &str = "its requests are too large or too many to be kept";
const FORGOTTEN: &str = "its requests are forgotten: a session keeps the last 4 MiB";
const MANY: &str = "it changes several objects";
const BACKUP: &str = "its request is a backup, or asks for one";
const UNREAD: &str = "the object that it changes is not kept";

/// A request that a server accepted.
#[derive(Clone)]
pub(crate) struct SentRequest {
    pub(crate) spec: RequestSpec,
    /// Whose login it was sent with.
    pub(crate) login: UsedLogin,
    /// The object as it was read, if the request changes a part of it.
    pub(crate) before: Option<Json>,
}

/// A login: the name of an admin, and the API key if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UsedLogin {
    pub(crate) admin: String,
    pub(crate) key: Option<Secret>,
}

/// The requests of a command.
#[derive(Clone, Default)]
pub(crate) struct SentRequests {
    all: Vec<SentRequest>,
    /// The bytes of their bodies, and of the objects that they change.
    bytes: usize,
    /// The last object that was read, and its path.
    read: Option<(String, Json)>,
    /// Why one of them is not kept.
    lost: Option<&'static str>,
}

impl SentRequests {
    /// Takes the requests so far, for a command that has ended.
    pub(crate) fn take(&mut self) -> Self {
        self.read = None;
        mem::take(self)
    }

    /// Notes that a server has accepted a request; `changes` says that it replaces an object by
    /// the same with a change.
    pub(crate) fn add(&mut self, spec: &RequestSpec, login: UsedLogin, changes: bool) {
        let path = spec.url.path();
        let before = self.read.take().filter(|_| changes);
        let before = before.filter(|(read, _)| read == path);
        let before = before.map(|(_, object)| object);
        self.bytes += spec.url.as_str().len();
        self.bytes += spec.body.as_ref().map_or(0, |body| body.text.len());
        if spec.is_confidential() {
            self.lose(BACKUP);
        } else if changes && before.is_none() {
            self.lose(UNREAD);
        } else if self.all.len() == MOST || self.bytes > LONGEST {
            self.lose(TOO_LARGE);
        }
        if self.lost.is_none() {
            let spec = spec.clone();
            self.all.push(SentRequest {
                spec,
                login,
                before,
            });
        }
    }

    /// Notes that the command changes several objects, whose requests are not kept.
    pub(crate) fn add_many(&mut self) {
        self.lose(MANY);
    }

    fn lose(&mut self, why: &'static str) {
        self.lost.get_or_insert(why);
        self.all = Vec::new();
    }

    /// Forgets them, to make room.
    pub(super) fn forget(&mut self) {
        if !self.all.is_empty() {
            self.lose(FORGOTTEN);
        }
        self.bytes = 0;
    }

    /// Why they are not kept, if they are not.
    pub(super) fn lost(&self) -> Option<&'static str> {
        self.lost
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

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
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
