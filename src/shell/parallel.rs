//! Which commands of a file may be sent before those ahead of them are answered.

use super::pages::reads_all;
use super::{Prepared, Shell};
use crate::catalog::{CommandKind, Effect, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed, ValueOrigin};
use crate::line::variables::{Arg, PathPart, Scope, Unset, VariableValue, expand_but};
use crate::session::Session;
use crate::settings::{Echo, Key};
use crate::text::lex::Word;

/// How a command of a file runs next to those before it that have no answer yet.
pub(crate) enum Parallel {
    /// Its request may be sent at once.
    Start(Box<Prepared>),
    /// It needs an answer that is not there yet, or it is wrong: all before it end first.
    WaitForAll,
    /// It is parsed, and runs once all before it have ended.
    Sequential(Box<Parsed>),
}

impl Shell {
    /// Looks whether a command may be sent ahead of its turn. `settled` is
    /// whether all before it are done; `writes` whether one that writes may be.
    pub(crate) fn prepare_parallel(
        &mut self,
        words: &[Word],
        settled: bool,
        writes: bool,
    ) -> Parallel {
        let args = known_words(&self.session, words, settled);
        let Some(args) = args else {
            return Parallel::WaitForAll;
        };
        let parsed = self.parse(&args);
        // A request for the release must wait for its turn.
        let must_ask = self.must_ask_release(&parsed, |parser, api| parser.parse(&args, api));
        let Some(parsed) = parsed.ok().filter(|_| !must_ask) else {
            return Parallel::WaitForAll;
        };
        let Content::Call(call) = &parsed.content else {
            return Parallel::Sequential(Box::new(parsed));
        };
        // A login is waited for, so that its outcome is reported once.
        if self.session.needs_login() || !is_one_request(call, settled, writes) {
            return Parallel::Sequential(Box::new(parsed));
        }
        let Parsed { overrides, content } = parsed;
        let Content::Call(call) = content else {
            return Parallel::WaitForAll;
        };
        let alone = !overrides.is_empty();
        // A timed command runs in its turn.
        let is_timed = overrides.iter().any(|(one, _)| one.key == Key::Timing);
        let prepared = self.under(&overrides, |shell| {
            if is_timed || shell.session.settings.echo == Echo::Only {
                return Ok(None);
            }
            let mut prepared = shell.prepare(call)?;
            prepared.settings = alone.then(|| shell.session.settings.clone());
            Ok(Some(prepared))
        });
        match prepared {
            Ok(Some(prepared)) => Parallel::Start(Box::new(prepared)),
            _ => Parallel::WaitForAll,
        }
    }
}

/// The words of a command with their variables replaced, if all of these are
/// known; `settled` is whether all commands before it are done.
fn known_words(session: &Session, words: &[Word], settled: bool) -> Option<Vec<Arg>> {
    let args = if settled {
        session.expanded(words)
    } else {
        let unset = Unset {
            later: true,
            missing: false,
        };
        expand_but(words, &Unsettled(session), unset)
    };
    let args = args.ok()?;
    (!args.iter().any(|arg| arg.later)).then_some(args)
}

/// Whether a call is a single request whose values are all known.
fn is_one_request(call: &Call, settled: bool, writes: bool) -> bool {
    let reads = match &call.command.kind {
        CommandKind::Request(route) => route.effect == Effect::Reads,
        CommandKind::Shell(Verb::Raw(method)) => !method.writes(),
        CommandKind::Shell(_) => return false,
    };
    let is_known = |from: ValueOrigin| match from {
        ValueOrigin::LastUserId | ValueOrigin::LastUsername => settled,
        ValueOrigin::Ask | ValueOrigin::Later => false,
        ValueOrigin::Typed | ValueOrigin::Default | ValueOrigin::Json => true,
    };
    let mut slots = call.slots.iter();
    (reads || writes)
        && !call.is_change()
        && !call.has_model()
        && call.if_exists().is_none()
        && !reads_all(call)
        && !call.is_many()
        && !call.view.is_any()
        && slots.all(|slot| is_known(slot.from))
}

/// A session that still waits for its last answers.
struct Unsettled<'a>(&'a Session);

impl Scope for Unsettled<'_> {
    fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error> {
        if self.0.changes(name) {
            return Ok(VariableValue::NotYet(Error::typed("not yet")));
        }
        self.0.variable(name, path)
    }
}
