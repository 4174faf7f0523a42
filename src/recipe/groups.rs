//! The groups of users, loaded on demand.

use crate::error::{Error, Fault};
use crate::shell::Shell;
use crate::text::clean;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The type of a user's primary group; its settings apply where the user has none.
pub(super) const PRIMARY: i64 = 1;
/// The type of a group that only adds to what the user has.
pub(super) const SECONDARY: i64 = 2;

/// The groups loaded so far, by name.
#[derive(Default)]
pub(super) struct Groups(BTreeMap<String, Json>);

impl Groups {
    /// The group with this name. A deleted group has no settings, as on the
    /// server (`applyGroupSettings`).
    pub(super) fn get(&mut self, shell: &mut Shell, name: &str) -> Result<&Json, Error> {
        if !self.0.contains_key(name) {
            let group = match shell.part_object("get_group_by_name", name, "name") {
                Err(error) if error.fault == Fault::Refused(404) => {
                    let name = clean::line(name);
                    shell
                        .screen()
                        .say(&format!("warning: there is no group `{name}`\n"));
                    Json::Null
                }
                group => group?,
            };
            self.0.insert(name.to_owned(), group);
        }
        Ok(&self.0[name])
    }

    /// The group with this name, if loaded.
    pub(super) fn known(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// The settings that a user has from the primary group, if there is one.
    pub(super) fn settings_of(
        &mut self,
        shell: &mut Shell,
        user: &Json,
    ) -> Result<Option<&Json>, Error> {
        let Some(name) = primary(user) else {
            return Ok(None);
        };
        Ok(self.get(shell, name)?.get("user_settings"))
    }
}

/// The name of a user's primary group.
pub(super) fn primary(user: &Json) -> Option<&str> {
    let mut all = memberships(user).into_iter();
    all.find_map(|(name, kind)| (kind == PRIMARY).then_some(name))
}

/// The groups that a user is in, each with its type.
pub(super) fn memberships(user: &Json) -> Vec<(&str, i64)> {
    let groups = user.get("groups").and_then(Json::as_array);
    let groups = groups.into_iter().flatten();
    groups
        .filter_map(|group| Some((group.get("name")?.as_str()?, group.get("type")?.as_i64()?)))
        .collect()
}
