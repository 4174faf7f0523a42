//! Secrets as a server shows them: sealed, and bound to the object that has them.

use super::schema;
use super::{ENVELOPE, Field, Type};
use crate::text::path::member;
use serde_json::{Map, Value as Json};

/// The beginning of a sealed secret in API v1.
const V1: &str = "$aes$";

/// How a secret is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed<'a> {
    /// The server shows that it is there, without what is needed to open it.
    Hidden,
    /// It can only be opened as a secret of the object of this name.
    Of(&'a str),
}

/// How an envelope of API v2 is sealed; `None` if it holds a plain secret, or nothing.
pub fn sealed(value: &Json) -> Option<Sealed<'_>> {
    let members = value.as_object()?;
    let status = text(members, "status");
    let known = schema(ENVELOPE).and_then(|envelope| envelope.own("status"))?;
    let is_known = known.words(None).any(|word| word == status);
    if !is_known || status == "Plain" {
        return None;
    }
    Some(match text(members, "additional_data") {
        "" => Sealed::Hidden,
        name => Sealed::Of(name),
    })
}

/// How a secret text of API v1 is sealed. One with its key opens for any user.
pub fn sealed_text(text: &str) -> Option<Sealed<'_>> {
    let rest = text.strip_prefix(V1)?;
    (!rest.contains('$')).then_some(Sealed::Hidden)
}

fn text<'a>(members: &'a Map<String, Json>, name: &str) -> &'a str {
    members.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// Calls `visit` with each sealed secret of a body and its path, without those of other
/// objects that it refers to.
pub fn each_own_sealed<'a>(
    kind: &Type,
    json: &'a Json,
    visit: &mut dyn FnMut(&str, &'a Json, Sealed<'a>),
) {
    walk(kind, json, "", false, visit);
}

/// The same with those of other objects.
pub fn each_sealed<'a>(
    kind: &Type,
    json: &'a Json,
    visit: &mut dyn FnMut(&str, &'a Json, Sealed<'a>),
) {
    walk(kind, json, "", true, visit);
}

fn walk<'a>(
    kind: &Type,
    json: &'a Json,
    path: &str,
    linked: bool,
    visit: &mut dyn FnMut(&str, &'a Json, Sealed<'a>),
) {
    let below = |name: &str| member(path, name);
    match (kind, json) {
        (Type::Object(ENVELOPE), value) => {
            if let Some(how) = sealed(value) {
                visit(path, value, how);
            }
        }
        (Type::Object(object), Json::Object(members)) => {
            let fields = schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
            let is_own = |field: &&Field| !field.read_only && (linked || !field.linked);
            for field in fields.iter().filter(is_own) {
                let Some(value) = members.get(field.name) else {
                    continue;
                };
                match value
                    .as_str()
                    .filter(|_| field.secret)
                    .and_then(sealed_text)
                {
                    Some(how) => visit(&below(field.name), value, how),
                    None => walk(&field.kind, value, &below(field.name), linked, visit),
                }
            }
        }
        (Type::Map(values), Json::Object(members)) => {
            for (name, value) in members {
                walk(values, value, &below(name), linked, visit);
            }
        }
        (Type::List(items), Json::Array(list)) => {
            for (at, item) in list.iter().enumerate() {
                walk(items, item, &format!("{path}[{at}]"), linked, visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn which_values_are_sealed() {
        let of = |status: &str, data: &str| json!({"status": status, "payload": "x", "additional_data": data});
        for status in [
            "Secretbox",
            "AES-256-GCM",
            "AWS",
            "GCP",
            "VaultTransit",
            "Redacted",
        ] {
            assert_eq!(
                sealed(&of(status, "bo")),
                Some(Sealed::Of("bo")),
                "{status}"
            );
            assert_eq!(sealed(&of(status, "")), Some(Sealed::Hidden), "{status}");
        }
        for value in [
            of("Plain", "bo"),
            of("", ""),
            json!({}),
            json!(null),
            json!("x"),
        ] {
            assert_eq!(sealed(&value), None, "{value}");
        }
        assert_eq!(sealed_text("$aes$abc"), Some(Sealed::Hidden));
        assert_eq!(
            (sealed_text("$aes$key$abc"), sealed_text("abc")),
            (None, None)
        );
    }

    #[test]
    fn sealed_values_are_found_at_any_depth() {
        let sealed = json!({"status": "Secretbox", "payload": "x"});
        let user = json!({
            "filesystem": {"s3config": {"access_secret": sealed}},
            "virtual_folders": [{"name": "f"}, {"filesystem": {"sftpconfig": {"password": sealed}}}],
        });
        let mut found = Vec::new();
        each_sealed(&Type::Object("User"), &user, &mut |path, _, _| {
            found.push(path.to_owned());
        });
        assert_eq!(
            found,
            [
                "virtual_folders[1].filesystem.sftpconfig.password",
                "filesystem.s3config.access_secret"
            ]
        );
    }
}
