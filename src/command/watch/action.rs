//! What the keys do to the connection that is selected. The commands are those that the
//! table has for it.

use crate::bulk::word;
use crate::catalog::connection_list::{closing, disabling};
use crate::catalog::{Api, Command, Effect};
use crate::error::Error;
use crate::input::raw_keys::Key;
use crate::line::call::{Call, Content};
use crate::line::variables::Arg;
use crate::output::watch::connections::Row;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::width::fitted;
use crate::text::words::quoted;

/// The columns of an id in a question: an id of an SFTP connection may be as wide as the
/// screen.
const LONGEST_ID: usize = 20;

/// An action that waits for its confirmation.
pub(super) struct Action {
    call: Call,
    /// What is asked.
    pub(super) question: String,
    /// What is said when it is done.
    pub(super) done: String,
}

/// The keys that an API has commands for, as the footer shows them.
pub(super) fn keys(api: &'static Api) -> String {
    let mut keys = String::new();
    if closing(api).is_some() {
        keys.push_str("  k close");
    }
    if disabling(api).is_some() {
        keys.push_str("  d disable user");
    }
    keys
}

/// What a key does to a row; `None` if it does nothing.
pub(super) fn of(shell: &mut Shell, key: Key, row: &Row) -> Option<Result<Action, Error>> {
    let api = shell.session.settings.api;
    match key {
        Key::Char('k') => closing(api).map(|command| close(shell, command, row)),
        // Before its login a connection has no user.
        Key::Char('d') if !row.user.is_empty() => disabling(api).map(|how| {
            let flags = how.flags.map(|(name, value)| format!("--{name}={value}"));
            let call = call(shell, how.command, &flags, &row.user)?;
            let user = quoted(&clean::line(&row.user));
            Ok(Action {
                call,
                question: format!("the user {user} will be disabled and their connections closed"),
                done: format!("{user} is disabled"),
            })
        }),
        _ => None,
    }
}

fn close(shell: &mut Shell, command: &'static Command, row: &Row) -> Result<Action, Error> {
    let call = call(shell, command, &[], &row.connection)?;
    let id = clean::line(&row.connection);
    let short = fitted(&id, LONGEST_ID);
    let user = match clean::line(&row.user) {
        user if user.is_empty() => String::new(),
        user => format!(" of {user}"),
    };
    let effect = command.route().map(|route| route.effect);
    let what = match effect {
        Some(Effect::Destroys(what)) => what,
        _ => command.short,
    };
    Ok(Action {
        call,
        question: format!("the connection {short}{user} will be closed: {what}"),
        done: format!("{short} is closed"),
    })
}

/// The call of a command about the object of this name.
fn call(shell: &mut Shell, command: &Command, flags: &[String], name: &str) -> Result<Call, Error> {
    let words = [command.name].into_iter();
    let words = words.chain(flags.iter().map(String::as_str));
    let args: Vec<Arg> = words
        .chain(["--", name])
        .map(|text| word(text.to_owned()))
        .collect();
    match shell.parse_for_server(&args)?.content {
        Content::Call(call) => Ok(call),
        _ => Err(Error::local(
            "internal error: a key made no command; please report this",
        )),
    }
}

impl Action {
    /// Does it, as it was confirmed.
    pub(super) fn run(self, shell: &mut Shell) -> Result<(), Error> {
        let confirmed = shell.asker.set_confirmed(true);
        let call = self.call;
        let (done, _) = shell.captured(true, |shell| super::super::call(shell, call));
        shell.asker.set_confirmed(confirmed);
        shell.record_end(true, done.as_ref().err());
        done.map(|_| ())
    }
}
