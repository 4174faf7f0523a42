//! What the program is started with: arguments, environment and defaults, read
//! once into one value, of which the session is built.

use super::args::{self, Args, CommandSource};
use crate::env::Env;
use crate::error::Error;
use crate::http::auth::{Auth, Secret};
use crate::script::mode::Mode;
use crate::settings::{self, Key, Origin, Settings};
use crate::shell::credentials;
use crate::text::words::this_is;

/// What a run is to do, and with what.
pub(super) struct Startup {
    /// Where commands come from.
    pub source: CommandSource,
    /// How they are run.
    pub mode: Mode,
    /// Whether only errors and warnings are printed.
    pub quiet: bool,
    /// Whether command files may start programs and write files.
    pub allow_shell: bool,
    /// Whether to start a practice server.
    pub practice: bool,
    /// Variables, later ones winning.
    pub vars: Vec<(String, String)>,
    /// The settings, each with where it came from.
    pub settings: Settings,
    pub credentials: Auth,
}

impl Startup {
    /// Reads arguments and environment. An error is returned with the line that it refers to.
    pub(super) fn read(env: &Env) -> Result<Self, (Error, String)> {
        let args = args::read(env)?;
        let (settings, credentials) = match args.source {
            // Help is printed even if a setting is wrong.
            CommandSource::Help | CommandSource::Version => {
                (settings(&args, env).unwrap_or_default(), Auth::default())
            }
            _ => settings(&args, env)
                .and_then(|settings| Ok((settings, credentials(&args.user, env)?)))
                .map_err(|error| (error, String::new()))?,
        };
        Ok(Self {
            source: args.source,
            mode: args.mode,
            quiet: args.quiet,
            allow_shell: args.allow_shell,
            practice: args.practice,
            vars: args.vars,
            settings,
            credentials,
        })
    }
}

/// The settings: defaults, then the environment, then flags.
fn settings(args: &Args, env: &Env) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    if let Some(path) = env.default_history_file() {
        let row = settings::find("history_file").expect("in the table");
        let _ = settings.set(row, &path.to_string_lossy(), Origin::Default);
    }
    for setting in settings::TABLE {
        for name in setting.env.iter().rev() {
            if let Some(value) = env
                .vars
                .get(*name)
                .filter(|value| !value.is_empty() || setting.key == Key::HistoryFile)
            {
                settings
                    .set(setting, value, Origin::Environment(name))
                    .map_err(|why| {
                        Error::typed(format!(
                            "the environment's `{name}` {why}; {}",
                            this_is(value)
                        ))
                        .hint(format!("`{}`: {}", setting.param.name, setting.param.help))
                    })?;
            }
        }
    }
    for (setting, value) in &args.settings {
        settings.set(setting, value, Origin::Flag).map_err(|why| {
            Error::typed(format!(
                "`{}` {why}; {}",
                setting.param.flag(),
                this_is(value)
            ))
        })?;
    }
    Ok(settings)
}

/// The credentials: the user by flag or environment, secrets by environment.
fn credentials(user: &str, env: &Env) -> Result<Auth, Error> {
    let var = |name: &str| {
        env.vars
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let header = |name: &str| var(name).map(|value| in_header(name, value)).transpose();
    let named = Some(user.to_owned()).filter(|user| !user.is_empty());
    Ok(Auth {
        user: named.or_else(|| var(credentials::USER)).unwrap_or_default(),
        password: var(credentials::PASSWORD).map(|text| Secret::new(one_line(&text))),
        otp: header(credentials::OTP)?,
        key: header(credentials::API_KEY)?,
        ..Auth::default()
    })
}

/// A password without the line break at the end of a file or of a command's output.
fn one_line(password: &str) -> &str {
    let line = password.strip_suffix('\n').unwrap_or(password);
    line.strip_suffix('\r').unwrap_or(line)
}

/// A secret that is sent in a header. The usual mistake is a trailing line break.
fn in_header(name: &str, value: String) -> Result<Secret, Error> {
    if !value.contains(|c: char| c.is_ascii_control()) {
        return Ok(Secret::new(value));
    }
    Err(Error::typed(format!(
        "`{name}` contains a line break or another control character, which is not allowed in a header"
    ))
    .hint(format!(
        "`export {name}=\"$(tr -d '\\r\\n' <FILE)\"` reads it from a file without the line break"
    )))
}
