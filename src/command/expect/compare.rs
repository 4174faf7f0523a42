//! Compares two words: as JSON if both are JSON, else as texts.

use serde_json::{Number, Value as Json};
use std::cmp::Ordering;
use std::fmt;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

/// A side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Op {
    /// All of them, by name.
    pub(super) const ALL: &'static [(&'static str, Self)] = &[
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        (">", Self::Greater),
        (">=", Self::GreaterOrEqual),
        ("contains", Self::Contains),
    ];

    /// The operator with this symbol.
    pub(super) fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, op)| *op)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, op)| op == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

/// Whether a comparison holds; the error is the side that is not a number.
pub(super) fn holds(left: &str, op: Op, right: &str) -> Result<bool, Side> {
    let ordered = |holds: fn(Ordering) -> bool| {
        let left = number(left).ok_or(Side::Left)?;
        let right = number(right).ok_or(Side::Right)?;
        Ok(holds(order(&left, &right)))
    };
    match op {
        Op::Equal => Ok(equal(left, right)),
        Op::NotEqual => Ok(!equal(left, right)),
        Op::Less => ordered(Ordering::is_lt),
        Op::LessOrEqual => ordered(Ordering::is_le),
        Op::Greater => ordered(Ordering::is_gt),
        Op::GreaterOrEqual => ordered(Ordering::is_ge),
        Op::Contains => Ok(contains(left, right)),
    }
}

fn json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

fn number(text: &str) -> Option<Number> {
    match json(text)? {
        Json::Number(number) => Some(number),
        _ => None,
    }
}

/// Whole numbers are compared exactly, so that no digit of a long id is lost; all
/// others as floats.
fn order(left: &Number, right: &Number) -> Ordering {
    let (left, right) = (left.to_string(), right.to_string());
    let whole = |text: &str| text.parse::<i128>().ok();
    if let (Some(left), Some(right)) = (whole(&left), whole(&right)) {
        return left.cmp(&right);
    }
    let float = |text: &str| text.parse::<f64>().unwrap_or_default();
    // JSON has no NaN.
    let order = float(&left).partial_cmp(&float(&right));
    order.unwrap_or(Ordering::Equal)
}

fn equal(left: &str, right: &str) -> bool {
    match (json(left), json(right)) {
        (Some(left), Some(right)) => same(&left, &right),
        _ => left == right,
    }
}

/// Whether two values are equal: numbers by value, objects regardless of member
/// order.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => order(left, right).is_eq(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Json::Object(left), Json::Object(right)) => {
            let in_right = |(key, l): (&String, &Json)| right.get(key).is_some_and(|r| same(l, r));
            left.len() == right.len() && left.iter().all(in_right)
        }
        _ => left == right,
    }
}

/// Whether a list or an object contains a value at any depth, or a text contains a substring.
fn contains(whole: &str, part: &str) -> bool {
    match json(whole) {
        Some(value @ (Json::Array(_) | Json::Object(_))) => {
            holds_part(&value, part, json(part).as_ref())
        }
        _ => whole.contains(part),
    }
}

fn holds_part(value: &Json, text: &str, part: Option<&Json>) -> bool {
    let here = match value {
        Json::String(value) => value == text,
        Json::Object(members) => members.contains_key(text),
        _ => false,
    };
    let inside = || match value {
        Json::Array(items) => items.iter().any(|item| holds_part(item, text, part)),
        Json::Object(members) => members.values().any(|value| holds_part(value, text, part)),
        _ => false,
    };
    here || part.is_some_and(|part| covers(value, part)) || inside()
}

/// Whether a value contains a part: all members of an object, all elements of a
/// list, otherwise equality.
fn covers(value: &Json, part: &Json) -> bool {
    match (value, part) {
        (Json::Object(members), Json::Object(part)) => part
            .iter()
            .all(|(key, part)| members.get(key).is_some_and(|value| covers(value, part))),
        (Json::Array(items), Json::Array(part)) => part
            .iter()
            .all(|part| items.iter().any(|item| covers(item, part))),
        _ => same(value, part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_as_json_or_as_text() {
        for (left, right) in [
            ("4", "4.0"),
            ("4e2", "400"),
            ("-0", "0"),
            ("0.10", "1e-1"),
            ("12345678901234567890", "12345678901234567890.0"),
            ("{\"a\":1,\"b\":[2]}", " { \"b\":[2.0], \"a\":1 }"),
            ("carla", "carla"),
            ("", ""),
            ("null", "null"),
        ] {
            assert_eq!(holds(left, Op::Equal, right), Ok(true), "{left} {right}");
            assert_eq!(
                holds(left, Op::NotEqual, right),
                Ok(false),
                "{left} {right}"
            );
        }
        for (left, right) in [
            ("4", "5"),
            ("12345678901234567890", "12345678901234567891"),
            ("9007199254740993", "9007199254740992"),
            ("4", "\"4\""),
            ("[1,2]", "[2,1]"),
            ("{\"a\":1}", "{\"a\":1,\"b\":2}"),
            ("{\"a\":1,\"b\":2}", "{\"a\":1}"),
            ("carla", "Carla"),
            ("", "null"),
            ("true", "1"),
        ] {
            assert_eq!(holds(left, Op::Equal, right), Ok(false), "{left} {right}");
            assert_eq!(holds(left, Op::NotEqual, right), Ok(true), "{left} {right}");
        }
    }

    #[test]
    fn numbers_are_ordered() {
        let ascending = [
            "-1e99999999999999999999",
            "-1e3",
            "-12",
            "-1.5",
            "-1",
            "-0.5",
            "-1e-9",
            "0",
            "1e-9",
            "0.05",
            "0.5",
            "1",
            "1.5",
            "2",
            "10",
            "12",
            "9007199254740992",
            "9007199254740993",
            "1e30",
            "1e99999999999999999999",
        ];
        for (l, left) in ascending.iter().enumerate() {
            for (r, right) in ascending.iter().enumerate() {
                let holds = |op| holds(left, op, right).unwrap();
                assert_eq!(holds(Op::Less), l < r, "{left} < {right}");
                assert_eq!(holds(Op::LessOrEqual), l <= r, "{left} <= {right}");
                assert_eq!(holds(Op::Greater), l > r, "{left} > {right}");
                assert_eq!(holds(Op::GreaterOrEqual), l >= r, "{left} >= {right}");
                assert_eq!(holds(Op::Equal), l == r, "{left} == {right}");
            }
        }
        assert_eq!(holds("a", Op::Less, "1"), Err(Side::Left));
        assert_eq!(holds("1", Op::Less, "\"1\""), Err(Side::Right));
        assert_eq!(holds("", Op::Greater, "1"), Err(Side::Left));
    }

    #[test]
    fn substrings_and_members() {
        let list = r#"[{"id":7,"username":"carla","permissions":["list","download"],"filters":{"a":{"b":null}}},{"id":8.0,"n":"12"}]"#;
        for part in [
            "carla",
            "7",
            "7.0",
            "8",
            "12",
            "list",
            "username",
            "null",
            "b",
            "\"carla\"",
            r#"{"username":"carla"}"#,
            r#"{"filters":{"a":{}}}"#,
            r#"{"b":null}"#,
            r#"["download"]"#,
            r#"{"permissions":["list"],"id":7}"#,
            "{}",
            "[]",
        ] {
            assert!(contains(list, part), "{part}");
        }
        for part in [
            "carl",
            "9",
            "false",
            "",
            r#"{"username":"bob"}"#,
            r#"{"username":"carla","id":8}"#,
            r#"["upload"]"#,
            r#"{"c":1}"#,
        ] {
            assert!(!contains(list, part), "{part}");
        }
        assert!(contains("User deleted", "deleted") && contains("abc", ""));
        assert!(!contains("abc", "B") && contains("5140", "14"));
    }
}
