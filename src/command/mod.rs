//! Runs a command: reads its words, then dispatches it. The shell's own
//! commands have one file each.

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

/// Reads a command: its variables, its row, its arguments.
pub(crate) fn read_words(shell: &mut Shell, words: &[Word]) -> Result<Parsed, Error> {
    let args = shell.session.expanded(words);
    let parsed = args.and_then(|args| shell.parse(&args));
    if let Err(error) = &parsed {
        let command = command_of(words, shell.session.settings.api);
        // What a variable held before is not what was meant.
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

/// Does what a parsed line asks for.
pub(crate) fn perform(shell: &mut Shell, parsed: Parsed) -> Result<Flow, Error> {
    perform_by(shell, parsed, call)
}

/// The same, where a loop runs some commands itself.
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
    // In a run, until what came of it is told: nobody may take it for not done.
    if shell.terminal.is_some() {
        let mut state = shell.progress.state();
        state.writing.clear();
        state.so_far = None;
    }
    shell.ended(asks, flow.as_ref().err());
    flow
}

/// Runs a command that is read.
pub(crate) fn call(shell: &mut Shell, call: Call) -> Result<Flow, Error> {
    match &call.command.does {
        Does::Request(_) | Does::Shell(Verb::Raw(_)) => {
            shell.request(call).map(|()| Flow::Continue)
        }
        Does::Shell(verb) => run_verb(shell, *verb, &call),
    }
}

/// Runs one of the shell's own commands.
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
        // `source` is run by the two loops, requests by the engine.
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
