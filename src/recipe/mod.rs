//! Recipes: shortcuts for daily tasks. Each runs several operations of the
//! catalogue and returns one result.

mod backup;
mod dump;
mod effective;
mod expiring;
mod groups;
mod idle;
mod pages;
mod quota_scan_all;
mod restore;
mod rotate_api_key;
mod span;
mod unban;

pub(crate) use restore::servers::{Comparison, ServerData};

use crate::catalog::{Recipe, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::session::Answer;
use crate::settings::Echo;
use crate::shell::Shell;
use serde_json::Value as Json;

/// The outcome of a recipe.
struct RecipeResult {
    result: Json,
    /// What is shown in place of it; `last` does not keep this.
    shown: Option<Json>,
    /// An error reported in addition to a partial result.
    error: Option<Error>,
}

impl RecipeResult {
    const fn new(result: Json, error: Option<Error>) -> Self {
        Self {
            result,
            shown: None,
            error,
        }
    }
}

impl From<Json> for RecipeResult {
    fn from(result: Json) -> Self {
        Self::new(result, None)
    }
}

/// Runs a recipe and shows its result.
pub(crate) fn run(shell: &mut Shell, which: Recipe, call: &Call) -> Result<(), Error> {
    check(which, call)?;
    let name = call.command.name;
    if shell.session.settings.echo == Echo::Only {
        not_shown(shell, call);
        return Ok(());
    }
    shell.check_release(call)?;
    shell.progress.state().recipe = Some(name);
    let outcome = match which {
        Recipe::Backup => backup::run(shell, call),
        Recipe::EffectiveUser => effective::user(shell, call),
        Recipe::Expiring => expiring::run(shell, call),
        Recipe::Idle => idle::run(shell, call),
        Recipe::QuotaScanAll => quota_scan_all::run(shell, call),
        Recipe::Restore => restore::run(shell, call),
        Recipe::RotateApiKey => rotate_api_key::run(shell, call),
        Recipe::TestPermission => effective::test(shell, call),
        Recipe::Unban => unban::run(shell, call),
    };
    shell.progress.state().recipe = None;
    let of = |error: Error| Error {
        message: format!("`{name}`: {}", error.message),
        ..error
    };
    let RecipeResult {
        result,
        shown,
        error,
    } = outcome.map_err(of)?;
    let kind = call.command.answer_type();
    let shown = shell
        .screen()
        .print_result(shown.as_ref().unwrap_or(&result), kind);
    let body = result.to_string().into_bytes();
    let json = Some(result);
    shell.session.keep(200, Answer { body, json, kind });
    match error {
        Some(error) => Err(of(error)),
        None => shown,
    }
}

/// Checks the arguments before the run.
pub(crate) fn check(which: Recipe, call: &Call) -> Result<(), Error> {
    match which {
        Recipe::Backup => backup::check(call),
        Recipe::Expiring => expiring::check(call),
        Recipe::Idle => idle::check(call),
        Recipe::QuotaScanAll => quota_scan_all::check(call),
        Recipe::EffectiveUser | Recipe::RotateApiKey => Ok(()),
        Recipe::Restore => restore::check(call),
        Recipe::TestPermission => effective::check(call),
        Recipe::Unban => unban::check(call),
    }
}

/// An empty list is probably an empty variable in a script; it must not mean
/// everything.
fn named(call: &Call, flag: &str) -> Result<(), Error> {
    if call.typed(flag) && call.list(flag).is_empty() {
        return Err(Error::typed(format!("`--{flag}` is empty"))
            .hint("leave it out for all kinds")
            .at(call.place(flag)));
    }
    Ok(())
}

/// Reports that the requests of a recipe, or of a command like one, cannot be shown without
/// sending them.
pub(crate) fn not_shown(shell: &Shell, call: &Call) {
    let name = call.command.name;
    let lists = match call.command.verb() {
        Some(Verb::Recipe(..)) => format!("; `help {name}` lists its operations"),
        _ => String::new(),
    };
    shell.screen().remark(&format!(
        "`{name}` cannot be shown: its requests depend on answers{lists}\n"
    ));
}
