//! Where lines come from: the editor on a terminal, files and pipes.

mod completing;
pub mod editor;
pub mod file;
pub(crate) mod files;
pub mod history;
mod keys;
mod listing;
mod picker;
pub mod pipe;
pub mod program;
pub(crate) mod raw_keys;
pub mod reader;
pub mod saved_tty;
pub mod secret;
pub mod size;
pub mod terminal;
