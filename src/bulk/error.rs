//! Errors in a file of users, with their position.

use crate::error::Error;
use crate::output::error::Place;

/// An error in a file of users, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The invalid row, if any: the first user is row 1.
    pub row: Option<usize>,
    /// The line and column, counted from 1, if the file cannot be parsed there.
    pub position: Option<(usize, usize)>,
    /// The error. It has no span: no line was typed.
    pub error: Box<Error>,
}

impl RowError {
    /// An error of the whole file.
    pub(super) fn file(mut error: Error) -> Self {
        // In a file there is no Tab.
        error.hint = error.hint.filter(|hint| !hint.starts_with("press Tab"));
        Self {
            row: None,
            position: None,
            error: Box::new(error),
        }
    }

    /// An error of a row.
    pub(super) fn row(row: usize, error: Error) -> Self {
        Self {
            row: Some(row),
            ..Self::file(error)
        }
    }

    /// An error at a position.
    pub(super) fn at(position: (usize, usize), error: Error) -> Self {
        Self {
            position: Some(position),
            ..Self::file(error)
        }
    }

    /// Its position in the file of this name, as precisely as it is known.
    pub fn place(&self, name: &str) -> Place {
        let name = name.to_owned();
        match (self.position, self.row) {
            (Some((line, column)), _) => Place::Byte { name, line, column },
            (None, Some(row)) => Place::Row { name, row },
            (None, None) => Place::Whole { name },
        }
    }
}
