//! Copies an object: it is read, the typed fields are
//! applied to it, and the result is added under the new name.

use super::asker::Asker;
use super::preview::echo;
use super::recipe_step;
use super::screen::Screen;
use super::{Prepared, Shell};
use crate::body::kept_fields;
use crate::catalog::model::{CREDENTIALS, MODEL_PARAM, NOT_COPIED, ON_THE_DISK, PLACES};
use crate::catalog::schema::{self, Type};
use crate::catalog::{self, Method, is_envelope, is_zero};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::request::Body;
use crate::text::clean;
use crate::text::path::member;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

impl Shell {
    /// Adds an object with the typed fields and the other fields of the model.
    pub(super) fn add_like(&mut self, call: Call) -> Result<(), Error> {
        let model = call.text(MODEL_PARAM).to_owned();
        let mut post = self.prepare(call)?;
        let reading = reading(&post)?;
        let get = self.part_call(&[reading], &[&model])?;
        let mut get = self.prepare(get)?;
        let before = self.object(&mut get)?;
        recipe_step::named(reading, &before, "username")?;
        let named = new_name(&post);
        let (mut after, left) = like(post.call().command, &before, &model, &named);
        post.call().change.apply(&mut after)?;
        ask_missing_secrets(&mut self.asker, &mut after, &model)?;
        say_what_differs(self.screen(), &before, &after, &left, &model);
        post.spec.body = Some(Body::new(after));
        post.prove(self.authorize()?);
        echo(self, &post.spec)?;
        if self.asker.was_interrupted() {
            let why = "interrupted; nothing was added";
            return Err(Error::new(Fault::Interrupted, why));
        }
        let sent = self.send_authorized(&mut post)?;
        self.read(&post, sent)
    }
}

/// Prompts for the secrets that cannot be copied: the server encrypts each
/// with the name of its object (`GetEncryptionAdditionalData`).
fn ask_missing_secrets(asker: &mut Asker, after: &mut Json, model: &str) -> Result<(), Error> {
    let mut missing = Vec::new();
    envelopes(after, "", &mut missing);
    if !missing.is_empty() && !asker.may_prompt() {
        let model = clean::line(model);
        let names: Vec<String> = missing.iter().map(|path| format!("`{path}`")).collect();
        let first = &missing[0];
        return Err(Error::typed(format!(
            "{} of `{model}` cannot be copied: it is encrypted for that object; nothing was added",
            names.join(", ")
        ))
        .hint(format!(
            "give it: `--set {first}=@FILE`, or `--set {first}=null` to leave it out; a key or name that needs it must be cleared too"
        )));
    }
    for path in missing {
        let secret = asker.ask_secret(&path)?;
        let pointer = format!("/{}", path.replace('.', "/"));
        if let Some(place) = after.pointer_mut(&pointer) {
            *place = schema::envelope(secret.reveal());
        }
    }
    Ok(())
}

/// Says what was not copied, and what to look at.
fn say_what_differs(screen: Screen<'_>, before: &Json, after: &Json, left: &[&str], model: &str) {
    let model = clean::line(model);
    let typed = |path: &&&str| at(after, path).is_none_or(is_zero);
    let left: Vec<String> = left
        .iter()
        .filter(typed)
        .map(|path| format!("`{path}`"))
        .collect();
    if !left.is_empty() {
        screen.remark(&format!("not copied from `{model}`: {}\n", left.join(", ")));
    }
    if let Some(why) = keeps_out(after).filter(|why| keeps_out(before) == Some(*why)) {
        screen.say(&format!("warning: {why}, like `{model}`\n"));
    }
    if has_credentials(before) && !has_credentials(after) {
        screen.say("warning: the new user has no password, public key or certificate yet\n");
    }
    if let Some(place) = same_place(before, after) {
        screen.say(&format!(
            "warning: both users have {place}, so they share the same files\n"
        ));
    }
}

/// The location of the files, if both share it.
fn same_place(before: &Json, after: &Json) -> Option<String> {
    let provider = at(after, "filesystem.provider").and_then(Json::as_i64);
    let is_local = ON_THE_DISK.contains(&provider.unwrap_or(0));
    let (on_the_disk, elsewhere) = PLACES.split_at(1);
    let places = if is_local { on_the_disk } else { elsewhere };
    let both = |path: &&str| {
        let place = at(after, path).filter(|place| !is_zero(place));
        place.filter(|place| at(before, path) == Some(place))
    };
    let place = places.iter().find_map(|path| Some((path, both(path)?)));
    if let Some((path, place)) = place {
        return Some(format!("`{path}` {}", clean::line(&place.to_string())));
    }
    // A bucket may also be used without a prefix.
    let theirs = at(before, "filesystem").map(without_envelopes);
    let is_same = !is_local && theirs == at(after, "filesystem").map(without_envelopes);
    is_same.then(|| "the same `filesystem`".to_owned())
}

fn without_envelopes(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let seen = members.iter().filter(|(key, _)| !is_envelope(key));
            seen.map(|(key, value)| (key.clone(), without_envelopes(value)))
                .collect()
        }
        value => value.clone(),
    }
}

/// The command that reads the model: its path is that of the list, plus a name.
fn reading(post: &Prepared) -> Result<&'static str, Error> {
    let command = post.call().command;
    let all = command.route().map_or("", |route| route.path);
    let is_it = |row: &&catalog::Command| {
        row.span.overlaps(command.span)
            && row.route().is_some_and(|route| {
                let one = route.path.strip_prefix(all);
                let is_one = one.is_some_and(|one| one.starts_with("/{") && one.ends_with('}'));
                route.method == Method::Get && is_one && route.path.matches('{').count() == 1
            })
    };
    let row = catalog::every().find(is_it);
    row.map(|row| row.name).ok_or_else(|| {
        Error::local("internal error: no command reads the object to copy; please report this")
    })
}

/// The name of the new object: the position that is not the model.
fn new_name(post: &Prepared) -> String {
    let slots = &post.call().slots;
    let mut named = slots.iter().filter(|slot| {
        slot.param.need == catalog::Need::Required && slot.param.name != MODEL_PARAM
    });
    let value = named.next().and_then(|slot| slot.value.as_ref());
    value.map(catalog::Value::to_word).unwrap_or_default()
}

/// The copy of the model under another name, and the fields that are not copied.
fn like(row: &catalog::Command, model: &Json, from: &str, to: &str) -> (Json, Vec<&'static str>) {
    let mut user = kept_fields::trimmed(row, model);
    user = schema::writable(&Type::read(">User"), &user);
    let mut left = Vec::new();
    for path in NOT_COPIED {
        if take(&mut user, path).is_some_and(|value| !is_zero(&value)) {
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

/// Why a user cannot log in.
fn keeps_out(user: &Json) -> Option<&'static str> {
    let number = |key: &str| user.get(key).and_then(Json::as_i64).unwrap_or(0);
    let end = number("expiration_date");
    if number("status") != 1 {
        Some("the new user is disabled")
    } else if end > 0 && end <= Timestamp::now().as_millisecond() {
        Some("the new user has already expired")
    } else {
        None
    }
}

/// Whether the user has any credentials to log in with.
fn has_credentials(user: &Json) -> bool {
    let mut all = CREDENTIALS.iter();
    all.any(|path| at(user, path).is_some_and(|value| !is_zero(value)))
}

/// A path with the last part that equals one name replaced by another: parts above it
/// may have that name by chance. A name that cannot be a part of a path changes nothing.
fn renamed(path: &str, from: &str, to: &str) -> String {
    let is_between = |c| matches!(c, '/' | '\\');
    let is_part = !matches!(to, "" | "." | "..") && !to.contains(is_between);
    let mut parts: Vec<&str> = path.split_inclusive(is_between).collect();
    let part = parts
        .iter_mut()
        .rfind(|part| part.trim_end_matches(is_between) == from);
    let Some(part) = part.filter(|_| is_part) else {
        return path.to_owned();
    };
    let end = &part[from.len()..];
    let new = format!("{to}{end}");
    *part = &new;
    parts.concat()
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

/// The paths of the secrets that only the server can read.
fn envelopes(value: &Json, path: &str, into: &mut Vec<String>) {
    let Json::Object(members) = value else { return };
    for (key, value) in members {
        let path = member(path, key);
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
    fn only_whole_path_segments_are_renamed() {
        for (path, renamed_) in [
            ("/srv/sftp/anna", "/srv/sftp/bob"),
            ("/anna/sftp/anna", "/anna/sftp/bob"),
            ("/srv/anna/data/", "/srv/bob/data/"),
            ("C:\\sftp\\anna", "C:\\sftp\\bob"),
            ("/srv/annab", "/srv/annab"),
            ("anna/", "bob/"),
            ("", ""),
        ] {
            assert_eq!(renamed(path, "anna", "bob"), renamed_);
        }
        for to in ["../../etc", "..", ".", "a/b", "a\\b", ""] {
            assert_eq!(renamed("/srv/anna", "anna", to), "/srv/anna");
        }
    }
}
