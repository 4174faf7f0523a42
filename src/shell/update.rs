//! Updates without loss. A PUT request replaces the whole object on servers from
//! 2.5.0 on, and lists and maps in it on all others, so the typed fields are merged
//! into the server's object, and the whole is sent. Then it is read back, to report
//! what the server dropped.

use super::preview::echo;
use super::screen::Screen;
use super::{Prepared, Shell};
use crate::body::change::BodyChange;
use crate::body::diff::{self, diff};
use crate::body::kept_fields;
use crate::catalog::schema::{self, FieldRef, Type};
use crate::catalog::{self, Clock, Command, Method, Release, Remember, Route, Unnamed};
use crate::error::{Error, Fault};
use crate::http::{Exchange, tree};
use crate::line::call::Call;
use crate::request::{Body, RequestSpec};
use crate::session::Answer;
use crate::session::undo::{Change, LastWrite};
use crate::text::clean;
use serde_json::Value as Json;
use std::sync::Arc;

impl Shell {
    /// Changes only the typed fields.
    pub(super) fn change(&mut self, call: Call) -> Result<(), Error> {
        let put = self.prepare(call)?;
        let change = put.call().change.clone();
        let row = put.call().command;
        self.replace(put, |_, base| changed(row, base, &change).map(Some))
    }

    /// Replaces an object by the result of `make`; if that is
    /// `None`, nothing is sent.
    pub(super) fn replace(
        &mut self,
        mut put: Prepared,
        make: impl FnOnce(&mut Self, &Json) -> Result<Option<Json>, Error>,
    ) -> Result<(), Error> {
        let mut get = read_of(&put)?;
        let before = self.object(&mut get)?;
        // It decides which fields the request must name.
        self.learn_release()?;
        let row = put.call().command;
        let base = kept_fields::trimmed(row, &before);
        let mut after = make(self, &base)?;
        let release = self.session.settings.api.release;
        if let Some(after) = &mut after {
            completed(row, &base, after, release)
                .map_err(|error| error.or_at(put.call().span.clone()))?;
        }
        let compared =
            after.map(|after| (kept_fields::changes(row, &base, &after, release), after));
        let (changes, after) = match compared {
            Some((changes, after)) if !changes.is_empty() || put.spec.url.query().is_some() => {
                (changes, after)
            }
            compared => {
                let why = if compared.is_none() {
                    "nothing was changed".to_owned()
                } else if let Some(path) = kept_when_empty(&put) {
                    format!("an empty `{path}` changes nothing; the server keeps the old one")
                } else {
                    "the server already has these values".to_owned()
                };
                self.screen().remark(&format!("nothing was sent: {why}\n"));
                self.keep_read(&get, before);
                return Ok(());
            }
        };
        if self.asker.is_interactive() {
            show(self.screen(), row, &changes, release);
            self.confirm_change(&put, &changes)?;
            self.still_is(&mut get, row, &before)?;
        }
        put.spec.body = Some(Body::new(after.clone()));
        put.prove(self.authorize()?);
        echo(self, &put.spec)?;
        let sent = self.send_authorized(&mut put)?;
        self.read(&put, sent)?;
        let there = self.look_again(&mut get, row, &after, &changes);
        self.note_change(&get, base, there.as_ref(), &changes);
        self.look_for_connections(&put, &after);
        Ok(())
    }

    /// Notes what was changed, so that it can be undone.
    fn note_change(
        &mut self,
        get: &Prepared,
        before: Json,
        there: Option<&Json>,
        changes: &[diff::FieldDiff],
    ) {
        let Some(there) = there else { return };
        let row = get.call().command;
        let paths = |all: &mut dyn Iterator<Item = &diff::FieldDiff>| -> Vec<String> {
            all.map(|change| change.path.clone()).collect()
        };
        self.session.last_write = LastWrite::Change(Box::new(Change {
            call: get.call().clone(),
            after: kept_fields::trimmed(row, there),
            before,
            changed: paths(&mut changes.iter()),
            secrets: paths(&mut changes.iter().filter(|change| change.is_secret())),
        }));
    }

    /// The last answer is now that of the read, not one of an earlier command.
    fn keep_read(&mut self, get: &Prepared, object: Json) {
        let body = object.to_string().into_bytes();
        let json = Some(object);
        let kind = get.route().and_then(Route::answer_type);
        self.session.keep(200, Answer { body, json, kind });
    }

    fn confirm_change(&mut self, put: &Prepared, changes: &[diff::FieldDiff]) -> Result<(), Error> {
        let (name, whom) = (put.call().command.name, put.call().left_out_name());
        let what = format!("{name}{whom}: {}", counted(changes.len()));
        self.asker.confirm(&what, &self.session.settings)
    }

    /// Checks that nobody else has changed the object while the user was reading.
    fn still_is(&mut self, get: &mut Prepared, row: &Command, before: &Json) -> Result<(), Error> {
        let now = self.object(get)?;
        if normalized(row, &now) == normalized(row, before) {
            return Ok(());
        }
        Err(
            Error::typed("someone else has changed it in the meantime; nothing was sent")
                .hint("look at it again and repeat the change"),
        )
    }

    /// Reads the object from the server.
    pub(super) fn object(&mut self, get: &mut Prepared) -> Result<Json, Error> {
        let exchange = self.asked(get).map_err(Error::unchanged)?;
        let json = tree::parse(&exchange.body).ok();
        match json {
            Some(json @ Json::Object(_)) if exchange.status == 200 => {
                self.trace(&get.spec, Some(&exchange));
                let len = exchange.body.len();
                self.session.kept.sent.add_read(&get.spec, &json, len);
                Ok(json)
            }
            _ => {
                // A rejection is shown like that of any other command.
                self.read(get, Ok(exchange)).map_err(Error::unchanged)?;
                Err(Error::new(
                    Fault::NoAnswer,
                    "the server's answer is not a JSON object; nothing was changed",
                ))
            }
        }
    }

    fn asked(&mut self, get: &mut Prepared) -> Result<Exchange, Error> {
        // The token may have been renewed meanwhile.
        get.prove(self.authorize()?);
        let sent = self.send_authorized(get)?;
        let exchange = sent.map_err(|lost| self.session.explained(lost, &get.spec))?;
        self.detect_release(&exchange);
        Ok(exchange)
    }

    /// Reads the object back, and reports which changes are missing.
    fn look_again(
        &mut self,
        get: &mut Prepared,
        row: &Command,
        after: &Json,
        changes: &[diff::FieldDiff],
    ) -> Option<Json> {
        let answer = self.asked(get).ok().filter(|answer| answer.status == 200);
        let there = answer.and_then(|answer| {
            self.trace(&get.spec, Some(&answer));
            tree::parse(&answer.body).ok()
        });
        let Some(there) = there.filter(Json::is_object) else {
            self.screen()
                .say("warning: the change was sent, but the result could not be read back\n");
            return None;
        };
        let release = self.session.settings.api.release;
        for warning in stored_differently(row, release, after, &there, changes) {
            self.screen().say(&format!("warning: {warning}\n"));
        }
        Some(there)
    }

    /// Live connections keep the settings they started with.
    fn look_for_connections(&mut self, put: &Prepared, object: &Json) {
        let may_disconnect = put.call().slot("disconnect").is_some();
        let says_whether = put.spec.url.query().is_some();
        if !self.asker.is_interactive() || !may_disconnect || says_whether {
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
        let Ok(spec) = self.session.own_request(path.trim_start_matches('/')) else {
            return;
        };
        let headers = self.session.auth.headers(self.session.proof());
        let Ok(exchange) = self.ask_server(&spec, headers) else {
            return;
        };
        let list = tree::parse(&exchange.body).unwrap_or_default();
        let name = object.get("username").filter(|name| name.is_string());
        let is_theirs = |one: &&Json| name.is_some() && one.get("username") == name;
        let live = list
            .as_array()
            .map_or(0, |all| all.iter().filter(is_theirs).count());
        if live > 0 {
            self.screen().say(&format!(
                "{live} live connection{} of this user still {} the old settings; `--disconnect` closes them\n",
                if live == 1 { "" } else { "s" },
                if live == 1 { "uses" } else { "use" },
            ));
        }
    }
}

/// The object as it is sent with a change, and where that differs.
pub(super) fn replacement(
    row: &Command,
    before: &Json,
    change: &BodyChange,
    release: Release,
) -> Result<(Json, Vec<diff::FieldDiff>), Error> {
    let base = kept_fields::trimmed(row, before);
    let mut after = changed(row, &base, change)?;
    completed(row, &base, &mut after, release)?;
    let changes = kept_fields::changes(row, &base, &after, release);
    Ok((after, changes))
}

/// Completes an object that is to be sent, and checks that the server would accept it as
/// the same object.
fn completed(row: &Command, base: &Json, after: &mut Json, release: Release) -> Result<(), Error> {
    kept_fields::complete(row, base, after, release);
    kept_fields::keeps_fixed(row, base, after)?;
    kept_fields::keeps_sealed(row, base, after)
}

/// Shows the changes before sending them.
pub(super) fn show(
    screen: Screen<'_>,
    row: &Command,
    changes: &[diff::FieldDiff],
    release: Release,
) {
    let clears = row.unnamed(release) == Unnamed::Cleared;
    let (body, clock) = (kept_fields::type_of(row), Clock::system());
    for change in changes {
        screen.say(&format!("  {}\n", change.in_words(&body, &clock)));
    }
    // Fields can be omitted only in an editor.
    if changes.iter().any(|change| change.after.is_none()) {
        screen.say(if clears {
            "  fields shown as (none) are omitted, so the server clears them\n"
        } else {
            "  fields shown as (none) are omitted; servers before 2.5.0 keep most of them, and an empty value clears them\n"
        });
    }
}

/// What the server stored differently from what was sent, as warnings.
pub(super) fn stored_differently(
    row: &Command,
    release: Release,
    after: &Json,
    there: &Json,
    changes: &[diff::FieldDiff],
) -> Vec<String> {
    let mut said: Vec<String> = kept_secrets(after, there, changes)
        .map(|path| {
            let path = clean::line(path);
            format!("the server kept the secret `{path}`: fields that need it may have to be cleared too")
        })
        .collect();
    let mine = |other: &diff::FieldDiff| {
        !other.is_secret()
            && (other.after.is_some() || kept_fields::is_shown(row, &other.path, release))
            && !holds(other.before.as_ref(), other.after.as_ref())
            && changes.iter().any(|change| is_about(other, change))
    };
    // What the server does to other fields: a total limit clears the two limits for each way.
    let also = |other: &diff::FieldDiff| {
        !other.is_secret()
            && kept_fields::is_writable(row, &other.path)
            && other.before.is_some()
            && other.after.is_some()
            && !holds(other.before.as_ref(), other.after.as_ref())
    };
    let sent = kept_fields::in_order(after);
    let there = kept_fields::in_order(&kept_fields::trimmed(row, there));
    let (body, clock) = (kept_fields::type_of(row), Clock::system());
    for other in &diff(&sent, &there) {
        let how = match other.after {
            None if mine(other) => "dropped",
            Some(_) if mine(other) => "changed",
            _ if also(other) => "also changed",
            _ => continue,
        };
        let other = other.in_words(&body, &clock);
        said.push(format!("the server {how} {other}"));
    }
    said
}

/// The secrets that were cleared and are still there.
fn kept_secrets<'a>(
    after: &Json,
    there: &Json,
    changes: &'a [diff::FieldDiff],
) -> impl Iterator<Item = &'a str> {
    let cleared = |change: &&diff::FieldDiff| {
        change.is_secret() && kept_fields::is_nothing(change.after.as_ref())
    };
    let left: Vec<String> = diff(after, there)
        .into_iter()
        .filter(|other| !kept_fields::is_nothing(other.after.as_ref()))
        .map(|other| other.path)
        .collect();
    let paths = changes.iter().filter(cleared).map(|change| &*change.path);
    paths.filter(move |path| left.iter().any(|kept| kept == path))
}

/// The server's object as it would be sent, without and with a change.
pub(crate) fn merged(
    row: &Command,
    before: &Json,
    change: &BodyChange,
    release: Release,
) -> Result<(Json, Json), Error> {
    let base = kept_fields::trimmed(row, before);
    let mut after = changed(row, &base, change)?;
    kept_fields::complete(row, &base, &mut after, release);
    Ok((base, after))
}

/// The object with a change, if no item is new that lacks a required member.
fn changed(row: &Command, base: &Json, change: &BodyChange) -> Result<Json, Error> {
    let mut after = base.clone();
    change.apply(&mut after)?;
    let body = row.route().and_then(|route| route.body).map(Type::read);
    let missing =
        body.and_then(|body| schema::newly_missing(&FieldRef::root(&body), Some(base), &after));
    missing.map_or(Ok(after), |missing| Err(missing.error()))
}

/// An object without the fields that change by themselves.
fn normalized(row: &Command, object: &Json) -> Json {
    let mut object = kept_fields::trimmed(row, object);
    if let Some(members) = object.as_object_mut() {
        members.retain(|key, _| !catalog::SERVER_COUNTED_FIELDS.contains(&key.as_str()));
    }
    object
}

/// Whether a difference between the sent and the stored object concerns a changed field:
/// the field itself, a part of it that was sent, or its parent.
fn is_about(other: &diff::FieldDiff, change: &diff::FieldDiff) -> bool {
    let below = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    other.path == change.path
        || (below(&other.path, &change.path) && other.before.is_some())
        || below(&change.path, &other.path)
}

/// Whether a sent value was stored. The server may add members, and may omit
/// empty ones.
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
        _ => sent == there || (kept_fields::is_nothing(sent) && kept_fields::is_nothing(there)),
    }
}

/// The secret of a change that is the empty text: the server never shows it, and an empty
/// one leaves it as it is.
fn kept_when_empty(put: &Prepared) -> Option<&schema::Path> {
    let mut fields = put.call().change.set.iter();
    let is_it = |(path, value): &&(schema::Path, Json)| {
        let is_secret = schema::is_secret(&path.to_string()) == Some(true);
        path.0.len() == 1 && is_secret && value.as_str() == Some("")
    };
    fields.find(is_it).map(|(path, _)| path)
}

fn counted(changes: usize) -> String {
    match changes {
        1 => "one change".to_owned(),
        changes => format!("{changes} changes"),
    }
}

/// The request that reads the object which another one replaces.
pub(super) fn read_of(put: &Prepared) -> Result<Prepared, Error> {
    let call = put.call();
    let row = call.command.reader().ok_or_else(|| {
        Error::typed(format!(
            "`{}` cannot be read before it is changed",
            call.command.name
        ))
        .hint("`--replace` sends only the given fields")
        .at(call.span.clone())
    })?;
    let spec = reading(put.spec.clone(), row);
    let mut slots = call.slots.clone();
    slots.retain(|slot| slot.param.place.in_path());
    // Its errors are reported for the command that was typed.
    let call = Call {
        command: call.command,
        slots,
        change: BodyChange::default(),
        view: Arc::default(),
        more: Vec::new(),
        rest: Vec::new(),
        span: call.span.clone(),
    };
    Ok(put.with(call, spec))
}

/// The request by which `row` reads the object of another request.
pub(super) fn reading(mut spec: RequestSpec, row: &'static Command) -> RequestSpec {
    spec.method = Method::Get;
    spec.url.set_query(None);
    spec.body = None;
    spec.command = Some(row);
    spec.check = String::new();
    spec
}
