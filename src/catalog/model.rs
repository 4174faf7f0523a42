//! A new object after the model of another one: what of it is not taken over.

use super::schema::{self, Type};
use serde_json::Value as Json;

/// The parameter that names the model, which is read first.
pub const MODEL: &str = "from";

/// What is the model's alone: who has it may log in, or gets the mails by which
/// a password is set anew.
pub const ITS_OWN: &[&str] = &[
    "email",
    "password",
    "public_keys",
    "filters.additional_emails",
    "filters.tls_certs",
];

/// By what somebody logs in, and whether the server has one that it does not show.
pub const CREDENTIALS: &[&str] = &[
    "password",
    "has_password",
    "public_keys",
    "filters.tls_certs",
];

/// Places that are likely to be called as the model: a part of the path that is
/// its name becomes the new one's.
pub const PLACES: &[&str] = &[
    "home_dir",
    "filesystem.s3config.key_prefix",
    "filesystem.gcsconfig.key_prefix",
    "filesystem.azblobconfig.key_prefix",
    "filesystem.sftpconfig.prefix",
];

/// The providers whose files are in the home directory: the local one, and the
/// one that encrypts what it writes there.
pub const ON_THE_DISK: &[i64] = &[0, 4];

/// Takes away what the server alone sets.
pub fn without_servers(object: &mut Json, kind: &Type) {
    match (kind, object) {
        (Type::Object(name), Json::Object(members)) => {
            let fields = schema::schema(name);
            members.retain(|key, value| {
                let field = fields.and_then(|fields| fields.own(key));
                if let Some(field) = field {
                    without_servers(value, &field.kind);
                }
                field.is_none_or(|field| !field.read_only)
            });
        }
        (Type::List(kind), Json::Array(items)) => {
            for item in items {
                without_servers(item, kind);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_fields_of_a_user() {
        let user = Type::read(">User");
        for path in ITS_OWN.iter().chain(PLACES).chain(CREDENTIALS) {
            assert!(schema::find(&user, path).is_ok(), "{path}");
        }
    }
}
