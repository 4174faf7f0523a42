//! Conditions on objects: `quota_size > 10G and groups has s3staff`.
//!
//! A condition is read once, against the type of the items of a list: fields, values and
//! operators are checked before anything is sent.

mod compare;
mod eval;
pub mod lex;
mod parse;
mod side;
mod value;

use super::number::Number;
use super::{FieldPath, QueryError};
use crate::catalog::{Clock, Release};
use regex_bites::Regex;
use serde_json::Value as Json;
use std::cmp::Ordering;

/// A condition.
#[derive(Clone, Debug)]
pub struct Condition(Node);

impl Condition {
    /// Reads a condition on objects of this type, in a release.
    pub fn read(
        text: &str,
        object: &'static str,
        release: Release,
        clock: &Clock,
    ) -> Result<Self, QueryError> {
        parse::condition(text, object, release, clock).map(Self)
    }

    /// Whether an object meets it.
    pub fn holds(&self, object: &Json) -> bool {
        self.0.holds(object)
    }
}

/// A condition, or several.
#[derive(Clone, Debug)]
enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Box<Test>),
}

/// One comparison.
#[derive(Clone, Debug)]
enum Test {
    /// There is nothing: no value, an empty one, or zero.
    Empty(FieldPath),
    /// Two numbers compare like this.
    Numbers(Amount, Relation, Amount),
    /// A text compares like this with another.
    Text(FieldPath, Relation, String),
    /// Two texts or two switches are equal.
    Fields(FieldPath, FieldPath),
    /// A switch is on or off.
    Switch(FieldPath, bool),
    /// A value of any type compares like this with a word.
    Any(FieldPath, Relation, String),
    /// A text, or one of a list, matches an expression.
    Matches(FieldPath, Regex),
    /// A list, map or text contains a word. An item that is an object is meant by the
    /// value of this key.
    Has(FieldPath, Option<&'static str>, String),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Relation {
    const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }

    /// The relation of the values in the other order.
    const fn turned(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

/// A number to compare.
#[derive(Clone, Debug)]
enum Amount {
    /// That of a field, times this.
    Field(FieldPath, Number),
    Value(Number),
}

#[cfg(test)]
mod tests;
