//! A course: lessons in their order, and the exam at the end.

use super::check::Check;
use crate::catalog::Api;
use crate::error::Error;
use crate::line::courses::{Courses, Named};
use std::sync::LazyLock;

/// The courses in the program: their names, each with its file. A new lesson is a table
/// `[[lesson]]` in one of these files.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[
    ("v2", include_str!("courses/v2.toml")),
    ("2019", include_str!("courses/2019.toml")),
];

/// What is said to a lesson, each also a command of its own while a lesson is on.
pub(crate) const WORDS: &[&str] = &[
    "goal", "hint", "solution", "next", "skip", "back", GOTO, "again",
];

/// Words that stand after `learn` only.
pub(crate) const OTHER_WORDS: &[&str] = &["list", "stop"];

/// The word that a lesson follows: its number or its name.
pub(crate) const GOTO: &str = "goto";

/// The words, the courses and their lessons, for Tab.
static FOR_TAB: LazyLock<Courses> = LazyLock::new(|| {
    let words = WORDS.iter().chain(OTHER_WORDS);
    let courses = BUILT_IN.iter().filter_map(|(name, _)| {
        let course = built_in(name)?.ok()?;
        Some((((*name).to_owned(), course.title.clone()), course.names()))
    });
    Courses {
        words: words
            .map(|&word| (word.to_owned(), String::new()))
            .collect(),
        goes_to: GOTO,
        courses: courses.collect(),
    }
});

/// What Tab offers after `learn`.
pub(crate) fn for_tab() -> &'static Courses {
    &FOR_TAB
}

/// Lessons about one API.
#[derive(Debug)]
pub(crate) struct Course {
    /// What the progress is kept by: the name, or the path of a file.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) api: &'static Api,
    /// At least one.
    pub(crate) lessons: Vec<Lesson>,
}

/// A lesson.
#[derive(Debug, Default)]
pub(crate) struct Lesson {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Whether it has no hints, and its solution is shown only when it is done.
    pub(crate) is_exam: bool,
    /// Commands that run before it, on the sample data.
    pub(crate) setup: Vec<String>,
    /// Files that it brings: names and texts. `$lesson` is their folder.
    pub(crate) files: Vec<(String, String)>,
    /// What is to be reached.
    pub(crate) checks: Vec<Check>,
    /// What often goes wrong; its `says` is the message about it.
    pub(crate) mistakes: Vec<Check>,
    pub(crate) hints: Vec<String>,
    /// Commands that reach the goal.
    pub(crate) solution: Vec<String>,
    /// Others that do.
    pub(crate) also: Vec<Vec<String>>,
    /// Commands that do not.
    pub(crate) wrong: Vec<Wrong>,
    /// What is said when it is done.
    pub(crate) done: String,
}

/// A wrong answer.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) run: Vec<String>,
    /// A part of the message that must come; may be empty.
    pub(crate) says: String,
}

/// The course of this name, if it is in the program.
pub(crate) fn built_in(name: &str) -> Option<Result<Course, Error>> {
    let (name, text) = BUILT_IN.iter().find(|(own, _)| *own == name)?;
    Some(super::read(name, &format!("{name}.toml"), text))
}

impl Course {
    /// The place of a lesson, by its name or its number, which starts at 1.
    pub(crate) fn find(&self, word: &str) -> Option<usize> {
        let by_name = self.lessons.iter().position(|lesson| lesson.name == word);
        let by_number = || {
            let number = word.parse::<usize>().ok()?.checked_sub(1)?;
            (number < self.lessons.len()).then_some(number)
        };
        by_name.or_else(by_number)
    }

    /// The names of its lessons, with their titles.
    pub(crate) fn names(&self) -> Vec<Named> {
        let lessons = self.lessons.iter();
        lessons
            .map(|lesson| (lesson.name.clone(), lesson.title.clone()))
            .collect()
    }

    /// `lesson 3 of 16: Permissions`.
    pub(crate) fn heading(&self, at: usize) -> String {
        let lesson = &self.lessons[at];
        let kind = if lesson.is_exam { "exam" } else { "lesson" };
        let (number, all) = (at + 1, self.lessons.len());
        format!("{kind} {number} of {all}: {}", lesson.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::line::complete::complete;
    use crate::line::completion_cache::CompletionCache;
    use crate::text::width::width;

    #[test]
    fn the_courses_are_right_and_fit_a_small_terminal() {
        let mut names = Vec::new();
        for (name, _) in BUILT_IN {
            let course = built_in(name)
                .expect("it is built in")
                .expect("it is right");
            let exams = course.lessons.iter().filter(|lesson| lesson.is_exam);
            assert_eq!(exams.count(), 1, "{name}");
            assert!(course.lessons.last().is_some_and(|lesson| lesson.is_exam));
            for lesson in &course.lessons {
                let goals = lesson.checks.iter().map(|check| check.says.as_str());
                for line in lesson.text.lines().chain(goals) {
                    assert!(width(line) <= 80, "{}: {line}", lesson.name);
                }
                let rows = 8 + lesson.text.lines().count() + lesson.checks.len();
                assert!(rows <= 24, "{}: {rows} rows", lesson.name);
                assert_eq!(lesson.hints.is_empty(), lesson.is_exam, "{}", lesson.name);
                names.push(lesson.name.clone());
            }
        }
        // A lesson is named without its course.
        let words = WORDS.iter().chain(OTHER_WORDS).copied();
        for word in words.chain(BUILT_IN.iter().map(|(name, _)| *name)) {
            assert!(!names.iter().any(|name| name == word), "{word}");
            assert!(
                !catalog::every().any(|command| command.is_called(word)),
                "{word}"
            );
        }
    }

    #[test]
    fn tab_offers_lessons() {
        let mut cache = CompletionCache::knowing(for_tab).listing_files_by(|typed| {
            let mine = Some("ours.toml").filter(|file| file.starts_with(typed));
            mine.into_iter().map(str::to_owned).collect()
        });
        let words = WORDS.iter().map(|word| (*word, format!("learn {word}")));
        let aliases = cache.aliases().with(words);
        cache.know_config(aliases, Vec::new());
        let v2 = catalog::api("v2").expect("known");
        let all = |cache: &CompletionCache, line: &str| {
            let (_, found) = complete(line, line.len(), v2, cache);
            let texts = found.into_iter().map(|one| one.text.trim_end().to_owned());
            texts.collect::<Vec<_>>()
        };
        for (line, texts) in [
            ("learn go", &["goal", "goto"][..]),
            ("learn quo", &["quotas"]),
            ("learn goto qu", &["quotas"]),
            ("goto qu", &["quotas"]),
            ("learn 2019 ad", &["add-2019"]),
            ("learn v2 qu", &["quotas"]),
            ("learn hint qu", &[]),
            ("learn --test o", &["ours.toml"]),
        ] {
            assert_eq!(all(&cache, line), texts, "{line}");
        }
        cache.courses.on = vec![("quiet".to_owned(), "Of a file".to_owned())];
        assert_eq!(all(&cache, "goto qu"), ["quiet"]);
        assert_eq!(all(&cache, "learn 2019 qu"), [""; 0]);
    }
}
