//! The rows about live connections. The 2019 server calls them SFTP connections;
//! 0.9.1 removed `sftp` from the names and the path.

use super::Span;
use super::group::Group;
use super::live::Live;
use super::param::{Param, ParamPlace};
use super::row::{Command, CommandKind, Effect, Example, Method, Remember, Route, StatusDoc};

const CONNECTION_ID: Param = Param::text("connection_id", "id of the connection, from the list")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::ConnectionId);

const LIST: StatusDoc = StatusDoc::new(
    200,
    "a list of connections with their transfers; times in milliseconds since 1970, sizes in bytes",
);
const CLOSED: StatusDoc =
    StatusDoc::new(200, "closed; it may stay in the list for a second or two");
const LIST_HINT: &str = "the connection may have ended since you listed it";

const GET: Command = Command {
    name: "get_sftp_connections",
    aliases: &["conns"],
    group: Group::Connections,
    span: Span::SEED_ONLY,
    short: "list the live connections and their transfers",
    long: "",
    params: &[],
    kind: CommandKind::Request(Route {
        method: Method::Get,
        path: "/sftp_connection",
        answer: Some("[]>Connection"),
        effect: Effect::Reads,
        remember: Remember::Connections,
        names: Some((Live::ConnectionId, "connection_id")),
        answers: &[LIST],
        check: "",
        ..Route::PLAIN
    }),
    counterpart: Some("get_connections"),
    examples: &[Example {
        line: "get_sftp_connections",
        status: 200,
    }],
};

const CLOSE: Command = Command {
    name: "close_sftp_connection",
    aliases: &["kill"],
    group: Group::Connections,
    span: Span::SEED_ONLY,
    short: "close a live connection",
    long: "Its transfers are aborted. The user can reconnect immediately.",
    params: &[CONNECTION_ID],
    kind: CommandKind::Request(Route {
        method: Method::Delete,
        path: "/sftp_connection/{connection_id}",
        effect: Effect::Writes,
        remember: Remember::Nothing,
        answers: &[
            CLOSED,
            StatusDoc::new(404, "no connection has this id").hint(LIST_HINT),
        ],
        check: "get_sftp_connections",
        ..Route::PLAIN
    }),
    counterpart: Some("close_connection"),
    examples: &[Example {
        line: "close_sftp_connection 76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
        status: 200,
    }],
};

pub(super) const ROWS: &[Command] = &[
    GET,
    CLOSE,
    Command {
        name: "get_connections",
        span: Span::FROM_0_9_1,
        kind: CommandKind::Request(Route {
            method: Method::Get,
            path: "/connection",
            answer: Some("[]>Connection"),
            effect: Effect::Reads,
            remember: Remember::Connections,
            names: Some((Live::ConnectionId, "connection_id")),
            answers: &[LIST],
            check: "",
            ..Route::PLAIN
        }),
        counterpart: Some("get_sftp_connections"),
        examples: &[Example {
            line: "get_connections",
            status: 200,
        }],
        ..GET
    },
    Command {
        name: "close_connection",
        span: Span::FROM_0_9_1,
        kind: CommandKind::Request(Route {
            method: Method::Delete,
            path: "/connection/{connection_id}",
            effect: Effect::Destroys("a transfer in progress is cut off"),
            remember: Remember::Nothing,
            answers: &[
                CLOSED,
                StatusDoc::new(404, "no connection has this id").hint(LIST_HINT),
            ],
            check: "get_connections",
            ..Route::PLAIN
        }),
        counterpart: Some("close_sftp_connection"),
        examples: &[Example {
            line: "close_connection SFTP_76a11b22260e",
            status: 200,
        }],
        ..CLOSE
    },
];
