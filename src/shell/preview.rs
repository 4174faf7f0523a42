//! Shows a request instead of sending it, or before sending it.

use super::clone::has_model;
use super::update::is_change;
use super::{Shell, fill_in_asked};
use crate::catalog::{Does, Value, Verb};
use crate::error::Error;
use crate::line::call::{Call, ValueOrigin};
use crate::line::change;
use crate::output::format;
use crate::request::ShowAs;
use crate::request::curl;
use crate::request::{self, RequestSpec};
use crate::settings::Echo;
use crate::shell::raw;

impl Shell {
    /// The request of a command that is only shown: unknown values
    /// are shown as typed.
    fn shown_spec(&self, mut call: Call) -> Result<RequestSpec, Error> {
        let mut text = |_, file: &str| raw::text_of(file, &mut None);
        request::load(&mut call, self.session.settings.api, &mut text)?;
        fill_in_asked(&mut call);
        for slot in &mut call.slots {
            match slot.from {
                ValueOrigin::Later => {
                    slot.value = slot.later.take();
                    slot.from = ValueOrigin::Typed;
                }
                ValueOrigin::LastUserId => slot.value = Some(Value::Text("$id".to_owned())),
                _ => {}
            }
        }
        call.change = change::shown(&call);
        self.spec_of(&call)
    }

    /// The request, to be shown, of a command whose values are known.
    pub(crate) fn spec_of(&self, call: &Call) -> Result<RequestSpec, Error> {
        let spec = match &call.command.does {
            Does::Request(route) => self.spec(call, route),
            Does::Shell(Verb::Raw(method)) => raw::spec(&self.session.settings, *method, call)?,
            Does::Shell(_) => {
                let name = call.command.name;
                return Err(Error::typed(match call.command.verb() {
                    Some(Verb::Recipe(..)) => {
                        format!("`{name}` makes several requests: `help {name}` lists them")
                    }
                    _ => format!("`{name}` sends no request"),
                })
                .at(call.span.clone()));
            }
        };
        Ok(spec.proved(self.proof()).over(&self.session.settings.tls))
    }

    /// Shows the request of a command instead of sending it.
    pub(crate) fn show_request(&self, call: Call, form: ShowAs, first: bool) -> Result<(), Error> {
        self.say_it_reads(&call, form);
        let spec = self.shown_spec(call)?;
        let between = !first && format::has_empty_lines(self.session.settings.output);
        self.print(&match form {
            ShowAs::Curl => format!("{}\n", curl::line(&spec)),
            ShowAs::Raw if between => format!("\n{}", curl::raw(&spec)),
            ShowAs::Raw => curl::raw(&spec),
        })
    }

    /// Warns about what the shown request of a change lacks. A line to copy
    /// is a danger, so quiet runs are warned as well.
    pub(crate) fn say_it_reads(&self, call: &Call, form: ShowAs) {
        let name = call.command.name;
        if has_model(call) {
            self.say(&format!(
                "warning: this request alone sends only what you typed; `{name}` reads the source object first and \
                 sends the rest as well\n"
            ));
        }
        if !is_change(call) {
            return;
        }
        match form {
            ShowAs::Curl => self.say(&format!(
                "warning: this request alone {}; `{name}` reads the object first and keeps the fields you do not name\n",
                call.command.unnamed(self.session.settings.api.release).alone(),
            )),
            ShowAs::Raw => self.remark(&format!(
                "`{name}` reads the object first and keeps the fields you do not name\n"
            )),
        }
    }

    /// Shows the request as the setting `echo` says; returns whether to send it.
    pub(super) fn echo(&self, spec: &RequestSpec) -> Result<bool, Error> {
        match self.session.settings.echo {
            Echo::Off | Echo::Commands => {}
            Echo::On => self.say(&format!("{}\n", curl::line(spec))),
            Echo::Only => {
                self.print(&format!("{}\n", curl::line(spec)))?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}
