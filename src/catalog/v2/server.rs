//! The rows about connections, IP lists, the defender, retention and metadata
//! checks, and the server itself.

use super::{
    BAD_OBJECT, BAD_QUERY, Command, Effect, Group, JSON, LIST, Live, Names, ORDER, Param,
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
const MODE_HELP: &str = "what comes of it; `deny` only in the defender's list";
const NOTE: Param = Param::text("description", "a note").optional();
const PROTOCOLS: Param = Param::int(
    "protocols",
    "sum of SSH 1, FTP 2, DAV 4, HTTP 8; 0 is all of them",
)
.within(0, 15)
.optional();
const NO_SUCH_ENTRY: StatusDoc = StatusDoc::new(
    404,
    "the list has no such entry; `1.2.3.4` is stored as `1.2.3.4/32`",
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
const NO_SUCH_HOST: StatusDoc = StatusDoc::new(404, "the defender has nothing on this host")
    .hint("`get_defender_hosts` lists the hosts");
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
    "whether files are counted anew: of no user, all, or those with limits",
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
    "objects that are there: overwritten, kept, or overwritten and their users disconnected",
)
.default("overwrite")
.typed()
.at(ParamPlace::Query);
pub(in crate::catalog) const LOADED: &[StatusDoc] = &[
    StatusDoc::new(200, "all of it is loaded"),
    StatusDoc::new(
        400,
        "it cannot be read, or an object is refused: what came before it is loaded all the same",
    ),
    SERVER_ERROR,
];
pub(in crate::catalog) const LOADS: Effect =
    Effect::Destroys("objects of the same names are overwritten, unless `--mode keep` is given");

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "get_connections",
        Group::Connections,
        Span::V2,
        "list the live connections and their transfers",
        &[],
        get("/connections")
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
            .answers(answers!(
                StatusDoc::new(404, "no connection has this id").hint("the list may be seconds old: connections end by themselves");
                StatusDoc::new(200, "closed; it may stay in the list for a second or two")
            ))
            .check("get_connections"),
    )
    .example(&[eg(200, "close_connection FTP_0_17")])
    .long("Its transfers are cut off. The user may connect again at once.")
    .elsewhere("close_sftp_connection"),
    row(
        "get_ip_list_entries",
        Group::IpLists,
        from(5, 0),
        "list the entries of an IP list",
        &[
            LIST_TYPE,
            Param::text("filter", "only those that begin so").optional().at(ParamPlace::Query),
            Param::text("from", "behind this entry: the last of the page before")
                .optional()
                .at(ParamPlace::Query)
                .completed_by(Live::IpOrNet),
            super::LIMIT,
            ORDER,
        ],
        get("/iplists/{type}").needs(IP_LISTS).shows(Live::IpOrNet, "ipornet").answers(LIST),
    )
    .example(&[eg(200, "get_ip_list_entries defender --filter 198.51")])
    .long("The server gives at most 500 at a time: page with --from until a page is short."),
    row(
        "get_ip_list_by_ipornet",
        Group::IpLists,
        from(5, 0),
        "show one entry of an IP list",
        &[LIST_TYPE, ADDRESS],
        get("/iplists/{type}/{ipornet}")
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
                StatusDoc::new(201, "added; the answer is a message, not the entry"),
                BAD_OBJECT,
                StatusDoc::new(409, "the entry is there already; before 2.6.0 that is 500"),
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
        delete("/iplists/{type}/{ipornet}", "the entry goes; what it allowed or denied no longer is")
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
        get("/defender/hosts")
            .needs(VIEW_DEFENDER)
            .shows(Live::DefenderHost, "id")
            .answers(answers!(StatusDoc::new(404, "the defender is off"); StatusDoc::new(200, "a list of hosts with their scores, and until when they are banned"))),
    )
    .example(&[eg(200, "get_defender_hosts")])
    .elsewhere("get_score"),
    row(
        "get_defender_host_by_id",
        Group::Defender,
        from(1, 0),
        "show one host of the defender",
        &[HOST],
        get("/defender/hosts/{id}")
            .needs(VIEW_DEFENDER)
            .shows(Live::DefenderHost, "id")
            .answers(answers!(NO_SUCH_HOST; StatusDoc::new(200, "the host with its score, and until when it is banned"))),
    )
    .example(&[eg(404, "get_defender_host_by_id 3139382e35312e3130302e37")])
    .elsewhere("get_ban_time"),
    row(
        "delete_defender_host_by_id",
        Group::Defender,
        from(1, 0),
        "forget a host: it is no longer banned",
        &[HOST],
        super::request(super::Method::Delete, "/defender/hosts/{id}")
            .needs(MANAGE_DEFENDER)
            .answers(answers!(NO_SUCH_HOST; StatusDoc::new(200, "forgotten")))
            .check("get_defender_host_by_id {id}"),
    )
    .example(&[eg(404, "delete_defender_host_by_id 3139382e35312e3130302e37")])
    .elsewhere("unban_host"),
    row(
        "get_ban_time",
        Group::Defender,
        OLD_DEFENDER,
        "show until when an address is banned",
        &[IP.at(ParamPlace::Query)],
        get("/defender/bantime")
            .needs(VIEW_DEFENDER)
            .answers(answers!(StatusDoc::new(404, "the address is not banned"); StatusDoc::new(200, "the time in RFC 3339"))),
    )
    .elsewhere("get_defender_host_by_id"),
    row(
        "get_score",
        Group::Defender,
        OLD_DEFENDER,
        "show the defender's score of an address",
        &[IP.at(ParamPlace::Query)],
        get("/defender/score")
            .needs(VIEW_DEFENDER)
            .answers(answers!(StatusDoc::new(404, "the defender has nothing on the address"); StatusDoc::new(200, "the score"))),
    )
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
    .elsewhere("delete_defender_host_by_id"),
    row(
        "get_users_retention_checks",
        Group::Retention,
        from(2, 0),
        "list the retention checks that are running",
        &[],
        get("/retention/users/checks").needs(RETENTION).answers(RUNNING),
    )
    .example(&[eg(200, "get_users_retention_checks")]),
    row(
        "start_user_retention_check",
        Group::Retention,
        Span::between(v(2, 0), v(6, 6)),
        "delete a user's files that are older than they may be",
        &[
            USER,
            JSON,
            Param::choices("notifications", &["Hook", "Email"], "who is told of the result")
                .typed()
                .at(ParamPlace::Query),
        ],
        post("/retention/users/{username}/check")
            .body("[]>FolderRetention")
            .needs(RETENTION)
            .effect(Effect::Destroys("files that are older than their folder's retention go for good"))
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(202, "started"), BAD_OBJECT, StatusDoc::new(409, "a check of this user is running")))
            .check("get_users_retention_checks"),
    )
    .long("`--json '[{\"path\":\"/\",\"retention\":720}]'` says for each folder how many hours files may stay. Gone in 2.7.0: use an event action."),
    row(
        "get_users_metadata_checks",
        Group::Retention,
        METADATA,
        "list the metadata checks that are running",
        &[],
        get("/metadata/users/checks").needs(&[(v(2, 1), "metadata_checks")]).answers(RUNNING),
    ),
    row(
        "start_user_metadata_check",
        Group::Retention,
        METADATA,
        "drop metadata of files that are no longer there",
        &[USER],
        post("/metadata/users/{username}/check")
            .needs(&[(v(2, 1), "metadata_checks")])
            .answers(answers!(NO_SUCH_USER; StatusDoc::new(202, "started"), BAD_OBJECT, StatusDoc::new(409, "a check of this user is running")))
            .check("get_users_metadata_checks"),
    ),
    row(
        "dumpdata",
        Group::Server,
        Span::V2,
        "write a backup of users, folders, admins and so on",
        &[
            Param::text("output_file", "file below the server's folder of backups; one that is there is overwritten")
                .key("output-file")
                .optional()
                .at(ParamPlace::Query),
            Param::switch("output_data", "answer with the backup instead of writing it").key("output-data").query_as("1"),
            Param::switch("indent", "indent the file").query_as("1"),
            Param::choices(
                "scopes",
                &["users", "folders", "groups", "admins", "api_keys", "shares", "actions", "rules", "roles", "ip_lists", "configs"],
                "only these",
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
                StatusDoc::new(200, "a message, or the backup: it holds hashes and secrets"),
                BAD_QUERY,
                SERVER_ERROR,
            ]),
    )
    .example(&[
        eg(200, "dumpdata --output_file nightly.json"),
        eg(200, "dumpdata --output_data --scopes users folders"),
    ])
    .long("Takes `--output_file` or `--output_data`. Either way the backup is a store of credentials."),
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
    .long("What is not in the backup is not deleted. It stops at the first error, and nothing is taken back."),
    row(
        "loaddata_from_request_body",
        Group::Server,
        Span::V2,
        "load a backup that is sent with the request",
        &[JSON, SCAN_QUOTA, LOAD_MODE],
        post("/loaddata").body(">BackupData").needs(SYSTEM).effect(LOADS).confidential().answers(LOADED),
    )
    .example(&[eg(200, r#"loaddata_from_request_body --json '{"folders":[{"name":"archive","mapped_path":"/srv/sftp/archive"}]}' --mode keep"#)])
    .long("`--json @FILE` is the backup. What is not in it is not deleted. It stops at the first error, and nothing is taken back. The server takes 10 MiB, from 2.5.0 on 20 MiB."),
    row(
        "get_status",
        Group::Server,
        Span::V2,
        "show the state of the server's services",
        &[],
        get("/status").needs(&[(v(0, 0), "view_status")]).answers(&[
            StatusDoc::new(200, "services, data provider, defender and so on, each with its state"),
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
