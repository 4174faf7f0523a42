//! `generate`: man pages, and completion for the user's own shell.

mod man;

use super::builtin::{Builtin, Runs};
use crate::catalog::{Api, Verb};
use crate::error::Error;
use crate::input::files;
use crate::line::call::Call;
use crate::line::complete::{arguments, given};
use crate::settings::{Key, Origin, Settings};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::lex::{Word, lex};
use crate::text::words::{this_is, ticked};

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Generate, Runs::By(run));

/// The completion scripts, by shell.
const SCRIPTS: &[(&str, &str)] = &[
    ("bash", include_str!("generate/sftpgo-shell.bash")),
    ("zsh", include_str!("generate/sftpgo-shell.zsh")),
    ("fish", include_str!("generate/sftpgo-shell.fish")),
];

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let mut words = call.rest.iter().map(|arg| arg.text.as_str());
    let what = words.next().unwrap_or_default();
    let words: Vec<String> = words.map(str::to_owned).collect();
    let text = match what {
        "candidates" => Ok(candidates(shell, &typed(words))),
        "man" => only(&words).and_then(|name| match name {
            "" => Ok(man::pages().swap_remove(0).1),
            name => one_of(name, "page", &man::pages()),
        }),
        "completions" => only(&words).and_then(|name| {
            let scripts = SCRIPTS.iter().map(|&(name, text)| (name, text.to_owned()));
            one_of(name, "shell", &scripts.collect::<Vec<_>>())
        }),
        _ => Err(
            Error::typed("`generate` prints `man`, `completions` or `candidates`")
                .hint("`help generate` describes it"),
        ),
    };
    let text = text.map_err(|error| error.or_at(call.whole()))?;
    shell.screen().print_bytes(text.as_bytes())
}

/// The program's arguments: the words after `--`, or those of a line with the program's name.
fn typed(words: Vec<String>) -> Vec<String> {
    match words.as_slice() {
        [dashes, words @ ..] if dashes == "--" => words.to_vec(),
        [line] => {
            let words = lex(line).commands.pop().unwrap_or_default();
            let ends = words.last().is_none_or(|word| word.span.end < line.len());
            let mut words: Vec<String> = words.iter().skip(1).map(Word::text).collect();
            if ends {
                words.push(String::new());
            }
            words
        }
        _ => words,
    }
}

/// The one word there is, or none.
fn only(words: &[String]) -> Result<&str, Error> {
    match words {
        [] => Ok(""),
        [one] => Ok(one),
        [_, more, ..] => Err(Error::typed(format!("unexpected argument `{more}`"))),
    }
}

/// The text of this name.
fn one_of(name: &str, what: &str, all: &[(&str, String)]) -> Result<String, Error> {
    let found = all.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| text.clone()).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let names = format!("the {what} must be {}", ticked(&names));
        Error::typed(if name.is_empty() {
            names
        } else {
            format!("{names}; {}", this_is(name))
        })
    })
}

/// What may be the last of the program's arguments, a line each.
fn candidates(shell: &Shell, words: &[String]) -> String {
    let cache = shell.session.completion.clone();
    let cache = cache.listing_files_by(files::beginning);
    let api = api_of(&shell.session.settings, words);
    let found = arguments(words, api, &cache);
    let line = |text: &str, about: &str| match about {
        "" => format!("{}\n", clean::line(text)),
        about => format!("{}\t{}\n", clean::line(text), clean::line(about)),
    };
    found
        .iter()
        .map(|one| line(&one.text, &one.about))
        .collect()
}

/// The API that the arguments choose; where nothing does, the one of today's servers.
fn api_of(settings: &Settings, words: &[String]) -> &'static Api {
    let (given, row) = (given(words), Key::Api.setting());
    let mut settings = settings.clone();
    if let Some(profile) = given.profile {
        let _ = settings.enter_profile(profile);
    }
    for (param, value) in given.flags {
        if param.name == row.param.name {
            let _ = settings.set(row, value, Origin::Flag);
        }
    }
    if settings.shown(row).1 == Origin::Default {
        let _ = settings.set(row, "v2", Origin::Default);
    }
    settings.api
}
