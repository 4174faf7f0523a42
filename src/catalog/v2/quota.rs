//! The rows about quotas. 2.1.0 changed all paths; releases up to 2.3.6 have both.

use super::{
    BAD_OBJECT, Command, Group, Live, Param, ParamPlace, RENAMED, RUNNING, Release, SERVER_ERROR,
    StatusDoc, V2_0, answers, eg, from, get, post, put, row, v,
};

const USER: Param = Param::text("username", "login name of the user; default: the last user")
    .or_last_username()
    .at(ParamPlace::Path)
    .completed_by(Live::Username);
const USER_IN_BODY: Param = Param::text("username", "login name of the user")
    .required()
    .at(ParamPlace::Body)
    .completed_by(Live::Username);
const FOLDER: Param = Param::text("name", "name of the folder")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Folder);
const FOLDER_IN_BODY: Param = FOLDER.at(ParamPlace::Body);
pub(in crate::catalog) const MODE: Param = Param::choice(
    "mode",
    &["add", "reset"],
    "reset",
    "add the numbers to the recorded usage, or replace it",
)
.typed()
.at(ParamPlace::Query);
pub(in crate::catalog) const SIZE: Param =
    Param::int("used_quota_size", "bytes in use; sent as 0 if not given").within(0, i64::MAX);
pub(in crate::catalog) const FILES: Param = Param::int(
    "used_quota_files",
    "number of files in use; sent as 0 if not given",
)
.within(0, i64::MAX);
pub(in crate::catalog) const USAGE_LONG: &str = "Use it after files were changed outside SFTPGo. Without `--mode add` both numbers are replaced, by 0 if \
     not given.";
pub(in crate::catalog) const SCAN_LONG: &str = "The scan continues in the background.";

const NO_SUCH_USER: StatusDoc =
    StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users");
const NO_SUCH_FOLDER: StatusDoc =
    StatusDoc::new(404, "no folder has this name").hint("`get_folders` lists the folders");
pub(in crate::catalog) const STARTED: StatusDoc = StatusDoc::new(202, "started");
pub(in crate::catalog) const BUSY: StatusDoc = StatusDoc::new(409, "a scan is already running");
pub(in crate::catalog) const SET_USAGE: StatusDoc = StatusDoc::new(200, "updated");
const SCANS: &[(Release, &str)] = &[(v(0, 0), "quota_scans")];
const EDIT: &[(Release, &str)] = &[(v(0, 0), "edit_users")];

const OLD_USER_SCANS: Command = row(
    "get_quota_scans",
    Group::Quota,
    V2_0,
    "list the quota scans of users that are running",
    &[],
    get("/quota-scans")
        .returns("[]>QuotaScan")
        .needs(SCANS)
        .answers(RUNNING),
)
.example(&[eg(200, "get_quota_scans")])
.elsewhere("get_users_quota_scans");
const OLD_USER_SCAN: Command = row(
    "start_quota_scan",
    Group::Quota,
    V2_0,
    "start a quota scan for a user (recalculate files and bytes)",
    &[USER_IN_BODY],
    post("/quota-scans")
        .body(">UserUsage")
        .needs(SCANS)
        .answers(answers!(NO_SUCH_USER; STARTED, BUSY))
        .check("get_quota_scans"),
)
.example(&[eg(202, "start_quota_scan carla")])
.long(SCAN_LONG)
.elsewhere("start_user_quota_scan");
const OLD_USER_USAGE: Command = row(
    "quota_update",
    Group::Quota,
    V2_0,
    "set a user's recorded disk usage",
    &[USER_IN_BODY, SIZE, FILES, MODE],
    put("/quota-update")
        .body(">UserUsage")
        .needs(EDIT)
        .answers(answers!(NO_SUCH_USER; SET_USAGE, BAD_OBJECT, BUSY))
        .check("get_user_by_username {username}"),
)
.example(&[eg(
    200,
    "quota_update carla --used_quota_size 1048576 --used_quota_files 12",
)])
.long(USAGE_LONG)
.elsewhere("user_quota_update_usage");
const OLD_FOLDER_SCANS: Command = row(
    "get_folders_quota_scans",
    Group::Quota,
    V2_0,
    "list the quota scans of folders that are running",
    &[],
    get("/folder-quota-scans")
        .returns("[]>FolderQuotaScan")
        .needs(SCANS)
        .answers(RUNNING),
)
.example(&[eg(200, "get_folders_quota_scans")]);
const OLD_FOLDER_SCAN: Command = row(
    "start_folder_quota_scan",
    Group::Quota,
    V2_0,
    "start a quota scan for a folder",
    &[FOLDER_IN_BODY],
    post("/folder-quota-scans")
        .body(">FolderUsage")
        .needs(SCANS)
        .answers(answers!(NO_SUCH_FOLDER; STARTED, BUSY))
        .check("get_folders_quota_scans"),
)
.example(&[eg(202, "start_folder_quota_scan shared")])
.long(SCAN_LONG);
const OLD_FOLDER_USAGE: Command = row(
    "folder_quota_update",
    Group::Quota,
    V2_0,
    "set a folder's recorded disk usage",
    &[FOLDER_IN_BODY, SIZE, FILES, MODE],
    put("/folder-quota-update")
        .body(">FolderUsage")
        .needs(EDIT)
        .answers(answers!(NO_SUCH_FOLDER; SET_USAGE, BAD_OBJECT, BUSY))
        .check("get_folder_by_name {name}"),
)
.example(&[eg(
    200,
    "folder_quota_update shared --used_quota_size 1048576 --used_quota_files 12",
)])
.long(USAGE_LONG)
.elsewhere("folder_quota_update_usage");

pub(in crate::catalog) const ROWS: &[Command] = &[
    OLD_USER_SCANS,
    OLD_USER_SCAN,
    OLD_USER_USAGE,
    OLD_FOLDER_SCANS,
    OLD_FOLDER_SCAN,
    OLD_FOLDER_USAGE,
    row(
        "get_users_quota_scans",
        Group::Quota,
        from(1, 0),
        "list the quota scans of users that are running",
        &[],
        get("/quotas/users/scans").returns("[]>QuotaScan").needs(SCANS).answers(RUNNING),
    )
    .example(&[eg(200, "get_users_quota_scans")])
    .elsewhere("get_quota_scans"),
    row(
        "start_user_quota_scan",
        Group::Quota,
        from(1, 0),
        "start a quota scan for a user (recalculate files and bytes)",
        &[USER],
        post("/quotas/users/{username}/scan")
            .needs(SCANS)
            .answers(answers!(NO_SUCH_USER; STARTED, BUSY))
            .check("get_users_quota_scans"),
    )
    .example(&[
        eg(202, "start_user_quota_scan carla"),
        eg(409, "start_user_quota_scan backup"),
    ])
    .long("The scan continues in the background; `get_users_quota_scans` lists it while it is running.")
    .elsewhere("start_quota_scan"),
    row(
        "user_quota_update_usage",
        Group::Quota,
        from(1, 0),
        "set a user's recorded disk usage",
        &[USER, SIZE, FILES, MODE],
        put("/quotas/users/{username}/usage")
            .body(">QuotaUsage")
            .needs(EDIT)
            .answers(answers!(NO_SUCH_USER; SET_USAGE, BAD_OBJECT, BUSY))
            .check("get_user_by_username {username}"),
    )
    .example(&[eg(200, "user_quota_update_usage carla --used_quota_size 1048576 --used_quota_files 12")])
    .long(USAGE_LONG)
    .elsewhere("quota_update"),
    row(
        "user_transfer_quota_update_usage",
        Group::Quota,
        from(3, 0),
        "set a user's recorded transfer usage",
        &[
            USER,
            Param::int(
                "used_upload_data_transfer",
                "bytes uploaded; sent as 0 if not given",
            )
            .within(0, i64::MAX),
            Param::int(
                "used_download_data_transfer",
                "bytes downloaded; sent as 0 if not given",
            )
            .within(0, i64::MAX),
            MODE,
        ],
        put("/quotas/users/{username}/transfer-usage")
            .body(">TransferQuotaUsage")
            .needs(EDIT)
            .answers(answers!(NO_SUCH_USER; SET_USAGE, BAD_OBJECT, BUSY))
            .check("get_user_by_username {username}"),
    )
    .example(&[eg(200, "user_transfer_quota_update_usage anna.nowak --used_upload_data_transfer 1048576 --mode add")])
    .long(USAGE_LONG),
    row(
        "get_folders_quota_scans",
        Group::Quota,
        from(1, 0),
        "list the quota scans of folders that are running",
        &[],
        get("/quotas/folders/scans").returns("[]>FolderQuotaScan").needs(SCANS).answers(RUNNING),
    )
    .example(&[eg(200, "get_folders_quota_scans")]),
    row(
        "start_folder_quota_scan",
        Group::Quota,
        from(1, 0),
        "start a quota scan for a folder",
        &[FOLDER],
        post("/quotas/folders/{name}/scan")
            .needs(SCANS)
            .answers(answers!(NO_SUCH_FOLDER; STARTED, BUSY))
            .check("get_folders_quota_scans"),
    )
    .example(&[eg(202, "start_folder_quota_scan shared")])
    .long("The scan continues in the background; `get_folders_quota_scans` lists it while it is running."),
    row(
        "folder_quota_update_usage",
        Group::Quota,
        from(1, 0),
        "set a folder's recorded disk usage",
        &[FOLDER, SIZE, FILES, MODE],
        put("/quotas/folders/{name}/usage")
            .body(">QuotaUsage")
            .needs(&[(v(1, 0), "edit_users"), (v(7, 2), "manage_folders")])
            .answers(answers!(NO_SUCH_FOLDER; SET_USAGE, BAD_OBJECT, BUSY))
            .check("get_folder_by_name {name}"),
    )
    .example(&[eg(200, "folder_quota_update_usage shared --used_quota_size 1048576 --used_quota_files 12")])
    .long(USAGE_LONG)
    .elsewhere("folder_quota_update"),
    Command {
        name: "get_users_quota_scans_deprecated",
        span: RENAMED,
        short: "list the quota scans of users that are running (old path)",
        examples: &[eg(200, "get_users_quota_scans_deprecated")],
        ..OLD_USER_SCANS
    },
    Command {
        name: "start_user_quota_scan_deprecated",
        span: RENAMED,
        short: "start a quota scan for a user (old path)",
        kind: super::CommandKind::Request(
            post("/quota-scans")
                .body(">UserUsage")
                .needs(SCANS)
                .answers(answers!(NO_SUCH_USER; STARTED, BUSY))
                .check("get_users_quota_scans"),
        ),
        examples: &[eg(202, "start_user_quota_scan_deprecated carla")],
        ..OLD_USER_SCAN
    },
    Command {
        name: "user_quota_update_usage_deprecated",
        span: RENAMED,
        short: "set a user's recorded disk usage (old path)",
        examples: &[eg(200, "user_quota_update_usage_deprecated carla --used_quota_size 1048576 --used_quota_files 12")],
        ..OLD_USER_USAGE
    },
    Command {
        name: "get_folders_quota_scans_deprecated",
        span: RENAMED,
        short: "list the quota scans of folders that are running (old path)",
        counterpart: Some("get_folders_quota_scans"),
        examples: &[eg(200, "get_folders_quota_scans_deprecated")],
        ..OLD_FOLDER_SCANS
    },
    Command {
        name: "start_folder_quota_scan_deprecated",
        span: RENAMED,
        short: "start a quota scan for a folder (old path)",
        counterpart: Some("start_folder_quota_scan"),
        examples: &[eg(202, "start_folder_quota_scan_deprecated shared")],
        ..OLD_FOLDER_SCAN
    },
    Command {
        name: "folder_quota_update_usage_deprecated",
        span: RENAMED,
        short: "set a folder's recorded disk usage (old path)",
        examples: &[eg(200, "folder_quota_update_usage_deprecated shared --used_quota_size 1048576 --used_quota_files 12")],
        ..OLD_FOLDER_USAGE
    },
];
