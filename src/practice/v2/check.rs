//! Checks of users, groups and other objects; the texts are those of the server's validation.

use std::collections::BTreeMap;

use serde_json::Value;

use super::email;
use super::net::Network;
use super::paths;
use super::reply::Refusal;
use crate::practice::go::keys;
use crate::practice::go::quote::{self, quoted};
use crate::practice::go::shape::{Object, int, list, set, text, texts};

/// The permissions in a directory.
const PERMISSIONS: [&str; 17] = [
    "*",
    "list",
    "download",
    "upload",
    "overwrite",
    "delete",
    "delete_files",
    "delete_dirs",
    "rename",
    "rename_files",
    "rename_dirs",
    "create_dirs",
    "create_symlinks",
    "chmod",
    "chown",
    "chtimes",
    "copy",
];

/// Trims a name and checks that it is set and can be the name of a file anywhere.
pub(super) fn name(object: &mut Object, member: &str, missing: &str) -> Result<(), Refusal> {
    let name = text(object, member).trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::invalid(missing));
    }
    is_name(&name)?;
    set(object, member, name);
    Ok(())
}

/// The same for the name of an account.
pub(super) fn username(object: &mut Object) -> Result<(), Refusal> {
    name(object, "username", "username is mandatory")?;
    if ["__self__", "__system__"].contains(&text(object, "username")) {
        return Err(Refusal::invalid("this username is reserved"));
    }
    Ok(())
}

/// Checks the letters of a name; devices of Windows are refused with any extension.
pub(super) fn is_name(name: &str) -> Result<(), Refusal> {
    let is_wrong = |letter: char| quote::is_hidden(letter) || r#"/\:*?"<>|"#.contains(letter);
    let device = name.to_uppercase();
    let device = device.split('.').next().unwrap_or_default();
    let is_device = ["CON", "PRN", "AUX", "NUL"].contains(&device)
        || device
            .strip_prefix("COM")
            .or(device.strip_prefix("LPT"))
            .is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']));
    if name.len() > 255 || is_device || name.ends_with([' ', '.']) || name.contains(is_wrong) {
        return Err(Refusal::invalid(
            "Invalid input. Slashes (/ ), colons (:), control characters, and reserved system \
             names are not allowed",
        ));
    }
    Ok(())
}

/// Trims the names of other objects in a list.
pub(super) fn trim_names(object: &mut Object, list: &str) {
    for item in object[list].as_array_mut().into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            let name = text(item, "name").trim().to_owned();
            set(item, "name", name);
        }
    }
}

pub(super) fn email(email: &str) -> Result<(), Refusal> {
    if email::is_valid(email) {
        return Ok(());
    }
    let email = quoted(email);
    Err(Refusal::invalid(format!("email {email} is not valid")))
}

/// The permissions of each directory, with cleaned paths.
pub(super) fn permissions(object: &mut Object) -> Result<(), Refusal> {
    let Value::Object(folders) = object["permissions"].take() else {
        return Ok(());
    };
    let mut cleaned = BTreeMap::new();
    for (folder, allowed) in folders {
        let (path, shown) = (paths::shortest(&folder), quoted(&folder));
        let names = allowed.as_array().into_iter().flatten();
        let names: Vec<String> = names
            .filter_map(|permission| permission.as_str().map(str::to_owned))
            .collect();
        if names.is_empty() && folder == "/" {
            let reason = format!("no permissions granted for the directory: {shown}");
            return Err(Refusal::invalid(reason));
        }
        if names.len() > PERMISSIONS.len() {
            return Err(Refusal::invalid("invalid permissions"));
        }
        known(
            names.iter().map(String::as_str),
            &PERMISSIONS,
            "invalid permission: ",
        )?;
        if !path.starts_with('/') {
            let reason = format!("cannot set permissions for non absolute path: {shown}");
            return Err(Refusal::invalid(reason));
        }
        if path == "/" && folder != "/" {
            return Err(Refusal::invalid(format!(
                "cannot set permissions for invalid subdirectory: {shown} is an alias for \"/\""
            )));
        }
        let kept = if allowed.is_null() {
            Value::Null
        } else {
            reduced(names)
        };
        cleaned.insert(path, kept);
    }
    object["permissions"] = Value::Object(cleaned.into_iter().collect());
    Ok(())
}

/// A list without duplicates; if it contains `*`, nothing else.
pub(super) fn reduced(permissions: Vec<String>) -> Value {
    if permissions.iter().any(|permission| permission == "*") {
        return vec!["*"].into();
    }
    once(permissions).into()
}

/// The texts without duplicates.
pub(super) fn once(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}

/// Removes the duplicates of a list.
pub(super) fn dedup(object: &mut Object, name: &str) {
    if object[name].is_array() {
        let kept = once(texts(object, name).map(str::to_owned));
        set(object, name, kept);
    }
}

/// Checks that each text is a known one.
pub(super) fn known<'a>(
    mut given: impl Iterator<Item = &'a str>,
    known: &[&str],
    reason: &str,
) -> Result<(), Refusal> {
    match given.find(|text| !known.contains(text)) {
        Some(text) => Err(Refusal::invalid(format!("{reason}{}", quoted(text)))),
        None => Ok(()),
    }
}

/// The groups of a user: each once, and one primary group at most.
pub(super) fn groups(user: &Object) -> Result<(), Refusal> {
    let mut seen: Vec<&str> = Vec::new();
    let mut has_primary = false;
    for group in list(user, "groups").iter().filter_map(Value::as_object) {
        let (name, kind) = (text(group, "name"), int(group, "type"));
        if !(1..=3).contains(&kind) {
            return Err(Refusal::invalid(format!("invalid group type: {kind}")));
        }
        if kind == 1 && has_primary {
            return Err(Refusal::invalid("only one primary group is allowed"));
        }
        if seen.contains(&name) {
            return Err(Refusal::invalid(format!(
                "the group {} is duplicated",
                quoted(name)
            )));
        }
        has_primary |= kind == 1;
        seen.push(name);
    }
    Ok(())
}

/// The virtual folders of a user or group. Of each, it keeps only the name, the path and the quota.
pub(super) fn virtual_folders(object: &mut Object) -> Result<(), Refusal> {
    let mut kept: Vec<Value> = Vec::new();
    for folder in list(object, "virtual_folders")
        .iter()
        .filter_map(Value::as_object)
    {
        let given = text(folder, "virtual_path");
        if given.is_empty() {
            return Err(Refusal::invalid("mount/virtual path is mandatory"));
        }
        let path = paths::clean(given);
        let [size, files] = folder_quota(folder)?;
        let name = text(folder, "name").trim();
        if name.is_empty() {
            return Err(Refusal::invalid("folder name is mandatory"));
        }
        if kept.iter().any(|other| other["name"] == name) {
            let reason = format!("the folder {} is duplicated", quoted(name));
            return Err(Refusal::invalid(reason));
        }
        // One inside of the other is allowed.
        if kept
            .iter()
            .any(|other| other["virtual_path"] == path.as_str())
        {
            return Err(Refusal::invalid(format!(
                "invalid virtual folder {}, it overlaps with virtual folder {}",
                quoted(given),
                quoted(&path)
            )));
        }
        kept.push(serde_json::json!({
            "name": name, "virtual_path": path, "quota_size": size, "quota_files": files,
        }));
    }
    let kept = if kept.is_empty() {
        Value::Null
    } else {
        kept.into()
    };
    object["virtual_folders"] = kept;
    Ok(())
}

/// The quota of a virtual folder. The path in the errors is that on the disk, which is rarely given.
fn folder_quota(folder: &Object) -> Result<[i64; 2], Refusal> {
    let quota @ [size, files] = ["quota_size", "quota_files"].map(|name| int(folder, name));
    for (quota, name) in [(size, "quota_size"), (files, "quota_file")] {
        if quota < -1 {
            let path = quoted(text(folder, "mapped_path"));
            let reason = format!("invalid {name}: {quota} folder path {path}");
            return Err(Refusal::invalid(reason));
        }
    }
    if (size == -1) != (files == -1) {
        // The server mixes the two up.
        return Err(Refusal::invalid(format!(
            "virtual folder quota_size and quota_files must be both -1 or >= 0, quota_size: \
             {files} quota_files: {size}"
        )));
    }
    Ok(quota)
}

/// Checks that each key is valid, and drops empty ones.
pub(super) fn public_keys(user: &mut Object) -> Result<(), Refusal> {
    let mut kept: Vec<String> = Vec::new();
    for (number, key) in texts(user, "public_keys").enumerate() {
        if key.is_empty() {
            continue;
        }
        if !keys::is_valid(key) {
            return Err(Refusal::invalid(format!(
                "error parsing public key at position {number}: ssh: no key found"
            )));
        }
        kept.push(key.to_owned());
    }
    set(user, "public_keys", once(kept));
    Ok(())
}

/// Checks that each text is a network.
pub(super) fn networks<'a>(
    mut texts: impl Iterator<Item = &'a str>,
    reason: &str,
    space: &str,
) -> Result<(), Refusal> {
    match texts.find(|text| Network::parse(text).is_none()) {
        Some(text) => Err(Refusal::invalid(format!(
            "{reason} {}{space}: invalid CIDR address: {text}",
            quoted(text)
        ))),
        None => Ok(()),
    }
}
