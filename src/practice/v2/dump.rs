//! Dumps of all data, and loading them.

use serde_json::Value;

use super::actions::ACTIONS;
use super::admins::ADMINS;
use super::api_keys::{self, API_KEYS};
use super::call::Call;
use super::call::MAX_DUMP;
use super::folders::FOLDERS;
use super::groups::GROUPS;
use super::ip_lists;
use super::render::{self, View};
use super::reply::{self, Outcome, Refusal};
use super::resource::Resource;
use super::roles::ROLES;
use super::rules::RULES;
use super::shapes::{DUMP, IP_ENTRY};
use super::table::Table;
use super::users::USERS;
use super::world::World;
use crate::practice::go::decode::decode;
use crate::practice::go::json::Json;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, set, text};

/// The version of the format.
const VERSION: i64 = 17;

/// The lists of a dump in order, and the scopes that select them.
const LISTS: [(&str, &str, Option<&Resource>); 11] = [
    ("users", "users", Some(&USERS)),
    ("groups", "groups", Some(&GROUPS)),
    ("folders", "folders", Some(&FOLDERS)),
    ("admins", "admins", Some(&ADMINS)),
    ("api_keys", "api_keys", Some(&API_KEYS)),
    ("shares", "shares", None),
    ("event_actions", "actions", Some(&ACTIONS)),
    ("event_rules", "rules", Some(&RULES)),
    ("roles", "roles", Some(&ROLES)),
    ("ip_lists", "ip_lists", None),
    ("configs", "configs", None),
];

/// The order in which lists are loaded: first the objects that others refer to.
const ORDER: [(&str, &str, &Resource); 8] = [
    ("roles", "role", &ROLES),
    ("folders", "folder", &FOLDERS),
    ("groups", "group", &GROUPS),
    ("users", "user", &USERS),
    ("admins", "admin", &ADMINS),
    ("api_keys", "API key", &API_KEYS),
    ("event_actions", "event action", &ACTIONS),
    ("event_rules", "event rule", &RULES),
];

pub(super) fn dump(world: &mut World, call: &Call<'_>) -> Outcome {
    if call.parameter("output-data").unwrap_or_default().trim() != "1" {
        let file = call.parameter("output-file").unwrap_or_default();
        check_file(file.trim())?;
        // This server has no disk to write to.
        return Ok(reply::message(200, "Data saved"));
    }
    let scopes = call.parameter("scopes").unwrap_or_default();
    let scopes: Vec<&str> = scopes
        .split(',')
        .map(str::trim)
        .filter(|scope| !scope.is_empty())
        .collect();
    let reply = reply::value(200, |json| {
        json.object(|json| {
            for (name, scope, resource) in LISTS {
                json.key(name);
                if scopes.is_empty() || scopes.contains(&scope) {
                    write(json, world, name, resource);
                } else {
                    json.value(&Value::Null);
                }
            }
            json.key("version").int(VERSION);
        });
    });
    let file = "attachment; filename=\"sftpgo-backup.json\"";
    Ok(reply::with_header(reply, "Content-Disposition", file))
}

fn check_file(file: &str) -> Result<(), Refusal> {
    let error = if file.is_empty() {
        "invalid or missing output-file".to_owned()
    } else if file.starts_with('/') {
        let file = quoted(file);
        format!("invalid output-file {file}: it must be a relative path")
    } else if file.contains("..") {
        format!("invalid output-file {}", quoted(file))
    } else {
        return Ok(());
    };
    Err(Refusal::error(400, error))
}

fn write(json: &mut Json, world: &mut World, name: &str, resource: Option<&Resource>) {
    match (name, resource) {
        (_, Some(resource)) => {
            let rows = (resource.table)(world).rows();
            let mut stored: Vec<Object> = rows.map(|(_, object)| object.clone()).collect();
            stored.sort_by_key(|object| int(object, "id"));
            json.list(&stored, |json, object| {
                let mut shown = (resource.shown)(world, object, View::Confidential);
                for member in used_by(name) {
                    shown.remove(*member);
                }
                render::write(json, resource.shape, &shown, View::Confidential);
            });
        }
        ("ip_lists", _) => {
            let entries = world.ip_lists.iter().flat_map(Table::rows);
            let mut entries: Vec<&Object> = entries.map(|(_, entry)| entry).collect();
            entries.sort_by_key(|entry| int(entry, ip_lists::NUMBER));
            json.list(entries, |json, entry| {
                render::write(json, &IP_ENTRY, entry, View::Confidential);
            });
        }
        ("configs", _) => json.object(|_| {}),
        _ => json.list([(); 0], |_, ()| {}),
    }
}

/// Who uses an object is not part of a dump.
fn used_by(list: &str) -> &'static [&'static str] {
    match list {
        "groups" | "roles" => &["users", "admins"],
        "folders" => &["users", "groups"],
        "event_actions" => &["rules"],
        _ => &[],
    }
}

/// A file on the server's disk cannot be loaded, since there is no disk.
pub(super) fn load_file(_: &mut World, call: &Call<'_>) -> Outcome {
    let file = call.parameter("input-file").unwrap_or_default();
    options(call)?;
    let file = file.trim();
    let mut error = format!("invalid input_file {}", quoted(file));
    if !file.starts_with('/') {
        error.push_str(": it must be an absolute path");
    }
    Err(Refusal::error(400, error))
}

pub(super) fn load(world: &mut World, call: &Call<'_>) -> Outcome {
    let mode = options(call)?;
    let body = call.body.filter(|body| body.len() <= MAX_DUMP);
    let body = body.ok_or_else(|| Refusal::error(400, "http: request body too large"))?;
    if body.is_empty() {
        return Err(Refusal::invalid("request body is required"));
    }
    let mut dump = DUMP.zero();
    if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err()
        || decode(body, &DUMP, &mut dump).is_err()
    {
        return Err(Refusal::invalid("invalid input_file \"\""));
    }
    for entry in objects(&dump, "ip_lists") {
        ip_lists::restore(world, entry, mode == SKIP, call.now)?;
    }
    let is_old = int(&dump, "version") < RULES_HAVE_STATUS;
    for (list, what, resource) in ORDER {
        for mut object in objects(&dump, list) {
            if list == "event_rules" && is_old {
                set(&mut object, "status", 1);
            }
            if list == "api_keys" && text(&object, "key").is_empty() {
                return Err(Refusal::error(500, api_keys::empty(&object)));
            }
            let name = text(&object, resource.key).trim().to_owned();
            restore(world, resource, object, &name, mode, call.now).map_err(|refusal| {
                refusal.within(&format!("unable to restore {what} {}", quoted(&name)))
            })?;
        }
    }
    Ok(reply::message(200, "Data restored"))
}

/// The first version of the format in which rules can be disabled.
const RULES_HAVE_STATUS: i64 = 15;

/// Keeps existing objects.
const SKIP: i64 = 1;
/// Overwrites existing objects and disconnects their users.
const DISCONNECT: i64 = 2;

fn restore(
    world: &mut World,
    resource: &Resource,
    object: Object,
    name: &str,
    mode: i64,
    now: i64,
) -> Result<(), Refusal> {
    match (resource.table)(world).get(name).cloned() {
        Some(_) if mode == SKIP => {}
        Some(stored) => {
            (resource.update)(world, &stored, object, now)?;
            if mode == DISCONNECT && resource.key == "username" {
                world.disconnect(name);
            }
        }
        None => {
            (resource.insert)(world, object, now)?;
        }
    }
    Ok(())
}

fn objects(dump: &Object, list: &str) -> Vec<Object> {
    let items = dump[list].as_array().into_iter().flatten();
    items.filter_map(|item| item.as_object().cloned()).collect()
}

/// The mode; the server accepts any number.
fn options(call: &Call<'_>) -> Result<i64, Refusal> {
    let number = |name: &str, what: &str| match call.parameter(name) {
        Some(text) => text.parse::<i64>().map_err(|_| {
            let error = format!("invalid {what}: strconv.Atoi: parsing {text:?}: invalid syntax");
            Refusal::error(400, error)
        }),
        None => Ok(0),
    };
    number("scan-quota", "scan_quota")?;
    number("mode", "mode")
}
