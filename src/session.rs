//! What the shell remembers from one command to the next.

use crate::catalog::{Method, Remember};
use crate::error::Error;
use crate::http::auth::Auth;
use crate::line::call::Call;
use crate::line::variables::{Found, Scope, Step};
use crate::practice::Practice;
use crate::request::RequestSpec;
use crate::seen::Seen;
use crate::settings::Settings;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use url::Url;

/// The state of a session.
pub struct Session {
    /// The settings.
    pub settings: Settings,
    /// Who asks.
    pub auth: Auth,
    /// The last user id.
    pub user_id: Option<i64>,
    /// The last user's name, if it is known.
    pub username: Option<String>,
    /// The last connection id seen.
    pub connection: Option<String>,
    /// The last answer.
    pub answer: Option<Answer>,
    /// The names and ids seen.
    pub seen: Seen,
    /// The practice server, if this shell runs one.
    pub practice: Option<Practice>,
    /// What was typed or read, for `history`.
    pub lines: Vec<String>,
    vars: BTreeMap<String, String>,
}

/// An answer that is kept.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The body as it came.
    pub body: Vec<u8>,
    /// The body as JSON, if it is JSON.
    pub json: Option<Json>,
}

impl Session {
    /// A session with these settings and environment variables.
    pub fn new(settings: Settings, vars: BTreeMap<String, String>) -> Self {
        Self {
            settings,
            auth: Auth::default(),
            user_id: None,
            username: None,
            connection: None,
            answer: None,
            seen: Seen::default(),
            practice: None,
            lines: Vec::new(),
            vars,
        }
    }

    /// Forgets what belongs to one server.
    pub fn forget_server(&mut self) {
        self.forget_user();
        self.connection = None;
        self.answer = None;
        self.seen = Seen::default();
    }

    /// The environment variable that names a proxy for a URL, if there is one.
    pub fn proxy(&self, url: &Url) -> Option<&str> {
        if crate::http::is_loopback(url) {
            return None;
        }
        let names = [format!("{}_proxy", url.scheme()), "all_proxy".to_owned()];
        let is_set = |(_, value): &(&String, &String)| !value.is_empty();
        let mut set = self
            .vars
            .iter()
            .filter(is_set)
            .map(|(name, _)| name.as_str());
        set.find(|name| names.contains(&name.to_lowercase()))
    }

    /// Forgets the last user.
    pub fn forget_user(&mut self) {
        self.user_id = None;
        self.username = None;
    }

    /// Learns from a good answer.
    pub fn observe(&mut self, call: &Call, answer: &Json) {
        let Some(route) = call.command.route() else {
            return;
        };
        let id = call.int("id");
        match route.remember {
            Remember::Nothing => {}
            Remember::UserInAnswer => self.remember_user(answer),
            Remember::OnlyUserInAnswer => {
                match answer.as_array().map(Vec::as_slice) {
                    Some([user]) => self.remember_user(user),
                    // Who was looked for is not there: the one before is not meant.
                    Some([]) => self.forget_user(),
                    _ => {}
                }
            }
            Remember::UserInRequest => {
                if self.user_id != Some(id) {
                    self.user_id = Some(id);
                    self.username = self.seen.username(id).map(str::to_owned);
                }
            }
            Remember::UserGone => {
                if self.user_id == Some(id) {
                    self.forget_user();
                }
                self.seen.forget_user(id);
            }
            Remember::Connections => {
                let first = answer
                    .get(0)
                    .and_then(|connection| connection.get("connection_id"));
                self.connection = first.and_then(Json::as_str).map(str::to_owned);
            }
        }
        self.seen.learn(answer);
    }

    /// Forgets the last user if a raw request has deleted it.
    pub fn forget_deleted(&mut self, spec: &RequestSpec) {
        let last = spec.url.path().rsplit('/').next();
        let is_last = self.user_id.is_some_and(|id| last == Some(&id.to_string()));
        if spec.method == Method::Delete && is_last {
            self.forget_user();
        }
    }

    fn remember_user(&mut self, user: &Json) {
        if let Some(id) = user.get("id").and_then(Json::as_i64) {
            self.user_id = Some(id);
            self.username = user
                .get("username")
                .and_then(Json::as_str)
                .map(str::to_owned);
        }
    }
}

impl Session {
    /// Whether answers change this variable.
    pub fn changes(&self, name: &str) -> bool {
        matches!(name, "id" | "username" | "connection" | "_")
    }
}

impl Scope for Session {
    fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
        let unset = |what: &str, how: &str| {
            let why = format!("there is no {what} yet, which `${name}` means");
            Found::NotYet(Error::typed(why).hint(how.to_owned()))
        };
        let plain = |value: Option<String>, what: &str, how: &str| match path {
            [] => Ok(value.map_or_else(|| unset(what, how), Found::Text)),
            _ => Err(Error::typed(format!("`${name}` has no parts"))
                .hint(format!("write `${{{name}}}` before a `.` or a `[`"))),
        };
        let by_user = "a command about one user sets it, and a list of users that holds just one";
        match (name, path) {
            ("id", _) => plain(self.user_id.map(|id| id.to_string()), "last user id", by_user),
            ("username", _) => plain(self.username.clone(), "last user's name", by_user),
            ("connection", _) => plain(self.connection.clone(), "last connection", "the list of connections sets it"),
            ("env", [Step::Key(key)]) => self.vars.get(key).cloned().map(Found::Text).ok_or_else(|| {
                Error::typed(format!("`{key}` is not in the environment")).hint(format!("`export {key}=…` before the start"))
            }),
            ("_", path) => {
                let json = self.answer.as_ref().and_then(|answer| answer.json.as_ref());
                match json {
                    Some(json) => follow(json, path).map(Found::Text),
                    None => Ok(unset("answer", "a request that is answered sets it")),
                }
            }
            _ => Err(Error::typed(format!("unknown variable `${name}`"))
                .hint("there are `$id`, `$username`, `$connection`, `$_` and `$env.NAME`; `\\$` is the character")),
        }
    }
}

/// The part of an answer that a path leads to, as a word.
fn follow(json: &Json, path: &[Step]) -> Result<String, Error> {
    let mut here = json;
    for step in path {
        let next = match step {
            Step::Key(key) => here.get(key),
            Step::Index(index) => here.get(index),
        };
        here = next.ok_or_else(|| {
            let missing = match step {
                Step::Key(key) => format!("`.{key}`"),
                Step::Index(index) => format!("`[{index}]`"),
            };
            Error::typed(format!("the last answer has no {missing} there"))
                .hint("`last` shows the answer")
        })?;
    }
    Ok(here
        .as_str()
        .map_or_else(|| here.to_string(), str::to_owned))
}
