//! Copying an object: what a copy does not take from the original.

/// The parameter that names the original, which is read first.
pub const MODEL_PARAM: &str = "from";

/// Fields that are not copied: credentials, and the addresses that receive
/// password reset mails.
pub const NOT_COPIED: &[&str] = &[
    "email",
    "password",
    "public_keys",
    "filters.additional_emails",
    "filters.tls_certs",
];

/// The credentials of a user; `has_password` stands for one that the server does not show.
pub const CREDENTIALS: &[&str] = &[
    "password",
    "has_password",
    "public_keys",
    "filters.tls_certs",
];

/// Paths that often contain the user name: a component equal to the old name
/// is replaced by the new name.
pub const PLACES: &[&str] = &[
    "home_dir",
    "filesystem.s3config.key_prefix",
    "filesystem.gcsconfig.key_prefix",
    "filesystem.azblobconfig.key_prefix",
    "filesystem.sftpconfig.prefix",
];

/// The providers whose files are in the home directory: local, and local encrypted.
pub const ON_THE_DISK: &[i64] = &[0, 4];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::schema::{self, Type};

    #[test]
    fn all_are_fields_of_a_user() {
        let user = Type::read(">User");
        for path in NOT_COPIED.iter().chain(PLACES).chain(CREDENTIALS) {
            assert!(schema::find(&user, path).is_ok(), "{path}");
        }
    }
}
