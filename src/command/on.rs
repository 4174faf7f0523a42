//! `on`: a command on the servers of several profiles. Each has a shell of its own, so that
//! nothing of this session changes.

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs, builtin};
use crate::catalog::{ALL_SERVERS, Command, Recipe, Verb};
use crate::error::{Error, Fault};
use crate::http::pool::Pool;
use crate::line::call::{Call, Content, Parsed};
use crate::line::parse::Parser;
use crate::output::error::Place;
use crate::settings::{Echo, Output, Setting, Settings};
use crate::shell::Shell;
use crate::shell::beside::Beside;
use crate::shell::preview::show_request;
use crate::text::words::plural;
use serde_json::{Value as Json, json};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::On, Runs::By(run))
};

/// At most this many servers are asked at once.
const MOST_AT_ONCE: usize = 16;

/// A server, and what is to run there.
struct Target {
    beside: Beside,
    /// Whether the command changes something, as far as that is known before it runs.
    writes: bool,
    /// The settings that the command's flags name: the list is printed under them as well.
    flags: Vec<(&'static Setting, String)>,
}

/// What a command on one server ended with.
struct Ended {
    beside: Beside,
    done: Result<(), Error>,
}

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let names = names(&shell.session.settings, call)?;
    // Nothing is sent to any server if the line is wrong for one of them.
    let mut targets = Vec::new();
    for name in &names {
        match target(shell, name, call)? {
            Some(target) => targets.push(target),
            None => return help(shell, call),
        }
    }
    let flags = targets
        .first_mut()
        .map(|target| std::mem::take(&mut target.flags));
    shell.under(&flags.unwrap_or_default(), |shell| {
        let mut report = Report::default();
        if targets.iter().any(|target| target.writes) {
            one_by_one(shell, call, targets, &mut report)?;
        } else {
            at_once(shell, call, targets, &mut report)?;
        }
        report.end(shell, names.len())
    })
}

/// The profiles that are named, each once.
fn names(settings: &Settings, call: &Call) -> Result<Vec<String>, Error> {
    let config = settings.config();
    let text = call.text("servers");
    let here = |error: Error| error.at(call.place("servers"));
    if text.is_empty() {
        let error = Error::typed("`on` needs the servers: profiles, or `all`");
        let hint = "for example `on @prod,@dev get_version`; `profile list` lists the profiles";
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
            return Err(here(error.hint("for example `on @prod,@dev get_version`")));
        };
        config.profile(name).map_err(here)?;
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The server of a profile, with the command checked for it; `None` for a help page.
fn target(shell: &Shell, name: &str, call: &Call) -> Result<Option<Target>, Error> {
    let of = |error: Error| of_server(name, error);
    let mut beside = shell.beside(&shell.session.settings, name).map_err(of)?;
    let settings = &mut beside.shell.session.settings;
    let Some(parsed) = inner(settings, call).map_err(of)? else {
        return Ok(Some(Target {
            beside,
            // Only the server's release says what it is.
            writes: true,
            flags: Vec::new(),
        }));
    };
    let set = settings.begin_overrides(&parsed.overrides);
    set.map_err(|why| of(Error::typed(why)))?;
    let Content::Call(inner) = parsed.content else {
        return Ok(None);
    };
    let writes = inner.writes() || inner.command.verb() == Some(Verb::AddUsers);
    Ok(Some(Target {
        beside,
        writes,
        flags: parsed.overrides,
    }))
}

/// The command after the servers; `None` if only a server's release decides if it is right.
fn inner(settings: &Settings, call: &Call) -> Result<Option<Parsed>, Error> {
    if call.rest.is_empty() {
        let error = Error::typed("`on` needs a command").at(call.span.clone());
        return Err(error.hint("for example `on all get_version`"));
    }
    let parsed = match Parser::default().parse(&call.rest, settings.api) {
        Err(error) if error.of_release => return Ok(None),
        parsed => parsed?,
    };
    if let Content::Call(inner) = &parsed.content {
        check_is_for_several(inner)?;
    }
    if let Some((setting, _)) = parsed
        .overrides
        .iter()
        .find(|(one, _)| one.key.is_of_a_server())
    {
        let why = format!(
            "`{}` belongs to a server: set it in its profile",
            setting.param.flag()
        );
        return Err(Error::typed(why).at(call.span.clone()));
    }
    Ok(Some(parsed))
}

/// Refuses what does not ask a server, or needs the one of this session.
fn check_is_for_several(inner: &Call) -> Result<(), Error> {
    let command = inner.command;
    let name = command.name;
    let error = match command.verb() {
        Some(Verb::Recipe(Recipe::Backup, _)) => Error::typed(format!(
            "`{name}` would write the same file for each server"
        ))
        .hint("run it once for each: `sftpgo-shell @NAME backup FILE`"),
        Some(Verb::Whoami | Verb::WaitReady | Verb::AddUsers) => return Ok(()),
        Some(Verb::New | Verb::Undo) => not_for_several(command),
        _ if command.asks() => return Ok(()),
        _ => not_for_several(command),
    };
    Err(error.at(inner.span.clone()))
}

fn not_for_several(command: &Command) -> Error {
    Error::typed(format!("`on` cannot run `{}`", command.name))
        .hint("it runs commands that only need a server, such as `get_users`")
}

/// Asks for each server, and runs the command there, one after the other.
fn one_by_one(
    shell: &mut Shell,
    call: &Call,
    targets: Vec<Target>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut ran: Vec<String> = Vec::new();
    for Target { mut beside, .. } in targets {
        let ready = if shell.asker.was_interrupted() {
            Err(Error::new(
                Fault::Interrupted,
                "interrupted; nothing was sent",
            ))
        } else {
            ready(shell, &mut beside, call)
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
                perform(beside, call)
            }
            Err(error) => Ended {
                beside,
                done: Err(error),
            },
        };
        report.add(shell, ended)?;
    }
    Ok(())
}

/// Asks whether to run the command on a server, and for the password of its login.
fn ready(shell: &mut Shell, beside: &mut Beside, call: &Call) -> Result<(), Error> {
    let settings = beside.shell.session.settings.clone();
    if let Some(Parsed {
        content: Content::Call(inner),
        ..
    }) = inner(&settings, call)?
    {
        beside.shell.refuse_write(&inner)?;
    }
    if settings.echo != Echo::Only {
        let name = call.rest.iter().find(|word| !word.text.starts_with('-'));
        let name = name.map_or("", |word| word.text.as_str());
        let what = format!("`{name}` on `{}` ({})", beside.name, settings.server());
        shell.asker.confirm(&what, &settings)?;
    }
    shell.need_password_beside(beside)
}

/// Runs a command that only reads on all servers at once.
fn at_once(
    shell: &mut Shell,
    call: &Call,
    targets: Vec<Target>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut pool: Pool<String, Ended> = Pool::default();
    let mut waiting = targets.into_iter();
    loop {
        while pool.has_room(MOST_AT_ONCE)
            && let Some(Target { mut beside, .. }) = waiting.next()
        {
            let (name, call) = (beside.name.clone(), call.clone());
            let password = shell.need_password_beside(&mut beside);
            pool.start(name, move || match password {
                Ok(()) => perform(beside, &call),
                Err(error) => Ended {
                    beside,
                    done: Err(error),
                },
            });
        }
        if pool.is_empty() {
            return Ok(());
        }
        pool.wait(&|| !shell.asker.was_interrupted());
        if shell.asker.was_interrupted() {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        while let Some((name, ended)) = pool.first_done() {
            let Some(ended) = ended else {
                let why = "internal error: the command ended unexpectedly; please report this";
                report.failed(shell, &name, Error::local(why));
                continue;
            };
            report.add(shell, ended)?;
        }
    }
}

/// Runs the command on a server.
fn perform(mut beside: Beside, call: &Call) -> Ended {
    let shell = &mut beside.shell;
    let parsed = shell.parse_for_server(&call.rest);
    let done = parsed.and_then(|mut parsed| {
        if let Content::Call(inner) = &parsed.content {
            check_is_for_several(inner)?;
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
    Ended {
        done: done.map(drop),
        beside,
    }
}

/// The results, in the order of the names, and what failed.
#[derive(Default)]
struct Report {
    /// The results, where they are a list.
    results: Vec<Json>,
    failed: Vec<String>,
    /// The worst failure.
    worst: Option<Fault>,
    /// Whether a write may have taken effect although its answer is lost.
    unknown: bool,
}

impl Report {
    /// Shows what a server answered, or keeps it for the list.
    fn add(&mut self, shell: &Shell, ended: Ended) -> Result<(), Error> {
        let Ended { beside, done } = ended;
        let (results, messages) = beside.written();
        let name = &beside.name;
        // The body of a refusal says no more than its error does.
        let is_shown = match &done {
            Ok(()) => true,
            Err(error) => {
                let is_refusal = matches!(error.fault, Fault::Refused(_) | Fault::NoAnswer);
                !is_refusal && !results.is_empty()
            }
        };
        if has_headings(shell) {
            let server = beside.shell.session.settings.server();
            let heading = format!("{name} ({server}):\n");
            let text = [heading.as_bytes(), &results].concat();
            if is_shown {
                shell.screen().print_bytes(&text)?;
            }
        } else if is_shown {
            self.results
                .push(json!({ "server": name, "result": value(&results) }));
        }
        for line in messages.lines() {
            shell.screen().say(&format!("{name}: {line}\n"));
        }
        if let Err(error) = done {
            self.failed(shell, name, error);
        }
        Ok(())
    }

    /// Reports that the command failed on a server.
    fn failed(&mut self, shell: &Shell, name: &str, error: Error) {
        for mut one in error.each() {
            let worse = |worst: Fault| one.fault.exit_code() > worst.exit_code();
            if self.worst.is_none_or(worse) {
                self.worst = Some(one.fault);
            }
            self.unknown |= one.unknown;
            one.span = None;
            shell
                .screen()
                .report(&of_server(name, one), "", &Place::Arguments);
        }
        self.failed.push(name.to_owned());
    }

    /// Writes the list. It is an error that a server failed.
    fn end(self, shell: &Shell, count: usize) -> Result<(), Error> {
        if !has_headings(shell) {
            shell.screen().print_value(&Json::Array(self.results))?;
        }
        let Some(worst) = self.worst else {
            return Ok(());
        };
        let names: Vec<String> = self.failed.iter().map(|name| format!("`{name}`")).collect();
        let (failed, of) = (names.len(), plural(count, "server"));
        let message = format!("`on`: {failed} of {of} failed: {}", names.join(", "));
        Err(Error {
            unknown: self.unknown,
            ..Error::new(worst, message)
        })
    }
}

/// Whether each result stands below a heading, for people; else they are a list.
fn has_headings(shell: &Shell) -> bool {
    shell.screen().summarizes() || shell.session.settings.output == Output::Table
}

/// The error with the server's name before it.
fn of_server(name: &str, error: Error) -> Error {
    let message = format!("{name}: {}", error.message);
    Error { message, ..error }
}

/// A result as JSON: a value, a list of several, or text.
fn value(bytes: &[u8]) -> Json {
    if bytes.is_empty() {
        return Json::Null;
    }
    let values = serde_json::Deserializer::from_slice(bytes).into_iter::<Json>();
    match values.collect::<Result<Vec<Json>, _>>() {
        Ok(mut one) if one.len() == 1 => one.remove(0),
        Ok(several) => several.into(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}

/// The help page of the command, which is the same for all servers.
fn help(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let parsed = shell.parse(&call.rest)?;
    match parsed.content {
        Content::Help(topic) => super::help::run(shell, topic).map(drop),
        _ => Err(Error::typed("`on` needs a command").at(call.span.clone())),
    }
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if !call.is_known() {
        return Ok(());
    }
    for name in names(checking.settings, call)? {
        let beside = checking.shell.beside(checking.settings, &name)?;
        let mut settings = beside.shell.session.settings;
        let Some(Parsed {
            content: Content::Call(inner),
            ..
        }) = inner(&settings, call).map_err(|error| of_server(&name, error))?
        else {
            continue;
        };
        if let Some(Check::By(check)) = builtin(inner.command).map(|row| row.check) {
            check(
                &mut Checking {
                    shell: checking.shell,
                    settings: &mut settings,
                    variables: checking.variables,
                    shown: checking.shown,
                    sends: false,
                    by_release: false,
                },
                &inner,
            )?;
        }
    }
    Ok(())
}

fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if run.open {
        return Ok(false);
    }
    for name in names(&run.shell.session.settings, call)? {
        let beside = run.shell.beside(&run.shell.session.settings, &name)?;
        let parsed = inner(&beside.shell.session.settings, call);
        let Some(Parsed {
            content: Content::Call(inner),
            ..
        }) = parsed.map_err(|error| of_server(&name, error))?
        else {
            continue;
        };
        let first = !std::mem::replace(run.shown_one, true);
        let before = std::mem::replace(&mut run.shell.session, beside.shell.session);
        let shown = show_request(run.shell, inner, run.form, first);
        run.shell.session = before;
        shown?;
    }
    Ok(true)
}
