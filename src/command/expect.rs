//! `expect`: checks the result of the last command.

mod compare;
mod condition;
mod form;

pub(super) use condition::Condition;

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::line::variables::Arg;
use crate::secret::{self, MASK};
use crate::session::{AnswerState, Session};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::{EXCERPT, beginning};
use compare::Op;
use form::{Expectation, Statuses};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Expect, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    evaluated(&shell.session, call)?
        .map_err(|why| Error::local(format!("expected {why}")))
        .map_err(|error| error.at(call.whole()))
}

/// Whether the expectation of a call holds.
fn evaluated(session: &Session, call: &Call) -> Result<CheckResult, Error> {
    let outcome = || {
        session.outcome.as_ref().ok_or_else(|| {
            Error::typed("no command has sent a request yet").hint(
                "`expect status`, `expect error` and `expect ok` check the last command that sent one",
            )
        })
    };
    Ok(match form::read(call)? {
        Expectation::Status(statuses) => status(statuses, outcome()?),
        Expectation::Error(part) => failed(part, outcome()?),
        Expectation::Ok => succeeded(outcome()?),
        Expectation::Exists(value, wanted) => exists(value, wanted),
        Expectation::Compare(left, op, right) => {
            let hides = |side: &Arg| session.variables.hides(&side.typed);
            let secret = hides(left) || hides(right);
            compared(left, op, right, secret)?
        }
    })
}

/// Checks what is known before it runs: its form.
fn check(_: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    form::read(call).map(|_| ())
}

fn dry(_: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    form::read(call).map(|_| true)
}

/// Nothing if it is true, else what was expected and the actual value.
type CheckResult = Result<(), String>;

fn check_result(holds: bool, why: impl FnOnce() -> String) -> CheckResult {
    if holds { Ok(()) } else { Err(why()) }
}

fn status(statuses: Statuses, outcome: &AnswerState) -> CheckResult {
    let is = outcome.status;
    check_result(is.is_some_and(|status| statuses.hold(status)), || {
        let is = match (is, &outcome.error) {
            (Some(status), _) => format!("it is `{status}`"),
            (None, Some(error)) => format!("no answer: {}", cut(error)),
            (None, None) => "no answer".to_owned(),
        };
        format!("status `{statuses}`; {is}")
    })
}

fn failed(part: Option<&Arg>, outcome: &AnswerState) -> CheckResult {
    let wanted = part.map_or("", |part| part.text.as_str());
    let is = outcome.error.as_deref();
    check_result(is.is_some_and(|error| error.contains(wanted)), || {
        let with = match part {
            Some(part) => format!(" with `{}` in it", cut(&part.text)),
            None => String::new(),
        };
        let is = is.map_or_else(
            || "the last command succeeded".to_owned(),
            |error| format!("it is: {}", cut(error)),
        );
        format!("an error{with}; {is}")
    })
}

fn succeeded(outcome: &AnswerState) -> CheckResult {
    outcome.error.as_ref().map_or(Ok(()), |error| {
        Err(format!("no error; it is: {}", cut(error)))
    })
}

fn exists(value: &Arg, wanted: bool) -> CheckResult {
    check_result(value.missing != wanted, || {
        let (word, is) = if wanted {
            ("exists", "it is missing")
        } else {
            ("missing", "it exists")
        };
        format!("`{} {word}`; {is}", cut(&value.typed))
    })
}

fn compared(left: &Arg, op: Op, right: &Arg, secret: bool) -> Result<CheckResult, Error> {
    let missing = left.missing || right.missing;
    let holds = !missing
        && compare::holds(&left.text, op, &right.text).map_err(|side| {
            let arg = if side == compare::Side::Left {
                left
            } else {
                right
            };
            let is = shown(arg, secret);
            Error::typed(format!("`{op}` compares numbers; this is {is}"))
                .hint("`==` and `!=` also compare texts, `contains` looks for a part")
                .at(arg.span.clone())
        })?;
    Ok(check_result(holds, || {
        // A literal value need not be repeated.
        let tell = |name: &str, side: &Arg| {
            (side.missing || side.text != side.typed)
                .then(|| format!("the {name} side is {}", shown(side, secret)))
        };
        let sides: Vec<String> = [tell("left", left), tell("right", right)]
            .into_iter()
            .flatten()
            .collect();
        let is = if sides.is_empty() {
            "the comparison is false".to_owned()
        } else {
            sides.join(", ")
        };
        let (left, right) = (written(left, secret), written(right, secret));
        format!("`{left} {op} {right}`; {is}")
    }))
}

/// A side as it was written; a secret is shown as its variable, or masked.
fn written(side: &Arg, secret: bool) -> String {
    if secret && !side.typed.starts_with('$') {
        return MASK.to_owned();
    }
    match side.typed.as_str() {
        "" => "''".to_owned(),
        typed => masked(typed),
    }
}

/// The value of a side.
fn shown(side: &Arg, secret: bool) -> String {
    match side.text.as_str() {
        _ if side.missing => "missing".to_owned(),
        _ if secret => format!("`{MASK}`"),
        "" => "empty".to_owned(),
        text => format!("`{}`", masked(text)),
    }
}

/// A text shortened for display, with the secrets of its JSON masked.
fn masked(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(json) => cut(&secret::json::masked(&json).to_string()),
        Err(_) => cut(text),
    }
}

/// The beginning of a text, on one line.
fn cut(text: &str) -> String {
    clean::line(&beginning(text, EXCERPT)).into_owned()
}
