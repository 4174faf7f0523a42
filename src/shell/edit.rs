//! `edit`: opens the server's object as text in the user's editor; the result
//! is sent like any other change.

use super::Shell;
use super::asker::DECLINED;
use super::raw;
use crate::body::commented;
use crate::body::edited::{self, EditError};
use crate::catalog::schema::{Edited, Type, ValueError};
use crate::catalog::{Line, Need, Release, Value};
use crate::error::{Error, Fault, system};
use crate::input::editor::TextEditor;
use crate::line::call::{Call, Slot};
use crate::line::change::one_line;
use crate::output::error::Place;
use crate::secret;
use crate::settings::Echo;
use crate::settings::credentials::SECRETS;
use crate::text::clean;
use crate::text::words::quoted;
use serde_json::Value as Json;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A text that is edited.
pub(super) struct OpenEdit {
    pub(super) editor: TextEditor,
    /// The name of the temporary file.
    pub(super) name: String,
    /// The command that sends such a text, and the name of the object.
    pub(super) sent_by: String,
    /// The members that identify the object on the server.
    pub(super) named: Vec<&'static str>,
    /// The schema of its members.
    pub(super) body: Type,
    /// The original object.
    pub(super) base: Json,
    /// The original text.
    pub(super) original: String,
    /// The current text.
    pub(super) text: String,
}

impl Shell {
    /// Whether a change can be shown and confirmed on a terminal.
    pub(crate) fn can_edit(&self) -> bool {
        self.asker.may_prompt() && self.out.terminal.stderr && !self.progress.has_place()
    }

    /// Lets the user edit the object of a change.
    pub(crate) fn edit(&mut self, call: Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            return Err(Error::typed(
                "`edit` has to read the object first, which `echo only` prevents",
            )
            .hint("`set echo on` shows what is sent, and sends it")
            .at(call.span));
        }
        self.on_terminal(|shell| shell.edited(call))
    }

    /// Does something that asks questions. A single command uses the terminal only meanwhile.
    pub(crate) fn on_terminal<T>(
        &mut self,
        what: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.asker.is_interactive() {
            return what(self);
        }
        self.asker.open()?;
        let done = what(self);
        self.asker.close();
        done
    }

    fn edited(&mut self, call: Call) -> Result<(), Error> {
        let (span, name, sent_by) = (call.span.clone(), file_name(&call), sent_by(&call));
        let in_path = call.slots.iter().filter(|slot| slot.param.place.in_path());
        let named = in_path.map(|slot| slot.param.key).collect();
        let body = call.command.route().and_then(|route| route.body);
        let put = self.prepare(call)?;
        self.keeping_unsent(span, |shell, unsent| {
            shell.replace(put, |shell, base| {
                let mut open = OpenEdit {
                    editor: TextEditor::chosen(|name| shell.session.var(name), SECRETS),
                    name,
                    sent_by,
                    named,
                    body: body.map_or(Type::Any, Type::read),
                    base: base.clone(),
                    original: edited::text_of(base),
                    text: edited::text_of(base),
                };
                shell.until_right(&mut open, unsent)
            })
        })
    }

    /// Does something with a text that is edited: what is not sent of it is saved.
    pub(super) fn keeping_unsent(
        &mut self,
        span: Range<usize>,
        what: impl FnOnce(&mut Self, &Mutex<Option<UnsentEdit>>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let unsent: Arc<Mutex<Option<UnsentEdit>>> = Arc::default();
        let (kept, stderr) = (Arc::clone(&unsent), self.out.stderr.clone());
        let keep = move || {
            if let Some(unsent) = unsent_in(&kept).take() {
                let _ = stderr.write(unsent.keep().as_bytes());
            }
        };
        // The terminal may be closed at a question.
        let interrupt = self.asker.interrupt().clone();
        let done = interrupt.before_exit(Arc::new(keep), || what(self, &unsent));
        done.map_err(|error| {
            // Declining a change discards it.
            let declined = error.message == DECLINED && !self.asker.interrupt().is_ending();
            if let Some(unsent) = unsent_in(&unsent).take()
                && !declined
                && !error.applied
            {
                self.screen().say(&unsent.keep());
            }
            error.or_at(span)
        })
    }

    /// Opens the editor until its result is valid or the user gives up.
    pub(super) fn until_right(
        &mut self,
        open: &mut OpenEdit,
        unsent: &Mutex<Option<UnsentEdit>>,
    ) -> Result<Option<Json>, Error> {
        loop {
            let left = open
                .editor
                .edit(&open.name, &open.text, self.asker.interrupt());
            let (text, failed) = match left {
                Ok(text) => (Some(text), None),
                Err(failed) => (failed.left, Some(failed.error)),
            };
            open.text = text.unwrap_or_else(|| std::mem::take(&mut open.text));
            *unsent_in(unsent) = open.unsent();
            if let Some(error) = failed {
                return Err(error);
            }
            if open.text.trim().is_empty() {
                return Ok(None);
            }
            let misread = match open.read(self.session.settings.api.release) {
                Ok(after) => return Ok(after),
                Err(misread) => misread,
            };
            let (line, column) = misread.place;
            let place = Place::Byte {
                name: open.name.clone(),
                line,
                column,
            };
            self.screen().report(&misread.error, "", &place);
            open.note(&misread.error, Some(line));
            if !self.asker.edit_again()? {
                let given_up = "not edited again; nothing was sent";
                return Err(Error::new(Fault::Interrupted, given_up));
            }
        }
    }
}

impl OpenEdit {
    /// What is lost if it is not sent; `None` if nothing was edited.
    fn unsent(&self) -> Option<UnsentEdit> {
        if self.text.trim().is_empty() || self.text == self.original {
            return None;
        }
        Some(UnsentEdit {
            editor: self.editor.clone(),
            name: self.name.clone(),
            sent_by: self.sent_by.clone(),
            text: self.text.clone(),
        })
    }

    /// Puts a mistake at the top of the text, for when it is opened again.
    pub(super) fn note(&mut self, error: &Error, line: Option<usize>) {
        let said = |more: usize| {
            let place = line.map(|line| format!("line {}: ", line + more));
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})"));
            let (place, hint) = (place.unwrap_or_default(), hint.unwrap_or_default());
            format!("{place}{}{hint}", clean::line(&error.message))
        };
        self.text = commented::with_note(&self.text, said, "an empty file sends nothing");
    }

    /// The object of the edited text; `None` if it is unchanged.
    fn read(&self, release: Release) -> Result<Option<Json>, EditError> {
        let mut file = |file: &str| match raw::text_of(file, &mut None) {
            Ok(held) => Ok(one_line(&held).to_owned()),
            Err(why) => Err(ValueError::new(format!("cannot read `{file}`: {why}"))),
        };
        let mut checked = Edited {
            release: Some(release),
            file: &mut file,
        };
        edited::read(
            &commented::plain(&self.text),
            &self.base,
            &self.body,
            &self.named,
            &mut checked,
        )
    }
}

/// Edits that were not sent.
pub(super) struct UnsentEdit {
    editor: TextEditor,
    name: String,
    sent_by: String,
    text: String,
}

impl UnsentEdit {
    /// Saves them, so that they are not lost, without secrets; returns what to say.
    fn keep(&self) -> String {
        let plain = commented::compact(&self.text);
        let text = secret::draft::masked(&plain);
        match self.editor.keep(&self.name, &text) {
            Ok(path) => {
                let path = path.display().to_string();
                let file = quoted(&path);
                format!(
                    "your edits are saved in `{}`; once they are correct, `{} --json {}` sends them{}\n",
                    clean::line(&path),
                    clean::line(&self.sent_by),
                    clean::line(&file),
                    if text == plain {
                        ""
                    } else {
                        " (secrets are masked in that file: enter them again)"
                    }
                )
            }
            Err(why) => format!("warning: your edits could not be saved: {}\n", system(&why)),
        }
    }
}

pub(super) fn unsent_in(unsent: &Mutex<Option<UnsentEdit>>) -> MutexGuard<'_, Option<UnsentEdit>> {
    unsent.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The parameters that name the object.
pub(super) fn name_slots(call: &Call) -> impl Iterator<Item = &Slot> {
    call.slots.iter().filter(|slot| {
        let is_required = slot.param.line == Line::Position && slot.param.need == Need::Required;
        slot.param.place.in_path() || is_required
    })
}

/// The words of a line that sends such a text: `update_user alice`.
pub(super) fn sent_by(call: &Call) -> String {
    let words = name_slots(call).filter_map(|slot| slot.value.as_ref().map(Value::to_word));
    let words = words.map(|word| quoted(&word));
    let all: Vec<String> = [call.command.name.to_owned()]
        .into_iter()
        .chain(words)
        .collect();
    all.join(" ")
}

/// A name for the file that says what is in it: `user-alice.json`.
pub(super) fn file_name(call: &Call) -> String {
    let words = name_slots(call).filter_map(|slot| slot.value.as_ref().map(Value::to_word));
    let words: Vec<String> = [call.command.noun().to_owned()]
        .into_iter()
        .chain(words)
        .collect();
    let plain = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
            c
        } else {
            '_'
        }
    };
    let name: String = words.join("-").chars().map(plain).take(60).collect();
    format!("{name}.json")
}
