//! What a user's permissions allow: which of them an operation takes, and which
//! path they are looked up for.
//!
//! Source: `internal/common/connection.go` and `internal/dataprovider/user.go`
//! (`HasPermsDeleteAll`, `HasPermsRenameAll`, `GetPermissionsForPath`) of 2.4 to 2.7.

/// What everything is called.
pub const ANYTHING: &str = "*";

/// An operation that other permissions allow as well.
#[derive(Debug)]
pub struct Allowed {
    /// The operation, called as its permission.
    pub operation: &'static str,
    /// What allows it: all of any of these.
    pub by: &'static [&'static [&'static str]],
}

/// The operations whose own permission is not the only one that allows them.
pub const ALLOWED: &[Allowed] = &[
    Allowed {
        operation: "delete",
        by: &[&["delete"], &["delete_files", "delete_dirs"]],
    },
    Allowed {
        operation: "delete_files",
        by: &[&["delete_files"], &["delete"]],
    },
    Allowed {
        operation: "delete_dirs",
        by: &[&["delete_dirs"], &["delete"]],
    },
    Allowed {
        operation: "rename",
        by: &[&["rename"], &["rename_files", "rename_dirs"]],
    },
    Allowed {
        operation: "rename_files",
        by: &[&["rename_files"], &["rename"]],
    },
    Allowed {
        operation: "rename_dirs",
        by: &[&["rename_dirs"], &["rename"]],
    },
];

/// The operations that are looked up for the path itself; all others for the
/// folder that it is in.
pub const OF_THE_PATH: &[&str] = &["list", "copy"];

/// Those that are looked up for a file itself, but for a folder in the one that
/// it is in (`getPathForSetStatPerms`).
pub const OF_A_FILE: &[&str] = &["chmod", "chown", "chtimes"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::USER_PERMISSIONS;

    #[test]
    fn all_are_permissions() {
        let known = |name: &&str| USER_PERMISSIONS.contains(name);
        for allowed in ALLOWED {
            assert!(known(&allowed.operation));
            assert!(allowed.by.iter().flat_map(|all| all.iter()).all(known));
        }
        let looked_up = OF_THE_PATH.iter().chain(OF_A_FILE);
        assert!(looked_up.chain([&ANYTHING]).all(known));
    }
}
