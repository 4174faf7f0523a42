//! Event actions and event rules.

use crate::practice::go::shape::{FieldType, INT, INT64, Part, Shape, always, if_set};

use FieldType::{Bool, Ints, List, Secret, Struct, Text, Texts};

static PAIR: Shape = Shape::new(
    "dataprovider",
    "KeyValue",
    &[always("key", Text), always("value", Text)],
);

static HTTP_PART: Shape = Shape::new(
    "dataprovider",
    "HTTPPart",
    &[
        if_set("name", Text),
        if_set("filepath", Text),
        if_set("headers", List(&PAIR)),
        if_set("body", Text),
    ],
);

static HTTP: Shape = Shape::new(
    "dataprovider",
    "EventActionHTTPConfig",
    &[
        if_set("endpoint", Text),
        if_set("username", Text),
        if_set("password", Secret),
        if_set("headers", List(&PAIR)),
        if_set("timeout", INT),
        if_set("skip_tls_verify", Bool),
        if_set("method", Text),
        if_set("query_parameters", List(&PAIR)),
        if_set("body", Text),
        if_set("parts", List(&HTTP_PART)),
    ],
);

static COMMAND: Shape = Shape::new(
    "dataprovider",
    "EventActionCommandConfig",
    &[
        if_set("cmd", Text),
        if_set("args", Texts),
        if_set("timeout", INT),
        if_set("env_vars", List(&PAIR)),
    ],
);

static EMAIL: Shape = Shape::new(
    "dataprovider",
    "EventActionEmailConfig",
    &[
        if_set("recipients", Texts),
        if_set("bcc", Texts),
        if_set("subject", Text),
        if_set("body", Text),
        if_set("attachments", Texts),
        if_set("content_type", INT),
    ],
);

static KEPT: Shape = Shape::new(
    "dataprovider",
    "FolderRetention",
    &[
        always("path", Text),
        always("retention", INT),
        if_set("delete_empty_dirs", Bool),
    ],
);

static RETENTION: Shape = Shape::new(
    "dataprovider",
    "EventActionDataRetentionConfig",
    &[if_set("folders", List(&KEPT))],
);

static RENAME: Shape = Shape::new(
    "dataprovider",
    "RenameConfig",
    &[Part::Embedded(&PAIR), if_set("update_modtime", Bool)],
);

static COMPRESS: Shape = Shape::new(
    "dataprovider",
    "EventActionFsCompress",
    &[if_set("name", Text), if_set("paths", Texts)],
);

static FILES: Shape = Shape::new(
    "dataprovider",
    "EventActionFilesystemConfig",
    &[
        if_set("type", INT),
        if_set("renames", List(&RENAME)),
        if_set("mkdirs", Texts),
        if_set("deletes", Texts),
        if_set("exist", Texts),
        if_set("copy", List(&PAIR)),
        always("compress", Struct(&COMPRESS)),
    ],
);

static EXPIRATION: Shape = Shape::new(
    "dataprovider",
    "EventActionPasswordExpiration",
    &[if_set("threshold", INT)],
);

static INACTIVITY: Shape = Shape::new(
    "dataprovider",
    "EventActionUserInactivity",
    &[
        if_set("disable_threshold", INT),
        if_set("delete_threshold", INT),
    ],
);

static IDP: Shape = Shape::new(
    "dataprovider",
    "EventActionIDPAccountCheck",
    &[
        if_set("mode", INT),
        if_set("template_user", Text),
        if_set("template_admin", Text),
    ],
);

static OPTIONS: Shape = Shape::new(
    "dataprovider",
    "BaseEventActionOptions",
    &[
        always("http_config", Struct(&HTTP)),
        always("cmd_config", Struct(&COMMAND)),
        always("email_config", Struct(&EMAIL)),
        always("retention_config", Struct(&RETENTION)),
        always("fs_config", Struct(&FILES)),
        always("pwd_expiration_config", Struct(&EXPIRATION)),
        always("user_inactivity_config", Struct(&INACTIVITY)),
        always("idp_config", Struct(&IDP)),
    ],
);

/// An event action.
pub(in super::super) static ACTION: Shape = Shape::new(
    "dataprovider",
    "BaseEventAction",
    &[
        always("id", INT64),
        always("name", Text),
        if_set("description", Text),
        always("type", INT),
        always("options", Struct(&OPTIONS)),
        if_set("rules", Texts),
    ],
);

static RELATION: Shape = Shape::new(
    "dataprovider",
    "EventActionOptions",
    &[
        always("is_failure_action", Bool),
        always("stop_on_failure", Bool),
        always("execute_sync", Bool),
    ],
);

static STEP: Shape = Shape::new(
    "dataprovider",
    "EventAction",
    &[
        Part::Embedded(&ACTION),
        if_set("order", INT),
        always("relation_options", Struct(&RELATION)),
    ],
)
.showing(false, true);

static PATTERN: Shape = Shape::new(
    "dataprovider",
    "ConditionPattern",
    &[if_set("pattern", Text), if_set("inverse_match", Bool)],
);

static CONDITION_OPTIONS: Shape = Shape::new(
    "dataprovider",
    "ConditionOptions",
    &[
        if_set("names", List(&PATTERN)),
        if_set("group_names", List(&PATTERN)),
        if_set("role_names", List(&PATTERN)),
        if_set("fs_paths", List(&PATTERN)),
        if_set("protocols", Texts),
        if_set("provider_objects", Texts),
        if_set("min_size", INT64),
        if_set("max_size", INT64),
        if_set("event_statuses", Ints),
        if_set("concurrent_execution", Bool),
    ],
);

static SCHEDULE: Shape = Shape::new(
    "dataprovider",
    "Schedule",
    &[
        always("hour", Text),
        always("day_of_week", Text),
        always("day_of_month", Text),
        always("month", Text),
    ],
);

static CONDITIONS: Shape = Shape::new(
    "dataprovider",
    "EventConditions",
    &[
        if_set("fs_events", Texts),
        if_set("provider_events", Texts),
        if_set("schedules", List(&SCHEDULE)),
        if_set("idp_login_event", INT),
        always("options", Struct(&CONDITION_OPTIONS)),
    ],
);

/// An event rule.
pub(in super::super) static RULE: Shape = Shape::new(
    "dataprovider",
    "EventRule",
    &[
        always("id", INT64),
        always("name", Text),
        always("status", INT),
        if_set("description", Text),
        always("created_at", INT64),
        always("updated_at", INT64),
        always("trigger", INT),
        always("conditions", Struct(&CONDITIONS)),
        always("actions", List(&STEP)),
    ],
);
