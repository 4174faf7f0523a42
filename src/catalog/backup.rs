//! The contents of a backup: the answer of `dumpdata` and the body of `loaddata`.

use super::v2::server::LISTS as IP_LISTS;
use super::{Names, Release, Span};

/// One kind of object in a backup.
#[derive(Debug, PartialEq, Eq)]
pub struct BackupKind {
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
    /// The members that name other objects, which must exist.
    pub links: &'static [ForeignKey],
    /// The member that the server stores as a hash.
    pub hashed: Option<Hashed>,
    /// The members that the server clears in a new object, but accepts in an update.
    pub emptied: &'static [Emptied],
    /// The releases that empty them.
    pub empties_in: Span,
}

/// A member that the server empties in a new object.
#[derive(Debug, PartialEq, Eq)]
pub struct Emptied {
    /// The steps to the member.
    pub path: &'static [&'static str],
    /// The switch in it without which it means nothing.
    pub switch: Option<&'static str>,
}

/// A member that names other objects.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The member: a name, or a list of objects with a `name`.
    pub member: &'static str,
    /// The kind of the other objects.
    pub list: &'static str,
}

/// A password or key, which the server hashes unless it is a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashed {
    pub member: &'static str,
    /// How a hash begins.
    pub prefixes: &'static [&'static str],
}

impl Hashed {
    /// Whether the text is a hash.
    pub fn is_hash(self, text: &str) -> bool {
        self.prefixes.iter().any(|prefix| text.starts_with(prefix))
    }
}

/// The hashes that the server makes (`internalHashPwdPrefixes` of
/// `internal/dataprovider/dataprovider.go`).
const OWN_HASHES: &[&str] = &["$argon2id$", "$2a$"];
/// The hashes that it takes for users (`hashPwdPrefixes`).
const HASHES: &[&str] = &[
    "$argon2id$",
    "$2a$",
    "$pbkdf2-sha1$",
    "$pbkdf2-sha256$",
    "$pbkdf2-sha512$",
    "$pbkdf2-b64salt-sha256$",
    "$1$",
    "$apr1$",
    "$5$",
    "$6$",
    "$y$",
    "{MD5}",
    "{SHA256}",
    "{SHA512}",
];

const fn link(member: &'static str, list: &'static str) -> ForeignKey {
    ForeignKey { member, list }
}

/// The format versions of backups (`DumpVersion`), by the first release that writes them.
const FORMATS: &[(Release, i64)] = &[
    (Release::FIRST_V2, 6),
    (Release::new(2, 1, 0), 8),
    (Release::new(2, 2, 0), 10),
    (Release::new(2, 3, 0), 12),
    (Release::new(2, 4, 0), 13),
    (Release::new(2, 5, 0), 16),
    (Release::new(2, 7, 0), 17),
];

/// The newest format version that the table knows.
pub const NEWEST_FORMAT: i64 = FORMATS[FORMATS.len() - 1].1;

/// The format version that a release writes.
pub fn format_of(release: Release) -> i64 {
    let mut formats = FORMATS.iter().rev();
    formats
        .find(|(since, _)| *since <= release)
        .map_or(0, |(_, format)| *format)
}

/// Before this format, event rules had no status, and the server activates them.
pub const RULES_HAVE_STATUS: i64 = 15;

/// A secret that was a text before this release, which refuses the empty secret of newer
/// backups (`AzBlobFsConfig` of `vfs/vfs.go`).
pub const TEXT_BEFORE: (&[&str], Release) = (
    &["filesystem", "azblobconfig", "sas_url"],
    Release::new(2, 1, 0),
);

/// From this release on, a folder must exist before the object that uses it; before, it
/// was created with it.
pub const FOLDERS_FIRST: Release = Release::new(2, 6, 0);

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

/// What `AddUser` and `AddAdmin` of `internal/dataprovider/dataprovider.go` empty.
const SECOND_FACTOR: &[Emptied] = &[
    Emptied {
        path: &["filters", "totp_config"],
        switch: Some("enabled"),
    },
    Emptied {
        path: &["filters", "recovery_codes"],
        switch: None,
    },
];
/// The first release with second factors.
const FACTORS: Release = Release::new(2, 2, 0);
/// The last release that empties those of a new user.
const USERS_EMPTIED: Release = Release::new(2, 4, 0);

const fn stored(
    list: &'static str,
    scope: &'static str,
    one: &'static str,
    names: &'static [(&'static str, Option<&'static Names>)],
    object: Option<&'static str>,
) -> BackupKind {
    BackupKind {
        list,
        scope,
        one,
        names,
        object,
        counted: &[],
        refers: &[],
        links: &[],
        hashed: None,
        emptied: &[],
        empties_in: Span::ALL,
    }
}

impl BackupKind {
    const fn counts(mut self, counted: &'static [&'static str]) -> Self {
        self.counted = counted;
        self
    }

    const fn refers(mut self, refers: &'static [Reference]) -> Self {
        self.refers = refers;
        self
    }

    const fn links(mut self, links: &'static [ForeignKey]) -> Self {
        self.links = links;
        self
    }

    const fn hashes(mut self, member: &'static str, prefixes: &'static [&'static str]) -> Self {
        self.hashed = Some(Hashed { member, prefixes });
        self
    }

    const fn clears(mut self, members: &'static [Emptied], releases: Span) -> Self {
        self.emptied = members;
        self.empties_in = releases;
        self
    }
}

impl BackupKind {
    /// Whether the server empties this field of a new object: `filters.totp_config.enabled`.
    pub fn empties(&self, path: &str) -> bool {
        self.emptied.iter().any(|emptied| {
            let rest = path.strip_prefix(emptied.path.join(".").as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }
}

/// The kind with this member of a backup.
pub fn kind(list: &str) -> Option<&'static BackupKind> {
    STORED.iter().find(|kind| kind.list == list)
}

const ID: &[(&str, Option<&Names>)] = &[("id", None)];
const NAME: &[(&str, Option<&Names>)] = &[("name", None)];
const USERNAME: &[(&str, Option<&Names>)] = &[("username", None)];
const ENTRY: &[(&str, Option<&Names>)] = &[("type", Some(&IP_LISTS)), ("ipornet", None)];

/// The kinds, in the order in which the server restores them: dependencies
/// come first (`restoreBackup` of `internal/httpd/api_maintenance.go`).
pub static STORED: [BackupKind; 11] = [
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
    stored("groups", "groups", "group", NAME, Some("Group"))
        .refers(FOLDERS)
        .links(&[link("virtual_folders", "folders")]),
    stored("users", "users", "user", USERNAME, Some("User"))
        .refers(FOLDERS)
        .links(&[
            link("virtual_folders", "folders"),
            link("groups", "groups"),
            link("role", "roles"),
        ])
        .hashes("password", HASHES)
        .clears(SECOND_FACTOR, Span::between(FACTORS, USERS_EMPTIED)),
    stored("admins", "admins", "admin", USERNAME, Some("Admin"))
        .links(&[link("groups", "groups"), link("role", "roles")])
        .hashes("password", OWN_HASHES)
        .clears(SECOND_FACTOR, Span::from(FACTORS)),
    stored("api_keys", "api_keys", "API key", ID, Some("APIKey"))
        .links(&[link("user", "users"), link("admin", "admins")]),
    stored("shares", "shares", "share", ID, Some("Share"))
        .links(&[link("username", "users")])
        .hashes("password", OWN_HASHES),
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
    .refers(ACTIONS)
    .links(&[link("actions", "event_actions")]),
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
