//! The path of a field in an answer: `quota_size`, `filters.allowed_ip`, `groups.name`.

use crate::catalog::schema::{
    self, ENVELOPE, Field, FieldRef, Path, Step, Type, UsualColumn, ValueError,
};
use crate::catalog::{Release, Span, unavailable};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The path of a field in an answer. It leads through lists: `groups.name` is the name of
/// each group.
#[derive(Clone, Debug)]
pub struct FieldPath {
    found: FieldRef,
    text: String,
    /// Whether each step but the last ends in a list.
    lists: Vec<bool>,
}

impl FieldPath {
    /// Reads a path into an object of this type. The error names the unknown field.
    pub fn read(object: &'static str, text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Err(ValueError::new("the name of a field is empty".to_owned()));
        }
        let body = Type::Object(object);
        let found = schema::found_in_each(&body, text)?;
        let steps = &found.path.0;
        let ends_in_list = |end: usize| {
            let path = Path(steps[..end].to_vec()).to_string();
            schema::found_in_each(&body, &path)
                .is_ok_and(|found| matches!(found.kind, Type::List(_)))
        };
        let lists = (1..steps.len()).map(ends_in_list).collect();
        let text = text.to_owned();
        Ok(Self { found, text, lists })
    }

    /// The usual column with this heading, if no field has that name.
    pub fn headed(object: &'static str, heading: &str) -> Option<&'static UsualColumn> {
        let schema = schema::schema(object)?;
        let column = schema.layout.headed(heading)?;
        (column.path != heading && schema.own(heading).is_none()).then_some(column)
    }

    /// Like `read`, for a field that servers of a release show; a column of one field is
    /// that field.
    pub fn read_shown(
        object: &'static str,
        text: &str,
        release: Release,
    ) -> Result<Self, ValueError> {
        let text = match Self::headed(object, text) {
            Some(UsualColumn {
                path,
                limit: Some(limit),
                ..
            }) => {
                let message = format!("`{text}` is a column of two fields");
                return Err(
                    ValueError::new(message).hint(format!("name one: `{path}` or `{limit}`"))
                );
            }
            Some(column) => column.path,
            None => text,
        };
        let path = Self::read(object, text)?;
        if path.found.is_secret() {
            let message = format!("`{text}` is secret: the server does not show it");
            return Err(ValueError::new(message));
        }
        let span = path.found.span;
        if !span.holds(documented(release)) {
            let message = unavailable(&format!("`{text}`"), span, release);
            return Err(ValueError::new(message));
        }
        Ok(path)
    }

    /// The paths that begin with `before`, which is empty or ends with `.`, with what the
    /// fields mean; those of objects end with a `.`, too. Secrets are left out.
    pub fn below(
        object: &'static str,
        before: &str,
        release: Release,
    ) -> Vec<(String, &'static str)> {
        let mut kind = Type::Object(object);
        if let Some(path) = before.strip_suffix('.') {
            match schema::found_in_each(&kind, path) {
                Ok(found) => kind = found.kind,
                Err(_) => return Vec::new(),
            }
        }
        while let Type::List(items) = kind {
            kind = *items;
        }
        let Type::Object(object) = kind else {
            return Vec::new();
        };
        let fields = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
        let is_shown = |field: &&Field| {
            !field.secret
                && field.kind != Type::Object(ENVELOPE)
                && field.span.holds(documented(release))
        };
        let ends = |field: &Field| match &field.kind {
            Type::Object(_) => &["."][..],
            Type::List(items) if matches!(**items, Type::Object(_)) => &["", "."][..],
            _ => &[""][..],
        };
        let fields = fields.iter().filter(is_shown);
        let paths = fields.flat_map(|field| {
            ends(field)
                .iter()
                .map(move |end| (format!("{before}{}{end}", field.name), field.help))
        });
        paths.collect()
    }

    /// The path of a member of an object of no known type.
    pub fn of_member(name: &str) -> Self {
        let root = FieldRef::root(&Type::Free);
        Self {
            found: root.inside(Step::Key(name.to_owned()), Type::Any),
            text: name.to_owned(),
            lists: Vec::new(),
        }
    }

    /// Reads a path into an object of no known type.
    pub fn read_untyped(text: &str) -> Result<Self, ValueError> {
        if text.is_empty() {
            return Err(ValueError::new("the name of a field is empty".to_owned()));
        }
        let found = schema::found_in_each(&Type::Free, text)?;
        let (text, lists) = (text.to_owned(), Vec::new());
        Ok(Self { found, text, lists })
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

    /// Whether it leads through a list, so that it has any number of values.
    pub fn is_of_each(&self) -> bool {
        let Path(steps) = &self.found.path;
        let steps = steps.iter().skip(1).zip(&self.lists);
        steps
            .into_iter()
            .any(|(step, is_list)| *is_list && matches!(step, Step::Key(_)))
    }

    /// Like `values`, with `None` for each object that lacks the field.
    pub fn each<'a>(&self, object: &'a Json) -> Vec<Option<&'a Json>> {
        let Path(steps) = &self.found.path;
        let mut values = vec![Some(object)];
        for (at, step) in steps.iter().enumerate() {
            let mut below = Vec::with_capacity(values.len());
            // A list that is not there has no members.
            let leads_on = at.checked_sub(1).and_then(|before| self.lists.get(before));
            let is_member = leads_on == Some(&true) && matches!(step, Step::Key(_));
            for value in values {
                match value {
                    Some(Json::Array(items)) if matches!(step, Step::Key(_)) => {
                        below.extend(items.iter().map(|item| after(item, step)));
                    }
                    _ if is_member => {}
                    _ => below.push(value.and_then(|value| after(value, step))),
                }
            }
            values = below;
        }
        values
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

impl FieldPath {
    /// The value at the path, if the object has it. A path that leads through a list has a
    /// list of values.
    pub fn value<'a>(&self, object: &'a Json) -> Option<Cow<'a, Json>> {
        let Path(steps) = &self.found.path;
        if self.leads_through_list(object) {
            let all = self.values(object).into_iter().cloned();
            return Some(Cow::Owned(Json::Array(all.collect())));
        }
        let mut steps = steps.iter();
        steps.try_fold(object, after).map(Cow::Borrowed)
    }

    fn leads_through_list(&self, object: &Json) -> bool {
        let Path(steps) = &self.found.path;
        let mut value = Some(object);
        for step in steps {
            let Some(here) = value else { return false };
            if here.is_array() && matches!(step, Step::Key(_)) {
                return true;
            }
            value = after(here, step);
        }
        false
    }

    /// Copies the value at the path to the same path of another object.
    pub fn copy(&self, from: &Json, into: &mut Json) {
        let Path(steps) = &self.found.path;
        copy(steps, from, into);
    }
}

fn copy(steps: &[Step], from: &Json, into: &mut Json) {
    match (steps.split_first(), from) {
        (None, _) => *into = from.clone(),
        // Each item keeps its place.
        (Some((Step::Key(_), _)), Json::Array(items)) => {
            let into = list(into, items.len());
            for (item, into) in items.iter().zip(into) {
                if item.is_object() {
                    members(into);
                }
                copy(steps, item, into);
            }
        }
        (Some((step @ Step::Key(key), rest)), _) => {
            if let Some(value) = after(from, step).filter(|value| leads_on(rest, value)) {
                let into = members(into).entry(key.clone());
                copy(rest, value, into.or_insert(Json::Null));
            }
        }
        (Some((step @ Step::Index(index), rest)), _) => {
            if let Some(value) = after(from, step).filter(|value| leads_on(rest, value)) {
                copy(rest, value, &mut list(into, index + 1)[*index]);
            }
        }
    }
}

/// Whether the rest of a path leads to a value, or to a list whose items keep their places.
fn leads_on(steps: &[Step], value: &Json) -> bool {
    match (steps.split_first(), value) {
        (None, _) | (Some((Step::Key(_), _)), Json::Array(_)) => true,
        (Some((step, rest)), _) => {
            let next = after(value, step);
            next.is_some_and(|next| leads_on(rest, next))
        }
    }
}

/// The items of a value that is made a list of at least this length.
fn list(value: &mut Json, length: usize) -> &mut Vec<Json> {
    if !value.is_array() {
        *value = Json::Array(Vec::new());
    }
    let items = value.as_array_mut().expect("just made");
    if items.len() < length {
        items.resize(length, Json::Null);
    }
    items
}

/// The members of a value that is made an object.
fn members(value: &mut Json) -> &mut Map<String, Json> {
    if !value.is_object() {
        *value = Json::Object(Map::new());
    }
    value.as_object_mut().expect("just made")
}

/// The first release with a document: the one before it has no fields that the document lacks.
fn documented(release: Release) -> Release {
    release.max(Span::FROM_0_9_1.first)
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
