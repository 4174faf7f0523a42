//! Lessons on the practice server: courses as files, what a lesson checks, and how far the
//! learner is. What was typed does not matter, only what was sent and what the server holds.

mod check;
mod course;
mod file;
mod learner;
mod progress;

pub(crate) use course::{BUILT_IN, Course, Lesson, WORDS, built_in};
pub(crate) use file::read;
pub(crate) use learner::{Before, Learner};
pub(crate) use progress::Progress;
