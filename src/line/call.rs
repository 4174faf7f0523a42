//! A parsed line: a command and the values of its parameters.

use super::variables::Arg;
use crate::body::change::Change;
use crate::catalog::{Command, Kind, Need, Param, Value};
use crate::secret::MASK;
use crate::settings::Setting;
use std::fmt;
use std::ops::Range;

/// A parsed line.
#[derive(Debug)]
pub struct Parsed {
    /// The settings given by flags, for this command alone.
    pub overrides: Vec<(&'static Setting, String)>,
    /// What is to be done.
    pub what: What,
}

impl std::convert::From<What> for Parsed {
    fn from(what: What) -> Self {
        Self {
            overrides: Vec::new(),
            what,
        }
    }
}

/// What a line asks for.
#[derive(Debug)]
pub enum What {
    /// Nothing: an empty line.
    Nothing,
    /// Help, of one command or of all.
    Help(Option<&'static Command>),
    /// A command.
    Call(Call),
}

/// A command with the values of its parameters.
#[derive(Clone, Debug)]
pub struct Call {
    pub command: &'static Command,
    /// Its parameters in the row's order, those of other releases left out.
    pub slots: Vec<Slot>,
    /// What it sets in the body of its request: computed when the line is parsed,
    /// and again when a value is filled in.
    pub change: Change,
    /// The words after it, where its row takes the rest of the line.
    pub rest: Vec<Arg>,
    /// Where its name stands.
    pub span: Range<usize>,
}

/// One parameter and its value.
#[derive(Clone)]
pub struct Slot {
    pub param: &'static Param,
    /// The value, typed or default; none if the last user id is meant, or it must be asked for.
    pub value: Option<Value>,
    /// How it came to have it.
    pub from: From,
    /// Where it was typed.
    pub span: Option<Range<usize>>,
    /// What was typed, where it holds a variable that has no value yet.
    pub later: Option<Value>,
}

/// How a parameter came to have its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Typed on the line.
    Typed,
    /// Left out: its default.
    Default,
    /// Left out: the last user id is meant.
    LastUserId,
    /// A secret's flag without a value: to be asked for.
    Ask,
    /// Typed with a variable that has no value yet.
    Later,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(_) if matches!(self.param.kind, Kind::Secret | Kind::Sets | Kind::Json) => {
                write!(f, "{}={MASK}", self.param.name)
            }
            value => write!(f, "{}={value:?}", self.param.name),
        }
    }
}

impl Slot {
    /// A parameter that is left out.
    pub fn left_out(param: &'static Param) -> Self {
        let (value, from) = match param.need {
            Need::Default(text) => (param.kind.check(&[text.to_owned()]).ok(), From::Default),
            Need::LastUserId | Need::Required => (None, From::LastUserId),
            Need::Optional => (None, From::Default),
            Need::Asked => (None, From::Ask),
        };
        Self {
            param,
            value,
            from,
            span: None,
            later: None,
        }
    }
}

impl Call {
    /// Whether every value is known: none waits for a variable.
    pub fn is_known(&self) -> bool {
        self.slots.iter().all(|slot| slot.from != From::Later)
    }

    /// The parameter called `name`.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.param.name == name)
    }

    /// Where `name` was typed, or the command.
    pub fn place(&self, name: &str) -> Range<usize> {
        let span = self.slot(name).and_then(|slot| slot.span.clone());
        span.unwrap_or_else(|| self.span.clone())
    }

    /// Where the words after it stand, or the command.
    pub fn whole(&self) -> Range<usize> {
        match (self.rest.first(), self.rest.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => self.span.clone(),
        }
    }

    /// The value of `name`, typed or default.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.slot(name)?.value.as_ref()
    }

    /// The text of `name`; empty if it has none.
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The number of `name`; 0 if it has none.
    pub fn int(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Int(n)) => *n,
            _ => 0,
        }
    }

    /// The list of `name`; empty if it has none.
    pub fn list(&self, name: &str) -> &[String] {
        match self.value(name) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether the switch `name` is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::Switch(true))
    }

    /// Whether `name` was typed.
    pub fn typed(&self, name: &str) -> bool {
        self.slot(name).is_some_and(|slot| slot.from == From::Typed)
    }
}
