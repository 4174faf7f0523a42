//! The names of columns and members: the parameters of the command.

use crate::catalog::{self, Api, Kind, Line, Need, Param};
use crate::error::Error;
use crate::text::near::near;
use crate::text::words::{listed, ticked};

/// The command that a row becomes.
pub const COMMAND: &str = "add_user";

/// The command that a row becomes if the user exists.
pub const UPDATE: &str = "update_user";

/// The additional columns of a file of failed rows; they are not read.
pub(super) const ROW: &str = "row";
/// See [`ROW`].
pub(super) const ERROR: &str = "error";

/// The meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The parameter of this index.
    Param(usize),
    /// Nothing: [`ROW`] or [`ERROR`].
    Ignored,
}

/// The parameters of the command in one version of the API.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) api: &'static Api,
    pub(super) params: Vec<&'static Param>,
}

impl Columns {
    pub(super) fn of(api: &'static Api) -> Self {
        let params = catalog::find(api, COMMAND).map(|command| {
            command
                .params_in(api.release)
                .filter(|param| matches!(param.line, Line::Position | Line::Flag))
                .filter(|param| is_value(param.kind))
                .collect()
        });
        Self {
            api,
            params: params.unwrap_or_default(),
        }
    }

    /// The required parameter whose value must be unique.
    pub(super) fn identity(&self) -> Option<(usize, &'static Param)> {
        let mut params = self.params.iter().copied().enumerate();
        params.find(|(_, param)| param.need == Need::Required)
    }

    /// The meaning of `name`, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<Column> {
        let name = name.replace('-', "_");
        if matches!(name.as_str(), ROW | ERROR) {
            return Some(Column::Ignored);
        }
        let is_called = |param: &&Param| param.name == name || param.key == name;
        let at = self
            .params
            .iter()
            .copied()
            .position(|param| is_called(&param));
        at.map(Column::Param)
    }

    /// Whether `name` is a secret.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        match self.find(name) {
            Some(Column::Param(at)) => self.params[at].kind == Kind::Secret,
            _ => false,
        }
    }

    /// The meaning of each name; one error for each name that is unknown or appears twice.
    pub(super) fn all<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Column>, Vec<Error>> {
        let (mut columns, mut wrong) = (Vec::new(), Vec::new());
        for name in names {
            match self.find(name) {
                None => wrong.push(self.unknown(name)),
                Some(Column::Param(at)) if columns.contains(&Column::Param(at)) => {
                    wrong.push(self.twice(name, at));
                }
                Some(column) => columns.push(column),
            }
        }
        if wrong.is_empty() {
            Ok(columns)
        } else {
            Err(wrong)
        }
    }

    fn twice(&self, name: &str, at: usize) -> Error {
        let name = shortened(name);
        let known = self.params[at].name;
        let error = Error::typed(format!("the name `{name}` appears twice"));
        if name == known {
            error.hint("remove one of them")
        } else {
            error.hint(format!("`{name}` and `{known}` mean the same"))
        }
    }

    /// The error for an unknown name.
    pub(super) fn unknown(&self, name: &str) -> Error {
        let error = if name.is_empty() {
            Error::typed("a name is empty")
        } else {
            Error::typed(format!("unknown name `{}`", shortened(name)))
        };
        let names = near(name, self.names());
        error.hint(if names.is_empty() {
            self.listed()
        } else {
            format!("did you mean {}?", ticked(&names))
        })
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().map(|param| param.name)
    }

    /// The known names, for a hint.
    pub(super) fn listed(&self) -> String {
        format!(
            "the names are those of `{COMMAND}`: {}",
            listed(self.names())
        )
    }
}

/// Whether a cell can contain it: a value of the user, not a way to give values.
const fn is_value(kind: Kind) -> bool {
    !matches!(kind, Kind::Sets | Kind::Json | Kind::Switch)
}

/// The beginning of a name: it may be as long as the file.
pub(super) fn shortened(name: &str) -> String {
    name.chars().take(60).collect()
}
