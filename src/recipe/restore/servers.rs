//! `compare`: the objects of two servers, compared as `restore` compares a backup with one.

use super::check::reviewed;
use super::compare::{as_read, at, remove, take_secrets};
use super::normalize::normalized;
use super::release;
use crate::body::diff::{FieldDiff, diff};
use crate::body::edited;
use crate::catalog::backup::{BackupKind, STORED};
use crate::catalog::schema::{FindingKind, Path, Type};
use crate::catalog::{Clock, Release, is_all_zero};
use crate::error::{Error, Fault};
use crate::recipe::dump::{self, Dump, parsed};
use crate::secret::MASK;
use crate::shell::beside::Beside;
use crate::text::clean;
use crate::text::words::plural;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What a server holds, as it was read.
pub(crate) struct ServerData {
    /// The name of its profile.
    name: String,
    release: Release,
    /// A backup.
    bytes: Vec<u8>,
}

impl ServerData {
    /// Reads a server; `only` are the kinds, or none for all.
    pub(crate) fn read(server: &mut Beside, only: &[String]) -> Result<Self, Error> {
        let name = server.name.clone();
        let shell = &mut server.shell;
        let bytes = dump::ask(shell, only)?;
        let release = release(shell, &Dump::of(&bytes).map_err(|why| no_backup(&why))?)?;
        Ok(Self {
            name,
            release,
            bytes,
        })
    }

    fn dump(&self) -> Result<Dump<'_>, Error> {
        Dump::of(&self.bytes).map_err(|why| no_backup(&why))
    }
}

fn no_backup(why: &str) -> Error {
    let message = format!("the server's answer is not a backup: {why}");
    Error::new(Fault::NoAnswer, message)
}

/// What differs between two servers.
pub(crate) struct Comparison<'a> {
    servers: [&'a ServerData; 2],
    differences: Vec<Difference<'a>>,
    /// How many objects are the same.
    same: usize,
}

enum Difference<'a> {
    /// The objects of a kind that only this server has, since the other one, or this shell,
    /// does not know the kind.
    Kind {
        list: String,
        count: usize,
        on: &'a str,
        why: String,
    },
    /// An object that only this server has.
    Only {
        kind: &'static BackupKind,
        name: String,
        on: &'a str,
    },
    /// Fields of an object that both have.
    Fields {
        kind: &'static BackupKind,
        name: String,
        changes: Vec<FieldDiff>,
        /// Fields that a release does not know, with the server of that release.
        unknown: Vec<(String, &'a ServerData)>,
    },
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(servers: [&'a ServerData; 2], only: &[String]) -> Result<Self, Error> {
        let dumps = [servers[0].dump()?, servers[1].dump()?];
        let mut comparison = Self {
            servers,
            differences: Vec::new(),
            same: 0,
        };
        let is_wanted = |list: &str| only.is_empty() || only.iter().any(|name| name == list);
        for kind in STORED.iter().filter(|kind| is_wanted(kind.list)) {
            comparison.kind(kind, &dumps)?;
        }
        for (at, dump) in dumps.iter().enumerate() {
            for (list, count) in dump.unknown.iter().filter(|(list, _)| is_wanted(list)) {
                comparison.differences.push(Difference::Kind {
                    list: list.clone(),
                    count: *count,
                    on: &servers[at].name,
                    why: "this shell does not know this kind of object".to_owned(),
                });
            }
        }
        Ok(comparison)
    }

    fn kind(&mut self, kind: &'static BackupKind, dumps: &[Dump<'_>; 2]) -> Result<(), Error> {
        for (at, other) in [(0, 1), (1, 0)] {
            let count = dumps[at].objects_of(kind).map_or(0, |of| of.objects.len());
            if count > 0 && !dumps[other].knows(kind) {
                let why = does_not_know(self.servers[other], "this kind of object");
                self.differences.push(Difference::Kind {
                    list: kind.list.to_owned(),
                    count,
                    on: &self.servers[at].name,
                    why,
                });
                return Ok(());
            }
        }
        let [first, second] = [objects(&dumps[0], kind), objects(&dumps[1], kind)];
        let versions = [&dumps[0].version, &dumps[1].version];
        for (name, object) in &first {
            match second.get(name) {
                Some(other) => {
                    let pair =
                        [object, other].map(|raw| parsed(raw).map_err(|why| no_backup(&why)));
                    let [object, other] = pair;
                    self.objects(kind, name, [object?, other?], versions);
                }
                None => self.only(kind, name, 0),
            }
        }
        for name in second.keys().filter(|name| !first.contains_key(*name)) {
            self.only(kind, name, 1);
        }
        Ok(())
    }

    fn only(&mut self, kind: &'static BackupKind, name: &str, at: usize) {
        self.differences.push(Difference::Only {
            kind,
            name: name.to_owned(),
            on: &self.servers[at].name,
        });
    }

    /// Compares an object that both servers have.
    fn objects(
        &mut self,
        kind: &'static BackupKind,
        name: &str,
        mut pair: [Json; 2],
        versions: [&Json; 2],
    ) {
        for (at, other) in [(0, 1), (1, 0)] {
            let release = self.servers[other].release;
            as_read(kind, versions[at], release, &mut pair[at]);
        }
        let whole = pair;
        let mut pair = whole.each_ref().map(|object| normalized(kind, object));
        let mut unknown = Vec::new();
        for (at, other) in [(0, 1), (1, 0)] {
            let server = self.servers[other];
            for path in unknown_fields(kind, server.release, &pair[at], &pair[other]) {
                unknown.push((path.to_string(), server));
                remove(&mut pair[at], &path.0);
            }
        }
        // What is left of an object whose fields were taken out.
        let [first, mut second] = pair.map(|object| normalized(kind, &object));
        take_secrets(kind, &first, &mut second);
        let changes: Vec<FieldDiff> = diff(&first, &second)
            .into_iter()
            .map(|change| without_secrets(kind, &change))
            .flat_map(expanded)
            .map(|change| completed(change, &whole))
            .collect();
        if changes.is_empty() && unknown.is_empty() {
            self.same += 1;
            return;
        }
        self.differences.push(Difference::Fields {
            kind,
            name: name.to_owned(),
            changes,
            unknown,
        });
    }

    /// As a program reads it.
    pub(crate) fn to_json(&self) -> Json {
        self.differences.iter().map(Difference::to_json).collect()
    }

    /// As a person reads it.
    pub(crate) fn text(&self) -> String {
        self.differences.iter().map(Difference::text).collect()
    }

    /// What is remarkable about the servers: their releases, if they are not the same.
    pub(crate) fn remark(&self) -> Option<String> {
        let [first, second] = self.servers;
        (first.release != second.release).then(|| {
            format!(
                "`{}` is SFTPGo {}, `{}` is SFTPGo {}",
                first.name, first.release, second.name, second.release
            )
        })
    }

    /// `1 object only on `prod`, 2 differ, 9 are the same`.
    pub(crate) fn summary(&self) -> String {
        let only = |server: &ServerData| {
            let count: usize = self
                .differences
                .iter()
                .map(|one| one.only(&server.name))
                .sum();
            (count > 0).then(|| format!("{} only on `{}`", plural(count, "object"), server.name))
        };
        let fields = |one: &&Difference<'_>| matches!(one, Difference::Fields { .. });
        let differ = match self.differences.iter().filter(fields).count() {
            0 => None,
            1 => Some("1 differs".to_owned()),
            several => Some(format!("{several} differ")),
        };
        let same = match self.same {
            1 => "1 object is the same".to_owned(),
            same => format!("{same} objects are the same"),
        };
        let [first, second] = self.servers.map(only);
        let parts: Vec<String> = [first, second, differ, Some(same)]
            .into_iter()
            .flatten()
            .collect();
        parts.join(", ")
    }

    /// Whether nothing differs.
    pub(crate) fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Difference<'_> {
    /// How many objects it is about that only this server has.
    fn only(&self, server: &str) -> usize {
        match self {
            Self::Kind { count, on, .. } if *on == server => *count,
            Self::Only { on, .. } if *on == server => 1,
            _ => 0,
        }
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Kind {
                list,
                count,
                on,
                why,
            } => json!({"kind": list, "on": on, "objects": count, "why": why}),
            Self::Only { kind, name, on } => json!({"kind": kind.list, "name": name, "on": on}),
            Self::Fields {
                kind,
                name,
                changes,
                unknown,
            } => {
                let field = |change: &FieldDiff| json!({"field": change.path, "first": change.before, "second": change.after});
                let fields: Vec<Json> = changes.iter().map(field).collect();
                let mut one = json!({
                    "kind": kind.list, "name": name, "on": "both", "fields": fields,
                });
                let unknown = unknown
                    .iter()
                    .map(|(path, by)| json!({"field": path, "by": by.name}));
                let unknown: Vec<Json> = unknown.collect();
                if !unknown.is_empty() {
                    one["unknown"] = unknown.into();
                }
                one
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Kind {
                list,
                count,
                on,
                why,
            } => {
                let (list, count) = (clean::line(list), plural(*count, "object"));
                format!("{list}: {count} only on `{on}`: {why}\n")
            }
            Self::Only { kind, name, on } => format!("{}: only on `{on}`\n", label(kind, name)),
            Self::Fields {
                kind,
                name,
                changes,
                unknown,
            } => {
                let (body, clock) = (kind.object.map_or(Type::Any, Type::Object), Clock::system());
                let changes = changes
                    .iter()
                    .map(|one| one.in_words_of_backups(&body, &clock));
                let unknown = unknown.iter().map(|(path, by)| {
                    format!("{}: {}", clean::line(path), does_not_know(by, "it"))
                });
                let lines = changes.chain(unknown).map(|line| format!("  {line}\n"));
                format!("{}:\n{}", label(kind, name), lines.collect::<String>())
            }
        }
    }
}

/// ``user `anna` ``.
fn label(kind: &BackupKind, name: &str) -> String {
    if kind.names.is_empty() {
        return format!("the {}", kind.one);
    }
    format!("{} `{}`", kind.one, clean::line(name))
}

fn does_not_know(server: &ServerData, what: &str) -> String {
    let ServerData { name, release, .. } = server;
    format!("`{name}` (SFTPGo {release}) does not know {what}")
}

/// The objects of one kind by name.
fn objects<'a>(dump: &'a Dump<'_>, kind: &BackupKind) -> BTreeMap<&'a str, &'a RawValue> {
    let held = dump.objects_of(kind).map_or(&[][..], |of| &of.objects);
    let pairs = held.iter().map(|(name, object)| (name.as_str(), *object));
    pairs.collect()
}

/// The fields with a value that a release does not have.
fn unknown_fields(kind: &BackupKind, release: Release, object: &Json, there: &Json) -> Vec<Path> {
    let findings = reviewed(kind, release, &[], &mut object.clone()).0;
    // What the table does not know may still be there.
    let of_release = findings
        .into_iter()
        .filter(|one| one.kind == FindingKind::Ignored && one.wrong.lacked_by.is_none());
    let paths = of_release.map(|one| one.path);
    let has_value = |value: Option<&Json>| value.is_some_and(|value| !is_all_zero(value));
    paths
        .filter(|path| has_value(at(object, &path.0)) && !has_value(at(there, &path.0)))
        .collect()
}

/// The difference without the values of secrets.
fn without_secrets(kind: &BackupKind, change: &FieldDiff) -> FieldDiff {
    let key = change.path.rsplit('.').next().unwrap_or_default();
    let is_hashed = kind
        .hashed
        .is_some_and(|hashed| hashed.member == change.path);
    let masked = |value: &Json| {
        if is_hashed {
            MASK.into()
        } else {
            edited::shown(key, value)
        }
    };
    FieldDiff {
        before: change.before.as_ref().map(masked),
        after: change.after.as_ref().map(masked),
        path: change.path.clone(),
    }
}

/// A part that only one server has, as its fields.
fn expanded(change: FieldDiff) -> Vec<FieldDiff> {
    let (only, is_first) = match (&change.before, &change.after) {
        (Some(only), None) => (only, true),
        (None, Some(only)) => (only, false),
        _ => return vec![change],
    };
    let is_hidden = *only == json!({"status": "Redacted"});
    let inner = if only.is_object() && !is_hidden {
        diff(&json!({}), only)
    } else {
        Vec::new()
    };
    if inner.is_empty() {
        return vec![change];
    }
    let below = inner.into_iter().map(|one| {
        let (before, after) = if is_first {
            (one.after, None)
        } else {
            (None, one.after)
        };
        let path = format!("{}.{}", change.path, one.path);
        FieldDiff {
            path,
            before,
            after,
        }
    });
    below.flat_map(expanded).collect()
}

/// The difference with the values that count as none where they are compared: 0 and `false`.
fn completed(change: FieldDiff, whole: &[Json; 2]) -> FieldDiff {
    let value = |object: &Json| {
        let mut steps = change.path.split('.');
        let found = steps.try_fold(object, |value, key| value.get(key));
        found
            .filter(|value| is_all_zero(value) && !value.is_object())
            .cloned()
    };
    FieldDiff {
        before: change.before.or_else(|| value(&whole[0])),
        after: change.after.or_else(|| value(&whole[1])),
        path: change.path.clone(),
    }
}

#[cfg(test)]
mod tests;
