//! A request that is shown: in place of being sent, or before it is.

use super::clone::has_model;
use super::update::is_change;
use super::{Shell, fill_in_asked};
use crate::catalog::{Does, Value, Verb};
use crate::error::Error;
use crate::line::call::{Call, From};
use crate::line::change;
use crate::request::ShowAs;
use crate::request::curl;
use crate::request::{self, RequestSpec};
use crate::settings::{Echo, Output};
use crate::shell::raw;

impl Shell {
    /// The request of a command that is only shown: what is not known yet
    /// stands there as it is typed.
    fn shown_spec(&self, mut call: Call) -> Result<RequestSpec, Error> {
        let mut text = |_, file: &str| raw::text_of(file, &mut None);
        request::load(&mut call, self.session.settings.api, &mut text)?;
        fill_in_asked(&mut call);
        for slot in &mut call.slots {
            match slot.from {
                From::Later => {
                    slot.value = slot.later.take();
                    slot.from = From::Typed;
                }
                From::LastUserId => slot.value = Some(Value::Text("$id".to_owned())),
                _ => {}
            }
        }
        call.change = change::shown(&call);
        self.spec_of(&call)
    }

    /// The request of a command whose values are known, as it is shown.
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

    /// Shows the request of a command in place of sending it.
    pub(crate) fn show_request(&self, call: Call, form: ShowAs, first: bool) -> Result<(), Error> {
        self.say_it_reads(&call, form);
        let spec = self.shown_spec(call)?;
        let between = !first && self.session.settings.output != Output::Ndjson;
        self.print(&match form {
            ShowAs::Curl => format!("{}\n", curl::line(&spec)),
            ShowAs::Raw if between => format!("\n{}", curl::raw(&spec)),
            ShowAs::Raw => curl::raw(&spec),
        })
    }

    /// What the request of a change, shown alone, does not show. A line to copy
    /// is a danger, of which quiet runs are told as well.
    pub(crate) fn say_it_reads(&self, call: &Call, form: ShowAs) {
        let name = call.command.name;
        if has_model(call) {
            self.say(&format!(
                "warning: this line alone adds what is typed and no more; `{name}` first reads the other one and \
                 sends the rest as that has it\n"
            ));
        }
        if !is_change(call) {
            return;
        }
        match form {
            ShowAs::Curl => self.say(&format!(
                "warning: this line alone {}; `{name}` first reads the object and sends the rest as the server has it\n",
                call.command.unnamed(self.session.settings.api.release).alone(),
            )),
            ShowAs::Raw => self.remark(&format!(
                "`{name}` first reads the object: what is not typed is sent as the server has it\n"
            )),
        }
    }

    /// Shows the request as `echo` has it; whether it is to be sent.
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
