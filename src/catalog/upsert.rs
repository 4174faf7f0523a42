//! What a command does if the object that it adds already exists, or the one that it
//! deletes is not there, and the passwords that it can make.

use super::param::{Line, Need, Param};
use super::row::{Command, Method, Route};
use super::{Release, every};

/// What to do if the object already exists.
pub const IF_EXISTS_PARAM: &str = "if_exists";
/// What to do if the object is not there.
pub const IF_MISSING_PARAM: &str = "if_missing";
/// Makes the password.
pub const GENERATE_PARAM: &str = "generate";

pub const UPDATE: &str = "update";
pub const SKIP: &str = "skip";
const FAIL: &str = "fail";

const IF_EXISTS: &[Param] = &[Param::choice(
    IF_EXISTS_PARAM,
    &[UPDATE, SKIP, FAIL],
    FAIL,
    "if the object already exists: update the given fields, skip it, or fail",
)
.for_shell_flag()];
/// The flag for an object that is not there.
pub const IF_MISSING: &[Param] = &[Param::choice(
    IF_MISSING_PARAM,
    &[SKIP, FAIL],
    FAIL,
    "if the object does not exist: skip it and succeed, or fail",
)
.for_shell_flag()];
const GENERATE: &[Param] = &[Param::switch(
    GENERATE_PARAM,
    "generate a password, and show it once on the terminal",
)];

impl Command {
    /// The flags for an object that already exists or is not there, and for its password.
    pub(super) fn upsert_params(&self) -> impl Iterator<Item = &'static Param> + Clone + use<> {
        let own = |has: bool, params: &'static [Param]| if has { params } else { &[] };
        let exists = own(self.added_reader().is_some(), IF_EXISTS);
        let missing = own(self.may_miss(), IF_MISSING);
        let generate = own(self.chosen_password().is_some(), GENERATE);
        exists.iter().chain(missing).chain(generate)
    }

    /// The password that somebody chooses, and that the shell can make.
    pub fn chosen_password(&self) -> Option<&'static Param> {
        // The commands of 2019 are as they were.
        let is_later = self.span.first > Release::SEED && self.route().is_some();
        let mut params = self.params.iter().filter(|_| is_later);
        params.find(|param| param.chosen)
    }

    /// Whether it deletes or closes one object, which may not be there.
    fn may_miss(&self) -> bool {
        let is_later = self.span.first > Release::SEED;
        let deletes = |route: &Route| {
            route.method == Method::Delete && route.answers.iter().any(|one| one.status == 404)
        };
        is_later && self.route().is_some_and(deletes)
    }

    /// The command that reads an object which this one adds, by the name that it is given.
    pub fn added_reader(&self) -> Option<&'static Self> {
        self.for_added(Method::Get)
    }

    /// The command that changes an object which this one adds.
    pub fn added_changer(&self) -> Option<&'static Self> {
        self.for_added(Method::Put).filter(|row| row.is_change())
    }

    /// Whether later requests name what it adds by this parameter, as a part of their path.
    pub fn names_added(&self, param: &Param) -> bool {
        let route = self.route().filter(|route| route.method == Method::Post);
        let Some(list) = route.map(|route| route.path) else {
            return false;
        };
        let one = format!("{list}/{{{}}}", param.key);
        let is_one = |row: &Self| row.route().is_some_and(|route| route.path == one);
        let mut rows = every().filter(|row| row.span.overlaps(self.span));
        param.place.in_body() && rows.any(is_one)
    }

    fn for_added(&self, method: Method) -> Option<&'static Self> {
        let list = self.route().map(|route| route.path)?;
        if !self.adds() || list.contains('{') {
            return None;
        }
        let is_named = |name: &str| {
            self.params.iter().any(|param| {
                param.name == name && param.line == Line::Position && param.need == Need::Required
            })
        };
        let is_one = |route: &Route| {
            let name = route.path.strip_prefix(list);
            let name = name.and_then(|rest| rest.strip_prefix("/{")?.strip_suffix('}'));
            route.method == method && name.is_some_and(is_named)
        };
        let mut rows = every().filter(|row| row.span.overlaps(self.span));
        rows.find(|row| row.route().is_some_and(is_one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{api, commands};

    #[test]
    fn the_commands_with_these_flags() {
        let v2 = api("v2").expect("a generation");
        let with = |name: &str| -> Vec<&str> {
            let has = |row: &&Command| row.all_params().any(|param| param.name == name);
            commands(v2).filter(has).map(|row| row.name).collect()
        };
        let adding = with(IF_EXISTS_PARAM);
        let deleting = with(IF_MISSING_PARAM);
        for noun in [
            "user",
            "group",
            "folder",
            "admin",
            "role",
            "event_rule",
            "event_action",
        ] {
            assert!(adding.contains(&format!("add_{noun}").as_str()), "{noun}");
            assert!(
                deleting.contains(&format!("delete_{noun}").as_str()),
                "{noun}"
            );
        }
        // Names of keys are not their own.
        assert!(!adding.contains(&"add_api_key"), "{adding:?}");
        assert!(deleting.contains(&"close_connection"), "{deleting:?}");
        assert!(deleting.iter().all(|name| !name.starts_with("update_")));
        let generating = with(GENERATE_PARAM);
        for name in [
            "add_user",
            "update_user",
            "add_admin",
            "update_admin",
            "change_admin_password",
        ] {
            assert!(generating.contains(&name), "{name} in {generating:?}");
        }
        for row in commands(v2) {
            assert_eq!(
                row.added_reader().is_some(),
                row.added_changer().is_some(),
                "{}",
                row.name
            );
        }
    }
}
