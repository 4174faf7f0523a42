//! A server of `on`, and what is to run there: everything that can be said before anything
//! is sent.

use super::super::builtin::{OnServers, builtin};
use crate::catalog::many::YES_PARAM;
use crate::catalog::{self, Command, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed, ValueOrigin};
use crate::line::parse::Parser;
use crate::session::Session;
use crate::settings::{Echo, Setting, Settings};
use crate::shell::beside::{Beside, of_server};
use crate::shell::{Shell, raw, refusal};
use crate::text::words::plural;
use std::ops::ControlFlow;
use url::Url;

pub(super) struct Target {
    pub(super) beside: Beside,
    /// The command, as its words are read for the assumed release; `None` if only the
    /// server's release says what it is.
    pub(super) inner: Option<Call>,
    /// Whether the command changes something, as far as that is known before it runs.
    pub(super) writes: bool,
    /// Why it does not run there: `read_only`.
    pub(super) refused: Option<Error>,
    /// Whether it needs a login there.
    needs_login: bool,
    /// The settings that the command's flags name: the list is printed under them as well.
    pub(super) flags: Vec<(&'static Setting, String)>,
}

/// What `--help` is about; `None` is the program.
type HelpTopic = Option<&'static Command>;

/// The servers of these profiles, each with the command checked for it; the help page, if
/// that is what the command asks for.
pub(super) fn targets(
    shell: &Shell,
    settings: &Settings,
    names: &[String],
    call: &Call,
) -> Result<ControlFlow<HelpTopic, Vec<Target>>, Error> {
    let mut targets = Vec::new();
    for name in names {
        match target(shell, settings, name, call)? {
            ControlFlow::Continue(target) => targets.push(target),
            ControlFlow::Break(topic) => return Ok(ControlFlow::Break(topic)),
        }
    }
    Ok(ControlFlow::Continue(targets))
}

fn target(
    shell: &Shell,
    settings: &Settings,
    name: &str,
    call: &Call,
) -> Result<ControlFlow<HelpTopic, Target>, Error> {
    let of = |error: Error| of_server(name, error);
    let mut beside = shell.beside(settings, name).map_err(of)?;
    let session = &mut beside.shell.session;
    let Some(parsed) = inner(name, &session.settings, call)? else {
        return Ok(ControlFlow::Continue(Target {
            beside,
            inner: None,
            writes: may_write(call),
            refused: None,
            needs_login: true,
            flags: Vec::new(),
        }));
    };
    let set = session.settings.begin_overrides(&parsed.overrides);
    set.map_err(|why| of(Error::typed(why)))?;
    let inner = match parsed.content {
        Content::Call(inner) => inner,
        Content::Help(topic) => return Ok(ControlFlow::Break(topic)),
        Content::Nothing => return Err(no_command(call)),
    };
    let is_shown = session.settings.echo == Echo::Only;
    Ok(ControlFlow::Continue(Target {
        writes: !is_shown && writes(session, &inner),
        refused: beside.shell.refuse_write(&inner).err(),
        needs_login: !is_shown && on_servers(&inner) == OnServers::ByLogin,
        flags: parsed.overrides,
        inner: Some(inner),
        beside,
    }))
}

/// The error of writes that need a confirmation, and of secrets without a value, where the
/// shell cannot ask for them.
pub(super) fn unasked(shell: &Shell, call: &Call, targets: &[Target]) -> Result<(), Error> {
    let calls = || targets.iter().filter_map(|target| target.inner.as_ref());
    let mut slots = calls().flat_map(|inner| &inner.slots);
    if let Some(slot) = slots.find(|slot| slot.from == ValueOrigin::Ask) {
        let flag = slot.param.flag();
        let why = format!("`{flag}` needs a value: `on` does not ask for it");
        let hint = format!("take it from the environment: `{flag} $env.NAME`");
        return Err(Error::typed(why).hint(hint).at(call.span.clone()));
    }
    if is_confirmed(call, targets) {
        return Ok(());
    }
    // The question for several objects is not asked for several servers.
    if let Some(error) = calls().find_map(refusal) {
        return Err(error);
    }
    // A file that is sourced on a terminal runs as it does elsewhere.
    let may_ask = shell.asker.may_prompt() && !shell.progress.has_place();
    if may_ask || !targets.iter().any(|target| target.writes) {
        return Ok(());
    }
    let message = format!(
        "`{}` on {} needs a confirmation, and the shell cannot ask for it here",
        name_of(call),
        plural(targets.len(), "server")
    );
    let hint = format!("`on --{YES_PARAM} SERVERS COMMAND` confirms it");
    Err(Error::typed(message).hint(hint).at(call.span.clone()))
}

/// Refuses a write that would be sent to one server twice.
pub(super) fn check_writes_once(call: &Call, targets: &[Target]) -> Result<(), Error> {
    let may_run = |target: &&Target| target.writes && target.refused.is_none();
    let mut seen: Vec<(&str, &Url)> = Vec::new();
    for Target { beside, .. } in targets.iter().filter(may_run) {
        let url = &beside.shell.session.settings.base_url;
        if let Some((first, _)) = seen.iter().find(|(_, other)| *other == url) {
            let (second, name) = (&beside.name, name_of(call));
            let why = format!(
                "`{first}` and `{second}` are profiles of the same server, and `{name}` changes something; nothing was sent"
            );
            let error = Error::typed(why).hint("name one of them only");
            return Err(error.at(call.span.clone()));
        }
        seen.push((&beside.name, url));
    }
    Ok(())
}

/// Whether no question is needed, by what was typed.
pub(super) fn is_confirmed(call: &Call, targets: &[Target]) -> bool {
    let says_so = |target: &Target| target.inner.as_ref().is_some_and(Call::is_confirmed);
    call.is_on(YES_PARAM) || targets.iter().all(says_so)
}

fn no_command(call: &Call) -> Error {
    let error = Error::typed("`on` needs a command").at(call.span.clone());
    error.hint("for example `on all get_version`")
}

/// The command after the servers, for the server of this name; `None` if only the server's
/// release decides if it is right.
fn inner(name: &str, settings: &Settings, call: &Call) -> Result<Option<Parsed>, Error> {
    if call.rest.is_empty() {
        return Err(no_command(call));
    }
    let parsed = match Parser::default().parse(&call.rest, settings.api) {
        Err(error) if error.of_release => return Ok(None),
        parsed => parsed.map_err(|error| of_server(name, error))?,
    };
    check_may_run(&parsed, call)?;
    Ok(Some(parsed))
}

/// Refuses what does not ask a server, or needs the one of this session, and flags that
/// would send the request to another server or in a less safe way.
pub(super) fn check_may_run(parsed: &Parsed, call: &Call) -> Result<(), Error> {
    if let Content::Call(inner) = &parsed.content {
        check_is_for_several(inner)?;
    }
    let is_of_server = |(setting, _): &&(&'static Setting, String)| setting.key.is_of_a_server();
    let Some((setting, _)) = parsed.overrides.iter().find(is_of_server) else {
        return Ok(());
    };
    let flag = setting.param.flag();
    let why = format!("`{flag}` belongs to a server: set it in its profile");
    Err(Error::typed(why).at(call.span.clone()))
}

/// The name of the command after the servers, as it was typed.
pub(super) fn name_of(call: &Call) -> &str {
    let name = call.rest.iter().find(|word| !word.text.starts_with('-'));
    name.map_or("", |word| word.text.as_str())
}

/// Whether a command changes something that this release does not have, or not with these
/// words: its rows of the other releases say that.
fn may_write(call: &Call) -> bool {
    let words = call.rest.iter().map(|word| word.text.replace('-', "_"));
    let words: Vec<String> = words.collect();
    let is_named = |row: &&Command| words.iter().any(|word| row.is_called(word));
    let mut rows = catalog::every().filter(is_named).peekable();
    rows.peek().is_none() || rows.any(Command::writes)
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

fn check_is_for_several(inner: &Call) -> Result<(), Error> {
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
