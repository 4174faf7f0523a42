//! A condition that is checked again and again, as `watch --until` does: an expectation
//! in one word, whose variables get their values each time.

use super::evaluated;
use super::form;
use crate::body::change::BodyChange;
use crate::catalog::{self, Verb};
use crate::error::Error;
use crate::line;
use crate::line::call::Call;
use crate::line::variables::{Unset, expand_but};
use crate::session::Session;
use crate::text::lex::Word;
use std::ops::Range;
use std::sync::Arc;

/// A condition on the last answer.
pub(in crate::command) struct Condition {
    words: Vec<Word>,
    /// Its place in the line.
    span: Range<usize>,
}

impl Condition {
    /// Reads a condition that stands at `span`; what can be known of it is checked.
    pub(in crate::command) fn read(
        text: &str,
        span: Range<usize>,
        session: &Session,
    ) -> Result<Self, Error> {
        let checked = || {
            let mut commands = line::split(text)?;
            let words = commands.pop().filter(|_| commands.is_empty());
            let words = words.ok_or_else(|| Error::typed("this is not a condition"))?;
            let condition = Self {
                words,
                span: span.clone(),
            };
            form::read(&condition.call(session)?)?;
            Ok(condition)
        };
        checked().map_err(|error: Error| {
            let hint = error.hint.clone();
            let error = error.at(span.clone());
            match hint {
                Some(_) => error,
                None => error.hint("for example `--until '$_[0].username == carla'`"),
            }
        })
    }

    /// Whether it holds: not if a variable has no value.
    pub(in crate::command) fn holds(&self, session: &Session) -> Result<bool, Error> {
        let call = self.call(session)?;
        if call.rest.iter().any(|arg| arg.later) {
            return Ok(false);
        }
        let held = evaluated(session, &call);
        Ok(held.map_err(|error| error.at(self.span.clone()))?.is_ok())
    }

    /// The `expect` of these words.
    fn call(&self, session: &Session) -> Result<Call, Error> {
        let unset = Unset {
            later: true,
            missing: true,
        };
        let mut commands = catalog::every();
        let command = commands.find(|command| command.verb() == Some(Verb::Expect));
        Ok(Call {
            command: command.ok_or_else(|| Error::local("internal error: no `expect`"))?,
            slots: Vec::new(),
            change: BodyChange::default(),
            view: Arc::default(),
            more: Vec::new(),
            rest: expand_but(&self.words, session, unset)?,
            span: self.span.clone(),
        })
    }
}
