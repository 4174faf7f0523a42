//! The rows about users.

use super::super::model::MODEL;
use super::super::row::Route;
use super::{
    ADD, ADD_STATUS, BAD_OBJECT, CONFIDENTIAL, Command, DESCRIPTION, Effect, Group, JSON, LIST,
    Live, PAGE, Param, ParamPlace, REPLACE, Remember, SERVER_ERROR, SET, Span, StatusDoc,
    UPDATE_STATUS, UPDATED, answers, delete, eg, from, get, joined, post, put, row, v,
};

/// What a user may do.
pub const PERMISSIONS: &[&str] = &[
    "*",
    "list",
    "download",
    "upload",
    "overwrite",
    "delete",
    "delete_files",
    "delete_dirs",
    "rename",
    "rename_files",
    "rename_dirs",
    "create_dirs",
    "create_symlinks",
    "chmod",
    "chown",
    "chtimes",
    "copy",
];

const USERNAME: Param = Param::text("username", "login name")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Username);
const NEW_USERNAME: Param =
    Param::text("username", "login name; it cannot be changed later").required();

pub(in crate::catalog) const HOME_DIR: Param = Param::text(
    "home_dir",
    "absolute path of the home directory on the server",
)
.optional();
pub(in crate::catalog) const UID: Param = Param::int(
    "uid",
    "owner of the files the user creates, if the server runs as root",
)
.within(0, 2_147_483_647)
.optional();
pub(in crate::catalog) const GID: Param = Param::int(
    "gid",
    "group of the files the user creates, if the server runs as root",
)
.within(0, 2_147_483_647)
.optional();
pub(in crate::catalog) const MAX_SESSIONS: Param =
    Param::int("max_sessions", "sessions at a time; 0 is no limit").optional();
pub(in crate::catalog) const QUOTA_SIZE: Param =
    Param::int("quota_size", "bytes the user may store; 0 is no limit").optional();
pub(in crate::catalog) const QUOTA_FILES: Param =
    Param::int("quota_files", "files the user may store; 0 is no limit").optional();
pub(in crate::catalog) const UPLOAD_BANDWIDTH: Param =
    Param::int("upload_bandwidth", "KB/s; 0 is no limit").optional();
pub(in crate::catalog) const DOWNLOAD_BANDWIDTH: Param =
    Param::int("download_bandwidth", "KB/s; 0 is no limit").optional();
pub(in crate::catalog) const PASSWORD: Param = Param::secret(
    "password",
    "plain or hashed; without a value it is asked for on a terminal",
)
.optional();
pub(in crate::catalog) const PUBLIC_KEYS: Param =
    Param::list("public_keys", "keys as in authorized_keys").optional();
pub(in crate::catalog) const EXPIRATION_DATE: Param = Param::int(
    "expiration_date",
    "when the account ends, in milliseconds since 1970; 0 is never",
)
.within(0, i64::MAX)
.optional();
pub(in crate::catalog) const PERMISSIONS_HELP: &str =
    "what the user may do in `/`, and in folders; `*` is everything";

/// The members of a user that are common, but for its status.
const FIELDS: [Param; 19] = [
    HOME_DIR,
    UID,
    GID,
    MAX_SESSIONS,
    QUOTA_SIZE,
    QUOTA_FILES,
    Param::permissions("permissions", PERMISSIONS, PERMISSIONS_HELP).optional(),
    UPLOAD_BANDWIDTH,
    DOWNLOAD_BANDWIDTH,
    Param::int(
        "upload_data_transfer",
        "MB the user may upload; 0 is no limit",
    )
    .optional()
    .only(from(3, 0)),
    Param::int(
        "download_data_transfer",
        "MB the user may download; 0 is no limit",
    )
    .optional()
    .only(from(3, 0)),
    Param::int(
        "total_data_transfer",
        "MB both ways, instead of the two; 0 is no limit",
    )
    .optional()
    .only(from(3, 0)),
    PASSWORD,
    PUBLIC_KEYS,
    Param::text("email", "mail address")
        .optional()
        .only(from(2, 0)),
    DESCRIPTION.only(from(1, 0)),
    EXPIRATION_DATE,
    Param::text("additional_info", "free text for other programs").optional(),
    Param::text(
        "role",
        "only admins with this role, and those without one, see the user",
    )
    .optional()
    .only(from(5, 0))
    .completed_by(Live::Role),
];

const ADD_USER: [Param; 24] = joined(
    &[NEW_USERNAME, ADD_STATUS],
    &FIELDS,
    &[SET, JSON, CONFIDENTIAL],
);
const UPDATE_USER: [Param; 25] = joined(
    &[USERNAME, UPDATE_STATUS],
    &FIELDS,
    &[
        SET,
        JSON,
        REPLACE,
        Param::switch("disconnect", "close the user's live connections afterwards").query_as("1"),
    ],
);

const CLONE_USER: [Param; 25] = joined(
    &[
        Param::text(MODEL, "login name of the user that it is to be like")
            .required()
            .at(ParamPlace::Shell)
            .completed_by(Live::Username),
        NEW_USERNAME,
        UPDATE_STATUS,
    ],
    &FIELDS,
    &[SET, JSON, CONFIDENTIAL],
);

/// The request that adds a user.
const ADDING: Route = post("/users")
    .body(">User")
    .needs(&[(v(0, 0), "add_users")])
    .remember(Remember::NameInAnswer)
    .shows(Live::Username, "username")
    .answers(ADD)
    .check("get_user_by_username {username}");

/// A recipe that ends in a request of its own.
pub(in crate::catalog) const CLONE: &[Command] = &[row(
    "clone_user",
    Group::Recipes,
    Span::V2,
    "add a user like another one",
    &CLONE_USER,
    ADDING,
)
.example(&[eg(201, "clone_user carla lena --email lena@example.com --password 'a long one'")])
.long(
    "Reads the other user, takes what it has, lays upon it what is typed, and adds all of it under the new name. Where \
     the home directory, or the prefix in a bucket, has the other one's name as a part, it gets the new one's. Password, \
     keys, certificates and mail addresses are not taken over. Nor can secrets of its storage be: they are asked for, \
     or given by `--set filesystem.s3config.access_secret=@FILE`.",
)];

const NO_SUCH_USER: StatusDoc =
    StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users");

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "add_user",
        Group::Users,
        Span::V2,
        "add a user",
        &ADD_USER,
        ADDING,
    )
    .example(&[
        eg(201, "add_user lena --home_dir /srv/sftp/lena --permissions '*' --password 'a long one'"),
        eg(201, r#"add_user drop --home_dir /srv/sftp/drop --permissions list /in=list,upload --set filters.allowed_ip='["192.0.2.0/24"]'"#),
    ])
    .long(
        "A user needs a home directory, unless the server has a base for them, and permissions for `/`. Only what is \
         typed is sent, and the status. `--permissions list download /in=upload,list` gives two for `/` and two for \
         the folder `/in`. Before 2.3.0 a password or a public key is needed as well. What has no flag goes by its \
         path, as `--set filters.allowed_ip='[\"192.0.2.0/24\"]'` or `--set filesystem.provider=s3`.",
    ),
    row(
        "update_user",
        Group::Users,
        Span::V2,
        "change a user",
        &UPDATE_USER,
        put("/users/{username}")
            .body(">User")
            .needs(&[(v(0, 0), "edit_users")])
            .remember(Remember::NameInRequest)
            .answers(answers!(NO_SUCH_USER; UPDATED, BAD_OBJECT))
            .check("get_user_by_username {username}"),
    )
    .example(&[
        eg(200, "update_user press --status enabled"),
        eg(200, "update_user anna.nowak --quota_files 8000 --permissions /invoices=list,download,upload"),
        eg(200, r#"update_user carla --set filters.denied_protocols='["FTP"]' --disconnect"#),
    ])
    .long(
        "What is typed is changed; what is left out stays. `--permissions` changes the folders that it names, `/` if it \
         names none. `--set PATH=VALUE` changes any other field, `--json` several. A secret that is left out stays as \
         well. The username cannot be changed.",
    ),
    row(
        "get_user_by_username",
        Group::Users,
        Span::V2,
        "show one user",
        &[USERNAME, CONFIDENTIAL],
        get("/users/{username}")
            .needs(&[(v(0, 0), "view_users")])
            .remember(Remember::NameInAnswer)
            .shows(Live::Username, "username")
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "the user; never the password"))),
    )
    .example(&[eg(200, "get_user_by_username anna.nowak")])
    .long("The user's own values: what its groups add is not in it.")
    .elsewhere("get_user_by_id"),
    row(
        "get_users",
        Group::Users,
        Span::V2,
        "list users, in the order of their names",
        PAGE,
        get("/users")
            .needs(&[(v(0, 0), "view_users")])
            .remember(Remember::OnlyNameInAnswer)
            .shows(Live::Username, "username")
            .answers(LIST),
    )
    .example(&[eg(200, "get_users --limit 3 --order DESC")])
    .long("The server gives at most 500 at a time: page with --offset until a page is short. It has no filter: ask for one user with `get_user_by_username`."),
    row(
        "delete_user",
        Group::Users,
        Span::V2,
        "delete a user",
        &[USERNAME],
        delete(
            "/users/{username}",
            "the account goes for good and its live connections end; its files stay",
        )
        .needs(&[(v(0, 0), "del_users")])
        .remember(Remember::NameGone)
        .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "deleted")))
        .check("get_user_by_username {username}"),
    )
    .example(&[eg(200, "delete_user press")])
    .long(
        "The account goes at once and for good, and its live connections are ended. Its files stay on the server: who \
         gets the same name and home directory later sees them.",
    ),
    row(
        "disable_user_2fa",
        Group::Users,
        from(2, 0),
        "switch off a user's second factor",
        &[USERNAME],
        put("/users/{username}/2fa/disable")
            .needs(&[(v(2, 0), "edit_users"), (v(6, 0), "disable_mfa")])
            .effect(Effect::Destroys(
                "the second factor and its recovery codes go; the password alone will do",
            ))
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "switched off"), StatusDoc::new(400, "the user has none")))
            .check("get_user_by_username {username}"),
    )
    .example(&[eg(400, "disable_user_2fa carla")]),
    row(
        "user_forgot_password",
        Group::Users,
        from(2, 0),
        "have a code mailed to a user who forgot the password",
        &[USERNAME],
        post("/users/{username}/forgot-password").answers(RESET_CODE),
    )
    .example(&[eg(400, "user_forgot_password carla")])
    .long("Needs no login. The server must be able to send mail; it answers 200 also where there is no such user."),
    row(
        "user_reset_password",
        Group::Users,
        from(2, 0),
        "set a user's password with a mailed code",
        &[USERNAME, CODE, NEW_PASSWORD],
        post("/users/{username}/reset-password")
            .body(">CodeAndPassword")
            .answers(RESET),
    )
    .example(&[eg(400, "user_reset_password carla --reset_code 123456 --password 'a new one'")])
    .long("Needs no login. The code tells the user; the name only makes the path."),
];

/// The answers to a wish for a code.
pub(super) const RESET_CODE: &[StatusDoc] = &[
    StatusDoc::new(200, "the code is on its way, if there is such an account"),
    StatusDoc::new(
        400,
        "the server cannot send mail, or the account has no address",
    ),
    StatusDoc::new(403, "resetting passwords is not allowed"),
    SERVER_ERROR,
];
/// The answers to a code.
pub(super) const RESET: &[StatusDoc] = &[
    StatusDoc::new(200, "the new password holds"),
    StatusDoc::new(
        400,
        "the code is wrong or too old, or the password too weak",
    ),
    StatusDoc::new(403, "resetting passwords is not allowed"),
    SERVER_ERROR,
];
/// The code of the mail.
pub(super) const CODE: Param = Param::secret("reset_code", "the code of the mail")
    .key("code")
    .asked();
/// The password that the code is to set.
pub(super) const NEW_PASSWORD: Param = Param::secret("password", "the new password").asked();
