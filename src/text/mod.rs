//! Plain helpers for text, which everything else may use.

pub mod clean;
pub mod lex;
pub mod near;
pub mod secret;
pub mod words;
