//! Checks of users, groups and other objects; the texts are those of the server's validation.

use std::collections::BTreeMap;

use serde_json::Value;

use super::net::Network;
use super::paths;
use super::reply::Refusal;
use crate::practice::go::keys;
use crate::practice::go::shape::{Object, int, list, object_mut, set, text, texts};

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

const LOGIN_METHODS: [&str; 8] = [
    "publickey",
    "password",
    "password-over-SSH",
    "keyboard-interactive",
    "publickey+password",
    "publickey+keyboard-interactive",
    "TLSCertificate",
    "TLSCertificate+password",
];

const PROTOCOLS: [&str; 4] = ["SSH", "FTP", "DAV", "HTTP"];

const WEB_OPTIONS: [&str; 10] = [
    "publickey-change-disabled",
    "tls-cert-change-disabled",
    "write-disabled",
    "mfa-disabled",
    "password-change-disabled",
    "api-key-auth-change-disabled",
    "info-change-disabled",
    "shares-disabled",
    "password-reset-disabled",
    "shares-without-password-disabled",
];

/// Trims a name and checks that it is set and valid as a file name.
pub(super) fn name(object: &mut Object, member: &str, missing: &str) -> Result<(), Refusal> {
    let name = text(object, member).trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::invalid(missing));
    }
    let is_wrong = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    if name.len() > 255 || name.ends_with('.') || name.contains(is_wrong) {
        return Err(Refusal::invalid(format!("name {name:?} is not valid")));
    }
    set(object, member, name);
    Ok(())
}

pub(super) fn email(object: &Object) -> Result<(), Refusal> {
    let email = text(object, "email");
    let is_valid = email.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if email.is_empty() || is_valid {
        return Ok(());
    }
    Err(Refusal::invalid(format!("email {email:?} is not valid")))
}

/// The permissions of each directory, with cleaned paths.
pub(super) fn permissions(object: &mut Object) -> Result<(), Refusal> {
    let Value::Object(folders) = object["permissions"].take() else {
        return Ok(());
    };
    let mut cleaned = BTreeMap::new();
    for (folder, allowed) in folders {
        let allowed: Vec<String> = allowed
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|permission| permission.as_str().map(str::to_owned))
            .collect();
        if allowed.is_empty() && folder == "/" {
            let reason = format!("no permissions granted for the directory: {folder:?}");
            return Err(Refusal::invalid(reason));
        }
        known(
            allowed.iter().map(String::as_str),
            &PERMISSIONS,
            "invalid permission: ",
        )?;
        if !folder.starts_with('/') {
            let reason = format!("cannot set permissions for non absolute path: {folder:?}");
            return Err(Refusal::invalid(reason));
        }
        let path = paths::clean(&folder);
        if path == "/" && folder != "/" {
            return Err(Refusal::invalid(format!(
                "cannot set permissions for invalid subdirectory: {folder:?} is an alias for \"/\""
            )));
        }
        cleaned.insert(path, reduced(allowed));
    }
    object["permissions"] = Value::Object(cleaned.into_iter().collect());
    Ok(())
}

/// A list without duplicates; if it contains `*`, nothing else.
pub(super) fn reduced(permissions: Vec<String>) -> Value {
    if permissions.iter().any(|permission| permission == "*") {
        return vec!["*"].into();
    }
    let mut once: Vec<String> = Vec::new();
    for permission in permissions {
        if !once.contains(&permission) {
            once.push(permission);
        }
    }
    once.into()
}

/// Checks that each text is a known one.
pub(super) fn known<'a>(
    mut given: impl Iterator<Item = &'a str>,
    known: &[&str],
    reason: &str,
) -> Result<(), Refusal> {
    match given.find(|text| !known.contains(text)) {
        Some(text) => Err(Refusal::invalid(format!("{reason}{text:?}"))),
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
                "the group {name:?} is duplicated"
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
        let path = paths::clean(text(folder, "virtual_path"));
        if text(folder, "virtual_path").is_empty() || path == "/" {
            return Err(Refusal::invalid("invalid virtual path"));
        }
        let [size, files] = ["quota_size", "quota_files"].map(|name| int(folder, name));
        for (quota, name) in [(size, "quota_size"), (files, "quota_file")] {
            if quota < -1 {
                let reason = format!("invalid {name}: {quota} folder path {path:?}");
                return Err(Refusal::invalid(reason));
            }
        }
        if (size == -1) != (files == -1) {
            return Err(Refusal::invalid(format!(
                "virtual folder quota_size and quota_files must be both -1 or >= 0, quota_size: \
                 {size} quota_files: {files}"
            )));
        }
        let name = text(folder, "name");
        if name.is_empty() {
            return Err(Refusal::invalid("folder name is mandatory"));
        }
        for other in &kept {
            if other["name"] == name {
                return Err(Refusal::invalid(format!(
                    "the folder {name:?} is duplicated"
                )));
            }
            let other = other["virtual_path"].as_str().unwrap_or_default();
            if paths::overlap(&path, other) {
                return Err(Refusal::invalid(format!(
                    "invalid virtual folder {path:?}, it overlaps with virtual folder {other:?}"
                )));
            }
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

/// Checks that each key is valid.
pub(super) fn public_keys(user: &Object) -> Result<(), Refusal> {
    match texts(user, "public_keys").position(|key| !keys::is_valid(key)) {
        Some(number) => Err(Refusal::invalid(format!(
            "error parsing public key at position {number}: ssh: no key found"
        ))),
        None => Ok(()),
    }
}

/// The filters that users and groups share.
pub(super) fn filters(object: &mut Object) -> Result<(), Refusal> {
    let filters = object_mut(object, "filters");
    for (name, what) in [("denied_ip", "denied"), ("allowed_ip", "allowed")] {
        networks(
            texts(filters, name),
            &format!("could not parse {what} IP/Mask"),
        )?;
    }
    for (name, known_texts, reason) in [
        (
            "denied_login_methods",
            &LOGIN_METHODS[..],
            "invalid login method: ",
        ),
        ("denied_protocols", &PROTOCOLS, "invalid protocol: "),
        (
            "two_factor_protocols",
            &["SSH", "FTP", "HTTP"],
            "invalid two factor protocol: ",
        ),
        ("web_client", &WEB_OPTIONS, "invalid web client options "),
    ] {
        known(texts(filters, name), known_texts, reason)?;
    }
    if texts(filters, "denied_protocols").count() >= PROTOCOLS.len() {
        return Err(Refusal::invalid("invalid denied_protocols"));
    }
    let tls = text(filters, "tls_username");
    if !["", "None", "CommonName"].contains(&tls) {
        return Err(Refusal::invalid(format!("invalid TLS username: {tls:?}")));
    }
    if !text(filters, "start_directory").is_empty() {
        let path = paths::clean(text(filters, "start_directory"));
        set(filters, "start_directory", path);
    }
    Ok(())
}

/// Checks that each text is a network.
pub(super) fn networks<'a>(
    mut texts: impl Iterator<Item = &'a str>,
    reason: &str,
) -> Result<(), Refusal> {
    match texts.find(|text| Network::parse(text).is_none()) {
        Some(text) => Err(Refusal::invalid(format!(
            "{reason} {text:?}: invalid CIDR address: {text}"
        ))),
        None => Ok(()),
    }
}
