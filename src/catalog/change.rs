//! The commands that change a part of an object by a request that replaces it.

use super::{Api, Command, Group, Method, ParamPlace, Release, Route, commands, every};
use crate::catalog::Param;

/// What the name of a change begins with; behind it stands what it changes.
const CHANGES: &str = "update_";

/// What the server counts by itself, and keeps whatever is sent: it changes
/// while a user works.
pub const COUNTED: [&str; 8] = [
    "used_quota_size",
    "used_quota_files",
    "used_upload_data_transfer",
    "used_download_data_transfer",
    "last_quota_update",
    "last_login",
    "first_upload",
    "first_download",
];

/// The first release whose PUT makes a new object of its body alone.
const CLEARS: Release = Release::new(2, 5, 0);

/// What a server does with what the body of a change does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// It stays: the body is laid upon the object; lists and permissions that it has are whole.
    Kept,
    /// So it is but for storage and virtual folders, which go.
    KeptInPart,
    /// It goes.
    Cleared,
}

impl Unnamed {
    /// What a line that sends only what is typed does.
    pub const fn alone(self) -> &'static str {
        match self {
            Self::Kept => {
                "keeps what it does not name, but a list, or the permissions, takes the place of all that is there"
            }
            Self::KeptInPart => {
                "loses storage and virtual folders that it does not name, and a list, or the permissions, takes the place of all that is there"
            }
            Self::Cleared => "replaces the object, and what it does not name is lost",
        }
    }
}

impl Command {
    /// What a server of this release does with what the body of a change does not name.
    pub fn unnamed(&self, release: Release) -> Unnamed {
        // A profile is replaced by every release that has one.
        if release >= CLEARS || self.group == Group::Account {
            Unnamed::Cleared
        } else if release >= Release::FIRST_V2 {
            Unnamed::KeptInPart
        } else {
            Unnamed::Kept
        }
    }

    /// Whether it changes a part of an object by a request that replaces it.
    pub fn is_change(&self) -> bool {
        let puts = self
            .route()
            .is_some_and(|route| route.method == Method::Put);
        puts && self.params.iter().any(|param| param.name == "replace")
    }

    /// The command that reads what this one replaces.
    pub fn reader(&self) -> Option<&'static Self> {
        let path = self.route()?.path;
        let reads = |route: &Route| route.method == Method::Get && route.path == path;
        every().find(|row| row.span.meets(self.span) && row.route().is_some_and(reads))
    }

    /// What it changes: `user` of `update_user`.
    pub fn noun(&self) -> &'static str {
        self.name.strip_prefix(CHANGES).unwrap_or(self.name)
    }
}

impl Param {
    /// Whether it says which object a change is about, or how it is sent, and
    /// not what is to be in it.
    pub const fn is_beside_body(&self) -> bool {
        self.place.in_path() || matches!(self.place, ParamPlace::Query)
    }
}

/// The changes whose object can be read, and so be edited.
pub fn editable(api: &'static Api) -> impl Iterator<Item = &'static Command> {
    commands(api).filter(|command| command.is_change() && command.reader().is_some())
}

/// The change that a word after `edit` names, with or without its `update_`.
pub fn find_editable(api: &'static Api, word: &str) -> Option<&'static Command> {
    let (word, named) = (word.replace('-', "_"), change_of(word));
    editable(api).find(|command| command.is_called(&word) || command.is_called(&named))
}

/// The name of the change of what a word names.
pub fn change_of(word: &str) -> String {
    let word = word.replace('-', "_");
    if word.starts_with(CHANGES) {
        word
    } else {
        format!("{CHANGES}{word}")
    }
}
