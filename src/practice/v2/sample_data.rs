//! The sample data of a new server: the admin, users, groups, folders and more.

use serde_json::{Value, json};

use super::live::{Connection, Upload};
use super::resource::Resource;
use super::shapes::IP_ENTRY;
use super::world::World;
use super::{actions, admins, api_keys, folders, groups, roles, rules, users};
use super::{ip_lists, opaque};
use crate::practice::go::decode::decoded;
use crate::practice::go::shape::set;
use crate::practice::options::Data;

/// The admin that a new server has.
pub(in crate::practice) const ADMIN: &str = "admin";

/// The password of all sample admins.
pub(in crate::practice) const PASSWORD: &str = "practice";

/// The user with many files, whose quota scan is running.
const BIG_USER: &str = "backup";
const BIG_SCAN_TAKES: i64 = 60_000;

const DAY: i64 = 24 * 60 * 60 * 1000;
const GIB: i64 = 1 << 30;

/// The data of a new server at the time `now`.
pub(super) fn world(data: Data, now: i64) -> World {
    let mut world = World::empty(data);
    fill(&mut world, now);
    world
}

fn fill(world: &mut World, now: i64) {
    let admin = json!({
        "username": ADMIN, "password": PASSWORD, "status": 1, "permissions": ["*"],
    });
    add(world, &admins::ADMINS, &admin, now - 200 * DAY);
    if world.data == Data::Empty {
        return;
    }
    for (resource, objects) in [
        (&roles::ROLES, vec![helpdesk()]),
        (&folders::FOLDERS, folders()),
        (&groups::GROUPS, groups()),
        (&users::USERS, users(now)),
        (&admins::ADMINS, vec![helper()]),
        (
            &actions::ACTIONS,
            vec![
                json!({"name": "backup-data", "type": 4, "description": "Dump all data"}),
                json!({"name": "rotate-log", "type": 15, "description": "Begin a new log file"}),
            ],
        ),
        (&rules::RULES, vec![nightly(), on_demand()]),
        (&api_keys::API_KEYS, vec![monitoring()]),
    ] {
        for (number, object) in (0..).zip(&objects) {
            add(world, resource, object, now - (120 - number) * DAY);
        }
    }
    if let Some(user) = world.users.get_mut(BIG_USER) {
        set(user, "used_quota_size", 1_319_413_953_331_i64);
        set(user, "used_quota_files", 412_318);
        set(user, "last_quota_update", now - 7 * DAY);
    }
    let entry = json!({
        "ipornet": "198.51.100.0/24", "type": 2, "mode": 2, "description": "kept guessing passwords",
    });
    let entry = decoded(&IP_ENTRY, &entry);
    let _ = ip_lists::restore(world, entry, false, now - 30 * DAY);
    world.connections = connections(now);
    world.user_scans.start(BIG_USER, now, BIG_SCAN_TAKES);
}

/// Adds an object as a client would. A test checks that none is rejected.
fn add(world: &mut World, resource: &Resource, object: &Value, now: i64) {
    let _ = (resource.insert)(world, decoded(resource.shape, object), now);
}

fn helpdesk() -> Value {
    json!({"name": "helpdesk", "description": "Looks after the users of one customer"})
}

fn helper() -> Value {
    json!({
        "username": "helper", "password": PASSWORD, "status": 1, "email": "helper@example.com",
        "description": "May look, and start scans",
        "permissions": ["view_users", "view_conns", "view_status", "quota_scans"],
        "filters": {"allow_api_key_auth": true},
    })
}

fn folders() -> Vec<Value> {
    vec![
        json!({"name": "shared", "mapped_path": "/srv/sftp/shared", "description": "For everyone"}),
        json!({"name": "invoices", "mapped_path": "/srv/sftp/invoices"}),
    ]
}

fn groups() -> Vec<Value> {
    vec![
        json!({
            "name": "staff", "description": "Everyone caller works here",
            "user_settings": {
                "home_dir": "/srv/sftp/%username%", "quota_size": 50 * GIB,
                "filters": {"denied_protocols": ["FTP"]},
            },
            "virtual_folders": [{
                "name": "shared", "virtual_path": "/shared", "quota_size": -1, "quota_files": -1,
            }],
        }),
        json!({"name": "partners", "description": "Other companies"}),
    ]
}

fn users(now: i64) -> Vec<Value> {
    vec![
        json!({
            "username": "carla", "password": "sample", "status": 1, "email": "carla@example.com",
            "home_dir": "/srv/sftp/carla", "uid": 1001, "gid": 1000, "permissions": {"/": ["*"]},
            "public_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEMVHdMFLVVQmvCbKQsJzW4sZLmZ5XhLvkZmQXkDqfWN carla"],
            "groups": [{"name": "staff", "type": 1}],
        }),
        json!({
            "username": BIG_USER, "password": "sample", "status": 1, "home_dir": "/srv/sftp/backup",
            "uid": 34, "gid": 1000, "quota_size": 2048 * GIB, "upload_bandwidth": 20_480,
            "permissions": {"/": ["list", "upload", "create_dirs", "rename"]},
            "description": "Nightly backups, kept in a bucket",
            "filesystem": {"provider": 1, "s3config": {
                "bucket": "backups", "region": "eu-central-1", "access_key": "AKIAPRACTICE",
                "access_secret": {"status": "Plain", "payload": "not a real secret"},
                "key_prefix": "sftp/",
            }},
        }),
        json!({
            "username": "anna.nowak", "password": "sample", "status": 1,
            "home_dir": "/srv/sftp/anna.nowak", "uid": 1002, "gid": 1000, "max_sessions": 4,
            "quota_size": 10 * GIB, "quota_files": 5000, "total_data_transfer": 20_000,
            "permissions": {
                "/": ["list", "download", "upload", "delete", "rename", "create_dirs"],
                "/invoices": ["list", "download"],
            },
            "virtual_folders": [{
                "name": "invoices", "virtual_path": "/invoices", "quota_size": 0, "quota_files": 0,
            }],
        }),
        json!({
            "username": "j\u{fc}rgen", "password": "sample", "status": 1,
            "home_dir": "/srv/sftp/j\u{fc}rgen/Eing\u{e4}nge", "uid": 1003, "gid": 1000,
            "max_sessions": 1, "quota_size": 512 << 20, "download_bandwidth": 512,
            "permissions": {"/": ["list", "download", "upload"]}, "role": "helpdesk",
            "expiration_date": now - 3 * DAY, "description": "Left; the account has expired",
        }),
        json!({
            "username": "press", "password": "sample", "status": 0, "home_dir": "/srv/sftp/press",
            "uid": 1004, "gid": 1000, "max_sessions": 20, "download_bandwidth": 2048,
            "permissions": {"/": ["list", "download"]}, "description": "Disabled until the fair",
        }),
        json!({
            "username": "webdeploy", "status": 1, "home_dir": "/var/www/shop", "uid": 33, "gid": 33,
            "max_sessions": 2, "permissions": {"/": ["*"], "/config": ["list"]},
            "public_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEMVHdMFLVVQmvCbKQsJzW4sZLmZ5XhLvkZmQXkDqfWN deploy"],
            "groups": [{"name": "partners", "type": 3}],
            "filters": {"allowed_ip": ["192.0.2.0/24"], "denied_login_methods": ["password"]},
        }),
    ]
}

fn nightly() -> Value {
    json!({
        "name": "nightly", "status": 1, "trigger": 3,
        "conditions": {"schedules": [{
            "hour": "2", "day_of_week": "*", "day_of_month": "*", "month": "*",
        }]},
        "actions": [{"name": "backup-data", "order": 1}],
    })
}

fn on_demand() -> Value {
    json!({
        "name": "rotate-now", "status": 1, "trigger": 6,
        "description": "Before the log is looked at",
        "actions": [{"name": "rotate-log", "order": 1}],
    })
}

fn monitoring() -> Value {
    json!({
        "id": "Zq3kV9mXw2LbT7dRnC5yHp", "key": opaque::hash(PASSWORD), "name": "monitoring",
        "scope": 1, "admin": "helper", "description": "Asks for the status, each minute",
    })
}

fn connections(epoch: i64) -> Vec<Connection> {
    vec![
        Connection {
            username: "carla",
            id: "SFTP_76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
            protocol: "SFTP",
            client: "SSH-2.0-OpenSSH_9.6",
            remote: "127.0.0.1:41622",
            epoch,
            age: 21_634,
            upload: Some(Upload {
                path: "/report.pdf",
                age: 9_822,
                size: 1_146_880,
                block: 65_536,
            }),
        },
        Connection {
            username: "anna.nowak",
            id: "FTP_0_17",
            protocol: "FTP",
            client: "FileZilla 3.66.5",
            remote: "127.0.0.1:50412",
            epoch,
            age: 184_206,
            upload: None,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sample_data_is_rejected() {
        let mut world = world(Data::Sample, 1_700_000_000_000);
        for (resource, count) in [
            (&users::USERS, 6),
            (&groups::GROUPS, 2),
            (&folders::FOLDERS, 2),
            (&roles::ROLES, 1),
            (&admins::ADMINS, 2),
            (&actions::ACTIONS, 2),
            (&rules::RULES, 2),
            (&api_keys::API_KEYS, 1),
        ] {
            assert_eq!(
                (resource.table)(&mut world).rows().count(),
                count,
                "{}",
                resource.path
            );
        }
        assert_eq!(world.ip_lists[1].rows().count(), 1);
        assert!(world.users.has(BIG_USER));
        for connection in &world.connections {
            assert!(world.users.has(connection.username));
        }
    }
}
