//! What happened to each of several objects.

use super::plan::FIRST;
use crate::error::Fault;
use serde_json::{Value as Json, json};

/// The names of the objects, by what happened to them. Each is in one list.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) done: Vec<String>,
    pub(super) same: Vec<String>,
    pub(super) failed: Vec<String>,
    /// The request was sent, and its answer is lost.
    pub(super) unknown: Vec<String>,
    /// Nothing was sent that changes them.
    pub(super) not_tried: Vec<String>,
    /// Why no more objects were begun.
    pub(super) stop: Option<Fault>,
}

impl Tally {
    /// How many are settled.
    pub(super) fn count(&self) -> usize {
        self.done.len() + self.same.len() + self.wrong()
    }

    /// How many are not as they should be.
    pub(super) fn wrong(&self) -> usize {
        self.failed.len() + self.unknown.len()
    }

    /// Whether the run ended before its end.
    pub(super) fn is_broken_off(&self) -> bool {
        self.stop.is_some() || !self.unknown.is_empty() || !self.not_tried.is_empty()
    }

    /// The fault of the run, if anything went wrong.
    pub(super) fn fault(&self) -> Option<Fault> {
        let nothing = self.done.is_empty() && self.same.is_empty() && self.wrong() == 0;
        match self.stop {
            Some(Fault::Interrupted) => Some(Fault::Interrupted),
            Some(fault) if nothing => Some(fault),
            Some(_) => Some(Fault::SomeFailed),
            None => (self.wrong() > 0 || !self.not_tried.is_empty()).then_some(Fault::SomeFailed),
        }
    }

    /// `10 users changed, 1 failed`.
    pub(super) fn summary(&self, (one, several): (&str, &str), verb: &str) -> String {
        let done = past(verb);
        let parts = [
            (self.done.len(), done.as_str()),
            (self.same.len(), "unchanged"),
            (self.failed.len(), "failed"),
            (self.unknown.len(), "unknown"),
            (self.not_tried.len(), "not tried"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
        let all = self.count() + self.not_tried.len();
        let noun = if all == 1 { one } else { several };
        format!("{all} {noun}: {}", parts.join(", "))
    }

    /// The names, for a program.
    pub(super) fn to_json(&self, verb: &str) -> Json {
        self.json(verb, |names| names.into())
    }

    /// The first names of each list, for a person; `None` if they are all.
    pub(super) fn excerpt(&self, verb: &str) -> Option<Json> {
        let lists = [&self.done, &self.same, &self.failed, &self.unknown];
        let mut lists = lists.into_iter().chain([&self.not_tried]);
        let is_long = lists.any(|names| names.len() > FIRST);
        is_long.then(|| self.json(verb, first))
    }

    fn json(&self, verb: &str, shown: impl Fn(&[String]) -> Json) -> Json {
        json!({
            past(verb): shown(&self.done),
            "unchanged": shown(&self.same),
            "failed": shown(&self.failed),
            "unknown": shown(&self.unknown),
            "not_tried": shown(&self.not_tried),
        })
    }
}

/// The first names, and how many more there are.
fn first(names: &[String]) -> Json {
    let more = names.len().saturating_sub(FIRST);
    let shown = names.iter().take(FIRST).cloned();
    let more = (more > 0).then(|| format!("… and {more} more"));
    shown.chain(more).collect::<Vec<String>>().into()
}

/// `changed`, `deleted`, `closed`.
fn past(verb: &str) -> String {
    format!("{verb}d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_what_there_is() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut tally = Tally {
            done: names(&["a", "b"]),
            ..Tally::default()
        };
        let nouns = ("user", "users");
        assert_eq!(tally.summary(nouns, "change"), "2 users: 2 changed");
        assert_eq!((tally.fault(), tally.is_broken_off()), (None, false));
        tally.failed = names(&["c"]);
        assert_eq!(tally.fault(), Some(Fault::SomeFailed));
        assert!(!tally.is_broken_off());
        (tally.unknown, tally.not_tried) = (names(&["d"]), names(&["e"]));
        assert_eq!(
            tally.summary(nouns, "delete"),
            "5 users: 2 deleted, 1 failed, 1 unknown, 1 not tried"
        );
        assert!(tally.is_broken_off());
        tally.stop = Some(Fault::Interrupted);
        assert_eq!(tally.fault(), Some(Fault::Interrupted));
        let nothing = Tally {
            not_tried: names(&["a"]),
            stop: Some(Fault::NoAnswer),
            ..Tally::default()
        };
        assert_eq!(nothing.fault(), Some(Fault::NoAnswer));
        assert_eq!(nothing.summary(nouns, "delete"), "1 user: 1 not tried");
    }

    #[test]
    fn a_person_sees_the_first_names() {
        let names = |count: usize| (0..count).map(|number| format!("u{number}")).collect();
        let mut tally = Tally {
            done: names(FIRST),
            ..Tally::default()
        };
        assert_eq!(tally.excerpt("delete"), None);
        tally.not_tried = names(FIRST + 1_361);
        let excerpt = tally.excerpt("delete").expect("there are more");
        assert_eq!(excerpt["deleted"], tally.to_json("delete")["deleted"]);
        let shown = excerpt["not_tried"].as_array().expect("a list");
        assert_eq!(shown.len(), FIRST + 1);
        assert_eq!(shown[FIRST], "… and 1361 more");
    }
}
