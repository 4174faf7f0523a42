//! Helpers for text, which every other module may use.

pub mod ansi;
pub mod clean;
pub mod encoding;
pub mod escape;
pub mod lex;
pub mod near;
pub mod operator;
pub mod path;
pub mod place;
pub mod secret;
pub mod width;
pub mod words;
pub mod wrap;
