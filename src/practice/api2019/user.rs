//! A user: its fields, which of them a request can set, and what makes one valid.

use crate::practice::go::json::Json;
use crate::practice::go::keys;
use crate::practice::go::shape::FieldType::{Text, Texts};
use crate::practice::go::shape::{INT, INT64, Object, Shape, always, keep, list, text, texts};

pub(super) static USER: Shape = Shape::new(
    "dataprovider",
    "User",
    &[
        always("id", INT64),
        always("username", Text),
        always("password", Text),
        always("public_key", Texts),
        always("home_dir", Text),
        always("uid", INT),
        always("gid", INT),
        always("max_sessions", INT),
        always("quota_size", INT64),
        always("quota_files", INT),
        always("permissions", Texts),
        always("used_quota_size", INT64),
        always("used_quota_files", INT),
        always("last_quota_update", INT64),
        always("upload_bandwidth", INT64),
        always("download_bandwidth", INT64),
    ],
);

/// The fields that no response shows.
const HIDDEN: [&str; 2] = ["password", "public_key"];

/// The fields that only a quota scan sets.
const USAGE: [&str; 3] = ["used_quota_size", "used_quota_files", "last_quota_update"];

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

/// Takes the used quota from `stored`: no request sets it (contract: "used quota in the body",
/// "update used quota").
pub(super) fn keep_usage(user: &mut Object, stored: &Object) {
    keep(user, stored, &USAGE);
}

/// Why the server rejects this user, if it does: the first reason, in the order in which it checks.
pub(super) fn check(user: &Object) -> Result<(), String> {
    let home = text(user, "home_dir");
    let mut keys = texts(user, "public_key");
    let mut permissions = texts(user, "permissions");
    let reason = if text(user, "username").is_empty() || home.is_empty() {
        "Mandatory parameters missing".to_owned()
    } else if text(user, "password").is_empty() && list(user, "public_key").is_empty() {
        "Please set password or public_key".to_owned()
    } else if list(user, "permissions").is_empty() {
        "Please grant some permissions to this user".to_owned()
    } else if !home.starts_with('/') {
        format!("home_dir must be an absolute path, actual value: {home}")
    } else if let Some(unknown) = permissions.find(|name| !PERMISSIONS.contains(name)) {
        format!("Invalid permission: {unknown}")
    } else if let Some(number) = keys.position(|key| !keys::is_valid(key)) {
        format!("Could not parse key nr. {number}: ssh: no key found")
    } else {
        return Ok(());
    };
    Err(format!("Validation error: {reason}"))
}

/// Writes a user as the server shows it.
pub(super) fn write(json: &mut Json, user: &Object) {
    json.object(|json| {
        for (name, value) in user {
            if !HIDDEN.contains(&name.as_str()) {
                json.key(name).value(value);
            }
        }
    });
}
