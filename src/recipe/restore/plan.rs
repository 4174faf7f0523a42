//! The plan of a restore: each object of a backup compared with the server's.

use super::check::{BackupCheck, ObjectCheck, inside, lacks_status};
use super::compare::{ObjectDiff, as_read, at, difference};
use super::file::meant_kind;
use super::journal::{Progress, RestoredObjects};
use super::options::RestoreOptions;
use crate::catalog::backup::BackupKind;
use crate::catalog::schema::{Finding, FindingKind, Path, Step};
use crate::catalog::{Release, is_zero};
use crate::recipe::dump::{Dump, KindObjects, parsed};
use crate::text::clean;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What to do with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The server lacks the object.
    Create,
    /// It differs on the server.
    Update,
    /// It is the same on the server, as far as can be seen: it has secrets that the server
    /// only has as hashes or encrypted, so it is sent.
    SendAgain,
    /// It is the same on the server.
    Same,
    /// It differs on the server, and is left unchanged.
    Skip,
    /// An earlier run restored it.
    Before,
}

impl Action {
    const ALL: [Self; 6] = [
        Self::Create,
        Self::Update,
        Self::SendAgain,
        Self::Same,
        Self::Skip,
        Self::Before,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::SendAgain | Self::Same => "same",
            Self::Skip => "skip",
            Self::Before => "restored_before",
        }
    }

    /// Whether a request is sent for it.
    pub(super) const fn is_sent(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::SendAgain)
    }
}

/// An object, and what to do with it.
pub(super) struct PlanEntry<'a> {
    pub(super) kind: &'static BackupKind,
    pub(super) name: String,
    /// The object, which may differ from the file in words that became numbers.
    object: Cow<'a, RawValue>,
    pub(super) action: Action,
    /// How it differs on the server.
    pub(super) difference: ObjectDiff,
    /// What is wrong with it.
    pub(super) findings: Vec<Finding>,
    /// The folders that the server creates together with it.
    pub(super) folders: Vec<String>,
    /// Whether it will be disabled because it has no `status`.
    pub(super) lacks_status: bool,
    /// Whether the server needs it twice: it empties members of a new object.
    pub(super) is_sent_twice: bool,
    /// Whether an earlier run sent it once, and it is to be sent the second time.
    pub(super) completes: bool,
}

/// A kind of a backup that cannot be restored.
pub(super) struct Unhandled {
    list: String,
    count: usize,
    why: String,
}

/// A plan, in the order of execution.
pub(super) struct Plan<'a> {
    pub(super) entries: Vec<PlanEntry<'a>>,
    pub(super) unhandled: Vec<Unhandled>,
    /// How many objects of each kind exist only on the server.
    elsewhere: BTreeMap<&'static str, usize>,
}

impl<'a> Plan<'a> {
    /// The plan for a backup against the server's data, without unwanted kinds
    /// and objects already `done`.
    pub(super) fn new(
        backup: Dump<'a>,
        there: &Dump<'_>,
        options: &RestoreOptions,
        done: &RestoredObjects,
        release: Release,
    ) -> Result<Self, String> {
        let adding = Context {
            check: BackupCheck::new(&backup, there, options, release),
            there,
            options,
            done,
            release,
            version: backup.version.clone(),
        };
        let mut plan = Self {
            entries: Vec::new(),
            unhandled: Vec::new(),
            elsewhere: BTreeMap::new(),
        };
        let kinds = backup.kinds.into_iter();
        for held in kinds.filter(|held| options.includes(held.kind.list)) {
            if there.knows(held.kind) {
                plan.add(held, &adding)?;
            } else if !held.objects.is_empty() {
                plan.unhandled.push(Unhandled {
                    list: held.kind.list.to_owned(),
                    count: held.objects.len(),
                    why: "this server does not know this kind of object".to_owned(),
                });
            }
        }
        let unknown = backup.unknown.into_iter();
        for (list, count) in unknown.filter(|(list, _)| options.includes(list)) {
            let why = format!(
                "this shell does not know this kind of object{}",
                meant_kind(&list)
            );
            plan.unhandled.push(Unhandled { list, count, why });
        }
        Ok(plan)
    }

    fn add(&mut self, held: KindObjects<'a>, adding: &Context<'_>) -> Result<(), String> {
        let KindObjects { kind, objects } = held;
        let mut others = by_name(adding.there, kind);
        for (place, (name, object)) in objects.into_iter().enumerate() {
            let other = others.remove(name.as_str());
            let entry = adding.entry(kind, place, name, object, other)?;
            self.entries.push(entry);
        }
        self.elsewhere.insert(kind.list, others.len());
        Ok(())
    }

    /// The sent objects that the server stored differently, with the paths, and
    /// how many are missing.
    pub(super) fn differences_from(
        &self,
        there: &Dump<'_>,
    ) -> Result<(Vec<String>, usize), String> {
        let (mut differences, mut missing) = (Vec::new(), 0);
        for list in self.elsewhere.keys() {
            let of_kind =
                |entry: &&PlanEntry<'_>| entry.kind.list == *list && entry.action.is_sent();
            let mut sent = self.entries.iter().filter(of_kind).peekable();
            let Some(first) = sent.peek() else { continue };
            let others = by_name(there, first.kind);
            for entry in sent {
                let Some(other) = others.get(entry.name.as_str()) else {
                    differences.push(format!("{} is missing", entry.label()));
                    missing += 1;
                    continue;
                };
                let paths = entry
                    .differs_from(&entry.object()?, &parsed(other)?)
                    .changed;
                if !paths.is_empty() {
                    let paths = clean::line(&paths.join("`, `")).into_owned();
                    differences.push(format!(
                        "{} differs in `{paths}`: the server stored a different value",
                        entry.label()
                    ));
                }
            }
        }
        Ok((differences, missing))
    }

    /// How many objects have this step.
    pub(super) fn count(&self, action: Action) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.action == action)
            .count()
    }

    /// How many objects are sent.
    pub(super) fn to_send(&self) -> usize {
        let sent = self.entries.iter().filter(|entry| entry.action.is_sent());
        sent.count()
    }

    /// How many objects exist only on the server.
    pub(super) fn elsewhere(&self) -> usize {
        self.elsewhere.values().sum()
    }

    /// The plan as printed: names and paths, no values; without the objects that stay as they
    /// are, unless `all`.
    pub(super) fn to_json(&self, all: bool) -> Json {
        let stays = |entry: &&PlanEntry<'_>| {
            let is_known = matches!(entry.action, Action::Same | Action::Before);
            is_known && entry.findings.is_empty()
        };
        let shown = self.entries.iter().filter(|entry| all || !stays(entry));
        let entries = shown.map(|entry| {
            let mut line = json!({
                "kind": entry.kind.list,
                "name": entry.name,
                "plan": entry.action.word(),
            });
            if entry.action == Action::SendAgain {
                line["sent_again"] = entry.difference.paths().collect();
            } else if !entry.difference.is_none() {
                line["changed"] = entry.difference.paths().collect();
            }
            if entry.is_sent_twice {
                line["then"] = Action::Update.word().into();
            }
            for (word, kind) in [
                ("refused", FindingKind::Refused),
                ("ignored", FindingKind::Ignored),
            ] {
                let paths = entry.found(kind).map(|one| inside(one).to_string());
                let paths: Vec<String> = paths.collect();
                if !paths.is_empty() {
                    line[word] = paths.into();
                }
            }
            line
        });
        let unhandled = self.unhandled.iter().map(|one| {
            json!({"kind": one.list, "plan": "not_handled", "objects": one.count, "why": one.why})
        });
        entries.chain(unhandled).collect()
    }

    /// A line for each kind: `users: 2 create, 1 update, 9 same; 3 only on the
    /// server (kept)`.
    pub(super) fn summary(&self) -> String {
        let mut text = String::new();
        // In the order of the entries; kinds without entries come last.
        let mut kinds: Vec<&str> = self.entries.iter().map(|entry| entry.kind.list).collect();
        kinds.extend(self.elsewhere.keys());
        let mut seen: Vec<&str> = Vec::new();
        for list in kinds {
            if seen.contains(&list) {
                continue;
            }
            seen.push(list);
            let here = |word: &&str| {
                let of = |entry: &&PlanEntry<'_>| {
                    entry.kind.list == list && entry.action.word() == *word
                };
                self.entries.iter().filter(of).count()
            };
            let mut words: Vec<&str> = Action::ALL.iter().map(|action| action.word()).collect();
            words.dedup();
            let parts = words.iter().map(|word| (here(word), word));
            let parts: Vec<String> = parts
                .filter(|(count, _)| *count > 0)
                .map(|(count, word)| format!("{count} {}", word.replace('_', " ")))
                .collect();
            let stay = match self.elsewhere.get(list).copied().unwrap_or(0) {
                0 => None,
                1 => Some("1 only on the server (kept)".to_owned()),
                several => Some(format!("{several} only on the server (kept)")),
            };
            let parts = (!parts.is_empty()).then(|| parts.join(", "));
            let line: Vec<String> = parts.into_iter().chain(stay).collect();
            if !line.is_empty() {
                text.push_str(&format!("{list}: {}\n", line.join("; ")));
            }
        }
        for one in &self.unhandled {
            text.push_str(&format!("{}\n", one.message()));
        }
        text
    }
}

/// What an entry is made from.
struct Context<'a> {
    check: BackupCheck,
    there: &'a Dump<'a>,
    options: &'a RestoreOptions,
    done: &'a RestoredObjects,
    release: Release,
    version: Json,
}

impl Context<'_> {
    fn entry<'b>(
        &self,
        kind: &'static BackupKind,
        place: usize,
        name: String,
        raw: &'b RawValue,
        other: Option<&RawValue>,
    ) -> Result<PlanEntry<'b>, String> {
        let how_far = self.done.progress(kind, &name);
        let is_done = how_far == Some(Progress::Done);
        let other = other.map(parsed).transpose()?;
        let other = other.as_ref();
        let mut object = parsed(raw)?;
        let is_read_otherwise = as_read(kind, &self.version, self.release, &mut object);
        let checked = if is_done {
            ObjectCheck::default()
        } else {
            self.check.object(kind, place, &mut object, other)
        };
        let raw = if is_read_otherwise || checked.is_replaced {
            Cow::Owned(to_raw_value(&object).map_err(|why| why.to_string())?)
        } else {
            Cow::Borrowed(raw)
        };
        let mut entry = PlanEntry {
            lacks_status: lacks_status(kind, &object, self.release),
            kind,
            name,
            object: raw,
            action: Action::Before,
            difference: ObjectDiff::default(),
            findings: checked.findings,
            folders: checked.folders,
            is_sent_twice: false,
            completes: false,
        };
        if let Some(other) = other {
            entry.difference = entry.differs_from(&object, other);
        }
        entry.action = self.action(&entry, other.is_some(), how_far);
        entry.completes = entry.action == Action::Update && entry.is_half(how_far);
        entry.is_sent_twice = entry.action == Action::Create
            && kind.empties_in.holds(self.release)
            && is_emptied(kind, &object);
        let is_disabled = entry.difference.changed.iter().any(|path| path == "status");
        if matches!(entry.action, Action::Update | Action::SendAgain) && !is_disabled {
            entry.lacks_status = false;
        }
        if !entry.action.is_sent() {
            entry.lacks_status = false;
            entry.folders.clear();
            let is_same = entry.action == Action::Same;
            entry
                .findings
                .retain(|one| is_same && one.kind == FindingKind::Ignored);
        }
        Ok(entry)
    }

    fn action(&self, entry: &PlanEntry<'_>, is_there: bool, how_far: Option<Progress>) -> Action {
        if how_far == Some(Progress::Done) {
            Action::Before
        } else if !is_there {
            Action::Create
        } else if entry.difference.is_none() {
            Action::Same
        } else if entry.is_half(how_far) {
            Action::Update
        } else if self.options.skip_existing {
            Action::Skip
        } else if entry.difference.changed.is_empty() {
            Action::SendAgain
        } else {
            Action::Update
        }
    }
}

impl PlanEntry<'_> {
    pub(super) fn object(&self) -> Result<Json, String> {
        parsed(&self.object)
    }

    /// What is wrong with it, by what the server does.
    pub(super) fn found(&self, kind: FindingKind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |one| one.kind == kind)
    }

    /// How it differs from the server's, apart from what the server ignores.
    fn differs_from(&self, object: &Json, other: &Json) -> ObjectDiff {
        let ignored: Vec<Path> = self.found(FindingKind::Ignored).map(inside).collect();
        difference(self.kind, other, object, &ignored)
    }

    /// Whether an earlier run created it, but did not send it the second time. If that run
    /// does not know that it created it, the object differs only in what the server empties.
    fn is_half(&self, how_far: Option<Progress>) -> bool {
        match how_far {
            Some(Progress::Created) => true,
            Some(Progress::Creating) => {
                let mut changed = self.difference.changed.iter();
                changed.all(|path| self.kind.empties(path))
            }
            Some(Progress::Done) | None => false,
        }
    }

    /// Its name in messages: ``user `anna` ``.
    pub(super) fn label(&self) -> String {
        if self.kind.names.is_empty() {
            return format!("the {}", self.kind.one);
        }
        format!("{} `{}`", self.kind.one, clean::line(&self.name))
    }
}

/// Whether an object has members that the server empties in a new one.
fn is_emptied(kind: &BackupKind, object: &Json) -> bool {
    kind.emptied.iter().any(|emptied| {
        let steps = emptied.path.iter().chain(&emptied.switch);
        let steps: Vec<Step> = steps.map(|key| Step::Key((*key).to_owned())).collect();
        at(object, &steps).is_some_and(|value| !is_zero(value))
    })
}

/// The objects of one kind by name.
fn by_name<'a>(dump: &'a Dump<'_>, kind: &BackupKind) -> BTreeMap<&'a str, &'a RawValue> {
    let objects = dump.objects_of(kind).map_or(&[][..], |held| &held.objects);
    let pairs = objects
        .iter()
        .map(|(name, object)| (name.as_str(), *object));
    pairs.collect()
}

impl Unhandled {
    /// `teams: 3 objects are not restored: this shell does not know this kind of object`.
    pub(super) fn message(&self) -> String {
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
