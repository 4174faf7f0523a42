//! The shell's own commands, one file each.

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
pub(crate) mod raw;
pub(crate) mod set;
pub(crate) mod settings_docs;
pub(crate) mod sleep;
mod who;

use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::recipe;
use crate::script;
use crate::shell::{Flow, Shell};

/// Runs one of the shell's own commands.
pub(crate) fn run(shell: &mut Shell, verb: Verb, call: &Call) -> Result<Flow, Error> {
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
        Verb::Source => done(script::sourced(shell, call)),
        // These send a request: the engine does it, as for the commands of the table.
        Verb::Raw(_) => Ok(Flow::Continue),
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
