//! What a backup holds: the answer of `dumpdata`, the body of `loaddata`.

use super::Names;
use super::v2::server::LISTS as IP_LISTS;

/// One kind of object in a backup.
#[derive(Debug, PartialEq, Eq)]
pub struct Stored {
    /// The member of a backup that holds them.
    pub list: &'static str,
    /// What `dumpdata --scopes` calls them.
    pub scope: &'static str,
    /// What one is called.
    pub one: &'static str,
    /// The members that name one, as it is typed; the words of one that is a
    /// number. There is just one object if none names it.
    pub names: &'static [(&'static str, Option<&'static Names>)],
    /// The object of `schema` that each is: its read-only members are the
    /// server's own. None for those that no operation of the table sends.
    pub object: Option<&'static str>,
    /// What else the server counts or sets by itself.
    pub counted: &'static [&'static str],
    /// The lists of other objects in it.
    pub refers: &'static [Reference],
}

/// A list of other objects, which stand in a dump as a whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    /// The member.
    pub list: &'static str,
    /// The object of `schema` that each is. But for its name, its members are
    /// not part of what refers to it.
    pub object: &'static str,
    /// Whether the server would write them into the other object: before 2.6.0
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

/// The kinds, in the order in which the server restores them: what others need
/// comes first (`restoreBackup` of `internal/httpd/api_maintenance.go`).
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
    // `Share` of `internal/dataprovider/share.go`: what is noted when one is used.
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
