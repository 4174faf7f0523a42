//! The rows about groups and virtual folders.

use super::users::PERMISSIONS;
use super::{
    ADD, BAD_OBJECT, CONFIDENTIAL, Command, DESCRIPTION, Group, IN_USE, JSON, LIST, Live, MOUNTS,
    PAGE, PAGES, Param, ParamPlace, REPLACE, SERVER_ERROR, SET, Span, StatusDoc, UPDATE_LONG,
    UPDATED, answers, delete, eg, from, get, joined, post, put, row, storage, v,
};
use crate::catalog::Release;

const GROUP: Param = Param::text("name", "name of the group")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Group);
const NEW_GROUP: Param =
    Param::text("name", "name of the group; it cannot be changed later").required();

const SETTINGS: [Param; 13] = [
    DESCRIPTION,
    Param::text(
        "home_dir",
        "home directory of the members; `%username%` is replaced by the member's name",
    )
    .value("PATH")
    .key("user_settings.home_dir")
    .optional(),
    Param::int(
        "max_sessions",
        "maximum concurrent sessions of a member; 0 means unlimited",
    )
    .key("user_settings.max_sessions")
    .optional(),
    Param::int(
        "quota_size",
        "disk quota of a member in bytes; 0 means unlimited",
    )
    .key("user_settings.quota_size")
    .optional(),
    Param::int(
        "quota_files",
        "quota of a member in number of files; 0 means unlimited",
    )
    .key("user_settings.quota_files")
    .optional(),
    Param::permissions(
        "permissions",
        PERMISSIONS,
        "permissions of the members for `/` and for folders; `*` means all",
    )
    .key("user_settings.permissions")
    .optional(),
    Param::int(
        "upload_bandwidth",
        "upload limit of a member in KB/s; 0 means unlimited",
    )
    .key("user_settings.upload_bandwidth")
    .optional(),
    Param::int(
        "download_bandwidth",
        "download limit of a member in KB/s; 0 means unlimited",
    )
    .key("user_settings.download_bandwidth")
    .optional(),
    Param::int(
        "upload_data_transfer",
        "upload quota of a member in MB; 0 means unlimited",
    )
    .key("user_settings.upload_data_transfer")
    .optional(),
    Param::int(
        "download_data_transfer",
        "download quota of a member in MB; 0 means unlimited",
    )
    .key("user_settings.download_data_transfer")
    .optional(),
    Param::int(
        "total_data_transfer",
        "total transfer quota of a member in MB (replaces the two above); 0 means unlimited",
    )
    .key("user_settings.total_data_transfer")
    .optional(),
    MOUNTS,
    storage("user_settings.filesystem.provider").only(from(4, 4)),
];
const ADD_GROUP: [Param; 17] = joined(&[NEW_GROUP], &SETTINGS, &[SET, JSON, CONFIDENTIAL]);
const UPDATE_GROUP: [Param; 17] = joined(&[GROUP], &SETTINGS, &[SET, JSON, REPLACE]);
const NO_SUCH_GROUP: StatusDoc =
    StatusDoc::new(404, "no group has this name").hint("`get_groups` lists the groups");
const GROUPS: &[(Release, &str)] = &[(v(3, 0), "manage_groups")];

const FOLDER: Param = Param::text("name", "name of the folder")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Folder);
const NEW_FOLDER: Param =
    Param::text("name", "name of the folder; it cannot be changed later").required();
const FOLDER_FIELDS: [Param; 3] = [
    Param::text("mapped_path", "absolute path of the folder on the server")
        .value("PATH")
        .optional(),
    DESCRIPTION.only(from(1, 0)),
    storage("filesystem.provider").only(from(1, 0)),
];
const ADD_FOLDER: [Param; 7] = joined(&[NEW_FOLDER], &FOLDER_FIELDS, &[SET, JSON, CONFIDENTIAL]);
const UPDATE_FOLDER: [Param; 7] = joined(&[FOLDER], &FOLDER_FIELDS, &[SET, JSON, REPLACE]);
const NO_SUCH_FOLDER: StatusDoc =
    StatusDoc::new(404, "no folder has this name").hint("`get_folders` lists the folders");

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "add_group",
        Group::Groups,
        from(3, 0),
        "add a group",
        &ADD_GROUP,
        post("/groups")
            .body(">Group")
            .returns(">Group")
            .needs(GROUPS)
            .shows(Live::Group, "name")
            .answers(ADD)
            .check("get_group_by_name {name}"),
    )
    .example(&[eg(201, "add_group contractors --home_dir /srv/sftp/%username% --quota_size 10737418240")])
    .long("The flags set what the members inherit; in the body these fields are in `user_settings`. Users join a group with `--group` and `--secondary_groups`."),
    row(
        "update_group",
        Group::Groups,
        from(3, 0),
        "change a group",
        &UPDATE_GROUP,
        put("/groups/{name}")
            .body(">Group")
            .needs(GROUPS)
            .answers(answers!(NO_SUCH_GROUP; UPDATED, BAD_OBJECT))
            .check("get_group_by_name {name}"),
    )
    .example(&[eg(200, "update_group staff --max_sessions 5")])
    .long(UPDATE_LONG),
    row(
        "get_group_by_name",
        Group::Groups,
        from(3, 0),
        "show one group",
        &[GROUP, CONFIDENTIAL],
        get("/groups/{name}").returns(">Group")
            .needs(GROUPS)
            .shows(Live::Group, "name")
            .answers(answers!(NO_SUCH_GROUP; StatusDoc::new(200, "the group with its members"))),
    )
    .also(&["group"])
    .example(&[eg(200, "get_group_by_name staff")]),
    row(
        "get_groups",
        Group::Groups,
        from(3, 0),
        "list groups, sorted by name",
        PAGE,
        get("/groups").returns("[]>Group").needs(GROUPS).shows(Live::Group, "name").answers(LIST),
    )
    .also(&["groups"])
    .example(&[eg(200, "get_groups --limit 10")])
    .long(PAGES),
    row(
        "delete_group",
        Group::Groups,
        from(3, 0),
        "delete a group",
        &[GROUP],
        delete("/groups/{name}", "the group will be deleted permanently; this fails while it has members")
            .needs(GROUPS)
            .answers(answers!(NO_SUCH_GROUP; StatusDoc::new(200, "deleted"), BAD_OBJECT, IN_USE))
            .check("get_group_by_name {name}"),
    )
    .example(&[eg(400, "delete_group partners")]),
    row(
        "add_folder",
        Group::Folders,
        Span::V2,
        "add a virtual folder",
        &ADD_FOLDER,
        post("/folders")
            .body(">BaseVirtualFolder")
            .returns(">BaseVirtualFolder")
            .needs(&[(v(0, 0), "add_users"), (v(6, 0), "manage_folders")])
            .shows(Live::Folder, "name")
            .answers(ADD)
            .check("get_folder_by_name {name}"),
    )
    .example(&[
        eg(201, "add_folder plans --mapped_path /srv/sftp/plans"),
        eg(201, "add_folder archive --mapped_path /srv/sftp/archive --description 'Closed projects'"),
        eg(201, "add_folder media --storage s3 --bucket media --region eu-central-1"),
    ])
    .long("Users and groups mount a folder with `--folder /PATH=NAME`."),
    row(
        "update_folder",
        Group::Folders,
        Span::V2,
        "change a virtual folder",
        &UPDATE_FOLDER,
        put("/folders/{name}")
            .body(">BaseVirtualFolder")
            .needs(&[(v(0, 0), "edit_users"), (v(6, 0), "manage_folders")])
            .answers(answers!(NO_SUCH_FOLDER; UPDATED, BAD_OBJECT))
            .check("get_folder_by_name {name}"),
    )
    .example(&[eg(200, "update_folder shared --mapped_path /srv/sftp/common"), eg(200, "update_folder shared --description 'For all who work here'")])
    .long(UPDATE_LONG),
    row(
        "get_folder_by_name",
        Group::Folders,
        Span::V2,
        "show one virtual folder",
        &[FOLDER, CONFIDENTIAL],
        get("/folders/{name}").returns(">BaseVirtualFolder")
            .needs(&[(v(0, 0), "view_users"), (v(6, 0), "manage_folders")])
            .shows(Live::Folder, "name")
            .answers(answers!(NO_SUCH_FOLDER; StatusDoc::new(200, "the folder with the users that mount it"))),
    )
    .also(&["folder"])
    .example(&[eg(200, "get_folder_by_name invoices")]),
    row(
        "get_folders",
        Group::Folders,
        Span::V2,
        "list virtual folders, sorted by name",
        PAGE,
        get("/folders").returns("[]>BaseVirtualFolder")
            .needs(&[(v(0, 0), "view_users"), (v(6, 0), "manage_folders")])
            .shows(Live::Folder, "name")
            .answers(LIST),
    )
    .also(&["folders"])
    .example(&[eg(200, "get_folders")])
    .long(PAGES),
    row(
        "delete_folder",
        Group::Folders,
        Span::V2,
        "delete a virtual folder",
        &[FOLDER],
        delete(
            "/folders/{name}",
            "the folder will be deleted permanently and unmounted for all users; its files stay",
        )
        .needs(&[(v(0, 0), "del_users"), (v(6, 0), "manage_folders")])
        .answers(answers!(NO_SUCH_FOLDER; StatusDoc::new(200, "deleted")))
        .check("get_folder_by_name {name}"),
    )
    .example(&[eg(200, "delete_folder invoices")]),
];
