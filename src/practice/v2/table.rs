//! Objects by name, and the next id.

use std::collections::BTreeMap;

use super::reply::Refusal;
use crate::practice::go::shape::{Object, int, set};

/// The objects of one type, in the byte order of their names.
pub(super) struct Table {
    /// The columns that the database names when it rejects a duplicate.
    unique: &'static str,
    rows: BTreeMap<String, Object>,
    next_id: i64,
}

impl Table {
    pub(super) fn new(unique: &'static str) -> Self {
        Self {
            unique,
            rows: BTreeMap::new(),
            next_id: 1,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Object> {
        self.rows.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Object> {
        self.rows.get_mut(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.rows.contains_key(name)
    }

    pub(super) fn find(&self, name: &str) -> Result<&Object, Refusal> {
        self.get(name).ok_or_else(Refusal::not_found)
    }

    pub(super) fn check_free(&self, name: &str) -> Result<(), Refusal> {
        if self.has(name) {
            let unique = self.unique;
            let error = format!("duplicated key not allowed: UNIQUE constraint failed: {unique}");
            return Err(Refusal::error(409, error));
        }
        Ok(())
    }

    /// Adds an object with the next id. No id is ever used twice.
    pub(super) fn add(&mut self, name: &str, mut object: Object) {
        if object.contains_key("id") && int(&object, "id") == 0 && object["id"].is_number() {
            set(&mut object, "id", self.next_id);
        }
        self.next_id += 1;
        self.rows.insert(name.to_owned(), object);
    }

    /// Replaces the object of this name.
    pub(super) fn replace(&mut self, name: &str, object: Object) {
        self.rows.insert(name.to_owned(), object);
    }

    pub(super) fn remove(&mut self, name: &str) -> Result<Object, Refusal> {
        self.rows.remove(name).ok_or_else(Refusal::not_found)
    }

    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = (&String, &Object)> {
        self.rows.iter()
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        self.rows.values_mut()
    }

    /// The names of the objects for which this is true.
    pub(super) fn names(&self, is_wanted: impl Fn(&Object) -> bool) -> Vec<String> {
        let rows = self.rows.iter().filter(|(_, object)| is_wanted(object));
        rows.map(|(name, _)| name.clone()).collect()
    }
}
