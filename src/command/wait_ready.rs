//! `wait_ready`: waits until the server answers as SFTPGo does.

use super::builtin::{Builtin, Check, OnServers, Runs};
use crate::catalog::Verb;
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::settings::{self, Key};
use crate::shell::Shell;
use crate::shell::detect::{Detected, HEALTHZ, Kind};
use crate::text::words::this_is;
use std::time::{Duration, Instant};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(|_, call| limit(call).map(drop)),
    on_servers: |_| OnServers::Open,
    ..Builtin::new(Verb::WaitReady, Runs::By(run))
};

/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// The time that a try may take: a server that is starting may accept a connection and
/// never answer.
const TRY: Duration = Duration::from_secs(5);

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let limit = limit(call)?;
    let began = Instant::now();
    let server = shell.session.settings.server();
    let begins = shell.begin_waiting(&server);
    let waited = wait(shell, limit, began);
    if begins {
        shell.progress.end_waiting();
    }
    let kind = waited?;
    let release = kind
        .release
        .map_or_else(String::new, |one| format!(" {one}"));
    shell.screen().remark(&format!(
        "{server} is ready: SFTPGo{release}, API {}\n",
        kind.api
    ));
    Ok(())
}

/// How long to wait; `None` is forever.
fn limit(call: &Call) -> Result<Option<Duration>, Error> {
    if call.value("timeout").is_none() {
        return Ok(None);
    }
    let text = call.text("timeout");
    let limit = settings::duration(text).map_err(|why| {
        Error::typed(format!("`--timeout` {why}; {}", this_is(text))).at(call.place("timeout"))
    })?;
    Ok(Some(limit).filter(|limit| !limit.is_zero()))
}

fn wait(shell: &mut Shell, limit: Option<Duration>, began: Instant) -> Result<Kind, Error> {
    loop {
        let left = limit.map(|limit| limit.saturating_sub(began.elapsed()));
        let error = match attempt(shell, left.map_or(TRY, |left| left.min(TRY))) {
            Ok(kind) => return Ok(kind),
            Err(error) if error.fault == Fault::NoAnswer => error,
            Err(error) => return Err(error),
        };
        let left = limit.map(|limit| limit.saturating_sub(began.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(too_late(shell, limit.unwrap_or_default(), error));
        }
        shell
            .asker
            .pause(left.map_or(PAUSE, |left| left.min(PAUSE)))?;
    }
}

/// Asks once, without credentials.
fn attempt(shell: &mut Shell, most: Duration) -> Result<Kind, Error> {
    let shortest = |time: Duration, most: Duration| match time {
        Duration::ZERO => most,
        time => time.min(most),
    };
    let settings = &mut shell.session.settings;
    let (connect, whole) = (settings.connect_timeout, settings.timeout);
    // A client is made for this time, so it is the same in each try.
    settings.connect_timeout = shortest(connect, TRY);
    settings.timeout = shortest(whole, most.max(Duration::from_millis(100)));
    let asked = ask(shell);
    let settings = &mut shell.session.settings;
    (settings.connect_timeout, settings.timeout) = (connect, whole);
    asked
}

fn ask(shell: &mut Shell) -> Result<Kind, Error> {
    let not_yet = |why: String| Error::new(Fault::NoAnswer, why);
    let healthz = shell.question(HEALTHZ)?;
    // Servers before 1.2.0 do not have it; a proxy without its server may say so as well.
    if !matches!(healthz.status, 200 | 404) {
        let status = healthz.status;
        return Err(not_yet(format!("it answers {status}")));
    }
    match shell.detect_by(&healthz)? {
        Detected::Sftpgo(kind) => Ok(kind),
        Detected::Rejects(status) => Err(not_yet(format!("it answers {status}"))),
        Detected::Other => Err(not_yet("it does not answer as SFTPGo does".to_owned())),
    }
}

fn too_late(shell: &Shell, waited: Duration, last: Error) -> Error {
    let (url, _) = shell.session.settings.shown(Key::BaseUrl.setting());
    let seconds = waited.as_secs_f64();
    let why = last.message.trim_end_matches("; nothing was sent");
    let message = format!("{url} is not ready after {seconds} s: {why}");
    Error { message, ..last }
}
