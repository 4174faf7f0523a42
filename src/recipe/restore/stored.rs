//! What the server makes of the values of an object, so that they can be compared with those
//! that it has.

use crate::catalog::backup::BackupKind;
use crate::catalog::stored::{ANY, StoredAs, anonymous, stored_as};
use crate::text::path::cleaned;
use serde_json::{Map, Value as Json};

/// A value of this field as it is stored.
pub(super) fn as_stored(object: &str, field: &str, value: &mut Json) {
    let Some(how) = stored_as(object, field) else {
        return;
    };
    match (how, value) {
        (StoredAs::Nothing, value) => *value = Json::Null,
        (StoredAs::Permissions, Json::Object(folders)) => permissions(folders),
        (StoredAs::Distinct, Json::Array(items)) => distinct(items),
        (StoredAs::DistinctTrimmed, Json::Array(items)) => {
            each_text(items, |text| text.trim().to_owned());
            distinct(items);
        }
        (StoredAs::DistinctInLowerCase, Json::Array(items)) => {
            each_text(items, str::to_lowercase);
            distinct(items);
        }
        (StoredAs::TrimmedPaths, Json::Array(items)) => {
            each_text(items, |text| match text.trim() {
                "" => String::new(),
                path => rooted(path),
            });
            distinct(items);
        }
        (StoredAs::PathPairs, Json::Array(items)) => {
            for item in items {
                for name in ["key", "value"] {
                    if let Some(Json::String(path)) = item.get_mut(name) {
                        keep_slash(path);
                    }
                }
            }
        }
        (_, Json::String(text)) if !text.is_empty() => text_as_stored(how, text),
        _ => {}
    }
}

fn text_as_stored(how: StoredAs, text: &mut String) {
    match how {
        StoredAs::CleanPath if text.starts_with('/') => *text = cleaned(text),
        StoredAs::RootedPath => {
            *text = rooted(text);
            if text == "/" {
                text.clear();
            }
        }
        StoredAs::TrimmedPath => *text = rooted(text.trim()),
        StoredAs::KeyPrefix if !text.starts_with('/') => {
            let clean = cleaned(text);
            *text = format!("{}/", clean.trim_start_matches('/'));
        }
        StoredAs::Endpoint if !text.contains(':') => text.push_str(":22"),
        _ => {}
    }
}

/// A path as `util.CleanPath` makes it.
fn rooted(text: &str) -> String {
    cleaned(&text.replace('\\', "/"))
}

/// The path of one side of a copy: that it ends in a slash has a meaning.
fn keep_slash(path: &mut String) {
    let slash = if path.ends_with('/') { "/" } else { "" };
    *path = format!("{}{slash}", rooted(path.trim()));
}

fn each_text(items: &mut [Json], with: impl Fn(&str) -> String) {
    for item in items {
        if let Json::String(text) = item {
            *text = with(text);
        }
    }
}

fn distinct(items: &mut Vec<Json>) {
    let mut seen: Vec<Json> = Vec::new();
    for item in items.drain(..) {
        if item != "" && !seen.contains(&item) {
            seen.push(item);
        }
    }
    *items = seen;
}

fn permissions(folders: &mut Map<String, Json>) {
    let given = std::mem::take(folders);
    for (folder, mut words) in given {
        if let Json::Array(words) = &mut words {
            if words.iter().any(|word| word == ANY) {
                *words = vec![ANY.into()];
            }
            distinct(words);
        }
        let folder = if folder.starts_with('/') {
            cleaned(&folder)
        } else {
            folder
        };
        folders.insert(folder, words);
    }
}

/// Removes what the server sets by itself in an anonymous user.
pub(super) fn without_anonymous(kind: &BackupKind, object: &mut Json) {
    if kind.object != Some("User") || object["filters"]["is_anonymous"] != true {
        return;
    }
    if let Some(Json::Object(folders)) = object.get_mut("permissions") {
        let words = Json::from(anonymous::PERMISSIONS);
        folders.values_mut().for_each(|own| *own = words.clone());
    }
    let filters = &mut object["filters"];
    if let Some(Json::Array(protocols)) = filters.get_mut("denied_protocols") {
        protocols.retain(|one| {
            !anonymous::DENIED_PROTOCOLS
                .iter()
                .any(|denied| one == denied)
        });
    }
    if let Some(Json::Array(methods)) = filters.get_mut("denied_login_methods") {
        methods.retain(|one| one == anonymous::LOGIN);
    }
}
