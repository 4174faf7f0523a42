//! `idle`: whether anyone is connected.

use super::{Came, span};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::render::clean;
use crate::shell::Shell;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// More names than this are not told.
const MOST_TOLD: usize = 5;

pub(super) fn check(call: &Call) -> Result<(), Error> {
    span::of(call, "wait").map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<Came, Error> {
    let wait = span::of(call, "wait")?;
    let since = Instant::now();
    let list = shell.first_of(&["get_connections", "get_sftp_connections"])?;
    loop {
        let answer = shell.part(&[list], &[])?;
        let none = Vec::new();
        let live = match &answer {
            Json::Array(live) => live,
            // A server written in Go may say null for none.
            Json::Null => &none,
            // Who is connected is not known: that nobody is must not be said.
            _ => {
                let why = format!("`{list}`: the answer is no list");
                return Err(Error::new(Fault::NoAnswer, why));
            }
        };
        if live.is_empty() {
            return Ok(Json::Array(none).into());
        }
        let left = wait.saturating_sub(since.elapsed());
        if left.is_zero() {
            let but = Error::new(Fault::Local, connected(live, wait))
                .hint(format!("`{list}` shows them; `--wait 10m` waits"));
            return Ok(Came {
                but: Some(but),
                result: answer,
            });
        }
        shell.pause(PAUSE.min(left))?;
    }
}

/// `2 connections after 10m, of anna and bob`.
fn connected(live: &[Json], waited: Duration) -> String {
    let names: BTreeSet<&str> = live
        .iter()
        .filter_map(|one| one.get("username")?.as_str())
        .collect();
    let more = names.len().saturating_sub(MOST_TOLD);
    let mut told: Vec<String> = names
        .into_iter()
        .take(MOST_TOLD)
        .map(|name| format!("`{}`", clean::line(name)))
        .collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    let count = crate::progress::number(live.len(), "connection");
    let after = if waited.is_zero() {
        String::new()
    } else {
        " after the wait".to_owned()
    };
    format!("{count}{after}, of {}", told.join(", "))
}
