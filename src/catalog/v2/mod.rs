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

use super::param::{Live, Param, Place};
use super::row::{Answer, Command, Does, Effect, Example, Group, Method, Remember, Route};
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

const fn request(method: Method, path: &'static str) -> Route {
    Route {
        method,
        path,
        effect: match method {
            Method::Get => Effect::Reads,
            _ => Effect::Writes,
        },
        ..Route::PLAIN
    }
}

const fn get(path: &'static str) -> Route {
    request(Method::Get, path)
}

const fn post(path: &'static str) -> Route {
    request(Method::Post, path)
}

const fn put(path: &'static str) -> Route {
    request(Method::Put, path)
}

const fn delete(path: &'static str, goes: &'static str) -> Route {
    Route {
        effect: Effect::Destroys(goes),
        ..request(Method::Delete, path)
    }
}

impl Route {
    const fn answers(mut self, answers: &'static [Answer]) -> Self {
        self.answers = answers;
        self
    }

    const fn needs(mut self, needs: &'static [(Release, &'static str)]) -> Self {
        self.needs = needs;
        self
    }

    const fn no_api_key(mut self) -> Self {
        self.api_key = false;
        self
    }

    const fn check(mut self, line: &'static str) -> Self {
        self.check = line;
        self
    }

    const fn body(mut self, schema: &'static str) -> Self {
        self.body = Some(schema);
        self
    }

    const fn shows(mut self, live: Live, key: &'static str) -> Self {
        self.names = Some((live, key));
        self
    }

    const fn remember(mut self, remember: Remember) -> Self {
        self.remember = remember;
        self
    }

    const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

const fn row(
    name: &'static str,
    group: Group,
    span: Span,
    short: &'static str,
    params: &'static [Param],
    route: Route,
) -> Command {
    Command {
        name,
        aliases: &[],
        group,
        span,
        short,
        long: "",
        params,
        does: Does::Request(route),
        counterpart: None,
        examples: &[],
    }
}

impl Command {
    const fn long(mut self, long: &'static str) -> Self {
        self.long = long;
        self
    }

    const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn example(mut self, examples: &'static [Example]) -> Self {
        self.examples = examples;
        self
    }

    const fn elsewhere(mut self, counterpart: &'static str) -> Self {
        self.counterpart = Some(counterpart);
        self
    }
}

/// A line that is answered with this status by a fresh practice server.
const fn eg(status: u16, line: &'static str) -> Example {
    Example { line, status }
}

const LIMIT: Param = Param::int("limit", "how many at most")
    .within(1, 500)
    .default("100")
    .typed()
    .at(Place::Query);
const OFFSET: Param = Param::int("offset", "how many to skip")
    .within(0, i64::MAX)
    .typed()
    .at(Place::Query);
const ORDER: Param = Param::choice(
    "order",
    &["ASC", "DESC"],
    "ASC",
    "by name, upwards or downwards",
)
.typed()
.at(Place::Query);
/// The pages of a list.
const PAGE: &[Param] = &[LIMIT, OFFSET, ORDER];
const PAGES: &str =
    "The server gives at most 500 at a time: page with --offset until a page is short.";

const CONFIDENTIAL: Param = Param::switch(
    "confidential_data",
    "with hashes and whole secrets; only for an admin with `*`",
)
.query_as("1")
.only(from(5, 0));

const SET: Param = Param::sets(
    "set",
    "any field of the body by its path; for a secret, `PATH=@FILE` takes it from a file",
);
const JSON: Param = Param::json(
    "json",
    "the body, or a part of it, to begin with; flags and `--set` come on top",
);
const REPLACE: Param = Param::switch(
    "replace",
    "send what is given and nothing else: what is left out is lost on servers from 2.5.0 on",
);

const STATUS: Names = Names {
    words: &["disabled", "enabled"],
    numbers: &[0, 1],
};
const STATUS_HELP: &str =
    "whether it may be used; 2.x takes one that is added without it for disabled, so it is sent";
const ADD_STATUS: Param = Param::named("status", &STATUS, STATUS_HELP).default("enabled");
const UPDATE_STATUS: Param = Param::named("status", &STATUS, "whether it may be used").optional();
const DESCRIPTION: Param = Param::text("description", "a note").optional();

const UPDATE_LONG: &str = "What is typed is changed; what is left out stays. `--set PATH=VALUE` changes any other field, `--json` \
     several. A secret that is left out stays as well.";

/// `head`, then `fields`, then the ways to any other field.
const fn joined<const N: usize>(head: &[Param], fields: &[Param], tail: &[Param]) -> [Param; N] {
    let mut all = [SET; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < head.len() {
            head[at]
        } else if at < head.len() + fields.len() {
            fields[at - head.len()]
        } else {
            tail[at - head.len() - fields.len()]
        };
        at += 1;
    }
    all
}

const BAD_OBJECT: Answer = Answer::new(400, "the server refuses the object; `error` says why");
const BAD_QUERY: Answer = Answer::new(400, "a parameter is not valid; `error` says which");
const SERVER_ERROR: Answer = Answer::new(500, "the server failed; `error` says why");
const UPDATED: Answer = Answer::new(200, "updated; the answer is a message, not the object");
const ADDED: Answer = Answer::new(201, "the object as stored, without its secrets");
const TAKEN: Answer = Answer::new(409, "the name is taken; before 2.6.0 that is 500");
const IN_USE: Answer = Answer::new(
    409,
    "something still refers to it; before 2.6.0 that is 400 or 500",
);
const LIST: &[Answer] = &[
    Answer::new(200, "a list; empty when there is none"),
    BAD_QUERY,
    SERVER_ERROR,
];
const ADD: &[Answer] = &[ADDED, BAD_OBJECT, TAKEN, SERVER_ERROR];
const RUNNING: &[Answer] = &[Answer::new(
    200,
    "a list of those that run; times in milliseconds since 1970",
)];

/// The answers to a request about one thing, of which there may be none.
macro_rules! answers {
    ($none:expr; $($answer:expr),+) => {
        &[$($answer),+, $none, SERVER_ERROR]
    };
}
use answers;
