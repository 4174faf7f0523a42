//! Group settings: how the server merges a group's `user_settings` into a
//! member at login.
//!
//! Source: `applyGroupSettings` and what it calls, in
//! `internal/dataprovider/user.go`, the same since 2.3.0 except for newer
//! fields. The primary group comes first; secondary groups can only add to
//! lists and maps; groups of type membership contribute nothing.

/// A user field that groups can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inherited {
    /// Its path, in a user and in group settings.
    pub field: &'static str,
    /// How the values are merged.
    pub merge: Merge,
}

/// How the value of a group is merged into a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The primary group's value replaces the user's, if it has one.
    Replaces,
    /// The primary group's value replaces the user's, if its provider is not local.
    ReplacesIfNotLocal,
    /// The primary group's value is used if the user's is 0, false, empty or `None`.
    IfUnset,
    /// The primary group's values are used if the user has none of these.
    IfAllUnset(&'static [&'static str]),
    /// The primary group sets a number of days after the creation of the user, in this field.
    DaysFromCreation(&'static str),
    /// The values of all groups are added, without duplicates.
    Adds,
    /// The items of all groups are added, unless one has the same value in this field; items for
    /// `/` only come from the primary group.
    AddsBy(&'static str),
    /// The members of all groups are added to a map, unless they exist; `/` only comes from the
    /// primary group, and then replaces the user's own.
    AddsToMap,
}

const fn field(field: &'static str, merge: Merge) -> Inherited {
    Inherited { field, merge }
}

const TRANSFERS: &[&str] = &[
    "upload_data_transfer",
    "download_data_transfer",
    "total_data_transfer",
];

/// The fields, in the order in which the server merges them.
pub const INHERITED: &[Inherited] = &[
    field("home_dir", Merge::Replaces),
    field("filesystem", Merge::ReplacesIfNotLocal),
    field("filesystem.osconfig.read_buffer_size", Merge::IfUnset),
    field("filesystem.osconfig.write_buffer_size", Merge::IfUnset),
    field("max_sessions", Merge::IfUnset),
    field("quota_size", Merge::IfUnset),
    field("quota_files", Merge::IfUnset),
    field("upload_bandwidth", Merge::IfUnset),
    field("download_bandwidth", Merge::IfUnset),
    field(TRANSFERS[0], Merge::IfAllUnset(TRANSFERS)),
    field(TRANSFERS[1], Merge::IfAllUnset(TRANSFERS)),
    field(TRANSFERS[2], Merge::IfAllUnset(TRANSFERS)),
    field("expiration_date", Merge::DaysFromCreation("expires_in")),
    field("filters.max_upload_file_size", Merge::IfUnset),
    field("filters.tls_username", Merge::IfUnset),
    field("filters.hooks.check_password_disabled", Merge::IfUnset),
    field("filters.hooks.pre_login_disabled", Merge::IfUnset),
    field("filters.hooks.external_auth_disabled", Merge::IfUnset),
    field("filters.disable_fs_checks", Merge::IfUnset),
    field("filters.allow_api_key_auth", Merge::IfUnset),
    field("filters.is_anonymous", Merge::IfUnset),
    field("filters.external_auth_cache_time", Merge::IfUnset),
    field("filters.ftp_security", Merge::IfUnset),
    field("filters.start_directory", Merge::IfUnset),
    field("filters.default_shares_expiration", Merge::IfUnset),
    field("filters.max_shares_expiration", Merge::IfUnset),
    field("filters.password_expiration", Merge::IfUnset),
    field("filters.password_strength", Merge::IfUnset),
    field("virtual_folders", Merge::AddsBy("virtual_path")),
    field("permissions", Merge::AddsToMap),
    field("filters.file_patterns", Merge::AddsBy("path")),
    field("filters.bandwidth_limits", Merge::Adds),
    field("filters.data_transfer_limits", Merge::Adds),
    field("filters.allowed_ip", Merge::Adds),
    field("filters.denied_ip", Merge::Adds),
    field("filters.denied_login_methods", Merge::Adds),
    field("filters.denied_protocols", Merge::Adds),
    field("filters.web_client", Merge::Adds),
    field("filters.two_factor_protocols", Merge::Adds),
    field("filters.access_time", Merge::Adds),
];

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// The expiry of an account whose group allows `days` after its creation
/// (`mergeWithPrimaryGroup` of 2.6.0 and later).
pub const fn days_from(created: i64, days: i64) -> i64 {
    created.saturating_add(days.saturating_mul(DAY))
}

/// The field that a group has outside its `user_settings`.
pub const OF_THE_GROUP: &str = "virtual_folders";

/// The placeholders in group settings, and the user fields that replace them.
pub const PLACEHOLDERS: &[(&str, &str)] = &[("%username%", "username"), ("%role%", "role")];

/// The fields in which the server replaces placeholders, by the last part of
/// their path; other fields are literal (`replacePlaceholder`, `replaceFsConfigPlaceholders`).
pub const FILLED_IN: &[&str] = &[
    "home_dir",
    "start_directory",
    "key_prefix",
    "username",
    "prefix",
    "virtual_path",
    "mapped_path",
    "path",
];

/// The field that makes a user anonymous.
pub const ANONYMOUS: &str = "filters.is_anonymous";

/// The permissions of an anonymous user for each folder in its permissions,
/// whatever they say (`setAnonymousSettings`, which runs at login).
pub const ANONYMOUS_MAY: &[&str] = &["list", "download"];

/// What is also denied to an anonymous user: the field and its values.
pub const ANONYMOUS_MAY_NOT: &[(&str, &[&str])] = &[
    ("filters.denied_protocols", &["SSH", "HTTP"]),
    (
        "filters.denied_login_methods",
        &[
            "publickey",
            "password-over-SSH",
            "keyboard-interactive",
            "publickey+password",
            "publickey+keyboard-interactive",
            "TLSCertificate",
            "TLSCertificate+password",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::USER_PERMISSIONS;
    use crate::catalog::schema::{self, Type};

    #[test]
    fn each_is_a_field_of_users_and_of_settings() {
        let (user, settings) = (Type::read(">User"), Type::read(">GroupUserSettings"));
        for Inherited { field, merge } in INHERITED {
            assert!(schema::find(&user, field).is_ok(), "{field}");
            let there = match merge {
                Merge::DaysFromCreation(name) => name,
                _ => field,
            };
            let found = schema::find(&settings, there).is_ok();
            assert_eq!(found, *field != OF_THE_GROUP, "{field}");
        }
        assert!(schema::find(&Type::read(">Group"), OF_THE_GROUP).is_ok());
    }

    #[test]
    fn permissions_denied_to_anonymous_users_exist() {
        let user = Type::read(">User");
        assert!(schema::find(&user, ANONYMOUS).is_ok());
        let known = |name: &&str| USER_PERMISSIONS.contains(name);
        assert!(ANONYMOUS_MAY.iter().all(known));
        for (field, values) in ANONYMOUS_MAY_NOT {
            let found = schema::find(&user, field).expect("a field");
            let choices = &found.field.expect("one that is known").choices;
            for value in *values {
                assert!(
                    choices.iter().any(|choice| choice.word == *value),
                    "{value}"
                );
            }
        }
    }
}
