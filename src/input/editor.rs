//! The user's editor, run on a text. The text is on disk only while the editor
//! is open, in a folder that only the user can read.

use crate::error::{Error, system};
use crate::input::saved_tty::SavedTty;
use crate::interrupt::Interrupt;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Upper limit for the edited text; no object of the API is larger.
const MOST: u64 = 64 * 1024 * 1024;

/// The exit code of sh for a program that does not exist.
const NOT_FOUND: i32 = 127;

/// An editor, and the folder for its files.
#[derive(Clone, Debug)]
pub struct TextEditor {
    /// A line of sh to which the file name is appended: `vi`, `code --wait`.
    pub line: String,
    /// The variable that names it; `None` for the default editor.
    pub from: Option<&'static str>,
    /// The folder for temporary files.
    pub folder: PathBuf,
    /// The environment variables hidden from the editor and its plugins.
    pub hides: &'static [&'static str],
}

/// A failed edit.
pub struct EditorError {
    /// Why.
    pub error: Error,
    /// The content of the file, if it can be read.
    pub left: Option<String>,
}

impl std::fmt::Debug for EditorError {
    /// Without the text, which may hold a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let left = self.left.as_ref().map(String::len);
        write!(f, "EditorError({:?}, {left:?} bytes left)", self.error)
    }
}

impl From<Error> for EditorError {
    fn from(error: Error) -> Self {
        Self { error, left: None }
    }
}

impl TextEditor {
    /// The user's choice: VISUAL, EDITOR, or else `vi`.
    pub fn chosen<'a>(
        variable: impl Fn(&'static str) -> Option<&'a str>,
        hides: &'static [&'static str],
    ) -> Self {
        let set = |name| variable(name).filter(|value| !value.trim().is_empty());
        let mut variables = ["VISUAL", "EDITOR"].into_iter();
        let named = variables.find_map(|name| Some((name, set(name)?)));
        Self {
            line: named.map_or("vi", |(_, line)| line).to_owned(),
            from: named.map(|(name, _)| name),
            folder: set("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from),
            hides,
        }
    }

    /// Lets the user edit a text in a file of this name; returns the edited text.
    pub fn edit(
        &self,
        name: &str,
        text: &str,
        interrupt: &Interrupt,
    ) -> Result<String, EditorError> {
        let folder = self.private_folder().map_err(|why| self.unwritable(&why))?;
        let path = folder.path().join(name);
        write(&path, text).map_err(|why| self.unwritable(&why))?;
        let saved_tty = SavedTty::now();
        // While the editor runs, Ctrl-C belongs to it.
        let ended = interrupt.suspended(|| self.run(&path));
        let edited = match ended {
            Ok(status) if status.success() => read(&path),
            Ok(status) => {
                // The editor may have changed the terminal's state.
                saved_tty.restore_modes();
                let left = bytes(&path).ok().map(text_of);
                Err(EditorError {
                    error: self.failed(status),
                    left,
                })
            }
            Err(why) => Err(Error::local(format!("cannot run `sh`: {}", system(&why))).into()),
        };
        let removed = folder.close();
        let edited = edited?;
        match removed {
            Ok(()) => Ok(edited),
            Err(why) => {
                let (path, why) = (path.display(), system(&why));
                let why =
                    format!("cannot remove the temporary file `{path}`: {why}; nothing was sent");
                let error = Error::local(why).hint("remove it yourself: it may contain a secret");
                Err(EditorError {
                    error,
                    left: Some(edited),
                })
            }
        }
    }

    /// Saves a text in a permanent file that only the user can read.
    pub fn keep(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let mut builder = tempfile::Builder::new();
        let prefix = format!("{}-", name.trim_end_matches(".json"));
        let mut file = builder
            .prefix(&prefix)
            .suffix(".json")
            .tempfile_in(&self.folder)?;
        file.write_all(text.as_bytes())?;
        let (_, path) = file.keep().map_err(|error| error.error)?;
        Ok(path)
    }

    fn private_folder(&self) -> io::Result<tempfile::TempDir> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("sftpgo-shell-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        builder.tempdir_in(&self.folder)
    }

    /// Runs it as git does: through a shell, so that it can have arguments.
    fn run(&self, path: &Path) -> io::Result<ExitStatus> {
        // The editor's output is not a result, so it goes to stderr.
        let screen = if io::stdout().is_terminal() {
            Stdio::inherit()
        } else {
            io::stderr().into()
        };
        let mut command = Command::new("sh");
        for secret in self.hides {
            command.env_remove(secret);
        }
        command
            .args(["-c", &format!("{} \"$@\"", self.line), &self.line])
            .arg(path)
            .stdout(screen)
            .status()
    }

    fn failed(&self, status: ExitStatus) -> Error {
        let line = &self.line;
        let which = self.from.map_or_else(
            || "set VISUAL or EDITOR to another editor".to_owned(),
            |name| format!("the editor is set by {name}"),
        );
        if status.code() == Some(NOT_FOUND) {
            return Error::local(format!(
                "the editor `{line}` was not found; nothing was sent"
            ))
            .hint(which);
        }
        Error::local(format!(
            "the editor `{line}` failed with {status}; nothing was sent"
        ))
        .hint(which)
    }

    fn unwritable(&self, why: &io::Error) -> Error {
        let (folder, why) = (self.folder.display(), system(why));
        Error::local(format!(
            "cannot write a temporary file in `{folder}`: {why}; nothing was sent"
        ))
        .hint("set TMPDIR to another folder")
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn read(path: &Path) -> Result<String, EditorError> {
    let unread = |why: &str| {
        Error::local(format!(
            "cannot read the edited text: {why}; nothing was sent"
        ))
    };
    let bytes = bytes(path).map_err(|why| unread(&why))?;
    if std::str::from_utf8(&bytes).is_err() {
        let error = unread("it is not valid UTF-8").hint("the editor must save it as UTF-8");
        let left = Some(text_of(bytes));
        return Err(EditorError { error, left });
    }
    Ok(text_of(bytes))
}

/// The content of a file, if it can be the edited text.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let about = fs::metadata(path).map_err(|why| system(&why))?;
    // A pipe may never end.
    if !about.is_file() {
        return Err("it is no longer a regular file".to_owned());
    }
    if about.len() > MOST {
        return Err(format!("it is longer than {} MiB", MOST >> 20));
    }
    fs::read(path).map_err(|why| system(&why))
}

/// The text of a file, without a byte order mark.
fn text_of(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    text.trim_start_matches('\u{feff}').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editor(line: &str, folder: &Path) -> TextEditor {
        TextEditor {
            line: line.to_owned(),
            from: Some("EDITOR"),
            folder: folder.to_owned(),
            hides: &[],
        }
    }

    #[test]
    fn visual_is_before_editor() {
        let of = |vars: &'static [(&str, &str)]| {
            let chosen = TextEditor::chosen(
                |name| {
                    let found = vars.iter().find(|(known, _)| *known == name);
                    found.map(|(_, value)| *value)
                },
                &[],
            );
            (chosen.line, chosen.from)
        };
        assert_eq!(of(&[]), ("vi".to_owned(), None));
        assert_eq!(of(&[("EDITOR", "e"), ("VISUAL", " ")]).0, "e");
        let both = of(&[("EDITOR", "e"), ("VISUAL", "v --wait")]);
        assert_eq!(both, ("v --wait".to_owned(), Some("VISUAL")));
    }

    #[cfg(unix)]
    #[test]
    fn temporary_files_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let edit = |line: &str| {
            let edited =
                editor(line, folder.path()).edit("a b.json", "one\n", &Interrupt::default());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{line}");
            edited.map_err(|failed| (failed.error.message, failed.left.unwrap_or_default()))
        };
        let said = |line: &str| edit(line).unwrap_err();
        assert_eq!(edit("sed -i s/one/two/"), Ok("two\n".to_owned()));
        let looks = "stat -c '%a %n' . \"$PWD/\"* >/dev/null; cp";
        assert!(said(looks).0.contains("failed with exit status: 1"));
        assert!(said("no-such-editor").0.contains("was not found"));
        assert!(said("rm").0.contains("no such file"));
        assert!(
            said("f() { rm \"$1\"; mkfifo \"$1\"; }; f")
                .0
                .contains("no longer a regular file")
        );
        // What was typed is not lost with the editor that failed.
        let (why, left) = said("f() { echo two >\"$1\"; exit 3; }; f");
        assert!(
            why.contains("exit status: 3") && left == "two\n",
            "{why}: {left}"
        );
        let (why, left) = said("printf 'h\\344 x\\n' >");
        assert!(
            why.contains("not valid UTF-8") && left == "h\u{fffd} x\n",
            "{why}: {left}"
        );
        let modes = "f() { stat -c %a \"$1\" \"${1%/*}\" >x; cat x >\"$1\"; rm x; }; f";
        assert_eq!(edit(modes), Ok("600\n700\n".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn saved_files_are_readable_by_the_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = editor("vi", folder.path())
            .keep("user-a.json", "{")
            .unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
