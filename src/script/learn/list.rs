//! `learn list`: the lessons of all courses, and which are done.

use super::course;
use crate::error::Error;
use crate::learn::{BUILT_IN, Course, Progress};
use crate::shell::Shell;

pub(super) fn print(shell: &Shell) -> Result<(), Error> {
    let learner = shell.session.learner.as_ref();
    let read = learner.is_none().then(|| super::progress(shell));
    let none = Progress::unkept();
    let kept = learner.map(|learner| &learner.progress);
    let progress = kept.or(read.as_ref()).unwrap_or(&none);
    let mut text = String::new();
    for (name, _) in BUILT_IN {
        let on = learner.filter(|learner| learner.course.key == *name);
        text.push_str(&section(
            &course(shell, name)?,
            progress,
            on.map(|on| on.at),
        ));
    }
    let own = learner.filter(|own| BUILT_IN.iter().all(|(name, _)| own.course.key != *name));
    if let Some(own) = own {
        text.push_str(&section(&own.course, progress, Some(own.at)));
    }
    text.push_str("[x] done, > current lesson; `learn COURSE N` starts lesson N\n");
    shell.screen().print(&text)
}

/// The lessons of a course.
fn section(course: &Course, progress: &Progress, on: Option<usize>) -> String {
    let mut text = format!("{}: {}\n", course.key, course.title);
    for (at, lesson) in course.lessons.iter().enumerate() {
        let is_done = progress.is_done(&course.key, &lesson.name);
        let mark = if is_done { 'x' } else { ' ' };
        let here = if on == Some(at) { '>' } else { ' ' };
        let number = at + 1;
        text.push_str(&format!(
            "{here}{number:3} [{mark}] {:20} {}\n",
            lesson.name, lesson.title
        ));
    }
    text.push('\n');
    text
}
