//! `profile`: the profiles of the config file.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::input::program;
use crate::line::alias::Aliases;
use crate::line::call::Call;
use crate::settings::{Config, ConfigFile, Key, ProfileEntry};
use crate::shell::Shell;
use crate::text::words::{plural, shortened};
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::sync::Arc;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Profile, Runs::By(run));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let what = call.text("what");
    let name = call.text("name");
    let name = name.strip_prefix('@').unwrap_or(name);
    for (flag, allowed) in [("url", "add"), ("user", "add"), ("set", "add")] {
        if call.typed(flag) && what != allowed {
            let why = format!("only `profile {allowed}` accepts a URL, a user and `--set`");
            return Err(Error::typed(why).at(call.place(flag)));
        }
    }
    if name.is_empty() && !matches!(what, "list" | "check" | "show") {
        return Err(
            Error::typed(format!("`profile {what}` needs the name of a profile"))
                .hint("`profile list` lists them")
                .at(call.span.clone()),
        );
    }
    let done = match what {
        "add" => add(shell, call, name),
        "use" => use_by_default(shell, name),
        "remove" => remove(shell, name),
        "show" => show(shell, name),
        "check" => check(shell, name),
        _ => list(shell),
    };
    done.map_err(|error| error.or_at(call.place("name")))
}

fn list(shell: &Shell) -> Result<(), Error> {
    let settings = &shell.session.settings;
    let config = settings.config();
    let active = settings.profile().map(|profile| profile.name.as_str());
    let turns_on = |text: &str| Key::ReadOnly.setting().turns_on(text);
    let row = |name: &str| {
        let entry = config.profile(name)?;
        Ok(json!({
            "name": name,
            "url": entry.value(Key::BaseUrl),
            "user": entry.user,
            "read_only": entry.value(Key::ReadOnly).is_some_and(turns_on),
            "default": config.default_profile.as_deref() == Some(name),
            "active": active == Some(name),
        }))
    };
    let rows: Result<Vec<Json>, Error> = config.profile_names().map(row).collect();
    shell.screen().print_value(&Json::Array(rows?))
}

/// The profile of this name, or the one in use.
fn named<'a>(shell: &'a Shell, name: &str) -> Result<&'a ProfileEntry, Error> {
    let settings = &shell.session.settings;
    let active = settings.profile().map(|profile| profile.name.as_str());
    let name = match (name, active) {
        ("", Some(active)) => active,
        ("", None) => {
            return Err(Error::typed("no profile is in use").hint("`profile list` lists them"));
        }
        (name, _) => name,
    };
    settings.config().profile(name)
}

fn show(shell: &Shell, name: &str) -> Result<(), Error> {
    let shown = named(shell, name)?.shown();
    let members = shown
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()));
    shell
        .screen()
        .print_value(&Json::Object(members.collect::<Map<_, _>>()))
}

/// Adds a profile; what is not given is that of the session.
fn add(shell: &mut Shell, call: &Call, name: &str) -> Result<(), Error> {
    let session = &shell.session;
    let given = |slot: &str, other: &str| {
        let text = call.text(slot);
        if text.is_empty() { other } else { text }.to_owned()
    };
    let (url, _) = session.settings.shown(Key::BaseUrl.setting());
    let is_here = !call.typed("url");
    let of_session = if is_here {
        session.auth.user.as_str()
    } else {
        ""
    };
    let (url, user) = (given("url", url), given("user", of_session));
    let mut values = vec![("url".to_owned(), url)];
    if !user.is_empty() {
        values.push(("user".to_owned(), user));
    }
    for pair in call.list("set") {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Error::typed(format!(
                "`--set` expects KEY=VALUE; this is `{}`",
                shortened(pair)
            ))
            .hint("for example `--set read_only=on color=red`")
            .at(call.place("set"))
        })?;
        values.push((key.replace('-', "_"), value.to_owned()));
    }
    let mut file = ConfigFile::open(session.settings.config())?;
    file.add(name, &values)?;
    saved(shell, file)?;
    shell.screen().remark(&format!(
        "added the profile `{name}`: `connect @{name}`, or `sftpgo-shell @{name}`\n"
    ));
    Ok(())
}

fn use_by_default(shell: &mut Shell, name: &str) -> Result<(), Error> {
    change(shell, name, ConfigFile::use_by_default)?;
    // The variable that names a server comes before the default profile.
    let first = Key::BaseUrl.setting().variable(shell.session.vars());
    let unless = first.map_or_else(String::new, |(first, _)| format!(", unless {first} is set"));
    shell.screen().remark(&format!(
        "`sftpgo-shell` starts with the profile `{name}` from now on{unless}; `connect @{name}` changes to it here\n"
    ));
    Ok(())
}

fn remove(shell: &mut Shell, name: &str) -> Result<(), Error> {
    change(shell, name, ConfigFile::remove)?;
    shell
        .screen()
        .remark(&format!("removed the profile `{name}`\n"));
    Ok(())
}

/// Changes what the file says of a profile.
fn change(shell: &mut Shell, name: &str, how: fn(&mut ConfigFile, &str)) -> Result<(), Error> {
    let config = shell.session.settings.config();
    config.profile(name)?;
    let mut file = ConfigFile::open(config)?;
    how(&mut file, name);
    saved(shell, file)
}

/// Writes the file and updates the session.
fn saved(shell: &mut Shell, file: ConfigFile) -> Result<(), Error> {
    let config: Config = file.save()?;
    let aliases = Aliases::new(&config.aliases)?;
    shell.session.settings.know_config(Arc::new(config));
    shell.session.know_config(aliases);
    Ok(())
}

fn check(shell: &Shell, name: &str) -> Result<(), Error> {
    let count = plural(checked(shell, name)?, "profile");
    shell.screen().remark(&format!("{count}, no errors\n"));
    Ok(())
}

/// Checks what can be checked of the file without a server: that it can be read, the
/// files that a profile names, and that its `password_command` prints a password. Returns
/// the number of profiles.
pub(super) fn checked(shell: &Shell, name: &str) -> Result<usize, Error> {
    let settings = &shell.session.settings;
    let known = settings.config();
    let path = known.path.clone().unwrap_or_default();
    // The file may have changed since the start.
    let config = Config::load(path, known.home().cloned())?;
    Aliases::new(&config.aliases)?;
    let names: Vec<&str> = match name {
        "" => config.profile_names().collect(),
        name => vec![name],
    };
    for one in &names {
        let entry = config.profile(one)?;
        for (key, file) in entry.files() {
            if !Path::new(file).is_file() {
                return Err(Error::local(format!(
                    "the profile `{one}`: `{key}` names a file that does not exist: `{file}`"
                )));
            }
        }
        // A program is only started for the profile that is named.
        if let Some(command) = entry
            .value(Key::PasswordCommand)
            .filter(|_| !name.is_empty())
        {
            program::password(command, settings.timeout)?;
        }
    }
    Ok(names.len())
}
