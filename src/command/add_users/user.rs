//! One row: its requests, and the task that sends them from its own thread.

use super::rows::{Existing, Import};
use crate::body::kept_fields;
use crate::bulk::{Row, UPDATE, difference, word};
use crate::catalog::{self, Api, Need, Value};
use crate::error::Error;
use crate::http::{Exchange, Link, Lost, RetryNotes, tree};
use crate::line::call::{Call, Content, ValueOrigin};
use crate::line::change;
use crate::line::variables::Arg;
use crate::output::progress::Answered;
use crate::request::{self, Body, RequestSpec};
use crate::session::answer::Verdict;
use crate::shell::update::merged;
use crate::shell::{Prepared, Shell, raw};
use serde_json::Value as Json;
use std::time::{Duration, Instant};
use url::Url;

/// A row being sent.
pub(super) struct Task {
    /// Its number among the running rows.
    pub(super) number: u64,
    pub(super) row: Row,
    /// Messages about retries.
    pub(super) retry_notes: RetryNotes,
    /// The request that adds the user.
    pub(super) add: Prepared,
    /// The lookup request and the follow-up, if the user is looked up first.
    look: Option<Lookup>,
}

#[derive(Clone)]
struct Lookup {
    find: Prepared,
    /// Whether it requests a single user rather than a list.
    by_name: bool,
    /// The update, whose id is not known yet; `None` if the user stays unchanged.
    update: Option<Call>,
    base: Url,
    api: &'static Api,
}

/// The outcome of a row.
pub(super) struct RowResult {
    /// The answer to the lookup, if there was one and it could be read.
    pub(super) look: Option<Result<Exchange, Lost>>,
    pub(super) did: RowAction,
    pub(super) took: Duration,
}

impl RowResult {
    /// Whether the server is unreachable.
    pub(super) fn is_server_lost(&self) -> bool {
        let sent = match &self.did {
            RowAction::Nothing | RowAction::Unusable(_) => return false,
            RowAction::Looked(sent) | RowAction::Added(sent) => sent,
            RowAction::Updated(update) => &update.sent,
        };
        matches!(sent, Err(Lost::NotSent(_) | Lost::Unknown(_)))
    }
}

/// An update of an existing user.
pub(super) struct Updated {
    pub(super) prepared: Prepared,
    pub(super) sent: Result<Exchange, Lost>,
    /// Whether any value that the server shows differs.
    pub(super) is_changed: bool,
}

/// What was done for a row.
pub(super) enum RowAction {
    /// The user exists and is left unchanged.
    Nothing,
    /// It is unknown whether the user exists.
    Looked(Result<Exchange, Lost>),
    /// The user was to be added.
    Added(Result<Exchange, Lost>),
    /// The user was to be updated.
    Updated(Box<Updated>),
    /// The row does not fit the user, which was not updated.
    Unusable(Error),
}

/// Parses words into a call.
pub(super) fn call(shell: &mut Shell, args: &[Arg]) -> Result<Call, Error> {
    match shell.parse(args)?.content {
        Content::Call(call) => Ok(call),
        _ => Err(Error::local(
            "internal error: a row did not produce a command; please report this",
        )),
    }
}

impl Task {
    /// Builds the requests of a row.
    pub(super) fn new(
        shell: &mut Shell,
        import: &Import,
        row: &Row,
        number: u64,
    ) -> Result<Self, Error> {
        let args = import.rows.args(row)?;
        let add = call(shell, &args)?;
        let find = finding(&add);
        let add = shell.prepare(add)?;
        let look = match import.existing {
            Existing::Refused => None,
            Existing::Skipped => Some(Lookup::new(shell, &find, None)?),
            // The template is for new users: its password must not be set again.
            Existing::Updated => {
                let own = import.rows.own_args(row)?;
                Some(Lookup::new(shell, &find, Some(own))?)
            }
        };
        Ok(Self {
            number,
            row: row.clone(),
            retry_notes: RetryNotes::default(),
            add,
            look,
        })
    }

    /// All its requests use the authentication of this one.
    pub(super) fn copy_credentials(&mut self, prepared: &Prepared) {
        self.add.copy_credentials(prepared);
        if let Some(look) = &mut self.look {
            look.find.copy_credentials(prepared);
        }
    }

    /// The request that looked for the user.
    pub(super) fn lookup(&self) -> Prepared {
        let look = self.look.as_ref();
        look.map_or_else(|| self.add.clone(), |look| look.find.clone())
    }

    /// Looks the user up if needed, then adds or updates it.
    pub(super) fn work(
        &self,
        link: Link,
        answered: Answered,
    ) -> impl FnOnce() -> RowResult + Send + 'static {
        let (add, look) = (self.add.spec.clone(), self.look.clone());
        let username = self.row.username.clone();
        let notes = self.retry_notes.clone();
        move || {
            let since = Instant::now();
            let send = |spec: &RequestSpec| link.send(spec, &|text| notes.add(text));
            let write = |spec: &RequestSpec| {
                let written = send(spec);
                if let Ok(exchange) = &written {
                    answered.with(exchange.status, Verdict::of(exchange, false));
                }
                written
            };
            let (look, did) = match look {
                None => (None, RowAction::Added(write(&add))),
                Some(look) => {
                    let found = send(&look.find.spec);
                    match found
                        .as_ref()
                        .map(|found| user(found, &username, look.by_name))
                    {
                        Err(_) | Ok(None) => (None, RowAction::Looked(found)),
                        Ok(Some(None)) => (Some(found), RowAction::Added(write(&add))),
                        // A name that cannot be used in a request cannot be looked up.
                        Ok(Some(Some(user))) if !look.can_change(&user) => {
                            (None, RowAction::Looked(found))
                        }
                        Ok(Some(Some(user))) => (Some(found), look.update(&user, write)),
                    }
                }
            };
            let took = since.elapsed();
            RowResult { look, did, took }
        }
    }
}

impl Lookup {
    fn new(shell: &mut Shell, find: &[Arg], own: Option<Vec<Arg>>) -> Result<Self, Error> {
        let find = call(shell, find)?;
        let find = shell.prepare(find)?;
        let update = match own {
            Some(mut args) => {
                UPDATE.clone_into(&mut args[0].text);
                // A name of digits alone would be taken as the id; the real id is not known yet.
                if by_id(shell) {
                    let positions = args.iter().position(|arg| arg.text == "--");
                    args.insert(positions.map_or(1, |at| at + 1), word("0".to_owned()));
                }
                let mut update = call(shell, &args)?;
                let api = shell.session.settings.api;
                request::load(&mut update, api, &mut |_, file| {
                    raw::text_of(file, &mut None)
                })?;
                Some(only_given(update))
            }
            None => None,
        };
        let settings = &shell.session.settings;
        let by_name = find.route().is_some_and(|route| route.path.contains('{'));
        Ok(Self {
            find,
            by_name,
            update,
            base: settings.base_url.clone(),
            api: settings.api,
        })
    }

    /// Updates the user to match the row, unless it matches already or is to be left
    /// unchanged.
    fn update(
        &self,
        user: &Json,
        write: impl FnOnce(&RequestSpec) -> Result<Exchange, Lost>,
    ) -> RowAction {
        let (prepared, is_changed) = match self.change(user) {
            Ok(Some(change)) => change,
            Ok(None) => return RowAction::Nothing,
            Err(error) => return RowAction::Unusable(error),
        };
        let sent = write(&prepared.spec);
        RowAction::Updated(Box::new(Updated {
            prepared,
            sent,
            is_changed,
        }))
    }

    /// Whether the user's id is known, if the update needs it.
    fn can_change(&self, user: &Json) -> bool {
        let by_id = self.update.as_ref().is_some_and(|call| {
            let mut slots = call.slots.iter();
            slots.any(|slot| slot.param.need == Need::LastUserId)
        });
        !by_id || id_of(user).is_some()
    }

    /// The request that updates the user to match the row, if there is anything
    /// to send, and whether it changes a value that the server shows.
    fn change(&self, user: &Json) -> Result<Option<(Prepared, bool)>, Error> {
        let Some(mut call) = self.update.clone() else {
            return Ok(None);
        };
        for slot in &mut call.slots {
            if slot.param.need == Need::LastUserId {
                slot.value = id_of(user).map(Value::Int);
            }
        }
        let Some(route) = call.command.route() else {
            return Ok(None);
        };
        let mut spec = request::build(&call, route, &self.base, self.api.prefix);
        let (seen, unseen) = if route.body.is_some() {
            // Such a server replaces the whole object, so it gets all current values.
            let (row, release) = (call.command, self.api.release);
            let (base, after) = merged(row, user, &call.change, release)?;
            // Fields of a linked object in a row do not belong to the user.
            let own = kept_fields::trimmed(row, &after);
            let changes = kept_fields::changes(row, &base, &own, release);
            spec.body = Some(Body::new(after));
            let secret = changes.iter().filter(|change| change.is_secret()).count();
            (changes.len() > secret, secret > 0)
        } else {
            let Some(body) = spec.body.as_ref() else {
                return Ok(None);
            };
            let body = body.replaced(&mut |_, secret| secret.clone());
            let difference = difference(user, &body, self.api);
            (
                !difference.changed.is_empty(),
                !difference.unseen.is_empty(),
            )
        };
        let spec = spec.proved(self.find.spec.proof).over(&self.find.spec.tls);
        Ok((seen || unseen).then(|| (self.find.with(call, spec), seen)))
    }
}

/// The words of the command that looks up the added user. A value may start
/// with a dash.
fn finding(add: &Call) -> Vec<Arg> {
    let line = add.command.route().map_or("", |route| route.check);
    let mut texts: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let name = word
            .strip_prefix('{')
            .and_then(|word| word.strip_suffix('}'));
        match (name, texts.last_mut()) {
            (Some(name), Some(flag)) if flag.starts_with("--") => {
                flag.push('=');
                flag.push_str(add.text(name));
            }
            (Some(name), _) => texts.push(add.text(name).to_owned()),
            (None, _) => texts.push(word.to_owned()),
        }
    }
    texts.into_iter().map(word).collect()
}

/// An update contains only the row's values and no defaults: other fields stay unchanged.
fn only_given(mut call: Call) -> Call {
    call.slots
        .retain(|slot| slot.from == ValueOrigin::Typed || slot.param.place.in_path());
    call.change = change::shown(&call);
    call
}

fn id_of(user: &Json) -> Option<i64> {
    user.get("id").and_then(Json::as_i64)
}

/// Whether users are changed by their ids.
fn by_id(shell: &Shell) -> bool {
    let api = shell.session.settings.api;
    let row = catalog::find(api, UPDATE);
    row.is_some_and(|row| {
        let mut params = row.params_in(api.release);
        params.any(|param| param.need == Need::LastUserId)
    })
}

/// The user with this name, if found; `None` if the answer does not show it. A
/// server may find `anna` for `Anna`, or ignore the name filter. `by_name` is
/// set for a single-user request.
#[allow(clippy::option_option, reason = "no answer, nobody, somebody")]
fn user(found: &Exchange, name: &str, by_name: bool) -> Option<Option<Json>> {
    let json = tree::parse(&found.body).ok()?;
    let is_it = |user: &Json| user.get("username").and_then(Json::as_str) == Some(name);
    match (found.status, json) {
        (200, Json::Array(users)) if !by_name => Some(users.into_iter().find(is_it)),
        (200, user @ Json::Object(_)) if by_name => Some(Some(user).filter(is_it)),
        (404, Json::Object(_)) if by_name => Some(None),
        _ => None,
    }
}
