//! The rows about quotas, except for the list of user scans, which the 2019 server has as well.

use super::super::Span;
use super::super::build::{BAD_OBJECT, RUNNING, SERVER_ERROR, answers, eg, get, post, put, row};
use super::super::group::Group;
use super::super::live::Live;
use super::super::param::Param;
use super::super::row::{Command, Example, StatusDoc};
use super::super::v2::quota::{BUSY, FILES, MODE, SCAN_LONG, SET_USAGE, SIZE, STARTED, USAGE_LONG};
use super::folders::{FOLDER, NO_SUCH_FOLDER};
use super::{UP_TO_1_0, V1_0_0, V1_1_0, since};

const USER: Param = Param::text("username", "login name of the user")
    .required()
    .completed_by(Live::Username);
const NO_SUCH_USER: StatusDoc =
    StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users");
/// 201 before 1.1.0, then 202.
const STARTED_201: StatusDoc = StatusDoc::new(201, "started");

const fn user_scan(
    span: Span,
    answers: &'static [StatusDoc],
    examples: &'static [Example],
) -> Command {
    row(
        "start_quota_scan",
        Group::Quota,
        span,
        "start a quota scan for a user (recalculate files and bytes)",
        &[USER],
        post("/quota_scan")
            .body(">v1.UserUsage")
            .answers(answers)
            .check("get_quota_scans"),
    )
    .example(examples)
    .long("The scan continues in the background; `get_quota_scans` lists it while it is running.")
    .elsewhere("start_user_quota_scan")
}

const fn folder_scan(
    span: Span,
    answers: &'static [StatusDoc],
    examples: &'static [Example],
) -> Command {
    row(
        "start_folder_quota_scan",
        Group::Quota,
        span,
        "start a quota scan for a folder",
        &[FOLDER],
        post("/folder_quota_scan")
            .body(">v1.FolderUsage")
            .answers(answers)
            .check("get_folders_quota_scans"),
    )
    .example(examples)
    .long(SCAN_LONG)
}

pub(in crate::catalog) const ROWS: &[Command] = &[
    user_scan(
        UP_TO_1_0,
        answers!(NO_SUCH_USER; STARTED_201, BAD_OBJECT, BUSY),
        &[eg(201, "start_quota_scan carla")],
    ),
    user_scan(
        since(V1_1_0),
        answers!(NO_SUCH_USER; STARTED, BAD_OBJECT, BUSY),
        &[eg(202, "start_quota_scan carla")],
    ),
    row(
        "quota_update",
        Group::Quota,
        since(V1_0_0),
        "set a user's recorded disk usage",
        &[USER, SIZE, FILES, MODE],
        put("/quota_update")
            .body(">v1.UserUsage")
            .answers(answers!(NO_SUCH_USER; SET_USAGE, BAD_OBJECT, BUSY))
            .check("get_users --username {username}"),
    )
    .example(&[eg(
        200,
        "quota_update carla --used_quota_size 1048576 --used_quota_files 12",
    )])
    .also(&["update_quota_usage"])
    .long(USAGE_LONG)
    .elsewhere("user_quota_update_usage"),
    row(
        "get_folders_quota_scans",
        Group::Quota,
        since(V1_0_0),
        "list the quota scans of folders that are running",
        &[],
        get("/folder_quota_scan")
            .returns("[]>v1.FolderQuotaScan")
            .answers(RUNNING),
    )
    .example(&[eg(200, "get_folders_quota_scans")]),
    folder_scan(
        Span::between(V1_0_0, V1_0_0),
        answers!(NO_SUCH_FOLDER; STARTED_201, BAD_OBJECT, BUSY),
        &[eg(201, "start_folder_quota_scan /srv/sftp/shared")],
    ),
    folder_scan(
        since(V1_1_0),
        answers!(NO_SUCH_FOLDER; STARTED, BAD_OBJECT, BUSY),
        &[eg(202, "start_folder_quota_scan /srv/sftp/shared")],
    ),
    row(
        "folder_quota_update",
        Group::Quota,
        since(V1_0_0),
        "set a folder's recorded disk usage",
        &[FOLDER, SIZE, FILES, MODE],
        put("/folder_quota_update")
            .body(">v1.FolderUsage")
            .answers(answers!(NO_SUCH_FOLDER; SET_USAGE, BAD_OBJECT, BUSY))
            .check("get_folders --folder_path {folder_path}"),
    )
    .example(&[eg(
        200,
        "folder_quota_update /srv/sftp/shared --used_quota_size 1048576 --used_quota_files 12",
    )])
    .also(&["update_folder_quota_usage"])
    .long(USAGE_LONG)
    .elsewhere("folder_quota_update_usage"),
];
