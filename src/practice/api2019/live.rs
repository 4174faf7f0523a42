//! What changes with time: the one connection with its upload, and the quota scans.
//!
//! There are no timers. Each state is computed from the time of the request.

use super::store::Store;
use crate::practice::go::json::Json;
use crate::practice::quota_scan;

/// A closed connection stays in the list for "a second or two" (contract).
const LINGERS: i64 = 1_500;

/// The connection in the documentation of the Python client, with an upload that grows by 64 KiB every
/// 100 ms.
pub(super) struct Connection {
    /// The time that the documentation shows.
    sampled: i64,
    closed: Option<i64>,
}

impl Connection {
    pub(super) const ID: &str = "76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c";
    /// A user of this name need not exist: in this version a session outlives its deleted account.
    const USERNAME: &str = "test_username";
    const SAMPLED_SIZE: i64 = 1_146_880;
    /// The size of one write of an SFTP client.
    const BLOCK: i64 = 32_768;
    const BLOCK_TIME: i64 = 50;

    pub(super) fn new(now: i64) -> Self {
        Self {
            sampled: now,
            closed: None,
        }
    }

    pub(super) fn is_gone(&self, now: i64) -> bool {
        self.closed.is_some_and(|closed| now - closed >= LINGERS)
    }

    /// Closing again while it lingers changes nothing.
    pub(super) fn close(&mut self, now: i64) {
        self.closed.get_or_insert(now);
    }

    pub(super) fn write(&self, json: &mut Json, now: i64) {
        let active = self.closed.unwrap_or(now).max(self.sampled);
        let blocks = (active - self.sampled) / Self::BLOCK_TIME;
        json.object(|json| {
            json.key("username").text(Self::USERNAME);
            json.key("connection_id").text(Self::ID);
            json.key("client_version").text("SSH-2.0-OpenSSH_8.0");
            json.key("remote_address").text("127.0.0.1:41622");
            json.key("connection_time").int(self.sampled - 21_634);
            json.key("last_activity").int(active);
            json.key("active_transfers").list([()], |json, ()| {
                json.object(|json| {
                    json.key("operation_type").text("upload");
                    json.key("start_time").int(self.sampled - 9_822);
                    json.key("size")
                        .int(Self::SAMPLED_SIZE + blocks * Self::BLOCK);
                    json.key("last_activity").int(active);
                });
            });
        });
    }
}

/// A running quota scan. It refers to its user by name, as the server did.
struct Scan {
    username: String,
    started: i64,
    ends: i64,
}

/// The running scans, oldest first.
#[derive(Default)]
pub(super) struct Scans(Vec<Scan>);

impl Scans {
    /// Starts a scan unless one of this user is running; false then.
    pub(super) fn start(&mut self, username: &str, now: i64, takes: i64) -> bool {
        let is_free = self.0.iter().all(|scan| scan.username != username);
        if is_free {
            self.0.push(Scan {
                username: username.to_owned(),
                started: now,
                ends: now + takes,
            });
        }
        is_free
    }

    /// Finishes the scans whose time has come and stores the result in their users, if they still exist.
    pub(super) fn settle(&mut self, store: &mut Store, now: i64) {
        for scan in self.0.extract_if(.., |scan| scan.ends <= now) {
            if let Some(user) = store.named_mut(&scan.username) {
                quota_scan::finish(user, scan.ends);
            }
        }
    }

    pub(super) fn write(&self, json: &mut Json) {
        json.list(&self.0, |json, scan| {
            json.object(|json| {
                json.key("username").text(&scan.username);
                json.key("start_time").int(scan.started);
            });
        });
    }
}
