//! The objects of the API at 2.7.5: which members they have, in which order, and which are left out
//! when they are empty.
//!
//! The order is that of the recorded answers; of members that no answer shows, that of the facts.

mod account;
mod rule;
mod storage;
mod user;

pub(super) use self::account::{
    ADMIN, ADMIN_TOTP, API_KEY, IP_ENTRY, PASSCODE, PASSWORD_CHANGE, PASSWORD_RESET, PROFILE,
    QUOTA_USAGE, ROLE, TOTP_REQUEST, TRANSFER_USAGE,
};
pub(super) use self::rule::{ACTION, RULE};
pub(super) use self::storage::{FILESYSTEM, FOLDER, SECRET};
pub(super) use self::user::{GROUP, USER};

/// A whole dump, of which the lists are decoded.
pub(super) static DUMP: super::shape::Shape = {
    use super::shape::{INT, Kind, Shape, always};
    Shape::new(
        "dataprovider",
        "BackupData",
        &[
            always("users", Kind::List(&USER)),
            always("groups", Kind::List(&GROUP)),
            always("folders", Kind::List(&FOLDER)),
            always("admins", Kind::List(&ADMIN)),
            always("api_keys", Kind::List(&API_KEY)),
            always("event_actions", Kind::List(&ACTION)),
            always("event_rules", Kind::List(&RULE)),
            always("roles", Kind::List(&ROLE)),
            always("ip_lists", Kind::List(&IP_ENTRY)),
            always("version", INT),
        ],
    )
};
