//! Command files, pipes, `-c` and single commands: stop at the first failure,
//! and say what was done.

use crate::error::{Error, Fault, system};
use crate::input::reader::{LONGEST, Reader, Text, Unreadable, Wrong};
use crate::line;
use crate::progress::done;
use crate::render::clean;
use crate::render::error::Place;
use crate::shell::{Flow, Shell};
use std::fs::File;
use std::io::Read;

/// Where the commands of a run come from.
pub(crate) enum Sources {
    /// A stream with a name for messages.
    Stream(String, Stream),
    /// Files; `-` is the stream.
    Files(Vec<String>, Stream),
    /// Texts given by `-c`.
    Texts(Vec<String>),
    /// One command.
    Once(String),
}

/// How a run ended early.
enum Stop {
    /// `exit`.
    Exit(u8),
    /// An error, already reported, at this place.
    Failed(u8, Option<Place>),
    /// Nobody reads the results any more.
    Closed(Option<Place>),
}

/// Runs the commands; gives the exit code.
pub(crate) fn run(mut shell: Shell, sources: Sources) -> u8 {
    let ended = match sources {
        Sources::Stream(name, stream) => stream_lines(&mut shell, &name, stream),
        Sources::Files(files, stream) => opened(&shell, files, stream).and_then(|streams| {
            streams
                .into_iter()
                .try_for_each(|(name, stream)| stream_lines(&mut shell, &name, stream))
        }),
        Sources::Texts(texts) => texts.into_iter().enumerate().try_for_each(|(at, text)| {
            let line = at + 1;
            commands(&mut shell, &Text { text, line }, &self::at("-c", line))
        }),
        Sources::Once(text) => commands(&mut shell, &Text { text, line: 1 }, &Place::Arguments),
    };
    let stopped = |place: Option<Place>, why: &str| {
        if let Some(Place::File { name, line }) = place {
            let count = shell.progress.state().done;
            shell.say(&format!(
                "stopped at {}:{line}{why}; {}, the rest not run\n",
                clean::line(&name),
                done(count)
            ));
        }
    };
    match ended {
        Ok(()) => 0,
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

type Stream = Box<dyn Read + Send>;

/// All files, opened before the first command runs.
fn opened(
    shell: &Shell,
    files: Vec<String>,
    stream: Stream,
) -> Result<Vec<(String, Stream)>, Stop> {
    let mut stream = Some(stream);
    let mut open = |name: String| match stream.take_if(|_| name == "-") {
        Some(stream) => Ok(("stdin".to_owned(), stream)),
        None => match File::open(&name) {
            Ok(file) => Ok((name, Box::new(file) as Stream)),
            Err(why) => {
                let error = Error::local(format!("cannot open `{name}`: {}", system(&why)));
                shell.report(&error, "", &Place::Arguments);
                Err(Stop::Failed(error.fault.exit_code(), None))
            }
        },
    };
    files.into_iter().map(&mut open).collect()
}

fn stream_lines(shell: &mut Shell, name: &str, stream: Stream) -> Result<(), Stop> {
    for read in Reader::new(stream) {
        let text = read.map_err(|wrong| unreadable(shell, name, &wrong))?;
        let place = at(name, text.line);
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
    let failed = |shell: &Shell, error: &Error, at: usize| {
        let stop = match place {
            Place::File { name, line } => {
                let row = text.text[..at].matches('\n').count();
                Some(self::at(name, line + row))
            }
            _ => None,
        };
        if error.fault == Fault::OutputClosed {
            return Stop::Closed(stop);
        }
        shell.report(error, &text.text, place);
        Stop::Failed(error.fault.exit_code(), stop)
    };
    let commands = line::split(&text.text).map_err(|error| {
        let at = error.span.as_ref().map_or(0, |span| span.start);
        failed(shell, &error, at)
    })?;
    for words in commands {
        let at = words.first().map_or(0, |word| word.span.start);
        // A single command has no place worth telling.
        shell.progress.state().place = (*place != Place::Arguments).then(|| place.clone());
        match shell.run(&words) {
            Ok(Flow::Continue) => shell.progress.state().done += 1,
            Ok(Flow::Exit(code)) => return Err(Stop::Exit(code)),
            Err(mut error) => {
                // The place is the command at least.
                if error.span.is_none() {
                    error.span = Some(words.first().map_or(0..0, |word| word.span.clone()));
                }
                return Err(failed(shell, &error, at));
            }
        }
    }
    Ok(())
}
