//! The order of a list: `-quota_size,username`.

use super::number::Number;
use super::{FieldPath, QueryError};
use crate::catalog::Release;
use crate::catalog::schema::Type;
use serde_json::Value as Json;
use std::cmp::Ordering;

/// The fields by which a list is sorted, the first one first.
#[derive(Clone, Debug)]
pub struct Order(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    path: FieldPath,
    descending: bool,
}

impl Order {
    /// Reads the fields of objects of this type, `-` before a name for descending.
    pub fn read(text: &str, object: &'static str, release: Release) -> Result<Self, QueryError> {
        let mut keys = Vec::new();
        let mut start = 0;
        for part in text.split(',') {
            let at = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            let name = part.trim();
            let span = at..at + name.len();
            let (name, descending) = match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name.strip_prefix('+').unwrap_or(name), false),
            };
            // A column of two fields begins with the more important one.
            let name = FieldPath::headed(object, name).map_or(name, |column| column.path);
            let path = FieldPath::read_shown(object, name, release)
                .map_err(|wrong| QueryError::of(wrong, span.clone()))?;
            check(&path).map_err(|message| QueryError::new(message, span))?;
            keys.push(Key { path, descending });
        }
        Ok(Self(keys))
    }

    /// Sorts the items; those that compare equal stay in their order.
    pub fn sort(&self, items: &mut [Json]) {
        items.sort_by_cached_key(|item| Rank(self.0.iter().map(|key| key.part(item)).collect()));
    }
}

/// Checks that a list can be sorted by a field.
fn check(path: &FieldPath) -> Result<(), String> {
    let text = path.text();
    let what = match path.kind() {
        Type::Text | Type::Bytes | Type::Int | Type::Bool | Type::Any => return Ok(()),
        Type::List(_) => "a list",
        Type::Object(_) | Type::Map(_) | Type::Free => "an object",
    };
    Err(format!(
        "a list is sorted by numbers and texts, and `{text}` is {what}"
    ))
}

/// What an item is compared by.
struct Rank(Vec<Part>);

struct Part {
    value: Option<Value>,
    descending: bool,
}

enum Value {
    Switch(bool),
    Number(Number),
    Text(String),
}

impl Key {
    fn part(&self, item: &Json) -> Part {
        let value = self.path.each(item).first().copied().flatten();
        Part {
            value: self.value(value),
            descending: self.descending,
        }
    }

    /// The value to compare by; `None` for what comes last: an empty text, and a 0 that
    /// stands for a word, such as `never`.
    fn value(&self, value: Option<&Json>) -> Option<Value> {
        if *self.path.kind() == Type::Int {
            let number = Number::of(value)?;
            let is_word = self.path.field().is_some_and(|field| field.zero.is_some());
            return (!is_word || !number.is_zero()).then_some(Value::Number(number));
        }
        match value? {
            Json::Bool(on) => Some(Value::Switch(*on)),
            Json::String(text) if !text.is_empty() => Some(Value::Text(text.clone())),
            Json::Number(_) => Number::of(value).map(Value::Number),
            _ => None,
        }
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.0.iter().zip(&other.0);
        let mut parts = pairs.map(|(one, other)| one.compare(other));
        parts
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialEq for Rank {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rank {}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Part {
    fn compare(&self, other: &Self) -> Ordering {
        match (&self.value, &other.value) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) if self.descending => other.compare(one),
            (Some(one), Some(other)) => one.compare(other),
        }
    }
}

impl Value {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.compare(*other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Switch(one), Self::Switch(other)) => one.cmp(other),
            _ => self.kind().cmp(&other.kind()),
        }
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Switch(_) => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RELEASE: Release = Release::new(2, 7, 5);

    fn sorted(by: &str, items: Json) -> Vec<Json> {
        let Json::Array(mut items) = items else {
            panic!("a list")
        };
        Order::read(by, "User", RELEASE).expect(by).sort(&mut items);
        items
            .into_iter()
            .map(|item| item["username"].clone())
            .collect()
    }

    #[test]
    fn numbers_texts_and_what_is_missing() {
        let users = json!([
            {"username": "a", "quota_size": 10, "email": "z"},
            {"username": "b", "quota_size": 0, "email": ""},
            {"username": "c", "quota_size": 9, "used_quota_size": 5},
            {"username": "d", "quota_size": 10, "email": "y"},
        ]);
        for (by, expected) in [
            ("quota_size", ["c", "a", "d", "b"]),
            ("-quota_size", ["a", "d", "c", "b"]),
            ("-quota_size,-username", ["d", "a", "c", "b"]),
            ("email", ["d", "a", "b", "c"]),
            (" -email , username", ["a", "d", "b", "c"]),
            // What the server leaves out is 0.
            ("used_quota_size", ["a", "b", "d", "c"]),
            ("-used_quota_size", ["c", "a", "b", "d"]),
        ] {
            assert_eq!(sorted(by, users.clone()), expected, "{by}");
        }
    }

    #[test]
    fn what_cannot_be_sorted_by_is_named() {
        for (by, message, span) in [
            ("username,qouta_size", "unknown field `qouta_size`", 9..19),
            (
                "username, -groups",
                "a list is sorted by numbers and texts, and `groups` is a list",
                10..17,
            ),
            (
                "password",
                "`password` is secret: the server does not show it",
                0..8,
            ),
            ("", "the name of a field is empty", 0..0),
            ("username,", "the name of a field is empty", 9..9),
        ] {
            let wrong = Order::read(by, "User", RELEASE).unwrap_err();
            assert_eq!(
                (wrong.message.as_str(), wrong.span),
                (message, span),
                "{by}"
            );
        }
        let old = Order::read("role", "User", Release::new(2, 0, 0)).unwrap_err();
        assert!(old.message.contains("2.5.0"), "{}", old.message);
    }
}
