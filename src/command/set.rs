//! `set`: the settings.

use super::builtin::{Builtin, Check, Checking, Dry, Runs, Skip};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::{Call, ValueOrigin};
use crate::settings::{self, Key, Origin, Setting, Settings};
use crate::shell::Shell;
use crate::text::lex::Word;
use crate::text::near::near;
use crate::text::words::{did_you_mean, this_is};
use url::Url;

pub(super) const SET: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::Runs,
    skip: Skip::Runs,
    only_prints: |call| !call.typed("value"),
    chooses_server,
    ..Builtin::new(Verb::Set, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    if shell.in_file() {
        no_program(call)?;
    }
    let before = shell.session.settings.base_url.clone();
    match change(&mut shell.session.settings, call)? {
        SettingChange::AskedForAll => show_all(shell),
        SettingChange::AskedFor(setting) => {
            let (value, _) = shell.session.settings.shown(setting);
            shell.screen().print(&format!("{value}\n"))
        }
        SettingChange::Made(setting) => {
            moved(shell, &before);
            if setting.key == Key::Api {
                shell.session.forget_server();
            }
            Ok(())
        }
    }
}

/// The server is another one than before: ids, names and credentials of one are
/// meaningless on another.
pub(super) fn moved(shell: &mut Shell, before: &Url) {
    let now = &shell.session.settings.base_url;
    if now == before {
        return;
    }
    if now.origin() != before.origin() {
        let origin = before.origin().ascii_serialization();
        shell.session.auth.leave_server();
        shell.session.use_sample_admin();
        for name in shell.session.settings.leave_server() {
            shell.screen().say(&format!(
                "`{name}` was set for {origin} and is ignored here: `set {name} VALUE` sets it for this server\n"
            ));
        }
    }
    shell.session.forget_server();
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    no_program(call)?;
    change(checking.settings, call).map(|_| ())
}

/// A command file must not name a program that the prompt runs later.
fn no_program(call: &Call) -> Result<(), Error> {
    let is_pager = settings::find(call.text("name")).is_some_and(|set| set.key == Key::Pager);
    let value = call.text("value").trim();
    if !is_pager || matches!(value, "" | "auto" | "off") {
        return Ok(());
    }
    Err(
        Error::typed("a command file can only set `pager` to `auto` or `off`")
            .hint("set the command at the prompt, or in PAGER")
            .at(call.place("value")),
    )
}

/// Whether the words of a `set` name the server or its API.
fn chooses_server(words: &[Word]) -> bool {
    let name = words.get(1).map(Word::text).unwrap_or_default();
    let key = settings::find(&name).map(|setting| setting.key);
    matches!(key, Some(Key::BaseUrl | Key::Api))
}

/// The effect of a call on the settings.
enum SettingChange {
    /// Nothing: it asks for all values.
    AskedForAll,
    /// None: this value is shown.
    AskedFor(&'static Setting),
    /// This setting was changed, unless the value is not known yet.
    Made(&'static Setting),
}

/// Changes the settings as a call asks.
fn change(settings: &mut Settings, call: &Call) -> Result<SettingChange, Error> {
    if call.text("name").is_empty() {
        return Ok(SettingChange::AskedForAll);
    }
    let (setting, value) = (named(call)?, "value");
    if call
        .slot(value)
        .is_none_or(|slot| slot.from == ValueOrigin::Default)
    {
        return Ok(SettingChange::AskedFor(setting));
    }
    if setting.key == Key::ReadOnly {
        only_tightened(settings, call)?;
    } else if !setting.changes {
        return Err(Error::typed(format!(
            "`{}` can only be set when starting",
            setting.param.name
        ))
        .hint(format!(
            "`{}` in the environment, or `{}`",
            setting.env[0],
            setting.param.flag()
        ))
        .at(call.place(value)));
    }
    if call.value(value).is_some() {
        let text = call.text(value);
        assign(settings, setting, text).map_err(|error| error.at(call.place(value)))?;
    }
    Ok(SettingChange::Made(setting))
}

/// Gives a setting this value. Another server is not that of the profile in use.
pub(super) fn assign(
    settings: &mut Settings,
    setting: &'static Setting,
    text: &str,
) -> Result<(), Error> {
    let before = settings.base_url.origin();
    settings.set(setting, text, Origin::Set).map_err(|why| {
        let is = this_is(text);
        Error::typed(format!("`{}` {why}; {is}", setting.param.name))
    })?;
    if settings.base_url.origin() != before {
        settings.leave_profile();
    }
    Ok(())
}

/// `set` may turn `read_only` on; to turn it off is for the profile or the command line,
/// so that no file of commands can.
fn only_tightened(settings: &Settings, call: &Call) -> Result<(), Error> {
    if !settings.read_only || Key::ReadOnly.setting().turns_on(call.text("value")) {
        return Ok(());
    }
    Err(
        Error::typed("only the profile or the command line can turn `read_only` off")
            .hint("start with `--read-only=off`, or remove it from the profile")
            .at(call.place("value")),
    )
}

/// The setting that a call names.
fn named(call: &Call) -> Result<&'static Setting, Error> {
    let name = call.text("name");
    settings::find(name).ok_or_else(|| {
        let names = near(
            name,
            settings::TABLE.iter().map(|setting| setting.param.name),
        );
        let hint = if names.is_empty() {
            "`set` lists them".to_owned()
        } else {
            did_you_mean(&names)
        };
        Error::typed(format!("unknown setting `{name}`"))
            .hint(hint)
            .at(call.place("name"))
    })
}

fn show_all(shell: &Shell) -> Result<(), Error> {
    let settings = &shell.session.settings;
    let rows: Vec<(&str, &str, String)> = settings::TABLE
        .iter()
        .map(|setting| {
            let (value, origin) = settings.shown(setting);
            let origin = match (origin, settings.profile()) {
                (Origin::Profile, Some(profile)) => format!("profile {}", profile.name),
                (origin, _) => origin.to_string(),
            };
            (setting.param.name, value, origin)
        })
        .collect();
    let wide = |cell: fn(&(&str, &str, String)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let (name, value) = (
        wide(|row| row.0.chars().count()),
        wide(|row| row.1.chars().count()),
    );
    let mut text = String::new();
    for row in &rows {
        text.push_str(&format!("{:name$}  {:value$}  ({})\n", row.0, row.1, row.2));
    }
    shell.screen().print(&text)
}
