//! Event actions.

use serde_json::Value;

use super::call::Call;
use super::check;
use super::render::View;
use super::reply::{Outcome, Refusal};
use super::resource::{Resource, all};
use super::secrets;
use super::shapes::ACTION;
use super::world::World;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text, texts};

pub(super) static ACTIONS: Resource = Resource {
    path: "/api/v2/eventactions",
    key: "name",
    shape: &ACTION,
    table: |world| &mut world.actions,
    is_visible: all,
    shown,
    insert,
    update,
    remove,
    updated: "Event action updated",
    deleted: "Event action deleted",
};

/// The types of actions; 10 was removed.
const TYPES: [i64; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15];

/// The types of actions that have options, and the section of these options.
const SECTIONS: [(i64, &str); 8] = [
    (1, "http_config"),
    (2, "cmd_config"),
    (3, "email_config"),
    (8, "retention_config"),
    (9, "fs_config"),
    (11, "pwd_expiration_config"),
    (13, "idp_config"),
    (14, "user_inactivity_config"),
];

fn shown(world: &World, stored: &Object, _: View) -> Object {
    let mut action = stored.clone();
    let name = text(stored, "name");
    let has = |rule: &Object| {
        list(rule, "actions")
            .iter()
            .any(|step| name_of(step) == name)
    };
    set(&mut action, "rules", world.rules.names(has));
    action
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let stored = ACTIONS.find(world, call, call.arg(0))?;
    let mut action = call.decode(&ACTION, ACTION.zero())?;
    let http = object_mut(object_mut(&mut action, "options"), "http_config");
    let password = http.entry("password").or_insert(Value::Null);
    secrets::keep_stored(password, &stored["options"]["http_config"]["password"]);
    ACTIONS.replaced(world, call, &stored, action)
}

fn insert(world: &mut World, mut action: Object, _: i64) -> Result<String, Refusal> {
    set(&mut action, "id", 0);
    check_action(world, &mut action)?;
    let name = text(&action, "name").to_owned();
    world.actions.check_free(&name)?;
    world.actions.add(&name, action);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut action: Object, _: i64) -> Result<(), Refusal> {
    keep(&mut action, stored, &["id", "name"]);
    check_action(world, &mut action)?;
    world.actions.replace(text(stored, "name"), action);
    Ok(())
}

fn remove(world: &mut World, name: &str, _: i64) -> Result<(), Refusal> {
    let has = |rule: &Object| {
        list(rule, "actions")
            .iter()
            .any(|step| name_of(step) == name)
    };
    if !world.rules.names(has).is_empty() {
        let reason = format!("the event action {name:?} is referenced, it cannot be removed");
        return Err(Refusal::invalid(reason));
    }
    world.actions.remove(name).map(drop)
}

fn check_action(world: &mut World, action: &mut Object) -> Result<(), Refusal> {
    check::name(action, "name", "name is mandatory")?;
    let kind = int(action, "type");
    if !TYPES.contains(&kind) {
        return Err(Refusal::invalid(format!("invalid action type: {kind}")));
    }
    let name = text(action, "name").to_owned();
    let zero = ACTION.zero();
    // The body does not set which rules use the action.
    keep(action, &zero, &["rules"]);
    let options = object_mut(action, "options");
    for (other, section) in SECTIONS {
        if other != kind {
            set(options, section, zero["options"][section].clone());
        }
    }
    match kind {
        1 => check_http(object_mut(options, "http_config"))?,
        2 => check_command(object_mut(options, "cmd_config"))?,
        3 => check_email(object_mut(options, "email_config"))?,
        8 => check_retention(object_mut(options, "retention_config"))?,
        9 => check_files(object_mut(options, "fs_config"))?,
        11 if options["pwd_expiration_config"]["threshold"].as_i64() <= Some(0) => {
            return Err(Refusal::invalid("threshold must be greater than 0"));
        }
        _ => {}
    }
    let http = object_mut(options, "http_config");
    let password = http.entry("password").or_insert(Value::Null);
    world.safe.seal(password, &name);
    if !secrets::is_set(password) {
        *password = Value::Null;
    }
    Ok(())
}

fn invalid<T>(reason: impl AsRef<str>) -> Result<T, Refusal> {
    Err(Refusal::invalid(reason))
}

fn check_http(http: &Object) -> Result<(), Refusal> {
    let endpoint = text(http, "endpoint");
    if endpoint.is_empty() {
        return invalid("HTTP endpoint is required");
    }
    if !["http://", "https://"]
        .iter()
        .any(|scheme| endpoint.starts_with(scheme))
    {
        return invalid("invalid HTTP endpoint schema: http and https are supported");
    }
    let timeout = int(http, "timeout");
    if !(1..=180).contains(&timeout) && list(http, "parts").is_empty() {
        return invalid(format!("invalid HTTP timeout {timeout}"));
    }
    if secrets::has_status(&http["password"], "Redacted") {
        return invalid("cannot save HTTP configuration with a redacted secret");
    }
    let method = text(http, "method");
    if !["GET", "POST", "PUT", "DELETE"].contains(&method) {
        return invalid(format!("unsupported HTTP method: {method}"));
    }
    Ok(())
}

fn check_command(command: &Object) -> Result<(), Refusal> {
    let path = text(command, "cmd");
    if path.is_empty() {
        return invalid("command is required");
    }
    if !path.starts_with('/') {
        return invalid("invalid command, it must be an absolute path");
    }
    let timeout = int(command, "timeout");
    if !(1..=120).contains(&timeout) {
        return invalid(format!("invalid command action timeout {timeout}"));
    }
    Ok(())
}

fn check_email(email: &Object) -> Result<(), Refusal> {
    if texts(email, "recipients")
        .chain(texts(email, "bcc"))
        .next()
        .is_none()
    {
        return invalid("at least one email recipient is required");
    }
    for (name, reason) in [
        ("subject", "email subject is required"),
        ("body", "email body is required"),
    ] {
        if text(email, name).is_empty() {
            return invalid(reason);
        }
    }
    Ok(())
}

fn check_retention(retention: &Object) -> Result<(), Refusal> {
    let folders = list(retention, "folders");
    if folders.is_empty() {
        return invalid("folder retention is required");
    }
    if folders.iter().all(|folder| folder["retention"] == 0) {
        return invalid("nothing to delete!");
    }
    Ok(())
}

fn check_files(files: &Object) -> Result<(), Refusal> {
    let kind = int(files, "type");
    let (member, reason) = match kind {
        1 => ("renames", "no path to rename specified"),
        2 => ("deletes", "no path to delete specified"),
        3 => ("mkdirs", "no directory to create specified"),
        4 => ("exist", "no path to check for existence specified"),
        5 => ("compress", "archive name is mandatory"),
        6 => ("copy", "no path to copy specified"),
        _ => return invalid(format!("invalid filesystem action {kind}")),
    };
    let is_missing = match &files[member] {
        Value::Object(compress) => text(compress, "name").is_empty(),
        value => value.as_array().is_none_or(Vec::is_empty),
    };
    if is_missing { invalid(reason) } else { Ok(()) }
}
