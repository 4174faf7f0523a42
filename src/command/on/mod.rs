//! `on`: a command on the servers of several profiles. Each has a shell of its own, so that
//! nothing of this session changes.

mod report;
mod target;

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs, builtin};
use crate::catalog::many::YES_PARAM;
use crate::catalog::{ALL_SERVERS, Verb};
use crate::error::{Error, Fault};
use crate::line::call::{Call, Content};
use crate::line::variables::shown;
use crate::settings::{Output, Settings};
use crate::shell::Shell;
use crate::shell::asker::declined;
use crate::shell::beside::{Beside, of_server};
use crate::shell::preview::show_request;
use crate::text::words::{EXCERPT, beginning};
use report::{Ended, Report};
use std::ops::ControlFlow;
use target::{Target, check_may_run, check_writes_once, is_confirmed, targets};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::On, Runs::By(run))
};

/// An example for the hints.
const EXAMPLE: &str = "for example `on @prod,@dev get_version`";

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let settings = &shell.session.settings;
    let names = names(settings, call)?;
    // Nothing is sent to any server if the line is wrong for one of them.
    let mut targets = match targets(shell, settings, &names, call)? {
        ControlFlow::Continue(targets) => targets,
        ControlFlow::Break(topic) => return super::help::run(shell, topic).map(drop),
    };
    check_writes_once(call, &targets)?;
    target::unasked(shell, call, &targets)?;
    target::log_in(shell, &mut targets)?;
    let mut read = targets.iter_mut().filter(|target| target.inner.is_some());
    let flags = read.next().map(|target| std::mem::take(&mut target.flags));
    let flags = flags.unwrap_or_default();
    shell.under(&flags, |shell| {
        let mut report = Report::default();
        if targets.iter().any(|target| target.writes) {
            one_by_one(shell, call, targets, &mut report)?;
        } else {
            at_once(shell, call, targets, &mut report)?;
        }
        report.end(names.len())
    })
}

/// The profiles that are named, each once.
fn names(settings: &Settings, call: &Call) -> Result<Vec<String>, Error> {
    let config = settings.config();
    let text = call.text("servers");
    let here = |error: Error| error.at(call.place("servers"));
    if text.is_empty() {
        let error = Error::typed("`on` needs the servers: profiles, or `all`");
        let hint = format!("{EXAMPLE}; `profile list` lists the profiles");
        return Err(error.hint(hint).at(call.span.clone()));
    }
    let mut names: Vec<String> = Vec::new();
    if text == ALL_SERVERS {
        names.extend(config.profile_names().map(str::to_owned));
        if names.is_empty() {
            let error = Error::typed("there are no profiles");
            return Err(here(error.hint("`profile add NAME URL` adds one")));
        }
        return Ok(names);
    }
    for part in text.split(',') {
        let Some(name) = part.strip_prefix('@').filter(|name| !name.is_empty()) else {
            let error =
                Error::typed("`on` expects profiles, each with an `@`, separated by commas");
            return Err(here(error.hint(EXAMPLE)));
        };
        config.profile(name).map_err(here)?;
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Asks for each server, and runs the command there, one after the other.
fn one_by_one(
    shell: &mut Shell,
    call: &Call,
    targets: Vec<Target>,
    report: &mut Report,
) -> Result<(), Error> {
    let confirmed = is_confirmed(call, &targets);
    // Ctrl-C at a question is the answer for the other servers, too.
    let mut was_left = false;
    let mut ran: Vec<String> = Vec::new();
    let mut targets = targets.into_iter();
    while let Some(Target {
        mut beside,
        inner,
        refused,
        ..
    }) = targets.next()
    {
        let ready = match refused {
            Some(error) => Err(error),
            None if shell.asker.was_interrupted() => Err(Error::new(
                Fault::Interrupted,
                "interrupted; nothing was sent",
            )),
            None if confirmed => Ok(()),
            None if was_left => Err(declined()),
            None => match ask(shell, &beside, call, inner.as_ref()) {
                Ok(Some(true)) => Ok(()),
                Ok(answer) => {
                    was_left = answer.is_none();
                    Err(declined())
                }
                Err(error) => Err(error),
            },
        };
        if !ran.is_empty() {
            let said = format!("`on` was interrupted: it had run on {}", ran.join(", "));
            shell.progress.done_so_far(said);
        }
        let ended = match ready {
            Ok(()) => {
                ran.push(format!("`{}`", beside.name));
                // Ctrl-C says what became of a write.
                beside.shell.progress = shell.shared_progress();
                shell.asker.share_line(&mut beside.shell.asker);
                perform(beside, call)
            }
            Err(error) => Ended::before(beside, error),
        };
        report.add(shell, ended).map_err(|error| {
            let left = targets
                .by_ref()
                .map(|target| format!("`{}`", target.beside.name));
            not_written(&ran, &left.collect::<Vec<_>>(), error)
        })?;
    }
    let written = report.write_list(shell);
    written.map_err(|error| not_written(&ran, &[], error))
}

/// The error of a result that cannot be written: where the command ran, and where it did not
/// because of that. A reader that has left must not hide it.
fn not_written(ran: &[String], left: &[String], error: Error) -> Error {
    let mut said = match ran {
        [] => "`on` ran nothing".to_owned(),
        ran => format!("`on` ran the command on {}", ran.join(", ")),
    };
    if !left.is_empty() {
        said = format!("{said}, but not on {}", left.join(", "));
    }
    let fault = match error.fault {
        Fault::OutputClosed => Fault::Local,
        fault => fault,
    };
    Error {
        fault,
        message: format!("{said}: {}", error.message),
        ..error
    }
}

/// Asks whether to run the command on a server; `None` if the question was left.
fn ask(
    shell: &mut Shell,
    beside: &Beside,
    call: &Call,
    inner: Option<&Call>,
) -> Result<Option<bool>, Error> {
    let settings = &beside.shell.session.settings;
    let loss = inner.and_then(|inner| inner.command.loss());
    let loss = loss.map_or_else(String::new, |loss| format!(": {loss}"));
    let (line, name) = (shown(&call.rest), &beside.name);
    let line = beginning(&line, EXCERPT);
    let what = format!("`{line}` on `{name}` ({}){loss}", settings.server());
    shell.on_terminal(|shell| shell.asker.agrees(&what, settings))
}

/// Runs a command that only reads on all servers at once.
fn at_once(
    shell: &Shell,
    call: &Call,
    targets: Vec<Target>,
    report: &mut Report,
) -> Result<(), Error> {
    let beside = |target: Target| (target.beside.name.clone(), target.beside);
    let servers = targets.into_iter().map(beside).collect();
    let call = call.clone();
    let perform = move |beside: Beside| beside.in_turn(|beside| perform(beside, &call));
    shell.at_once(servers, perform, |name, ended| match ended {
        Ok(ended) => report.add(shell, ended),
        Err(error) => {
            report.failed(shell, &name, vec![error]);
            Ok(())
        }
    })?;
    report.write_list(shell)
}

/// Runs the command on a server.
fn perform(mut beside: Beside, call: &Call) -> Ended {
    let shell = &mut beside.shell;
    let parsed = shell.parse_for_server(&call.rest);
    let done = parsed.and_then(|mut parsed| {
        // Only now the release has told what the words are.
        check_may_run(&parsed, call)?;
        if let Content::Call(inner) = parsed.content {
            // Whoever runs it on several servers has confirmed it.
            parsed.content = Content::Call(if call.is_on(YES_PARAM) {
                inner.confirmed()
            } else {
                inner
            });
        }
        let settings = &mut shell.session.settings;
        let flags = std::mem::take(&mut parsed.overrides);
        settings.begin_overrides(&flags).map_err(Error::typed)?;
        if matches!(settings.output, Output::Csv | Output::Tsv) {
            // Then the list of all is the sheet.
            settings.output = Output::Json;
        }
        super::perform_by(shell, parsed, super::call)
    });
    Ended::after(beside, done.map(drop))
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if !call.is_known() {
        return Ok(());
    }
    let names = names(checking.settings, call)?;
    let targets = targets(checking.shell, checking.settings, &names, call)?;
    let ControlFlow::Continue(targets) = targets else {
        return Ok(());
    };
    check_writes_once(call, &targets)?;
    if checking.sends && !checking.shown {
        target::unasked(checking.shell, call, &targets)?;
    }
    for Target { beside, inner, .. } in targets {
        let row = inner.as_ref().and_then(|inner| builtin(inner.command));
        if let (Some(inner), Some(Check::By(check))) = (&inner, row.map(|row| row.check)) {
            let mut settings = beside.shell.session.settings;
            let mut checking = Checking {
                shell: checking.shell,
                settings: &mut settings,
                variables: checking.variables,
                shown: checking.shown,
                sends: false,
                by_release: false,
            };
            check(&mut checking, inner)?;
        }
    }
    Ok(())
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if run.open {
        return Ok(false);
    }
    let settings = &run.shell.session.settings;
    let names = names(settings, call)?;
    let ControlFlow::Continue(targets) = targets(run.shell, settings, &names, call)? else {
        return Ok(false);
    };
    for target in targets {
        let (mut beside, Some(inner)) = (target.beside, target.inner) else {
            continue;
        };
        std::mem::swap(&mut run.shell.session, &mut beside.shell.session);
        let shown = dry_inner(run, inner);
        std::mem::swap(&mut run.shell.session, &mut beside.shell.session);
        shown.map_err(|error| of_server(&beside.name, error))?;
    }
    Ok(true)
}

/// What the command does in a dry run, in the session of its server.
fn dry_inner(run: &mut DryRun<'_>, inner: Call) -> Result<(), Error> {
    match builtin(inner.command).map_or(Dry::Request, |row| row.dry) {
        Dry::By(show) => show(run, &inner).map(drop),
        Dry::Request => {
            let first = !std::mem::replace(run.shown_one, true);
            show_request(run.shell, inner, run.form, first)
        }
        Dry::Nothing | Dry::Runs => Ok(()),
    }
}
