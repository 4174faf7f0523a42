//! A part of a recipe: an operation of the table, asked for by the words that
//! a person would type.

use super::Shell;
use crate::bulk::word;
use crate::catalog;
use crate::error::{Error, Fault};
use crate::http::trace;
use crate::line::call::{Call, What};
use crate::line::variables::Arg;
use crate::session::answer;
use serde_json::Value as Json;
use std::time::Duration;

impl Shell {
    /// The first of some operations that this server has.
    pub(crate) fn first_of(&self, names: &[&'static str]) -> Result<&'static str, Error> {
        let api = self.session.settings.api;
        let mut names = names.iter();
        let found = names.find(|name| catalog::find(api, name).is_some());
        found.copied().ok_or_else(|| {
            Error::typed(format!("server {} has nothing for it", api.release))
                .hint("`set api` chooses the generation of the API")
        })
    }

    /// Asks the server, by a command with its flags as `--name=value`, and what
    /// goes by position; gives the good answer. Nothing of it is a result.
    pub(crate) fn part(&mut self, words: &[&str], positions: &[&str]) -> Result<Json, Error> {
        let call = self.part_call(words, positions)?;
        self.part_of(call, None).map(|(json, _)| json)
    }

    /// The same by flags alone, with the bytes of the answer. `check` is the
    /// line that tells whether it was done, if another one than of the table.
    pub(crate) fn part_as_it_came(
        &mut self,
        words: &[&str],
        check: Option<&str>,
    ) -> Result<(Json, Vec<u8>), Error> {
        let call = self.part_call(words, &[])?;
        self.part_of(call, check)
    }

    fn part_of(&mut self, call: Call, check: Option<&str>) -> Result<(Json, Vec<u8>), Error> {
        if self.was_interrupted() {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        let mut prepared = self.prepare(call)?;
        if let Some(check) = check {
            check.clone_into(&mut prepared.spec.check);
        }
        let shown = prepared.spec.veiled();
        self.echo(&shown)?;
        // What the part before this one wrote counts as told.
        self.progress.state().writing.clear();
        let sent = self.send(&prepared);
        let sent = self.with_new_token(&mut prepared, sent);
        let spec = &prepared.spec;
        // What is answered is no longer under way. What wrote is, until the
        // recipe has counted it: nobody may take it for not done.
        if !spec.writes() {
            self.progress.state().writing.clear();
        }
        let sent = sent?;
        if self.session.settings.debug {
            self.say(&match &sent {
                Ok(exchange) => trace::answered(&shown, exchange),
                Err(_) => trace::unanswered(&shown),
            });
        }
        let mut exchange = sent.map_err(|lost| self.explained(lost, spec))?;
        self.fit(&exchange);
        let route = prepared.route().expect("an operation of the table");
        let read = answer::read(prepared.call(), route, spec, &mut exchange);
        match (read.error, read.json) {
            (None, Some(json)) => {
                if let Some((live, key)) = route.names {
                    self.session.seen.learn_names(live, key, &json);
                }
                Ok((json, exchange.body))
            }
            (Some(error), json) => {
                let error = answer::with_words(error, json.as_ref(), spec);
                Err(self.veiled(error))
            }
            (None, None) => Err(Error::local("an answer that is none, which is a bug")),
        }
    }

    /// The same where a list of objects is to come. A server written in Go may
    /// say null for none; what is no list is not taken for an empty one.
    pub(crate) fn part_list(&mut self, words: &[&str]) -> Result<Vec<Json>, Error> {
        match self.part(words, &[])? {
            Json::Null => Ok(Vec::new()),
            Json::Array(items) if items.iter().all(Json::is_object) => Ok(items),
            _ => Err(odd(words[0], "no list of objects")),
        }
    }

    /// The same where one object is to come, which is called so under this key.
    pub(crate) fn part_object(&mut self, word: &str, name: &str, key: &str) -> Result<Json, Error> {
        let object = self.part(&[word], &[name])?;
        named(word, &object, key)?;
        Ok(object)
    }

    /// The call that such words make.
    pub(super) fn part_call(&mut self, words: &[&str], positions: &[&str]) -> Result<Call, Error> {
        let dashes = (!positions.is_empty()).then_some("--");
        let words = words.iter().copied().chain(dashes);
        let args: Vec<Arg> = words
            .chain(positions.iter().copied())
            .map(|text| word(text.to_owned()))
            .collect();
        match self.parse(&args)?.what {
            What::Call(call) => Ok(call),
            _ => Err(Error::local("a part made no command, which is a bug")),
        }
    }

    /// Waits; at a terminal Ctrl-C ends it.
    pub(crate) fn pause(&self, duration: Duration) -> Result<(), Error> {
        // Without a terminal the whole run is waited for elsewhere.
        if self.terminal.is_none() {
            std::thread::sleep(duration);
            return Ok(());
        }
        let (sender, receiver) = std::sync::mpsc::channel();
        let told = std::sync::Arc::new(move || {
            let _ = sender.send(());
        });
        let interrupted = self.interrupt.heard_by(told, || {
            self.was_interrupted() || receiver.recv_timeout(duration).is_ok()
        });
        if interrupted {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        Ok(())
    }
}

/// What an object that a part brought is called, under this key.
pub(crate) fn named<'a>(word: &str, object: &'a Json, key: &str) -> Result<&'a str, Error> {
    let name = object.get(key).and_then(Json::as_str);
    name.ok_or_else(|| odd(word, &format!("not what was asked for: it has no `{key}`")))
}

/// The error of an answer that is JSON, but not of the shape that is asked for.
pub(crate) fn odd(word: &str, is: &str) -> Error {
    let message = format!("`{word}`: the answer is {is}");
    Error::new(Fault::NoAnswer, message).hint("is it SFTPGo's API that listens there?")
}
