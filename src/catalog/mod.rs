//! The table: every command, argument and answer of the API, once, as data.
//!
//! Everything that knows a command reads it here: the parser, help,
//! completion, hints, the request, masking, confirmation and the tests.
//! Adding a command is adding a row.

mod connections;
mod invariants;
mod kind;
mod param;
mod quota;
mod row;
mod shell;
mod users;
mod version;

pub use kind::{Kind, Value};
pub use param::{Line, Live, Need, Param, Place, Send};
pub use row::{Answer, Command, Does, Effect, Example, Group, Method, Remember, Route, Verb};

use std::fmt;

/// A release of the server, ordered: `0.9.1` is `Release::new(0, 9, 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(u32);

impl Release {
    /// The server of the seed: commit fe3e1db1 of August 2019, between 0.9.0 and 0.9.1.
    pub const SEED: Self = Self::new(0, 9, 0);
    /// The first release with the API's later names (`/connection`, `public_keys`, `/version`).
    pub const V0_9_1: Self = Self::new(0, 9, 1);
    /// Later than every release there is.
    pub const LATEST: Self = Self(u32::MAX);

    /// The release `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self(major * 10_000 + minor * 100 + patch)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(n) = self;
        write!(f, "{}.{}.{}", n / 10_000, n / 100 % 100, n % 100)
    }
}

/// The releases that have a row: from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first release that has it.
    pub first: Release,
    /// The last release that has it.
    pub last: Release,
}

impl Span {
    /// Every release.
    pub const ALL: Self = Self {
        first: Release::SEED,
        last: Release::LATEST,
    };
    /// The server of the seed alone.
    pub const SEED_ONLY: Self = Self {
        first: Release::SEED,
        last: Release::SEED,
    };
    /// 0.9.1 and all later releases.
    pub const FROM_0_9_1: Self = Self {
        first: Release::V0_9_1,
        last: Release::LATEST,
    };

    /// Whether `release` lies within.
    pub fn holds(self, release: Release) -> bool {
        self.first <= release && release <= self.last
    }
}

/// A generation of the API: what `set api` chooses between.
#[derive(Debug)]
pub struct Api {
    /// What is typed: `2019`, `v1`.
    pub name: &'static str,
    /// The part of every path that comes before the commands' own.
    pub prefix: &'static str,
    /// The release whose rows are shown.
    pub release: Release,
    /// Which servers these are, for `help`.
    pub servers: &'static str,
    /// How it is told who asks.
    pub login: Login,
}

/// How a generation of the API is told who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Not at all.
    None,
    /// By name and password with each request, if the server wants them.
    Basic,
    /// By a token, which name and password fetch, or by an API key.
    Token,
}

/// The generations, oldest first; the first is the default.
pub static APIS: &[Api] = &[
    Api {
        name: "2019",
        prefix: "/api/v1",
        release: Release::SEED,
        servers: "the server of August 2019 (commit fe3e1db1), no authentication",
        login: Login::None,
    },
    Api {
        name: "v1",
        prefix: "/api/v1",
        release: Release::V0_9_1,
        servers: "server 0.9.1, no authentication",
        login: Login::None,
    },
];

/// The forms of an answer, for `set output` and `last --output`.
pub const OUTPUTS: &[&str] = &["json", "compact", "ndjson", "raw"];

/// The names of the generations, for choices.
pub const API_NAMES: &[&str] = &["2019", "v1"];

/// The generation called `name`.
pub fn api(name: &str) -> Option<&'static Api> {
    APIS.iter().find(|api| api.name == name)
}

const TABLE: &[&[Command]] = &[
    users::ROWS,
    connections::ROWS,
    quota::ROWS,
    version::ROWS,
    shell::ROWS,
];

/// Every row of every generation, in the order help shows them.
pub fn every() -> impl Iterator<Item = &'static Command> {
    TABLE.iter().copied().flatten()
}

/// The commands of one generation, in the order help shows them.
pub fn commands(api: &'static Api) -> impl Iterator<Item = &'static Command> {
    every().filter(|command| command.span.holds(api.release))
}

/// The command called `name` in one generation: its name, its hyphenated form or an alias.
pub fn find(api: &'static Api, name: &str) -> Option<&'static Command> {
    let name = name.replace('-', "_");
    commands(api).find(|command| command.is_called(&name))
}

/// The command called `name` in another generation, where this one lacks it.
pub fn find_elsewhere(name: &str) -> Option<&'static Command> {
    let name = name.replace('-', "_");
    every().find(|command| command.is_called(&name))
}

/// Every parameter that is secret, under its name on the line and on the wire.
pub fn secrets() -> impl Iterator<Item = &'static Param> {
    every()
        .flat_map(|command| command.params)
        .filter(|param| param.kind == Kind::Secret)
}

/// Whether `key` names a secret in a body, whatever its case (Go's decoder ignores case).
pub fn is_secret_key(key: &str) -> bool {
    secrets().any(|param| param.key.eq_ignore_ascii_case(key))
}

/// Whether some command has the flag `name` (with underscores).
pub fn is_flag(name: &str) -> bool {
    every()
        .flat_map(|command| command.params)
        .any(|param| param.name == name && matches!(param.line, Line::Flag | Line::Ignored))
}
