//! The commands that change a part of an object, although their request replaces it.

use super::{Command, Group, Method, ParamPlace, Release, Route, every};
use crate::catalog::Param;

/// The prefix of these commands; the noun follows it.
const CHANGES: &str = "update_";
/// The prefix of the commands that add something.
pub(super) const ADDS: &str = "add_";

/// Counters that the server maintains and keeps whatever is sent; they change
/// while a user is active.
pub const SERVER_COUNTED_FIELDS: [&str; 8] = [
    "used_quota_size",
    "used_quota_files",
    "used_upload_data_transfer",
    "used_download_data_transfer",
    "last_quota_update",
    "last_login",
    "first_upload",
    "first_download",
];

/// Lists of an object whose order means nothing: each item is known by its name.
pub const UNORDERED_FIELDS: [&str; 2] = ["groups", "virtual_folders"];

/// The first release whose PUT replaces the whole object.
const CLEARS: Release = Release::new(2, 5, 0);

/// What a server does with fields that are not in the body of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// It keeps them: the body is merged into the object; lists and permissions replace the old ones.
    Kept,
    /// It keeps them, except for storage and virtual folders, which are removed.
    KeptInPart,
    /// It clears them.
    Cleared,
}

impl Unnamed {
    /// What a request with only the given fields does; the request is the subject.
    pub const fn consequence(self) -> &'static str {
        match self {
            Self::Kept => {
                "keeps fields that it does not contain, but a list or the permissions replace the old value completely"
            }
            Self::KeptInPart => {
                "removes storage and virtual folders if it does not contain them, and a list or the permissions replace the old value completely"
            }
            Self::Cleared => "replaces the object: fields that it does not contain are lost",
        }
    }
}

impl Command {
    /// What a server of this release does with fields that are not in the body.
    pub fn unnamed(&self, release: Release) -> Unnamed {
        // Every release that has profiles replaces them.
        if release >= CLEARS || self.group == Group::Account {
            Unnamed::Cleared
        } else if release >= Release::FIRST_V2 {
            Unnamed::KeptInPart
        } else {
            Unnamed::Kept
        }
    }

    /// Whether it changes a part of an object, although its request replaces it.
    pub fn is_change(&self) -> bool {
        let puts = self
            .route()
            .is_some_and(|route| route.method == Method::Put);
        puts && self.params.iter().any(|param| param.name == "replace")
    }

    /// The command that reads the object that this one replaces.
    pub fn reader(&self) -> Option<&'static Self> {
        let path = self.route()?.path;
        let reads = |route: &Route| route.method == Method::Get && route.path == path;
        every().find(|row| row.span.overlaps(self.span) && row.route().is_some_and(reads))
    }

    /// What it changes or adds: `user` of `update_user` and `add_user`.
    pub fn noun(&self) -> &'static str {
        let noun = self.name.strip_prefix(CHANGES);
        noun.or_else(|| self.name.strip_prefix(ADDS))
            .unwrap_or(self.name)
    }
}

impl Param {
    /// Whether it names the object of an update or says how to send it, and is
    /// not a field of the object.
    pub const fn is_beside_body(&self) -> bool {
        self.place.in_path() || matches!(self.place, ParamPlace::Query)
    }
}

/// The name of the update command for a noun.
pub fn change_of(word: &str) -> String {
    let word = word.replace('-', "_");
    if word.starts_with(CHANGES) {
        word
    } else {
        format!("{CHANGES}{word}")
    }
}
