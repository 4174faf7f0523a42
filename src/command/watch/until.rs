//! What a watch waits for: an object that meets a condition, as `--where` has them, or an
//! expectation, as `expect` has them.

use crate::catalog::{AnswerType, Clock, Release};
use crate::command::expect;
use crate::error::Error;
use crate::line;
use crate::line::call::Call;
use crate::line::call::Slot;
use crate::line::view;
use crate::query;
use crate::session::Session;
use crate::text::lex::Word;
use serde_json::Value as Json;

/// The flag.
const UNTIL: &str = "until";

pub(super) enum Until {
    /// The object of the answer, or an item of its list, meets this.
    Meets(query::Condition),
    /// The answer is like this.
    Expects(expect::Condition),
}

impl Until {
    /// Reads the condition of a watch for answers of this type, if it has one.
    pub(super) fn read(
        call: &Call,
        kind: Option<AnswerType>,
        release: Release,
        session: &Session,
    ) -> Result<Option<Self>, Error> {
        let Some(slot) = call.slot(UNTIL).filter(|_| call.typed(UNTIL)) else {
            return Ok(None);
        };
        let text = call.text(UNTIL);
        if let Some(kind) = kind.filter(|_| !is_expectation(text)) {
            return meets((slot, text), kind.object(), release).map(Some);
        }
        let read = expect::Condition::read(text, call.place(UNTIL), session);
        read.map(|condition| Some(Self::Expects(condition)))
    }

    /// Whether it holds after a round, which `succeeded` or not.
    pub(super) fn holds(&self, session: &Session, succeeded: bool) -> Result<bool, Error> {
        let condition = match self {
            Self::Expects(condition) => return condition.holds(session),
            Self::Meets(condition) => condition,
        };
        // A refusal is not an object.
        let answer = session.answer.as_ref().filter(|_| succeeded);
        Ok(match answer.and_then(|answer| answer.json.as_ref()) {
            Some(Json::Array(items)) => items.iter().any(|item| condition.holds(item)),
            Some(object @ Json::Object(_)) => condition.holds(object),
            _ => false,
        })
    }
}

fn meets(
    (slot, text): (&Slot, &str),
    object: &'static str,
    release: Release,
) -> Result<Until, Error> {
    let read = query::Condition::read(text, object, release, &Clock::system());
    read.map(Until::Meets)
        .map_err(|wrong| view::error(wrong, slot))
}

/// Whether a text is in the language of `expect`: it has a variable, or looks at the status or
/// the error.
fn is_expectation(text: &str) -> bool {
    let has_variable = text.split('$').skip(1).any(|name| {
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{');
        name.starts_with(begins)
    });
    // What cannot be split is not a condition of either.
    let Ok(commands) = line::split(text) else {
        return true;
    };
    let [words] = commands.as_slice() else {
        return true;
    };
    let words: Vec<String> = words.iter().map(Word::text).collect();
    let is_operator = |word: &str| word.starts_with(['=', '!', '<', '>', '~']);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_about_outcome = match words.as_slice() {
        [] | ["ok" | "error" | "status"] => true,
        ["error" | "status", second] => !is_operator(second),
        _ => false,
    };
    has_variable || is_about_outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_known_from_the_text() {
        for text in [
            "$_.status == 1",
            "$_ missing",
            "'a' == ${env.X}",
            "ok",
            "error",
            "error 'not found'",
            "status 404",
            "status",
            "ok; ok",
            "'",
            "",
        ] {
            assert!(is_expectation(text), "{text}");
        }
        for text in [
            "status = disabled",
            "status=1",
            "status =1",
            "error ~ x",
            "username ~ ^web$",
            "not has_password",
            "used_quota_size > 0.9 * quota_size",
            "username = 'ok'",
        ] {
            assert!(!is_expectation(text), "{text}");
        }
    }
}
