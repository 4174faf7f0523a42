//! The suite: one binary, one module for each theme. Tests share nothing and
//! run in parallel.

mod add_users;
mod bad_input;
mod broken_off;
mod calls;
mod checked;
mod contract;
mod contract_v2;
mod contract_v2_access;
mod contract_v2_rules;
mod contract_v2_users;
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
mod jobs;
mod made;
mod modes;
mod output;
mod properties;
mod proxy;
mod raw_server;
mod requests;
mod retries;
mod secrets;
mod seed;
mod sourced;
mod stale;
mod stopped;
mod streams;
mod support;
mod table;
mod table_v2;
#[cfg(unix)]
mod terminal;
mod together;
mod v2;
mod v2_login;
mod v2_update;
mod variables;
