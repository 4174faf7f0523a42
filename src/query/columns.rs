//! The fields of an answer that `--columns` selects.

use super::{FieldPath, QueryError};
use crate::catalog::schema::ValueError;
use serde_json::{Map, Value as Json};

/// The selected fields.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Whether they are added to the usual ones.
    adds: bool,
    fields: Vec<Asked>,
}

/// A selected field.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: FieldPath,
    /// The field that limits it, in the same column.
    pub limit: Option<FieldPath>,
    /// The heading by which it was selected.
    pub heading: Option<&'static str>,
}

impl From<FieldPath> for Asked {
    fn from(path: FieldPath) -> Self {
        Self {
            path,
            limit: None,
            heading: None,
        }
    }
}

impl Columns {
    /// Reads `username,filters.allowed_ip`, or `+email,role`, which adds fields to the usual
    /// ones. `object` is the type of the objects, if it is known.
    pub fn read(object: Option<&'static str>, text: &str) -> Result<Self, QueryError> {
        let adds = text.trim_start().starts_with('+');
        let mut fields: Vec<Asked> = Vec::new();
        let mut begin = 0;
        for part in text.split(',') {
            let name = part.trim();
            let at = begin + part.find(name).unwrap_or_default();
            begin += part.len() + 1;
            let (at, name) = match name.strip_prefix('+') {
                Some(name) if adds => (at + 1, name),
                _ => (at, name),
            };
            let field = read_one(object, name)
                .map_err(|wrong| QueryError::of(wrong, at..at + name.len()))?;
            let is_new = |other: &Asked| other.path.text() != field.path.text();
            if fields.iter().all(is_new) {
                fields.push(field);
            }
        }
        Ok(Self { adds, fields })
    }

    /// Whether the fields are added to the usual ones.
    pub const fn adds(&self) -> bool {
        self.adds
    }

    /// The fields, in the order in which they were typed.
    pub fn fields(&self) -> &[Asked] {
        &self.fields
    }

    /// An object with only these fields, each at its own path; unchanged if they are added
    /// to the others.
    pub fn only(&self, object: &Json) -> Json {
        if self.adds || !object.is_object() {
            return object.clone();
        }
        let mut only = Json::Object(Map::new());
        for field in &self.fields {
            let paths = [Some(&field.path), field.limit.as_ref()];
            for path in paths.into_iter().flatten() {
                path.copy(object, &mut only);
            }
        }
        only
    }
}

/// A field by its path, or by the heading that tables show.
fn read_one(object: Option<&'static str>, name: &str) -> Result<Asked, ValueError> {
    if name.starts_with('+') {
        let wrong = format!("`{name}`: `+` adds to the usual fields, so it stands first");
        return Err(ValueError::new(wrong).hint("for example `--columns +email,role`".to_owned()));
    }
    let Some(object) = object else {
        return FieldPath::read_untyped(name).map(Asked::from);
    };
    if let Some(column) = FieldPath::headed(object, name) {
        return Ok(Asked {
            path: FieldPath::read(object, column.path)?,
            limit: column
                .limit
                .and_then(|limit| FieldPath::read(object, limit).ok()),
            heading: column.heading,
        });
    }
    let path = FieldPath::read(object, name).map_err(|error| {
        if name.is_empty() {
            let hint = "separate the fields by `,`: `--columns username,email`";
            return error.hint(hint.to_owned());
        }
        error
    })?;
    if path.is_secret() {
        let wrong = ValueError::new(format!("`{name}` is a secret, which is never shown"));
        return Err(wrong);
    }
    Ok(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Columns {
        Columns::read(Some("User"), text).expect("columns")
    }

    #[test]
    fn each_field_stays_at_its_path() {
        let user = json!({
            "id": 1, "username": "a", "permissions": {"/": ["*"], "/in.d": ["list"]},
            "filters": {"allowed_ip": ["10.0.0.0/8"], "denied_ip": null, "hooks": {}},
            "groups": [{"name": "g1", "type": 1}, {"name": "g2", "type": 2}],
            "virtual_folders": [{"virtual_path": "/in"}],
        });
        for (text, expected) in [
            ("username,id", json!({"username": "a", "id": 1})),
            (" id , id ", json!({"id": 1})),
            ("USERNAME", json!({"username": "a"})),
            ("email", json!({})),
            (
                "filters.denied_ip,filters.allowed_ip",
                json!({"filters": {"denied_ip": null, "allowed_ip": ["10.0.0.0/8"]}}),
            ),
            (
                "groups.name",
                json!({"groups": [{"name": "g1"}, {"name": "g2"}]}),
            ),
            (
                "groups[1].name,groups.type",
                json!({"groups": [{"type": 1}, {"name": "g2", "type": 2}]}),
            ),
            ("groups[7].name", json!({})),
            ("email,filters.user_type", json!({})),
            ("filters.hooks.pre_login_disabled", json!({})),
            ("virtual_folders.name", json!({"virtual_folders": [{}]})),
            (
                "permissions./in.d",
                json!({"permissions": {"/in.d": ["list"]}}),
            ),
        ] {
            let only = read(text).only(&user);
            assert_eq!(only.to_string(), expected.to_string(), "{text}");
        }
        assert_eq!(read("+email").only(&user), user);
        assert_eq!(read("id").only(&json!("text")), json!("text"));
    }

    #[test]
    fn wrong_columns_have_a_place() {
        for (text, at, length, expected) in [
            ("username,emial", 9, 5, "unknown field `emial`"),
            ("+username, +emial", 12, 5, "unknown field `emial`"),
            ("username,,email", 9, 0, "the name of a field is empty"),
            ("", 0, 0, "the name of a field is empty"),
            (
                "password",
                0,
                8,
                "`password` is a secret, which is never shown",
            ),
            (
                "filesystem.s3config.access_secret",
                0,
                33,
                "`filesystem.s3config.access_secret` is a secret, which is never shown",
            ),
            (
                "username,+email",
                9,
                6,
                "`+email`: `+` adds to the usual fields, so it stands first",
            ),
        ] {
            let wrong = Columns::read(Some("User"), text).unwrap_err();
            assert_eq!(wrong.message, expected, "{text}");
            assert_eq!(wrong.span, at..at + length, "{text}");
        }
        let wrong = Columns::read(Some("User"), "usrname").unwrap_err();
        let hint = wrong.hint.as_deref();
        assert_eq!(hint, Some("did you mean `username`?"));
    }
}
