//! The headings of `help`, and their order.

/// The groups of `help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Users,
    Groups,
    Folders,
    Admins,
    Roles,
    ApiKeys,
    Account,
    Connections,
    Quota,
    EventManager,
    Events,
    IpLists,
    Defender,
    Retention,
    Server,
    Recipes,
    Teach,
    Raw,
    Shell,
}

impl Group {
    /// The groups in the order of `help`.
    pub const ALL: &'static [Self] = &[
        Self::Users,
        Self::Groups,
        Self::Folders,
        Self::Admins,
        Self::Roles,
        Self::ApiKeys,
        Self::Account,
        Self::Connections,
        Self::Quota,
        Self::EventManager,
        Self::Events,
        Self::IpLists,
        Self::Defender,
        Self::Retention,
        Self::Server,
        Self::Recipes,
        Self::Teach,
        Self::Raw,
        Self::Shell,
    ];

    /// The group with this heading: `virtual folders`, or `virtual_folders`.
    pub fn titled(title: &str) -> Option<Self> {
        let title = title.replace('_', " ");
        let mut all = Self::ALL.iter().copied();
        all.find(|group| group.title().eq_ignore_ascii_case(&title))
    }

    /// The heading as one word.
    pub fn word(self) -> String {
        self.title().replace(' ', "_")
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Folders => "virtual folders",
            Self::Admins => "admins",
            Self::Roles => "roles",
            Self::ApiKeys => "API keys",
            Self::Account => "your own account",
            Self::EventManager => "event actions and rules",
            Self::Events => "events",
            Self::IpLists => "IP lists",
            Self::Defender => "defender",
            Self::Retention => "retention and metadata checks",
            Self::Connections => "connections",
            Self::Quota => "quota",
            Self::Server => "server",
            Self::Recipes => "recipes",
            Self::Teach => "inspect requests",
            Self::Raw => "raw requests",
            Self::Shell => "shell",
        }
    }
}
