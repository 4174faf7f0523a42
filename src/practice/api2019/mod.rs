//! SFTPGo of August 2019: users, quota scans and one connection, without authentication.
//!
//! Written from `tests/suite/data/contract-2019.jsonl`, the recorded responses of commit fe3e1db1.

mod live;
mod route;
mod sample_data;
mod store;
#[cfg(test)]
mod tests;
mod user;
mod world;

pub(super) use self::route::{Request, reply};
pub(super) use self::world::World;
