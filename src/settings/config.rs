//! The config file, config.toml: settings, profiles and aliases of a user. Unknown keys
//! are errors, since a mistyped `read_only` must not go unnoticed.

use super::profile::{self, ProfileEntry, ProfileKey};
use super::{Key, Origin, Pager, Profile, PromptColor, Setting, Settings, find};
use crate::catalog;
use crate::error::{Error, system};
use crate::text::clean;
use crate::text::near::near;
use crate::text::place::place;
use crate::text::words::{did_you_mean, shortened, this_is, ticked};
use std::cell::RefCell;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml_edit::{Document, Item, Key as TomlKey, TableLike, Value};

/// Settings with their values as `set` takes them.
pub(super) type Values = Vec<(&'static Setting, String)>;

/// What the config file says.
#[derive(Debug, Default)]
pub struct Config {
    /// Where it is; `None` where the user has no home folder.
    pub path: Option<PathBuf>,
    pub(super) settings: Values,
    profiles: Vec<ProfileEntry>,
    /// Its aliases, as they are written.
    pub aliases: Vec<AliasEntry>,
    /// The profile that is used if no other one is named.
    pub default_profile: Option<String>,
    /// What is wrong with it, where it is not used for that reason.
    pub broken: Option<Error>,
    home: Option<PathBuf>,
}

/// An alias as it is written.
#[derive(Clone, Debug)]
pub struct AliasEntry {
    pub name: String,
    pub text: String,
    /// Where it stands: `PATH:LINE:COLUMN`.
    pub place: String,
}

/// Who reads the file.
const SECTIONS: [&str; 4] = ["default_profile", "settings", "profile", "alias"];

impl Config {
    /// A config without a value in place of the file at `path`.
    pub fn broken(path: PathBuf, error: Error) -> Self {
        Self {
            path: Some(path),
            broken: Some(error),
            ..Self::default()
        }
    }

    /// Reads the file at `path`. A file that does not exist says nothing.
    pub fn load(path: PathBuf, home: Option<PathBuf>) -> Result<Self, Error> {
        let empty = Self {
            path: Some(path),
            home,
            ..Self::default()
        };
        let path = empty.path.as_deref().unwrap_or(Path::new(""));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(empty);
            }
            Err(why) => {
                let shown = clean::line(&path.to_string_lossy()).into_owned();
                return Err(Error::local(format!(
                    "cannot read `{shown}`: {}",
                    system(&why)
                )));
            }
        };
        let others_may_write = others_may_write(path);
        let shown = clean::line(&path.to_string_lossy()).into_owned();
        let config = empty.parsed(&text, true)?;
        if others_may_write && let Some(command) = config.command() {
            return Err(Error::local(format!(
                "other users can write to `{shown}`, and it contains commands that would run: {command}"
            ))
            .hint(format!("`chmod go-w {shown}`")));
        }
        Ok(config)
    }

    /// What a text says, which is to become the file at `path`: an error has no place yet.
    pub(super) fn of(path: PathBuf, home: Option<PathBuf>, text: &str) -> Result<Self, Error> {
        let empty = Self {
            path: Some(path),
            home,
            ..Self::default()
        };
        empty.parsed(text, false)
    }

    /// The home folder of the user.
    pub fn home(&self) -> Option<&PathBuf> {
        self.home.as_ref()
    }

    /// The same with what a text says.
    fn parsed(self, text: &str, has_place: bool) -> Result<Self, Error> {
        let path = self.path.clone().unwrap_or_default();
        let reader = Reader {
            name: clean::line(&path.to_string_lossy()).into_owned(),
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            home: self.home.clone(),
            text,
            has_place,
            scratch: RefCell::default(),
        };
        let document = Document::parse(text).map_err(|error| {
            let message = error.message().replace('\n', "; ");
            reader.error(error.span(), format!("not valid TOML: {message}"))
        })?;
        let mut config = Self {
            path: self.path,
            home: self.home,
            ..Self::default()
        };
        for (key, item) in reader.keys(document.as_table()) {
            match key.get() {
                "default_profile" => config.default_profile = Some(reader.text(key, item)?),
                "settings" => config.settings = reader.settings(reader.table(key, item)?)?,
                "alias" => config.aliases = reader.aliases(reader.table(key, item)?)?,
                "profile" => {
                    let table = reader.table(key, item)?;
                    let profiles = reader.keys(table);
                    let profiles = profiles.map(|(key, item)| reader.profile(key, item));
                    config.profiles = profiles.collect::<Result<_, _>>()?;
                }
                _ => {
                    let known = SECTIONS.into_iter();
                    return Err(reader.unknown(key, "the config file", known));
                }
            }
        }
        if let Some(name) = &config.default_profile {
            let at = document.get("default_profile").and_then(Item::span);
            config
                .profile(name)
                .map_err(|error| reader.placed(at, error))?;
        }
        Ok(config)
    }

    /// The profile of this name.
    pub fn profile(&self, name: &str) -> Result<&ProfileEntry, Error> {
        let mut all = self.profiles.iter();
        let found = all.find(|entry| entry.profile.name == name);
        found.ok_or_else(|| profile::unknown(name, self))
    }

    /// The names of the profiles.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles
            .iter()
            .map(|entry| entry.profile.name.as_str())
    }

    /// The first command in the file that is run as it is, as a message names it.
    fn command(&self) -> Option<String> {
        let is_command = |(setting, value): &&(&'static Setting, String)| match setting.key {
            Key::PasswordCommand => true,
            Key::Pager => matches!(Pager::named(value), Pager::Command(_)),
            _ => false,
        };
        let of_profiles = self.profiles.iter().flat_map(|entry| &entry.values);
        let mut values = self.settings.iter().chain(of_profiles);
        let setting = values.find(is_command);
        let setting = setting.map(|(setting, _)| format!("`{}`", setting.param.name));
        let alias = self.aliases.first();
        setting.or_else(|| alias.map(|alias| format!("the alias `{}`", alias.name)))
    }
}

/// Whether others than the owner may change a file.
fn others_may_write(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o022 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Reads the parts of a file; each error has its place.
struct Reader<'a> {
    /// The path, as messages show it.
    name: String,
    folder: PathBuf,
    home: Option<PathBuf>,
    text: &'a str,
    /// Whether errors say where they are.
    has_place: bool,
    /// Values are checked on these, which nobody uses: to make them takes time.
    scratch: RefCell<Settings>,
}

impl Reader<'_> {
    /// `PATH:LINE:COLUMN` of a span.
    fn place(&self, span: Option<Range<usize>>) -> String {
        place(&self.name, self.text, span)
    }

    fn error(&self, span: Option<Range<usize>>, message: impl AsRef<str>) -> Error {
        self.placed(span, Error::typed(message.as_ref()))
    }

    fn placed(&self, span: Option<Range<usize>>, error: Error) -> Error {
        if !self.has_place {
            return error;
        }
        Error {
            message: format!("{}: {}", self.place(span), error.message),
            ..error
        }
    }

    fn keys<'t>(&self, table: &'t dyn TableLike) -> impl Iterator<Item = (&'t TomlKey, &'t Item)> {
        let _ = self;
        let keys: Vec<&str> = table.iter().map(|(key, _)| key).collect();
        keys.into_iter().filter_map(|key| table.get_key_value(key))
    }

    fn unknown<'n>(
        &self,
        key: &TomlKey,
        place: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> Error {
        let name = key.get();
        if catalog::is_secret_key(name) || matches!(name, "otp" | "api_key") {
            let why = format!("`{name}`: secrets are not allowed in this file");
            return self.error(key.span(), why).hint(
                "`password_command` runs a program that prints the password; SFTPGO_PASSWORD and SFTPGO_API_KEY in the environment work too",
            );
        }
        let all: Vec<&str> = known.collect();
        let names = near(name, all.iter().copied());
        let error = self.error(
            key.span(),
            format!("unknown key `{}` in {place}", shortened(&clean::line(name))),
        );
        error.hint(if names.is_empty() {
            format!("it may have {}", ticked(&all))
        } else {
            did_you_mean(&names)
        })
    }

    fn table<'t>(&self, key: &TomlKey, item: &'t Item) -> Result<&'t dyn TableLike, Error> {
        let name = clean::line(key.get()).into_owned();
        item.as_table_like().ok_or_else(|| {
            self.error(key.span(), format!("`{name}` must be a table"))
                .hint(format!(
                    "write `[{name}]` on a line of its own, and its keys below"
                ))
        })
    }

    /// The value of a key as a text: what `set` takes.
    fn text(&self, key: &TomlKey, item: &Item) -> Result<String, Error> {
        match item.as_value() {
            Some(Value::String(text)) => Ok(text.value().clone()),
            Some(Value::Integer(number)) => Ok(number.value().to_string()),
            Some(Value::Boolean(on)) => Ok(if *on.value() { "on" } else { "off" }.to_owned()),
            _ => Err(self.error(
                item.span().or_else(|| key.span()),
                format!(
                    "`{}` must be a string in quotes, a whole number, or `true` or `false`",
                    clean::line(key.get())
                ),
            )),
        }
    }

    /// The value of a setting, checked.
    fn value(&self, setting: &Setting, key: &TomlKey, item: &Item) -> Result<String, Error> {
        let mut text = self.text(key, item)?;
        if setting.key.is_file() && !text.is_empty() {
            text = self.path(&text);
        }
        let setting = setting.key.setting();
        let set = self
            .scratch
            .borrow_mut()
            .set(setting, &text, Origin::Config);
        set.map_err(|why| {
            let is = this_is(&text);
            self.error(item.span(), format!("`{}` {why}; {is}", key.get()))
        })?;
        Ok(text)
    }

    /// A path; a relative one starts at the folder of the file.
    fn path(&self, text: &str) -> String {
        let path = match (text.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.folder.join(text),
        };
        path.to_string_lossy().into_owned()
    }

    fn settings(&self, table: &dyn TableLike) -> Result<Values, Error> {
        let mut values = Values::new();
        for (key, item) in self.keys(table) {
            let all = super::TABLE.iter().filter(|row| !row.key.is_of_a_server());
            let setting = super::TABLE.iter().find(|row| row.param.name == key.get());
            let setting = setting
                .ok_or_else(|| self.unknown(key, "`[settings]`", all.map(|row| row.param.name)))?;
            if setting.key.is_of_a_server() {
                let name = setting.param.name;
                let why = format!("`{name}` cannot be set for all servers");
                let inside = setting.key.name_in_profile().unwrap_or(name);
                return Err(self.error(key.span(), why).hint(format!(
                    "write it in a profile: `{inside}` in `[profile.NAME]`"
                )));
            }
            values.push((setting, self.value(setting, key, item)?));
        }
        Ok(values)
    }

    fn profile(&self, key: &TomlKey, item: &Item) -> Result<ProfileEntry, Error> {
        let name = key.get().to_owned();
        profile::check_name(&name).map_err(|why| self.error(key.span(), why))?;
        let mut entry = ProfileEntry {
            profile: Profile { name, color: None },
            user: None,
            values: Values::new(),
        };
        for (inner, item) in self.keys(self.table(key, item)?) {
            match ProfileKey::named(inner.get()) {
                Some(ProfileKey::User) => entry.user = Some(self.text(inner, item)?),
                Some(ProfileKey::Color) => {
                    let text = self.text(inner, item)?;
                    let color = PromptColor::named(&text).map_err(|why| {
                        let message = format!("`color` {why}; {}", this_is(&text));
                        self.error(item.span(), message)
                    })?;
                    entry.profile.color = Some(color);
                }
                Some(ProfileKey::Setting(setting)) => {
                    let value = self.value(setting, inner, item)?;
                    entry.values.push((setting, value));
                }
                None => return Err(self.unknown_in_profile(inner, &entry.profile.name)),
            }
        }
        if entry.value(Key::BaseUrl).is_none() {
            let why = format!("the profile `{}` has no `url`", entry.profile.name);
            return Err(self
                .error(key.span(), why)
                .hint("for example `url = \"https://sftpgo.example.com\"`"));
        }
        Ok(entry)
    }

    fn unknown_in_profile(&self, key: &TomlKey, profile: &str) -> Error {
        let place = format!("`[profile.{profile}]`");
        let other = find(key.get()).and_then(|setting| setting.key.name_in_profile());
        let error = self.unknown(key, &place, ProfileKey::names());
        match other {
            Some(name) => error.hint(format!("in a profile it is called `{name}`")),
            None => error,
        }
    }

    fn aliases(&self, table: &dyn TableLike) -> Result<Vec<AliasEntry>, Error> {
        let each = self.keys(table).map(|(key, item)| {
            Ok(AliasEntry {
                name: key.get().to_owned(),
                text: self.text(key, item)?,
                place: self.place(key.span()),
            })
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests;
