//! The table of every command, argument and answer of the API, as data.
//!
//! The parser, help, completion, hints, requests, masking, confirmations and
//! tests read it. To add a command, add a row.

pub mod allow;
pub mod backup;
mod build;
mod change;
pub mod connection_list;
mod connections;
mod group;
pub mod inherit;
pub mod items;
mod kind;
pub mod live;
pub mod many;
pub mod missing;
pub mod model;
mod object;
mod output;
mod param;
mod quota;
mod recipes;
mod row;
pub mod schema;
mod secret;
mod section;
mod shell;
mod spelled;
pub mod stored;
mod target;
mod topic;
mod unavailable;
mod unit;
pub mod upsert;
mod users;
mod v1;
mod v2;
mod value;
mod view;
pub mod words;
mod zero;

pub use change::{SERVER_COUNTED_FIELDS, UNORDERED_FIELDS, Unnamed, change_of};
pub use group::Group;
pub use items::Items;
pub use kind::{Kind, Lists, Names, Value};
pub use live::Live;
pub use object::{object_named, param_named};
pub(crate) use output::FORMATS;
pub use output::{OUTPUTS, Output};
pub use param::{Line, Need, OfList, Param, ParamPlace, Send};
pub use row::{
    AnswerType, Command, CommandKind, Effect, Example, Method, Recipe, Remember, Route, StatusDoc,
};
pub use secret::{
    flags, is_envelope, is_flag, is_secret_key, is_secret_name, secret_names, secrets,
};
pub use section::Section;
pub use shell::{ALL_SERVERS, AS_CURL, Verb, names_servers};
pub use target::Target;
pub use topic::{TOPICS, Topic};
pub use unavailable::{assumed, last_with, unavailable};
pub use unit::{Clock, Unit, duration, rate_of, short_size_of, size_of};
pub use v2::WITHOUT_ROW;
pub use v2::users::PERMISSIONS as USER_PERMISSIONS;
pub use view::{COLUMNS_PARAM, HUMAN_PARAM, JQ_PARAM, SORT_PARAM, WHERE_PARAM, is_view};
pub use zero::{is_all_zero, is_zero};

use crate::text::words::ticked;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A release of the server, ordered: `0.9.1` is `Release::new(0, 9, 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(u32);

impl Release {
    /// The 2019 server: commit fe3e1db1 of August 2019, between 0.9.0 and 0.9.1.
    pub const SEED: Self = Self::new(0, 9, 0);
    /// The first release with the later names of the API (`/connection`, `public_keys`, `/version`).
    pub const V0_9_1: Self = Self::new(0, 9, 1);
    /// The last release with the API v1.
    pub const LAST_V1: Self = Self::new(1, 2, 2);
    /// The first release with the API v2.
    pub const FIRST_V2: Self = Self::new(2, 0, 0);
    /// Later than every existing release.
    pub const LATEST: Self = Self(u32::MAX);

    /// The release `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self(major * 10_000 + minor * 100 + patch)
    }

    /// The release in a version string: `2.6.4`, `v2.6.4`, `2.6.4-dev`, `2.6`.
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let digits = |c: char| !c.is_ascii_digit();
        let mut parts = text.splitn(3, '.').map(|part| {
            let end = part.find(digits).unwrap_or(part.len());
            part[..end].parse::<u32>().ok().filter(|part| *part < 100)
        });
        let (major, minor) = (parts.next()??, parts.next()??);
        Some(Self::new(
            major,
            minor,
            parts.next().map_or(Some(0), |patch| patch)?,
        ))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(n) = self;
        write!(f, "{}.{}.{}", n / 10_000, n / 100 % 100, n % 100)
    }
}

/// The releases that have a row: `first` to `last`, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first release that has it.
    pub first: Release,
    /// The last release that has it.
    pub last: Release,
}

impl Span {
    /// Every release.
    pub const ALL: Self = Self::from(Release::SEED);
    /// Only the 2019 server.
    pub const SEED_ONLY: Self = Self::between(Release::SEED, Release::SEED);
    /// 0.9.1 to 1.2.2: the API v1 with its later names.
    pub const FROM_0_9_1: Self = Self::between(Release::V0_9_1, Release::LAST_V1);
    /// The 2019 server to 1.2.2: the API v1.
    pub const V1: Self = Self::between(Release::SEED, Release::LAST_V1);
    /// 2.0.0 and all later releases.
    pub const V2: Self = Self::from(Release::FIRST_V2);

    /// `first` and all later releases.
    pub const fn from(first: Release) -> Self {
        Self::between(first, Release::LATEST)
    }

    /// `first` to `last`, inclusive.
    pub const fn between(first: Release, last: Release) -> Self {
        Self { first, last }
    }

    /// Whether the two overlap.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether it includes `release`.
    pub fn holds(self, release: Release) -> bool {
        self.first <= release && release <= self.last
    }
}

/// A version of the API, as `set api` selects it.
#[derive(Debug)]
pub struct Api {
    /// Its name: `2019`, `v1`, `v2`.
    pub name: &'static str,
    /// The prefix of all paths.
    pub prefix: &'static str,
    /// The release whose rows are shown.
    pub release: Release,
    /// Whether the release is only assumed, because it was not given and no server was asked.
    pub assumed: bool,
    /// The releases of its servers.
    pub span: Span,
    /// The servers that have it, for `help`.
    pub servers: &'static str,
    /// Its authentication.
    pub login: Login,
}

/// Where a login of API v2 gets a token, below the prefix.
pub(crate) const TOKEN_PATH: &str = "token";

/// The authentication of an API version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    None,
    /// Basic: name and password with each request, if the server asks for them.
    Basic,
    /// A token, which a login with name and password returns, or an API key.
    Token,
}

/// The API versions, oldest first; the first is the default.
pub static APIS: &[Api] = &[
    Api {
        name: "2019",
        prefix: "/api/v1",
        release: Release::SEED,
        assumed: false,
        span: Span::SEED_ONLY,
        servers: "the server of August 2019 (commit fe3e1db1), no authentication",
        login: Login::None,
    },
    Api {
        name: "v1",
        prefix: "/api/v1",
        release: Release::LAST_V1,
        assumed: true,
        span: Span::FROM_0_9_1,
        servers: "servers 0.9.1 to 1.2.2, no authentication or, since 0.9.6, Basic authentication",
        login: Login::Basic,
    },
    Api {
        name: "v2",
        prefix: "/api/v2",
        release: Release::new(2, 7, 5),
        assumed: true,
        span: Span::V2,
        servers: "servers 2.0.0 to 2.7.5",
        login: Login::Token,
    },
];

/// The formats of a file of users, for `add_users --format`.
pub const USER_FILE_FORMATS: &[&str] = &["csv", "json", "ndjson"];

/// The variables that the shell sets; Tab offers them, and they are not secret.
pub const VARIABLES: &[&str] = &["id", "username", "connection", "_", "env"];

/// The names of the API versions.
pub const API_NAMES: &[&str] = &["2019", "v1", "v2"];

/// The API version called `name`.
pub fn api(name: &str) -> Option<&'static Api> {
    APIS.iter().find(|api| api.name == name)
}

/// The generation called `name`, as a server of this release has it: its rows,
/// help and completion are those of the release. Each is created once and kept,
/// so only ask for releases that servers have.
///
/// A release of another API version gives the latest release of this one; an
/// unknown name gives the default version.
pub fn at(name: &str, release: Release) -> &'static Api {
    static MADE: Mutex<Vec<&'static Api>> = Mutex::new(Vec::new());
    let known = api(name).unwrap_or(&APIS[0]);
    if !known.assumed || !known.span.holds(release) {
        return known;
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let is_it = |made: &&&Api| made.name == known.name && made.release == release;
    if let Some(made) = made.iter().find(is_it) {
        return made;
    }
    let new: &'static Api = Box::leak(Box::new(Api {
        release,
        assumed: false,
        ..*known
    }));
    made.push(new);
    new
}

/// The API version that a text selects: its name, or a release of its servers.
/// The error lists both.
pub fn chosen(text: &str) -> Result<&'static Api, String> {
    let of = |release: Release| {
        let mut known = APIS.iter();
        let api = known.find(|api| api.span.first <= release && release <= api.release)?;
        Some(at(api.name, release))
    };
    let by_release = || Release::named(text).and_then(of);
    api(text).or_else(by_release).ok_or_else(|| {
        let names: Vec<&str> = APIS.iter().map(|api| api.name).collect();
        let spans = APIS.iter().map(|api| match api.span.first {
            first if first == api.release => first.to_string(),
            first => format!("{first} to {}", api.release),
        });
        let spans: Vec<String> = spans.collect();
        format!(
            "must be {}, or a release: {}",
            ticked(&names),
            spans.join(", ")
        )
    })
}

/// The flag that reads all pages of a list.
pub const ALL_PARAM: &str = "all";

/// The switch that asks for password hashes and complete secrets.
pub const CONFIDENTIAL_PARAM: &str = "confidential_data";

const TABLE: &[&[Command]] = &[
    users::ROWS,
    connections::ROWS,
    quota::ROWS,
    v1::users::ROWS,
    v1::folders::ROWS,
    v1::quota::ROWS,
    v1::server::ROWS,
    v2::users::ROWS,
    v2::groups::ROWS,
    v2::admins::ROWS,
    v2::account::ROWS,
    v2::quota::ROWS,
    v2::events::ROWS,
    v2::server::ROWS,
    recipes::ROWS,
    v2::users::CLONE,
    shell::ROWS,
];

/// Every row of every API version, in the order of help.
pub fn every() -> impl Iterator<Item = &'static Command> {
    TABLE.iter().copied().flatten()
}

/// The commands of one API version, in the order of help.
pub fn commands(api: &'static Api) -> impl Iterator<Item = &'static Command> {
    every().filter(|command| command.span.holds(api.release))
}

/// The command with this name or alias in one API version; hyphens are accepted.
pub fn find(api: &'static Api, name: &str) -> Option<&'static Command> {
    let name = name.replace('-', "_");
    commands(api).find(|command| command.is_called(&name))
}

/// The command that sends this method and this path, without the prefix.
pub fn requested(api: &'static Api, method: Method, path: &str) -> Option<&'static Command> {
    let fits = |route: &Route| {
        let (mut own, mut theirs) = (route.path.split('/'), path.split('/'));
        loop {
            match (own.next(), theirs.next()) {
                (None, None) => return true,
                (Some(own), Some(theirs)) if own == theirs || own.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let is_it = |route: &Route| route.method == method && fits(route);
    // `/users/scans` is the list of scans, not a user with that name.
    let rows = commands(api).filter(|command| command.route().is_some_and(is_it));
    rows.min_by_key(|command| {
        command
            .route()
            .map_or(0, |route| route.path.matches('{').count())
    })
}

/// The command called `name` of another release, if this one lacks it: of the
/// same API version if possible, and of the nearest release.
pub fn find_elsewhere(api: &'static Api, name: &str) -> Option<&'static Command> {
    let name = name.replace('-', "_");
    let called = || every().filter(|command| command.is_called(&name));
    let here = called().filter(|command| command.span.overlaps(api.span));
    here.min_by_key(|command| {
        let later = command.span.first > api.release;
        (
            later,
            if later {
                Some(command.span.first)
            } else {
                None
            },
        )
    })
    .or_else(|| called().next())
}

/// The releases of an API version that have a command of this name, which has
/// several rows if its request changed.
pub fn releases_of(command: &Command, api: &Api) -> Span {
    let mut span = command.span;
    let same = |row: &&Command| row.name == command.name && row.span.overlaps(api.span);
    for row in every().filter(same) {
        span.first = span.first.min(row.span.first);
        span.last = span.last.max(row.span.last);
    }
    span
}

/// The first API version that has a row.
pub fn generation(command: &Command) -> &'static Api {
    APIS.iter()
        .find(|api| command.span.overlaps(api.span))
        .unwrap_or(&APIS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_servers_report_them() {
        for (text, expected) in [
            ("2.6.4", Some(Release::new(2, 6, 4))),
            ("v2.7.5", Some(Release::new(2, 7, 5))),
            ("2.3.6-dev-1a2b3c", Some(Release::new(2, 3, 6))),
            ("2.5", Some(Release::new(2, 5, 0))),
            ("dev", None),
            ("", None),
            ("2", None),
            ("2.x.1", None),
            ("2.100.1", None),
        ] {
            assert_eq!(Release::named(text), expected, "{text}");
        }
    }

    #[test]
    fn paths_belong_to_commands() {
        let v2 = api("v2").expect("a generation");
        for (method, path, name) in [
            (Method::Get, "/users", Some("get_users")),
            (Method::Get, "/users/a%2Fb", Some("get_user_by_username")),
            (
                Method::Get,
                "/quotas/users/scans",
                Some("get_users_quota_scans"),
            ),
            (Method::Delete, "/users/a", Some("delete_user")),
            (Method::Get, "/users/a/b", None),
            (Method::Get, "/", None),
        ] {
            let found = requested(v2, method, path);
            assert_eq!(found.map(|row| row.name), name, "{path}");
        }
    }

    #[test]
    fn an_api_of_a_release_is_created_once() {
        let older = at("v2", Release::new(2, 3, 6));
        assert!(std::ptr::eq(older, at("v2", Release::new(2, 3, 6))));
        assert_eq!((older.name, older.prefix), ("v2", "/api/v2"));
        assert!(find(older, "get_roles").is_none() && find(older, "get_groups").is_some());
        let newest = api("v2").expect("a generation");
        let named = at("v2", newest.release);
        assert!(newest.assumed && !named.assumed && named.release == newest.release);
        assert!(std::ptr::eq(newest, at("v2", Release::new(1, 2, 2))));
    }

    #[test]
    fn a_release_chooses_its_generation() {
        for (text, expected) in [
            ("2019", ("2019", Release::SEED)),
            ("v1", ("v1", Release::LAST_V1)),
            ("0.9.0", ("2019", Release::SEED)),
            ("0.9.1", ("v1", Release::V0_9_1)),
            ("v1.1.0", ("v1", Release::new(1, 1, 0))),
            ("2.3.6", ("v2", Release::new(2, 3, 6))),
            ("2.7.5", ("v2", Release::new(2, 7, 5))),
        ] {
            let api = chosen(text).expect(text);
            assert_eq!((api.name, api.release), expected, "{text}");
        }
        for text in ["", "v3", "2018", "0.8.0", "1.2.3", "2.75.0", "3.0.0", "2"] {
            assert_eq!(
                chosen(text).expect_err(text),
                "must be `2019`, `v1` or `v2`, or a release: 0.9.0, 0.9.1 to 1.2.2, 2.0.0 to 2.7.5"
            );
        }
    }
}
