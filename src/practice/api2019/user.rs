//! A user: the fields, which of them a body may set, and what makes one valid.

use super::go_json::{Field, Slot};
use crate::practice::answer::Json;
use crate::practice::go_scan::fold;
use crate::practice::keys;

/// What the server of August 2019 could grant (facts: `quirks.md` section 6).
const PERMISSIONS: [&str; 8] = [
    "*",
    "list",
    "download",
    "upload",
    "delete",
    "rename",
    "create_dirs",
    "create_symlinks",
];

#[derive(Clone, Default)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) public_key: Vec<String>,
    pub(super) home_dir: String,
    pub(super) uid: i64,
    pub(super) gid: i64,
    pub(super) max_sessions: i64,
    pub(super) quota_size: i64,
    pub(super) quota_files: i64,
    pub(super) permissions: Vec<String>,
    pub(super) used_quota_size: i64,
    pub(super) used_quota_files: i64,
    pub(super) last_quota_update: i64,
    pub(super) upload_bandwidth: i64,
    pub(super) download_bandwidth: i64,
}

impl User {
    /// The field that a key of a body names, whatever the key's case.
    pub(super) fn field(&mut self, key: &str) -> Option<Field<'_>> {
        let (name, slot) = match fold(key).as_str() {
            "id" => ("id", Slot::Int64(&mut self.id)),
            "username" => ("username", Slot::Text(&mut self.username)),
            "password" => ("password", Slot::Text(&mut self.password)),
            "public_key" => ("public_key", Slot::Texts(&mut self.public_key)),
            "home_dir" => ("home_dir", Slot::Text(&mut self.home_dir)),
            "uid" => ("uid", Slot::Int(&mut self.uid)),
            "gid" => ("gid", Slot::Int(&mut self.gid)),
            "max_sessions" => ("max_sessions", Slot::Int(&mut self.max_sessions)),
            "quota_size" => ("quota_size", Slot::Int64(&mut self.quota_size)),
            "quota_files" => ("quota_files", Slot::Int(&mut self.quota_files)),
            "permissions" => ("permissions", Slot::Texts(&mut self.permissions)),
            "used_quota_size" => ("used_quota_size", Slot::Int64(&mut self.used_quota_size)),
            "used_quota_files" => ("used_quota_files", Slot::Int(&mut self.used_quota_files)),
            "last_quota_update" => {
                let slot = Slot::Int64(&mut self.last_quota_update);
                ("last_quota_update", slot)
            }
            "upload_bandwidth" => ("upload_bandwidth", Slot::Int64(&mut self.upload_bandwidth)),
            "download_bandwidth" => {
                let slot = Slot::Int64(&mut self.download_bandwidth);
                ("download_bandwidth", slot)
            }
            _ => return None,
        };
        Some(Field { name, slot })
    }

    /// Takes the used quota from `stored`: no body sets it (contract: "used quota in the body",
    /// "update used quota").
    pub(super) fn keep_usage(&mut self, stored: &Self) {
        self.used_quota_size = stored.used_quota_size;
        self.used_quota_files = stored.used_quota_files;
        self.last_quota_update = stored.last_quota_update;
    }

    /// Why the server refuses this user, if it does: the first reason, in the order it looks.
    pub(super) fn check(&self) -> Result<(), String> {
        let reason = if self.username.is_empty() || self.home_dir.is_empty() {
            "Mandatory parameters missing".to_owned()
        } else if self.password.is_empty() && self.public_key.is_empty() {
            "Please set password or public_key".to_owned()
        } else if self.permissions.is_empty() {
            "Please grant some permissions to this user".to_owned()
        } else if !self.home_dir.starts_with('/') {
            let home = &self.home_dir;
            format!("home_dir must be an absolute path, actual value: {home}")
        } else if let Some(permission) = self.unknown_permission() {
            format!("Invalid permission: {permission}")
        } else if let Some(number) = self.public_key.iter().position(|key| !keys::is_valid(key)) {
            format!("Could not parse key nr. {number}: ssh: no key found")
        } else {
            return Ok(());
        };
        Err(format!("Validation error: {reason}"))
    }

    fn unknown_permission(&self) -> Option<&String> {
        let mut permissions = self.permissions.iter();
        permissions.find(|permission| !PERMISSIONS.contains(&permission.as_str()))
    }

    /// The user as the server shows it: neither password nor keys.
    pub(super) fn write(&self, json: &mut Json) {
        json.object(|json| {
            json.key("id").int(self.id);
            json.key("username").text(&self.username);
            json.key("home_dir").text(&self.home_dir);
            json.key("uid").int(self.uid);
            json.key("gid").int(self.gid);
            json.key("max_sessions").int(self.max_sessions);
            json.key("quota_size").int(self.quota_size);
            json.key("quota_files").int(self.quota_files);
            json.key("permissions");
            json.list(&self.permissions, |json, permission| json.text(permission));
            json.key("used_quota_size").int(self.used_quota_size);
            json.key("used_quota_files").int(self.used_quota_files);
            json.key("last_quota_update").int(self.last_quota_update);
            json.key("upload_bandwidth").int(self.upload_bandwidth);
            json.key("download_bandwidth").int(self.download_bandwidth);
        });
    }
}
