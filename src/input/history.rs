//! The history file: one line an entry, owner-only, appended under a lock, so
//! that two shells lose none of each other's lines. Secrets never reach it.

use crate::secret::line::for_history;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// This many entries are brought back; a file of twice as many is cut to it.
const MOST: usize = 2000;

/// A history file.
pub struct History {
    path: PathBuf,
}

impl History {
    /// The history kept at `path`; makes its folder.
    pub fn at(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// The entries, oldest first.
    pub fn load(&self) -> io::Result<Vec<String>> {
        let mut file = self.open()?;
        file.lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        let kept = &lines[lines.len().saturating_sub(MOST)..];
        if lines.len() > 2 * MOST {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all((kept.join("\n") + "\n").as_bytes())?;
        }
        Ok(kept.iter().map(|line| unescaped(line)).collect())
    }

    /// Adds an entry, without its secrets; not at all if they cannot be told.
    pub fn add(&self, line: &str) -> io::Result<()> {
        let Some(line) = for_history(line) else {
            return Ok(());
        };
        let mut file = self.open()?;
        file.lock()?;
        // One write, so that a crash leaves whole lines.
        file.write_all((escaped(&line) + "\n").as_bytes())
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.path)?;
        // A pipe or a device would be read without end.
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        #[cfg(unix)]
        // It may have been made with other rights.
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(file)
    }
}

/// An entry on one line: newlines as `\n`, and so backslashes doubled.
fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

fn unescaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_without_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::at(&folder.path().join("a/history")).unwrap();
        let lines = [
            "get_users",
            "echo 'a\nb' \\;",
            "add_user x --password hunter2",
            "add_user 'x --password hunter2",
        ];
        for line in lines {
            history.add(line).unwrap();
        }
        assert_eq!(
            history.load().unwrap(),
            ["get_users", "echo 'a\nb' \\;", "add_user x --password"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_read() {
        for path in ["/dev/zero", "/dev/null"] {
            let history = History::at(Path::new(path)).unwrap();
            assert!(history.load().is_err(), "{path}");
        }
    }

    #[test]
    fn bad_bytes_and_long_files_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(
            &path,
            [b"a\xff\n".as_slice(), "b\n".repeat(2 * MOST).as_bytes()].concat(),
        )
        .unwrap();
        let history = History::at(&path).unwrap();
        assert_eq!(history.load().unwrap().len(), MOST);
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), MOST);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }
}
