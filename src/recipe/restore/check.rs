//! Checks the objects of a backup against the table and against each other, before
//! anything is sent.

use super::compare::at;
use super::options::RestoreOptions;
use crate::catalog::backup::{BackupKind, FOLDERS_FIRST, ForeignKey, kind};
use crate::catalog::schema::{
    self, FieldRef, Finding, FindingKind, Linked, Path, Review, Step, Type, ValueError, schema,
};
use crate::catalog::{Release, is_all_zero, is_zero};
use crate::recipe::dump::{Dump, parsed};
use crate::text::clean;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The steps of `users[3]`, which a path in an object comes after.
const PLACE: usize = 2;

/// The names of the objects of each kind, in lower case: a server may be set to ignore case.
type NamesByKind = BTreeMap<&'static str, BTreeSet<String>>;

/// The check of the objects of a backup.
pub(super) struct BackupCheck {
    release: Release,
    /// The objects that exist on the server, or will be restored.
    there: NamesByKind,
    /// The objects of the backup that `--only` leaves out.
    left_out: NamesByKind,
}

/// What is wrong with an object.
#[derive(Debug, Default)]
pub(super) struct ObjectCheck {
    pub(super) findings: Vec<Finding>,
    /// The folders that the server creates together with the object.
    pub(super) folders: Vec<String>,
    /// Whether words in it were replaced by numbers.
    pub(super) is_replaced: bool,
}

/// The kinds to ask the server for: those that are restored, and those that these name.
/// Empty means all.
pub(super) fn needed(backup: &Dump<'_>, options: &RestoreOptions) -> Vec<String> {
    let mut lists = options.only.clone();
    if lists.is_empty() {
        return lists;
    }
    let wanted = backup
        .kinds
        .iter()
        .filter(|held| options.includes(held.kind.list));
    for held in wanted {
        for (_, object) in &held.objects {
            let object = parsed(object).unwrap_or_default();
            let is_named = |link: &&ForeignKey| !is_zero(&object[link.member]);
            let links = held.kind.links.iter().filter(is_named);
            let links = links.map(|link| link.list);
            for list in links {
                if !lists.iter().any(|known| known == list) {
                    lists.push(list.to_owned());
                }
            }
        }
    }
    lists.sort();
    lists.dedup();
    lists
}

impl BackupCheck {
    pub(super) fn new(
        backup: &Dump<'_>,
        there: &Dump<'_>,
        options: &RestoreOptions,
        release: Release,
    ) -> Self {
        let mut check = Self {
            release,
            there: NamesByKind::new(),
            left_out: NamesByKind::new(),
        };
        for held in &there.kinds {
            let names = held.objects.iter().map(|(name, _)| name.to_lowercase());
            check.there.entry(held.kind.list).or_default().extend(names);
        }
        for held in &backup.kinds {
            let list = held.kind.list;
            let is_restored = options.includes(list) && there.knows(held.kind);
            let into = if is_restored {
                &mut check.there
            } else {
                &mut check.left_out
            };
            let names = held.objects.iter().map(|(name, _)| name.to_lowercase());
            into.entry(list).or_default().extend(names);
        }
        check
    }

    /// Checks an object and replaces words in it by the numbers that they stand for. What
    /// the server has as well is not wrong.
    pub(super) fn object(
        &self,
        kind: &BackupKind,
        place: usize,
        object: &mut Json,
        other: Option<&Json>,
    ) -> ObjectCheck {
        let root = [Step::Key(kind.list.to_owned()), Step::Index(place)];
        let mut checked = ObjectCheck::default();
        (checked.findings, checked.is_replaced) = reviewed(kind, self.release, &root, object);
        checked.findings.retain(|finding| {
            let path = &finding.path.0[PLACE.min(finding.path.0.len())..];
            if is_maintained(kind, path) {
                return false;
            }
            let there = other.and_then(|other| at(other, path));
            match finding.kind {
                FindingKind::Ignored => there.is_none_or(is_all_zero),
                FindingKind::Refused | FindingKind::Doubtful => {
                    there.is_none() || there != at(object, path)
                }
            }
        });
        for link in kind.links {
            self.link(kind, link, &root, object, &mut checked);
        }
        checked
    }

    /// Checks that the objects exist that a member names.
    fn link(
        &self,
        of: &BackupKind,
        link: &ForeignKey,
        root: &[Step],
        object: &Json,
        checked: &mut ObjectCheck,
    ) {
        let field = of
            .object
            .and_then(schema)
            .and_then(|of| of.own(link.member));
        // A release without the member ignores it; one without the kind does not ask for it.
        if field.is_some_and(|field| !field.span.holds(self.release))
            || !self.there.contains_key(link.list)
        {
            return;
        }
        let path = Path(root.to_vec()).then(Step::Key(link.member.to_owned()));
        match &object[link.member] {
            Json::String(name) => self.named(link, name, path, object, checked),
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if let Some(name) = item["name"].as_str() {
                        let path = path.then(Step::Index(at));
                        self.named(link, name, path, item, checked);
                    }
                }
            }
            _ => {}
        }
    }

    fn named(
        &self,
        link: &ForeignKey,
        name: &str,
        path: Path,
        item: &Json,
        checked: &mut ObjectCheck,
    ) {
        let lower = name.trim().to_lowercase();
        let holds = |names: &NamesByKind| {
            let names = names.get(link.list);
            names.is_some_and(|names| names.contains(&lower))
        };
        if lower.is_empty() || holds(&self.there) {
            return;
        }
        let comes = link.list == "folders" && self.release < FOLDERS_FIRST;
        if comes && !is_zero(&item["mapped_path"]) {
            checked.folders.push(name.to_owned());
            return;
        }
        let one = kind(link.list).map_or(link.list, |kind| kind.one);
        let shown = clean::line(name);
        let where_not = if holds(&self.left_out) {
            "is not on the server, and `--only` excludes it"
        } else {
            "is neither in the backup nor on the server"
        };
        let wrong = ValueError::new(format!("the {one} `{shown}` in `{path}` {where_not}"));
        checked.findings.push(Finding {
            path,
            wrong: match crate::catalog::missing::of(link.list) {
                Some(missing) => wrong.hint(missing.hint()),
                None => wrong,
            },
            kind: FindingKind::Refused,
        });
    }
}

/// Whether the server maintains a member of an object by itself, such as `created_at`.
fn is_maintained(kind: &BackupKind, path: &[Step]) -> bool {
    let [Step::Key(member)] = path else {
        return false;
    };
    let field = kind.object.and_then(schema).and_then(|of| of.own(member));
    field.is_some_and(|field| field.read_only)
}

/// The path of a finding in its object: `filters.allowed_ip`.
pub(super) fn inside(finding: &Finding) -> Path {
    let steps = finding.path.0.iter().skip(PLACE);
    Path(steps.cloned().collect())
}

/// What a release makes of an object at a place, by the table alone. Words in it are replaced
/// by the numbers that they stand for; returns whether there were any.
pub(super) fn reviewed(
    kind: &BackupKind,
    release: Release,
    root: &[Step],
    object: &mut Json,
) -> (Vec<Finding>, bool) {
    let Some(name) = kind.object else {
        return (Vec::new(), false);
    };
    let linked = kind.refers.iter().map(|reference| Linked {
        list: reference.list,
        object: reference.object,
    });
    let linked: Vec<Linked> = linked.collect();
    let mut review = Review {
        release,
        linked: &linked,
        found: Vec::new(),
        is_replaced: false,
    };
    let mut found = FieldRef::root(&Type::Object(name));
    found.path = Path(root.to_vec());
    review.check(&found, object);
    (review.found, review.is_replaced)
}

/// Whether an object has no `status`, which the server takes as disabled.
pub(super) fn lacks_status(kind: &BackupKind, object: &Json, release: Release) -> bool {
    let status = kind.object.and_then(schema::schema);
    let status = status.and_then(|of| of.own("status"));
    let has_it = status.is_some_and(|field| field.span.holds(release));
    has_it && object["status"].is_null()
}

#[cfg(test)]
mod tests;
