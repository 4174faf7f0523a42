//! What the program is started with: arguments, environment and defaults, read
//! once into one value, of which the session is built.

use super::args::{self, Args, CommandSource};
use crate::command::builtin::goes_without_config;
use crate::env::Env;
use crate::error::Error;
use crate::http::auth::Auth;
use crate::line::alias::Aliases;
use crate::script::mode::Mode;
use crate::settings::{self, Config, Key, Origin, ProfileEntry, Settings};
use crate::shell::credentials;
use crate::text::words::this_is;
use std::sync::Arc;

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
    /// The aliases of the config file.
    pub aliases: Aliases,
    pub credentials: Auth,
}

impl Startup {
    /// Reads arguments and environment. An error is returned with the line that it refers to.
    pub(super) fn read(env: &Env) -> Result<Self, (Error, String)> {
        let args = args::read(env)?;
        let (settings, credentials) = match args.source {
            // Help is printed even if a setting is wrong.
            CommandSource::Help | CommandSource::Version => (
                layered(&args, env)
                    .map(|(settings, _)| settings)
                    .unwrap_or_default(),
                Auth::default(),
            ),
            _ => layered(&args, env)
                .and_then(|(settings, profile)| {
                    let credentials = credentials::of_environment(
                        &args.user,
                        &env.vars,
                        &settings,
                        profile.as_ref(),
                        true,
                    )?;
                    Ok((settings, credentials))
                })
                .map_err(|error| (error, String::new()))?,
        };
        let aliases = match args.source {
            CommandSource::Help | CommandSource::Version => Aliases::default(),
            _ => {
                Aliases::new(&settings.config().aliases).map_err(|error| (error, String::new()))?
            }
        };
        Ok(Self {
            source: args.source,
            mode: args.mode,
            quiet: args.quiet,
            allow_shell: args.allow_shell,
            practice: args.practice,
            vars: args.vars,
            settings,
            aliases,
            credentials,
        })
    }
}

/// The settings: defaults, then `[settings]` of the config file, the environment, the
/// profile, flags.
fn layered(args: &Args, env: &Env) -> Result<(Settings, Option<ProfileEntry>), Error> {
    let mut settings = Settings::default();
    if let Some(path) = env.config_file() {
        let loaded = Config::load(path.clone(), env.home());
        let config = loaded.or_else(|error| match &args.source {
            CommandSource::Once(line) if goes_without_config(line) => {
                Ok(Config::broken(path, error))
            }
            _ => Err(error),
        })?;
        settings.use_config(Arc::new(config));
    }
    by_environment(&mut settings, env)?;
    let name = profile_name(args, &settings)?;
    let profile = name.map(|name| settings.enter_profile(&name)).transpose()?;
    default_history(&mut settings, env);
    for (setting, value) in &args.settings {
        settings.set(setting, value, Origin::Flag).map_err(|why| {
            Error::typed(format!(
                "`{}` {why}; {}",
                setting.param.flag(),
                this_is(value)
            ))
        })?;
    }
    Ok((settings, profile))
}

fn by_environment(settings: &mut Settings, env: &Env) -> Result<(), Error> {
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
    Ok(())
}

/// The profile to enter: the one that is named, or the default one if nothing else says
/// which server it is.
fn profile_name(args: &Args, settings: &Settings) -> Result<Option<String>, Error> {
    let base_url = Key::BaseUrl.setting();
    let by_flag = args.settings.iter().any(|(row, _)| row.key == Key::BaseUrl);
    let Some(name) = &args.profile else {
        let is_named = by_flag || args.practice || settings.shown(base_url).1 > Origin::Config;
        let default = settings.config().default_profile.clone();
        return Ok(default.filter(|_| !is_named));
    };
    // Its credentials would go to the other server.
    if by_flag || args.practice {
        let flag = if by_flag {
            base_url.param.flag()
        } else {
            "--practice".to_owned()
        };
        return Err(Error::typed(format!(
            "`@{name}` and `{flag}` cannot be used together: each names a server"
        )));
    }
    Ok(Some(name.clone()))
}

/// The history file of this user; each profile has its own.
fn default_history(settings: &mut Settings, env: &Env) {
    let row = Key::HistoryFile.setting();
    if settings.shown(row).1 != Origin::Default {
        return;
    }
    let Some(mut path) = env.default_history_file() else {
        return;
    };
    if let Some(profile) = settings.profile() {
        path.set_file_name(format!("history-{}", profile.name));
    }
    let _ = settings.set(row, &path.to_string_lossy(), Origin::Default);
}
