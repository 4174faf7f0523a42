//! `undo`: the object of the last change is made again what it was before.

use super::Shell;
use super::update::show;
use crate::body::change::put;
use crate::body::diff::diff;
use crate::body::kept_fields;
use crate::catalog::Command;
use crate::catalog::many::YES_PARAM;
use crate::catalog::schema::{self, Path, Step};
use crate::error::Error;
use crate::line::call::Call;
use crate::session::undo::{Change, LastWrite};
use crate::settings::Echo;
use serde_json::Value as Json;

/// The error where nobody can be asked; `None` if the call may run.
pub(crate) fn undo_refusal(call: &Call) -> Option<Error> {
    (!call.is_on(YES_PARAM)).then(|| {
        Error::typed("`undo` needs a confirmation, and the shell cannot ask for it here")
            .hint(format!("`--{YES_PARAM}` confirms it"))
            .at(call.span.clone())
    })
}

impl Shell {
    /// Undoes the last change.
    pub(crate) fn undo(&mut self, call: &Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            return Err(Error::typed(
                "`undo` has to read the object first, which `echo only` prevents",
            )
            .hint("`set echo on` shows what is sent, and sends it"));
        }
        let confirmed = call.is_on(YES_PARAM);
        let may_ask = self.asker.is_interactive() && !self.progress.has_place();
        if let Some(error) = undo_refusal(call).filter(|_| !may_ask) {
            return Err(error);
        }
        let change = self.last_change()?;
        let put = self.prepare(change.call.clone())?;
        let before = self.asker.set_confirmed(confirmed);
        let done = self.replace(put, |shell, base| {
            shell.undone(&change, base, !may_ask).map(Some)
        });
        self.asker.set_confirmed(before);
        done
    }

    /// The last change, if it can be undone.
    fn last_change(&self) -> Result<Change, Error> {
        match &self.session.last_write {
            LastWrite::Nothing => Err(Error::typed(
                "nothing to undo: nothing was changed in this session",
            )),
            LastWrite::Unknown(name) => Err(Error::typed(format!(
                "the last write was by `{name}`, which cannot be undone; nothing was sent"
            ))
            .hint("only the change of one object can be undone, by `update_…` or `edit`")),
            LastWrite::Change(change) if change.changed == change.secrets => {
                Err(Error::typed(format!(
                    "{} cannot be restored: the server does not show secrets; nothing was sent",
                    names(&change.secrets)
                )))
            }
            LastWrite::Change(change) => Ok((**change).clone()),
        }
    }

    /// The object as it was before the change; `now` is what the server has.
    fn undone(&mut self, change: &Change, now: &Json, shows: bool) -> Result<Json, Error> {
        let row = change.call.command;
        if comparable(row, now) != comparable(row, &change.after) {
            return Err(Error::typed(format!(
                "the object has been changed since `{}`; nothing was sent",
                row.name
            ))
            .hint("show the object, and change it with `update_…` or `edit`"));
        }
        let mut before = change.before.clone();
        keep_read_only(row, &mut before, now);
        keep_secrets(&mut before, now);
        if !change.secrets.is_empty() {
            let (what, verb) = (
                names(&change.secrets),
                if change.secrets.len() == 1 {
                    "keeps"
                } else {
                    "keep"
                },
            );
            self.screen().say(&format!(
                "warning: {what} {verb} the new value: the server does not show secrets, so the old one is unknown\n"
            ));
        }
        if shows {
            let release = self.session.settings.api.release;
            let changes = kept_fields::changes(row, now, &before, release);
            show(self.screen(), row, &changes, release);
        }
        Ok(before)
    }
}

fn names(paths: &[String]) -> String {
    let names: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    names.join(", ")
}

/// What a client can set of an object.
fn comparable(row: &Command, object: &Json) -> Json {
    kept_fields::in_order(&schema::writable(&kept_fields::type_of(row), object))
}

/// Takes what the server sets itself as it is now.
fn keep_read_only(row: &Command, before: &mut Json, now: &Json) {
    let (Some(members), Some(now)) = (before.as_object_mut(), now.as_object()) else {
        return;
    };
    members.retain(|key, _| kept_fields::is_writable(row, key));
    let own = now
        .iter()
        .filter(|(key, _)| !kept_fields::is_writable(row, key));
    members.extend(own.map(|(key, value)| (key.clone(), value.clone())));
}

/// Takes the secrets that are there now: the old ones would be ignored.
fn keep_secrets(before: &mut Json, now: &Json) {
    for change in diff(before, now) {
        if let (true, Some(value)) = (change.is_secret(), change.after) {
            let keys = change.path.split('.').map(|key| Step::Key(key.to_owned()));
            let path = Path(keys.collect());
            // What has another shape now is checked before it is sent.
            let _ = put(before, &path, &value);
        }
    }
}
