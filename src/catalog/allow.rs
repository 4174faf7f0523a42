//! User permissions: which ones an operation needs, and for which path they
//! are looked up.
//!
//! Source: `internal/common/connection.go` and `internal/dataprovider/user.go`
//! (`HasPermsDeleteAll`, `HasPermsRenameAll`, `GetPermissionsForPath`) of 2.4 to 2.7;
//! `common/connection.go` and `dataprovider/user.go` of 2.0 and 2.3.

use super::{Release, Span};

/// The permission that includes all others.
pub const ANYTHING: &str = "*";

/// An operation that is also allowed by other permissions.
#[derive(Debug)]
pub struct Allowed {
    /// The operation, named after its permission.
    pub operation: &'static str,
    /// The sets of permissions that allow it on a file; one complete set is enough.
    pub by: &'static [&'static [&'static str]],
    /// The same for a folder.
    pub on_a_folder: &'static [&'static [&'static str]],
    /// Whether a set of two is of two folders: the first where it begins, the second where it ends.
    pub of_two_folders: bool,
    /// The releases in which this holds.
    pub span: Span,
}

/// An operation for which it makes no difference what it is on.
const fn allowed(operation: &'static str, by: &'static [&'static [&'static str]]) -> Allowed {
    Allowed {
        operation,
        by,
        on_a_folder: by,
        of_two_folders: false,
        span: Span::V2,
    }
}

/// The first release with permissions to rename files or folders only.
const RENAME_IN_PARTS: Release = Release::new(2, 2, 0);

/// The operations that more than one permission allows.
pub const ALLOWED: &[Allowed] = &[
    allowed("delete", &[&["delete"], &["delete_files", "delete_dirs"]]),
    allowed("delete_files", &[&["delete_files"], &["delete"]]),
    allowed("delete_dirs", &[&["delete_dirs"], &["delete"]]),
    // The source may be deleted, and the target made.
    Allowed {
        operation: "rename",
        by: &[&["rename"], &["delete", "upload"]],
        on_a_folder: &[&["rename"], &["delete", "create_dirs"]],
        of_two_folders: true,
        span: Span::between(Release::FIRST_V2, Release::new(2, 1, 99)),
    },
    Allowed {
        span: Span::from(RENAME_IN_PARTS),
        ..allowed("rename", &[&["rename"], &["rename_files", "rename_dirs"]])
    },
    allowed("rename_files", &[&["rename_files"], &["rename"]]),
    allowed("rename_dirs", &[&["rename_dirs"], &["rename"]]),
];

/// The operations that are checked for the path itself; the others are checked
/// for its parent folder.
pub const OF_THE_PATH: &[&str] = &["list", "copy"];

/// The operations that are checked for a file itself, but for the parent of a
/// folder (`getPathForSetStatPerms`), in `OF_A_FILE_IN`.
pub const OF_A_FILE: &[&str] = &["chmod", "chown", "chtimes"];

/// The releases that tell files from folders there; later ones always look at the parent.
pub const OF_A_FILE_IN: Span = Span::between(Release::FIRST_V2, Release::new(2, 6, 99));

/// The releases in which the folder of a rule can be a pattern.
pub const PATTERNS_IN: Span = Span::from(Release::new(2, 5, 0));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::USER_PERMISSIONS;

    #[test]
    fn all_are_permissions() {
        let known = |name: &&str| USER_PERMISSIONS.contains(name);
        for allowed in ALLOWED {
            assert!(known(&allowed.operation));
            let sets = allowed.by.iter().chain(allowed.on_a_folder);
            assert!(sets.flat_map(|all| all.iter()).all(known));
        }
        let looked_up = OF_THE_PATH.iter().chain(OF_A_FILE);
        assert!(looked_up.chain([&ANYTHING]).all(known));
    }
}
