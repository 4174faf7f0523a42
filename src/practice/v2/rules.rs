//! Event rules.

use serde_json::{Value, json};

use super::call::Call;
use super::check;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::{Resource, all};
use super::shapes::RULE;
use super::world::World;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text, texts};

pub(super) static RULES: Resource = Resource {
    path: "/api/v2/eventrules",
    key: "name",
    shape: &RULE,
    table: |world| &mut world.rules,
    is_visible: all,
    shown,
    insert,
    update,
    remove: |world, name, _| world.rules.remove(name).map(drop),
    updated: "Event rules updated",
    deleted: "Event rule deleted",
};

const FILE_EVENT: i64 = 1;
const PROVIDER_EVENT: i64 = 2;
const SCHEDULE: i64 = 3;
const ON_DEMAND: i64 = 6;

const FILE_EVENTS: [&str; 13] = [
    "upload",
    "pre-upload",
    "first-upload",
    "download",
    "pre-download",
    "first-download",
    "delete",
    "pre-delete",
    "rename",
    "mkdir",
    "rmdir",
    "copy",
    "ssh_cmd",
];

/// A rule with its complete actions.
fn shown(world: &World, stored: &Object, _: View) -> Object {
    let mut rule = stored.clone();
    let steps = list(stored, "actions").iter().filter_map(|step| {
        let mut action = world.actions.get(name_of(step))?.clone();
        keep(
            &mut action,
            step.as_object()?,
            &["order", "relation_options"],
        );
        Some(Value::Object(action))
    });
    let steps: Vec<Value> = steps.collect();
    set(&mut rule, "actions", steps);
    rule
}

/// Runs a rule on demand. The practice server does nothing then.
pub(super) fn run(world: &mut World, call: &Call<'_>) -> Outcome {
    let rule = world.rules.find(call.arg(0))?;
    if int(rule, "trigger") != ON_DEMAND {
        return Err(Refusal::invalid("rule is not defined as on-demand"));
    }
    if int(rule, "status") != 1 {
        return Err(Refusal::invalid("rule is inactive"));
    }
    Ok(reply::message(202, "Event rule started"))
}

fn insert(world: &mut World, mut rule: Object, now: i64) -> Result<String, Refusal> {
    set(&mut rule, "id", 0);
    check_rule(&mut rule)?;
    let name = text(&rule, "name").to_owned();
    world.rules.check_free(&name)?;
    check_actions(world, &rule)?;
    set(&mut rule, "created_at", now);
    set(&mut rule, "updated_at", now);
    world.rules.add(&name, rule);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut rule: Object, now: i64) -> Result<(), Refusal> {
    keep(&mut rule, stored, &["id", "name", "created_at"]);
    check_rule(&mut rule)?;
    check_actions(world, &rule)?;
    set(&mut rule, "updated_at", now);
    world.rules.replace(text(stored, "name"), rule);
    Ok(())
}

fn check_actions(world: &World, rule: &Object) -> Result<(), Refusal> {
    let mut steps = list(rule, "actions").iter();
    if steps.all(|step| world.actions.has(name_of(step))) {
        return Ok(());
    }
    let error = "NOT NULL constraint failed: rules_actions_mapping.action_id";
    Err(Refusal::error(500, error))
}

fn check_rule(rule: &mut Object) -> Result<(), Refusal> {
    check::name(rule, "name", "name is mandatory")?;
    let status = int(rule, "status");
    if !(0..=1).contains(&status) {
        let reason = format!("invalid event rule status: {status}");
        return Err(Refusal::invalid(reason));
    }
    let trigger = int(rule, "trigger");
    if !(1..=7).contains(&trigger) {
        let reason = format!("invalid event rule trigger: {trigger}");
        return Err(Refusal::invalid(reason));
    }
    check_conditions(object_mut(rule, "conditions"), trigger)?;
    let kept = check_steps(list(rule, "actions"))?;
    set(rule, "actions", kept);
    Ok(())
}

/// Drops the conditions of other triggers.
fn check_conditions(conditions: &mut Object, trigger: i64) -> Result<(), Refusal> {
    for (owner, member) in [
        (FILE_EVENT, "fs_events"),
        (PROVIDER_EVENT, "provider_events"),
        (SCHEDULE, "schedules"),
    ] {
        if owner != trigger {
            set(conditions, member, Value::Null);
        }
    }
    let options = object_mut(conditions, "options");
    if trigger != FILE_EVENT {
        for name in ["fs_paths", "protocols", "event_statuses"] {
            set(options, name, Value::Null);
        }
        set(options, "min_size", 0);
        set(options, "max_size", 0);
    }
    if trigger != PROVIDER_EVENT {
        set(options, "provider_objects", Value::Null);
    }
    set(options, "concurrent_execution", false);
    let (member, missing) = match trigger {
        FILE_EVENT => ("fs_events", "at least one filesystem event is required"),
        PROVIDER_EVENT => ("provider_events", "at least one provider event is required"),
        SCHEDULE => ("schedules", "at least one schedule is required"),
        _ => return Ok(()),
    };
    if list(conditions, member).is_empty() {
        return Err(Refusal::invalid(missing));
    }
    check::known(
        texts(conditions, "fs_events"),
        &FILE_EVENTS,
        "unsupported fs event: ",
    )?;
    check::known(
        texts(conditions, "provider_events"),
        &["add", "update", "delete"],
        "unsupported provider event: ",
    )?;
    list(conditions, "schedules")
        .iter()
        .filter_map(Value::as_object)
        .try_for_each(check_schedule)
}

fn check_schedule(schedule: &Object) -> Result<(), Refusal> {
    let is_field = |text: &str| {
        let is_cron = |letter: char| letter.is_ascii_alphanumeric() || "*/,-?".contains(letter);
        !text.is_empty() && text.chars().all(is_cron)
    };
    let members = ["hour", "day_of_month", "month", "day_of_week"];
    let [hour, day, month, weekday] = members.map(|name| text(schedule, name));
    if [hour, day, month, weekday].into_iter().all(is_field) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "invalid schedule, hour: {hour:?}, day of month: {day:?}, month: {month:?}, day of week: \
         {weekday:?}"
    )))
}

/// The actions of a rule. Of each, it keeps only the name, the order and the options.
fn check_steps(steps: &[Value]) -> Result<Vec<Value>, Refusal> {
    if steps.is_empty() {
        return Err(Refusal::invalid("at least one action is required"));
    }
    let mut kept: Vec<Value> = Vec::new();
    for (position, step) in steps.iter().enumerate() {
        let (name, order) = (name_of(step), &step["order"]);
        if name.is_empty() {
            let reason = format!("invalid action at position {position}, name not specified");
            return Err(Refusal::invalid(reason));
        }
        if kept.iter().any(|other| name_of(other) == name) {
            return Err(Refusal::invalid(format!("duplicated action {name:?}")));
        }
        if kept.iter().any(|other| other["order"] == *order) {
            let reason = format!("duplicated order {order} for action {name:?}");
            return Err(Refusal::invalid(reason));
        }
        let options = &step["relation_options"];
        if options["is_failure_action"] == true && options["execute_sync"] == true {
            let reason = "sync execution is not supported for failure actions";
            return Err(Refusal::invalid(reason));
        }
        kept.push(json!({"name": name, "order": order, "relation_options": options}));
    }
    if kept
        .iter()
        .all(|step| step["relation_options"]["is_failure_action"] == true)
    {
        return Err(Refusal::invalid(
            "at least a non-failure action is required",
        ));
    }
    kept.sort_by_key(|step| step["order"].as_i64());
    Ok(kept)
}
