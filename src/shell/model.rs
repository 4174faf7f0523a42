//! A new object after the model of another one: that is read, what is typed is
//! laid upon it, and all of it is added under the new name.

use super::kept;
use super::{Prepared, Shell};
use crate::catalog::model::{ITS_OWN, MODEL, PLACES, without_servers};
use crate::catalog::schema::{self, Type};
use crate::catalog::{self, Method, Place, is_envelope};
use crate::error::Error;
use crate::line::call::{Call, Slot};
use crate::line::change;
use crate::render::clean;
use crate::request::Body;
use serde_json::{Map, Value as Json};

/// Whether a call adds an object after the model of another one.
pub(crate) fn has_model(call: &Call) -> bool {
    let is_model = |slot: &Slot| slot.param.name == MODEL && slot.param.place == Place::Shell;
    call.command.route().is_some() && call.slots.iter().any(is_model)
}

impl Shell {
    /// Adds what is typed, and all else as the model has it.
    pub(super) fn add_like(&mut self, call: Call) -> Result<(), Error> {
        let model = call.text(MODEL).to_owned();
        let mut post = self.prepare(call)?;
        let release = self.session.settings.api.release;
        let change = change::of(post.call(), Some(release)).map_err(|(_, error)| error)?;
        let get = self.part_call(&[reading(&post)?], &[&model])?;
        let mut get = self.prepare(get)?;
        let before = self.object(&mut get)?;
        let named = new_name(&post);
        let (mut after, left) = like(post.call().command, &before, &model, &named);
        change.apply(&mut after)?;
        self.missing_secrets(&mut after, &model)?;
        self.tell_of_model(&before, &after, &left, &model);
        post.spec.body = Some(Body::new(after));
        post.prove(self.authorize()?);
        self.echo(&post.spec)?;
        let sent = self.send(&post);
        let sent = self.with_new_token(&mut post, sent)?;
        self.read(&post, sent)
    }

    /// Asks for the secrets that cannot be taken over: the server encrypts each
    /// with the name of its object (`GetEncryptionAdditionalData`).
    fn missing_secrets(&mut self, after: &mut Json, model: &str) -> Result<(), Error> {
        let mut missing = Vec::new();
        envelopes(after, "", &mut missing);
        if !missing.is_empty() && !self.asks {
            let model = clean::line(model);
            let names: Vec<String> = missing.iter().map(|path| format!("`{path}`")).collect();
            let first = &missing[0];
            return Err(Error::typed(format!(
                "{} of `{model}` cannot be taken over: the server has encrypted it for that one alone; nothing was added",
                names.join(", ")
            ))
            .hint(format!("give it: `--set {first}=@FILE`, or `--set {first}=null` to leave it out")));
        }
        for path in missing {
            let secret = self.ask_secret(&path)?;
            let pointer = format!("/{}", path.replace('.', "/"));
            if let Some(place) = after.pointer_mut(&pointer) {
                *place = schema::envelope(&secret);
            }
        }
        Ok(())
    }

    fn tell_of_model(&self, before: &Json, after: &Json, left: &[&str], model: &str) {
        let model = clean::line(model);
        let typed = |path: &&&str| at(after, path).is_none_or(is_empty);
        let left: Vec<String> = left
            .iter()
            .filter(typed)
            .map(|path| format!("`{path}`"))
            .collect();
        if !left.is_empty() {
            self.remark(&format!(
                "not taken over from `{model}`: {}\n",
                left.join(", ")
            ));
        }
        let is_local = |user: &Json| at(user, "filesystem.provider").is_none_or(is_empty);
        let places = if is_local(after) {
            &PLACES[..1]
        } else {
            &PLACES[1..]
        };
        for path in places {
            let (theirs, ours) = (at(before, path), at(after, path));
            if let Some(place) = ours.filter(|ours| theirs == Some(ours) && !is_empty(ours)) {
                self.say(&format!(
                    "warning: both have `{path}` {}: they see the same files\n",
                    clean::line(&place.to_string())
                ));
            }
        }
    }
}

/// The command that reads the model: its path is that of the list, and a name.
fn reading(post: &Prepared) -> Result<&'static str, Error> {
    let command = post.call().command;
    let all = command.route().map_or("", |route| route.path);
    let is_it = |row: &&catalog::Command| {
        row.span.meets(command.span)
            && row.route().is_some_and(|route| {
                let one = route.path.strip_prefix(all);
                let is_one = one.is_some_and(|one| one.starts_with("/{") && one.ends_with('}'));
                route.method == Method::Get && is_one && route.path.matches('{').count() == 1
            })
    };
    let row = catalog::every().find(is_it);
    row.map(|row| row.name)
        .ok_or_else(|| Error::local("there is no way to read the model, which is a bug"))
}

/// The name of the new one: what goes by position but the model.
fn new_name(post: &Prepared) -> String {
    let slots = &post.call().slots;
    let mut named = slots
        .iter()
        .filter(|slot| slot.param.need == catalog::Need::Required && slot.param.name != MODEL);
    let value = named.next().and_then(|slot| slot.value.as_ref());
    value.map(catalog::Value::to_word).unwrap_or_default()
}

/// The model as it is taken over under another name, and what is left out of it.
fn like(row: &catalog::Command, model: &Json, from: &str, to: &str) -> (Json, Vec<&'static str>) {
    let mut user = kept::trimmed(row, model);
    without_servers(&mut user, &Type::read(">User"));
    let mut left = Vec::new();
    for path in ITS_OWN {
        if take(&mut user, path).is_some_and(|value| !is_empty(&value)) {
            left.push(*path);
        }
    }
    for path in PLACES {
        if let Some(Json::String(place)) = at_mut(&mut user, path) {
            *place = renamed(place, from, to);
        }
    }
    (user, left)
}

/// A path in which each part that is one name is another one.
fn renamed(path: &str, from: &str, to: &str) -> String {
    let part = |part| if part == from { to } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn at<'a>(object: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.')
        .try_fold(object, |object, key| object.get(key))
}

fn at_mut<'a>(object: &'a mut Json, path: &str) -> Option<&'a mut Json> {
    path.split('.')
        .try_fold(object, |object, key| object.get_mut(key))
}

fn take(object: &mut Json, path: &str) -> Option<Json> {
    let (parent, key) = match path.rsplit_once('.') {
        Some((parent, key)) => (at_mut(object, parent)?, key),
        None => (object, path),
    };
    parent.as_object_mut()?.shift_remove(key)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(_) => false,
    }
}

/// The paths of the secrets that hold something that only the server can read.
fn envelopes(value: &Json, path: &str, into: &mut Vec<String>) {
    let Json::Object(members) = value else { return };
    for (key, value) in members {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Json::Object(inside) if is_envelope(key) => {
                if is_encrypted(inside) {
                    into.push(path);
                }
            }
            _ => envelopes(value, &path, into),
        }
    }
}

fn is_encrypted(envelope: &Map<String, Json>) -> bool {
    let status = envelope.get("status").and_then(Json::as_str);
    status.is_some_and(|status| !matches!(status, "" | "Plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parts_are_renamed() {
        for (path, renamed_) in [
            ("/srv/sftp/anna", "/srv/sftp/bob"),
            ("/srv/anna/anna", "/srv/bob/bob"),
            ("/srv/annab", "/srv/annab"),
            ("anna/", "bob/"),
            ("", ""),
        ] {
            assert_eq!(renamed(path, "anna", "bob"), renamed_);
        }
    }
}
