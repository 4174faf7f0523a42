//! The suite: one binary, one module for each theme. Tests share nothing and
//! run in parallel.

mod bad_input;
mod broken_off;
mod calls;
mod checked;
mod contract;
mod curl;
mod docs;
mod dry_run;
mod examples;
mod exits;
mod expect;
mod from_line;
mod golden;
mod hidden;
mod hostile;
mod made;
mod modes;
mod output;
mod properties;
mod raw_server;
mod requests;
mod secrets;
mod seed;
mod sourced;
mod support;
mod table;
mod table_v2;
#[cfg(unix)]
mod terminal;
mod v2;
mod variables;
