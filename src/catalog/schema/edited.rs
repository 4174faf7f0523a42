//! Checks an edited body against the table. Unchanged values are not checked,
//! so that fields of a newer server survive.

use super::check::in_release;
use super::members::inside;
use super::path::unknown_in;
use super::{
    ENVELOPE, FieldRef, Path, Release, Step, Type, ValueError, checked, envelope, missing_members,
    schema,
};
use serde_json::{Map, Value as Json};

/// The check of an edited body.
pub struct Edited<'a> {
    /// The release of the server.
    pub release: Option<Release>,
    /// Reads the file of a secret given as `"@FILE"`.
    pub file: &'a mut dyn FnMut(&str) -> Result<String, ValueError>,
}

/// An error and its position.
pub type FieldError = (Path, ValueError);

impl Edited<'_> {
    /// Checks the value at one position and returns what to send; `before` is
    /// the old value, if any.
    pub fn checked(
        &mut self,
        found: &FieldRef,
        before: Option<&Json>,
        after: &Json,
    ) -> Result<Json, FieldError> {
        if before == Some(after) {
            return Ok(after.clone());
        }
        let here = |wrong| (found.path.clone(), wrong);
        if before.is_none() {
            let what = format!("`{}`", found.path);
            in_release(&what, found.span, self.release).map_err(here)?;
        }
        match (&found.kind, after) {
            (Type::Object(ENVELOPE), Json::String(text)) if !text.is_empty() => {
                let text = self.secret(text).map_err(here)?;
                Ok(envelope(&text))
            }
            (Type::Object(object), Json::Object(members)) => {
                if *object == ENVELOPE {
                    keeps(found, members).map_err(here)?;
                }
                let members = self.members(found, object, before, members)?;
                newly_missing(found, before, after).map_or(Ok(members), |wrong| Err(here(wrong)))
            }
            (Type::Map(kind), Json::Object(members)) => {
                let each = members.iter().map(|(key, value)| {
                    let inside = found.inside(Step::Key(key.clone()), (**kind).clone());
                    let value = self.checked(&inside, member(before, key), value)?;
                    Ok((key.clone(), value))
                });
                each.collect::<Result<_, _>>().map(Json::Object)
            }
            (Type::List(kind), Json::Array(items)) => {
                let old = before
                    .and_then(Json::as_array)
                    .map_or(&[][..], Vec::as_slice);
                let each = items.iter().enumerate().map(|(at, item)| {
                    let inside = found.inside(Step::Index(at), (**kind).clone());
                    // An item that only moved is unchanged.
                    let same = old.iter().find(|old| *old == item);
                    self.checked(&inside, same.or(old.get(at)), item)
                });
                each.collect::<Result<_, _>>().map(Json::Array)
            }
            (Type::Text, Json::String(text)) if found.is_secret() => {
                self.secret(text).map(Json::String).map_err(here)
            }
            _ => checked(found, after, self.release).map_err(here),
        }
    }

    fn members(
        &mut self,
        found: &FieldRef,
        object: &str,
        before: Option<&Json>,
        members: &Map<String, Json>,
    ) -> Result<Json, FieldError> {
        let each = members.iter().map(|(key, value)| {
            let old = member(before, key);
            let own = schema(object).and_then(|schema| schema.own(key));
            let value = match (own, old) {
                (Some(field), _) => self.checked(&inside(found, field), old, value)?,
                // The server sent it, so it is kept.
                (None, Some(_)) => value.clone(),
                (None, None) => {
                    let path = found.path.then(Step::Key(key.clone()));
                    return Err((path, unknown_in(found, key)));
                }
            };
            Ok((key.clone(), value))
        });
        each.collect::<Result<_, _>>().map(Json::Object)
    }

    /// A secret, or the content of the file that it names.
    fn secret(&mut self, text: &str) -> Result<String, ValueError> {
        match text.strip_prefix('@') {
            Some(file) => (self.file)(file),
            None => Ok(text.to_owned()),
        }
    }
}

fn member<'a>(object: Option<&'a Json>, key: &str) -> Option<&'a Json> {
    object.and_then(|object| object.get(key))
}

/// A required member that a value lacks, and did not lack before.
pub fn newly_missing(found: &FieldRef, before: Option<&Json>, after: &Json) -> Option<ValueError> {
    let missing = |json: &Json| {
        let mut all = Vec::new();
        missing_members(found, json, &mut all);
        all
    };
    let before = before.map(missing).unwrap_or_default();
    missing(after).into_iter().find(|one| !before.contains(one))
}

/// If an envelope is not `Plain`, the server keeps the old secret and silently
/// ignores a new one.
fn keeps(found: &FieldRef, envelope: &Map<String, Json>) -> Result<(), ValueError> {
    let text = |key: &str| envelope.get(key).and_then(Json::as_str).unwrap_or_default();
    if text("payload").is_empty() || text("status") == "Plain" {
        return Ok(());
    }
    let path = &found.path;
    let wrong = ValueError::new(format!(
        "`{path}` has a new `payload`, but its `status` is not `Plain`, so the old secret would be kept"
    ));
    Err(wrong.hint(format!("`\"{path}\": \"@FILE\"` reads it from a file")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user(before: &Json, after: &Json) -> Result<Json, (String, String)> {
        let mut file = |file: &str| Ok(format!("held by {file}"));
        let mut edited = Edited {
            release: Some(Release::new(2, 7, 5)),
            file: &mut file,
        };
        let root = FieldRef::root(&Type::Object("User"));
        let checked = edited.checked(&root, Some(before), after);
        checked.map_err(|(path, wrong)| (path.to_string(), wrong.message))
    }

    #[test]
    fn unchanged_values_are_not_checked() {
        let before = json!({"later": {"a": 1}, "uid": "odd", "filters": {"new": [1]},
            "groups": [{"name": "a", "later": 1}, {"name": "b"}]});
        let mut after = before.clone();
        after["gid"] = json!(7);
        after["later"]["a"] = json!(2);
        after["filters"]["allowed_ip"] = json!(["192.0.2.1"]);
        after["groups"] =
            json!([{"name": "b"}, {"name": "a", "later": 1}, {"name": "c", "type": 2}]);
        assert_eq!(user(&before, &after), Ok(after));
    }

    #[test]
    fn new_values_are_checked() {
        let before = json!({"uid": 1, "filesystem": {"provider": 0, "s3config": {}}, "groups": [{"name": "a"}]});
        for (pointer, value, path, said) in [
            (
                "",
                json!({"groups": [{"name": "a"}, {"name": "b"}]}),
                "groups[1]",
                "`groups[1].type` is missing",
            ),
            ("", json!({"uidd": 1}), "uidd", "unknown field `uidd`"),
            ("", json!({"uid": "x"}), "uid", "`uid` must be"),
            (
                "/filesystem",
                json!({"provider": "s4"}),
                "filesystem.provider",
                "`filesystem.provider` must be",
            ),
            (
                "/filesystem/s3config",
                json!({"bucke": ""}),
                "filesystem.s3config.bucke",
                "unknown field",
            ),
            (
                "/groups/0",
                json!({"nam": 1}),
                "groups[0].nam",
                "unknown field",
            ),
            (
                "/filesystem/s3config",
                json!({"access_secret": {"status": "Redacted", "payload": "x"}}),
                "filesystem.s3config.access_secret",
                "`filesystem.s3config.access_secret` has a new `payload`",
            ),
        ] {
            let mut after = before.clone();
            let at = after.pointer_mut(pointer).and_then(Json::as_object_mut);
            at.expect("it is there")
                .extend(value.as_object().cloned().expect("an object"));
            let (found, message) = user(&before, &after).expect_err(path);
            assert_eq!(found, path);
            assert!(message.starts_with(said), "{message}");
        }
    }

    #[test]
    fn choices_and_secrets_are_converted() {
        let before = json!({"filesystem": {"provider": 0, "s3config": {"access_secret": {"status": "Secretbox"}}}});
        let mut after = before.clone();
        after["filesystem"]["provider"] = json!("s3");
        after["filesystem"]["s3config"]["access_secret"] = json!("@key");
        after["password"] = json!("@pw");
        let sent = user(&before, &after).expect("it is right");
        assert_eq!(sent["filesystem"]["provider"], 1);
        assert_eq!(
            sent["filesystem"]["s3config"]["access_secret"],
            json!({"status": "Plain", "payload": "held by key"})
        );
        assert_eq!(sent["password"], "held by pw");
    }
}
