//! The users by id and by name, and the next id.

use std::collections::BTreeMap;

use crate::practice::go::shape::{Object, int, set, text};

/// The order in which users are listed, always by the bytes of their names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

pub(super) struct Store {
    users: BTreeMap<i64, Object>,
    ids: BTreeMap<String, i64>,
    next_id: i64,
}

impl Store {
    /// A store whose first user gets `first_id`.
    pub(super) fn new(first_id: i64) -> Self {
        Self {
            users: BTreeMap::new(),
            ids: BTreeMap::new(),
            next_id: first_id,
        }
    }

    pub(super) fn get(&self, id: i64) -> Option<&Object> {
        self.users.get(&id)
    }

    pub(super) fn named(&self, username: &str) -> Option<&Object> {
        self.ids.get(username).and_then(|id| self.get(*id))
    }

    pub(super) fn named_mut(&mut self, username: &str) -> Option<&mut Object> {
        let id = self.ids.get(username)?;
        self.users.get_mut(id)
    }

    /// Adds a user with the next id, unless the name is taken. No id is ever used twice
    /// (contract: "a new user after a delete: ids"), and a rejected user uses none.
    pub(super) fn add(&mut self, mut user: Object) -> Option<&Object> {
        let name = text(&user, "username").to_owned();
        if self.ids.contains_key(&name) {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        set(&mut user, "id", id);
        self.ids.insert(name, id);
        Some(self.users.entry(id).or_insert(user))
    }

    /// Replaces the user of the same id and name.
    pub(super) fn replace(&mut self, user: Object) {
        self.users.insert(int(&user, "id"), user);
    }

    pub(super) fn remove(&mut self, id: i64) -> Option<Object> {
        let user = self.users.remove(&id)?;
        self.ids.remove(text(&user, "username"));
        Some(user)
    }

    pub(super) fn sorted(&self, order: Order) -> Box<dyn Iterator<Item = &Object> + '_> {
        let users = self.ids.values().filter_map(|id| self.get(*id));
        match order {
            Order::Ascending => Box::new(users),
            Order::Descending => Box::new(users.rev()),
        }
    }
}
