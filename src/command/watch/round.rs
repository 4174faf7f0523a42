//! One round: the command runs as if it were typed, and what it prints is kept.

use super::{Watch, ends};
use crate::catalog::connection_list::lists_connections;
use crate::error::Error;
use crate::settings::{Key, Origin, Output, Setting};
use crate::shell::Shell;
use serde_json::Value as Json;

/// What a round found.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// What the command printed.
    pub(super) printed: Vec<u8>,
    /// Its answer, if there is one and it is JSON.
    pub(super) json: Option<Json>,
    /// Its failure.
    pub(super) error: Option<Error>,
    /// Whether the condition holds.
    pub(super) holds: bool,
}

/// Runs a round, with its messages on the screen unless it is `quiet`. The error is one
/// that ends the watch.
pub(super) fn run(shell: &mut Shell, watch: &Watch, quiet: bool) -> Result<Round, Error> {
    // A condition must not look at the answer to an earlier command.
    let before = shell.session.answer.take();
    let overrides = overrides(shell, watch);
    let (done, captured) = shell.captured(quiet, |shell| {
        shell.under(&overrides, |shell| {
            super::super::call(shell, watch.call.clone())
        })
    });
    let error = done.err();
    shell.record_end(true, error.as_ref());
    let holds = watch.holds(shell, error.is_none());
    let json = shell
        .session
        .answer
        .as_ref()
        .and_then(|answer| answer.json.clone());
    if shell.session.answer.is_none() {
        shell.session.answer = before;
    }
    match error {
        // The condition may expect this failure.
        Some(error) if ends(&error) && !matches!(holds, Ok(true)) => Err(error),
        error => Ok(Round {
            printed: captured.stdout,
            json,
            error,
            holds: holds?,
        }),
    }
}

/// The settings of a round. Where no format was chosen, a document is one line.
fn overrides(shell: &Shell, watch: &Watch) -> Vec<(&'static Setting, String)> {
    let output = Key::Output.setting();
    let is_default = shell.session.settings.shown(output).1 == Origin::Default;
    let one_line = (is_default && !super::draws(shell)).then(|| (output, "compact".to_owned()));
    let own = watch.overrides.iter().cloned();
    one_line.into_iter().chain(own).collect()
}

/// Whether an answer is shown as it was printed: a format was chosen, or it has the layout
/// of a table or a card.
pub(super) fn has_layout(shell: &Shell, watch: &Watch) -> bool {
    let output = Key::Output.setting();
    let is_given = watch.overrides.iter().any(|(key, _)| key.key == output.key);
    let is_chosen = is_given || shell.session.settings.shown(output).1 != Origin::Default;
    let is_drawn = || {
        shell
            .look(&watch.call)
            .is_ok_and(|look| look.output == Output::Table)
    };
    // Live connections have a table of their own, with rates.
    is_chosen || !lists_connections(watch.call.command) && is_drawn()
}
