//! Command files, pipes, `-c` and single commands: sources that can be read
//! twice are checked completely before they run; a run stops at the first
//! failure and reports what was done.

mod check;
mod dry;
pub(crate) mod learn;
pub(crate) mod mode;
mod outcome;
mod parallel;
mod redirects;
mod rows;
mod run;
mod skip;
mod source;
mod source_stack;
mod typed;

use crate::atomic;
use crate::catalog::{self, Api};
use crate::env::Input;
use crate::error::{Error, Fault};
use crate::input::reader::{LONGEST, ReadError, ReadErrorKind, Text};
use crate::output::error::Place;
use crate::output::progress;
use crate::output::report::Report;
use crate::script::mode::Mode;
use crate::shell::Shell;
use crate::text::lex::Word;
use run::Run;
use source::Source;
use std::path::Path;
use std::time::Instant;

pub(crate) use typed::{begins_session, command};

/// Where the commands of a run come from.
pub(crate) enum Sources {
    /// Standard input.
    Stdin(Input),
    /// Files; `-` is standard input.
    Files(Vec<String>, Input),
    /// Texts given by `-c`.
    Texts(Vec<String>),
    /// One command.
    Once(String),
    /// One command that begins a session, and standard input.
    Begun(String, Input),
}

/// How a run ended early.
enum Stop {
    /// `exit`, with its code if given.
    Exit(Option<u8>),
    /// An error, already reported, at this place.
    Failed(u8, Option<Place>),
    /// Stdout was closed by its reader.
    Closed(Option<Place>),
}

impl Stop {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Exit(code) => code.unwrap_or_default(),
            Self::Failed(code, _) => *code,
            // A reader such as `head` may stop early; that is a failure only if commands were
            // not run.
            Self::Closed(None) => 0,
            Self::Closed(Some(_)) => Fault::OutputClosed.exit_code(),
        }
    }

    fn place(&self) -> Option<&Place> {
        match self {
            Self::Exit(_) => None,
            Self::Failed(_, place) | Self::Closed(place) => place.as_ref(),
        }
    }

    /// Where the run stopped, and how far it got.
    fn message(&self, run: &Run<'_>) -> Option<String> {
        let place = self.place().and_then(progress::shown)?;
        if run.mode.dry_run.is_some() {
            return Some(format!(
                "stopped at {place}{}; nothing was sent",
                self.why()
            ));
        }
        let state = run.shell.progress.state();
        let (done, failed) = (state.done, state.failed + state.unknown);
        let rest = state.total.map(|total| total.saturating_sub(done + failed));
        let rest = rest.map_or_else(|| "the rest".to_owned(), |rest| rest.to_string());
        let (why, done) = (self.why(), progress::done(done));
        Some(format!("stopped at {place}{why}; {done}, {rest} not run"))
    }

    /// A closed stdout is normal (`| head`), but the user must know how far the
    /// file got.
    const fn why(&self) -> &'static str {
        match self {
            Self::Closed(_) => ": stdout was closed by its reader",
            _ => "",
        }
    }
}

/// Runs the commands, or only checks them; returns the exit code.
pub(crate) fn run(mut shell: Shell, sources: Sources, mode: Mode) -> u8 {
    for (form, path) in &mode.reports {
        if let Some(input) = mode.inputs.iter().find(|input| atomic::same(input, path)) {
            let error = Error::typed(format!("`--report` would overwrite `{input}`"))
                .hint("use a different file");
            shell.screen().report(&error, "", &Place::Arguments);
            return error.fault.exit_code();
        }
        shell.progress.state().outputs.push(path.clone());
        match Report::create(*form, Path::new(path)) {
            Ok(report) => shell.progress.state().reports.push(report),
            Err(error) => {
                shell.screen().report(&error, "", &Place::Arguments);
                return error.fault.exit_code();
            }
        }
    }
    shell.progress.state().began = Some(Instant::now());
    let code = all(&mut shell, sources, mode);
    let wrong = shell.progress.finish_reports(code);
    for error in &wrong {
        shell.screen().report(error, "", &Place::Arguments);
    }
    // A requested report that cannot be written is a local failure.
    match wrong.first() {
        Some(error) if code == 0 => error.fault.exit_code(),
        _ => code,
    }
}

fn all(shell: &mut Shell, sources: Sources, mode: Mode) -> u8 {
    let only_check = mode.check;
    let opened = match sources {
        Sources::Stdin(input) => Ok(vec![Source::stdin(input)]),
        Sources::Files(names, stdin) => Source::files(names, stdin),
        Sources::Texts(texts) => Ok(vec![Source::texts(texts)]),
        Sources::Begun(text, stdin) => Ok(vec![Source::texts(vec![text]), Source::stdin(stdin)]),
        Sources::Once(text) if only_check => Ok(vec![Source::texts(vec![text])]),
        Sources::Once(text) => {
            let mut run = Run::new(shell, mode);
            let ended = run.once(Text { text, line: 1 });
            return close(&run, ended);
        }
    };
    let mut sources = match opened {
        Ok(sources) => sources,
        Err(error) => {
            shell.screen().report(&error, "", &Place::Arguments);
            return error.fault.exit_code();
        }
    };
    let sends = !only_check && mode.dry_run.is_none();
    let checked = check::for_run(shell, |shell| {
        check::all(shell, &mut sources, only_check, sends)
    });
    match checked {
        Ok(checked) => shell.progress.state().total = checked.total(),
        Err(code) => return code,
    }
    if only_check {
        return 0;
    }
    let total = shell.progress.state().total;
    shell.screen().begin_bar(total.filter(|total| *total > 1));
    let from = mode.from_line;
    let mut run = Run::new(shell, mode);
    let mut left = sources.iter_mut();
    let ended = left.by_ref().try_for_each(|source| run.source(source));
    if ended.is_err() {
        left.for_each(|source| {
            run.stack.enter(source);
            run.record_rest(source);
            run.stack.leave();
        });
    }
    if ended.is_ok() && from > 0 && !run.begun {
        let error = Error::typed(format!(
            "`--from-line {from}`: there is no command at or after that line"
        ))
        .hint("nothing was sent");
        run.shell.screen().report(&error, "", &Place::Arguments);
        return error.fault.exit_code();
    }
    close(&run, ended)
}

/// Reports how a run ended; returns its exit code.
fn close(run: &Run<'_>, ended: Result<(), Stop>) -> u8 {
    run.shell.progress.end_bar();
    let (done, failed, unknown, ignored, total, unshown) = {
        let state = run.shell.progress.state();
        (
            state.done,
            state.failed,
            state.unknown,
            state.ignored,
            state.total,
            state.unshown,
        )
    };
    match ended {
        Ok(()) | Err(Stop::Exit(None)) if failed + unknown == ignored => {
            if unshown {
                Fault::Local.exit_code()
            } else {
                0
            }
        }
        // The failures are reported, unless `exit` sets the result of the run.
        Ok(()) | Err(Stop::Exit(None)) => {
            let all = done + failed + unknown;
            let failed = failed + unknown - ignored;
            let of = progress::of_unknown(unknown);
            run.shell
                .screen()
                .say(&format!("{failed} of {all} commands failed{of}\n"));
            Fault::SomeFailed.exit_code()
        }
        Err(stop) => {
            // A single command needs no summary.
            let single = total == Some(1) && run.mode.from_line == 0 && !run.stack.sourced;
            if let Some(said) = stop.message(run).filter(|_| !single) {
                run.shell.screen().say(&format!("{said}\n"));
            }
            if let Some(after) = run.later_outcomes() {
                run.shell
                    .screen()
                    .say(&format!("also running at that point: {after}\n"));
            }
            stop.exit_code()
        }
    }
}

/// Reports an unreadable line or file.
fn unreadable(shell: &Shell, name: &str, wrong: &ReadError) -> Stop {
    let error = match &wrong.kind {
        ReadErrorKind::System(why) => {
            let error = Error::local(format!("cannot read `{name}`: {why}"));
            shell.screen().report(&error, "", &Place::Arguments);
            // Before the first line nothing was started.
            let place = (wrong.line > 1).then(|| at(name, wrong.line));
            return Stop::Failed(error.fault.exit_code(), place);
        }
        ReadErrorKind::TooLong => {
            Error::typed(format!("the line is longer than {} MiB", LONGEST >> 20))
                .hint("is this a command file (one command per line)?")
        }
        ReadErrorKind::Nul => Error::typed("contains a NUL byte: this is not a text file")
            .hint("if it was saved as UTF-16, save it as UTF-8"),
        ReadErrorKind::NotUtf8(byte) => Error::typed(format!("invalid UTF-8: byte 0x{byte:02x}"))
            .hint("save it as UTF-8; `iconv -f LATIN1 -t UTF-8` may convert it"),
    };
    let place = Place::Byte {
        name: name.to_owned(),
        line: wrong.line,
        column: wrong.column,
    };
    let mut starts = wrong.text.char_indices().map(|(start, _)| start);
    let start = starts.nth(wrong.column - 1).unwrap_or_default();
    let error = if wrong.text.is_empty() {
        error
    } else {
        error.at(start..start + 1)
    };
    shell.screen().report(&error, &wrong.text, &place);
    Stop::Failed(error.fault.exit_code(), Some(at(name, wrong.line)))
}

fn at(name: &str, line: usize) -> Place {
    Place::File {
        name: name.to_owned(),
        line,
    }
}

/// Whether a command's failure is ignored: a `-` precedes its name, and is
/// removed.
fn may_fail(words: &mut [Word], api: &'static Api) -> bool {
    let Some(word) = words.first_mut() else {
        return false;
    };
    let text = word.text();
    let Some(name) = text.strip_prefix('-') else {
        return false;
    };
    // A command of another release is reported as such, not as a flag.
    let known = catalog::find(api, name).or_else(|| catalog::find_elsewhere(api, name));
    if known.is_none() {
        return false;
    }
    *word = Word::bare(name, word.span.start + 1..word.span.end);
    true
}
