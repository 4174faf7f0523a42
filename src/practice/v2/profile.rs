//! What admins do with their own accounts.

use super::call::Call;
use super::check;
use super::opaque;
use super::render::{self, View};
use super::reply::{self, Outcome, Refusal};
use super::shapes::{PASSWORD_CHANGE, PROFILE};
use super::world::World;
use crate::practice::go::shape::{Object, is_on, object_mut, set, text};

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Outcome {
    let mut admin = world.admins.find(&call.caller.username)?.clone();
    let allowed = is_on(object_mut(&mut admin, "filters"), "allow_api_key_auth");
    set(&mut admin, "allow_api_key_auth", allowed);
    Ok(reply::value(200, |json| {
        render::write(json, &PROFILE, &admin, View::Usual);
    }))
}

/// Replaces all three members.
pub(super) fn put(world: &mut World, call: &Call<'_>) -> Outcome {
    let profile = call.decode(&PROFILE, PROFILE.zero())?;
    if !text(&profile, "email").is_empty() {
        check::email(text(&profile, "email"))?;
    }
    let admin = own(world, call)?;
    for name in ["email", "description"] {
        set(admin, name, text(&profile, name));
    }
    let filters = object_mut(admin, "filters");
    set(
        filters,
        "allow_api_key_auth",
        is_on(&profile, "allow_api_key_auth"),
    );
    Ok(reply::message(200, "Profile updated"))
}

pub(super) fn change_password(world: &mut World, call: &Call<'_>) -> Outcome {
    let change = call.decode(&PASSWORD_CHANGE, PASSWORD_CHANGE.zero())?;
    let [current, new] = ["current_password", "new_password"].map(|name| text(&change, name));
    let admin = own(world, call)?;
    let reason = if current.is_empty() || new.is_empty() {
        "please provide the current password and the new one two times"
    } else if current == new {
        "the new password must be different from the current one"
    } else if opaque::hash(current) != text(admin, "password") {
        "current password does not match"
    } else {
        let new = opaque::stored(new).map_err(|error| Refusal::error(500, error))?;
        set(admin, "password", new);
        set(
            object_mut(admin, "filters"),
            "require_password_change",
            false,
        );
        set(admin, "updated_at", call.now);
        return Ok(reply::message(200, "Password updated"));
    };
    Err(Refusal::invalid(reason))
}

/// The account of the caller.
pub(super) fn own<'a>(world: &'a mut World, call: &Call<'_>) -> Result<&'a mut Object, Refusal> {
    let admin = world.admins.get_mut(&call.caller.username);
    admin.ok_or_else(Refusal::not_found)
}
