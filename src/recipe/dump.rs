//! A backup of a server, sorted into the object kinds of the catalogue.

use crate::catalog;
use crate::catalog::backup::{STORED, Stored};
use crate::error::Error;
use crate::shell::Shell;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// The member with the format version; every backup since 2.0.0 has it.
pub(super) const VERSION: &str = "version";

/// A backup.
pub(super) struct Dump {
    /// Its format version, unchanged; `null` if a file has none.
    pub(super) version: Json,
    /// Its kinds, in catalogue order.
    pub(super) kinds: Vec<Held>,
    /// Kinds that the catalogue does not know, with their object counts.
    pub(super) unknown: Vec<(String, usize)>,
    /// All its members, including those without a value.
    pub(super) members: BTreeSet<String>,
}

/// The objects of one kind.
pub(super) struct Held {
    pub(super) kind: &'static Stored,
    /// Each with its name.
    pub(super) objects: Vec<(String, Json)>,
}

/// Requests a backup, limited to these kinds if any are given.
pub(super) fn ask<T: AsRef<str>>(shell: &mut Shell, kinds: &[T]) -> Result<Json, Error> {
    let words = words(shell, kinds)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    shell.part(&words, &[])
}

/// The same, as text.
pub(super) fn ask_text<T: AsRef<str>>(shell: &mut Shell, kinds: &[T]) -> Result<Vec<u8>, Error> {
    let words = words(shell, kinds)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    shell.part_bytes(&words)
}

/// The words that request a backup.
fn words<T: AsRef<str>>(shell: &mut Shell, kinds: &[T]) -> Result<Vec<String>, Error> {
    const COMMAND: &str = "dumpdata";
    // Which kinds it can be asked for depends on the release.
    shell.learn_release()?;
    let api = shell.session.settings.api;
    let scopes = catalog::find(api, COMMAND).is_some_and(|row| {
        row.params_in(api.release)
            .any(|param| param.name == "scopes")
    });
    let kinds = STORED.iter().filter(|kind| {
        let named = |name: &T| name.as_ref() == kind.list;
        scopes && kinds.iter().any(named)
    });
    let flags = kinds.map(|kind| format!("--scopes={}", kind.scope));
    let words = [COMMAND, "--output_data"].map(str::to_owned).into_iter();
    Ok(words.chain(flags).collect())
}

/// The error of a backup without a version.
pub(super) fn no_version() -> String {
    format!("it has no `{VERSION}`, which backups from servers since 2.0.0 have")
}

impl Dump {
    /// Parses a backup. The error says what is wrong and where; of the values
    /// it shows only names.
    pub(super) fn of(json: Json) -> Result<Self, String> {
        let Json::Object(mut members) = json else {
            return Err("it is not a JSON object".to_owned());
        };
        let known = members.keys().cloned().collect();
        let version = members.shift_remove(VERSION).unwrap_or_default();
        if !version.is_i64() {
            return Err(no_version());
        }
        let mut kinds = Vec::new();
        for kind in &STORED {
            let value = members.shift_remove(kind.list).unwrap_or_default();
            if let Some(objects) = objects(kind, value)? {
                kinds.push(Held { kind, objects });
            }
        }
        Ok(Self {
            version,
            kinds,
            unknown: unknown(members),
            members: known,
        })
    }

    /// Whether it has this member, with or without a value: a server's backup
    /// lacks the kinds it does not know.
    pub(super) fn knows(&self, kind: &Stored) -> bool {
        self.members.contains(kind.list)
    }

    /// The objects of one kind; `None` if there are none.
    pub(super) fn held(&self, kind: &Stored) -> Option<&Held> {
        self.kinds.iter().find(|held| held.kind.list == kind.list)
    }

    /// How many objects of each kind it has.
    #[cfg(test)]
    pub(super) fn counts(&self) -> impl Iterator<Item = (String, Json)> {
        let known = self.kinds.iter();
        let known = known.map(|held| (held.kind.list.to_owned(), held.objects.len()));
        let all = known.chain(self.unknown.iter().cloned());
        all.map(|(name, count)| (name, count.into()))
    }
}

/// The objects of one kind with their names; `None` if the list is missing.
pub(super) fn objects(kind: &Stored, value: Json) -> Result<Option<Vec<(String, Json)>>, String> {
    let list = kind.list;
    let items = match value {
        Json::Null => return Ok(None),
        Json::Object(members) if kind.names.is_empty() => {
            let is_set = !members.is_empty();
            let only = (list.to_owned(), Json::Object(members));
            return Ok(Some(is_set.then_some(only).into_iter().collect()));
        }
        Json::Array(items) if !kind.names.is_empty() => items,
        _ if kind.names.is_empty() => return Err(format!("`{list}` is not an object")),
        _ => return Err(format!("`{list}` is not a list")),
    };
    let mut objects: Vec<(String, Json)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, item) in items.into_iter().enumerate() {
        let (name, members) = object(kind, at, item)?;
        once(kind, at, &mut seen, &name)?;
        objects.push((name, Json::Object(members)));
    }
    Ok(Some(objects))
}

/// An object of a list, with its name.
pub(super) fn object(
    kind: &Stored,
    at: usize,
    item: Json,
) -> Result<(String, Map<String, Json>), String> {
    let place = format!("{}[{at}]", kind.list);
    let Json::Object(members) = item else {
        return Err(format!("`{place}` is not an object"));
    };
    let name = name(kind, &members).map_err(|member| unnamed(&place, member, &members))?;
    Ok((name, members))
}

/// Checks that a name comes once.
pub(super) fn once(
    kind: &Stored,
    at: usize,
    seen: &mut BTreeSet<String>,
    name: &str,
) -> Result<(), String> {
    if seen.insert(name.to_owned()) {
        return Ok(());
    }
    Err(format!("`{}[{at}]` repeats an earlier name", kind.list))
}

/// The name of an object as typed; the error is the missing member.
fn name(kind: &Stored, members: &Map<String, Json>) -> Result<String, &'static str> {
    let parts = kind.names.iter().map(|(member, words)| {
        let value = members.get(*member);
        let part = match words {
            None => value.and_then(Json::as_str).map(str::to_owned),
            Some(words) => value.and_then(Json::as_i64).map(|number| {
                let at = words.numbers.iter().position(|known| *known == number);
                // From a newer server.
                at.map_or_else(|| number.to_string(), |at| words.words[at].to_owned())
            }),
        };
        part.filter(|part| !part.is_empty()).ok_or(*member)
    });
    let parts: Vec<String> = parts.collect::<Result<_, _>>()?;
    Ok(parts.join(" "))
}

/// The error of an object without a name.
fn unnamed(place: &str, member: &str, members: &Map<String, Json>) -> String {
    let what = match members.get(member) {
        None | Some(Json::Null) => "no",
        Some(Json::String(text)) if text.is_empty() => "no",
        Some(_) => "no valid",
    };
    match member {
        "name" => format!("`{place}` has {what} name"),
        _ => format!("`{place}` has {what} `{member}`"),
    }
}

/// The members that are not kinds of the catalogue, and how many objects they hold.
pub(super) fn unknown(members: Map<String, Json>) -> Vec<(String, usize)> {
    let counts = members.into_iter();
    let counts = counts.map(|(name, value)| {
        let count = count(&value);
        (name, count)
    });
    counts.filter(|(_, count)| *count > 0).collect()
}

/// How many objects a member of an unknown kind holds.
fn count(value: &Json) -> usize {
    match value {
        Json::Null => 0,
        Json::Array(items) => items.len(),
        Json::Object(members) => usize::from(!members.is_empty()),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_backup_is_told_with_its_place() {
        for (json, why) in [
            (json!([]), "it is not a JSON object"),
            (
                json!({"users": []}),
                "it has no `version`, which backups from servers since 2.0.0 have",
            ),
            (json!({"version": 17, "users": {}}), "`users` is not a list"),
            (
                json!({"version": 17, "configs": []}),
                "`configs` is not an object",
            ),
            (
                json!({"version": 17, "users": [1]}),
                "`users[0]` is not an object",
            ),
            (
                json!({"version": 17, "groups": [{"name": "a"}, {"name": ""}]}),
                "`groups[1]` has no name",
            ),
            (
                json!({"version": 17, "ip_lists": [{"ipornet": "192.0.2.1/32"}]}),
                "`ip_lists[0]` has no `type`",
            ),
            (
                json!({"version": 17, "roles": [{"name": "a"}, {"name": "a"}]}),
                "`roles[1]` repeats an earlier name",
            ),
        ] {
            assert_eq!(Dump::of(json).err().as_deref(), Some(why));
        }
    }

    #[test]
    fn kinds_come_in_their_order_and_unknown_ones_are_kept_apart() {
        let dump = Dump::of(json!({
            "users": [{"username": "anna"}], "teams": [1, 2], "later": null, "shares": null,
            "ip_lists": [{"ipornet": "192.0.2.1/32", "type": 2}], "configs": {}, "version": 99,
        }));
        let dump = dump.unwrap_or_else(|why| panic!("{why}"));
        let counts: Map<String, Json> = dump.counts().collect();
        assert_eq!(
            Json::Object(counts).to_string(),
            r#"{"configs":0,"ip_lists":1,"users":1,"teams":2}"#
        );
        assert_eq!(dump.kinds[1].objects[0].0, "defender 192.0.2.1/32");
        let shares = STORED
            .iter()
            .find(|kind| kind.list == "shares")
            .expect("a kind");
        assert!(dump.knows(shares) && dump.held(shares).is_none());
        assert!(!dump.knows(&STORED[2]));
    }
}
