//! The rows about event actions and rules, and about recorded events.

use super::super::Unit;
use super::{
    ADD, BAD_OBJECT, BAD_QUERY, CONFIDENTIAL, Command, DESCRIPTION, Group, IN_USE, Items, JSON,
    LIST, Live, Names, OfList, PAGE, PAGES, Param, ParamPlace, REPLACE, Release, SERVER_ERROR, SET,
    Span, StatusDoc, UPDATE_LONG, UPDATED, answers, delete, eg, from, get, joined, post, put, row,
    v,
};

const RULES: &[(Release, &str)] = &[(v(4, 0), "manage_event_rules"), (v(6, 3), "*")];

const ACTION: Param = Param::text("name", "name of the action")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::EventAction);
const NEW_ACTION: Param =
    Param::text("name", "name of the action; it cannot be changed later").required();
const ACTIONS: Names = Names {
    words: &[
        "http",
        "command",
        "email",
        "backup",
        "user_quota_reset",
        "folder_quota_reset",
        "transfer_quota_reset",
        "data_retention",
        "filesystem",
        "metadata_check",
        "password_expiration",
        "user_expiration",
        "idp_account_check",
        "user_inactivity",
        "rotate_log",
    ],
    numbers: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
};
const TYPE: Param = Param::named(
    "type",
    &ACTIONS,
    "action type; other fields with `--set options.…`",
)
.optional();
const NO_SUCH_ACTION: StatusDoc =
    StatusDoc::new(404, "no action has this name").hint("`get_event_actions` lists the actions");

const RULE: Param = Param::text("name", "name of the rule")
    .required()
    .at(ParamPlace::Path)
    .completed_by(Live::EventRule);
const NEW_RULE: Param =
    Param::text("name", "name of the rule; it cannot be changed later").required();
const TRIGGERS: Names = Names {
    words: &[
        "fs_event",
        "provider_event",
        "schedule",
        "ip_blocked",
        "certificate",
        "on_demand",
        "idp_login",
    ],
    numbers: &[1, 2, 3, 4, 5, 6, 7],
};
const FILE_EVENTS: &[&str] = &[
    "upload",
    "download",
    "delete",
    "rename",
    "mkdir",
    "rmdir",
    "copy",
    "ssh_cmd",
    "pre-upload",
    "pre-download",
    "pre-delete",
    "first-upload",
    "first-download",
];
const RULE_FIELDS: [Param; 6] = [
    Param::named(
        "trigger",
        &TRIGGERS,
        "trigger; a new rule has the one of `--event`, `--provider_event` or `--schedule`",
    )
    .optional(),
    DESCRIPTION,
    Param::choices("event", FILE_EVENTS, "events of files that start the rule")
        .key("conditions.fs_events")
        .implies("trigger", 1)
        .optional(),
    Param::choices(
        "provider_event",
        &["add", "update", "delete"],
        "changes of users and other objects that start the rule",
    )
    .key("conditions.provider_events")
    .implies("trigger", 2)
    .optional(),
    Param::list(
        "schedule",
        "when the rule starts, as in cron, at the start of an hour: '0 3 * * *'",
    )
    .key("conditions.schedules")
    .items(Items::Schedules)
    .implies("trigger", 3)
    .optional(),
    Param::list("action", "actions, in the order in which they run")
        .key("actions")
        .items(Items::Actions)
        .optional()
        .completed_by(Live::EventAction),
];
const ADD_RULE: [Param; 11] = joined(
    &[NEW_RULE, super::ADD_STATUS.only(from(5, 0))],
    &RULE_FIELDS,
    &[SET, JSON, CONFIDENTIAL],
);
const UPDATE_RULE: [Param; 11] = joined(
    &[RULE, super::UPDATE_STATUS.only(from(5, 0))],
    &RULE_FIELDS,
    &[SET, JSON, REPLACE],
);
const NO_SUCH_RULE: StatusDoc =
    StatusDoc::new(404, "no rule has this name").hint("`get_event_rules` lists the rules");

const START: Param = Param::int(
    "start_timestamp",
    "earliest time, in nanoseconds since 1970; 0 means no limit",
)
.unit(Unit::Nanoseconds)
.within(0, i64::MAX)
.typed()
.at(ParamPlace::Query);
const END: Param = Param::int(
    "end_timestamp",
    "latest time, in nanoseconds since 1970; 0 means no limit",
)
.unit(Unit::Nanoseconds)
.within(0, i64::MAX)
.typed()
.at(ParamPlace::Query);
const PROTOCOLS: Param = Param::choices(
    "protocols",
    &[
        "SSH",
        "SFTP",
        "SCP",
        "FTP",
        "DAV",
        "HTTP",
        "HTTPShare",
        "DataRetention",
        "EventAction",
        "OIDC",
    ],
    "only events of these protocols",
)
.typed()
.at(ParamPlace::Query);
const INSTANCES: Param = Param::list("instance_ids", "only events of these server instances")
    .value("ID")
    .typed()
    .at(ParamPlace::Query);
const FROM_ID: Param = Param::text(
    "from_id",
    "continue after this event (the last one of the previous page)",
)
.value("ID")
.optional()
.at(ParamPlace::Query)
.of_list(OfList::After("id"))
.only(from(5, 1));
const EXCLUDE_IDS: Param = Param::list(
    "exclude_ids",
    "skip these events: those with the last timestamp of the previous page",
)
.value("ID")
.typed()
.at(ParamPlace::Query)
.only(Span::between(v(2, 0), v(5, 0)));
const ROLE: Param = Param::text("role", "only events of users with this role")
    .optional()
    .at(ParamPlace::Query)
    .completed_by(Live::Role)
    .only(from(5, 0));
const CSV: Param = Param::switch(
    "csv_export",
    "return all events as CSV; `--limit` is ignored",
)
.query_as("true")
.of_list(OfList::Csv)
.only(from(5, 0));
const MOST: Param = Param::int("limit", "maximum number of results")
    .within(1, 1000)
    .default("100")
    .typed()
    .of_list(OfList::Limit)
    .at(ParamPlace::Query);
const ORDER: Param = Param::choice(
    "order",
    &["ASC", "DESC"],
    "DESC",
    "sort order by time: ascending or descending",
)
.typed()
.at(ParamPlace::Query);
const BY: Param = Param::text("username", "only events of this user")
    .optional()
    .at(ParamPlace::Query)
    .completed_by(Live::Username);
const ADMIN_BY: Param = Param::text("username", "only events of this admin or user")
    .optional()
    .at(ParamPlace::Query)
    .completed_by(Live::Admin);
const IP: Param = Param::text("ip", "only events from this address")
    .value("ADDRESS")
    .optional()
    .at(ParamPlace::Query);
const FOUND: &[StatusDoc] = &[
    StatusDoc::new(200, "a list of events; times in nanoseconds since 1970"),
    BAD_QUERY,
    SERVER_ERROR,
    StatusDoc::new(
        501,
        "event search needs a plugin, which the default installation does not have",
    ),
];
const SEARCH_LONG: &str = "The server needs a plugin for event search. Use `--from_id` and the timestamps to get the next page.";
const VIEW: &[(Release, &str)] = &[(v(2, 0), "view_events")];

pub(in crate::catalog) const ROWS: &[Command] = &[
    row(
        "add_event_action",
        Group::EventManager,
        from(4, 0),
        "add an event action",
        &[NEW_ACTION, TYPE, DESCRIPTION, SET, JSON, CONFIDENTIAL],
        post("/eventactions")
            .body(">BaseEventAction")
            .returns(">BaseEventAction")
            .needs(RULES)
            .shows(Live::EventAction, "name")
            .answers(ADD)
            .check("get_event_action_by_name {name}"),
    )
    .example(&[eg(201, "add_event_action tell --type http --set options.http_config.endpoint=https://example.com/hook options.http_config.method=POST options.http_config.timeout=10")])
    .long("The required fields depend on the type; press Tab after `--set ` to list them."),
    row(
        "update_event_action",
        Group::EventManager,
        from(4, 0),
        "change an event action",
        &[ACTION, TYPE, DESCRIPTION, SET, JSON, REPLACE],
        put("/eventactions/{name}")
            .body(">BaseEventAction")
            .needs(RULES)
            .answers(answers!(NO_SUCH_ACTION; UPDATED, BAD_OBJECT))
            .check("get_event_action_by_name {name}"),
    )
    .example(&[eg(200, "update_event_action backup-data --description 'All data, each night'")])
    .long(UPDATE_LONG),
    row(
        "get_event_action_by_name",
        Group::EventManager,
        from(4, 0),
        "show one event action",
        &[ACTION, CONFIDENTIAL],
        get("/eventactions/{name}").returns(">BaseEventAction")
            .needs(RULES)
            .shows(Live::EventAction, "name")
            .answers(answers!(NO_SUCH_ACTION; StatusDoc::new(200, "the action, with the rules that use it"))),
    )
    .example(&[eg(200, "get_event_action_by_name backup-data")]),
    row(
        "get_event_actions",
        Group::EventManager,
        from(4, 0),
        "list event actions, sorted by name",
        PAGE,
        get("/eventactions").returns("[]>BaseEventAction").needs(RULES).shows(Live::EventAction, "name").answers(LIST),
    )
    .example(&[eg(200, "get_event_actions")])
    .also(&["get_event_actons"])
    .long(PAGES),
    row(
        "delete_event_action",
        Group::EventManager,
        from(4, 0),
        "delete an event action",
        &[ACTION],
        delete("/eventactions/{name}", "the action will be deleted permanently; this fails while a rule uses it")
            .needs(RULES)
            .answers(answers!(NO_SUCH_ACTION; StatusDoc::new(200, "deleted"), BAD_OBJECT, IN_USE))
            .check("get_event_action_by_name {name}"),
    )
    .example(&[eg(400, "delete_event_action backup-data")]),
    row(
        "add_event_rule",
        Group::EventManager,
        from(4, 0),
        "add an event rule",
        &ADD_RULE,
        post("/eventrules")
            .body(">EventRuleMinimal")
            .returns(">EventRuleMinimal")
            .needs(RULES)
            .shows(Live::EventRule, "name")
            .answers(ADD)
            .check("get_event_rule_by_name {name}"),
    )
    .example(&[eg(201, "add_event_rule weekly --schedule '0 3 * * 1' --action backup-data"), eg(201, "add_event_rule on-blocked --trigger ip_blocked --action backup-data")])
    .long("A rule needs a trigger and at least one action."),
    row(
        "update_event_rule",
        Group::EventManager,
        from(4, 0),
        "change an event rule",
        &UPDATE_RULE,
        put("/eventrules/{name}")
            .body(">EventRuleMinimal")
            .needs(RULES)
            .answers(answers!(NO_SUCH_RULE; UPDATED, BAD_OBJECT))
            .check("get_event_rule_by_name {name}"),
    )
    .example(&[eg(200, "update_event_rule nightly --description 'Runs at 1 and 13'"), eg(200, "update_event_rule nightly --status disabled")])
    .long(UPDATE_LONG),
    row(
        "get_event_rule_by_name",
        Group::EventManager,
        from(4, 0),
        "show one event rule",
        &[RULE, CONFIDENTIAL],
        get("/eventrules/{name}").returns(">EventRuleMinimal")
            .needs(RULES)
            .shows(Live::EventRule, "name")
            .answers(answers!(NO_SUCH_RULE; StatusDoc::new(200, "the rule, with its actions in full"))),
    )
    .example(&[eg(200, "get_event_rule_by_name nightly")])
    .also(&["get_event_rile_by_name"]),
    row(
        "get_event_rules",
        Group::EventManager,
        from(4, 0),
        "list event rules, sorted by name",
        PAGE,
        get("/eventrules").returns("[]>EventRuleMinimal").needs(RULES).shows(Live::EventRule, "name").answers(LIST),
    )
    .example(&[eg(200, "get_event_rules")])
    .long(PAGES),
    row(
        "delete_event_rule",
        Group::EventManager,
        from(4, 0),
        "delete an event rule",
        &[RULE],
        delete("/eventrules/{name}", "the rule will be deleted permanently; its actions stay")
            .needs(RULES)
            .answers(answers!(NO_SUCH_RULE; StatusDoc::new(200, "deleted")))
            .check("get_event_rule_by_name {name}"),
    )
    .example(&[eg(200, "delete_event_rule nightly")]),
    row(
        "run_event_rule",
        Group::EventManager,
        from(5, 0),
        "run an on-demand event rule",
        &[RULE],
        post("/eventrules/run/{name}")
            .needs(&[(v(5, 0), "manage_event_rules"), (v(6, 3), "*")])
            .answers(answers!(NO_SUCH_RULE; StatusDoc::new(202, "started; see the server's log for the result"),
                StatusDoc::new(400, "the rule is disabled, or its trigger is not `on_demand`")))
            .check("get_event_rule_by_name {name}"),
    )
    .example(&[eg(202, "run_event_rule rotate-now")]),
    row(
        "get_fs_events",
        Group::Events,
        from(2, 0),
        "search file system events",
        &[
            START,
            END,
            Param::choices(
                "actions",
                &["download", "upload", "first-upload", "first-download", "delete", "rename", "mkdir", "rmdir", "ssh_cmd"],
                "only these actions",
            )
            .typed()
            .at(ParamPlace::Query),
            BY,
            IP,
            Param::text("ssh_cmd", "only events of this SSH command").optional().at(ParamPlace::Query),
            Param::named(
                "fs_provider",
                &Names {
                    words: &["local", "s3", "gcs", "azblob", "crypt", "sftp", "http"],
                    numbers: &[0, 1, 2, 3, 4, 5, 6],
                },
                "only events of this storage backend",
            )
            .optional()
            .at(ParamPlace::Query),
            Param::text("bucket", "only events of this bucket").optional().at(ParamPlace::Query),
            Param::text("endpoint", "only events of this endpoint").optional().at(ParamPlace::Query),
            PROTOCOLS,
            Param::choices("statuses", &["1", "2", "3"], "only events that succeeded (1), failed (2) or exceeded a quota (3)")
                .typed()
                .at(ParamPlace::Query),
            INSTANCES,
            FROM_ID,
            EXCLUDE_IDS,
            ROLE,
            CSV,
            MOST,
            ORDER,
        ],
        get("/events/fs").returns("[]>FsEvent").needs(VIEW).answers(FOUND),
    )
    .example(&[eg(501, "get_fs_events --actions upload --username carla --limit 10")])
    .long(SEARCH_LONG),
    row(
        "get_provider_events",
        Group::Events,
        from(2, 0),
        "search provider events (changes to users, folders and other objects)",
        &[
            START,
            END,
            Param::choices("actions", &["add", "update", "delete"], "only these actions")
                .typed()
                .at(ParamPlace::Query),
            ADMIN_BY,
            IP,
            Param::text("object_name", "only events of the object with this name").value("NAME").optional().at(ParamPlace::Query),
            Param::choices(
                "object_types",
                &["user", "folder", "group", "admin", "api_key", "share", "event_action", "event_rule", "role"],
                "only events of these types of objects",
            )
            .typed()
            .at(ParamPlace::Query),
            INSTANCES,
            FROM_ID,
            EXCLUDE_IDS,
            ROLE,
            CSV,
            Param::switch("omit_object_data", "leave out the objects themselves").query_as("true"),
            MOST,
            ORDER,
        ],
        get("/events/provider").returns("[]>ProviderEvent").needs(VIEW).answers(FOUND),
    )
    .example(&[eg(501, "get_provider_events --actions delete --object_types user --omit_object_data")])
    .long(SEARCH_LONG),
    row(
        "get_log_events",
        Group::Events,
        // Its document has a wrong path, `/events/log`, up to 2.6.6.
        from(5, 1),
        "search log events (logins and connection failures)",
        &[
            START,
            END,
            Param::choices("events", &["1", "2", "3", "4", "5"], "only these types of events, by number")
                .typed()
                .at(ParamPlace::Query),
            BY,
            IP,
            PROTOCOLS,
            INSTANCES,
            FROM_ID,
            ROLE,
            CSV,
            MOST,
            ORDER,
        ],
        get("/events/logs").returns("[]>LogEvent").needs(VIEW).answers(FOUND),
    )
    .example(&[eg(501, "get_log_events --ip 198.51.100.7 --limit 10")])
    .long(SEARCH_LONG),
];
