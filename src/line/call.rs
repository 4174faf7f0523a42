//! A parsed line: a command and the values of its parameters.

use super::variables::Arg;
use crate::body::change::BodyChange;
use crate::catalog::many::PLAN_PARAM;
use crate::catalog::model::MODEL_PARAM;
use crate::catalog::{
    self, Command, Effect, Kind, Need, OfList, Param, ParamPlace, Release, Span, Value,
};
use crate::error::Error;
use crate::query::View;
use crate::secret::{MASK, Secret};
use crate::settings::Setting;
use crate::text::clean;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A parsed line.
pub struct Parsed {
    /// The settings given by flags, for this command only.
    pub overrides: Vec<(&'static Setting, String)>,
    /// The command or help page.
    pub content: Content,
}

impl fmt::Debug for Parsed {
    /// The settings only by name: a URL may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.overrides.iter();
        let names: Vec<_> = names.map(|(setting, _)| setting.param.name).collect();
        write!(f, "{names:?} {:?}", self.content)
    }
}

impl From<Content> for Parsed {
    fn from(content: Content) -> Self {
        Self {
            overrides: Vec::new(),
            content,
        }
    }
}

/// The content of a line.
#[derive(Debug)]
pub enum Content {
    /// Nothing: an empty line.
    Nothing,
    /// Help on one command or on all.
    Help(Option<&'static Command>),
    /// A command.
    Call(Call),
}

/// A command with the values of its parameters.
#[derive(Clone, Debug)]
pub struct Call {
    pub command: &'static Command,
    /// Its parameters in the row's order, without those of other releases.
    pub slots: Vec<Slot>,
    /// What it sets in the body of its request: computed when the line is parsed,
    /// and again when a value is filled in.
    pub change: BodyChange,
    /// What of its answer is shown, computed when the line is parsed.
    pub view: Arc<View>,
    /// The names of more objects, after that of its slot.
    pub more: Vec<Slot>,
    /// The words after it, if its row takes the rest of the line.
    pub rest: Vec<Arg>,
    /// The position of its name.
    pub span: Range<usize>,
}

/// One parameter and its value.
#[derive(Clone)]
pub struct Slot {
    pub param: &'static Param,
    /// The value, typed or default; `None` for the last user, or a secret to prompt for.
    pub value: Option<Value>,
    /// Where the value came from.
    pub from: ValueOrigin,
    /// Where it was typed.
    pub span: Option<Range<usize>>,
    /// Where its text begins in the line, if that is typed as it is.
    pub begin: Option<usize>,
    /// The text as typed, if it contains a variable without a value yet.
    pub later: Option<Value>,
}

/// The origin of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    /// Typed on the line.
    Typed,
    /// Not given: its default.
    Default,
    /// Not given: the last user id.
    LastUserId,
    /// Not given: the name of the last user.
    LastUsername,
    /// A secret's flag without a value: prompt for it.
    Ask,
    /// Typed with a variable without a value yet.
    Later,
    /// Not given: the body of `--json` has it.
    Json,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(_) if self.may_hold_secret() => write!(f, "{}={MASK}", self.param.name),
            value => write!(f, "{}={value:?}", self.param.name),
        }
    }
}

impl Slot {
    /// Whether its value is a secret, or words with a secret among them.
    fn may_hold_secret(&self) -> bool {
        matches!(
            self.param.kind,
            Kind::Secret | Kind::Sets | Kind::Json | Kind::Words | Kind::Command | Kind::List([])
        )
    }

    /// The place of a part of its text; of the whole word if it is not typed as it is.
    pub fn part(&self, part: &Range<usize>) -> Option<Range<usize>> {
        match self.begin {
            // What is missing has a mark, too.
            Some(begin) => Some(begin + part.start..begin + part.end.max(part.start + 1)),
            None => self.span.clone(),
        }
    }

    /// A parameter that is left out.
    pub fn left_out(param: &'static Param) -> Self {
        let (value, from) = match param.need {
            Need::Default(text) => (
                param.kind.check(&[text.to_owned()]).ok(),
                ValueOrigin::Default,
            ),
            Need::LastUserId | Need::Required => (None, ValueOrigin::LastUserId),
            Need::LastUsername => (None, ValueOrigin::LastUsername),
            Need::Optional => (None, ValueOrigin::Default),
            Need::Asked => (None, ValueOrigin::Ask),
        };
        Self {
            param,
            value,
            from,
            span: None,
            begin: None,
            later: None,
        }
    }
}

impl Call {
    /// Whether every value is known, without waiting for a variable.
    pub fn is_known(&self) -> bool {
        self.slots
            .iter()
            .all(|slot| slot.from != ValueOrigin::Later)
    }

    /// The name of the last user, with a blank before it, if it stands for a name that
    /// was left out: a question must say who is meant.
    pub fn left_out_name(&self) -> String {
        let mut slots = self.slots.iter();
        let left_out = slots.find(|slot| slot.from == ValueOrigin::LastUsername);
        let name = left_out.and_then(|slot| slot.value.as_ref());
        name.map_or_else(String::new, |name| {
            format!(" {}", clean::line(&name.to_word()))
        })
    }

    /// Whether the command sends a request that changes nothing.
    pub fn reads(&self) -> bool {
        let route = self.command.route();
        route.is_some_and(|route| route.effect == Effect::Reads)
    }

    /// Whether the command changes something on the server: not with `--plan`, and not
    /// where a flag makes its request one that reads.
    pub fn writes(&self) -> bool {
        let reads_by = self.command.route().and_then(|route| route.reads_by);
        let reads = reads_by.is_some_and(|key| {
            let mut slots = self.slots.iter();
            slots.any(|slot| slot.param.key == key && slot.from == ValueOrigin::Typed)
        });
        self.command.writes() && !reads && !self.is_on(PLAN_PARAM)
    }

    /// Checks that a release has the command and the flags that were given.
    pub fn check_release(&self, release: Release) -> Result<(), Error> {
        let unavailable = |what: &str, span: Span| {
            let message = catalog::unavailable(&format!("`{what}`"), span, release);
            Err(Error::typed(message).at(self.span.clone()))
        };
        if !self.command.span.holds(release) {
            return unavailable(self.command.name, self.command.span);
        }
        let typed = |slot: &&Slot| slot.from != ValueOrigin::Default;
        let mut params = self.slots.iter().filter(typed).map(|slot| slot.param);
        match params.find(|param| !param.span.holds(release)) {
            Some(param) => unavailable(&param.flag(), param.span),
            None => Ok(()),
        }
    }

    /// The parameter `name`.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.param.name == name)
    }

    /// The parameter that chooses this of a list.
    pub fn of_list(&self, list: OfList) -> Option<&Slot> {
        let mut slots = self.slots.iter();
        slots.find(|slot| slot.param.list == Some(list))
    }

    /// The position of `name`, or else of the command.
    pub fn place(&self, name: &str) -> Range<usize> {
        let span = self.slot(name).and_then(|slot| slot.span.clone());
        span.unwrap_or_else(|| self.span.clone())
    }

    /// The position of the words after it, or else of the command.
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

    /// The secret of `name`; none if it has none.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        match self.value(name) {
            Some(Value::Secret(secret)) => Some(secret),
            _ => None,
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

    /// Whether it changes a part of an object: its fields are merged into the server's.
    pub fn is_change(&self) -> bool {
        self.command.is_change() && !self.is_on("replace")
    }

    /// Whether it copies an object: its fields are merged into those of the model.
    pub fn has_model(&self) -> bool {
        let is_model =
            |slot: &Slot| slot.param.name == MODEL_PARAM && slot.param.place == ParamPlace::Shell;
        self.command.route().is_some() && self.slots.iter().any(is_model)
    }

    /// Whether the switch `name` is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::Switch(true))
    }

    /// Whether `name` was typed with a variable that has no value yet.
    pub fn is_later(&self, name: &str) -> bool {
        self.slot(name)
            .is_some_and(|slot| slot.from == ValueOrigin::Later)
    }

    /// Whether `name` was typed.
    pub fn typed(&self, name: &str) -> bool {
        self.slot(name)
            .is_some_and(|slot| slot.from == ValueOrigin::Typed)
    }
}
