//! The rows about users of the server of the seed, and those that stayed the
//! same up to 1.2.2; the others are in `v1`.
//!
//! Bodies and queries are those of the Python client at commit fe3e1db1
//! (`scripts/sftpgo_api_cli.py`); fields and bounds are those of the server's
//! OpenAPI document at the same tag.

use super::Span;
use super::param::{Live, Param, ParamPlace};
use super::row::{Command, Does, Effect, Example, Group, Method, Remember, Route, StatusDoc};
use super::shell::Verb;

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

/// The id as the wire of `add_user` carries it: the server gives its own.
const NEW_ID: Param = Param::int("id", "always 0: the server gives the id").absent();
pub(super) const USER_ID: Param =
    Param::int("id", "id of the user; left out, the last user id is meant")
        .or_last_user_id()
        .at(ParamPlace::Path)
        .completed_by(Live::UserId);
const USERNAME: Param = Param::text("username", "login name")
    .required()
    .completed_by(Live::Username);

/// The members of a user, in the order of the Python client's body.
const FIELDS: [Param; 11] = [
    Param::text(
        "home_dir",
        "absolute path of the home directory on the server",
    ),
    Param::int(
        "uid",
        "owner of the files the user creates (0 to 65535 by the API's document; the server takes any)",
    ),
    Param::int("gid", "group of the files the user creates (as uid)"),
    Param::int("max_sessions", "sessions at a time; 0 is no limit"),
    Param::int("quota_size", "bytes the user may store; 0 is no limit"),
    Param::int("quota_files", "files the user may store; 0 is no limit"),
    Param::choices(
        "permissions",
        PERMISSIONS,
        "what the user may do; `*` is everything",
    ),
    Param::int("upload_bandwidth", "KB/s; 0 is no limit"),
    Param::int("download_bandwidth", "KB/s; 0 is no limit"),
    Param::secret(
        "password",
        "plain or hashed; without a value it is asked for on a terminal",
    )
    .non_empty(),
    Param::list("public_key", "keys as in authorized_keys").non_empty(),
];

/// `head`, then the members of a user.
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

/// The members of a user as `start_quota_scan` has them: accepted, ignored, sent with their defaults.
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
    StatusDoc::new(400, "the server refuses the object; `error` says why");
const SERVER_ERROR: StatusDoc = StatusDoc::new(500, "the server failed; `error` says why");

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "add_user",
        aliases: &[],
        group: Group::Users,
        span: Span::SEED_ONLY,
        short: "add a user",
        long: "A user needs a home directory, at least one permission, and a password or a public key. \
               What is left out is sent as 0 or empty; password and keys only when they are given.",
        params: &ADD,
        does: Does::Request(Route {
            method: Method::Post,
            path: "/user",
            effect: Effect::Writes,
            remember: Remember::UserInAnswer,
            names: Some((Live::UserId, "id")),
            answers: &[
                StatusDoc::new(200, "the user as stored, with its id; never the password"),
                BAD_OBJECT,
                StatusDoc::new(500, "the server failed; most often the username is taken")
                    .hint("`get_users --username {username}` shows whether there is one"),
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
        short: "add users from a file, one a row",
        long: "The columns of a CSV file, or the members of JSON objects, are the arguments of `add_user`, and each row is \
               checked as one before anything is sent. A list in CSV is its words: `list download`. `--template` is a JSON \
               object with what new users get where their rows leave it out; `{username}` in its texts is the row's. A row \
               that fails does not stop the others, unless the server is gone: the rows that are not done go into a file, \
               and the exit code is 6 if others were. `jobs` is how many rows may be under way at once.",
        params: &[
            Param::text("from", "the file: .csv, .json or .ndjson; `-` is standard input").for_shell_flag().completed_by(Live::File),
            Param::choice("format", super::USER_FILE_FORMATS, "", "what the file is, where its name does not say it").for_shell_flag(),
            Param::text("template", "JSON file with what new users get where their rows leave it out").for_shell_flag().completed_by(Live::File),
            Param::switch("skip_existing", "leave users alone that are there already"),
            Param::switch("update_existing", "change users that are there to what the row has; what it leaves out stays, whatever the template has"),
            Param::text("failed", "file for the rows that are not done, without secrets; `users.failed.csv` beside `users.csv` if not given").for_shell_flag().completed_by(Live::File),
            Param::switch("dry_run", "show the requests and send none"),
        ],
        does: Does::Shell(Verb::AddUsers),
        counterpart: None,
        examples: &[],
    },
    Command {
        name: "update_user",
        aliases: &[],
        group: Group::Users,
        span: Span::SEED_ONLY,
        short: "change a user",
        long: "Sends the whole user: each number that is left out is sent as 0, and home directory and permissions \
               must be given again, as with the Python client. Password and keys stay as they are when they are left \
               out. The username cannot be changed: the server keeps the old one without a word. To change one field \
               alone, `put user/ID --json '{\"quota_files\":4}'`: this server keeps what a body leaves out.",
        params: &UPDATE,
        does: Does::Request(Route {
            method: Method::Put,
            path: "/user/{id}",
            effect: Effect::Writes,
            remember: Remember::UserInRequest,
            answers: &[
                StatusDoc::new(200, "updated; the answer is a message, not the user"),
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
        aliases: &[],
        group: Group::Users,
        span: Span::V1,
        short: "show one user",
        long: "",
        params: &[USER_ID],
        does: Does::Request(Route {
            method: Method::Get,
            path: "/user/{id}",
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
        aliases: &[],
        group: Group::Users,
        span: Span::V1,
        short: "list users, in the order of their names",
        long: "The server gives at most 500 at a time: page with --offset until a page is short.",
        params: &[
            Param::int("limit", "how many at most")
                .within(1, 500)
                .default("100")
                .at(ParamPlace::Query),
            Param::int("offset", "how many to skip")
                .within(0, i64::MAX)
                .at(ParamPlace::Query),
            Param::choice(
                "order",
                &["ASC", "DESC"],
                "ASC",
                "by username, upwards or downwards",
            )
            .at(ParamPlace::Query),
            Param::text(
                "username",
                "only the user of exactly this name; empty is no filter",
            )
            .at(ParamPlace::Query)
            .completed_by(Live::Username),
        ],
        does: Does::Request(Route {
            method: Method::Get,
            path: "/user",
            effect: Effect::Reads,
            remember: Remember::OnlyUserInAnswer,
            names: Some((Live::UserId, "id")),
            answers: &[
                StatusDoc::new(200, "a list of users; empty when there is none"),
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
        long: "The account goes at once and for good, and its id is never given again. Its files stay on the server, \
               and its live connections stay open: see them with the command that lists connections.",
        params: &[USER_ID],
        does: Does::Request(Route {
            method: Method::Delete,
            path: "/user/{id}",
            effect: Effect::Destroys(
                "the account goes for good; its files and live connections stay",
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
