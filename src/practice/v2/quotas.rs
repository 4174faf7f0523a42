//! Used quotas, and the scans that count them.

use super::call::Call;
use super::folders::FOLDERS;
use super::reply::{self, Outcome, Refusal};
use super::shapes::{QUOTA_USAGE, TRANSFER_USAGE};
use super::users::USERS;
use super::world::World;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, list, name_of, object, set, text};
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
        let message = format!(
            "Another scan is already in progress for user {}",
            quoted(name)
        );
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
        let message = format!(
            "Another scan is already in progress for folder {}",
            quoted(name)
        );
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
    let limits = ["quota_size", "quota_files"];
    if is_add && !has_limit(world, &user, &limits) {
        let error = "this user has no quota restrictions, only reset mode is supported";
        return Err(Refusal::error(400, error));
    }
    let name = text(&user, "username").to_owned();
    if world.user_scans.is_running(&name) {
        let message = "A quota scan is in progress for this user";
        return Err(Refusal::message(409, message));
    }
    put(&mut user, &usage, is_add, call.now);
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
    put(&mut folder, &usage, is_add, call.now);
    world.folders.replace(&name, folder);
    Ok(reply::message(200, "Quota updated"))
}

pub(super) fn set_transfer(world: &mut World, call: &Call<'_>) -> Outcome {
    let usage = call.decode(&TRANSFER_USAGE, TRANSFER_USAGE.zero())?;
    check_usage(&usage, "used transfer quota")?;
    let is_add = is_add(call)?;
    let mut user = USERS.find(world, call, call.arg(0))?;
    let limits = [
        "upload_data_transfer",
        "download_data_transfer",
        "total_data_transfer",
    ];
    if is_add && !has_limit(world, &user, &limits) {
        let error = "this user has no transfer quota restrictions, only reset mode is supported";
        return Err(Refusal::error(400, error));
    }
    put(&mut user, &usage, is_add, call.now);
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

/// Whether a user has one of these limits, or the primary group that the user has no own ones.
fn has_limit(world: &World, user: &Object, limits: &[&str]) -> bool {
    let groups = list(user, "groups").iter();
    let primary = groups.clone().find(|group| group["type"] == 1);
    let group = primary.and_then(|primary| world.groups.get(name_of(primary)));
    let settings = group.and_then(|group| object(group, "user_settings"));
    let mut owners = [Some(user), settings].into_iter().flatten();
    owners.any(|owner| limits.iter().any(|limit| int(owner, limit) > 0))
}

/// Adding nothing is not recorded.
fn put(object: &mut Object, usage: &Object, is_add: bool, now: i64) {
    if is_add && usage.keys().all(|name| int(usage, name) == 0) {
        return;
    }
    for name in usage.keys() {
        let before = if is_add { int(object, name) } else { 0 };
        set(object, name, before.saturating_add(int(usage, name)));
    }
    set(object, "last_quota_update", now);
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
