//! Compares an object of a backup with the server's.

use super::normalize::normalized;
use crate::body::diff::{FieldDiff, diff};
use crate::catalog::backup::{BackupKind, Hashed, RULES_HAVE_STATUS, TEXT_BEFORE};
use crate::catalog::schema::{Path, Step};
use crate::catalog::{Release, is_all_zero};
use crate::text::path::member;
use serde_json::{Value as Json, json};

/// How an object differs from the server's, by paths.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ObjectDiff {
    /// What differs.
    pub(super) changed: Vec<String>,
    /// Secrets that the server only has as hashes or encrypted: they may be the same.
    pub(super) unseen: Vec<String>,
}

impl ObjectDiff {
    pub(super) fn is_none(&self) -> bool {
        self.changed.is_empty() && self.unseen.is_empty()
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.changed.iter().chain(&self.unseen).map(String::as_str)
    }
}

/// Compares an object with the server's, without the paths that the server ignores.
pub(super) fn difference(
    kind: &BackupKind,
    there: &Json,
    object: &Json,
    ignored: &[Path],
) -> ObjectDiff {
    let mut object = object.clone();
    for path in ignored {
        remove(&mut object, &path.0);
    }
    let (there, mut object) = (normalized(kind, there), normalized(kind, &object));
    let mut unseen = Vec::new();
    if let Some(hashed) = kind.hashed {
        hash(hashed, &there, &mut object, &mut unseen);
    }
    seal("", &there, &mut object, &mut unseen);
    ObjectDiff {
        changed: diff(&there, &object).into_iter().flat_map(paths).collect(),
        unseen,
    }
}

/// An object as a server of this release reads it from a backup of this format: before a
/// certain format, event rules are active. An empty secret that it cannot read is left out.
/// Returns whether it was changed.
pub(super) fn as_read(
    kind: &BackupKind,
    version: &Json,
    release: Release,
    object: &mut Json,
) -> bool {
    let is_old = version
        .as_i64()
        .is_some_and(|version| version < RULES_HAVE_STATUS);
    let is_active = is_old && kind.list == "event_rules";
    if is_active {
        object["status"] = 1.into();
    }
    let (path, since) = TEXT_BEFORE;
    let path: Vec<Step> = path
        .iter()
        .map(|key| Step::Key((*key).to_owned()))
        .collect();
    let is_empty = |value: &Json| value.is_object() && is_all_zero(value);
    let is_unreadable = release < since && at(object, &path).is_some_and(is_empty);
    if is_unreadable {
        remove(object, &path);
    }
    is_active || is_unreadable
}

/// Takes over the server's hash where the object has a password in plain text.
fn hash(hashed: Hashed, there: &Json, object: &mut Json, unseen: &mut Vec<String>) {
    let text = |object: &Json| object.get(hashed.member)?.as_str().map(str::to_owned);
    let (Some(old), Some(new)) = (text(there), text(object)) else {
        return;
    };
    if !new.is_empty() && hashed.is_hash(&old) && !hashed.is_hash(&new) {
        object[hashed.member] = old.into();
        unseen.push(hashed.member.to_owned());
    }
}

/// Takes over the server's encrypted secrets where the object has them in plain text.
fn seal(path: &str, there: &Json, object: &mut Json, unseen: &mut Vec<String>) {
    let below = |key: &str| member(path, key);
    if is_sealed(there) && is_plain(object) {
        *object = there.clone();
        unseen.push(path.to_owned());
        return;
    }
    match (there, object) {
        (Json::Object(there), Json::Object(object)) => {
            for (key, value) in object.iter_mut() {
                if let Some(other) = there.get(key) {
                    seal(&below(key), other, value, unseen);
                }
            }
        }
        (Json::Array(there), Json::Array(object)) if there.len() == object.len() => {
            for (at, (other, value)) in there.iter().zip(object).enumerate() {
                seal(&format!("{path}[{at}]"), other, value, unseen);
            }
        }
        _ => {}
    }
}

/// Takes over the secrets of another server where both have one: each server makes its own
/// hashes and encrypts with its own key, so nobody can say whether they are the same.
pub(super) fn take_secrets(kind: &BackupKind, there: &Json, object: &mut Json) {
    if let Some(hashed) = kind.hashed {
        let has = |object: &Json| {
            object[hashed.member]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        };
        if has(there) && has(object) {
            object[hashed.member] = there[hashed.member].clone();
        }
    }
    take_sealed(there, object);
}

fn take_sealed(there: &Json, object: &mut Json) {
    let is_secret = |value: &Json| is_sealed(value) || is_plain_secret(value);
    if is_secret(there) && is_secret(object) {
        *object = there.clone();
        return;
    }
    match (there, object) {
        (Json::Object(there), Json::Object(object)) => {
            for (key, value) in object.iter_mut() {
                if let Some(other) = there.get(key) {
                    take_sealed(other, value);
                }
            }
        }
        (Json::Array(there), Json::Array(object)) if there.len() == object.len() => {
            for (other, value) in there.iter().zip(object) {
                take_sealed(other, value);
            }
        }
        _ => {}
    }
}

/// Whether it is an encrypted secret.
fn is_sealed(value: &Json) -> bool {
    let text = |key: &str| value.get(key).and_then(Json::as_str).unwrap_or_default();
    let status = text("status");
    !matches!(status, "" | "Plain" | "Redacted") && !text("payload").is_empty()
}

/// Whether it is a secret in plain text, or a text of SFTPGo 1.
fn is_plain(value: &Json) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty()) || is_plain_secret(value)
}

fn is_plain_secret(value: &Json) -> bool {
    let text = |key: &str| value.get(key).and_then(Json::as_str).unwrap_or_default();
    text("status") == "Plain" && !text("payload").is_empty()
}

/// The value at a path.
pub(super) fn at<'a>(value: &'a Json, path: &[Step]) -> Option<&'a Json> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

pub(super) fn remove(value: &mut Json, path: &[Step]) {
    let Some((last, before)) = path.split_last() else {
        return;
    };
    let parent = before.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    });
    if let (Some(Json::Object(members)), Step::Key(key)) = (parent, last) {
        members.shift_remove(key);
    }
}

/// The paths of a change; for an object that exists on one side only, those of
/// its members.
fn paths(change: FieldDiff) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::backup;

    #[track_caller]
    fn assert_differs(list: &str, there: &Json, object: &Json, changed: &[&str], unseen: &[&str]) {
        let kind = backup::kind(list).expect(list);
        let difference = difference(kind, there, object, &[]);
        assert_eq!(difference.changed, changed, "{object}");
        assert_eq!(difference.unseen, unseen, "{object}");
    }

    #[test]
    fn hashes_cannot_be_compared_with_a_plain_password() {
        let hash = json!({"password": "$argon2id$v=19$x"});
        for (there, object, changed, unseen) in [
            (
                &hash,
                json!({"password": "plain"}),
                &[][..],
                &["password"][..],
            ),
            (
                &hash,
                json!({"password": "$2b$10$no-hash-here"}),
                &[],
                &["password"],
            ),
            (
                &hash,
                json!({"password": "$argon2id$v=19$y"}),
                &["password"],
                &[],
            ),
            (&hash, json!({"password": "$6$other"}), &["password"], &[]),
            (&hash, hash.clone(), &[], &[]),
            (&hash, json!({"password": ""}), &["password"], &[]),
            (&json!({}), json!({"password": "plain"}), &["password"], &[]),
        ] {
            assert_differs("users", there, &object, changed, unseen);
        }
        // Of admins the server knows only its own hashes.
        assert_differs(
            "admins",
            &hash,
            &json!({"password": "$6$other"}),
            &[],
            &["password"],
        );
        assert_differs(
            "shares",
            &hash,
            &json!({"password": "plain"}),
            &[],
            &["password"],
        );
    }

    #[test]
    fn encrypted_secrets_cannot_be_compared() {
        let sealed = |payload: &str| json!({"status": "Secretbox", "payload": payload, "key": "k", "additional_data": "a"});
        let plain = json!({"status": "Plain", "payload": "secret"});
        let of = |secret: Json, bucket: &str| json!({"filesystem": {"s3config": {"bucket": bucket, "access_secret": secret}}});
        let path = "filesystem.s3config.access_secret";
        assert_differs(
            "users",
            &of(sealed("x"), "b"),
            &of(plain.clone(), "b"),
            &[],
            &[path],
        );
        assert_differs(
            "users",
            &of(sealed("x"), "b"),
            &of("$aes$x".into(), "c"),
            &["filesystem.s3config.bucket"],
            &[path],
        );
        assert_differs(
            "users",
            &of(sealed("x"), "b"),
            &of(sealed("x"), "b"),
            &[],
            &[],
        );
        let payload = format!("{path}.payload");
        assert_differs(
            "users",
            &of(sealed("x"), "b"),
            &of(sealed("y"), "b"),
            &[&payload],
            &[],
        );
        // Nothing is there.
        let both = [format!("{path}.status"), payload];
        let both: Vec<&str> = both.iter().map(String::as_str).collect();
        assert_differs(
            "users",
            &of(json!({}), "b"),
            &of(plain.clone(), "b"),
            &both,
            &[],
        );
        let codes = |secrets: Vec<Json>| {
            let codes = secrets.into_iter().map(|secret| json!({"secret": secret}));
            json!({"filters": {"recovery_codes": codes.collect::<Vec<_>>()}})
        };
        let there = codes(vec![sealed("x"), sealed("y")]);
        let paths = [
            "filters.recovery_codes[0].secret",
            "filters.recovery_codes[1].secret",
        ];
        assert_differs(
            "admins",
            &there,
            &codes(vec![plain.clone(), plain.clone()]),
            &[],
            &paths,
        );
        assert_differs(
            "admins",
            &there,
            &codes(vec![plain]),
            &["filters.recovery_codes"],
            &[],
        );
    }

    #[test]
    fn ignored_values_are_no_difference() {
        let kind = backup::kind("users").expect("a kind");
        let object = json!({"uid": 1, "later": 2, "virtual_folders": [{"name": "f", "x": 1}]});
        let there = json!({"uid": 1, "virtual_folders": [{"name": "f"}]});
        let path = |steps: &[&str]| {
            Path(
                steps
                    .iter()
                    .map(|step| match step.parse() {
                        Ok(index) => Step::Index(index),
                        Err(_) => Step::Key((*step).to_owned()),
                    })
                    .collect(),
            )
        };
        let ignored = [path(&["later"]), path(&["virtual_folders", "0", "x"])];
        assert!(difference(kind, &there, &object, &ignored).is_none());
        assert_eq!(
            difference(kind, &there, &object, &ignored[..1]).changed,
            ["virtual_folders"]
        );
    }

    #[test]
    fn rules_of_old_backups_are_active() {
        let kind = backup::kind("event_rules").expect("a kind");
        for (version, status) in [
            (json!(13), json!(1)),
            (json!(15), json!(0)),
            (Json::Null, json!(0)),
        ] {
            let mut rule = json!({"name": "r", "status": 0});
            as_read(kind, &version, Release::new(2, 7, 5), &mut rule);
            assert_eq!(rule["status"], status, "{version}");
        }
    }

    #[test]
    fn an_empty_secret_is_left_out_where_it_was_a_text() {
        let kind = backup::kind("users").expect("a kind");
        let user = |url: Json| json!({"filesystem": {"azblobconfig": {"sas_url": url, "account_key": {}}}});
        for (url, release, stays) in [
            (json!({}), Release::new(2, 0, 4), false),
            (
                json!({"status": "", "payload": ""}),
                Release::new(2, 0, 0),
                false,
            ),
            (json!({}), Release::new(2, 1, 0), true),
            (json!("http://127.0.0.1/x"), Release::new(2, 0, 4), true),
        ] {
            let mut object = user(url.clone());
            let is_changed = as_read(kind, &json!(17), release, &mut object);
            let azure = &object["filesystem"]["azblobconfig"];
            assert_eq!(azure.get("sas_url").is_some(), stays, "{release} {url}");
            assert_eq!(
                (is_changed, azure.get("account_key")),
                (!stays, Some(&json!({})))
            );
        }
    }
}
