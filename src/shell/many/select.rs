//! Finds the objects of a call, and what it would do to each.

use super::super::pages::{Pages, incomplete};
use super::super::update::{read_of, replacement};
use super::Shell;
use super::deletes;
use super::plan::{Plan, Planned, Target};
use crate::body::change::BodyChange;
use crate::body::kept_fields;
use crate::catalog::many::Selection;
use crate::catalog::{Clock, Release};
use crate::error::{Error, Fault};
use crate::line::call::{Call, Slot};
use crate::query::View;
use crate::text::clean;
use serde_json::Value as Json;
use std::sync::Arc;

impl Shell {
    /// The objects of a call; `shows` is whether what would be done to each is wanted.
    pub(super) fn planned(
        &mut self,
        call: &Call,
        selection: Selection,
        shows: bool,
    ) -> Result<Plan, Error> {
        let targets = if call.selects() {
            self.selected(call, selection, shows)?
        } else {
            self.named(call, selection, shows)?
        };
        Ok(Plan {
            command: call.command,
            nouns: selection.nouns(),
            key: selection.key,
            deletes: deletes(call),
            targets,
        })
    }

    /// The objects that meet the condition, from all pages of their list.
    fn selected(
        &mut self,
        call: &Call,
        selection: Selection,
        shows: bool,
    ) -> Result<Vec<Target>, Error> {
        let release = self.session.settings.api.release;
        let list = list_of(call, selection, release);
        let mut pages = Pages::new(&list, true);
        let mut targets = Vec::new();
        let goes_on = |shell: &Self| !shell.asker.was_interrupted();
        let has_bar = self.screen().begin_count(selection.nouns().1, false);
        let read = loop {
            let page = match pages.next(self, true) {
                Ok(Some(page)) => page,
                Ok(None) => break Ok(()),
                Err(error) => break Err(incomplete(error, pages.count(), false)),
            };
            self.progress.bar_at(pages.count(), 0);
            let meets = |item: &&Json| {
                let condition = call.view.condition.as_ref();
                condition.is_some_and(|condition| condition.holds(item))
            };
            let found = page.iter().filter(|item| goes_on(self) && meets(item));
            let found = found.map(|item| target(call, selection, item, release, shows));
            match found.collect::<Result<Vec<Target>, Error>>() {
                Ok(found) => targets.extend(found),
                Err(error) => break Err(error),
            }
            if !goes_on(self) {
                break self.asker.check_interrupted();
            }
        };
        if has_bar {
            self.progress.end_bar();
        }
        read?;
        if pages.is_cut {
            return Err(Error::new(
                Fault::NoAnswer,
                format!(
                    "only the first {} {} can be read from this server, so the condition \
                     cannot be checked for the others; nothing was changed",
                    pages.count(),
                    selection.nouns().1
                ),
            ));
        }
        Ok(targets)
    }

    /// The objects that were named. Those that do not exist are an error before anything is
    /// changed, where the objects are shown.
    fn named(
        &mut self,
        call: &Call,
        selection: Selection,
        shows: bool,
    ) -> Result<Vec<Target>, Error> {
        let release = self.session.settings.api.release;
        let mut targets = Vec::new();
        let mut missing = Vec::new();
        let confirmed = self.asker.set_confirmed(true);
        let mut one = |shell: &mut Self, slot: &Slot| {
            let one = call.about(slot);
            let name = slot.value.as_ref().map(crate::catalog::Value::to_word);
            let name = name.unwrap_or_default();
            let planned = if !shows {
                Ok(Planned::Unknown)
            } else if deletes(call) {
                shell.look_first(&one).map(|_| Planned::Delete)
            } else {
                let put = shell.prepare(call.planned_about(slot))?;
                let object = shell.object(&mut read_of(&put)?);
                object.map(|object| change_of(&one, &object, release))
            };
            let planned = match planned {
                Err(error) if error.absent && call.skips_missing() => Planned::Same,
                Err(error) if error.absent => {
                    missing.push(about(call, selection, &name, error));
                    return Ok(());
                }
                planned => planned?,
            };
            targets.push(Target {
                name,
                label: None,
                planned,
            });
            Ok(())
        };
        let mut names = call.names();
        if let [only] = names.as_mut_slice()
            && only.value.is_none()
        {
            let mut filled = call.clone();
            self.session.fill_in_user(&mut filled)?;
            names = filled.names();
        }
        let read = names.iter().try_for_each(|slot| one(self, slot));
        self.asker.set_confirmed(confirmed);
        read?;
        Error::joined(missing).map_or(Ok(targets), Err)
    }
}

/// An error about one of several objects names it.
pub(super) fn about(call: &Call, selection: Selection, name: &str, error: Error) -> Error {
    let own = format!("`{}`: ", call.command.name);
    let message = error.message.strip_prefix(&own).unwrap_or(&error.message);
    let message = format!("{}: {message}", title(selection, name));
    Error { message, ..error }
}

/// An object in a message.
pub(super) fn title(selection: Selection, name: &str) -> String {
    format!("{} `{}`", selection.nouns().0, clean::line(name))
}

/// The call that lists the objects.
pub(super) fn list_of(call: &Call, selection: Selection, release: Release) -> Call {
    Call {
        command: selection.list,
        slots: selection
            .list
            .params_in(release)
            .map(Slot::left_out)
            .collect(),
        change: BodyChange::default(),
        view: Arc::new(View::default()),
        more: Vec::new(),
        rest: Vec::new(),
        span: call.span.clone(),
    }
}

/// An object of the list.
fn target(
    call: &Call,
    selection: Selection,
    item: &Json,
    release: Release,
    shows: bool,
) -> Result<Target, Error> {
    let member = |key: &str| item.get(key).and_then(Json::as_str);
    let name = member(selection.key).ok_or_else(|| {
        let why = format!(
            "`{}`: unexpected answer: an object has no `{}`; nothing was changed",
            selection.list.name, selection.key
        );
        Error::new(Fault::NoAnswer, why)
    })?;
    Ok(Target {
        name: name.to_owned(),
        label: selection.live.label().and_then(member).map(str::to_owned),
        planned: match (shows, deletes(call)) {
            (false, _) => Planned::Unknown,
            (true, true) => Planned::Delete,
            (true, false) => change_of(&call.about_name(name), item, release),
        },
    })
}

/// What an update would change of an object.
fn change_of(call: &Call, object: &Json, release: Release) -> Planned {
    let row = call.command;
    let changes = match replacement(row, object, &call.change, release) {
        Ok((_, changes)) => changes,
        Err(error) => return Planned::Wrong(error.message),
    };
    if changes.is_empty() {
        return Planned::Same;
    }
    let (body, clock) = (kept_fields::type_of(row), Clock::system());
    let words = changes.iter().map(|change| change.in_words(&body, &clock));
    Planned::Update(words.collect())
}
