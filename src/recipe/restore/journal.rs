//! The journal of a restore, next to its file: which objects are restored, or only half, so
//! that another run can resume. It contains only their kinds and names.

use super::options::RestoreOptions;
use crate::atomic::{Access, Atomic};
use crate::catalog::backup::BackupKind;
use crate::error::{Error, system};
use crate::text::clean;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Maximum size of a journal; that of a 256 MiB backup is smaller.
const MOST: u64 = 256 << 20;

/// Identifies a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Restore {
    /// The length and the hash of the backup.
    bytes: u64,
    hash: String,
    /// The server, without credentials.
    server: String,
}

impl Restore {
    /// The restore of a backup with these bytes to this server.
    pub(super) fn new(bytes: &[u8], server: String) -> Self {
        // FNV-1a: it detects changes, not forgeries, and must be the same in every build.
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self {
            bytes: bytes.len() as u64,
            hash: format!("{hash:016x}"),
            server,
        }
    }

    /// The first line of a journal.
    fn head(&self, options: &RestoreOptions) -> Json {
        json!({"restoring": {
            "bytes": self.bytes, "hash": self.hash, "server": self.server, "how": options.json(),
        }})
    }

    fn of(head: &Json) -> Option<Self> {
        let text = |key: &str| head.get(key)?.as_str().map(str::to_owned);
        Some(Self {
            bytes: head.get("bytes")?.as_u64()?,
            hash: text("hash")?,
            server: text("server")?,
        })
    }
}

/// How far an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The first of its two requests is about to be sent: the object did not exist.
    Creating,
    /// The first of its two requests succeeded.
    Created,
    /// It is restored.
    Done,
}

impl Progress {
    const ALL: [Self; 3] = [Self::Creating, Self::Created, Self::Done];

    /// Its word in a line; a line without one is of a restored object.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Creating => Some("creating"),
            Self::Created => Some("created"),
            Self::Done => None,
        }
    }
}

/// The objects that an earlier run restored, or began to restore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RestoredObjects(BTreeMap<(String, String), Progress>);

impl RestoredObjects {
    /// How far this object is; `None` if it was not begun.
    pub(super) fn progress(&self, kind: &BackupKind, name: &str) -> Option<Progress> {
        let key = (kind.list.to_owned(), name.to_owned());
        self.0.get(&key).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Only the objects that are not complete.
    pub(super) fn unfinished(&self) -> Self {
        let all = self.0.iter().map(|(key, how_far)| (key.clone(), *how_far));
        Self(
            all.filter(|(_, how_far)| *how_far != Progress::Done)
                .collect(),
        )
    }
}

/// The journal of an earlier run.
pub(super) struct EarlierRun {
    of: Restore,
    pub(super) options: RestoreOptions,
    pub(super) done: RestoredObjects,
}

impl EarlierRun {
    /// Whether it belongs to this restore: same bytes, same server.
    pub(super) fn is_of(&self, of: &Restore) -> bool {
        self.of == *of
    }
}

/// The journal file for a backup file.
pub(super) fn path(file: &str) -> String {
    format!("{file}.restoring")
}

/// Reads the journal of an earlier run, if there is one.
pub(super) fn read_earlier(path: &str) -> Result<Option<EarlierRun>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(unusable(path, &format!("cannot be read: {}", system(&why)))),
    };
    let bytes = crate::input::file::read_from(file, MOST)
        .map_err(|why| unusable(path, &format!("cannot be read: {why}")))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().map(serde_json::from_str::<Json>);
    let head = lines.next().and_then(Result::ok);
    let head = head.as_ref().and_then(|head| head.get("restoring"));
    let head =
        head.and_then(|head| Some((Restore::of(head)?, RestoreOptions::read(head.get("how")?)?)));
    let (of, options) = head.ok_or_else(|| unusable(path, "is not the journal of a restore"))?;
    // The last line may be truncated; its object is compared again.
    let done = lines.map_while(Result::ok).filter_map(|line| {
        let text = |key: &str| line.get(key)?.as_str();
        let mut all = Progress::ALL.into_iter();
        let how_far = all.find(|one| one.word() == text("progress"))?;
        let key = (text("kind")?.to_owned(), text("name")?.to_owned());
        Some((key, how_far))
    });
    let done = RestoredObjects(done.collect());
    Ok(Some(EarlierRun { of, options, done }))
}

fn unusable(path: &str, why: &str) -> Error {
    let path = clean::line(path);
    Error::local(format!("`{path}` {why}; nothing was sent")).hint(format!(
        "a restore writes its journal there: move `{path}` away"
    ))
}

/// A journal being written.
pub(super) struct Journal(File);

impl Journal {
    /// Starts one, readable only by its owner, with the objects of the earlier run.
    pub(super) fn begin(
        path: &str,
        of: &Restore,
        options: &RestoreOptions,
        done: &RestoredObjects,
    ) -> Result<Self, Error> {
        let begin = || {
            let mut file = Atomic::create(Path::new(path), Access::Owner)?;
            writeln!(file, "{}", of.head(options))?;
            for ((kind, name), how_far) in &done.0 {
                writeln!(file, "{}", line(kind, name, *how_far))?;
            }
            file.finish()?;
            OpenOptions::new().append(true).open(path).map(Self)
        };
        begin().map_err(|why: io::Error| {
            let shown = clean::line(path);
            let why = system(&why);
            Error::local(format!(
                "cannot write `{shown}`: {why}; nothing was restored"
            ))
            .hint("the journal of restored objects goes there, next to the backup, for `--resume`")
        })
    }

    /// Adds how far an object is.
    pub(super) fn add(
        &mut self,
        kind: &BackupKind,
        name: &str,
        how_far: Progress,
    ) -> io::Result<()> {
        let line = format!("{}\n", line(kind.list, name, how_far));
        self.0.write_all(line.as_bytes())
    }
}

fn line(kind: &str, name: &str, how_far: Progress) -> Json {
    let mut line = json!({"kind": kind, "name": name});
    if let Some(word) = how_far.word() {
        line["progress"] = word.into();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::backup::STORED;

    fn users() -> &'static BackupKind {
        let kind = STORED.iter().find(|kind| kind.list == "users");
        kind.expect("a kind")
    }

    #[test]
    fn entries_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json.restoring");
        let path = path.to_str().unwrap();
        assert!(read_earlier(path).unwrap().is_none());
        let of = Restore::new(b"{}", "127.0.0.1:8080".to_owned());
        let options = RestoreOptions::default();
        let mut journal = Journal::begin(path, &of, &options, &RestoredObjects::default()).unwrap();
        journal
            .add(users(), "anna \"x\"\n", Progress::Done)
            .unwrap();
        journal.add(users(), "bob", Progress::Creating).unwrap();
        journal.add(users(), "cleo", Progress::Creating).unwrap();
        journal.add(users(), "cleo", Progress::Created).unwrap();
        journal.add(users(), "dora", Progress::Created).unwrap();
        journal.add(users(), "dora", Progress::Done).unwrap();
        // The program was killed in the middle of a line.
        journal.0.write_all(b"{\"kind\":\"us").unwrap();
        let found = read_earlier(path).unwrap().unwrap();
        assert!(found.is_of(&of) && found.options == options);
        let how_far =
            ["anna \"x\"\n", "bob", "cleo", "dora"].map(|name| found.done.progress(users(), name));
        let wanted = [
            Progress::Done,
            Progress::Creating,
            Progress::Created,
            Progress::Done,
        ];
        assert_eq!(how_far, wanted.map(Some));
        assert_eq!(found.done.0.len(), 4);
        assert_eq!(found.done.unfinished().0.len(), 2);
        // Going on, the half line goes.
        Journal::begin(path, &of, &options, &found.done).unwrap();
        assert_eq!(read_earlier(path).unwrap().unwrap().done, found.done);
    }

    #[test]
    fn journals_of_another_file_or_server_differ() {
        let one = Restore::new(b"{\"a\":1}", "one".to_owned());
        assert_ne!(one, Restore::new(b"{\"a\":2}", "one".to_owned()));
        assert_ne!(one, Restore::new(b"{\"a\":1}", "two".to_owned()));
        let head = one.head(&RestoreOptions::default());
        assert_eq!(Restore::of(&head["restoring"]), Some(one));
    }

    #[test]
    fn files_that_are_not_journals_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.json.restoring");
        std::fs::write(&path, "dear diary\n").unwrap();
        let error = read_earlier(path.to_str().unwrap()).err().unwrap();
        assert!(
            error
                .message
                .ends_with("` is not the journal of a restore; nothing was sent")
        );
        assert!(
            Journal::begin(
                "/no/such/folder/x",
                &Restore::new(b"", String::new()),
                &RestoreOptions::default(),
                &RestoredObjects::default()
            )
            .is_err()
        );
    }
}
