//! Prompts on the terminal: for secrets, and for confirmation before a deletion.

use super::Shell;
use crate::catalog::{Effect, Route, Value};
use crate::error::{Error, Fault};
use crate::input::secret;
use crate::input::terminal::Typed;
use crate::line::call::{Call, ValueOrigin};
use crate::line::change;
use crate::secret::Secret;
use crate::settings::Echo;
use crate::text::clean;

/// The message after a "no".
pub(super) const DECLINED: &str = "cancelled; nothing was sent";

impl Shell {
    pub(super) fn ask_secrets(&mut self, call: &mut Call) -> Result<(), Error> {
        self.can_ask(call)?;
        let mut asked = false;
        for slot in call
            .slots
            .iter_mut()
            .filter(|slot| slot.from == ValueOrigin::Ask)
        {
            slot.value = Some(Value::Secret(self.ask_secret(slot.param.name)?));
            slot.from = ValueOrigin::Typed;
            asked = true;
        }
        if asked {
            change::refresh(call, self.session.settings.api.release)?;
        }
        Ok(())
    }

    /// Asks for the secret of this name; the input is not shown.
    pub(crate) fn ask_secret(&mut self, name: &str) -> Result<Secret, Error> {
        let question = format!("{name}: ");
        let typed = match self.terminal.as_mut() {
            Some(terminal) => terminal.ask_secret(&question),
            None => secret::ask(&question, &self.interrupt),
        };
        match typed {
            Ok(Typed::Text(secret)) => Ok(Secret::new(secret)),
            Ok(Typed::Interrupted | Typed::End) => Err(Error::new(
                Fault::Interrupted,
                "interrupted; nothing was sent",
            )),
            Err(why) => Err(Error::local(format!("cannot read the {name}: {why}"))),
        }
    }

    /// Checks that the shell can prompt for the secrets of a call, if it needs any.
    pub(crate) fn can_ask(&self, call: &Call) -> Result<(), Error> {
        let mut slots = call.slots.iter();
        let Some(slot) = slots.find(|slot| slot.from == ValueOrigin::Ask && !self.asks) else {
            return Ok(());
        };
        let name = slot.param.name;
        // The words of a single command come from sh: they have no variables of ours.
        let line = if self.progress.state().place.is_some() {
            format!("--{name} $env.NAME")
        } else {
            format!("-c '{} … --{name} $env.NAME'", call.command.name)
        };
        Err(not_asked(name, &line).at(call.span.clone()))
    }

    /// Asks for confirmation before a deletion, on a terminal.
    pub(super) fn confirm(&mut self, call: &Call, route: &Route) -> Result<(), Error> {
        let Effect::Destroys(what) = route.effect else {
            return Ok(());
        };
        let in_path = call.slots.iter().filter(|slot| slot.param.place.in_path());
        let words = in_path.filter_map(|slot| slot.value.as_ref().map(Value::to_word));
        let named: Vec<String> = [call.command.name.to_owned()]
            .into_iter()
            .chain(words)
            .collect();
        let name = self.session.seen.username(call.int("id"));
        let name = name.map_or_else(String::new, |name| format!(" ({})", clean::line(name)));
        self.agreed(&format!("{}{name}: {what}", clean::line(&named.join(" "))))
    }

    /// Asks for confirmation, on a terminal.
    pub fn agreed(&mut self, what: &str) -> Result<(), Error> {
        let settings = &self.session.settings;
        let asks = settings.confirm && settings.echo != Echo::Only && !self.agreed_to;
        let Some(terminal) = self.terminal.as_mut().filter(|_| asks) else {
            return Ok(());
        };
        let answer = terminal
            .ask(&format!("{what}. Continue? [y/N] "))
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        match answer {
            Typed::Text(text) if matches!(text.trim(), "y" | "Y" | "yes") => Ok(()),
            _ => Err(Error::new(Fault::Interrupted, DECLINED)),
        }
    }
}

/// The error for a secret without a value and without a terminal; `line` is how to give it.
pub(crate) fn not_asked(name: &str, line: &str) -> Error {
    Error::typed(format!(
        "`--{name}` needs a value (cannot prompt without a terminal)"
    ))
    .hint(format!("take it from the environment: `{line}`"))
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
