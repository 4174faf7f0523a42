//! The last write of the session, as far as it can be undone.

use super::Session;
use crate::line::call::Call;
use crate::request::RequestSpec;
use serde_json::Value as Json;
use std::fmt;

/// The last write of the session.
#[derive(Clone, Debug, Default)]
pub(crate) enum LastWrite {
    /// Nothing was written.
    #[default]
    Nothing,
    /// Something was written by this command, and it is not known what was there before.
    Unknown(&'static str),
    /// An object was changed.
    Change(Box<Change>),
}

/// A change that can be undone.
#[derive(Clone)]
pub(crate) struct Change {
    /// The command that replaces the object, with no more than its name.
    pub(crate) call: Call,
    /// The object before and after it, without the fields of other objects.
    pub(crate) before: Json,
    pub(crate) after: Json,
    /// The fields that changed: of a secret only its path is known.
    pub(crate) changed: Vec<String>,
    /// The secrets among them.
    pub(crate) secrets: Vec<String>,
}

impl fmt::Debug for Change {
    /// Without the object, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({:?}, {:?})", self.call, self.changed)
    }
}

impl Session {
    /// Notes that a request is sent: what it changes cannot be undone, until more is known.
    pub(crate) fn note_write(&mut self, spec: &RequestSpec) {
        if spec.writes() {
            let name = spec.command.map_or("a raw request", |row| row.name);
            self.last_write = LastWrite::Unknown(name);
        }
    }
}
