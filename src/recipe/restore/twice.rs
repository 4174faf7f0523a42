//! Members that an object of a file has twice: a server takes the last one, silently.

use crate::catalog::schema::{Path, Step};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

/// The path of the first member that is there twice, in the kinds that are wanted. What is not
/// JSON has none.
pub(super) fn twice(bytes: &[u8], wants: &dyn Fn(&str) -> bool) -> Option<Path> {
    let found = RefCell::new(None);
    let walk = Walk {
        path: Path(Vec::new()),
        wants,
        found: &found,
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    walk.deserialize(&mut json).ok()?;
    found.into_inner()
}

/// One value of the file.
struct Walk<'a> {
    path: Path,
    wants: &'a dyn Fn(&str) -> bool,
    found: &'a RefCell<Option<Path>>,
}

impl Walk<'_> {
    fn below(&self, step: Step) -> Self {
        Self {
            path: self.path.then(step),
            ..*self
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = members.next_key::<String>()? {
            if self.path.0.is_empty() && !(self.wants)(&key) {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            let below = self.below(Step::Key(key.clone()));
            if !seen.insert(key) {
                self.found.borrow_mut().get_or_insert(below.path.clone());
            }
            members.next_value_seed(below)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut at = 0;
        while items
            .next_element_seed(self.below(Step::Index(at)))?
            .is_some()
        {
            at += 1;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_member_that_is_there_twice_is_found() {
        for (text, path) in [
            (
                r#"{"version": 17, "users": [{"username": "a", "uid": 1}]}"#,
                None,
            ),
            (
                r#"{"users": [], "users": [{"username": "a"}]}"#,
                Some("users"),
            ),
            (
                r#"{"users": [{"username": "a"}, {"username": "b", "gid": 1, "username": "c"}]}"#,
                Some("users[1].username"),
            ),
            (
                r#"{"users": [{"filters": {"hooks": {"x": true, "x": null}}}]}"#,
                Some("users[0].filters.hooks.x"),
            ),
            // The kind is not wanted.
            (
                r#"{"roles": [{"name": "a", "name": "b"}], "users": []}"#,
                None,
            ),
            // The same in other objects; not JSON.
            (
                r#"{"users": [{"a": {"n": 1}, "b": {"n": 1}}, {"a": 1.5}]}"#,
                None,
            ),
            (r#"{"users": [{"a": 1, "a": 2}"#, None),
        ] {
            let found = twice(text.as_bytes(), &|list| list != "roles");
            assert_eq!(
                found.map(|path| path.to_string()).as_deref(),
                path,
                "{text}"
            );
        }
    }
}
