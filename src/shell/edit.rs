//! `edit`: what the server has as a text in the user's editor; what comes of it
//! is sent as any other change.

use super::Shell;
use super::ask::DECLINED;
use super::login::SECRETS;
use crate::body::edited::{self, Misread};
use crate::catalog::schema::{Edited, Type, Wrong};
use crate::catalog::{Release, Value};
use crate::error::{Error, Fault, system};
use crate::input::editor::TextEditor;
use crate::input::terminal::{Terminal, Typed};
use crate::line::call::Call;
use crate::line::change::one_line;
use crate::output::error::Place;
use crate::settings::Echo;
use crate::shell::raw;
use crate::text::clean;
use serde_json::Value as Json;

/// A text that is edited.
struct Open {
    editor: TextEditor,
    /// The name of its file.
    name: String,
    /// The members by which the server finds the object.
    named: Vec<&'static str>,
    /// What its members may be.
    body: Type,
    /// What it was made of.
    base: Json,
    /// What it is now.
    text: String,
}

impl Shell {
    /// Whether someone can be shown a change and asked about it.
    pub(crate) fn can_edit(&self) -> bool {
        self.asks && self.out.terminal.stderr && self.progress.state().place.is_none()
    }

    /// Lets the user edit what a change is about.
    pub(crate) fn edit(&mut self, call: Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            return Err(
                Error::typed("`edit` first reads, and with `echo only` nothing is sent")
                    .hint("`set echo on` shows what is sent, and sends it")
                    .at(call.span),
            );
        }
        if self.terminal.is_some() {
            return self.edited(call);
        }
        // A single command: for as long as it is edited, someone sits here.
        let terminal = Terminal::new(&[], false, false, self.interrupt.clone());
        let terminal =
            terminal.map_err(|why| Error::local(format!("cannot use the terminal: {why}")))?;
        self.terminal = Some(terminal);
        self.interrupts = self.interrupt.times();
        let done = self.edited(call);
        self.terminal = None;
        done
    }

    fn edited(&mut self, call: Call) -> Result<(), Error> {
        let (span, name) = (call.span.clone(), file_name(&call));
        let in_path = call.slots.iter().filter(|slot| slot.param.place.in_path());
        let named = in_path.map(|slot| slot.param.key).collect();
        let body = call.command.route().and_then(|route| route.body);
        let put = self.prepare(call)?;
        let mut open = None;
        let done = self.replace(put, |shell, base| {
            shell.until_right(open.insert(Open {
                editor: TextEditor::chosen(|name| shell.session.var(name), SECRETS),
                name,
                named,
                body: body.map_or(Type::Any, Type::read),
                base: base.clone(),
                text: edited::text_of(base),
            }))
        });
        done.map_err(|error| {
            // Who says no to a change does not want it.
            let declined = error.message == DECLINED;
            if let Some(open) = open.filter(|_| !declined && !error.applied) {
                self.keep_text(&open);
            }
            error.or_at(span)
        })
    }

    /// Opens the editor until what it leaves is right, or is given up.
    fn until_right(&mut self, open: &mut Open) -> Result<Option<Json>, Error> {
        loop {
            let left = open.editor.edit(&open.name, &open.text, &self.interrupt);
            // A Ctrl-C there was the editor's.
            self.interrupts = self.interrupt.times();
            open.text = left.map_err(|failed| {
                open.text = failed
                    .left
                    .unwrap_or_else(|| std::mem::take(&mut open.text));
                failed.error
            })?;
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
            self.report(&misread.error, "", &place);
            if !self.edits_again()? {
                let given_up = "not edited again; nothing was sent";
                return Err(Error::new(Fault::Interrupted, given_up));
            }
        }
    }

    fn edits_again(&mut self) -> Result<bool, Error> {
        let Some(terminal) = self.terminal.as_mut() else {
            return Ok(false);
        };
        let answer = terminal
            .ask("edit again? [Y/n] ")
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        Ok(match answer {
            Typed::Text(text) => matches!(text.trim(), "" | "y" | "Y" | "yes"),
            Typed::Interrupted | Typed::End => false,
        })
    }

    /// Keeps what was typed and not sent, so that nobody types it again; but no secrets.
    fn keep_text(&self, open: &Open) {
        if open.text.trim().is_empty() || open.text == edited::text_of(&open.base) {
            return;
        }
        let text = edited::masked(&open.text);
        self.say(&match open.editor.keep(&open.name, &text) {
            Ok(path) => {
                let path = path.display().to_string();
                format!("what you typed is kept in `{}`\n", clean::line(&path))
            }
            Err(why) => format!("warning: what you typed is not kept: {}\n", system(&why)),
        });
    }
}

impl Open {
    /// What the text makes of the object; none if nothing else.
    fn read(&self, release: Release) -> Result<Option<Json>, Misread> {
        let mut file = |file: &str| match raw::text_of(file, &mut None) {
            Ok(held) => Ok(one_line(&held).to_owned()),
            Err(why) => Err(Wrong::new(format!("cannot read `{file}`: {why}"))),
        };
        let mut checked = Edited {
            release: Some(release),
            file: &mut file,
        };
        edited::read(
            &self.text,
            &self.base,
            &self.body,
            &self.named,
            &mut checked,
        )
    }
}

/// A name for the file that says what is in it: `user-alice.json`.
fn file_name(call: &Call) -> String {
    let in_path = call.slots.iter().filter(|slot| slot.param.place.in_path());
    let words = in_path.filter_map(|slot| slot.value.as_ref().map(Value::to_word));
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
