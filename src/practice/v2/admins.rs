//! Admins.

use super::call::Call;
use super::check;
use super::opaque;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::{Resource, all};
use super::session::has_totp;
use super::shapes::ADMIN;
use super::world::World;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text, texts};

pub(super) static ADMINS: Resource = Resource {
    path: "/api/v2/admins",
    key: "username",
    shape: &ADMIN,
    table: |world| &mut world.admins,
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
    let zero = ADMIN.zero();
    let zero = zero["filters"].as_object().cloned().unwrap_or_default();
    let filters = object_mut(&mut admin, "filters");
    keep(filters, &zero, &["totp_config", "recovery_codes"]);
    world.admins.replace(call.arg(0), admin);
    Ok(reply::message(200, "2FA disabled"))
}

fn insert(world: &mut World, mut admin: Object, now: i64) -> Result<String, Refusal> {
    set(&mut admin, "id", 0);
    check_admin(&mut admin)?;
    let name = text(&admin, "username").to_owned();
    world.admins.check_free(&name)?;
    check_others(world, &mut admin)?;
    set(&mut admin, "created_at", now);
    set(&mut admin, "updated_at", now);
    set(&mut admin, "last_login", 0);
    world.admins.add(&name, admin);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut admin: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut admin, stored, &KEPT);
    check_admin(&mut admin)?;
    check_others(world, &mut admin)?;
    set(&mut admin, "updated_at", now);
    world.admins.replace(text(stored, "username"), admin);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    world.admins.remove(name).map(drop)
}

fn check_admin(admin: &mut Object) -> Result<(), Refusal> {
    check::name(admin, "username", "username is mandatory")?;
    if text(admin, "password").is_empty() {
        return Err(Refusal::invalid("please set a password"));
    }
    let password = opaque::stored(text(admin, "password"));
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
        let reason = "a role admin cannot have the following permissions: \"*\"";
        return Err(Refusal::invalid(reason));
    }
    check::email(admin)?;
    let networks = texts(object_mut(admin, "filters"), "allow_list").map(str::to_owned);
    let networks: Vec<String> = networks.collect();
    check::networks(
        networks.iter().map(String::as_str),
        "could not parse allow list entry",
    )?;
    if list(admin, "groups")
        .iter()
        .any(|group| name_of(group).is_empty())
    {
        return Err(Refusal::invalid("group name is mandatory"));
    }
    Ok(())
}

fn check_others(world: &World, admin: &mut Object) -> Result<(), Refusal> {
    let mut groups = list(admin, "groups").iter();
    if groups.any(|group| !world.groups.has(name_of(group))) {
        let error = "NOT NULL constraint failed: admins_groups_mapping.group_id";
        return Err(Refusal::error(500, error));
    }
    if !world.roles.has(text(admin, "role")) {
        set(admin, "role", "");
    }
    Ok(())
}
