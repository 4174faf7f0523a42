//! Users.

use serde_json::Value;

use super::call::Call;
use super::check;
use super::filters;
use super::mfa;
use super::opaque;
use super::paths;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::Resource;
use super::secrets;
use super::session::Caller;
use super::shapes::USER;
use super::storage;
use super::strength;
use super::world::World;
use crate::practice::go::shape::{
    Object, int, is_on, keep, list, name_of, object_mut, set, text, texts,
};
use crate::practice::reply::Reply;

pub(super) static USERS: Resource = Resource {
    path: "/api/v2/users",
    key: "username",
    shape: &USER,
    table: |world| &mut world.users,
    shows_secrets: true,
    is_visible,
    shown,
    insert,
    update,
    remove,
    updated: "User updated",
    deleted: "User deleted",
};

/// The members that the server sets, whatever the body contains.
const COUNTED: [&str; 10] = [
    "id",
    "username",
    "created_at",
    "last_login",
    "first_download",
    "first_upload",
    "used_quota_size",
    "used_quota_files",
    "used_upload_data_transfer",
    "used_download_data_transfer",
];

/// An admin with a role sees the users of that role only.
fn is_visible(user: &Object, caller: &Caller) -> bool {
    caller.role.is_empty() || text(user, "role") == caller.role
}

fn shown(world: &World, stored: &Object, view: View) -> Object {
    let mut user = stored.clone();
    let has_password = !text(&user, "password").is_empty();
    set(&mut user, "has_password", has_password);
    if view == View::Usual {
        set(&mut user, "password", "");
    }
    world.expand_folders(&mut user);
    user
}

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

pub(super) fn add(world: &mut World, call: &Call<'_>) -> Outcome {
    let admin = world.admins.find(&call.caller.username)?;
    let mut user = USER.zero();
    let days = &admin["filters"]["preferences"]["default_users_expiration"];
    if let Some(days) = days.as_i64().filter(|days| *days > 0) {
        set(&mut user, "expiration_date", call.now + days * DAY);
    }
    let mut user = call.decode(&USER, user)?;
    if !call.caller.role.is_empty() {
        set(&mut user, "role", call.caller.role.as_str());
    }
    let zero = USER.zero();
    keep(&mut user, &zero, &["last_password_change"]);
    let no_filters = zero["filters"].as_object().cloned().unwrap_or_default();
    let filters = object_mut(&mut user, "filters");
    keep(filters, &no_filters, &["totp_config", "recovery_codes"]);
    USERS.added(world, call, user)
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let disconnect = match call.parameter("disconnect") {
        Some(text) => text.parse::<i64>().map_err(|_| {
            let error = "invalid disconnect parameter: strconv.Atoi: parsing";
            Refusal::error(400, format!("{error} {text:?}: invalid syntax"))
        })?,
        None => 0,
    };
    let stored = USERS.find(world, call, call.arg(0))?;
    let mut user = USER.zero();
    keep(&mut user, &stored, &["password"]);
    let mut user = call.decode(&USER, user)?;
    if !call.caller.role.is_empty() {
        set(&mut user, "role", call.caller.role.as_str());
    }
    keep(&mut user, &stored, &["last_password_change"]);
    let stored_filters = stored["filters"].as_object().cloned().unwrap_or_default();
    let filters = object_mut(&mut user, "filters");
    keep(filters, &stored_filters, &["totp_config", "recovery_codes"]);
    if let Some(stored) = stored["filesystem"].as_object() {
        storage::keep_secrets(object_mut(&mut user, "filesystem"), stored);
    }
    let reply = USERS.replaced(world, call, &stored, user)?;
    if disconnect == 1 {
        world.disconnect(text(&stored, "username"));
    }
    Ok(reply)
}

/// Disables the second factor of a user.
pub(super) fn disable_totp(world: &mut World, call: &Call<'_>) -> Outcome {
    let mut user = USERS.find(world, call, call.arg(0))?;
    let name = text(&user, "username").to_owned();
    let filters = object_mut(&mut user, "filters");
    if filters["totp_config"]["enabled"] != true {
        let message = "two-factor authentication is not enabled";
        return Err(Refusal::message(400, message));
    }
    let zero = USER.zero();
    let zero = zero["filters"].as_object().cloned().unwrap_or_default();
    keep(filters, &zero, &["totp_config", "recovery_codes"]);
    world.users.replace(&name, user);
    Ok(reply::message(200, "2FA disabled"))
}

/// No mail server is configured, as on a new installation.
pub(super) fn forgot_password(_: &World, _: &Call<'_>) -> Reply {
    Refusal::message(400, "No SMTP configuration").into()
}

/// No code was ever sent, so every code is wrong.
pub(super) fn reset_password(_: &mut World, call: &Call<'_>) -> Outcome {
    let reset = call.decode(&super::shapes::PASSWORD_RESET, Object::new())?;
    Err(Refusal::invalid(if text(&reset, "password").is_empty() {
        "please set a password"
    } else if text(&reset, "code").is_empty() {
        "please set a confirmation code"
    } else {
        "confirmation code not found"
    }))
}

fn insert(world: &mut World, mut user: Object, now: i64) -> Result<String, Refusal> {
    set(&mut user, "id", 0);
    check_user(world, &mut user, now)?;
    let name = text(&user, "username").to_owned();
    world.users.check_free(&name)?;
    check_others(world, &user)?;
    let zero = USER.zero();
    keep(&mut user, &zero, &COUNTED[3..]);
    keep(&mut user, &zero, &["last_quota_update"]);
    set(&mut user, "created_at", now);
    set(&mut user, "updated_at", now);
    world.users.add(&name, user);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut user: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut user, stored, &COUNTED);
    keep(&mut user, stored, &["last_quota_update"]);
    check_user(world, &mut user, now)?;
    check_others(world, &user)?;
    set(&mut user, "updated_at", now);
    let name = text(stored, "username");
    world.users.replace(name, user);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    world.users.remove(name)?;
    world.forget_keys("user", name);
    world.disconnect(name);
    Ok(())
}

/// The checks of a user, in the order of the server. `now` is when a new password was set.
fn check_user(world: &mut World, user: &mut Object, now: i64) -> Result<(), Refusal> {
    place_home(user);
    let role = text(user, "role").trim().to_owned();
    set(user, "role", role);
    for list in ["groups", "virtual_folders"] {
        check::trim_names(user, list);
    }
    check::username(user)?;
    let name = text(user, "username").to_owned();
    check_emails(user)?;
    if is_redacted(user) || has_redacted_totp(user) {
        return Err(Refusal::invalid(
            "cannot save a user with a redacted secret",
        ));
    }
    absolute(text(user, "home_dir"))?;
    limits(user, &["upload_bandwidth", "download_bandwidth"]);
    if is_on(object_mut(user, "filters"), "is_anonymous") {
        filters::anonymous(user);
    }
    storage::check(object_mut(user, "filesystem"), &name, &mut world.safe)?;
    check::groups(user)?;
    let folders = user["permissions"].as_object();
    if folders.is_none_or(serde_json::Map::is_empty) {
        let reason = "please grant some permissions to this user";
        return Err(Refusal::invalid(reason));
    }
    if folders.is_some_and(|folders| !folders.contains_key("/")) {
        let reason = "permissions for the root dir \"/\" must be set";
        return Err(Refusal::invalid(reason));
    }
    check::permissions(user)?;
    mfa::check(object_mut(user, "filters"), &name, &mut world.safe)?;
    check::virtual_folders(user)?;
    let status = int(user, "status");
    if !(0..=1).contains(&status) {
        return Err(Refusal::invalid(format!("invalid user status: {status}")));
    }
    hash_password(world, user, now)?;
    check::public_keys(user)?;
    filters::check(user)?;
    filters::together(user)
}

/// Cleans the home directory. Users whose files are elsewhere get one for temporary files.
fn place_home(user: &mut Object) {
    let home = text(user, "home_dir");
    let home = if !home.is_empty() {
        paths::shortest(home)
    } else if storage::is_elsewhere(object_mut(user, "filesystem")) {
        format!("/tmp/{}", text(user, "username").trim())
    } else {
        return;
    };
    set(user, "home_dir", home);
}

fn check_emails(user: &mut Object) -> Result<(), Refusal> {
    if !text(user, "email").is_empty() {
        check::email(text(user, "email"))?;
    }
    texts(object_mut(user, "filters"), "additional_emails").try_for_each(check::email)
}

/// Whether a secret of a user or group, or of one of its folders, is only marked as set.
pub(super) fn is_redacted(object: &Object) -> bool {
    let folders = list(object, "virtual_folders").iter();
    let mut filesystems = folders
        .map(|folder| &folder["filesystem"])
        .chain(object.get("filesystem"))
        .filter_map(Value::as_object);
    filesystems.any(storage::is_redacted)
}

/// Whether the secret of the second factor is only marked as set.
pub(super) fn has_redacted_totp(account: &Object) -> bool {
    secrets::has_status(&account["filters"]["totp_config"]["secret"], "Redacted")
}

/// Negative limits become 0; a total limit replaces the two others.
pub(super) fn limits(object: &mut Object, bandwidths: &[&str]) {
    filters::not_below_zero(object, bandwidths);
    if int(object, "total_data_transfer") > 0 {
        set(object, "upload_data_transfer", 0);
        set(object, "download_data_transfer", 0);
    }
}

/// Hashes a plain password, which must be as strong as the user and the primary group want.
fn hash_password(world: &World, user: &mut Object, now: i64) -> Result<(), Refusal> {
    let password = text(user, "password").to_owned();
    if password.is_empty() || opaque::is_hash(&password) {
        return Ok(());
    }
    let mut wanted = vec![int(object_mut(user, "filters"), "password_strength")];
    let groups = list(user, "groups").iter();
    if let Some(primary) = groups.clone().find(|group| group["type"] == 1) {
        let Some(group) = world.groups.get(name_of(primary)) else {
            let error = "unable to load group password policies";
            return Err(Refusal::error(500, error));
        };
        let strength = &group["user_settings"]["filters"]["password_strength"];
        wanted.insert(0, strength.as_i64().unwrap_or_default());
    }
    for bits in wanted {
        strength::check(&password, bits).map_err(Refusal::invalid)?;
    }
    let hash = opaque::hashed(&password)
        .map_err(|error| Refusal::error(500, format!("bcrypt hashing error: {error}")))?;
    set(user, "password", hash);
    set(user, "last_password_change", now);
    Ok(())
}

/// Checks that the home directory is an absolute path.
pub(super) fn absolute(home: &str) -> Result<(), Refusal> {
    if home.is_empty() {
        return Err(Refusal::invalid("home_dir is mandatory"));
    }
    if home.starts_with('/') {
        return Ok(());
    }
    let reason = format!("home_dir must be an absolute path, actual value: {home}");
    Err(Refusal::invalid(reason))
}

/// The database rejects roles, folders and groups that do not exist.
fn check_others(world: &World, user: &Object) -> Result<(), Refusal> {
    check_role(world, user)?;
    check_folders(world, user, "users_folders_mapping")?;
    let mut groups = list(user, "groups").iter();
    if groups.any(|group| !world.groups.has(name_of(group))) {
        let error = "NOT NULL constraint failed: users_groups_mapping.group_id";
        return Err(Refusal::error(500, error));
    }
    Ok(())
}

pub(super) fn check_role(world: &World, object: &Object) -> Result<(), Refusal> {
    let role = text(object, "role");
    if role.is_empty() || world.roles.has(role) {
        return Ok(());
    }
    let error = "violates foreign key constraint: FOREIGN KEY constraint failed";
    Err(Refusal::error(409, error))
}

pub(super) fn check_folders(world: &World, object: &Object, table: &str) -> Result<(), Refusal> {
    let mut folders = list(object, "virtual_folders").iter();
    if folders.all(|folder| world.folders.has(name_of(folder))) {
        return Ok(());
    }
    let error = format!("NOT NULL constraint failed: {table}.folder_id");
    Err(Refusal::error(500, error))
}
