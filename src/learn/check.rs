//! What a lesson checks: a request that was sent, or what the server holds.

use crate::catalog::Api;
use crate::practice::Seen;
use crate::query::{Condition, Jq};
use serde_json::Value as Json;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::{Arc, Mutex, PoisonError};

/// Reads a path of the server: status and body.
pub(crate) type Look<'a> = &'a dyn Fn(&str) -> Option<(u16, Vec<u8>)>;

/// A goal, or a mistake.
#[derive(Debug)]
pub(crate) struct Check {
    /// The goal in words, or what is said about the mistake.
    pub(crate) says: String,
    pub(crate) what: What,
}

/// What is looked at.
#[derive(Debug)]
pub(crate) enum What {
    Sent(Sent),
    /// The server has this object, or list, and it is like this.
    Holds(String, Option<Test>),
    /// The server does not have this object.
    Gone(String),
}

/// A request.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    /// The path below the prefix of the API; `*` is any one segment.
    pub(crate) path: String,
    /// What must be in the query.
    pub(crate) query: Vec<(String, String)>,
    /// The statuses of the answer.
    pub(crate) status: RangeInclusive<u16>,
    /// What the body must be like.
    pub(crate) test: Option<Test>,
    pub(crate) by: Option<By>,
}

/// What the sender proved who they are with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Nothing,
    Password,
    Token,
    Key,
}

impl By {
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("nothing", Self::Nothing),
        ("password", Self::Password),
        ("token", Self::Token),
        ("key", Self::Key),
    ];

    fn of(seen: &Seen) -> Self {
        let value = |name: &str| {
            let mut all = seen.credentials.iter();
            all.find(|(own, _)| own == name)
                .map(|(_, value)| value.as_str())
        };
        if value("x-sftpgo-api-key").is_some() {
            return Self::Key;
        }
        match value("authorization") {
            None => Self::Nothing,
            Some(value) if value.starts_with("Basic ") => Self::Password,
            Some(_) => Self::Token,
        }
    }
}

/// What JSON must be like.
#[derive(Debug)]
pub(crate) enum Test {
    /// The object, or one of the list, meets this.
    Where(Condition),
    /// The first result of this is neither false nor null.
    Jq(Jq),
}

impl Test {
    fn holds(&self, body: &[u8]) -> bool {
        match (self, serde_json::from_slice::<Json>(body)) {
            (_, Err(_)) => false,
            (Self::Where(condition), Ok(Json::Array(items))) => {
                items.iter().any(|item| condition.holds(item))
            }
            (Self::Where(condition), Ok(json)) => condition.holds(&json),
            (Self::Jq(jq), Ok(_)) => is_true(jq, body.to_vec()),
        }
    }
}

/// Whether the first result of a program is neither false nor null.
fn is_true(jq: &Jq, body: Vec<u8>) -> bool {
    let first = Arc::new(Mutex::new(false));
    let result = Arc::clone(&first);
    let run = jq.run(body, move |json| {
        let is_true = json.is_ok_and(|json| !matches!(json, Json::Null | Json::Bool(false)));
        *result.lock().unwrap_or_else(PoisonError::into_inner) = is_true;
        ControlFlow::Break(())
    });
    let ended = run.is_some_and(|thread| thread.join().is_ok());
    ended && *first.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Check {
    /// Whether a request is the one that is meant.
    pub(crate) fn is_met_by(&self, api: &Api, seen: &Seen) -> bool {
        match &self.what {
            What::Sent(sent) => sent.is(api, seen),
            What::Holds(..) | What::Gone(_) => false,
        }
    }

    /// Whether it is about what the server holds, and that is so.
    pub(crate) fn holds(&self, api: &Api, look: Look<'_>) -> Option<bool> {
        let got = |path: &str| look(&format!("{}{path}", api.prefix));
        match &self.what {
            What::Sent(_) => None,
            What::Gone(path) => Some(got(path).is_some_and(|(status, _)| status == 404)),
            What::Holds(path, test) => Some(got(path).is_some_and(|(status, body)| {
                status == 200 && test.as_ref().is_none_or(|test| test.holds(&body))
            })),
        }
    }
}

impl Sent {
    fn is(&self, api: &Api, seen: &Seen) -> bool {
        let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
        let Some(path) = path.strip_prefix(api.prefix) else {
            return false;
        };
        let given: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        self.method == seen.method
            && is_path(&self.path, path)
            && self.query.iter().all(|pair| given.contains(pair))
            && self.status.contains(&seen.status)
            && self.by.is_none_or(|by| by == By::of(seen))
            && self.test.as_ref().is_none_or(|test| test.holds(&seen.body))
    }
}

/// Whether a path is like this one, in which `*` is any one segment.
fn is_path(like: &str, path: &str) -> bool {
    let (mut like, mut path) = (like.split('/'), path.trim_end_matches('/').split('/'));
    loop {
        match (like.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn seen(method: &str, target: &str, status: u16, body: &str) -> Seen {
        Seen {
            method: method.to_owned(),
            target: target.to_owned(),
            content_type: None,
            credentials: vec![("authorization".to_owned(), "Bearer x".to_owned())],
            body: body.as_bytes().to_vec(),
            status,
        }
    }

    #[test]
    fn a_request_is_known_by_all_of_its_parts() {
        let api = catalog::api("v2").unwrap();
        let sent = Sent {
            method: "PUT".to_owned(),
            path: "/users/*".to_owned(),
            query: vec![("disconnect".to_owned(), "1".to_owned())],
            status: 200..=299,
            test: Some(Test::Jq(Jq::read(".status == 0").unwrap())),
            by: Some(By::Token),
        };
        let target = "/api/v2/users/dora?x=2&disconnect=1";
        let good = seen("PUT", target, 200, r#"{"status":0}"#);
        assert!(sent.is(api, &good));
        for wrong in [
            seen("POST", target, 200, r#"{"status":0}"#),
            seen("PUT", target, 404, r#"{"status":0}"#),
            seen("PUT", target, 200, r#"{"status":1}"#),
            seen("PUT", target, 200, "no JSON"),
            seen("PUT", "/api/v2/users/dora", 200, r#"{"status":0}"#),
            seen("PUT", "/api/v2/users/?disconnect=1", 200, r#"{"status":0}"#),
            seen(
                "PUT",
                "/api/v1/users/dora?disconnect=1",
                200,
                r#"{"status":0}"#,
            ),
            Seen {
                credentials: Vec::new(),
                ..good.clone()
            },
        ] {
            assert!(!sent.is(api, &wrong), "{wrong:?}");
        }
    }
}
