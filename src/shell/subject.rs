//! What a request is about: two that are about the same thing must not be under
//! way together if one of them writes.

use crate::catalog::{self, Command, Live, Method, Need, Route};
use crate::line::call::{Call, Slot};
use crate::request::RequestSpec;

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    writes: bool,
    /// Its path.
    path: String,
    /// The same, and below it the name that a path without one leaves to the
    /// body. `/user/anna` of add_user is below `/user` of a list.
    named: String,
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
        let path = plain(spec.url.path().trim_end_matches('/'));
        if spec.command.is_none() {
            return Self {
                writes: spec.writes(),
                named: path.clone(),
                path,
                users: Users::Any,
            };
        }
        let mut below = path.clone();
        let slots = &call.slots;
        if spec.method == Method::Post && !slots.iter().any(|slot| slot.param.place.in_path()) {
            let needed = slots
                .iter()
                .filter(|slot| slot.param.need == Need::Required && slot.param.place.in_body());
            for word in needed.filter_map(word) {
                below.push('/');
                below.push_str(&word.replace('/', "%2F"));
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
            named: below,
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
        let meet = |one: &str, other: &str| is_below(one, other) || is_below(other, one);
        match (&self.users, &other.users) {
            _ if meet(&self.named, &other.named) => true,
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
            _ => meet(&self.path, &other.path) || !side_by_side(&self.path, &other.path),
        }
    }
}

/// A path as the server reads it: escapes resolved, numbers without signs and zeros before them.
fn plain(path: &str) -> String {
    let part = |part: &str| {
        let text = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
        text.parse::<i64>()
            .map_or_else(|_| text.replace('/', "%2F"), |id| id.to_string())
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A value as it is compared: to some databases `Anna` is `anna`.
fn word(slot: &Slot) -> Option<String> {
    slot.value
        .as_ref()
        .map(|value| value.to_word().to_lowercase())
}

fn side_by_side(one: &str, other: &str) -> bool {
    kind(one).is_some_and(|ours| kind(other) == Some(ours))
}

/// What all things of its kind have before their id, if it is the path of a thing.
fn kind(path: &str) -> Option<&str> {
    let (kind, _) = path.rsplit_once('/')?;
    let mut routes = catalog::every().filter_map(Command::route);
    let of_things = |route: &Route| {
        let (all, id) = route.path.rsplit_once('/').unwrap_or_default();
        id.starts_with('{') && kind.ends_with(all)
    };
    routes.any(of_things).then_some(kind)
}
