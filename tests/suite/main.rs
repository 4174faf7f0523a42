//! The suite: one binary, one module for each theme. Tests share nothing and
//! run in parallel.

mod bad_input;
mod calls;
mod contract;
mod curl;
mod examples;
mod hidden;
mod hostile;
mod made;
mod modes;
mod properties;
mod requests;
mod seed;
mod support;
mod table;
#[cfg(unix)]
mod terminal;
