//! Checks the objects of a backup against the table and against each other, before
//! anything is sent.

use super::compare::at;
use super::how::How;
use crate::catalog::backup::{FOLDERS_FIRST, Link, Stored, kind};
use crate::catalog::schema::{
    self, Fate, Finding, Found, Linked, Path, Review, Step, Type, Wrong, schema,
};
use crate::catalog::{Release, is_zero};
use crate::recipe::dump::Dump;
use crate::text::clean;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The steps of `users[3]`, which a path in an object comes after.
const PLACE: usize = 2;

/// The names of the objects of each kind, in lower case: a server may be set to ignore case.
type Names = BTreeMap<&'static str, BTreeSet<String>>;

/// The check of the objects of a backup.
pub(super) struct Check {
    release: Release,
    /// The objects that exist on the server, or will be restored.
    there: Names,
    /// The objects of the backup that `--only` leaves out.
    left_out: Names,
}

/// What is wrong with an object.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// The folders that the server creates together with the object.
    pub(super) folders: Vec<String>,
}

/// The kinds to ask the server for: those that are restored, and those that these name.
/// Empty means all.
pub(super) fn needed(backup: &Dump, how: &How) -> Vec<String> {
    let mut lists = how.only.clone();
    if lists.is_empty() {
        return lists;
    }
    let wanted = backup.kinds.iter().filter(|held| how.wants(held.kind.list));
    for held in wanted {
        let is_named = |link: &&Link| {
            let mut objects = held.objects.iter();
            objects.any(|(_, object)| !is_zero(&object[link.member]))
        };
        let links = held.kind.links.iter().filter(is_named);
        lists.extend(links.map(|link| link.list.to_owned()));
    }
    lists.sort();
    lists.dedup();
    lists
}

impl Check {
    pub(super) fn new(backup: &Dump, there: &Dump, how: &How, release: Release) -> Self {
        let mut check = Self {
            release,
            there: Names::new(),
            left_out: Names::new(),
        };
        for held in &there.kinds {
            let names = held.objects.iter().map(|(name, _)| name.to_lowercase());
            check.there.entry(held.kind.list).or_default().extend(names);
        }
        for held in &backup.kinds {
            let list = held.kind.list;
            let is_restored = how.wants(list) && there.knows(held.kind);
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
        kind: &Stored,
        place: usize,
        object: &mut Json,
        other: Option<&Json>,
    ) -> Checked {
        let root = [Step::Key(kind.list.to_owned()), Step::Index(place)];
        let mut checked = Checked::default();
        if let Some(name) = kind.object {
            let linked: Vec<Linked> = kind
                .refers
                .iter()
                .map(|reference| Linked {
                    list: reference.list,
                    object: reference.object,
                })
                .collect();
            let mut review = Review {
                release: self.release,
                linked: &linked,
                found: Vec::new(),
            };
            let mut found = Found::root(&Type::Object(name));
            found.path = Path(root.to_vec());
            review.check(&found, object);
            checked.findings = review.found;
        }
        checked.findings.retain(|finding| {
            let path = &finding.path.0[PLACE.min(finding.path.0.len())..];
            let there = other.and_then(|other| at(other, path));
            match finding.fate {
                Fate::Ignored => there.is_none_or(is_zero),
                Fate::Refused | Fate::Doubtful => there.is_none() || there != at(object, path),
            }
        });
        for link in kind.links {
            self.link(kind, link, &root, object, &mut checked);
        }
        checked
    }

    /// Checks that the objects exist that a member names.
    fn link(&self, of: &Stored, link: &Link, root: &[Step], object: &Json, checked: &mut Checked) {
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

    fn named(&self, link: &Link, name: &str, path: Path, item: &Json, checked: &mut Checked) {
        let lower = name.trim().to_lowercase();
        let holds = |names: &Names| {
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
            "is not on the server, and `--only` leaves it out"
        } else {
            "is neither in the backup nor on the server"
        };
        let wrong = Wrong::new(format!("the {one} `{shown}` of `{path}` {where_not}"));
        checked.findings.push(Finding {
            path,
            wrong: match crate::catalog::missing::of(link.list) {
                Some(missing) => wrong.hint(missing.hint()),
                None => wrong,
            },
            fate: Fate::Refused,
        });
    }
}

/// The path of a finding in its object: `filters.allowed_ip`.
pub(super) fn inside(finding: &Finding) -> Path {
    let steps = finding.path.0.iter().skip(PLACE);
    Path(steps.cloned().collect())
}

/// Whether an object has no `status`, which the server takes as disabled.
pub(super) fn lacks_status(kind: &Stored, object: &Json, release: Release) -> bool {
    let status = kind.object.and_then(schema::schema);
    let status = status.and_then(|of| of.own("status"));
    let has_it = status.is_some_and(|field| field.span.holds(release));
    has_it && object["status"].is_null()
}
