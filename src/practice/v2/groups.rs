//! Groups.

use serde_json::Value;

use super::call::Call;
use super::check;
use super::filters;
use super::paths;
use super::render::View;
use super::reply::{Outcome, Refusal};
use super::resource::{Resource, all};
use super::shapes::GROUP;
use super::storage;
use super::users::{absolute, check_folders, is_redacted, limits};
use super::world::World;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, keep, list, name_of, object, object_mut, set, text};

pub(super) static GROUPS: Resource = Resource {
    path: "/api/v2/groups",
    key: "name",
    shape: &GROUP,
    table: |world| &mut world.groups,
    shows_secrets: true,
    is_visible: all,
    shown,
    insert,
    update,
    remove,
    updated: "Group updated",
    deleted: "Group deleted",
};

fn shown(world: &World, stored: &Object, _: View) -> Object {
    let mut group = stored.clone();
    let name = text(stored, "name");
    set(&mut group, "users", members(world, name));
    let is_in = |admin: &Object| {
        list(admin, "groups")
            .iter()
            .any(|group| name_of(group) == name)
    };
    set(&mut group, "admins", world.admins.names(is_in));
    world.expand_folders(&mut group);
    group
}

fn members(world: &World, name: &str) -> Vec<String> {
    let is_in = |user: &Object| {
        list(user, "groups")
            .iter()
            .any(|group| name_of(group) == name)
    };
    world.users.names(is_in)
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let stored = GROUPS.find(world, call, call.arg(0))?;
    let mut group = call.decode(&GROUP, GROUP.zero())?;
    let settings = object_mut(&mut group, "user_settings");
    let stored_filesystem =
        object(&stored, "user_settings").and_then(|settings| object(settings, "filesystem"));
    if let Some(filesystem) = stored_filesystem {
        storage::keep_secrets(object_mut(settings, "filesystem"), filesystem);
    }
    GROUPS.replaced(world, call, &stored, group)
}

fn insert(world: &mut World, mut group: Object, now: i64) -> Result<String, Refusal> {
    set(&mut group, "id", 0);
    check_group(world, &mut group)?;
    let name = text(&group, "name").to_owned();
    world.groups.check_free(&name)?;
    check_folders(world, &group, "groups_folders_mapping")?;
    set(&mut group, "created_at", now);
    set(&mut group, "updated_at", now);
    world.groups.add(&name, group);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut group: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut group, stored, &["id", "name", "created_at"]);
    check_group(world, &mut group)?;
    check_folders(world, &group, "groups_folders_mapping")?;
    set(&mut group, "updated_at", now);
    world.groups.replace(text(stored, "name"), group);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    if !members(world, name).is_empty() {
        let name = quoted(name);
        let reason = format!("the group {name} is referenced, it cannot be removed");
        return Err(Refusal::invalid(reason));
    }
    world.groups.remove(name).map(drop)
}

fn check_group(world: &mut World, group: &mut Object) -> Result<(), Refusal> {
    check::name(group, "name", "name is mandatory")?;
    let owner = format!("group_{}", text(group, "name"));
    if is_redacted(group) || is_redacted(object_mut(group, "user_settings")) {
        return Err(Refusal::invalid(
            "cannot save a group with a redacted secret",
        ));
    }
    check::virtual_folders(group)?;
    let settings = object_mut(group, "user_settings");
    if !text(settings, "home_dir").is_empty() {
        let home = paths::shortest(text(settings, "home_dir"));
        absolute(&home)?;
        set(settings, "home_dir", home);
    }
    storage::check(object_mut(settings, "filesystem"), &owner, &mut world.safe)?;
    limits(settings, &[]);
    check::permissions(settings)?;
    set(object_mut(settings, "filters"), "tls_certs", Value::Null);
    filters::check(settings)?;
    set(object_mut(settings, "filters"), "user_type", "");
    Ok(())
}
