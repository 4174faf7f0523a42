//! The names of columns and members: the parameters of the command, and the fields
//! of its body.

use crate::catalog::schema::{self, FieldRef, Type};
use crate::catalog::{
    self, Api, Command, Items, Kind, Line, Need, Param, SERVER_COUNTED_FIELDS, Value,
};
use crate::error::Error;
use crate::text::near::near;
use crate::text::words::{did_you_mean, listed, shortened};

/// The command that a row becomes.
pub const COMMAND: &str = "add_user";

/// The command that a row becomes if the user exists.
pub const UPDATE: &str = "update_user";

/// The additional columns of a file of failed rows; they are not read.
pub(super) const ROW: &str = "row";
/// See [`ROW`].
pub(super) const ERROR: &str = "error";

/// The meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The parameter of this index.
    Param(usize),
    /// The field of the body at this path.
    Field(String),
    /// Nothing: [`ROW`], [`ERROR`], or what only the server sets.
    Ignored,
}

/// The parameters of the command in one version of the API.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) api: &'static Api,
    command: Option<&'static Command>,
    pub(super) params: Vec<&'static Param>,
    /// The type of the body; `None` for an API whose bodies have no fields of their own.
    pub(super) body: Option<Type>,
    /// The parameters that no line can have.
    absent: Vec<&'static str>,
}

impl Columns {
    pub(super) fn of(api: &'static Api) -> Self {
        let command = catalog::find(api, COMMAND);
        let all = || {
            let params = command.into_iter();
            params.flat_map(|command| command.params_in(api.release))
        };
        let params = all()
            .filter(|param| matches!(param.line, Line::Position | Line::Flag))
            .filter(|param| is_value(param));
        let absent = all().filter(|param| param.line == Line::Absent);
        let body = command.and_then(|command| command.route()?.body);
        Self {
            api,
            command,
            params: params.collect(),
            body: body.map(Type::read),
            absent: absent.map(|param| param.key).collect(),
        }
    }

    /// The required parameter whose value must be unique.
    pub(super) fn identity(&self) -> Option<(usize, &'static Param)> {
        let mut params = self.params.iter().copied().enumerate();
        params.find(|(_, param)| param.need == Need::Required)
    }

    /// The meaning of `name`, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<Column> {
        let known = name.replace('-', "_");
        if matches!(known.as_str(), ROW | ERROR) {
            return Some(Column::Ignored);
        }
        // A field of the body is what it is in the body, whatever flag there is for it.
        // What is further down is written as after `--set`.
        let is_key = |param: &Param| {
            param.key == known && param.items == Items::Words && !known.contains('.')
        };
        let is_called = |param: &&Param| param.name == known || is_key(param);
        let mut params = self.params.iter().copied();
        if let Some(at) = params.position(|param| is_called(&param)) {
            return Some(Column::Param(at));
        }
        let Some(found) = self.field(name) else {
            let only_shown = self.body.is_none()
                && (self.absent.contains(&known.as_str())
                    || SERVER_COUNTED_FIELDS.contains(&known.as_str()));
            return only_shown.then_some(Column::Ignored);
        };
        Some(if self.is_only_shown(name) {
            Column::Ignored
        } else {
            Column::Field(found.path.to_string())
        })
    }

    /// Checks the words of a cell in the column of a parameter.
    pub(super) fn check(&self, param: &Param, words: &[String]) -> Result<Value, (usize, String)> {
        match self.command {
            Some(command) => command.check(param, words),
            None => param.kind.check(words),
        }
    }

    /// The field of the body at a path.
    pub(super) fn field(&self, path: &str) -> Option<FieldRef> {
        schema::found(self.body.as_ref()?, path)
    }

    /// Whether the field at a path, or what it is in, is set by the server alone.
    fn is_only_shown(&self, path: &str) -> bool {
        let ends = path.match_indices(['.', '[']).map(|(at, _)| at);
        let mut parts = ends.chain([path.len()]).map(|end| &path[..end]);
        parts.any(|part| self.field(part).is_some_and(|found| found.is_read_only()))
    }

    /// Whether the value of `column` is a secret, or can contain one.
    pub(super) fn is_secret(&self, column: &Column) -> bool {
        match column {
            Column::Param(at) => self.params[*at].kind == Kind::Secret,
            Column::Field(path) => self.field(path).is_some_and(|found| found.is_secret()),
            Column::Ignored => false,
        }
    }

    /// The meaning of each name; one error for each name that is unknown or appears twice,
    /// which counts as ignored.
    pub(super) fn all<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> (Vec<Column>, Vec<Error>) {
        let (mut columns, mut wrong) = (Vec::new(), Vec::new());
        for name in names {
            let column = match self.find(name) {
                None => Err(self.unknown(name)),
                Some(column) if column != Column::Ignored && columns.contains(&column) => {
                    Err(self.twice(name, &column))
                }
                Some(column) => Ok(column),
            };
            columns.push(column.unwrap_or_else(|error| {
                wrong.push(error);
                Column::Ignored
            }));
        }
        (columns, wrong)
    }

    fn twice(&self, name: &str, column: &Column) -> Error {
        let name = shortened(name);
        let known = match column {
            Column::Param(at) => self.params[*at].name,
            Column::Field(path) => path.as_str(),
            Column::Ignored => "",
        };
        let error = Error::typed(format!("the name `{name}` appears twice"));
        if name == known {
            error.hint("remove one of them")
        } else {
            error.hint(format!("`{name}` and `{known}` are the same field"))
        }
    }

    /// The error for an unknown name.
    pub(super) fn unknown(&self, name: &str) -> Error {
        if name.is_empty() {
            return Error::typed("a name is empty").hint(self.listed());
        }
        let error = Error::typed(format!("unknown name `{}`", shortened(name)));
        let fields = self
            .body
            .as_ref()
            .map(|body| schema::paths(body, Some(self.api.release)))
            .unwrap_or_default();
        let mut known: Vec<&str> = self.names().collect();
        for path in fields.iter().filter(|path| !path.contains('.')) {
            if !known.contains(&path.as_str()) {
                known.push(path);
            }
        }
        let names = near(name, known.into_iter());
        if !names.is_empty() {
            return error.hint(did_you_mean(&names));
        }
        // A path may be wrong at any step, and has its own hint.
        let path = self.body.as_ref().map(|body| schema::find(body, name));
        let Some(Err(wrong)) = path else {
            return error.hint(self.listed());
        };
        if wrong.lacked_by.is_none() {
            return wrong.error();
        }
        match wrong.hint {
            Some(hint) if !hint.starts_with("press Tab") => error.hint(hint),
            _ => error.hint(self.listed()),
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.params.iter().map(|param| param.name)
    }

    /// The known names, for a hint.
    pub(super) fn listed(&self) -> String {
        let paths = if self.body.is_some() {
            ", and the paths of `--set`, such as `filters.allowed_ip`"
        } else {
            ""
        };
        format!(
            "the valid names are those of `{COMMAND}`: {}{paths}",
            listed(self.names())
        )
    }
}

/// Whether a cell can contain it: a value of the user, not a way to give values.
fn is_value(param: &Param) -> bool {
    let is_way = matches!(param.kind, Kind::Sets | Kind::Json);
    !is_way && (param.kind != Kind::Switch || param.place.in_body())
}
