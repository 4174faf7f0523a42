//! Names of objects on the server: which request lists them, what tells them apart, and
//! which requests change them.

use super::group::Group;
use super::row::{Command, Effect, Method};
use super::schema::{self, Field};
use super::{Api, commands};

/// The kinds of names that complete a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Live {
    /// Ids of users.
    UserId,
    /// Names of users.
    Username,
    /// Ids of connections.
    ConnectionId,
    /// Names of groups.
    Group,
    /// Names of virtual folders.
    Folder,
    /// Names of admins.
    Admin,
    /// Names of roles.
    Role,
    /// Ids of API keys.
    ApiKey,
    /// Names of event actions.
    EventAction,
    /// Names of event rules.
    EventRule,
    /// Ids of the defender's hosts.
    DefenderHost,
    /// Addresses of IP lists.
    IpOrNet,
    /// Names of TOTP configurations.
    TotpConfig,
    /// Names of the shell's settings.
    Setting,
    /// Values of the setting named before it.
    SettingValue,
    /// Names of profiles.
    Profile,
    /// Servers: names of profiles after an `@`.
    Server,
    /// Several profiles, each after an `@`, separated by commas; or `all`.
    Servers,
    /// Commands, headings and topics of `help`.
    Topic,
    /// Headings and topics, which have a page of `cheat`.
    Section,
    /// What `learn` takes: its words, courses, lessons and files.
    Learn,
    /// Lessons of the course named before it, or of the one that is on.
    Lesson,
    /// Names of files.
    File,
}

/// What is shown of an object beside its name: fields of the elements of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// This field, with the word that its number stands for.
    Field(&'static str),
    /// How much is used, in bytes, and of how much.
    Usage {
        used: &'static str,
        limit: &'static str,
    },
    /// This member of the first element of a list.
    First {
        list: &'static str,
        key: &'static str,
    },
}

use Detail::{First, Usage};

const USAGE: Detail = Usage {
    used: "used_quota_size",
    limit: "quota_size",
};
const STATUS: Detail = Detail::Field("status");
const DESCRIPTION: Detail = Detail::Field("description");

impl Live {
    /// The name of such a value in help.
    pub(super) const fn value_name(self) -> &'static str {
        match self {
            Self::UserId | Self::ConnectionId | Self::ApiKey | Self::DefenderHost => "ID",
            Self::Username | Self::Admin => "USERNAME",
            Self::File => "FILE",
            Self::Learn => "WHAT",
            Self::Lesson => "LESSON",
            Self::Role => "ROLE",
            Self::IpOrNet => "ADDRESS",
            Self::Group
            | Self::Folder
            | Self::EventAction
            | Self::EventRule
            | Self::TotpConfig
            | Self::Profile
            | Self::Setting => "NAME",
            Self::SettingValue => "VALUE",
            Self::Server => "URL",
            Self::Servers => "@NAME,@NAME",
            Self::Topic => "TOPIC",
            Self::Section => "SECTION",
        }
    }

    /// The member that people know an object by, if its name is an id.
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::UserId | Self::ConnectionId => Some("username"),
            Self::ApiKey => Some("name"),
            Self::DefenderHost => Some("ip"),
            _ => None,
        }
    }

    /// What tells one object from another, the most telling first.
    pub const fn details(self) -> &'static [Detail] {
        match self {
            Self::Username | Self::UserId => &[
                STATUS,
                USAGE,
                First {
                    list: "groups",
                    key: "name",
                },
                DESCRIPTION,
            ],
            Self::ConnectionId => &[Detail::Field("protocol"), Detail::Field("remote_address")],
            Self::Folder => &[Detail::Field("mapped_path"), DESCRIPTION],
            Self::Admin => &[STATUS, Detail::Field("role"), DESCRIPTION],
            Self::ApiKey => &[Detail::Field("scope"), DESCRIPTION],
            Self::EventAction => &[Detail::Field("type"), DESCRIPTION],
            Self::EventRule => &[STATUS, Detail::Field("trigger"), DESCRIPTION],
            Self::DefenderHost => &[Detail::Field("ban_time")],
            Self::IpOrNet => &[Detail::Field("mode"), DESCRIPTION],
            Self::Group | Self::Role => &[DESCRIPTION],
            Self::TotpConfig
            | Self::Setting
            | Self::SettingValue
            | Self::Profile
            | Self::Server
            | Self::Servers
            | Self::Topic
            | Self::Section
            | Self::Learn
            | Self::Lesson
            | Self::File => &[],
        }
    }

    /// Whether such names are those of objects on the server.
    pub const fn is_on_server(self) -> bool {
        !matches!(
            self,
            Self::Setting
                | Self::SettingValue
                | Self::Profile
                | Self::Server
                | Self::Servers
                | Self::Topic
                | Self::Section
                | Self::Learn
                | Self::Lesson
                | Self::File
        )
    }

    /// Whether such objects come and go without any request of an admin.
    pub const fn comes_and_goes(self) -> bool {
        matches!(self, Self::ConnectionId | Self::DefenderHost)
    }
}

/// A request that lists names.
#[derive(Clone, Copy, Debug)]
pub struct NameList {
    pub live: Live,
    /// The member of each element that is its name.
    pub key: &'static str,
    pub command: &'static Command,
    /// The path after the prefix.
    pub path: &'static str,
}

/// The requests of an API that list names: each reads, and needs no argument.
pub fn name_lists(api: &'static Api) -> impl Iterator<Item = NameList> {
    commands(api).filter_map(|command| {
        let route = command.route()?;
        let (live, key) = route.names?;
        let lists = route.method == Method::Get && !route.path.contains('{');
        let needs = |param: &super::Param| param.need == super::Need::Required;
        let is_list = lists && !command.params_in(api.release).any(needs);
        is_list.then_some(NameList {
            live,
            key,
            command,
            path: route.path,
        })
    })
}

/// The names that a request changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Nothing,
    Names(Live),
    /// Any of them: a backup that is loaded.
    All,
}

/// The names that a command changes if it succeeds: those of the list below whose path it is.
pub fn changed_by(api: &'static Api, command: &Command) -> Changed {
    let Some(route) = command.route() else {
        return Changed::Nothing;
    };
    if route.effect == Effect::Reads {
        return Changed::Nothing;
    }
    let is_below = |list: &NameList| {
        let rest = route.path.strip_prefix(list.path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match name_lists(api).find(is_below) {
        Some(list) => Changed::Names(list.live),
        None if command.group == Group::Server => Changed::All,
        None => Changed::Nothing,
    }
}

impl NameList {
    /// A field of its elements.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        schema::schema(self.command.route()?.item()?)?.own(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn lists_of_names_follow_from_the_table() {
        let v2 = catalog::api("v2").unwrap();
        let lists: Vec<(Live, &str)> = name_lists(v2).map(|list| (list.live, list.path)).collect();
        for expected in [
            (Live::Username, "/users"),
            (Live::Group, "/groups"),
            (Live::Folder, "/folders"),
            (Live::Role, "/roles"),
            (Live::Admin, "/admins"),
            (Live::ApiKey, "/apikeys"),
            (Live::EventRule, "/eventrules"),
            (Live::EventAction, "/eventactions"),
            (Live::ConnectionId, "/connections"),
            (Live::DefenderHost, "/defender/hosts"),
        ] {
            let found = lists.iter().filter(|list| **list == expected);
            assert_eq!(found.count(), 1, "{expected:?} in {lists:?}");
        }
        let older = catalog::at("v2", catalog::Release::new(2, 0, 4));
        assert!(name_lists(older).all(|list| list.live != Live::Role));
        let v1 = catalog::api("v1").unwrap();
        assert!(name_lists(v1).any(|list| (list.live, list.path) == (Live::UserId, "/user")));
    }

    #[test]
    fn a_write_changes_the_names_of_its_list() {
        let v2 = catalog::api("v2").unwrap();
        for (name, expected) in [
            ("add_user", Changed::Names(Live::Username)),
            ("delete_group", Changed::Names(Live::Group)),
            ("update_folder", Changed::Names(Live::Folder)),
            ("close_connection", Changed::Names(Live::ConnectionId)),
            ("get_users", Changed::Nothing),
            ("start_user_quota_scan", Changed::Nothing),
            ("loaddata_from_request_body", Changed::All),
            ("loaddata_from_file", Changed::All),
            ("help", Changed::Nothing),
        ] {
            let command = catalog::find(v2, name).expect(name);
            assert_eq!(changed_by(v2, command), expected, "{name}");
        }
    }

    #[test]
    fn details_are_fields_of_the_schema() {
        let v2 = catalog::api("v2").unwrap();
        for list in name_lists(v2) {
            for detail in list.live.details() {
                let name = match detail {
                    Detail::Field(name) => name,
                    Usage { limit, .. } => limit,
                    First { list, .. } => list,
                };
                assert!(list.field(name).is_some(), "{list:?} {name}");
            }
        }
        let users = name_lists(v2)
            .find(|list| list.live == Live::Username)
            .unwrap();
        let status = users.field("status").unwrap();
        assert!(status.choices.iter().any(|choice| choice.word == "enabled"));
    }
}
