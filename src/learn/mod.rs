//! Lessons on the practice server: courses as files, what a lesson checks, and how far the
//! learner is. What was typed does not matter, only what was sent and what the server holds.

mod check;
mod course;
mod file;
mod folder;
mod learner;
mod progress;

pub(crate) use course::{BUILT_IN, Course, GOTO, Lesson, OTHER_WORDS, WORDS, built_in, for_tab};
pub(crate) use file::read;
pub(crate) use folder::Folder;
pub(crate) use learner::{Before, Learner};
pub(crate) use progress::Progress;
