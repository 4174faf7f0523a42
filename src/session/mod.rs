//! The state that the shell keeps from one command to the next.

pub mod answer;
pub(crate) mod kept;
mod prompt;
pub(crate) mod release;
mod requests;
mod safe;
pub(crate) mod undo;
pub mod variables;

use crate::catalog::live::{Changed, changed_by, name_lists};
use crate::catalog::{
    self, AnswerType, Api, Command, CommandKind, Effect, Method, Need, Param, ParamPlace, Remember,
    Verb,
};
use crate::error::Error;
use crate::http::auth::{Auth, PasswordState, Rejected, Secret};
use crate::learn::{Learner, for_tab};
use crate::line::alias::Aliases;
use crate::line::call::Call;
use crate::line::completion_cache::CompletionCache;
use crate::line::outline::command_of;
use crate::line::variables::{Arg, PathPart, Scope, Unset, VariableValue, expand_but, follow};
use crate::practice::{self, Practice};
use crate::request::RequestSpec;
use crate::session::variables::{UserVariables, no_parts, unknown};
use crate::session::{kept::Kept, release::ReleaseState, undo::LastWrite};
use crate::settings::{Key, Origin, Settings};
use crate::text::lex::Word;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The state of a session.
pub struct Session {
    pub settings: Settings,
    /// The login.
    pub auth: Auth,
    /// The logins that were rejected so far.
    pub(crate) rejected: Rejected,
    /// The last user id.
    pub user_id: Option<i64>,
    /// The name of the last user, if known.
    pub username: Option<String>,
    /// The last connection id seen.
    pub connection: Option<String>,
    /// The last answer.
    pub answer: Option<Answer>,
    /// Whether the last answer was too long to be kept.
    pub is_unkept: bool,
    /// The last write, as far as it can be undone.
    pub(crate) last_write: LastWrite,
    /// How the last command that asks the server ended.
    pub outcome: Option<AnswerState>,
    /// The variables of the user.
    pub variables: UserVariables,
    /// The names and ids seen, for completion.
    pub completion: CompletionCache,
    /// The practice server, if this shell runs one.
    pub practice: Option<Practice>,
    /// The lines typed or read, for `history`.
    pub lines: Vec<String>,
    /// The commands of this session, for `save`.
    pub(crate) kept: Kept,
    /// Whether command files may start programs and write files by `|` and `>`.
    pub allow_shell: bool,
    /// The learner, while a lesson is on.
    pub(crate) learner: Option<Learner>,
    /// The file with the progress of the lessons.
    pub lessons_file: Option<PathBuf>,
    /// Whether this session is one of a classroom: nothing turns that off.
    is_safe: bool,
    /// Whether the server told its release.
    pub(crate) release_state: ReleaseState,
    vars: BTreeMap<String, String>,
    /// The response status of the running command.
    status: Option<u16>,
    /// The response status of the last command; `None` if it sent no request.
    pub last_status: Option<u16>,
}

/// The outcome of a command that sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerState {
    /// The status, if the server answered.
    pub status: Option<u16>,
    /// The error, if it failed.
    pub error: Option<String>,
}

/// An answer that is kept.
#[derive(Clone)]
pub struct Answer {
    /// The body as received.
    pub body: Vec<u8>,
    /// The body as JSON, if it is JSON.
    pub json: Option<Json>,
    /// Its type, if it is known.
    pub kind: Option<AnswerType>,
}

impl fmt::Debug for Answer {
    /// Without the body, which may hold a new key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} bytes)", self.body.len())
    }
}

impl Session {
    /// Creates a session with these settings and environment variables.
    pub fn new(settings: Settings, vars: BTreeMap<String, String>) -> Self {
        Self {
            settings,
            auth: Auth::default(),
            rejected: Rejected::default(),
            user_id: None,
            username: None,
            connection: None,
            answer: None,
            is_unkept: false,
            last_write: LastWrite::default(),
            outcome: None,
            variables: UserVariables::default(),
            completion: CompletionCache::knowing(for_tab),
            practice: None,
            lines: Vec::new(),
            kept: Kept::default(),
            allow_shell: false,
            learner: None,
            lessons_file: None,
            is_safe: false,
            release_state: ReleaseState::default(),
            vars,
            status: None,
            last_status: None,
        }
    }

    /// The environment variables.
    pub fn vars(&self) -> &BTreeMap<String, String> {
        &self.vars
    }

    /// An environment variable.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// Forgets what belongs to one server.
    pub fn forget_server(&mut self) {
        self.forget_user();
        self.connection = None;
        self.answer = None;
        self.is_unkept = false;
        self.last_write = LastWrite::default();
        self.outcome = None;
        self.auth.token = None;
        self.release_state = ReleaseState::default();
        self.completion.forget_server();
    }

    /// The practice server, if this session is connected to it.
    pub fn own_practice(&self) -> Option<&Practice> {
        let base_url = self.settings.base_url.as_str().trim_end_matches('/');
        self.practice
            .as_ref()
            .filter(|practice| practice.url() == base_url)
    }

    /// Uses the sample admin if this session is connected to the practice server.
    pub fn use_sample_admin(&mut self) {
        if self.own_practice().is_none() {
            return;
        }
        let password = Secret::new(practice::PASSWORD);
        self.auth
            .set_credentials(practice::ADMIN.to_owned(), Some(password));
        self.auth.sample = true;
        self.auth.bind(&self.settings.base_url);
    }

    /// Notes whether the server accepted name and password.
    pub(crate) fn note_password(&mut self, is_right: bool) {
        self.auth.password_state = if is_right {
            PasswordState::Right
        } else {
            PasswordState::Wrong
        };
        let url = &self.settings.base_url;
        self.rejected.note(&self.auth, url, is_right);
    }

    /// The commands of a text, with aliases replaced.
    pub fn commands(&self, text: &str) -> Result<Vec<Vec<Word>>, Error> {
        self.completion.aliases().split(text)
    }

    /// Knows the aliases and the profiles of the config file.
    pub(crate) fn know_config(&mut self, aliases: Aliases) {
        let names = self.settings.config().profile_names().map(str::to_owned);
        self.completion.know_config(aliases, names.collect());
    }

    /// Where somebody is to log in and no API is chosen: the first one, 2019, has no login.
    pub(crate) fn assume_api_of_login(&mut self) {
        let api = Key::Api.setting();
        let chosen = self.settings.shown(api).1 > Origin::Default;
        if self.auth.is_somebody() && !self.auth.sample && !chosen {
            let _ = self.settings.set(api, "v2", Origin::Default);
        }
    }

    /// Sets a variable of the user; `typed` is the value as it was written.
    pub fn set_variable(&mut self, name: &str, value: Option<String>, typed: &str) {
        self.variables.set(name, value, typed);
        self.completion
            .know_variables(self.variables.names().map(str::to_owned).collect());
    }

    /// The words of a command with their variables replaced.
    pub fn expanded(&self, words: &[Word]) -> Result<Vec<Arg>, Error> {
        let missing = may_miss(words, self.settings.api);
        let unset = Unset {
            later: false,
            missing,
        };
        expand_but(words, self, unset)
    }

    /// Keeps an answer for `last` and `$_`, and its status for `expect`.
    pub fn keep(&mut self, status: u16, answer: Answer) {
        self.completion
            .know_answer(answer.kind.map(AnswerType::object));
        self.answer = Some(answer);
        self.status = Some(status);
        self.is_unkept = false;
    }

    /// Keeps the status of an answer that is too long to be kept.
    pub fn keep_none(&mut self, status: u16) {
        self.answer = None;
        self.status = Some(status);
        self.is_unkept = true;
    }

    /// Notes the outcome of a command that sends a request. Requests of the shell
    /// itself do not count: several `expect` may check the same outcome.
    /// Returns whether it was answered.
    pub fn record_end(&mut self, asks: bool, error: Option<&Error>) -> bool {
        let status = self.status.take();
        self.last_status = status;
        if asks && (status.is_some() || error.is_some()) {
            let error = error.map(|error| error.message.clone());
            self.outcome = Some(AnswerState { status, error });
        }
        status.is_some()
    }

    /// Forgets the last user.
    pub fn forget_user(&mut self) {
        self.user_id = None;
        self.username = None;
    }

    /// Learns from a successful answer.
    pub fn observe(&mut self, call: &Call, answer: &Json) {
        let Some(route) = call.command.route() else {
            return;
        };
        self.remember(route.remember, call, answer);
        if let Some((live, key)) = route.names {
            self.completion
                .learn_names(self.settings.api, live, key, answer);
        }
        if let (Effect::Destroys(_), Method::Delete) = (route.effect, route.method) {
            self.forget_named(call);
        }
    }

    /// Keeps what later commands use by default.
    fn remember(&mut self, what: Remember, call: &Call, answer: &Json) {
        let id = call.int("id");
        match what {
            Remember::Nothing => {}
            Remember::UserInAnswer => self.remember_user(answer),
            Remember::OnlyUserInAnswer => self.remember_only(answer, Self::remember_user),
            Remember::UserInRequest => {
                if self.user_id != Some(id) {
                    self.user_id = Some(id);
                    self.username = self.completion.username(id);
                }
            }
            Remember::UserGone => {
                if self.user_id == Some(id) {
                    self.forget_user();
                }
                self.completion.forget_user(id);
            }
            Remember::Connections => {
                let first = answer
                    .get(0)
                    .and_then(|connection| connection.get("connection_id"));
                self.connection = first.and_then(Json::as_str).map(str::to_owned);
            }
            Remember::NameInAnswer => self.remember_name(answer.get("username")),
            Remember::OnlyNameInAnswer => {
                self.remember_only(answer, |session, user| {
                    session.remember_name(user.get("username"));
                });
            }
            Remember::NameInRequest => self.remember_name(Some(&call.text("username").into())),
            Remember::NameGone => {
                if self.username.as_deref() == Some(call.text("username")) {
                    self.forget_user();
                }
            }
            // The old ones would be rejected, which counts towards a ban.
            Remember::OwnPassword => {
                self.auth.password = call.secret("new_password").cloned();
            }
            Remember::OwnFactor => self.auth.needs_code = call.is_on("enabled"),
        }
    }

    /// Forgets the name of a deleted object: the last one that the path names, or the query.
    fn forget_named(&mut self, call: &Call) {
        let mut slots = call.slots.iter().rev();
        let is_named = |param: &Param| {
            matches!(param.need, Need::Required | Need::LastUsername)
                && matches!(param.place, ParamPlace::Path | ParamPlace::Query)
        };
        if let Some(slot) = slots.find(|slot| is_named(slot.param))
            && let (Some(live), Some(name)) = (slot.param.completes, &slot.value)
        {
            self.completion.forget_name(live, &name.to_word());
        }
    }

    /// Learns from a successful answer to a raw request: names, and deleted objects.
    pub fn observe_raw(&mut self, spec: &RequestSpec, answer: &Json) {
        let api = self.settings.api;
        if let Some((live, key)) = self.row_of(spec).and_then(|row| row.route()?.names) {
            self.completion.learn_names(api, live, key, answer);
        }
        self.forget_deleted(spec);
    }

    /// The row of a request, also of a raw one.
    fn row_of(&self, spec: &RequestSpec) -> Option<&'static Command> {
        let api = self.settings.api;
        let path = spec.url.path();
        // The part before the prefix belongs to the base URL.
        let own = || path.rsplit_once(api.prefix).map(|(_, own)| own);
        let requested = || catalog::requested(api, spec.method, own()?);
        spec.command.or_else(requested)
    }

    /// Whether a request changes something, also as a raw one.
    pub(crate) fn writes(&self, spec: &RequestSpec) -> bool {
        let route = self.row_of(spec).and_then(Command::route);
        spec.writes() || route.is_some_and(|route| route.effect != Effect::Reads)
    }

    /// Notes which names a successful request has changed: they are fetched again.
    pub(crate) fn note_change(&mut self, spec: &RequestSpec) {
        let api = self.settings.api;
        match self.row_of(spec).map(|row| changed_by(api, row)) {
            Some(Changed::Names(live)) => self.completion.note_change(live),
            Some(Changed::All) => {
                name_lists(api).for_each(|list| self.completion.note_change(list.live));
            }
            Some(Changed::Nothing) | None => {}
        }
    }

    /// Forgets the last user if a raw request has deleted it.
    fn forget_deleted(&mut self, spec: &RequestSpec) {
        let last = spec.url.path().rsplit('/').next();
        let by_id = self.user_id.map(|id| id.to_string());
        let by_name = || {
            self.username
                .clone()
                .filter(|_| spec.url.path().contains("/users/"))
        };
        let is_last = by_id
            .or_else(by_name)
            .is_some_and(|own| last == Some(own.as_str()));
        if spec.method == Method::Delete && is_last {
            self.forget_user();
        }
    }

    /// Remembers the user of a list if it is the only one.
    fn remember_only(&mut self, list: &Json, remember: impl FnOnce(&mut Self, &Json)) {
        match list.as_array().map(Vec::as_slice) {
            Some([user]) => remember(self, user),
            // No user was found: do not keep the one before.
            Some([]) => self.forget_user(),
            _ => {}
        }
    }

    /// Sets the last user by name.
    fn remember_name(&mut self, name: Option<&Json>) {
        if let Some(name) = name.and_then(Json::as_str) {
            self.user_id = None;
            self.username = Some(name.to_owned());
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

impl Scope for Session {
    fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error> {
        self.variable_among(&self.variables, name, path)
    }
}

impl Session {
    /// Whether answers set this variable.
    pub fn changes(&self, name: &str) -> bool {
        matches!(name, "id" | "username" | "connection" | "_")
    }

    /// The value of a variable, with these as the user's own.
    pub fn variable_among(
        &self,
        own: &UserVariables,
        name: &str,
        path: &[PathPart],
    ) -> Result<VariableValue, Error> {
        let unset = |what: &str, how: &str| {
            let why = format!("`${name}` is not set yet: there is no {what}");
            VariableValue::NotYet(Error::typed(why).hint(how.to_owned()))
        };
        let plain = |value: Option<String>, what: &str, how: &str| match path {
            [] => Ok(value.map_or_else(|| unset(what, how), VariableValue::Text)),
            _ => Err(no_parts(name)),
        };
        let by_user = "commands about one user set it, and so does a list with a single user";
        match (name, path) {
            ("id", _) => plain(
                self.user_id.map(|id| id.to_string()),
                "last user id",
                by_user,
            ),
            ("username", _) => plain(self.username.clone(), "last user's name", by_user),
            ("connection", _) => plain(
                self.connection.clone(),
                "last connection",
                "`get_connections` sets it",
            ),
            ("env", [PathPart::Key(key)]) => Ok(self.environment(key)),
            ("_", path) => {
                let json = self.answer.as_ref().and_then(|answer| answer.json.as_ref());
                Ok(match json {
                    Some(json) => follow(json, path, &|missing| {
                        Error::typed(format!("the last answer has no {missing}"))
                            .hint("`last` shows the answer")
                    }),
                    None if self.answer.is_some() => {
                        let why = "`$_` cannot be used: the last answer is not JSON";
                        VariableValue::NotYet(Error::typed(why).hint("`last` shows it"))
                    }
                    None if self.is_unkept => {
                        let why = "`$_` cannot be used: the last list was too long to be kept";
                        VariableValue::NotYet(Error::typed(why).hint("`--output json` keeps it"))
                    }
                    None => unset("answer", "it is set by the next answered request"),
                })
            }
            _ => own
                .find(name, path)
                .unwrap_or_else(|| Err(unknown(own, name))),
        }
    }

    fn environment(&self, key: &str) -> VariableValue {
        self.vars.get(key).cloned().map_or_else(
            || {
                VariableValue::Missing(
                    Error::typed(format!("`{key}` is not in the environment")).hint(format!(
                        "set it before starting the shell: `export {key}=…`"
                    )),
                )
            },
            VariableValue::Text,
        )
    }
}

/// Whether a command accepts a missing part of an answer: `expect` is what
/// checks whether it exists.
pub fn may_miss(words: &[Word], api: &'static Api) -> bool {
    let holds_variable = |word: &Word| word.pieces.iter().any(|piece| piece.text.contains('$'));
    words.iter().any(holds_variable)
        && command_of(words, api)
            .is_some_and(|command| matches!(command.kind, CommandKind::Shell(Verb::Expect)))
}

#[cfg(test)]
mod tests;
