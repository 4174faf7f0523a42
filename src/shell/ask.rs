//! What a person at the terminal is asked: secrets, and before something goes.

use super::Shell;
use crate::catalog::{Effect, Route, Value};
use crate::error::{Error, Fault};
use crate::input::secret;
use crate::input::terminal::Typed;
use crate::line::call::{Call, From};
use crate::line::change;
use crate::settings::Echo;
use crate::text::clean;

/// What is said to who does not agree.
pub(super) const DECLINED: &str = "not done; nothing was sent";

impl Shell {
    pub(super) fn ask_secrets(&mut self, call: &mut Call) -> Result<(), Error> {
        self.can_ask(call)?;
        let mut asked = false;
        for slot in call.slots.iter_mut().filter(|slot| slot.from == From::Ask) {
            slot.value = Some(Value::Text(self.ask_secret(slot.param.name)?));
            slot.from = From::Typed;
            asked = true;
        }
        if asked {
            change::refresh(call, self.session.settings.api.release)?;
        }
        Ok(())
    }

    /// Asks for a secret, called so; what is typed is not shown.
    pub(crate) fn ask_secret(&mut self, name: &str) -> Result<String, Error> {
        let question = format!("{name}: ");
        let typed = match self.terminal.as_mut() {
            Some(terminal) => terminal.ask_secret(&question),
            None => secret::ask(&question, &self.interrupt),
        };
        match typed {
            Ok(Typed::Text(secret)) => Ok(secret),
            Ok(Typed::Interrupted | Typed::End) => Err(Error::new(
                Fault::Interrupted,
                "interrupted; nothing was sent",
            )),
            Err(why) => Err(Error::local(format!("cannot read the {name}: {why}"))),
        }
    }

    /// Whether someone can be asked for the secrets of a call, if there are any to ask for.
    pub(crate) fn can_ask(&self, call: &Call) -> Result<(), Error> {
        let mut slots = call.slots.iter();
        let Some(slot) = slots.find(|slot| slot.from == From::Ask && !self.asks) else {
            return Ok(());
        };
        let name = slot.param.name;
        // The words of a single command are sh's own: no variables in them.
        let line = if self.progress.state().place.is_some() {
            format!("--{name} $env.NAME")
        } else {
            format!("-c '{} … --{name} $env.NAME'", call.command.name)
        };
        Err(not_asked(name, &line).at(call.span.clone()))
    }

    /// Asks before something is destroyed, where someone can answer.
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

    /// Asks whether something may be destroyed, where someone can answer.
    pub fn agreed(&mut self, what: &str) -> Result<(), Error> {
        let settings = &self.session.settings;
        let asks = settings.confirm && settings.echo != Echo::Only && !self.agreed_to;
        let Some(terminal) = self.terminal.as_mut().filter(|_| asks) else {
            return Ok(());
        };
        let answer = terminal
            .ask(&format!("{what}. Do it? [y/N] "))
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        match answer {
            Typed::Text(text) if matches!(text.trim(), "y" | "Y" | "yes") => Ok(()),
            _ => Err(Error::new(Fault::Interrupted, DECLINED)),
        }
    }
}

/// A secret without a value where nobody can be asked; `line` is how it can be given.
pub(crate) fn not_asked(name: &str, line: &str) -> Error {
    Error::typed(format!(
        "`--{name}` needs a value: without a terminal nothing is asked"
    ))
    .hint(format!("take it from the environment: `{line}`"))
}

/// A secret that would be asked for, where nothing is sent: it is shown nowhere.
pub(crate) fn fill_in_asked(call: &mut Call) {
    for slot in call.slots.iter_mut().filter(|slot| slot.from == From::Ask) {
        // With a quote: the curl line must be right for whatever will be exported.
        slot.value = Some(Value::Text("\"asked\"".to_owned()));
        slot.from = From::Typed;
    }
    call.change = change::shown(call);
}
