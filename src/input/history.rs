//! The history file: one line an entry, owner-only, appended under a lock, so
//! that two shells do not lose each other's lines. It never contains secrets.

use crate::error::system;
use crate::secret::line::for_history;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// The number of entries loaded; a file with twice as many is truncated to it.
const MOST: usize = 2000;

/// How long another program may lock the file.
const PATIENCE: Duration = Duration::from_millis(300);

/// A history file.
pub struct History {
    path: PathBuf,
    /// Whether lines can be added.
    writable: bool,
}

/// What a history file holds at the start.
pub struct Loaded {
    /// The file.
    pub history: History,
    /// The entries, oldest first.
    pub lines: Vec<String>,
    /// Why new lines are not kept, if they are not.
    pub problem: Option<String>,
}

impl History {
    /// Loads the history file at `path`; creates it and its folder. A file that cannot be
    /// written or is locked is still read.
    pub fn load(path: &Path) -> io::Result<Loaded> {
        let folder = path.parent();
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let opened = folder
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| writable(path));
        let (mut file, refused) = match opened {
            Ok(file) => (file, None),
            Err(why) => match readable(path) {
                Ok(file) => (file, Some(why)),
                Err(_) => return Err(why),
            },
        };
        let writable = refused.is_none();
        let locked = if writable { lock(&file) } else { Ok(()) };
        let lines = read(&mut file, writable && locked.is_ok())?;
        let problem = refused.map(|why| system(&why));
        Ok(Loaded {
            history: Self {
                path: path.to_owned(),
                writable,
            },
            lines,
            problem: problem.or(locked.err().map(|why| system(&why))),
        })
    }

    /// Adds an entry without its secrets; adds nothing if the secrets cannot be located.
    pub fn add(&self, line: &str) -> io::Result<()> {
        let Some(line) = for_history(line).filter(|_| self.writable) else {
            return Ok(());
        };
        let mut file = writable(&self.path)?;
        lock(&file)?;
        let length = file.metadata()?.len();
        let entry = format!("{}\n", escaped(&line));
        if ends_with(&mut file, length, &entry)? {
            return Ok(());
        }
        // A truncated line stays separate.
        let start = if ends_line(&mut file, length)? {
            ""
        } else {
            "\n"
        };
        // A single write, so that a crash leaves no partial line.
        let entry = format!("{start}{entry}");
        file.write_all(entry.as_bytes()).inspect_err(|_| {
            // The disk may be full.
            let _ = file.set_len(length);
        })
    }
}

fn readable(path: &Path) -> io::Result<File> {
    regular(File::open(path)?)
}

fn writable(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = regular(options.open(path)?)?;
    #[cfg(unix)]
    // The file may exist with other permissions.
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Reading a pipe or a device might never end.
fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("not a regular file"))
    }
}

/// Locks the file; another program may have it for a moment.
fn lock(file: &File) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other("locked by another program"));
            }
            Err(TryLockError::Error(why)) => return Err(why),
        }
    }
}

/// The entries. A file that became too long is cut, if it may be.
fn read(file: &mut File, may_cut: bool) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let kept = &lines[lines.len().saturating_sub(MOST)..];
    if lines.len() > 2 * MOST && may_cut {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all((kept.join("\n") + "\n").as_bytes())?;
    }
    Ok(kept.iter().map(|line| unescaped(line)).collect())
}

/// Whether a file of this length is empty or ends with a newline.
fn ends_line(file: &mut File, length: u64) -> io::Result<bool> {
    let Some(last) = length.checked_sub(1) else {
        return Ok(true);
    };
    let mut byte = [0];
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}

/// Whether this entry, with its newline, is the last one of a file of this length.
fn ends_with(file: &mut File, length: u64, entry: &str) -> io::Result<bool> {
    // With the newline before it.
    let wanted = format!("\n{entry}").into_bytes();
    let from = length.saturating_sub(wanted.len() as u64);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.take(wanted.len() as u64).read_to_end(&mut end)?;
    Ok(end == wanted || from == 0 && end == entry.as_bytes())
}

/// An entry on one line: newlines are written as `\n` and backslashes are doubled.
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
        let path = folder.path().join("a/history");
        let history = History::load(&path).unwrap().history;
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
            History::load(&path).unwrap().lines,
            ["get_users", "echo 'a\nb' \\;", "add_user x --password"]
        );
    }

    #[test]
    fn a_repeated_line_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let history = History::load(&path).unwrap().history;
        let other = History::load(&path).unwrap().history;
        for line in ["ab", "ab", "b", "b", "ab", "xab"] {
            history.add(line).unwrap();
            other.add(line).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap();
        assert_eq!(kept, "ab\nb\nab\nxab\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        for path in ["/dev/zero", "/dev/null"] {
            assert!(History::load(Path::new(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn invalid_bytes_and_long_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(
            &path,
            [b"a\xff\n".as_slice(), "b\n".repeat(2 * MOST).as_bytes()].concat(),
        )
        .unwrap();
        assert_eq!(History::load(&path).unwrap().lines.len(), MOST);
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

    #[test]
    fn a_locked_file_is_read_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, "get_users\n").unwrap();
        let other = File::open(&path).unwrap();
        other.lock().unwrap();
        let loaded = History::load(&path).unwrap();
        assert_eq!(loaded.lines, ["get_users"]);
        assert_eq!(loaded.problem.as_deref(), Some("locked by another program"));
        let refused = loaded.history.add("get_quota_scans").unwrap_err();
        assert_eq!(refused.to_string(), "locked by another program");
        other.unlock().unwrap();
        loaded.history.add("get_quota_scans").unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "get_users\nget_quota_scans\n"
        );
    }

    #[test]
    fn a_truncated_line_does_not_join_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        fs::write(&path, "get_users\nget_quo").unwrap();
        let history = History::load(&path).unwrap().history;
        history.add("echo a").unwrap();
        history.add("echo b").unwrap();
        let kept = fs::read_to_string(&path).unwrap();
        assert_eq!(kept, "get_users\nget_quo\necho a\necho b\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_read_only_file_is_read() {
        // These cannot be written to, not even by root.
        let path = [
            "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
            "/sys/kernel/uevent_seqnum",
        ];
        for path in path
            .iter()
            .map(Path::new)
            .filter(|path| writable(path).is_err())
        {
            let loaded = History::load(path).unwrap();
            assert!(!loaded.lines.is_empty());
            assert!(loaded.problem.is_some());
            loaded.history.add("echo a").unwrap();
        }
    }
}
