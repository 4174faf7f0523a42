//! A session of a classroom: it starts no program, reads and writes no file outside the folder
//! of the lesson, and stays on the practice server. Nothing turns that off.

use super::Session;
use crate::catalog::{Live, Value, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed};
use crate::line::change;
use crate::settings::{self, Key, Setting};
use std::path::{Path, PathBuf};

impl Session {
    /// From now on, until the end.
    pub(crate) fn be_safe(&mut self) {
        self.is_safe = true;
    }

    /// Refuses a program.
    pub(crate) fn allow_program(&self) -> Result<(), Error> {
        self.allow_if(false, "no programs are started")
    }

    /// Refuses a file outside the lesson's folder.
    pub(crate) fn allow_file(&self, path: &str) -> Result<(), Error> {
        if !self.is_safe || path == "-" {
            return Ok(());
        }
        let folder = self.learner.as_ref().and_then(|on| on.folder.as_ref());
        let folder = folder.and_then(|folder| folder.path().canonicalize().ok());
        let is_inside = folder.is_some_and(|folder| {
            real(Path::new(path)).is_some_and(|path| path.starts_with(folder))
        });
        let refused = self.allow_if(is_inside, "only files in the lesson's folder can be used");
        refused.map_err(|error| error.hint("`$lesson` is the folder: `$lesson/NAME`"))
    }

    /// Refuses what a command must not do here.
    pub(crate) fn allow(&self, parsed: &Parsed) -> Result<(), Error> {
        if !self.is_safe {
            return Ok(());
        }
        for (setting, _) in &parsed.overrides {
            self.allow_setting(setting)?;
        }
        let Content::Call(call) = &parsed.content else {
            return Ok(());
        };
        let allowed = self.allow_call(call);
        allowed.map_err(|error| error.or_at(call.span.clone()))
    }

    fn allow_call(&self, call: &Call) -> Result<(), Error> {
        let verb = call.command.verb();
        if self.own_practice().is_none()
            && !matches!(verb, Some(Verb::Exit | Verb::Help | Verb::Learn))
        {
            self.allow_if(
                false,
                "this is not the practice server; `learn` connects to it",
            )?;
        }
        match verb {
            Some(
                Verb::AddUsers
                | Verb::Compare
                | Verb::Connect
                | Verb::Edit
                | Verb::New
                | Verb::On
                | Verb::PracticeServer
                | Verb::Profile,
            ) => {
                let name = call.command.name;
                self.allow_if(false, &format!("`{name}` cannot be used"))?;
            }
            Some(Verb::Learn) if call.text("what") == "stop" => {
                self.allow_if(false, "`exit` ends the lessons")?;
            }
            Some(Verb::Set) => {
                if let Some(setting) = settings::find(call.text("name")) {
                    self.allow_setting(setting)?;
                }
            }
            // The words `list` and `goto` are no files; a file of lessons is refused when it is read.
            Some(Verb::Learn) => return Ok(()),
            // It ends a recording and names nothing on the disk.
            Some(Verb::Record) if call.text("file") == "stop" => return Ok(()),
            _ => {}
        }
        let named = change::files(call).into_iter().map(|file| file.file);
        let typed = call.slots.iter().filter_map(|slot| match &slot.value {
            Some(Value::Text(text)) if slot.param.completes == Some(Live::File) => {
                Some(text.clone()).filter(|text| !text.is_empty())
            }
            Some(Value::Text(text)) if slot.param.name == "json" => {
                text.strip_prefix('@').map(str::to_owned)
            }
            _ => None,
        });
        named
            .chain(typed)
            .try_for_each(|file| self.allow_file(&file))
    }

    fn allow_setting(&self, setting: &Setting) -> Result<(), Error> {
        let key = setting.key;
        let is_allowed = !(key.is_file()
            || key.is_for_one_server()
            || matches!(key, Key::BaseUrl | Key::Pager | Key::PasswordCommand));
        let name = setting.param.name;
        self.allow_if(is_allowed, &format!("`{name}` cannot be changed"))
    }

    fn allow_if(&self, is_allowed: bool, why: &str) -> Result<(), Error> {
        if is_allowed || !self.is_safe {
            return Ok(());
        }
        Err(Error::typed(format!(
            "this is a classroom (`--safe`): {why}"
        )))
    }
}

/// The real path of a file, which may not exist yet.
fn real(path: &Path) -> Option<PathBuf> {
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    // A link to nothing would be written through.
    if path.symlink_metadata().is_ok() {
        return None;
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
    Some(folder.join(path.file_name()?))
}
