//! The rows about the server itself: its version, its database, its backups.

use super::super::build::{BAD_QUERY, SERVER_ERROR, eg, get, row};
use super::super::group::Group;
use super::super::param::{Param, ParamPlace};
use super::super::row::{Command, Effect, StatusDoc};
use super::super::v2::server::{LOAD_MODE, LOADED, LOADS, SCAN_QUOTA};
use super::super::{Names, Span};
use super::{V0_9_4, V0_9_5, V0_9_6, V1_0_0, V1_1_0, since, switch};

const OLD_LOAD: Names = Names {
    words: &["overwrite", "keep"],
    numbers: &[0, 1],
};

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "dumpdata",
        Group::Server,
        since(V0_9_5),
        "save a backup of users (and folders, since 1.0.0) on the server",
        &[
            Param::text(
                "output_file",
                "file in the backup folder of the server; an existing file is overwritten",
            )
            .required()
            .at(ParamPlace::Query),
            switch("indent", "indent the file")
                .only(since(V0_9_6)),
        ],
        get("/dumpdata").effect(Effect::Writes).answers(&[
            StatusDoc::new(200, "a message; the backup contains password hashes and secrets"),
            BAD_QUERY,
            SERVER_ERROR,
        ]),
    )
    .example(&[eg(200, "dumpdata backup.json"), eg(200, "dumpdata backup.json --indent")])
    .long("The backup contains credentials."),
    row(
        "loaddata",
        Group::Server,
        since(V0_9_5),
        "load a backup of users and folders from a file on the server",
        &[
            Param::text("input_file", "absolute path on the server")
                .required()
                .at(ParamPlace::Query),
            SCAN_QUOTA.key("scan_quota"),
            Param::named("mode", &OLD_LOAD, "existing objects: overwrite or keep")
                .default("overwrite")
                .typed()
                .at(ParamPlace::Query)
                .only(Span::between(V0_9_5, V1_0_0)),
            LOAD_MODE.only(since(V1_1_0)),
        ],
        get("/loaddata").effect(LOADS).answers(LOADED),
    )
    .example(&[eg(200, "loaddata /srv/sftpgo/backups/backup.json --mode keep")])
    .long("Objects that are not in the backup are not deleted. The server stops at the first error and keeps what it has loaded so far."),
    row(
        "get_provider_status",
        Group::Server,
        since(V0_9_4),
        "check whether the server can reach its database",
        &[],
        get("/providerstatus").answers(&[StatusDoc::new(200, "the database answers"), SERVER_ERROR]),
    )
    .example(&[eg(200, "get_provider_status")])
    .elsewhere("get_status"),
    row(
        "get_version",
        Group::Server,
        Span::FROM_0_9_1,
        "show the server's version",
        &[],
        get("/version").answers(&[StatusDoc::new(200, "version, build date and commit")]),
    )
    .example(&[eg(200, "get_version")]),
];
