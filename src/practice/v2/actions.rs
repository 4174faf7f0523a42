//! Event actions.

use serde_json::Value;

use super::action_options;
use super::call::Call;
use super::check;
use super::render::View;
use super::reply::{Outcome, Refusal};
use super::resource::{Resource, all};
use super::secrets;
use super::shapes::ACTION;
use super::world::World;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text};

pub(super) static ACTIONS: Resource = Resource {
    path: "/api/v2/eventactions",
    key: "name",
    shape: &ACTION,
    table: |world| &mut world.actions,
    shows_secrets: true,
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

const HTTP: i64 = 1;

/// Checks the options of an action.
type Check = fn(&mut Object) -> Result<(), Refusal>;

/// The types of actions that have options, the section of these options, and their check.
const SECTIONS: [(i64, &str, Check); 8] = [
    (HTTP, "http_config", action_options::http),
    (2, "cmd_config", action_options::command),
    (3, "email_config", action_options::email),
    (8, "retention_config", action_options::retention),
    (9, "fs_config", action_options::files),
    (11, "pwd_expiration_config", action_options::expiration),
    (13, "idp_config", action_options::account),
    (14, "user_inactivity_config", action_options::inactivity),
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
    if int(&action, "type") != HTTP {
        return ACTIONS.replaced(world, call, &stored, action);
    }
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
        let reason = format!("the event action `{name}` is referenced, it cannot be removed");
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
    for (other, section, _) in SECTIONS {
        if other != kind {
            set(options, section, zero["options"][section].clone());
        }
    }
    let mut sections = SECTIONS.into_iter();
    if let Some((_, section, check)) = sections.find(|(number, ..)| *number == kind) {
        check(object_mut(options, section))?;
    }
    if kind != HTTP {
        return Ok(());
    }
    let password = object_mut(options, "http_config")
        .entry("password")
        .or_insert(Value::Null);
    world.safe.seal(password, &name);
    if !secrets::is_set(password) {
        *password = Object::new().into();
    }
    Ok(())
}
