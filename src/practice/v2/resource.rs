//! What the operations on users, groups, folders and the rest have in common.

use super::call::Call;
use super::page::Page;
use super::render::{self, View};
use super::reply::{self, Outcome, Refusal};
use super::session::Caller;
use super::table::Table;
use super::world::World;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, Shape, text};

/// A type of object that can be listed, read, added, replaced and deleted by name.
pub(super) struct Resource {
    /// The path of its objects.
    pub(super) path: &'static str,
    /// The member that names one.
    pub(super) key: &'static str,
    pub(super) shape: &'static Shape,
    pub(super) table: fn(&mut World) -> &mut Table,
    /// Whether `confidential_data=1` shows more of an object.
    pub(super) shows_secrets: bool,
    /// Which objects a caller sees; all others are not found.
    pub(super) is_visible: fn(&Object, &Caller) -> bool,
    /// An object as shown, with everything that is stored elsewhere.
    pub(super) shown: fn(&World, &Object, View) -> Object,
    /// Checks a new object and adds it; gives its name.
    pub(super) insert: fn(&mut World, Object, i64) -> Result<String, Refusal>,
    /// Checks a new version of a stored object and replaces it.
    pub(super) update: fn(&mut World, &Object, Object, i64) -> Result<(), Refusal>,
    pub(super) remove: fn(&mut World, &str, i64) -> Result<(), Refusal>,
    pub(super) updated: &'static str,
    pub(super) deleted: &'static str,
}

/// Everyone sees all.
pub(super) fn all(_: &Object, _: &Caller) -> bool {
    true
}

impl Resource {
    pub(super) fn list(&self, world: &mut World, call: &Call<'_>) -> Outcome {
        let page = Page::of(call.query)?;
        let rows = (self.table)(world).rows().map(|(_, object)| object);
        let seen = rows.filter(|object| (self.is_visible)(object, &call.caller));
        let objects: Vec<Object> = page.cut(seen)?.cloned().collect();
        let shown = objects
            .iter()
            .map(|object| (self.shown)(world, object, View::Usual));
        let shown: Vec<Object> = shown.collect();
        Ok(reply::value(200, |json| {
            json.list(&shown, |json, object| {
                render::write(json, self.shape, object, View::Usual);
            });
        }))
    }

    pub(super) fn get(&self, world: &mut World, call: &Call<'_>) -> Outcome {
        self.reply(world, call, call.arg(0), 200)
    }

    fn reply(&self, world: &mut World, call: &Call<'_>, name: &str, status: u16) -> Outcome {
        let stored = self.find(world, call, name)?;
        let view = if self.shows_secrets {
            call.view()
        } else {
            View::Usual
        };
        let shown = (self.shown)(world, &stored, view);
        Ok(reply::value(status, |json| {
            render::write(json, self.shape, &shown, view);
        }))
    }

    /// The stored object, if the caller sees it.
    pub(super) fn find(
        &self,
        world: &mut World,
        call: &Call<'_>,
        name: &str,
    ) -> Result<Object, Refusal> {
        let stored = (self.table)(world).find(name.trim())?;
        if (self.is_visible)(stored, &call.caller) {
            Ok(stored.clone())
        } else {
            Err(Refusal::not_found())
        }
    }

    pub(super) fn add(&self, world: &mut World, call: &Call<'_>) -> Outcome {
        let object = call.decode(self.shape, self.shape.zero())?;
        self.added(world, call, object)
    }

    /// Adds an object and replies with it.
    pub(super) fn added(&self, world: &mut World, call: &Call<'_>, object: Object) -> Outcome {
        let name = (self.insert)(world, object, call.now)?;
        let reply = self.reply(world, call, &name, 201)?;
        let location = format!("{}/{}", self.path, escape::segment(&name));
        Ok(reply::with_header(reply, "Location", location))
    }

    pub(super) fn put(&self, world: &mut World, call: &Call<'_>) -> Outcome {
        let stored = self.find(world, call, call.arg(0))?;
        let object = call.decode(self.shape, self.shape.zero())?;
        self.replaced(world, call, &stored, object)
    }

    /// Replaces an object and reports it.
    pub(super) fn replaced(
        &self,
        world: &mut World,
        call: &Call<'_>,
        stored: &Object,
        object: Object,
    ) -> Outcome {
        (self.update)(world, stored, object, call.now)?;
        Ok(reply::message(200, self.updated))
    }

    pub(super) fn delete(&self, world: &mut World, call: &Call<'_>) -> Outcome {
        let stored = self.find(world, call, call.arg(0))?;
        (self.remove)(world, text(&stored, self.key), call.now)?;
        Ok(reply::message(200, self.deleted))
    }
}
