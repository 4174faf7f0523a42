//! Builds the session of what the program was started with.

use super::startup::Startup;
use crate::env::Env;
use crate::error::{Error, system};
use crate::practice::{Options, Practice};
use crate::session::Session;
use crate::settings::{Key, Origin, Settings};
use crate::shell::Out;

/// The session, with its practice server if one is requested.
pub(super) fn new(startup: Startup, env: &Env, out: &Out) -> Result<Session, Error> {
    let mut settings = startup.settings;
    let practice = startup
        .practice
        .then(|| practice(&mut settings))
        .transpose()?;
    if let Some(practice) = practice.as_ref().filter(|_| !startup.quiet) {
        let text = crate::command::practice::greeting(practice, settings.api.name);
        let _ = out.stderr.write(text.as_bytes());
    }
    let mut session = Session::new(settings, env.vars.clone());
    session.practice = practice;
    session.lessons_file = env.lessons_file();
    session.auth = startup.credentials;
    session.allow_shell = startup.allow_shell;
    session.use_sample_admin();
    session.auth.bind(&session.settings.base_url);
    session.know_config(startup.aliases);
    session.assume_api_of_login();
    for (name, value) in startup.vars {
        session.set_variable(&name, Some(value), "");
    }
    Ok(session)
}

fn practice(settings: &mut Settings) -> Result<Practice, Error> {
    if settings.shown(Key::BaseUrl.setting()).1 == Origin::Flag {
        return Err(Error::typed(
            "`--practice` and `--base_url` cannot be used together",
        ));
    }
    let api = crate::practice::Api::named(settings.api.name).ok_or_else(|| {
        let names: Vec<String> = crate::practice::APIS
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        Error::typed(format!(
            "the practice server has only the APIs {}",
            names.join(" and ")
        ))
    })?;
    let options = Options {
        api,
        ..Options::default()
    };
    let practice = Practice::start(options).map_err(|why| {
        Error::local(format!(
            "cannot start the practice server: {}",
            system(&why)
        ))
    })?;
    let base_url = Key::BaseUrl.setting();
    settings
        .set(base_url, &practice.url(), Origin::Flag)
        .map_err(Error::local)?;
    Ok(practice)
}
