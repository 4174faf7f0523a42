//! `watch`: repeats a command that reads. On a terminal its answer is drawn in place;
//! elsewhere each round prints a document.

mod action;
mod documents;
mod round;
mod screen;
mod until;
mod view;

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs, builtin};
use crate::catalog::{Api, Command, Line, Param, Verb, find};
use crate::error::{Error, Fault};
use crate::line::call::{Call, Content, Parsed};
use crate::line::outline::command_of;
use crate::line::parse::Parser;
use crate::line::variables::{Arg, shown};
use crate::settings::{self, Echo, Setting};
use crate::shell::preview::show_request;
use crate::shell::{Flow, Shell};
use crate::text::lex::Word;
use crate::text::words::this_is;
use std::time::{Duration, Instant};
use until::Until;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::Watch, Runs::Flow(run))
};

/// The shortest interval: a server must have time for other work.
const SHORTEST: Duration = Duration::from_millis(100);

/// Terminals that cannot move the cursor.
const DUMB: &[&str] = &["dumb", "cons25", "emacs"];

/// What is watched, and for how long.
struct Watch {
    call: Call,
    /// The settings of the call.
    overrides: Vec<(&'static Setting, String)>,
    /// The command as it was typed, for people.
    shown: String,
    interval: Duration,
    until: Option<Until>,
    timeout: Option<Duration>,
    /// The number of rounds, if it is limited.
    count: Option<i64>,
    began: Instant,
}

fn run(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let times = Times::read(call)?;
    let words = if call.rest.is_empty() {
        last_reading(shell).ok_or_else(|| missing(call))?
    } else {
        call.rest.clone()
    };
    check_flags(call, &words, shell.session.settings.api)?;
    let parsed = shell.parse_for_server(&words)?;
    let inner = match parsed.content {
        Content::Nothing => return Err(missing(call)),
        Content::Help(topic) => return super::help::run(shell, topic),
        Content::Call(inner) => inner,
    };
    check_reads(&inner)?;
    let (kind, release) = (
        inner.command.answer_type(),
        shell.session.settings.api.release,
    );
    let until = Until::read(call, kind, release, &shell.session)?;
    if shell.session.settings.echo == Echo::Only {
        return shell.under(&parsed.overrides, |shell| super::call(shell, inner));
    }
    let watch = Watch {
        call: inner,
        overrides: parsed.overrides,
        shown: shown(&words),
        interval: times.interval,
        until,
        timeout: times.timeout,
        count: call.typed("count").then(|| call.int("count")),
        began: Instant::now(),
    };
    let done = if draws(shell) {
        screen::run(shell, &watch)
    } else {
        documents::run(shell, &watch)
    };
    done.map_err(|error| watch.closed(error))?;
    Ok(Flow::Continue)
}

/// The last typed command that only reads, as with `\watch` of psql.
fn last_reading(shell: &Shell) -> Option<Vec<Arg>> {
    if shell.in_file() {
        return None;
    }
    let api = shell.session.settings.api;
    let reads = |words: &Vec<Word>| command_of(words, api).is_some_and(Command::only_reads);
    let last = |line: &String| shell.session.commands(line).ok()?.into_iter().rfind(reads);
    let words = shell.session.lines.iter().rev().find_map(last)?;
    shell.session.expanded(&words).ok()
}

impl Watch {
    /// Whether the condition holds after a round, which `succeeded` or not.
    fn holds(&self, shell: &Shell, succeeded: bool) -> Result<bool, Error> {
        let until = self.until.as_ref();
        until.map_or(Ok(false), |until| until.holds(&shell.session, succeeded))
    }

    /// The time that is left; `None` if there is no limit.
    fn left(&self) -> Option<Duration> {
        let timeout = self.timeout?;
        Some(timeout.saturating_sub(self.began.elapsed()))
    }

    /// If stdout was closed before the condition held, the watch has failed.
    fn closed(&self, error: Error) -> Error {
        if error.fault != Fault::OutputClosed || self.until.is_none() {
            return error;
        }
        Error::local(format!("{} before the condition held", error.message))
    }

    /// The error of a watch whose time is over.
    fn timed_out(&self, last: Option<Error>) -> Error {
        let after = format!("`watch` ended after {:?}", self.timeout.unwrap_or_default());
        let error = Error::local(match self.until {
            Some(_) => format!("{after}: the condition did not hold"),
            None => after,
        });
        match last {
            Some(last) => error.hint(format!("the last round failed: {}", last.message)),
            None => error,
        }
    }

    /// Whether the first round shows that no other one can succeed, for example because of a
    /// wrong name. A condition may still come true.
    fn is_hopeless(&self, first: &Error) -> bool {
        let waits = self.until.is_some() || self.timeout.is_some() || self.count.is_some();
        !waits && matches!(first.fault, Fault::NoAnswer | Fault::Refused(400..500))
    }

    /// Whether this was the last round.
    fn is_last(&self, rounds: i64) -> bool {
        self.count.is_some_and(|count| rounds >= count)
    }

    /// The result of a watch after its last round: that of this round.
    fn counted_out(&self, last: Option<Error>) -> Result<(), Error> {
        match (last, &self.until) {
            (Some(last), _) => Err(last),
            (None, Some(_)) => Err(Error::local("the condition did not hold")),
            (None, None) => Ok(()),
        }
    }
}

/// Whether the screen can be drawn and keys can be read. A command of a file prints its
/// rounds.
fn draws(shell: &Shell) -> bool {
    let terminals = shell.screen().terminals();
    let term = shell.session.var("TERM").unwrap_or_default();
    let is_dumb = DUMB.contains(&term);
    cfg!(unix)
        && terminals.stdin
        && terminals.stdout
        && shell.asker.may_prompt()
        && !shell.progress.has_place()
        && !is_dumb
}

/// The interval, and the time for all rounds.
struct Times {
    interval: Duration,
    timeout: Option<Duration>,
}

impl Times {
    fn read(call: &Call) -> Result<Self, Error> {
        let interval = duration(call, "interval")?;
        if interval < SHORTEST {
            let why = format!("the interval of `watch` must be at least {SHORTEST:?}");
            return Err(
                Error::typed(format!("{why}; {}", this_is(call.text("interval"))))
                    .hint("`watch 500ms COMMAND` runs it twice a second")
                    .at(call.place("interval")),
            );
        }
        let timeout = call.typed("timeout").then(|| duration(call, "timeout"));
        Ok(Self {
            interval,
            timeout: timeout.transpose()?,
        })
    }
}

fn duration(call: &Call, name: &str) -> Result<Duration, Error> {
    let typed = call.text(name);
    settings::duration(typed).map_err(|why| {
        let what = if name == "interval" {
            "the interval of `watch`".to_owned()
        } else {
            format!("`--{name}`")
        };
        Error::typed(format!("{what} {why}; {}", this_is(typed))).at(call.place(name))
    })
}

/// A write must not be repeated.
fn check_reads(call: &Call) -> Result<(), Error> {
    let command = call.command;
    if command.only_reads() {
        return Ok(());
    }
    let name = command.name;
    let error = if command.asks() {
        Error::typed(format!(
            "`watch` does not repeat `{name}`, which changes something; nothing was sent"
        ))
    } else {
        Error::typed(format!(
            "`watch` repeats requests to the server, and `{name}` sends none"
        ))
    };
    Err(error
        .hint("it repeats commands that only read, such as `get_users` or `get_connections`")
        .at(call.span.clone()))
}

/// Flags of `watch` stand before the command, whose flags follow its name.
fn check_flags(call: &Call, words: &[Arg], api: &'static Api) -> Result<(), Error> {
    let Some(at) = words
        .iter()
        .position(|word| find(api, &word.text).is_some())
    else {
        return Ok(());
    };
    let (name, flags) = (&words[at].text, &words[at + 1..]);
    let inner = find(api, name);
    let has = |flag: &str| {
        let own = inner.into_iter().flat_map(|row| row.params_in(api.release));
        let is_it = |param: &'static Param| param.name == flag;
        own.into_iter().any(is_it) || settings::find(flag).is_some()
    };
    let is_own = |flag: &str| {
        call.slot(flag)
            .is_some_and(|slot| slot.param.line == Line::Flag)
    };
    let flags = flags.iter().take_while(|word| word.text != "--");
    for word in flags {
        let Some(flag) = word.text.strip_prefix("--") else {
            continue;
        };
        let flag = flag.split('=').next().unwrap_or_default();
        if is_own(flag) && !has(flag) {
            let why = format!("`--{flag}` is a flag of `watch`: it must come before `{name}`");
            let error = Error::typed(why).at(word.span.clone());
            return Err(error.hint(format!("for example `watch --{flag} … {name}`")));
        }
    }
    Ok(())
}

fn missing(call: &Call) -> Error {
    Error::typed("`watch` needs a command")
        .hint("for example `watch get_connections` or `watch 5s get_users`")
        .at(call.span.clone())
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if checking.shown {
        return Ok(());
    }
    if call.is_known() {
        Times::read(call)?;
    }
    let api = checking.settings.api;
    check_flags(call, &call.rest, api)?;
    match inner(&call.rest, api)? {
        Some(Parsed {
            content: Content::Call(inner),
            ..
        }) => {
            check_reads(&inner)?;
            if call.is_known() {
                let kind = inner.command.answer_type();
                Until::read(call, kind, api.release, &checking.shell.session)?;
            }
            Ok(())
        }
        Some(_) => Ok(()),
        None => Err(missing(call)),
    }
}

/// The command after `watch`; `None` if there is none.
fn inner(words: &[Arg], api: &'static Api) -> Result<Option<Parsed>, Error> {
    if words.is_empty() {
        return Ok(None);
    }
    match Parser::default().parse(words, api) {
        // Only the run knows the release of the server.
        Err(error) if error.of_release => Ok(Some(Content::Nothing.into())),
        parsed => parsed.map(Some),
    }
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if !run.open {
        Times::read(call)?;
    }
    let api = run.shell.session.settings.api;
    check_flags(call, &call.rest, api)?;
    let parsed = run.shell.parse(&call.rest)?;
    let Content::Call(inner) = parsed.content else {
        return Ok(false);
    };
    check_reads(&inner)?;
    if !run.open {
        let kind = inner.command.answer_type();
        Until::read(call, kind, api.release, &run.shell.session)?;
    }
    if let Some(Dry::By(dry)) = builtin(inner.command).map(|row| row.dry) {
        return dry(run, &inner);
    }
    let first = !std::mem::replace(run.shown_one, true);
    let form = run.form;
    let show = |shell: &mut Shell| show_request(shell, inner, form, first);
    run.shell.under(&parsed.overrides, show)?;
    Ok(true)
}

/// Whether a failed round is the last one: the next one would fail as well, or do harm.
fn ends(error: &Error) -> bool {
    matches!(
        error.fault,
        Fault::Typed | Fault::Interrupted | Fault::OutputClosed | Fault::Refused(401 | 403)
    )
}
