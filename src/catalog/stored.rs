//! How the server stores values that it does not keep as they are sent.
//!
//! Source: `ValidateUser`, `ValidateFolder` and what they call, in
//! `internal/dataprovider/dataprovider.go`, and the `validate` functions of `internal/vfs`
//! and of `eventrule.go`, `share.go` and `admin.go`.

/// What the server makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredAs {
    /// A path without `.`, `..` and duplicate slashes (`filepath.Clean`).
    CleanPath,
    /// The same, always absolute (`util.CleanPath`); the root is the default.
    RootedPath,
    /// The same, after the blanks around it are dropped.
    TrimmedPath,
    /// Such paths without duplicates.
    TrimmedPaths,
    /// A list of a `key` and a `value`, which are such paths; a slash at the end stays.
    PathPairs,
    /// A relative path, clean, with a slash at the end.
    KeyPrefix,
    /// A host with the port 22 if it has none.
    Endpoint,
    /// A list without duplicates and empty texts (`util.RemoveDuplicates`).
    Distinct,
    /// The same, after the blanks around each are dropped.
    DistinctTrimmed,
    /// The same, in lower case.
    DistinctInLowerCase,
    /// Lists without duplicates by clean path; `*` replaces the other permissions.
    Permissions,
    /// It is not stored.
    Nothing,
}

/// The fields by their types in `schema`.
const FIELDS: &[(&str, &str, StoredAs)] = &[
    ("User", "home_dir", StoredAs::CleanPath),
    ("User", "permissions", StoredAs::Permissions),
    ("User", "public_keys", StoredAs::Distinct),
    ("User", "oidc_custom_fields", StoredAs::Nothing),
    ("GroupUserSettings", "home_dir", StoredAs::CleanPath),
    ("GroupUserSettings", "permissions", StoredAs::Permissions),
    ("BaseVirtualFolder", "mapped_path", StoredAs::CleanPath),
    ("VirtualFolder", "virtual_path", StoredAs::RootedPath),
    ("SFTPFsConfig", "endpoint", StoredAs::Endpoint),
    ("SFTPFsConfig", "prefix", StoredAs::RootedPath),
    ("S3Config", "key_prefix", StoredAs::KeyPrefix),
    ("GCSConfig", "key_prefix", StoredAs::KeyPrefix),
    ("AzureBlobFsConfig", "key_prefix", StoredAs::KeyPrefix),
    ("UserFilters", "allowed_ip", StoredAs::Distinct),
    ("UserFilters", "denied_ip", StoredAs::Distinct),
    ("UserFilters", "start_directory", StoredAs::RootedPath),
    ("BaseUserFilters", "allowed_ip", StoredAs::Distinct),
    ("BaseUserFilters", "denied_ip", StoredAs::Distinct),
    ("BaseUserFilters", "start_directory", StoredAs::RootedPath),
    ("PatternsFilter", "path", StoredAs::CleanPath),
    (
        "PatternsFilter",
        "allowed_patterns",
        StoredAs::DistinctInLowerCase,
    ),
    (
        "PatternsFilter",
        "denied_patterns",
        StoredAs::DistinctInLowerCase,
    ),
    ("Admin", "permissions", StoredAs::Distinct),
    ("AdminFilters", "allow_list", StoredAs::Distinct),
    ("HTTPPart", "filepath", StoredAs::RootedPath),
    (
        "EventActionCommandConfig",
        "args",
        StoredAs::DistinctTrimmed,
    ),
    ("EventActionEmailConfig", "recipients", StoredAs::Distinct),
    ("EventActionEmailConfig", "bcc", StoredAs::Distinct),
    (
        "EventActionEmailConfig",
        "attachments",
        StoredAs::TrimmedPaths,
    ),
    ("FolderRetention", "path", StoredAs::RootedPath),
    (
        "EventActionFilesystemConfig",
        "mkdirs",
        StoredAs::TrimmedPaths,
    ),
    (
        "EventActionFilesystemConfig",
        "deletes",
        StoredAs::TrimmedPaths,
    ),
    (
        "EventActionFilesystemConfig",
        "exist",
        StoredAs::TrimmedPaths,
    ),
    ("EventActionFilesystemConfig", "copy", StoredAs::PathPairs),
    ("RenameConfig", "key", StoredAs::TrimmedPath),
    ("RenameConfig", "value", StoredAs::TrimmedPath),
    ("EventActionFsCompress", "name", StoredAs::TrimmedPath),
    ("EventActionFsCompress", "paths", StoredAs::TrimmedPaths),
    ("Share", "paths", StoredAs::TrimmedPaths),
    ("Share", "allow_from", StoredAs::Distinct),
];

/// How a field of a type is stored; `None` if it is kept as it is sent.
pub fn stored_as(object: &str, field: &str) -> Option<StoredAs> {
    let mut fields = FIELDS.iter();
    let found = fields.find(|(of, name, _)| *of == object && *name == field);
    found.map(|(_, _, how)| *how)
}

/// The permission that includes the others.
pub const ANY: &str = "*";

/// What the server sets in a user with `filters.is_anonymous`
/// (`setAnonymousSettings` of `internal/dataprovider/user.go`).
pub mod anonymous {
    /// The permissions in each folder.
    pub const PERMISSIONS: &[&str] = &["list", "download"];
    /// What it adds to the denied protocols.
    pub const DENIED_PROTOCOLS: &[&str] = &["SSH", "HTTP"];
    /// It denies all login methods but this.
    pub const LOGIN: &str = "password";
}

#[cfg(test)]
mod tests {
    use super::super::schema::schema;
    use super::*;

    #[test]
    fn every_field_is_in_the_schema() {
        for (object, field, _) in FIELDS {
            let fields = schema(object).expect(object);
            assert!(fields.own(field).is_some(), "{object} {field}");
        }
    }
}
