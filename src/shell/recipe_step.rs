//! A step of a recipe: an operation of the table, requested by the words that
//! a person would type.

use super::Shell;
use super::prepared::Prepared;
use super::preview::echo;
use crate::bulk::word;
use crate::catalog::{self, Api};
use crate::error::{Error, Fault};
use crate::http::{Exchange, Lost};
use crate::line::call::{Call, Content};
use crate::line::variables::Arg;
use crate::session::answer;
use serde_json::Value as Json;

impl Shell {
    /// Sends a request, by a command with its flags as `--name=value`, and its
    /// positions; returns the successful answer. Prints no result.
    pub(crate) fn part(&mut self, words: &[&str], positions: &[&str]) -> Result<Json, Error> {
        let call = self.part_call(words, positions)?;
        self.part_of(call, None)
    }

    /// Like `part`, without positions. `check` is the line that shows whether it took
    /// effect, if it is not that of the table.
    pub(crate) fn part_with_check(&mut self, words: &[&str], check: &str) -> Result<Json, Error> {
        let call = self.part_call(words, &[])?;
        self.part_of(call, Some(check))
    }

    /// Like `part`, without positions; returns the bytes of the answer, which are JSON. A
    /// large answer is not parsed.
    pub(crate) fn part_as_it_came(&mut self, words: &[&str]) -> Result<Vec<u8>, Error> {
        let call = self.part_call(words, &[])?;
        let (prepared, exchange) = self.part_sent(call, None)?;
        if exchange.status < 300 && exchange.is_json() {
            return Ok(exchange.body);
        }
        let mut exchange = exchange;
        self.part_read(&prepared, &mut exchange)?;
        Ok(exchange.body)
    }

    fn part_of(&mut self, call: Call, check: Option<&str>) -> Result<Json, Error> {
        let (prepared, mut exchange) = self.part_sent(call, check)?;
        self.part_read(&prepared, &mut exchange)
    }

    /// Sends the request of a call.
    pub(super) fn part_sent(
        &mut self,
        call: Call,
        check: Option<&str>,
    ) -> Result<(Prepared, Exchange), Error> {
        if self.asker.was_interrupted() {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        let mut prepared = self.prepare(call)?;
        if let Some(check) = check {
            check.clone_into(&mut prepared.spec.check);
        }
        let shown = prepared.spec.without_backup();
        echo(self, &shown)?;
        // What the step before this one wrote counts as reported.
        self.progress.state().writing.clear();
        let sent = self.send_authorized(&mut prepared);
        // An answered read is finished. A write stays in progress until the
        // recipe has counted it, so that an interrupt here does not call it "not done".
        if !prepared.spec.writes() {
            self.progress.state().writing.clear();
        }
        let exchange = self.part_exchanged(&prepared, sent?)?;
        Ok((prepared, exchange))
    }

    /// The answer to a request that was sent, or why there is none.
    pub(super) fn part_exchanged(
        &mut self,
        prepared: &Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<Exchange, Error> {
        let spec = &prepared.spec;
        self.trace(&spec.without_backup(), sent.as_ref().ok());
        let exchange = sent.map_err(|lost| self.session.explained(lost, spec))?;
        self.note_accepted(prepared, &exchange);
        self.detect_release(&exchange);
        Ok(exchange)
    }

    /// Reads the answer: its JSON, or its error.
    pub(super) fn part_read(
        &mut self,
        prepared: &Prepared,
        exchange: &mut Exchange,
    ) -> Result<Json, Error> {
        let spec = &prepared.spec;
        let route = prepared.route().expect("an operation of the table");
        let release = self.session.settings.api.release;
        let read = answer::read(prepared.call(), route, spec, exchange, release);
        if let Some(why) = &read.large {
            return Err(Error {
                applied: spec.writes(),
                hint: None,
                ..answer::too_large(prepared.call(), why)
            });
        }
        match (read.error, read.json) {
            (None, Some(json)) => {
                if let Some((live, key)) = route.names {
                    let api = self.session.settings.api;
                    self.session.completion.learn_names(api, live, key, &json);
                }
                Ok(json)
            }
            (Some(error), json) => {
                let error = answer::with_words(error, json.as_ref(), spec);
                Err(self.session.without_secrets(error, spec))
            }
            (None, None) => Err(Error::local(
                "internal error: the request has no answer; please report this",
            )),
        }
    }

    /// Like `part`, for a list of objects; anything else is an error.
    pub(crate) fn part_list(&mut self, list: &str) -> Result<Vec<Json>, Error> {
        let items = items_of(self.part(&[list], &[])?);
        let items = items.filter(|items| items.iter().all(Json::is_object));
        items.ok_or_else(|| unexpected_answer(list, "it is not a list of objects"))
    }

    /// Like `part`, for one object with this name under this key.
    pub(crate) fn part_object(&mut self, word: &str, name: &str, key: &str) -> Result<Json, Error> {
        let object = self.part(&[word], &[name])?;
        named(word, &object, key)?;
        Ok(object)
    }

    /// The call of these words.
    pub(crate) fn part_call(&mut self, words: &[&str], positions: &[&str]) -> Result<Call, Error> {
        let dashes = (!positions.is_empty()).then_some("--");
        let words = words.iter().copied().chain(dashes);
        let args: Vec<Arg> = words
            .chain(positions.iter().copied())
            .map(|text| word(text.to_owned()))
            .collect();
        match self.parse_for_server(&args)?.content {
            Content::Call(call) => Ok(call),
            _ => Err(Error::local(
                "internal error: a step made no command; please report this",
            )),
        }
    }
}

/// The items of an answer that is a list. A server written in Go may send null for an empty
/// one.
pub(super) fn items_of(answer: Json) -> Option<Vec<Json>> {
    match answer {
        Json::Array(items) => Some(items),
        Json::Null => Some(Vec::new()),
        _ => None,
    }
}

/// The first of these operations that this server has.
pub(crate) fn first_of(api: &'static Api, names: &[&'static str]) -> Result<&'static str, Error> {
    let mut names = names.iter();
    let found = names.find(|name| catalog::find(api, name).is_some());
    found.copied().ok_or_else(|| {
        Error::typed(format!("not available on server {}", api.release))
            .hint("`set api` selects the API")
    })
}

/// The name of an object of an answer, under this key.
pub(crate) fn named<'a>(word: &str, object: &'a Json, key: &str) -> Result<&'a str, Error> {
    let name = object.get(key).and_then(Json::as_str);
    name.ok_or_else(|| unexpected_answer(word, &format!("it has no `{key}`")))
}

/// The error of an answer that is JSON, but not of the expected shape.
pub(crate) fn unexpected_answer(word: &str, is: &str) -> Error {
    let message = format!("`{word}`: unexpected answer: {is}");
    Error::new(Fault::NoAnswer, message).hint("is this really SFTPGo's address?")
}
