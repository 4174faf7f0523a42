//! What a request is about: two that are about the same thing must not be under
//! way together if one of them writes.

use crate::catalog::{self, Command, Group, Live, Method, Need, Release, Route};
use crate::line::call::{Call, Slot};
use crate::request::RequestSpec;

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    writes: bool,
    path: String,
    /// The same, and below it the name that a path without one leaves to the
    /// body. `/user/anna` of add_user is below `/user` of a list.
    named: String,
    /// The users it names.
    users: Users,
    /// What may refer to it, or it to.
    refers: Refers,
}

/// How what a request writes hangs together with what others do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refers {
    /// Not at all.
    No,
    /// It is an object, and this the path of all of its kind: one of another
    /// kind may refer to it, as a user to a group that must be there before.
    Kind(&'static str),
    /// It is about everything: a backup is written or loaded.
    All,
}

impl Refers {
    fn of(command: &Command, writes: bool) -> Self {
        match (command.route(), command.group) {
            (Some(_), Group::Server) if writes => Self::All,
            (Some(route), group) if writes && group != Group::Quota => {
                let is_object = route.body.is_some() || route.method == Method::Delete;
                let kind = route.path.split("/{").next().unwrap_or_default();
                // The server of the seed has but one kind; in v1 a user names folders,
                // and adds those that are not there.
                if is_object && command.span.first > Release::SEED {
                    Self::Kind(kind)
                } else {
                    Self::No
                }
            }
            _ => Self::No,
        }
    }
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
                refers: Refers::No,
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
            // A backup is of everything, wherever it goes.
            refers: Refers::of(call.command, spec.writes() || spec.is_confidential()),
        }
    }

    /// Whether it must not be under way together with another.
    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        if !(self.writes || other.writes) {
            return false;
        }
        match (&self.refers, &other.refers) {
            (Refers::All, _) | (_, Refers::All) => return true,
            (Refers::Kind(ours), Refers::Kind(theirs)) if ours != theirs => return true,
            _ => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::call::What;
    use crate::line::parse::Parser;
    use crate::line::variables::Arg;
    use crate::request;
    use crate::text::lex::lex;
    use url::Url;

    fn subject(api: &str, line: &str) -> Subject {
        let api = catalog::api(api).expect("a generation");
        let words = lex(line).commands.remove(0);
        let args: Vec<Arg> = words.iter().map(Arg::from).collect();
        let parsed = Parser::default().parse(&args, api).expect(line);
        let What::Call(call) = parsed.what else {
            panic!("{line}");
        };
        let base = Url::parse("http://127.0.0.1").expect("a URL");
        let route = call.command.route().expect("a request");
        let spec = request::build(&call, route, &base, api.prefix);
        Subject::new(&call, &spec)
    }

    #[test]
    fn what_refers_to_another_waits_for_it() {
        for (api, one, other, conflict) in [
            ("v2", "add_group g", "add_user u", true),
            ("v2", "add_user u", "add_user v", false),
            ("v2", "add_user u", "add_user u", true),
            ("v2", "delete_group g", "update_user u", true),
            ("v2", "add_event_action a", "add_event_rule r", true),
            ("v2", "get_groups", "add_user u", false),
            ("v2", "add_user u", "loaddata_from_request_body", true),
            (
                "v2",
                "get_user_by_username u",
                "loaddata_from_request_body",
                true,
            ),
            ("v2", "dumpdata --output_data", "update_user u", true),
            ("v2", "start_user_quota_scan u", "update_user v", false),
            ("v2", "get_version", "get_users", false),
            ("2019", "start_quota_scan u", "add_user v", false),
            ("v1", "add_folder /m", "add_user v", true),
            ("v1", "update_user 7", "delete_folder /m", true),
            ("v1", "add_user u", "add_user v", false),
            ("v1", "get_folders", "add_user v", false),
            ("v1", "loaddata /f", "add_user v", true),
        ] {
            let (first, second) = (subject(api, one), subject(api, other));
            assert_eq!(first.conflicts_with(&second), conflict, "{one}; {other}");
            assert_eq!(second.conflicts_with(&first), conflict, "{other}; {one}");
        }
    }
}
