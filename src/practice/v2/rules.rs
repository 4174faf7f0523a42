//! Event rules.

use serde_json::{Value, json};

use super::call::Call;
use super::check;
use super::cron;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::{Resource, all};
use super::shapes::RULE;
use super::world::World;
use crate::practice::go::glob;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, keep, list, name_of, object_mut, set, text, texts};

pub(super) static RULES: Resource = Resource {
    path: "/api/v2/eventrules",
    key: "name",
    shape: &RULE,
    table: |world| &mut world.rules,
    shows_secrets: true,
    is_visible: all,
    shown,
    insert,
    update,
    remove: |world, name, _| world.rules.remove(name).map(drop),
    updated: "Event rules updated",
    deleted: "Event rule deleted",
};

const FILE_EVENT: i64 = 1;
const ON_DEMAND: i64 = 6;
const IDP_LOGIN: i64 = 7;

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

/// Those that wait for an action.
const PRE_EVENTS: [&str; 3] = ["pre-upload", "pre-download", "pre-delete"];

const PROTOCOLS: [&str; 8] = [
    "SFTP",
    "SCP",
    "SSH",
    "FTP",
    "DAV",
    "HTTP",
    "HTTPShare",
    "OIDC",
];

const OBJECTS: [&str; 8] = [
    "user",
    "folder",
    "group",
    "admin",
    "api_key",
    "share",
    "event_rule",
    "event_action",
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
        action.remove("description");
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
        let reason = format!("rule {} is not defined as on-demand", quoted(call.arg(0)));
        return Err(Refusal::invalid(reason));
    }
    if int(rule, "status") != 1 {
        let reason = format!("rule {} is inactive", quoted(call.arg(0)));
        return Err(Refusal::invalid(reason));
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
    let kept = check_steps(rule)?;
    set(rule, "actions", kept);
    Ok(())
}

/// The conditions of each trigger, in the order of the numbers; all others are dropped.
const CONDITIONS: [&[&str]; 7] = [
    &[
        "fs_events",
        "names",
        "group_names",
        "role_names",
        "fs_paths",
        "protocols",
        "event_statuses",
        "min_size",
        "max_size",
    ],
    &[
        "provider_events",
        "names",
        "group_names",
        "role_names",
        "provider_objects",
    ],
    &["schedules", "names", "group_names", "role_names"],
    &["provider_objects"],
    &["provider_objects"],
    &["names", "group_names", "role_names"],
    &["idp_login_event", "names", "provider_objects"],
];

/// Drops the conditions of other triggers and checks the rest.
fn check_conditions(conditions: &mut Object, trigger: i64) -> Result<(), Refusal> {
    let index = usize::try_from(trigger - 1).unwrap_or_default();
    let kept = CONDITIONS.get(index).copied().unwrap_or_default();
    let zero = RULE.zero()["conditions"].clone();
    let forget = |object: &mut Object, zero: &Value| {
        let dropped = zero.as_object().into_iter().flatten();
        for (name, value) in dropped.filter(|(name, _)| name != &"options") {
            if !kept.contains(&name.as_str()) {
                set(object, name, value.clone());
            }
        }
    };
    forget(conditions, &zero);
    forget(object_mut(conditions, "options"), &zero["options"]);
    for (name, known, missing, unknown) in [
        (
            "fs_events",
            &FILE_EVENTS[..],
            "at least one filesystem event is required",
            "unsupported fs event: ",
        ),
        (
            "provider_events",
            &["add", "update", "delete"],
            "at least one provider event is required",
            "unsupported provider event: ",
        ),
        ("schedules", &[], "at least one schedule is required", ""),
    ] {
        if kept.contains(&name) && list(conditions, name).is_empty() {
            return Err(Refusal::invalid(missing));
        }
        check::known(texts(conditions, name), known, unknown)?;
    }
    list(conditions, "schedules")
        .iter()
        .filter_map(Value::as_object)
        .try_for_each(check_schedule)?;
    let event = int(conditions, "idp_login_event");
    if !(0..=2).contains(&event) {
        let reason = format!("invalid Identity Provider login event {event}");
        return Err(Refusal::invalid(reason));
    }
    check_options(object_mut(conditions, "options"))
}

fn check_options(options: &Object) -> Result<(), Refusal> {
    for name in ["names", "group_names", "role_names", "fs_paths"] {
        for pattern in list(options, name) {
            let pattern = pattern["pattern"].as_str().unwrap_or_default();
            if pattern.is_empty() {
                return Err(Refusal::invalid("empty condition pattern not allowed"));
            }
            if !glob::is_valid(pattern) {
                let pattern = quoted(pattern);
                let reason = format!("invalid condition pattern {pattern}");
                return Err(Refusal::invalid(reason));
            }
        }
    }
    check::known(
        texts(options, "protocols"),
        &PROTOCOLS,
        "unsupported rule condition protocol: ",
    )?;
    check::known(
        texts(options, "provider_objects"),
        &OBJECTS,
        "unsupported provider object: ",
    )?;
    let [least, most] = ["min_size", "max_size"].map(|name| int(options, name));
    if least > 0 && most > 0 && most <= least {
        return Err(Refusal::invalid(format!(
            "invalid max file size {}, it is lesser or equal than min file size {}",
            size(most),
            size(least)
        )));
    }
    let statuses = list(options, "event_statuses").iter();
    let mut statuses = statuses.filter_map(Value::as_i64);
    match statuses.find(|status| !(0..=3).contains(status)) {
        Some(status) => Err(Refusal::invalid(format!("invalid event_status {status}"))),
        None => Ok(()),
    }
}

/// A number of bytes in units of a thousand.
fn size(bytes: i64) -> String {
    let mut unit = 1;
    let mut name = "";
    for larger in ["K", "M", "G", "T", "P", "E"] {
        if bytes / unit >= 1000 {
            (unit, name) = (unit * 1000, larger);
        }
    }
    let (whole, rest) = (bytes / unit, bytes % unit);
    let digits = unit.to_string().len() - 1;
    let rest = format!("{rest:0digits$}");
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{whole}{point}{rest} {name}B")
}

fn check_schedule(schedule: &Object) -> Result<(), Refusal> {
    let members = ["hour", "day_of_month", "month", "day_of_week"];
    let fields = members.map(|name| text(schedule, name));
    if cron::is_valid(&format!("0 {}", fields.join(" "))) {
        return Ok(());
    }
    let [hour, day, month, weekday] = fields.map(quoted);
    Err(Refusal::invalid(format!(
        "invalid schedule, hour: {hour}, day of month: {day}, month: {month}, day of week: {weekday}"
    )))
}

/// The actions of a rule. Of each, it keeps only the name, the order and the options.
fn check_steps(rule: &Object) -> Result<Vec<Value>, Refusal> {
    let steps = list(rule, "actions");
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
            let reason = format!("duplicated action {}", quoted(name));
            return Err(Refusal::invalid(reason));
        }
        if kept.iter().any(|other| other["order"] == *order) {
            let reason = format!("duplicated order {order} for action {}", quoted(name));
            return Err(Refusal::invalid(reason));
        }
        check_sync(rule, step).map_err(Refusal::invalid)?;
        let options = &step["relation_options"];
        kept.push(json!({"name": name, "order": order, "relation_options": options}));
    }
    let has = |option: &str, value: bool| {
        let mut steps = kept.iter();
        steps.any(|step| step["relation_options"][option] == value)
    };
    if !has("is_failure_action", false) {
        return Err(Refusal::invalid(
            "at least a non-failure action is required",
        ));
    }
    let mut events = file_events(rule);
    if !has("execute_sync", true)
        && let Some(event) = events.find(|event| PRE_EVENTS.contains(event))
    {
        let reason = format!("event {} requires at least a sync action", quoted(event));
        return Err(Refusal::invalid(reason));
    }
    kept.sort_by_key(|step| step["order"].as_i64());
    Ok(kept)
}

/// The file events that trigger a rule.
fn file_events(rule: &Object) -> impl Iterator<Item = &str> {
    let events = rule.get("conditions").and_then(|on| on.get("fs_events"));
    let events = events.and_then(Value::as_array);
    events.into_iter().flatten().filter_map(Value::as_str)
}

/// What the server waits for.
fn check_sync(rule: &Object, step: &Value) -> Result<(), &'static str> {
    let options = &step["relation_options"];
    if options["execute_sync"] != true {
        return Ok(());
    }
    if options["is_failure_action"] == true {
        return Err("sync execution is not supported for failure actions");
    }
    let trigger = int(rule, "trigger");
    if ![FILE_EVENT, IDP_LOGIN].contains(&trigger) {
        return Err(
            "sync execution is only supported for some filesystem events and Identity Provider \
             logins",
        );
    }
    let mut events = file_events(rule);
    if events.any(|event| event != "upload" && !PRE_EVENTS.contains(&event)) {
        return Err("sync execution is only supported for upload and pre-* events");
    }
    Ok(())
}
