//! The rows about admins, roles and API keys.

use super::users::{CODE, NEW_PASSWORD, RESET, RESET_CODE};
use super::{
    ADD, ADD_STATUS, BAD_OBJECT, Command, DESCRIPTION, Effect, Group, IN_USE, JSON, LIST, Live,
    Names, PAGE, PAGES, Param, ParamPlace, REPLACE, Release, SERVER_ERROR, SET, Span, StatusDoc,
    UPDATE_LONG, UPDATE_STATUS, UPDATED, answers, delete, eg, from, get, joined, post, put, row, v,
};

/// Admin permissions of all releases.
pub(in crate::catalog) const PERMISSIONS: &[&str] = &[
    "*",
    "add_users",
    "edit_users",
    "del_users",
    "view_users",
    "view_conns",
    "close_conns",
    "view_status",
    "manage_folders",
    "manage_groups",
    "quota_scans",
    "manage_defender",
    "view_defender",
    "view_events",
    "disable_mfa",
    "manage_admins",
    "manage_system",
    "manage_apikeys",
    "retention_checks",
    "metadata_checks",
    "manage_event_rules",
    "manage_roles",
    "manage_ip_lists",
];

const ADMIN: Param = Param::text("username", "login name of the admin")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Admin);
const NEW_ADMIN: Param = Param::text(
    "username",
    "login name of the admin; it cannot be changed later",
)
.required();
const ADMIN_FIELDS: [Param; 10] = [
    Param::secret("password", "if the value is omitted, the shell asks for it")
        .optional()
        .chosen(),
    Param::choices(
        "permissions",
        PERMISSIONS,
        "permissions of the admin; `*` means all",
    )
    .optional(),
    Param::text("email", "email address")
        .value("ADDRESS")
        .optional(),
    DESCRIPTION.only(from(1, 0)),
    Param::text("additional_info", "free text (additional info)").optional(),
    Param::text("role", "role; the admin can only see users with this role")
        .optional()
        .only(from(5, 0))
        .completed_by(Live::Role),
    Param::list(
        "allow_list",
        "addresses and networks the admin can log in from; empty allows all",
    )
    .key("filters.allow_list")
    .value("ADDRESS")
    .optional(),
    Param::switch("allow_api_key_auth", "allow API keys to act as this admin")
        .key("filters.allow_api_key_auth")
        .optional()
        .at(ParamPlace::Body)
        .only(from(2, 0)),
    Param::switch("require_two_factor", "require two-factor authentication")
        .key("filters.require_two_factor")
        .optional()
        .at(ParamPlace::Body)
        .only(from(6, 0)),
    Param::switch(
        "require_password_change",
        "require a password change at the next login",
    )
    .key("filters.require_password_change")
    .optional()
    .at(ParamPlace::Body)
    .only(from(6, 0)),
];
const ADD_ADMIN: [Param; 14] = joined(&[NEW_ADMIN, ADD_STATUS], &ADMIN_FIELDS, &[SET, JSON]);
const UPDATE_ADMIN: [Param; 15] = joined(
    &[ADMIN, UPDATE_STATUS],
    &ADMIN_FIELDS,
    &[SET, JSON, REPLACE],
);
const NO_SUCH_ADMIN: StatusDoc =
    StatusDoc::new(404, "no admin has this name").hint("`get_admins` lists the admins");
const ADMINS: &[(Release, &str)] = &[(v(0, 0), "manage_admins"), (v(6, 3), "*")];

const ROLE: Param = Param::text("name", "name of the role")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Role);
const NEW_ROLE: Param =
    Param::text("name", "name of the role; it cannot be changed later").required();
const NO_SUCH_ROLE: StatusDoc =
    StatusDoc::new(404, "no role has this name").hint("`get_roles` lists the roles");
const ROLES: &[(Release, &str)] = &[(v(5, 0), "manage_roles"), (v(6, 3), "*")];

const KEY: Param = Param::text("id", "id of the key: the part before the `.`")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::ApiKey);
const SCOPES: Names = Names {
    words: &["admin", "user"],
    numbers: &[1, 2],
};
const SCOPE_HELP: &str = "API that the key gives access to";
const KEY_FIELDS: [Param; 4] = [
    Param::int(
        "expires_at",
        "expiry time, in milliseconds since 1970; 0 means never",
    )
    .within(0, i64::MAX)
    .optional(),
    DESCRIPTION,
    Param::text(
        "user",
        "user that the key acts as; if empty, each request chooses one",
    )
    .optional()
    .completed_by(Live::Username),
    Param::text(
        "admin",
        "admin that the key acts as; if empty, each request chooses one",
    )
    .optional()
    .completed_by(Live::Admin),
];
const ADD_KEY: [Param; 8] = joined(
    &[
        Param::text("name", "name of the key").required(),
        Param::named("scope", &SCOPES, SCOPE_HELP).default("admin"),
    ],
    &KEY_FIELDS,
    &[SET, JSON],
);
const UPDATE_KEY: [Param; 10] = joined(
    &[
        KEY,
        Param::text("name", "name of the key")
            .value("NAME")
            .optional(),
        Param::named("scope", &SCOPES, SCOPE_HELP).optional(),
    ],
    &KEY_FIELDS,
    &[SET, JSON, REPLACE],
);
const NO_SUCH_KEY: StatusDoc =
    StatusDoc::new(404, "no API key has this id").hint("`get_api_keys` lists the keys");
const KEYS: &[(Release, &str)] = &[(v(2, 0), "manage_apikeys"), (v(6, 3), "*")];

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "add_admin",
        Group::Admins,
        Span::V2,
        "add an admin",
        &ADD_ADMIN,
        post("/admins")
            .body(">Admin")
            .returns(">Admin")
            .needs(ADMINS)
            .shows(Live::Admin, "username")
            .answers(ADD)
            .check("get_admin_by_username {username}"),
    )
    .example(&[eg(201, "add_admin olga --password 'a long one' --permissions view_users edit_users --email olga@example.com")])
    .long("An admin needs a password and at least one permission."),
    row(
        "update_admin",
        Group::Admins,
        Span::V2,
        "change an admin",
        &UPDATE_ADMIN,
        put("/admins/{username}")
            .body(">Admin")
            .needs(ADMINS)
            .answers(answers!(NO_SUCH_ADMIN; UPDATED, BAD_OBJECT))
            .check("get_admin_by_username {username}"),
    )
    .example(&[eg(200, "update_admin helper --permissions view_users view_conns close_conns")])
    .long(
        "Only the fields you give are changed. Admins cannot disable or demote themselves, and an API key cannot change the \
         admin it acts as. New permissions take effect at the admin's next login.",
    ),
    row(
        "get_admin_by_username",
        Group::Admins,
        Span::V2,
        "show one admin",
        &[ADMIN],
        get("/admins/{username}").returns(">Admin")
            .needs(ADMINS)
            .shows(Live::Admin, "username")
            .answers(answers!(NO_SUCH_ADMIN; StatusDoc::new(200, "the admin; never the password"))),
    )
    .also(&["admin"])
    .example(&[eg(200, "get_admin_by_username helper")]),
    row(
        "get_admins",
        Group::Admins,
        Span::V2,
        "list admins, sorted by name",
        PAGE,
        get("/admins").returns("[]>Admin").needs(ADMINS).shows(Live::Admin, "username").answers(LIST),
    )
    .also(&["admins"])
    .example(&[eg(200, "get_admins")])
    .long(PAGES),
    row(
        "delete_admin",
        Group::Admins,
        Span::V2,
        "delete an admin",
        &[ADMIN],
        delete("/admins/{username}", "the admin will be deleted permanently, with the API keys bound to it")
            .needs(ADMINS)
            .answers(answers!(NO_SUCH_ADMIN; StatusDoc::new(200, "deleted"), StatusDoc::new(400, "admins cannot delete themselves")))
            .check("get_admin_by_username {username}"),
    )
    .example(&[eg(200, "delete_admin helper")]),
    row(
        "disable_admin_2fa",
        Group::Admins,
        from(2, 0),
        "disable an admin's two-factor authentication",
        &[ADMIN],
        put("/admins/{username}/2fa/disable")
            .needs(&[(v(2, 0), "manage_admins"), (v(6, 0), "disable_mfa"), (v(7, 2), "*")])
            .effect(Effect::Destroys(
                "two-factor authentication and the recovery codes will be removed; the password alone will be enough",
            ))
            .answers(answers!(NO_SUCH_ADMIN; StatusDoc::new(200, "disabled"), StatusDoc::new(400, "two-factor authentication is not enabled")))
            .check("get_admin_by_username {username}"),
    )
    .example(&[eg(400, "disable_admin_2fa helper")]),
    row(
        "admin_forgot_password",
        Group::Admins,
        from(2, 0),
        "mail a password reset code to an admin",
        &[ADMIN],
        post("/admins/{username}/forgot-password").answers(RESET_CODE),
    )
    .example(&[eg(400, "admin_forgot_password helper")])
    .long("No login is needed. The server must be able to send mail; it also answers 200 if the admin does not exist."),
    row(
        "admin_reset_password",
        Group::Admins,
        from(2, 0),
        "set an admin's password with a mailed code",
        &[ADMIN, CODE, NEW_PASSWORD],
        post("/admins/{username}/reset-password")
            .body(">CodeAndPassword")
            .answers(RESET),
    )
    .example(&[eg(400, "admin_reset_password helper --reset_code 123456 --password 'a new one'")])
    .long("No login is needed. The code identifies the admin; the name is only part of the URL."),
    row(
        "add_role",
        Group::Roles,
        from(5, 0),
        "add a role",
        &[NEW_ROLE, DESCRIPTION, SET, JSON],
        post("/roles")
            .body(">Role")
            .returns(">Role")
            .needs(ROLES)
            .shows(Live::Role, "name")
            .answers(ADD)
            .check("get_role_by_name {name}"),
    )
    .example(&[eg(201, "add_role auditors --description 'Read access to some users'")])
    .long("An admin with a role can only see the users with the same role."),
    row(
        "update_role",
        Group::Roles,
        from(5, 0),
        "change a role",
        &[ROLE, DESCRIPTION, SET, JSON, REPLACE],
        put("/roles/{name}")
            .body(">Role")
            .needs(ROLES)
            .answers(answers!(NO_SUCH_ROLE; UPDATED, BAD_OBJECT))
            .check("get_role_by_name {name}"),
    )
    .example(&[eg(200, "update_role helpdesk --description 'The first line'")])
    .long(UPDATE_LONG),
    row(
        "get_role_by_name",
        Group::Roles,
        from(5, 0),
        "show one role",
        &[ROLE],
        get("/roles/{name}").returns(">Role")
            .needs(ROLES)
            .shows(Live::Role, "name")
            .answers(answers!(NO_SUCH_ROLE; StatusDoc::new(200, "the role, with its users and admins"))),
    )
    .also(&["role"])
    .example(&[eg(200, "get_role_by_name helpdesk")]),
    row(
        "get_roles",
        Group::Roles,
        from(5, 0),
        "list roles, sorted by name",
        PAGE,
        get("/roles").returns("[]>Role").needs(ROLES).shows(Live::Role, "name").answers(LIST),
    )
    .also(&["roles"])
    .example(&[eg(200, "get_roles --order DESC")])
    .long(PAGES),
    row(
        "delete_role",
        Group::Roles,
        from(5, 0),
        "delete a role",
        &[ROLE],
        delete("/roles/{name}", "the role will be deleted permanently; its users will have no role")
            .needs(ROLES)
            .answers(answers!(NO_SUCH_ROLE; StatusDoc::new(200, "deleted"), IN_USE))
            .check("get_role_by_name {name}"),
    )
    .example(&[eg(200, "delete_role helpdesk")])
    .long("A role that an admin has cannot be deleted."),
    row(
        "add_api_key",
        Group::ApiKeys,
        from(2, 0),
        "add an API key",
        &ADD_KEY,
        post("/apikeys")
            .body(">APIKey")
            .returns(">NewAPIKey")
            .needs(KEYS)
            .no_api_key()
            .answers(&[
                StatusDoc::new(201, "the key itself: it is shown only once, and stored as a hash"),
                BAD_OBJECT,
                SERVER_ERROR,
            ])
            .check("get_api_keys"),
    )
    .example(&[eg(201, "add_api_key nightly-job --admin helper --description 'Scans at night'")])
    .long(
        "Save the `key` of the response: it cannot be shown again. The admin or user that the key acts as must have \
         `allow_api_key_auth` enabled. If the key is not bound to one, each request must add a name: `KEY.NAME`.",
    ),
    row(
        "update_api_key",
        Group::ApiKeys,
        from(2, 0),
        "change an API key",
        &UPDATE_KEY,
        put("/apikeys/{id}")
            .body(">APIKey")
            .needs(KEYS)
            .no_api_key()
            .answers(answers!(NO_SUCH_KEY; UPDATED, BAD_OBJECT))
            .check("get_api_key_by_id {id}"),
    )
    .example(&[eg(200, "update_api_key Zq3kV9mXw2LbT7dRnC5yHp --expires_at 1893456000000")])
    .long(UPDATE_LONG),
    row(
        "get_api_key_by_id",
        Group::ApiKeys,
        from(2, 0),
        "show one API key",
        &[KEY],
        get("/apikeys/{id}").returns(">APIKey")
            .needs(KEYS)
            .no_api_key()
            .shows(Live::ApiKey, "id")
            .answers(answers!(NO_SUCH_KEY; StatusDoc::new(200, "the properties of the key; never the key itself"))),
    )
    .example(&[eg(200, "get_api_key_by_id Zq3kV9mXw2LbT7dRnC5yHp")]),
    row(
        "get_api_keys",
        Group::ApiKeys,
        from(2, 0),
        "list API keys, sorted by id",
        PAGE,
        get("/apikeys").returns("[]>APIKey").needs(KEYS).no_api_key().shows(Live::ApiKey, "id").answers(LIST),
    )
    .example(&[eg(200, "get_api_keys")])
    .long(PAGES),
    row(
        "delete_api_key",
        Group::ApiKeys,
        from(2, 0),
        "revoke an API key",
        &[KEY],
        delete("/apikeys/{id}", "clients that use the key lose access immediately")
            .needs(KEYS)
            .no_api_key()
            .answers(answers!(NO_SUCH_KEY; StatusDoc::new(200, "revoked")))
            .check("get_api_key_by_id {id}"),
    )
    .example(&[eg(200, "delete_api_key Zq3kV9mXw2LbT7dRnC5yHp")]),
];
