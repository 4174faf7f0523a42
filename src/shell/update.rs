//! A change that loses nothing. A PUT replaces the whole object on servers from
//! 2.5.0 on, and lists and maps in it on all others, so what is typed is laid upon what the server has, and all of it is
//! sent. Then it is read again: what the server dropped is told.

use super::{Prepared, Shell};
use crate::catalog::schema::{self, Schema, Type};
use crate::catalog::{self, Command, Group, Method, Release, Remember};
use crate::error::{Error, Fault};
use crate::http::Exchange;
use crate::line::call::Call;
use crate::line::change::{self, Change};
use crate::render::clean;
use crate::render::diff::{self, diff};
use crate::render::trace;
use crate::request::Body;
use crate::session::Answer;
use serde_json::Value as Json;

/// What the server counts by itself, and keeps whatever is sent: it changes
/// while a user works.
const COUNTED: [&str; 8] = [
    "used_quota_size",
    "used_quota_files",
    "used_upload_data_transfer",
    "used_download_data_transfer",
    "last_quota_update",
    "last_login",
    "first_upload",
    "first_download",
];

/// Whether a call changes a part of an object by a request that replaces it.
pub(crate) fn is_change(call: &Call) -> bool {
    let puts = call
        .command
        .route()
        .is_some_and(|route| route.method == Method::Put);
    puts && call.slot("replace").is_some() && !call.is_on("replace")
}

impl Shell {
    /// Changes what is typed, and nothing else.
    pub(super) fn change(&mut self, call: Call) -> Result<(), Error> {
        let mut put = self.prepare(call)?;
        let api = self.session.settings.api;
        let change = change::of(put.call(), Some(api.release)).map_err(|(_, error)| error)?;
        let mut get = read_of(&put)?;
        let before = self.object(&mut get)?;
        let row = put.call().command;
        let (base, after) = laid_upon(row, &before, &change)?;
        keeps_fixed(row, &base, &after).map_err(|error| error.or_at(put.call().span.clone()))?;
        let changes = diff(&base, &after);
        if changes.is_empty() && put.spec.url.query().is_none() {
            self.remark("nothing is sent: the server has it so already\n");
            // The last answer is that of the read, not one of an earlier command.
            let body = before.to_string().into_bytes();
            let json = Some(before);
            self.session.keep(200, Answer { body, json });
            return Ok(());
        }
        if self.terminal.is_some() {
            for change in &changes {
                self.say(&format!("  {change}\n"));
            }
            self.agreed(&format!(
                "{}: {}",
                put.call().command.name,
                counted(changes.len())
            ))?;
            // Someone may have been quicker while it was read.
            let now = self.object(&mut get)?;
            if settled(row, &now) != settled(row, &before) {
                return Err(Error::typed(
                    "it was changed by someone else meanwhile; nothing was sent",
                )
                .hint("look at it again, and say again what is to change"));
            }
        }
        put.spec.body = Some(Body::new(after.clone()));
        put.prove(self.authorize()?);
        self.echo(&put.spec)?;
        let sent = self.send(&put);
        let sent = self.with_new_token(&mut put, sent)?;
        self.read(&put, sent)?;
        self.look_again(&mut get, row, &after, &changes);
        self.look_for_connections(&put);
        Ok(())
    }

    /// The object as the server has it.
    fn object(&mut self, get: &mut Prepared) -> Result<Json, Error> {
        let exchange = self.asked(get).map_err(unchanged)?;
        let json: Option<Json> = serde_json::from_slice(&exchange.body).ok();
        match json {
            Some(json @ Json::Object(_)) if exchange.status == 200 => {
                self.trace(get, &exchange);
                Ok(json)
            }
            _ => {
                // Its refusal is shown as that of any other command.
                self.read(get, Ok(exchange)).map_err(unchanged)?;
                Err(Error::new(
                    Fault::NoAnswer,
                    "what the server has is no object; nothing was changed",
                ))
            }
        }
    }

    fn asked(&mut self, get: &mut Prepared) -> Result<Exchange, Error> {
        // The token may have been fetched anew meanwhile.
        get.prove(self.authorize()?);
        let sent = self.send(get);
        let sent = self.with_new_token(get, sent)?;
        let exchange = sent.map_err(|lost| self.explained(lost, &get.spec))?;
        self.fit(&exchange);
        Ok(exchange)
    }

    fn trace(&self, get: &Prepared, exchange: &Exchange) {
        if self.session.settings.debug {
            self.say(&trace::answered(&get.spec, exchange));
        }
    }

    /// Reads the object again, and tells what of the change is not there.
    fn look_again(
        &mut self,
        get: &mut Prepared,
        row: &Command,
        after: &Json,
        changes: &[diff::Change],
    ) {
        let answer = self.asked(get).ok().filter(|answer| answer.status == 200);
        let there = answer.and_then(|answer| {
            self.trace(get, &answer);
            serde_json::from_slice::<Json>(&answer.body).ok()
        });
        let Some(mut there) = there.filter(Json::is_object) else {
            self.say("warning: it was changed, but could not be read again\n");
            return;
        };
        let release = self.session.settings.api.release;
        let mine = |other: &diff::Change| {
            !other.is_secret()
                && (other.after.is_some() || is_shown(row, &other.path, release))
                && !holds(other.before.as_ref(), other.after.as_ref())
                && changes.iter().any(|change| is_about(other, change))
        };
        trim(row, &mut there);
        for other in diff(after, &there).iter().filter(|other| mine(other)) {
            let how = if other.after.is_none() {
                "dropped"
            } else {
                "changed"
            };
            self.say(&format!("warning: the server {how} {other}\n"));
        }
    }

    /// Live connections keep the settings that they began with.
    fn look_for_connections(&mut self, put: &Prepared) {
        let of_user = put.call().command.group == Group::Users;
        let disconnects = put.spec.url.query().is_some();
        if self.terminal.is_none() || !of_user || disconnects {
            return;
        }
        let api = self.session.settings.api;
        let row = catalog::commands(api).find(|command| {
            let remember = command.route().map(|route| route.remember);
            remember == Some(Remember::Connections)
        });
        let Some(path) = row.and_then(|row| row.route()).map(|route| route.path) else {
            return;
        };
        let Ok(spec) = self.own_request(path.trim_start_matches('/')) else {
            return;
        };
        let headers = self.session.auth.headers(self.proof());
        let Ok(exchange) = self.ask_server(&spec, headers) else {
            return;
        };
        let list: Json = serde_json::from_slice(&exchange.body).unwrap_or_default();
        let name = put.call().text("username");
        let is_theirs = |one: &&Json| one.get("username").and_then(Json::as_str) == Some(name);
        let live = list
            .as_array()
            .map_or(0, |all| all.iter().filter(is_theirs).count());
        if live > 0 {
            self.say(&format!(
                "{live} live connection{} of this user still {} the old settings: `--disconnect` ends them\n",
                if live == 1 { "" } else { "s" },
                if live == 1 { "has" } else { "have" },
            ));
        }
    }
}

/// What the server has, as it is to be sent, without and with a change.
pub(crate) fn laid_upon(
    row: &Command,
    before: &Json,
    change: &Change,
) -> Result<(Json, Json), Error> {
    // Trimmed first, so that the change may name any member.
    let mut base = before.clone();
    trim(row, &mut base);
    let mut after = base.clone();
    change.apply(&mut after)?;
    Ok((base, after))
}

/// What the body of a row is.
fn body_of(row: &Command) -> Option<&'static Schema> {
    match Type::read(row.route()?.body?) {
        Type::Object(name) => schema::schema(name),
        _ => None,
    }
}

/// Takes away what belongs to other objects that this one names: the server has
/// it, and before 2.6.0 it would change them by it.
fn trim(row: &Command, object: &mut Json) {
    for (list, linked) in body_of(row).into_iter().flat_map(Schema::links) {
        let items = object.get_mut(list).and_then(Json::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Json::as_object_mut) {
            item.retain(|key, _| !linked.own(key).is_some_and(|field| field.linked));
        }
    }
}

/// Whether a release shows what is at a path of the object, if there is something.
fn is_shown(row: &Command, path: &str, release: Release) -> bool {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let field = body_of(row).and_then(|body| body.own(name));
    let unshown = field.and_then(|field| field.unshown);
    !unshown.is_some_and(|span| span.holds(release))
}

/// What cannot be changed must be as it is: another object may be meant.
fn keeps_fixed(row: &Command, before: &Json, after: &Json) -> Result<(), Error> {
    let fields = body_of(row).map_or(&[][..], |body| body.fields.as_slice());
    let differs = |name: &str| after.get(name).is_some() && before.get(name) != after.get(name);
    let Some(field) = fields
        .iter()
        .find(|field| field.fixed && differs(field.name))
    else {
        return Ok(());
    };
    let shown = |json: &Json| {
        json.get(field.name)
            .map_or_else(String::new, Json::to_string)
    };
    Err(Error::typed(format!(
        "the server has {} as `{}`, not {}, and keeps it; nothing was sent",
        clean::line(&shown(before)),
        field.name,
        clean::line(&shown(after)),
    ))
    .hint(row.hint_of(404)))
}

/// An object without what changes by itself.
fn settled(row: &Command, object: &Json) -> Json {
    let mut object = object.clone();
    trim(row, &mut object);
    if let Some(members) = object.as_object_mut() {
        members.retain(|key, _| !COUNTED.contains(&key.as_str()));
    }
    object
}

/// Whether a difference between what was sent and what is there is about what was changed:
/// it is that, or a part of it that was sent, or what it is a part of.
fn is_about(other: &diff::Change, change: &diff::Change) -> bool {
    let below = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    other.path == change.path
        || (below(&other.path, &change.path) && other.before.is_some())
        || below(&change.path, &other.path)
}

/// Whether what was sent is there. The server may add members; and what is
/// empty may as well be left out.
fn holds(sent: Option<&Json>, there: Option<&Json>) -> bool {
    match (sent, there) {
        (Some(Json::Object(sent)), Some(Json::Object(there))) => {
            let mut members = sent.iter();
            members.all(|(key, value)| {
                catalog::is_secret_key(key) || holds(Some(value), there.get(key))
            })
        }
        (Some(Json::Array(sent)), Some(Json::Array(there))) => {
            let mut pairs = sent.iter().zip(there);
            sent.len() == there.len() && pairs.all(|(sent, there)| holds(Some(sent), Some(there)))
        }
        _ => sent == there || (is_nothing(sent) && is_nothing(there)),
    }
}

/// Whether a value is as if nothing were there.
fn is_nothing(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => true,
        Some(Json::Number(number)) => number.as_f64() == Some(0.0),
        Some(Json::String(text)) => text.is_empty(),
        Some(Json::Array(items)) => items.is_empty(),
        Some(Json::Object(members)) => members.values().all(|value| is_nothing(Some(value))),
        Some(Json::Bool(on)) => !on,
    }
}

/// The error of a read after which nothing was sent.
fn unchanged(error: Error) -> Error {
    Error {
        message: format!("{}; nothing was changed", error.message),
        ..error
    }
}

fn counted(changes: usize) -> String {
    match changes {
        1 => "one change".to_owned(),
        changes => format!("{changes} changes"),
    }
}

/// The request that reads what another one replaces.
fn read_of(put: &Prepared) -> Result<Prepared, Error> {
    let call = put.call();
    let path = call.command.route().map_or("", |route| route.path);
    let row = catalog::every().find(|row| {
        let reads = |route: &catalog::Route| route.method == Method::Get && route.path == path;
        row.span.meets(call.command.span) && row.route().is_some_and(reads)
    });
    let row = row.ok_or_else(|| {
        Error::typed(format!(
            "`{}` cannot be read before it is changed",
            call.command.name
        ))
        .hint("`--replace` sends what is given and nothing else")
        .at(call.span.clone())
    })?;
    let mut spec = put.spec.clone();
    spec.method = Method::Get;
    spec.url.set_query(None);
    spec.body = None;
    spec.command = Some(row);
    spec.check = String::new();
    let mut slots = call.slots.clone();
    slots.retain(|slot| slot.param.place.in_path());
    let call = Call {
        command: row,
        slots,
        rest: Vec::new(),
        span: call.span.clone(),
    };
    Ok(put.with(call, spec))
}
