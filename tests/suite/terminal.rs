//! The shell on a terminal, key by key.

mod add_users;
mod backup;
mod detecting;
mod edit;
mod editing;
mod find;
mod history;
mod interrupt;
mod keys;
mod login;
mod pasting;
mod practice;
mod pty;
mod seed;
mod setup;
mod signals;
mod sourcing;
mod streams;
mod v2;

use sftpgo_shell::practice::Practice;

/// What the server was asked: method and target.
fn asked(practice: &Practice) -> Vec<String> {
    practice
        .seen()
        .iter()
        .map(|seen| format!("{} {}", seen.method, seen.target))
        .collect()
}
