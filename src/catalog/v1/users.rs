//! The rows about users whose bodies are made by `schema`: `add_user`, `update_user`.

use super::super::Span;
use super::super::build::{
    BAD_OBJECT, JSON, SERVER_ERROR, SET, STATUS, UPDATE_STATUS, UPDATED, answers, eg, joined, post,
    put, row,
};
use super::super::group::Group;
use super::super::live::Live;
use super::super::param::Param;
use super::super::row::{Command, Example, Remember, StatusDoc};
use super::super::users::{NO_SUCH_USER, USER_ID};
use super::super::v2::users::{
    DOWNLOAD_BANDWIDTH, EXPIRATION_DATE, GID, HOME_DIR, MAX_SESSIONS, PASSWORD, PERMISSIONS_HELP,
    PUBLIC_KEYS, QUOTA_FILES, QUOTA_SIZE, UID, UPLOAD_BANDWIDTH,
};
use super::{LISTED, V0_9_4, V0_9_5, V1_1_0, since, switch};

/// User permissions; `schema/v1.txt` says which release added them.
const PERMISSIONS: &[&str] = &[
    "*",
    "list",
    "download",
    "upload",
    "overwrite",
    "delete",
    "rename",
    "create_dirs",
    "create_symlinks",
    "chmod",
    "chown",
    "chtimes",
];

/// The server stores larger ids, but then does not change the owner of files (`GetUID` of `dataprovider/user.go`).
const MOST_ID: i64 = 65_535;

const NEW_USERNAME: Param =
    Param::text("username", "login name; it cannot be changed later").required();
/// The Python client expects it after the id.
const SAME_USERNAME: Param = Param::text(
    "username",
    "login name, to check that the id is this user's; it cannot be changed",
)
.position()
.optional()
.completed_by(Live::Username);
const ADD_STATUS: Param = Param::named(
    "status",
    &STATUS,
    "enabled or disabled (servers disable a user that is added without it, so it is always sent)",
)
.default("enabled")
.only(since(V0_9_4));
const DISCONNECT: Param =
    switch("disconnect", "close the user's live connections afterwards").only(since(V1_1_0));
const REPLACE: Param = Param::switch(
    "replace",
    "send only the given fields, without reading the object first",
);

/// The most used fields of a user, with these permissions.
const fn fields(permissions: Param) -> [Param; 12] {
    [
        HOME_DIR,
        UID.within(0, MOST_ID),
        GID.within(0, MOST_ID),
        MAX_SESSIONS,
        QUOTA_SIZE,
        QUOTA_FILES,
        permissions.optional(),
        UPLOAD_BANDWIDTH,
        DOWNLOAD_BANDWIDTH,
        PASSWORD,
        PUBLIC_KEYS,
        EXPIRATION_DATE.only(since(V0_9_4)),
    ]
}

const LIST: [Param; 12] = fields(Param::choices(
    "permissions",
    PERMISSIONS,
    "permissions of the user; `*` means all",
));
const MAP: [Param; 12] = fields(Param::permissions(
    "permissions",
    PERMISSIONS,
    PERMISSIONS_HELP,
));

const ADD_HEAD: &[Param] = &[NEW_USERNAME, ADD_STATUS];
const UPDATE_HEAD: &[Param] = &[USER_ID, SAME_USERNAME, UPDATE_STATUS.only(since(V0_9_4))];
const ADD_TAIL: &[Param] = &[SET, JSON];
const UPDATE_TAIL: &[Param] = &[SET, JSON, REPLACE];
const LATER_TAIL: &[Param] = &[SET, JSON, REPLACE, DISCONNECT];

const ADD_WITH_LIST: [Param; 16] = joined(ADD_HEAD, &LIST, ADD_TAIL);
const ADD_WITH_MAP: [Param; 16] = joined(ADD_HEAD, &MAP, ADD_TAIL);
const UPDATE_WITH_LIST: [Param; 18] = joined(UPDATE_HEAD, &LIST, UPDATE_TAIL);
const UPDATE_WITH_MAP: [Param; 19] = joined(UPDATE_HEAD, &MAP, LATER_TAIL);

const ADD_LONG: &str = "A user needs a home directory, unless the server has a base for them (0.9.3 and later), permissions, and a \
     password or a public key. Only the fields you give are sent, and the status. Set fields without a flag by path: \
     `--set filters.allowed_ip='[\"192.0.2.0/24\"]'` or `--set filesystem.provider=s3`.";
const UPDATE_LONG: &str = "Only the fields you give are changed: the user is read first, and sent as a whole. `--set PATH=VALUE` changes any \
     other field, `--json` several at once. Secrets that you do not give stay unchanged. The username cannot be \
     changed: if you give one, it must match the id.";

/// Releases expect permissions in two forms, and do not report which one.
const BAD_USER: StatusDoc = BAD_OBJECT.hint(
    "if a type is wrong, the server may be another release: `get_version` shows it, `set api RELEASE` selects it",
);
const ADDED: &[StatusDoc] = &[
    StatusDoc::new(200, "the user as stored, with its id; never the password"),
    BAD_USER,
    StatusDoc::new(
        500,
        "the server failed; usually the username is already taken",
    )
    .hint("`get_users --username {username}` shows whether the user exists"),
];

const fn add(
    span: Span,
    params: &'static [Param],
    body: &'static str,
    examples: &'static [Example],
) -> Command {
    row(
        "add_user",
        Group::Users,
        span,
        "add a user",
        params,
        post("/user")
            .body(body)
            .remember(Remember::UserInAnswer)
            .shows(Live::UserId, "id")
            .answers(ADDED)
            .check("get_users --username {username}"),
    )
    .example(examples)
    .long(ADD_LONG)
}

const fn update(
    span: Span,
    params: &'static [Param],
    body: &'static str,
    examples: &'static [Example],
) -> Command {
    row(
        "update_user",
        Group::Users,
        span,
        "change a user",
        params,
        put("/user/{id}")
            .body(body)
            .remember(Remember::UserInRequest)
            .answers(answers!(NO_SUCH_USER; UPDATED, BAD_USER))
            .check("get_user_by_id {id}"),
    )
    .example(examples)
    .long(UPDATE_LONG)
}

const ADD_LENA: Example = eg(
    200,
    "add_user lena --home_dir /srv/sftp/lena --permissions '*' --password 'a long one'",
);

pub(in crate::catalog) const ROWS: &[Command] = &[
    add(LISTED, &ADD_WITH_LIST, ">v1.OldUser", &[ADD_LENA]),
    add(
        since(V0_9_5),
        &ADD_WITH_MAP,
        ">v1.User",
        &[
            ADD_LENA,
            eg(
                200,
                "add_user drop --home_dir /srv/sftp/drop --permissions list /in=list,upload --password 'a long one'",
            ),
        ],
    ),
    update(
        LISTED,
        &UPDATE_WITH_LIST,
        ">v1.OldUser",
        &[eg(200, "update_user 1 --permissions list download")],
    ),
    update(
        since(V0_9_5),
        &UPDATE_WITH_MAP,
        ">v1.User",
        &[eg(200, "update_user 1 --permissions list /in=list,upload")],
    ),
];
