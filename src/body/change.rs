//! The fields of a JSON body that are set, their values, and how they are set. Pure.

use super::list_edit::ListEdit;
use crate::catalog::schema::{Path, Step};
use crate::error::Error;
use serde_json::{Map, Value as Json};
use std::fmt;

/// The fields that a call sets, in the order in which they are set: defaults,
/// `--json`, flags, `--set`. Later ones win.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BodyChange {
    /// Each field and its value.
    pub set: Vec<(Path, Json)>,
    /// What is edited in lists, after that.
    pub edits: Vec<ListEdit>,
    /// The whole body, if it is not an object with fields.
    pub whole: Option<Box<Json>>,
}

/// A list item that cannot be set, since the one before it does not exist.
pub(crate) struct MissingItem<'a> {
    pub(crate) path: &'a Path,
    value: &'a Json,
    pub(crate) error: Error,
}

impl fmt::Debug for BodyChange {
    /// Only the paths: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.paths().map(ToString::to_string))
            .finish()
    }
}

impl BodyChange {
    /// Whether it sets nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.edits.is_empty() && self.whole.is_none()
    }

    /// Sets its fields in a body. Missing objects on the way are created, the items of
    /// lists are not, except the one after the last. The error is the path
    /// that does not exist.
    pub fn apply(&self, body: &mut Json) -> Result<(), Error> {
        if let Some(missing) = self.put_all(body).into_iter().next() {
            return Err(missing.error);
        }
        self.edits.iter().try_for_each(|edit| edit.apply(body))
    }

    /// The paths of all that it sets or edits.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let edits = self.edits.iter().map(|edit| &edit.path);
        self.set.iter().map(|(path, _)| path).chain(edits)
    }

    /// The list items that a new body would lack: they cannot be set.
    pub(crate) fn missing_items(&self) -> Vec<MissingItem<'_>> {
        self.put_all(&mut Json::Object(Map::new()))
    }

    /// Sets all fields that can be set; returns the others. An item waits for those before
    /// it, so that the order of the items does not matter.
    fn put_all(&self, body: &mut Json) -> Vec<MissingItem<'_>> {
        if let Some(whole) = &self.whole {
            body.clone_from(whole);
        }
        let mut waiting: Vec<MissingItem> = Vec::new();
        for (path, value) in &self.set {
            if let Err(error) = put(body, path, value) {
                waiting.push(MissingItem { path, value, error });
                continue;
            }
            loop {
                let before = waiting.len();
                waiting.retain(|item| put(body, item.path, item.value).is_err());
                if waiting.is_empty() || waiting.len() == before {
                    break;
                }
            }
        }
        waiting
    }

    /// The body that contains only this change.
    pub fn body(&self) -> Json {
        let mut body = Json::Object(Map::new());
        // A missing item: only when shown with variables that are not known.
        self.put_all(&mut body);
        for edit in &self.edits {
            // Nothing is taken out of what is not there.
            let _ = edit.apply(&mut body);
        }
        body
    }
}

/// Sets a field of a body.
pub(crate) fn put(body: &mut Json, path: &Path, value: &Json) -> Result<(), Error> {
    let mut at = body;
    for (depth, step) in path.0.iter().enumerate() {
        let gone = || {
            let path = Path(path.0[..=depth].to_vec());
            Error::typed(format!("there is no `{path}`"))
                .hint("indexes start at 0; the index after the last one appends an item")
        };
        at = match step {
            Step::Key(key) => {
                if !at.is_object() {
                    *at = Json::Object(Map::new());
                }
                let members = at.as_object_mut().expect("just made");
                members.entry(key.as_str()).or_insert(Json::Null)
            }
            Step::Index(index) => {
                if at.is_null() {
                    *at = Json::Array(Vec::new());
                }
                let items = at.as_array_mut().ok_or_else(gone)?;
                if *index == items.len() {
                    items.push(Json::Null);
                }
                items.get_mut(*index).ok_or_else(gone)?
            }
        };
    }
    // An object without members changes none.
    let keeps = at.is_object() && value.as_object().is_some_and(Map::is_empty);
    if !keeps {
        *at = value.clone();
    }
    Ok(())
}
