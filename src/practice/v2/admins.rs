//! Admins.

use serde_json::Value;

use super::call::Call;
use super::check;
use super::mfa;
use super::opaque;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::{Resource, all};
use super::secrets::Safe;
use super::session::has_totp;
use super::shapes::ADMIN;
use super::users::{check_role, has_redacted_totp};
use super::world::World;
use crate::practice::go::shape::{
    Object, int, is_on, keep, list, name_of, object_mut, set, text, texts,
};

pub(super) static ADMINS: Resource = Resource {
    path: "/api/v2/admins",
    key: "username",
    shape: &ADMIN,
    table: |world| &mut world.admins,
    shows_secrets: false,
    is_visible: all,
    shown,
    insert,
    update,
    remove,
    updated: "Admin updated",
    deleted: "Admin deleted",
};

const PERMISSIONS: [&str; 15] = [
    "*",
    "add_users",
    "edit_users",
    "del_users",
    "view_users",
    "view_conns",
    "close_conns",
    "view_status",
    "manage_folders",
    "manage_groups",
    "quota_scans",
    "manage_defender",
    "view_defender",
    "view_events",
    "disable_mfa",
];

/// The members that the body does not set; the password is handled separately.
const KEPT: [&str; 4] = ["id", "username", "created_at", "last_login"];

fn shown(_: &World, stored: &Object, view: View) -> Object {
    let mut admin = stored.clone();
    if view == View::Usual {
        set(&mut admin, "password", "");
    }
    admin
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let stored = ADMINS.find(world, call, call.arg(0))?;
    let mut admin = call.decode(&ADMIN, ADMIN.zero())?;
    if call.arg(0) == call.caller.username {
        check_self(call, &stored, &admin)?;
        let demands = ["require_password_change", "require_two_factor"];
        let stored = stored["filters"].as_object().cloned().unwrap_or_default();
        keep(object_mut(&mut admin, "filters"), &stored, &demands);
    }
    if text(&admin, "password").is_empty() {
        keep(&mut admin, &stored, &["password"]);
    }
    let stored_filters = stored["filters"].as_object().cloned().unwrap_or_default();
    let filters = object_mut(&mut admin, "filters");
    keep(filters, &stored_filters, &["totp_config", "recovery_codes"]);
    ADMINS.replaced(world, call, &stored, admin)
}

/// Prevents admins from locking themselves out.
fn check_self(call: &Call<'_>, stored: &Object, admin: &Object) -> Result<(), Refusal> {
    let error = if call.caller.key.is_some() {
        "updating the admin impersonated with an API key is not allowed"
    } else if !texts(admin, "permissions").eq(texts(stored, "permissions")) {
        "you cannot change your permissions"
    } else if int(admin, "status") == 0 {
        "you cannot disable yourself"
    } else if text(admin, "role") != call.caller.role {
        "you cannot add/change your role"
    } else {
        return Ok(());
    };
    Err(Refusal::error(400, error))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    if call.arg(0) == call.caller.username {
        return Err(Refusal::error(400, "you cannot delete yourself"));
    }
    ADMINS.delete(world, call)
}

/// Disables the second factor of another admin.
pub(super) fn disable_totp(world: &mut World, call: &Call<'_>) -> Outcome {
    let mut admin = ADMINS.find(world, call, call.arg(0))?;
    if !has_totp(&admin) {
        let message = "two-factor authentication is not enabled";
        return Err(Refusal::message(400, message));
    }
    let own_filters = object_mut(&mut admin, "filters");
    if call.arg(0) == call.caller.username && is_on(own_filters, "require_two_factor") {
        return Err(Refusal::invalid(
            "two-factor authentication must be enabled",
        ));
    }
    forget_totp(&mut admin);
    world.admins.replace(call.arg(0), admin);
    Ok(reply::message(200, "2FA disabled"))
}

fn forget_totp(admin: &mut Object) {
    let zero = ADMIN.zero();
    let zero = zero["filters"].as_object().cloned().unwrap_or_default();
    let filters = object_mut(admin, "filters");
    keep(filters, &zero, &["totp_config", "recovery_codes"]);
}

fn insert(world: &mut World, mut admin: Object, now: i64) -> Result<String, Refusal> {
    set(&mut admin, "id", 0);
    forget_totp(&mut admin);
    check_admin(&mut admin, &mut world.safe)?;
    let name = text(&admin, "username").to_owned();
    world.admins.check_free(&name)?;
    check_others(world, &admin)?;
    set(&mut admin, "created_at", now);
    set(&mut admin, "updated_at", now);
    set(&mut admin, "last_login", 0);
    world.admins.add(&name, admin);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut admin: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut admin, stored, &KEPT);
    check_admin(&mut admin, &mut world.safe)?;
    check_others(world, &admin)?;
    set(&mut admin, "updated_at", now);
    world.admins.replace(text(stored, "username"), admin);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    world.admins.remove(name)?;
    world.forget_keys("admin", name);
    Ok(())
}

fn check_admin(admin: &mut Object, safe: &mut Safe) -> Result<(), Refusal> {
    let role = text(admin, "role").trim().to_owned();
    set(admin, "role", role);
    check::trim_names(admin, "groups");
    check::username(admin)?;
    let password = text(admin, "password").trim();
    if password.is_empty() {
        return Err(Refusal::invalid("please set a password"));
    }
    let password = password.to_owned();
    if has_redacted_totp(admin) {
        let reason = "cannot save an admin with a redacted secret";
        return Err(Refusal::invalid(reason));
    }
    let name = text(admin, "username").to_owned();
    mfa::check(object_mut(admin, "filters"), &name, safe)?;
    let password = opaque::stored(&password).map_err(|error| Refusal::error(500, error))?;
    set(admin, "password", password);
    let given: Vec<String> = texts(admin, "permissions").map(str::to_owned).collect();
    if given.is_empty() {
        return Err(Refusal::invalid(
            "please grant some permissions to this admin",
        ));
    }
    let permissions = check::reduced(given);
    set(admin, "permissions", permissions);
    check::known(
        texts(admin, "permissions"),
        &PERMISSIONS,
        "invalid permission: ",
    )?;
    if !text(admin, "role").is_empty() && texts(admin, "permissions").any(|name| name == "*") {
        return Err(Refusal::invalid("a role admin cannot be a super admin"));
    }
    if !text(admin, "email").is_empty() {
        check::email(text(admin, "email"))?;
    }
    let filters = object_mut(admin, "filters");
    check::dedup(filters, "allow_list");
    let networks = texts(filters, "allow_list");
    // The server puts a space before the colon.
    check::networks(networks, "could not parse allow list entry", " ")?;
    check_groups(list(admin, "groups"))
}

/// How the groups of an admin are given to the users that the admin adds.
fn check_groups(groups: &[Value]) -> Result<(), Refusal> {
    let mut has_primary = false;
    for group in groups {
        if name_of(group).is_empty() {
            return Err(Refusal::invalid("group name is mandatory"));
        }
        let mode = group["options"]["add_to_users_as"]
            .as_i64()
            .unwrap_or_default();
        if !(0..=2).contains(&mode) {
            let reason = format!("Invalid mode to add groups to new users: {mode}");
            return Err(Refusal::invalid(reason));
        }
        if mode == 1 && has_primary {
            return Err(Refusal::invalid("only one primary group is allowed"));
        }
        has_primary |= mode == 1;
    }
    Ok(())
}

const GROUP_TWICE: &str = "duplicated key not allowed: UNIQUE constraint failed: admins_groups_mapping.admin_id, admins_groups_mapping.group_id";

fn check_others(world: &World, admin: &Object) -> Result<(), Refusal> {
    check_role(world, admin)?;
    let mut known: Vec<&str> = Vec::new();
    for group in list(admin, "groups") {
        let name = name_of(group);
        if !world.groups.has(name) {
            let error = "NOT NULL constraint failed: admins_groups_mapping.group_id";
            return Err(Refusal::error(500, error));
        }
        if known.contains(&name) {
            return Err(Refusal::error(409, GROUP_TWICE));
        }
        known.push(name);
    }
    Ok(())
}
