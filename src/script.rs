//! Command files, pipes, `-c` and single commands: stop at the first failure,
//! and say what was done.

use crate::error::{Error, Fault, system};
use crate::input::reader::{Reader, Text, Unreadable};
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
            let place = Place::File {
                name: "-c".to_owned(),
                line: at + 1,
            };
            commands(&mut shell, &Text { text, line: at + 1 }, &place)
        }),
        Sources::Once(text) => commands(&mut shell, &Text { text, line: 1 }, &Place::Arguments),
    };
    match ended {
        Ok(()) => 0,
        Err(Stop::Exit(code)) => code,
        Err(Stop::Failed(code, place)) => {
            if let Some(Place::File { name, line }) = place {
                let count = shell.progress.state().done;
                shell.say(&format!(
                    "stopped at {}:{line}; {}, the rest not run\n",
                    clean::line(&name),
                    done(count)
                ));
            }
            code
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
        let place = Place::File {
            name: name.to_owned(),
            line: text.line,
        };
        commands(shell, &text, &place)?;
    }
    Ok(())
}

fn unreadable(shell: &Shell, name: &str, wrong: &Unreadable) -> Stop {
    let column = if wrong.column > 0 {
        format!(":{}", wrong.column)
    } else {
        String::new()
    };
    let place = format!("{}:{}{column}", clean::line(name), wrong.line);
    shell.say(&format!("{place}: error: {}\n", wrong.why));
    Stop::Failed(
        if wrong.typed {
            Fault::Typed
        } else {
            Fault::Local
        }
        .exit_code(),
        Some(Place::File {
            name: name.to_owned(),
            line: wrong.line,
        }),
    )
}

/// Runs the commands of one line.
fn commands(shell: &mut Shell, text: &Text, place: &Place) -> Result<(), Stop> {
    let failed = |shell: &Shell, error: &Error, at: usize| {
        shell.report(error, &text.text, place);
        let place = match place {
            Place::File { name, line } => {
                let row = text.text[..at].matches('\n').count();
                Some(Place::File {
                    name: name.clone(),
                    line: line + row,
                })
            }
            _ => None,
        };
        Stop::Failed(error.fault.exit_code(), place)
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
