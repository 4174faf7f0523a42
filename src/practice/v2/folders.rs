//! Virtual folders.

use super::call::Call;
use super::check;
use super::paths;
use super::render::View;
use super::reply::{Outcome, Refusal};
use super::resource::{Resource, all};
use super::shapes::FOLDER;
use super::storage;
use super::world::World;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, keep, list, name_of, object, object_mut, set, text};

pub(super) static FOLDERS: Resource = Resource {
    path: "/api/v2/folders",
    key: "name",
    shape: &FOLDER,
    table: |world| &mut world.folders,
    shows_secrets: true,
    is_visible: all,
    shown,
    insert,
    update,
    remove,
    updated: "Folder updated",
    deleted: "Folder deleted",
};

fn shown(world: &World, stored: &Object, _: View) -> Object {
    let mut folder = stored.clone();
    let name = text(stored, "name");
    set(
        &mut folder,
        "users",
        world.users.names(|user| has(user, name)),
    );
    set(
        &mut folder,
        "groups",
        world.groups.names(|group| has(group, name)),
    );
    folder
}

fn has(object: &Object, folder: &str) -> bool {
    let mut folders = list(object, "virtual_folders").iter();
    folders.any(|mounted| name_of(mounted) == folder)
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let stored = FOLDERS.find(world, call, call.arg(0))?;
    let mut folder = call.decode(&FOLDER, FOLDER.zero())?;
    if let Some(filesystem) = object(&stored, "filesystem") {
        storage::keep_secrets(object_mut(&mut folder, "filesystem"), filesystem);
    }
    FOLDERS.replaced(world, call, &stored, folder)
}

fn insert(world: &mut World, mut folder: Object, _: i64) -> Result<String, Refusal> {
    set(&mut folder, "id", 0);
    check_folder(world, &mut folder)?;
    let name = text(&folder, "name").to_owned();
    world.folders.check_free(&name)?;
    world.folders.add(&name, folder);
    Ok(name)
}

/// The members that only quota scans and updates of a quota change.
const COUNTED: [&str; 3] = ["used_quota_size", "used_quota_files", "last_quota_update"];

fn update(world: &mut World, stored: &Object, mut folder: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut folder, stored, &["id", "name"]);
    keep(&mut folder, stored, &COUNTED);
    check_folder(world, &mut folder)?;
    let name = text(stored, "name");
    world.folders.replace(name, folder);
    touch_users(world, name, now);
    Ok(())
}

/// A folder is deleted even if it is in use; its users lose it.
fn remove(world: &mut World, name: &str, now: i64) -> Result<(), Refusal> {
    world.folders.remove(name)?;
    touch_users(world, name, now);
    for object in world.users.rows_mut().chain(world.groups.rows_mut()) {
        if let Some(folders) = object["virtual_folders"].as_array_mut() {
            folders.retain(|folder| name_of(folder) != name);
        }
    }
    Ok(())
}

fn touch_users(world: &mut World, name: &str, now: i64) {
    for user in world.users.rows_mut().filter(|user| has(user, name)) {
        set(user, "updated_at", now);
    }
}

fn check_folder(world: &mut World, folder: &mut Object) -> Result<(), Refusal> {
    check::name(folder, "name", "folder name is mandatory")?;
    // The body does not set who uses the folder.
    keep(folder, &FOLDER.zero(), &["users", "groups"]);
    let owner = format!("folder_{}", text(folder, "name"));
    let mapped = text(folder, "mapped_path").to_owned();
    let filesystem = object_mut(folder, "filesystem");
    if (storage::is_local(filesystem) || !mapped.is_empty()) && !mapped.starts_with('/') {
        let reason = format!("invalid folder mapped path {}", quoted(&mapped));
        return Err(Refusal::invalid(reason));
    }
    if storage::is_redacted(filesystem) {
        // The server does not count this as an error of validation.
        let error = "cannot save a folder with a redacted secret";
        return Err(Refusal::error(500, error));
    }
    storage::check(filesystem, &owner, &mut world.safe)?;
    if !mapped.is_empty() {
        set(folder, "mapped_path", paths::shortest(&mapped));
    }
    Ok(())
}
