//! IP lists: the allow list, the list of the defender, and the rate limit safe list.

use super::call::Call;
use super::net::Network;
use super::page::Page;
use super::render::{self, View};
use super::reply::{self, Outcome, Refusal};
use super::shapes::IP_ENTRY;
use super::table::Table;
use super::world::World;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, int, keep, set, text};

const DEFENDER: i64 = 2;

/// The member that counts the entries of all lists; no response has it.
pub(super) const NUMBER: &str = "number";

/// The list that a path names.
fn list_of<'a>(world: &'a mut World, number: &str) -> Result<&'a mut Table, Refusal> {
    let number: i64 = number
        .parse()
        .map_err(|_| Refusal::error(400, "invalid list type"))?;
    list(world, number)
}

fn list(world: &mut World, number: i64) -> Result<&mut Table, Refusal> {
    let index = usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_sub(1));
    let list = index.and_then(|index| world.ip_lists.get_mut(index));
    list.ok_or_else(|| Refusal::invalid(format!("invalid list type {number}")))
}

/// A page begins after an entry, not at a number.
pub(super) fn get_all(world: &mut World, call: &Call<'_>) -> Outcome {
    let page = Page::of(call.query)?;
    let [filter, from] = ["filter", "from"].map(|name| call.parameter(name).unwrap_or_default());
    let is_after = |entry: &str| {
        from.is_empty()
            || if page.is_descending {
                entry < &*from
            } else {
                entry > &*from
            }
    };
    let rows = list_of(world, call.arg(0))?.rows();
    let found = rows.filter(|(entry, _)| entry.starts_with(&filter) && is_after(entry));
    let found = page.cut_first(found.map(|(_, entry)| entry))?;
    Ok(reply::value(200, |json| {
        json.list(found, |json, entry| {
            render::write(json, &IP_ENTRY, entry, View::Usual);
        });
    }))
}

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Outcome {
    let entry = list_of(world, call.arg(0))?.find(call.arg(1))?;
    Ok(reply::value(200, |json| {
        render::write(json, &IP_ENTRY, entry, View::Usual);
    }))
}

pub(super) fn add(world: &mut World, call: &Call<'_>) -> Outcome {
    let entry = call.decode(&IP_ENTRY, IP_ENTRY.zero())?;
    let kind = int(&entry, "type");
    let name = insert(world, entry, call.now)?;
    let location = format!("/api/v2/iplists/{kind}/{}", escape::segment(&name));
    let reply = reply::message(201, "Entry added");
    Ok(reply::with_header(reply, "Location", location))
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let stored = list_of(world, call.arg(0))?.find(call.arg(1))?.clone();
    let entry = call.decode(&IP_ENTRY, IP_ENTRY.zero())?;
    update(world, &stored, entry, call.now)?;
    Ok(reply::message(200, "Entry updated"))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    list_of(world, call.arg(0))?.remove(call.arg(1))?;
    Ok(reply::message(200, "Entry deleted"))
}

/// Adds an entry of a dump or replaces the existing one.
pub(super) fn restore(
    world: &mut World,
    entry: Object,
    skips: bool,
    now: i64,
) -> Result<(), Refusal> {
    let entries = list(world, int(&entry, "type")).ok();
    let stored = entries.and_then(|entries| entries.get(text(&entry, "ipornet")).cloned());
    let list = match int(&entry, "type") {
        1 => "Allow list",
        2 => "Defender",
        3 => "Rate limiters safe list",
        _ => "",
    };
    // Where the entry is good, the error has its final form.
    let given = text(&entry, "ipornet");
    let name = check(&mut entry.clone()).map_or_else(
        |_| given.to_owned(),
        |()| Network::of_entry(given).unwrap_or_else(|_| given.to_owned()),
    );
    let restored = match stored {
        Some(_) if skips => Ok(()),
        Some(stored) => update(world, &stored, entry, now),
        None => insert(world, entry, now).map(drop),
    };
    let what = format!("unable to restore IP list entry {list}-{name}");
    restored.map_err(|refusal| refusal.within(&what))
}

fn insert(world: &mut World, mut entry: Object, now: i64) -> Result<String, Refusal> {
    check(&mut entry)?;
    set(&mut entry, NUMBER, world.next_number());
    let name = text(&entry, "ipornet").to_owned();
    let list = list(world, int(&entry, "type"))?;
    list.check_free(&name)?;
    set(&mut entry, "created_at", now);
    set(&mut entry, "updated_at", now);
    list.add(&name, entry);
    Ok(name)
}

fn update(world: &mut World, stored: &Object, mut entry: Object, now: i64) -> Result<(), Refusal> {
    keep(
        &mut entry,
        stored,
        &["ipornet", "type", "created_at", NUMBER],
    );
    check(&mut entry)?;
    set(&mut entry, "updated_at", now);
    let list = list(world, int(stored, "type"))?;
    list.replace(text(stored, "ipornet"), entry);
    Ok(())
}

fn check(entry: &mut Object) -> Result<(), Refusal> {
    let [kind, mode, protocols] = ["type", "mode", "protocols"].map(|name| int(entry, name));
    if !(1..=3).contains(&kind) {
        return Err(Refusal::invalid(format!("invalid list type {kind}")));
    }
    if protocols & 0xf == 0xf {
        set(entry, "protocols", 0);
    }
    if kind == DEFENDER && !(1..=2).contains(&mode) {
        return Err(Refusal::invalid(format!("invalid list mode: {mode}")));
    }
    if kind != DEFENDER && mode != 1 {
        return Err(Refusal::invalid("invalid list mode"));
    }
    let network = Network::of_entry(text(entry, "ipornet")).map_err(Refusal::invalid)?;
    set(entry, "ipornet", network);
    Ok(())
}
