//! SFTPGo as it was in August 2019: users, quota scans and one connection, for anyone who asks.
//!
//! Written from `tests/suite/data/contract-2019.jsonl`, which the server of commit fe3e1db1 answered.

mod live;
mod route;
mod sample_data;
mod store;
#[cfg(test)]
mod tests;
mod user;
mod world;

pub(super) use self::route::{Request, answer};
pub(super) use self::world::World;
