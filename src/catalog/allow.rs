//! User permissions: which ones an operation needs, and for which path they
//! are looked up.
//!
//! Source: `internal/common/connection.go` and `internal/dataprovider/user.go`
//! (`HasPermsDeleteAll`, `HasPermsRenameAll`, `GetPermissionsForPath`) of 2.4 to 2.7.

/// The permission that includes all others.
pub const ANYTHING: &str = "*";

/// An operation that is also allowed by other permissions.
#[derive(Debug)]
pub struct Allowed {
    /// The operation, named after its permission.
    pub operation: &'static str,
    /// The sets of permissions that allow it; one complete set is enough.
    pub by: &'static [&'static [&'static str]],
}

/// The operations that more than one permission allows.
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

/// The operations that are checked for the path itself; the others are checked
/// for its parent folder.
pub const OF_THE_PATH: &[&str] = &["list", "copy"];

/// The operations that are checked for a file itself, but for the parent of a
/// folder (`getPathForSetStatPerms`).
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
