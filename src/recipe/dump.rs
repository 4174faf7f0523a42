//! A backup of a server, sorted into the object kinds of the catalogue.

use crate::catalog;
use crate::catalog::backup::{BackupKind, STORED};
use crate::error::Error;
use crate::shell::Shell;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The member with the format version; every backup since 2.0.0 has it.
pub(super) const VERSION: &str = "version";

/// A backup. Its objects are parsed one by one when they are needed: parsed, they take many
/// times their size.
pub(super) struct Dump<'a> {
    /// Its format version, unchanged; `null` if a file has none.
    pub(super) version: Json,
    /// Its kinds, in catalogue order.
    pub(super) kinds: Vec<KindObjects<'a>>,
    /// Kinds that the catalogue does not know, with their object counts.
    pub(super) unknown: Vec<(String, usize)>,
    /// All its members, including those without a value.
    pub(super) members: BTreeSet<String>,
}

pub(super) struct KindObjects<'a> {
    pub(super) kind: &'static BackupKind,
    /// Each with its name.
    pub(super) objects: Vec<(String, &'a RawValue)>,
}

/// The members of a backup.
pub(super) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Requests a backup, limited to these kinds if any are given, as the server sends it.
pub(super) fn ask<T: AsRef<str>>(shell: &mut Shell, kinds: &[T]) -> Result<Vec<u8>, Error> {
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
    let flags: Vec<String> = kinds
        .map(|kind| format!("--scopes={}", kind.scope))
        .collect();
    let words = [COMMAND, "--output_data"].into_iter();
    let words: Vec<&str> = words.chain(flags.iter().map(String::as_str)).collect();
    shell.part_as_it_came(&words)
}

/// The members of a backup. The error says what is wrong and where; of the values it shows
/// only names.
pub(super) fn members(bytes: &[u8]) -> Result<Members<'_>, String> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        return serde_json::from_slice(bytes).map_err(|why| why.to_string());
    }
    let whole: Result<IgnoredAny, _> = serde_json::from_slice(bytes);
    Err(whole.map_or_else(
        |why| why.to_string(),
        |_| "it is not a JSON object".to_owned(),
    ))
}

/// The value of a part of a backup.
pub(super) fn parsed(raw: &RawValue) -> Result<Json, String> {
    serde_json::from_str(raw.get()).map_err(|why| why.to_string())
}

impl<'a> Dump<'a> {
    /// Parses the backup of a server.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, String> {
        let mut members = members(bytes)?;
        let known = members.keys().cloned().collect();
        let version = members.remove(VERSION).map(parsed).transpose()?;
        let version = version.filter(Json::is_i64).ok_or_else(|| {
            format!("it has no `{VERSION}`, which backups from servers since 2.0.0 have")
        })?;
        let mut kinds = Vec::new();
        for kind in &STORED {
            let value = members.remove(kind.list);
            if let Some(objects) = objects(kind, value)? {
                kinds.push(KindObjects { kind, objects });
            }
        }
        Ok(Self {
            version,
            kinds,
            unknown: unknown(members)?,
            members: known,
        })
    }

    /// Whether it has this member, with or without a value: a server's backup
    /// lacks the kinds it does not know.
    pub(super) fn knows(&self, kind: &BackupKind) -> bool {
        self.members.contains(kind.list)
    }

    /// The objects of one kind; `None` if there are none.
    pub(super) fn objects_of(&self, kind: &BackupKind) -> Option<&KindObjects<'a>> {
        self.kinds.iter().find(|held| held.kind.list == kind.list)
    }

    /// How many objects of each kind it has.
    pub(super) fn counts(&self) -> impl Iterator<Item = (String, Json)> {
        let known = self.kinds.iter();
        let known = known.map(|held| (held.kind.list.to_owned(), held.objects.len()));
        let all = known.chain(self.unknown.iter().cloned());
        all.map(|(name, count)| (name, count.into()))
    }
}

/// The objects of one kind with their names; `None` if the list is missing.
pub(super) fn objects<'a>(
    kind: &BackupKind,
    value: Option<&'a RawValue>,
) -> Result<Option<Vec<(String, &'a RawValue)>>, String> {
    let list = kind.list;
    let Some(value) = value.filter(|value| value.get() != "null") else {
        return Ok(None);
    };
    if kind.names.is_empty() {
        let Json::Object(members) = parsed(value)? else {
            return Err(format!("`{list}` is not an object"));
        };
        let only = (!members.is_empty()).then(|| (list.to_owned(), value));
        return Ok(Some(only.into_iter().collect()));
    }
    let items: Vec<&RawValue> =
        serde_json::from_str(value.get()).map_err(|_| format!("`{list}` is not a list"))?;
    let mut objects: Vec<(String, &RawValue)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, item) in items.into_iter().enumerate() {
        let place = format!("{list}[{at}]");
        if !item.get().starts_with('{') {
            return Err(format!("`{place}` is not an object"));
        }
        let members = naming(kind, item).map_err(|why| format!("`{place}`: {why}"))?;
        let name = name(kind, &members).map_err(|member| unnamed(&place, member, &members))?;
        if !seen.insert(name.clone()) {
            return Err(format!("`{place}` repeats an earlier name"));
        }
        objects.push((name, item));
    }
    Ok(Some(objects))
}

/// The members of an object that name it.
fn naming(kind: &BackupKind, object: &RawValue) -> Result<Map<String, Json>, String> {
    let members: Members = serde_json::from_str(object.get()).map_err(|why| why.to_string())?;
    let mut own = Map::new();
    for (member, _) in kind.names {
        if let Some(value) = members.get(*member) {
            own.insert((*member).to_owned(), parsed(value)?);
        }
    }
    Ok(own)
}

/// The name of an object as typed; the error is the missing member.
fn name(kind: &BackupKind, members: &Map<String, Json>) -> Result<String, &'static str> {
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
pub(super) fn unknown(members: Members<'_>) -> Result<Vec<(String, usize)>, String> {
    let counts = members.into_iter();
    let counts = counts.map(|(name, value)| Ok((name, count(&parsed(value)?))));
    let counts: Vec<(String, usize)> = counts.collect::<Result<_, String>>()?;
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
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
    fn invalid_backups_are_reported_with_a_position() {
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
            let bytes = json.to_string().into_bytes();
            assert_eq!(Dump::of(&bytes).err().as_deref(), Some(why));
        }
    }

    #[test]
    fn kinds_are_ordered_and_unknown_ones_are_separate() {
        let json = json!({
            "users": [{"username": "anna"}], "teams": [1, 2], "later": null, "shares": null,
            "ip_lists": [{"ipornet": "192.0.2.1/32", "type": 2}], "configs": {}, "version": 99,
        });
        let bytes = json.to_string().into_bytes();
        let dump = Dump::of(&bytes).unwrap_or_else(|why| panic!("{why}"));
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
        assert!(dump.knows(shares) && dump.objects_of(shares).is_none());
        assert!(!dump.knows(&STORED[2]));
    }
}
