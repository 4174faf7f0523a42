//! The rows about connections, IP lists, the defender, retention and metadata
//! checks, and the server itself.

use super::{
    BAD_OBJECT, BAD_QUERY, Command, Effect, Group, JSON, LIST, Live, Names, ORDER, OfList, Param,
    ParamPlace, REPLACE, RUNNING, Release, Remember, SERVER_ERROR, SET, Span, StatusDoc,
    UPDATE_LONG, UPDATED, answers, delete, eg, from, get, post, put, row, v,
};

const CONNECTION: Param = Param::text("connection_id", "id of the connection, from the list")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::ConnectionId);

/// The IP lists.
pub(in crate::catalog) const LISTS: Names = Names {
    words: &["allow", "defender", "rate_limiter_safe"],
    numbers: &[1, 2, 3],
};
const LIST_TYPE: Param = Param::named("type", &LISTS, "which list")
    .required()
    .at(ParamPlace::Path);
const ADDRESS: Param = Param::text("ipornet", "address or network: `192.0.2.1`, `192.0.2.0/24`")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::IpOrNet);
const MODES: Names = Names {
    words: &["allow", "deny"],
    numbers: &[1, 2],
};
const MODE_HELP: &str =
    "what happens to these addresses; `deny` is only possible in the `defender` list";
const NOTE: Param = Param::text("description", "free text note").optional();
const PROTOCOLS: Param = Param::int(
    "protocols",
    "sum of SSH 1, FTP 2, DAV 4, HTTP 8; 0 means all",
)
.within(0, 15)
.optional();
const NO_SUCH_ENTRY: StatusDoc = StatusDoc::new(
    404,
    "the list does not contain this entry; `1.2.3.4` is stored as `1.2.3.4/32`",
)
.hint("`get_ip_list_entries {type}` lists the entries");
const IP_LISTS: &[(Release, &str)] = &[(v(5, 0), "manage_ip_lists"), (v(6, 3), "*")];

const HOST: Param = Param::text(
    "id",
    "id of the host, from the list: its address as hexadecimal text",
)
.required()
.at(ParamPlace::Path)
.completed_by(Live::DefenderHost);
const NO_SUCH_HOST: StatusDoc = StatusDoc::new(404, "the defender does not list this host")
    .hint("`get_defender_hosts` lists the hosts");
const NO_HOST_ID: StatusDoc = StatusDoc::new(400, "this is not the id of a host")
    .hint("`get_defender_hosts` lists the hosts with their ids; an address is not an id");
const OLD_DEFENDER: Span = Span::between(v(0, 0), v(3, 6));
const IP: Param = Param::text("ip", "the address").required();
const VIEW_DEFENDER: &[(Release, &str)] = &[(v(0, 0), "view_defender")];
const MANAGE_DEFENDER: &[(Release, &str)] = &[(v(0, 0), "manage_defender")];

const USER: Param = Param::text("username", "login name of the user")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::Username);
const NO_SUCH_USER: StatusDoc =
    StatusDoc::new(404, "no user has this name").hint("`get_users` lists the users");
const RETENTION: &[(Release, &str)] = &[(v(2, 0), "retention_checks"), (v(6, 3), "*")];
const METADATA: Span = Span::between(v(2, 1), v(5, 6));

const SYSTEM: &[(Release, &str)] = &[(v(0, 0), "manage_system"), (v(6, 3), "*")];
const SCAN: Names = Names {
    words: &["no", "yes", "with_limits"],
    numbers: &[0, 1, 2],
};
pub(in crate::catalog) const SCAN_QUOTA: Param = Param::named(
    "scan_quota",
    &SCAN,
    "recalculate quotas: no, yes, or only for users with limits",
)
.key("scan-quota")
.default("no")
.typed()
.at(ParamPlace::Query);
const LOAD: Names = Names {
    words: &["overwrite", "keep", "disconnect"],
    numbers: &[0, 1, 2],
};
pub(in crate::catalog) const LOAD_MODE: Param = Param::named(
    "mode",
    &LOAD,
    "existing objects: overwrite, keep, or overwrite and disconnect their users",
)
.default("overwrite")
.typed()
.at(ParamPlace::Query);
pub(in crate::catalog) const LOADED: &[StatusDoc] = &[
    StatusDoc::new(200, "everything was loaded"),
    StatusDoc::new(
        400,
        "the backup cannot be read, or an object was rejected; the objects before it have been loaded",
    ),
    SERVER_ERROR,
];
pub(in crate::catalog) const LOADS: Effect = Effect::Destroys(
    "objects with the same names will be overwritten, unless you use `--mode keep`",
);

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "get_connections",
        Group::Connections,
        Span::V2,
        "list the live connections and their transfers",
        &[],
        get("/connections").returns("[]>Connection")
            .needs(&[(v(0, 0), "view_conns")])
            .remember(Remember::Connections)
            .shows(Live::ConnectionId, "connection_id")
            .answers(&[
                StatusDoc::new(
                    200,
                    "a list of connections with their transfers; times in milliseconds since 1970, sizes in bytes",
                ),
                SERVER_ERROR,
            ]),
    )
    .also(&["conns"])
    .example(&[eg(200, "get_connections")])
    .elsewhere("get_sftp_connections"),
    row(
        "close_connection",
        Group::Connections,
        Span::V2,
        "close a live connection",
        &[CONNECTION],
        super::request(super::Method::Delete, "/connections/{connection_id}")
            .needs(&[(v(0, 0), "close_conns")])
            .effect(Effect::Destroys("a transfer in progress is cut off"))
            .answers(answers!(
                StatusDoc::new(404, "no connection has this id").hint("the connection may have ended since you listed it");
                StatusDoc::new(200, "closed; it may stay in the list for a second or two")
            ))
            .check("get_connections"),
    )
    .also(&["kill"])
    .example(&[eg(200, "close_connection FTP_0_17")])
    .long("Its transfers are aborted. The user can reconnect immediately.")
    .elsewhere("close_sftp_connection"),
    row(
        "get_ip_list_entries",
        Group::IpLists,
        from(5, 0),
        "list the entries of an IP list",
        &[
            LIST_TYPE,
            Param::text("filter", "only entries that begin with this text").optional().at(ParamPlace::Query),
            Param::text("from", "continue after this entry (the last one of the previous page)")
                .optional()
                .at(ParamPlace::Query)
                .of_list(OfList::After("ipornet"))
                .completed_by(Live::IpOrNet),
            super::LIMIT,
            ORDER,
            super::ALL,
        ],
        get("/iplists/{type}").returns("[]>IPListEntry").needs(IP_LISTS).shows(Live::IpOrNet, "ipornet").answers(LIST),
    )
    .example(&[eg(200, "get_ip_list_entries defender --filter 198.51")])
    .long("The server returns at most 500 results at a time. `--all` reads all pages; without it `--from` gets the next page, until a page is short."),
    row(
        "get_ip_list_by_ipornet",
        Group::IpLists,
        from(5, 0),
        "show one entry of an IP list",
        &[LIST_TYPE, ADDRESS],
        get("/iplists/{type}/{ipornet}").returns(">IPListEntry")
            .needs(IP_LISTS)
            .shows(Live::IpOrNet, "ipornet")
            .answers(answers!(NO_SUCH_ENTRY; StatusDoc::new(200, "the entry"))),
    )
    .example(&[eg(200, "get_ip_list_by_ipornet defender 198.51.100.0/24")]),
    row(
        "add_ip_list_entry",
        Group::IpLists,
        from(5, 0),
        "add an entry to an IP list",
        &[
            LIST_TYPE.at(ParamPlace::PathAndBody),
            Param::text("ipornet", "address or network: `192.0.2.1`, `192.0.2.0/24`").required(),
            Param::named("mode", &MODES, MODE_HELP).default("allow"),
            PROTOCOLS,
            NOTE,
            SET,
            JSON,
        ],
        post("/iplists/{type}")
            .body(">IPListEntry")
            .needs(IP_LISTS)
            .answers(&[
                StatusDoc::new(201, "added; the response is a message, not the entry"),
                BAD_OBJECT,
                StatusDoc::new(409, "the entry already exists (500 before 2.6.0)"),
                SERVER_ERROR,
            ])
            .check("get_ip_list_by_ipornet {type} {ipornet}"),
    )
    .example(&[
        eg(201, "add_ip_list_entry allow 192.0.2.0/24 --description 'The office'"),
        eg(201, "add_ip_list_entry defender 203.0.113.7 --mode deny"),
    ])
    .long("The server stores `1.2.3.4` as `1.2.3.4/32`."),
    row(
        "update_ip_list_entry",
        Group::IpLists,
        from(5, 0),
        "change an entry of an IP list",
        &[
            LIST_TYPE,
            ADDRESS,
            Param::named("mode", &MODES, MODE_HELP).optional(),
            PROTOCOLS,
            NOTE,
            SET,
            JSON,
            REPLACE,
        ],
        put("/iplists/{type}/{ipornet}")
            .body(">IPListEntry")
            .needs(IP_LISTS)
            .answers(answers!(NO_SUCH_ENTRY; UPDATED, BAD_OBJECT))
            .check("get_ip_list_by_ipornet {type} {ipornet}"),
    )
    .example(&[eg(200, "update_ip_list_entry defender 198.51.100.0/24 --mode allow")])
    .long(UPDATE_LONG),
    row(
        "delete_ip_list_entry",
        Group::IpLists,
        from(5, 0),
        "delete an entry of an IP list",
        &[LIST_TYPE, ADDRESS],
        delete("/iplists/{type}/{ipornet}", "the entry will be deleted; it no longer allows or denies anything")
            .needs(IP_LISTS)
            .answers(answers!(NO_SUCH_ENTRY; StatusDoc::new(200, "deleted")))
            .check("get_ip_list_by_ipornet {type} {ipornet}"),
    )
    .example(&[eg(200, "delete_ip_list_entry defender 198.51.100.0/24")]),
    row(
        "get_defender_hosts",
        Group::Defender,
        from(1, 0),
        "list the hosts that are banned or have violations",
        &[],
        get("/defender/hosts").returns("[]>DefenderHost")
            .needs(VIEW_DEFENDER)
            .shows(Live::DefenderHost, "id")
            .answers(answers!(StatusDoc::new(404, "the defender is disabled"); StatusDoc::new(200, "a list of hosts with their scores and the end of their bans"))),
    )
    .example(&[eg(200, "get_defender_hosts")])
    .elsewhere("get_score"),
    row(
        "get_defender_host_by_id",
        Group::Defender,
        from(1, 0),
        "show one host from the defender's list",
        &[HOST],
        get("/defender/hosts/{id}").returns(">DefenderHost")
            .needs(VIEW_DEFENDER)
            .shows(Live::DefenderHost, "id")
            .answers(answers!(NO_SUCH_HOST; NO_HOST_ID, StatusDoc::new(200, "the host with its score and the end of its ban"))),
    )
    .example(&[eg(500, "get_defender_host_by_id 3139382e35312e3130302e37")])
    .elsewhere("get_ban_time"),
    row(
        "delete_defender_host_by_id",
        Group::Defender,
        from(1, 0),
        "remove a host from the defender's list (lifts the ban)",
        &[HOST],
        super::request(super::Method::Delete, "/defender/hosts/{id}")
            .needs(MANAGE_DEFENDER)
            .answers(answers!(NO_SUCH_HOST; NO_HOST_ID, StatusDoc::new(200, "removed")))
            .check("get_defender_host_by_id {id}"),
    )
    .example(&[eg(404, "delete_defender_host_by_id 3139382e35312e3130302e37")])
    .elsewhere("unban_host"),
    row(
        "get_ban_time",
        Group::Defender,
        OLD_DEFENDER,
        "show how long an address is banned",
        &[IP.at(ParamPlace::Query)],
        get("/defender/bantime")
            .needs(VIEW_DEFENDER)
            .answers(answers!(StatusDoc::new(404, "the defender does not know the address"); StatusDoc::new(200, "the end of the ban, in RFC 3339 format; `null` if the address is not banned"))),
    )
    .example(&[eg(200, "get_ban_time 198.51.100.7")])
    .elsewhere("get_defender_host_by_id"),
    row(
        "get_score",
        Group::Defender,
        OLD_DEFENDER,
        "show the defender's score of an address",
        &[IP.at(ParamPlace::Query)],
        get("/defender/score")
            .needs(VIEW_DEFENDER)
            .answers(answers!(StatusDoc::new(404, "the defender does not list this address"); StatusDoc::new(200, "the score"))),
    )
    .example(&[eg(200, "get_score 198.51.100.7")])
    .elsewhere("get_defender_hosts"),
    row(
        "unban_host",
        Group::Defender,
        OLD_DEFENDER,
        "lift the ban on an address",
        &[IP],
        post("/defender/unban")
            .body(">Address")
            .needs(MANAGE_DEFENDER)
            .answers(answers!(StatusDoc::new(404, "the address is not banned"); StatusDoc::new(200, "lifted"), BAD_OBJECT))
            .check("get_ban_time {ip}"),
    )
    .example(&[eg(200, "unban_host 198.51.100.7")])
    .elsewhere("delete_defender_host_by_id"),
    row(
        "get_users_retention_checks",
        Group::Retention,
        from(2, 0),
        "list the retention checks that are running",
        &[],
        get("/retention/users/checks").returns("[]>RetentionCheck").needs(RETENTION).answers(RUNNING),
    )
    .example(&[eg(200, "get_users_retention_checks")]),
    row(
        "start_user_retention_check",
        Group::Retention,
        Span::between(v(2, 0), v(6, 6)),
        "start a retention check: delete a user's expired files",
        &[
            USER,
            JSON,
            Param::choices("notifications", &["Hook", "Email"], "how to send the result")
                .typed()
                .at(ParamPlace::Query),
        ],
        post("/retention/users/{username}/check")
            .body("[]>FolderRetention")
            .needs(RETENTION)
            .effect(Effect::Destroys("files older than the retention time of their folder will be deleted permanently"))
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(202, "started"), BAD_OBJECT, StatusDoc::new(409, "a check for this user is already running")))
            .check("get_users_retention_checks"),
    )
    .example(&[eg(202, "start_user_retention_check carla --json '[{\"path\":\"/\",\"retention\":720}]'")])
    .long("`--json '[{\"path\":\"/\",\"retention\":720}]'` sets for each folder how many hours files are kept. 2.7.0 removed this command: use an event action instead."),
    row(
        "get_users_metadata_checks",
        Group::Retention,
        METADATA,
        "list the metadata checks that are running",
        &[],
        get("/metadata/users/checks").returns("[]>MetadataCheck").needs(&[(v(2, 1), "metadata_checks")]).answers(RUNNING),
    )
    .example(&[eg(200, "get_users_metadata_checks")]),
    row(
        "start_user_metadata_check",
        Group::Retention,
        METADATA,
        "start a metadata check: remove the metadata of deleted files",
        &[USER],
        post("/metadata/users/{username}/check")
            .needs(&[(v(2, 1), "metadata_checks")])
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(202, "started"), BAD_OBJECT, StatusDoc::new(409, "a check for this user is already running")))
            .check("get_users_metadata_checks"),
    )
    .example(&[eg(202, "start_user_metadata_check carla")]),
    row(
        "dumpdata",
        Group::Server,
        Span::V2,
        "create a backup of users, folders, admins and other objects",
        &[
            Param::text("output_file", "file in the backup folder of the server; an existing file is overwritten")
                .key("output-file")
                .optional()
                .at(ParamPlace::Query),
            Param::switch("output_data", "return the backup in the response instead of writing a file").key("output-data").query_as("1"),
            Param::switch("indent", "indent the file").query_as("1"),
            Param::choices(
                "scopes",
                &["users", "folders", "groups", "admins", "api_keys", "shares", "actions", "rules", "roles", "ip_lists", "configs"],
                "only these kinds of objects",
            )
            .typed()
            .at(ParamPlace::Query)
            .only(from(5, 0)),
        ],
        get("/dumpdata")
            .needs(SYSTEM)
            .effect(Effect::Writes)
            .reads_by("output-data")
            .confidential()
            .answers(&[
                StatusDoc::new(200, "a message, or the backup, which contains password hashes and secrets"),
                BAD_QUERY,
                SERVER_ERROR,
            ]),
    )
    .example(&[
        eg(200, "dumpdata --output_file nightly.json"),
        eg(200, "dumpdata --output_data --scopes users folders"),
    ])
    .long("Use either `--output_file` or `--output_data`. The backup contains credentials."),
    row(
        "loaddata_from_file",
        Group::Server,
        Span::V2,
        "load a backup from a file on the server",
        &[
            Param::text("input_file", "absolute path on the server").key("input-file").required().at(ParamPlace::Query),
            SCAN_QUOTA,
            LOAD_MODE,
        ],
        get("/loaddata").needs(SYSTEM).effect(LOADS).answers(LOADED),
    )
    .example(&[eg(400, "loaddata_from_file /srv/sftpgo/backups/nightly.json --mode keep")])
    .also(&["loaddata"])
    .elsewhere("loaddata")
    .long("Objects that are not in the backup are not deleted. The server stops at the first error and keeps what it has loaded so far."),
    row(
        "loaddata_from_request_body",
        Group::Server,
        Span::V2,
        "load a backup that is sent with the request",
        &[JSON, SCAN_QUOTA, LOAD_MODE],
        post("/loaddata").body(">BackupData").needs(SYSTEM).effect(LOADS).confidential().answers(LOADED),
    )
    .example(&[eg(200, r#"loaddata_from_request_body --json '{"folders":[{"name":"archive","mapped_path":"/srv/sftp/archive"}]}' --mode keep"#)])
    .long("`--json @FILE` sends the backup. Objects that are not in it are not deleted. The server stops at the first error and keeps what it has loaded so far. The limit is 10 MiB, or 20 MiB since 2.5.0."),
    row(
        "get_status",
        Group::Server,
        Span::V2,
        "show the status of the server's services",
        &[],
        get("/status").needs(&[(v(0, 0), "view_status")]).answers(&[
            StatusDoc::new(200, "the status of each service, the data provider and the defender"),
            SERVER_ERROR,
        ]),
    )
    .example(&[eg(200, "get_status")]),
    row(
        "get_version",
        Group::Server,
        Span::V2,
        "show the server's version",
        &[],
        get("/version").answers(&[StatusDoc::new(200, "version, build date, commit and features")]),
    )
    .example(&[eg(200, "get_version")]),
];
