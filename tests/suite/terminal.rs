//! The shell on a terminal, key by key.

mod add_users;
mod backup;
mod before_sending;
mod detecting;
mod edit;
mod editing;
mod find;
mod history;
mod interrupt;
mod keys;
mod last_user;
mod learn;
mod live;
mod login;
mod many;
mod objects;
mod on;
mod own_shells;
mod paging;
mod pasting;
mod picture;
mod practice;
mod profiles;
mod pty;
mod redirects;
mod seed;
mod setup;
mod signals;
mod sourcing;
mod start;
mod streams;
mod svg;
mod typing;
mod v2;
mod views;
mod waiting;
mod watch;

use sftpgo_shell::practice::Practice;

/// What the server was asked: method and target.
fn asked(practice: &Practice) -> Vec<String> {
    practice
        .seen()
        .iter()
        .map(|seen| format!("{} {}", seen.method, seen.target))
        .collect()
}
