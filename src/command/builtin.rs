//! The table of the shell's own commands: one row says how a command runs, and
//! what a check, a dry run and `--from-line` do with it.

use crate::catalog::{APIS, Command, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::outline::outline;
use crate::request::ShowAs;
use crate::session::kept::UseInFile;
use crate::session::variables::UserVariables;
use crate::settings::{Setting, Settings};
use crate::shell::{Flow, Shell};
use crate::text::lex::{Word, lex};
use std::mem::discriminant;

/// One of the shell's own commands. What a file does not say of its command is
/// as in `Builtin::new`.
#[derive(Clone, Copy)]
pub(crate) struct Builtin {
    /// The command. The value in the verb, such as the method, does not matter.
    pub(crate) verb: Verb,
    /// How it runs.
    pub(crate) run: Runs,
    /// What is checked before the first command of a file runs.
    pub(crate) check: Check,
    /// What it does in a dry run.
    pub(crate) dry: Dry,
    /// What it does before the line of `--from-line`.
    pub(crate) skip: Skip,
    /// What `Dry::Runs` and `Skip::Runs` do where it uses a variable that only
    /// an answer sets.
    pub(crate) unknown: Unknown,
    /// Whether this call only prints a value: `Dry::Runs` and `Skip::Runs`
    /// leave it out.
    pub(crate) only_prints: fn(&Call) -> bool,
    /// Whether these words choose the server or its API: then its failure stops
    /// the run, since the commands after it would be sent to the wrong one.
    pub(crate) chooses_server: fn(&[Word]) -> bool,
    /// What a file of `save` does with it.
    pub(crate) in_file: UseInFile,
    /// What is done if its words cannot be parsed.
    pub(crate) on_parse_error: fn(&mut Shell, &[Word]),
    /// Whether this call can run on the servers of several profiles.
    pub(crate) on_servers: fn(&Call) -> OnServers,
    /// Whether it fails if the config file has an error.
    pub(crate) needs_config: bool,
}

/// Whether `on` can run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnServers {
    /// No: it is about this session or this machine, or it asks questions.
    Refused,
    /// Yes: all that it needs is a server and the login there.
    ByLogin,
    /// Yes, and no login has to be there.
    Open,
}

/// How a command runs.
#[derive(Clone, Copy)]
pub(crate) enum Runs {
    /// By this function.
    By(fn(&mut Shell, &Call) -> Result<(), Error>),
    /// By this function, which also says whether the session continues.
    Flow(fn(&mut Shell, &Call) -> Result<Flow, Error>),
    Request,
    /// As a file of commands, by the loop that read its line.
    File,
    /// As a lesson, which runs commands itself, by the loop.
    Lessons,
}

/// What is checked of a command before a run.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Only that its words can be parsed.
    Words,
    /// What this function looks at.
    By(fn(&mut Checking<'_>, &Call) -> Result<(), Error>),
    /// The command that its words make; its request is only shown.
    Inner,
    /// The file that it names.
    File,
}

/// What a check knows, and what the commands before this one made of it.
pub(crate) struct Checking<'a> {
    /// The session, as it is before the run.
    pub(crate) shell: &'a Shell,
    /// The settings, as they will be.
    pub(crate) settings: &'a mut Settings,
    /// The user's variables, as they will be.
    pub(crate) variables: &'a mut UserVariables,
    /// Whether the command is only shown, by `explain` or `curl`.
    pub(crate) shown: bool,
    /// Whether the run sends requests, so that the server can be asked for its release.
    pub(crate) sends: bool,
    /// Whether the server's release decides if the command is right: the check says so.
    pub(crate) by_release: bool,
}

/// What a command does in a dry run.
#[derive(Clone, Copy)]
pub(crate) enum Dry {
    /// Nothing: it sends no request.
    Nothing,
    /// Its request is shown.
    Request,
    /// It runs: the commands after it depend on it.
    Runs,
    /// What this function does; `false` if it sends no request.
    By(fn(&mut DryRun<'_>, &Call) -> Result<bool, Error>),
}

/// What a command of a dry run is given.
pub(crate) struct DryRun<'a> {
    /// The engine.
    pub(crate) shell: &'a mut Shell,
    /// The settings given by flags, for this command alone.
    pub(crate) overrides: &'a [(&'static Setting, String)],
    /// How requests are shown.
    pub(crate) form: ShowAs,
    /// Whether a request was shown before; the command says so of its own.
    pub(crate) shown_one: &'a mut bool,
    /// Whether a variable of the command has no value yet.
    pub(crate) open: bool,
}

/// What a command does before the line of `--from-line`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Skip {
    /// Nothing.
    Passes,
    /// It runs: the commands after that line depend on it.
    Runs,
    /// The commands of its file are skipped one by one.
    Inner,
}

/// What is done where the value of a variable is not known.
#[derive(Clone, Copy)]
pub(crate) enum Unknown {
    /// A dry run leaves the command out and says so; `--from-line` stops.
    LeftOut,
    /// The command is one that sends no request.
    Nothing,
    /// What this function does.
    By(fn(&mut Shell, &Call) -> Result<(), Error>),
}

impl Builtin {
    /// A command on which no other depends: a check parses its words, a dry run
    /// and `--from-line` leave it out.
    pub(super) const fn new(verb: Verb, run: Runs) -> Self {
        Self {
            verb,
            run,
            check: Check::Words,
            dry: Dry::Nothing,
            skip: Skip::Passes,
            unknown: Unknown::LeftOut,
            only_prints: |_| false,
            chooses_server: |_| false,
            in_file: UseInFile::Runs,
            on_parse_error: |_, _| {},
            on_servers: |_| OnServers::Refused,
            needs_config: true,
        }
    }
}

/// The row of a command; none for a command of the API, which is a request.
pub(crate) fn builtin(command: &Command) -> Option<&'static Builtin> {
    let verb = discriminant(&command.verb()?);
    super::BUILTINS
        .iter()
        .find(|row| discriminant(&row.verb) == verb)
}

/// Whether a line works although the config file has an error.
pub(crate) fn goes_without_config(line: &str) -> bool {
    let lexed = lex(line);
    let words = lexed.commands.first().map_or(&[][..], Vec::as_slice);
    let row = outline(words, &APIS[0]).command.and_then(builtin);
    row.is_some_and(|row| !row.needs_config)
}

/// Whether a command runs a file of commands.
pub(crate) fn runs_a_file(command: &Command) -> bool {
    builtin(command).is_some_and(|row| matches!(row.run, Runs::File))
}

#[cfg(test)]
mod tests {
    use super::super::BUILTINS;
    use super::*;
    use crate::catalog::{APIS, commands};
    use std::collections::HashSet;

    #[test]
    fn each_verb_has_exactly_one_row() {
        let verbs: Vec<Verb> = APIS
            .iter()
            .flat_map(|api| commands(api).filter_map(Command::verb))
            .collect();
        for verb in &verbs {
            let kind = discriminant(verb);
            let rows = BUILTINS
                .iter()
                .filter(|row| discriminant(&row.verb) == kind);
            assert_eq!(rows.count(), 1, "{verb:?}");
        }
        let kinds: HashSet<_> = verbs.iter().map(discriminant).collect();
        assert_eq!(kinds.len(), BUILTINS.len(), "a row without a command");
    }
}
