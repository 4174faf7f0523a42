//! `practice` and `practice_server`: the server to practise on.

use crate::error::Error;
use crate::line::call::Call;
use crate::practice::{APIS, Api, Clock, Data, Options, Practice};
use crate::settings;
use crate::shell::Shell;
use crate::text::words::this_is;

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let value = call.text("value");
    let typed = |message: String| Error::typed(message).at(call.span.clone());
    let Some(practice) = &shell.session.practice else {
        return Err(typed("no practice server runs in this shell".to_owned())
            .hint("start the shell with `--practice`"));
    };
    match call.text("what") {
        "reset" => practice.reset(),
        "latency" => {
            let latency = settings::duration(value)
                .map_err(|why| typed(format!("`latency` {why}; {}", this_is(value))))?;
            practice.set_latency(latency);
        }
        _ if value == "off" => practice.set_failure(None),
        _ => {
            let status = value
                .parse()
                .ok()
                .filter(|status| (400..=599).contains(status));
            let status = status.ok_or_else(|| {
                typed(format!(
                    "`fail` takes a status from 400 to 599, or `off`; this is `{value}`"
                ))
            })?;
            practice.set_failure(Some(status));
        }
    }
    let here = shell
        .session
        .settings
        .base_url
        .as_str()
        .trim_end_matches('/')
        == practice.url();
    if here && call.text("what") == "reset" {
        shell.session.forget_server();
    }
    Ok(())
}

/// Runs until it is interrupted.
pub(super) fn serve(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    if shell.terminal.is_some() || shell.progress.state().place.is_some() {
        return Err(Error::typed("`practice-server` is for the start of the program")
            .hint("`sftpgo-shell practice-server`, or `sftpgo-shell --practice` for a shell with its own")
            .at(call.span.clone()));
    }
    let port = u16::try_from(call.int("port")).unwrap_or_default();
    let name = shell.session.settings.api.name;
    let api = Api::named(name).ok_or_else(|| {
        Error::typed(format!(
            "the practice server does not speak the API `{name}`"
        ))
        .hint(format!("`--api {}` does", APIS.join("` or `--api ")))
    })?;
    let practice = Practice::start(Options {
        api,
        port,
        data: if call.is_on("empty") {
            Data::Empty
        } else {
            Data::Sample
        },
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
        .hint("`--port 0` takes any free port")
    })?;
    shell.remark(&line(&practice));
    shell.print(&format!("{}\n", practice.url()))?;
    shell.progress.state().until_interrupted = true;
    practice.wait();
    Ok(())
}

/// What is said of a practice server that has started.
pub(crate) fn line(practice: &Practice) -> String {
    format!(
        "practice server on {}: its data are made up and gone when it ends\n",
        practice.url()
    )
}
