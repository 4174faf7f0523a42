//! sftpgo-shell: a shell for SFTPGo's REST admin API.
//!
//! The flow of a command: a line of text ([`input`]) becomes words and a call
//! ([`line`](mod@line)), the call a request ([`request`]), the request is sent
//! ([`http`]), the answer is read, remembered ([`session`]) and shown
//! ([`render`]). Everything left of `http` is pure. What there is to say about
//! a command is in one table, the [`catalog`].

pub mod answer;
pub mod args;
mod atomic;
mod bar;
pub mod bulk;
pub mod catalog;
mod command;
pub mod curl;
pub mod env;
pub mod error;
pub mod http;
pub mod input;
mod interactive;
pub mod line;
pub mod own;
pub mod practice;
mod progress;
mod recipe;
pub mod render;
pub mod report;
pub mod request;
mod script;
pub mod seen;
pub mod session;
pub mod settings;
pub mod shell;
mod start;
mod vars;

pub use command::help::reference;
pub use command::settings_docs::settings_docs;
pub use start::run;
