//! Users and groups.

use super::storage::{FILESYSTEM, FOLDERS};
use crate::practice::go::shape::{FieldType, INT, INT64, Part, Shape, always, if_set};

use FieldType::{Bool, List, Permissions, Secret, Struct, Text, Texts};

static PATTERNS: Shape = Shape::new(
    "sdk",
    "PatternsFilter",
    &[
        always("path", Text),
        if_set("allowed_patterns", Texts),
        if_set("denied_patterns", Texts),
        if_set("deny_policy", INT),
    ],
);

static HOOKS: Shape = Shape::new(
    "sdk",
    "HooksFilter",
    &[
        always("external_auth_disabled", Bool),
        always("pre_login_disabled", Bool),
        always("check_password_disabled", Bool),
    ],
);

static BANDWIDTH: Shape = Shape::new(
    "sdk",
    "BandwidthLimit",
    &[
        always("sources", Texts),
        if_set("upload_bandwidth", INT64),
        if_set("download_bandwidth", INT64),
    ],
);

static PERIOD: Shape = Shape::new(
    "sdk",
    "TimePeriod",
    &[
        always("day_of_week", INT),
        always("from", Text),
        always("to", Text),
    ],
);

static BASE_FILTERS: Shape = Shape::new(
    "sdk",
    "BaseUserFilters",
    &[
        if_set("allowed_ip", Texts),
        if_set("denied_ip", Texts),
        if_set("denied_login_methods", Texts),
        if_set("denied_protocols", Texts),
        if_set("file_patterns", List(&PATTERNS)),
        if_set("max_upload_file_size", INT64),
        if_set("tls_username", Text),
        if_set("tls_certs", Texts),
        if_set("hooks", Struct(&HOOKS)),
        if_set("disable_fs_checks", Bool),
        if_set("web_client", Texts),
        if_set("allow_api_key_auth", Bool),
        if_set("user_type", Text),
        if_set("bandwidth_limits", List(&BANDWIDTH)),
        if_set("external_auth_cache_time", INT64),
        if_set("start_directory", Text),
        if_set("two_factor_protocols", Texts),
        if_set("ftp_security", INT),
        if_set("is_anonymous", Bool),
        if_set("default_shares_expiration", INT),
        if_set("max_shares_expiration", INT),
        if_set("password_expiration", INT),
        if_set("password_strength", INT),
        if_set("access_time", List(&PERIOD)),
    ],
);

static TOTP: Shape = Shape::new(
    "dataprovider",
    "UserTOTPConfig",
    &[
        if_set("enabled", Bool),
        if_set("config_name", Text),
        always("secret", Secret),
        if_set("protocols", Texts),
    ],
);

/// A recovery code for a lost second factor.
pub(super) static RECOVERY_CODE: Shape = Shape::new(
    "dataprovider",
    "RecoveryCode",
    &[always("secret", Secret), if_set("used", Bool)],
);

static FILTERS: Shape = Shape::new(
    "dataprovider",
    "UserFilters",
    &[
        Part::Embedded(&BASE_FILTERS),
        if_set("require_password_change", Bool),
        if_set("additional_emails", Texts),
        if_set("totp_config", Struct(&TOTP)),
        if_set("recovery_codes", List(&RECOVERY_CODE)),
    ],
);

static BASE_USER: Shape = Shape::new(
    "sdk",
    "BaseUser",
    &[
        always("id", INT64),
        always("status", INT),
        always("username", Text),
        if_set("email", Text),
        if_set("expiration_date", INT64),
        if_set("password", Text),
        if_set("public_keys", Texts),
        if_set("has_password", Bool),
        always("home_dir", Text),
        always("uid", INT),
        always("gid", INT),
        always("max_sessions", INT),
        always("quota_size", INT64),
        always("quota_files", INT),
        always("permissions", Permissions),
        if_set("used_quota_size", INT64),
        if_set("used_quota_files", INT),
        if_set("last_quota_update", INT64),
        if_set("upload_bandwidth", INT64),
        if_set("download_bandwidth", INT64),
        always("upload_data_transfer", INT64),
        always("download_data_transfer", INT64),
        always("total_data_transfer", INT64),
        if_set("used_upload_data_transfer", INT64),
        if_set("used_download_data_transfer", INT64),
        if_set("last_login", INT64),
        always("created_at", INT64),
        always("updated_at", INT64),
        if_set("first_download", INT64),
        if_set("first_upload", INT64),
        if_set("last_password_change", INT64),
        if_set("description", Text),
        if_set("additional_info", Text),
        if_set("role", Text),
    ],
);

static MEMBERSHIP: Shape = Shape::new(
    "sdk",
    "GroupMapping",
    &[always("name", Text), always("type", INT)],
);

/// A user.
pub(in super::super) static USER: Shape = Shape::new(
    "dataprovider",
    "User",
    &[
        Part::Embedded(&BASE_USER),
        always("filters", Struct(&FILTERS)),
        if_set("virtual_folders", FOLDERS),
        always("filesystem", Struct(&FILESYSTEM)),
        if_set("groups", List(&MEMBERSHIP)),
    ],
)
.showing(false, true);

static BASE_SETTINGS: Shape = Shape::new(
    "sdk",
    "BaseGroupUserSettings",
    &[
        always("home_dir", Text),
        always("max_sessions", INT),
        always("quota_size", INT64),
        always("quota_files", INT),
        always("permissions", Permissions),
        if_set("upload_bandwidth", INT64),
        if_set("download_bandwidth", INT64),
        always("upload_data_transfer", INT64),
        always("download_data_transfer", INT64),
        always("total_data_transfer", INT64),
        if_set("expires_in", INT),
        always("filters", Struct(&BASE_FILTERS)),
    ],
);

static SETTINGS: Shape = Shape::new(
    "dataprovider",
    "GroupUserSettings",
    &[
        Part::Embedded(&BASE_SETTINGS),
        always("filesystem", Struct(&FILESYSTEM)),
    ],
);

static BASE_GROUP: Shape = Shape::new(
    "sdk",
    "BaseGroup",
    &[
        always("id", INT64),
        always("name", Text),
        if_set("description", Text),
        always("created_at", INT64),
        always("updated_at", INT64),
        if_set("users", Texts),
        if_set("admins", Texts),
    ],
);

/// A group.
pub(in super::super) static GROUP: Shape = Shape::new(
    "dataprovider",
    "Group",
    &[
        Part::Embedded(&BASE_GROUP),
        if_set("user_settings", Struct(&SETTINGS)),
        if_set("virtual_folders", FOLDERS),
    ],
);
