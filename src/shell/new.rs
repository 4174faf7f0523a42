//! `new`: a new object, written in the user's editor. The text has each field with what it
//! means; those that are not set are comments.

use super::Shell;
use super::credentials::SECRETS;
use super::edit::{OpenEdit, UnsentEdit, file_name, name_slots, sent_by};
use super::preview::echo;
use super::request::invalid;
use super::upsert::{called, name_of};
use crate::body::template::{template, without_empty_parts};
use crate::catalog::schema::Type;
use crate::error::{Error, Fault};
use crate::input::editor::TextEditor;
use crate::line::call::Call;
use crate::output::error::Place;
use crate::request::Body;
use crate::session::answer::with_words;
use crate::settings::Echo;
use crate::text::words::{plural, quoted};
use serde_json::Value as Json;
use std::sync::Mutex;

impl Shell {
    /// Lets the user write the object that a call adds.
    pub(crate) fn add_by_editor(&mut self, call: Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            return Err(Error::typed(
                "`new` sends the object from the editor, which `echo only` prevents",
            )
            .hint("`set echo on` shows what is sent, and sends it")
            .at(call.span));
        }
        self.on_terminal(|shell| shell.written(&call))
    }

    fn written(&mut self, call: &Call) -> Result<(), Error> {
        let span = call.span.clone();
        self.refuse_write(call)?;
        // Which fields there are.
        self.learn_release()?;
        self.check_release(call)?;
        self.check_is_new(call)?;
        let release = self.session.settings.api.release;
        let body = call.command.route().and_then(|route| route.body);
        let body = body.map_or(Type::Any, Type::read);
        let (name, sent_by) = (file_name(call), sent_by(call));
        let named = name_slots(call).map(|slot| slot.param.key).collect();
        let base = call.change.body();
        let title = format!(
            "{sent_by}: comments are not sent. Remove the `//` in front of a field to set it. \
             Secrets: \"@FILE\" reads one from a file. An empty file adds nothing."
        );
        let original = template(&body, &base, release, &title);
        let mut open = OpenEdit {
            editor: TextEditor::chosen(|name| self.session.var(name), SECRETS),
            name,
            sent_by,
            named,
            body,
            base,
            text: original.clone(),
            original,
        };
        self.keeping_unsent(span, |shell, unsent| {
            while !shell.add_written(call, &mut open, unsent)? {}
            Ok(())
        })
    }

    /// Refuses the name of an object that already exists, before anything is written. An admin
    /// may be allowed to add what it may not see, so another refusal decides nothing.
    fn check_is_new(&mut self, call: &Call) -> Result<(), Error> {
        if call.command.added_reader().is_none() || name_of(call).is_empty() {
            return Ok(());
        }
        match self.already_there(call) {
            Ok(None) => Ok(()),
            Ok(Some(_)) => {
                let noun = call.command.noun();
                let name = quoted(&name_of(call));
                let why = format!("{} already exists; nothing was sent", called(call));
                let error = Error::typed(why).at(call.span.clone());
                Err(error.hint(format!("`edit {noun} {name}` changes it")))
            }
            Err(error) => match error.fault {
                Fault::Refused(status) if status != 401 => Ok(()),
                _ => Err(error),
            },
        }
    }

    /// Adds what the user writes; returns whether that is the end, and not a mistake that the
    /// user wants to correct.
    fn add_written(
        &mut self,
        call: &Call,
        open: &mut OpenEdit,
        unsent: &Mutex<Option<UnsentEdit>>,
    ) -> Result<bool, Error> {
        let is_as_it_was = |open: &OpenEdit| open.text == open.original;
        let after = self.until_right(open, unsent)?;
        let after = after.map(|mut after| {
            without_empty_parts(&open.body, &mut after);
            after
        });
        let Some(after) = after.filter(|_| !is_as_it_was(open)) else {
            let why = if open.text.trim().is_empty() {
                "the file is empty"
            } else {
                "the template was not changed"
            };
            self.screen().remark(&format!("nothing was sent: {why}\n"));
            return Ok(true);
        };
        let fields = plural(count(&after), "field");
        let what = format!("{}: {fields}", open.sent_by);
        self.asker.confirm(&what, &self.session.settings)?;
        let mut post = self.prepare(call.clone())?;
        post.spec.body = Some(Body::new(after));
        echo(self, &post.spec)?;
        let sent = self.send_authorized(&mut post)?;
        match self.read(&post, sent) {
            // Nothing was added: the text can be corrected.
            Err(error) if invalid(&error) => {
                self.screen().report(&error, "", &Place::Terminal);
                let answer = self.session.answer.as_ref();
                let answer = answer.and_then(|answer| answer.json.as_ref());
                open.note(&with_words(error, answer, &post.spec), None);
                if self.asker.edit_again()? {
                    return Ok(false);
                }
                let given_up = "not edited again; nothing was added";
                Err(Error::new(Fault::Interrupted, given_up))
            }
            done => done.map(|()| true),
        }
    }
}

/// How many fields an object has, those of its parts counted one by one.
fn count(json: &Json) -> usize {
    let Some(members) = json.as_object() else {
        return 1;
    };
    members.values().map(count).sum()
}
