//! Used quotas, and the scans that count them.

use super::call::Call;
use super::folders::FOLDERS;
use super::reply::{self, Outcome, Refusal};
use super::shapes::{QUOTA_USAGE, TRANSFER_USAGE};
use super::users::USERS;
use super::world::World;
use crate::practice::go::shape::{Object, int, set, text};
use crate::practice::options::Data;
use crate::practice::quota_scan;
use crate::practice::reply::Reply;

const SCAN_TAKES: i64 = 4_000;

pub(super) fn user_scans(world: &World, _: &Call<'_>) -> Reply {
    reply::value(200, |json| world.user_scans.write(json, "username"))
}

pub(super) fn folder_scans(world: &World, _: &Call<'_>) -> Reply {
    reply::value(200, |json| world.folder_scans.write(json, "name"))
}

pub(super) fn scan_user(world: &mut World, call: &Call<'_>) -> Outcome {
    let user = USERS.find(world, call, call.arg(0))?;
    let name = text(&user, "username");
    if world.user_scans.is_running(name) {
        let message = format!("Another scan is already in progress for user {name:?}");
        return Err(Refusal::message(409, message));
    }
    // On an empty server no home directory exists, so a scan finishes at once and finds nothing.
    if world.data == Data::Sample {
        world.user_scans.start(name, call.now, SCAN_TAKES);
    }
    Ok(reply::message(202, "Scan started"))
}

pub(super) fn scan_folder(world: &mut World, call: &Call<'_>) -> Outcome {
    let folder = FOLDERS.find(world, call, call.arg(0))?;
    let name = text(&folder, "name");
    if world.folder_scans.is_running(name) {
        let message = format!("Another scan is already in progress for folder {name:?}");
        return Err(Refusal::message(409, message));
    }
    if world.data == Data::Sample {
        world.folder_scans.start(name, call.now, SCAN_TAKES);
    }
    Ok(reply::message(202, "Scan started"))
}

pub(super) fn set_user(world: &mut World, call: &Call<'_>) -> Outcome {
    let usage = call.decode(&QUOTA_USAGE, QUOTA_USAGE.zero())?;
    check_usage(&usage, "used quota")?;
    let is_add = is_add(call)?;
    let mut user = USERS.find(world, call, call.arg(0))?;
    if is_add && int(&user, "quota_size") <= 0 && int(&user, "quota_files") <= 0 {
        let error = "this user has no quota restrictions, only reset mode is supported";
        return Err(Refusal::error(400, error));
    }
    let name = text(&user, "username").to_owned();
    if world.user_scans.is_running(&name) {
        let message = "A quota scan is in progress for this user";
        return Err(Refusal::message(409, message));
    }
    put(&mut user, &usage, is_add);
    set(&mut user, "last_quota_update", call.now);
    world.users.replace(&name, user);
    Ok(reply::message(200, "Quota updated"))
}

pub(super) fn set_folder(world: &mut World, call: &Call<'_>) -> Outcome {
    let usage = call.decode(&QUOTA_USAGE, QUOTA_USAGE.zero())?;
    check_usage(&usage, "used quota")?;
    let is_add = is_add(call)?;
    let mut folder = FOLDERS.find(world, call, call.arg(0))?;
    let name = text(&folder, "name").to_owned();
    if world.folder_scans.is_running(&name) {
        let message = "A quota scan is in progress for this folder";
        return Err(Refusal::message(409, message));
    }
    put(&mut folder, &usage, is_add);
    set(&mut folder, "last_quota_update", call.now);
    world.folders.replace(&name, folder);
    Ok(reply::message(200, "Quota updated"))
}

pub(super) fn set_transfer(world: &mut World, call: &Call<'_>) -> Outcome {
    let usage = call.decode(&TRANSFER_USAGE, TRANSFER_USAGE.zero())?;
    check_usage(&usage, "used transfer quota")?;
    let is_add = is_add(call)?;
    let mut user = USERS.find(world, call, call.arg(0))?;
    let limits = ["upload", "download", "total"].map(|kind| format!("{kind}_data_transfer"));
    if is_add && limits.iter().all(|limit| int(&user, limit) <= 0) {
        let error = "this user has no transfer quota restrictions, only reset mode is supported";
        return Err(Refusal::error(400, error));
    }
    put(&mut user, &usage, is_add);
    let name = text(&user, "username").to_owned();
    world.users.replace(&name, user);
    Ok(reply::message(200, "Quota updated"))
}

fn check_usage(usage: &Object, what: &str) -> Result<(), Refusal> {
    if usage.keys().all(|name| int(usage, name) >= 0) {
        return Ok(());
    }
    let error = format!("invalid {what} parameters, negative values are not allowed");
    Err(Refusal::error(400, error))
}

fn is_add(call: &Call<'_>) -> Result<bool, Refusal> {
    match call.parameter("mode").as_deref() {
        None | Some("reset") => Ok(false),
        Some("add") => Ok(true),
        Some(_) => Err(Refusal::error(400, "invalid mode")),
    }
}

fn put(object: &mut Object, usage: &Object, is_add: bool) {
    for name in usage.keys() {
        let before = if is_add { int(object, name) } else { 0 };
        set(object, name, before.saturating_add(int(usage, name)));
    }
}

/// Finishes the scans whose time has come at a request.
pub(super) fn advance(world: &mut World, now: i64) {
    for (name, ended) in world.user_scans.ended(now) {
        if let Some(user) = world.users.get_mut(&name) {
            quota_scan::finish(user, ended);
        }
    }
    for (name, ended) in world.folder_scans.ended(now) {
        if let Some(folder) = world.folders.get_mut(&name) {
            quota_scan::finish(folder, ended);
        }
    }
}
