//! The groups of users, read when they are needed.

use crate::error::Error;
use crate::shell::Shell;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The type of a user's primary group; its settings count where the user has none.
pub(super) const PRIMARY: i64 = 1;

/// The groups read so far, by name.
#[derive(Default)]
pub(super) struct Groups(BTreeMap<String, Json>);

impl Groups {
    /// The group called so.
    pub(super) fn get(&mut self, shell: &mut Shell, name: &str) -> Result<&Json, Error> {
        if !self.0.contains_key(name) {
            let group = shell.part(&["get_group_by_name"], &[name])?;
            self.0.insert(name.to_owned(), group);
        }
        Ok(&self.0[name])
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
    let groups = user.get("groups")?.as_array()?;
    let is_primary = |group: &&Json| group.get("type").and_then(Json::as_i64) == Some(PRIMARY);
    groups.iter().find(is_primary)?.get("name")?.as_str()
}
