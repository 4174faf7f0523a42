//! What a request is about: two that are about the same thing must not be under
//! way together if one of them writes.

use crate::catalog::{Live, Method, Need};
use crate::line::call::{Call, Slot};
use crate::request::RequestSpec;

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    writes: bool,
    /// Its path, and below it the name that a path without one leaves to the
    /// body. `/user/anna` of add_user is below `/user` of a list.
    path: String,
    /// The users it names.
    users: Users,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Users {
    /// By these ids and names; whose id it is, a name does not tell.
    Named(Vec<String>, Vec<String>),
    /// A raw request: nobody knows.
    Any,
}

impl Subject {
    pub(super) fn new(call: &Call, spec: &RequestSpec) -> Self {
        let mut path = spec.url.path().trim_end_matches('/').to_owned();
        if spec.command.is_none() {
            return Self {
                writes: spec.writes(),
                path,
                users: Users::Any,
            };
        }
        let slots = &call.slots;
        if spec.method == Method::Post && !slots.iter().any(|slot| slot.param.place.in_path()) {
            let needed = slots
                .iter()
                .filter(|slot| slot.param.need == Need::Required && slot.param.place.in_body());
            for word in needed.filter_map(word) {
                path.push('/');
                path.push_str(&word.replace('/', "%2F"));
            }
        }
        let named = |live: Live| -> Vec<String> {
            let all = slots
                .iter()
                .filter(|slot| slot.param.completes == Some(live));
            all.filter_map(word)
                .filter(|word| !word.is_empty())
                .collect()
        };
        Self {
            writes: spec.writes(),
            path,
            users: Users::Named(named(Live::UserId), named(Live::Username)),
        }
    }

    /// Whether it must not be under way together with another.
    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        if !(self.writes || other.writes) {
            return false;
        }
        let is_below = |one: &str, all: &str| {
            one.strip_prefix(all)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_below(&self.path, &other.path) || is_below(&other.path, &self.path) {
            return true;
        }
        match (&self.users, &other.users) {
            (Users::Named(ids, names), Users::Named(other_ids, other_names)) => {
                let meet = |ours: &[String], theirs: &[String]| {
                    ours.iter().any(|one| theirs.contains(one))
                };
                // A user that both name by an id is told apart by it.
                meet(ids, other_ids)
                    || meet(names, other_names)
                    || (other_ids.is_empty() && !ids.is_empty() && !other_names.is_empty())
                    || (ids.is_empty() && !other_ids.is_empty() && !names.is_empty())
            }
            // Things of one kind side by side are two.
            _ => parent(&self.path) != parent(&other.path),
        }
    }
}

/// A value as it is compared: to some databases `Anna` is `anna`.
fn word(slot: &Slot) -> Option<String> {
    slot.value
        .as_ref()
        .map(|value| value.to_word().to_lowercase())
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
