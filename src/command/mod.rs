//! Runs a command: parses its words, then dispatches it. Each built-in command
//! has its own file.

pub(crate) mod add_users;
mod echo;
pub(crate) mod edit;
pub(crate) mod expect;
mod explain;
pub(crate) mod help;
mod history;
mod last;
pub(crate) mod let_;
pub(crate) mod practice;
pub(crate) mod set;
pub(crate) mod settings_docs;
pub(crate) mod sleep;
mod who;

use crate::catalog::{Command, Does, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::call::{Parsed, What};
use crate::line::outline::command_of;
use crate::recipe;
use crate::session::variables;
use crate::shell::{Flow, Shell};
use crate::text::lex::Word;

/// Parses a command: variables, catalogue row, arguments.
pub(crate) fn read_words(shell: &mut Shell, words: &[Word]) -> Result<Parsed, Error> {
    let args = shell.session.expanded(words);
    let parsed = args.and_then(|args| shell.parse(&args));
    if let Err(error) = &parsed {
        let command = command_of(words, shell.session.settings.api);
        // A failed `let` must not leave the old value in place.
        if command.and_then(Command::verb) == Some(Verb::Let) && shell.in_file() {
            let name = words.get(1).map(Word::text).unwrap_or_default();
            let name = name.split('=').next().unwrap_or_default();
            if variables::check_name(name).is_ok() {
                shell.session.set_variable(name, None, "");
            }
        }
        let asks = command.is_none_or(Command::asks);
        shell.ended(asks, Some(error));
    }
    parsed
}

/// Runs a parsed line.
pub(crate) fn perform(shell: &mut Shell, parsed: Parsed) -> Result<Flow, Error> {
    perform_by(shell, parsed, call)
}

/// Like `run`, for a loop that runs some commands itself.
pub(crate) fn perform_by(
    shell: &mut Shell,
    parsed: Parsed,
    call: impl FnOnce(&mut Shell, Call) -> Result<Flow, Error>,
) -> Result<Flow, Error> {
    let asks = matches!(&parsed.what, What::Call(call) if call.command.asks());
    let flow = shell.under(&parsed.overrides, |shell| match parsed.what {
        What::Nothing => Ok(Flow::Continue),
        What::Help(topic) => help::run(shell, topic),
        What::Call(command) => call(shell, command),
    });
    // Keep the progress state until the outcome has been reported, so that an
    // interrupt here does not call the request "not done".
    if shell.terminal.is_some() {
        let mut state = shell.progress.state();
        state.writing.clear();
        state.so_far = None;
    }
    shell.ended(asks, flow.as_ref().err());
    flow
}

/// Runs a parsed command.
pub(crate) fn call(shell: &mut Shell, call: Call) -> Result<Flow, Error> {
    match &call.command.does {
        Does::Request(_) | Does::Shell(Verb::Raw(_)) => {
            shell.request(call).map(|()| Flow::Continue)
        }
        Does::Shell(verb) => run_verb(shell, *verb, &call),
    }
}

/// Runs a built-in command.
fn run_verb(shell: &mut Shell, verb: Verb, call: &Call) -> Result<Flow, Error> {
    match verb {
        Verb::AddUsers => done(add_users::run(shell, call)),
        Verb::Help => help::topic(shell, call),
        Verb::Exit => {
            let code = u8::try_from(call.int("code")).unwrap_or(u8::MAX);
            Ok(Flow::Exit(call.typed("code").then_some(code)))
        }
        Verb::Edit => edit::run(shell, call),
        Verb::Explain => done(explain::explain(shell, call)),
        Verb::Curl => done(explain::curl(shell, call)),
        Verb::Login => done(who::login(shell, call)),
        Verb::Logout => done(who::logout(shell)),
        Verb::Whoami => done(who::whoami(shell)),
        Verb::Recipe(which, _) => done(recipe::run(shell, which, call)),
        // `source` is handled by the two loops, requests by the shell.
        Verb::Source | Verb::Raw(_) => Ok(Flow::Continue),
        Verb::Set | Verb::Connect => done(set::run(shell, call)),
        Verb::Expect => done(expect::run(shell, call)),
        Verb::Let => done(let_::run(shell, call)),
        Verb::Sleep => done(sleep::run(shell, call)),
        Verb::Last => done(last::run(shell, call)),
        Verb::History => done(history::run(shell, call)),
        Verb::Echo => done(echo::run(shell, call)),
        Verb::Practice => done(practice::run(shell, call)),
        Verb::PracticeServer => done(practice::serve(shell, call)),
    }
}

fn done(result: Result<(), Error>) -> Result<Flow, Error> {
    result.map(|()| Flow::Continue)
}
