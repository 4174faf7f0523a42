//! What happens if an object already exists that is to be added, or is not there that is to
//! be deleted.

use super::recipe_step::unexpected_answer;
use super::{Shell, raw};
use crate::catalog::upsert::UPDATE;
use crate::catalog::{Param, Release, Value};
use crate::error::{Error, Fault};
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::line::change;
use crate::request;
use crate::session::Answer;
use crate::text::clean;
use serde_json::Value as Json;

/// Whether a call succeeds if its object does not exist.
pub(super) struct Absence {
    /// The call, in words, if it accepts that.
    line: Option<String>,
}

impl Absence {
    pub(super) fn of(call: &Call) -> Self {
        let line = call.skips_missing().then(|| {
            let words = call.slots.iter().filter(|slot| slot.param.place.in_path());
            let words = words.filter_map(|slot| slot.value.as_ref().map(Value::to_word));
            let words: Vec<String> = [call.command.name.to_owned()]
                .into_iter()
                .chain(words)
                .collect();
            words.join(" ")
        });
        Self { line }
    }

    /// Whether this is what the call accepts.
    pub(super) fn accepts(&self, error: Option<&Error>) -> bool {
        self.line.is_some() && error.is_some_and(|error| error.absent)
    }

    /// The outcome, if the failure that is accepted is none.
    pub(super) fn accepted(&self, shell: &Shell, done: Result<(), Error>) -> Result<(), Error> {
        match (&self.line, done) {
            (Some(line), Err(error)) if error.absent => {
                let line = clean::line(line);
                shell.screen().remark(&format!(
                    "`{line}`: it does not exist; nothing was changed\n"
                ));
                Ok(())
            }
            (_, done) => done,
        }
    }
}

impl Shell {
    /// Adds an object, unless it is there; then does what `--if-exists` says. It is looked
    /// for first: what a refusal means differs between releases.
    pub(super) fn add_or_update(&mut self, mut call: Call) -> Result<(), Error> {
        self.refuse_write(&call)?;
        self.learn_release()?;
        self.check_release(&call)?;
        let stdin = &mut self.stdin;
        let mut text = |_, file: &str| raw::text_of(file, stdin);
        request::load(&mut call, self.session.settings.api, &mut text)?;
        let updates = call.if_exists() == Some(UPDATE);
        let update = updates
            .then(|| updating(&call, self.session.settings.api.release))
            .transpose()?;
        let Some(there) = self.already_there(&call)? else {
            return self.request(call.without_if_exists());
        };
        if let Some(mut update) = update {
            let release = self.session.settings.api.release;
            change::refresh(&mut update, release)?;
            return self.request(update);
        }
        self.screen().remark(&format!(
            "nothing was sent: {} already exists\n",
            called(&call)
        ));
        let body = there.to_string().into_bytes();
        let kind = call
            .command
            .added_reader()
            .and_then(|row| row.route()?.answer_type());
        let json = Some(there);
        self.session.keep(200, Answer { body, json, kind });
        Ok(())
    }

    /// The object that a call is about to add, if it is there.
    pub(super) fn already_there(&mut self, call: &Call) -> Result<Option<Json>, Error> {
        let reader = call.command.added_reader().map_or("", |row| row.name);
        match self.part(&[reader], &[&name_of(call)]) {
            Ok(object) if object.is_object() => Ok(Some(object)),
            Ok(_) => Err(unexpected_answer(reader, "it is not an object")),
            Err(error) if error.absent => Ok(None),
            Err(error) => Err(error.unchanged()),
        }
    }
}

/// The name of the object that a call adds.
pub(super) fn name_of(call: &Call) -> String {
    let slot = call.command.added_changer().and_then(|row| {
        let mut params = row.params.iter().filter(|param| param.place.in_path());
        call.slot(params.next()?.name)
    });
    let name = slot.and_then(|slot| slot.value.as_ref());
    name.map_or_else(String::new, Value::to_word)
}

/// ``user `anna` ``.
pub(super) fn called(call: &Call) -> String {
    let noun = call.command.noun().replace('_', " ");
    format!("{noun} `{}`", clean::line(&name_of(call)))
}

/// The call that changes the given fields of the object that another one adds.
fn updating(call: &Call, release: Release) -> Result<Call, Error> {
    let row = call
        .command
        .added_changer()
        .ok_or_else(|| Error::new(Fault::Typed, "it cannot be changed").at(call.span.clone()))?;
    let is_given = |slot: &&Slot| slot.from != ValueOrigin::Default;
    let params: Vec<_> = row.params_in(release).collect();
    for slot in call.without_if_exists().slots.iter().filter(is_given) {
        if !params.iter().any(|param| param.name == slot.param.name) {
            let flag = slot.param.flag();
            let why = format!("`{flag}` and `--if-exists update` cannot be used together");
            return Err(Error::typed(why)
                .hint(format!("`{}` does not have it", row.name))
                .at(call.place(slot.param.name)));
        }
    }
    let slot = |param: &'static Param| {
        let mut given = call.slots.iter().filter(is_given);
        let given = given.find(|slot| slot.param.name == param.name);
        given.map_or_else(
            || Slot::left_out(param),
            |slot| Slot {
                param,
                ..slot.clone()
            },
        )
    };
    let slots = params.into_iter().map(slot).collect();
    Ok(Call {
        command: row,
        slots,
        ..call.without_if_exists()
    })
}
