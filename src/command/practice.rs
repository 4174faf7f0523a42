//! `practice` and `practice_server`: the practice server.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::http::auth::PasswordState;
use crate::line::call::Call;
use crate::practice::{ADMIN, API, APIS, Api, Clock, Data, Options, PASSWORD, Practice};
use crate::settings;
use crate::shell::Shell;
use crate::text::words::this_is;

pub(super) const PRACTICE: Builtin = Builtin::new(Verb::Practice, Runs::By(run));
pub(super) const PRACTICE_SERVER: Builtin = Builtin::new(Verb::PracticeServer, Runs::By(serve));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let value = call.text("value");
    let typed = |message: String| Error::typed(message).at(call.span.clone());
    let Some(practice) = &shell.session.practice else {
        return Err(typed("this shell has no practice server".to_owned())
            .hint("start it with `sftpgo-shell --practice`"));
    };
    let done = match call.text("what") {
        "reset" => {
            practice.reset();
            "the data of the practice server was reset".to_owned()
        }
        "latency" => {
            let latency = settings::duration(value)
                .map_err(|why| typed(format!("`latency` {why}; {}", this_is(value))))?;
            practice.set_latency(latency);
            if latency.is_zero() {
                "the practice server answers without delay".to_owned()
            } else {
                format!("the practice server delays every answer by {value}")
            }
        }
        _ if value == "off" => {
            practice.set_failure(None);
            "the practice server answers as usual".to_owned()
        }
        _ => {
            let status = value
                .parse()
                .ok()
                .filter(|status| (400..=599).contains(status));
            let status = status.ok_or_else(|| {
                typed(format!(
                    "`fail` must be a status from 400 to 599, or `off`; this is `{value}`"
                ))
            })?;
            practice.set_failure(Some(status));
            format!(
                "the practice server answers every request with {status}; `practice fail off` ends it"
            )
        }
    };
    if call.text("what") == "reset" && shell.session.own_practice().is_some() {
        shell.session.forget_server();
    }
    let auth = &shell.session.auth;
    if auth.sample && auth.password_state == PasswordState::Wrong {
        // It was a failure that was asked for.
        shell.session.use_sample_admin();
    }
    if !shell.in_file() {
        shell.screen().remark(&format!("{done}\n"));
    }
    Ok(())
}

/// Runs until it is interrupted.
fn serve(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    if shell.asker.is_interactive() || shell.progress.has_place() {
        return Err(Error::typed("`practice-server` works only on the command line")
            .hint("run `sftpgo-shell practice-server`, or `sftpgo-shell --practice` for a shell with its own server")
            .at(call.span.clone()));
    }
    let port = u16::try_from(call.int("port")).unwrap_or_default();
    let name = shell.session.settings.api.name;
    let api = Api::named(name).ok_or_else(|| {
        Error::typed(format!(
            "the practice server does not have the API `{name}`"
        ))
        .hint(format!("use `--api {}`", APIS.join("` or `--api ")))
    })?;
    let data = if call.is_on("empty") {
        Data::Empty
    } else {
        Data::Sample
    };
    let practice = Practice::start(Options {
        api,
        port,
        data,
        clock: if call.int("clock") == 0 {
            Clock::System
        } else {
            Clock::Fixed(call.int("clock"))
        },
        ..Options::default()
    })
    .map_err(|why| {
        Error::local(format!(
            "cannot listen on 127.0.0.1:{port}: {}",
            crate::error::system(&why)
        ))
        .hint("`--port 0` uses any free port")
    })?;
    shell.screen().remark(&started(&practice, data));
    shell.screen().remark(&format!(
        "API 2019 at /api/v1; API v2 at /api/v2, login `{ADMIN}`, password `{PASSWORD}`\n"
    ));
    // Set first: a program that reads the address may interrupt at once.
    shell.progress.state().until_interrupted = true;
    shell.screen().print(&format!("{}\n", practice.url()))?;
    practice.wait();
    Ok(())
}

/// The greeting of a shell with a practice server of its own, connected by this API.
pub(crate) fn greeting(practice: &Practice, api: &str) -> String {
    let other = if api == API {
        "API 2019 in use; `set api v2` switches to SFTPGo 2 and logs in a sample admin"
    } else {
        "API v2 in use, as a sample admin; `set api 2019` switches to SFTPGo of 2019"
    };
    format!("{}{other}\n", started(practice, Data::Sample))
}

fn started(practice: &Practice, data: Data) -> String {
    let data = match data {
        Data::Sample => "sample data",
        Data::Empty => "no data yet",
    };
    format!(
        "practice server on {}: {data}, lost when it stops\n",
        practice.url()
    )
}
