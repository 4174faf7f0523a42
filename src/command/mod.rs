//! Runs a command: reads its words, then dispatches it. The shell's own
//! commands have one file each, with a row of the table.

mod add_users;
pub(crate) mod builtin;
mod cheat;
mod compare;
mod connect;
mod diff;
mod doctor;
mod echo;
mod edit;
mod exit;
mod expect;
mod explain;
mod field;
mod generate;
pub(crate) mod help;
mod history;
mod keep;
mod last;
mod learn;
mod let_;
mod on;
pub(crate) mod practice;
mod profile;
mod raw;
mod recipe;
mod record;
mod redirected;
mod refresh;
mod save;
mod set;
pub(crate) mod settings_docs;
mod sleep;
mod source;
mod target;
mod undo;
mod wait_ready;
mod watch;
mod who;

use crate::catalog::Command;
use crate::error::Error;
use crate::line::call::Call;
use crate::line::call::{Content, Parsed};
use crate::line::outline::command_of;
use crate::shell::{Flow, Shell};
use crate::text::lex::Word;

pub(crate) use builtin::{
    Builtin, Check, Checking, Dry, DryRun, Runs, Skip, Unknown, builtin, runs_a_file,
};
pub(crate) use explain::field_page;
pub(crate) use keep::keep;
pub(crate) use redirected::perform_to;

/// The shell's own commands.
static BUILTINS: &[Builtin] = &[
    add_users::BUILTIN,
    cheat::BUILTIN,
    compare::BUILTIN,
    connect::BUILTIN,
    diff::BUILTIN,
    doctor::BUILTIN,
    echo::BUILTIN,
    edit::EDIT,
    edit::NEW,
    exit::BUILTIN,
    expect::BUILTIN,
    explain::CURL,
    explain::EXPLAIN,
    generate::BUILTIN,
    help::BUILTIN,
    history::BUILTIN,
    last::BUILTIN,
    learn::BUILTIN,
    let_::BUILTIN,
    on::BUILTIN,
    practice::PRACTICE,
    practice::PRACTICE_SERVER,
    profile::BUILTIN,
    raw::BUILTIN,
    recipe::BUILTIN,
    record::BUILTIN,
    refresh::BUILTIN,
    save::BUILTIN,
    set::SET,
    sleep::BUILTIN,
    source::BUILTIN,
    undo::BUILTIN,
    wait_ready::BUILTIN,
    watch::BUILTIN,
    who::LOGIN,
    who::LOGOUT,
    who::WHOAMI,
];

/// Reads a command: its variables, its row, its arguments.
pub(crate) fn read_words(shell: &mut Shell, words: &[Word]) -> Result<Parsed, Error> {
    let args = shell.session.expanded(words);
    let parsed = args.and_then(|args| shell.parse_for_server(&args));
    if let Err(error) = &parsed {
        let command = command_of(words, shell.session.settings.api);
        if let Some(row) = command.and_then(builtin) {
            (row.on_parse_error)(shell, words);
        }
        let asks = command.is_none_or(Command::asks);
        shell.record_end(asks, Some(error));
    }
    parsed
}

/// Runs a parsed line; the loop runs some commands itself, by `call`.
pub(crate) fn perform_by(
    shell: &mut Shell,
    parsed: Parsed,
    call: impl FnOnce(&mut Shell, Call) -> Result<Flow, Error>,
) -> Result<Flow, Error> {
    let asks = matches!(&parsed.content, Content::Call(call) if call.command.asks());
    let flow = shell.under(&parsed.overrides, |shell| {
        shell.timed(|shell| match parsed.content {
            Content::Nothing => Ok(Flow::Continue),
            Content::Help(topic) => help::run(shell, topic),
            Content::Call(command) => call(shell, command),
        })
    });
    // Keep the progress state until the outcome has been reported, so that an
    // interrupt here does not call the request "not done".
    if shell.asker.is_interactive() {
        let mut state = shell.progress.state();
        state.writing.clear();
        state.so_far = None;
    }
    shell.record_end(asks, flow.as_ref().err());
    flow
}

/// Runs a parsed command.
pub(crate) fn call(shell: &mut Shell, call: Call) -> Result<Flow, Error> {
    shell.refuse_write(&call)?;
    match builtin(call.command).map_or(Runs::Request, |row| row.run) {
        Runs::By(run) => run(shell, &call).map(|()| Flow::Continue),
        Runs::Flow(run) => run(shell, &call),
        Runs::Request => shell.request(call).map(|()| Flow::Continue),
        // The two loops run it.
        Runs::File | Runs::Lessons => Ok(Flow::Continue),
    }
}
