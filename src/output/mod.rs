//! Output: answers, errors, progress and reports as text.

pub mod bar;
pub mod error;
pub mod format;
pub mod progress;
pub mod report;
pub mod waiting;
pub(crate) mod watch;
