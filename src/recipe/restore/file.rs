//! Reads a backup from a file. It may be written by hand or by a program, so it takes
//! what the servers take, and more where the meaning is clear.

use super::options::RestoreOptions;
use super::twice::twice;
use crate::catalog::backup::{LISTS, NEWEST_FORMAT, STORED};
use crate::catalog::is_zero;
use crate::recipe::dump::{self, Dump, KindObjects, Members, VERSION, objects, parsed, unknown};
use crate::text::clean;
use crate::text::near::near;
use crate::text::words::{did_you_mean, marks_a_comment};
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// The backup in a file.
pub(super) struct BackupFile<'a> {
    pub(super) dump: Dump<'a>,
    /// How the file was understood, where it differs from what a server writes.
    pub(super) remarks: Vec<String>,
}

/// Why a file is not a backup, and what to do about it.
#[derive(Debug)]
pub(super) struct NoBackup {
    pub(super) why: String,
    pub(super) hint: Option<String>,
}

impl From<String> for NoBackup {
    fn from(why: String) -> Self {
        Self { why, hint: None }
    }
}

impl NoBackup {
    fn hint(why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            hint: Some(hint.into()),
        }
    }
}

/// A file without a byte order mark.
fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// The members of the backup of a file.
pub(super) fn members(bytes: &[u8]) -> Result<Members<'_>, NoBackup> {
    let text = text(bytes);
    if text.trim_ascii().is_empty() {
        return Err("it is empty".to_owned().into());
    }
    dump::members(text).map_err(|why| {
        let users: Vec<&RawValue> = serde_json::from_slice(text).unwrap_or_default();
        let user = users.first().and_then(|user| parsed(user).ok());
        match user {
            Some(user) if user.get("username").is_some() => {
                NoBackup::hint(why, "put `{\"users\": …}` around a list of users")
            }
            _ => why.into(),
        }
    })
}

/// Parses the backup of a file. Kinds that are not wanted may be wrong.
pub(super) fn take<'a>(
    bytes: &'a [u8],
    options: &RestoreOptions,
) -> Result<BackupFile<'a>, NoBackup> {
    let mut members = members(bytes)?;
    let mut remarks = Vec::new();
    let wants = |name: &str| !LISTS.contains(&name) || options.includes(name);
    if let Some(path) = twice(text(bytes), &wants) {
        let path = path.to_string();
        let why = format!("`{}` appears twice", clean::line(&path));
        return Err(NoBackup::hint(
            why,
            "a server uses only the last one; correct the file",
        ));
    }
    in_lower_case(&mut members);
    let known = members.keys().cloned().collect();
    let has_list = LISTS.iter().any(|list| members.contains_key(*list));
    let version = members.remove(VERSION).map(parsed).transpose()?;
    let version = version.unwrap_or_default();
    let version = read_version(version, has_list, &mut remarks)?;
    match version.as_i64() {
        Some(number) if number < 0 => {
            return Err(format!("its `version` is {number}, which is negative").into());
        }
        Some(number) if number > NEWEST_FORMAT => remarks.push(format!(
            "its `version` is {number}; the newest this shell supports is {NEWEST_FORMAT}"
        )),
        _ => {}
    }
    if version.is_null() {
        check_version_1(&members, options)?;
    }
    let mut kinds = Vec::new();
    for kind in &STORED {
        let value = members.remove(kind.list);
        match objects(kind, value) {
            Ok(Some(objects)) => kinds.push(KindObjects { kind, objects }),
            Ok(None) => {}
            Err(why) if options.includes(kind.list) => {
                return Err(NoBackup::hint(
                    why,
                    "correct the file; `--only` restores only some kinds of objects",
                ));
            }
            Err(why) => remarks.push(format!("{why}; `--only` excludes it")),
        }
    }
    comments(&mut members, &mut remarks)?;
    let dump = Dump {
        version,
        kinds,
        unknown: unknown(members)?,
        members: known,
    };
    Ok(BackupFile { dump, remarks })
}

/// The format version as a number; `null` if there is none. The server takes no text.
fn read_version(
    version: Json,
    has_list: bool,
    remarks: &mut Vec<String>,
) -> Result<Json, NoBackup> {
    let number = version.as_str().and_then(|text| text.trim().parse().ok());
    match (version, number) {
        (Json::Null, _) if has_list => {
            remarks.push(
                "the file has no `version`; it is treated as a backup of this server".to_owned(),
            );
            Ok(Json::Null)
        }
        (Json::Null, _) => Err("it has neither `version` nor a list such as `users`"
            .to_owned()
            .into()),
        (Json::String(_), Some(number)) => {
            let number: i64 = number;
            remarks.push(format!("`version` is a string; it is treated as {number}"));
            Ok(number.into())
        }
        (version, _) if version.is_i64() => Ok(version),
        _ => Err("its `version` is not a whole number".to_owned().into()),
    }
}

/// Renames kinds to the names of the catalogue: the server ignores case.
fn in_lower_case(members: &mut Members<'_>) {
    let known = |name: &str| {
        let mut all = LISTS.iter().chain([&VERSION]);
        all.any(|known| *known == name)
    };
    let other = |name: &String| {
        let lower = name.to_ascii_lowercase();
        let is_other = !known(name) && known(&lower) && !members.contains_key(&lower);
        is_other.then(|| name.clone())
    };
    let others: Vec<String> = members.keys().filter_map(other).collect();
    for name in others {
        if let Some(value) = members.remove(&name) {
            members.insert(name.to_ascii_lowercase(), value);
        }
    }
}

/// Removes comments and other members that are not objects.
fn comments(members: &mut Members<'_>, remarks: &mut Vec<String>) -> Result<(), String> {
    let names: Vec<String> = members.keys().cloned().collect();
    for name in names {
        let value = members.get(&name).map(|value| parsed(value)).transpose()?;
        let value = value.unwrap_or_default();
        let is_text = |item: &Json| !item.is_object() && !item.is_array() && !item.is_number();
        let holds_none = match &value {
            Json::Object(_) => false,
            Json::Array(items) => items.iter().all(is_text),
            _ => true,
        };
        let is_marked = marks_a_comment(&name);
        if !is_zero(&value) && (is_marked != holds_none) {
            let why = if is_marked {
                "its name marks it as a comment"
            } else {
                "it is not a list of objects"
            };
            let (shown, meant) = (clean::line(&name), meant_kind(&name));
            remarks.push(format!("`{shown}` is not restored: {why}{meant}"));
        }
        if is_zero(&value) || is_marked || holds_none {
            members.remove(&name);
        }
    }
    Ok(())
}

/// The kind that an unknown name may stand for.
pub(super) fn meant_kind(name: &str) -> String {
    match near(name, LISTS.into_iter()).as_slice() {
        [] => String::new(),
        near => format!("; {}", did_you_mean(near)),
    }
}

/// Whether it is a dump of SFTPGo 1 that only 2.0 converts: its folders have no names.
fn check_version_1(members: &Members<'_>, options: &RestoreOptions) -> Result<(), NoBackup> {
    let items = |list: &str| -> Vec<&RawValue> {
        let items = members.get(list).filter(|_| options.includes(list));
        items.map_or_else(Vec::new, |items| {
            serde_json::from_str(items.get()).unwrap_or_default()
        })
    };
    let is_nameless =
        |folder: &Json| folder.get("name").is_none() && folder.get("mapped_path").is_some();
    let mut users = items("users").into_iter();
    let mut folders = items("folders").into_iter();
    let is_so = folders.any(|folder| parsed(folder).is_ok_and(|folder| is_nameless(&folder)))
        || users.any(|user| {
            let user = parsed(user).unwrap_or_default();
            let folders = user.get("virtual_folders").and_then(Json::as_array);
            folders.is_some_and(|folders| folders.iter().any(is_nameless))
        });
    if !is_so {
        return Ok(());
    }
    Err(NoBackup::hint(
        "it is a dump of SFTPGo 1, whose folders have no names",
        "load it into a 2.0 server with `loaddata_from_request_body --json @FILE`, back up that server, and restore that backup to a newer one",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::restore::options::only;
    use serde_json::json;

    #[test]
    fn hand_written_backups() {
        let user = json!([{"username": "anna"}]);
        for (json, remarks) in [
            (json!({"version": 17, "users": user}), &[][..]),
            (
                json!({"users": user}),
                &["the file has no `version`; it is treated as a backup of this server"],
            ),
            (
                json!({"version": null, "folders": []}),
                &["the file has no `version`; it is treated as a backup of this server"],
            ),
            (
                json!({"version": " 16 ", "users": user}),
                &["`version` is a string; it is treated as 16"],
            ),
            (
                json!({"_comment": "by hand", "$schema": "x", "//": ["a", "b"], "#": 3, "_": {}, "version": 17, "users": user}),
                &[],
            ),
            (
                json!({"note": "by hand", "version": 17, "users": user}),
                &["`note` is not restored: it is not a list of objects"],
            ),
            (
                json!({"usres": "none", "version": 17}),
                &["`usres` is not restored: it is not a list of objects; did you mean `users`?"],
            ),
            (
                json!({"_users": user, "version": 17}),
                &[
                    "`_users` is not restored: its name marks it as a comment; did you mean `users`?",
                ],
            ),
            (json!({"Version": 17, "Users": user}), &[]),
            (
                json!({"version": 99, "users": user}),
                &["its `version` is 99; the newest this shell supports is 17"],
            ),
        ] {
            let bytes = json.to_string().into_bytes();
            let taken = take(&bytes, &RestoreOptions::default())
                .unwrap_or_else(|why| panic!("{json}: {why:?}"));
            assert_eq!(taken.remarks, remarks, "{json}");
            assert!(taken.dump.unknown.is_empty(), "{json}");
        }
    }

    #[test]
    fn unselected_kinds_are_not_checked() {
        let user = json!([{"username": "anna"}]);
        for (json, remark) in [
            (
                json!({"version": 16, "users": user, "roles": [{"id": 1, "name": ""}]}),
                "`roles[0]` has no name; `--only` excludes it",
            ),
            (
                json!({"version": 16, "users": user, "groups": [{"name": "a"}, 7]}),
                "`groups[1]` is not an object; `--only` excludes it",
            ),
            (
                json!({"version": 16, "users": user, "admins": {"a": 1}}),
                "`admins` is not a list; `--only` excludes it",
            ),
            (
                json!({"version": 16, "users": user, "api_keys": [{"name": "k"}]}),
                "`api_keys[0]` has no `id`; `--only` excludes it",
            ),
        ] {
            let bytes = json.to_string().into_bytes();
            let taken = take(&bytes, &only(&["users"])).unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(taken.remarks, [remark]);
            assert_eq!(taken.dump.kinds.len(), 1);
            let why = take(&bytes, &RestoreOptions::default())
                .err()
                .expect("it is wrong");
            assert_eq!(format!("{}; `--only` excludes it", why.why), remark);
            assert!(why.hint.is_some_and(|hint| hint.contains("`--only`")));
        }
    }

    #[test]
    fn files_that_are_not_backups() {
        for (json, options, why) in [
            (
                json!({"message": "x"}),
                RestoreOptions::default(),
                "it has neither `version` nor a list such as `users`",
            ),
            (
                json!([{"username": "a"}]),
                RestoreOptions::default(),
                "it is not a JSON object",
            ),
            (
                json!({"version": 1.5, "users": []}),
                RestoreOptions::default(),
                "its `version` is not a whole number",
            ),
            (
                json!({"version": -3, "users": []}),
                RestoreOptions::default(),
                "its `version` is -3, which is negative",
            ),
            (
                json!({"version": "2.7.5", "users": []}),
                RestoreOptions::default(),
                "its `version` is not a whole number",
            ),
            (
                json!({"folders": [{"mapped_path": "/x"}]}),
                RestoreOptions::default(),
                "it is a dump of SFTPGo 1, whose folders have no names",
            ),
            (
                json!({"users": [{"username": "a", "virtual_folders": [{"mapped_path": "/x"}]}], "folders": []}),
                only(&["users"]),
                "it is a dump of SFTPGo 1, whose folders have no names",
            ),
        ] {
            assert_eq!(
                take(json.to_string().as_bytes(), &options)
                    .err()
                    .map(|why| why.why)
                    .as_deref(),
                Some(why)
            );
        }
        for (bytes, why) in [
            ("", "it is empty"),
            ("\u{feff} \r\n\t", "it is empty"),
            (
                "{\"users\": [{\"username\": \"a\", \"username\": \"b\"}]}",
                "`users[0].username` appears twice",
            ),
            (
                "{\"users\": [], \"version\": 17, \"users\": []}",
                "`users` appears twice",
            ),
        ] {
            let taken = take(bytes.as_bytes(), &RestoreOptions::default());
            assert_eq!(taken.err().map(|wrong| wrong.why).as_deref(), Some(why));
        }
        let twice =
            "{\"users\": [{\"username\": \"a\"}], \"roles\": [{\"name\": \"a\", \"name\": \"b\"}]}";
        assert!(take(twice.as_bytes(), &only(&["users"])).is_ok());
        // Users of SFTPGo 1 without folders are as they are today.
        let old = json!({"users": [{"username": "a"}], "folders": [{"mapped_path": "/x"}]});
        assert!(take(old.to_string().as_bytes(), &only(&["users"])).is_ok());
    }
}
