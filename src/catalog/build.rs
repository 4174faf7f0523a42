//! Builders for the rows of the APIs v1 and v2, and the parameters and answers
//! that many of them share.

use super::ALL_PARAM;
use super::Names;
use super::group::Group;
use super::param::{OfList, Param, ParamPlace};
use super::row::{Command, CommandKind, Effect, Example, Method, Remember, Route, StatusDoc};
use super::{Live, Release, Span};

pub(super) const fn request(method: Method, path: &'static str) -> Route {
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

pub(super) const fn get(path: &'static str) -> Route {
    request(Method::Get, path)
}

pub(super) const fn post(path: &'static str) -> Route {
    request(Method::Post, path)
}

pub(super) const fn put(path: &'static str) -> Route {
    request(Method::Put, path)
}

pub(super) const fn delete(path: &'static str, loses: &'static str) -> Route {
    Route {
        effect: Effect::Destroys(loses),
        ..request(Method::Delete, path)
    }
}

impl Route {
    pub(super) const fn answers(mut self, answers: &'static [StatusDoc]) -> Self {
        self.answers = answers;
        self
    }

    pub(super) const fn needs(mut self, needs: &'static [(Release, &'static str)]) -> Self {
        self.needs = needs;
        self
    }

    pub(super) const fn no_api_key(mut self) -> Self {
        self.api_key = false;
        self
    }

    pub(super) const fn check(mut self, line: &'static str) -> Self {
        self.check = line;
        self
    }

    pub(super) const fn body(mut self, schema: &'static str) -> Self {
        self.body = Some(schema);
        self
    }

    pub(super) const fn returns(mut self, answer: &'static str) -> Self {
        self.answer = Some(answer);
        self
    }

    pub(super) const fn shows(mut self, live: Live, key: &'static str) -> Self {
        self.names = Some((live, key));
        self
    }

    pub(super) const fn remember(mut self, remember: Remember) -> Self {
        self.remember = remember;
        self
    }

    pub(super) const fn confidential(mut self) -> Self {
        self.confidential = true;
        self
    }

    pub(super) const fn reads_by(mut self, key: &'static str) -> Self {
        self.reads_by = Some(key);
        self
    }

    pub(super) const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

pub(super) const fn row(
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
        kind: CommandKind::Request(route),
        counterpart: None,
        examples: &[],
    }
}

impl Command {
    pub(super) const fn long(mut self, long: &'static str) -> Self {
        self.long = long;
        self
    }

    pub(super) const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    pub(super) const fn example(mut self, examples: &'static [Example]) -> Self {
        self.examples = examples;
        self
    }

    pub(super) const fn elsewhere(mut self, counterpart: &'static str) -> Self {
        self.counterpart = Some(counterpart);
        self
    }
}

/// An example line and the status that a fresh practice server answers with.
pub(super) const fn eg(status: u16, line: &'static str) -> Example {
    Example { line, status }
}

pub(super) const LIMIT: Param = Param::int("limit", "maximum number of results")
    .within(1, 500)
    .default("100")
    .typed()
    .of_list(OfList::Limit)
    .at(ParamPlace::Query);
pub(super) const OFFSET: Param = Param::int("offset", "number of results to skip")
    .within(0, i64::MAX)
    .typed()
    .of_list(OfList::Offset)
    .at(ParamPlace::Query);
pub(super) const ORDER: Param = Param::choice(
    "order",
    &["ASC", "DESC"],
    "ASC",
    "sort order by name: ascending or descending",
)
.typed()
.at(ParamPlace::Query);
pub(super) const PAGES: &str = "The server returns at most 500 results at a time. `--all` reads all pages; without it `--offset` gets the next page, until a page is short.";
pub(super) const ALL: Param =
    Param::switch(ALL_PARAM, "read all pages, and show them as one list").for_shell_flag();

pub(super) const SET: Param = Param::sets(
    "set",
    "set any field of the body by its path; `PATH=@FILE` reads its value from a file, `PATH=null` clears it",
);
pub(super) const JSON: Param = Param::json(
    "json",
    "the body or a part of it; other flags and `--set` override its fields",
);
pub(super) const STATUS: Names = Names {
    words: &["disabled", "enabled"],
    numbers: &[0, 1],
};
pub(super) const UPDATE_STATUS: Param =
    Param::named("status", &STATUS, "enabled or disabled").optional();
/// Concatenates `head`, `fields` and `tail`.
pub(super) const fn joined<const N: usize>(
    head: &[Param],
    fields: &[Param],
    tail: &[Param],
) -> [Param; N] {
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

pub(super) const BAD_OBJECT: StatusDoc =
    StatusDoc::new(400, "the server rejected the object; `error` says why");
pub(super) const BAD_QUERY: StatusDoc =
    StatusDoc::new(400, "a parameter is not valid; `error` says which");
pub(super) const SERVER_ERROR: StatusDoc =
    StatusDoc::new(500, "the server failed; `error` says why");
pub(super) const UPDATED: StatusDoc =
    StatusDoc::new(200, "updated; the response is a message, not the object");
pub(super) const LIST: &[StatusDoc] = &[
    StatusDoc::new(200, "a list (may be empty)"),
    BAD_QUERY,
    SERVER_ERROR,
];
pub(super) const RUNNING: &[StatusDoc] = &[StatusDoc::new(
    200,
    "a list of the running ones; times in milliseconds since 1970",
)];

/// The answers to a request about one object; `$none` is the answer if it does not exist.
macro_rules! answers {
    ($none:expr; $($answer:expr),+) => {
        &[$($answer),+, $none, SERVER_ERROR]
    };
}
pub(super) use answers;
