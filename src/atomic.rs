//! A file that is written as a whole or not at all: it is written next to its place,
//! renamed when it is finished, removed when it is not.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Whether two paths name the same existing file.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let place = |path: &str| fs::canonicalize(path).ok();
    place(one).is_some_and(|one| place(other) == Some(one))
}

/// A file that is being written.
pub(crate) struct Atomic {
    file: BufWriter<NamedTempFile>,
    target: Target,
}

/// Where it goes once it is finished.
enum Target {
    /// Renamed to this.
    Rename(PathBuf),
    /// Copied into this, which is not a regular file: `/dev/stdout`, a named pipe.
    /// A rename would replace it by a file.
    Copy(PathBuf),
}

/// Who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everyone whom the system's default for new files allows, or the file that
    /// was there.
    Usual,
    /// Only the owner.
    Owner,
}

impl Atomic {
    /// Starts a file that will be at `path`.
    pub(crate) fn create(path: &Path, access: Access) -> io::Result<Self> {
        let path = end_of(path);
        let about = fs::metadata(&path).ok();
        if about.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let regular = about.as_ref().is_none_or(fs::Metadata::is_file);
        let before = about.filter(|_| access == Access::Usual);
        let mut builder = tempfile::Builder::new();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        if access == Access::Usual && regular {
            // The process's mask removes permissions from this.
            let mode = <Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
            builder.permissions(mode);
        }
        let (file, target) = if regular {
            let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty());
            let file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
            if let Some(before) = before {
                file.as_file().set_permissions(before.permissions())?;
            }
            (file, Target::Rename(path))
        } else {
            (builder.tempfile()?, Target::Copy(path))
        };
        Ok(Self {
            file: BufWriter::new(file),
            target,
        })
    }

    /// Puts the file in its place, unless another one has been created there.
    pub(crate) fn finish_new(self) -> io::Result<()> {
        self.placed(false)
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.placed(true)
    }

    fn placed(self, over: bool) -> io::Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        match self.target {
            Target::Rename(path) => {
                // Without this, a power failure may leave it empty.
                file.as_file().sync_all()?;
                let placed = if over {
                    file.persist(path)
                } else {
                    file.persist_noclobber(path)
                };
                placed.map_err(|error| error.error)?;
            }
            Target::Copy(path) => {
                let mut file = file.into_file();
                file.seek(SeekFrom::Start(0))?;
                copy(&mut file, &mut OpenOptions::new().write(true).open(path)?)?;
            }
        }
        Ok(())
    }
}

/// The target of a path. A link stays a link: its target is replaced, or
/// created if it does not exist.
fn end_of(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let mut path = path.to_owned();
    // Links that refer to each other never end.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&path) else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    path
}

fn copy(from: &mut impl Read, to: &mut File) -> io::Result<()> {
    io::copy(from, to)?;
    to.flush()
}

impl Write for Atomic {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Atomic {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        let mut file = Atomic::create(&path, Access::Usual).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let mut file = Atomic::create(&path, Access::Usual).unwrap();
        file.write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn unwritable_targets() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Atomic::create(folder.path(), Access::Usual).is_err());
        let missing = folder.path().join("no/a.csv");
        assert!(Atomic::create(&missing, Access::Usual).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_are_kept() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "").unwrap();
        symlink(&real, &link).unwrap();
        let null = Path::new("/dev/null");
        for path in [null, &link] {
            let mut file = Atomic::create(path, Access::Owner).unwrap();
            file.write_all(b"new").unwrap();
            file.finish().unwrap();
        }
        assert!(fs::metadata(null).unwrap().file_type().is_char_device());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o600
        );
        // What it leads to is not there yet.
        fs::remove_file(&real).unwrap();
        let relative = folder.path().join("relative");
        symlink("link", &relative).unwrap();
        let mut file = Atomic::create(&relative, Access::Owner).unwrap();
        file.write_all(b"newer").unwrap();
        file.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&relative).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"newer");
    }
}
