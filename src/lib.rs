//! sftpgo-shell: a shell for SFTPGo's REST admin API.
//!
//! The flow of a command: a line of text ([`input`]) becomes words and a call
//! ([`line`](mod@line)), the call a request ([`request`]), the request is sent
//! ([`http`]), the response is read and remembered ([`session`]) and shown
//! ([`output`]). Everything left of `http` is pure. What there is to know about
//! a command is in one table, the [`catalog`]. `docs/design.md` lists the
//! modules from the highest floor to the lowest; each imports only lower ones.

mod atomic;
pub mod body;
pub mod bulk;
pub mod catalog;
mod command;
pub mod env;
pub mod error;
pub mod http;
pub mod input;
mod interactive;
pub mod interrupt;
#[cfg(test)]
mod invariants;
mod learn;
pub mod line;
pub mod output;
pub mod practice;
pub mod query;
mod recipe;
pub mod request;
mod script;
pub mod secret;
pub mod session;
pub mod settings;
pub mod shell;
mod start;
pub mod text;

pub use command::help::reference;
pub use command::settings_docs::settings_docs;
pub use start::run;
