//! What the server's programming language decides: how Go reads and writes JSON, URLs, SSH keys and
//! more.

pub(super) mod decode;
pub(super) mod escape;
pub(super) mod glob;
pub(super) mod json;
pub(super) mod keys;
pub(super) mod quote;
mod scan;
pub(super) mod shape;
pub(super) mod url;
