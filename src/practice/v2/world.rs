//! The data of the server.

use serde_json::Value;

use super::live::{Connection, Scans};
use super::secrets::Safe;
use super::table::Table;
use crate::practice::go::shape::{Object, keep, list, name_of, object, set, text};
use crate::practice::options::Data;

pub(super) struct World {
    pub(super) data: Data,
    pub(super) users: Table,
    pub(super) groups: Table,
    pub(super) folders: Table,
    pub(super) admins: Table,
    pub(super) roles: Table,
    pub(super) api_keys: Table,
    pub(super) actions: Table,
    pub(super) rules: Table,
    /// The allow list, the list of the defender, and the rate limit safe list.
    pub(super) ip_lists: [Table; 3],
    pub(super) connections: Vec<Connection>,
    pub(super) user_scans: Scans,
    pub(super) folder_scans: Scans,
    pub(super) safe: Safe,
    numbers: usize,
}

impl World {
    pub(super) fn empty(data: Data) -> Self {
        let ip_list = || Table::new("ip_lists.type, ip_lists.ipornet");
        Self {
            data,
            users: Table::new("users.username"),
            groups: Table::new("groups.name"),
            folders: Table::new("folders.name"),
            admins: Table::new("admins.username"),
            roles: Table::new("roles.name"),
            api_keys: Table::new("api_keys.key_id"),
            actions: Table::new("events_actions.name"),
            rules: Table::new("events_rules.name"),
            ip_lists: [ip_list(), ip_list(), ip_list()],
            connections: Vec::new(),
            user_scans: Scans::default(),
            folder_scans: Scans::default(),
            safe: Safe::default(),
            numbers: 0,
        }
    }

    /// A number that was never used before.
    pub(super) fn next_number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// Closes the connections of a user.
    pub(super) fn disconnect(&mut self, username: &str) {
        self.connections
            .retain(|connection| connection.username != username);
    }

    /// Deletes the API keys of a user or an admin.
    pub(super) fn forget_keys(&mut self, owner: &str, name: &str) {
        for id in self.api_keys.names(|key| text(key, owner) == name) {
            let _ = self.api_keys.remove(&id);
        }
    }

    /// Replaces the folder names of a user or group by the complete folders.
    pub(super) fn expand_folders(&self, object: &mut Object) {
        let folders = list(object, "virtual_folders")
            .iter()
            .filter_map(|mounted| {
                let mut folder = self.folders.get(name_of(mounted))?.clone();
                let own = ["virtual_path", "quota_size", "quota_files"];
                keep(&mut folder, mounted.as_object()?, &own);
                Some(Value::Object(folder))
            });
        let folders: Vec<Value> = folders.collect();
        set(object, "virtual_folders", folders);
    }

    /// The secret of an admin's passcodes.
    pub(super) fn totp_secret(&self, admin: &str) -> Option<&str> {
        let filters = object(self.admins.get(admin)?, "filters")?;
        let totp = object(filters, "totp_config")?;
        if text(totp, "config_name").is_empty() {
            return None;
        }
        self.safe.open(totp.get("secret")?)
    }
}
