//! `idle`: whether anyone is connected.

use super::{RecipeResult, span};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::shell::recipe_step::first_of;
use crate::text::clean;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The polling interval.
const PAUSE: Duration = Duration::from_secs(1);

/// At most this many names are listed.
const MAX_REPORTED: usize = 5;

pub(super) fn check(call: &Call) -> Result<(), Error> {
    span::of(call, "wait").map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let wait = span::of(call, "wait")?;
    let since = Instant::now();
    let api = shell.session.settings.api;
    let list = first_of(api, &["get_connections", "get_sftp_connections"])?;
    loop {
        let live = shell.part_list(list)?;
        if live.is_empty() {
            return Ok(Json::Array(live).into());
        }
        let left = wait.saturating_sub(since.elapsed());
        if left.is_zero() {
            let error = Error::new(Fault::Local, connected(&live, wait)).hint(format!(
                "`{list}` shows them; `--wait 10m` waits up to ten minutes"
            ));
            return Ok(RecipeResult::new(Json::Array(live), Some(error)));
        }
        shell.asker.pause(PAUSE.min(left))?;
    }
}

/// `2 connections after the wait: anna, bob`.
fn connected(live: &[Json], waited: Duration) -> String {
    let names: BTreeSet<&str> = live
        .iter()
        .filter_map(|one| one.get("username")?.as_str())
        // A connection before its login has no user name.
        .filter(|name| !name.is_empty())
        .collect();
    let more = names.len().saturating_sub(MAX_REPORTED);
    let mut names_shown: Vec<String> = names
        .into_iter()
        .take(MAX_REPORTED)
        .map(|name| format!("`{}`", clean::line(name)))
        .collect();
    if more > 0 {
        names_shown.push(format!("{more} more"));
    }
    let count = crate::text::words::plural(live.len(), "connection");
    let after = if waited.is_zero() {
        String::new()
    } else {
        " after the wait".to_owned()
    };
    let of = if names_shown.is_empty() { "" } else { ": " };
    format!("{count}{after}{of}{}", names_shown.join(", "))
}
