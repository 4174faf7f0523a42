//! The fields that a call sets in a body of the API v1 or v2, and their values.
//! Reads flags, `--json` and `--set`, and the files that they name. Pure except for `load`.
//!
//! `add_*` sends the change unchanged; merging the change of `update_*` into
//! the server's object is left to the sender: [`BodyChange::apply`].

mod files;
mod identity;
mod lists;
mod sealed;
mod storage;

pub(crate) use files::one_line;
pub use files::{FileOf, files, literal, load};
pub(super) use identity::{fill_in, may_be_in_json};

use crate::body::change::BodyChange;
use crate::body::list_edit::ListEdit;
use crate::catalog::schema::{self, FieldRef, Path, Step, Type, ValueError};
use crate::catalog::{Param, Release, Send, Value};
use crate::error::Error;
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::secret::Secret;
use files::{LITERAL, file_of_json, file_of_value};
use serde_json::Value as Json;

/// The change of a call. The errors say what the release's body does not have, or
/// does not accept. Contents of files, and variables without a value, are not
/// checked: `load` and the run come later.
pub fn of(call: &Call, release: Option<Release>) -> Result<BodyChange, Vec<Failure>> {
    let mut failures: Vec<Failure> = Vec::new();
    let change = read(call, release, &mut |word, wrong| {
        let failure = (word.map(str::to_owned), wrong.error());
        // Words that lost their quotes are all wrong in the same way.
        if !failures.iter().any(|(_, known)| *known == failure.1) {
            failures.push(failure);
        }
    });
    if failures.is_empty() {
        Ok(change)
    } else {
        Err(failures)
    }
}

/// Computes the change of a call again, after values were filled in.
pub fn refresh(call: &mut Call, release: Release) -> Result<(), Error> {
    match of(call, Some(release)) {
        Ok(change) => {
            call.change = change;
            identity::fill_in(call)
        }
        Err(failures) => {
            let all = Error::joined(failures.into_iter().map(|(_, error)| error));
            all.map_or(Ok(()), |error| Err(error.or_at(call.span.clone())))
        }
    }
}

/// A secret that was typed at a question, as the value of a parameter: it names no file.
pub fn asked(param: &Param, secret: &Secret) -> Value {
    Value::Secret(storage::literal(param, secret.reveal()))
}

/// The change of a call that is only shown: what is not known yet is shown
/// as typed.
pub fn shown(call: &Call) -> BodyChange {
    read(call, None, &mut |_, _| {})
}

/// What is wrong, and the word that it is about.
pub type Failure = (Option<String>, Error);

type OnError<'a> = &'a mut dyn FnMut(Option<&str>, ValueError);

fn read(call: &Call, release: Option<Release>, bad: OnError) -> BodyChange {
    let mut change = BodyChange::default();
    let Some(body) = call.command.route().and_then(|route| route.body) else {
        return change;
    };
    let body = Type::read(body);
    let typed = flags(call, &body, release, bad, &mut change);
    json_flag(call, &body, release, bad, &mut change);
    change.set.extend(typed);
    let after_flags = change.set.len();
    set_flag(call, &body, release, bad, &mut change);
    implied(call, &body, &mut change);
    let fields = storage::fields(call, &body, release, &change, bad);
    change.set.splice(after_flags..after_flags, fields);
    edits_of_nothing(call, &change, bad);
    for wrong in sealed::foreign(call, &body, &change) {
        bad(None, wrong);
    }
    missing_items(call, &body, &change, bad);
    change
}

/// Adds what follows from the flags of a new object: `--schedule` is about the trigger of that name.
fn implied(call: &Call, body: &Type, change: &mut BodyChange) {
    if call.command.is_change() {
        return;
    }
    let given = call
        .slots
        .iter()
        .filter(|slot| slot.from != ValueOrigin::Default);
    for (field, number) in given.filter_map(|slot| slot.param.implies) {
        let Some(found) = schema::found(body, field) else {
            continue;
        };
        if !change.set.iter().any(|(path, _)| *path == found.path) {
            change.set.push((found.path, number.into()));
        }
    }
}

/// Reports items that are added to a list or taken out of one that is not read.
fn edits_of_nothing(call: &Call, change: &BodyChange, bad: OnError) {
    let edits = change.edits.iter().any(ListEdit::needs_list);
    if edits && call.is_on("replace") {
        let why = "`+` and `-` edit a list, and with `--replace` it is not read";
        bad(
            None,
            ValueError::new(why.to_owned())
                .hint("give the whole list, without `+` and `-`".to_owned()),
        );
    }
}

/// Reports the items that a new object would lack, and what its items lack. An item of an object that
/// exists is looked for in that object.
fn missing_items(call: &Call, body: &Type, change: &BodyChange, bad: OnError) {
    if !json_is_read(call) {
        return;
    }
    let is_of_known_object = call.is_change() || call.has_model();
    let mut missing = Vec::new();
    if is_of_known_object {
        // What replaces a list or an item is as it is here.
        for (path, value) in &change.set {
            if let Some(found) = schema::found(body, &path.to_string()) {
                schema::missing_members(&found, value, &mut missing);
            }
        }
    } else if !call.is_later("set") {
        schema::missing_members(&FieldRef::root(body), &change.body(), &mut missing);
    }
    for wrong in missing {
        bad(None, wrong);
    }
    if is_of_known_object {
        return;
    }
    let mut known: Vec<String> = Vec::new();
    for item in change.missing_items() {
        if known.contains(&item.error.message) {
            continue;
        }
        let sets = |word: &&String| {
            let path = word.split('=').next().unwrap_or_default();
            schema::found(body, path).is_some_and(|found| found.path == *item.path)
        };
        let word = call.list("set").iter().find(sets);
        bad(
            word.map(String::as_str),
            ValueError {
                message: item.error.message.clone(),
                hint: item.error.hint.clone(),
                lacked_by: None,
            },
        );
        known.push(item.error.message);
    }
}

/// Adds the defaults that are sent; returns the fields of the flags that were given.
fn flags(
    call: &Call,
    body: &Type,
    release: Option<Release>,
    bad: OnError,
    change: &mut BodyChange,
) -> Vec<(Path, Json)> {
    let mut typed = Vec::new();
    let in_body = |slot: &&Slot| slot.param.place.in_body() && !storage::is_field(slot.param);
    for slot in call.slots.iter().filter(in_body) {
        let Some(value) = &slot.value else { continue };
        let is_typed = matches!(
            slot.from,
            ValueOrigin::Typed | ValueOrigin::Later | ValueOrigin::Ask
        );
        let sent = match slot.param.send {
            Send::Always => true,
            Send::NonEmpty => !value.is_empty(),
            Send::Typed | Send::On(_) => is_typed,
        };
        if !sent {
            continue;
        }
        let key = slot.param.key;
        let (fields, edits) = flag(body, slot.param, key, value, release).unwrap_or_else(|all| {
            for wrong in all {
                bad(None, wrong);
            }
            let key = Step::Key(key.to_owned());
            (vec![(Path(vec![key]), value.to_json())], Vec::new())
        });
        change.edits.extend(edits);
        if is_typed {
            typed.extend(fields);
        } else {
            change.set.extend(fields);
        }
    }
    typed
}

/// Adds what `--json` sets.
fn json_flag(
    call: &Call,
    body: &Type,
    release: Option<Release>,
    bad: OnError,
    change: &mut BodyChange,
) {
    if call.typed("json") && file_of_json(call.text("json")).is_none() {
        let text = call.text("json");
        match json_body(body, text, release) {
            Ok(json @ Json::Object(_)) if matches!(body, Type::Object(_)) => {
                if let Some(wrong) = identity::differs(call, &json, "--json") {
                    bad(Some(text), wrong);
                }
                fields_of(body, &json, &Path::default(), &mut change.set);
            }
            Ok(json) => change.whole = Some(Box::new(json)),
            Err(all) => {
                for wrong in all {
                    bad(Some(text), wrong);
                }
                let whole = serde_json::from_str(text).unwrap_or_else(|_| text.into());
                change.whole = Some(Box::new(whole));
            }
        }
    } else if call.typed("json") && !call.is_later("json") {
        // A file that was not read: shown as typed.
        change.set.push((
            Path(vec![Step::Key("--json".to_owned())]),
            call.text("json").into(),
        ));
    }
}

/// The checked value of `--json`, or all that is wrong with it.
fn json_body(body: &Type, text: &str, release: Option<Release>) -> Result<Json, Vec<ValueError>> {
    let json = json(text).map_err(|wrong| vec![wrong])?;
    let checked = schema::checked_all(&FieldRef::root(body), &json, release)?;
    if checked.is_null() {
        return Err(vec![ValueError::new(format!(
            "`--json` must be {}; this is `null`",
            body.describe()
        ))]);
    }
    Ok(checked)
}

/// Adds what `--set` sets.
fn set_flag(
    call: &Call,
    body: &Type,
    release: Option<Release>,
    bad: OnError,
    change: &mut BodyChange,
) {
    let words = if call.is_later("set") {
        &[][..]
    } else {
        call.list("set")
    };
    for (at, word) in words.iter().enumerate() {
        match assignment(body, word, release) {
            Ok((path, value)) => {
                let is_read = word
                    .split_once('=')
                    .and_then(|(_, text)| file_of_value(text));
                if let ([Step::Key(key)], None) = (path.0.as_slice(), is_read) {
                    let named = Json::Object([(key.clone(), value.clone())].into_iter().collect());
                    if let Some(wrong) = identity::differs(call, &named, "--set") {
                        bad(Some(word), wrong);
                    }
                }
                change.set.push((path, value));
            }
            Err(wrong) => {
                // After a secret it may be the rest of it, which lost its quotes.
                let is_secret = |word: &String| {
                    let path = word.split('=').next().unwrap_or_default();
                    schema::is_secret(path) != Some(false)
                };
                let path = word.split('=').next().unwrap_or_default();
                let unknown = schema::found(body, path).is_none();
                let wrong = if unknown && words[..at].iter().any(is_secret) {
                    no_assignment()
                } else {
                    wrong
                };
                bad(Some(word), wrong);
                let (path, text) = word.split_once('=').unwrap_or((word, ""));
                let found = schema::found(body, path);
                let path = found.map_or_else(
                    || Path(vec![Step::Key(path.to_owned())]),
                    |found| found.path,
                );
                change.set.push((path, text.into()));
            }
        }
    }
}

/// Whether the value of `--json` is known: the text, and not a file that is read later.
fn json_is_read(call: &Call) -> bool {
    file_of_json(call.text("json")).is_none() && !call.is_later("json")
}

/// What a flag sets, and what it edits.
type Flagged = (Vec<(Path, Json)>, Vec<ListEdit>);

/// What a flag does to the field at `key`, or all that is wrong with it.
fn flag(
    body: &Type,
    param: &Param,
    key: &str,
    value: &Value,
    release: Option<Release>,
) -> Result<Flagged, Vec<ValueError>> {
    let found = schema::find(body, key).map_err(|wrong| vec![wrong])?;
    let mut all = Vec::new();
    let Some(edits) = lists::edits(&found, param, value, release, &mut all) else {
        return Ok((set(found, param, value, release)?, Vec::new()));
    };
    let named = all.into_iter();
    let all: Vec<_> = named
        .map(|wrong| named_by_flag(param, &found.path, wrong))
        .collect();
    if all.is_empty() {
        Ok((Vec::new(), edits))
    } else {
        Err(all)
    }
}

/// What a flag sets, or all that is wrong with it.
fn set(
    found: FieldRef,
    param: &Param,
    value: &Value,
    release: Option<Release>,
) -> Result<Vec<(Path, Json)>, Vec<ValueError>> {
    let path = found.path.clone();
    let mut all = Vec::new();
    let mut checked = |found: &FieldRef, json: &Json| {
        let checked = schema::checked_all(found, json, release);
        checked.unwrap_or_else(|wrong| {
            all.extend(
                wrong
                    .into_iter()
                    .map(|wrong| named_by_flag(param, &path, wrong)),
            );
            Json::Null
        })
    };
    let fields = match value {
        // Each folder separately: those that are not named are kept.
        Value::Map(map) => {
            let fields = map.iter().map(|(key, words)| {
                let kind = found.kind.values().unwrap_or(Type::Any);
                let found = found.inside(Step::Key(key.clone()), kind);
                let words = words.iter().map(String::as_str).collect::<Json>();
                let checked = checked(&found, &words);
                (found.path, checked)
            });
            fields.collect()
        }
        Value::Secret(secret) => {
            let text = secret.reveal();
            let text = if found.kind == Type::Object(schema::ENVELOPE) {
                schema::envelope(text)
            } else {
                text.into()
            };
            vec![(found.path, text)]
        }
        value => {
            let checked = checked(&found, &value.to_json());
            vec![(found.path, checked)]
        }
    };
    if all.is_empty() { Ok(fields) } else { Err(all) }
}

/// The flag was typed, not the path, nor the index in its list.
fn named_by_flag(param: &Param, path: &Path, wrong: ValueError) -> ValueError {
    let quoted = format!("`{path}");
    let said = wrong
        .message
        .split_once(&quoted)
        .and_then(|(before, rest)| {
            let (_, after) = rest.split_once('`')?;
            Some(format!("{before}`{}`{after}", param.shown()))
        });
    ValueError {
        message: said.unwrap_or(wrong.message),
        ..wrong
    }
}

/// The field that a word `PATH=VALUE` sets.
fn assignment(
    body: &Type,
    word: &str,
    release: Option<Release>,
) -> Result<(Path, Json), ValueError> {
    let Some((path, text)) = word.split_once('=') else {
        // It may be half of a secret: only a path is shown.
        return Err(match schema::find(body, word) {
            Ok(found) => ValueError::new(format!("`{}` needs a value", found.path)).hint(if found.is_secret() {
                format!("`{word}=@FILE` reads it from a file, `{word}=$env.NAME` from the environment")
            } else {
                format!("write `--set {word}=VALUE`")
            }),
            Err(_) => no_assignment(),
        });
    };
    let found = schema::find(body, path)?;
    if file_of_value(text).is_some() {
        // Its value is not known yet; its name and its release are.
        schema::can_be_set(&found, release)?;
        return Ok((found.path, text.into()));
    }
    let value = if let Some(held) = text.strip_prefix(LITERAL) {
        schema::can_be_set(&found, release)?;
        schema::checked(&found, &held.into(), release)?
    } else {
        // `@@` is a text that begins with `@`.
        let text = text.strip_prefix('@').unwrap_or(text);
        schema::from_text(&found, text, release)?
    };
    Ok((found.path, value))
}

fn no_assignment() -> ValueError {
    ValueError::new("`--set` expects PATH=VALUE".to_owned())
        .hint("put a value with spaces in quotes: `--set 'description=all of it'`".to_owned())
}

fn json(text: &str) -> Result<Json, ValueError> {
    serde_json::from_str(text).map_err(|why| {
        // The text may contain a secret: only the position is reported.
        ValueError::new(format!("`--json` expects JSON: {why}")).hint(
            "put single quotes around it: --json '{\"name\": \"value\"}'; `@FILE` reads a file"
                .to_owned(),
        )
    })
}

/// The fields of a JSON object, down to values that are not objects with known fields:
/// fields that the object does not name are kept.
fn fields_of(kind: &Type, json: &Json, path: &Path, set: &mut Vec<(Path, Json)>) {
    match (kind, json) {
        (Type::Object(object), Json::Object(members))
            if *object != schema::ENVELOPE && (!members.is_empty() || path.0.is_empty()) =>
        {
            let fields = schema::schema(object);
            for (key, value) in members {
                let kind = fields
                    .and_then(|fields| fields.own(key))
                    .map_or(Type::Any, |field| field.kind.clone());
                fields_of(&kind, value, &path.then(Step::Key(key.clone())), set);
            }
        }
        _ => set.push((path.clone(), json.clone())),
    }
}

#[cfg(test)]
mod tests;
