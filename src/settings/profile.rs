//! Profiles: a name for a server and for the settings that belong to it.

use super::Settings;

/// The profile in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The colour of the prompt.
    pub color: Option<PromptColor>,
}

/// A colour of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptColor {
    name: &'static str,
    sgr: &'static str,
}

/// The colours that a profile may name.
pub(super) const PROMPT_COLORS: &[PromptColor] = &[
    color("red", "31"),
    color("green", "32"),
    color("yellow", "33"),
    color("blue", "34"),
    color("magenta", "35"),
    color("cyan", "36"),
];

const fn color(name: &'static str, sgr: &'static str) -> PromptColor {
    PromptColor { name, sgr }
}

impl PromptColor {
    /// The colour of this name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = PROMPT_COLORS.iter().copied();
        all.find(|color| color.name == name)
    }

    /// Its number for the terminal: the parameter of `ESC [ … m`.
    pub const fn sgr(self) -> &'static str {
        self.sgr
    }
}

impl Settings {
    /// The profile in use, if the server is that of a profile.
    pub fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// Uses a profile, or none.
    pub fn use_profile(&mut self, profile: Option<Profile>) {
        self.profile = profile;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_by_name() {
        assert_eq!(PromptColor::named("red").map(PromptColor::sgr), Some("31"));
        assert_eq!(PromptColor::named("pink"), None);
    }
}
