//! Whether an object meets a condition. What the server leaves out counts as empty or 0:
//! it writes no empty fields.

use super::super::number::Number;
use super::{Amount, FieldPath, Node, Relation, Test};
use crate::catalog::is_all_zero;
use crate::catalog::schema::Type;
use serde_json::Value as Json;
use std::borrow::Cow;

impl Node {
    pub(super) fn holds(&self, object: &Json) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(object)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(object)),
            Self::Not(node) => !node.holds(object),
            Self::Test(test) => test.holds(object),
        }
    }
}

impl Test {
    fn holds(&self, object: &Json) -> bool {
        let any = |path: &FieldPath, holds: &dyn Fn(Option<&Json>) -> bool| {
            path.each(object).into_iter().any(holds)
        };
        match self {
            Self::Empty(path) => {
                let values = path.each(object);
                values.into_iter().flatten().all(is_all_zero)
            }
            Self::Numbers(left, relation, right) => {
                let (left, right) = (
                    left.numbers(object, *relation),
                    right.numbers(object, *relation),
                );
                let pairs = left
                    .iter()
                    .flat_map(|left| right.iter().map(move |right| (left, right)));
                pairs
                    .into_iter()
                    .any(|(left, right)| relation.holds(left.compare(*right)))
            }
            Self::Text(path, relation, word) => any(path, &|value| {
                let text = text_of(value);
                text.is_some_and(|text| relation.holds(text.as_ref().cmp(word)))
            }),
            Self::Fields(left, right) => {
                let right = right.each(object);
                any(left, &|left| {
                    right.iter().any(|right| is_same(left, *right))
                })
            }
            Self::Switch(path, on) => any(path, &|value| switch(value) == Some(*on)),
            Self::Any(path, relation, word) => any(path, &|value| of_any(value, *relation, word)),
            Self::Matches(path, regex) => any(path, &|value| {
                let texts: Vec<Cow<'_, str>> = match value {
                    Some(Json::Array(items)) => items
                        .iter()
                        .filter_map(|item| text_of(Some(item)))
                        .collect(),
                    value => text_of(value).into_iter().collect(),
                };
                texts.iter().any(|text| regex.is_match(text))
            }),
            Self::Has(path, key, word) => any(path, &|value| match value {
                None | Some(Json::Null) => *path.kind() == Type::Text && word.is_empty(),
                Some(value) => has(value, *key, word),
            }),
        }
    }
}

impl Amount {
    /// Its numbers. The 0 of a field where it stands for a word, such as `never`, is no number
    /// that is less or more than another.
    fn numbers(&self, object: &Json, relation: Relation) -> Vec<Number> {
        let (path, factor) = match self {
            Self::Value(number) => return vec![*number],
            Self::Field(path, factor) => (path, *factor),
        };
        let zero_is_word = path.field().is_some_and(|field| field.zero.is_some());
        let is_number =
            |number: &Number| relation == Relation::Equal || !zero_is_word || !number.is_zero();
        let values = path.each(object).into_iter();
        values
            .filter_map(Number::of)
            .filter(is_number)
            .filter_map(|number| number.times(factor))
            .collect()
    }
}

/// The text of a value, empty if there is none.
fn text_of(value: Option<&Json>) -> Option<Cow<'_, str>> {
    match value {
        None | Some(Json::Null) => Some("".into()),
        Some(Json::String(text)) => Some(text.into()),
        Some(value @ (Json::Number(_) | Json::Bool(_))) => Some(value.to_string().into()),
        Some(Json::Array(_) | Json::Object(_)) => None,
    }
}

const fn switch(value: Option<&Json>) -> Option<bool> {
    match value {
        None | Some(Json::Null) => Some(false),
        Some(Json::Bool(on)) => Some(*on),
        Some(_) => None,
    }
}

/// Whether two texts or two switches are equal; what is left out is empty, or off.
fn is_same(left: Option<&Json>, right: Option<&Json>) -> bool {
    let is_empty = |value: Option<&Json>| value.is_none_or(is_all_zero);
    left == right || is_empty(left) && is_empty(right)
}

/// Whether a value of any type compares like this with a word.
fn of_any(value: Option<&Json>, relation: Relation, word: &str) -> bool {
    if let (Some(Json::Number(_)), Some(right)) = (value, Number::read(word)) {
        return Number::of(value).is_some_and(|left| relation.holds(left.compare(right)));
    }
    text_of(value).is_some_and(|text| relation.holds(text.as_ref().cmp(word)))
}

/// Whether a list, map or text contains a word.
fn has(value: &Json, key: Option<&str>, word: &str) -> bool {
    let is_it = |item: &Json| match (item, key) {
        (Json::Object(members), Some(key)) => members.get(key).and_then(Json::as_str) == Some(word),
        (Json::String(text), _) => text == word,
        (Json::Number(_) | Json::Bool(_), _) => of_any(Some(item), Relation::Equal, word),
        _ => false,
    };
    match value {
        Json::Array(items) => items.iter().any(is_it),
        Json::String(text) => text.contains(word),
        Json::Object(members) => members.iter().any(|(name, value)| {
            let is_listed = value
                .as_array()
                .is_some_and(|items| items.iter().any(is_it));
            name == word || is_listed
        }),
        _ => false,
    }
}
