//! A server of `on`, and what is to run there: everything that can be said before anything
//! is sent.

use super::super::builtin::{OnServers, builtin};
use crate::catalog::many::YES_PARAM;
use crate::catalog::{Command, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed};
use crate::line::parse::Parser;
use crate::session::Session;
use crate::settings::{Echo, Setting, Settings};
use crate::shell::beside::{Beside, of_server};
use crate::shell::{Shell, raw, refusal};

pub(super) struct Target {
    pub(super) beside: Beside,
    /// Whether the command changes something, as far as that is known before it runs.
    pub(super) writes: bool,
    /// Whether the command says that it needs no question.
    pub(super) confirmed: bool,
    /// Why it does not run there: `read_only`.
    pub(super) refused: Option<Error>,
    /// Whether it needs a login there.
    needs_login: bool,
    /// The settings that the command's flags name: the list is printed under them as well.
    pub(super) flags: Vec<(&'static Setting, String)>,
}

/// The server of a profile, with the command checked for it; `None` for a help page.
pub(super) fn target(shell: &Shell, name: &str, call: &Call) -> Result<Option<Target>, Error> {
    let of = |error: Error| of_server(name, error);
    let mut beside = shell.beside(&shell.session.settings, name).map_err(of)?;
    let Some(parsed) = inner(name, &beside.shell.session.settings, call)? else {
        return Ok(Some(Target {
            beside,
            // Only the server's release says what it is.
            writes: true,
            confirmed: false,
            refused: None,
            needs_login: true,
            flags: Vec::new(),
        }));
    };
    let settings = &mut beside.shell.session.settings;
    let set = settings.begin_overrides(&parsed.overrides);
    set.map_err(|why| of(Error::typed(why)))?;
    let Content::Call(inner) = parsed.content else {
        return Ok(None);
    };
    if let Some(error) = refusal(&inner).filter(|_| !call.is_on(YES_PARAM)) {
        return Err(error);
    }
    let is_shown = beside.shell.session.settings.echo == Echo::Only;
    Ok(Some(Target {
        writes: !is_shown && writes(&beside.shell.session, &inner),
        confirmed: inner.is_confirmed(),
        refused: beside.shell.refuse_write(&inner).err(),
        needs_login: !is_shown && on_servers(&inner) == OnServers::ByLogin,
        flags: parsed.overrides,
        beside,
    }))
}

/// The command after the servers, for the server of this name; `None` if only the server's
/// release decides if it is right.
pub(super) fn inner(name: &str, settings: &Settings, call: &Call) -> Result<Option<Parsed>, Error> {
    if call.rest.is_empty() {
        let error = Error::typed("`on` needs a command").at(call.span.clone());
        return Err(error.hint("for example `on all get_version`"));
    }
    let parsed = match Parser::default().parse(&call.rest, settings.api) {
        Err(error) if error.of_release => return Ok(None),
        parsed => parsed.map_err(|error| of_server(name, error))?,
    };
    if let Content::Call(inner) = &parsed.content {
        check_is_for_several(inner)?;
    }
    let is_of_server = |(setting, _): &&(&'static Setting, String)| setting.key.is_of_a_server();
    if let Some((setting, _)) = parsed.overrides.iter().find(is_of_server) {
        let flag = setting.param.flag();
        let why = format!("`{flag}` belongs to a server: set it in its profile");
        return Err(Error::typed(why).at(call.span.clone()));
    }
    Ok(Some(parsed))
}

/// The name of the command after the servers, as it was typed.
pub(super) fn name_of(call: &Call) -> &str {
    let name = call.rest.iter().find(|word| !word.text.starts_with('-'));
    name.map_or("", |word| word.text.as_str())
}

/// A request as it is typed may change something with a GET, too.
fn writes(session: &Session, inner: &Call) -> bool {
    match inner.command.verb() {
        Some(Verb::Raw(method)) => {
            raw::spec(&session.settings, method, inner).map_or(true, |spec| session.writes(&spec))
        }
        _ => inner.writes(),
    }
}

fn on_servers(inner: &Call) -> OnServers {
    // A command of the API is a request.
    builtin(inner.command).map_or(OnServers::ByLogin, |row| (row.on_servers)(inner))
}

/// Refuses what does not ask a server, or needs the one of this session.
pub(super) fn check_is_for_several(inner: &Call) -> Result<(), Error> {
    if on_servers(inner) != OnServers::Refused {
        return Ok(());
    }
    let Command { name, .. } = inner.command;
    Err(Error::typed(format!("`on` cannot run `{name}`"))
        .hint("it runs commands that only need a server, such as `get_users`")
        .at(inner.span.clone()))
}

/// Gets the passwords of all servers before anything is sent to one of them.
pub(super) fn log_in(shell: &mut Shell, targets: &mut [Target]) -> Result<(), Error> {
    let asks = |target: &&mut Target| target.needs_login && target.refused.is_none();
    let targets = targets.iter_mut().filter(asks);
    shell.need_passwords_beside(targets.map(|target| &mut target.beside))
}
