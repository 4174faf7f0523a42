//! What changes with time: connections with their transfers, and quota scans.
//!
//! There are no timers. Each state is computed from the time of the request.

use crate::practice::go::json::Json;

/// A connection of a user.
pub(super) struct Connection {
    pub(super) username: &'static str,
    pub(super) id: &'static str,
    pub(super) protocol: &'static str,
    pub(super) client: &'static str,
    pub(super) remote: &'static str,
    /// When the server started; all times are relative to it.
    pub(super) epoch: i64,
    /// How long before that it was opened.
    pub(super) age: i64,
    /// A file that is being uploaded.
    pub(super) upload: Option<Upload>,
}

/// A file that grows by one block every 100 ms.
pub(super) struct Upload {
    pub(super) path: &'static str,
    pub(super) age: i64,
    pub(super) size: i64,
    pub(super) block: i64,
}

const BLOCK_TIME: i64 = 100;

impl Connection {
    pub(super) fn write(&self, json: &mut Json, now: i64) {
        let now = now.max(self.epoch);
        let active = if self.upload.is_some() {
            now
        } else {
            self.epoch - 2_417
        };
        json.object(|json| {
            json.key("username").text(self.username);
            json.key("connection_id").text(self.id);
            json.key("client_version").text(self.client);
            json.key("remote_address").text(self.remote);
            json.key("connection_time").int(self.epoch - self.age);
            json.key("last_activity").int(active);
            json.key("current_time").int(now);
            json.key("protocol").text(self.protocol);
            if let Some(upload) = &self.upload {
                json.key("active_transfers").list([upload], |json, upload| {
                    let blocks = (now - self.epoch) / BLOCK_TIME;
                    json.object(|json| {
                        json.key("operation_type").text("upload");
                        json.key("path").text(upload.path);
                        json.key("start_time").int(self.epoch - upload.age);
                        json.key("size").int(upload.size + blocks * upload.block);
                    });
                });
            }
        });
    }
}

/// A running quota scan.
struct Scan {
    name: String,
    started: i64,
    ends: i64,
}

/// The running scans of users or of folders, oldest first.
#[derive(Default)]
pub(super) struct Scans(Vec<Scan>);

impl Scans {
    pub(super) fn is_running(&self, name: &str) -> bool {
        self.0.iter().any(|scan| scan.name == name)
    }

    pub(super) fn start(&mut self, name: &str, now: i64, takes: i64) {
        self.0.push(Scan {
            name: name.to_owned(),
            started: now,
            ends: now + takes,
        });
    }

    /// Removes the scans that have finished; gives their names and when they finished.
    pub(super) fn ended(&mut self, now: i64) -> Vec<(String, i64)> {
        let ended = self.0.extract_if(.., |scan| scan.ends <= now);
        ended.map(|scan| (scan.name, scan.ends)).collect()
    }

    pub(super) fn write(&self, json: &mut Json, key: &str) {
        json.list(&self.0, |json, scan| {
            json.object(|json| {
                json.key(key).text(&scan.name);
                json.key("start_time").int(scan.started);
            });
        });
    }
}
