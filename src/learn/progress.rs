//! The progress of a learner, in a file of the user.

use crate::atomic::{Access, Atomic};
use crate::error::{Error, system};
use crate::text::clean;
use crate::text::place::place;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// Which lessons of which courses are done, and which one is on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// `None` where the user has no home folder.
    path: Option<PathBuf>,
    document: DocumentMut,
}

impl Progress {
    /// Progress that is not kept.
    pub(crate) fn unkept() -> Self {
        Self::default()
    }

    /// Reads the file. A broken one is put aside; the second result says so.
    pub(crate) fn load(path: Option<PathBuf>) -> (Self, Option<String>) {
        let Some(path) = path else {
            return (Self::default(), None);
        };
        let shown = clean::line(&path.to_string_lossy()).into_owned();
        let empty = |path: PathBuf| Self {
            path: Some(path),
            document: DocumentMut::new(),
        };
        let wrong = match fs::read_to_string(&path) {
            Err(why) if why.kind() == ErrorKind::NotFound => return (empty(path), None),
            Err(why) => format!("{shown}: {}", system(&why)),
            Ok(text) => match parsed(&shown, &text) {
                Ok(document) => {
                    let path = Some(path);
                    return (Self { path, document }, None);
                }
                Err(why) => why,
            },
        };
        match put_aside(&path) {
            Ok(kept) => {
                let kept = clean::line(&kept.to_string_lossy()).into_owned();
                let said = format!(
                    "cannot read the progress in the lessons, so it starts again: {wrong}\nthe old file is kept as `{kept}`\n"
                );
                (empty(path), Some(said))
            }
            // What cannot be moved is not overwritten.
            Err(why) => {
                let why = system(&why);
                let said = format!(
                    "cannot read the progress in the lessons: {wrong}; new progress is not saved, because the file cannot be renamed: {why}\n"
                );
                (Self::default(), Some(said))
            }
        }
    }

    /// Whether a lesson is done.
    pub(crate) fn is_done(&self, course: &str, lesson: &str) -> bool {
        let done = self.course(course).and_then(|table| table.get("done"));
        let mut names = done.and_then(Item::as_array).into_iter().flatten();
        names.any(|name| name.as_str() == Some(lesson))
    }

    /// The lesson that was on last.
    pub(crate) fn last(&self, course: &str) -> Option<&str> {
        self.course(course)?.get("at")?.as_str()
    }

    /// The course that was on last.
    pub(crate) fn last_course(&self) -> Option<&str> {
        self.document.get("course")?.as_str()
    }

    fn course(&self, course: &str) -> Option<&Table> {
        self.document
            .get("courses")?
            .as_table()?
            .get(course)?
            .as_table()
    }

    /// Notes the lesson that is on, and whether it is done.
    pub(crate) fn note(&mut self, course: &str, lesson: &str, is_done: bool) -> Result<(), Error> {
        let was_done = self.is_done(course, lesson);
        self.document["course"] = value(course);
        let table = |item: &mut Item, is_implicit: bool| {
            if !item.is_table() {
                let mut table = Table::new();
                table.set_implicit(is_implicit);
                *item = Item::Table(table);
            }
        };
        let courses = self.document.entry("courses").or_insert(Item::None);
        table(courses, true);
        let own = courses[course].or_insert(Item::None);
        table(own, false);
        own["at"] = value(lesson);
        if is_done && !was_done {
            let done = own["done"].or_insert(Item::Value(Value::Array(Array::new())));
            if let Some(done) = done.as_array_mut() {
                done.push(lesson);
            }
        }
        self.save()
    }

    fn save(&self) -> Result<(), Error> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let written = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = Atomic::create(path, Access::Usual)?;
            file.write_all(self.document.to_string().as_bytes())?;
            file.finish()
        };
        written().map_err(|why| {
            let shown = clean::line(&path.to_string_lossy()).into_owned();
            let why = system(&why);
            Error::local(format!("cannot write the progress to `{shown}`: {why}"))
        })
    }
}

/// The document of a text, if it is one that `note` writes.
fn parsed(name: &str, text: &str) -> Result<DocumentMut, String> {
    let document = text.parse::<DocumentMut>().map_err(|error| {
        let message = error.message().replace('\n', "; ");
        let at = place(name, text, error.span());
        format!("{at}: not valid TOML: {message}")
    })?;
    let is_course = |item: &Item| {
        item.as_table().is_some_and(|table| {
            table.get("at").is_none_or(Item::is_str) && table.get("done").is_none_or(Item::is_array)
        })
    };
    let courses = document.get("courses").map(Item::as_table);
    let is_good = document.get("course").is_none_or(Item::is_str)
        && courses.is_none_or(|courses| {
            courses.is_some_and(|all| all.iter().all(|(_, item)| is_course(item)))
        });
    is_good
        .then_some(document)
        .ok_or_else(|| format!("{name}: this is not a progress file"))
}

/// Renames a broken file, to a name that is free.
fn put_aside(path: &Path) -> std::io::Result<PathBuf> {
    let name = |number: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(".broken");
        if number > 1 {
            name.push(format!(".{number}"));
        }
        PathBuf::from(name)
    };
    let mut names = (1..1000).map(name);
    let free = names.find(|path| !path.exists());
    let free = free.ok_or(ErrorKind::AlreadyExists)?;
    fs::rename(path, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_kept_and_a_broken_file_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/lessons.toml");
        let (mut progress, said) = Progress::load(Some(path.clone()));
        assert_eq!(said, None);
        progress.note("v2", "look", true).unwrap();
        progress.note("v2", "look", true).unwrap();
        progress.note("/a b/\"x\".toml", "one", false).unwrap();
        let (progress, said) = Progress::load(Some(path.clone()));
        assert_eq!(said, None);
        assert!(progress.is_done("v2", "look") && !progress.is_done("v2", "one"));
        assert_eq!(progress.last("/a b/\"x\".toml"), Some("one"));
        assert_eq!(progress.last_course(), Some("/a b/\"x\".toml"));

        for (at, broken) in [
            (0, "x = [\n"),
            (1, "courses = 3\n"),
            (2, "[courses.v2]\ndone = 1\n"),
        ] {
            fs::write(&path, broken).unwrap();
            let (progress, said) = Progress::load(Some(path.clone()));
            let kept = if at == 0 {
                "lessons.toml.broken".to_owned()
            } else {
                format!("lessons.toml.broken.{}", at + 1)
            };
            let said = said.expect("a message");
            assert!(said.contains(&format!("{kept}`")), "{said}");
            assert_eq!(progress.last("v2"), None);
            assert_eq!(
                fs::read_to_string(path.with_file_name(kept)).unwrap(),
                broken
            );
        }
    }
}
