//! API keys.

use super::call::Call;
use super::check;
use super::opaque;
use super::render::View;
use super::reply::{self, Outcome, Refusal};
use super::resource::{Resource, all};
use super::shapes::API_KEY;
use super::world::World;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, int, keep, set, text};

pub(super) static API_KEYS: Resource = Resource {
    path: "/api/v2/apikeys",
    key: "id",
    shape: &API_KEY,
    table: |world| &mut world.api_keys,
    shows_secrets: false,
    is_visible: all,
    shown,
    insert,
    update,
    remove: |world, id, _| world.api_keys.remove(id).map(drop),
    updated: "API key updated",
    deleted: "API key deleted",
};

fn shown(_: &World, stored: &Object, view: View) -> Object {
    let mut key = stored.clone();
    if view == View::Usual {
        set(&mut key, "key", "");
    }
    key
}

/// The only response that shows a key.
pub(super) fn add(world: &mut World, call: &Call<'_>) -> Outcome {
    let mut key = call.decode(&API_KEY, API_KEY.zero())?;
    let seed = format!("api key {} {}", world.next_number(), text(&key, "name"));
    let (id, secret) = (opaque::id(&seed), opaque::id(&format!("{seed} secret")));
    set(&mut key, "id", id.as_str());
    set(&mut key, "key", opaque::hash(&secret));
    set(&mut key, "last_use_at", 0);
    insert(world, key, call.now)?;
    let reply = reply::value(201, |json| {
        json.object(|json| {
            json.key("key").text(&format!("{id}.{secret}"));
            json.key("message").text(
                "API key created. This is the only time the API key is visible, please save it.",
            );
        });
    });
    let location = format!("{}/{}", API_KEYS.path, escape::segment(&id));
    let reply = reply::with_header(reply, "Location", location);
    Ok(reply::with_header(reply, "X-Object-Id", id))
}

/// Why a dump with a key without its hash cannot be loaded.
pub(super) fn empty(key: &Object) -> String {
    let text = |name| text(key, name);
    let int = |name| int(key, name);
    format!(
        "cannot restore an empty API key: {{ID:0 KeyID:{} Name:{} Key: Scope:{} CreatedAt:{} \
         UpdatedAt:{} LastUseAt:{} ExpiresAt:{} Description:{} User:{} Admin:{} userID:0 \
         adminID:0 plainKey:}}",
        text("id"),
        text("name"),
        int("scope"),
        int("created_at"),
        int("updated_at"),
        int("last_use_at"),
        int("expires_at"),
        text("description"),
        text("user"),
        text("admin"),
    )
}

fn insert(world: &mut World, mut key: Object, now: i64) -> Result<String, Refusal> {
    check_key(world, &mut key)?;
    set(&mut key, "created_at", now);
    set(&mut key, "updated_at", now);
    let id = text(&key, "id").to_owned();
    world.api_keys.check_free(&id)?;
    world.api_keys.add(&id, key);
    Ok(id)
}

fn update(world: &mut World, stored: &Object, mut key: Object, now: i64) -> Result<(), Refusal> {
    keep(
        &mut key,
        stored,
        &["id", "key", "created_at", "last_use_at"],
    );
    check_key(world, &mut key)?;
    set(&mut key, "updated_at", now);
    world.api_keys.replace(text(stored, "id"), key);
    Ok(())
}

fn check_key(world: &World, key: &mut Object) -> Result<(), Refusal> {
    if text(key, "name").is_empty() {
        return Err(Refusal::invalid("name is mandatory"));
    }
    check::is_name(text(key, "name"))?;
    let scope = int(key, "scope");
    if !(1..=2).contains(&scope) {
        return Err(Refusal::invalid(format!("invalid scope: {scope}")));
    }
    if !text(key, "user").is_empty() && !text(key, "admin").is_empty() {
        let reason = "an API key can be related to a user or an admin, not both";
        return Err(Refusal::invalid(reason));
    }
    let (other, table, mine) = if scope == 1 {
        ("user", &world.admins, "admin")
    } else {
        ("admin", &world.users, "user")
    };
    set(key, other, "");
    let name = text(key, mine);
    if !name.is_empty() && !table.has(name) {
        let reason =
            format!("unable to check API key {mine} {name}: not found: sql: no rows in result set");
        return Err(Refusal::invalid(reason));
    }
    Ok(())
}
