//! The contents of a backup: the answer of `dumpdata` and the body of `loaddata`.

use super::Names;
use super::v2::server::LISTS as IP_LISTS;

/// One kind of object in a backup.
#[derive(Debug, PartialEq, Eq)]
pub struct Stored {
    /// The member of a backup that holds them.
    pub list: &'static str,
    /// Its name in `dumpdata --scopes`.
    pub scope: &'static str,
    /// The noun for one object.
    pub one: &'static str,
    /// The members that identify an object, with the words for numbers. If
    /// there are none, there is only one object.
    pub names: &'static [(&'static str, Option<&'static Names>)],
    /// Its type in `schema`, which knows the read-only members. `None` if no
    /// operation of the table sends it.
    pub object: Option<&'static str>,
    /// Other members that the server maintains.
    pub counted: &'static [&'static str],
    /// The lists of other objects in it.
    pub refers: &'static [Reference],
}

/// A list of other objects, which a dump contains in full.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    /// The member.
    pub list: &'static str,
    /// The type in `schema`. Only the name belongs to the referring object.
    pub object: &'static str,
    /// Whether the server writes the members to the other object: before 2.6.0
    /// it does so with folders (`sqlCommonAddOrUpdateFolder`).
    pub written: bool,
}

const FOLDERS: &[Reference] = &[Reference {
    list: "virtual_folders",
    object: "BaseVirtualFolder",
    written: true,
}];
const ACTIONS: &[Reference] = &[Reference {
    list: "actions",
    object: "BaseEventAction",
    written: false,
}];

const fn stored(
    list: &'static str,
    scope: &'static str,
    one: &'static str,
    names: &'static [(&'static str, Option<&'static Names>)],
    object: Option<&'static str>,
) -> Stored {
    Stored {
        list,
        scope,
        one,
        names,
        object,
        counted: &[],
        refers: &[],
    }
}

impl Stored {
    const fn counts(mut self, counted: &'static [&'static str]) -> Self {
        self.counted = counted;
        self
    }

    const fn refers(mut self, refers: &'static [Reference]) -> Self {
        self.refers = refers;
        self
    }
}

const ID: &[(&str, Option<&Names>)] = &[("id", None)];
const NAME: &[(&str, Option<&Names>)] = &[("name", None)];
const USERNAME: &[(&str, Option<&Names>)] = &[("username", None)];
const ENTRY: &[(&str, Option<&Names>)] = &[("type", Some(&IP_LISTS)), ("ipornet", None)];

/// The kinds, in the order in which the server restores them: dependencies
/// come first (`restoreBackup` of `internal/httpd/api_maintenance.go`).
pub static STORED: [Stored; 11] = [
    stored("configs", "configs", "configuration", &[], None).counts(&["updated_at"]),
    stored(
        "ip_lists",
        "ip_lists",
        "IP list entry",
        ENTRY,
        Some("IPListEntry"),
    ),
    stored("roles", "roles", "role", NAME, Some("Role")),
    stored(
        "folders",
        "folders",
        "folder",
        NAME,
        Some("BaseVirtualFolder"),
    ),
    stored("groups", "groups", "group", NAME, Some("Group")).refers(FOLDERS),
    stored("users", "users", "user", USERNAME, Some("User")).refers(FOLDERS),
    stored("admins", "admins", "admin", USERNAME, Some("Admin")),
    stored("api_keys", "api_keys", "API key", ID, Some("APIKey")),
    // `Share` of `internal/dataprovider/share.go`: these change when a share is used.
    stored("shares", "shares", "share", ID, None).counts(&[
        "created_at",
        "updated_at",
        "last_use_at",
        "used_tokens",
    ]),
    stored(
        "event_actions",
        "actions",
        "event action",
        NAME,
        Some("BaseEventAction"),
    ),
    stored(
        "event_rules",
        "rules",
        "event rule",
        NAME,
        Some("EventRuleMinimal"),
    )
    .refers(ACTIONS),
];

/// The names of the kinds.
pub const LISTS: [&str; STORED.len()] = {
    let mut names = [""; STORED.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = STORED[at].list;
        at += 1;
    }
    names
};

#[cfg(test)]
mod tests {
    use super::super::{api, find, schema};
    use super::*;

    #[test]
    fn every_kind_is_a_scope_and_a_member_of_the_body() {
        let api = api("v2").expect("a generation");
        let row = find(api, "dumpdata").expect("a row");
        let scopes = row.params.iter().find(|param| param.name == "scopes");
        let scopes = scopes.expect("a parameter").kind.choices();
        let body = schema::schema("BackupData").expect("a body");
        for kind in &STORED {
            assert!(scopes.contains(&kind.scope), "{}", kind.scope);
            assert!(body.own(kind.list).is_some(), "{}", kind.list);
        }
        assert_eq!(scopes.len(), STORED.len());
        assert_eq!(body.fields.len(), STORED.len() + 1);
    }
}
