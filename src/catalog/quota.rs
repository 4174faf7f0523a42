//! The rows about quota scans of the server of the seed; how one is started later is in `v1`.

use super::Span;
use super::row::{Command, Does, Effect, Example, Group, Method, Remember, Route, StatusDoc};
use super::users::SCAN;

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "get_quota_scans",
        aliases: &[],
        group: Group::Quota,
        span: Span::V1,
        short: "list the quota scans that are running",
        long: "",
        params: &[],
        does: Does::Request(Route {
            method: Method::Get,
            path: "/quota_scan",
            effect: Effect::Reads,
            remember: Remember::Nothing,
            answers: &[StatusDoc::new(
                200,
                "a list of scans, each with its user and start in milliseconds since 1970",
            )],
            check: "",
            ..Route::PLAIN
        }),
        counterpart: Some("get_users_quota_scans"),
        examples: &[Example {
            line: "get_quota_scans",
            status: 200,
        }],
    },
    Command {
        name: "start_quota_scan",
        aliases: &[],
        group: Group::Quota,
        span: Span::SEED_ONLY,
        short: "count a user's files and bytes anew",
        long: "The scan goes on after the answer; `get_quota_scans` lists it while it runs. The flags of add_user are \
               accepted and ignored, as by the Python client: only the username matters.",
        params: &SCAN,
        does: Does::Request(Route {
            method: Method::Post,
            path: "/quota_scan",
            effect: Effect::Writes,
            remember: Remember::Nothing,
            answers: &[
                StatusDoc::new(201, "started"),
                StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users"),
                StatusDoc::new(409, "a scan of this user is running")
                    .hint("`get_quota_scans` shows since when"),
            ],
            check: "get_quota_scans",
            ..Route::PLAIN
        }),
        counterpart: Some("start_user_quota_scan"),
        examples: &[Example {
            line: "start_quota_scan carla",
            status: 201,
        }],
    },
];
