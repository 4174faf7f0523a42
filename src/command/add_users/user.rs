//! One row: what it asks for, and the work of it on a thread of its own.

use super::rows::{Existing, Wanted};
use crate::bulk::{Row, UPDATE, difference};
use crate::catalog::{Api, Need, Value};
use crate::error::Error;
use crate::http::{Exchange, Link, Lost};
use crate::line;
use crate::line::call::{Call, From, What};
use crate::line::variables::Arg;
use crate::progress::Answered;
use crate::request;
use crate::shell::{Prepared, Shell};
use serde_json::Value as Json;
use std::cell::RefCell;
use url::Url;

/// A row under way.
pub(super) struct Task {
    /// Its number among all that are under way.
    pub(super) number: u64,
    /// The row.
    pub(super) row: Row,
    /// The request that adds the user.
    pub(super) add: Prepared,
    /// The request that looks for it, and what is then done, if it is looked for.
    look: Option<Look>,
}

#[derive(Clone)]
struct Look {
    find: Prepared,
    /// The change of the user, its id still to come; none if it stays as it is.
    update: Option<Call>,
    base: Url,
    api: &'static Api,
}

/// An answer, and what there is to tell of new tries.
pub(super) struct Sent {
    pub(super) sent: Result<Exchange, Lost>,
    pub(super) told: String,
}

/// What was done for a row.
pub(super) enum Did {
    /// The user is there, and is to stay as it is.
    Nothing,
    /// Whether it is there could not be found out.
    Looked(Sent),
    /// It was to be added.
    Added(Sent),
    /// It was to be changed, by this request.
    Updated(Box<Prepared>, Sent),
}

/// The call that words make.
pub(super) fn call(shell: &mut Shell, args: &[Arg]) -> Result<Call, Error> {
    match shell.parse(args)?.what {
        What::Call(call) => Ok(call),
        _ => Err(Error::local("a row made no command, which is a bug")),
    }
}

impl Task {
    /// What a row asks for.
    pub(super) fn new(
        shell: &mut Shell,
        wanted: &Wanted,
        row: &Row,
        number: u64,
    ) -> Result<Self, Error> {
        let args = wanted.rows.args(row)?;
        let add = call(shell, &args)?;
        let add = shell.prepare(add)?;
        let look = match wanted.existing {
            Existing::Refused => None,
            existing => Some(Look::new(shell, &add, args, existing)?),
        };
        Ok(Self {
            number,
            row: row.clone(),
            add,
            look,
        })
    }

    /// The request that looked for the user.
    pub(super) fn look(&self) -> Prepared {
        let look = self.look.as_ref();
        look.map_or_else(|| self.add.clone(), |look| look.find.clone())
    }

    /// The work: looks whether the user is there, if it is to; then adds or changes it.
    pub(super) fn work(
        &self,
        link: Link,
        answered: Answered,
    ) -> impl FnOnce() -> Did + Send + 'static {
        let (add, look) = (self.add.spec.clone(), self.look.clone());
        move || {
            let told = RefCell::new(String::new());
            let tell = |text: &str| told.borrow_mut().push_str(text);
            let sent = |sent: Result<Exchange, Lost>| {
                if let Ok(exchange) = &sent {
                    answered.with(exchange.status);
                }
                Sent {
                    sent,
                    told: told.take(),
                }
            };
            if let Some(look) = look {
                let found = link.send(&look.find.spec, &tell);
                let Ok(Some(user)) = found.as_ref().map(one_user) else {
                    return Did::Looked(sent(found));
                };
                if let Some(user) = user {
                    return match look.update(&user) {
                        Some(update) => {
                            let answer = sent(link.send(&update.spec, &tell));
                            Did::Updated(Box::new(update), answer)
                        }
                        None => Did::Nothing,
                    };
                }
            }
            Did::Added(sent(link.send(&add, &tell)))
        }
    }
}

impl Look {
    fn new(
        shell: &mut Shell,
        add: &Prepared,
        mut args: Vec<Arg>,
        existing: Existing,
    ) -> Result<Self, Error> {
        // The line that shows whether a user was added is the one that finds it.
        let find: Vec<Arg> = line::split(&add.spec.check)?
            .iter()
            .flatten()
            .map(Arg::from)
            .collect();
        let find = call(shell, &find)?;
        let find = shell.prepare(find)?;
        let update = if existing == Existing::Updated {
            UPDATE.clone_into(&mut args[0].text);
            Some(only_given(call(shell, &args)?))
        } else {
            None
        };
        let settings = &shell.session.settings;
        Ok(Self {
            find,
            update,
            base: settings.base_url.clone(),
            api: settings.api,
        })
    }

    /// The request that makes the user as the row has it; none if it is so, or to stay.
    fn update(&self, user: &Json) -> Option<Prepared> {
        let mut call = self.update.clone()?;
        let id = user.get("id").and_then(Json::as_i64)?;
        for slot in &mut call.slots {
            if slot.param.need == Need::LastUserId {
                slot.value = Some(Value::Int(id));
            }
        }
        let route = call.command.route()?;
        let spec = request::build(&call, route, &self.base, self.api.prefix);
        let body = spec
            .body
            .as_ref()?
            .replaced(&mut |_, secret| secret.clone());
        let differs = !difference(user, &body, self.api).is_none();
        differs.then(|| self.find.with(call, spec))
    }
}

/// A change names what the row has, and no defaults: what is left out stays.
fn only_given(mut call: Call) -> Call {
    call.slots
        .retain(|slot| slot.from == From::Typed || slot.param.place.in_path());
    call
}

/// The user that was found, if one was; none if the answer is no list of users.
#[allow(clippy::option_option, reason = "no answer, nobody, somebody")]
fn one_user(exchange: &Exchange) -> Option<Option<Json>> {
    let json: Json = serde_json::from_slice(&exchange.body).ok()?;
    let users = json.as_array().filter(|_| exchange.status == 200)?;
    Some(users.first().cloned())
}
