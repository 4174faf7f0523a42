//! The rows about virtual folders, since 1.0.0; a folder is identified by its path on the server.

use super::super::build::{
    ALL, BAD_OBJECT, LIMIT, LIST, OFFSET, PAGES, SERVER_ERROR, answers, delete, eg, get, post, row,
};
use super::super::group::Group;
use super::super::live::Live;
use super::super::param::{Param, ParamPlace};
use super::super::row::{Command, StatusDoc};
use super::{V1_0_0, since};

/// The path that identifies a folder.
pub(super) const FOLDER: Param =
    Param::text("folder_path", "absolute path of the folder on the server")
        .key("mapped_path")
        .required()
        .completed_by(Live::Folder);
/// The answer if the folder does not exist.
pub(super) const NO_SUCH_FOLDER: StatusDoc =
    StatusDoc::new(404, "no folder has this path").hint("`get_folders` lists the folders");

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "get_folders",
        Group::Folders,
        since(V1_0_0),
        "list virtual folders, sorted by path",
        &[
            LIMIT,
            OFFSET,
            Param::choice(
                "order",
                &["ASC", "DESC"],
                "ASC",
                "sort order by path: ascending or descending",
            )
            .typed()
            .at(ParamPlace::Query),
            ALL,
            Param::text("folder_path", "only the folder with exactly this path")
                .optional()
                .at(ParamPlace::Query)
                .completed_by(Live::Folder)
                .value("PATH"),
        ],
        get("/folder").returns("[]>v1.BaseVirtualFolder")
            .shows(Live::Folder, "mapped_path")
            .answers(LIST),
    )
    .also(&["folders"])
    .example(&[eg(200, "get_folders --limit 10")])
    .long(PAGES),
    row(
        "add_folder",
        Group::Folders,
        since(V1_0_0),
        "add a virtual folder",
        &[FOLDER],
        post("/folder")
            .body(">v1.BaseVirtualFolder")
            .shows(Live::Folder, "mapped_path")
            .answers(&[
                StatusDoc::new(200, "the folder as stored"),
                BAD_OBJECT,
                StatusDoc::new(500, "the server failed; usually the folder already exists")
                    .hint("`get_folders --folder_path {folder_path}` shows whether it exists"),
            ])
            .check("get_folders --folder_path {folder_path}"),
    )
    .example(&[eg(200, "add_folder /srv/sftp/shared")])
    .long("Users mount a folder with their `virtual_folders`, which also adds the folder if it does not exist."),
    row(
        "delete_folder",
        Group::Folders,
        since(V1_0_0),
        "delete a virtual folder",
        &[FOLDER.key("folder_path").at(ParamPlace::Query)],
        delete(
            "/folder",
            "the folder will be deleted and unmounted for all users; its files stay",
        )
        .answers(answers!(NO_SUCH_FOLDER; StatusDoc::new(200, "deleted"), BAD_OBJECT))
        .check("get_folders --folder_path {folder_path}"),
    )
    .example(&[eg(200, "delete_folder /srv/sftp/shared")]),
];
