//! Command files, pipes, `-c` and single commands: what can be read twice is
//! checked whole before it runs; a run stops at the first failure and says what
//! was done.

mod check;
mod source;

use crate::catalog::{self, Api};
use crate::env::Input;
use crate::error::{Error, Fault};
use crate::input::reader::{LONGEST, Text, Unreadable, Wrong};
use crate::line::{self, lex::Word, secrets};
use crate::progress::done;
use crate::render::clean;
use crate::render::error::Place;
use crate::settings::Echo;
use crate::shell::{Flow, Shell};
use source::Source;

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
}

/// The exit code of a run that went on after failures.
const SOME_FAILED: u8 = 6;

/// How a run ended early.
enum Stop {
    /// `exit`.
    Exit(u8),
    /// An error, already reported, at this place.
    Failed(u8, Option<Place>),
    /// Nobody reads the results any more.
    Closed(Option<Place>),
}

impl Stop {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Exit(code) | Self::Failed(code, _) => *code,
            Self::Closed(_) => Fault::OutputClosed.exit_code(),
        }
    }
}

/// Runs the commands, or only checks them; gives the exit code.
pub(crate) fn run(mut shell: Shell, sources: Sources, only_check: bool) -> u8 {
    let opened = match sources {
        Sources::Stdin(input) => Ok(vec![Source::stdin(input)]),
        Sources::Files(names, stdin) => Source::files(names, stdin),
        Sources::Texts(texts) => Ok(vec![Source::texts(texts)]),
        Sources::Once(text) if only_check => Ok(vec![Source::texts(vec![text])]),
        Sources::Once(text) => {
            let ended = commands(&mut shell, &Text { text, line: 1 }, &Place::Arguments);
            return close(&shell, ended);
        }
    };
    let mut sources = match opened {
        Ok(sources) => sources,
        Err(error) => {
            shell.report(&error, "", &Place::Arguments);
            return error.fault.exit_code();
        }
    };
    match check::all(&shell, &mut sources, only_check) {
        Ok(total) => shell.progress.state().total = total,
        Err(code) => return code,
    }
    if only_check {
        return 0;
    }
    let ended = sources
        .iter_mut()
        .try_for_each(|source| lines(&mut shell, source));
    close(&shell, ended)
}

/// Says how a run ended; gives its exit code.
fn close(shell: &Shell, ended: Result<(), Stop>) -> u8 {
    let stopped = |place: Option<Place>, why: &str| {
        // Of a single command there is no more to say.
        let alone = shell.progress.state().total == Some(1);
        if let Some(Place::File { name, line }) = place.filter(|_| !alone) {
            let (count, rest) = {
                let state = shell.progress.state();
                let begun = state.done + state.failed + 1;
                let rest = state.total.map(|total| total.saturating_sub(begun));
                (state.done, rest)
            };
            let rest = rest.map_or_else(|| "the rest".to_owned(), |rest| rest.to_string());
            shell.say(&format!(
                "stopped at {}:{line}{why}; {}, {rest} not run\n",
                clean::line(&name),
                done(count)
            ));
        }
    };
    match ended {
        Ok(()) => {
            let (done, failed) = {
                let state = shell.progress.state();
                (state.done, state.failed)
            };
            if failed == 0 {
                return 0;
            }
            shell.say(&format!("{failed} of {} commands failed\n", done + failed));
            SOME_FAILED
        }
        Err(Stop::Exit(code)) => code,
        Err(Stop::Failed(code, place)) => {
            stopped(place, "");
            code
        }
        // As with `head` behind other programs there is little to say; but how
        // far a file came must be known.
        Err(Stop::Closed(place)) => {
            stopped(place, ": stdout was closed by its reader");
            Fault::OutputClosed.exit_code()
        }
    }
}

fn lines(shell: &mut Shell, source: &mut Source) -> Result<(), Stop> {
    let name = source.name.clone();
    for read in source.lines() {
        let text = read.map_err(|wrong| unreadable(shell, &name, &wrong))?;
        let place = at(&name, text.line);
        commands(shell, &text, &place)?;
    }
    Ok(())
}

/// Says what is wrong with a file that is no text.
fn unreadable(shell: &Shell, name: &str, wrong: &Unreadable) -> Stop {
    let error = match &wrong.why {
        Wrong::System(why) => {
            let error = Error::local(format!("cannot read `{name}`: {why}"));
            shell.report(&error, "", &Place::Arguments);
            // Before the first line nothing was begun.
            let place = (wrong.line > 1).then(|| at(name, wrong.line));
            return Stop::Failed(error.fault.exit_code(), place);
        }
        Wrong::TooLong => Error::typed(format!("the line is longer than {} MiB", LONGEST >> 20))
            .hint("is it a file of commands, one a line?"),
        Wrong::Nul => Error::typed("a NUL byte: this is not a text file")
            .hint("a file saved as UTF-16 is to be saved as UTF-8"),
        Wrong::NotUtf8(byte) => Error::typed(format!("not UTF-8: byte 0x{byte:02x}"))
            .hint("save it as UTF-8; `iconv -f LATIN1 -t UTF-8` may do it"),
    };
    let place = Place::Byte {
        name: name.to_owned(),
        line: wrong.line,
        column: wrong.column,
    };
    shell.report(&error, "", &place);
    Stop::Failed(error.fault.exit_code(), Some(at(name, wrong.line)))
}

fn at(name: &str, line: usize) -> Place {
    Place::File {
        name: name.to_owned(),
        line,
    }
}

/// Runs the commands of one line.
fn commands(shell: &mut Shell, text: &Text, place: &Place) -> Result<(), Stop> {
    // A single command has no place worth telling.
    shell.progress.state().place = (*place != Place::Arguments).then(|| place.clone());
    let commands = match line::split(&text.text) {
        Ok(commands) => commands,
        Err(error) => {
            let at = error.span.as_ref().map_or(0, |span| span.start);
            return failed(shell, &error, text, place, at, false);
        }
    };
    for mut words in commands {
        if *place != Place::Arguments && shell.session.settings.echo == Echo::Commands {
            shell.say(&as_written(&text.text, &words));
        }
        let ignored = may_fail(&mut words, shell.session.settings.api);
        let first = words.first().map_or(0..0, |word| word.span.clone());
        match shell.run(&words) {
            Ok(Flow::Continue) => shell.progress.state().done += 1,
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Err(error) => {
                // The place is the command at least.
                let error = error.or_at(first.clone());
                failed(shell, &error, text, place, first.start, ignored)?;
            }
        }
    }
    Ok(())
}

/// A command as it stands in its text, without a comment and secrets.
fn as_written(text: &str, words: &[Word]) -> String {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return String::new();
    };
    let written = &text[first.span.start..last.span.end];
    format!("{}\n", clean::text(&secrets::masked(written).0))
}

/// Whether a command's failure is to be ignored: it has a `-` before its name,
/// which is taken away.
fn may_fail(words: &mut [Word], api: &'static Api) -> bool {
    let Some(word) = words.first_mut() else {
        return false;
    };
    let text = word.text();
    let Some(name) = text.strip_prefix('-') else {
        return false;
    };
    if catalog::find(api, name).is_none() {
        return false;
    }
    *word = Word::bare(name, word.span.start + 1..word.span.end);
    true
}

/// Tells a failure; the run stops unless it is ignored or to go on.
fn failed(
    shell: &Shell,
    error: &Error,
    text: &Text,
    place: &Place,
    at: usize,
    ignored: bool,
) -> Result<(), Stop> {
    let stop = match place {
        Place::File { name, line } => {
            let row = text.text[..at].matches('\n').count();
            Some(self::at(name, line + row))
        }
        _ => None,
    };
    if error.fault == Fault::OutputClosed {
        return Err(Stop::Closed(stop));
    }
    shell.report(error, &text.text, place);
    let goes_on = ignored || shell.session.settings.keep_going;
    if !goes_on || error.fault == Fault::Interrupted || stop.is_none() {
        return Err(Stop::Failed(error.fault.exit_code(), stop));
    }
    let mut state = shell.progress.state();
    if ignored {
        state.done += 1;
    } else {
        state.failed += 1;
    }
    Ok(())
}
