//! Whether the user on the server already has the values of a row, for
//! `--update-existing`.

use super::columns::Columns;
use crate::catalog::{Api, Kind, Param};
use serde_json::Value as Json;

/// The differences of a user, by the names of the parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserDiff {
    /// The members with a different value on the server.
    pub changed: Vec<&'static str>,
    /// The members that the server does not show, so that they cannot be compared:
    /// secrets always, keys where the server keeps them to itself.
    pub unseen: Vec<&'static str>,
}

impl UserDiff {
    /// Whether there is nothing to send.
    pub fn is_none(&self) -> bool {
        self.changed.is_empty() && self.unseen.is_empty()
    }
}

/// The differences of the server's user from the body of a row's
/// request. Fields that the body omits stay unchanged, so they are not differences.
pub fn difference(existing: &Json, body: &Json, api: &'static Api) -> UserDiff {
    let mut difference = UserDiff::default();
    for param in Columns::of(api).params {
        let Some(wanted) = body.get(param.key) else {
            continue;
        };
        match existing
            .get(param.key)
            .filter(|_| param.kind != Kind::Secret)
        {
            Some(there) if is_same(param, there, wanted) => {}
            Some(_) => difference.changed.push(param.name),
            // The server omits empty fields, and those that it does not show.
            None if param.kind != Kind::Secret && is_empty(wanted) => {}
            None => difference.unseen.push(param.name),
        }
    }
    difference
}

fn is_same(param: &Param, there: &Json, wanted: &Json) -> bool {
    match (there, wanted) {
        _ if is_empty(there) && is_empty(wanted) => true,
        // The order of permissions and keys does not matter.
        (Json::Array(there), Json::Array(wanted)) if param.kind.is_many() => {
            let within = |some: &[Json], all: &[Json]| some.iter().all(|one| all.contains(one));
            within(there, wanted) && within(wanted, there)
        }
        (there, wanted) => there == wanted,
    }
}

/// Whether a value is that of a field that was never set.
fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Number(number) => number.as_i64() == Some(0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Bool(_) | Json::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::APIS;
    use serde_json::json;

    fn of(body: &Json) -> UserDiff {
        // As the server of August 2019 answers: neither password nor keys.
        let existing = json!({
            "id": 2, "username": "a", "home_dir": "/a", "uid": 33, "gid": 0, "max_sessions": 0,
            "quota_size": 0, "quota_files": 3, "permissions": ["list", "download"],
            "used_quota_size": 5, "used_quota_files": 6, "last_quota_update": 7,
            "upload_bandwidth": 0, "download_bandwidth": 0
        });
        difference(&existing, body, &APIS[0])
    }

    #[test]
    fn nothing_to_send() {
        for body in [
            json!({}),
            json!({"id": 0, "username": "a", "uid": 33, "quota_size": 0, "permissions": ["download", "list"]}),
            json!({"public_key": [], "home_dir": "/a"}),
        ] {
            assert!(of(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn changed_and_hidden_fields() {
        let body = json!({
            "uid": 34, "gid": 1, "permissions": ["list"], "home_dir": "",
            "password": "p", "public_key": ["k"]
        });
        assert_eq!(
            of(&body),
            UserDiff {
                changed: vec!["home_dir", "uid", "gid", "permissions"],
                unseen: vec!["password", "public_key"],
            }
        );
        // A server that shows a key, or a secret.
        let shown = json!({"public_key": ["l", "k"], "password": "p"});
        let same = difference(
            &shown,
            &json!({"public_key": ["k", "l"], "password": "p"}),
            &APIS[0],
        );
        assert_eq!((same.changed, same.unseen), (vec![], vec!["password"]));
    }
}
