//! Shows a request instead of sending it, or before sending it.

use super::Shell;
use super::many::show_many;
use super::pages::{first_page, reads_all};
use super::raw;
use crate::catalog::{CommandKind, OfList, Value, Verb};
use crate::error::Error;
use crate::line::call::{Call, ValueOrigin};
use crate::line::change;
use crate::output::format;
use crate::request::{self, RequestSpec, ShowAs, curl, snippet};
use crate::secret::Secret;
use crate::session::Session;
use crate::settings::Echo;
use crate::text::words::listed;
use std::collections::BTreeSet;

/// The request of a command that is only shown: unknown values
/// are shown as typed.
fn shown_spec(session: &Session, mut call: Call) -> Result<RequestSpec, Error> {
    if reads_all(&call) {
        call = first_page(&call);
    }
    let mut text = |_, file: &str| raw::text_of(file, &mut None);
    request::load(&mut call, session.settings.api, &mut text)?;
    fill_in_asked(&mut call);
    for slot in &mut call.slots {
        match slot.from {
            ValueOrigin::Later => {
                slot.value = slot.later.take();
                slot.from = ValueOrigin::Typed;
            }
            ValueOrigin::LastUserId => slot.value = Some(Value::Text("$id".to_owned())),
            ValueOrigin::LastUsername => slot.value = Some(Value::Text("$username".to_owned())),
            _ => {}
        }
    }
    call.change = change::shown(&call);
    spec_of(session, &call)
}

/// The request, to be shown, of a command whose values are known.
pub(crate) fn spec_of(session: &Session, call: &Call) -> Result<RequestSpec, Error> {
    let spec = match &call.command.kind {
        CommandKind::Request(route) => session.spec(call, route),
        CommandKind::Shell(Verb::Raw(method)) => raw::spec(&session.settings, *method, call)?,
        CommandKind::Shell(_) => {
            let name = call.command.name;
            return Err(Error::typed(match call.command.verb() {
                Some(Verb::Recipe(..)) => {
                    format!("`{name}` makes several requests: `help {name}` lists them")
                }
                Some(Verb::Diff | Verb::Edit | Verb::New | Verb::Undo) => {
                    format!("the requests of `{name}` depend on answers and on what you decide")
                }
                Some(Verb::Watch) => format!("`{name}` repeats a command: `explain` that one"),
                Some(Verb::Compare) => format!("`{name}` makes several requests"),
                Some(Verb::On) => format!("`{name}` runs a command: `explain` that one"),
                _ => format!("`{name}` sends no request"),
            })
            .at(call.span.clone()));
        }
    };
    Ok(spec.proved(session.proof()).over(&session.settings.tls))
}

/// Shows the request of a command instead of sending it.
pub(crate) fn show_request(
    shell: &Shell,
    call: Call,
    form: ShowAs,
    first: bool,
) -> Result<(), Error> {
    if call.is_many() {
        return show_many(shell, &call, form, first);
    }
    warn_of_read(shell, &call, form);
    show_one(shell, call, form, first)
}

/// Shows the request of a command that is about one object.
pub(super) fn show_one(shell: &Shell, call: Call, form: ShowAs, first: bool) -> Result<(), Error> {
    let spec = shown_spec(&shell.session, call)?;
    let between = !first && format::has_empty_lines(shell.session.settings.output);
    let shown = snippet::of(&spec, form)?;
    shell.screen().print(&match form {
        ShowAs::Raw | ShowAs::Python if between => format!("\n{shown}"),
        _ => shown,
    })
}

/// Warns about what the shown request of a change lacks. A line to copy
/// is a danger, so quiet runs are warned as well.
pub(crate) fn warn_of_read(shell: &Shell, call: &Call, form: ShowAs) {
    let name = call.command.name;
    let screen = shell.screen();
    if call.has_model() {
        screen.say(&format!(
            "warning: this request alone sends only what you typed; `{name}` reads the source object first and \
             sends the rest as well\n"
        ));
    }
    if call.if_exists().is_some() {
        screen.say(&format!(
            "warning: this request alone always adds an object; `{name}` first checks whether it exists\n"
        ));
    }
    if reads_all(call) && call.of_list(OfList::Limit).is_some() {
        screen.say(&format!(
            "warning: this request reads the first page; `{name}` reads the others as well\n"
        ));
    }
    if call.view.is_any() {
        screen.say(&format!(
            "warning: `{name}` filters or sorts the answer of this request\n"
        ));
    }
    if !call.is_change() {
        return;
    }
    match form {
        ShowAs::Raw => screen.remark(&format!(
            "`{name}` reads the object first and keeps the fields you do not name\n"
        )),
        _ => screen.say(&format!(
            "warning: this request alone {}; `{name}` reads the object first and keeps the fields you do not name\n",
            call.command.unnamed(shell.session.settings.api.release).consequence(),
        )),
    }
    let edits = call.change.edits.iter();
    let lists: BTreeSet<String> = edits
        .filter(|edit| edit.needs_list())
        .map(|edit| edit.path.to_string())
        .collect();
    if !lists.is_empty() {
        let lists = listed(lists);
        screen.say(&format!(
            "warning: this request has only the items that are added to {lists}; `{name}` keeps the others\n"
        ));
    }
}

/// Shows the request as the setting `echo` says; returns whether to send it.
pub(super) fn echo(shell: &Shell, spec: &RequestSpec) -> Result<bool, Error> {
    let line = || format!("{}\n", curl::line(spec));
    match shell.session.settings.echo {
        Echo::Off | Echo::Commands => {}
        Echo::On => shell.screen().say_as_it_is(&line()),
        Echo::Only => {
            shell.screen().print(&line())?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// A placeholder for a prompted secret when nothing is sent: it is never shown.
pub(crate) fn fill_in_asked(call: &mut Call) {
    let mut filled = false;
    for slot in call
        .slots
        .iter_mut()
        .filter(|slot| slot.from == ValueOrigin::Ask)
    {
        // With a quote: the curl line must be right for whatever will be exported.
        slot.value = Some(Value::Secret(Secret::new("\"asked\"")));
        slot.from = ValueOrigin::Typed;
        filled = true;
    }
    if filled {
        call.change = change::shown(call);
    }
}
