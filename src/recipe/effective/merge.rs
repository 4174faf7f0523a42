//! Merges the settings of groups into a user and records the origin of each value. Pure.

use crate::body::change::put;
use crate::catalog::inherit::{
    ANONYMOUS, ANONYMOUS_MAY, ANONYMOUS_MAY_NOT, FILLED_IN, INHERITED, Inherited, Merge,
    OF_THE_GROUP, PLACEHOLDERS, days_from,
};
use crate::catalog::schema::{self, Path, Step, Type};
use crate::catalog::{is_envelope, is_zero};
use serde_json::{Map, Value as Json};

/// The origin of the user's own values.
const OWN: &str = "user";

/// A group with settings for its members.
pub(crate) struct GroupSettings<'a> {
    pub(crate) name: &'a str,
    /// Whether it is the primary one; else a secondary one.
    pub(crate) primary: bool,
    /// The group as returned by the server.
    pub(crate) group: &'a Json,
}

impl GroupSettings<'_> {
    fn origin(&self) -> String {
        let kind = if self.primary { "primary" } else { "secondary" };
        format!("{kind} group {}", self.name)
    }
}

/// A user with the settings of its groups.
pub(crate) struct Effective {
    /// The user with the settings that apply at login.
    pub(crate) user: Json,
    /// The merged paths and their origins; the first match for a path applies.
    given: Vec<(Path, String)>,
}

impl Effective {
    /// Merges groups into a user, the primary group first.
    pub(crate) fn new(user: &Json, groups: &[GroupSettings]) -> Self {
        let mut this = Self {
            user: user.clone(),
            given: Vec::new(),
        };
        let (first, others): (Vec<&GroupSettings>, Vec<&GroupSettings>) =
            groups.iter().partition(|group| group.primary);
        for group in first.into_iter().chain(others) {
            let settings = filled_in(group.group, user);
            // Related values are compared before any of them is merged.
            let before = this.user.clone();
            for inherited in INHERITED {
                this.inherit(inherited, &before, &settings, group);
            }
        }
        if at(&this.user, &steps(ANONYMOUS)) == Some(&Json::Bool(true)) {
            this.make_anonymous();
        }
        this
    }

    /// Removes the permissions that need a user name of their own.
    fn make_anonymous(&mut self) {
        let folders = at(&self.user, &steps("permissions")).and_then(Json::as_object);
        let folders: Vec<String> = folders
            .into_iter()
            .flatten()
            .map(|(key, _)| key.clone())
            .collect();
        for folder in folders {
            let path = vec![Step::Key("permissions".to_owned()), Step::Key(folder)];
            self.set(path, &ANONYMOUS_MAY.into(), ANONYMOUS);
        }
        for (field, values) in ANONYMOUS_MAY_NOT {
            for value in *values {
                self.add_item(
                    &steps(field),
                    Merge::Adds,
                    &(*value).into(),
                    false,
                    ANONYMOUS,
                );
            }
        }
    }

    fn inherit(
        &mut self,
        inherited: &Inherited,
        before: &Json,
        object: &Json,
        group: &GroupSettings,
    ) {
        let path = steps(inherited.field);
        let settings = object.get("user_settings").unwrap_or(&Json::Null);
        let theirs = if inherited.field == OF_THE_GROUP {
            at(object, &path)
        } else {
            at(settings, &path)
        };
        let own_is_unset = |field: &str| at(before, &steps(field)).is_none_or(is_unset);
        let replaces = match inherited.merge {
            Merge::Adds | Merge::AddsBy(_) | Merge::AddsToMap => {
                if let Some(theirs) = theirs {
                    self.add(&path, inherited.merge, theirs, group);
                }
                return;
            }
            _ if !group.primary => false,
            Merge::Replaces => true,
            Merge::ReplacesIfNotLocal => {
                let provider = theirs.and_then(|theirs| theirs.get("provider"));
                provider.is_some_and(|provider| !is_unset(provider))
            }
            Merge::IfUnset => at(&self.user, &path).is_none_or(is_unset),
            Merge::IfAllUnset(fields) => fields.iter().all(|field| own_is_unset(field)),
            Merge::DaysFromCreation(name) => {
                let days = settings.get(name).and_then(Json::as_i64).unwrap_or(0);
                if own_is_unset(inherited.field) && days > 0 {
                    let created = before.get("created_at").and_then(Json::as_i64);
                    let end = days_from(created.unwrap_or(0), days);
                    self.set(path, &end.into(), &group.origin());
                }
                return;
            }
        };
        if let Some(theirs) = theirs.filter(|theirs| replaces && !is_unset(theirs)) {
            self.set(path, theirs, &group.origin());
        }
    }

    fn set(&mut self, path: Vec<Step>, value: &Json, origin: &str) {
        let path = Path(path);
        // A value of another type is kept.
        if put(&mut self.user, &path, value).is_ok() {
            self.given.push((path, origin.to_owned()));
        }
    }

    fn add(&mut self, path: &[Step], merge: Merge, theirs: &Json, group: &GroupSettings) {
        match (merge, theirs) {
            (Merge::AddsToMap, Json::Object(members)) => {
                for (key, value) in members {
                    self.add_member(path, key, value, group);
                }
            }
            (_, Json::Array(items)) => {
                for item in items {
                    self.add_item(path, merge, item, group.primary, &group.origin());
                }
            }
            _ => {}
        }
    }

    fn add_member(&mut self, path: &[Step], key: &str, value: &Json, group: &GroupSettings) {
        let own = at(&self.user, path).and_then(|own| own.get(key));
        let wins = match key {
            "/" => group.primary,
            _ => own.is_none(),
        };
        if wins {
            let path = path.iter().cloned().chain([Step::Key(key.to_owned())]);
            self.set(path.collect(), value, &group.origin());
        }
    }

    fn add_item(&mut self, path: &[Step], merge: Merge, item: &Json, primary: bool, origin: &str) {
        let own = at(&self.user, path).and_then(Json::as_array);
        let own = own.map_or(&[][..], Vec::as_slice);
        let is_there = match merge {
            Merge::AddsBy(key) => {
                let text = item.get(key);
                let is_root = text.and_then(Json::as_str) == Some("/");
                (is_root && !primary) || own.iter().any(|own| own.get(key) == text)
            }
            _ => own.contains(item),
        };
        if is_there {
            return;
        }
        let path: Vec<Step> = path
            .iter()
            .cloned()
            .chain([Step::Index(own.len())])
            .collect();
        self.set(path, item, origin);
    }

    /// The origin of the value at a path.
    pub(crate) fn origin(&self, path: &Path) -> &str {
        let holds = |(given, _): &&(Path, String)| path.0.starts_with(&given.0);
        // The last one merged at this path.
        let given = self.given.iter().rev().find(holds);
        given.map_or(OWN, |(_, origin)| origin)
    }

    /// The origin of each value by path; empty and read-only values have none.
    pub(crate) fn origins(&self) -> Json {
        let mut into = Map::new();
        self.walk(&self.user, &Path::default(), &mut into);
        Json::Object(into)
    }

    fn walk(&self, value: &Json, path: &Path, into: &mut Map<String, Json>) {
        let mut note = |origin: &str| {
            into.insert(path.to_string(), origin.into());
        };
        match value {
            _ if is_unset(value) || is_servers(path) => {}
            // A secret counts as one value.
            Json::Object(members) if !path.0.last().is_some_and(is_secret) => {
                for (key, value) in members {
                    self.walk(value, &path.then(Step::Key(key.clone())), into);
                }
            }
            Json::Array(items) => {
                let origins: Vec<&str> = (0..items.len())
                    .map(|index| self.origin(&path.then(Step::Index(index))))
                    .collect();
                if origins.windows(2).all(|two| two[0] == two[1]) {
                    note(origins[0]);
                    return;
                }
                for (index, origin) in origins.iter().enumerate() {
                    let path = path.then(Step::Index(index));
                    into.insert(path.to_string(), (*origin).into());
                }
            }
            _ => note(self.origin(path)),
        }
    }
}

/// Whether it is read-only.
fn is_servers(path: &Path) -> bool {
    let found = schema::find(&Type::read(">User"), &path.to_string());
    found.is_ok_and(|found| found.is_read_only())
}

fn is_secret(step: &Step) -> bool {
    matches!(step, Step::Key(key) if is_envelope(key))
}

fn steps(field: &str) -> Vec<Step> {
    field
        .split('.')
        .map(|key| Step::Key(key.to_owned()))
        .collect()
}

fn at<'a>(value: &'a Json, path: &[Step]) -> Option<&'a Json> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// Whether the server treats a value as unset.
fn is_unset(value: &Json) -> bool {
    // Only `tls_username` has the value `None`.
    is_zero(value) || value == "None"
}

/// A group with its placeholders replaced by the user's name and role.
fn filled_in(group: &Json, user: &Json) -> Json {
    let words = PLACEHOLDERS.iter().map(|(placeholder, field)| {
        let word = user.get(field).and_then(Json::as_str);
        (*placeholder, word.unwrap_or_default())
    });
    let words: Vec<(&str, &str)> = words.collect();
    let mut group = group.clone();
    fill_in(&mut group, "", &words);
    group
}

fn fill_in(value: &mut Json, key: &str, words: &[(&str, &str)]) {
    let filled = |text: &str| {
        let mut text = text.to_owned();
        for (placeholder, word) in words {
            text = text.replace(placeholder, word);
        }
        text
    };
    match value {
        Json::String(text) if FILLED_IN.contains(&key) => *text = filled(text),
        Json::Array(items) => {
            for item in items {
                fill_in(item, key, words);
            }
        }
        // The folders of the permissions. A folder that becomes `/` only after
        // its placeholder is replaced does not override the user's own.
        Json::Object(members) if key == "permissions" => {
            for (folder, value) in std::mem::take(members) {
                let to = filled(&folder);
                if to != "/" || folder == "/" {
                    members.insert(to, value);
                }
            }
        }
        Json::Object(members) => {
            for (key, value) in members {
                let key = key.clone();
                fill_in(value, &key, words);
            }
        }
        _ => {}
    }
}
