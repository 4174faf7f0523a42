//! The sample users of a new practice server.

use serde_json::{Value, json};

use super::store::Store;
use super::user::USER;
use crate::practice::go::decode::decoded;

/// The first id, so that the next user gets 5140: the id in the documentation of the Python client's
/// `add_user`.
const FIRST_ID: i64 = 5_134;

/// The user with many files, whose quota scan is running.
pub(super) const BIG_USER: &str = "backup";

/// The users that a new server has at the time `now`.
pub(super) fn store(now: i64) -> Store {
    let mut store = Store::new(FIRST_ID);
    for user in users(now) {
        store.add(decoded(&USER, &user));
    }
    store
}

/// The password is never used, since there is no SFTP here; it is set because a user needs one.
fn users(now: i64) -> [Value; 6] {
    const GIB: i64 = 1 << 30;
    const DAY: i64 = 24 * 60 * 60 * 1000;
    [
        json!({
            "username": "carla", "password": "sample", "home_dir": "/srv/sftp/carla",
            "uid": 1001, "gid": 1000, "permissions": ["*"],
        }),
        json!({
            "username": BIG_USER, "password": "sample", "home_dir": "/srv/sftp/backup",
            "uid": 34, "gid": 1000, "quota_size": 2048 * GIB,
            "permissions": ["list", "upload", "create_dirs", "rename"],
            "used_quota_size": 1_319_413_953_331_i64, "used_quota_files": 412_318,
            "last_quota_update": now - 7 * DAY, "upload_bandwidth": 20_480,
        }),
        json!({
            "username": "anna.nowak", "password": "sample", "home_dir": "/srv/sftp/anna.nowak",
            "uid": 1002, "gid": 1000, "max_sessions": 4, "quota_size": 10 * GIB, "quota_files": 5_000,
            "permissions": ["list", "download", "upload", "delete", "rename", "create_dirs"],
        }),
        json!({
            "username": "j\u{fc}rgen", "password": "sample",
            "home_dir": "/srv/sftp/j\u{fc}rgen/Eing\u{e4}nge",
            "uid": 1003, "gid": 1000, "max_sessions": 1, "quota_size": 512 << 20,
            "permissions": ["list", "download", "upload"], "download_bandwidth": 512,
        }),
        json!({
            "username": "press", "password": "sample", "home_dir": "/srv/sftp/press",
            "uid": 1004, "gid": 1000, "max_sessions": 20, "permissions": ["list", "download"],
            "download_bandwidth": 2_048,
        }),
        json!({
            "username": "webdeploy", "password": "sample", "home_dir": "/var/www/shop",
            "uid": 33, "gid": 33, "max_sessions": 2,
            "permissions": [
                "list", "download", "upload", "delete", "rename", "create_dirs", "create_symlinks",
            ],
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::user::check;
    use super::*;
    use crate::practice::go::shape::int;

    #[test]
    fn sample_users_are_valid_and_the_next_id_is_the_documented_one() {
        let mut store = store(0);
        for id in FIRST_ID..5_140 {
            assert_eq!(check(store.get(id).unwrap()), Ok(()));
        }
        assert!(store.named(BIG_USER).is_some());
        let next = decoded(&USER, &json!({"username": "next"}));
        assert_eq!(int(store.add(next).unwrap(), "id"), 5_140);
    }
}
