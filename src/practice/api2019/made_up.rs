//! The made-up users of a fresh practice server.

use super::store::Store;
use super::user::User;

/// The first id, so that the next user gets 5140: the id that the seed's `add_user` shows.
const FIRST_ID: i64 = 5_134;

/// The user with many files, whose scan is running.
pub(super) const BIG_USER: &str = "backup";

/// The users as a fresh server has them at the time `now`.
pub(super) fn store(now: i64) -> Store {
    let mut store = Store::new(FIRST_ID);
    for user in users(now) {
        store.add(user);
    }
    store
}

fn users(now: i64) -> [User; 6] {
    const GIB: i64 = 1 << 30;
    const DAY: i64 = 24 * 60 * 60 * 1000;
    [
        User {
            permissions: words("*"),
            ..person("carla", 1001)
        },
        User {
            quota_size: 2048 * GIB,
            permissions: words("list upload create_dirs rename"),
            used_quota_size: 1_319_413_953_331,
            used_quota_files: 412_318,
            last_quota_update: now - 7 * DAY,
            upload_bandwidth: 20_480,
            ..person(BIG_USER, 34)
        },
        User {
            max_sessions: 4,
            quota_size: 10 * GIB,
            quota_files: 5_000,
            permissions: words("list download upload delete rename create_dirs"),
            ..person("anna.nowak", 1002)
        },
        User {
            home_dir: "/srv/sftp/j\u{fc}rgen/Eing\u{e4}nge".to_owned(),
            max_sessions: 1,
            quota_size: 512 << 20,
            permissions: words("list download upload"),
            download_bandwidth: 512,
            ..person("j\u{fc}rgen", 1003)
        },
        User {
            max_sessions: 20,
            permissions: words("list download"),
            download_bandwidth: 2_048,
            ..person("press", 1004)
        },
        User {
            home_dir: "/var/www/shop".to_owned(),
            gid: 33,
            max_sessions: 2,
            permissions: words("list download upload delete rename create_dirs create_symlinks"),
            ..person("webdeploy", 33)
        },
    ]
}

/// What they have in common. No password lets anyone in here: it is there because a user needs one.
fn person(username: &str, uid: i64) -> User {
    User {
        username: username.to_owned(),
        password: "made up".to_owned(),
        home_dir: format!("/srv/sftp/{username}"),
        uid,
        gid: 1000,
        ..User::default()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_users_are_valid_and_the_next_id_is_the_seeds() {
        let mut store = store(0);
        for id in FIRST_ID..5_140 {
            assert_eq!(store.get(id).unwrap().check(), Ok(()));
        }
        assert!(store.named(BIG_USER).is_some());
        assert_eq!(store.add(person("next", 0)).unwrap().id, 5_140);
    }
}
