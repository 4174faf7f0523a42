//! The suite: one binary, one module for each theme. Tests share nothing and
//! run in parallel.

mod bad_input;
mod contract;
mod examples;
mod hostile;
mod modes;
mod requests;
mod seed;
mod support;
