//! Roles.

use super::check;
use super::render::View;
use super::reply::Refusal;
use super::resource::{Resource, all};
use super::shapes::ROLE;
use super::world::World;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, keep, set, text};

pub(super) static ROLES: Resource = Resource {
    path: "/api/v2/roles",
    key: "name",
    shape: &ROLE,
    table: |world| &mut world.roles,
    shows_secrets: true,
    is_visible: all,
    shown,
    insert,
    update,
    remove,
    updated: "Role updated",
    deleted: "Role deleted",
};

fn shown(world: &World, stored: &Object, _: View) -> Object {
    let mut role = stored.clone();
    let name = text(stored, "name");
    let has_role = |object: &Object| text(object, "role") == name;
    set(&mut role, "users", world.users.names(has_role));
    set(&mut role, "admins", world.admins.names(has_role));
    role
}

fn insert(world: &mut World, mut role: Object, now: i64) -> Result<String, Refusal> {
    set(&mut role, "id", 0);
    check::name(&mut role, "name", "name is mandatory")?;
    let name = text(&role, "name").to_owned();
    world.roles.check_free(&name)?;
    set(&mut role, "created_at", now);
    set(&mut role, "updated_at", now);
    world.roles.add(&name, role);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut role: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut role, stored, &["id", "name", "created_at"]);
    check::name(&mut role, "name", "name is mandatory")?;
    set(&mut role, "updated_at", now);
    world.roles.replace(text(stored, "name"), role);
    Ok(())
}

/// Users lose a role that is deleted; while an admin has it, it cannot be deleted.
fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    let has_role = |object: &Object| text(object, "role") == name;
    if !world.admins.names(has_role).is_empty() {
        let name = quoted(name);
        let reason = format!("the role {name} is referenced, it cannot be removed");
        return Err(Refusal::invalid(reason));
    }
    world.roles.remove(name)?;
    for user in world.users.rows_mut().filter(|user| has_role(user)) {
        set(user, "role", "");
    }
    Ok(())
}
