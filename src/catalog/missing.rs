//! What a server says when an object names another one that does not exist: it is the text
//! of its database, which names neither.

use super::backup::STORED;
use super::schema::schema;
use crate::text::clean;
use serde_json::Value as Json;

/// A kind of object that others name.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing {
    /// The kind, as the member of a backup.
    pub list: &'static str,
    /// The noun for one object.
    pub one: &'static str,
    /// The members of bodies that name it.
    pub members: &'static [&'static str],
    /// What the texts of the server contain, in lower case.
    says: &'static [&'static str],
    /// The command that lists the objects, and the one that adds one.
    pub commands: [&'static str; 2],
}

/// The texts are those of SQLite, `PostgreSQL`, MySQL, and the server itself
/// (`internal/dataprovider`).
static MISSING: &[Missing] = &[
    Missing {
        list: "folders",
        one: "folder",
        members: &["virtual_folders"],
        // The second is of servers before 2.6.0, which would add it if it had a path.
        says: &["folder_id", "invalid folder mapped path \"\""],
        commands: ["get_folders", "add_folder"],
    },
    Missing {
        list: "groups",
        one: "group",
        members: &["groups"],
        says: &["group_id", "unable to load group"],
        commands: ["get_groups", "add_group"],
    },
    Missing {
        list: "event_actions",
        one: "event action",
        members: &["actions"],
        says: &["action_id"],
        commands: ["get_event_actions", "add_event_action"],
    },
    Missing {
        list: "users",
        one: "user",
        members: &["user"],
        says: &["unable to check api key user", "related user"],
        commands: ["get_users", "add_user"],
    },
    Missing {
        list: "admins",
        one: "admin",
        members: &["admin"],
        says: &["unable to check api key admin", "related admin"],
        commands: ["get_admins", "add_admin"],
    },
    // The last one: the texts of the others may contain this one.
    Missing {
        list: "roles",
        one: "role",
        members: &["role"],
        says: &["foreign key constraint"],
        commands: ["get_roles", "add_role"],
    },
];

impl Missing {
    /// The next step.
    pub fn hint(&self) -> String {
        let [list, add] = self.commands;
        format!("`{list}` lists the {}s, `{add}` adds one", self.one)
    }

    /// What is wrong, with the names in the body that was sent: ``the role `x` does not exist``.
    pub fn message(&self, body: &str, sent: &Json) -> String {
        let mut names: Vec<String> = Vec::new();
        if body == BACKUP {
            for kind in &STORED {
                let links = kind.links.iter().filter(|link| link.list == self.list);
                let objects = sent.get(kind.list).and_then(Json::as_array);
                for link in links {
                    let objects = objects.into_iter().flatten();
                    objects.for_each(|object| add_names(object, link.member, &mut names));
                }
            }
        } else {
            for member in self.members {
                add_names(sent, member, &mut names);
            }
        }
        names.dedup();
        let one = self.one;
        match names.as_slice() {
            [name] => format!("the {one} {name} does not exist"),
            names if (2..=MOST_NAMED).contains(&names.len()) => {
                format!("one of the {one}s {} does not exist", names.join(", "))
            }
            _ => format!("a {one} that the object needs does not exist"),
        }
    }
}

/// At most this many names are shown.
const MOST_NAMED: usize = 5;

/// Adds the names in a member: its text, or the `name` of each of its items.
fn add_names(object: &Json, member: &str, names: &mut Vec<String>) {
    let mut add = |name: &str| {
        if !name.is_empty() {
            names.push(format!("`{}`", clean::line(name)));
        }
    };
    match object.get(member) {
        Some(Json::String(name)) => add(name),
        Some(Json::Array(items)) => {
            let found = items.iter().filter_map(|item| item.get("name")?.as_str());
            found.for_each(add);
        }
        _ => {}
    }
}

/// The kind with this member of a backup.
pub fn of(list: &str) -> Option<&'static Missing> {
    MISSING.iter().find(|missing| missing.list == list)
}

/// Whether a text says that a list names the same object twice.
pub fn is_named_twice(text: &str) -> bool {
    let text = text.to_lowercase();
    let is_unique = ["unique", "duplicate"]
        .iter()
        .any(|word| text.contains(word));
    is_unique && text.contains("_mapping")
}

/// The kind of which an object is missing or named twice, by the text of a refusal and the type of the
/// body that was sent.
pub fn kind_named_in(text: &str, body: &str) -> Option<&'static Missing> {
    let text = text.to_lowercase();
    MISSING.iter().find(|missing| {
        let names = body == BACKUP || missing.members.iter().any(|member| has(body, member));
        names && missing.says.iter().any(|says| text.contains(says))
    })
}

/// The body that contains objects of all kinds.
const BACKUP: &str = ">BackupData";

fn has(body: &str, member: &str) -> bool {
    let name = body.strip_prefix('>').unwrap_or_default();
    schema(name).is_some_and(|of| of.own(member).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::{api, backup, find};
    use super::*;
    use serde_json::json;

    #[test]
    fn the_commands_and_members_exist() {
        let api = api("v2").expect("a generation");
        for missing in MISSING {
            let kind = backup::kind(missing.list).expect(missing.list);
            assert_eq!(missing.one, kind.one);
            for command in missing.commands {
                assert!(find(api, command).is_some(), "{command}");
            }
            let mut links = backup::STORED.iter().flat_map(|kind| kind.links);
            for member in missing.members {
                let is_link =
                    |link: &backup::ForeignKey| link.member == *member && link.list == missing.list;
                assert!(links.any(is_link), "{member}");
            }
        }
    }

    #[test]
    fn names_that_were_sent() {
        for (list, sent, means) in [
            (
                "roles",
                json!({"username": "a", "role": "nosuch"}),
                "the role `nosuch` does not exist",
            ),
            (
                "folders",
                json!({"virtual_folders": [{"name": "f", "virtual_path": "/"}]}),
                "the folder `f` does not exist",
            ),
            (
                "groups",
                json!({"groups": [{"name": "a"}, {"name": "b"}]}),
                "one of the groups `a`, `b` does not exist",
            ),
            (
                "users",
                json!({"name": "k", "user": "x"}),
                "the user `x` does not exist",
            ),
            (
                "groups",
                json!({"version": 17, "users": [{"username": "u", "groups": [{"name": "g"}]}]}),
                "the group `g` does not exist",
            ),
            (
                "groups",
                json!({"version": 17, "groups": [{"name": "own"}], "admins": [{"groups": [{"name": "g"}]}]}),
                "the group `g` does not exist",
            ),
            (
                "event_actions",
                json!({"version": 0, "event_rules": [{"name": "r", "actions": [{"name": "x"}]}]}),
                "the event action `x` does not exist",
            ),
            (
                "roles",
                json!({"version": 1, "users": [{"username": "u"}]}),
                "a role that the object needs does not exist",
            ),
        ] {
            let is_backup = sent.get("version").is_some();
            let body = if is_backup { BACKUP } else { ">User" };
            assert_eq!(of(list).expect(list).message(body, &sent), means, "{sent}");
        }
    }

    #[test]
    fn an_object_that_is_named_twice_is_not_missing() {
        for (text, is) in [
            (
                "duplicated key not allowed: UNIQUE constraint failed: admins_groups_mapping.admin_id, admins_groups_mapping.group_id",
                true,
            ),
            (
                "duplicated key not allowed: Error 1062 (23000): Duplicate entry '1-2' for key 'admins_groups_mapping.unique_admin_group_mapping'",
                true,
            ),
            ("UNIQUE constraint failed: users.username", false),
            (
                "NOT NULL constraint failed: admins_groups_mapping.group_id",
                false,
            ),
        ] {
            assert_eq!(is_named_twice(text), is, "{text}");
        }
    }

    #[test]
    fn messages_of_the_databases() {
        for (text, body, list) in [
            (
                "NOT NULL constraint failed: users_folders_mapping.folder_id",
                ">User",
                Some("folders"),
            ),
            (
                "NOT NULL constraint failed: groups_folders_mapping.folder_id",
                ">Group",
                Some("folders"),
            ),
            (
                "NOT NULL constraint failed: admins_groups_mapping.group_id",
                ">Admin",
                Some("groups"),
            ),
            (
                "null value in column \"group_id\" of relation \"users_groups_mapping\" violates not-null constraint",
                ">User",
                Some("groups"),
            ),
            (
                "Error 1048 (23000): Column 'folder_id' cannot be null",
                ">User",
                Some("folders"),
            ),
            (
                "Validation error: invalid folder mapped path \"\"",
                ">User",
                Some("folders"),
            ),
            (
                "Validation error: invalid folder mapped path \"\"",
                ">BaseVirtualFolder",
                None,
            ),
            (
                "unable to load group password policies",
                ">User",
                Some("groups"),
            ),
            (
                "NOT NULL constraint failed: rules_actions_mapping.action_id",
                ">EventRuleMinimal",
                Some("event_actions"),
            ),
            (
                "violates foreign key constraint: FOREIGN KEY constraint failed",
                ">User",
                Some("roles"),
            ),
            ("FOREIGN KEY constraint failed", ">Admin", Some("roles")),
            (
                "violates foreign key constraint: related user \"x\" does not exists",
                ">APIKey",
                Some("users"),
            ),
            (
                "Validation error: unable to check API key admin x: not found",
                ">APIKey",
                Some("admins"),
            ),
            (
                "unable to restore user \"v4\": FOREIGN KEY constraint failed",
                ">BackupData",
                Some("roles"),
            ),
            ("UNIQUE constraint failed: users.username", ">User", None),
            (
                "NOT NULL constraint failed: users_folders_mapping.folder_id",
                ">Role",
                None,
            ),
        ] {
            let found = kind_named_in(text, body).map(|missing| missing.list);
            assert_eq!(found, list, "{text}");
        }
    }
}
