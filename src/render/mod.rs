//! Answers and errors as text.

pub mod clean;
pub mod diff;
pub mod error;
pub mod json;
pub mod trace;
