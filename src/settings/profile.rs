//! Profiles: a name for a server and for the settings that belong to it.

use super::{Config, Key, Origin, Setting, Settings, TABLE, config};
use crate::catalog::ALL_SERVERS;
use crate::error::Error;
use crate::text::ansi::style;
use crate::text::near::near;
use crate::text::words::{did_you_mean, listed, shortened, ticked};
use std::sync::Arc;

/// The profile in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The colour of the prompt.
    pub color: Option<PromptColor>,
}

/// A profile as the config file has it.
#[derive(Clone, Debug)]
pub struct ProfileEntry {
    pub profile: Profile,
    /// The admin to log in as.
    pub user: Option<String>,
    /// The values of settings, checked.
    pub(super) values: config::Values,
}

/// A colour of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptColor {
    name: &'static str,
    sgr: &'static str,
}

/// The colours that a profile may name.
const PROMPT_COLORS: &[PromptColor] = &[
    color("red", style::RED),
    color("green", style::GREEN),
    color("yellow", style::YELLOW),
    color("blue", style::BLUE),
    color("magenta", style::MAGENTA),
    color("cyan", style::CYAN),
];

const fn color(name: &'static str, sgr: &'static str) -> PromptColor {
    PromptColor { name, sgr }
}

impl PromptColor {
    /// The colour of this name; the error says which names there are.
    pub fn named(name: &str) -> Result<Self, String> {
        let mut all = PROMPT_COLORS.iter().copied();
        all.find(|color| color.name == name).ok_or_else(|| {
            let names: Vec<&str> = PROMPT_COLORS.iter().map(|color| color.name).collect();
            format!("must be {}", ticked(&names))
        })
    }

    /// Its number for the terminal: the parameter of `ESC [ … m`.
    pub const fn sgr(self) -> &'static str {
        self.sgr
    }
}

/// A key of a profile.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProfileKey {
    User,
    Color,
    Setting(&'static Setting),
}

impl ProfileKey {
    pub(super) fn named(name: &str) -> Option<Self> {
        let is_called = |setting: &&Setting| setting.key.name_in_profile() == Some(name);
        match name {
            "user" => Some(Self::User),
            "color" => Some(Self::Color),
            _ => TABLE.iter().find(is_called).map(Self::Setting),
        }
    }

    /// The names of all keys.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        let settings = TABLE.iter().filter_map(|row| row.key.name_in_profile());
        ["user", "color"].into_iter().chain(settings)
    }
}

impl ProfileEntry {
    /// The value of a setting that it gives.
    pub fn value(&self, key: Key) -> Option<&str> {
        let mut values = self.values.iter();
        let found = values.find(|(setting, _)| setting.key == key);
        found.map(|(_, value)| value.as_str())
    }

    /// The files that it names, each with its key.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let files = self.values.iter().filter(|(setting, value)| {
            setting.key.is_file() && setting.key != Key::HistoryFile && !value.is_empty()
        });
        files.filter_map(|(setting, value)| Some((setting.key.name_in_profile()?, value.as_str())))
    }

    /// Its keys and values, as the config file has them.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let user = self.user.clone().map(|user| ("user", user));
        let color = self
            .profile
            .color
            .map(|color| ("color", color.name.to_owned()));
        let values = self
            .values
            .iter()
            .filter_map(|(setting, value)| Some((setting.key.name_in_profile()?, value.clone())));
        values.chain(user).chain(color).collect()
    }
}

impl Settings {
    /// The config file, as it was read.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Takes what was read of the config file.
    pub fn know_config(&mut self, config: Arc<Config>) {
        self.config = config;
    }

    /// Sets what `[settings]` of the config file says.
    pub fn use_config(&mut self, config: Arc<Config>) {
        for (setting, value) in &config.settings {
            self.set(setting, value, Origin::Config)
                .expect("checked when the file was read");
        }
        self.config = config;
    }

    /// The profile in use, if the server is that of a profile.
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// Enters the profile of this name, which takes the place of the one in use. Flags
    /// and `set` stand above it, except for what says which server it is.
    pub fn enter_profile(&mut self, name: &str) -> Result<ProfileEntry, Error> {
        let entry = self.config.profile(name)?.clone();
        let read_only = self.leave_profile();
        if read_only {
            // This profile may be written to, unless it says otherwise.
            self.put_back(Key::ReadOnly.setting());
        }
        self.beneath.clone_from(&self.texts);
        let before = self.base_url.origin();
        let url = entry.value(Key::BaseUrl).unwrap_or_default();
        self.set(Key::BaseUrl.setting(), url, Origin::Profile)
            .map_err(Error::typed)?;
        if self.base_url.origin() != before {
            self.leave_server();
        }
        for (setting, value) in &entry.values {
            let is_above = self.shown(setting).1 >= Origin::Flag;
            if !is_above || setting.key.is_of_a_server() {
                self.set(setting, value, Origin::Profile)
                    .map_err(Error::typed)?;
            }
        }
        let api = Key::Api.setting();
        if self.shown(api).1 == Origin::Detected {
            self.put_back_default(api);
        }
        self.profile = Some(entry.profile.clone());
        Ok(entry)
    }

    /// Leaves the profile in use: its values give way to those beneath them. What it
    /// says about writing stays, since it may be left for the same server by its URL.
    /// Returns whether that is `read_only`.
    pub fn leave_profile(&mut self) -> bool {
        let of_profile = |setting: &&'static Setting| self.shown(setting).1 == Origin::Profile;
        let own: Vec<&'static Setting> = TABLE.iter().filter(of_profile).collect();
        let mut read_only = false;
        for setting in own {
            if setting.key == Key::ReadOnly && self.read_only {
                read_only = true;
            } else {
                self.put_back(setting);
            }
        }
        self.profile = None;
        read_only
    }

    /// Sets a setting to the value beneath that of the profile.
    fn put_back(&mut self, setting: &'static Setting) {
        if let Some((text, origin)) = self.beneath.get(setting.key as usize).cloned() {
            let _ = self.set(setting, &text, origin);
        }
    }

    fn put_back_default(&mut self, setting: &'static Setting) {
        if let crate::catalog::Need::Default(text) = setting.param.need {
            let _ = self.set(setting, text, Origin::Default);
        }
    }
}

/// Checks the name of a profile, which is also a part of a file's name.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && name.chars().all(is_plain) && name != ALL_SERVERS && name.len() <= 64 {
        return Ok(());
    }
    Err(format!(
        "`{}` cannot be the name of a profile: use letters, digits, `.`, `_` and `-`, but not `all`",
        shortened(name)
    ))
}

/// The error for a profile that is not there.
pub(super) fn unknown(name: &str, config: &Config) -> Error {
    let names = near(name, config.profile_names());
    let error = Error::typed(format!("there is no profile `{}`", shortened(name)));
    if !names.is_empty() {
        return error.hint(did_you_mean(&names));
    }
    let all: Vec<&str> = config.profile_names().take(10).collect();
    error.hint(match all.as_slice() {
        [] => format!("`profile add {} URL` adds it", shortened(name)),
        [only] => format!("there is only `{only}`"),
        all => format!("there are {}", listed(all)),
    })
}
