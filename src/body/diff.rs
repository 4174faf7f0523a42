//! The differences of two JSON values, path by path, secrets masked.

use crate::catalog;
use crate::secret::{MASK, json};
use crate::text::clean;
use serde_json::Value as Json;

/// More of a value than this is not shown.
const WIDEST: usize = 60;
/// The number of characters shown before the difference.
const BEFORE: usize = 20;

/// A difference between two values, with the value before and after; `None` if missing.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldDiff {
    /// The path, as `filters.allowed_ip`.
    pub path: String,
    pub before: Option<Json>,
    pub after: Option<Json>,
}

impl std::fmt::Display for FieldDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<Json>| match value {
            // The server does not show a password that is there.
            None if is_secret(&self.path) => "(not shown)".to_owned(),
            None => "(none)".to_owned(),
            Some(Json::Null) => "null".to_owned(),
            Some(Json::String(text)) if text.is_empty() => "\"\"".to_owned(),
            Some(_) if is_secret(&self.path) => MASK.to_owned(),
            Some(value) => clean::line(&masked(value).to_string()).into_owned(),
        };
        let (before, after) = (shown(&self.before), shown(&self.after));
        let from = first_shown(&before, &after);
        let (before, after) = (shortened(&before, from), shortened(&after, from));
        write!(f, "{}: {before} -> {after}", clean::line(&self.path))
    }
}

impl std::fmt::Debug for FieldDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl FieldDiff {
    /// Whether the value is a secret.
    pub fn is_secret(&self) -> bool {
        is_secret(&self.path)
    }
}

/// The places where `after` differs from `before`, in the order of `after`.
/// Lists are compared whole: their elements have no names.
pub fn diff(before: &Json, after: &Json) -> Vec<FieldDiff> {
    let mut changes = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn walk(path: String, before: Option<&Json>, after: Option<&Json>, into: &mut Vec<FieldDiff>) {
    if let (Some(Json::Object(old)), Some(Json::Object(new))) = (before, after) {
        let gone = old.keys().filter(|key| !new.contains_key(*key));
        for key in new.keys().chain(gone) {
            let below = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            walk(below, old.get(key), new.get(key), into);
        }
    } else if before != after {
        into.push(FieldDiff {
            path,
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

/// A value with each secret masked as a whole, its envelope included.
fn masked(value: &Json) -> Json {
    let mut value = value.clone();
    json::walk(&mut value, &mut |key, value| {
        let hides = is_secret(key) && !value.is_null();
        if hides {
            *value = MASK.into();
        }
        hides
    });
    value
}

/// Whether a part of a path is the name of a secret, or it is inside an envelope.
fn is_secret(path: &str) -> bool {
    path.split('.')
        .any(|part| part == "payload" || catalog::is_secret_key(part))
}

/// The character from which on two texts are shown: the first one, unless what differs would be cut off.
fn first_shown(before: &str, after: &str) -> usize {
    let same = before
        .chars()
        .zip(after.chars())
        .take_while(|(old, new)| old == new)
        .count();
    let is_short = |text: &str| text.chars().count() <= WIDEST;
    if same < WIDEST - BEFORE || (is_short(before) && is_short(after)) || before == after {
        0
    } else {
        same - BEFORE
    }
}

fn shortened(text: &str, from: usize) -> String {
    let left = text.chars().count().saturating_sub(from);
    let cut = |whole: bool| (!whole).then_some('…');
    let taken = if left <= WIDEST { left } else { WIDEST - 1 };
    cut(from == 0)
        .into_iter()
        .chain(text.chars().skip(from).take(taken))
        .chain(cut(taken == left))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_values_and_masks() {
        let before =
            json!({"a": 1, "b": {"c": [1], "d": "x"}, "gone": true, "password": "old", "same": {}});
        let after = json!({"a": 1, "b": {"c": [1, 2], "d": "x", "e": null}, "password": "new", "same": {},
            "s": {"payload": "hidden"}});
        let shown: Vec<String> = diff(&before, &after)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            shown,
            [
                "b.c: [1] -> [1,2]",
                "b.e: (none) -> null",
                "password: ******** -> ********",
                "s: (none) -> {\"payload\":\"********\"}",
                "gone: true -> (none)",
            ]
        );
        assert_eq!(diff(&before, &before), []);
        assert_eq!(diff(&json!(1), &json!("1")).len(), 1);
    }

    #[test]
    fn the_difference_is_never_truncated() {
        let folder = |files: u32| json!({"f": [{"name": "invoices", "virtual_path": "/invoices", "quota_size": 0, "quota_files": files}]});
        assert_eq!(
            diff(&folder(0), &folder(4321))[0].to_string(),
            "f: …ze\":0,\"quota_files\":0}] -> …ze\":0,\"quota_files\":4321}]"
        );
        let long = |first: char| json!({"t": format!("{first}{}", "é".repeat(80))});
        let shown = diff(&long('a'), &long('b'))[0].to_string();
        assert!(
            shown.starts_with("t: \"aé") && shown.contains("… -> \"bé"),
            "{shown}"
        );
    }
}
