//! The rows of the API v2: servers 2.0.0 and later.
//!
//! Operations, parameters, bounds and permissions are those of the server's
//! OpenAPI documents and its router at each tag. Bodies are objects of
//! `schema`: flags set the fields that are common, `--set` all others.

pub(super) mod account;
pub(super) mod admins;
pub(super) mod events;
pub(super) mod groups;
pub(super) mod quota;
pub(super) mod server;
pub(super) mod users;

use super::build::{
    BAD_OBJECT, BAD_QUERY, JSON, LIMIT, LIST, OFFSET, ORDER, PAGES, RUNNING, SERVER_ERROR, SET,
    STATUS, UPDATE_STATUS, UPDATED, answers, delete, eg, get, joined, post, put, request, row,
};
use super::param::{Live, Param, ParamPlace};
use super::row::{Command, Does, Effect, Group, Method, Remember, StatusDoc};
use super::{Names, Release, Span};

/// The operations of the API v2 that have no row, by the beginning of their
/// path, and why.
pub const WITHOUT_ROW: &[(&str, &str)] = &[
    (
        "/user/",
        "of the users' own API, which takes a user's login, not an admin's",
    ),
    (
        "/shares/",
        "of public shares, which anyone with the link may use",
    ),
    ("/token", "the shell's own login does it"),
    ("/logout", "the shell's own logout does it"),
    ("/healthz", "outside of the API; `get /healthz` asks it"),
];

/// 2.MINOR.PATCH.
const fn v(minor: u32, patch: u32) -> Release {
    Release::new(2, minor, patch)
}

const fn from(minor: u32, patch: u32) -> Span {
    Span::from(v(minor, patch))
}

/// The first releases: the paths that were renamed in 2.1.0.
const V2_0: Span = Span::between(v(0, 0), v(0, 4));
/// Those that have the renamed paths beside the new ones.
const RENAMED: Span = Span::between(v(1, 0), v(3, 6));

/// The pages of a list.
const PAGE: &[Param] = &[LIMIT, OFFSET, ORDER];
const CONFIDENTIAL: Param = Param::switch(
    "confidential_data",
    "with hashes and whole secrets; only for an admin with `*`",
)
.query_as("1")
.only(from(5, 0));

const REPLACE: Param = Param::switch(
    "replace",
    "send what is given and nothing else: what is left out is lost on servers from 2.5.0 on",
);

const STATUS_HELP: &str =
    "whether it may be used; 2.x takes one that is added without it for disabled, so it is sent";
const ADD_STATUS: Param = Param::named("status", &STATUS, STATUS_HELP).default("enabled");
const DESCRIPTION: Param = Param::text("description", "a note").optional();

const ADDED: StatusDoc = StatusDoc::new(201, "the object as stored, without its secrets");
const TAKEN: StatusDoc = StatusDoc::new(409, "the name is taken; before 2.6.0 that is 500");
const IN_USE: StatusDoc = StatusDoc::new(
    409,
    "something still refers to it; before 2.6.0 that is 400 or 500",
);
const ADD: &[StatusDoc] = &[ADDED, BAD_OBJECT, TAKEN, SERVER_ERROR];
const UPDATE_LONG: &str = "What is typed is changed; what is left out stays. `--set PATH=VALUE` changes any other field, `--json` \
     several. A secret that is left out stays as well.";
