//! The suite: one binary, one module for each theme. Tests share nothing and
//! run in parallel.

mod calls;
mod contract;
mod curl;
mod hidden;
mod made;
mod properties;
mod support;
mod table;
