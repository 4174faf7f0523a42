//! What people see: answers, errors, progress and reports as text.

pub mod bar;
pub mod error;
pub mod json;
pub mod progress;
pub mod report;
