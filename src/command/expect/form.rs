//! Parses an expectation.

use super::compare::Op;
use crate::error::Error;
use crate::line::call::Call;
use crate::line::variables::Arg;
use crate::text::near::near;
use crate::text::words::{did_you_mean, shortened, this_is, ticked};
use std::fmt;

/// What must hold.
#[derive(Debug)]
pub(super) enum Expectation<'a> {
    /// The status of the last answer matches.
    Status(Statuses),
    /// The last command failed with a message that contains this.
    Error(Option<&'a Arg>),
    /// The last command did not fail.
    Ok,
    /// The value exists, or does not.
    Exists(&'a Arg, bool),
    /// The comparison holds.
    Compare(&'a Arg, Op, &'a Arg),
}

/// One status, or a class of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statuses {
    One(u16),
    /// Those with this first digit.
    Kind(u16),
    /// A variable that has no value yet.
    Later,
}

impl Statuses {
    fn read(text: &str) -> Option<Self> {
        let kind = text.strip_suffix("xx").or(text.strip_suffix("XX"));
        let (digits, kind) = kind.map_or((text, false), |digit| (digit, true));
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u16 = digits.parse().ok()?;
        match (number, kind) {
            (1..=5, true) => Some(Self::Kind(number)),
            (100..=599, false) => Some(Self::One(number)),
            _ => None,
        }
    }

    /// Whether a status is one of them.
    pub(super) fn hold(self, status: u16) -> bool {
        match self {
            Self::One(one) => status == one,
            Self::Kind(digit) => status / 100 == digit,
            Self::Later => false,
        }
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(status) => write!(f, "{status}"),
            Self::Kind(digit) => write!(f, "{digit}xx"),
            Self::Later => f.write_str("…"),
        }
    }
}

/// The expectation of a call.
pub(super) fn read(call: &Call) -> Result<Expectation<'_>, Error> {
    let rest = call.rest.as_slice();
    // A literal word, not the value of a variable.
    let first = rest.first().map_or("", |arg| arg.typed.as_str());
    match (first, rest) {
        ("status", [_, statuses]) => status(statuses).map(Expectation::Status),
        ("status", _) => Err(malformed(call, "`status` needs a status").hint("for example `expect status 404` or `expect status 4xx`")),
        ("error", [_]) => Ok(Expectation::Error(None)),
        ("error", [_, part]) => there(part).map(|part| Expectation::Error(Some(part))),
        ("error", [..]) => Err(malformed(call, "`error` takes one argument").hint("put a text with spaces in quotes")),
        ("ok", [_]) => Ok(Expectation::Ok),
        ("ok", _) => Err(malformed(call, "`ok` takes no arguments").hint("`expect ok` checks that the last command did not fail")),
        (_, [value, word]) if word.text == "exists" => Ok(Expectation::Exists(value, true)),
        (_, [value, word]) if word.text == "missing" => Ok(Expectation::Exists(value, false)),
        (_, [left, op, right]) => {
            // Its value is checked during the run.
            let op = Op::named(&op.text).or(op.later.then_some(Op::Equal));
            let op = op.ok_or_else(|| unknown(&rest[1]))?;
            Ok(Expectation::Compare(left, op, right))
        }
        (_, [_, op]) if Op::named(&op.text).is_some() => {
            Err(malformed(call, &format!("the right side of `{}` is missing", op.text))
                .hint("write `''` for an empty text"))
        }
        (_, [op, _]) if Op::named(&op.text).is_some() => {
            Err(malformed(call, &format!("the left side of `{}` is missing", op.text))
                .hint("write `''` for an empty text"))
        }
        (_, [_, op]) if !op.later => Err(unknown(op)),
        (_, [_, op, _, ..]) if Op::named(&op.text).is_some() => {
            Err(malformed(call, "unexpected argument").at(rest[3].span.clone())
                .hint("put a side with spaces in quotes"))
        }
        _ => Err(malformed(call, "this is not a valid condition")
            .hint("for example `expect status 404`, `expect $_.uid == 33` or `expect $_ contains carla`; `help expect` lists the forms")),
    }
}

fn status(statuses: &Arg) -> Result<Statuses, Error> {
    if statuses.later {
        return Ok(Statuses::Later);
    }
    let statuses = there(statuses)?;
    Statuses::read(&statuses.text).ok_or_else(|| {
        let error = Error::typed(format!(
            "`status` expects a status such as `404` or `4xx`; {}",
            this_is(&statuses.text)
        ));
        let error = if Op::named(&statuses.text).is_some() {
            error.hint("write it without an operator: `expect status 404`")
        } else {
            error
        };
        error.at(statuses.span.clone())
    })
}

/// A word that must have a value.
fn there(arg: &Arg) -> Result<&Arg, Error> {
    if arg.missing {
        return Err(Error::typed(format!("there is no `{}`", arg.typed)).at(arg.span.clone()));
    }
    Ok(arg)
}

fn unknown(op: &Arg) -> Error {
    let all = Op::ALL.iter().map(|(name, _)| *name);
    let names = match op.text.as_str() {
        "=" | "===" | "is" | "eq" => vec!["=="],
        "<>" | "=/=" | "ne" => vec!["!="],
        "=<" => vec!["<="],
        "=>" => vec![">="],
        // Every operator is near to a single character.
        text if text.len() < 2 => Vec::new(),
        text => near(text, all.clone().chain(["exists", "missing"])),
    };
    let hint = if names.is_empty() {
        let all: Vec<&str> = all.collect();
        format!(
            "the operators are {}",
            ticked(&all).replace(" or ", " and ")
        )
    } else {
        did_you_mean(&names)
    };
    let shown = shortened(&op.typed);
    Error::typed(format!("unknown comparison operator `{shown}`"))
        .hint(hint)
        .at(op.span.clone())
}

fn malformed(call: &Call, why: &str) -> Error {
    Error::typed(why).at(call.whole())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        assert_eq!(Statuses::read("404"), Some(Statuses::One(404)));
        assert_eq!(Statuses::read("4xx"), Some(Statuses::Kind(4)));
        for bad in [
            "", "x", "xx", "4x", "40", "600", "6xx", "0xx", "+404", "44xx", "éxx",
        ] {
            assert_eq!(Statuses::read(bad), None, "{bad}");
        }
        assert!(Statuses::Kind(4).hold(499) && !Statuses::Kind(4).hold(500));
        assert!(Statuses::One(200).hold(200) && !Statuses::One(200).hold(201));
    }
}
