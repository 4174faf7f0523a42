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
        .filter(|held| options.wants(held.kind.list));
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
            let is_restored = options.wants(list) && there.knows(held.kind);
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
                is_replaced: false,
            };
            let mut found = FieldRef::root(&Type::Object(name));
            found.path = Path(root.to_vec());
            review.check(&found, object);
            checked.findings = review.found;
            checked.is_replaced = review.is_replaced;
        }
        checked.findings.retain(|finding| {
            let path = &finding.path.0[PLACE.min(finding.path.0.len())..];
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

/// The path of a finding in its object: `filters.allowed_ip`.
pub(super) fn inside(finding: &Finding) -> Path {
    let steps = finding.path.0.iter().skip(PLACE);
    Path(steps.cloned().collect())
}

/// Whether an object has no `status`, which the server takes as disabled.
pub(super) fn lacks_status(kind: &BackupKind, object: &Json, release: Release) -> bool {
    let status = kind.object.and_then(schema::schema);
    let status = status.and_then(|of| of.own("status"));
    let has_it = status.is_some_and(|field| field.span.holds(release));
    has_it && object["status"].is_null()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::backup;
    use crate::recipe::restore::options::only;
    use serde_json::json;

    const V2_7_5: Release = Release::new(2, 7, 5);

    /// A dump whose bytes are never freed.
    fn dump(json: &Json) -> Dump<'static> {
        let bytes = Box::leak(json.to_string().into_bytes().into_boxed_slice());
        Dump::of(bytes).unwrap_or_else(|why| panic!("{why}"))
    }

    /// A server that has one of each kind.
    fn server() -> Dump<'static> {
        dump(&json!({
            "version": 17, "folders": [{"name": "f"}], "groups": [{"name": "Staff"}],
            "roles": [{"name": "r"}], "users": [{"username": "u"}], "admins": [{"username": "a"}],
            "event_actions": [{"name": "act"}], "api_keys": [], "event_rules": [], "shares": [],
        }))
    }

    /// The findings of an object, as `kind path`, and the folders that come with it.
    fn findings(
        list: &str,
        mut object: Json,
        release: Release,
        other: Option<&Json>,
    ) -> Vec<String> {
        let check = BackupCheck::new(
            &dump(&json!({"version": 17})),
            &server(),
            &RestoreOptions::default(),
            release,
        );
        let kind = backup::kind(list).expect(list);
        let checked = check.object(kind, 3, &mut object, other);
        let found = checked.findings.iter().map(|one| {
            assert!(
                one.path.to_string().starts_with(&format!("{list}[3].")),
                "{one:?}"
            );
            format!("{:?} {}", one.kind, inside(one))
        });
        let folders = checked.folders.iter().map(|name| format!("folder {name}"));
        found.chain(folders).collect()
    }

    #[test]
    fn what_the_server_refuses_and_what_it_ignores() {
        for (list, object, found) in [
            (
                "users",
                json!({"username": "x", "uidd": 1, "gidd": 0, "later": null}),
                &["Ignored uidd"][..],
            ),
            ("users", json!({"uid": "1000"}), &["Refused uid"]),
            (
                "users",
                json!({"uid": 1.5, "gid": 7.0}),
                &["Refused uid", "Refused gid"],
            ),
            (
                "users",
                json!({"permissions": {"/": ["list", "lst"], "/x": []}}),
                &["Refused permissions./[1]"],
            ),
            (
                "users",
                json!({"filters": {"denied_protocols": ["SSH", "SCP"], "hooks": {"pre_login": true}}}),
                &[
                    "Refused filters.denied_protocols[1]",
                    "Ignored filters.hooks.pre_login",
                ],
            ),
            ("users", json!({"filters": "none"}), &["Refused filters"]),
            (
                "users",
                json!({"filesystem": {"provider": 1, "s3config": {"access_secret": {"status": "Redacted"}}}}),
                &["Refused filesystem.s3config.access_secret"],
            ),
            (
                "users",
                json!({"filesystem": {"s3config": {"access_secret": "$aes$12"}}}),
                &["Refused filesystem.s3config.access_secret"],
            ),
            (
                "folders",
                json!({"filesystem": {"cryptconfig": {"passphrase": {"status": "Secretbox", "payload": "x"}}}}),
                &["Refused filesystem.cryptconfig.passphrase"],
            ),
            (
                "users",
                json!({"uid": -5, "id": "x", "used_quota_size": "y"}),
                &["Doubtful uid"],
            ),
            (
                "admins",
                json!({"username": "x", "permissions": ["*", "manage_admins"]}),
                &["Refused permissions[1]"],
            ),
            (
                "event_actions",
                json!({"name": "x", "type": 10}),
                &["Refused type"],
            ),
            (
                "event_rules",
                json!({"name": "x", "conditions": {"options": {"provider_objects": ["folder", "rule"]}}}),
                &["Refused conditions.options.provider_objects[1]"],
            ),
            // A dump has the whole action in the rule.
            (
                "event_rules",
                json!({"actions": [{"name": "act", "type": 10, "options": {"http_config": {"timeout": 500, "x": 1}}}]}),
                &["Ignored actions[0].options.http_config.x"],
            ),
            (
                "folders",
                json!({"name": "x", "users": ["a"], "mapped_pth": "/x"}),
                &["Ignored mapped_pth"],
            ),
        ] {
            assert_eq!(
                findings(list, object.clone(), V2_7_5, None),
                found,
                "{object}"
            );
        }
    }

    #[test]
    fn what_is_asked_of_a_release() {
        let user = json!({"permissions": {"/": ["copy"]}, "role": "r", "groups": [{"name": "staff", "type": 1}]});
        for (release, found) in [
            (
                Release::new(2, 0, 4),
                &["Refused permissions./[0]", "Ignored role", "Ignored groups"][..],
            ),
            (
                Release::new(2, 3, 6),
                &["Refused permissions./[0]", "Ignored role"],
            ),
            (Release::new(2, 5, 6), &["Refused permissions./[0]"]),
            (V2_7_5, &[]),
        ] {
            assert_eq!(
                findings("users", user.clone(), release, None),
                found,
                "{release}"
            );
        }
        // A server newer than the table may have anything.
        let later = json!({"filters": {"later": 1, "denied_protocols": ["QUIC"]}});
        assert_eq!(
            findings("users", later.clone(), Release::new(2, 9, 0), None),
            [""; 0]
        );
        assert_eq!(findings("users", later, V2_7_5, None).len(), 2);
        // SFTPGo 1 had secrets as texts.
        let old = json!({"filesystem": {"s3config": {"access_secret": "$aes$12"}}});
        assert_eq!(findings("users", old, Release::new(2, 0, 4), None), [""; 0]);
    }

    #[test]
    fn what_the_server_has_as_well_is_right() {
        let user = json!({"later": {"a": 1}, "permissions": {"/": ["mount"]}, "uid": -5});
        assert_eq!(
            findings("users", user.clone(), V2_7_5, Some(&user)),
            [""; 0]
        );
        let other = json!({"permissions": {"/": ["list"]}, "later": {}});
        let found = ["Ignored later", "Refused permissions./[0]", "Doubtful uid"];
        assert_eq!(findings("users", user, V2_7_5, Some(&other)), found);
    }

    #[test]
    fn words_become_numbers() {
        let check = BackupCheck::new(
            &dump(&json!({"version": 17})),
            &server(),
            &RestoreOptions::default(),
            V2_7_5,
        );
        let kind = backup::kind("users").expect("a kind");
        let mut user = json!({"status": "enabled", "filesystem": {"provider": "s3"}});
        let checked = check.object(kind, 0, &mut user, None);
        assert!(checked.findings.is_empty(), "{checked:?}");
        assert_eq!(user, json!({"status": 1, "filesystem": {"provider": 1}}));
    }

    #[test]
    fn names_that_nobody_has() {
        let folder = |name: &str, path: &str| json!({"virtual_folders": [{"name": name, "mapped_path": path}]});
        let v2_5_6 = Release::new(2, 5, 6);
        for (list, object, release, found) in [
            ("users", folder("f", ""), V2_7_5, &[][..]),
            (
                "users",
                folder("g", "/g"),
                V2_7_5,
                &["Refused virtual_folders[0]"],
            ),
            ("users", folder("g", "/g"), v2_5_6, &["folder g"]),
            (
                "groups",
                folder("g", ""),
                v2_5_6,
                &["Refused virtual_folders[0]"],
            ),
            (
                "users",
                json!({"groups": [{"name": "STAFF"}, {"name": "x"}]}),
                V2_7_5,
                &["Refused groups[1]"],
            ),
            (
                "admins",
                json!({"role": "x", "groups": [{"name": "y"}]}),
                v2_5_6,
                &["Refused groups[0]", "Refused role"],
            ),
            (
                "api_keys",
                json!({"user": "u", "admin": "x"}),
                V2_7_5,
                &["Refused admin"],
            ),
            (
                "shares",
                json!({"username": "x"}),
                V2_7_5,
                &["Refused username"],
            ),
            (
                "event_rules",
                json!({"actions": [{"name": "x"}, {"name": "act"}]}),
                V2_7_5,
                &["Refused actions[0]"],
            ),
        ] {
            assert_eq!(
                findings(list, object.clone(), release, None),
                found,
                "{object}"
            );
        }
    }

    #[test]
    fn only_what_is_named_is_asked_for() {
        let backup = dump(&json!({
            "version": 17, "users": [{"username": "x", "groups": [{"name": "g"}], "role": ""}],
            "api_keys": [{"id": "k", "admin": "a"}],
        }));
        for (kinds, lists) in [
            (&[][..], &[][..]),
            (&["users"], &["groups", "users"]),
            (&["api_keys", "roles"], &["admins", "api_keys", "roles"]),
        ] {
            assert_eq!(needed(&backup, &only(kinds)), lists);
        }
    }
}
