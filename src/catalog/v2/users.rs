//! The rows about users.

use super::super::items::{Items, MEMBERSHIP, PRIMARY, SECONDARY};
use super::super::model::MODEL_PARAM;
use super::super::row::Route;
use super::{
    ADD, ADD_STATUS, BAD_OBJECT, CONFIDENTIAL, Command, DESCRIPTION, Effect, Group, JSON, LIST,
    Live, MOUNTS, PAGE, Param, ParamPlace, REPLACE, Remember, SERVER_ERROR, SET, Span, StatusDoc,
    UPDATE_STATUS, UPDATED, answers, delete, eg, from, get, joined, post, put, row, storage, v,
};

/// User permissions.
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

const USERNAME: Param = Param::text("username", "login name; default: the last user")
    .or_last_username()
    .at(ParamPlace::Path)
    .completed_by(Live::Username);
const NEW_USERNAME: Param =
    Param::text("username", "login name; it cannot be changed later").required();

pub(in crate::catalog) const HOME_DIR: Param = Param::text(
    "home_dir",
    "absolute path of the home directory on the server",
)
.value("PATH")
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
pub(in crate::catalog) const MAX_SESSIONS: Param = Param::int(
    "max_sessions",
    "maximum concurrent sessions; 0 means unlimited",
)
.optional();
pub(in crate::catalog) const QUOTA_SIZE: Param =
    Param::int("quota_size", "disk quota in bytes; 0 means unlimited").optional();
pub(in crate::catalog) const QUOTA_FILES: Param =
    Param::int("quota_files", "quota in number of files; 0 means unlimited").optional();
pub(in crate::catalog) const UPLOAD_BANDWIDTH: Param = Param::int(
    "upload_bandwidth",
    "upload limit in KB/s; 0 means unlimited",
)
.optional();
pub(in crate::catalog) const DOWNLOAD_BANDWIDTH: Param = Param::int(
    "download_bandwidth",
    "download limit in KB/s; 0 means unlimited",
)
.optional();
pub(in crate::catalog) const PASSWORD: Param = Param::secret(
    "password",
    "plain text or a hash; if the value is omitted, the shell asks for it",
)
.optional()
.chosen();
pub(in crate::catalog) const PUBLIC_KEYS: Param = Param::list(
    "public_keys",
    "public keys, in authorized_keys format; `@FILE` reads one from each line",
)
.optional()
.value("KEY");
pub(in crate::catalog) const EXPIRATION_DATE: Param = Param::int(
    "expiration_date",
    "account expiry, in milliseconds since 1970; 0 means never",
)
.optional();
pub(in crate::catalog) const PERMISSIONS_HELP: &str =
    "permissions for `/` and for folders; `*` means all";

/// The most used fields of a user, except for its status.
const FIELDS: [Param; 24] = [
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
        "upload quota in MB; 0 means unlimited",
    )
    .optional()
    .only(from(3, 0)),
    Param::int(
        "download_data_transfer",
        "download quota in MB; 0 means unlimited",
    )
    .optional()
    .only(from(3, 0)),
    Param::int(
        "total_data_transfer",
        "total transfer quota in MB (replaces the two above); 0 means unlimited",
    )
    .optional()
    .only(from(3, 0)),
    PASSWORD,
    PUBLIC_KEYS,
    Param::text("email", "email address")
        .value("ADDRESS")
        .optional()
        .only(from(2, 0)),
    DESCRIPTION.only(from(1, 0)),
    EXPIRATION_DATE,
    Param::text("additional_info", "free text (additional info)").optional(),
    Param::text(
        "role",
        "role; only admins with this role, and admins without a role, can see the user",
    )
    .optional()
    .only(from(5, 0))
    .completed_by(Live::Role),
    member(
        "group",
        PRIMARY,
        "primary group, whose settings apply to the user",
    ),
    member(
        "secondary_groups",
        SECONDARY,
        "groups whose settings apply after those of the primary one",
    ),
    member(
        "membership_groups",
        MEMBERSHIP,
        "groups without settings for the user: for rules and lists",
    ),
    MOUNTS,
    storage("filesystem.provider"),
];

/// The groups of one type.
const fn member(name: &'static str, kind: i64, help: &'static str) -> Param {
    Param::list(name, help)
        .key("groups")
        .items(Items::Groups(kind))
        .optional()
        .only(from(3, 0))
        .completed_by(Live::Group)
}

pub(in crate::catalog) const DISCONNECT: Param =
    Param::switch("disconnect", "close the user's live connections afterwards").query_as("1");

const ADD_USER: [Param; 29] = joined(
    &[NEW_USERNAME, ADD_STATUS],
    &FIELDS,
    &[SET, JSON, CONFIDENTIAL],
);
const UPDATE_USER: [Param; 30] = joined(
    &[USERNAME, UPDATE_STATUS],
    &FIELDS,
    &[SET, JSON, REPLACE, DISCONNECT],
);

const CLONE_USER: [Param; 30] = joined(
    &[
        Param::text(MODEL_PARAM, "user to copy")
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
    .returns(">User")
    .needs(&[(v(0, 0), "add_users")])
    .remember(Remember::NameInAnswer)
    .shows(Live::Username, "username")
    .answers(ADD)
    .check("get_user_by_username {username}");

/// A recipe that sends a request of its own.
pub(in crate::catalog) const CLONE: &[Command] = &[row(
    "clone_user",
    Group::Recipes,
    Span::V2,
    "create a copy of a user",
    &CLONE_USER,
    ADDING,
)
.example(&[eg(201, "clone_user carla lena --password 'a long one'"), eg(201, "clone_user carla lena --email lena@example.com --password 'a long one'")])
.long(
    "Reads the source user, applies the fields you type, and creates the copy under the new name. If the home directory, \
     or the prefix in a bucket, contains the old name as a path component, it is replaced by the new one. Password, \
     keys, certificates and email addresses are not copied. Secrets of the storage cannot be copied: the shell asks for \
     them, or you give them with a flag such as `--access_secret @FILE`.",
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
        eg(201, "add_user drop --home_dir /srv/sftp/drop --permissions list /in=list,upload --allowed_ip 192.0.2.0/24"),
        eg(201, "add_user cloud --home_dir /srv/sftp/cloud --permissions '*' --group staff --storage s3 --bucket cloud --region eu-central-1"),
    ])
    .long(
        "A user needs a home directory, unless the server has a base for them, and permissions for `/`. Only the \
         fields you give are sent, and the status. `--permissions list download /in=upload,list` sets two for `/` and \
         two for the folder `/in`. Before 2.3.0 a password or a public key is required as well. Set fields without a \
         flag by path: `--set filters.hooks.pre_login_disabled=true`.",
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
        eg(200, "update_user carla --denied_protocols +FTP --secondary_groups +partners --disconnect"),
    ])
    .long(
        "Only the fields you give are changed. `--permissions` changes the folders that it names, or `/` if it names \
         none. `--set PATH=VALUE` changes any other field, `--json` several at once. Secrets that you do not give stay \
         unchanged. The username cannot be changed. A list is replaced by the words after its flag; `+WORD` adds an item to it \
         and `-WORD` removes one: `--secondary_groups +staff -press`.",
    ),
    row(
        "get_user_by_username",
        Group::Users,
        Span::V2,
        "show one user",
        &[USERNAME, CONFIDENTIAL],
        get("/users/{username}").returns(">User")
            .needs(&[(v(0, 0), "view_users")])
            .remember(Remember::NameInAnswer)
            .shows(Live::Username, "username")
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "the user; never the password"))),
    )
    .also(&["user"])
    .example(&[eg(200, "get_user_by_username anna.nowak")])
    .long("The user's own values, without group settings; `effective_user` includes them.")
    .elsewhere("get_user_by_id"),
    row(
        "get_users",
        Group::Users,
        Span::V2,
        "list users, sorted by name",
        PAGE,
        get("/users").returns("[]>User")
            .needs(&[(v(0, 0), "view_users")])
            .remember(Remember::OnlyNameInAnswer)
            .shows(Live::Username, "username")
            .answers(LIST),
    )
    .also(&["users"])
    .example(&[eg(200, "get_users --limit 3 --order DESC")])
    .long("The server returns at most 500 results at a time. `--all` reads all pages; without it `--offset` gets the next page, until a page is short. The server has no filter: `--where` reads all pages and selects users itself."),
    row(
        "delete_user",
        Group::Users,
        Span::V2,
        "delete a user",
        &[USERNAME],
        delete(
            "/users/{username}",
            "the account will be deleted permanently and its connections closed; its files stay",
        )
        .needs(&[(v(0, 0), "del_users")])
        .remember(Remember::NameGone)
        .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "deleted")))
        .check("get_user_by_username {username}"),
    )
    .example(&[eg(200, "delete_user press")])
    .long(
        "The account is deleted immediately and permanently, and its live connections are closed. Its files stay on the \
         server: a later user with the same home directory can see them.",
    ),
    row(
        "disable_user_2fa",
        Group::Users,
        from(2, 0),
        "disable a user's two-factor authentication",
        &[USERNAME],
        put("/users/{username}/2fa/disable")
            .needs(&[(v(2, 0), "edit_users"), (v(6, 0), "disable_mfa")])
            .effect(Effect::Destroys(
                "two-factor authentication and the recovery codes will be removed; the password alone will be enough",
            ))
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(200, "disabled"), StatusDoc::new(400, "two-factor authentication is not enabled")))
            .check("get_user_by_username {username}"),
    )
    .example(&[eg(400, "disable_user_2fa carla")]),
    row(
        "user_forgot_password",
        Group::Users,
        from(2, 0),
        "mail a password reset code to a user",
        &[USERNAME],
        post("/users/{username}/forgot-password").answers(RESET_CODE),
    )
    .example(&[eg(400, "user_forgot_password carla")])
    .long("No login is needed. The server must be able to send mail; it also answers 200 if the user does not exist."),
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
    .long("No login is needed. The code identifies the user; the name is only part of the URL."),
];

/// The answers to a request for a code.
pub(super) const RESET_CODE: &[StatusDoc] = &[
    StatusDoc::new(200, "a code was mailed if the account exists"),
    StatusDoc::new(
        400,
        "the server cannot send mail, or the account has no email address",
    ),
    StatusDoc::new(403, "password resets are not allowed"),
    SERVER_ERROR,
];
/// The answers to a reset with a code.
pub(super) const RESET: &[StatusDoc] = &[
    StatusDoc::new(200, "the password was changed"),
    StatusDoc::new(
        400,
        "the code is wrong or expired, or the password is too weak",
    ),
    StatusDoc::new(403, "password resets are not allowed"),
    SERVER_ERROR,
];
/// The mailed code.
pub(super) const CODE: Param = Param::secret("reset_code", "the code from the mail")
    .key("code")
    .asked();
/// The password to set with the code.
pub(super) const NEW_PASSWORD: Param = Param::secret("password", "the new password")
    .asked()
    .chosen();
