//! The names and ids in the answers of this session, for completion.

use crate::catalog::Live;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of names of a kind.
const MOST: usize = 1000;

/// The names and ids in the answers so far.
#[derive(Clone, Debug, Default)]
pub struct CompletionCache {
    users: BTreeMap<i64, String>,
    connections: Vec<String>,
    variables: Vec<String>,
    names: BTreeMap<Live, BTreeSet<String>>,
    /// The type of the objects of the last answer.
    answer: Option<&'static str>,
    /// Lists file names with this prefix, for completion; `None` outside of a terminal.
    files: Option<fn(&str) -> Vec<String>>,
}

impl CompletionCache {
    /// Notes the type of the objects of the last answer, for `last`.
    pub fn know_answer(&mut self, object: Option<&'static str>) {
        self.answer = object;
    }

    /// The type of the objects of the last answer.
    pub fn answer(&self) -> Option<&'static str> {
        self.answer
    }

    /// Learns from an answer: a user, a list of users, a list of connections.
    pub fn learn(&mut self, answer: &Value) {
        let items = match answer {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut connections = Vec::new();
        for item in items.iter().take(MOST) {
            if let Some(id) = text(item, "connection_id") {
                connections.push(id.to_owned());
            } else if let (Some(id), Some(name)) = (
                item.get("id").and_then(Value::as_i64),
                text(item, "username"),
            ) && (self.users.len() < MOST || self.users.contains_key(&id))
            {
                self.users.insert(id, name.to_owned());
            }
        }
        if !connections.is_empty() {
            self.connections = connections;
        }
    }

    /// Learns the names in an answer, under `key`: of one object, or of a list.
    pub fn learn_names(&mut self, live: Live, key: &str, answer: &Value) {
        if matches!(live, Live::UserId | Live::ConnectionId) {
            return self.learn(answer);
        }
        let items = match answer {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let known = self.names.entry(live).or_default();
        for name in items.iter().filter_map(|item| text(item, key)) {
            if known.len() < MOST {
                known.insert(name.to_owned());
            }
        }
    }

    /// Sets the function that lists files.
    pub fn listing_files_by(mut self, files: fn(&str) -> Vec<String>) -> Self {
        self.files = Some(files);
        self
    }

    /// The files with this prefix in their names.
    pub fn files(&self, typed: &str) -> Vec<String> {
        self.files.map_or_else(Vec::new, |files| files(typed))
    }

    /// The names seen of a kind.
    pub fn names(&self, live: Live) -> impl Iterator<Item = &str> {
        self.names
            .get(&live)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    pub fn forget_name(&mut self, live: Live, name: &str) {
        if let Some(names) = self.names.get_mut(&live) {
            names.remove(name);
        }
    }

    /// Sets the names of the user's own variables.
    pub fn know_variables(&mut self, names: Vec<String>) {
        self.variables = names;
    }

    /// Forgets what belongs to one server.
    pub fn forget_server(&mut self) {
        self.users.clear();
        self.connections.clear();
        self.names.clear();
        self.answer = None;
    }

    pub fn forget_user(&mut self, id: i64) {
        self.users.remove(&id);
    }

    /// The name of a user, if it was seen.
    pub fn username(&self, id: i64) -> Option<&str> {
        self.users.get(&id).map(String::as_str)
    }

    /// The users seen, by id.
    pub fn users(&self) -> impl Iterator<Item = (i64, &str)> {
        self.users.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// The names of the user's own variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(String::as_str)
    }

    /// The ids of the connections of the last list.
    pub fn connections(&self) -> impl Iterator<Item = &str> {
        self.connections.iter().map(String::as_str)
    }
}

/// A text that is safe on a line and on a terminal.
fn text<'a>(item: &'a Value, key: &str) -> Option<&'a str> {
    item.get(key)?
        .as_str()
        .filter(|text| !text.chars().any(crate::text::clean::is_unsafe))
}
