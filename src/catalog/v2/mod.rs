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
    ALL, BAD_OBJECT, BAD_QUERY, JSON, LIMIT, LIST, OFFSET, ORDER, PAGES, RUNNING, SERVER_ERROR,
    SET, STATUS, UPDATE_STATUS, UPDATED, answers, delete, eg, get, joined, post, put, request, row,
};
use super::group::Group;
use super::live::Live;
use super::param::{OfList, Param, ParamPlace};
use super::row::{Command, CommandKind, Effect, Method, Remember, StatusDoc};
use super::words::STORAGE_PARAM;
use super::{CONFIDENTIAL_PARAM, Items, Names, Release, Span};

/// The operations of the API v2 that have no row: the prefix of the path, and the reason.
pub const WITHOUT_ROW: &[(&str, &str)] = &[
    (
        "/user/",
        "the users' own API, which needs the login of a user, not of an admin",
    ),
    (
        "/shares/",
        "public shares, which anyone with the link can use",
    ),
    ("/token", "the shell's `login` does it"),
    ("/logout", "the shell's `logout` does it"),
    ("/healthz", "outside the API; use `get /healthz`"),
];

/// 2.MINOR.PATCH.
const fn v(minor: u32, patch: u32) -> Release {
    Release::new(2, minor, patch)
}

const fn from(minor: u32, patch: u32) -> Span {
    Span::from(v(minor, patch))
}

/// The first releases, with the paths that 2.1.0 renamed.
const V2_0: Span = Span::between(v(0, 0), v(0, 4));
/// The releases that have both the old and the new paths.
const RENAMED: Span = Span::between(v(1, 0), v(3, 6));

/// The parameters for pages of a list.
const PAGE: &[Param] = &[LIMIT, OFFSET, ORDER, ALL];
const CONFIDENTIAL: Param = Param::switch(
    CONFIDENTIAL_PARAM,
    "include password hashes and complete secrets; only for admins with the permission `*`",
)
.query_as("1")
.only(from(5, 0));

const REPLACE: Param = Param::switch(
    "replace",
    "send only the given fields, without reading the object first: servers 2.5.0 and later clear all others",
);

const STATUS_HELP: &str = "enabled or disabled (servers 2.x disable an object that is added without it, so it is always sent)";
const ADD_STATUS: Param = Param::named("status", &STATUS, STATUS_HELP).default("enabled");
const DESCRIPTION: Param = Param::text("description", "free text note").optional();

/// The storage backends.
const PROVIDERS: Names = Names {
    words: &[
        "local", "s3", "gcs", "azure", "azblob", "crypt", "sftp", "http",
    ],
    numbers: &[0, 1, 2, 3, 3, 4, 5, 6],
};
/// The storage backend at this path; its fields are flags made from the schema.
const fn storage(path: &'static str) -> Param {
    Param::named(
        STORAGE_PARAM,
        &PROVIDERS,
        "storage backend; its fields are flags too: `--bucket`, `--access_secret`",
    )
    .key(path)
    .optional()
}
/// The folders that are mounted, for users and groups.
const MOUNTS: Param = Param::list(
    "folder",
    "virtual folders, each with the path where it appears",
)
.key("virtual_folders")
.items(Items::Folders)
.optional()
.completed_by(Live::Folder);

const ADDED: StatusDoc = StatusDoc::new(201, "the object as stored, without its secrets");
const TAKEN: StatusDoc = StatusDoc::new(409, "the name is already taken (500 before 2.6.0)");
const IN_USE: StatusDoc = StatusDoc::new(409, "it is still in use (400 or 500 before 2.6.0)");
const ADD: &[StatusDoc] = &[ADDED, BAD_OBJECT, TAKEN, SERVER_ERROR];
const UPDATE_LONG: &str = "Only the fields you give are changed. `--set PATH=VALUE` changes any other field, `--json` several at once. \
     Secrets that you do not give stay unchanged.";
