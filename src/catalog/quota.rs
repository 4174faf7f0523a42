//! The rows about quota scans of the 2019 server; later releases are in `v1`.

use super::Span;
use super::group::Group;
use super::row::{Command, CommandKind, Effect, Example, Method, Remember, Route, StatusDoc};
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
        kind: CommandKind::Request(Route {
            method: Method::Get,
            path: "/quota_scan",
            answer: Some("[]>QuotaScan"),
            effect: Effect::Reads,
            remember: Remember::Nothing,
            answers: &[StatusDoc::new(
                200,
                "a list of scans, each with its user and its start in milliseconds since 1970",
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
        short: "start a quota scan for a user (recalculate files and bytes)",
        long: "The scan continues in the background; `get_quota_scans` lists it while it is running. The flags of `add_user` are \
               accepted for compatibility with the Python client, but ignored: only the username matters.",
        params: &SCAN,
        kind: CommandKind::Request(Route {
            method: Method::Post,
            path: "/quota_scan",
            effect: Effect::Writes,
            remember: Remember::Nothing,
            answers: &[
                StatusDoc::new(201, "started"),
                StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users"),
                StatusDoc::new(409, "a scan for this user is already running")
                    .hint("`get_quota_scans` shows when it started"),
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
