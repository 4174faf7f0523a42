//! The rows about users of the 2019 server, and those that did not change up to
//! 1.2.2; the others are in `v1`.
//!
//! Bodies and queries are those of the Python client at commit fe3e1db1
//! (`scripts/sftpgo_api_cli.py`); fields and bounds are those of the server's
//! OpenAPI document at the same tag.

use super::build::{ALL, PAGES};
use super::group::Group;
use super::live::Live;
use super::many::VERBOSE_PARAM;
use super::param::{OfList, Param, ParamPlace};
use super::row::{Command, CommandKind, Effect, Example, Method, Remember, Route, StatusDoc};
use super::shell::Verb;
use super::{Span, Unit};

const PERMISSIONS: &[&str] = &[
    "*",
    "list",
    "download",
    "upload",
    "delete",
    "rename",
    "create_dirs",
    "create_symlinks",
];

/// The id in the body of `add_user`.
const NEW_ID: Param = Param::int("id", "always 0: the server assigns the id").absent();
pub(super) const USER_ID: Param = Param::int("id", "user id; default: the last user shown")
    .or_last_user_id()
    .at(ParamPlace::Path)
    .completed_by(Live::UserId);
const USERNAME: Param = Param::text("username", "login name")
    .required()
    .completed_by(Live::Username);

/// The fields of a user, in the order of the Python client's body.
const FIELDS: [Param; 11] = [
    Param::text(
        "home_dir",
        "absolute path of the home directory on the server",
    )
    .value("PATH"),
    Param::int(
        "uid",
        "owner of the files the user creates (documented as 0 to 65535, but the server accepts any)",
    ),
    Param::int(
        "gid",
        "group of the files the user creates (same range as uid)",
    ),
    Param::int(
        "max_sessions",
        "maximum concurrent sessions; 0 means unlimited",
    ),
    Param::int("quota_size", "disk quota in bytes; 0 means unlimited").unit(Unit::Bytes),
    Param::int("quota_files", "quota in number of files; 0 means unlimited"),
    Param::choices(
        "permissions",
        PERMISSIONS,
        "permissions of the user; `*` means all",
    ),
    Param::int(
        "upload_bandwidth",
        "upload limit in KB/s; 0 means unlimited",
    )
    .unit(Unit::Rate),
    Param::int(
        "download_bandwidth",
        "download limit in KB/s; 0 means unlimited",
    )
    .unit(Unit::Rate),
    Param::secret(
        "password",
        "plain text or a hash; if the value is omitted, the shell asks for it",
    )
    .non_empty()
    .chosen(),
    Param::list(
        "public_key",
        "public keys, in authorized_keys format; `@FILE` reads one from each line",
    )
    .non_empty()
    .value("KEY"),
];

/// Concatenates `head` and the fields of a user.
const fn with_fields<const N: usize, const M: usize>(
    head: [Param; N],
    fields: &[Param; 11],
) -> [Param; M] {
    let mut all = [fields[0]; M];
    let mut i = 0;
    while i < M {
        all[i] = if i < N { head[i] } else { fields[i - N] };
        i += 1;
    }
    all
}

/// The fields of a user as flags of `start_quota_scan`: accepted and ignored, sent with their defaults.
const fn ignored() -> [Param; 11] {
    let mut fields = FIELDS;
    let mut i = 0;
    while i < fields.len() {
        fields[i] = fields[i].ignored();
        i += 1;
    }
    fields
}

const ADD: [Param; 13] = with_fields([NEW_ID, USERNAME], &FIELDS);
const UPDATE: [Param; 13] = with_fields([USER_ID.at(ParamPlace::PathAndBody), USERNAME], &FIELDS);
/// The parameters of `start_quota_scan`.
pub(super) const SCAN: [Param; 13] = with_fields([NEW_ID, USERNAME], &ignored());

pub(super) const NO_SUCH_USER: StatusDoc =
    StatusDoc::new(404, "no user has this id").hint("`get_users` lists the users with their ids");
const BAD_OBJECT: StatusDoc =
    StatusDoc::new(400, "the server rejected the object; `error` says why");
const SERVER_ERROR: StatusDoc = StatusDoc::new(500, "the server failed; `error` says why");

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "add_user",
        aliases: &[],
        group: Group::Users,
        span: Span::SEED_ONLY,
        short: "add a user",
        long: "A user needs a home directory, at least one permission, and a password or a public key. \
               Fields that you do not give are sent as 0 or empty; password and keys are only sent if you give them.",
        params: &ADD,
        kind: CommandKind::Request(Route {
            method: Method::Post,
            path: "/user",
            effect: Effect::Writes,
            remember: Remember::UserInAnswer,
            names: Some((Live::UserId, "id")),
            answers: &[
                StatusDoc::new(200, "the user as stored, with its id; never the password"),
                BAD_OBJECT,
                StatusDoc::new(500, "the server failed; usually the username is already taken")
                    .hint("`get_users --username {username}` shows whether the user exists"),
            ],
            check: "get_users --username {username}",
            ..Route::PLAIN
        }),
        counterpart: None,
        examples: &[Example {
            line: "add_user test_username --password \"test_pwd\" --home_dir=\"/tmp/test_home_dir\" --uid 33 --gid 1000 \
                   --max_sessions 2 --quota_size 0 --quota_files 3 --permissions \"list\" \"download\" \"upload\" \
                   \"delete\" \"rename\" \"create_dirs\" --upload_bandwidth 100 --download_bandwidth 60",
            status: 200,
        }],
    },
    Command {
        name: "add_users",
        aliases: &[],
        group: Group::Users,
        span: Span::ALL,
        short: "add users from a CSV or JSON file",
        long: "The columns of a CSV file, or the members of JSON objects, are the arguments of `add_user` and, if it has `--set`, any field by its path: `filters.allowed_ip`, `filesystem.s3config.bucket`. JSON can also have the form of the API, so the output of `get_users` can be used as input; fields that only the server sets are left out. All rows are checked \
               before anything is sent. In CSV, separate the items of a list with spaces: `list download`; a cell in the column of a path is written as after `--set PATH=`. Spaces and tabs around a cell are dropped, unless it is in quotes. `--template` \
               is a JSON object with default values for new users; `{username}` in its strings is replaced by the name in the row, and a row overrides it member by member. A row that fails does not stop the others, unless the server cannot be reached. Rows \
               that were not added are written to a file, and the exit code is 6 if other rows were. The setting \
               `jobs` limits how many rows are sent in parallel.",
        params: &[
            Param::text("from", "input file: .csv, .json or .ndjson; `-` is standard input").for_shell_flag().completed_by(Live::File),
            Param::choice("format", super::USER_FILE_FORMATS, "", "file format, if the name does not tell it").for_shell_flag(),
            Param::text("delimiter", "separator of CSV cells: one character or `tab`; default: the one in a first line such as `sep=;`, otherwise a comma").for_shell_flag(),
            Param::text("template", "JSON file with default values for new users").for_shell_flag().completed_by(Live::File),
            Param::switch("skip_existing", "skip users that already exist"),
            Param::switch("update_existing", "update users that already exist; fields that are not in the row stay unchanged, even if the template sets them"),
            Param::text("failed", "file for the rows that were not added, without secrets; default: `users.failed.csv` next to `users.csv`").for_shell_flag().completed_by(Live::File),
            Param::switch("dry_run", "show the requests without sending them"),
            Param::switch(VERBOSE_PARAM, "show every added user; without a terminal they are always shown"),
        ],
        kind: CommandKind::Shell(Verb::AddUsers),
        counterpart: None,
        examples: &[Example { line: "add_users --from team.csv --dry-run", status: 0 }],
    },
    Command {
        name: "update_user",
        aliases: &[],
        group: Group::Users,
        span: Span::SEED_ONLY,
        short: "change a user",
        long: "Sends the whole user: numbers that you do not give are sent as 0, and you must repeat the home directory and \
               the permissions, as with the Python client. Password and keys stay unchanged if you do not give them. The \
               username cannot be changed: the server silently keeps the old one. To change a single field, use `put \
               user/ID --json '{\"quota_files\":4}'`: this server keeps the fields that are not in the body.",
        params: &UPDATE,
        kind: CommandKind::Request(Route {
            method: Method::Put,
            path: "/user/{id}",
            effect: Effect::Writes,
            remember: Remember::UserInRequest,
            answers: &[
                StatusDoc::new(200, "updated; the response is a message, not the user"),
                BAD_OBJECT,
                NO_SUCH_USER,
                SERVER_ERROR,
            ],
            check: "get_user_by_id {id}",
            ..Route::PLAIN
        }),
        counterpart: None,
        examples: &[Example {
            line: "update_user 5136 anna.nowak --home_dir /srv/sftp/anna.nowak --permissions \"*\" --quota_files 4",
            status: 200,
        }],
    },
    Command {
        name: "get_user_by_id",
        aliases: &["user"],
        group: Group::Users,
        span: Span::V1,
        short: "show one user",
        long: "",
        params: &[USER_ID],
        kind: CommandKind::Request(Route {
            method: Method::Get,
            path: "/user/{id}",
            answer: Some(">v1.User"),
            effect: Effect::Reads,
            remember: Remember::UserInAnswer,
            names: Some((Live::UserId, "id")),
            answers: &[
                StatusDoc::new(200, "the user; never the password"),
                NO_SUCH_USER,
                SERVER_ERROR,
            ],
            check: "",
            ..Route::PLAIN
        }),
        counterpart: Some("get_user_by_username"),
        examples: &[Example {
            line: "get_user_by_id 5136",
            status: 200,
        }],
    },
    Command {
        name: "get_users",
        aliases: &["users"],
        group: Group::Users,
        span: Span::V1,
        short: "list users, sorted by name",
        long: PAGES,
        params: &[
            Param::int("limit", "maximum number of results")
                .within(1, 500)
                .default("100")
                .at(ParamPlace::Query)
                .of_list(OfList::Limit),
            Param::int("offset", "number of results to skip")
                .within(0, i64::MAX)
                .at(ParamPlace::Query)
                .of_list(OfList::Offset),
            Param::choice(
                "order",
                &["ASC", "DESC"],
                "ASC",
                "sort order by username: ascending or descending",
            )
            .at(ParamPlace::Query),
            ALL.only(Span::FROM_0_9_1),
            Param::text(
                "username",
                "only the user with exactly this name; empty lists all",
            )
            .at(ParamPlace::Query)
            .completed_by(Live::Username),
        ],
        kind: CommandKind::Request(Route {
            method: Method::Get,
            path: "/user",
            answer: Some("[]>v1.User"),
            effect: Effect::Reads,
            remember: Remember::OnlyUserInAnswer,
            names: Some((Live::UserId, "id")),
            answers: &[
                StatusDoc::new(200, "a list of users (may be empty)"),
                StatusDoc::new(400, "a parameter is not valid; `error` says which"),
                SERVER_ERROR,
            ],
            check: "",
            ..Route::PLAIN
        }),
        counterpart: None,
        examples: &[
            Example {
                line: "get_users --limit 1 --offset 0 --username test_username --order DESC",
                status: 200,
            },
            Example {
                line: "get_users --limit 2",
                status: 200,
            },
        ],
    },
    Command {
        name: "delete_user",
        aliases: &[],
        group: Group::Users,
        span: Span::V1,
        short: "delete a user",
        long: "The account is deleted immediately and permanently, and its id is never used again. Its files stay on the \
               server, and its live connections stay open; the command that lists connections shows them.",
        params: &[USER_ID],
        kind: CommandKind::Request(Route {
            method: Method::Delete,
            path: "/user/{id}",
            effect: Effect::Destroys(
                "the account will be deleted permanently; its files and live connections stay",
            ),
            remember: Remember::UserGone,
            answers: &[StatusDoc::new(200, "deleted"), NO_SUCH_USER, SERVER_ERROR],
            check: "get_user_by_id {id}",
            ..Route::PLAIN
        }),
        counterpart: None,
        examples: &[Example {
            line: "delete_user 5136",
            status: 200,
        }],
    },
];
