//! What the server's programming language decides: how Go reads and writes JSON, URLs and SSH keys.

pub(super) mod decode;
pub(super) mod escape;
pub(super) mod json;
pub(super) mod keys;
mod scan;
pub(super) mod shape;
