//! The row about the server itself, since 0.9.1.

use super::Span;
use super::row::{Answer, Command, Does, Effect, Group, Method, Remember, Route};

pub(super) const ROWS: &[Command] = &[Command {
    name: "get_version",
    aliases: &[],
    group: Group::Server,
    span: Span::FROM_0_9_1,
    short: "show the server's version",
    long: "",
    params: &[],
    does: Does::Request(Route {
        method: Method::Get,
        path: "/version",
        effect: Effect::Reads,
        remember: Remember::Nothing,
        answers: &[Answer::new(200, "version, build date and commit")],
        check: "",
        ..Route::PLAIN
    }),
    counterpart: None,
    examples: &[],
}];
