//! The path of a field in an answer: `quota_size`, `filters.allowed_ip`, `groups.name`.

use crate::catalog::schema::{self, Field, FieldRef, Path, Step, Type, ValueError};
use serde_json::Value as Json;

/// The path of a field in an answer. It leads through lists: `groups.name` is the name of
/// each group.
#[derive(Clone, Debug)]
pub struct FieldPath {
    found: FieldRef,
    text: String,
}

impl FieldPath {
    /// Reads a path into an object of this type. The error names the unknown field.
    pub fn read(object: &'static str, text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Err(ValueError::new("the name of a field is empty".to_owned()));
        }
        let found = schema::found_in_each(&Type::Object(object), text)?;
        let text = text.to_owned();
        Ok(Self { found, text })
    }

    /// The path as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The type of its values; a list that it ends in is one value.
    pub fn kind(&self) -> &Type {
        &self.found.kind
    }

    /// The field, with its unit and choices; `None` for any JSON.
    pub fn field(&self) -> Option<&'static Field> {
        self.found.field
    }

    /// Whether its values are secret.
    pub fn is_secret(&self) -> bool {
        self.found.is_secret()
    }

    /// The values at the path: more than one if it leads through a list, none if the
    /// object lacks it.
    pub fn values<'a>(&self, object: &'a Json) -> Vec<&'a Json> {
        let Path(steps) = &self.found.path;
        let mut values = vec![object];
        for step in steps {
            let mut below = Vec::with_capacity(values.len());
            for value in values {
                match (step, value) {
                    (Step::Key(_), Json::Array(items)) => {
                        below.extend(items.iter().filter_map(|item| after(item, step)));
                    }
                    _ => below.extend(after(value, step)),
                }
            }
            values = below;
        }
        values
    }
}

fn after<'a>(value: &'a Json, step: &Step) -> Option<&'a Json> {
    match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_at_a_path() {
        let user = json!({
            "username": "a", "permissions": {"/": ["*"], "/in.d": ["list"]},
            "filters": {"allowed_ip": ["10.0.0.0/8"]},
            "groups": [{"name": "g1", "type": 1}, {"name": "g2", "type": 2}],
        });
        for (path, expected) in [
            ("username", json!(["a"])),
            ("email", json!([])),
            ("filters.allowed_ip", json!([["10.0.0.0/8"]])),
            ("filters.allowed_ip[0]", json!(["10.0.0.0/8"])),
            ("groups.name", json!(["g1", "g2"])),
            ("groups[1].name", json!(["g2"])),
            ("groups[7].name", json!([])),
            ("permissions./in.d", json!([["list"]])),
        ] {
            let path = FieldPath::read("User", path).unwrap();
            let values: Vec<Json> = path.values(&user).into_iter().cloned().collect();
            assert_eq!(Json::Array(values), expected, "{}", path.text());
        }
    }

    #[test]
    fn wrong_paths_are_named() {
        for (path, expected) in [
            ("", "the name of a field is empty"),
            ("usrname", "unknown field `usrname`"),
            ("groups.nme", "unknown field `groups.nme`"),
            ("username.x", "`username` has no fields"),
            ("filters.", "`filters.` ends with `.`"),
        ] {
            let wrong = FieldPath::read("User", path).unwrap_err();
            assert_eq!(wrong.message, expected);
        }
        let wrong = FieldPath::read("User", "usrname").unwrap_err();
        assert_eq!(wrong.hint.as_deref(), Some("did you mean `username`?"));
        assert!(FieldPath::read("User", "password").unwrap().is_secret());
    }
}
