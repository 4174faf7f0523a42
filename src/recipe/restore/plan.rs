//! What a restore would do: each object of a backup beside that of the server.

use super::how::How;
use super::journal::Done;
use super::settled::settled;
use crate::body::diff::{Change, diff};
use crate::catalog::backup::Stored;
use crate::recipe::dump::{Dump, Held};
use crate::text::clean;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What is to be done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The server has no such object.
    Create,
    /// The server has it otherwise.
    Update,
    /// The server has it so.
    Same,
    /// The server has it otherwise, and it is left alone.
    Skip,
    /// An earlier run restored it.
    Before,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::Create,
        Self::Update,
        Self::Same,
        Self::Skip,
        Self::Before,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Same => "same",
            Self::Skip => "skip",
            Self::Before => "restored_before",
        }
    }

    /// Whether something is sent for it.
    pub(super) const fn is_sent(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}

/// An object, and what is to be done to it.
pub(super) struct Entry {
    pub(super) kind: &'static Stored,
    pub(super) name: String,
    pub(super) object: Json,
    pub(super) step: Step,
    /// The paths at which the server has it otherwise.
    changed: Vec<String>,
}

/// What of a backup is left out, since nobody knows how to restore it.
pub(super) struct Unhandled {
    list: String,
    count: usize,
    why: &'static str,
}

/// A plan, in the order in which it is carried out.
pub(super) struct Plan {
    pub(super) entries: Vec<Entry>,
    pub(super) unhandled: Vec<Unhandled>,
    /// How many objects of each kind only the server has.
    elsewhere: BTreeMap<&'static str, usize>,
}

impl Plan {
    /// The plan for a backup on a server that has this; kinds that are not
    /// wanted are left out, and objects that are `done`.
    pub(super) fn new(backup: Dump, there: &Dump, how: &How, done: &Done) -> Self {
        let mut plan = Self {
            entries: Vec::new(),
            unhandled: Vec::new(),
            elsewhere: BTreeMap::new(),
        };
        let kinds = backup.kinds.into_iter();
        for held in kinds.filter(|held| how.wants(held.kind.list)) {
            if there.knows(held.kind) {
                plan.add(held, there, how, done);
            } else if !held.objects.is_empty() {
                plan.unhandled.push(Unhandled {
                    list: held.kind.list.to_owned(),
                    count: held.objects.len(),
                    why: "this server does not know the kind",
                });
            }
        }
        let unknown = backup.unknown.into_iter();
        for (list, count) in unknown.filter(|(list, _)| how.wants(list)) {
            plan.unhandled.push(Unhandled {
                list,
                count,
                why: "this shell does not know the kind",
            });
        }
        plan
    }

    fn add(&mut self, held: Held, there: &Dump, how: &How, done: &Done) {
        let Held { kind, objects } = held;
        let mut others = by_name(there, kind);
        for (name, object) in objects {
            let other = others.remove(name.as_str());
            let changed = other.map_or_else(Vec::new, |other| changed(kind, other, &object));
            let step = match other {
                _ if done.has(kind, &name) => Step::Before,
                None => Step::Create,
                Some(_) if changed.is_empty() => Step::Same,
                Some(_) if how.skip_existing => Step::Skip,
                Some(_) => Step::Update,
            };
            self.entries.push(Entry {
                kind,
                name,
                object,
                step,
                changed,
            });
        }
        self.elsewhere.insert(kind.list, others.len());
    }

    /// What was sent, and is not there as it was sent: each with the paths; and
    /// how many of these are not there at all.
    pub(super) fn otherwise(&self, there: &Dump) -> (Vec<String>, usize) {
        let (mut told, mut missing) = (Vec::new(), 0);
        for list in self.elsewhere.keys() {
            let of_kind = |entry: &&Entry| entry.kind.list == *list && entry.step.is_sent();
            let mut sent = self.entries.iter().filter(of_kind).peekable();
            let Some(first) = sent.peek() else { continue };
            let others = by_name(there, first.kind);
            for entry in sent {
                let Some(other) = others.get(entry.name.as_str()) else {
                    told.push(format!("{} is not there", entry.called()));
                    missing += 1;
                    continue;
                };
                let paths = changed(entry.kind, other, &entry.object);
                if !paths.is_empty() {
                    let paths = clean::line(&paths.join("`, `")).into_owned();
                    told.push(format!("{} differs in `{paths}`", entry.called()));
                }
            }
        }
        (told, missing)
    }

    /// How many objects there are to be dealt with so.
    pub(super) fn count(&self, step: Step) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.step == step)
            .count()
    }

    /// How many objects only the server has.
    pub(super) fn elsewhere(&self) -> usize {
        self.elsewhere.values().sum()
    }

    /// The plan as it is printed: names and paths, no values.
    pub(super) fn told(&self) -> Json {
        let entries = self.entries.iter().map(|entry| {
            let mut told = json!({
                "kind": entry.kind.list,
                "name": entry.name,
                "plan": entry.step.word(),
            });
            if !entry.changed.is_empty() {
                told["changed"] = entry.changed.iter().map(String::as_str).collect();
            }
            told
        });
        let unhandled = self.unhandled.iter().map(|one| {
            json!({"kind": one.list, "plan": "not_handled", "objects": one.count, "why": one.why})
        });
        entries.chain(unhandled).collect()
    }

    /// A line for each kind: `users: 2 create, 1 update, 9 same; 3 only on the
    /// server, they stay`.
    pub(super) fn summary(&self) -> String {
        let mut text = String::new();
        // In the order of the entries, where a kind without any comes last.
        let mut kinds: Vec<&str> = self.entries.iter().map(|entry| entry.kind.list).collect();
        kinds.extend(self.elsewhere.keys());
        let mut told: Vec<&str> = Vec::new();
        for list in kinds {
            if told.contains(&list) {
                continue;
            }
            told.push(list);
            let here = |step: &Step| {
                let of = |entry: &&Entry| entry.kind.list == list && entry.step == *step;
                (self.entries.iter().filter(of).count(), step.word())
            };
            let parts = Step::ALL.iter().map(here).filter(|(count, _)| *count > 0);
            let parts: Vec<String> = parts
                .map(|(count, word)| format!("{count} {}", word.replace('_', " ")))
                .collect();
            let stay = match self.elsewhere.get(list).copied().unwrap_or(0) {
                0 => None,
                1 => Some("1 only on the server, it stays".to_owned()),
                several => Some(format!("{several} only on the server, they stay")),
            };
            let parts = (!parts.is_empty()).then(|| parts.join(", "));
            let line: Vec<String> = parts.into_iter().chain(stay).collect();
            if !line.is_empty() {
                text.push_str(&format!("{list}: {}\n", line.join("; ")));
            }
        }
        for one in &self.unhandled {
            text.push_str(&format!("{}\n", one.told()));
        }
        text
    }
}

impl Entry {
    /// As it is told of: ``user `anna` ``.
    pub(super) fn called(&self) -> String {
        if self.kind.names.is_empty() {
            return format!("the {}", self.kind.one);
        }
        format!("{} `{}`", self.kind.one, clean::line(&self.name))
    }
}

/// The objects of one kind by their names.
fn by_name<'a>(dump: &'a Dump, kind: &Stored) -> BTreeMap<&'a str, &'a Json> {
    let objects = dump.held(kind).map_or(&[][..], |held| &held.objects);
    let pairs = objects.iter().map(|(name, object)| (name.as_str(), object));
    pairs.collect()
}

/// The paths at which an object is another one than there.
fn changed(kind: &Stored, there: &Json, object: &Json) -> Vec<String> {
    let changes = diff(&settled(kind, there), &settled(kind, object));
    changes.into_iter().flat_map(paths).collect()
}

/// The paths of a change: of an object that is there on one side alone, those of
/// its members.
fn paths(change: Change) -> Vec<String> {
    match (change.before, change.after) {
        (None, Some(only)) | (Some(only), None) => {
            let changes = diff(&json!({}), &only);
            let is_object = only.is_object() && !changes.is_empty();
            let below = changes.into_iter().filter(|_| is_object).flat_map(paths);
            let below: Vec<String> = below
                .map(|path| format!("{}.{path}", change.path))
                .collect();
            if below.is_empty() {
                vec![change.path]
            } else {
                below
            }
        }
        _ => vec![change.path],
    }
}

impl Unhandled {
    /// `teams: 3 objects are not restored: this shell does not know the kind`.
    pub(super) fn told(&self) -> String {
        let Self { list, count, why } = self;
        let list = clean::line(list);
        let are = if *count == 1 {
            "object is"
        } else {
            "objects are"
        };
        format!("{list}: {count} {are} not restored: {why}")
    }
}
