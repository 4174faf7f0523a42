//! The commands that may be about several objects at once: each changes or deletes one
//! object of a list, so the list can select them.

use super::param::{Line, Param, ParamPlace};
use super::row::{Command, Method, Route};
use super::{Api, Kind, Live, Release, WHERE_PARAM, every, live, schema};

/// Shows what would be done to several objects.
pub const PLAN_PARAM: &str = "plan";
/// Confirms what is done to several objects.
pub const YES_PARAM: &str = "yes";
/// Shows every object, and not only the first ones.
pub const VERBOSE_PARAM: &str = "verbose";

/// The flags of a command for several objects.
pub const PARAMS: &[Param] = &[
    Param::text(
        WHERE_PARAM,
        "all objects that meet this condition, instead of a name: `status = enabled and last_login = never`",
    )
    .value("EXPR")
    .optional()
    .for_shell_flag(),
    Param::switch(PLAN_PARAM, "show what would be done, without changing anything"),
    Param::switch(
        YES_PARAM,
        "do not ask for confirmation; required for several objects if there is no terminal",
    ),
    Param::switch(
        VERBOSE_PARAM,
        "show every object of the plan and of the result, not only the first ones",
    ),
];

/// What `--where` of a command selects from.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// The command that lists the objects.
    pub list: &'static Command,
    /// The kind of their names.
    pub live: Live,
    /// The member of each object that is its name.
    pub key: &'static str,
    /// The type of each object.
    pub item: &'static str,
}

impl Selection {
    /// What one object is called, and several.
    pub fn nouns(&self) -> (&'static str, &'static str) {
        schema::nouns(self.item).unwrap_or(("object", "objects"))
    }
}

impl Command {
    /// Whether it may be about several objects: it changes or deletes the one whose name
    /// ends its path.
    pub fn takes_many(&self) -> bool {
        let changes = |route: &Route| self.is_change() || route.method == Method::Delete;
        // The commands of 2019 are as they were.
        let is_later = self.span.last > Release::SEED;
        is_later
            && self.route().is_some_and(changes)
            && self.list_path().is_some()
            && self.name().is_some()
    }

    /// The parameter that names its object, if nothing else is given by position.
    fn name(&self) -> Option<&'static Param> {
        let mut positions = self.params.iter().filter(|it| it.line == Line::Position);
        let name = positions.next().filter(|_| positions.next().is_none())?;
        (name.place == ParamPlace::Path && name.kind == Kind::Text).then_some(name)
    }

    /// The parameter that may name several objects.
    pub fn many(&self) -> Option<&'static Param> {
        self.name().filter(|_| self.takes_many())
    }

    /// The path of the list of its objects.
    fn list_path(&self) -> Option<&'static str> {
        let (list, name) = self.route()?.path.rsplit_once("/{")?;
        (name.ends_with('}') && !list.contains('{')).then_some(list)
    }

    /// What `--where` selects from, on a server of this API.
    pub fn selection(&self, api: &'static Api) -> Option<Selection> {
        let path = self.list_path().filter(|_| self.takes_many())?;
        let list = live::name_lists(api).find(|list| list.path == path)?;
        Some(Selection {
            list: list.command,
            live: list.live,
            key: list.key,
            item: list.command.route()?.item()?,
        })
    }

    /// The type of the objects that its `--where` is about.
    pub fn listed(&self) -> Option<&'static str> {
        let own = || self.route()?.item();
        let selected = || {
            let path = self.list_path().filter(|_| self.takes_many())?;
            let lists = every().filter(|row| row.span.overlaps(self.span));
            let routes = lists.filter_map(Self::route);
            routes
                .filter(|route| route.method == Method::Get && route.path == path)
                .find_map(Route::item)
        };
        own().or_else(selected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{APIS, commands};

    #[test]
    fn each_command_for_many_has_a_list() {
        for api in APIS {
            for command in commands(api).filter(|command| command.takes_many()) {
                let of = format!("{} in {}", command.name, api.name);
                let selection = command.selection(api).expect(&of);
                assert_eq!(command.listed(), Some(selection.item), "{of}");
                let fields = schema::schema(selection.item).expect(&of);
                assert!(fields.own(selection.key).is_some(), "{of}");
                assert_ne!(selection.nouns(), ("object", "objects"), "{of}");
                // A flag of the shell must not hide one of the body.
                for own in PARAMS {
                    assert!(command.params.iter().all(|it| it.name != own.name), "{of}");
                }
            }
        }
    }

    #[test]
    fn the_commands_for_many() {
        let v2 = crate::catalog::api("v2").unwrap();
        let names: Vec<&str> = commands(v2)
            .filter(|command| command.takes_many())
            .map(|command| command.name)
            .collect();
        for noun in ["user", "group", "folder", "admin", "role", "api_key"] {
            for name in [format!("update_{noun}"), format!("delete_{noun}")] {
                assert!(names.contains(&name.as_str()), "{name} in {names:?}");
            }
        }
        assert!(names.contains(&"close_connection"), "{names:?}");
        assert!(names.contains(&"delete_defender_host_by_id"), "{names:?}");
        assert!(
            !names.iter().any(|name| name.contains("ip_list")),
            "{names:?}"
        );
    }
}
