//! The commands that change a part of an object by a request that replaces it.

use super::{Api, Command, Method, Place, Route, commands, every};
use crate::catalog::Param;

/// What the name of a change begins with; behind it stands what it changes.
const CHANGES: &str = "update_";

impl Command {
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
        self.place.in_path() || matches!(self.place, Place::Query)
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
