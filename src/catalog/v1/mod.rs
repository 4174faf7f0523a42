//! The rows of the API v1, servers 0.9.1 to 1.2.2, that the 2019 server lacks or
//! has in another form. The rows that they share are in `users`, `connections`
//! and `quota` of the parent module.
//!
//! Operations, parameters and answers are those of the server's OpenAPI
//! documents at each tag; later subcommands of the Python client are aliases.

pub(super) mod folders;
pub(super) mod quota;
pub(super) mod server;
pub(super) mod users;

use super::param::{Param, ParamPlace};
use super::{Release, Span};

const V0_9_4: Release = Release::new(0, 9, 4);
const V0_9_5: Release = Release::new(0, 9, 5);
const V0_9_6: Release = Release::new(0, 9, 6);
const V1_0_0: Release = Release::new(1, 0, 0);
const V1_1_0: Release = Release::new(1, 1, 0);

/// A switch that is a number in the query, as in the Python client: `--indent 1`.
const fn switch(name: &'static str, help: &'static str) -> Param {
    Param::choice(name, &["0", "1"], "0", help)
        .bare("1")
        .typed()
        .at(ParamPlace::Query)
}

/// This and all later releases of the API v1.
const fn since(first: Release) -> Span {
    Span::between(first, Release::LAST_V1)
}

/// 0.9.1 to 0.9.4: permissions are a list that applies to the home directory.
const LISTED: Span = Span::between(Release::V0_9_1, V0_9_4);
/// Before 1.1.0.
const UP_TO_1_0: Span = Span::between(Release::V0_9_1, V1_0_0);
