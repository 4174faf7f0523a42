//! The objects that a request is about: two requests about the same object must not
//! run in parallel if one of them writes.

use crate::catalog::{self, Command, Group, Live, Method, Need, Release, Route};
use crate::line::call::{Call, Slot};
use crate::request::RequestSpec;

/// The objects that a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    writes: bool,
    path: String,
    /// `path`, with the object's name appended where the path lacks it and the
    /// body has it. `/user/anna` of add_user is below `/user` of a list.
    named: String,
    /// The users it names.
    users: Users,
    /// The kinds of objects that may refer to this one, or that it may refer to.
    refers: Refers,
}

/// How the writes of a request depend on other requests.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refers {
    /// Independent.
    No,
    /// An object, with the path of all of its kind: an object of another
    /// kind may refer to it, as a user to a group that must be there before.
    Kind(&'static str),
    /// Everything: a backup is written or loaded.
    All,
}

impl Refers {
    fn of(command: &Command, writes: bool) -> Self {
        match (command.route(), command.group) {
            (Some(_), Group::Server) if writes => Self::All,
            (Some(route), group) if writes && group != Group::Quota => {
                let is_object = route.body.is_some() || route.method == Method::Delete;
                let kind = route.path.split("/{").next().unwrap_or_default();
                // The 2019 server has only one kind; in v1 a user names folders,
                // and adds missing ones.
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
    /// Sets the users by ids and names; a name does not show its id.
    Named(Vec<String>, Vec<String>),
    /// A raw request: unknown.
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
            // A backup contains everything, wherever it is written.
            refers: Refers::of(call.command, spec.writes() || spec.is_confidential()),
        }
    }

    /// Whether it must not run in parallel with another request.
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
                // If both name a user by id, the ids decide.
                meet(ids, other_ids)
                    || meet(names, other_names)
                    || (other_ids.is_empty() && !ids.is_empty() && !other_names.is_empty())
                    || (ids.is_empty() && !other_ids.is_empty() && !names.is_empty())
            }
            // Two objects of one kind are independent.
            _ => meet(&self.path, &other.path) || !are_siblings(&self.path, &other.path),
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

/// The value in lower case: some databases treat `Anna` and `anna` as equal.
fn word(slot: &Slot) -> Option<String> {
    slot.value
        .as_ref()
        .map(|value| value.to_word().to_lowercase())
}

fn are_siblings(one: &str, other: &str) -> bool {
    kind(one).is_some_and(|ours| kind(other) == Some(ours))
}

/// The path before the id, if it is the path of an object.
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
    use crate::line::call::Content;
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
        let Content::Call(call) = parsed.content else {
            panic!("{line}");
        };
        let base = Url::parse("http://127.0.0.1").expect("a URL");
        let route = call.command.route().expect("a request");
        let spec = request::build(&call, route, &base, api.prefix);
        Subject::new(&call, &spec)
    }

    #[test]
    fn requests_wait_for_objects_they_refer_to() {
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
