//! `compare`: what differs between the servers of two profiles.

use super::builtin::{Builtin, Check, Dry, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::recipe::{Comparison, ServerData, not_shown};
use crate::session::Answer;
use crate::settings::{Echo, Settings};
use crate::shell::Shell;
use crate::shell::beside::{Beside, of_server};

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(|checking, call| {
        if call.is_known() {
            names(checking.settings, call).map(drop)
        } else {
            Ok(())
        }
    }),
    dry: Dry::By(|run, call| {
        not_shown(run.shell, call);
        Ok(true)
    }),
    ..Builtin::new(Verb::Compare, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let names = names(&shell.session.settings, call)?;
    if shell.session.settings.echo == Echo::Only {
        not_shown(shell, call);
        return Ok(());
    }
    let mut servers = Vec::new();
    for name in names {
        let beside = shell.beside(&shell.session.settings, name);
        servers.push(beside.map_err(|error| of_server(name, error))?);
    }
    shell.need_passwords_beside(servers.iter_mut())?;
    let only = call.list("scopes").to_vec();
    let [first, second] = read(shell, servers, &only)?;
    let compared = Comparison::new([&first, &second], &only)?;
    let json = compared.to_json();
    let shown = if shell.screen().summarizes() {
        shell.screen().print(&compared.text())
    } else {
        shell.screen().print_value(&json)
    };
    if let Some(remark) = compared.remark() {
        shell.screen().remark(&format!("{remark}\n"));
    }
    let body = json.to_string().into_bytes();
    let (json, kind) = (Some(json), None);
    shell.session.keep(200, Answer { body, json, kind });
    shown?;
    let [first, second] = names;
    let summary = compared.summary();
    if compared.is_equal() {
        let said = format!("`{first}` and `{second}` do not differ: {summary}\n");
        shell.screen().remark(&said);
        return Ok(());
    }
    Err(Error::local(format!(
        "`{first}` and `{second}` differ: {summary}"
    )))
}

/// The two profiles.
fn names<'a>(settings: &Settings, call: &'a Call) -> Result<[&'a str; 2], Error> {
    let name = |param: &str| {
        let here = |error: Error| error.at(call.place(param));
        let text = call.text(param);
        let Some(name) = text.strip_prefix('@') else {
            let error = Error::typed("`compare` expects two profiles, each with an `@`");
            return Err(here(error.hint("for example `compare @prod @dev`")));
        };
        settings.config().profile(name).map_err(here)?;
        Ok(name)
    };
    let (first, second) = (name("first")?, name("second")?);
    if first == second {
        let error = Error::typed("`compare` expects two profiles, and these are the same");
        return Err(error.at(call.place("second")));
    }
    Ok([first, second])
}

/// Reads both servers at once.
fn read(shell: &Shell, servers: Vec<Beside>, only: &[String]) -> Result<[ServerData; 2], Error> {
    let servers = servers
        .into_iter()
        .map(|server| (server.name.clone(), server));
    let only = only.to_vec();
    let read = move |server: Beside| {
        server.in_turn(|mut server| {
            let read = ServerData::read(&mut server, &only);
            (read, server.written().1)
        })
    };
    let mut all = Vec::new();
    let mut failed = Vec::new();
    shell.at_once(servers.collect(), read, |name, done| {
        let (read, messages) = done.unwrap_or_else(|error| (Err(error), String::new()));
        shell.say_of_server(&name, &messages);
        match read {
            Ok(data) => all.push(data),
            Err(error) => failed.push(of_server(&name, error)),
        }
        Ok(())
    })?;
    match (Error::joined(failed), <[ServerData; 2]>::try_from(all)) {
        (None, Ok(both)) => Ok(both),
        (error, _) => Err(error.unwrap_or_else(|| Error::local("a server is missing"))),
    }
}
