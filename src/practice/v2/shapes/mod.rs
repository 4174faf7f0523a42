//! The objects of the API at 2.7.5: their members, the order of these, and which are omitted when empty.
//!
//! The order is that of the recorded answers; of members that no response shows, that of the facts.

mod account;
mod rule;
mod storage;
mod user;

use crate::practice::go::shape::{FieldType, INT, Shape, always};

pub(super) use self::account::{
    ADMIN, ADMIN_TOTP, API_KEY, IP_ENTRY, PASSCODE, PASSWORD_CHANGE, PASSWORD_RESET, PROFILE,
    QUOTA_USAGE, ROLE, TOTP_REQUEST, TRANSFER_USAGE,
};
pub(super) use self::rule::{ACTION, RULE};
pub(super) use self::storage::{FILESYSTEM, FOLDER};
pub(super) use self::user::{GROUP, USER};

/// A dump; its lists are decoded.
pub(super) static DUMP: Shape = Shape::new(
    "dataprovider",
    "BackupData",
    &[
        always("users", FieldType::List(&USER)),
        always("groups", FieldType::List(&GROUP)),
        always("folders", FieldType::List(&FOLDER)),
        always("admins", FieldType::List(&ADMIN)),
        always("api_keys", FieldType::List(&API_KEY)),
        always("event_actions", FieldType::List(&ACTION)),
        always("event_rules", FieldType::List(&RULE)),
        always("roles", FieldType::List(&ROLE)),
        always("ip_lists", FieldType::List(&IP_ENTRY)),
        always("version", INT),
    ],
);
