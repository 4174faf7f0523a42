//! The table in clap's terms: one clap command for each row, built once.

use crate::catalog::{Command, Kind, Line, Param, Release};
use crate::settings::{self, Setting};
use clap::{Arg, ArgAction};

/// The clap command of a row, in one release: its own flags and the settings.
pub fn command(command: &'static Command, release: Release) -> clap::Command {
    let params = command
        .params_in(release)
        .filter(|param| param.line != Line::Absent);
    let settings = settings_of(command).map(|setting| &setting.param);
    let many = command.many().map(|param| param.name);
    base(command.name).args(params.chain(settings).map(|param| {
        if Some(param.name) == many {
            arg(param).num_args(1..).action(ArgAction::Append)
        } else {
            arg(param)
        }
    }))
}

/// The settings whose flags are accepted after a command: those that can change
/// in a session, if the command has no parameter of that name. A command that
/// uses the rest of the line as words has none.
pub fn settings_of(command: &'static Command) -> impl Iterator<Item = &'static Setting> {
    let takes_rest = command.params.iter().any(|param| param.kind.is_rest());
    // Some follow from the whole table: they are looked up once, not for each setting.
    let own: Vec<&str> = command.all_params().map(|param| param.name).collect();
    settings::TABLE
        .iter()
        .filter(move |setting| setting.changes && !takes_rest && !own.contains(&setting.param.name))
}

/// The flags before a command: the settings and `more`. The rest of the line is
/// an external subcommand.
pub fn globals(more: &'static [Param], change: bool) -> clap::Command {
    base("sftpgo-shell")
        .no_binary_name(true)
        .allow_external_subcommands(true)
        .args(
            settings::TABLE
                .iter()
                .filter(|setting| setting.changes || !change)
                .map(|setting| arg(&setting.param)),
        )
        .args(more.iter().map(arg))
}

fn base(name: &'static str) -> clap::Command {
    clap::Command::new(name)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .action(ArgAction::Help),
        )
}

/// The clap argument of a parameter. Its kind checks the value afterwards.
fn arg(param: &Param) -> Arg {
    let arg = Arg::new(param.name);
    let arg = match param.line {
        // `parse` reports the missing positions: clap fills them in
        // their order, and a single word of `[ID] USERNAME` is the username.
        Line::Position => return arg.allow_negative_numbers(true),
        _ if param.name.contains('_') => arg.long(param.name).alias(param.name.replace('_', "-")),
        _ => arg.long(param.name),
    };
    // As with argparse, the last of two equal flags wins. Of two words for one
    // position neither wins: it might be the id of another user.
    let arg = match param.kind {
        kind if kind.is_many() => arg,
        _ => arg.overrides_with(param.name),
    };
    if let Some(bare) = param.bare {
        // The next word may be the command, or a position; not if the flag is one of
        // the Python client, which always had its number: `--indent 1`.
        return arg
            .num_args(0..=1)
            .require_equals(!param.is_numbered())
            .default_missing_value(bare);
    }
    match param.kind {
        _ if param.words > 0 => arg.num_args(param.words).action(ArgAction::Append),
        kind if kind.is_many() => arg.num_args(1..).action(ArgAction::Append),
        // Without a value the shell prompts for it.
        Kind::Secret => arg.num_args(0..=1),
        Kind::Int { .. } => arg.allow_negative_numbers(true),
        _ => arg,
    }
}
