//! Users.

use super::call::Call;
use super::check;
use super::opaque;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::Resource;
use super::session::Caller;
use super::shapes::USER;
use super::storage;
use super::world::World;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text};
use crate::practice::reply::Reply;

pub(super) static USERS: Resource = Resource {
    path: "/api/v2/users",
    key: "username",
    shape: &USER,
    table: |world| &mut world.users,
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

pub(super) fn add(world: &mut World, call: &Call<'_>) -> Outcome {
    let mut user = call.decode(&USER, USER.zero())?;
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
    check_user(world, &mut user, "", now)?;
    let name = text(&user, "username").to_owned();
    world.users.check_free(&name)?;
    check_others(world, &mut user)?;
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
    keep(
        &mut user,
        stored,
        &["last_quota_update", "last_password_change"],
    );
    check_user(world, &mut user, text(stored, "password"), now)?;
    check_others(world, &mut user)?;
    set(&mut user, "updated_at", now);
    let name = text(stored, "username");
    world.users.replace(name, user);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    world.users.remove(name)?;
    world.disconnect(name);
    Ok(())
}

/// The checks of a user that need no other object, in the order of the server. `password` is the hash of the stored user.
fn check_user(
    world: &mut World,
    user: &mut Object,
    password: &str,
    now: i64,
) -> Result<(), Refusal> {
    check::name(user, "username", "username is mandatory")?;
    check::email(user)?;
    let name = text(user, "username").to_owned();
    if storage::is_redacted(object_mut(user, "filesystem")) {
        return Err(Refusal::invalid(
            "cannot save a user with a redacted secret",
        ));
    }
    let home = text(user, "home_dir");
    if home.is_empty() {
        return Err(Refusal::invalid("home_dir is mandatory"));
    }
    absolute(home)?;
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
    check::virtual_folders(user)?;
    let status = int(user, "status");
    if !(0..=1).contains(&status) {
        return Err(Refusal::invalid(format!("invalid user status: {status}")));
    }
    let given = text(user, "password").to_owned();
    if !given.is_empty() && given != password {
        set(user, "password", opaque::stored(&given));
        set(user, "last_password_change", now);
    }
    check::public_keys(user)?;
    check::filters(user)
}

/// Checks that the home directory is an absolute path.
pub(super) fn absolute(home: &str) -> Result<(), Refusal> {
    if home.starts_with('/') {
        return Ok(());
    }
    let reason = format!("home_dir must be an absolute path, actual value: {home}");
    Err(Refusal::invalid(reason))
}

/// The database rejects folders and groups that do not exist; a role that does not exist is dropped.
fn check_others(world: &World, user: &mut Object) -> Result<(), Refusal> {
    check_folders(world, user, "users_folders_mapping")?;
    let mut groups = list(user, "groups").iter();
    if groups.any(|group| !world.groups.has(name_of(group))) {
        let error = "NOT NULL constraint failed: users_groups_mapping.group_id";
        return Err(Refusal::error(500, error));
    }
    if !world.roles.has(text(user, "role")) {
        set(user, "role", "");
    }
    Ok(())
}

pub(super) fn check_folders(world: &World, object: &Object, table: &str) -> Result<(), Refusal> {
    let mut folders = list(object, "virtual_folders").iter();
    if folders.all(|folder| world.folders.has(name_of(folder))) {
        return Ok(());
    }
    let error = format!("NOT NULL constraint failed: {table}.folder_id");
    Err(Refusal::error(500, error))
}
