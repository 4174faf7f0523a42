//! What the words after a command name, if they name objects and not another command:
//! `edit user anna`, `diff user anna bob`, `new user carl`.

use super::change::ADDS;
use super::row::{Command, Method, Route};
use super::shell::Verb;
use super::{Api, Line, Need, Param, change_of, commands};

/// The objects that a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One that is there.
    One,
    /// Two that are there.
    Two,
    /// One that is to be added.
    New,
}

impl Command {
    /// What the words after it name, if they name objects.
    pub fn target(&self) -> Option<Target> {
        match self.verb()? {
            Verb::Edit => Some(Target::One),
            Verb::Diff => Some(Target::Two),
            Verb::New => Some(Target::New),
            _ => None,
        }
    }

    /// Whether it adds an object, whose fields are in its body.
    pub fn adds(&self) -> bool {
        let is_add = |route: &Route| route.method == Method::Post && route.body.is_some();
        self.name.starts_with(ADDS) && self.route().is_some_and(is_add)
    }
}

impl Target {
    /// The commands whose objects it may be.
    pub fn rows(self, api: &'static Api) -> impl Iterator<Item = &'static Command> {
        commands(api).filter(move |row| match self {
            Self::One => row.is_change() && row.reader().is_some(),
            Self::Two => row.is_change() && row.reader().is_some() && row.takes_many(),
            Self::New => row.adds(),
        })
    }

    /// The command for the objects that a word names: the noun, or the name of the command.
    pub fn find(self, api: &'static Api, word: &str) -> Option<&'static Command> {
        let named = self.command_of(word);
        let word = word.replace('-', "_");
        self.rows(api)
            .find(|row| row.is_called(&word) || row.is_called(&named))
    }

    /// The name of the command for a noun.
    pub fn command_of(self, noun: &str) -> String {
        match self {
            Self::One | Self::Two => change_of(noun),
            Self::New => {
                let noun = noun.replace('-', "_");
                let noun = noun.strip_prefix(ADDS).unwrap_or(&noun);
                format!("{ADDS}{noun}")
            }
        }
    }

    /// Whether a parameter of such a command may be given here: it names the object, or says
    /// how it is sent.
    pub fn takes(self, param: &Param) -> bool {
        match self {
            Self::One | Self::Two => param.is_beside_body(),
            Self::New => param.line == Line::Position && param.need == Need::Required,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::api;

    #[test]
    fn nouns() {
        let v2 = api("v2").expect("a generation");
        let nouns = |target: Target| target.rows(v2).map(Command::noun).collect::<Vec<_>>();
        for noun in [
            "user",
            "group",
            "folder",
            "admin",
            "role",
            "api_key",
            "event_rule",
        ] {
            for target in [Target::One, Target::Two, Target::New] {
                assert!(nouns(target).contains(&noun), "{noun} {target:?}");
                let row = target.find(v2, &noun.replace('_', "-")).expect(noun);
                assert_eq!(row.noun(), noun);
                assert!(target.find(v2, row.name).is_some(), "{noun}");
            }
        }
        assert!(Target::New.find(v2, "update_user").is_none());
        assert!(!nouns(Target::Two).contains(&"admin_profile"));
    }
}
