//! Admins, roles, API keys, IP lists, and small request bodies.

use super::user::RECOVERY_CODE;
use crate::practice::go::shape::{FieldType, INT, INT64, Shape, always, if_set};

use FieldType::{Bool, List, Secret, Struct, Text, Texts};

/// The second factor of an admin.
pub(in super::super) static ADMIN_TOTP: Shape = Shape::new(
    "dataprovider",
    "AdminTOTPConfig",
    &[
        if_set("enabled", Bool),
        if_set("config_name", Text),
        if_set("secret", Secret),
    ],
);

static PREFERENCES: Shape = Shape::new(
    "dataprovider",
    "AdminPreferences",
    &[
        if_set("hide_user_page_sections", INT),
        if_set("default_users_expiration", INT),
    ],
);

static ADMIN_FILTERS: Shape = Shape::new(
    "dataprovider",
    "AdminFilters",
    &[
        if_set("allow_list", Texts),
        if_set("allow_api_key_auth", Bool),
        if_set("require_password_change", Bool),
        always("require_two_factor", Bool),
        if_set("totp_config", Struct(&ADMIN_TOTP)),
        if_set("recovery_codes", List(&RECOVERY_CODE)),
        always("preferences", Struct(&PREFERENCES)),
    ],
);

static GROUP_OPTIONS: Shape = Shape::new(
    "dataprovider",
    "AdminGroupMappingOptions",
    &[if_set("add_to_users_as", INT)],
);

static ADMIN_GROUP: Shape = Shape::new(
    "dataprovider",
    "AdminGroupMapping",
    &[
        always("name", Text),
        always("options", Struct(&GROUP_OPTIONS)),
    ],
);

/// An admin.
pub(in super::super) static ADMIN: Shape = Shape::new(
    "dataprovider",
    "Admin",
    &[
        always("id", INT64),
        always("status", INT),
        always("username", Text),
        if_set("password", Text),
        if_set("email", Text),
        always("permissions", Texts),
        if_set("filters", Struct(&ADMIN_FILTERS)),
        if_set("description", Text),
        if_set("additional_info", Text),
        if_set("groups", List(&ADMIN_GROUP)),
        always("created_at", INT64),
        always("updated_at", INT64),
        always("last_login", INT64),
        if_set("role", Text),
    ],
)
.showing(false, true);

/// A role.
pub(in super::super) static ROLE: Shape = Shape::new(
    "dataprovider",
    "Role",
    &[
        always("id", INT64),
        always("name", Text),
        if_set("description", Text),
        always("created_at", INT64),
        always("updated_at", INT64),
        if_set("admins", Texts),
        if_set("users", Texts),
    ],
);

/// An API key; its `key` is the hash.
pub(in super::super) static API_KEY: Shape = Shape::new(
    "dataprovider",
    "APIKey",
    &[
        always("id", Text),
        always("name", Text),
        if_set("key", Text),
        always("scope", FieldType::Int("dataprovider.APIKeyScope")),
        always("created_at", INT64),
        always("updated_at", INT64),
        if_set("last_use_at", INT64),
        if_set("expires_at", INT64),
        if_set("description", Text),
        if_set("user", Text),
        if_set("admin", Text),
    ],
);

/// An entry of an IP list.
pub(in super::super) static IP_ENTRY: Shape = Shape::new(
    "dataprovider",
    "IPListEntry",
    &[
        always("ipornet", Text),
        if_set("description", Text),
        always("type", FieldType::Int("dataprovider.IPListType")),
        always("mode", INT),
        always("protocols", INT),
        always("created_at", INT64),
        always("updated_at", INT64),
    ],
);

/// What admins can change of their own account.
pub(in super::super) static PROFILE: Shape = Shape::new(
    "httpd",
    "adminProfile",
    &[
        if_set("email", Text),
        if_set("description", Text),
        always("allow_api_key_auth", Bool),
    ],
);

/// The request body of a password change.
pub(in super::super) static PASSWORD_CHANGE: Shape = Shape::new(
    "httpd",
    "pwdChange",
    &[
        always("current_password", Text),
        always("new_password", Text),
    ],
);

/// The request body of a password reset.
pub(in super::super) static PASSWORD_RESET: Shape = Shape::new(
    "httpd",
    "pwdReset",
    &[always("code", Text), always("password", Text)],
);

/// The request body that sets a used quota.
pub(in super::super) static QUOTA_USAGE: Shape = Shape::new(
    "httpd",
    "quotaUsage",
    &[
        always("used_quota_size", INT64),
        always("used_quota_files", INT),
    ],
);

/// The request body that sets a used transfer quota.
pub(in super::super) static TRANSFER_USAGE: Shape = Shape::new(
    "httpd",
    "transferQuotaUsage",
    &[
        always("used_upload_data_transfer", INT64),
        always("used_download_data_transfer", INT64),
    ],
);

/// The request body for a new TOTP secret.
pub(in super::super) static TOTP_REQUEST: Shape = Shape::new(
    "httpd",
    "generateTOTPRequest",
    &[always("config_name", Text)],
);

/// The request body that validates a passcode.
pub(in super::super) static PASSCODE: Shape = Shape::new(
    "httpd",
    "validateTOTPRequest",
    &[
        always("config_name", Text),
        always("passcode", Text),
        always("secret", Text),
    ],
);
