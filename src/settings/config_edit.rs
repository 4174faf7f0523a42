//! Changes the config file: what is not changed stays as it is, comments too.

use super::Config;
use super::profile;
use crate::atomic::{Access, Atomic};
use crate::error::{Error, system};
use crate::text::clean;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, value};

/// The config file of a user, to be changed.
pub struct ConfigFile {
    path: PathBuf,
    home: Option<PathBuf>,
    document: DocumentMut,
}

impl ConfigFile {
    /// Opens the file of this config; one that does not exist is created by `save`.
    pub fn open(config: &Config) -> Result<Self, Error> {
        let path = config.path.clone().ok_or_else(|| {
            Error::local("the folder of the config file is unknown")
                .hint("set HOME or XDG_CONFIG_HOME")
        })?;
        let text = match fs::read_to_string(&path) {
            Err(why) if why.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|why| failed(&path, &why))?,
        };
        // What is not valid is not changed; this error has its place.
        let home = config.home().cloned();
        Config::load(path.clone(), home.clone())?;
        let document = text.parse().map_err(|_| Error::local("not valid TOML"))?;
        Ok(Self {
            path,
            home,
            document,
        })
    }

    /// Adds a profile with these keys and values.
    pub fn add(&mut self, name: &str, values: &[(String, String)]) -> Result<(), Error> {
        profile::check_name(name).map_err(Error::typed)?;
        let profiles = self.document.entry("profile");
        let profiles = profiles.or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let profiles = profiles
            .as_table_like_mut()
            .ok_or_else(|| Error::typed("`profile` must be a table"))?;
        if profiles.contains_key(name) {
            return Err(
                Error::typed(format!("the profile `{name}` already exists")).hint(format!(
                    "remove it with `profile remove {name}` first, or edit the file"
                )),
            );
        }
        let mut table = Table::new();
        for (key, text) in values {
            let item = match text.as_str() {
                "on" | "true" => value(true),
                "off" | "false" => value(false),
                text => value(text),
            };
            table.insert(key, item);
        }
        profiles.insert(name, Item::Table(table));
        Ok(())
    }

    /// Sets the profile that is used if no other one is named.
    pub fn use_by_default(&mut self, name: &str) {
        self.document["default_profile"] = value(name);
    }

    /// Removes a profile, also as the default.
    pub fn remove(&mut self, name: &str) {
        if let Some(profiles) = self.document.get_mut("profile") {
            profiles.as_table_like_mut().map(|table| table.remove(name));
        }
        let default = self.document.get("default_profile").and_then(Item::as_str);
        if default == Some(name) {
            self.document.remove("default_profile");
        }
    }

    /// Writes the file, for its owner alone, if what it says is right; returns it.
    pub fn save(self) -> Result<Config, Error> {
        let text = self.document.to_string();
        let config = Config::of(self.path.clone(), self.home, &text)?;
        let written = || {
            fs::create_dir_all(self.path.parent().unwrap_or(Path::new("")))?;
            let mut file = Atomic::create(&self.path, Access::Owner)?;
            file.write_all(text.as_bytes())?;
            file.finish()
        };
        written().map_err(|why| failed(&self.path, &why))?;
        Ok(config)
    }
}

fn failed(path: &Path, why: &std::io::Error) -> Error {
    let shown = clean::line(&path.to_string_lossy()).into_owned();
    Error::local(format!("cannot change `{shown}`: {}", system(why)))
}
