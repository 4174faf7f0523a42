//! How help and messages spell a parameter, and what a status means.

use super::param::{Line, Param, ParamPlace};
use super::{Kind, StatusDoc};
use std::borrow::Cow;

impl StatusDoc {
    /// What it means, for a message: without the note.
    pub fn cause(&self) -> &'static str {
        let end = self.means.find(" (").unwrap_or(self.means.len());
        &self.means[..end]
    }
}

impl Param {
    /// Its name as help and messages spell it: a field of the API as in JSON,
    /// a flag of the shell itself with hyphens.
    pub fn shown_name(&self) -> Cow<'static, str> {
        if self.place == ParamPlace::Shell && !self.underscored && self.name.contains('_') {
            self.name.replace('_', "-").into()
        } else {
            self.name.into()
        }
    }

    /// Its flag as help and messages spell it: `--quota_size`, `--dry-run`.
    pub fn flag(&self) -> String {
        format!("--{}", self.shown_name())
    }

    /// As a usage line shows it: `USERNAME`, `--uid`.
    pub fn shown(&self) -> String {
        match self.line {
            Line::Position => self.name.to_uppercase(),
            _ => self.flag(),
        }
    }

    /// The name of one value in help: `FILE`, `N`, `on|off`.
    pub fn value_name(&self) -> String {
        let few = self.kind.choices().len() < 5;
        let name = match (self.value, self.kind, self.completes) {
            ("", Kind::Choice(_) | Kind::Named(_) | Kind::Switch, _) if few => {
                return self.kind.choices().join("|");
            }
            ("", Kind::Api, _) => {
                return format!("{}|RELEASE", self.kind.choices().join("|"));
            }
            ("", Kind::Int { .. }, _) => "N",
            ("", Kind::Sets, _) => "PATH=VALUE",
            ("", Kind::Json, _) => "JSON|FILE",
            ("", Kind::Secret, _) => "SECRET",
            ("", _, Some(live)) => live.value_name(),
            ("", _, None) if !self.kind.choices().is_empty() => "WORD",
            ("", _, None) => "TEXT",
            (own, ..) => own,
        };
        name.to_owned()
    }
}
